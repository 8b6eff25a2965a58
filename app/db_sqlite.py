"""
SQLite's thread, asked once for each statement.

A connection to SQLite lives in a thread of its own, and the driver as it comes goes there and back four times for one
statement: for a cursor, to execute, to fetch, to close. Each way is dearer than most statements, and on a busy machine
waits for the interpreter's lock twice. Here the four are one way, and a reader's BEGIN goes with its first statement.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Sequence
from typing import Any

import aiosqlite
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine

from app.db_checkpoint import LONG_PAGES

AT_ONCE = 1000
"""Rows fetched on the way; a longer answer is fetched as it is wanted."""


WRITER_CACHE_KIB = 32_000  # SQLite's 2 MB hold neither a large batch nor the indexes it touches
UNDONE = "the transaction was undone before its commit"


class OneWayConnection(aiosqlite.Connection):
    """
    A connection whose statements cost one way to its thread.

    Attributes:
        begin_first: Said before the next statement, on the same way; empty when a transaction runs or none is wanted.
    """

    begin_first = ""
    _all_answered = True
    """Nothing runs in the thread that nobody waits for, so that what the connection says of itself is true."""

    def cursor(self) -> OneWayCursor:  # type: ignore[override] # what SQLAlchemy uses of it is the same
        return OneWayCursor(self)

    async def rollback(self) -> None:
        self.begin_first = ""
        if not self._all_answered or self._conn.in_transaction:
            await super().rollback()
            self._all_answered = True

    async def commit(self) -> None:
        if self.begin_first:
            self.begin_first = ""  # nothing was asked since: nothing runs
            return
        if self._all_answered and not self._conn.in_transaction:
            # SQLite ends it by itself when the disk is full; whoever hid that error must not believe it was kept.
            raise sqlite3.OperationalError(UNDONE)
        await super().commit()

    async def _execute(self, fn: Callable[..., Any], *args: Any, **named: Any) -> Any:
        try:
            return await super()._execute(fn, *args, **named)  # type: ignore[no-untyped-call]
        except asyncio.CancelledError:
            self._all_answered = False
            raise


class OneWayCursor:
    """As much of a cursor as SQLAlchemy asks for."""

    arraysize = 1

    def __init__(self, connection: OneWayConnection) -> None:
        self._connection = connection
        self._cursor: sqlite3.Cursor | None = None
        self._rows: list[Any] = []
        self.description: Any = None
        self.rowcount = -1
        self.lastrowid: int | None = None

    async def __aenter__(self) -> OneWayCursor:
        return self

    async def execute(self, sql: str, params: Sequence[Any] = ()) -> OneWayCursor:
        return await self._go(sqlite3.Cursor.execute, sql, params)

    async def executemany(self, sql: str, rows: Sequence[Sequence[Any]]) -> OneWayCursor:
        return await self._go(sqlite3.Cursor.executemany, sql, rows)

    async def fetchall(self) -> list[Any]:
        rows, self._rows = self._rows, []
        if self._cursor is not None:
            rows += await self._in_thread(self._cursor.fetchall)
            await self.close()
        return rows

    async def fetchmany(self, size: int | None = None) -> list[Any]:
        wanted = size or self.arraysize
        if self._cursor is not None and len(self._rows) < wanted:
            self._rows += await self._in_thread(self._cursor.fetchmany, max(AT_ONCE, wanted))
        rows, self._rows = self._rows[:wanted], self._rows[wanted:]
        return rows

    async def fetchone(self) -> Any:
        rows = await self.fetchmany(1)
        return rows[0] if rows else None

    async def close(self) -> None:
        self._rows = []
        if self._cursor is not None:
            cursor, self._cursor = self._cursor, None
            await self._in_thread(cursor.close)

    async def _go(self, how: Any, sql: str, params: Sequence[Any]) -> OneWayCursor:
        begin, self._connection.begin_first = self._connection.begin_first, ""
        found = await self._in_thread(_ask, self._connection._conn, begin, how, sql, params)
        self._cursor, self._rows, self.description, self.rowcount, self.lastrowid = found
        return self

    async def _in_thread(self, what: Any, *args: Any) -> Any:
        # aiosqlite has no public name for "run this there". The version is locked, and a test holds it.
        return await self._connection._execute(what, *args)


def _ask(connection: sqlite3.Connection, begin: str, how: Any, sql: str, params: Sequence[Any]) -> Any:
    """In the connection's thread."""
    cursor = connection.cursor()
    if begin:
        cursor.execute(begin)
    how(cursor, sql, params)
    rows: list[Any] = cursor.fetchmany(AT_ONCE) if cursor.description else []
    found = (cursor.description, cursor.rowcount, cursor.lastrowid)
    if len(rows) == AT_ONCE:
        return (cursor, rows, *found)
    cursor.close()
    return (None, rows, *found)


def prepare(engine: AsyncEngine, *, reading: bool) -> None:
    """
    Have every connection be durable and check references, and begin its transactions as it must.

    Raises:
        RuntimeError: at connecting, where SQLite does not do what it is told.
    """

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
        else:
            cursor.execute(f"PRAGMA wal_autocheckpoint={LONG_PAGES}")
            cursor.execute(f"PRAGMA cache_size=-{WRITER_CACHE_KIB}")
        for pragma, wanted in (("synchronous", 2), ("foreign_keys", 1)):
            cursor.execute(f"PRAGMA {pragma}")
            got = cursor.fetchone()[0]
            if got != wanted:
                raise RuntimeError(f"SQLite refused PRAGMA {pragma}: wanted {wanted}, got {got}")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def begin(connection: Any) -> None:
        if reading:
            connection.connection.driver_connection.begin_first = "BEGIN"
        else:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
