"""
Countdowns that run, moved with the clock when somebody sets it.

Their end is stored in wall time, as desks and tablets show it. After a clock was set back an hour an alert would have
waited an hour more, and what it says would have been fresh for an hour more. How far the clock was set is known by
who watched it; what counted down then is known by who looked before. What began after the step has its end by the new
clock already, and posts that are planned for a time go at that time.

For a process that is alone. Of several that share a database each hears of a step of its clock at another moment, and
what one of them had moved the next would move again.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import literal_column, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from app.broadcast.topics import Position, append
from app.clock import Clock, SteadyTime
from app.db import Database
from app.models import Delivery, TopicName, Update, UpdateState

log = logging.getLogger(__name__)

STEP_S = 1.0
"""What is less is no step: a database's clock is heard late by some of it."""

MOST = 1_000
"""The next of so many are watched; a flood of them is not read every second."""

_FROZE_S = 0.1


class Countdowns:
    """
    Args:
        wake: Told that ends were moved.
    """

    def __init__(
        self,
        database: Database,
        clock: Clock,
        announce: Callable[[Sequence[Position]], None],
        wake: Callable[[], None],
    ) -> None:
        self._database = database
        self._clock = clock
        self._announce = announce
        self._wake = wake
        self._steady = SteadyTime(clock)
        self._ahead_s = 0.0
        self._ends: dict[str, datetime] = {}

    async def follow(self) -> None:
        """One look at the clock, and then at what counts down."""
        before = self._clock.monotonic()
        ahead_s = self._steady.ahead_s()
        if self._clock.monotonic() - before > _FROZE_S:
            return  # between two clocks we stood still, which looks like a step
        step_s = ahead_s - self._ahead_s
        if abs(step_s) >= STEP_S and self._ends:
            log.warning("the clock was set by %.0f s; what counts down is moved with it", -step_s)
            await self._move(timedelta(seconds=step_s))
        self._ahead_s = ahead_s
        ends = await self._read()
        if abs(self._steady.ahead_s() - ahead_s) < STEP_S:
            self._ends = ends  # else some of it may have begun since the step

    async def _move(self, back: timedelta) -> None:
        async def work(session: AsyncSession) -> list[Position]:
            now = self._clock.now()
            rows = await session.execute(
                select(Update)
                .where(col(Update.id).in_(list(self._ends)), col(Update.state) == UpdateState.COUNTING_DOWN)
                .order_by(col(Update.event_id), col(Update.id))
                .with_for_update()
            )
            moved: dict[str, list[Update]] = {}
            for one in rows.scalars():
                if one.release_at is None or one.release_at != self._ends[one.id]:
                    continue  # it was held, or began anew, by the clock as it is now
                one.release_at -= back
                one.expires_at = _sooner(one.expires_at, back)
                one.version += 1
                moved.setdefault(one.event_id, []).append(one)
            await session.flush()
            positions: list[Position] = []
            for event_id, updates in sorted(moved.items()):
                refs = [("update", one.id) for one in updates]
                refs += [("delivery", id_) for id_ in await _move_deliveries(session, updates, back)]
                positions.append(await append(session, event_id, TopicName.DESK, refs, now))
            return positions

        self._announce(await self._database.write(work))
        self._wake()

    async def _read(self) -> dict[str, datetime]:
        async with self._database.read() as session:
            rows = await session.execute(_next_ends())
            return {id_: at for id_, at in rows if at is not None}


@lru_cache(maxsize=1)
def _next_ends() -> Any:
    # Said as it stands in the index of what is due, which is then all that is read.
    counting: Any = literal_column(f"'{UpdateState.COUNTING_DOWN}'")
    return (
        select(col(Update.id), col(Update.release_at))
        .where(
            col(Update.state) == counting,
            col(Update.release_at).is_not(None),
            col(Update.planned_at).is_(None),
        )
        .order_by(col(Update.release_at))
        .limit(MOST)
    )


async def _move_deliveries(session: AsyncSession, updates: Sequence[Update], back: timedelta) -> list[str]:
    rows = await session.execute(
        select(Delivery).where(
            col(Delivery.update_id).in_([one.id for one in updates]), col(Delivery.claimable_at).is_(None)
        )
    )
    ids: list[str] = []
    for delivery in rows.scalars():
        delivery.due_at -= back
        delivery.expires_at = _sooner(delivery.expires_at, back)
        delivery.version += 1
        ids.append(delivery.id)
    await session.flush()
    return ids


def _sooner(expires_at: datetime, back: timedelta) -> datetime:
    """Never later: a machine that slept, whose steady clock slept as well, sees a step forward when it wakes."""
    return min(expires_at, expires_at - back)
