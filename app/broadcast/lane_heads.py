"""
The heads: the first waiting delivery of every lane and class of a channel, found without reading what waits behind it.

One recursive question, in the words and the order of the index `ix_delivery_lane`: each head is one step along it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import bindparam, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col

from app.broadcast.store import CHANNEL_ID, LIMIT, NOW, Candidate, being_put_right, candidates, written_in
from app.models import Act, Delivery, DeliveryState, LiveEvent, Sending


async def heads(
    session: AsyncSession, channel_id: str, now: datetime, limit: int, *, after_rank: int | None = None
) -> list[Candidate]:
    """
    The first waiting delivery of every lane and class of a channel, where it is due; lists excepted.

    With `after_rank` of the classes behind it only.

    A head that is not due yet keeps its whole lane and class waiting: that is what order means. What is being put
    right keeps nobody waiting: it may never go.
    """
    but = {} if after_rank is None else {"but_ranks": list(range(after_rank + 1))}
    found = await session.execute(
        _heads(after_rank is not None),
        {"channel_id": channel_id, "now": now, "limit": limit, **but},
    )
    return [Candidate(*row) for row in found]


async def first_rank(session: AsyncSession, channel_id: str, now: datetime) -> int | None:
    """The class of the most urgent of the heads; None where nothing is due."""
    found = await session.execute(_first_rank(), {"channel_id": channel_id, "now": now})
    return found.scalars().first()


def _waiting(of: Any, after_rank: bool) -> tuple[Any, ...]:
    """What waits on a channel, lists excepted."""
    return (
        col(of.channel_id) == CHANNEL_ID,
        col(of.state) == DeliveryState.QUEUED,
        written_in(col(of.state), DeliveryState.QUEUED, DeliveryState.SENDING, DeliveryState.UNKNOWN),
        col(of.claimable_at).is_not(None),
        col(of.audience_id).is_(None),
        or_(col(of.act).not_in((Act.POST, Act.REPLY)), ~being_put_right(of)),
        # Not as "more than": an index in another order would be taken for that.
        *((col(of.rank).not_in(bindparam("but_ranks", expanding=True)),) if after_rank else ()),
    )


def _head(after_rank: bool, place: Callable[[Any], tuple[Any, ...]] = lambda _one: ()) -> Any:
    """The id of the first in the order of lanes and classes, of those in a place."""
    one = aliased(Delivery)
    order = (col(one.lane), col(one.rank), col(one.seq), col(one.due_at), col(one.id))
    sends = exists().where(col(LiveEvent.id) == col(one.event_id), col(LiveEvent.sending) == Sending.OPEN)
    query = select(col(one.id)).where(*_waiting(one, after_rank), sends, *place(one))
    return query.order_by(*order).limit(1).scalar_subquery()


def _of_heads(query: Any, after_rank: bool) -> Any:
    """
    Of the heads only.

    From one to the next along `ix_delivery_lane`: behind ten thousand that wait an emergency is found as fast as
    before one.
    """
    first = select(_head(after_rank).label("id")).cte("first", recursive=True)
    last = aliased(Delivery)
    # Two steps, since an index is not followed by two columns at once.
    behind = func.coalesce(
        _head(after_rank, lambda one: (col(one.lane) == col(last.lane), col(one.rank) > col(last.rank))),
        _head(after_rank, lambda one: (col(one.lane) > col(last.lane),)),
    )
    first = first.union_all(select(behind).select_from(first.join(last, col(last.id) == first.c.id)))
    return query.join(first, first.c.id == col(Delivery.id)).where(col(Delivery.due_at) <= NOW)


@lru_cache(maxsize=2)
def _heads(after_rank: bool) -> Any:
    return (
        _of_heads(candidates(), after_rank)
        .order_by(col(Delivery.rank), col(Delivery.due_at), col(Delivery.seq), col(Delivery.id))
        .limit(LIMIT)
    )


@lru_cache(maxsize=1)
def _first_rank() -> Any:
    return _of_heads(select(col(Delivery.rank)), False).order_by(col(Delivery.rank)).limit(1)
