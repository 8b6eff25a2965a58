"""
What somebody who owns the database can do to the audit chain, and what they would need a blind verifier for (S-16).

Shared by the test and by its long form, `python3 run.py soak audit`. The chain is one that the product wrote, with
checkpoints that the product signed; whoever attacks has the database, the writer's own code and all the time they
want, and not the key nor the second place.
"""

from __future__ import annotations

import json
import random
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

from app.accounts import audit_verify
from app.accounts.audit import AuditLog, Record
from app.accounts.audit_format import GENESIS, entry_hash
from app.accounts.audit_verify import Verdict
from app.accounts.checkpoints import CHECKPOINTS, Checkpoints
from app.accounts.vault import Vault
from app.clock import ManualClock
from app.db import Database

COLUMNS = [name.strip() for name in audit_verify.COLUMNS.split(",")]
SEQ, AT, ACTOR, ACTION, EVENT, SUBJECT, DETAIL, PREV, HASH = range(len(COLUMNS))

Rows = list[list[Any]]


async def written(database: Database, folder: Path, dice: random.Random, count: int) -> tuple[Rows, int, str]:
    """
    A chain as the product writes it, with three checkpoints in `folder`, the last somewhat before its end.

    Returns:
        The rows as they are stored, how many of them the last checkpoint vouches for, and its public key.
    """
    clock = ManualClock(datetime.fromisoformat("2026-11-21T09:00:00+00:00"))
    log = AuditLog()
    vault = Vault({"00" * 8: bytes(32)})
    points = Checkpoints(database, vault.signing_key(CHECKPOINTS), clock, folder, every_s=60)
    stops = sorted(dice.sample(range(2, count), 3))
    for n in range(1, count + 1):
        clock.advance(dice.choice((0, 1, 59)))
        one = Record(
            f"person:{dice.randrange(3)}",
            dice.choice(("update.accept", "event.hold", "guard.override", "update.accept")),
            dice.choice(("e1", "e2", None)),
            f"update:{n}",
            {"n": n, "of": dice.choice(("x", "sms"))},
        )

        async def work(session: Any, one: Record = one) -> None:
            await log.append_many(session, [one], clock.now())

        await database.write(work)
        if n in stops:
            assert await points.write()
    path = str(database.url.database)
    return [list(row) for row in audit_verify.read_sqlite(Path(path))], stops[-1], points.public_key


def rechained(rows: Rows) -> Rows:
    """What somebody with the writer's own code makes of changed entries: numbers, links and hashes all right again."""
    done: Rows = []
    prev = GENESIS
    for seq, row in enumerate(rows, 1):
        at = audit_verify._instant(row[AT])
        digest = entry_hash(
            prev, seq, at, row[ACTOR], row[ACTION], row[EVENT], row[SUBJECT], json.loads(row[DETAIL])
        )
        done.append([seq, *row[AT:PREV], prev, digest])
        prev = digest
    return done


def _edit(dice: random.Random, rows: Rows, place: int, _last: int) -> Rows:
    column = dice.randrange(len(COLUMNS))
    rows[place][column] = {
        SEQ: rows[place][SEQ] + len(rows),
        AT: str(audit_verify._instant(rows[place][AT]) - timedelta(microseconds=dice.randint(1, 10**9))),
        DETAIL: json.dumps({"n": -1}),
        PREV: f"{dice.getrandbits(256):064x}",
        HASH: f"{dice.getrandbits(256):064x}",
    }.get(column, f"changed {dice.random()}")
    return rows


def _one_letter(dice: random.Random, rows: Rows, place: int, _last: int) -> Rows:
    column = dice.choice((ACTOR, ACTION, SUBJECT, PREV, HASH))
    said = str(rows[place][column])
    at = dice.randrange(len(said))
    rows[place][column] = said[:at] + ("0" if said[at] != "0" else "1") + said[at + 1 :]
    return rows


def _two_words(_dice: random.Random, rows: Rows, place: int, _last: int) -> Rows:
    """One name twice in what was noted: who reads it with another program sees the other word."""
    rows[place][DETAIL] = '{"n": -1, ' + rows[place][DETAIL].lstrip()[1:]
    return rows


def _delete(dice: random.Random, rows: Rows, place: int, last: int) -> Rows:
    del rows[place : place + dice.randint(1, last - place)]
    return rows


def _swap(dice: random.Random, rows: Rows, place: int, last: int) -> Rows:
    other = (place + dice.randrange(1, last)) % last
    rows[place], rows[other] = rows[other], rows[place]
    # The numbers stay: they alone say the order, so without that nothing would have changed places.
    rows[place][SEQ], rows[other][SEQ] = rows[other][SEQ], rows[place][SEQ]
    return rows


def _double(_dice: random.Random, rows: Rows, place: int, _last: int) -> Rows:
    rows.insert(place, list(rows[place]))
    return rows


def _insert(_dice: random.Random, rows: Rows, place: int, _last: int) -> Rows:
    prev = rows[place - 1][HASH] if place else GENESIS
    rows.insert(place, [place + 1, rows[place][AT], "x", "y", None, "", "{}", prev, GENESIS])
    return rows


def _cut(_dice: random.Random, rows: Rows, place: int, _last: int) -> Rows:
    return rows[:place]


def _rewrite(dice: random.Random, rows: Rows, place: int, _last: int) -> Rows:
    rows[place][dice.choice((ACTOR, ACTION, EVENT, SUBJECT))] = f"harmless {dice.random()}"
    return rechained(rows)


def _rewrite_without(dice: random.Random, rows: Rows, place: int, last: int) -> Rows:
    return rechained(_delete(dice, rows, place, last))


def _rewrite_with(_dice: random.Random, rows: Rows, place: int, _last: int) -> Rows:
    rows.insert(place, [0, rows[place][AT], "person:0", "update.approve", "e1", "update:1", "{}", "", ""])
    return rechained(rows)


def _rewrite_backdated(dice: random.Random, rows: Rows, place: int, _last: int) -> Rows:
    for row in rows[place:]:
        row[AT] = str(audit_verify._instant(row[AT]) - timedelta(seconds=dice.randint(1, 3600)))
    return rechained(rows)


ATTACKS: dict[str, Callable[[random.Random, Rows, int, int], Rows]] = {
    "edited": _edit,
    "one letter": _one_letter,
    "a name twice": _two_words,
    "deleted": _delete,
    "swapped": _swap,
    "doubled": _double,
    "inserted": _insert,
    "cut off": _cut,
    "written anew": _rewrite,
    "written anew without some": _rewrite_without,
    "written anew with one more": _rewrite_with,
    "written anew, backdated": _rewrite_backdated,
}


def tampered(dice: random.Random, rows: Sequence[Sequence[Any]], last: int) -> tuple[str, Rows]:
    """One attack somewhere up to entry `last`, the newest that left before in a checkpoint; and its name."""
    name = dice.choice(list(ATTACKS))
    return name, ATTACKS[name](dice, [list(row) for row in rows], dice.randrange(last), last)


def put(path: Path, rows: Rows) -> None:
    """As the database's owner does: triggers, keys and constraints are theirs to drop."""
    path.unlink(missing_ok=True)
    with closing(sqlite3.connect(path)) as link:
        link.execute("PRAGMA synchronous=OFF")  # nobody cuts the power here
        link.execute(f"CREATE TABLE audit_entry ({', '.join(COLUMNS)})")
        link.executemany(f"INSERT INTO audit_entry VALUES ({', '.join('?' * len(COLUMNS))})", rows)
        link.commit()


BUGS: dict[str, tuple[str, str]] = {
    "no entry is hashed again": (" and digest == found", ""),
    "links are not followed": ("prev_hash == prev and ", ""),
    "checkpoints are not read": ("enumerate(checkpoints, 1)", "enumerate((), 1)"),
    "a checkpoint's head is not compared": ("hashes[one.seq] != one.head or ", ""),
    "a checkpoint after the end is let pass": (
        "if one.seq >= len(hashes):",
        "if one.seq >= len(hashes): continue\n        if False:",
    ),
    "the last of two words is believed": (", object_pairs_hook=_once", ""),
}
"""Verifiers that skip one check: the line as it is, and as it would be."""


def blind(bug: str) -> Callable[[str, Path | None, Sequence[str]], Verdict]:
    """`audit_verify.judge` with one check left out."""
    right, wrong = BUGS[bug]
    source = Path(audit_verify.__file__).read_text("utf-8")
    assert source.count(right) == 1, f"the verifier has no such line any more: {right}"
    module = ModuleType(audit_verify.__name__)  # its dataclasses ask for a module of that name
    exec(compile(source.replace(right, wrong), f"<{bug}>", "exec"), module.__dict__)
    judge: Callable[[str, Path | None, Sequence[str]], Verdict] = module.judge
    return judge
