"""
Backup and restore of a SQLite database: `tocsin backup` beside the running server, `tocsin restore` without one.

A backup is one consistent moment of the file, looked through before it counts. A restore never overwrites: the file
that was there is kept under another name, and what it forbids is carried over; see `carried`. Nothing that was waiting
then goes out by itself afterwards; see `broadcast.restoring`.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, tzinfo
from pathlib import Path
from urllib.parse import quote

from sqlalchemy.engine import make_url

from app.accounts.audit import AuditLog
from app.accounts.checkpoints import RESTORED
from app.broadcast.restoring import Restored, mark_restored
from app.carried import carry
from app.db import Database
from app.db_faults import DatabaseDamaged, DatabaseOwned, examine
from app.migrations import migrate


class BackupRefused(Exception):
    """It cannot be done like this; the sentence names the next action."""


@dataclass(frozen=True, slots=True)
class Backup:
    """What a backup holds: as far as which entry of the audit chain."""

    path: Path
    size_bytes: int
    entries: int


def back_up(database: Path, target: Path) -> Backup:
    """
    Copy one moment of the database; the server may be writing meanwhile.

    Raises:
        BackupRefused: there is nothing to copy, or the target is taken.
        DatabaseDamaged: what was copied is not sound.
    """
    if not database.exists():
        raise BackupRefused(
            f"There is no database at {database}. Next: name the other world, or start Tocsin."
        )
    if target.exists():
        raise BackupRefused(
            f"{target} is there already. Next: give another name; a backup is never overwritten."
        )
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_name(f"{target.name}.unfinished")
    unfinished.unlink(missing_ok=True)
    try:
        # One step: with more, every write of the server in between would begin it anew.
        with (
            closing(sqlite3.connect(f"file:{quote(str(database))}?mode=ro", uri=True, timeout=30)) as source,
            closing(sqlite3.connect(unfinished)) as copy,
        ):
            source.backup(copy, pages=-1)
            copy.execute("PRAGMA journal_mode=DELETE")  # one file, nothing beside it
        examine(unfinished, thoroughly=True)
        _flush(unfinished)
        unfinished.rename(target)
        _flush(target.parent)
    finally:
        unfinished.unlink(missing_ok=True)
    with closing(sqlite3.connect(f"file:{quote(str(target))}?mode=ro", uri=True)) as link:
        (entries,) = link.execute("SELECT coalesce(max(seq), 0) FROM audit_entry").fetchone()
    return Backup(target, target.stat().st_size, int(entries))


@dataclass(frozen=True, slots=True)
class Return:
    """
    What a restore did.

    Attributes:
        kept: Where the file is that was there before.
        carried: What was brought over from it, by name; None when it could not be read.
    """

    marked: Restored
    kept: Path | None
    carried: Mapping[str, int] | None


async def restore(address: str, backup: Path | None, now: datetime, zone: tzinfo) -> Return:
    """
    Put a backup in the database's place; without one, mark the database there is as restored.

    Args:
        address: TOCSIN_DATABASE_URL; PostgreSQL brings its own backups back and is only marked.

    Raises:
        BackupRefused, DatabaseDamaged: nothing was changed.
        DatabaseOwned: the server runs.
    """
    url = make_url(address)
    if backup is None:
        return Return(await _mark(address, "", {}, now, zone), None, {})
    if url.get_backend_name() != "sqlite":
        raise BackupRefused(
            "Restore PostgreSQL with its own tools. Next: then `tocsin restore` without a file."
        )
    path = Path(url.database or "")
    owner = Database(address)
    owner.take_file()
    try:
        made, carried = await asyncio.to_thread(_prepare, path, backup)
        # Marked before it is in place: were it the other way round, a crash in between would leave a database that
        # does not know that it was a backup, and a start would send everything in it again.
        marked = await _mark(f"sqlite:///{made}", backup.name, carried, now, zone)
        kept = await asyncio.to_thread(put_in_place, path, made, now, readable=carried is not None)
    finally:
        owner.give_file_back()
    return Return(marked, kept, carried)


async def _mark(
    address: str, backup: str, carried: Mapping[str, int] | None, now: datetime, zone: tzinfo
) -> Restored:
    database = Database(address)
    await database.start()
    try:
        await migrate(database)
        async with database.transaction() as session:
            marked = await mark_restored(session, now, zone)
            await AuditLog().append(
                session,
                actor="system:restore",
                action=RESTORED,
                detail={
                    "backup": backup,
                    "deliveries_held": marked.deliveries,
                    "people_held": marked.people,
                    "updates_to_approve": marked.updates,
                    "carried": dict(carried) if carried is not None else "unreadable",
                },
                now=now,
            )
    finally:
        await database.stop()
    return marked


def _prepare(path: Path, backup: Path) -> tuple[Path, Mapping[str, int] | None]:
    """A copy of the backup beside the database, with what the database forbids."""
    if not backup.exists():
        raise BackupRefused(f"There is no file {backup}. Next: name the newest backup.")
    examine(backup, thoroughly=True)
    made = path.with_name(f"{path.name}.restoring")
    for suffix in ("", "-wal", "-shm"):  # of a restore that did not end
        Path(f"{made}{suffix}").unlink(missing_ok=True)
    shutil.copyfile(backup, made)
    return made, carry(path, made) if path.exists() else {}


def put_in_place(path: Path, made: Path, now: datetime, *, readable: bool = True) -> Path | None:
    """
    Let the made file take the database's place, so that at every instant one whole database is there: the old one,
    with everything that was written to it, or the new one, with nothing of the old beside it.

    Args:
        readable: Whether the old one is; what is not is kept as it is, its write-ahead log included.

    Returns where the file is that was there.
    """
    with closing(sqlite3.connect(made)) as link:
        link.execute("PRAGMA journal_mode=DELETE")  # one file, nothing beside it
    _flush(made)
    kept = path.with_name(f"{path.name}.before-{now:%Y%m%dT%H%M%SZ}")
    if kept.exists():
        raise BackupRefused(f"{kept} is there already. Next: move it away, then restore again.")
    was_there = path.exists()
    if was_there and readable:
        _fold(path)
    for suffix in ("", "-wal"):
        if (old := Path(f"{path}{suffix}")).exists():
            _keep(old, Path(f"{kept}{suffix}"))
    _flush(path.parent)
    # A write-ahead log left beside the new file would be taken for its own. Folded above, there is none; one that
    # could not be belongs to a file that no start accepts, and both are kept by now.
    for suffix in ("-wal", "-shm"):
        Path(f"{path}{suffix}").unlink(missing_ok=True)
    _flush(path.parent)
    made.replace(path)  # in one step: never without a database, which a start would take for a first one
    _flush(path.parent)
    Path(f"{made}.owner").unlink(missing_ok=True)
    return kept if was_there else None


def _fold(path: Path) -> None:
    """Bring what stands in the write-ahead log into the file itself."""
    try:
        with closing(sqlite3.connect(path, timeout=5)) as link:
            link.execute("PRAGMA journal_mode=DELETE")
    except sqlite3.DatabaseError:
        return  # kept as it is
    _flush(path)


def _keep(old: Path, kept: Path) -> None:
    """A second name for a file; a copy where the disk knows no second names."""
    try:
        os.link(old, kept)
    except OSError:
        shutil.copyfile(old, kept)
    _flush(kept)


def _flush(path: Path) -> None:
    fd = os.open(path, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def words(done: Return) -> str:
    """What a person is told, with what is theirs to do now."""
    marked = done.marked
    lines = [
        f"Restored. {marked.deliveries} deliveries and {marked.people} people's messages that were waiting are held, "
        f"{marked.updates} updates wait for approval again, {marked.events} events are on hold: nothing goes out by "
        "itself."
    ]
    if done.kept is not None:
        lines.append(f"The database that was there is kept as {done.kept}.")
    if done.carried is None:
        lines.append(
            "It could not be read, so opt-outs, withdrawn consents, stops, rights taken away and texts taken back after "
            "the backup are not known here: ask for them, and look at the public pages, before you resume."
        )
    lines.append(
        "Next: start Tocsin, look at each held item on the platform, check consents, then resume each event."
    )
    return "\n".join(lines)


REFUSALS = (BackupRefused, DatabaseDamaged, DatabaseOwned)
