"""
Telling several updates in one post: who is told with whom, and what becomes of them together.

A digest exists from a permit to its outcome. The permit's own transaction writes its text on the delivery that
carries it and ties the others to that one; whatever the carrier becomes, they become in the same transaction. If
nothing left, each waits for itself again. Before the permit nothing is merged, so a stop, a correction or an expiry
finds every delivery as its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from app.broadcast import store
from app.broadcast.coalescing import Waiting, choose
from app.broadcast.evidence import AGAIN
from app.broadcast.lifecycle import is_final
from app.broadcast.limit_book import LimitBook
from app.broadcast.plan import Batch
from app.broadcast.settings import EngineSettings, digests_on
from app.broadcast.settle import Change
from app.broadcast.store import Candidate
from app.broadcast.words import sentence
from app.models import (
    PRIORITY_RANK,
    Act,
    Channel,
    Delivery,
    DeliveryPart,
    DeliveryState,
    LiveEvent,
    Priority,
    Sending,
    UpdateKind,
)
from app.models import Update as LiveUpdate

ROUTINE_RANK = PRIORITY_RANK[Priority.NORMAL]
"""Classes from this rank on may be merged; corrections and emergencies never are."""

MOST_LOOKED_AT = 200
PLENTY = 50
"""With so many places free nobody has to ask what waits."""

_HERE = col(DeliveryPart.delivery_id) == col(Delivery.id)
_PARTS = select(func.count()).select_from(DeliveryPart).where(_HERE)
MERGING = (
    col(Delivery.act),
    col(Delivery.rank),
    col(Delivery.recipient),
    col(Delivery.reply_to),
    col(Delivery.audience_id),
    col(Delivery.looks),
    col(Delivery.by_itself),
    col(LiveUpdate.kind),
    col(LiveUpdate.key_moment),
    _PARTS.scalar_subquery().label("all_parts"),
    _PARTS.where(col(DeliveryPart.state) == DeliveryState.QUEUED).scalar_subquery().label("open_parts"),
    select(col(DeliveryPart.media)).where(_HERE, col(DeliveryPart.n) == 1).scalar_subquery().label("media"),
)
"""What `may_merge` reads of a delivery and its update."""

REFUSED = "digest_refused"
"""A post that told several was refused: one of its texts, its link or its length may be why, so each goes alone."""

BY_ITSELF = ("proven_absent", AGAIN, "send_again", REFUSED)
"""Reasons that are remembered: what may have been out once, a person decided about, or was refused in company."""

_TIED = (DeliveryState.SENDING, DeliveryState.UNKNOWN, DeliveryState.HELD)


class Tell(Protocol):
    """Writes the post that tells several updates of one event on a channel."""

    async def __call__(
        self, session: AsyncSession, channel: Channel, update_ids: Sequence[str]
    ) -> tuple[int, str]:
        """How many of them it tells, from the first on, and its text."""

    def most(self, channel: Channel) -> int:
        """How many updates one post of this channel has room for, however long they are."""


@dataclass(frozen=True, slots=True)
class Turn:
    """Who takes a place, and who is told with it."""

    first: Candidate
    others: tuple[Candidate, ...] = ()


class Digests:
    """Args: tell: None where nothing is ever merged."""

    def __init__(self, limits: LimitBook, settings: EngineSettings, tell: Tell | None) -> None:
        self._limits = limits
        self._settings = settings
        self._tell = tell

    async def turns(
        self,
        session: AsyncSession,
        channel: Channel,
        heads: Sequence[Candidate],
        now: datetime,
    ) -> list[Turn]:
        """The heads, each with those that are told in its post; or a key moment in the place of one."""
        turns: list[Turn] = []
        queue: list[Waiting] | None = None
        for head in heads:
            turn = Turn(head)
            if head.delivery.rank >= ROUTINE_RANK and self._is_tight(channel, now):
                if queue is None:
                    queue = await _queue(session, channel.id)
                if any(one.id == head.delivery.id for one in queue):
                    turn = await self._turn(session, channel, head, queue, now)
            turns.append(turn)
        return turns

    async def text(
        self, session: AsyncSession, channel: Channel, turn: Turn
    ) -> tuple[tuple[Candidate, ...], str]:
        """Who of a turn fits one post, and that post; nobody when it is not worth one."""
        assert self._tell is not None
        ids = [one.delivery.update_id for one in (turn.first, *turn.others)]
        n, text = await self._tell(session, channel, ids)
        return turn.others[: max(0, n - 1)], text

    async def tie(
        self,
        session: AsyncSession,
        carrier: Delivery,
        channel: Channel,
        others: Sequence[Candidate],
        *,
        worker: str,
        now: datetime,
        must_start_by: datetime,
    ) -> tuple[str, ...]:
        """
        In the permit's transaction, after the carrier was taken: the others go where it goes.

        Args:
            must_start_by: The carrier's, so that a stop of one of the others waits for it, too.
        """
        if not others:
            return ()
        ids = [one.delivery.id for one in others]
        said = sentence("in_digest", channel=channel.name, zone=self._settings.zone)
        tied = await session.execute(
            update(Delivery)
            .where(col(Delivery.id).in_(ids), col(Delivery.state) == DeliveryState.QUEUED)
            .values(
                state=DeliveryState.SENDING,
                reason="in_digest",
                why=said.why,
                next_step=said.next_step,
                digest_id=carrier.id,
                lease_owner=worker,
                permit_at=now,
                must_start_by=must_start_by,
                fence=col(Delivery.fence) + 1,
                version=col(Delivery.version) + 1,
            )
            .returning(col(Delivery.id))
        )
        found = set(tied.scalars())
        if found != set(ids):
            raise LookupError("a locked delivery changed its state")
        return tuple(ids)

    def _is_tight(self, channel: Channel, now: datetime) -> bool:
        """A place is free, and not so many that whatever waits could go."""
        if self._tell is None or not digests_on(channel.adapter, channel.settings):
            return False
        one, _ = self._limits.wait_s(channel.id, now, urgent=False)
        many, _ = self._limits.wait_s(channel.id, now, urgent=False, units=PLENTY)
        return one <= 0.0 < many

    async def _turn(
        self,
        session: AsyncSession,
        channel: Channel,
        head: Candidate,
        queue: Sequence[Waiting],
        now: datetime,
    ) -> Turn:
        assert self._tell is not None
        limiter, most = self._limits.limiter(channel.id), self._tell.most(channel)
        choice = choose(queue, head.delivery.id, limiter, now.timestamp(), most)
        if choice.id != head.delivery.id:
            # The head's fence moves, so that of two nodes only one lets somebody by.
            passed = await session.execute(
                update(Delivery)
                .where(
                    col(Delivery.id) == head.delivery.id,
                    col(Delivery.fence) == head.delivery.fence,
                    col(Delivery.state) == DeliveryState.QUEUED,
                )
                .values(fence=head.delivery.fence + 1)
                .returning(col(Delivery.id))
            )
            if passed.first() is None:
                return Turn(head)
        wanted = [id_ for id_ in (choice.id, *choice.others) if id_ != head.delivery.id]
        locked = {one.delivery.id: one for one in await store.lock_waiting(session, wanted)}
        if choice.id != head.delivery.id:
            return Turn(locked.get(choice.id, head))
        return Turn(head, tuple(locked[id_] for id_ in choice.others if id_ in locked))


async def tied_to(session: AsyncSession, delivery_id: str) -> tuple[str, ...]:
    """Deliveries that are told in this one's post."""
    found = await session.execute(
        select(col(Delivery.id))
        .where(col(Delivery.digest_id) == delivery_id, col(Delivery.state).in_(_TIED))
        .order_by(col(Delivery.seq))
    )
    return tuple(found.scalars())


def nothing_left(state: str, reason: str) -> bool:
    """Whether this outcome of a carrier says that its post is not on the platform and is not being looked for."""
    return state in (DeliveryState.QUEUED, DeliveryState.EXPIRED, DeliveryState.WITHDRAWN) or (
        state == DeliveryState.HELD and reason == "stopped"
    )


def each_alone(change: Change, now: datetime) -> Change:
    """What a refusal means for a carrier: of its post, not of the updates in it; its tries start anew."""
    if change.state != DeliveryState.REJECTED:
        return change
    return replace(change, state=DeliveryState.QUEUED, reason=REFUSED, due_at=now, attempts=0, looks=0)


async def follow(
    session: AsyncSession,
    carrier_id: str,
    state: str,
    reason: str,
    *,
    channel: str,
    url: str | None,
    why: str,
    next_step: str,
    now: datetime,
    settings: EngineSettings,
) -> None:
    """
    Let the others become what their carrier became.

    Args:
        channel: Its name.
        why: The carrier's own words.
    """
    values: dict[str, Any] = {"state": state, "reason": reason, "why": why, "next_step": next_step}
    if nothing_left(state, reason):
        if reason not in ("stopped", "on_hold", REFUSED):
            said = sentence("waits_for_turn", channel=channel, zone=settings.zone)
            values = {"reason": "waits_for_turn", "why": said.why, "next_step": said.next_step}
        values["state"] = DeliveryState.HELD if state == DeliveryState.HELD else DeliveryState.QUEUED
        values |= {"digest_id": None, "permit_at": None, "due_at": now}
        if reason in (REFUSED, AGAIN):
            values["by_itself"] = reason  # what may be out told them as well
    elif is_final(state):
        values["settled_at"] = now
    if state == DeliveryState.SENT:
        values |= {"sent_at": now, "url": url}
        await session.execute(
            update(DeliveryPart)
            .where(
                col(DeliveryPart.delivery_id).in_(
                    select(col(Delivery.id)).where(
                        col(Delivery.digest_id) == carrier_id, col(Delivery.state).in_(_TIED)
                    )
                )
            )
            .values(state=DeliveryState.SENT, url=url, sent_at=now)
        )
    await session.execute(
        update(Delivery)
        .where(col(Delivery.digest_id) == carrier_id, col(Delivery.state).in_(_TIED))
        .values(lease_owner=None, fence=col(Delivery.fence) + 1, version=col(Delivery.version) + 1, **values)
    )


def may_merge(row: Any) -> bool:
    """Whether a row with `MERGING` is a routine text that fits one post, of which nothing was tried yet."""
    return (
        row.kind == UpdateKind.UPDATE
        and row.act == Act.POST
        and row.rank >= ROUTINE_RANK
        and not row.key_moment
        and row.recipient is None
        and row.reply_to is None
        and row.audience_id is None
        and row.all_parts == row.open_parts == 1
        and not row.media
        and row.looks == 0
        and not row.by_itself
    )


async def _queue(session: AsyncSession, channel_id: str) -> list[Waiting]:
    """What waits on a channel, oldest of the first class first; a list has channels of its own."""
    rows = await session.execute(
        select(
            col(Delivery.id),
            col(Delivery.lane),
            col(Delivery.due_at),
            col(Delivery.expires_at),
            *MERGING,
        )
        .join(LiveUpdate, col(LiveUpdate.id) == col(Delivery.update_id))
        .join(LiveEvent, col(LiveEvent.id) == col(Delivery.event_id))
        .where(
            col(Delivery.channel_id) == channel_id,
            col(Delivery.state) == DeliveryState.QUEUED,
            col(Delivery.claimable_at).is_not(None),
            col(Delivery.audience_id).is_(None),
            col(LiveEvent.sending) == Sending.OPEN,
            ~store.being_put_right(Delivery),
        )
        .order_by(col(Delivery.rank), col(Delivery.seq), col(Delivery.id))
        .limit(MOST_LOOKED_AT)
    )
    return [
        Waiting(
            row.id,
            (row.lane, row.rank),
            Batch(
                max(1, row.open_parts),
                urgent=row.rank < ROUTINE_RANK,
                not_before=row.due_at.timestamp(),
                until=row.expires_at.timestamp(),
            ),
            key=bool(row.key_moment),
            begun=row.open_parts < row.all_parts,
            may_merge=may_merge(row),
        )
        for row in rows
    ]
