"""The write-ahead log goes into the file when nobody waits for it."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from app.db import Database
from app.db_checkpoint import LONG_PAGES, WORTH_ROWS, QuietCheckpoint

PEOPLE = """
    WITH RECURSIVE n (i) AS (SELECT :first UNION ALL SELECT i + 1 FROM n WHERE i < :last)
    INSERT INTO person (id, email, name, lang, theme, created_at, version)
    SELECT 'p' || i, 'p' || i || '@valdora.example', 'Ada', '', 'light', '2026-11-21 09:00:00.000000', 1 FROM n
"""


def in_the_file(database: Database) -> int:
    """People that are there without the log."""
    path = Path(database.url.database or "")
    with closing(sqlite3.connect(f"file:{path}?immutable=1", uri=True)) as link:
        try:
            return int(link.execute("SELECT count(*) FROM person").fetchone()[0])
        except sqlite3.DatabaseError:  # not even the table, or half of what is being moved
            return 0


async def add_people(database: Database, first: int, last: int) -> None:
    async def work(session: AsyncSession) -> None:
        await session.execute(text(PEOPLE), {"first": first, "last": last})

    await database.write(work)


async def test_what_was_committed_is_in_the_file_once_it_is_quiet(sqlite_database: Database) -> None:
    """Nobody has to commit for it; so the log is short when a busy minute begins."""
    checkpoint = QuietCheckpoint(sqlite_database._write_engine, lambda _exc: None, quiet_s=0.01)
    checkpoint.start()
    try:
        for first in (1, 10_001):
            await add_people(sqlite_database, first, first + WORTH_ROWS)
            async with asyncio.timeout(20):
                while in_the_file(sqlite_database) < first // 10_000 * WORTH_ROWS + WORTH_ROWS:
                    await asyncio.sleep(0.01)
    finally:
        await checkpoint.stop()


async def test_commits_of_a_busy_minute_do_not_wait_for_the_file(sqlite_database: Database) -> None:
    """More than SQLite's own thousand pages stay in the log; readers never move it."""
    await sqlite_database._checkpoint.stop()  # however slow this machine is

    for n in range(4):
        await add_people(sqlite_database, n * 10_000, n * 10_000 + 9_999)

    log = Path(f"{sqlite_database.url.database}-wal")
    assert log.stat().st_size > 1_100 * 4_096
    assert in_the_file(sqlite_database) == 0
    async with sqlite_database.transaction() as session:
        assert (await session.execute(text("PRAGMA wal_autocheckpoint"))).scalar_one() == LONG_PAGES
    async with sqlite_database.read() as session:
        assert (await session.execute(text("PRAGMA wal_autocheckpoint"))).scalar_one() == 0
