"""
When SQLite's write-ahead log goes into the file: at a quiet moment, and in a writer's own commit only when it is long.

Moving it costs a flush of the file itself, which whoever commits just then waits for. At SQLite's default of 1,000
pages that was every seventh shared commit of a busy minute, and each of its hundred callers. So it is done when
nothing has been written for a while, and the default is raised to where one commit in a hundred pays for it. Nothing
is less durable by it: a commit is flushed to the log, and what the log holds is read again after a crash.

It is done on the only writing connection, since two that write and checkpoint at once can damage a file (SQLite
before 3.51.3).
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from collections.abc import Callable
from typing import Any

from sqlalchemy import event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnectionFree
from sqlalchemy.ext.asyncio import AsyncEngine

from app.clock import Loop

log = logging.getLogger(__name__)

LONG_PAGES = 16_000
"""64 MB: moved in a tenth of a second, read again after a crash in less."""

QUIET_S = 1.0
WORTH_ROWS = 500
"""Fewer changed rows than this are not worth a flush of the file."""


class QuietCheckpoint(Loop):
    """
    Moves the log into the file once nothing was committed for `quiet_s`.

    Args:
        note: Told what the disk said when it would not.
    """

    task_name = "database-checkpoint"

    def __init__(
        self, writer: AsyncEngine, note: Callable[[BaseException], None], *, quiet_s: float = QUIET_S
    ) -> None:
        self._writer = writer
        self._note = note
        self._quiet_s = quiet_s
        self._written = asyncio.Event()
        self._last_at = 0.0
        self._moved_at_rows = 0
        event.listen(writer.sync_engine, "commit", self._committed)

    def _committed(self, _connection: Any) -> None:
        self._last_at = asyncio.get_running_loop().time()
        self._written.set()

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            await self._written.wait()
            left_s = self._last_at + self._quiet_s - loop.time()
            if left_s > 0:
                await asyncio.sleep(left_s)
                continue
            self._written.clear()
            try:
                await self._move()
            except (DBAPIError, sqlite3.Error, NoConnectionFree) as exc:
                log.warning("the write-ahead log could not be moved: %s", exc)
                self._note(exc)

    async def _move(self) -> None:
        async with self._writer.connect() as connection:
            raw = await connection.get_raw_connection()
            driver: Any = raw.driver_connection
            rows = driver.total_changes
            if 0 <= rows - self._moved_at_rows < WORTH_ROWS:  # fewer than before: another connection
                return
            cursor = await driver.execute("PRAGMA wal_checkpoint(PASSIVE)")
            await cursor.close()
            self._moved_at_rows = rows
