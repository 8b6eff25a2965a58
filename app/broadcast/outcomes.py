"""
Writing down what an attempt or a look came to.

The attempt's own row is completed whatever happened to the delivery meanwhile: it is evidence. The delivery is only
touched by who still holds its fence. What the change means for others (a paused channel, an opt-out, a learned
limit) is written in the same transaction.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta, tzinfo
from typing import Any

from sqlalchemy import and_, case, delete, exists, or_, select, update
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from app.broadcast import store
from app.broadcast.audit_log import AuditLog
from app.broadcast.channel_desks import tell_channel
from app.broadcast.desk_notes import DeskNotes
from app.broadcast.digests import BY_ITSELF, each_alone, follow, nothing_left
from app.broadcast.evidence import OUT
from app.broadcast.jobs import Job
from app.broadcast.lifecycle import can_move, is_final, is_settled
from app.broadcast.limit_book import LimitBook
from app.broadcast.long_messages import as_told, of_whole, part_named, remember_parts
from app.broadcast.messages import told_as
from app.broadcast.settings import EngineSettings
from app.broadcast.settle import Change
from app.broadcast.topics import Position
from app.broadcast.words import sentence
from app.channels.base import DeviceReceipt, Receipt
from app.errors import Unavailable
from app.models import (
    Attempt,
    Channel,
    Delivery,
    DeliveryPart,
    DeliveryState,
    LiveEvent,
    OptedOut,
    PendingReceipt,
    Sending,
)
from app.models import Update as LiveUpdate

log = logging.getLogger(__name__)

_SAID = (DeliveryState.SENT, DeliveryState.DELIVERED, DeliveryState.REJECTED)
_CLOCKS_APART = timedelta(minutes=1)  # of two nodes; an id is not used again so soon

_NOT_KNOWN_OUT: Any = col(Delivery.state).in_(
    (DeliveryState.UNKNOWN, DeliveryState.HELD, DeliveryState.QUEUED)
)


class Outcomes:
    """Applies changes to deliveries; one call is one unit of work in somebody's transaction."""

    def __init__(
        self, audit: AuditLog, limits: LimitBook, notes: DeskNotes, settings: EngineSettings, worker: str
    ) -> None:
        self._audit = audit
        self._limits = limits
        self._notes = notes
        self._settings = settings
        self._worker = worker

    async def apply(
        self, session: AsyncSession, job: Job, change: Change, now: datetime, *, learned: bool
    ) -> list[Position]:
        """
        Complete the attempt and move the delivery.

        Args:
            learned: The limiter changed by this answer; store what it knows.
        """
        if change.outcome is not None:
            await finish_attempt(session, job.attempt_id, change, now, preferred=job.preferred)
        if change.give_back and job.charged[2] is not None:
            await self._limits.forget_grant(session, job.charged[2])
        is_held = learned and await self._limits.store_learned(
            session, job.channel_id, now, deleting=job.deleting
        )
        if job.post.recipient and not job.standing.parts_left and not_known_out(change):
            earlier = (await kept_receipts(session, [job.post.ref], OUT)).get(job.post.ref)
            change = change if earlier is None else proven(change, earlier)
        if job.told:
            change = each_alone(change, now)
        was = change.reason
        if change.state == DeliveryState.QUEUED:
            change = await as_stopped(session, job.update_id, change, refused_as=job.start.refused_as)
        if change.opted_out and job.post.recipient:
            await remember_opt_out(session, job.post.recipient, "platform", now)
        moved = await self._move(session, job, change, was, now)
        if not moved:
            log.warning(
                "an outcome came after the delivery had a new owner",
                extra={"delivery_id": job.delivery_id, "attempt": job.attempt_id},
            )
            if (
                change.part_sent
                and job.act != "delete"
                and await self._is_out_after_all(session, job, change, now)
            ):
                return await self._notes.tell(session, job.event_id, [job.delivery_id])
            return []
        positions: list[Position] = []
        if change.part_sent and change.receipt is not None:
            await self._record_part(session, job, change, now)
        if change.duplicate_preferred:
            await self._audit.append(
                session,
                actor="system",
                action="delivery.duplicate_preferred",
                event_id=job.event_id,
                subject=job.delivery_id,
                detail={"part": job.part, "channel": job.channel_id},
                now=now,
            )
        if change.pause_channel:
            positions += await pause_channel(session, job.channel_id, change.words, now, self._audit)
        elif is_held:
            positions += await _tell_hold(session, job.channel_id, now)
        positions += await self._notes.tell(session, job.event_id, [job.delivery_id, *job.told])
        return positions

    async def learned(self, session: AsyncSession, channel_id: str, now: datetime) -> list[Position]:
        """Write down what an answer taught the limiter, and say so where the platform asks to be left alone."""
        is_held = await self._limits.store_learned(session, channel_id, now)
        return await _tell_hold(session, channel_id, now) if is_held else []

    async def pause(
        self, session: AsyncSession, channel_id: str, words: str, now: datetime
    ) -> list[Position]:
        return await pause_channel(session, channel_id, words, now, self._audit)

    async def _move(self, session: AsyncSession, job: Job, change: Change, was: str, now: datetime) -> bool:
        """`was`: the change's reason before a stop had its say."""
        settled = is_settled(change.state)
        reason = change.reason
        if job.told and change.state == DeliveryState.SENT:
            reason = "told_in_digest"
        words = reason
        out = job.part if change.part_sent else job.part - 1
        if reason == "stopped" and out:
            words = "held_partly"
        elif reason == "stopped" and (job.standing.duplicates or _maybe_changed(job, change)):
            words = "held_in_doubt"
        said = sentence(
            words,
            channel=job.channel_name,
            until=change.due_at,
            expires=job.expires_at,
            zone=self._settings.zone,
            words=change.words,
            done=out if reason == "stopped" else job.part,
            parts=len(job.told) + 1 if job.told else job.parts,
        )
        values: dict[str, Any] = {
            "state": change.state,
            "reason": reason,
            "why": said.why,
            "next_step": said.next_step,
            "due_at": change.due_at,
            "attempts": change.attempts,
            "looks": change.looks,
            "lease_owner": None,
            "lease_until": None,
            "version": col(Delivery.version) + 1,
        }
        if settled and is_final(change.state):
            values["settled_at"] = now
        if change.state == DeliveryState.SENT:
            values["sent_at"] = now
        if change.receipt is not None and job.part == 1 and job.act != "delete":
            values["remote_id"] = change.receipt.remote_id
            values["url"] = change.receipt.url
        if job.told and nothing_left(change.state, reason):
            values["digest"] = None
        if change.part_sent:
            values["by_itself"] = ""
        elif was in BY_ITSELF and reason != "cannot_tell":
            values["by_itself"] = was
        mine = and_(
            col(Delivery.fence) == job.fence,
            col(Delivery.state).in_((DeliveryState.SENDING, DeliveryState.UNKNOWN)),
        )
        if change.part_sent:
            # Whoever took it over meanwhile does not know; the id is proof, and what they find comes too late then.
            # Also of what was not found and waits to go again, or was stopped there: it would go out twice.
            mine = or_(mine, and_(_NOT_KNOWN_OUT, await self._still_open(session, job)))
            values["fence"] = case(
                (col(Delivery.fence) == job.fence, job.fence), else_=col(Delivery.fence) + 1
            )
        moved = await session.execute(
            update(Delivery)
            .where(col(Delivery.id) == job.delivery_id, mine)
            .values(**values)
            .returning(col(Delivery.id))
        )
        if moved.first() is None:
            return False
        if job.told:
            await follow(
                session,
                job.delivery_id,
                change.state,
                reason,
                channel=job.channel_name,
                url=change.receipt.url if change.receipt is not None else None,
                why=said.why,
                next_step=said.next_step,
                now=now,
                settings=self._settings,
            )
        return True

    async def _still_open(self, session: AsyncSession, job: Job) -> Any:
        """Whether the part is not out yet as far as anybody knows; the row is locked."""
        await session.execute(
            select(col(Delivery.id)).where(col(Delivery.id) == job.delivery_id).with_for_update()
        )
        return exists(
            select(col(DeliveryPart.n)).where(
                col(DeliveryPart.delivery_id) == job.delivery_id,
                col(DeliveryPart.n) == job.part,
                col(DeliveryPart.state) == DeliveryState.QUEUED,
            )
        )

    async def _is_out_after_all(self, session: AsyncSession, job: Job, change: Change, now: datetime) -> bool:
        """What was ended before this answer came stays so; that it is out is kept, so that it can be taken back."""
        assert change.receipt is not None
        still_open = await self._still_open(session, job)
        ended = await session.execute(
            select(col(Delivery.id)).where(
                col(Delivery.id) == job.delivery_id,
                col(Delivery.state).in_((DeliveryState.WITHDRAWN, DeliveryState.EXPIRED)),
                still_open,
            )
        )
        if ended.first() is None:
            return False
        await self._record_part(session, job, change, now)
        said = sentence(
            "partly_out", channel=job.channel_name, done=job.part, parts=job.parts, zone=self._settings.zone
        )
        await session.execute(
            update(Delivery)
            .where(col(Delivery.id) == job.delivery_id)
            .values(why=said.why, next_step=said.next_step, version=col(Delivery.version) + 1)
        )
        return True

    async def _record_part(self, session: AsyncSession, job: Job, change: Change, now: datetime) -> None:
        assert change.receipt is not None
        remote_id = None if job.act == "delete" else change.receipt.remote_id
        await session.execute(
            update(DeliveryPart)
            .where(col(DeliveryPart.delivery_id) == job.delivery_id, col(DeliveryPart.n) == job.part)
            .values(state=DeliveryState.SENT, remote_id=remote_id, url=change.receipt.url, sent_at=now)
        )
        if remote_id is not None:
            await remember_parts(session, [(job.post.ref, job.channel_id, change.receipt)], now)
            await merge_pending(session, job, change.receipt, self._settings.zone)


async def _tell_hold(session: AsyncSession, channel_id: str, now: datetime) -> list[Position]:
    await session.execute(
        update(Channel).where(col(Channel.id) == channel_id).values(version=col(Channel.version) + 1)
    )
    return await tell_channel(session, channel_id, now)


async def as_stopped(
    session: AsyncSession, update_id: str, change: Change, *, refused_as: str | None = None
) -> Change:
    """
    What comes back to wait after a stop goes where the stop put its like.

    It was permitted before, and the stop could not hold it: a permit that was refused at its first byte, an answer
    that says "not now", the rest of a thread, a change in place whose worker died.
    """
    row = (
        await session.execute(
            select(col(LiveEvent.sending), col(LiveUpdate.marks))
            .join(LiveUpdate, col(LiveUpdate.event_id) == col(LiveEvent.id))
            .where(col(LiveUpdate.id) == update_id)
            # It stays so until this is committed: a stop waits for it, and holds it as any other.
            .with_for_update(read=True, of=LiveEvent)
        )
    ).one()
    if store.KILLED in row.marks:
        # No legal way leads from sending to withdrawn: the next permit withdraws it.
        return change
    if row.sending == Sending.STOP:
        if change.duplicate_preferred:
            return replace(change, state=DeliveryState.HELD, reason="cannot_tell", duplicate_preferred=False)
        return replace(change, state=DeliveryState.HELD, reason="stopped")
    if row.sending == Sending.HOLD and refused_as == "stopped":
        return replace(change, reason="on_hold")
    return change


async def finish_attempt(
    session: AsyncSession, attempt_id: str, change: Change, now: datetime, *, preferred: bool = False
) -> None:
    """The outcome of an attempt, once."""
    words = change.words
    if change.outcome == "sent" and change.receipt is not None:
        words = change.receipt.remote_id
    await session.execute(
        update(Attempt)
        .where(col(Attempt.id) == attempt_id, col(Attempt.finished_at).is_(None))
        .values(
            finished_at=now,
            outcome=change.outcome,
            code="duplicate_preferred" if preferred else change.code,
            words=words[:500],
        )
    )


def _maybe_changed(job: Job, change: Change) -> bool:
    """A change in place that began, and may have been made although it is to be made again."""
    return job.standing.repeatable and job.start.started and change.outcome == Unavailable.__name__


async def remember_opt_out(session: AsyncSession, number: str, word: str, now: datetime) -> None:
    """Never again, until they come back."""
    insert = sqlite_insert if session.get_bind().dialect.name == "sqlite" else postgres_insert
    table = OptedOut.__table__  # type: ignore[attr-defined]
    await session.execute(insert(table).values(number=number, word=word, at=now).on_conflict_do_nothing())


async def pause_channel(
    session: AsyncSession, channel_id: str, words: str, now: datetime, audit: AuditLog
) -> list[Position]:
    """Credentials were refused: nothing more of this channel until somebody has put it right."""
    paused = await session.execute(
        update(Channel)
        .where(col(Channel.id) == channel_id, col(Channel.state) == "on")
        .values(state="paused", why=words[:200], paused_at=now, version=col(Channel.version) + 1)
        .returning(col(Channel.id))
    )
    if paused.first() is None:
        return []
    await audit.append(session, actor="system", action="channel.paused", subject=channel_id, now=now)
    return await tell_channel(session, channel_id, now)


async def merge_pending(session: AsyncSession, job: Job, receipt: Receipt, zone: tzinfo) -> None:
    """A receipt was faster than the answer to the send: it counts now."""
    remote_ids = {receipt.remote_id, *receipt.part_ids}
    pending = (
        (
            await session.execute(
                select(PendingReceipt)
                .where(
                    col(PendingReceipt.channel_id) == job.channel_id,
                    col(PendingReceipt.remote_id).in_(remote_ids) | (col(PendingReceipt.ref) == job.post.ref),
                )
                .order_by(col(PendingReceipt.rank))
            )
        )
        .scalars()
        .all()
    )
    if not pending:
        return
    await _drop_pending(session, pending)
    of_this_try = [
        await about_message(session, one, receipt)
        for one in pending
        if (one.state != DeliveryState.REJECTED or one.remote_id in remote_ids)
        and not is_older(one, job.post.ref, job.intent_at)
    ]
    if not of_this_try:
        return
    last = max(of_this_try, key=lambda one: one.rank)
    if last.state in (DeliveryState.DELIVERED, DeliveryState.REJECTED) and can_move(
        DeliveryState.SENT, last.state
    ):
        reason = told_as(last.state)
        said = sentence(reason, channel=job.channel_name, words=last.words, zone=zone)
        await session.execute(
            update(Delivery)
            .where(col(Delivery.id) == job.delivery_id, col(Delivery.state) == DeliveryState.SENT)
            .values(
                state=last.state,
                reason=reason,
                why=said.why,
                next_step=said.next_step,
                version=col(Delivery.version) + 1,
            )
        )
        await session.execute(
            update(DeliveryPart)
            .where(col(DeliveryPart.delivery_id) == job.delivery_id, col(DeliveryPart.n) == job.part)
            .values(state=last.state)
        )


async def about_message(session: AsyncSession, pending: PendingReceipt, receipt: Receipt) -> DeviceReceipt:
    """What was kept, as a word about the message that the receipt is of; its parts are remembered already."""
    told = as_told(pending)
    if pending.remote_id not in receipt.part_ids:
        return told
    part = await part_named(session, pending.channel_id, told)
    return told if part is None else await of_whole(session, part, told)


def is_older(pending: PendingReceipt, ref: str, intent_at: datetime) -> bool:
    """
    Only the id fits, and it came before this try began: of another message.

    A gateway that was restarted counts its ids anew, and what it said of messages that nobody knows is kept.
    """
    return pending.ref != ref and pending.at < intent_at - _CLOCKS_APART


async def kept_receipts(
    session: AsyncSession, refs: Sequence[str], states: Sequence[str] = _SAID
) -> dict[str, Receipt]:
    """
    By our reference: what a platform said of messages while their calls were under way.

    Where the call's own answer never came, that is the proof that it has the message. Where it did not take this try,
    it is of an earlier one whose answer was lost, and proves the message out only in the states of `OUT`.
    """
    found = await session.execute(
        select(col(PendingReceipt.ref), col(PendingReceipt.remote_id)).where(
            col(PendingReceipt.ref).in_(refs), col(PendingReceipt.state).in_(states)
        )
    )
    return {ref: Receipt(remote_id) for ref, remote_id in found.all() if ref is not None}


def not_known_out(change: Change) -> bool:
    """It ends or waits; what nobody knows is looked for, and looks ask for what was kept themselves."""
    return change.state not in (DeliveryState.SENT, DeliveryState.UNKNOWN) and not change.part_sent


def proven(change: Change, receipt: Receipt) -> Change:
    """What a try came to whose message is known to be out by an earlier one."""
    return replace(
        change,
        state=DeliveryState.SENT,
        reason="found",
        part_sent=True,
        receipt=receipt,
        duplicate_preferred=False,
    )


async def _drop_pending(session: AsyncSession, pending: Sequence[PendingReceipt]) -> None:
    for one in pending:
        await session.execute(
            delete(PendingReceipt).where(
                col(PendingReceipt.channel_id) == one.channel_id,
                col(PendingReceipt.remote_id) == one.remote_id,
            )
        )
