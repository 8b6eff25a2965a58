"""
The loop that stops a countdown when whoever let it go may not any more, and asks for another word at once.

The gate asks the same at the release; this tells the desk within a second, while there is time to find somebody else.
It looks at how things are and not at who changed them, so that it does not matter by which door, in which process or in
which order an approval and the end of its account were written.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import String, literal_column, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from app.accounts.audit import AuditLog
from app.broadcast import topics
from app.broadcast.asked_again import ask_again
from app.broadcast.words import TABLE
from app.clock import Clock, Repeat
from app.db import Database
from app.editorial.finding import decided_at, decisions_about
from app.editorial.lapsing import Agreed, lapsed
from app.ids import NewId
from app.models import Approval, Person, TopicName, Update, UpdateState, Verdict


class LapseWatch(Repeat):
    """
    Args:
        every_s: Between two looks; a countdown stops late by that much at worst.
    """

    task_name = "lapses"
    failure = "lapses_look_failed"

    def __init__(
        self,
        database: Database,
        audit: AuditLog,
        clock: Clock,
        new_id: NewId,
        announce: Callable[[Sequence[topics.Position]], None],
        *,
        every_s: float = 1.0,
    ) -> None:
        super().__init__(every_s)
        self._database = database
        self._audit = audit
        self._clock = clock
        self._new_id = new_id
        self._announce = announce

    async def _turn(self) -> None:
        await self.look()

    async def look(self) -> list[str]:
        """One look at everything that counts down by a word that may have lapsed; returns what was stopped."""
        async with self._database.read() as session:
            found = await _lapsed(session)
        return [update_id for update_id in found if await self._stop(update_id)]

    async def _stop(self, update_id: str) -> bool:
        async def work(session: AsyncSession) -> topics.Position | None:
            now = self._clock.now()
            row = await session.get_one(Update, update_id, with_for_update=True, populate_existing=True)
            why = (await _lapsed(session, update_id)).get(update_id)
            if why is None:
                return None  # it went out, somebody else agreed, or another process was first
            refs = await ask_again(session, row, why, TABLE[why][0], now)
            session.add(
                Approval(
                    id=self._new_id(),
                    update_id=row.id,
                    event_id=row.event_id,
                    revision=row.revision,
                    verdict=Verdict.LAPSED,
                    identity="system",
                    reason=why,
                    at=await decided_at(session, row.id, now),
                )
            )
            await session.flush()
            position = await topics.append(session, row.event_id, TopicName.DESK, refs, now)
            await self._audit.append(
                session,
                actor="system",
                action="update.approval_lapsed",
                event_id=row.event_id,
                subject=row.id,
                detail={"revision": row.revision, "reason": why},
                now=now,
            )
            return position

        position = await self._database.write(work)
        if position is not None:
            self._announce([position])
        return position is not None


async def _lapsed(session: AsyncSession, update_id: str | None = None) -> dict[str, str]:
    # Said as it stands in the index of what is due, which is then all that is read.
    counting: Any = literal_column(f"'{UpdateState.COUNTING_DOWN}'")
    doubted = select(literal_column("'person:'", String) + col(Person.id)).where(
        col(Person.disabled_at).is_not(None) | col(Person.sessions_ended_at).is_not(None)
    )
    which = select(
        col(Update.id),
        col(Update.event_id),
        col(Update.needs),
        col(Update.revision),
        col(Update.asked_by),
        col(Update.received_at),
    ).where(col(Update.state) == counting, (col(Update.needs) != "") | col(Update.asked_by).in_(doubted))
    if update_id is not None:
        which = which.where(col(Update.id) == update_id)
    agreed = [Agreed(*row) for row in (await session.execute(which)).all()]
    if not agreed:
        return {}
    decisions = await decisions_about(session, [one.update_id for one in agreed])
    return dict(await lapsed(session, agreed, decisions))
