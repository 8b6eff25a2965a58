"""Migrated databases to copy: migrating anew for each test would be a good part of the run."""

import asyncio
import tempfile
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path

from app.db import Database
from app.migrations import migrate


def migrate_now(url: str) -> None:
    """For fixtures, whoever asks: one that is async asks in the middle of its own loop, so this has a loop elsewhere."""

    async def run() -> None:
        database = Database(url)
        await database.start()
        await migrate(database)
        await database.stop()

    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, run()).result()


@cache
def _file() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "tocsin.sqlite3"
        migrate_now(f"sqlite:///{path}")
        return path.read_bytes()


def lay(path: Path) -> None:
    """A migrated SQLite database at `path`, unless one is there."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(_file())
