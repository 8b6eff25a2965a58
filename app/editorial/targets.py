"""Which of an event's channels an update goes to, and how many people each one reaches."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from app.channels.registry import kind as adapter_kind
from app.editorial.finding import audience_size
from app.editorial.render import Target
from app.errors import NotFound
from app.models import Channel, EventChannel, LiveEvent


async def targets_of(
    session: AsyncSession, event: LiveEvent, wanted: Sequence[str] | None
) -> list[tuple[Target, str | None]]:
    """
    Each with the list of people it is sent to, where it is sent to people; without a list it is left out.

    Args:
        wanted: Ids; None means every channel of the event that is on.

    Raises:
        NotFound: one of them is not the event's, or is off.
    """
    rows = (
        await session.execute(
            select(Channel, EventChannel)
            .join(EventChannel, col(EventChannel.channel_id) == col(Channel.id))
            .where(col(EventChannel.event_id) == event.id, col(EventChannel.on), col(Channel.state) != "off")
            .order_by(col(Channel.created_at))
        )
    ).all()
    by_id = {channel.id: (channel, link) for channel, link in rows}
    for channel_id in wanted or ():
        if channel_id not in by_id:
            raise NotFound(
                f"This event has no channel {channel_id}. Reload the page.", code="channel_not_found"
            )
    chosen = (
        list(by_id.values())
        if wanted is None
        else [by_id[channel_id] for channel_id in dict.fromkeys(wanted)]
    )
    targets = []
    for channel, link in chosen:
        kind = adapter_kind(channel.adapter)
        people = None
        if kind.capabilities.recipients:
            if link.audience_id is None:
                continue
            people = await audience_size(session, link.audience_id)
        targets.append(
            (
                Target(
                    channel.id,
                    channel.adapter,
                    channel.name,
                    kind.capabilities,
                    lang=channel.settings.get("lang"),
                    people=people,
                ),
                link.audience_id,
            )
        )
    return targets
