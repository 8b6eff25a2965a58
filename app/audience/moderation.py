"""Letting replies through, or not: held back by default, one decision each, the loser of a race is told."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from sqlalchemy import ColumnElement, String, and_, cast, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from app.accounts.audit import AuditLog
from app.accounts.rights import Actor
from app.audience.ingest import LooksAtReplies
from app.broadcast import topics
from app.clock import Clock
from app.db import Database
from app.errors import Conflict, Gone, NotFound
from app.models import HELP, NAMELESS, LiveEvent, Reply, ReplyState, TopicName
from app.models.reply import LABELLED


class MayShow(Protocol):
    """
    What `main` fills in: refuses a reply that may not come before the public, or not now.

    Returns whether it may be shown with the name of who wrote it.
    """

    async def __call__(self, session: AsyncSession, event: LiveEvent, reply: Reply) -> bool: ...


class Moderation:
    def __init__(
        self,
        database: Database,
        audit: AuditLog,
        clock: Clock,
        announce: Callable[[Sequence[topics.Position]], None],
        look: LooksAtReplies,
        may_show: MayShow,
    ) -> None:
        self._look = look
        self._may_show = may_show
        self._database = database
        self._audit = audit
        self._clock = clock
        self._announce = announce

    async def found(self, reply_id: str) -> Reply:
        """
        Raises:
            NotFound: no such reply.
        """
        async with self._database.read() as session:
            reply = await session.get(Reply, reply_id)
        if reply is None:
            raise NotFound("There is no such reply. Reload the page.", code="reply_not_found")
        return reply

    async def decide(self, actor: Actor, reply_id: str, state: ReplyState, version: int) -> Reply:
        """
        Show or hide one reply.

        Raises:
            Conflict: somebody decided, or the author changed it, since `version`; or nothing may be shown now.
            Gone: the author took it back.
        """
        now = self._clock.now()

        async def work(session: AsyncSession) -> tuple[Reply, list[topics.Position]]:
            event = await _event_of(session, reply_id) if state == ReplyState.SHOWN else None
            reply = (
                await session.execute(
                    select(Reply)
                    .where(col(Reply.id) == reply_id)
                    .with_for_update()
                    .execution_options(populate_existing=True)
                )
            ).scalar_one_or_none()
            if reply is None:
                raise NotFound("There is no such reply. Reload the page.", code="reply_not_found")
            if reply.state == ReplyState.REMOVED:
                raise Gone("Its author has taken this reply back. It cannot be shown.", code="reply_removed")
            if reply.version != version:
                raise Conflict(
                    "This reply changed after you opened it. Read it again.",
                    code="changed_meanwhile",
                    current=reply.version,
                )
            if event is not None:
                # Looked at again: the event's own list of names may have grown since it came in.
                is_named = await self._may_show(session, event, reply)
                reply.guard = dict(self._look(event, reply.text, reply.lang))
                if not is_named:
                    reply.guard[NAMELESS] = True
            if state == ReplyState.SHOWN and reply.guard.get("decision") == "block":
                raise Conflict(
                    "The privacy check found something that could identify a patient. It cannot be shown.",
                    code="guard_blocked",
                )
            was_public = reply.state == ReplyState.SHOWN
            reply.state, reply.decided_at, reply.decided_by = state, now, actor.id
            reply.version += 1
            session.add(reply)
            await session.flush()
            refs = [("reply", reply.id)]
            positions = [await topics.append(session, reply.event_id, TopicName.DESK, refs, now)]
            if was_public or state == ReplyState.SHOWN:
                for name in (TopicName.PUBLIC, TopicName.FAMILY):
                    positions.append(await topics.append(session, reply.event_id, name, refs, now))
            await self._audit.append(
                session,
                actor=actor.label,
                action=f"reply.{state}",
                event_id=reply.event_id,
                subject=f"reply:{reply.id}",
                now=now,
            )
            return reply, positions

        reply, positions = await self._database.write(work)
        self._announce(positions)
        return reply

    async def counts(self, event_id: str) -> dict[str, int]:
        """How many replies of an event are in each state, and how many of the undecided ones ask for help."""
        async with self._database.read() as session:
            rows = await session.execute(
                select(col(Reply.state), func.count())
                .where(col(Reply.event_id) == event_id)
                .group_by(col(Reply.state))
            )
            found = {row[0]: row[1] for row in rows}
            asking = await session.scalar(
                select(func.count()).where(
                    col(Reply.event_id) == event_id,
                    col(Reply.state) == ReplyState.NEW,
                    col(Reply.answered_by_update_id).is_(None),
                    _labelled(HELP),
                )
            )
        return {**{str(state): int(found.get(state, 0)) for state in ReplyState}, "asking": asking or 0}

    async def listed(
        self, event_id: str, *, state: str | None, label: str | None, before: str | None, limit: int
    ) -> tuple[list[Reply], str | None]:
        """Newest first, and the cursor of the next page."""
        query = (
            select(Reply)
            .where(col(Reply.event_id) == event_id)
            .order_by(col(Reply.id).desc())
            .limit(limit + 1)
        )
        if state is not None:
            query = query.where(col(Reply.state) == state)
        if label is not None:
            query = query.where(_labelled(label))
        if before is not None:
            query = query.where(col(Reply.id) < before)
        async with self._database.read() as session:
            rows = list((await session.execute(query)).scalars())
        more = len(rows) > limit
        return rows[:limit], rows[limit - 1].id if more else None


def _labelled(label: str) -> ColumnElement[bool]:
    # The first half is that of the index, word for word: without it every reply of the event would be read.
    return and_(LABELLED, cast(col(Reply.labels), String).contains(f'"{label}"'))


async def _event_of(session: AsyncSession, reply_id: str) -> LiveEvent | None:
    """The event of a reply, locked before the reply is, as whoever takes the event off the page locks them."""
    rows = await session.execute(
        select(LiveEvent)
        .join(Reply, col(Reply.event_id) == col(LiveEvent.id))
        .where(col(Reply.id) == reply_id)
        .with_for_update(of=LiveEvent)
    )
    return rows.scalar_one_or_none()
