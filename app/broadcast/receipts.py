"""
What platforms say later about messages we sent: merged forward, never backward.

A receipt can be faster than the answer to the send; then it waits. It can also be the only answer that ever came:
one that names our reference proves that an unknown or held message is out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from app.broadcast.desk_notes import DeskNotes
from app.broadcast.lifecycle import can_move
from app.broadcast.list_sums import Sums
from app.broadcast.long_messages import as_told, kept_of_parts, of_whole, part_named, remember_parts
from app.broadcast.messages import told_as
from app.broadcast.outcomes import remember_opt_out
from app.broadcast.settings import EngineSettings
from app.broadcast.topics import Position
from app.broadcast.words import sentence
from app.channels.base import DeviceReceipt
from app.clock import Clock
from app.db import Database
from app.models import (
    Channel,
    Delivery,
    DeliveryPart,
    DeliveryState,
    MessagePart,
    PendingReceipt,
    RecipientDelivery,
)

_STATES = {
    "sent": DeliveryState.SENT,
    "delivered": DeliveryState.DELIVERED,
    "rejected": DeliveryState.REJECTED,
}
_PASSED = timedelta(seconds=2)  # a receipt that is younger may still be merged by the answer that it overtook
_AT_ONCE = 500
_ANSWER_LOST = (DeliveryState.UNKNOWN, DeliveryState.HELD)


class Receipts:
    """Applies device receipts."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        settings: EngineSettings,
        sums: Sums,
        notes: DeskNotes,
        wake: Callable[[], None],
    ) -> None:
        self._database = database
        self._clock = clock
        self._settings = settings
        self._sums = sums
        self._notes = notes
        self._wake = wake

    async def apply(self, channel_id: str, receipts: Sequence[DeviceReceipt]) -> None:
        """Merge receipts, in a transaction of their own; doing it twice changes nothing."""
        if not receipts:
            return

        async def work(session: AsyncSession) -> list[Position]:
            return await self.apply_in(session, channel_id, receipts)

        self._notes.announce(await self._write(work))
        self._wake()

    async def take_up_missed(self) -> None:
        """
        Merge what was kept although its message has its answer; where there are several writers, once a scan.

        A receipt that one of them files and an answer that another records can pass each other: each looks for the
        other's row before that one is committed, and neither sees it.
        """
        async with self._database.read() as session:
            if not (await session.execute(_missed(self._clock.now()).limit(1))).first():
                return

        async def work(session: AsyncSession) -> list[Position]:
            rows = await session.execute(_missed(self._clock.now()).limit(_AT_ONCE).with_for_update())
            by_channel: dict[str, list[DeviceReceipt]] = {}
            for one in rows.scalars().all():
                by_channel.setdefault(one.channel_id, []).append(as_told(one))
                await session.delete(one)
            await session.flush()
            return [
                position
                for channel_id, receipts in sorted(by_channel.items())
                for position in await self.apply_in(session, channel_id, receipts)
            ]

        self._notes.announce(await self._write(work))
        self._wake()

    async def _write(self, work: Callable[[AsyncSession], Awaitable[list[Position]]]) -> list[Position]:
        """
        In one order with the answers: both take people first and their list's sums at the end, and receipts that share
        a commit hold the sums while they wait for the next person.
        """
        return await self._database.write(work, beside=True)

    async def apply_in(
        self, session: AsyncSession, channel_id: str, receipts: Sequence[DeviceReceipt]
    ) -> list[Position]:
        """The same in the caller's transaction; announce the positions after its commit."""
        now = self._clock.now()
        channel = await session.get(Channel, channel_id)
        name = channel.name if channel is not None else "the platform"
        deltas: dict[str, Counter[str]] = {}
        touched: dict[str, str] = {}
        waiting = list(receipts)
        for receipt in waiting:
            state = _STATES.get(receipt.state)
            if receipt.opted_out and receipt.number.startswith("+"):
                # Of whatever message: one from before a restore is known to nobody here, and STOP is STOP.
                await remember_opt_out(session, receipt.number, "platform", now)
            if state is None:
                continue
            if receipt.of_part:
                receipt = await self._of_whole(session, channel_id, receipt, now)
                state = _STATES[receipt.state]
            person = await self._person(session, channel_id, receipt)
            if person is not None and receipt.ref and person.remote_id != receipt.remote_id:
                # The id stands for somebody's message already: then the reference was a guess.
                person = await self._person(session, channel_id, replace(receipt, ref=None)) or person
            if person is not None:
                moved = await self._move_person(session, channel_id, person, receipt, state, name, now)
                if moved is not None:
                    counter = deltas.setdefault(person.delivery_id, Counter())
                    counter[moved] -= 1
                    counter[state] += 1
                    if moved in _ANSWER_LOST:
                        waiting += await _taken(session, person.id, person.permit_at)
                continue
            part = await self._part(session, channel_id, receipt)
            if part is not None:
                event_id = await self._move_part(session, channel_id, part, receipt, state, name, now)
                if event_id is not None:
                    touched[part.delivery_id] = event_id
                    row = await session.get_one(Delivery, part.delivery_id)
                    waiting += await _taken(session, part.ref, row.permit_at)
                continue
            await _keep(session, channel_id, receipt, now)
        positions: list[Position] = []
        for delivery_id, counter in sorted(deltas.items()):
            settled = await self._sums.count(session, delivery_id, counter, now=now)
            event_id = await _event_of(session, delivery_id)
            if settled:
                positions += await self._notes.tell(session, event_id, [delivery_id])
            else:
                self._notes.note(event_id, delivery_id)
        for delivery_id, event_id in sorted(touched.items()):
            positions += await self._notes.tell(session, event_id, [delivery_id])
        return positions

    async def _of_whole(
        self, session: AsyncSession, channel_id: str, receipt: DeviceReceipt, now: datetime
    ) -> DeviceReceipt:
        """What it says of a long message, where its id is a part's; as it is where it is not."""
        # Somebody is locked before the parts of their message, here as where an answer is written down.
        if receipt.ref is not None and receipt.whole is not None:
            await self._person(session, channel_id, receipt)
            await remember_parts(session, [(receipt.ref, channel_id, receipt.whole)], now)
        part = await part_named(session, channel_id, receipt)
        if part is None:
            return receipt
        if receipt.whole is None:
            short = await self._person(session, channel_id, replace(receipt, ref=None))
            if short is not None and short.id > part.ref:
                return receipt  # a gateway that counts its ids anew gave this one to a short message since
        await self._person(session, channel_id, replace(receipt, ref=part.ref))
        return await of_whole(session, part, receipt)

    async def _person(
        self, session: AsyncSession, channel_id: str, receipt: DeviceReceipt
    ) -> RecipientDelivery | None:
        # Our own reference is believed from either provider of a list; a bare id only from who was given it, because
        # two gateways may well use the same one.
        carrier = func.coalesce(col(RecipientDelivery.via_id), col(Delivery.channel_id))
        which = (
            (col(RecipientDelivery.id) == receipt.ref)
            & or_(col(Delivery.channel_id) == channel_id, carrier == channel_id)
            if receipt.ref
            else (col(RecipientDelivery.remote_id) == receipt.remote_id) & (carrier == channel_id)
        )
        found = await session.execute(
            select(RecipientDelivery)
            .join(Delivery, col(Delivery.id) == col(RecipientDelivery.delivery_id))
            .where(which)
            .with_for_update(of=RecipientDelivery)
        )
        # Ids of a gateway may come again after its restart: the newest is meant. Sorted here, since an order with a
        # limit tempts PostgreSQL to read the whole table backwards.
        return max(found.scalars(), key=lambda one: one.id, default=None)

    async def _part(
        self, session: AsyncSession, channel_id: str, receipt: DeviceReceipt
    ) -> DeliveryPart | None:
        which = (
            col(DeliveryPart.ref) == receipt.ref
            if receipt.ref
            else col(DeliveryPart.remote_id) == receipt.remote_id
        )
        found = await session.execute(
            select(DeliveryPart)
            .join(Delivery, col(Delivery.id) == col(DeliveryPart.delivery_id))
            .where(which, col(Delivery.channel_id) == channel_id)
        )
        return found.scalars().first()

    async def _move_person(
        self,
        session: AsyncSession,
        channel_id: str,
        person: RecipientDelivery,
        receipt: DeviceReceipt,
        state: DeliveryState,
        name: str,
        now: datetime,
    ) -> str | None:
        """The state it had, when it moved."""
        if receipt.opted_out:
            await remember_opt_out(session, person.number, "platform", now)
        if person.state == DeliveryState.SENDING:
            await _keep(session, channel_id, receipt, now)
            return None
        if receipt.rank <= person.rank or not can_move(person.state, state):
            return None
        if _is_of_another_try(receipt, state, person.remote_id):
            return None
        old = person.state
        said = sentence(
            told_as(state, opted_out=receipt.opted_out),
            channel=name,
            words=receipt.words,
            zone=self._settings.zone,
        )
        person.state = state
        person.rank = receipt.rank
        person.reason = told_as(state, opted_out=receipt.opted_out)
        person.why = said.why
        person.remote_id = person.remote_id or receipt.remote_id
        person.sent_at = person.sent_at or now
        person.settled_at = now
        person.lease_until = None
        person.fence += 1
        await session.flush()
        return old

    async def _move_part(
        self,
        session: AsyncSession,
        channel_id: str,
        part: DeliveryPart,
        receipt: DeviceReceipt,
        state: DeliveryState,
        name: str,
        now: datetime,
    ) -> str | None:
        """Event of the delivery, when it moved."""
        row = await session.get(Delivery, part.delivery_id, with_for_update=True)
        assert row is not None
        # As it is under the lock: its answer, which another writer records, may have come since it was found.
        await session.refresh(part)
        if receipt.opted_out and row.recipient:
            await remember_opt_out(session, row.recipient, "platform", now)
        if row.state == DeliveryState.SENDING:
            await _keep(session, channel_id, receipt, now)
            return None
        if part.state != DeliveryState.QUEUED and not can_move(part.state, state):
            return None
        if _is_of_another_try(receipt, state, part.remote_id):
            return None
        more = await _others_waiting(session, part)
        goal = DeliveryState.QUEUED if more and state != DeliveryState.REJECTED else state
        if goal == row.state == DeliveryState.QUEUED or not can_move(row.state, goal):
            return None
        reason = "more_parts" if goal == DeliveryState.QUEUED else told_as(state, opted_out=receipt.opted_out)
        said = sentence(reason, channel=name, words=receipt.words, zone=self._settings.zone)
        part.state = state
        part.remote_id = part.remote_id or receipt.remote_id
        part.sent_at = part.sent_at or now
        values: dict[str, Any] = {
            "state": goal,
            "reason": reason,
            "why": said.why,
            "next_step": said.next_step,
            "fence": row.fence + 1,
            "version": row.version + 1,
            "sent_at": row.sent_at or now,
            "by_itself": "",
        }
        if goal != DeliveryState.QUEUED:
            values["settled_at"] = now
        if part.n == 1:
            values["remote_id"] = part.remote_id
        await session.flush()
        await session.execute(update(Delivery).where(col(Delivery.id) == row.id).values(**values))
        return row.event_id


def _is_of_another_try(receipt: DeviceReceipt, state: DeliveryState, remote_id: str | None) -> bool:
    """An earlier try under the same reference failed, of which nobody knew; the one that we have the id of did not."""
    return state == DeliveryState.REJECTED and remote_id is not None and receipt.remote_id != remote_id


async def _others_waiting(session: AsyncSession, part: DeliveryPart) -> bool:
    found = await session.execute(
        select(col(DeliveryPart.n))
        .where(
            col(DeliveryPart.delivery_id) == part.delivery_id,
            col(DeliveryPart.n) != part.n,
            col(DeliveryPart.state) == DeliveryState.QUEUED,
        )
        .limit(1)
    )
    return found.first() is not None


async def _event_of(session: AsyncSession, delivery_id: str) -> str:
    found = await session.execute(select(col(Delivery.event_id)).where(col(Delivery.id) == delivery_id))
    return str(found.scalar_one())


async def _keep(session: AsyncSession, channel_id: str, receipt: DeviceReceipt, now: datetime) -> None:
    """It came before the send's own answer: merged when that is recorded."""
    await session.merge(
        PendingReceipt(
            channel_id=channel_id,
            remote_id=receipt.remote_id,
            rank=receipt.rank,
            ref=receipt.ref,
            state=receipt.state,
            code=receipt.code,
            words=receipt.words[:200],
            at=now,
        )
    )
    await session.flush()


async def _taken(session: AsyncSession, ref: str, begun_at: datetime | None) -> list[DeviceReceipt]:
    """What was kept for an answer that never came: a receipt has settled it instead, so they count after that one."""
    found = await session.execute(select(PendingReceipt).where(col(PendingReceipt.ref) == ref))
    kept = list(found.scalars())
    if begun_at is not None:
        kept += await kept_of_parts(session, ref, begun_at)
    for one in kept:
        await session.delete(one)
    await session.flush()
    return [as_told(one) for one in kept]


def _missed(now: datetime) -> Any:
    """
    Kept receipts whose message is not being sent any more: by our reference, or by the id that the answer brought.

    A bare id counts from the permit on. What was kept before it is of another message: a gateway that was restarted
    counts its ids anew.
    """
    kept, person, part, piece = PendingReceipt, RecipientDelivery, DeliveryPart, MessagePart
    carrier = func.coalesce(col(person.via_id), col(Delivery.channel_id))
    known = (*_ANSWER_LOST, DeliveryState.SENT)
    of_a_person = (
        select(col(person.id))
        .join(Delivery, col(Delivery.id) == col(person.delivery_id))
        .where(
            col(person.state).in_(known),
            # As `_person` believes it: what is found here and not there would come back in every scan.
            (
                (col(person.id) == col(kept.ref))
                & or_(col(Delivery.channel_id) == col(kept.channel_id), carrier == col(kept.channel_id))
            )
            | (
                col(kept.ref).is_(None)
                & (col(person.remote_id) == col(kept.remote_id))
                & (carrier == col(kept.channel_id))
                & (col(kept.at) >= col(person.permit_at))
            ),
        )
    )
    of_a_part = (
        select(col(part.ref))
        .join(Delivery, col(Delivery.id) == col(part.delivery_id))
        .where(
            col(Delivery.state).in_(known),
            col(Delivery.channel_id) == col(kept.channel_id),
            (col(part.ref) == col(kept.ref))
            | (
                col(kept.ref).is_(None)
                & (col(part.remote_id) == col(kept.remote_id))
                & (col(kept.at) >= col(Delivery.permit_at))
            ),
        )
    )
    named = (
        col(kept.ref).is_(None),
        col(piece.remote_id) == col(kept.remote_id),
        col(piece.channel_id) == col(kept.channel_id),
    )
    of_a_persons_piece = (
        select(col(piece.ref))
        .join(person, col(person.id) == col(piece.ref))
        .where(*named, col(person.state).in_(known), col(kept.at) >= col(person.permit_at))
    )
    of_an_answers_piece = (
        select(col(piece.ref))
        .join(part, col(part.ref) == col(piece.ref))
        .join(Delivery, col(Delivery.id) == col(part.delivery_id))
        .where(*named, col(Delivery.state).in_(known), col(kept.at) >= col(Delivery.permit_at))
    )
    ours = (of_a_person, of_a_part, of_a_persons_piece, of_an_answers_piece)
    return (
        select(kept)
        .where(col(kept.at) < now - _PASSED, or_(*(one.exists() for one in ours)))
        .order_by(col(kept.at), col(kept.rank))
    )
