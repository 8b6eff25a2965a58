"""
Watching the storage while the server runs: a look through the whole file once a day, since a start only has time for
a quick one, and the end of the process when the disk itself fails.
"""

from __future__ import annotations

import asyncio
import logging
import os
import sys
from typing import NoReturn

from app.clock import Loop
from app.db import Database

log = logging.getLogger(__name__)

DAY_S = 86_400.0
STORAGE_FAILED = 74  # EX_IOERR; a service manager that restarts on failure starts anew


def end_at_once(exc: BaseException) -> NoReturn:
    """
    The disk said no to a write or a flush: end without another word to anybody.

    What memory holds may not be what the disk holds, and a second flush that succeeds proves nothing. A new process
    reads the file again, looks whether it is sound, and finds out what became of everything that was under way.
    """
    sys.stderr.write(
        f"The storage failed ({str(exc).splitlines()[0][:200]}), so this process ends: nothing unsure was "
        "acknowledged. Next: look at the disk, then start again; the start checks the file.\n"
    )
    sys.stderr.flush()
    os._exit(STORAGE_FAILED)


class DailyCheck(Loop):
    """Closes the database for writing, in words, when its file is not sound any more."""

    task_name = "database-check"

    def __init__(self, database: Database, *, every_s: float = DAY_S) -> None:
        self._database = database
        self._every_s = every_s

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(self._every_s)
            try:
                if await self._database.check():
                    return
            except OSError:
                log.exception("the database file could not be looked through")
