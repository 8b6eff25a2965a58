"""
Reading a post back after the platform said yes: an id in an answer does not prove that anybody can see the post.

What is to be read back is in the database: `reread_at` is written with the outcome, so it survives a restart. A
reading that says the post is not there changes words only: the delivery stays `sent`, as the platform said, and a
person decides. Nothing is ever sent again from here.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from app.broadcast.audit_log import AuditLog
from app.broadcast.channel_desks import tell_channel
from app.broadcast.desk_notes import DeskNotes
from app.broadcast.jobs import Job
from app.broadcast.limit_book import Grant, LimitBook
from app.broadcast.permits import URGENT_RANK
from app.broadcast.settings import PUBLISHING, EngineSettings
from app.broadcast.settle import Change
from app.broadcast.topics import Position
from app.broadcast.words import clock_words, sentence
from app.channels.base import Adapter, LimitWindow, Reconciles, Rereads
from app.channels.registry import kind
from app.clock import Clock
from app.errors import ChannelError, RateLimited
from app.models import Act, Channel, Delivery, DeliveryPart, DeliveryState

log = logging.getLogger(__name__)

NOT_SEEN = "not_seen"
AGAIN_S = (30.0, 60.0, 120.0, 240.0)
"""Waits after readings that told nothing; after one more, nothing is known and nothing is said."""
OLD = timedelta(hours=24)
SHARE = 1 / 3  # of a window that is for readings; the rest is for replies and for finding what is unknown
SPARE = 4
"""Of a window that posting shares, one part in so many is left alone: a reading must not cost a post its place."""
_GONE_BY_US = (
    DeliveryState.QUEUED,
    DeliveryState.SENDING,
    DeliveryState.SENT,
    DeliveryState.UNKNOWN,
    DeliveryState.HELD,
)


def is_reread(every: int, since: int | None, *, urgent: bool) -> bool:
    """
    Whether a post that was just accepted is read back.

    Args:
        every: The channel's `reread_every`; 0: none at all.
        since: Posts since the last one that is read back; None before the first of this process.
        urgent: An emergency or a correction.
    """
    return every > 0 and (urgent or since is None or since + 1 >= every)


def every_of(adapter: str, settings: Mapping[str, Any]) -> int:
    """A channel's `reread_every`, else what its adapter has by default; 0 where that knows no such thing."""
    field = kind(adapter).settings.model_fields.get("reread_every")
    return 0 if field is None else int(settings.get("reread_every", field.default))


def spare_units(limits: Sequence[tuple[int, bool]], *, urgent: bool) -> int:
    """
    Places that must stay free beside a reading which takes one of the same windows.

    Args:
        limits: (limit, paced) of each window; a pace refills at once.
        urgent: What is read back is an emergency or a correction; then none.
    """
    return 0 if urgent else min((limit // SPARE for limit, paced in limits if not paced), default=0)


def spacing_s(windows: Sequence[LimitWindow], unit: str) -> float:
    """Least time between two readings that leaves the windows of such readings to what needs them more."""
    return max((one.per_s / (one.limit * SHARE) for one in windows if one.unit == unit), default=0.0)


@dataclass(frozen=True, slots=True)
class Rereading:
    """One reading, leased: `reread_at` is its next time already, should this process end."""

    delivery_id: str
    event_id: str
    remote_ids: tuple[str, ...]
    sent_at: datetime


class Canary:
    def __init__(
        self, audit: AuditLog, limits: LimitBook, notes: DeskNotes, clock: Clock, settings: EngineSettings
    ) -> None:
        self._audit = audit
        self._limits = limits
        self._notes = notes
        self._clock = clock
        self._settings = settings
        self._since: dict[str, int] = {}
        self._next_at: dict[str, float] = {}

    def when(
        self, channel: Channel, adapter: Adapter, job: Job, change: Change, now: datetime
    ) -> datetime | None:
        """When the post that was just accepted is read back; None: not at all. Counts it, so ask once."""
        # "found" was read back already; an edit and a deletion leave nothing new.
        accepted = change.state == DeliveryState.SENT and change.reason == "sent"
        if not accepted or job.act not in (Act.POST, Act.REPLY) or not isinstance(adapter, Rereads):
            return None
        every = every_of(channel.adapter, channel.settings)
        since = self._since.get(channel.id)
        if not is_reread(every, since, urgent=job.urgent):
            self._since[channel.id] = 0 if since is None else since + 1
            return None
        self._since[channel.id] = 0
        delay_s = (
            adapter.look_after_s[-1] if isinstance(adapter, Reconciles) and adapter.look_after_s else 60.0
        )
        return now + timedelta(seconds=delay_s)

    async def plan(self, session: AsyncSession, job: Job, at: datetime) -> None:
        """Write it down, in the transaction of the outcome."""
        await session.execute(
            update(Delivery)
            .where(col(Delivery.id) == job.delivery_id, col(Delivery.state) == DeliveryState.SENT)
            .values(reread_at=at, looks=0)
        )

    async def is_due(
        self, session: AsyncSession, channel_id: str, unit: str, now: datetime, *, posting: bool
    ) -> bool:
        """
        Args:
            posting: Something waits to be posted; it comes before what was posted where both take the same places.
        """
        if (posting and unit in PUBLISHING) or self._next_at.get(channel_id, 0.0) > self._clock.monotonic():
            return False
        return (await session.scalar(_due(channel_id, now))) is not None

    async def lease(self, session: AsyncSession, channel: Channel, adapter: Rereads) -> Rereading | None:
        """Take the next post that is to be read back, and charge the reading."""
        now = self._clock.now()
        row_id = await session.scalar(_due(channel.id, now).with_for_update(skip_locked=True))
        row = None if row_id is None else await session.get(Delivery, row_id, populate_existing=True)
        if row is None:
            return None
        found = await session.scalars(
            select(col(DeliveryPart.remote_id))
            .where(col(DeliveryPart.delivery_id) == row.id, col(DeliveryPart.remote_id).is_not(None))
            .order_by(col(DeliveryPart.n))
        )
        remote_ids = tuple(one for one in found if one)
        sent_at = row.sent_at or now
        if row.looks > len(AGAIN_S) or not remote_ids or now - sent_at > OLD or await _ended(session, row):
            row.reread_at = None
            await session.flush()
            return None
        urgent = row.rank <= URGENT_RANK
        if not await self._charge(session, channel, adapter.reread_unit, len(remote_ids), urgent=urgent):
            return None
        row.reread_at = now + timedelta(seconds=AGAIN_S[min(row.looks, len(AGAIN_S) - 1)])
        row.looks += 1
        await session.flush()
        return Rereading(row.id, row.event_id, remote_ids, sent_at)

    async def read(self, rereading: Rereading, adapter: Rereads) -> frozenset[str] | Exception:
        """Ask the platform, outside of every transaction: which of them it says are not there."""
        try:
            async with asyncio.timeout(self._settings.attempt_deadline_s):
                return await adapter.missing(rereading.remote_ids)
        except (ChannelError, TimeoutError) as exc:
            return exc
        except Exception as exc:
            log.exception("reading back failed", extra={"delivery_id": rereading.delivery_id})
            return exc

    async def settle(
        self,
        session: AsyncSession,
        channel: Channel,
        rereading: Rereading,
        answer: frozenset[str] | Exception,
    ) -> list[Position]:
        """Write what the reading told. One that failed told nothing; the lease has set its next time."""
        now = self._clock.now()
        mine = col(Delivery.id) == rereading.delivery_id
        if isinstance(answer, Exception):
            if isinstance(answer, RateLimited):
                least = now + timedelta(seconds=min(answer.retry_after_s, OLD.total_seconds()))
                later = update(Delivery).where(mine, col(Delivery.reread_at) < least)
                await session.execute(later.values(reread_at=least))
            return []
        row = await session.get(Delivery, rereading.delivery_id, populate_existing=True)
        over = row is None or row.reread_at is None or await _ended(session, row)
        await session.execute(update(Delivery).where(mine).values(reread_at=None))
        if over:
            return []
        if not answer:
            return await self._seen(session, channel, rereading, now)
        return await self._not_seen(session, channel, rereading, answer, now)

    async def _seen(
        self, session: AsyncSession, channel: Channel, rereading: Rereading, now: datetime
    ) -> list[Position]:
        at = clock_words(rereading.sent_at, self._settings.zone)
        changed = await session.execute(
            update(Channel)
            .where(col(Channel.id) == channel.id, col(Channel.unseen_why) != "")
            .values(
                unseen_why="",
                probe_ok=True,
                probe_words=f"A post of {at} is there, read back from {channel.name}.",
                version=col(Channel.version) + 1,
            )
            .returning(col(Channel.id))
        )
        return [] if changed.first() is None else await tell_channel(session, channel.id, now)

    async def _not_seen(
        self,
        session: AsyncSession,
        channel: Channel,
        rereading: Rereading,
        missing: frozenset[str],
        now: datetime,
    ) -> list[Position]:
        said = sentence(NOT_SEEN, channel=channel.name, until=rereading.sent_at, zone=self._settings.zone)
        # Those that were told in the same post are not there either.
        changed = await session.execute(
            update(Delivery)
            .where(
                or_(
                    col(Delivery.id) == rereading.delivery_id,
                    col(Delivery.digest_id) == rereading.delivery_id,
                ),
                col(Delivery.state) == DeliveryState.SENT,
            )
            .values(
                reason=NOT_SEEN, why=said.why, next_step=said.next_step, version=col(Delivery.version) + 1
            )
            .returning(col(Delivery.id))
        )
        ids = sorted(changed.scalars())
        await session.execute(
            update(Channel)
            .where(col(Channel.id) == channel.id)
            .values(
                unseen_why=f"{said.why} {said.next_step}",
                probe_ok=False,
                probe_words=f"{said.why} {said.next_step}",
                version=col(Channel.version) + 1,
            )
        )
        self._since.pop(channel.id, None)  # the next post is read back, whichever it is
        # As in every outcome: the desks of the channel in their order, then the delivery's own.
        positions = await tell_channel(session, channel.id, now)
        positions += await self._notes.tell(session, rereading.event_id, ids)
        await self._audit.append(
            session,
            actor="system",
            action="delivery.not_seen",
            event_id=rereading.event_id,
            subject=rereading.delivery_id,
            detail={"channel": channel.id, "missing": sorted(missing)},
            now=now,
        )
        return positions

    async def _charge(
        self, session: AsyncSession, channel: Channel, unit: str, calls: int, *, urgent: bool
    ) -> bool:
        """Whether a reading may be made now; where posting is counted with it, it takes places of the same window."""
        if unit in PUBLISHING:
            limiter = self._limits.limiter(channel.id)
            spare = spare_units([(w.limit, w.pace) for w in limiter.windows], urgent=urgent)
            wait_s, _ = self._limits.wait_s(channel.id, self._clock.now(), urgent=False, units=calls + spare)
            grants: list[Grant] = []
            if wait_s <= 0:
                late_s = self._settings.attempt_deadline_s
                grants, wait_s, _ = await self._limits.take(
                    channel.id, calls, session=session, n=1, urgent=False, late_s=late_s
                )
                await self._limits.store_grants(session, channel.id, grants, late_s)
            if not grants:
                self._next_at[channel.id] = self._clock.monotonic() + min(wait_s, AGAIN_S[0])
            return bool(grants)
        one_kind = kind(channel.adapter)
        windows = one_kind.windows_for(one_kind.settings.model_validate(channel.settings))
        self._next_at[channel.id] = self._clock.monotonic() + spacing_s(windows, unit)
        return True


def _due(channel_id: str, now: datetime) -> Any:
    return (
        select(col(Delivery.id))
        .where(col(Delivery.channel_id) == channel_id, col(Delivery.reread_at) <= now)
        .order_by(col(Delivery.rank), col(Delivery.reread_at))
        .limit(1)
    )


async def _ended(session: AsyncSession, row: Delivery) -> bool:
    """Whether it is not to be there any more: we are taking it back ourselves, or it is no longer `sent`."""
    if row.state != DeliveryState.SENT:
        return True
    # Taking back one of those that were told in a post takes back the post.
    told = select(col(Delivery.id)).where(col(Delivery.digest_id) == row.id)
    taken_back = select(col(Delivery.id)).where(
        or_(col(Delivery.of_delivery_id) == row.id, col(Delivery.of_delivery_id).in_(told)),
        col(Delivery.act) == Act.DELETE,
        col(Delivery.state).in_(_GONE_BY_US),
    )
    return (await session.scalar(taken_back.limit(1))) is not None
