"""
Statements past the mapper, for the one place that is called thousands of times a second.

What costs there is not the database but turning values into the driver's and, on SQLite, handing every single
statement to the connection's thread and back. So the work is a generator that yields statements and is sent their
rows: on SQLite it runs whole in the connection's own thread, on PostgreSQL statement by statement, and as few of them
as there can be.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from operator import itemgetter
from typing import Any, TypeVar

import orjson
from sqlalchemy import ARRAY, JSON, Text, any_, bindparam, func, select
from sqlalchemy.dialects.postgresql import asyncpg
from sqlalchemy.dialects.sqlite import aiosqlite
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from app.broadcast.bulk_columns import MANY, columns_of, insert_sql, update_sql
from app.db_direct import directly
from app.models.base import UtcDateTime

T = TypeVar("T")
Rows = Sequence[Mapping[str, Any]]
Convert = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Statement:
    """
    SQL with `?` for each parameter; `many` are the rows of an executemany.

    Attributes:
        ahead: Nothing of it is read. On PostgreSQL the work goes on while the server is at it, up to its next statement;
            it is sent no rows, and what goes wrong is raised there.
    """

    sql: str
    params: tuple[Any, ...] = ()
    many: Sequence[tuple[Any, ...]] | None = None
    ahead: bool = False


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
    direct = await directly(connection)
    ahead: asyncio.Task[list[Any]] | None = None
    try:
        statement = next(work)
        while True:
            if ahead is not None:
                await ahead
                ahead = None
            rows: list[Any] = []
            sql = _numbered(statement.sql)
            if statement.ahead:
                ahead = asyncio.create_task(direct.fetch(sql, statement.params))
                for _ in range(2):  # it starts, and uvloop sends; only then is worked out what follows
                    await asyncio.sleep(0)
            elif statement.many is None:
                rows = await direct.fetch(sql, statement.params)
            else:
                for params in statement.many:
                    await direct.fetch(sql, params)
            statement = work.send(rows)
    except StopIteration as end:
        if ahead is not None:
            await ahead
        return end.value  # type: ignore[no-any-return]
    finally:
        if ahead is not None and not ahead.done():
            ahead.cancel()
            await asyncio.gather(ahead, return_exceptions=True)


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
    # Not strftime: it writes the year 1 with one digit, and a row that cannot be read back keeps all others from going out.
    return instant.astimezone(UTC).replace(tzinfo=None).isoformat(sep=" ", timespec="microseconds")


def _sqlite_time(value: datetime | None) -> str | None:
    return None if value is None else _sqlite_instant(value)


def _json(value: Any) -> str:
    if not value:  # most of them are empty
        kind = type(value)
        if kind is dict:
            return "{}"
        if kind is list or kind is tuple:
            return "[]"
    return orjson.dumps(value, default=dict, option=orjson.OPT_NON_STR_KEYS).decode()


def read_instant(value: Any) -> datetime | None:
    """A stored instant as a driver gives it."""
    if isinstance(value, str):
        return datetime.fromisoformat(value).replace(tzinfo=UTC)
    assert value is None or isinstance(value, datetime)
    return value


@dataclass(frozen=True, slots=True, eq=False)
class Shape:
    """
    What rows for one table look like.

    Attributes:
        same: What is the same in every row (None, a flag, a number or a word of ours) and stands in the statement
            itself: what is not handed over for each row costs nothing for each row.
        now: Columns that hold the moment of the insert, which is handed over once. Rows name all columns but these.
    """

    table: Any
    same: Mapping[str, Any] = field(default_factory=dict)
    now: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """SQLite's way: SQL for one row, how to take its values, and which of them need turning into the driver's."""

    sql: str
    take: Callable[[Mapping[str, Any]], tuple[Any, ...]]
    converts: tuple[tuple[int, Convert], ...]


def _quote(sqlite: bool) -> Callable[[str], str]:
    return _dialect(sqlite).identifier_preparer.quote  # type: ignore[no-any-return]


def _dialect(sqlite: bool) -> Any:
    return aiosqlite.dialect() if sqlite else asyncpg.dialect()  # type: ignore[no-untyped-call]


def _literal(value: Any, sqlite: bool) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return str(int(value)) if sqlite else str(value).lower()
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    return _literal(_json(value), sqlite)


def _converts(table: Any, names: Sequence[str]) -> tuple[tuple[int, Convert], ...]:
    found: list[tuple[int, Convert]] = []
    for place, name in enumerate(names):
        kind = table.columns[name].type
        if isinstance(kind, UtcDateTime):
            found.append((place, _sqlite_time))
        elif isinstance(kind, JSON):
            found.append((place, _json))
    return tuple(found)


def _many(plan: Plan, rows: Rows, nows: tuple[datetime, ...] = ()) -> Statement:
    """Turned into the driver's values column by column, which costs half of what it does row by row."""
    columns: list[Sequence[Any]] = list(zip(*map(plan.take, rows), strict=True))
    for place, convert in plan.converts:
        columns[place] = [*map(convert, columns[place])]
    columns += [[_sqlite_instant(now)] * len(rows) for now in nows]
    return Statement(plan.sql, many=list(zip(*columns, strict=True)))


def _document(rows: Rows | Mapping[str, Any]) -> str:
    """PostgreSQL's way: all rows in one text that it takes apart itself, for a tenth of what binding them costs us."""
    return orjson.dumps(rows, default=_plain, option=orjson.OPT_NON_STR_KEYS).decode()


def _plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return f"\\x{value.hex()}"  # as bytea is written
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"{type(value).__name__} cannot be stored")


def _from_document(table: Any, names: Sequence[str]) -> str:
    return f"FROM json_to_recordset(?) AS v ({_typed(table, names)})"


def _typed(table: Any, names: Sequence[str]) -> str:
    quote, dialect = _quote(False), _dialect(False)
    return ", ".join(f"{quote(name)} {table.columns[name].type.compile(dialect)}" for name in names)


def _two_documents(shape: Shape, rows: Rows) -> tuple[str, str]:
    """
    What each of the rows has for itself, and what all of them share: of a hundred updates most of it.

    What is missing in one stands in the other, or is NULL. The shape leaves two names at least to its rows.
    """
    n, names, inner = len(rows), _insert_parts(shape, False)[0], _documents(shape.table)
    common: dict[str, Any] = {}
    apart: list[tuple[str, tuple[Any, ...]]] = []
    for name, values in zip(names, zip(*map(itemgetter(*names), rows), strict=True), strict=True):
        # Documents only where they are empty: to Python 1, 1.0 and True in one are the same.
        if values.count(values[0]) < n or (name in inner and values[0]):
            apart.append((name, values))
        elif values[0] is not None:
            common[name] = values[0]
    own_names = [name for name, _ in apart]
    own = [
        dict(zip(own_names, row, strict=True)) for row in zip(*(values for _, values in apart), strict=True)
    ]
    return _document(own or [{}] * n), _document(common)


@lru_cache(maxsize=64)
def _insert_parts(shape: Shape, sqlite: bool) -> tuple[tuple[str, ...], str, str]:
    """Columns that rows name, the statement's beginning, and what is the same for all."""
    quote = _quote(sqlite)
    apart = (*shape.same, *shape.now)
    names = tuple(column.name for column in shape.table.columns if column.name not in apart)
    listed = ", ".join(map(quote, (*names, *apart)))
    same = "".join(f", {_literal(value, sqlite)}" for value in shape.same.values())
    same += (", ?" if sqlite else ", CAST(? AS timestamptz)") * len(shape.now)
    return names, f"INSERT INTO {quote(shape.table.name)} ({listed})", same


@lru_cache(maxsize=64)
def _insert_plan(shape: Shape) -> Plan:
    names, begin, same = _insert_parts(shape, True)
    return Plan(
        f"{begin} VALUES ({marks(len(names))}{same})", itemgetter(*names), _converts(shape.table, names)
    )


@lru_cache(maxsize=64)
def _inserts_at_once(shapes: tuple[Shape, ...], many: bool) -> str:
    """References are looked at when the whole statement has run, so a row may name one of another table in it."""
    inserts: list[str] = []
    for shape in shapes:
        names, begin, same = _insert_parts(shape, False)
        quoted = [*map(_quote(False), names)]
        taken, source = ", ".join(quoted), _from_document(shape.table, names)
        if many:
            taken = ", ".join(f"COALESCE(v.{name}, c.{name})" for name in quoted)
            source += f", json_to_record(?) AS c ({_typed(shape.table, names)})"
        inserts.append(f"{begin} SELECT {taken}{same} {source}")
    others = ", ".join(f"i{n} AS ({sql})" for n, sql in enumerate(inserts[:-1]))
    return f"WITH {others} {inserts[-1]}" if others else inserts[-1]


def insert_all(
    tables: Sequence[tuple[Shape, Rows]], *, sqlite: bool, now: datetime | None = None, ahead: bool = False
) -> list[Statement]:
    """
    Rows of several tables: a statement for each on SQLite, one for all on PostgreSQL, which spares the ways there.

    Args:
        now: Where a shape has columns for it.
        ahead: What follows is worked out meanwhile.
    """
    given = [(shape, rows, _nows(shape, now)) for shape, rows in tables if rows]
    if sqlite or not given:
        return [_many(_insert_plan(shape), rows, nows) for shape, rows, nows in given]
    many = len(given[0][1]) >= MANY
    params: list[Any] = []
    for shape, rows, nows in given:
        params += nows
        params += _two_documents(shape, rows) if many else (_document(rows),)
    sql = _inserts_at_once(tuple(shape for shape, _, _ in given), many)
    return [Statement(sql, tuple(params), ahead=ahead)]


def _nows(shape: Shape, now: datetime | None) -> tuple[datetime, ...]:
    if now is None and shape.now:
        raise ValueError(f"{shape.table.name} asks for the moment")
    return () if now is None else (now,) * len(shape.now)


def insert_rows(shape: Shape, rows: Rows, *, sqlite: bool) -> Statement:
    """One statement for all rows, of which there is at least one."""
    if sqlite or len(rows) < MANY or _documents(shape.table) or shape.now:
        return insert_all([(shape, rows)], sqlite=sqlite)[0]
    names, begin, same = _insert_parts(shape, False)
    given = columns_of(rows, names, names[:1])
    return Statement(insert_sql(shape.table, begin, names, same, given.alike), given.params)


@lru_cache(maxsize=64)
def _documents(table: Any) -> frozenset[str]:
    return frozenset(column.name for column in table.columns if isinstance(column.type, JSON))


@lru_cache(maxsize=64)
def _update_sql(table: Any, names: tuple[str, ...], unless_set: str, sqlite: bool) -> str:
    quote = _quote(sqlite)
    name = quote(table.name)
    only = f" AND {name}.{quote(unless_set)} IS NULL" if unless_set else ""
    if sqlite:
        changes = ", ".join(f"{quote(column)} = ?" for column in names)
        return f"UPDATE {name} SET {changes} WHERE id = ?{only}"  # noqa: S608 - names of ours
    changes = ", ".join(f"{quote(column)} = v.{quote(column)}" for column in names)
    found = _from_document(table, (*names, "id"))
    return f"UPDATE {name} SET {changes} {found} WHERE {name}.id = v.id{only}"  # noqa: S608 - names of ours


def update_rows(table: Any, rows: Rows, *, sqlite: bool, unless_set: str = "") -> Statement:
    """
    One statement for rows that name their `id` and the same columns to change, each.

    Args:
        unless_set: A column that must still be empty.
    """
    names = tuple(name for name in rows[0] if name != "id")
    if not sqlite and not _documents(table):
        return _update_columns(table, rows, ("id", *names), unless_set, ())
    sql = _update_sql(table, names, unless_set, sqlite)
    if not sqlite:
        return Statement(sql, (_document(rows),))
    taken = (*names, "id")
    return _many(Plan(sql, itemgetter(*taken), _converts(table, taken)), rows)


def update_as_seen(table: Any, rows: Rows, still: tuple[tuple[str, str], ...]) -> Statement:
    """
    As `update_rows`, on PostgreSQL, of those rows alone that are still as they were seen; their ids come back, each with these values.

    Args:
        still: Names that the rows have beside what is to change, each with the column that must have this value.
    """
    names = tuple(name for name in rows[0] if name != "id")
    return _update_columns(table, rows, ("id", *names), "", still)


def _update_columns(
    table: Any, rows: Rows, names: tuple[str, ...], unless_set: str, still: tuple[tuple[str, str], ...]
) -> Statement:
    given = columns_of(rows, names, ("id", *(name for name, _ in still)))
    return Statement(update_sql(table, names, unless_set, still, given.alike), given.params)


def among(column: Any, name: str, *, sqlite: bool) -> Any:
    """
    That a column of text has one of many values, which are one parameter: see `as_one`.

    A parameter for each costs us more than the database takes to look them up, and PostgreSQL a plan for every number
    of them.
    """
    if sqlite:
        return column.in_(select(func.json_each(bindparam(name, type_=Text())).table_valued("value").c.value))
    return column == any_(bindparam(name, type_=ARRAY(Text())))


def as_one(values: Sequence[str], *, sqlite: bool) -> Any:
    """Many texts as one parameter."""
    return orjson.dumps(values).decode() if sqlite else values


def instant(value: datetime, *, sqlite: bool) -> Any:
    """A moment as a parameter."""
    return _sqlite_instant(value) if sqlite else value


def is_sqlite(session: AsyncSession) -> bool:
    return session.get_bind().dialect.name == "sqlite"


async def write(session: AsyncSession, *statements: Statement) -> list[Any]:
    """Inside the session's own transaction; returns the rows of the last one."""

    def work() -> Work[list[Any]]:
        rows: list[Any] = []
        for statement in statements:
            rows = yield statement
        return rows

    return await run(await session.connection(), work())


def marks(n: int) -> str:
    return ", ".join(["?"] * n)
