"""A PostgreSQL server that takes what is sent and says nothing: nobody waits for it for ever, and who asks is told."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import UTC

import pytest
from sqlalchemy import text
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncSession

from app.broadcast.publisher import Publisher
from app.clock import SystemClock
from app.db import Database
from app.errors import Unready
from app.ids import new_id
from tests.broadcast.house import open_stage, render
from tests.faultproxy import FaultProxy

pytestmark = pytest.mark.servers


@pytest.fixture
async def line(postgres_url: str) -> AsyncIterator[FaultProxy]:
    where = make_url(postgres_url)
    async with FaultProxy(where.host or "", where.port or 0) as made:
        yield made


@pytest.fixture
async def database(postgres_url: str, line: FaultProxy) -> AsyncIterator[Database]:
    where = make_url(postgres_url).set(host="127.0.0.1", port=line.port)
    made = Database(where.render_as_string(hide_password=False), pool_size=4)
    await made.start()
    yield made
    await made.stop()


@contextmanager
def silent(database: Database, line: FaultProxy) -> Iterator[None]:
    """And waited for only now as shortly as a test can: a busy machine is not silent."""
    line.faults.black_hole = True
    database._read_s = database._write_s = 0.3
    yield
    line.faults.black_hole = False
    database._read_s = database._write_s = 30.0


async def one(session: AsyncSession) -> int:
    return int((await session.execute(text("SELECT 1"))).scalar_one())


async def read(database: Database) -> int:
    async with database.read() as session:
        return await one(session)


async def half_written(session: AsyncSession) -> int:
    """Its transaction is open on the server when the answer to its next statement does not come."""
    await one(session)
    return await one(session)


async def slowly(session: AsyncSession) -> None:
    await session.execute(text("SELECT pg_sleep(0.2)"))


async def of_a_lane(database: Database) -> int:
    async with database.transaction(in_time=True) as session:
        return await one(session)


class TestSilence:
    async def test_whoever_asks_is_told_in_time_and_the_next_question_goes_over_another_line(
        self, database: Database, line: FaultProxy
    ) -> None:
        """Readers, one write alone, writes that share a commit, and a stop: each hears that the database is away."""
        assert await read(database) == 1
        with silent(database, line):
            asked = (
                read(database),
                database.write(one),
                database.write(half_written),
                database.write(half_written),
                database.write_urgently(one),
                of_a_lane(database),
            )
            async with asyncio.timeout(20):
                told = await asyncio.gather(*asked, return_exceptions=True)
            assert [getattr(one, "code", one) for one in told] == ["database_away"] * len(asked)
            assert all(isinstance(one, Unready) for one in told)
        await line.reset_all()
        async with asyncio.timeout(20):
            assert await read(database) == 1
            assert await database.write(half_written) == 1

    async def test_what_is_accepted_waits_no_longer_and_holds_up_nothing_that_comes_after(
        self, database: Database, line: FaultProxy, postgres_url: str
    ) -> None:
        """All that is accepted shares one way in: one that waits for ever is every emergency after it as well."""
        async with open_stage(postgres_url, ("x",)) as stage:
            publisher = Publisher(database, SystemClock(), new_id, lambda _positions: None, zone=UTC)
            decided = stage.decided("Stay inside.", to=("x",))
            assert await read(database) == 1
            with silent(database, line):
                async with asyncio.timeout(20):
                    with pytest.raises(Unready) as told:
                        await publisher.accept(decided, render)
            assert told.value.code == "database_away"
            await line.reset_all()
            async with asyncio.timeout(20):
                assert (await publisher.accept(decided, render)).seq == 1  # with its key: done once

    async def test_a_server_that_is_slow_and_answers_is_not_taken_for_a_silent_one(
        self, database: Database
    ) -> None:
        """Small writes share a commit; together they may take longer than any of them may."""
        assert await read(database) == 1
        database._write_s = 0.5
        assert await asyncio.gather(*(database.write(slowly) for _ in range(4))) == [None] * 4

    async def test_a_line_whose_bytes_nobody_takes_is_ended_by_the_kernel(self, database: Database) -> None:
        """Whatever is being done on it, and also while nothing is."""
        async with database._write_engine.connect() as connection:
            raw = await connection.get_raw_connection()
            same = raw.driver_connection._transport.get_extra_info("socket")  # type: ignore[union-attr]
            assert same.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE) == 1
            assert same.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) == 10_000
            idle_s, each_s, count = (
                same.getsockopt(socket.IPPROTO_TCP, option)
                for option in (socket.TCP_KEEPIDLE, socket.TCP_KEEPINTVL, socket.TCP_KEEPCNT)
            )
            assert idle_s + each_s * count <= 15
