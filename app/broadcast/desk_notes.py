"""
Telling the desk that a delivery changed, at most four times a second for each delivery.

The change is written in the transaction that makes it when the delivery's turn has come; otherwise it is noted and
written by the next flush, so that the last state is always told.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from app.broadcast.topics import Position, append
from app.clock import Clock
from app.db import Database
from app.models import TopicName


class DeskNotes:
    """
    Args:
        interval_s: Shortest time between two entries about one delivery.
        announce: Told the positions once they are durable.
    """

    def __init__(
        self, clock: Clock, interval_s: float, announce: Callable[[Sequence[Position]], None]
    ) -> None:
        self._clock = clock
        self._interval_s = interval_s
        self._announce = announce
        self._told: dict[str, float] = {}
        self._dirty: dict[str, str] = {}  # delivery -> event

    async def tell(self, session: AsyncSession, event_id: str, delivery_ids: Sequence[str]) -> list[Position]:
        """Write now what may be written now; note the rest. The caller announces after its commit."""
        mono = self._clock.monotonic()
        now: list[str] = []
        for delivery_id in delivery_ids:
            if mono - self._told.get(delivery_id, -1e9) >= self._interval_s:
                now.append(delivery_id)
                self._told[delivery_id] = mono
                self._dirty.pop(delivery_id, None)
            else:
                self._dirty[delivery_id] = event_id
        if not now:
            return []
        refs = [("delivery", delivery_id) for delivery_id in now]
        return [await append(session, event_id, TopicName.DESK, refs, self._clock.now())]

    def note(self, event_id: str, delivery_id: str) -> None:
        """Something changed that can wait for the next flush."""
        self._dirty[delivery_id] = event_id

    def announce(self, positions: Sequence[Position]) -> None:
        if positions:
            self._announce(positions)

    async def flush(self, database: Database, *, everything: bool = False) -> None:
        """Write what was noted and whose turn has come."""
        mono = self._clock.monotonic()
        due: dict[str, list[str]] = {}
        for delivery_id, event_id in self._dirty.items():
            if everything or mono - self._told.get(delivery_id, -1e9) >= self._interval_s:
                due.setdefault(event_id, []).append(delivery_id)
        if not due:
            return

        async def write(session: AsyncSession) -> list[Position]:
            return [
                await append(
                    session, event_id, TopicName.DESK, [("delivery", d) for d in ids], self._clock.now()
                )
                for event_id, ids in sorted(due.items())
            ]

        for ids in due.values():
            for delivery_id in ids:
                self._dirty.pop(delivery_id, None)
                self._told[delivery_id] = mono
        try:
            positions = await database.write(write)
        except BaseException:
            for event_id, ids in due.items():
                for delivery_id in ids:
                    self._dirty.setdefault(delivery_id, event_id)
            raise
        self.announce(positions)
        if len(self._told) > 10_000:
            self._told = {d: at for d, at in self._told.items() if mono - at < 60.0}
