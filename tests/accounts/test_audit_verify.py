"""The audit chain against somebody who owns the database: triggers, checkpoints, and a verifier of its own (S-16)."""

import ast
import asyncio
import json
import random
import sqlite3
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.accounts import audit_verify
from app.accounts.audit import GENESIS, AuditLog, Record, chain, entry_hash
from app.accounts.audit_format import checkpoint_statement
from app.accounts.audit_verify import Checkpoint, Verdict, judge, verify
from app.accounts.checkpoints import CHECKPOINTS, Checkpoints
from app.accounts.vault import Vault
from app.clock import SystemClock
from app.db import Database
from bench.soak.audit import audit
from tests.accounts.tampering import ATTACKS, COLUMNS, Rows, rechained, tampered

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
ROWS = 24
KEY = Ed25519PrivateKey.from_private_bytes(bytes(32))
PUBLIC = KEY.public_key().public_bytes_raw().hex()


def rows_of(records: list[Record]) -> list[list[Any]]:
    rows = [[row[name] for name in COLUMNS] for row in chain(0, GENESIS, records, NOW)]
    for row in rows:
        row[6] = json.dumps(row[6])
    return rows


def whole(count: int = ROWS, salt: str = "") -> list[list[Any]]:
    return rows_of(
        [Record(f"person:{n % 3}", f"act.{n}{salt}", "e1", f"s{n}", {"n": n}) for n in range(count)]
    )


def checkpoint_of(rows: list[list[Any]], seq: int) -> Checkpoint:
    at = f"2026-11-21T09:{seq % 60:02}:00+00:00"
    statement = checkpoint_statement(rows[0][8], seq, rows[seq - 1][8], at)
    return Checkpoint(at, rows[0][8], seq, rows[seq - 1][8], PUBLIC, KEY.sign(statement).hex())


def in_order(rows: Rows) -> Rows:
    """As a query hands them over."""
    return sorted(rows, key=lambda row: row[0])


class TestVerifier:
    def test_an_untouched_chain_holds_with_every_checkpoint(self) -> None:
        """And says up to when nothing can have been taken away."""
        rows = whole()
        points = [checkpoint_of(rows, seq) for seq in (1, 10, 20)]
        assert verify(rows, points, [PUBLIC]) == Verdict(ROWS, 3, points[-1].at)

    def test_G12_S16_random_attacks_up_to_the_last_checkpoint_are_all_found(self) -> None:
        """Edits, deletions, swaps, doubles, insertions, cuts and clean rewrites of everything, as the database's owner."""
        rows = whole()
        points = [checkpoint_of(rows, seq) for seq in (5, 12, 20)]
        dice = random.Random(16)
        attacks = [tampered(dice, rows, 20) for _ in range(500)]
        missed = [name for name, changed in attacks if not verify(in_order(changed), points, [PUBLIC]).broken]
        assert missed == []
        assert {name for name, _ in attacks} == set(ATTACKS)

    def test_G12_S16_the_long_run_says_how_many_and_would_see_a_verifier_that_skips_a_check(
        self, migrated_file: Path
    ) -> None:
        """`run.py soak audit`, its first sixty: the product's own chain in a file, and six blind verifiers."""
        failed, figures = audit(60, 16, migrated_file)
        assert (failed, figures["n"], figures["caught"], figures["missed"]) == (0, 60, 60, 0)
        assert figures["untouched_chains_that_hold"] == "1 of 1"
        assert all(figures["missed_by_a_verifier_where"].values())

    @pytest.mark.parametrize("detail", ['{"n": 1, "n": 2}', '{"of": {"n": 1, "n": 1}}'])
    def test_S16_a_name_that_stands_twice_is_no_entry_of_ours(self, detail: str) -> None:
        """Another program reads the first word where we would read the second; the writer never makes one."""
        rows = whole()
        rows[3][6] = detail
        kept = json.loads(detail)
        rows[3][8] = entry_hash(rows[3][7], 4, NOW, Record(*rows[3][2:6], kept))
        assert verify(rows[:4], [], []).broken

    def test_without_checkpoints_a_clean_rewrite_would_pass(self) -> None:
        """Why there are checkpoints: the chain alone cannot know."""
        rows = whole()
        rows[5][3] = "harmless"
        assert not verify(rechained(rows), [], []).broken
        assert verify(rechained(rows), [checkpoint_of(whole(), 20)], [PUBLIC]).broken

    @pytest.mark.parametrize("field", ["at", "chain", "seq", "head", "key", "sig"])
    def test_S16_a_changed_checkpoint_is_found(self, field: str) -> None:
        """Whoever owns the second place has not the key."""
        rows = whole()
        point = checkpoint_of(rows, 20)
        other = checkpoint_of(rows, 21)
        stranger = Ed25519PrivateKey.from_private_bytes(b"\1" * 32).public_key().public_bytes_raw().hex()
        value = stranger if field == "key" else getattr(other, field)
        if field == "chain":
            value = rows[3][8]
        forged = Checkpoint(**{**{n: getattr(point, n) for n in Checkpoint.__slots__}, field: value})
        assert verify(rows, [forged], [PUBLIC]).broken

    def test_S16_it_imports_nothing_of_the_writer_but_the_format(self) -> None:
        """A mistake, or a manipulation, of the program it checks must not reach it."""
        tree = ast.parse(Path(audit_verify.__file__).read_text())
        ours = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module}
        assert {name for name in ours if name.startswith("app")} == {"app.accounts.audit_format"}
        code = (
            "import sys, app.accounts.audit_verify; print([m for m in sys.modules if m.startswith('app.')])"
        )
        said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
        assert set(ast.literal_eval(said)) == {
            "app.accounts",
            "app.accounts.audit_format",
            "app.accounts.audit_verify",
        }


class TestDatabase:
    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE audit_entry SET action = 'x' WHERE seq = 1",
            "DELETE FROM audit_entry WHERE seq = 2",
            "DELETE FROM audit_entry",
        ],
    )
    async def test_S16_the_database_itself_refuses_to_change_the_record(
        self, database: Database, statement: str
    ) -> None:
        """On both databases, for whoever uses the application's own connection."""
        await filled(database, 3)

        async def work(session: Any) -> None:
            await session.execute(text(statement))

        with pytest.raises(DBAPIError, match="never changed"):
            await database.write(work)
        async with database.read() as session:
            assert await session.scalar(text("SELECT count(*) FROM audit_entry")) == 3

    async def test_S16_replacing_and_truncating_are_refused_too(self, database: Database) -> None:
        """The two ways around a trigger on deletion."""
        await filled(database, 2)
        statement = "TRUNCATE audit_entry"
        if database.is_sqlite:
            statement = (
                "INSERT OR REPLACE INTO audit_entry (seq, at, actor, action, subject, detail, prev_hash, hash) "
                "VALUES (1, '2026-11-21 00:00:00', 'a', 'b', '', '{}', 'x', 'y')"
            )

        async def work(session: Any) -> None:
            await session.execute(text(statement))

        with pytest.raises(DBAPIError, match="never changed"):
            await database.write(work)

    async def test_S16_checkpoints_go_to_the_second_place_and_agree(
        self, database: Database, tmp_path: Path
    ) -> None:
        """Written when the head moved, read by the verifier from the database itself, on both kinds."""
        vault = Vault({"00" * 8: bytes(32)})
        points = Checkpoints(
            database, vault.signing_key(CHECKPOINTS), SystemClock(), tmp_path / "second", every_s=60
        )
        await filled(database, 5)
        assert await points.write()
        assert not await points.write()
        await filled(database, 2)
        assert await points.write()

        verdict = await in_thread(address_of(database), tmp_path / "second", [points.public_key])

        assert (verdict.entries, verdict.checkpoints, verdict.broken) == (7, 2, "")

    async def test_a_second_place_that_is_gone_is_said_and_stops_nothing(
        self, sqlite_database: Database, tmp_path: Path
    ) -> None:
        """A full disk elsewhere must not silence a crisis desk."""
        (tmp_path / "file").write_text("in the way")
        vault = Vault({"00" * 8: bytes(32)})
        points = Checkpoints(
            sqlite_database, vault.signing_key(CHECKPOINTS), SystemClock(), tmp_path / "file", every_s=60
        )
        await filled(sqlite_database, 1)
        assert not await points.write()
        assert points.failing


class TestProgram:
    async def test_G12_S16_a_cut_that_the_chain_cannot_see_is_an_error_of_the_program(
        self, sqlite_database: Database, tmp_path: Path
    ) -> None:
        """Triggers dropped, the last entries deleted: status 1 and a sentence that names both counts."""
        vault = Vault({"00" * 8: bytes(32)})
        folder = tmp_path / "second"
        points = Checkpoints(
            sqlite_database, vault.signing_key(CHECKPOINTS), SystemClock(), folder, every_s=60
        )
        await filled(sqlite_database, 9)
        await points.write()
        path = address_of(sqlite_database)
        await sqlite_database.stop()
        with sqlite3.connect(path) as link:
            link.execute("DROP TRIGGER audit_entry_no_delete")
            link.execute("DELETE FROM audit_entry WHERE seq > 6")
        link.close()

        words = [sys.executable, "-m", "app.accounts.audit_verify", path]
        alone = subprocess.run(words, capture_output=True, text=True)
        told = subprocess.run([*words, "--checkpoints", str(folder)], capture_output=True, text=True)

        assert (alone.returncode, alone.stdout) == (0, "The audit chain holds: 6 entries.\n")
        assert told.returncode == 1
        assert "it ends at entry 6" in told.stdout
        assert "had 9" in told.stdout


async def filled(database: Database, count: int) -> None:
    log = AuditLog()

    async def work(session: Any) -> None:
        await log.append_many(
            session, [Record("system", f"a{n}", detail={"n": n}) for n in range(count)], datetime.now(UTC)
        )

    await database.write(work)


def address_of(database: Database) -> str:
    if database.is_sqlite:
        return str(database.url.database)
    return database.url.set(drivername="postgresql").render_as_string(hide_password=False)


async def in_thread(address: str, folder: Path, keys: list[str]) -> Verdict:
    return await asyncio.to_thread(judge, address, folder, keys)
