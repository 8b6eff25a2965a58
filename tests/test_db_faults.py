"""A file that is damaged is found out before anything is written to it, and its way back is told."""

from __future__ import annotations

import asyncio
import random
import re
import shutil
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy.exc import DBAPIError

from app.accounts.audit import AuditLog
from app.accounts.audit_verify import judge
from app.accounts.checkpoints import Checkpoints
from app.backup import back_up
from app.clock import SystemClock
from app.db import Database
from app.db_faults import DatabaseDamaged, StorageFailed, examine, is_cut, translated
from app.db_watch import DailyCheck
from app.errors import StorageFull, Unready
from tests.broadcast.house import NOW

FLIPS = 60
ENTRIES = 80


@pytest.fixture(scope="module")
def filled(migrated_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with an audit chain of some pages, closed in its orderly way."""
    path = tmp_path_factory.mktemp("filled") / "tocsin.sqlite3"
    shutil.copy(migrated_file, path)

    async def fill() -> None:
        database = Database(f"sqlite:///{path}")
        await database.start()
        async with database.transaction() as session:
            for n in range(ENTRIES):
                await AuditLog().append(
                    session,
                    actor="person:ada",
                    action="update.sent",
                    subject=f"u{n}",
                    detail={"n": n},
                    now=NOW,
                )
        await database.stop()

    asyncio.run(fill())
    with closing(sqlite3.connect(path)) as link:
        link.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return path


def complaint(path: Path) -> str:
    try:
        examine(path)
    except DatabaseDamaged as exc:
        return str(exc)
    return ""


def chained(path: Path) -> list[tuple[object, ...]] | None:
    """What the chained table says, however it is read; None when it cannot be read."""
    try:
        with closing(sqlite3.connect(path)) as link:
            return link.execute(
                "SELECT seq, actor, action, subject, detail, hash FROM audit_entry ORDER BY seq"
            ).fetchall()
    except sqlite3.DatabaseError:
        return None


class TestDamagedFile:
    def test_F13_flipped_bytes_are_found_at_the_start_or_by_the_chain_and_never_answered_in_silence(
        self, filled: Path, tmp_path: Path
    ) -> None:
        """At random offsets: refused at the start, told by the audit chain, or without any effect on what it says."""
        dice = random.Random(1)
        raw, sound = filled.read_bytes(), chained(filled)
        said = [at for at, byte in enumerate(raw[:-4]) if byte]  # most of a page is room that nothing reads
        found = {"start": 0, "chain": 0, "harmless": 0}
        path = tmp_path / "tocsin.sqlite3"
        for _ in range(FLIPS):
            at = dice.choice(said)
            path.write_bytes(raw[:at] + bytes(b ^ 0xFF for b in raw[at : at + 4]) + raw[at + 4 :])
            for beside in ("-wal", "-shm"):
                Path(f"{path}{beside}").unlink(missing_ok=True)
            if complaint(path):
                found["start"] += 1
                continue
            if chained(path) == sound:
                found["harmless"] += 1
                continue
            with suppress(ValueError, sqlite3.Error):
                assert judge(str(path), None, ()).broken, f"a silent wrong answer after a flip at {at}"
            found["chain"] += 1
        assert found["start"] >= FLIPS // 10, found
        assert found["chain"] >= FLIPS // 20, found

    async def test_F13_a_damaged_file_is_not_opened_and_the_sentence_names_every_step(
        self, filled: Path, tmp_path: Path
    ) -> None:
        """Nothing is written, the file is free for the restore, and the words lead there."""
        path = tmp_path / "tocsin.sqlite3"
        raw = bytearray(filled.read_bytes())
        raw[4096 : 4096 + 64] = bytes(64)
        path.write_bytes(raw)
        database = Database(f"sqlite:///{path}")
        with pytest.raises(
            DatabaseDamaged, match=r"damaged.*somewhere safe.*tocsin restore BACKUP.*audit verify"
        ):
            await database.start()
        assert path.read_bytes() == bytes(raw)
        other = Database(f"sqlite:///{path}")
        other.take_file()
        other.give_file_back()

    async def test_F13_the_daily_look_closes_a_file_that_was_damaged_while_it_was_open(
        self, filled: Path, tmp_path: Path
    ) -> None:
        """Found by the thorough check: from then on nothing is written, and the sentence says why."""
        path = tmp_path / "tocsin.sqlite3"
        shutil.copy(filled, path)
        database = Database(f"sqlite:///{path}")
        await database.start()
        daily = DailyCheck(database, every_s=0.01)
        with path.open("r+b") as file:
            file.seek(5 * 4096)
            file.write(bytes(3 * 4096))
        daily.start()
        assert daily._task is not None
        await daily._task
        with pytest.raises(StorageFailed, match="doctor"):
            async with database.transaction():
                pass
        assert "tocsin restore" in database.closed_because
        await daily.stop()
        await database.stop()


class TestTruncatedLog:
    async def test_F13_a_write_ahead_log_that_lost_its_end_is_noticed_before_anything_is_written(
        self, migrated_file: Path, tmp_path: Path
    ) -> None:
        """SQLite opens it without a complaint; the checkpoints know how many entries there were."""
        there, here = tmp_path / "there.sqlite3", tmp_path / "here.sqlite3"
        shutil.copy(migrated_file, there)
        database = Database(f"sqlite:///{there}")
        await database.start()
        key = Ed25519PrivateKey.generate()
        checkpoints = Checkpoints(database, key, SystemClock(), tmp_path / "second", every_s=60.0)
        for n in range(6):
            async with database.transaction() as session:
                await AuditLog().append(
                    session, actor="person:ada", action="update.sent", subject=f"u{n}", now=NOW
                )
        assert await checkpoints.write()
        assert await checkpoints.missing() == ""
        # What is on the disk while the server runs, with the end of the log cut off.
        shutil.copy(there, here)
        log = Path(f"{there}-wal").read_bytes()
        Path(f"{here}-wal").write_bytes(log[: len(log) * 2 // 3])
        await database.stop()

        after = Database(f"sqlite:///{here}")
        await after.start()
        said = await Checkpoints(after, key, SystemClock(), tmp_path / "second", every_s=60.0).missing()
        await after.stop()
        assert re.search(r"ends at audit entry \d, and .* has seen 6.*tocsin restore BACKUP", said)
        other = Checkpoints(after, key, SystemClock(), tmp_path / "nothing", every_s=60.0)
        assert await other.missing() == ""

    async def test_F22_a_restore_is_known_as_one_although_something_was_done_after_it(
        self, migrated_file: Path, tmp_path: Path
    ) -> None:
        """Restored, somebody let in again at the machine, and only then started: it starts."""
        there, here = tmp_path / "there.sqlite3", tmp_path / "here.sqlite3"
        shutil.copy(migrated_file, there)
        database, clock = Database(f"sqlite:///{there}"), SystemClock()
        await database.start()
        key = Ed25519PrivateKey.generate()
        checkpoints = Checkpoints(database, key, clock, tmp_path / "second", every_s=60.0)
        for n in range(6):
            if n == 1:
                back_up(there, here)
            async with database.transaction() as session:
                await AuditLog().append(session, actor="person:ada", action="update.sent", now=clock.now())
        assert await checkpoints.write()
        await database.stop()

        after = Database(f"sqlite:///{here}")
        await after.start()
        again = Checkpoints(after, key, clock, tmp_path / "second", every_s=60.0)
        assert "has seen 6" in await again.missing()
        for action in ("database.restored", "person.recovered"):
            async with after.transaction() as session:
                await AuditLog().append(session, actor="machine", action=action, now=clock.now())
        assert await again.missing() == ""
        await after.stop()


def sqlite_error(code: int, words: str) -> sqlite3.OperationalError:
    error = sqlite3.OperationalError(words)
    error.sqlite_errorcode = code
    return error


class TestTranslated:
    @pytest.mark.parametrize(
        ("code", "words", "kind", "said"),
        [
            (sqlite3.SQLITE_FULL, "database or disk is full", StorageFull, "storage_full"),
            (sqlite3.SQLITE_IOERR_FSYNC, "disk I/O error", StorageFailed, "storage_failed"),
            (sqlite3.SQLITE_CORRUPT, "database disk image is malformed", StorageFailed, "storage_failed"),
            (sqlite3.SQLITE_READONLY, "attempt to write a readonly database", Unready, "storage_read_only"),
            (sqlite3.SQLITE_BUSY, "database is locked", Unready, "database_busy"),
        ],
    )
    def test_what_the_disk_says_has_a_code_and_a_sentence(
        self, code: int, words: str, kind: type[Unready], said: str
    ) -> None:
        """As the driver says it, bare and wrapped."""
        error = sqlite_error(code, words)
        for exc in (error, DBAPIError("COMMIT", None, error)):
            told = translated(exc)
            if said == "database_busy" and exc is not error:
                continue  # the wrapper's class is what SQLAlchemy makes of it
            assert isinstance(told, kind)
            assert told.code == said

    def test_an_unknown_error_stays_what_it_is(self) -> None:
        """Nothing is called busy that is a mistake of ours."""
        error = sqlite_error(sqlite3.SQLITE_ERROR, "no such table: x")
        assert translated(error) is error
        assert is_cut(ConnectionResetError())
        assert not is_cut(error)
