"""
The audit chain's verifier: reads the database and the checkpoints by itself and says where they stop agreeing.

A program of its own: it shares with the writer the format of an entry and nothing else, no model, no session, no
settings. Run as `tocsin audit verify`, or without any of Tocsin's other parts as
`python -m app.accounts.audit_verify DATABASE [--checkpoints DIR] [--public-key HEX]`.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sqlite3
import sys
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import asyncpg
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from app.accounts.audit_format import GENESIS, checkpoint_statement, entry_hash

COLUMNS = "seq, at, actor, action, event_id, subject, detail, prev_hash, hash"
QUERY = f"SELECT {COLUMNS} FROM audit_entry ORDER BY seq"  # noqa: S608 - a constant

Row = Sequence[Any]


@dataclass(frozen=True, slots=True)
class Checkpoint:
    at: str
    chain: str
    seq: int
    head: str
    key: str
    sig: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """
    Attributes:
        entries: How many were read.
        checkpoints: How many agree.
        last_at: When the last of them was made: up to there nothing can have been cut off or written anew.
        broken: What is wrong, in one sentence; empty when nothing is.
    """

    entries: int
    checkpoints: int = 0
    last_at: str = ""
    broken: str = ""


def verify(rows: Iterable[Row], checkpoints: Sequence[Checkpoint], keys: Collection[str]) -> Verdict:
    """Every entry follows from the one before, and every checkpoint finds its entry as it was."""
    hashes: list[str] = [GENESIS]
    total, broken = 0, 0
    for row in rows:
        total += 1
        if not broken and not _follows(row, total, hashes[-1]):
            broken = total
        if not broken:
            hashes.append(str(row[8]))
    if broken:
        return Verdict(total, broken=f"The audit chain is broken at entry {broken} of {total}")
    for number, one in enumerate(checkpoints, 1):
        if one.key not in keys:
            return Verdict(total, broken=f"Checkpoint {number} is signed with a key that is not known")
        if not _signed(one):
            return Verdict(total, broken=f"Checkpoint {number} is not what was signed")
        if one.seq >= len(hashes):
            return Verdict(
                total,
                broken=f"The audit chain was cut: it ends at entry {total}, and at {one.at} it had {one.seq}",
            )
        if hashes[one.seq] != one.head or hashes[1] != one.chain:
            return Verdict(
                total, broken=f"The audit chain was written anew: entry {one.seq} is not the one of {one.at}"
            )
    last_at = checkpoints[-1].at if checkpoints else ""
    return Verdict(total, len(checkpoints), last_at)


def _follows(row: Row, expected: int, prev: str) -> bool:
    try:
        seq, at, actor, action, event_id, subject, detail, prev_hash, digest = row
        found = entry_hash(prev, seq, _instant(at), actor, action, event_id, subject, _parsed(detail))
    except (ValueError, TypeError):
        return False
    return bool(seq == expected and prev_hash == prev and digest == found)


def _instant(value: Any) -> datetime:
    """PostgreSQL hands over an instant, SQLite the text of one in UTC."""
    instant = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    return instant.replace(tzinfo=UTC) if instant.tzinfo is None else instant.astimezone(UTC)


def _parsed(detail: Any) -> dict[str, Any]:
    parsed = json.loads(detail, object_pairs_hook=_once)
    if not isinstance(parsed, dict):
        raise TypeError("detail is an object")
    return parsed


def _once(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    """A name that stands twice hides a word from us which another reader shows, or the other way round."""
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name stands twice")
    return found


def _signed(one: Checkpoint) -> bool:
    try:
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(one.key))
        key.verify(bytes.fromhex(one.sig), checkpoint_statement(one.chain, one.seq, one.head, one.at))
    except (InvalidSignature, ValueError):
        return False
    return True


def read_checkpoints(folder: Path) -> tuple[list[Checkpoint], list[str]]:
    """
    The checkpoints of a folder, and the public keys that it names itself.

    Raises:
        ValueError: a line that is no checkpoint.
    """
    lines = (folder / "checkpoints.jsonl").read_text("utf-8").splitlines()
    keys = folder / "public-keys.txt"
    found = []
    for number, line in enumerate(lines, 1):
        try:
            fields = json.loads(line)
            found.append(Checkpoint(**{name: fields[name] for name in Checkpoint.__slots__}))
        except (ValueError, KeyError, TypeError) as exc:
            raise ValueError(f"Line {number} of {folder / 'checkpoints.jsonl'} is no checkpoint") from exc
    return found, keys.read_text("utf-8").split() if keys.exists() else []


def read_sqlite(path: Path) -> Iterator[Row]:
    """May run beside the server: it only reads."""
    with closing(sqlite3.connect(path)) as link:
        link.execute("PRAGMA query_only=ON")
        yield from link.execute(QUERY)


def read_postgres(address: str) -> list[Row]:
    async def read() -> list[Row]:
        link = await asyncpg.connect(address)
        try:
            return [tuple(row) for row in await link.fetch(QUERY)]
        finally:
            await link.close()

    return asyncio.run(read())


def judge(database: str, folder: Path | None, keys: Sequence[str]) -> Verdict:
    """
    Args:
        database: "postgresql://…", or the path of a SQLite file.
        folder: Where the checkpoints are; None checks the chain alone.
        keys: Public keys that were kept elsewhere; without any, those in the folder are believed.

    Raises:
        OSError, ValueError, sqlite3.Error, asyncpg.PostgresError: something cannot be read.
    """
    checkpoints, named = read_checkpoints(folder) if folder is not None else ([], [])
    rows = (
        read_postgres(database)
        if database.startswith(("postgresql://", "postgres://"))
        else read_sqlite(Path(database))
    )
    return verify(rows, checkpoints, [key.lower() for key in keys] or named)


def words(verdict: Verdict) -> str:
    """One line for a person."""
    if verdict.broken:
        return (
            f"{verdict.broken}: from there on it proves nothing. "
            "Next: keep a copy of the database as it is, and compare with the last good backup."
        )
    said = f"The audit chain holds: {verdict.entries} entries."
    if verdict.checkpoints:
        said += f" {verdict.checkpoints} checkpoints agree, the last of {verdict.last_at}."
    return said


def main(given: Sequence[str]) -> int:
    """0 when it holds, 1 when not, 2 when it cannot be read."""
    parser = argparse.ArgumentParser(prog="audit_verify", description="Check Tocsin's audit chain.")
    parser.add_argument("database", help="a SQLite file, or postgresql://…")
    parser.add_argument("--checkpoints", type=Path, help="the folder of the signed checkpoints")
    parser.add_argument(
        "--public-key", action="append", default=[], help="as noted when the house was set up"
    )
    asked = parser.parse_args(given)
    try:
        verdict = judge(asked.database, asked.checkpoints, asked.public_key)
    except (OSError, ValueError, sqlite3.Error, asyncpg.PostgresError) as exc:
        sys.stderr.write(f"It cannot be read: {exc}\n")
        return 2
    sys.stdout.write(words(verdict) + "\n")
    return 1 if verdict.broken else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
