"""
Taking a whole event off: nothing more of it starts, nothing of it waits, and our own page says nothing any more.

Used when a patient withdraws: its replies, its headline and its facts go with its updates. As with a stop, the fence is stamped before and after the commit, so that a permit
given meanwhile is refused at its first byte. What is out already is the caller's to take back, post by post.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from app.broadcast.fence import Fence
from app.broadcast.refusals import withdraw_waiting
from app.broadcast.settings import EngineSettings
from app.broadcast.topics import Position, append
from app.clock import Clock
from app.db import Database
from app.errors import NotFound
from app.models import (
    Delivery,
    EventState,
    LiveEvent,
    Reply,
    ReplyState,
    Sending,
    TopicName,
    Update,
    UpdateState,
)

First = Callable[[AsyncSession, datetime], Awaitable[None]]


class TakeOff:
    """
    Args:
        wake: Called once the event is off.
    """

    def __init__(
        self,
        database: Database,
        fence: Fence,
        clock: Clock,
        settings: EngineSettings,
        announce: Callable[[Sequence[Position]], None],
        wake: Callable[[], None],
    ) -> None:
        self._database = database
        self._fence = fence
        self._clock = clock
        self._settings = settings
        self._announce = announce
        self._wake = wake

    async def event(self, event_id: str, reason: str, first: First) -> list[str]:
        """
        Take an event off; returns the ids of the updates that were public, oldest first.

        Sending is left open: the caller's gate lets nothing through but deletions, and those must be able to leave.

        Args:
            first: Done in the same transaction before anything else; what it raises undoes all.
            reason: Kept with every delivery that had not left.
        """

        async def work(session: AsyncSession) -> tuple[list[str], list[Position]]:
            now = self._clock.now()
            event = await session.get(LiveEvent, event_id, with_for_update=True, populate_existing=True)
            if event is None:
                raise NotFound("There is no such event. Choose one from the list of events.", code="no_event")
            await first(session, now)
            event.sending, event.sending_since, event.sending_by = Sending.OPEN, now, None
            event.kill_epoch += 1
            event.replies_open = False
            event.headline, event.pinned, event.about_patient = "", {}, ""
            if event.state == EventState.LIVE:
                event.state = EventState.PAUSED
            event.version += 1
            await session.flush()
            waiting = list(
                (
                    await session.execute(
                        update(Update)
                        .where(
                            col(Update.event_id) == event_id,
                            col(Update.state).in_((UpdateState.COUNTING_DOWN, UpdateState.AWAITING_APPROVAL)),
                        )
                        .values(
                            state=UpdateState.WITHDRAWN, version=col(Update.version) + 1, hold_left_s=None
                        )
                        .returning(col(Update.id))
                    )
                ).scalars()
            )
            deliveries = await withdraw_waiting(
                session, col(Delivery.event_id) == event_id, reason, now, self._settings
            )
            await session.execute(
                update(Update)
                .where(col(Update.event_id) == event_id, col(Update.state) == UpdateState.RELEASED)
                .values(on_page="retracted", version=col(Update.version) + 1)
            )
            out = list(
                (
                    await session.execute(
                        select(col(Update.id))
                        .where(col(Update.event_id) == event_id, col(Update.state) == UpdateState.RELEASED)
                        .order_by(col(Update.seq))
                    )
                ).scalars()
            )
            replies = list(
                (
                    await session.execute(
                        update(Reply)
                        .where(col(Reply.event_id) == event_id, col(Reply.state) == ReplyState.SHOWN)
                        .values(state=ReplyState.HIDDEN, decided_at=now, version=col(Reply.version) + 1)
                        .returning(col(Reply.id))
                    )
                ).scalars()
            )
            public = [
                ("event", event_id),
                *(("update", u) for u in out),
                *(("reply", reply_id) for reply_id in replies),
            ]
            desk = [*public, *(("update", u) for u in waiting), *(("delivery", d) for d in deliveries)]
            return out, [
                await append(session, event_id, TopicName.DESK, desk, now),
                await append(session, event_id, TopicName.FAMILY, public, now),
                await append(session, event_id, TopicName.PUBLIC, public, now),
            ]

        self._fence.kill(("event", event_id))
        out, positions = await self._database.write(work)
        self._fence.kill(("event", event_id))
        self._announce(positions)
        self._wake()
        return out
