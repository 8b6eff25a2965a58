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
from operator import itemgetter
from typing import Any, TypeVar

import orjson
from sqlalchemy import JSON
from sqlalchemy.dialects.postgresql import asyncpg
from sqlalchemy.dialects.sqlite import aiosqlite
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

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
    if not value:  # most of them are empty
        kind = type(value)
        if kind is dict:
            return "{}"
        if kind is list:
            return "[]"
    return orjson.dumps(value, option=orjson.OPT_NON_STR_KEYS).decode()


def read_instant(value: Any) -> datetime | None:
    """A stored instant as a driver gives it."""
    if isinstance(value, str):
        return datetime.fromisoformat(value).replace(tzinfo=UTC)
    assert value is None or isinstance(value, datetime)
    return value


Plan = tuple[str, Callable[[Mapping[str, Any]], tuple[Any, ...]], tuple[tuple[int, Convert], ...]]
"""SQL, how to take its values from a row, and which of them need turning into the driver's."""


def _quote(sqlite: bool) -> Callable[[str], str]:
    return (aiosqlite.dialect() if sqlite else asyncpg.dialect()).identifier_preparer.quote  # type: ignore[no-untyped-call]


def _converts(table: Any, names: Sequence[str], sqlite: bool) -> tuple[tuple[int, Convert], ...]:
    found: list[tuple[int, Convert]] = []
    for place, name in enumerate(names):
        kind = table.columns[name].type
        if isinstance(kind, UtcDateTime) and sqlite:
            found.append((place, _sqlite_time))
        elif isinstance(kind, JSON):
            found.append((place, _json))
    return tuple(found)


@lru_cache(maxsize=64)
def _insert_plan(table: Any, sqlite: bool) -> Plan:
    quote = _quote(sqlite)
    names = tuple(column.name for column in table.columns)
    listed = ", ".join(map(quote, names))
    sql = f"INSERT INTO {quote(table.name)} ({listed}) VALUES ({marks(len(names))})"  # noqa: S608 - names of ours
    return sql, itemgetter(*names), _converts(table, names, sqlite)


@lru_cache(maxsize=64)
def _update_plan(table: Any, names: tuple[str, ...], unless_set: str, sqlite: bool) -> Plan:
    quote = _quote(sqlite)
    changes = ", ".join(f"{quote(name)} = ?" for name in names)
    only = f" AND {quote(unless_set)} IS NULL" if unless_set else ""
    sql = f"UPDATE {quote(table.name)} SET {changes} WHERE id = ?{only}"  # noqa: S608 - names of ours
    taken = (*names, "id")
    return sql, itemgetter(*taken), _converts(table, taken, sqlite)


def _statement(plan: Plan, rows: Sequence[Mapping[str, Any]]) -> Statement:
    sql, take, converts = plan
    many: list[tuple[Any, ...]] = []
    for row in rows:
        values = list(take(row))
        for place, convert in converts:
            values[place] = convert(values[place])
        many.append(tuple(values))
    return Statement(sql, many=many)


def insert_rows(table: Any, rows: Sequence[Mapping[str, Any]], *, sqlite: bool) -> Statement:
    """One statement for rows that name every column of the table."""
    return _statement(_insert_plan(table, sqlite), rows)


def update_rows(
    table: Any, rows: Sequence[Mapping[str, Any]], *, sqlite: bool, unless_set: str = ""
) -> Statement:
    """
    One statement for rows that name their `id` and the same columns to change, each.

    Args:
        unless_set: A column that must still be empty.
    """
    names = tuple(name for name in rows[0] if name != "id")
    return _statement(_update_plan(table, names, unless_set, sqlite), rows)


def is_sqlite(session: AsyncSession) -> bool:
    return session.get_bind().dialect.name == "sqlite"


async def write(session: AsyncSession, *statements: Statement) -> None:
    """Inside the session's own transaction."""

    def work() -> Work[None]:
        for statement in statements:  # noqa: UP028 - rows are sent back, which a tuple cannot take
            yield statement

    await run(await session.connection(), work())


def marks(n: int) -> str:
    return ", ".join(["?"] * n)
