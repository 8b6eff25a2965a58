"""
What a list asks and changes for hundreds of people at once.

Put together once, with all their ids as one value: a parameter for each cost as much as the rest of a message.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlmodel import col

from app.broadcast.bulk import among
from app.models import DeliveryState, OptedOut, PendingReceipt, RecipientDelivery

_RECIPIENTS: Any = RecipientDelivery.__table__  # type: ignore[attr-defined]


@lru_cache(maxsize=2)
def to_sending(sqlite: bool) -> Any:
    return (
        update(_RECIPIENTS)
        .where(among(_RECIPIENTS.c.id, "ids", sqlite=sqlite))
        .values(
            state=str(DeliveryState.SENDING),
            fence=_RECIPIENTS.c.fence + 1,
            lease_until=bindparam("lease", type_=_RECIPIENTS.c.lease_until.type),
            permit_at=bindparam("permitted", type_=_RECIPIENTS.c.permit_at.type),
            via_id=bindparam("via"),
        )
    )


@lru_cache(maxsize=2)
def fences(sqlite: bool) -> Any:
    columns = _RECIPIENTS.c
    return (
        select(columns.id, columns.fence, columns.state)
        .where(among(columns.id, "ids", sqlite=sqlite))
        .with_for_update()
    )


@lru_cache(maxsize=2)
def gone(sqlite: bool) -> Any:
    return select(col(OptedOut.number)).where(among(col(OptedOut.number), "numbers", sqlite=sqlite))


@lru_cache(maxsize=2)
def pending(sqlite: bool) -> Any:
    return select(PendingReceipt).where(
        among(col(PendingReceipt.ref), "refs", sqlite=sqlite)
        | (
            col(PendingReceipt.ref).is_(None)
            & among(col(PendingReceipt.channel_id), "channel_ids", sqlite=sqlite)
            & among(col(PendingReceipt.remote_id), "remote_ids", sqlite=sqlite)
        )
    )
