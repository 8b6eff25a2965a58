"""
What earlier tries came to, read from their attempts: the evidence that a permit and every later look go by, and what
the desk is shown of it. One table says which outcomes are certain, so that neither doubts what the other believes.

An attempt whose answer was not read may be out, whatever ended it; a double that somebody preferred counts once.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

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
from app.models import Attempt, DeliveryState


class Reached(StrEnum):
    """How far a try came."""

    UNDER_WAY = "under_way"
    NOTHING_LEFT = "nothing_left"  # the last check before the first byte said no
    NOT_TAKEN = "not_taken"  # nothing of it is there, so that another try doubles nothing
    REFUSED = "refused"
    IN_DOUBT = "in_doubt"  # it left, and nobody said what became of it
    TAKEN = "taken"


_REACHED = {
    "sent": Reached.TAKEN,
    StartRefused.__name__: Reached.NOTHING_LEFT,
    Unavailable.__name__: Reached.NOT_TAKEN,
    RateLimited.__name__: Reached.NOT_TAKEN,
    ContentRejected.__name__: Reached.REFUSED,
    DuplicateRefused.__name__: Reached.REFUSED,
    RecipientRejected.__name__: Reached.REFUSED,
    CredentialsRejected.__name__: Reached.REFUSED,
}
"""Outcomes of attempts that say for certain what became of them; every other leaves it in doubt."""


def reached(outcome: str | None, state: str) -> Reached:
    """
    Args:
        outcome: Of the attempt, as it was written down.
        state: What its delivery is now: a worker that died wrote no outcome, and then nobody is calling any more.
    """
    if outcome is None:
        return Reached.UNDER_WAY if state == DeliveryState.SENDING else Reached.IN_DOUBT
    # What is none of the classes is a failure of our own, and does not say when it happened.
    return _REACHED.get(outcome, Reached.IN_DOUBT)


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
            or_(col(Attempt.outcome).is_(None), col(Attempt.outcome).not_in(tuple(_REACHED))),
        )
        .order_by(col(Attempt.intent_at))
        .limit(1)
    )
    return found.scalars().first()
