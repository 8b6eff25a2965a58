"""
How a list went out: how many had left and how many had arrived, over time; for the chart of a delivery.

The database counts by the second, so that a list of a hundred thousand is a few hundred rows here, and `course_of`
makes at most `STEPS` steps of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from math import ceil
from typing import Any

from sqlalchemy import ColumnElement, Integer, cast, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from app.broadcast.list_sums import PEOPLE
from app.db import Database
from app.models import Delivery, DeliveryState, RecipientDelivery

STEPS = 60
OUT = (DeliveryState.SENT, DeliveryState.DELIVERED, DeliveryState.REJECTED, DeliveryState.UNKNOWN)
"""States of somebody whose message has left, or may have."""


@dataclass(frozen=True, slots=True)
class Course:
    """
    Attributes:
        people: How many the list has; 0 where nobody is counted one by one.
        sent, delivered: How many by `since`, `since + step_s`, …; the last is what holds now.
    """

    since: datetime
    step_s: int
    people: int
    sent: tuple[int, ...]
    delivered: tuple[int, ...]


def course_of(
    since: datetime, until: datetime, people: int, left: Mapping[int, int], arrived: Mapping[int, int]
) -> Course:
    """
    Args:
        left, arrived: How many in each second of the epoch. What is before `since` counts as the first step.
    """
    begin = int(since.timestamp())
    last = max([int(until.timestamp()), begin, *left, *arrived]) + 1
    step_s = max(1, ceil((last - begin) / STEPS))
    steps = ceil((last - begin) / step_s)

    def summed(found: Mapping[int, int]) -> tuple[int, ...]:
        each = [0] * (steps + 1)
        for second, n in found.items():
            each[1 + max(0, second - begin) // step_s] += n
        return tuple(accumulate(each))

    return Course(datetime.fromtimestamp(begin, UTC), step_s, people, summed(left), summed(arrived))


class Courses:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, row: Delivery, now: datetime) -> Course:
        """As far as it has come; it goes on until `now` while somebody still waits."""
        async with self._database.read() as session:
            # Whoever was refused at once was never given to the platform, and has no time of it.
            left = await self._seconds(session, row.id, col(RecipientDelivery.sent_at), OUT)
            arrived = await self._seconds(
                session, row.id, col(RecipientDelivery.settled_at), (DeliveryState.DELIVERED,)
            )
        since = row.claimable_at or row.created_at
        first = min(left, default=None)
        if first is not None:
            since = min(since, datetime.fromtimestamp(first, UTC))
        waits = any(row.counts.get(state, 0) for state in (DeliveryState.QUEUED, DeliveryState.SENDING))
        until = max(since, now) if waits else since + timedelta(seconds=1)
        return course_of(since, until, row.counts.get(PEOPLE, 0), left, arrived)

    async def _seconds(
        self, session: AsyncSession, delivery_id: str, at: Any, states: tuple[DeliveryState, ...]
    ) -> dict[int, int]:
        """How many people in each second of the epoch."""
        epoch: ColumnElement[Any] = (
            func.strftime("%s", at) if self._database.is_sqlite else func.floor(func.extract("epoch", at))
        )
        second = cast(epoch, Integer).label("second")
        found = await session.execute(
            select(second, func.count())
            .where(
                col(RecipientDelivery.delivery_id) == delivery_id,
                col(RecipientDelivery.state).in_(states),
                at.is_not(None),
            )
            .group_by(second)
        )
        return {int(at_s): int(n) for at_s, n in found.all()}
