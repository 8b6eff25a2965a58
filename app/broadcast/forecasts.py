"""
Forecasts of real channels: what waits there already, read from the outbox, and what is being asked about.

`plan` says when; this reads the queue and the limiter that it runs on. Nothing is charged and nothing is written.
While a second provider carries the lists of a channel, its limits, its queue and its price are the ones that count.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from app.broadcast.digests import MERGING, Tell, may_merge
from app.broadcast.gate import Gate, SecondGate
from app.broadcast.jobs import Units
from app.broadcast.limit_book import LimitBook
from app.broadcast.limit_groups import counting
from app.broadcast.limits import Limiter
from app.broadcast.permits import URGENT_RANK
from app.broadcast.plan import Batch, Forecast, Places, forecasts, post_cost, sms_cost
from app.broadcast.settings import EngineSettings, digests_on, windows_of
from app.channels.price import tariff_of
from app.channels.registry import kind
from app.clock import Clock
from app.db import Database
from app.models import (
    Channel,
    Delivery,
    DeliveryPart,
    DeliveryState,
    LiveEvent,
    OptedOut,
    Recipient,
    Sending,
    UpdateState,
)
from app.models import Update as LiveUpdate

MOST_QUEUED = 2_000
"""Deliveries of one channel that are looked at; what waits behind so many waits longer than any plan is good for."""


@dataclass(frozen=True, slots=True)
class Asked:
    """
    What would be sent on one channel.

    Attributes:
        people: None where it goes to a page.
        routine: No key moment, no answer, no picture: may be told in one post with others.
    """

    channel_id: str
    parts: Sequence[str]
    people: int | None = None
    routine: bool = False


@dataclass(frozen=True, slots=True)
class Cost:
    """
    Attributes:
        kind: "priced", "unpriced" (nobody has set a price), or "free".
    """

    kind: str
    amount: Decimal | None = None
    currency: str = ""


@dataclass(frozen=True, slots=True)
class ChannelPlan:
    """
    What confirming would do on one channel.

    Attributes:
        sends: Calls: posts of a thread, or people.
        units: What they are charged of the channel's limits; segments of all texts by SMS.
        ahead: Calls of others that go first.
        forecast: From now, countdown included.
        units_per_s: The pace of the channel, where it has one.
        in_digest: It would be too old before a place of its own, and is told in one post with others, at the latest
            when the forecast says.
    """

    channel_id: str
    sends: int
    units: int
    ahead: int
    forecast: Forecast
    units_per_s: float | None
    cost: Cost
    in_digest: bool = False


@dataclass(frozen=True, slots=True)
class DeliveryPlan:
    """When what waits of one delivery will be out."""

    delivery_id: str
    sends: int
    ahead: int
    forecast: Forecast
    in_digest: bool = False


@dataclass(frozen=True, slots=True)
class _Waiting:
    delivery_id: str
    event_id: str
    rank: int
    batch: Batch
    may_merge: bool


class Forecasts:
    def __init__(
        self,
        database: Database,
        limits: LimitBook,
        clock: Clock,
        units: Units,
        settings: EngineSettings,
        gate: Gate,
        tell: Tell | None,
    ) -> None:
        self._database = database
        self._tell = tell
        self._limits = limits
        self._clock = clock
        self._units = units
        self._settings = settings
        self._gate = gate

    async def of_update(
        self,
        asked: Sequence[Asked],
        *,
        rank: int,
        delay_s: float,
        expires_in_s: float,
        event_id: str | None = None,
    ) -> list[ChannelPlan]:
        """
        What confirming an update would do, in the order asked.

        Args:
            event_id: Whose update it is, so that it is known what may not go by a second provider.
        """
        now = self._clock.now()
        queues: dict[str, list[_Waiting]] = {}
        async with self._database.read() as session:
            channels = await _channels(session, [one.channel_id for one in asked])
            carriers = [
                await self._carrier_of(session, channels, one.channel_id, event_id)
                if one.people is not None
                else channels[one.channel_id]
                for one in asked
            ]
            for carrier in carriers:
                if carrier.id not in queues:
                    queues[carrier.id] = await self._queue(session, carrier, channels, now)
        at = now.timestamp()
        release = at + delay_s
        plans: list[ChannelPlan] = []
        for one, carrier in zip(asked, carriers, strict=True):
            units = max((max(1, self._units(carrier.adapter, part)) for part in one.parts), default=1)
            sends = len(one.parts) if one.people is None else one.people
            batch = Batch(sends, units, rank <= URGENT_RANK, release, release + expires_in_s)
            before = [w for w in queues[carrier.id] if w.rank <= rank]
            first = [w.batch for w in before]
            limiter = self._limiter(carrier)
            told = await _run(limiter, [*first, batch], at)
            outlook = told[-1]
            merges = one.routine and one.people is None and sends == 1 and not batch.urgent
            in_digest = merges and self._merges(
                limiter, Places(limiter, at), carrier, batch, outlook, at, before
            )
            plans.append(
                ChannelPlan(
                    channel_id=one.channel_id,
                    sends=sends,
                    units=sends * units,
                    ahead=sum(batch.sends for batch in first),
                    forecast=replace(outlook, last_s=batch.until - at) if in_digest else outlook,
                    units_per_s=min((w.limit / w.per_s for w in limiter.windows if w.pace), default=None),
                    cost=cost(carrier, one, units),
                    in_digest=in_digest,
                )
            )
        return plans

    async def of_event(self, event_id: str) -> list[DeliveryPlan]:
        """What still waits of one event, in the order in which it goes."""
        now = self._clock.now()
        async with self._database.read() as session:
            ids = (
                await session.execute(
                    select(col(Delivery.channel_id))
                    .where(
                        col(Delivery.event_id) == event_id,
                        col(Delivery.state).in_((DeliveryState.QUEUED, DeliveryState.SENDING)),
                    )
                    .distinct()
                )
            ).scalars()
            waits = list(ids)
            channels = await _channels(session, waits)
            carriers = {one.id: one for id_ in waits for one in (channels[id_], _carrier(channels, id_))}
            queues = [
                (carrier, await self._queue(session, carrier, channels, now)) for carrier in carriers.values()
            ]
        plans: list[DeliveryPlan] = []
        for carrier, queue in queues:
            if not queue:
                continue
            limiter = self._limiter(carrier)
            told = await _run(limiter, [w.batch for w in queue], now.timestamp())
            ahead = 0
            places = Places(limiter, now.timestamp())
            for n, (one, forecast) in enumerate(zip(queue, told, strict=True)):
                if one.event_id == event_id:
                    in_digest = one.may_merge and self._merges(
                        limiter, places, carrier, one.batch, forecast, now.timestamp(), queue[:n]
                    )
                    last_s = one.batch.until - now.timestamp() if in_digest else forecast.last_s
                    outlook = replace(forecast, last_s=last_s)
                    plans.append(DeliveryPlan(one.delivery_id, one.batch.sends, ahead, outlook, in_digest))
                ahead += one.batch.sends
        return plans

    def _merges(
        self,
        limiter: Limiter,
        places: Places,
        channel: Channel,
        batch: Batch,
        outlook: Forecast,
        now: float,
        before: Sequence[_Waiting],
    ) -> bool:
        """
        Whether it gets no place of its own in time, and a post that tells it with others can still go.

        Each post tells only so many, and what is told by itself takes places from them.
        """
        if not outlook.late or self._tell is None or not digests_on(channel.adapter, channel.settings):
            return False
        begin = max(now, batch.not_before)
        if begin + limiter.wait_s(1, begin) > batch.until:
            return False
        told_with = sum(one.may_merge for one in before)
        alone = sum(one.batch.sends for one in before if not one.may_merge)
        return places.nth_is_by(alone + 1 + told_with // self._tell.most(channel), batch.until)

    def _limiter(self, channel: Channel) -> Limiter:
        if self._limits.has(channel.id):
            return self._limits.limiter(channel.id)
        # A channel that was added a moment ago; its own limiter is made by the dispatcher.
        windows = windows_of(channel.adapter, channel.settings, self._settings)
        return Limiter(counting(windows, deleting=False))

    async def _queue(
        self, session: AsyncSession, carrier: Channel, channels: Mapping[str, Channel], now: datetime
    ) -> list[_Waiting]:
        """
        What goes out by itself by one channel, in its order; what a person holds is not among it.

        While it carries the lists of others they are in its queue, and not in theirs.
        """
        second_id = carrier.second_id if _is_carried(channels, carrier) else None
        found = await self._waiting(session, carrier.id, carrier, now, second_id=second_id)
        carried = await session.scalars(
            select(col(Channel.id)).where(col(Channel.second_id) == carrier.id, col(Channel.carried_by) != "")
        )
        for channel_id in carried.all():
            found += await self._waiting(
                session, channel_id, carrier, now, second_id=carrier.id, by_second=True
            )
        return sorted(found, key=lambda one: one.rank)

    async def _waiting(
        self,
        session: AsyncSession,
        channel_id: str,
        carrier: Channel,
        now: datetime,
        *,
        second_id: str | None,
        by_second: bool = False,
    ) -> list[_Waiting]:
        """
        Args:
            second_id: Who carries this channel's lists, as far as it may; None while the channel does so itself.
            by_second: What goes by that one, else what stays.
        """
        found: list[_Waiting] = []
        rows = (await session.execute(_queued(channel_id))).all()
        events = {row.event_id for row in rows if row.audience_id is not None}
        kept = await self._kept(session, events, second_id)
        for row in rows:
            stays = row.audience_id is None or second_id is None or row.event_id in kept
            if stays == by_second:
                continue
            if row.audience_id is None:
                sends = int(row.open_parts)
            else:
                sends = int(row.counts.get(DeliveryState.QUEUED, 0))
                if not row.counts:
                    sends = await people_of(session, row.audience_id)
            release = row.release_at if row.claimable_at is None else None
            begin = max(now, release or now, row.due_at if row.due_at > now else now)
            units = max(1, self._units(carrier.adapter, row.text)) if row.text else 1
            batch = Batch(
                sends, units, row.rank <= URGENT_RANK, begin.timestamp(), row.expires_at.timestamp()
            )
            found.append(_Waiting(row.id, row.event_id, row.rank, batch, may_merge(row)))
        return found

    async def _carrier_of(
        self, session: AsyncSession, channels: Mapping[str, Channel], channel_id: str, event_id: str | None
    ) -> Channel:
        """Who would carry a list of this event."""
        carrier = _carrier(channels, channel_id)
        if carrier.id == channel_id or event_id is None:
            return carrier
        kept = await self._kept(session, {event_id}, carrier.id)
        return channels[channel_id] if kept else carrier

    async def _kept(
        self, session: AsyncSession, event_ids: Collection[str], second_id: str | None
    ) -> Collection[str]:
        """The events whose lists wait for their first provider, because nobody agreed to the second."""
        if not event_ids or second_id is None or not isinstance(self._gate, SecondGate):
            return ()
        return await self._gate.keeps_from(session, event_ids, second_id)


async def _channels(session: AsyncSession, ids: Sequence[str]) -> dict[str, Channel]:
    """These, and whoever is named as a second of one of them."""
    seconds = select(col(Channel.second_id)).where(col(Channel.id).in_(ids))
    found = await session.scalars(
        select(Channel).where(or_(col(Channel.id).in_(ids), col(Channel.id).in_(seconds)))
    )
    return {row.id: row for row in found}


def _is_carried(channels: Mapping[str, Channel], channel: Channel) -> bool:
    """Whether its second provider carries its lists now; what goes to single numbers stays with it."""
    return bool(channel.carried_by) and channel.second_id in channels


def _carrier(channels: Mapping[str, Channel], channel_id: str) -> Channel:
    """Whose limits count for a list, and whose price."""
    channel = channels[channel_id]
    if channel.second_id is not None and _is_carried(channels, channel):
        return channels[channel.second_id]
    return channel


async def _run(limiter: Limiter, batches: Sequence[Batch], at: float) -> list[Forecast]:
    # Thousands of steps take a good part of a second: beside the loop, on a copy that was taken in it.
    return await asyncio.to_thread(forecasts, limiter.copy(), batches, at)


def cost(channel: Channel, asked: Asked, units: int) -> Cost:
    """What one update costs on one channel, by the prices in its settings."""
    chosen = kind(channel.adapter)
    tariff = tariff_of(chosen.settings.model_validate(dict(channel.settings)))
    if tariff.per == "nothing":
        return Cost("free")
    if tariff.price is None:
        return Cost("unpriced")
    if tariff.per == "segment":
        amount = sms_cost(1 if asked.people is None else asked.people, units, tariff.price)
    else:
        amount = post_cost(asked.parts, tariff.price, tariff.link_surcharge)
    return Cost("priced", amount, tariff.currency)


async def people_of(session: AsyncSession, audience_id: str) -> int:
    """People of a list who may be sent to; it is expanded to them at release."""
    found = await session.execute(
        select(func.count())
        .select_from(Recipient)
        .outerjoin(OptedOut, col(OptedOut.number) == col(Recipient.number))
        .where(col(Recipient.audience_id) == audience_id, col(OptedOut.number).is_(None))
    )
    return int(found.scalar_one())


def _queued(channel_id: str) -> Any:
    here = col(DeliveryPart.delivery_id) == col(Delivery.id)
    text = select(func.max(col(DeliveryPart.text))).where(here, col(DeliveryPart.n) == 1).scalar_subquery()
    return (
        select(
            col(Delivery.id),
            col(Delivery.event_id),
            col(Delivery.counts),
            col(Delivery.claimable_at),
            col(Delivery.due_at),
            col(Delivery.expires_at),
            col(LiveUpdate.release_at),
            text.label("text"),
            *MERGING,
        )
        .join(LiveUpdate, col(LiveUpdate.id) == col(Delivery.update_id))
        .join(LiveEvent, col(LiveEvent.id) == col(Delivery.event_id))
        .where(
            col(Delivery.channel_id) == channel_id,
            or_(
                col(Delivery.state) == DeliveryState.QUEUED,
                (col(Delivery.state) == DeliveryState.SENDING) & col(Delivery.audience_id).is_not(None),
            ),
            col(LiveUpdate.state).in_((UpdateState.COUNTING_DOWN, UpdateState.RELEASED)),
            col(LiveEvent.sending) == Sending.OPEN,
        )
        .order_by(
            col(Delivery.rank), col(Delivery.claimable_at).is_(None), col(Delivery.seq), col(Delivery.id)
        )
        .limit(MOST_QUEUED)
    )
