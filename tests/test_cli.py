"""The command line as a person or a script meets it: a process, its lines and its status."""

import json
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from app.db import Database
from tests.processes import ROOT, Process

pytestmark = pytest.mark.processes


def tocsin(folder: Path, *words: str, **environment: str) -> tuple[int, str]:
    process = Process(["tocsin", *words], environment=environment, cwd=folder).spawn()
    return process.wait(), process.said()


class TestHelp:
    def test_it_explains_itself(self, tmp_path: Path) -> None:
        """Every command has a sentence."""
        status, said = tocsin(tmp_path, "--help")
        assert status == 0
        for command in ("rehearse", "doctor", "measure", "migrate", "audit"):
            assert command in said

    def test_an_unknown_word_is_an_error(self, tmp_path: Path) -> None:
        """No guessing at what was meant."""
        status, said = tocsin(tmp_path, "rehears")
        assert status == 2
        assert "rehears" in said


class TestStart:
    def test_the_guard_starts_without_the_rooms_of_other_commands(self) -> None:
        """Neither the database's nor the server's libraries: they take longer than the guard itself."""
        looks = (
            "import sys, app.cli, app.editorial.guard.lines\n"
            "print(*sorted({name.split('.')[0] for name in sys.modules}"
            " & {'sqlalchemy', 'alembic', 'asyncpg', 'fastapi', 'httpx', 'pydantic', 'redis', 'sqlmodel'}))"
        )
        found = subprocess.run(
            [sys.executable, "-c", looks], cwd=ROOT, capture_output=True, text=True, check=True
        )
        assert found.stdout.split() == []


class TestMeasure:
    def test_every_line_has_its_answer_in_order(self, tmp_path: Path) -> None:
        """Good and bad lines, one for one, with a broken character among them."""
        done = subprocess.run(
            [sys.executable, "-m", "app", "measure", "--channel", "sms"],
            cwd=ROOT,
            input=b'{"text": "hello"}\n\xff\n{"text": "\xe2\x9c\x93"}\n',
            capture_output=True,
        )
        assert done.returncode == 0, done.stderr
        first, second, third = map(json.loads, done.stdout.splitlines())
        assert (first["encoding"], first["segments"]) == ("GSM-7", 1)
        assert second["error"]["code"] == "not_utf8"
        assert third["encoding"] == "UCS-2"

    def test_an_unknown_channel_is_one_line_and_a_failure(self, tmp_path: Path) -> None:
        """It names what may be asked for."""
        status, said = tocsin(tmp_path, "measure", "--channel", "fax")
        assert status == 1
        assert "x, sms, facebook" in said
        assert said.count("\n") == 1


class TestDatabase:
    def test_migrate_makes_it_and_verify_finds_its_chain_whole(self, tmp_path: Path) -> None:
        """Each world has a file of its own."""
        assert tocsin(tmp_path, "migrate", "--drill")[0] == 0
        assert (tmp_path / "data" / "tocsin-drill.sqlite3").exists()
        assert not (tmp_path / "data" / "tocsin-live.sqlite3").exists()
        assert tocsin(tmp_path, "audit", "verify", "--drill") == (0, "The audit chain holds: 0 entries.\n")

    def test_verify_makes_no_database_where_there_is_none(self, tmp_path: Path) -> None:
        """Looking changes nothing."""
        status, said = tocsin(tmp_path, "audit", "verify")
        assert status == 1
        assert "Next: start Tocsin" in said
        assert list(tmp_path.iterdir()) == []

    def test_verify_names_the_first_entry_that_does_not_follow(self, tmp_path: Path) -> None:
        """A forged entry is found, and the status says so."""
        tocsin(tmp_path, "migrate", "--drill")
        forged = (
            "INSERT INTO audit_entry (seq, at, actor, action, subject, detail, prev_hash, hash) "
            "VALUES (1, '2026-11-21 00:00:00', 'a', 'b', '', '{}', 'x', 'y')"
        )
        with sqlite3.connect(tmp_path / "data" / "tocsin-drill.sqlite3") as link:
            link.execute(forged)
        link.close()
        status, said = tocsin(tmp_path, "audit", "verify", "--drill")
        assert status == 1
        assert "broken at entry 1 of 1" in said

    async def test_migrate_refuses_a_file_that_a_process_owns(self, tmp_path: Path) -> None:
        """One owner, and the sentence says how to go on."""
        database = Database(f"sqlite:///{tmp_path / 'data' / 'tocsin-drill.sqlite3'}")
        await database.start()
        try:
            status, said = tocsin(tmp_path, "migrate", "--drill")
        finally:
            await database.stop()
        assert status == 1
        assert "Stop it first" in said
        assert "Traceback" not in said


class TestPeople:
    def test_recover_makes_no_database_where_there_is_none(self, tmp_path: Path) -> None:
        """Somebody who stands in the wrong folder is told so."""
        status, said = tocsin(tmp_path, "person", "recover", "marta@valdora.example")
        assert (status, list(tmp_path.iterdir())) == (1, [])
        assert "There is no database" in said

    def test_recover_says_when_nobody_is_meant(self, tmp_path: Path, migrated_file: Path) -> None:
        """One line, and what to do."""
        (tmp_path / "data").mkdir()
        shutil.copy(migrated_file, tmp_path / "data" / "tocsin-drill.sqlite3")
        status, said = tocsin(tmp_path, "person", "recover", "--drill", "marta@valdora.example")
        assert (status, said) == (1, "Nobody has this e-mail address. Check it.\n")


class TestTemplates:
    def test_a_file_is_checked_without_a_server(self, tmp_path: Path) -> None:
        """What is right is listed with what needs a reader."""
        library = ROOT / "app" / "editorial" / "library" / "crisis.json"
        status, said = tocsin(tmp_path, "template", "check", str(library))
        assert status == 0
        assert "holding-statement" in said
        assert "needs a reader: it, es, fr, ca" in said

    def test_a_broken_file_is_one_line_with_its_place(self, tmp_path: Path) -> None:
        """And the status says so."""
        bad = tmp_path / "bad.yaml"
        bad.write_text("- id: a\n  kind: crisis\n   title: x\n")
        status, said = tocsin(tmp_path, "template", "check", str(bad))
        assert (status, said.count("\n")) == (1, 1)
        assert "line 3" in said
