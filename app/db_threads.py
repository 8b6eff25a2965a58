"""
The threads behind SQLite's connections, one each, and their end.

A query whose caller went away costs its connection: the driver drops it, and its thread ends whenever it gets to it,
after the event loop is gone if it must. It would then have nobody to tell, and a file still open. So whoever closes the
database waits here for all of them.
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from functools import partial
from threading import Thread
from typing import Any

import aiosqlite

from app.db_sqlite import OneWayConnection

log = logging.getLogger(__name__)

END_S = 10.0  # a thread in the middle of a statement ends after it


class DriverThreads:
    """Opens every connection of one database."""

    def __init__(self) -> None:
        self._opened: list[aiosqlite.Connection] = []

    async def open(self, path: str, **how: Any) -> aiosqlite.Connection:
        """What SQLAlchemy calls for a new connection, with what it would have told the driver."""
        connection = OneWayConnection(partial(sqlite3.connect, path, **how), 64)
        _thread(connection).daemon = True
        self._opened = [one for one in self._opened if _thread(one).is_alive()]
        self._opened.append(connection)
        return await connection

    async def end(self) -> None:
        """Wait until every thread has closed its file; those that nobody told to do so are told."""
        opened, self._opened = self._opened, []
        for connection in opened:
            thread = _thread(connection)
            if thread.ident is None:  # was never started
                continue
            if thread.is_alive():
                connection.stop()
            await asyncio.to_thread(thread.join, END_S)
            if thread.is_alive():
                log.error("a statement of the database did not end within %.0f s", END_S)


def _thread(connection: aiosqlite.Connection) -> Thread:
    # The driver has no public name for it. The version is locked, and a test holds it.
    return connection._thread
