"""A PostgreSQL server that takes what is sent and says nothing: nobody waits for it for ever, and who asks is told."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import text
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncSession

from app.db import Database
from app.errors import Unready
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
    made = Database(where.render_as_string(hide_password=False), pool_size=3, read_s=0.3, write_s=0.3)
    await made.start()
    yield made
    await made.stop()


async def one(session: AsyncSession) -> int:
    return int((await session.execute(text("SELECT 1"))).scalar_one())


async def read(database: Database) -> int:
    async with database.read() as session:
        return await one(session)


async def half_written(session: AsyncSession) -> int:
    """Its transaction is open on the server when the answer to its next statement does not come."""
    await one(session)
    return await one(session)


class TestSilence:
    async def test_whoever_asks_is_told_in_time_and_the_next_question_goes_over_another_line(
        self, database: Database, line: FaultProxy
    ) -> None:
        """Readers, one write alone, writes that share a commit, and a stop: each hears that the database is away."""
        assert await read(database) == 1
        line.faults.black_hole = True
        asked = (
            read(database),
            database.write(one),
            database.write(half_written),
            database.write(half_written),
            database.write_urgently(one),
        )
        async with asyncio.timeout(20):
            told = await asyncio.gather(*asked, return_exceptions=True)
        assert [getattr(one, "code", one) for one in told] == ["database_away"] * len(asked)
        assert all(isinstance(one, Unready) for one in told)
        line.faults.black_hole = False
        await line.reset_all()
        async with asyncio.timeout(20):
            assert await read(database) == 1
            assert await database.write(half_written) == 1

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
