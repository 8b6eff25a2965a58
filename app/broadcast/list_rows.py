"""
What a list asks and changes for hundreds of people at once.

Put together once, with all their ids as one value: a parameter for each cost as much as the rest of a message.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Integer, bindparam, literal, literal_column, select
from sqlmodel import col

from app.broadcast.bulk import Statement, among, as_one, instant
from app.models import OptedOut, PendingReceipt, RecipientDelivery

_RECIPIENTS: Any = RecipientDelivery.__table__  # type: ignore[attr-defined]


def row_id(delivery_id: Any, recipient_id: Any) -> Any:
    """What the row of a person on a list is called: in a statement, of two columns or values."""
    return delivery_id + literal(":") + recipient_id


def to_sending(ids: Sequence[str], now: datetime, lease: datetime, via_id: str, *, sqlite: bool) -> Statement:
    """They are permitted, to be called by this provider."""
    those = "IN (SELECT value FROM json_each(?))" if sqlite else "= ANY(?)"
    return Statement(
        "UPDATE recipient_delivery SET state = 'sending', fence = fence + 1,"  # noqa: S608 - no value is in it
        f" permit_at = ?, lease_until = ?, via_id = ? WHERE id {those}",
        (instant(now, sqlite=sqlite), instant(lease, sqlite=sqlite), via_id, as_one(ids, sqlite=sqlite)),
    )


@lru_cache(maxsize=8)
def waiting(*, own: bool, fresh: bool, after_others: bool) -> Any:
    """
    Who may be called next: locked, and none that another node is at.

    Args:
        own: Only whom `via` had before; else also who is free. `fresh`: of these, who has not been tried.
        after_others: Nobody whom one of the lists `earlier` has still to call, or may have called since `blocking`.
    """
    columns = _RECIPIENTS.c
    whose = columns.via_id == bindparam("via")
    if not own:
        free = columns.via_id.is_(None)
        whose |= free & (columns.attempts == 0) if fresh else free
    query = (
        select(columns.id, columns.number, columns.attempts, columns.fence, columns.reason, columns.via_id)
        .where(
            whose,
            columns.delivery_id == bindparam("delivery_id"),
            columns.state == literal_column("'queued'"),  # in the very words of the partial index
            columns.due_at <= bindparam("now", type_=columns.due_at.type),
        )
        .order_by(columns.due_at, columns.id)
        .limit(bindparam("most", type_=Integer()))
        .with_for_update(skip_locked=True)
    )
    if not after_others:
        return query
    other = _RECIPIENTS.alias().c
    busy = other.state.in_(("queued", "sending")) | (
        (other.state == "unknown") & (other.permit_at > bindparam("blocking", type_=other.permit_at.type))
    )
    theirs = select(other.recipient_id).where(
        other.delivery_id.in_(bindparam("earlier", expanding=True)), busy
    )
    return query.where(columns.recipient_id.not_in(theirs))


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


@lru_cache(maxsize=1)
def any_pending() -> Any:
    return select(literal_column("1")).select_from(PendingReceipt).limit(1)


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
