"""
What a database that will not do as it is told means, and what is done about it: pure, apart from reading a file.

Four kinds, each with another consequence. Full or read-only: refused in words, tried again when there is room. Busy
(a lock, a slow statement, no free connection): 503 with a time to come back. Cut (the connection ended while a commit
was under way): nobody knows, so whoever asked looks before doing it again. Failed (an error of the disk itself, a
damaged page): nothing is written any more, since after a failed flush what memory holds is not what the disk holds.
"""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionFree

from app.errors import StorageFull, Unready

RETRY_AFTER_S = 2.0
_PRIMARY = 0xFF  # SQLite's extended codes carry their family in the lowest byte
_BUSY_STATES = ("55P03", "57014")  # PostgreSQL: a lock was not free in time; a statement took too long
_CROSSED_STATES = ("40P01", "40001")
_CUT_CLASSES = ("08", "57P0")  # connection exceptions; shut down, crashed, cannot connect now


class DatabaseOwned(Exception):
    """Another process owns the SQLite file."""


class DatabaseDamaged(Exception):
    """The file is not sound. The message names what to do, step by step."""


class StorageFailed(Unready):
    """The disk or the file failed under us: nothing is written any more until somebody has looked."""

    default_code = "storage_failed"


FAILED = (
    "The server's storage failed, so nothing more is accepted here. Your text is kept; tell the engineer, who finds "
    "the next step with `tocsin doctor`."
)
READ_ONLY = (
    "The server's disk takes no writes, so nothing was accepted. Your text is kept; tell the engineer to make it "
    "writable again, then send again."
)
FULL = "The disk is full, so nothing was accepted. Free space on the server, then send again."
BUSY = "The database is busy. Your text is kept; send again in a moment."
CUT = (
    "The database went away while this was being done, so it may or may not be. Look before you do it again."
)
CUT_WITH_KEY = (
    "The database went away while this was being done, so it may or may not be. Send again: it is done once."
)
"""Only where the request came with an Idempotency-Key: nothing else makes a repeat harmless."""
CUT_READING = "The database went away, and nothing was changed. Ask again in a moment."


def _driver(exc: BaseException) -> BaseException:
    return exc.orig if isinstance(exc, DBAPIError) and exc.orig is not None else exc


def _sqlite_family(exc: BaseException) -> int:
    code = getattr(_driver(exc), "sqlite_errorcode", None)
    return int(code) & _PRIMARY if isinstance(code, int) else 0


def _state(exc: BaseException) -> str:
    return str(getattr(_driver(exc), "sqlstate", None) or "")


def is_failed(exc: BaseException) -> bool:
    """The disk or the file itself; what we hold in memory is not to be trusted any more."""
    return _sqlite_family(exc) in (sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


def is_disk_error(exc: BaseException) -> bool:
    """The disk said no: a read, a write or a flush."""
    return _sqlite_family(exc) == sqlite3.SQLITE_IOERR


def is_busy(exc: BaseException) -> bool:
    """Somebody else holds what we need; nothing was done."""
    if isinstance(exc, NoConnectionFree) or _state(exc) in _BUSY_STATES:
        return True
    words = str(_driver(exc)).lower()
    return isinstance(exc, OperationalError | sqlite3.OperationalError) and (
        "locked" in words or "timeout" in words
    )


def is_locked(exc: BaseException) -> bool:
    """A row that somebody else holds, on PostgreSQL."""
    return _state(exc) == _BUSY_STATES[0]


def is_crossed(exc: BaseException) -> bool:
    """A deadlock or a serialisation failure on PostgreSQL: nothing happened, the same again may work."""
    return _state(exc) in _CROSSED_STATES


def is_cut(exc: BaseException) -> bool:
    """The connection ended, or could not be had: whether a commit under way happened is not known."""
    if isinstance(exc, DBAPIError):
        return exc.connection_invalidated or _state(exc).startswith(_CUT_CLASSES)
    return isinstance(exc, ConnectionError | TimeoutError | asyncio.IncompleteReadError)


def translated(exc: BaseException) -> BaseException:
    """What a caller is to be told about a database that would not; the error itself where nothing better is known."""
    words = str(_driver(exc)).lower()
    if "database or disk is full" in words or "no space left" in words or "could not extend file" in words:
        return StorageFull(FULL)
    if is_failed(exc):
        return StorageFailed(FAILED, retry_after_s=RETRY_AFTER_S)
    if _sqlite_family(exc) == sqlite3.SQLITE_READONLY or _state(exc) == "25006":
        return Unready(READ_ONLY, retry_after_s=RETRY_AFTER_S, code="storage_read_only")
    if is_busy(exc):
        return Unready(BUSY, retry_after_s=RETRY_AFTER_S, code="database_busy")
    if is_cut(exc):
        return Unready(CUT, retry_after_s=RETRY_AFTER_S, code="database_away")
    return exc


def examine(path: Path, *, thoroughly: bool = False) -> None:
    """
    Look whether a SQLite file is sound, before anything is written to it.

    Args:
        thoroughly: Compare every index with its table as well; takes several times as long.

    Raises:
        DatabaseDamaged: it is not; says what to do.
    """
    if not path.exists() or not path.stat().st_size:
        return  # nothing there yet
    check = "integrity_check" if thoroughly else "quick_check"
    try:
        # Read only, since closing a damaged file that could be written to would take its write-ahead log away. A
        # journal that was left has to be rolled back first, which is a write.
        mode = "rw" if Path(f"{path}-journal").exists() else "ro"
        with closing(sqlite3.connect(f"file:{quote(str(path))}?mode={mode}", uri=True, timeout=5)) as link:
            link.execute("PRAGMA query_only=ON")
            link.execute("PRAGMA wal_autocheckpoint=0")
            found = [str(row[0]) for row in link.execute(f"PRAGMA {check}(3)")]
            broken = [] if found == ["ok"] else found
    except sqlite3.DatabaseError as exc:
        if _sqlite_family(exc) == sqlite3.SQLITE_READONLY or _sqlite_family(exc) == sqlite3.SQLITE_CANTOPEN:
            raise DatabaseDamaged(
                f"{path} cannot be opened for writing. Next: make it and its folder writable for this user "
                "(is the disk mounted read-only?), then start again."
            ) from exc
        broken = [str(exc)]
    except UnicodeDecodeError:  # a name in the schema, or the complaint itself, is no text any more
        broken = ["its schema is no text"]
    if broken:
        raise DatabaseDamaged(guided(path, broken[0].splitlines()[-1]))


def guided(path: Path, what: str) -> str:
    """A damaged file: what is wrong, and the way back."""
    return (
        f"The database {path} is damaged ({what}), so nothing is written to it. Next: 1. copy {path.name}, "
        f"{path.name}-wal and {path.name}-shm somewhere safe; 2. look at the disk; 3. put the newest backup back with "
        "`tocsin restore BACKUP`; 4. `tocsin audit verify` says which entries the backup lacks."
    )
