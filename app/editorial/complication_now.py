"""Whether an event's course has changed and nobody has said yet how it goes on; read from the database."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from app.errors import Conflict
from app.models import Complication, LiveEvent


async def open_one(session: AsyncSession, event_id: str) -> Complication | None:
    rows = await session.execute(
        select(Complication)
        .where(col(Complication.event_id) == event_id, col(Complication.settled_at).is_(None))
        .order_by(col(Complication.called_at).desc())
        .limit(1)
    )
    return rows.scalar_one_or_none()


async def needed(session: AsyncSession, event_id: str) -> Complication:
    row = await open_one(session, event_id)
    if row is None:
        raise Conflict("Nobody has called a complication here.", code="no_complication")
    return row


async def refuse_while_open(session: AsyncSession, event: LiveEvent) -> None:
    """
    Raises:
        Conflict: a complication is open, so nothing new is written for the public before it is settled.
    """
    if await open_one(session, event.id) is not None:
        raise Conflict(
            "The course has changed. Tell the family, then choose how this goes on.", code="complication"
        )
