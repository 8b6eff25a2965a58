"""One way to SQLite's thread for a statement, and everything else as the driver itself does it."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiosqlite
import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.ext.asyncio import AsyncSession

from app.db import Database
from app.db_sqlite import AT_ONCE, OneWayConnection


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    one = Database(f"sqlite:///{tmp_path / 'one.db'}")
    await one.start()
    async with one.connection() as connection:
        await connection.execute(text("CREATE TABLE t (n INTEGER PRIMARY KEY, word TEXT)"))
    yield one
    await one.stop()


async def driver_of(database: Database) -> OneWayConnection:
    async with database._write_engine.connect() as connection:
        driver = (await connection.get_raw_connection()).driver_connection
        assert isinstance(driver, OneWayConnection)
        return driver


@pytest.fixture
def ways(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Every way to a connection's thread."""
    gone: list[Any] = []
    go = aiosqlite.Connection._execute

    async def counted(self: Any, what: Any, *args: Any, **named: Any) -> Any:
        gone.append(what)
        return await go(self, what, *args, **named)

    monkeypatch.setattr(aiosqlite.Connection, "_execute", counted)
    return gone


class TestWays:
    async def test_reading_costs_a_way_for_the_statement_and_one_for_the_end(
        self, database: Database, ways: list[Any]
    ) -> None:
        """BEGIN goes with the first statement, fetching and closing too; what is not open is not ended."""
        async with database.read() as session:
            await session.execute(text("SELECT 1"))
        ways.clear()
        async with database.read() as session:
            for n in range(3):
                assert (await session.execute(text("SELECT :n"), {"n": n})).scalar_one() == n
        assert len(ways) == 4
        ways.clear()
        async with database.read():
            pass
        assert ways == []

    async def test_a_unit_of_work_costs_its_statements_and_two(
        self, database: Database, ways: list[Any]
    ) -> None:
        """BEGIN IMMEDIATE and the commit; a savepoint only where others share the commit."""

        async def work(session: AsyncSession) -> None:
            for n in (1, 2, 3):
                await session.execute(text("INSERT INTO t VALUES (:n, 'a')"), {"n": n})

        ways.clear()
        await database.write(work)
        assert len(ways) == 3 + 2


class TestAnswers:
    async def test_a_long_answer_is_whole_and_in_order(self, database: Database) -> None:
        """More rows than are fetched on the way, just as many, and none."""
        async with database.connection() as connection:
            rows = [{"n": n} for n in range(2 * AT_ONCE + 1)]
            await connection.execute(text("INSERT INTO t VALUES (:n, 'a')"), rows)
        async with database.read() as session:
            for many in (0, 1, AT_ONCE - 1, AT_ONCE, AT_ONCE + 1, 2 * AT_ONCE + 1):
                found = await session.execute(text("SELECT n FROM t ORDER BY n LIMIT :n"), {"n": many})
                assert list(found.scalars()) == list(range(many))

    async def test_a_streamed_answer_is_whole_and_in_order(self, database: Database) -> None:
        """Fetched as it is wanted."""
        async with database.connection() as connection:
            await connection.execute(
                text("INSERT INTO t VALUES (:n, 'a')"), [{"n": n} for n in range(2 * AT_ONCE + 1)]
            )
        async with database.read() as session:
            found = await session.stream(text("SELECT n FROM t ORDER BY n"))
            assert [row.n async for row in found] == list(range(2 * AT_ONCE + 1))

    async def test_what_was_changed_is_counted_and_returned(self, database: Database) -> None:
        """`rowcount`, `lastrowid` and RETURNING are the driver's own."""
        async with database.connection() as connection:
            put = await connection.execute(text("INSERT INTO t (word) VALUES ('a')"))
            assert put.lastrowid == 1
            await connection.execute(text("INSERT INTO t (word) VALUES ('b')"))
            assert (await connection.execute(text("UPDATE t SET word = 'c'"))).rowcount == 2
            gone = await connection.execute(text("DELETE FROM t WHERE n = 1 RETURNING word"))
            assert gone.scalar_one() == "c"

    async def test_an_error_is_the_drivers_and_the_connection_goes_on(self, database: Database) -> None:
        """A refused row and a wrong statement, each undone; the next is kept."""
        for sql, kind in (
            ("INSERT INTO t VALUES (1, 'a'), (1, 'b')", IntegrityError),
            ("SELECT nothing FROM nowhere", OperationalError),
        ):

            async def fail(sql: str = sql) -> None:
                async with database.connection() as connection:
                    await connection.execute(text("INSERT INTO t VALUES (9, 'gone')"))
                    await connection.execute(text(sql))

            with pytest.raises(kind):
                await fail()
        async with database.read() as session:
            assert (await session.execute(text("SELECT count(*) FROM t"))).scalar_one() == 0


class TestTransactions:
    async def test_what_is_read_in_one_session_is_one_state(self, database: Database) -> None:
        """The deferred BEGIN holds from the first statement: what is committed meanwhile is not seen."""

        async def work(session: AsyncSession) -> None:
            await session.execute(text("INSERT INTO t VALUES (1, 'a')"))

        count = text("SELECT count(*) FROM t")
        async with database.read() as session:
            assert (await session.execute(count)).scalar_one() == 0
            await database.write(work)
            assert (await session.execute(count)).scalar_one() == 0
        async with database.read() as session:
            assert (await session.execute(count)).scalar_one() == 1

    async def test_a_unit_whose_transaction_was_undone_under_it_is_not_said_to_be_kept(
        self, database: Database
    ) -> None:
        """As SQLite does when the disk is full: work that hid the error must not be answered as done."""

        async def work(session: AsyncSession) -> None:
            await session.execute(text("INSERT INTO t VALUES (1, 'a')"))
            driver = (await (await session.connection()).get_raw_connection()).driver_connection
            assert driver is not None
            await driver.execute("ROLLBACK")

        with pytest.raises(OperationalError, match="undone"):
            await database.write(work)
        async with database.read() as session:
            assert (await session.execute(text("SELECT count(*) FROM t"))).scalar_one() == 0

    async def test_a_statement_that_nobody_waits_for_any_more_is_undone_with_the_rest(
        self, database: Database
    ) -> None:
        """Given up while it runs in the thread, before the connection itself knows of a transaction."""
        driver = await driver_of(database)
        running = asyncio.Event()
        goes_on = asyncio.Event()
        loop = asyncio.get_running_loop()

        def hold_up() -> None:
            loop.call_soon_threadsafe(running.set)
            asyncio.run_coroutine_threadsafe(goes_on.wait(), loop).result(30)

        held = asyncio.ensure_future(driver._execute(hold_up))
        await running.wait()

        async def insert() -> None:
            await driver.execute("BEGIN IMMEDIATE")

        begun = asyncio.ensure_future(insert())
        await asyncio.sleep(0)
        begun.cancel()
        await asyncio.gather(begun, return_exceptions=True)
        undone = asyncio.ensure_future(driver.rollback())
        await asyncio.sleep(0)
        goes_on.set()
        await asyncio.gather(held, undone)
        assert not driver.in_transaction
