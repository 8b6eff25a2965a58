"""
Hold, resume, stop, start again, and stopping one update or one channel.

The commit makes every later permit refuse; the fence's stamps make every earlier one refuse at its first byte. When
these calls return, nothing of the scope starts any more, and the answer says honestly what had started already.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import and_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from app.broadcast.audit_log import AuditLog
from app.broadcast.channel_desks import tell_channel
from app.broadcast.evidence import WAITING, may_be_out, partly_out
from app.broadcast.fence import Fence, Scope
from app.broadcast.kept_back import APPROVE, DROP, KEEP, KeptBack
from app.broadcast.refusals import withdraw_waiting
from app.broadcast.settings import EngineSettings
from app.broadcast.stop_report import InFlight, StopReport
from app.broadcast.store import KILLED
from app.broadcast.topics import Position, append
from app.clock import Clock
from app.db import Database
from app.errors import Conflict, Forbidden, InvalidInput, NotFound, Unready
from app.models import (
    Channel,
    Delivery,
    DeliveryState,
    EventState,
    LiveEvent,
    RecipientDelivery,
    Sending,
    TopicName,
    Update,
    UpdateState,
)

WAITS_S = (0.0, 0.05, 0.2)
"""Before each further try of a stop; in all little beside the second that it has."""

T = TypeVar("T")
MOST_RECORDED = 100
"""Deliveries that the record of a stop names of each kind."""


class StopControl:
    """
    Args:
        worker: Name of this process in leases.
        wake: Called when something may go again.
    """

    def __init__(
        self,
        database: Database,
        fence: Fence,
        audit: AuditLog,
        clock: Clock,
        settings: EngineSettings,
        worker: str,
        announce: Callable[[Sequence[Position]], None],
        wake: Callable[[], None],
    ) -> None:
        self._database = database
        self._fence = fence
        self._audit = audit
        self._clock = clock
        self._settings = settings
        self._flying = InFlight(database, fence, clock, settings, worker)
        self._kept = KeptBack(settings)
        self._announce = announce
        self._wake = wake

    async def hold(self, event_id: str, actor: str, *, human: str | None = None) -> StopReport:
        """
        Pause: nothing leaves until somebody resumes; countdowns keep what they have left.

        Args:
            human: Who is behind the actor, where that is somebody else (a key has a maker); the same below.
        """
        return await self._close(event_id, actor, human or actor, Sending.HOLD)

    async def stop(self, event_id: str, actor: str, *, human: str | None = None) -> StopReport:
        """Stop: as a hold, and what waited is decided on one by one when a second person starts again."""
        return await self._close(event_id, actor, human or actor, Sending.STOP)

    async def stop_all(self, actor: str) -> dict[str, StopReport]:
        """Stop every event that could send."""
        async with self._database.read() as session:
            ids = (
                await session.execute(
                    select(col(LiveEvent.id)).where(
                        col(LiveEvent.sending) != Sending.STOP,
                        col(LiveEvent.state).not_in((EventState.ENDED, EventState.ARCHIVED)),
                    )
                )
            ).scalars()
            event_ids = list(ids)
        reports = await asyncio.gather(*(self.stop(event_id, actor) for event_id in event_ids))
        return dict(zip(event_ids, reports, strict=True))

    async def resume(self, event_id: str, actor: str, *, human: str | None = None) -> None:
        """
        Lift a hold: its maker, or whoever has the button; anybody while nobody has it.

        Raises:
            Conflict: the event is not on hold.
            Forbidden: somebody else's hold (code `not_your_hold`).
        """

        async def work(session: AsyncSession) -> list[Position]:
            now = self._clock.now()
            event = await _event(session, event_id)
            if event.sending != Sending.HOLD:
                raise Conflict(
                    "Sending is not on hold here. Reload to see how it stands.", code="not_on_hold"
                )
            if event.button_by is not None and (human or actor) not in (event.sending_by, event.button_by):
                raise Forbidden(
                    "Somebody else put this on hold. They lift it, or whoever has the button.",
                    code="not_your_hold",
                )
            await self._open(session, event, human or actor, Sending.OPEN, now)
            updates = await self._kept.thaw(session, event_id, now)
            ids = await self._kept.explain_waiting(session, event_id, "", now)
            await self._record(session, actor, "event.resumed", event_id, now)
            return await _tell(session, event_id, updates, ids, now)

        self._announce(await self._database.write(work))
        self._wake()

    async def restart(
        self, event_id: str, actor: str, decisions: Mapping[str, str], *, human: str | None = None
    ) -> None:
        """
        Leave a stop; it lands on hold, so that nothing moves before somebody has looked and resumes.

        Args:
            decisions: Update or delivery id -> "keep", "drop" or (updates) "approve". A delivery that is not named
                stays held, a countdown that is not named goes back to approval.

        Raises:
            Forbidden: the person who stopped cannot start again alone (code `second_person`).
            Conflict: the event is not stopped.
        """
        if any(choice not in (KEEP, DROP, APPROVE) for choice in decisions.values()):
            raise InvalidInput("Choose keep, drop or approve for each item.", code="bad_decision")

        async def work(session: AsyncSession) -> list[Position]:
            now = self._clock.now()
            event = await _event(session, event_id)
            if event.sending != Sending.STOP:
                raise Conflict(
                    "Sending is not stopped here. Reload to see how it stands.", code="not_stopped"
                )
            if event.sending_by == (human or actor):
                raise Forbidden(
                    "Starting again needs a second person. Ask a colleague to press it.", code="second_person"
                )
            await self._open(session, event, human or actor, Sending.HOLD, now)
            updates = await self._kept.decide_updates(session, event_id, decisions, now)
            ids = await self._kept.decide_deliveries(session, event_id, decisions, now)
            ids += await self._kept.explain_waiting(session, event_id, "on_hold", now)
            about = await _named_here(session, event_id, decisions)
            await self._record(session, actor, "event.restarted", event_id, now, about)
            return await _tell(session, event_id, updates, ids, now)

        self._announce(await self._database.write(work))
        self._wake()

    async def kill_update(self, update_id: str, actor: str) -> StopReport:
        """Stop one update: nothing more of it leaves, whatever channel it was for."""

        async def work(session: AsyncSession) -> tuple[str, list[Position]]:
            now = self._clock.now()
            one = await session.get(Update, update_id, with_for_update=True)
            if one is None:
                raise NotFound("There is no such update. Reload the list.", code="no_update")
            one.marks = {**one.marks, KILLED: now.isoformat()}
            if one.state in (UpdateState.COUNTING_DOWN, UpdateState.AWAITING_APPROVAL):
                one.state = UpdateState.WITHDRAWN
            one.version += 1
            await session.flush()
            ids = await withdraw_waiting(
                session, col(Delivery.update_id) == update_id, "killed", now, self._settings
            )
            began = await self._began(session, col(Delivery.update_id) == update_id, now)
            await self._record(session, actor, "update.killed", one.event_id, now, began, subject=update_id)
            return one.event_id, await _tell(session, one.event_id, [update_id], ids, now, public=False)

        where = col(Delivery.update_id) == update_id
        return await self._run(("update", update_id), where, work)

    async def kill_channel(
        self, channel_id: str, actor: str, why: str = "Stopped on the desk."
    ) -> StopReport:
        """Stop one channel for every event; its backlog waits with its expiry."""
        where = col(Delivery.channel_id) == channel_id

        async def work(session: AsyncSession) -> tuple[str, list[Position]]:
            now = self._clock.now()
            found = await session.execute(
                update(Channel)
                .where(col(Channel.id) == channel_id)
                .values(state="paused", why=why, paused_at=now, version=col(Channel.version) + 1)
                .returning(col(Channel.id))
            )
            if found.first() is None:
                raise NotFound("There is no such channel. Reload the list.", code="no_channel")
            began = await self._began(session, where, now)
            await self._record(session, actor, "channel.killed", None, now, began, subject=channel_id)
            return "", await tell_channel(session, channel_id, now)

        # Another channel's lists as well, where this one is carrying them.
        carried = select(col(RecipientDelivery.delivery_id)).where(
            col(RecipientDelivery.state) == DeliveryState.SENDING, col(RecipientDelivery.via_id) == channel_id
        )
        return await self._run(("channel", channel_id), where, work, also=col(Delivery.id).in_(carried))

    async def resume_channel(self, channel_id: str, actor: str) -> None:
        """Let a paused channel go again."""

        async def work(session: AsyncSession) -> list[Position]:
            now = self._clock.now()
            found = await session.execute(
                update(Channel)
                .where(col(Channel.id) == channel_id, col(Channel.state) != "on")
                .values(state="on", why="", paused_at=None, version=col(Channel.version) + 1)
                .returning(col(Channel.id))
            )
            if found.first() is None:
                return []
            await self._record(session, actor, "channel.resumed", None, now, subject=channel_id)
            return await tell_channel(session, channel_id, now)

        self._announce(await self._database.write(work))
        self._wake()

    async def _close(self, event_id: str, actor: str, human: str, sending: Sending) -> StopReport:
        async def work(session: AsyncSession) -> tuple[str, list[Position]]:
            return event_id, await self.close_in(session, event_id, actor, human, sending)

        return await self._run(("event", event_id), col(Delivery.event_id) == event_id, work)

    async def close_in(
        self, session: AsyncSession, event_id: str, actor: str, human: str, sending: Sending
    ) -> list[Position]:
        """The same in the caller's transaction, who calls `fenced` once it is committed."""
        now = self._clock.now()
        event = await _event(session, event_id)
        if event.sending == Sending.STOP and sending == Sending.HOLD:
            raise Conflict("Sending is stopped here already.", code="stopped")
        event.sending_since = now if event.sending != sending else event.sending_since
        event.sending_by = human if event.sending != sending else event.sending_by
        event.sending = sending
        event.kill_epoch += 1
        event.version += 1
        await session.flush()
        updates = await self._kept.freeze(session, event_id, now)
        if sending == Sending.STOP:
            ids = await self._kept.hold_waiting(session, event_id)
        else:
            ids = await self._kept.explain_waiting(session, event_id, "on_hold", now)
        began = await self._began(session, col(Delivery.event_id) == event_id, now)
        await self._record(session, actor, f"event.{sending}", event_id, now, began)
        return await _tell(session, event_id, updates, ids, now)

    def fenced(self, event_id: str) -> None:
        """After the commit of `close_in`: permits that did not see it are refused at their first byte."""
        self._fence.kill(("event", event_id))
        self._wake()

    async def _run(
        self, scope: Scope, where: Any, work: Callable[[AsyncSession], Any], also: Any = None
    ) -> StopReport:
        """`also`: deliveries of other scopes that may be in flight in this one."""
        flying = where if also is None else where | also
        # Once before: a permit given while the commit is under way is refused as early as can be. Once after: a
        # permit whose transaction did not see the commit took its stamp before this one.
        self._fence.kill(scope)
        positions = await self._write_at_last(work)
        self._fence.kill(scope)
        self._announce(positions)
        self._wake()
        if not self._settings.sole_node:
            await _at_last(lambda: self._flying.until_others_cannot_start(flying))
        return await _at_last(lambda: self._flying.report(where, flying))

    async def _write_at_last(self, work: Callable[[AsyncSession], Any]) -> list[Position]:
        return list((await _at_last(lambda: self._database.write_urgently(work)))[1])

    async def _open(
        self, session: AsyncSession, event: LiveEvent, human: str, sending: Sending, now: datetime
    ) -> None:
        event.sending = sending
        event.sending_since = now
        event.sending_by = human
        event.version += 1
        await session.flush()

    async def _began(self, session: AsyncSession, where: Any, now: datetime) -> dict[str, Any]:
        """For the record of a stop: what of its scope is not known to be kept back, and what is out in part."""
        doubtful = await may_be_out(session, where, MOST_RECORDED)
        now_ended = col(Delivery.state).in_((*WAITING, DeliveryState.SENDING, DeliveryState.UNKNOWN)) | (
            col(Delivery.settled_at) == now
        )
        partly = sorted(await partly_out(session, and_(where, now_ended)))[:MOST_RECORDED]
        return {name: ids for name, ids in (("may_be_out", doubtful), ("partly_out", partly)) if ids}

    async def _record(
        self,
        session: AsyncSession,
        actor: str,
        action: str,
        event_id: str | None,
        now: datetime,
        detail: Mapping[str, Any] | None = None,
        subject: str = "",
    ) -> None:
        await self._audit.append(
            session,
            actor=actor,
            action=action,
            event_id=event_id,
            subject=subject or event_id or "",
            detail=detail,
            now=now,
        )


async def _at_last(ask: Callable[[], Awaitable[T]]) -> T:
    """
    A stop that finds the database busy, or whose connection ends, asks again: nobody must have to press it twice, or
    be told that it failed when it is done. Closing what is closed changes nothing.
    """
    for wait_s in WAITS_S:
        try:
            return await ask()
        except Unready as exc:
            if exc.code not in ("database_busy", "database_away"):
                raise
        await asyncio.sleep(wait_s)
    return await ask()


async def _event(session: AsyncSession, event_id: str) -> LiveEvent:
    # Rows that only refer to the event, as everything that is being sent does, must not make a stop wait.
    event = await session.get(LiveEvent, event_id, with_for_update={"key_share": True})
    if event is None:
        raise NotFound("There is no such event. Choose one from the list of events.", code="no_event")
    return event


async def _named_here(
    session: AsyncSession, event_id: str, decisions: Mapping[str, str]
) -> Mapping[str, str]:
    """Decisions about what there is on the event: whatever else a caller names is in no record."""
    known: set[str] = set()
    for table in (Update, Delivery):
        mine = col(table.event_id) == event_id, col(table.id).in_(decisions)
        known.update((await session.execute(select(col(table.id)).where(*mine))).scalars())
    return {id_: choice for id_, choice in decisions.items() if id_ in known}


async def _tell(
    session: AsyncSession,
    event_id: str,
    updates: Sequence[str],
    deliveries: Sequence[str],
    now: datetime,
    *,
    public: bool = True,
) -> list[Position]:
    refs = [("event", event_id), *(("update", u) for u in updates), *(("delivery", d) for d in deliveries)]
    positions = [await append(session, event_id, TopicName.DESK, refs, now)]
    if public:
        for name in (TopicName.FAMILY, TopicName.PUBLIC):
            positions.append(await append(session, event_id, name, [("event", event_id)], now))
    return positions
