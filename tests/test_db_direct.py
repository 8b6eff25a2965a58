"""Statements past SQLAlchemy: in its transaction, with its errors, and with its care for what is left of a connection."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from sqlalchemy.exc import DBAPIError, IntegrityError

from app.broadcast.bulk import Statement, Work, run
from app.db import Database
from app.db_faults import is_cut, is_locked

pytestmark = pytest.mark.servers
INSERT = Statement("INSERT INTO marked (n) VALUES (?)", (1,))
INSERT_AHEAD = replace(INSERT, ahead=True)
UPDATE_AHEAD = Statement("UPDATE marked SET n = n + 1", ahead=True)


@pytest.fixture
async def database(empty_postgres_url: str) -> AsyncIterator[Database]:
    database = Database(empty_postgres_url.replace("+asyncpg", ""), pool_size=2)
    await database.start()
    async with database.connection() as connection:
        await connection.exec_driver_sql("CREATE TABLE marked (n int PRIMARY KEY)")
    yield database
    await database.stop()


def one_after_the_other(*statements: Statement) -> Work[list[object]]:
    rows: list[object] = []
    for statement in statements:
        rows = yield statement
    return rows


async def done(database: Database, *statements: Statement) -> list[object]:
    async with database.connection() as connection:
        return await run(connection, one_after_the_other(*statements))


async def count(database: Database, of: str = "marked") -> int:
    async with database.connection() as connection:
        return int((await connection.exec_driver_sql(f"SELECT count(*) FROM {of}")).scalar_one())


class TestDirect:
    async def test_what_ran_before_an_error_is_undone_with_it(self, database: Database) -> None:
        """The first statement of a transaction is in it, although SQLAlchemy did not send it."""
        with pytest.raises(IntegrityError):
            await done(database, INSERT, INSERT)
        assert await count(database) == 0
        await done(database, INSERT)
        assert await count(database) == 1

    async def test_a_row_that_somebody_holds_is_told_as_locked(self, database: Database) -> None:
        """Which sets its event apart; the connection is as good as before."""
        await done(database, INSERT)
        update = Statement("UPDATE marked SET n = n + 1")
        async with database.connection() as holder:
            await run(holder, one_after_the_other(update))
            with pytest.raises(DBAPIError) as told:
                await done(database, update)
        assert is_locked(told.value)
        assert not is_cut(told.value)
        await done(database, update)

    async def test_F16_a_connection_that_ends_is_told_as_cut_and_not_used_again(
        self, database: Database
    ) -> None:
        """Whoever asks next has another one."""
        with pytest.raises(DBAPIError) as told:
            await done(database, INSERT, Statement("SELECT pg_terminate_backend(pg_backend_pid())"))
        assert is_cut(told.value)
        assert await count(database) == 0

    async def test_a_cancelled_statement_leaves_nothing_and_takes_its_connection_along(
        self, database: Database
    ) -> None:
        """Nobody knows what such a connection is still doing, so it is given to nobody."""
        pid = Statement("SELECT pg_backend_pid()")
        its: list[object] = []

        def sleep() -> Work[None]:
            its.extend((yield pid))
            yield INSERT
            yield Statement("SELECT pg_sleep(?)", (60.0,))

        async def asleep() -> None:
            async with database.connection() as connection:
                await run(connection, sleep())

        slow = asyncio.create_task(asleep())
        async with asyncio.timeout(30):
            while not await count(database, "pg_stat_activity WHERE query LIKE 'SELECT pg_sleep%'"):
                await asyncio.sleep(0.01)
        slow.cancel()
        with pytest.raises(asyncio.CancelledError):
            await slow
        assert await count(database) == 0
        assert not [row for _ in range(4) for row in await done(database, pid) if row in its]


class TestAhead:
    async def test_the_work_goes_on_while_the_server_is_at_it(self, database: Database) -> None:
        """Here the server waits for a row that is given back only once the work has gone on."""
        await done(database, INSERT)
        gone_on = asyncio.Event()

        def goes_on() -> Work[list[object]]:
            rows = yield UPDATE_AHEAD
            assert rows == []
            gone_on.set()
            return (yield Statement("SELECT n FROM marked"))

        async def told() -> list[object]:
            async with database.connection() as connection:
                return await run(connection, goes_on())

        async with database.connection() as holder:
            await run(holder, one_after_the_other(Statement("UPDATE marked SET n = 10")))
            task = asyncio.create_task(told())
            await gone_on.wait()
        assert [tuple(row) for row in await task] == [(11,)]

    @pytest.mark.parametrize("after", [(), (Statement("SELECT 1"),), (INSERT_AHEAD,)])
    async def test_what_goes_wrong_in_it_is_told_and_undoes_the_rest(
        self, database: Database, after: tuple[Statement, ...]
    ) -> None:
        """As the last of all, before another, before another ahead."""
        await done(database, INSERT)
        other = Statement("INSERT INTO marked (n) VALUES (?)", (2,), ahead=True)
        with pytest.raises(IntegrityError):
            await done(database, other, INSERT_AHEAD, *after)
        assert await count(database) == 1

    async def test_nothing_is_kept_when_the_work_fails_meanwhile(self, database: Database) -> None:
        """And nobody is given a connection that is still at it."""

        def fails() -> Work[None]:
            yield INSERT_AHEAD
            raise LookupError

        for _ in range(3):
            with pytest.raises(LookupError):
                async with database.connection() as connection:
                    await run(connection, fails())
        assert await count(database) == 0
        await done(database, INSERT_AHEAD)
        assert await count(database) == 1

    async def test_whoever_goes_away_meanwhile_leaves_nothing(self, database: Database) -> None:
        """Cancelled while it waits for the server, in the statement that follows."""
        waiting = asyncio.Event()

        def waits() -> Work[None]:
            yield INSERT_AHEAD
            yield Statement("SELECT pg_sleep(?)", (60.0,), ahead=True)
            waiting.set()
            yield Statement("SELECT 1")

        async def asleep() -> None:
            async with database.connection() as connection:
                await run(connection, waits())

        task = asyncio.create_task(asleep())
        await waiting.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        for _ in range(3):
            assert await count(database) == 0


class TestIdleConnections:
    async def test_F16_one_that_ended_while_it_was_idle_is_replaced_before_anything_is_asked_of_it(
        self, database: Database, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Whether it was used just now, where its end is seen, or long ago, where it is asked."""
        for idle_s in (0.0, 3600.0):
            monkeypatch.setattr("app.db.IDLE_S", idle_s)
            async with database.connection() as one, database.connection() as other:
                pid = (await one.exec_driver_sql("SELECT pg_backend_pid()")).scalar_one()
                driver = (await one.get_raw_connection()).driver_connection
            async with database.connection() as other:
                ended = f"SELECT pg_terminate_backend({pid}, 10000)"
                assert (await other.exec_driver_sql(ended)).scalar_one()
            async with asyncio.timeout(30):
                while not driver.is_closed():
                    await asyncio.sleep(0.01)
            for _ in range(4):
                assert await count(database) == 0
