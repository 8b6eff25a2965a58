"""
The database: one owner, one writer, many readers on SQLite; a pool on PostgreSQL; the same calls for both.

SQLite, because its defaults lose updates in silence: every write transaction begins IMMEDIATE on the only writing
connection, readers cannot write, every connection asserts `synchronous=FULL` and foreign keys, and one process owns
the file (a lock beside it; a second process is refused with a sentence). With one writing and checkpointing
connection the WAL-reset race of SQLite before 3.51.3 cannot happen.

Group commit: `write` queues small units of work; one task runs all that wait in a single transaction, each in a
savepoint of its own, and commits once. A commit costs a disk flush; sharing it is worth a factor of forty. What comes
in floods goes behind everything else and by itself, one unit at a time.
"""

from __future__ import annotations

import asyncio
import errno
import fcntl
import logging
import os
import time
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any, NoReturn, TypeVar, cast
from uuid import uuid4

from sqlalchemy import event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, InvalidatePoolError
from sqlalchemy.exc import TimeoutError as NoConnectionFree
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession, create_async_engine

from app.db_checkpoint import QuietCheckpoint
from app.db_faults import (
    FAILED,
    DatabaseDamaged,
    DatabaseOwned,
    StorageFailed,
    examine,
    is_crossed,
    is_cut,
    is_disk_error,
    is_failed,
    is_locked,
    translated,
)
from app.db_silence import CONNECT_S, READ_S, WRITE_S, Again, answered, let_go_of_silent_lines
from app.db_sqlite import UNDONE, prepare
from app.db_threads import DriverThreads
from app.db_urgent import URGENT, clear_the_way

log = logging.getLogger(__name__)

T = TypeVar("T")
Work = Callable[[AsyncSession], Awaitable[T]]

MAX_BATCH = 256
POOL_WAIT_S = 5.0
# How long a shared commit waits for a row that somebody else holds: all its other callers wait as well. Whoever was
# in the way is then tried alone, for longer.
SHARED_LOCK_WAIT_S = 0.25
LOCK_WAIT_S = 4.0
STATEMENT_S = 30.0
# A process that froze in the middle of a transaction keeps its locks, and a stop would wait for them: the server ends
# such a transaction. Not shorter: an event loop under a storm of viewers is late by hundreds of milliseconds.
FROZEN_S = 2.0
IDLE_S = 1.0  # a connection unused for longer is asked whether it still lives, before work is given to it
ALONE_AT_ONCE = 3  # so that locked rows never take the whole pool

OnFailed = Callable[[BaseException], None]


def stay_closed(_exc: BaseException) -> None:
    """What a database does by itself when its storage failed: it writes nothing more."""


class Database:
    """
    Engines, sessions and the group-commit writer of one process.

    Args:
        url: "sqlite:///path" or "postgresql://…"; drivers are ours to choose.
        read_s: How long a server is waited for that answers nothing, by who reads; `write_s` by who commits.
        on_failed: Called once when the disk itself said no to a write or a flush; the server ends its process there,
            because only a fresh one that reads the file again can know what is on the disk.

    Attributes:
        closed_because: Why nothing is written any more; empty while all is well.
    """

    def __init__(
        self,
        url: str,
        *,
        pool_size: int = 10,
        on_failed: OnFailed = stay_closed,
        read_s: float = READ_S,
        write_s: float = WRITE_S,
    ) -> None:
        self.url = make_url(url)
        self.closed_because = ""
        self._on_failed = on_failed
        self._urgent = f"{URGENT} {uuid4().hex}"
        self._alone = asyncio.Semaphore(ALONE_AT_ONCE)
        self._alone_tasks: set[asyncio.Task[None]] = set()
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self._read_s = None if self.is_sqlite else read_s
        self._write_s = None if self.is_sqlite else write_s
        self._owner: int | None = None
        self._queue: asyncio.Queue[_Unit | None] = asyncio.Queue(maxsize=10_000)
        # SQLite has one writer, whoever asks.
        self._beside = self._queue if self.is_sqlite else asyncio.Queue[_Unit | None](maxsize=10_000)
        self._writers: list[tuple[asyncio.Queue[_Unit | None], asyncio.Task[None]]] = []
        if self.is_sqlite:
            driver_url = self.url.set(drivername="sqlite+aiosqlite")
            self._threads = DriverThreads()
            same: dict[str, Any] = {
                "hide_parameters": True,
                "max_overflow": 0,
                "pool_timeout": 30,
                "connect_args": {"async_creator_fn": self._threads.open},
            }
            self._write_engine = create_async_engine(driver_url, pool_size=1, **same)
            self._read_engine = create_async_engine(driver_url, pool_size=4, **same)
            prepare(self._write_engine, reading=False)
            prepare(self._read_engine, reading=True)
            self._checkpoint = QuietCheckpoint(self._write_engine, self._note)
        else:
            driver_url = self.url.set(drivername="postgresql+asyncpg")
            self._write_engine = create_async_engine(
                driver_url,
                hide_parameters=True,
                pool_size=pool_size,
                max_overflow=0,
                pool_timeout=POOL_WAIT_S,
                connect_args={
                    "timeout": CONNECT_S,
                    "server_settings": {
                        "lock_timeout": f"{SHARED_LOCK_WAIT_S * 1e3:.0f}",
                        "statement_timeout": f"{STATEMENT_S * 1e3:.0f}",
                        "idle_in_transaction_session_timeout": f"{FROZEN_S * 1e3:.0f}",
                    },
                },
            )
            _prepare_postgres(self._write_engine)
            let_go_of_silent_lines(self._write_engine)
            self._read_engine = self._write_engine.execution_options(
                isolation_level="REPEATABLE READ", postgresql_readonly=True
            )

    async def start(self) -> None:
        """
        Take the file and start the writer.

        Raises:
            DatabaseOwned: another process has it.
            DatabaseDamaged: the file is not sound; nothing was written to it.
        """
        if self.is_sqlite:
            self.take_file()
            try:
                await asyncio.to_thread(examine, Path(self.url.database or ""))
            except BaseException:
                self.give_file_back()
                raise
            self._checkpoint.start()
        for queue in (self._queue,) if self.is_sqlite else (self._queue, self._beside):
            self._writers.append(
                (queue, asyncio.create_task(self._write_loop(queue), name="database-writer"))
            )

    async def stop(self) -> None:
        """Finish what was queued, then close everything."""
        writers, self._writers = self._writers, []  # from here on a write is refused: nobody would come to it
        for queue, _ in writers:
            await queue.put(None)
        for _, task in writers:
            await task
        if self._alone_tasks:
            await asyncio.wait(self._alone_tasks)
        if self.is_sqlite:
            await self._checkpoint.stop()
        await self._write_engine.dispose()
        if self.is_sqlite:
            await self._read_engine.dispose()
            await self._threads.end()
        self.give_file_back()

    @asynccontextmanager
    async def read(self, *, within_s: float | None = None) -> AsyncIterator[AsyncSession]:
        """
        A session for reading: all its queries see the database as the first one did, and a write in it is refused.

        What takes several queries, such as the answer to a stop, would lose whatever changes its state between two of
        them. Never hold it over a network call, and never wait in it for what somebody else writes.

        Args:
            within_s: In which all of it is answered, on PostgreSQL; as long as every reader waits by default.

        Raises:
            Unready: it was not.
        """
        limit_s = None if self._read_s is None else within_s or self._read_s
        try:
            async with (
                answered(limit_s, reading=True),
                AsyncSession(self._read_engine, expire_on_commit=False) as session,
            ):
                yield session
        except (DBAPIError, NoConnectionFree, ConnectionError, TimeoutError) as exc:
            self._note(exc)
            raise_translated(exc)

    async def write(
        self, work: Work[T], *, bulk: bool = False, beside: bool = False, alone: bool = False
    ) -> T:
        """
        Run one small unit of work and return once it is durable.

        `work` gets a session inside a savepoint and must neither commit nor wait for anything but the database.
        What it raises undoes its own savepoint only and is raised here.

        Args:
            bulk: A group of what comes in floods (replies). It is committed by itself, and after all other work that
                waits, so that an update never stands behind more than one unit of a flood.
            beside: On a connection of its own where the database takes two writers, so that neither waits for the other
                but for rows that both change. What is asked for beside keeps its order among itself only.
            alone: Where there are two writers it shares its commit with nobody: it changes rows that the other writer
                changes as well, and would hold them while what shares its commit waits for that one.

        Raises:
            StorageFull: the disk is full; nothing was kept.
            Unready: it could not be had in time, or (`database_away`) the connection ended and nobody knows.
            StorageFailed: nothing is written any more.
        """
        if not self._writers:
            raise RuntimeError("the database is not started")
        self.require_sound()
        unit = _Unit(cast("Work[Any]", work), bulk, alone and not self.is_sqlite)
        await (self._beside if beside else self._queue).put(unit)
        return cast("T", await unit.done)

    async def write_urgently(self, work: Work[T]) -> T:
        """
        As `write`, in a transaction of its own that waits for nobody who has frozen; a caller that goes away does not
        undo it.
        """
        if self.is_sqlite:
            return await self.write(work)
        task = asyncio.create_task(self._write_urgently(work), name="database-urgent")
        self._alone_tasks.add(cast("asyncio.Task[None]", task))
        task.add_done_callback(self._alone_tasks.discard)
        return await asyncio.shield(task)

    async def _write_urgently(self, work: Work[T]) -> T:
        for last in (False, False, True):
            pid: asyncio.Future[int] = asyncio.get_running_loop().create_future()
            task = asyncio.create_task(self._with_pid(work, pid))
            clearing = asyncio.create_task(clear_the_way(self._write_engine, pid, task, self._urgent))
            try:
                return await task
            except (DBAPIError, NoConnectionFree, OSError) as exc:
                if last or not is_crossed(exc):
                    raise_translated(exc)
            finally:
                clearing.cancel()
                await asyncio.gather(clearing, return_exceptions=True)
        raise AssertionError("unreachable")

    async def _with_pid(self, work: Work[T], pid: asyncio.Future[int]) -> T:
        self.require_sound()
        async with (
            answered(self._write_s, reading=False),
            AsyncSession(self._write_engine, expire_on_commit=False) as session,
            session.begin(),
        ):
            await session.execute(_waits(LOCK_WAIT_S, STATEMENT_S))
            named = "SELECT pg_backend_pid() FROM set_config('application_name', :name, true)"
            pid.set_result(int((await session.execute(text(named), {"name": self._urgent})).scalar_one()))
            return await work(session)

    @asynccontextmanager
    async def transaction(self, *, in_time: bool = False) -> AsyncIterator[AsyncSession]:
        """
        A write transaction of its own, committed at the end; for long or bulk work.

        Args:
            in_time: It is neither: given up like any commit when the server says nothing.
        """
        async with self._limited(in_time), self._patient(frozen_s=STATEMENT_S) as session:
            yield session

    def _limited(self, in_time: bool) -> AbstractAsyncContextManager[Again]:
        return answered(self._write_s if in_time else None, reading=False)

    @asynccontextmanager
    async def _patient(self, *, frozen_s: float) -> AsyncIterator[AsyncSession]:
        self.require_sound()
        try:
            async with AsyncSession(self._write_engine, expire_on_commit=False) as session, session.begin():
                if not self.is_sqlite:
                    await session.execute(_waits(LOCK_WAIT_S, frozen_s))
                yield session
        except (DBAPIError, NoConnectionFree, ConnectionError, TimeoutError) as exc:
            self._note(exc)
            raise_translated(exc)

    @asynccontextmanager
    async def connection(
        self, *, lock_wait_s: float | None = None, in_time: bool = False
    ) -> AsyncIterator[AsyncConnection]:
        """
        A bare connection in a write transaction; for migrations and bulk inserts. Errors are the driver's own.

        Args:
            lock_wait_s: How long to wait for a row that somebody else holds, on PostgreSQL; as a shared commit does
                by default.
            in_time: Given up like any commit when the server says nothing, and then `Unready`; a migration is not.
        """
        self.require_sound()
        try:
            async with self._limited(in_time), self._write_engine.begin() as connection:
                if lock_wait_s is not None and not self.is_sqlite:
                    await connection.execute(_waits(lock_wait_s, max(FROZEN_S, lock_wait_s)))
                yield connection
        except Exception as exc:
            self._note(exc)
            raise

    def require_sound(self) -> None:
        """
        Raises:
            StorageFailed: the storage failed before; nothing is written any more.
        """
        if self.closed_because:
            raise StorageFailed(FAILED)

    async def check(self) -> str:
        """Look at the whole file, indexes as well; beside everything else. Returns what is wrong, and closes then."""
        if not self.is_sqlite:
            return ""
        try:
            await asyncio.to_thread(examine, Path(self.url.database or ""), thoroughly=True)
        except DatabaseDamaged as exc:
            self.closed_because = str(exc)
            log.critical("the database file is damaged: %s", exc)
        return self.closed_because

    def _note(self, exc: BaseException) -> None:
        """Close for writing when it was the storage itself that failed."""
        if not self.is_sqlite or not is_failed(exc) or self.closed_because:
            return
        self.closed_because = str(exc).splitlines()[0][:300]
        log.critical("the storage failed, nothing is written any more: %s", self.closed_because)
        if is_disk_error(exc):
            self._on_failed(exc)

    def take_file(self) -> None:
        """
        Own the SQLite file until it is given back.

        Raises:
            DatabaseOwned: another process does.
        """
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

    def give_file_back(self) -> None:
        """Let another process own it."""
        if self._owner is not None:
            os.close(self._owner)
            self._owner = None

    async def _write_loop(self, queue: asyncio.Queue[_Unit | None]) -> None:
        running = True
        bulk: deque[_Unit] = deque()
        while running or bulk:
            batch: list[_Unit] = []
            alone: _Unit | None = None
            while len(batch) < MAX_BATCH and running and alone is None:
                if queue.empty() and (batch or bulk):
                    break
                unit = await queue.get()
                if unit is None:
                    running = False
                elif unit.alone:
                    alone = unit
                else:
                    (bulk if unit.bulk else batch).append(unit)
            if len(batch) == 1:
                await self._commit_one(batch[0])
            elif batch:
                await self._commit_batch(batch)
            if alone is not None:
                await self._commit_one(alone)
            if bulk:  # one, however much came meanwhile: a flood waits, but never for ever
                await self._commit_one(bulk.popleft())

    async def _commit_one(self, unit: _Unit) -> None:
        """Work that shares its commit with nobody needs no savepoint of its own."""
        if unit.done.cancelled():
            return
        try:
            async with (
                answered(self._write_s, reading=False),
                AsyncSession(self._write_engine, expire_on_commit=False) as session,
                session.begin(),
            ):
                result = await unit.work(session)
        except Exception as exc:  # noqa: BLE001 - the caller hears it, whatever it is
            self._note(exc)
            if is_locked(exc) or is_crossed(exc):
                self._set_apart(unit)
            else:
                unit.fail(translated(exc))
        else:
            unit.succeed(result)

    async def _commit_batch(self, batch: list[_Unit]) -> None:
        done: list[tuple[_Unit, Any]] = []
        apart: list[_Unit] = []
        cause: DBAPIError | None = None
        try:
            async with (
                answered(self._write_s, reading=False) as again,
                self._write_engine.begin() as connection,
            ):
                for unit in batch:
                    if unit.done.cancelled():
                        continue
                    again()  # many that are slow together are no silence
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
                        if isinstance(exc, DBAPIError) and (
                            is_cut(exc) or _is_undone(exc) or (self.is_sqlite and is_failed(exc))
                        ):
                            raise
                        if is_locked(exc) or is_crossed(exc):
                            apart.append(unit)
                        else:
                            unit.fail(translated(exc))
                    else:
                        done.append((unit, result))
        except Exception as exc:  # noqa: BLE001 - the whole batch is undone; every caller must hear of it
            said = cause if cause is not None and _is_undone(exc) else exc
            self._note(said)
            error = translated(said)
            for unit in batch:
                unit.fail(error)
            return
        for unit, result in done:
            unit.succeed(result)
        for unit in apart:
            self._set_apart(unit)

    def _set_apart(self, unit: _Unit) -> None:
        task = asyncio.create_task(self._commit_alone(unit), name="database-alone")
        self._alone_tasks.add(task)
        task.add_done_callback(self._alone_tasks.discard)

    async def _commit_alone(self, unit: _Unit) -> None:
        """
        Work that met a locked row: once more on a connection of its own, where only its caller waits.

        Units that share a commit take locks in the order in which they came, which may cross with somebody else's.
        """
        for last in (False, False, True):
            try:
                async with (
                    self._alone,
                    answered(self._write_s, reading=False),
                    self._patient(frozen_s=FROZEN_S) as session,
                ):
                    result = await unit.work(session)
            except Exception as exc:  # noqa: BLE001 - the caller hears it, whatever it is
                if is_crossed(exc) and not last:
                    continue
                unit.fail(translated(exc))
            else:
                unit.succeed(result)
            return


def _is_undone(exc: BaseException) -> bool:
    """
    SQLite ends the whole transaction by itself when the disk is full: what would follow in the batch would then be
    committed statement by statement, behind the back of callers who are told that it failed.
    """
    words = str(exc).lower()
    return "no such savepoint" in words or UNDONE in words


def _waits(lock_s: float, frozen_s: float) -> Any:
    """How long this one transaction waits for locks, and how long its client may be silent in it."""
    return text(
        f"SELECT set_config('lock_timeout', '{lock_s * 1e3:.0f}', true),"
        f" set_config('idle_in_transaction_session_timeout', '{frozen_s * 1e3:.0f}', true)"
    )


def raise_translated(exc: BaseException) -> NoReturn:
    """Say it in words where there are better ones; else as it is."""
    said = translated(exc)
    if said is exc:
        raise exc
    raise said from exc


class _Unit:
    __slots__ = ("alone", "bulk", "done", "work")

    def __init__(self, work: Work[Any], bulk: bool, alone: bool) -> None:
        self.work = work
        self.bulk = bulk
        self.alone = alone
        self.done: asyncio.Future[Any] = asyncio.get_running_loop().create_future()

    def succeed(self, result: Any) -> None:
        if not self.done.done():
            self.done.set_result(result)

    def fail(self, exc: BaseException) -> None:
        if not self.done.done():
            self.done.set_exception(exc)


def _prepare_postgres(engine: AsyncEngine) -> None:
    """
    Not the pool's own `pre_ping`: that asks before every transaction, which is BEGIN, nothing and ROLLBACK, a quarter of
    the ways of a small one. One that was just used and is not closed is as good as one that just answered.
    """

    @event.listens_for(engine.sync_engine, "checkin")
    def checkin(_dbapi: Any, record: Any) -> None:
        record.info["used_s"] = time.monotonic()

    @event.listens_for(engine.sync_engine, "checkout")
    def checkout(dbapi: Any, record: Any, _proxy: Any) -> None:
        driver = dbapi.driver_connection
        used_s = record.info.get("used_s")  # none as long as it is new
        try:
            if used_s is not None and not driver.is_closed() and time.monotonic() - used_s > IDLE_S:
                dbapi.ping()
        except engine.dialect.loaded_dbapi.Error:
            if not driver.is_closed():
                raise
        if driver.is_closed():
            raise InvalidatePoolError
