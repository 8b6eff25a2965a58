"""
Statements past the mapper, for the one place that is called thousands of times a second.

What costs there is not the database but turning values into the driver's and, on SQLite, handing every single
statement to the connection's thread and back. So the work is a generator that yields statements and is sent their
rows: on SQLite it runs whole in the connection's own thread, on PostgreSQL statement by statement.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, TypeVar

import orjson
from sqlalchemy import JSON
from sqlalchemy.dialects.postgresql import asyncpg
from sqlalchemy.dialects.sqlite import aiosqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from app.models.base import UtcDateTime

T = TypeVar("T")
Convert = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Statement:
    """SQL with `?` for each parameter; `many` are the rows of an executemany."""

    sql: str
    params: tuple[Any, ...] = ()
    many: Sequence[tuple[Any, ...]] | None = None


Work = Generator[Statement, list[Any], T]
"""Yields statements, is sent their rows, returns what it came to."""


async def run(connection: AsyncConnection, work: Work[T]) -> T:
    """Drive the work to its end inside the connection's transaction."""
    if connection.dialect.name == "sqlite":
        raw = await connection.get_raw_connection()
        driver: Any = raw.driver_connection
        # aiosqlite's own way to its thread; it has no public name for "run this there". The version is locked, and
        # a test holds it: fifty hops between threads a batch are what this spares.
        result: T = await driver._execute(_run_in_thread, driver._conn, work)
        return result
    try:
        statement = next(work)
        while True:
            answer = await connection.exec_driver_sql(
                _numbered(statement.sql), statement.params if statement.many is None else list(statement.many)
            )
            statement = work.send(list(answer.all()) if answer.returns_rows else [])
    except StopIteration as end:
        return end.value  # type: ignore[no-any-return]


def _run_in_thread(connection: sqlite3.Connection, work: Work[T]) -> T:
    try:
        statement = next(work)
        while True:
            if statement.many is not None:
                connection.executemany(statement.sql, statement.many)
                rows: list[Any] = []
            else:
                cursor = connection.execute(statement.sql, statement.params)
                rows = cursor.fetchall()
                cursor.close()
            statement = work.send(rows)
    except StopIteration as end:
        return end.value  # type: ignore[no-any-return]


@lru_cache(maxsize=1024)
def _numbered(sql: str) -> str:
    """`?` to `$1`, `$2` …; no statement of ours has a question mark elsewhere."""
    parts = sql.split("?")
    return parts[0] + "".join(f"${n}{rest}" for n, rest in enumerate(parts[1:], start=1))


@lru_cache(maxsize=4096)
def _sqlite_instant(instant: datetime) -> str:
    """As UtcDateTime and SQLAlchemy's DateTime write it: naive UTC, microseconds always."""
    return instant.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")


def _sqlite_time(value: datetime | None) -> str | None:
    return None if value is None else _sqlite_instant(value)


def _json(value: Any) -> str:
    return orjson.dumps(value, option=orjson.OPT_NON_STR_KEYS).decode()


def read_instant(value: Any) -> datetime | None:
    """A stored instant as a driver gives it."""
    if isinstance(value, str):
        return datetime.fromisoformat(value).replace(tzinfo=UTC)
    assert value is None or isinstance(value, datetime)
    return value


@lru_cache(maxsize=64)
def _plan(table: Any, sqlite: bool) -> tuple[str, tuple[tuple[str, Convert | None], ...]]:
    quote = (aiosqlite.dialect() if sqlite else asyncpg.dialect()).identifier_preparer.quote  # type: ignore[no-untyped-call]
    columns: list[tuple[str, Convert | None]] = []
    for column in table.columns:
        convert: Convert | None = None
        if isinstance(column.type, UtcDateTime) and sqlite:
            convert = _sqlite_time
        elif isinstance(column.type, JSON):
            convert = _json
        columns.append((column.name, convert))
    names = ", ".join(quote(name) for name, _ in columns)
    sql = f"INSERT INTO {quote(table.name)} ({names}) VALUES ({marks(len(columns))})"  # noqa: S608 - names of ours
    return sql, tuple(columns)


def insert_rows(table: Any, rows: Sequence[Mapping[str, Any]], *, sqlite: bool) -> Statement:
    """One statement for rows that name every column of the table."""
    sql, columns = _plan(table, sqlite)
    return Statement(
        sql,
        many=[
            tuple([row[name] if convert is None else convert(row[name]) for name, convert in columns])
            for row in rows
        ],
    )


def marks(n: int) -> str:
    return ", ".join(["?"] * n)
