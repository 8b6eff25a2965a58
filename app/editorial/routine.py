"""What is routine beside a crisis: the events whose posts wait from the moment it goes live."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from app.broadcast.planned import NOT_BEGUN
from app.models import EventKind, EventState, LiveEvent, Sending, Update, UpdateState


async def routine_beside(session: AsyncSession, crisis_id: str) -> list[str]:
    """Press and training that run; and whatever is not begun and has a post planned, of all kinds but a crisis."""
    running = col(LiveEvent.kind).in_((EventKind.PRESS, EventKind.TRAINING)) & col(LiveEvent.state).in_(
        (EventState.LIVE, EventState.PAUSED)
    )
    announcing = (
        (col(LiveEvent.kind) != EventKind.CRISIS)
        & col(LiveEvent.state).in_(NOT_BEGUN)
        & select(Update)
        .where(
            col(Update.event_id) == col(LiveEvent.id),
            col(Update.planned_at).is_not(None),
            col(Update.state).in_((UpdateState.COUNTING_DOWN, UpdateState.AWAITING_APPROVAL)),
        )
        .exists()
    )
    rows = await session.execute(
        select(col(LiveEvent.id))
        .where(
            col(LiveEvent.id) != crisis_id,
            running | announcing,
            col(LiveEvent.sending) == Sending.OPEN,
        )
        .order_by(col(LiveEvent.id))
    )
    return list(rows.scalars())
