"""
An SMS delivery to a list: one person at a time in promise, hundreds at a time in the database.

Permits, intents and outcomes of a batch share a statement each. Sends start when the limiter says, spread inside
the permit's time, so that a sender's rate is used to the full without a transaction for every message.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import case, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from app.broadcast import list_rows, store
from app.broadcast.bulk import (
    Shape,
    Statement,
    as_one,
    insert_rows,
    is_sqlite,
    update_as_seen,
    update_rows,
    write,
)
from app.broadcast.desk_notes import DeskNotes
from app.broadcast.evidence import AGAIN
from app.broadcast.failover import Turn
from app.broadcast.fence import Scope, Start, scopes_of
from app.broadcast.health import Health
from app.broadcast.jobs import Units
from app.broadcast.limit_book import LimitBook
from app.broadcast.list_receipts import merge_kept, with_earlier_tries
from app.broadcast.list_sums import Sums
from app.broadcast.meanwhile import meanwhile
from app.broadcast.messages import Message, proves, row_of, standing_of, within_budget
from app.broadcast.outcomes import not_known_out, remember_opt_out
from app.broadcast.permits import URGENT_RANK
from app.broadcast.settings import EngineSettings, policy_of
from app.broadcast.settle import Change, Standing
from app.broadcast.store import Candidate
from app.broadcast.topics import Position
from app.broadcast.words import sentence
from app.channels.base import Adapter, OutboundPost, Reconciles
from app.clock import Clock
from app.ids import NewId
from app.models import (
    Attempt,
    Channel,
    Delivery,
    DeliveryState,
    EventKind,
    RecipientDelivery,
)

log = logging.getLogger(__name__)

_RECIPIENTS: Any = RecipientDelivery.__table__  # type: ignore[attr-defined]
_ATTEMPTS: Any = Attempt.__table__  # type: ignore[attr-defined]
_STARTED = Shape(_ATTEMPTS, {"part": 1, "finished_at": None, "outcome": None, "code": "", "words": ""})


class Lists:
    """Permits and outcomes of list deliveries."""

    def __init__(
        self,
        limits: LimitBook,
        notes: DeskNotes,
        clock: Clock,
        new_id: NewId,
        settings: EngineSettings,
        worker: str,
        units: Units,
        health: Health,
    ) -> None:
        self._limits = limits
        self._notes = notes
        self._clock = clock
        self._new_id = new_id
        self._settings = settings
        self._worker = worker
        self._units = units
        self._health = health
        self.sums = Sums(clock, settings)

    async def give(
        self,
        session: AsyncSession,
        candidate: Candidate,
        carrier: Channel,
        adapter: Adapter,
        *,
        now: datetime,
        mono: float,
        room: int,
        earlier: Sequence[str],
        turn: Turn,
        stamp_of: Callable[[Sequence[Scope]], tuple[int, ...]],
    ) -> tuple[list[Message], float | None]:
        """
        Permit the next people of one list.

        Args:
            carrier: The provider that is given them: the list's channel, or its second. `adapter` is its adapter.
            now, mono: By the clock that leases are measured by, and by our own at that moment or before.
            turn: Which people this provider may be given.
            earlier: Lists of the same lane and class that are not done; who still waits there waits here too.

        Returns:
            Messages, and seconds until the limit allows more (None when that is not what stands in the way).
        """
        delivery = candidate.delivery
        if not await store.still_open(session, {delivery.event_id}):
            return [], None
        if delivery.state == DeliveryState.QUEUED and await store.is_put_right(session, delivery.update_id):
            return [], None
        parts = await store.parts_of(session, delivery.id)
        text = parts[0].text if parts else ""
        units = max(1, self._units(carrier.adapter, text))
        urgent = delivery.rank <= URGENT_RANK
        wait, _ = self._limits.wait_s(carrier.id, now, urgent=urgent, units=units)
        ahead_s = self._settings.permit_s / 2
        if wait > ahead_s:
            # Back before the last of those that are paced has left: a sender must not idle while we permit the next.
            return [], wait - ahead_s / 2
        # As for posts: one that nobody can tell about keeps the next back for a while, not for ever.
        blocking_from = now - timedelta(seconds=self._settings.hold_max_for(candidate.event_kind))
        rows = await self._waiting(
            session,
            delivery,
            now,
            min(room, self._settings.list_batch),
            earlier,
            blocking_from,
            turn,
            carrier.id,
        )
        rows, refused = await self._without_opted_out(session, rows)
        if refused:
            await self._refuse(session, delivery, refused, now)
        budget = self._health.budget(carrier.id)
        if not urgent:
            rows = within_budget(rows, budget.left(mono))
        if not rows:
            return [], budget.wait_s(mono) or None
        grants, wait, _ = await self._limits.take(
            carrier.id,
            units,
            session=session,
            n=len(rows),
            urgent=urgent,
            late_s=self._settings.permit_s,
            within_s=ahead_s,
        )
        rows = rows[: len(grants)]
        # Only what is really permitted counts: a row that the limit cut off has had no second try.
        again = sum(row.attempts > 0 for row in rows)
        budget.first(mono, len(rows) - again)
        budget.retry(mono, again)
        if not rows:
            return [], wait
        await self._limits.store_grants(session, carrier.id, grants, self._settings.permit_s)
        scopes = scopes_of(delivery.event_id, delivery.update_id, delivery.channel_id, carrier.id)
        seen = stamp_of(scopes)
        base = self._standing(candidate, carrier, adapter)
        fresh_s = (delivery.expires_at - now).total_seconds()
        must_start_by = mono + min(self._settings.permit_s, fresh_s)  # nor after the expiry
        left_s = max(1, min(int(fresh_s), 36_000))
        validity_s = left_s if adapter.capabilities.takes_validity else None
        # Asked for once: a mapped attribute costs as much as the rest of a line below.
        delivery_id, event_id = delivery.id, delivery.event_id
        carrier_id, carrier_name, lang = carrier.id, carrier.name, candidate.event_lang

        def build() -> list[Message]:
            return [
                Message(
                    id=row.id,
                    delivery_id=delivery_id,
                    event_id=event_id,
                    channel_id=carrier_id,
                    channel_name=carrier_name,
                    open_before=row.via_id is not None,
                    post=OutboundPost(
                        ref=row.id,
                        text=text,
                        recipient=row.number,
                        lang=lang,
                        validity_s=validity_s,
                    ),
                    attempt_id=self._new_id(),
                    fence=row.fence + 1,
                    standing=standing_of(base, row),
                    intent_at=now,
                    start=Start(delivery_id, row.id, scopes, seen, must_start_by),
                    starts_in_s=grant.in_s,
                    charged_at=grant.at,
                    grant_id=grant.id,
                    units=units,
                    was=DeliveryState.SENDING,
                )
                for row, grant in zip(rows, grants, strict=True)
            ]

        taken = list_rows.to_sending(
            [row.id for row in rows],
            now,
            now + timedelta(seconds=self._settings.lease_s),
            carrier_id,
            sqlite=is_sqlite(session),
        )
        _, messages = await meanwhile(write(session, taken), build)
        rows_of_attempts = insert_rows(
            _STARTED,
            [
                {
                    "id": m.attempt_id,
                    "delivery_id": m.delivery_id,
                    "recipient_delivery_id": m.id,
                    "n": m.standing.attempts + 1,
                    "fence": m.fence,
                    "worker": self._worker,
                    "intent_at": now,
                }
                for m in messages
            ],
            sqlite=is_sqlite(session),
        )
        await write(session, rows_of_attempts)
        await self.sums.count(
            session, delivery.id, {DeliveryState.QUEUED: -len(rows), DeliveryState.SENDING: len(rows)}
        )
        self._notes.note(delivery.event_id, delivery.id)
        return messages, None

    async def apply(
        self, session: AsyncSession, outcomes: Sequence[tuple[Message, Change]], now: datetime
    ) -> list[Position]:
        """Write a batch of outcomes: their attempts, the people, the sums, and what is settled by them."""
        ended = _ends(outcomes, now, sqlite=is_sqlite(session))
        again = [m.id for m, c in outcomes if m.standing.attempts and not_known_out(c)]
        if again:
            await write(session, *ended)
            outcomes, ended = await with_earlier_tries(session, outcomes, again), []
        ours, now_is = await self._write_ours(session, outcomes, ended, now)
        was = {m.id: m.was for m, _ in ours}
        late = [(m, c) for m, c in outcomes if m.id not in was and m.id in now_is]
        late = [(m, c) for m, c in late if proves(m, c, now_is[m.id][1])]
        if late:
            # Somebody else looks for it by now: what they find comes too late from here on.
            changed = [
                {**row_of(m, c, now, self._settings.zone), "fence": now_is[m.id][0] + 1} for m, c in late
            ]
            await write(session, update_rows(_RECIPIENTS, changed, sqlite=is_sqlite(session)))
            was |= {m.id: now_is[m.id][1] for m, _ in late}
            ours += late
        deltas: dict[str, Counter[str]] = {}
        events: dict[str, str] = {}
        for message, change in ours:
            counter = deltas.setdefault(message.delivery_id, Counter())
            counter[was[message.id]] -= 1
            counter[change.state] += 1
            events[message.delivery_id] = message.event_id
        for message, change in outcomes:
            if change.opted_out and message.post.recipient:
                await remember_opt_out(session, message.post.recipient, "platform", now)
        await merge_kept(session, ours, now, deltas, zone=self._settings.zone)
        positions: list[Position] = []
        for delivery_id, counter in sorted(deltas.items()):
            settled = await self.sums.count(session, delivery_id, counter, now=now)
            if settled:
                positions += await self._notes.tell(session, events[delivery_id], [delivery_id])
            else:
                self._notes.note(events[delivery_id], delivery_id)
        return positions

    async def _write_ours(
        self,
        session: AsyncSession,
        outcomes: Sequence[tuple[Message, Change]],
        ended: Sequence[Statement],
        now: datetime,
    ) -> tuple[list[tuple[Message, Change]], dict[str, tuple[int, str]]]:
        """
        End the attempts, and write the outcomes of those that nobody took over, which are nearly all.

        Args:
            ended: Statements that end the attempts, as far as that is not done.

        Returns:
            Which were written, and how the others are now at least; these are locked.
        """
        zone = self._settings.zone
        if is_sqlite(session):
            await write(session, *ended)
            now_is = await self._as_they_are(session, [m for m, _ in outcomes])
            ours = [(m, c) for m, c in outcomes if now_is.get(m.id) == (m.fence, str(m.was))]
            if ours:
                rows = [row_of(m, c, now, zone) for m, c in ours]
                await write(session, update_rows(_RECIPIENTS, rows, sqlite=True))
            return ours, now_is

        def build() -> Statement:
            seen = [{**row_of(m, c, now, zone), "seen": m.fence, "was": str(m.was)} for m, c in outcomes]
            return update_as_seen(_RECIPIENTS, seen, (("seen", "fence"), ("was", "state")))

        # In one statement that looks and writes: to lock them first costs the server a write and us a way each.
        _, look_and_write = await meanwhile(write(session, *ended), build)
        written = await write(session, look_and_write)
        done = set(map(tuple, written))
        ours = [(m, c) for m, c in outcomes if (m.id, m.fence, m.was) in done]
        others = [m for m, _ in outcomes if (m.id, m.fence, m.was) not in done]
        return ours, await self._as_they_are(session, others) if others else {}

    async def recover(
        self, session: AsyncSession, now: datetime, *, sole_node: bool, look_s: Callable[[str], float]
    ) -> dict[str, str]:
        """Messages of dead workers may be out. Returns {delivery: event} of what changed."""
        stamp = await store.lease_now(session, now)
        where = [_RECIPIENTS.c.state == str(DeliveryState.SENDING)]
        if not sole_node:
            margin = timedelta(seconds=self._settings.takeover_margin_s)
            where.append(_RECIPIENTS.c.lease_until <= stamp - margin)
        found = (
            await session.execute(
                select(_RECIPIENTS.c.delivery_id, col(Delivery.event_id), col(Delivery.channel_id))
                .join(Delivery, col(Delivery.id) == _RECIPIENTS.c.delivery_id)
                .where(*where)
                .distinct()
            )
        ).all()
        changed: dict[str, str] = {}
        for delivery_id, event_id, channel_id in found:
            await session.execute(
                update(_RECIPIENTS)
                .where(_RECIPIENTS.c.delivery_id == delivery_id, *where)
                .values(
                    state=str(DeliveryState.UNKNOWN),
                    # That a double was preferred once is remembered here alone, and once is once.
                    reason=case((_RECIPIENTS.c.reason == AGAIN, AGAIN), else_="no_answer"),
                    due_at=now + timedelta(seconds=look_s(channel_id)),
                    lease_until=None,
                    fence=_RECIPIENTS.c.fence + 1,
                    attempts=_RECIPIENTS.c.attempts + 1,
                )
            )
            await self.sums.recount(session, delivery_id, now)
            changed[delivery_id] = event_id
        return changed

    def _standing(self, candidate: Candidate, channel: Channel, adapter: Adapter) -> Standing:
        return Standing(
            state=DeliveryState.SENDING,
            attempts=0,
            looks=0,
            expires_at=candidate.delivery.expires_at,
            crisis=candidate.event_kind == EventKind.CRISIS,
            policy=policy_of(channel.adapter, channel.settings, candidate.delivery.priority),
            look_after_s=tuple(adapter.look_after_s) if isinstance(adapter, Reconciles) else (),
        )

    async def _waiting(
        self,
        session: AsyncSession,
        delivery: Delivery,
        now: datetime,
        limit: int,
        earlier: Sequence[str],
        blocking_from: datetime,
        turn: Turn,
        via_id: str,
    ) -> list[Any]:
        given: dict[str, Any] = {
            "via": via_id,
            "delivery_id": delivery.id,
            "now": now,
            "most": limit,
        }
        if earlier:
            given |= {"earlier": earlier, "blocking": blocking_from}
        query = list_rows.waiting(own=turn.own, fresh=turn.fresh, after_others=bool(earlier))
        return list((await session.execute(query, given)).all())

    async def _without_opted_out(self, session: AsyncSession, rows: list[Any]) -> tuple[list[Any], list[Any]]:
        if not rows:
            return [], []
        numbers = as_one([row.number for row in rows], sqlite=is_sqlite(session))
        gone = set(
            (await session.execute(list_rows.gone(is_sqlite(session)), {"numbers": numbers})).scalars()
        )
        if not gone:
            return rows, []
        return [r for r in rows if r.number not in gone], [r for r in rows if r.number in gone]

    async def _refuse(
        self, session: AsyncSession, delivery: Delivery, rows: Sequence[Any], now: datetime
    ) -> None:
        said = sentence("opted_out", zone=self._settings.zone)
        await session.execute(
            update(_RECIPIENTS)
            .where(_RECIPIENTS.c.id.in_([row.id for row in rows]))
            .values(
                state=str(DeliveryState.REJECTED),
                reason="opted_out",
                why=said.why,
                settled_at=now,
                fence=_RECIPIENTS.c.fence + 1,
            )
        )
        await self.sums.count(
            session,
            delivery.id,
            {DeliveryState.QUEUED: -len(rows), DeliveryState.REJECTED: len(rows)},
            now=now,
        )
        self._notes.note(delivery.event_id, delivery.id)

    async def _as_they_are(
        self, session: AsyncSession, messages: Sequence[Message]
    ) -> dict[str, tuple[int, str]]:
        """Fence and state of these people; locked."""
        ids = as_one([m.id for m in messages], sqlite=is_sqlite(session))
        found = await session.execute(list_rows.fences(is_sqlite(session)), {"ids": ids})
        return {row.id: (row.fence, row.state) for row in found}


def _ends(outcomes: Sequence[tuple[Message, Change]], now: datetime, *, sqlite: bool) -> list[Statement]:
    """Of the attempts that came to something; none where only looks did."""
    rows = [
        {
            "id": m.attempt_id,
            "finished_at": now,
            "outcome": c.outcome,
            "code": c.code,
            "words": (c.receipt.remote_id if c.receipt is not None else c.words)[:500],
        }
        for m, c in outcomes
        if m.attempt_id and c.outcome is not None
    ]
    return [update_rows(_ATTEMPTS, rows, sqlite=sqlite, unless_set="finished_at")] if rows else []
