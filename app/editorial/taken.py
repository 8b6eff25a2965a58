"""What an event has for itself alone: its address, and its hashtags until it is over."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from app.errors import Conflict
from app.models import EventState, LiveEvent


async def slug_is_taken(session: AsyncSession, slug: str) -> bool:
    return (await session.scalar(select(col(LiveEvent.id)).where(col(LiveEvent.slug) == slug))) is not None


async def refuse_taken_hashtags(session: AsyncSession, event_id: str, tags: Sequence[str]) -> None:
    """
    Raises:
        Conflict: another event that is not over has one of them; its readers would get both.
    """
    if not tags:
        return
    wanted = {tag.casefold() for tag in tags}
    rows = await session.execute(
        select(LiveEvent).where(
            col(LiveEvent.id) != event_id,
            col(LiveEvent.state).not_in((EventState.ENDED, EventState.ARCHIVED)),
        )
    )
    for other in rows.scalars():
        shared = sorted(tag for tag in other.hashtags if tag.casefold() in wanted)
        if shared:
            raise Conflict(
                f"#{shared[0]} belongs to “{other.title}”. Choose another hashtag, or end that event first.",
                code="hashtag_taken",
            )
