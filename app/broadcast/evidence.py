"""
What of a delivery is out, or may be, whatever its state says: read from its parts, its people and what it remembers.

A stop, a withdrawal and an expiry end what waits. A thread may be half out by then, a list half called, and a try
that nobody got an answer to may be out as well. All who end something ask here, so that they cannot disagree.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, case, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from app.models import Act, Channel, Delivery, DeliveryPart, DeliveryState, RecipientDelivery

IN_DOUBT = ("cannot_tell", "restored")
"""Reasons of what is held because it may be out: only a person's decision about that very one ends the doubt."""

AGAIN = "duplicate_preferred"
"""In `by_itself`, and a person's reason: an earlier try may be out, and a double was preferred to silence."""

OUT = (DeliveryState.SENT, DeliveryState.DELIVERED)
WAITING = (DeliveryState.QUEUED, DeliveryState.HELD)

_PARTS = (
    select(func.count())
    .select_from(DeliveryPart)
    .where(col(DeliveryPart.delivery_id) == col(Delivery.id))
    .correlate(Delivery)
)
PARTS: Any = _PARTS.scalar_subquery()
PARTS_OUT: Any = case(
    # Of a deletion a part that is done is a post that is gone.
    (col(Delivery.act) == Act.DELETE, 0),
    else_=_PARTS.where(col(DeliveryPart.state).in_(OUT)).scalar_subquery(),
)

PAGE_IN_DOUBT: Any = and_(
    col(Delivery.audience_id).is_(None),
    or_(
        and_(col(Delivery.state) == DeliveryState.HELD, col(Delivery.reason).in_(IN_DOUBT)),
        and_(col(Delivery.state).in_(WAITING), col(Delivery.by_itself) == AGAIN),
    ),
)
"""A post that waits, or is held, and may be out."""

PERSON_IN_DOUBT: Any = or_(
    col(RecipientDelivery.state) == DeliveryState.UNKNOWN,
    and_(
        col(RecipientDelivery.state) == DeliveryState.HELD,
        col(RecipientDelivery.reason).in_(IN_DOUBT),
    ),
    and_(col(RecipientDelivery.state).in_(WAITING), col(RecipientDelivery.reason) == AGAIN),
)
"""Somebody on a list who may have the message."""


@dataclass(frozen=True, slots=True)
class Partly:
    """A thread of which some posts are out."""

    delivery_id: str
    channel: str
    out: int
    parts: int


async def partly_out(session: AsyncSession, which: Any) -> dict[str, Partly]:
    """The threads of a kind of which some posts are out and some are not, by id."""
    rows = await session.execute(
        select(col(Delivery.id), col(Channel.name), PARTS_OUT.label("parts_out"), PARTS.label("parts"))
        .join(Channel, col(Channel.id) == col(Delivery.channel_id))
        .where(
            which,
            col(Delivery.audience_id).is_(None),
            col(Delivery.state).not_in(OUT),
            PARTS_OUT > 0,
            PARTS_OUT < PARTS,
        )
    )
    return {row.id: Partly(row.id, row.name, int(row.parts_out), int(row.parts)) for row in rows}


async def may_be_out(session: AsyncSession, which: Any, most: int) -> list[str]:
    """Ids of what is not known to be kept back, for a record: in doubt, or its outcome open."""
    open_ones = col(Delivery.state).in_((DeliveryState.SENDING, DeliveryState.UNKNOWN))
    pages = await session.execute(
        select(col(Delivery.id))
        .where(which, col(Delivery.audience_id).is_(None), or_(PAGE_IN_DOUBT, open_ones))
        .order_by(col(Delivery.seq).desc(), col(Delivery.id))
        .limit(most)
    )
    lists = await session.execute(
        select(col(Delivery.id), col(Delivery.counts)).where(which, col(Delivery.audience_id).is_not(None))
    )
    return [*pages.scalars(), *(row.id for row in lists if people_open(row.counts))][:most]


def people_open(counts: Mapping[str, int]) -> int:
    """People of a list of whom nobody knows yet, or ever will without a person."""
    return sum(
        counts.get(str(state), 0)
        for state in (DeliveryState.SENDING, DeliveryState.UNKNOWN, DeliveryState.HELD)
    )


def people_out(counts: Mapping[str, int]) -> int:
    return sum(counts.get(str(state), 0) for state in OUT)
