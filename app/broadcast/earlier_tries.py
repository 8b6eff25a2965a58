"""
What earlier tries of a part came to, read from their attempts: the evidence that a permit and every later look go by.

An attempt whose answer was not read may be out, whatever ended it; a double that somebody preferred counts once.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from app.errors import (
    ContentRejected,
    CredentialsRejected,
    DuplicateRefused,
    RateLimited,
    RecipientRejected,
    StartRefused,
    Unavailable,
)
from app.models import Attempt

_READ = (
    "sent",
    *(
        kind.__name__
        for kind in (
            ContentRejected,
            CredentialsRejected,
            DuplicateRefused,
            RateLimited,
            RecipientRejected,
            StartRefused,
            Unavailable,
        )
    ),
)
"""Outcomes of attempts that say for certain what became of them."""


async def last_attempt(session: AsyncSession, delivery_id: str, part: int) -> Attempt | None:
    found = await session.execute(
        select(Attempt)
        .where(
            col(Attempt.delivery_id) == delivery_id,
            col(Attempt.part) == part,
            col(Attempt.recipient_delivery_id).is_(None),
        )
        .order_by(col(Attempt.intent_at).desc(), col(Attempt.n).desc())
        .limit(1)
    )
    return found.scalars().first()


async def duplicates_preferred(session: AsyncSession, delivery_id: str, part: int) -> int:
    """How often this part was sent again although it may have been out."""
    found = await session.execute(
        select(func.count())
        .select_from(Attempt)
        .where(
            col(Attempt.delivery_id) == delivery_id,
            col(Attempt.part) == part,
            col(Attempt.recipient_delivery_id).is_(None),
            col(Attempt.code) == "duplicate_preferred",
        )
    )
    return int(found.scalar_one())


async def was_ambiguous(session: AsyncSession, delivery_id: str, part: int) -> bool:
    """Whether an earlier try of this part ended without a trustworthy answer."""
    return await first_ambiguous_at(session, delivery_id, part) is not None


async def first_ambiguous_at(session: AsyncSession, delivery_id: str, part: int) -> datetime | None:
    """When the first try of this part began that ended without a trustworthy answer."""
    found = await session.execute(
        select(col(Attempt.intent_at))
        .where(
            col(Attempt.delivery_id) == delivery_id,
            col(Attempt.part) == part,
            col(Attempt.recipient_delivery_id).is_(None),
            # Whatever else ended it, such as our own deadline, its answer was not read.
            or_(col(Attempt.outcome).is_(None), col(Attempt.outcome).not_in(_READ)),
        )
        .order_by(col(Attempt.intent_at))
        .limit(1)
    )
    return found.scalars().first()
