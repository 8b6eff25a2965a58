"""This room's reading of the outbox: what could go next on a channel, and what stands in its way."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Integer, bindparam, exists, func, or_, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col

from app.models import (
    Act,
    Channel,
    Delivery,
    DeliveryPart,
    DeliveryState,
    EventChannel,
    LiveEvent,
    Sending,
    UpdateKind,
    UpdateState,
)
from app.models import Update as LiveUpdate
from app.models.base import UtcDateTime

KILLED = "killed"
"""In Update.marks: stopped by itself; nothing more of it leaves."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A delivery that may be next in its lane, with what decides about it."""

    delivery: Delivery
    event_kind: str
    event_lang: str
    sending: str
    kill_epoch: int
    update_state: str
    marks: Mapping[str, str]
    on_page: str


@dataclass(frozen=True, slots=True)
class Busy:
    """A delivery that has been permitted and is not settled."""

    lane: str
    rank: int
    seq: int
    delivery_id: str
    state: str
    permit_at: datetime | None


async def lists(session: AsyncSession, channel_id: str) -> list[Candidate]:
    """Released SMS deliveries of a channel that still have people to send to, most urgent first."""
    found = await session.execute(_lists(), {"channel_id": channel_id})
    return [Candidate(*row) for row in found]


async def lock_waiting(session: AsyncSession, ids: Sequence[str]) -> list[Candidate]:
    """These, as far as they still wait and nobody else is at them; locked until the transaction ends."""
    if not ids:
        return []
    found = await session.execute(
        candidates()
        .where(
            col(Delivery.id).in_(ids),
            col(Delivery.state) == DeliveryState.QUEUED,
            ~being_put_right(Delivery),
        )
        .with_for_update(of=Delivery, skip_locked=True)
    )
    return [Candidate(*row) for row in found]


async def busy(session: AsyncSession, channel_id: str) -> list[Busy]:
    """What was permitted on a channel and is not settled; few rows."""
    found = await session.execute(_busy(), {"channel_id": channel_id})
    return [Busy(*row) for row in found]


async def busy_since(session: AsyncSession, channel_id: str, before: Sequence[Busy]) -> Sequence[Busy]:
    """What is busy, with what was so before; where one process alone writes, nothing came between."""
    if session.get_bind().dialect.name != "postgresql":
        return before
    now = await busy(session, channel_id)
    known = {row.delivery_id for row in now}
    return [*now, *(row for row in before if row.delivery_id not in known)]


async def to_look_for(session: AsyncSession, channel_id: str, now: datetime, limit: int) -> list[Candidate]:
    """Deliveries whose outcome nobody knows and that it is time to look for; a stop does not keep us from looking."""
    found = await session.execute(_to_look_for(), {"channel_id": channel_id, "now": now, "limit": limit})
    return [Candidate(*row) for row in found]


async def next_due_at(session: AsyncSession, now: datetime) -> datetime | None:
    """When something will be due that is not yet."""
    return (await session.execute(_next_due_at(), {"now": now})).scalar_one_or_none()


# In the very words of the partial indexes: with anything else SQLite reads the whole table.
_OPEN_HERE = text(
    "SELECT EXISTS (SELECT 1 FROM delivery WHERE channel_id = :channel_id"
    " AND state IN ('queued', 'sending', 'unknown') AND claimable_at IS NOT NULL)"
    " OR EXISTS (SELECT 1 FROM delivery WHERE channel_id = :channel_id AND reread_at IS NOT NULL)"
    " OR EXISTS (SELECT 1 FROM recipient_delivery WHERE state IN ('sending', 'unknown'))"
)


async def has_open(session: AsyncSession, channel_id: str) -> bool:
    """Whether anything waits, is under way, in doubt or to be read back on a channel, or people of any list are."""
    return bool(await session.scalar(_OPEN_HERE, {"channel_id": channel_id}))


async def channels(session: AsyncSession) -> list[Channel]:
    return list((await session.execute(select(Channel))).scalars())


async def is_on(session: AsyncSession, channel_id: str) -> bool:
    """
    Whether anything may leave on a channel, read in the caller's transaction.

    It stays so until that transaction ends: a stop waits for it, and then sees what it permitted.
    """
    state = (await session.execute(_channel_state(), {"channel_id": channel_id})).scalar_one_or_none()
    return state == "on"


async def still_open(session: AsyncSession, event_ids: Collection[str]) -> Collection[str]:
    """Which of these events may send; as `is_on`, until the caller's transaction ends."""
    if not event_ids or session.get_bind().dialect.name != "postgresql":
        return event_ids  # one writer: nothing came between
    found = await session.execute(_still_open(), {"ids": sorted(event_ids)})
    return set(found.scalars())


async def is_put_right(session: AsyncSession, update_id: str) -> bool:
    """Whether a correction of it was accepted since it was read; asked after `still_open`, which waits for one."""
    if session.get_bind().dialect.name != "postgresql":
        return False  # one writer: nothing came between
    found = await session.execute(
        select(col(LiveUpdate.id)).where(col(LiveUpdate.of_update_id) == update_id, *_puts_right(LiveUpdate))
    )
    return found.first() is not None


async def are_on(session: AsyncSession, channel_ids: Collection[str]) -> bool:
    """Whether anything may leave on all of them; as `is_on`, until the caller's transaction ends."""
    found = await session.execute(_are_on(), {"ids": sorted(channel_ids)})
    return len(found.all()) == len(channel_ids)


async def parts_of(session: AsyncSession, delivery_id: str) -> list[DeliveryPart]:
    found = await session.execute(_parts(), {"delivery_id": delivery_id})
    return list(found.scalars())


async def original_of(session: AsyncSession, delivery: Delivery, *, locked: bool = False) -> Delivery | None:
    """
    What an edit, a delete or a correcting reply is about; for what was told in another one's post, that post's.

    Args:
        locked: As it is now, and it stays so until the transaction ends.
    """
    if delivery.of_delivery_id is None:
        return None
    how: dict[str, Any] = {"with_for_update": {"read": True}, "populate_existing": True} if locked else {}
    original = await session.get(Delivery, delivery.of_delivery_id, **how)
    if original is not None and original.digest_id is not None:
        return await session.get(Delivery, original.digest_id, **how)
    return original


async def ids_of(session: AsyncSession, original: Delivery | None) -> dict[int, str]:
    """Remote ids of what is out of a delivery, by the number of the part."""
    if original is None:
        return {}
    return {p.n: p.remote_id for p in await parts_of(session, original.id) if p.remote_id is not None}


def parent_of(
    delivery: Delivery, part: int, parts: Sequence[DeliveryPart], targets: Mapping[int, str]
) -> str | None:
    """
    The post that a part hangs under: the nearest part before it, the answered reply, or the corrected post.

    A person who saw a part there may not have named its id; what follows hangs under the one before that, then.

    A permit and every later look for it must name the same one.
    """
    before = [p.remote_id for p in parts if p.n < part and p.remote_id is not None]
    if before:
        return before[-1]
    return delivery.reply_to if delivery.reply_to is not None else targets.get(1)


def in_place(delivery: Delivery, part: int, targets: Mapping[int, str]) -> bool:
    """
    Whether this part changes or deletes a post that is out, so that done twice is done once.

    A text that became longer has parts with nothing to change: those are posts like any other.
    """
    return delivery.act == Act.DELETE or (delivery.act == Act.EDIT and part in targets)


async def lease_now(session: AsyncSession, now: datetime) -> datetime:
    """The time that leases are measured by: the database's own where several nodes share it."""
    if session.get_bind().dialect.name != "postgresql":
        return now
    stamp: datetime = (await session.execute(text("SELECT clock_timestamp()"))).scalar_one()
    return stamp


async def channels_of_event(session: AsyncSession, event_id: str) -> list[str]:
    found = await session.execute(
        select(col(EventChannel.channel_id)).where(col(EventChannel.event_id) == event_id)
    )
    return list(found.scalars())


# What is asked for every update is put together once, and given its values each time: putting a query together costs ten
# times what SQLite takes to answer it.
CHANNEL_ID: Any = bindparam("channel_id")
NOW: Any = bindparam("now", type_=UtcDateTime())
LIMIT: Any = bindparam("limit", type_=Integer())


@lru_cache(maxsize=1)
def candidates() -> Any:
    """Deliveries with what decides about each, in the order of `Candidate`; where and how many is for the caller."""
    return (
        select(
            Delivery,
            col(LiveEvent.kind),
            col(LiveEvent.default_lang),
            col(LiveEvent.sending),
            col(LiveEvent.kill_epoch),
            col(LiveUpdate.state),
            col(LiveUpdate.marks),
            col(LiveUpdate.on_page),
        )
        .join(LiveEvent, col(LiveEvent.id) == col(Delivery.event_id))
        .join(LiveUpdate, col(LiveUpdate.id) == col(Delivery.update_id))
    )


def written_in(column: Any, *states: str) -> Any:
    """The states written out, as in the condition of an index: a database uses that only where it can read them."""
    return column.in_(bindparam(None, list(states), expanding=True, literal_execute=True))


def being_put_right(of: Any) -> Any:
    """
    Whether a correction or a retraction of a delivery's update counts down, or waits for somebody's agreement.

    What had not left when that was accepted has no share in it, so it must not leave before it is decided: it would be
    out, and wrong, where nobody puts it right.
    """
    other = aliased(LiveUpdate)
    return exists().where(col(other.of_update_id) == col(of.update_id), *_puts_right(other))


def put_right_soon() -> Any:
    """The ids of such updates, all at once."""
    other = aliased(LiveUpdate)
    return select(col(other.of_update_id)).where(col(other.of_update_id).is_not(None), *_puts_right(other))


def _puts_right(other: Any) -> tuple[Any, ...]:
    return (
        written_in(col(other.state), UpdateState.COUNTING_DOWN, UpdateState.AWAITING_APPROVAL),
        col(other.kind).in_((UpdateKind.CORRECTION, UpdateKind.RETRACTION)),
    )


@lru_cache(maxsize=1)
def _lists() -> Any:
    return (
        candidates()
        .where(
            col(Delivery.channel_id) == CHANNEL_ID,
            col(Delivery.audience_id).is_not(None),
            col(Delivery.claimable_at).is_not(None),
            col(Delivery.state).in_((DeliveryState.QUEUED, DeliveryState.SENDING)),
            # Whoever was called by the time of a correction gets it as well; where nobody was, nobody is.
            or_(col(Delivery.state) == DeliveryState.SENDING, ~being_put_right(Delivery)),
            col(LiveEvent.sending) == Sending.OPEN,
        )
        .order_by(col(Delivery.rank), col(Delivery.seq), col(Delivery.id))
    )


@lru_cache(maxsize=1)
def _still_open() -> Any:
    return (
        select(col(LiveEvent.id))
        .where(
            col(LiveEvent.id).in_(bindparam("ids", expanding=True)), col(LiveEvent.sending) == Sending.OPEN
        )
        .order_by(col(LiveEvent.id))
        .with_for_update(read=True)
    )


@lru_cache(maxsize=1)
def _are_on() -> Any:
    return (
        select(col(Channel.id))
        .where(col(Channel.id).in_(bindparam("ids", expanding=True)), col(Channel.state) == "on")
        .order_by(col(Channel.id))
        .with_for_update(read=True)
    )


@lru_cache(maxsize=1)
def _busy() -> Any:
    return select(
        col(Delivery.lane),
        col(Delivery.rank),
        col(Delivery.seq),
        col(Delivery.id),
        col(Delivery.state),
        col(Delivery.permit_at),
    ).where(
        col(Delivery.channel_id) == CHANNEL_ID,
        written_in(col(Delivery.state), DeliveryState.SENDING, DeliveryState.UNKNOWN),
        col(Delivery.claimable_at).is_not(None),
        col(Delivery.audience_id).is_(None),
        col(Delivery.digest_id).is_(None),
    )


@lru_cache(maxsize=1)
def _to_look_for() -> Any:
    return (
        candidates()
        .where(
            col(Delivery.channel_id) == CHANNEL_ID,
            col(Delivery.state) == DeliveryState.UNKNOWN,
            written_in(col(Delivery.state), DeliveryState.SENDING, DeliveryState.UNKNOWN),
            col(Delivery.audience_id).is_(None),
            col(Delivery.digest_id).is_(None),
            col(Delivery.due_at) <= NOW,
            or_(col(Delivery.lease_until).is_(None), col(Delivery.lease_until) <= NOW),
        )
        .order_by(col(Delivery.rank), col(Delivery.due_at))
        .limit(LIMIT)
    )


@lru_cache(maxsize=1)
def _next_due_at() -> Any:
    return select(func.min(col(Delivery.due_at))).where(
        col(Delivery.state).in_((DeliveryState.QUEUED, DeliveryState.UNKNOWN)),
        col(Delivery.claimable_at).is_not(None),
        col(Delivery.due_at) > NOW,
    )


@lru_cache(maxsize=1)
def _channel_state() -> Any:
    return select(col(Channel.state)).where(col(Channel.id) == CHANNEL_ID).with_for_update(read=True)


@lru_cache(maxsize=1)
def _parts() -> Any:
    return (
        select(DeliveryPart)
        .where(col(DeliveryPart.delivery_id) == bindparam("delivery_id"))
        .order_by(col(DeliveryPart.n))
    )


def may_leave(candidate: Candidate) -> bool:
    """
    Released, and not taken back since.

    A correction withdraws what waits; what was under way then may come back to wait, and its words must not go out
    any more. What only takes back or changes a post that is out still may.
    """
    if candidate.update_state != UpdateState.RELEASED or KILLED in candidate.marks:
        return False
    return candidate.on_page == "shown" or candidate.delivery.act not in (Act.POST, Act.REPLY)


def lane_keys(rows: Sequence[Busy]) -> dict[tuple[str, int], list[Busy]]:
    lanes: dict[tuple[str, int], list[Busy]] = {}
    for row in rows:
        lanes.setdefault((row.lane, row.rank), []).append(row)
    return lanes
