"""
The loop that notices silence: it asks the presenter, then tells the desk, and never posts.

What it told last stands in the event's row and is compared there, so that of several processes one speaks, and a
restart does not ask again. Telling is a change on the desk's topic and an entry in the record; the line to send goes
the way of every update, by a person.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from app.accounts.audit import AuditLog
from app.broadcast import topics
from app.clock import Clock, Repeat
from app.db import Database
from app.editorial import silence
from app.models import EventState, LiveEvent, TopicName, Update, UpdateKind, UpdateState


class SilenceWatch(Repeat):
    """
    Args:
        every_s: Between two looks; a prompt is late by that much at worst.
    """

    task_name = "silence"
    failure = "silence_look_failed"

    def __init__(
        self,
        database: Database,
        audit: AuditLog,
        clock: Clock,
        announce: Callable[[Sequence[topics.Position]], None],
        *,
        every_s: float = 5.0,
    ) -> None:
        super().__init__(every_s)
        self._database = database
        self._audit = audit
        self._clock = clock
        self._announce = announce

    async def _turn(self) -> None:
        await self.look()

    async def look(self) -> list[str]:
        """One look at every event; returns the ids of those about which something new was told."""
        async with self._database.read() as session:
            rows = await session.execute(
                select(LiveEvent).where(
                    (col(LiveEvent.state) == EventState.LIVE) | (col(LiveEvent.quiet) != silence.Quiet.FINE)
                )
            )
            changed = [
                event.id
                for event in rows.scalars()
                if (await look_at(session, event, self._clock)).quiet != event.quiet
            ]
        for event_id in changed:
            await self._tell(event_id)
        return changed

    async def _tell(self, event_id: str) -> None:
        async def work(session: AsyncSession) -> topics.Position | None:
            event = await session.get_one(LiveEvent, event_id, with_for_update=True, populate_existing=True)
            quiet = (await look_at(session, event, self._clock)).quiet
            if quiet == event.quiet:
                return None  # another process told it
            event.quiet = quiet
            event.version += 1
            session.add(event)
            await session.flush()
            now = self._clock.now()
            if quiet in silence.ASKS:
                await self._audit.append(
                    session, actor="system", action=silence.ASKS[quiet], event_id=event_id, now=now
                )
            return await topics.append(session, event_id, TopicName.DESK, [("event", event_id)], now)

        position = await self._database.write(work)
        if position is not None:
            self._announce([position])


async def look_at(session: AsyncSession, event: LiveEvent, clock: Clock) -> silence.Look:
    """How long nothing has been said in public on one event."""
    out = (col(Update.event_id) == event.id, col(Update.state) == UpdateState.RELEASED)
    last = await session.scalar(select(func.max(col(Update.released_at))).where(*out))
    # What only puts words right begins nothing anew.
    said = await session.scalar(
        select(col(Update.kind))
        .where(*out, col(Update.kind).notin_((UpdateKind.CORRECTION, UpdateKind.RETRACTION)))
        .order_by(col(Update.released_at).desc())
        .limit(1)
    )
    return silence.look(
        kind=event.kind,
        state=event.state,
        sending=event.sending,
        last_word_at=last or event.started_at,
        promised_at=event.promised_next_at,
        now=clock.now(),
        all_clear=said == UpdateKind.ALL_CLEAR,
    )
