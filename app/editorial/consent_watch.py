"""
The loop that sees a consent run out.

The gate asks at every permit, so nothing starts from that moment on. This takes the event off and starts taking back
what is out, as when the consent is withdrawn: what somebody agreed to show until Friday is not there on Saturday.
Several processes may do it at once, and one that died half-way is followed by the next look; so is a withdrawal, which
nobody can press twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import structlog

from app.clock import Clock, Repeat
from app.db import Database
from app.editorial.consents import Consents
from app.editorial.finding import consents_run_out, withdrawn_half_way
from app.errors import AppError

log = structlog.get_logger()

OVERDUE = timedelta(seconds=30)
"""A withdrawal that lives has asked for every deletion by then."""


class ConsentWatch(Repeat):
    """
    Args:
        every_s: Between two looks; what is out starts to be taken back late by that much at worst.
    """

    task_name = "consents"
    failure = "consents_look_failed"

    def __init__(self, database: Database, consents: Consents, clock: Clock, *, every_s: float = 1.0) -> None:
        super().__init__(every_s)
        self._database = database
        self._consents = consents
        self._clock = clock
        self._seen: dict[str, float] = {}  # withdrawals that were not finished, by the monotonic clock

    async def _turn(self) -> None:
        await self.look()

    async def look(self) -> list[str]:
        """One look at every consent; returns the events that were taken off."""
        async with self._database.read() as session:
            found = await consents_run_out(session, self._clock.now())
            left = self._overdue(await withdrawn_half_way(session))
        off = [event_id for event_id in found if await self._consents.run_out(event_id) is not None]
        for record_id in left:
            try:
                await self._consents.finish(record_id)
            except AppError:  # one that cannot be finished keeps no other from it
                log.exception("withdrawal_not_finished", record_id=record_id)
        return off

    def _overdue(self, withdrawn: Sequence[tuple[str, datetime]]) -> list[str]:
        """
        Those that live no more.

        By their own time, which is ahead of now where a clock was set back since; then by how long we have seen them.
        """
        now, mono = self._clock.now(), self._clock.monotonic()
        self._seen = {record_id: self._seen.get(record_id, mono) for record_id, _ in withdrawn}
        return sorted(
            record_id
            for record_id, at in withdrawn
            if max(now - at, timedelta(seconds=mono - self._seen[record_id])) >= OVERDUE
        )
