"""A restore that is killed between any two of its steps on the files: one whole database is there, old or new."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from app.backup import put_in_place
from app.db_faults import DatabaseDamaged, examine

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
STEPS = ("os.rename", "os.link", "os.remove")


def database(path: Path, word: str, rows: int) -> None:
    with closing(sqlite3.connect(path)) as link:
        link.execute("PRAGMA journal_mode=WAL")
        link.execute("CREATE TABLE said (word TEXT)")
        link.executemany("INSERT INTO said VALUES (?)", [(word,)] * rows)
        link.commit()


def laid_out(folder: Path, *, damaged: bool = False) -> tuple[Path, Path]:
    """An old database whose last forty rows stand only in its write-ahead log, and the one that is to replace it."""
    folder.mkdir()
    path, made, source = folder / "tocsin.db", folder / "tocsin.db.restoring", folder / "source"
    database(source, "old", 60)
    with closing(sqlite3.connect(source)) as link:
        link.execute("PRAGMA wal_autocheckpoint=0")
        link.executemany("INSERT INTO said VALUES (?)", [("old",)] * 40)
        link.commit()
        for suffix in ("", "-wal"):  # as a process that was killed leaves them
            shutil.copyfile(f"{source}{suffix}", f"{path}{suffix}")
    for suffix in ("", "-wal", "-shm"):
        Path(f"{source}{suffix}").unlink(missing_ok=True)
    if damaged:
        path.write_bytes(b"not a database any more" * 200)
    database(made, "new", 7)
    return path, made


def killed_at(step: int, work: Callable[[], Any]) -> bool:
    """Do it in a process that is killed just before its n-th step on the files; whether it got there."""
    child = os.fork()
    if child == 0:
        count = 0

        def hook(event: str, _args: tuple[Any, ...]) -> None:
            nonlocal count
            if event in STEPS:
                count += 1
                if count == step:
                    os.kill(os.getpid(), signal.SIGKILL)

        sys.addaudithook(hook)
        try:
            work()
        finally:
            os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


def said(path: Path) -> list[tuple[str, int]]:
    with closing(sqlite3.connect(path)) as link:
        return list(link.execute("SELECT word, count(*) FROM said GROUP BY word"))


class TestRestoreCut:
    def test_F22_killed_between_any_two_steps_one_whole_database_is_there(self, tmp_path: Path) -> None:
        """Every row of the old one, those of its log included, or the new one alone; done again, it ends as it should."""
        step, found = 0, []
        while True:
            step += 1
            path, made = laid_out(tmp_path / str(step))
            cut = killed_at(step, lambda path=path, made=made: put_in_place(path, made, NOW))
            assert path.exists(), f"no database after step {step}"
            found.append(said(path))
            assert found[-1] in ([("old", 100)], [("new", 7)]), (step, found[-1])
            if not cut:
                break
            made.unlink(missing_ok=True)
            database(made, "new", 7)
            kept = put_in_place(path, made, NOW + timedelta(seconds=1))
            assert said(path) == [("new", 7)]
            everything = [said(one) for one in path.parent.glob("*.before-*[Z]")]
            assert [("old", 100)] in everything, (step, kept, everything)
        assert step > 3
        assert found[0] == [("old", 100)]
        assert found[-1] == [("new", 7)]

    def test_F22_a_damaged_file_is_never_mixed_with_the_one_that_replaces_it(self, tmp_path: Path) -> None:
        """Before the exchange no start accepts it; after it no log of the old one lies beside the new; all is kept."""
        step = 0
        while True:
            step += 1
            path, made = laid_out(tmp_path / str(step), damaged=True)
            log = Path(f"{path}-wal").read_bytes()
            with pytest.raises(DatabaseDamaged):
                examine(path)  # looking takes nothing away
            cut = killed_at(step, lambda path=path, made=made: put_in_place(path, made, NOW, readable=False))
            try:
                examine(path)
            except DatabaseDamaged:
                assert cut, step
            else:
                assert said(path) == [("new", 7)]
            logs = [one.read_bytes() for one in path.parent.glob("*-wal")]
            assert log in logs, step
            if not cut:
                break
        assert step > 3

    def test_F22_what_is_kept_already_is_not_overwritten(self, tmp_path: Path) -> None:
        """A second restore in the same second is refused, and nothing is changed by it."""
        path, made = laid_out(tmp_path / "one")
        Path(f"{path}.before-{NOW:%Y%m%dT%H%M%SZ}").write_text("kept")
        with pytest.raises(Exception, match="is there already"):
            put_in_place(path, made, NOW)
        assert said(path) == [("old", 100)]
