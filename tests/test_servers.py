"""The servers that other tests stand on: real, empty for each test, and able to come back from a kill."""

from collections.abc import Callable

import asyncpg
import pytest
import redis.asyncio

from tests.servers import PostgresServer, RedisServer, ServerDidNotStart, describe_servers

pytestmark = pytest.mark.servers


def plain(url: str) -> str:
    return url.replace("+asyncpg", "")


class TestPostgres:
    @pytest.mark.parametrize("turn", [1, 2])
    async def test_every_test_gets_an_empty_database(self, empty_postgres_url: str, turn: int) -> None:
        """What one test leaves behind, the next does not find."""
        link = await asyncpg.connect(plain(empty_postgres_url))
        assert await link.fetchval("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") == 0
        await link.execute("CREATE TABLE left_behind (id int)")
        await link.close()

    async def test_a_durable_one_keeps_what_it_acknowledged_through_kill_9(
        self, make_postgres: Callable[[], PostgresServer]
    ) -> None:
        """Kill -9 straight after a commit, start again: the row is there."""
        server = make_postgres()
        link = await asyncpg.connect(plain(server.url()))
        await link.execute("CREATE TABLE kept (id int); INSERT INTO kept VALUES (7)")
        server.kill()
        await link.close(timeout=1) if link.is_closed() else link.terminate()
        server.start()
        link = await asyncpg.connect(plain(server.url()))
        assert await link.fetchval("SELECT id FROM kept") == 7
        await link.close()

    def test_a_program_that_is_not_there_is_a_failure_with_a_reason(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """No silent skip: the wrong folder is an error."""
        monkeypatch.setenv("TEST_POSTGRES_BIN", "/nowhere")
        with pytest.raises((ServerDidNotStart, OSError)):
            PostgresServer()


class TestRedis:
    @pytest.mark.parametrize("turn", [1, 2])
    async def test_every_test_gets_an_empty_store(self, redis_url: str, turn: int) -> None:
        """What one test leaves behind, the next does not find."""
        async with redis.asyncio.from_url(redis_url) as client:
            assert await client.dbsize() == 0
            await client.set("left", "behind")

    async def test_a_durable_one_keeps_what_it_acknowledged_through_kill_9(
        self, make_redis: Callable[[], RedisServer]
    ) -> None:
        """Kill -9 straight after an answer, start again: the key is there."""
        server = make_redis()
        async with redis.asyncio.from_url(server.url) as client:
            await client.set("kept", "7")
        server.kill()
        server.start()
        async with redis.asyncio.from_url(server.url) as client:
            assert await client.get("kept") == b"7"


def test_the_header_names_both_servers() -> None:
    """Whoever reads a run's output knows what it ran against."""
    assert "PostgreSQL" in describe_servers()
    assert "server v=" in describe_servers() or "Redis" in describe_servers()
