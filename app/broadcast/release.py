"""
The end of the countdown: what was accepted becomes public and its deliveries may be claimed.

A stored `release_at`, a timer for the next one, and a scan each second in case a timer or a wake-up was lost. Every
gate is asked again here, because a restart or a long hold may lie between accept and release; and what is past its
expiry expires instead of going out late. Undo and approval are compare-and-set against the same rows.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, Protocol, runtime_checkable

from sqlalchemy import Integer, bindparam, func, literal, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from app.broadcast.all_clear import drop_what_waits
from app.broadcast.asked_again import wait_again
from app.broadcast.audit_log import AuditLog
from app.broadcast.expansion import Expansion
from app.broadcast.gate import Gate, Permit, Refusal
from app.broadcast.neighbours import next_out_at
from app.broadcast.planned import refusal_of, unheld
from app.broadcast.reach import RELEASED, Reach, nowhere
from app.broadcast.refusals import (
    explain_waiting,
    gate_is_broken,
    refuse_delivery,
    settle_waiting,
    withdraw_waiting,
)
from app.broadcast.settings import EngineSettings
from app.broadcast.topics import Position, append, append_each
from app.broadcast.words import sentence
from app.clock import Clock
from app.db import Database
from app.errors import Conflict, Gone, NotFound
from app.models import (
    Channel,
    Delivery,
    DeliveryState,
    EventState,
    LiveEvent,
    Sending,
    TopicName,
    Update,
    UpdateKind,
    UpdateState,
)
from app.models.base import UtcDateTime

log = logging.getLogger(__name__)

MOST_AT_ONCE = 50
"""Released in one transaction."""

HELD_UP_S = 0.02
"""So soon what is due is looked at again while somebody else is at it."""

CORRECTED, RETRACTED = "corrected", "retracted"
PAGE_MARKS = frozenset({CORRECTED, RETRACTED})
"""Keys of Update.marks that change how an earlier update is shown."""


@runtime_checkable
class ReleaseGate(Protocol):
    """A Gate that can also be asked about an update as a whole, before it becomes public."""

    async def check_release(
        self, session: AsyncSession, update_ids: Sequence[str]
    ) -> Mapping[str, Permit | Refusal]: ...


class Release:
    """
    Releases, undoes, and starts countdowns.

    Args:
        wake_dispatcher: Called when deliveries became claimable.
        expansion: Makes the recipients' rows of what was released.
    """

    def __init__(
        self,
        database: Database,
        gate: Gate,
        audit: AuditLog,
        clock: Clock,
        settings: EngineSettings,
        announce: Callable[[Sequence[Position]], None],
        wake_dispatcher: Callable[[], None],
        expansion: Expansion,
        reach: Reach = nowhere,
    ) -> None:
        self._database = database
        self._gate = gate
        self._audit = audit
        self._clock = clock
        self._settings = settings
        self._announce = announce
        self._wake_dispatcher = wake_dispatcher
        self.expansion = expansion
        self._reach = reach
        self._woken = asyncio.Event()

    def wake(self) -> None:
        self._woken.set()

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            self._woken.clear()
            try:
                n = MOST_AT_ONCE
                while n == MOST_AT_ONCE:
                    # Fewer than that are all there were; what came since has woken us.
                    n = await self.release_due()
                if await self.expansion.expand_next():
                    continue  # a long list keeps nothing waiting that is due meanwhile
                next_at = await self._next_release_at()
            except Exception:
                log.exception("release failed; looking again in a second")
                next_at, n = None, 0
            wait_s = self._settings.scan_s
            if next_at is not None:
                left_s = (next_at - self._clock.now()).total_seconds()
                wait_s = min(wait_s, left_s if left_s > 0 else 0.0 if n else HELD_UP_S)
            try:
                async with asyncio.timeout(wait_s):
                    await self._woken.wait()
            except TimeoutError:
                pass

    async def release_due(self, limit: int = MOST_AT_ONCE) -> int:
        """Release what is due; returns how many updates changed."""
        if not await self._due():
            return 0

        async def work(session: AsyncSession) -> tuple[int, list[Position]]:
            now = self._clock.now()
            due = await _in_order(session, now, limit)
            positions: list[Position] = []
            n = 0
            for one in due:
                event = None
                changes_event = one.planned_at is not None or one.kind == UpdateKind.ALL_CLEAR
                if changes_event and (event := await unheld(session, one.event_id)) is None:
                    continue
                positions += await self.release_one(session, one, now, event)
                n += 1
            return n, positions

        n, positions = await self._database.write(work)
        if n:
            self._reach(RELEASED)
        if positions:
            self._announce(positions)
        if n:
            self._wake_dispatcher()
        return n

    async def undo(self, update_id: str, actor: str) -> None:
        """
        Take an update back before it went out; afterwards it is never sent anywhere.

        Raises:
            NotFound: no such update.
            Conflict: it is out already (code `already_released`), or was withdrawn before.
        """

        async def work(session: AsyncSession) -> list[Position]:
            now = self._clock.now()
            row = (
                await session.execute(
                    update(Update)
                    .where(
                        col(Update.id) == update_id,
                        col(Update.state).in_((UpdateState.COUNTING_DOWN, UpdateState.AWAITING_APPROVAL)),
                    )
                    .values(state=UpdateState.WITHDRAWN, version=col(Update.version) + 1, hold_left_s=None)
                    .returning(col(Update.event_id))
                )
            ).one_or_none()
            if row is None:
                raise await _undo_refusal(session, update_id)
            ids = await withdraw_waiting(
                session, col(Delivery.update_id) == update_id, "undone", now, self._settings
            )
            await self._audit.append(
                session,
                actor=actor,
                action="update.undone",
                event_id=row.event_id,
                subject=update_id,
                now=now,
            )
            refs = [("update", update_id), *(("delivery", d) for d in ids)]
            return [await append(session, row.event_id, TopicName.DESK, refs, now)]

        self._announce(await self._database.write(work))

    async def begin_countdown(
        self, session: AsyncSession, update_id: str, *, delay_s: float, now: datetime
    ) -> bool:
        """
        An approved update starts counting down, in the approver's own transaction. False when it waits no more.

        The caller writes its audit entry, commits, and wakes the engine.
        """
        found = (
            await session.execute(
                select(col(LiveEvent.sending), col(Update.planned_at))
                .join(Update, col(Update.event_id) == col(LiveEvent.id))
                .where(col(Update.id) == update_id)
                # It stays so until the approval is committed: a stop waits for it, and freezes it as any other.
                .with_for_update(read=True, of=LiveEvent)
            )
        ).one_or_none()
        sending, planned_at = (None, None) if found is None else found
        held = sending != Sending.OPEN
        at = now + timedelta(seconds=delay_s)
        if planned_at is not None:
            # Whoever agrees when its time is past has agreed to a later one.
            at = planned_at = max(at, planned_at)
            delay_s = (at - now).total_seconds()
        release_at = None if held else at
        row = (
            await session.execute(
                update(Update)
                .where(col(Update.id) == update_id, col(Update.state) == UpdateState.AWAITING_APPROVAL)
                .values(
                    state=UpdateState.COUNTING_DOWN,
                    release_at=release_at,
                    hold_left_s=delay_s if held else None,
                    planned_at=planned_at,
                    version=col(Update.version) + 1,
                )
                .returning(col(Update.id))
            )
        ).one_or_none()
        return row is not None

    async def release_one(
        self, session: AsyncSession, one: Update, now: datetime, event: LiveEvent | None = None
    ) -> list[Position]:
        """
        Release what is due, or say why not, in the caller's transaction.

        Args:
            event: Locked, where it changes with this one: of a post that was planned before it, and of an all clear.
        """
        announced = event if one.planned_at is not None else None
        named = await _with_channel_names(session, one.id)
        deliveries = [delivery for delivery, _ in named]
        ids = [delivery.id for delivery in deliveries]
        refs = [("update", one.id), *(("delivery", d) for d in ids)]
        if now >= one.expires_at:
            one.state = UpdateState.EXPIRED
            one.version += 1
            await settle_waiting(session, ids, DeliveryState.EXPIRED, "expired", now, self._settings)
            await self._record(session, one, "update.expired", now)
            return [await append(session, one.event_id, TopicName.DESK, refs, now)]
        if announced is not None:
            overtaken = refusal_of(one, announced.state, now, self._settings.zone)
            if overtaken is not None:
                return await self._refuse(session, one, ids, overtaken, now)
        if await _nothing_left_to_correct(session, one):
            why = sentence("superseded", zone=self._settings.zone).why
            return await self._refuse(session, one, ids, Refusal("withdrawn", "superseded", why), now)
        whole, each = await self._ask(session, one.id, ids)
        if isinstance(whole, Refusal):
            return await self._refuse(session, one, ids, whole, now)
        one.state = UpdateState.RELEASED
        one.released_at = await next_out_at(session, one.event_id, now)
        one.version += 1
        for delivery, channel in named:
            if delivery.state != DeliveryState.QUEUED:
                continue
            verdict = each.get(delivery.id)
            if isinstance(verdict, Permit):
                delivery.claimable_at = now
                delivery.due_at = now
                # Refined a scan later if it still waits then; until that it says at least this.
                said = sentence("next_up", channel=channel, zone=self._settings.zone)
                delivery.reason, delivery.why, delivery.next_step = "next_up", said.why, said.next_step
            elif isinstance(verdict, Refusal):
                refuse_delivery(delivery, verdict, now)
            else:
                refuse_delivery(delivery, gate_is_broken(self._settings), now)
            delivery.version += 1
        public: list[tuple[str, str]] = [("update", one.id)]
        if announced is not None and announced.state == EventState.DRAFT:
            # Announced, so its page is there from now on; nobody saw it before.
            announced.state = EventState.SCHEDULED
            announced.version += 1
            session.add(announced)
            public.append(("event", announced.id))
            refs.append(("event", announced.id))
        for mark, of_id in one.marks.items():
            if mark not in PAGE_MARKS:
                continue
            public.append(("update", of_id))
            refs.append(("update", of_id))
            refs += await self._mark(session, one, mark, of_id, now)
        if one.kind == UpdateKind.ALL_CLEAR and event is not None:
            changed = await drop_what_waits(session, event, one.seq, now, self._settings)
            refs += changed
            public += [ref for ref in changed if ref[0] == "event"]
        # Topics before the audit chain, as an accept has it: two that cross would wait until one is given up.
        positions = await append_each(
            session,
            one.event_id,
            {TopicName.DESK: refs, TopicName.FAMILY: public, TopicName.PUBLIC: public},
            now,
        )
        await self._record(session, one, "update.released", now)
        return positions

    async def _ask(
        self, session: AsyncSession, update_id: str, delivery_ids: list[str]
    ) -> tuple[Permit | Refusal, Mapping[str, Permit | Refusal]]:
        broken = gate_is_broken(self._settings)
        try:
            async with session.begin_nested():
                each = await self._gate.check(session, delivery_ids) if delivery_ids else {}
                if isinstance(self._gate, ReleaseGate):
                    whole = (await self._gate.check_release(session, [update_id])).get(update_id, broken)
                    return whole, each
        except Exception:
            log.exception("the gate failed; nothing is released")
            return broken, {}
        refusals = [answer for answer in each.values() if isinstance(answer, Refusal)]
        if delivery_ids and len(refusals) == len(delivery_ids):
            return refusals[0], each
        return Permit(), each

    async def _refuse(
        self, session: AsyncSession, one: Update, ids: list[str], refusal: Refusal, now: datetime
    ) -> list[Position]:
        state = DeliveryState(refusal.state)
        if state == DeliveryState.HELD:
            # A person decides, as before an approval; nothing counts down meanwhile.
            wait_again(one, now)
            await explain_waiting(session, ids, refusal, now)
        else:
            one.state = UpdateState.EXPIRED if state == DeliveryState.EXPIRED else UpdateState.WITHDRAWN
            one.version += 1
            await settle_waiting(session, ids, state, refusal.reason, now, self._settings, why=refusal.why)
        await self._record(session, one, "update.refused", now, {"reason": refusal.reason})
        refs = [("update", one.id), *(("delivery", d) for d in ids)]
        return [await append(session, one.event_id, TopicName.DESK, refs, now)]

    async def _mark(
        self, session: AsyncSession, one: Update, mark: str, of_id: str, now: datetime
    ) -> list[tuple[str, str]]:
        """Strike through or empty an earlier update, and stop what of it has not left yet."""
        await session.execute(
            update(Update)
            .where(col(Update.id) == of_id, col(Update.event_id) == one.event_id)
            .values(on_page=mark, corrected_by=one.id, version=col(Update.version) + 1)
        )
        await session.execute(
            update(Update)
            .where(
                col(Update.id) == of_id,
                col(Update.state).in_((UpdateState.COUNTING_DOWN, UpdateState.AWAITING_APPROVAL)),
            )
            .values(state=UpdateState.WITHDRAWN)
        )
        ids = await withdraw_waiting(
            session, col(Delivery.update_id) == of_id, "superseded", now, self._settings
        )
        return [("delivery", delivery_id) for delivery_id in ids]

    async def _record(
        self,
        session: AsyncSession,
        one: Update,
        action: str,
        now: datetime,
        detail: Mapping[str, Any] | None = None,
    ) -> None:
        await session.flush()
        await self._audit.append(
            session,
            actor="system",
            action=action,
            event_id=one.event_id,
            subject=one.id,
            detail=detail,
            now=now,
        )

    async def _due(self) -> bool:
        async with self._database.read() as session:
            found = await session.execute(_any_due(), {"now": self._clock.now()})
            return found.first() is not None

    async def _next_release_at(self) -> datetime | None:
        async with self._database.read() as session:
            return (await session.execute(_next_release())).scalar_one_or_none()


async def _in_order(session: AsyncSession, now: datetime, limit: int) -> list[Update]:
    """
    What is due, locked; of one event and class only as far as nobody else has one before it.

    Several processes release. Were each to take what it finds free, a later update could become claimable before an
    earlier one that is still being committed elsewhere, and be sent first. So one process releases an event's class at
    a time; an emergency waits for no routine. Nobody waits for a lock here: it is looked at again in a moment.
    """
    if session.get_bind().dialect.name != "postgresql":
        return list((await session.execute(_due_in_order(), {"now": now, "limit": limit})).scalars())
    seen = (await session.execute(_who_is_due(), {"now": now, "limit": limit})).all()
    names = {f"release:{row.event_id}:{row.priority}" for row in seen}
    ours = set(
        (
            await session.execute(
                text(
                    "SELECT name FROM unnest(CAST(:names AS text[])) AS name"
                    " WHERE pg_try_advisory_xact_lock(hashtextextended(name, 0))"
                ),
                {"names": sorted(names)},
            )
        ).scalars()
    )
    locked = _due().where(col(Update.id).in_([row.id for row in seen]))
    rows = await session.execute(locked.with_for_update(of=Update, skip_locked=True), {"now": now})
    mine = {row.id: row for row in rows.scalars()}
    held_up: set[str] = names - ours
    found: list[Update] = []
    for row in seen:
        name = f"release:{row.event_id}:{row.priority}"
        if row.id not in mine:
            held_up.add(name)  # somebody is at it, such as an undo: what comes after waits for that
        elif name not in held_up:
            found.append(mine[row.id])
    return found


def _is_due() -> tuple[Any, ...]:
    return (
        col(Update.state) == UpdateState.COUNTING_DOWN,
        col(Update.release_at) <= bindparam("now", type_=UtcDateTime()),
        col(LiveEvent.sending) == Sending.OPEN,
        col(LiveEvent.state) != EventState.ARCHIVED,
    )


# Put together once, as in `store`.
@lru_cache(maxsize=1)
def _due() -> Any:
    return select(Update).join(LiveEvent, col(LiveEvent.id) == col(Update.event_id)).where(*_is_due())


@lru_cache(maxsize=1)
def _due_in_order() -> Any:
    order = (col(Update.release_at), col(Update.seq))
    return _due().order_by(*order).limit(bindparam("limit", type_=Integer()))


@lru_cache(maxsize=1)
def _who_is_due() -> Any:
    return _due_in_order().with_only_columns(col(Update.id), col(Update.event_id), col(Update.priority))


@lru_cache(maxsize=1)
def _any_due() -> Any:
    return _due().with_only_columns(literal(1), maintain_column_froms=True).limit(1)


@lru_cache(maxsize=1)
def _next_release() -> Any:
    return (
        select(func.min(col(Update.release_at)))
        .join(LiveEvent, col(LiveEvent.id) == col(Update.event_id))
        .where(col(Update.state) == UpdateState.COUNTING_DOWN, col(LiveEvent.sending) == Sending.OPEN)
    )


@lru_cache(maxsize=1)
def _of_update() -> Any:
    return (
        select(Delivery, col(Channel.name))
        .join(Channel, col(Channel.id) == col(Delivery.channel_id))
        .where(col(Delivery.update_id) == bindparam("update_id"))
        .order_by(col(Delivery.id))
    )


async def _undo_refusal(session: AsyncSession, update_id: str) -> NotFound | Conflict | Gone:
    state = (
        await session.execute(select(col(Update.state)).where(col(Update.id) == update_id))
    ).scalar_one_or_none()
    if state is None:
        return NotFound("There is no such update. Reload the list.", code="no_update")
    if state == UpdateState.RELEASED:
        return Conflict("It is out already. Correct it or retract it instead.", code="already_released")
    return Conflict("It was taken back or expired before.", code="already_settled")


async def _nothing_left_to_correct(session: AsyncSession, one: Update) -> bool:
    """
    Whether what it puts right was taken back while it waited: a text that is gone does not come back struck through.
    """
    if (of_id := one.marks.get(CORRECTED)) is None:
        return False
    found = await session.execute(select(col(Update.on_page)).where(col(Update.id) == of_id))
    return found.scalar_one_or_none() == RETRACTED


async def _with_channel_names(session: AsyncSession, update_id: str) -> list[tuple[Delivery, str]]:
    found = await session.execute(_of_update(), {"update_id": update_id})
    return [(delivery, name) for delivery, name in found]
