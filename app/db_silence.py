"""
A PostgreSQL server that says nothing: its host is gone, or the line swallows what is sent. How long it is waited for.

Nobody tells a client of that; a question that was sent would wait for a quarter of an hour. Two watch for it. The
kernel ends a connection whose bytes nobody takes, whatever was being done on it. And who reads or writes stops waiting,
since something on the way (a proxy, a server that froze) may take the bytes and never answer; the connection is given
up then, and the next question goes over another. A file needs none of it.
"""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine

from app.db_faults import CUT, CUT_READING, RETRY_AFTER_S
from app.errors import Unready

CONNECT_S = 5.0
READ_S = 10.0
"""For all that one look reads; a browser gives up after 15 s, and then nobody hears why."""

WRITE_S = 35.0
"""For one commit: longer than the server itself gives any of its statements, which then says so."""

GONE_S = 10
PROBE_S = 3
PROBES = 3


def let_go_of_silent_lines(engine: AsyncEngine) -> None:
    """Have the kernel end connections whose other end takes nothing, or answers no probe while nothing is sent."""

    @event.listens_for(engine.sync_engine, "connect")
    def connect(dbapi: Any, _record: Any) -> None:
        line = dbapi.driver_connection._transport.get_extra_info("socket")
        if line.family not in (socket.AF_INET, socket.AF_INET6):
            return  # a server on this machine
        with socket.socket(fileno=os.dup(line.fileno())) as same:
            same.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
            same.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, PROBE_S)
            same.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPCNT, PROBES)
            for name, value in (("TCP_KEEPIDLE", PROBE_S), ("TCP_USER_TIMEOUT", GONE_S * 1_000)):
                if hasattr(socket, name):  # Linux
                    same.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)


Again = Callable[[], None]


@asynccontextmanager
async def answered(within_s: float | None, *, reading: bool) -> AsyncIterator[Again]:
    """
    What asks the database in here is answered in time. What it gives, when called, lets the time begin anew.

    Raises:
        Unready: it was not; of a write nobody knows whether it was done.
    """
    try:
        async with asyncio.timeout(within_s) as limit:
            yield lambda: _begin_anew(limit, within_s)
    except TimeoutError as exc:
        if not limit.expired():
            raise
        if reading:
            raise Unready(CUT_READING, retry_after_s=RETRY_AFTER_S, code="database_away") from exc
        raise Unready(CUT, retry_after_s=RETRY_AFTER_S, code="database_away") from exc


def _begin_anew(limit: asyncio.Timeout, within_s: float | None) -> None:
    if within_s is not None and not limit.expired():
        limit.reschedule(asyncio.get_running_loop().time() + within_s)
