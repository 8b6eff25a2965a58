"""The honest answer to a stop: what had not started, what is on its way, and what is out."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from app.broadcast.fence import Fence
from app.broadcast.settings import EngineSettings
from app.broadcast.store import lease_now
from app.clock import Clock
from app.db import Database
from app.models import Delivery, DeliveryState, RecipientDelivery

MOST_LISTED = 500
LAST_STEP_S = 0.1  # from another process's last look at its clock to its first byte
LOOK_S = 0.025


@dataclass(frozen=True, slots=True)
class Touched:
    """One delivery that a stop could not keep from starting."""

    delivery_id: str
    update_id: str
    channel_id: str
    state: str
    recipients: int
    url: str | None = None


@dataclass(frozen=True, slots=True)
class StopReport:
    """
    What is true when the call returns.

    Attributes:
        not_started: Deliveries that had not begun; none will.
        in_flight: Begun, outcome not known yet; it will be recorded.
        out: Begun and out (the newest 500).
        recipients_not_started: People of lists who had not been called.
    """

    at: datetime
    not_started: int
    recipients_not_started: int
    in_flight: tuple[Touched, ...]
    out: tuple[Touched, ...]


class InFlight:
    """What this process and others have on its way in a scope."""

    def __init__(
        self, database: Database, fence: Fence, clock: Clock, settings: EngineSettings, worker: str
    ) -> None:
        self._database = database
        self._fence = fence
        self._clock = clock
        self._settings = settings
        self._worker = worker

    async def until_others_cannot_start(self, where: Any) -> None:
        """
        Until every permit that another process holds is used up or too old to start on.

        Typically its call is answered some milliseconds later; a process that was frozen is waited for as long as its
        permit lasts, no longer: what it finds when it goes on is its own clock.
        """
        while True:
            left_s = await self._others_may_start_s(where)
            if left_s <= 0:
                return
            await asyncio.sleep(min(left_s, LOOK_S))

    async def _others_may_start_s(self, where: Any) -> float:
        """How long another process may still start on a permit it holds."""
        margin = timedelta(seconds=LAST_STEP_S)
        permit = timedelta(seconds=self._settings.permit_s)
        async with self._database.read() as session:
            now = await lease_now(session, self._clock.now())
            pages = await session.execute(
                select(func.max(col(Delivery.must_start_by))).where(
                    where,
                    col(Delivery.state) == DeliveryState.SENDING,
                    col(Delivery.audience_id).is_(None),
                    col(Delivery.lease_owner) != self._worker,
                    col(Delivery.must_start_by) > now - margin,
                )
            )
            people = await session.execute(
                select(func.max(col(RecipientDelivery.permit_at)))
                .join(Delivery, col(Delivery.id) == col(RecipientDelivery.delivery_id))
                .where(
                    where,
                    col(RecipientDelivery.state) == DeliveryState.SENDING,
                    col(RecipientDelivery.permit_at) > now - permit - margin,
                )
            )
            ends = [pages.scalar_one(), people.scalar_one()]
        ends[1] = None if ends[1] is None else ends[1] + permit
        return max((((end + margin) - now).total_seconds() for end in ends if end is not None), default=0.0)

    async def _people_in_flight(self, session: AsyncSession, where: Any) -> dict[str, int]:
        """People of lists who may be called right now, by anybody: only the rows know of other processes."""
        found = await session.execute(
            select(col(RecipientDelivery.delivery_id), func.count())
            .join(Delivery, col(Delivery.id) == col(RecipientDelivery.delivery_id))
            .where(where, col(RecipientDelivery.state) == DeliveryState.SENDING)
            .group_by(col(RecipientDelivery.delivery_id))
        )
        return {delivery_id: int(n) for delivery_id, n in found.all()}

    async def report(self, where: Any, flying_where: Any) -> StopReport:
        """What is true now; `flying_where` may be wider, where one channel carries the lists of another."""
        started: dict[str, int] = {}
        not_started: dict[str, int] = {}
        for start in self._fence.outstanding():
            side = started if start.started else not_started
            side[start.delivery_id] = side.get(start.delivery_id, 0) + 1
        async with self._database.read() as session:
            open_rows = list(
                (
                    await session.execute(
                        select(Delivery).where(
                            flying_where,
                            col(Delivery.state).in_((DeliveryState.SENDING, DeliveryState.UNKNOWN)),
                        )
                    )
                ).scalars()
            )
            lists_in_flight = list(
                (
                    await session.execute(
                        select(Delivery).where(flying_where, col(Delivery.audience_id).is_not(None))
                    )
                ).scalars()
            )
            waiting = (
                await session.execute(
                    select(func.count())
                    .select_from(Delivery)
                    .where(
                        where,
                        col(Delivery.state).in_(
                            (DeliveryState.QUEUED, DeliveryState.HELD, DeliveryState.WITHDRAWN)
                        ),
                        col(Delivery.sent_at).is_(None),
                    )
                )
            ).scalar_one()
            people = (
                await session.execute(
                    select(func.count())
                    .select_from(RecipientDelivery)
                    .join(Delivery, col(Delivery.id) == col(RecipientDelivery.delivery_id))
                    .where(
                        where,
                        col(RecipientDelivery.state).in_(
                            (DeliveryState.QUEUED, DeliveryState.HELD, DeliveryState.WITHDRAWN)
                        ),
                    )
                )
            ).scalar_one()
            out = (
                await session.execute(
                    select(Delivery)
                    .where(where, col(Delivery.state).in_((DeliveryState.SENT, DeliveryState.DELIVERED)))
                    .order_by(col(Delivery.sent_at).desc())
                    .limit(MOST_LISTED)
                )
            ).scalars()
            out_rows = list(out)
            if not self._settings.sole_node:
                for delivery_id, n in (await self._people_in_flight(session, flying_where)).items():
                    started[delivery_id] = max(n, started.get(delivery_id, 0))
        flying: dict[str, Touched] = {}
        for row in [*open_rows, *lists_in_flight]:
            mine = row.lease_owner in (None, self._worker)
            begun = started.get(row.digest_id or row.id, 0)
            if row.audience_id is None and mine and row.state == DeliveryState.SENDING and not begun:
                waiting += 1  # permitted, and refused at its first byte
                continue
            if row.audience_id is not None and not begun:
                continue
            flying[row.id] = _touched(row, begun or 1)
        return StopReport(
            self._clock.now(),
            int(waiting),
            int(people) + sum(not_started.get(row.id, 0) for row in lists_in_flight),
            tuple(flying.values()),
            tuple(_touched(row, _out_count(row)) for row in out_rows),
        )


def _touched(row: Delivery, recipients: int) -> Touched:
    return Touched(row.id, row.update_id, row.channel_id, row.state, recipients, row.url)


def _out_count(row: Delivery) -> int:
    if row.audience_id is None:
        return 1
    return row.counts.get(DeliveryState.SENT, 0) + row.counts.get(DeliveryState.DELIVERED, 0)
