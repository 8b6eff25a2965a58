"""
Which desks hear that something about a channel changed, and telling them.

An event that is not over hears of the channels that it may use, whether or not anything went there yet: its desk shows
them, and people choose by it. One that is over hears while something of its own is open there, since what puts right is
sent after the end as well. The second provider of a channel counts as that channel.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from app.broadcast.seconds import OPEN
from app.broadcast.topics import Position, append
from app.models import Channel, Delivery, EventChannel, EventState, LiveEvent, TopicName

_OVER = (EventState.ENDED, EventState.ARCHIVED)


async def tell_channel(session: AsyncSession, channel_id: str, now: datetime) -> list[Position]:
    """An entry on the desk of each of them, in the order of their ids: two that tell at once wait for no circle."""
    served = select(col(Channel.id)).where(
        or_(col(Channel.id) == channel_id, col(Channel.second_id) == channel_id)
    )
    uses = select(col(EventChannel.event_id)).where(col(EventChannel.channel_id).in_(served))
    has_open = select(col(Delivery.event_id)).where(
        col(Delivery.channel_id).in_(served), col(Delivery.state).in_(OPEN)
    )
    events = await session.scalars(
        select(col(LiveEvent.id))
        .where(
            or_(
                col(LiveEvent.state).not_in(_OVER) & col(LiveEvent.id).in_(uses),
                col(LiveEvent.id).in_(has_open),
            )
        )
        .order_by(col(LiveEvent.id))
    )
    refs = [("channel", channel_id)]
    return [await append(session, event_id, TopicName.DESK, refs, now) for event_id in events.all()]
