"""
The database: one owner, one writer, many readers on SQLite; a pool on PostgreSQL; the same calls for both.

SQLite, because its defaults lose updates in silence: every write transaction begins IMMEDIATE on the only writing
connection, readers cannot write, every connection asserts `synchronous=FULL` and foreign keys, and one process owns
the file (a lock beside it; a second process is refused with a sentence). With one writing and checkpointing
connection the WAL-reset race of SQLite before 3.51.3 cannot happen.

Group commit: `write` queues small units of work; one task runs all that wait in a single transaction, each in a
savepoint of its own, and commits once. A commit costs a disk flush; sharing it is worth a factor of forty.
"""

from __future__ import annotations

import asyncio
import errno
import fcntl
import os
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar, cast

from sqlalchemy import event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession, create_async_engine

from app.errors import StorageFull, Unready

T = TypeVar("T")
Work = Callable[[AsyncSession], Awaitable[T]]

MAX_BATCH = 256


class DatabaseOwned(Exception):
    """Another process owns the SQLite file."""


class Database:
    """
    Engines, sessions and the group-commit writer of one process.

    Args:
        url: "sqlite:///path" or "postgresql://…"; drivers are ours to choose.
    """

    def __init__(self, url: str, *, pool_size: int = 10) -> None:
        self.url = make_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self._owner: int | None = None
        self._queue: asyncio.Queue[_Unit | None] = asyncio.Queue(maxsize=10_000)
        self._writer_task: asyncio.Task[None] | None = None
        if self.is_sqlite:
            driver_url = self.url.set(drivername="sqlite+aiosqlite")
            self._write_engine = create_async_engine(
                driver_url, hide_parameters=True, pool_size=1, max_overflow=0, pool_timeout=30
            )
            self._read_engine = create_async_engine(
                driver_url, hide_parameters=True, pool_size=4, max_overflow=0, pool_timeout=30
            )
            _prepare_sqlite(self._write_engine, reading=False)
            _prepare_sqlite(self._read_engine, reading=True)
        else:
            driver_url = self.url.set(drivername="postgresql+asyncpg")
            self._write_engine = create_async_engine(
                driver_url,
                hide_parameters=True,
                pool_size=pool_size,
                max_overflow=0,
                pool_timeout=10,
                pool_pre_ping=True,
            )
            self._read_engine = self._write_engine

    async def start(self) -> None:
        """
        Take the file and start the writer.

        Raises:
            DatabaseOwned: another process has it.
        """
        if self.is_sqlite:
            self._take_file()
        self._writer_task = asyncio.create_task(self._write_loop(), name="database-writer")

    async def stop(self) -> None:
        """Finish what was queued, then close everything."""
        if self._writer_task is not None:
            await self._queue.put(None)
            await self._writer_task
            self._writer_task = None
        await self._write_engine.dispose()
        if self._read_engine is not self._write_engine:
            await self._read_engine.dispose()
        if self._owner is not None:
            os.close(self._owner)
            self._owner = None

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncSession]:
        """A session for reading; on SQLite a write in it is refused. Never hold it over a network call."""
        async with AsyncSession(self._read_engine, expire_on_commit=False) as session:
            yield session

    async def write(self, work: Work[T]) -> T:
        """
        Run one small unit of work and return once it is durable.

        `work` gets a session inside a savepoint and must neither commit nor wait for anything but the database.
        What it raises undoes its own savepoint only and is raised here.

        Raises:
            StorageFull: the disk is full; nothing was kept.
        """
        if self._writer_task is None:
            raise RuntimeError("the database is not started")
        unit = _Unit(cast("Work[Any]", work))
        await self._queue.put(unit)
        return cast("T", await unit.done)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncSession]:
        """A write transaction of its own, committed at the end; for long or bulk work."""
        try:
            async with AsyncSession(self._write_engine, expire_on_commit=False) as session, session.begin():
                yield session
        except DBAPIError as exc:
            raise translated(exc) from exc

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[AsyncConnection]:
        """A bare connection in a write transaction; for migrations and bulk inserts."""
        async with self._write_engine.begin() as connection:
            yield connection

    def _take_file(self) -> None:
        path = self.url.database
        if not path or path == ":memory:":
            raise ValueError("Tocsin needs a database file: give a path in TOCSIN_DATABASE_URL.")
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        fd = os.open(f"{path}.owner", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as exc:
            os.close(fd)
            if exc.errno in (errno.EAGAIN, errno.EACCES):
                raise DatabaseOwned(
                    f"Another Tocsin process owns {path}. Stop it first, or give this one its own TOCSIN_DATABASE_URL."
                ) from exc
            raise
        os.ftruncate(fd, 0)
        os.write(fd, f"{os.getpid()}\n".encode())
        self._owner = fd

    async def _write_loop(self) -> None:
        running = True
        while running:
            first = await self._queue.get()
            if first is None:
                break
            batch = [first]
            while len(batch) < MAX_BATCH and not self._queue.empty():
                unit = self._queue.get_nowait()
                if unit is None:
                    running = False
                    break
                batch.append(unit)
            await self._commit_batch(batch)

    async def _commit_batch(self, batch: list[_Unit]) -> None:
        done: list[tuple[_Unit, Any]] = []
        cause: DBAPIError | None = None
        try:
            async with self._write_engine.begin() as connection:
                for unit in batch:
                    if unit.done.cancelled():
                        continue
                    try:
                        async with (
                            AsyncSession(
                                bind=connection,
                                join_transaction_mode="create_savepoint",
                                expire_on_commit=False,
                            ) as session,
                            session.begin(),
                        ):
                            try:
                                result = await unit.work(session)
                            except DBAPIError as exc:
                                cause = exc
                                raise
                    except Exception as exc:
                        if isinstance(exc, DBAPIError) and (exc.connection_invalidated or _is_undone(exc)):
                            raise
                        unit.fail(translated(exc) if isinstance(exc, DBAPIError) else exc)
                    else:
                        done.append((unit, result))
        except Exception as exc:  # noqa: BLE001 - the whole batch is undone; every caller must hear of it
            said = cause if cause is not None and _is_undone(exc) else exc
            error = translated(said) if isinstance(said, DBAPIError) else said
            for unit in batch:
                unit.fail(error)
            return
        for unit, result in done:
            unit.succeed(result)


def _is_undone(exc: BaseException) -> bool:
    """
    SQLite ends the whole transaction by itself when the disk is full: what would follow in the batch would then be
    committed statement by statement, behind the back of callers who are told that it failed.
    """
    return "no such savepoint" in str(exc).lower()


class _Unit:
    __slots__ = ("done", "work")

    def __init__(self, work: Work[Any]) -> None:
        self.work = work
        self.done: asyncio.Future[Any] = asyncio.get_running_loop().create_future()

    def succeed(self, result: Any) -> None:
        if not self.done.done():
            self.done.set_result(result)

    def fail(self, exc: BaseException) -> None:
        if not self.done.done():
            self.done.set_exception(exc)


def _prepare_sqlite(engine: AsyncEngine, *, reading: bool) -> None:
    @event.listens_for(engine.sync_engine, "connect")
    def connect(dbapi: Any, _record: Any) -> None:
        dbapi.isolation_level = None  # we say BEGIN ourselves
        cursor = dbapi.cursor()
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.execute("PRAGMA busy_timeout=5000")
        if reading:
            cursor.execute("PRAGMA wal_autocheckpoint=0")
            cursor.execute("PRAGMA query_only=ON")
        for pragma, wanted in (("synchronous", 2), ("foreign_keys", 1)):
            cursor.execute(f"PRAGMA {pragma}")
            got = cursor.fetchone()[0]
            if got != wanted:
                raise RuntimeError(f"SQLite refused PRAGMA {pragma}: wanted {wanted}, got {got}")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def begin(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


def translated(exc: DBAPIError | sqlite3.Error) -> Exception:
    """What a caller is to be told about a database that would not; the error itself where nothing better is known."""
    words = str(exc.orig if isinstance(exc, DBAPIError) else exc).lower()
    if "database or disk is full" in words or "no space left" in words or "could not extend file" in words:
        return StorageFull(
            "The disk is full, so nothing was accepted. Free space on the server, then send again."
        )
    if isinstance(exc, OperationalError | sqlite3.OperationalError) and (
        "locked" in words or "timeout" in words
    ):
        return Unready("The database is busy. Your text is kept; send again in a moment.")
    return exc
