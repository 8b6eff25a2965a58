"""
Where a message belongs: to the update it answers, to the one its sender was last texted, or to the channel's live event.

What our own post belongs to never changes, so it is remembered; a flood of answers to one post costs no query.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from app.broadcast.list_rows import row_id
from app.channels.base import InboundReply
from app.models import (
    Channel,
    Delivery,
    DeliveryPart,
    EventChannel,
    EventState,
    LiveEvent,
    Recipient,
    RecipientDelivery,
)

REMEMBERED = 10_000


@dataclass(frozen=True, slots=True)
class Place:
    event_id: str
    update_id: str | None


class Whereto:
    """One per process."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], Place] = {}

    async def places(
        self, session: AsyncSession, channel_id: str, messages: Sequence[InboundReply]
    ) -> dict[str, Place]:
        """By remote id; a message that belongs nowhere is left out. At most five queries, however many messages."""
        await self._learn(session, channel_id, {one.answers for one in messages if one.answers})
        found: dict[str, Place] = {}
        for message in messages:
            place = self._known.get((channel_id, message.answers)) if message.answers else None
            if place is not None:
                found[message.remote_id] = place
        served = [channel_id]
        if len(found) < len({one.remote_id for one in messages}):
            served += await _carries_for(session, channel_id)
        texted = {
            one.author_id for one in messages if one.remote_id not in found and one.author_id.startswith("+")
        }
        if texted:
            by_number = await _last_texted(session, served, texted)
            found |= {
                one.remote_id: by_number[one.author_id]
                for one in messages
                if one.remote_id not in found and one.author_id in by_number
            }
        if len(found) < len({one.remote_id for one in messages}):
            event_id = await _live_event(session, served)
            if event_id is not None:
                for message in messages:
                    found.setdefault(message.remote_id, Place(event_id, None))
        return found

    async def _learn(self, session: AsyncSession, channel_id: str, answers: Iterable[str]) -> None:
        missing = [one for one in answers if (channel_id, one) not in self._known]
        if not missing:
            return
        rows = await session.execute(
            select(col(DeliveryPart.remote_id), col(Delivery.event_id), col(Delivery.update_id))
            .join(Delivery, col(DeliveryPart.delivery_id) == col(Delivery.id))
            .where(col(DeliveryPart.remote_id).in_(missing), col(Delivery.channel_id) == channel_id)
        )
        if len(self._known) > REMEMBERED:
            self._known.clear()
        for remote_id, event_id, update_id in rows:
            self._known[channel_id, str(remote_id)] = Place(event_id, update_id)


async def _last_texted(
    session: AsyncSession, served: Sequence[str], numbers: Iterable[str]
) -> dict[str, Place]:
    """What each number was sent last on these channels, by way of the lists: numbers have an index only there."""
    lists = (
        await session.scalars(
            select(col(Delivery.audience_id))
            .where(col(Delivery.channel_id).in_(served), col(Delivery.audience_id).is_not(None))
            .distinct()
        )
    ).all()
    if not lists:
        return {}
    rows = await session.execute(
        select(
            col(Recipient.number),
            col(Delivery.event_id),
            col(Delivery.update_id),
        )
        .join(Delivery, col(Delivery.audience_id) == col(Recipient.audience_id))
        .join(
            RecipientDelivery,
            col(RecipientDelivery.id) == row_id(col(Delivery.id), col(Recipient.id)),
        )
        .where(
            col(Recipient.audience_id).in_(lists),
            col(Recipient.number).in_(list(numbers)),
            col(Delivery.channel_id).in_(served),
        )
        .order_by(col(RecipientDelivery.id))
    )
    return {number: Place(event_id, update_id) for number, event_id, update_id in rows}


async def _carries_for(session: AsyncSession, channel_id: str) -> list[str]:
    """Channels that this one is the second provider of: people answer the number that texted them."""
    rows = await session.scalars(select(col(Channel.id)).where(col(Channel.second_id) == channel_id))
    return list(rows)


async def _live_event(session: AsyncSession, served: Sequence[str]) -> str | None:
    found: str | None = await session.scalar(
        select(col(LiveEvent.id))
        .join(EventChannel, col(EventChannel.event_id) == col(LiveEvent.id))
        .where(
            col(EventChannel.channel_id).in_(served),
            col(LiveEvent.state).in_([EventState.LIVE, EventState.PAUSED]),
        )
        .order_by(col(LiveEvent.started_at).desc())
        .limit(1)
    )
    return found
