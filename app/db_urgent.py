"""
A write that does not wait for a process which froze in the middle of a transaction; for stops, on PostgreSQL.

A frozen process keeps its locks until the server ends its transaction, which takes FROZEN_S: longer than a stop may
last. So whoever is in the way of an urgent write and whose client has been silent inside its transaction for
SILENT_S is ended there and then. Nothing is lost by it: what was not committed was told to nobody, and a process that
was only slow gets an error, undoes its work and does it again.
"""

from __future__ import annotations

import asyncio
import logging
from typing import Any

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnectionFree
from sqlalchemy.ext.asyncio import AsyncEngine

log = logging.getLogger(__name__)

SILENT_S = 0.25
URGENT_SILENT_S = 1.5
"""Two stops beside each other must not end each other because one event loop was late; one that froze is ended."""

LOOK_S = 0.05

URGENT = "tocsin urgent"
"""How an urgent transaction names itself, with its process behind it."""

# Whoever is in the way may itself be waiting for the one that froze. A client that froze between two messages of one
# statement leaves its server process "active", reading; the server's own limit for silent transactions never ends it.
_END = text(
    "WITH RECURSIVE way (pid) AS ("
    " SELECT unnest(pg_blocking_pids(:waiting))"
    " UNION SELECT next.pid FROM way, unnest(pg_blocking_pids(way.pid)) AS next (pid))"
    " SELECT pid, pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE pid IN (SELECT pid FROM way) AND (state LIKE 'idle in transaction%' OR wait_event_type = 'Client')"
    " AND state_change < clock_timestamp()"
    # Never one of this process, whose event loop is late and not frozen, since it looks here: where many events are
    # stopped at once on a busy machine, each of them would be ended by the others until it gave up.
    "  - make_interval(secs => CASE WHEN application_name = :own THEN NULL"
    " WHEN starts_with(application_name, :urgent) THEN CAST(:urgent_silent_s AS float8)"
    " ELSE CAST(:silent_s AS float8) END)"
)


async def clear_the_way(
    engine: AsyncEngine,
    waiting_pid: asyncio.Future[int],
    done: asyncio.Task[Any],
    own: str,
    *,
    urgent_silent_s: float = URGENT_SILENT_S,
) -> None:
    """
    While a write is not done: end the silent transactions that it waits for.

    Args:
        waiting_pid: The write's own server process, once it has one.
        own: What the urgent transactions of this process are called.
    """
    await asyncio.wait({done}, timeout=SILENT_S)
    while not done.done():
        if waiting_pid.done():
            try:
                async with engine.connect() as connection:
                    found = await connection.execute(
                        _END,
                        {
                            "waiting": waiting_pid.result(),
                            "silent_s": SILENT_S,
                            "urgent": URGENT,
                            "urgent_silent_s": urgent_silent_s,
                            "own": own,
                        },
                    )
                    ended = [row.pid for row in found]
            except (DBAPIError, NoConnectionFree, OSError) as exc:
                # Without the right to do it, or without a connection, the write waits as long as everybody.
                log.warning("nobody could be moved out of the way of an urgent write: %s", exc)
                return
            if ended:
                log.warning("ended %d transactions of a frozen process for an urgent write", len(ended))
        await asyncio.wait({done}, timeout=LOOK_S)
