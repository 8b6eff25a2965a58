"""The database keeps what it acknowledged, has one writer, and says no in words."""

import asyncio
import threading
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, func, select, text
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import SQLModel, col

from app.db import Database, DatabaseOwned
from app.errors import Unready
from app.migrations import migrate
from app.models import Person

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)


def person(n: int) -> Person:
    return Person(id=f"p{n}", email=f"p{n}@valdora.example", name=f"Person {n}", created_at=NOW)


async def add_in_a_read(database: Database, row: Person) -> None:
    async with database.read() as session:
        session.add(row)
        await session.flush()


class TestWriting:
    async def test_G1_many_small_writes_share_commits_and_all_are_there(self, database: Database) -> None:
        """A write returns after its commit; a hundred at once all survive."""

        async def one(n: int) -> None:
            async def work(session: AsyncSession) -> None:
                session.add(person(n))

            await database.write(work)

        await asyncio.gather(*(one(n) for n in range(100)))

        async with database.read() as session:
            count = (await session.execute(select(func.count()).select_from(Person))).scalar_one()
        assert count == 100

    async def test_a_write_that_fails_undoes_itself_and_nothing_else(self, database: Database) -> None:
        """Units that share a commit do not share each other's errors."""

        async def good(session: AsyncSession) -> None:
            session.add(person(1))

        async def bad(session: AsyncSession) -> None:
            session.add(person(2))
            await session.flush()
            raise ValueError("on purpose")

        results = await asyncio.gather(database.write(good), database.write(bad), return_exceptions=True)

        assert results[0] is None
        assert isinstance(results[1], ValueError)
        async with database.read() as session:
            ids = (await session.execute(select(col(Person.id)))).scalars().all()
        assert ids == ["p1"]

    async def test_what_waits_goes_before_the_rest_of_a_flood(self, database: Database) -> None:
        """Behind one unit of it at most; and the flood goes on although other work never ends."""
        began, go_on = asyncio.Event(), asyncio.Event()
        order: list[str] = []

        def unit(name: str) -> Callable[[AsyncSession], Awaitable[None]]:
            async def work(session: AsyncSession) -> None:
                order.append(name)
                began.set()
                await go_on.wait()

            return work

        flood = [asyncio.create_task(database.write(unit("flood 0"), bulk=True))]
        await began.wait()
        flood += [asyncio.create_task(database.write(unit(f"flood {n}"), bulk=True)) for n in (1, 2)]
        await asyncio.sleep(0)
        update = asyncio.create_task(database.write(unit("update")))
        await asyncio.sleep(0)
        go_on.set()
        await update
        assert order[:2] == ["flood 0", "update"]  # the next of the flood may have begun
        while not all(task.done() for task in flood):
            await database.write(unit("another"))
        assert [name for name in order if name.startswith("flood")] == ["flood 0", "flood 1", "flood 2"]
        assert order.count("another") <= 4

    async def test_what_is_written_beside_waits_for_nobody_where_there_can_be_two(
        self, database: Database
    ) -> None:
        """PostgreSQL takes two writers; SQLite's one does them in order."""
        began, go_on = asyncio.Event(), asyncio.Event()
        order: list[str] = []

        async def long(session: AsyncSession) -> None:
            began.set()
            await go_on.wait()
            session.add(person(1))
            order.append("long")

        async def outcome(session: AsyncSession) -> None:
            session.add(person(2))
            order.append("outcome")

        first = asyncio.create_task(database.write(long))
        await began.wait()
        second = asyncio.create_task(database.write(outcome, beside=True))
        if not database.is_sqlite:
            async with asyncio.timeout(10):
                await second
        go_on.set()
        await asyncio.gather(first, second)
        assert order == (["long", "outcome"] if database.is_sqlite else ["outcome", "long"])
        async with database.read() as session:
            assert sorted((await session.scalars(select(col(Person.id)))).all()) == ["p1", "p2"]

    async def test_a_write_that_comes_while_the_database_stops_is_refused_and_not_forgotten(
        self, database: Database
    ) -> None:
        """What came before it is finished, whichever writer has it."""
        began, go_on = asyncio.Event(), asyncio.Event()

        async def long(session: AsyncSession) -> None:
            began.set()
            await go_on.wait()

        first = asyncio.create_task(database.write(long, beside=True))
        await began.wait()
        stopping = asyncio.create_task(database.stop())
        await asyncio.sleep(0)
        with pytest.raises(RuntimeError):
            async with asyncio.timeout(2):
                await database.write(long, beside=True)
        go_on.set()
        await asyncio.gather(first, stopping)

    async def test_read_modify_write_loses_no_update(self, database: Database) -> None:
        """Eight writers, twenty increments each: 160, not fewer."""

        async def seed(session: AsyncSession) -> None:
            session.add(person(1))

        await database.write(seed)

        async def add_one(session: AsyncSession) -> None:
            row = await session.get(Person, "p1", with_for_update=True)
            assert row is not None
            row.version += 1
            session.add(row)

        async def writer() -> None:
            for _ in range(20):
                await database.write(add_one)

        await asyncio.gather(*(writer() for _ in range(8)))

        async with database.read() as session:
            row = await session.get(Person, "p1")
        assert row is not None
        assert row.version == 161

    async def test_times_come_back_aware_and_in_utc(self, database: Database) -> None:
        """What is stored with a zone is read with one."""

        async def work(session: AsyncSession) -> None:
            session.add(person(1))

        await database.write(work)

        async with database.read() as session:
            row = await session.get(Person, "p1")
        assert row is not None
        assert row.created_at == NOW
        assert row.created_at.tzinfo is UTC


class TestReading:
    async def test_all_queries_of_a_read_see_one_moment(self, database: Database) -> None:
        """What changes between two of them is in neither, so that nothing falls through between two counts."""

        async def seed(session: AsyncSession) -> None:
            session.add(person(1))

        async def move(session: AsyncSession) -> None:
            await session.delete(await session.get_one(Person, "p1"))
            session.add(person(2))

        await database.write(seed)
        async with database.read() as session:
            first = (await session.execute(select(col(Person.id)).where(col(Person.id) == "p2"))).all()
            await database.write(move)
            second = (await session.execute(select(col(Person.id)).where(col(Person.id) == "p1"))).all()
        assert (first, [row.id for row in second]) == ([], ["p1"])

    async def test_a_write_in_a_read_is_refused(self, database: Database) -> None:
        """What is written goes through the one writer, on every database."""
        with pytest.raises((DBAPIError, Unready)):
            await add_in_a_read(database, person(1))
        async with database.read() as session:
            assert (await session.execute(select(func.count()).select_from(Person))).scalar_one() == 0


class TestSqlite:
    async def test_F10_a_second_process_on_the_file_is_refused_with_a_sentence(
        self, sqlite_database: Database
    ) -> None:
        """One process owns the file; the other is told what to do."""
        second = Database(sqlite_database.url.render_as_string())

        with pytest.raises(DatabaseOwned, match="Stop it first"):
            await second.start()

        await second.stop()

    async def test_F14_every_connection_is_durable_and_checks_references(
        self, sqlite_database: Database
    ) -> None:
        """FULL and foreign keys on each of many connections, the reading ones included."""
        for _ in range(20):
            async with sqlite_database.read() as session:
                found = [
                    (await session.execute(text(f"PRAGMA {name}"))).scalar_one()
                    for name in ("synchronous", "foreign_keys", "query_only")
                ]
            assert found == [2, 1, 1]
        async with sqlite_database.transaction() as session:
            found = [
                (await session.execute(text(f"PRAGMA {name}"))).scalar_one()
                for name in ("synchronous", "foreign_keys", "query_only")
            ]
        assert found == [2, 1, 0]

    async def test_F15_only_one_connection_can_ever_write(self, sqlite_database: Database) -> None:
        """A write on a reading connection is refused by the database itself."""
        async with sqlite_database.read() as session:
            session.add(person(1))
            with pytest.raises(OperationalError, match="readonly"):
                await session.flush()

    @pytest.mark.parametrize("steps", [1, 4, 9, 16, 25])
    async def test_nothing_of_it_goes_on_once_it_has_stopped(self, tmp_path: Path, steps: int) -> None:
        """Not even for callers who went away, at any step of opening or asking: every thread has closed its file."""
        before = set(threading.enumerate())
        database = Database(f"sqlite:///{tmp_path / 'tocsin.db'}")
        await database.start()

        async def ask() -> None:
            async with database.read() as session:
                await session.execute(text("SELECT count(*) FROM sqlite_master"))

        asked = [asyncio.create_task(ask()) for _ in range(4)]
        for _ in range(steps):
            await asyncio.sleep(0.0002)
        for task in (*asked, *asked):  # twice: what tidies up after the first is left to itself by the second
            task.cancel()
            await asyncio.sleep(0)
        await asyncio.gather(*asked, return_exceptions=True)
        await database.stop()

        left = {one.name for one in set(threading.enumerate()) - before}
        assert not {name for name in left if "connection" in name}

    async def test_a_naive_time_is_refused(self, sqlite_database: Database) -> None:
        """A time without its zone never gets in."""

        async def work(session: AsyncSession) -> None:
            session.add(Person(id="p", email="p@x.example", name="P", created_at=datetime(2026, 1, 1)))

        with pytest.raises(Exception, match="needs its zone"):
            await sqlite_database.write(work)


class TestMigrations:
    async def test_migrations_make_exactly_what_the_models_say(self, database: Database) -> None:
        """After the newest migration there is nothing left to generate."""

        def differences(connection: Connection) -> list[object]:
            context = MigrationContext.configure(connection, opts={"compare_type": True})
            return [one for one in compare_metadata(context, SQLModel.metadata) if not _is_partial_index(one)]

        async with database.connection() as connection:
            assert await connection.run_sync(differences) == []

    async def test_migrating_twice_changes_nothing(self, database: Database) -> None:
        """A restart runs them again and finds nothing to do."""
        await migrate(database)

    async def test_the_file_may_lie_in_a_folder_that_is_not_there_yet(self, tmp_path: Path) -> None:
        """First start on a bare machine."""
        made = Database(f"sqlite:///{tmp_path}/a/b/tocsin.sqlite3")
        await made.start()
        await migrate(made)
        await made.stop()
        assert (tmp_path / "a/b/tocsin.sqlite3").exists()


def _is_partial_index(difference: object) -> bool:
    """SQLite does not tell the condition of an index back, so Alembic cannot compare it."""
    return isinstance(difference, tuple) and str(difference[0]).endswith("_index")
