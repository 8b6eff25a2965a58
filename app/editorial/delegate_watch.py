"""
The loop that asks the next person when an approver does not answer, and says so on every desk.

Whom it asked last stands in the update's row and is compared there under the event's lock, so that of several processes
one speaks, and a restart asks nobody twice. Asking is a change on the desk's topic and an entry in the record; whoever
of the approvers is first may still decide.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from app.accounts.audit import AuditLog
from app.broadcast import topics
from app.clock import Clock, Repeat
from app.db import Database
from app.editorial.approval import Need
from app.editorial.delegates import Asked, asked_now, turns
from app.editorial.finding import approver_ids, writers_of
from app.models import LiveEvent, TopicName, Update, UpdateState

BY_APPROVERS = (Need.APPROVER, Need.OVERRIDE)


class DelegateWatch(Repeat):
    """
    Args:
        every_s: Between two looks; the next person is asked late by that much at worst.
    """

    task_name = "delegates"
    failure = "delegates_look_failed"

    def __init__(
        self,
        database: Database,
        audit: AuditLog,
        clock: Clock,
        announce: Callable[[Sequence[topics.Position]], None],
        *,
        every_s: float = 2.0,
    ) -> None:
        super().__init__(every_s)
        self._database = database
        self._audit = audit
        self._clock = clock
        self._announce = announce

    async def _turn(self) -> None:
        await self.look()

    async def look(self) -> list[str]:
        """One look at everything that waits; returns the ids of the updates about which somebody new was asked."""
        async with self._database.read() as session:
            changed = [
                (event.id, row.id)
                for event, row in await _waiting(session)
                if await self._asked(session, event, row) != known(row)
            ]
        told = []
        for event_id, update_id in changed:
            if await self._tell(event_id, update_id):
                told.append(update_id)
        return told

    async def _asked(self, session: AsyncSession, event: LiveEvent, row: Update) -> Asked:
        chain = event.policy.get("delegates", {})
        found = turns(
            chain,
            row.waits_since,
            approvers=await approver_ids(session, event.id),
            authors=await writers_of(session, row),
        )
        return asked_now(found, chain, self._clock.now())

    async def _tell(self, event_id: str, update_id: str) -> bool:
        async def work(session: AsyncSession) -> topics.Position | None:
            event = await session.get_one(LiveEvent, event_id, with_for_update=True, populate_existing=True)
            row = await session.get_one(Update, update_id, populate_existing=True)
            asked = await self._asked(session, event, row)
            if row.state != UpdateState.AWAITING_APPROVAL or asked == known(row):
                return None  # it was decided, or another process asked
            # The update's version stays: who is asked changes nothing of what is being read and decided.
            row.asked_id, row.asked_at, row.unanswered = asked.person_id, asked.since, asked.unanswered
            event.version += 1
            session.add(row)
            session.add(event)
            await session.flush()
            now = self._clock.now()
            if asked.person_id is not None:
                await self._note(session, event_id, update_id, asked, now)
            return await topics.append(session, event_id, TopicName.DESK, [("event", event_id)], now)

        position = await self._database.write(work)
        if position is not None:
            self._announce([position])
        return position is not None

    async def _note(
        self, session: AsyncSession, event_id: str, update_id: str, asked: Asked, now: datetime
    ) -> None:
        detail: Mapping[str, Any] = {"person": asked.person_id}
        await self._audit.append(
            session,
            actor="system",
            action="approval.unanswered" if asked.unanswered else "approval.asked",
            event_id=event_id,
            subject=update_id,
            detail=detail,
            now=now,
        )


def known(row: Update) -> Asked:
    """What was told last."""
    return Asked(row.asked_id, row.asked_at, row.unanswered)


async def _waiting(session: AsyncSession) -> list[tuple[LiveEvent, Update]]:
    rows = await session.execute(
        select(LiveEvent, Update)
        .join(Update, col(Update.event_id) == col(LiveEvent.id))
        .where(
            col(Update.state) == UpdateState.AWAITING_APPROVAL,
            col(Update.needs).in_(BY_APPROVERS),
            # What is planned for another day waits for nobody's next three minutes; the checklist says that it does.
            col(Update.occasion) == "",
        )
    )
    return [(event, row) for event, row in rows.all() if event.policy.get("delegates") or row.asked_id]
