"""
Sockets that belong to somebody: closed within seconds once the session or the role behind them ends.

A ticket proves who opens a socket; it does not prove that they may still see it a minute later.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from typing import Protocol

from app.broadcast.hub import STAY_AWAY_SIGNED_OUT

log = logging.getLogger(__name__)

CHECK_S = 1.0  # on another node than the one where the session ended; there it is at once


@dataclass(frozen=True, slots=True)
class Admitted:
    """
    What a redeemed ticket allows.

    Attributes:
        topic: "EVENT_ID:desk" or "EVENT_ID:family", exactly that one.
        session_id: What the socket lives and dies with.
    """

    topic: str
    session_id: str


class Tickets(Protocol):
    """One-time tickets for staff sockets; `main` fills this from accounts."""

    async def redeem(self, ticket: str) -> Admitted | None:
        """Use a ticket up; None if it is unknown, used or too old."""

    async def ended(self, admitted: Collection[Admitted]) -> Collection[Admitted]:
        """Those of them whose session is over or whose role no longer allows the topic."""


class Socket(Protocol):
    def close(self, code: int, reason: str) -> None: ...


class StaffSockets:
    """Every socket of this process that a ticket opened."""

    def __init__(self, tickets: Tickets) -> None:
        self.tickets = tickets
        self._open: dict[Admitted, set[Socket]] = {}
        self._task: asyncio.Task[None] | None = None
        self._soon = asyncio.Event()

    def check_soon(self) -> None:
        """A session ended here a moment ago: look now, not at the next round."""
        self._soon.set()

    def start(self) -> None:
        self._task = asyncio.get_running_loop().create_task(self._checks(), name="staff-sockets")

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
            self._task = None

    def add(self, admitted: Admitted, viewer: Socket) -> None:
        self._open.setdefault(admitted, set()).add(viewer)

    def discard(self, admitted: Admitted, viewer: Socket) -> None:
        sockets = self._open.get(admitted)
        if sockets is not None:
            sockets.discard(viewer)
            if not sockets:
                del self._open[admitted]

    def __len__(self) -> int:
        return sum(len(sockets) for sockets in self._open.values())

    async def check(self) -> None:
        """Close what must not be open any more."""
        if self._open:
            for admitted in await self.tickets.ended(list(self._open)):
                for viewer in list(self._open.get(admitted, ())):
                    viewer.close(STAY_AWAY_SIGNED_OUT, "signed out")

    async def _checks(self) -> None:
        while True:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._soon.wait(), CHECK_S)
            self._soon.clear()
            await asked(self.check)


async def asked(check: Callable[[], Awaitable[None]]) -> None:
    """A check that cannot be made leaves the sockets open until the next; the ticket was good a moment ago."""
    try:
        await check()
    except Exception:
        log.exception("staff sockets could not be checked")
