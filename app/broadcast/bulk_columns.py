"""
Hundreds of rows handed to PostgreSQL column by column: what all of them share once, the rest as one list each.

Of the outcomes of a list nearly every value is the same. In a document each of them was parsed for each row, and that
cost the server as much as to write it. Lists are JSON and not arrays: of an array PostgreSQL knows how long it is, and
while it knows little of the table it then reads the whole of it rather than so many rows by their ids.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import itemgetter
from typing import Any

import orjson
from sqlalchemy.dialects.postgresql import asyncpg

MANY = 16
"""Of fewer, every value is in a list: what a handful happens to share makes a statement of its own each time."""

_DIALECT: Any = asyncpg.dialect()  # type: ignore[no-untyped-call]
_quote = _DIALECT.identifier_preparer.quote


@dataclass(frozen=True, slots=True)
class Columns:
    """
    Attributes:
        alike: Which of the names have one value for all rows.
        params: In the order of the names.
    """

    alike: frozenset[str]
    params: tuple[Any, ...]


def columns_of(rows: Sequence[Mapping[str, Any]], names: tuple[str, ...], apart: Collection[str]) -> Columns:
    """
    Args:
        rows: At least one.
        names: At least two.
        apart: Lists always; at least one.
    """
    columns = list(zip(names, zip(*map(itemgetter(*names), rows), strict=True), strict=True))
    n = len(rows)
    alike = frozenset(
        name for name, values in columns if n >= MANY and name not in apart and values.count(values[0]) == n
    )
    params = (values[0] if name in alike else orjson.dumps(values).decode() for name, values in columns)
    return Columns(alike, tuple(params))


@lru_cache(maxsize=64)
def insert_sql(table: Any, begin: str, names: tuple[str, ...], same: str, alike: frozenset[str]) -> str:
    """
    Args:
        begin: "INSERT INTO … (…)" with the names, and then those of `same`.
        same: What follows the names' values.
    """
    values, source = _values(table, {name: name for name in names}, alike)
    return f"{begin} SELECT {', '.join(values.values())}{same} FROM {source}"  # noqa: S608 - names of ours


@lru_cache(maxsize=64)
def update_sql(
    table: Any,
    names: tuple[str, ...],
    unless_set: str,
    still: tuple[tuple[str, str], ...],
    alike: frozenset[str],
) -> str:
    """
    Args:
        names: `id` first, what is changed, and the first ones of `still`.
        unless_set: A column that must still be empty; "" for none.
        still: A name of rows, and the column that must still have its value. With any, the ids of those that were changed
            come back, each with what it still had.
    """
    name = _quote(table.name)
    values, source = _values(table, {given: dict(still).get(given, given) for given in names}, alike)
    changes = [f"{_quote(n)} = {v}" for n, v in values.items() if n != "id" and n not in dict(still)]
    only = [f"{name}.id = v.id"]
    if unless_set:
        only.append(f"{name}.{_quote(unless_set)} IS NULL")
    # Not "=": a partial index that has the state in its condition would look like the better way to the rows.
    only += [f"{name}.{_quote(column)} IS NOT DISTINCT FROM {values[given]}" for given, column in still]
    back = ", ".join([f" RETURNING {name}.id", *(values[given] for given, _ in still)]) if still else ""
    return f"UPDATE {name} SET {', '.join(changes)} FROM {source} WHERE {' AND '.join(only)}{back}"  # noqa: S608 - names of ours


def _values(table: Any, columns: Mapping[str, str], alike: frozenset[str]) -> tuple[dict[str, str], str]:
    """What stands for each name's value, by the column whose type it has, and where the lists are."""
    kinds = {name: table.columns[column].type.compile(_DIALECT) for name, column in columns.items()}
    apart: list[str] = []
    taken: dict[str, str] = {}
    for n, (name, kind) in enumerate(kinds.items(), start=1):
        if name in alike:
            taken[name] = f"CAST(${n} AS {kind})"
        else:
            apart.append(f"json_array_elements_text(${n})")
            taken[name] = f"CAST(v.{_quote(name)} AS {kind})"
    listed = ", ".join(_quote(name) for name in columns if name not in alike)
    return taken, f"ROWS FROM ({', '.join(apart)}) AS v ({listed})"
