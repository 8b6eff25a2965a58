"""The honest answer to a stop: what had not started, what is on its way, and what is out."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, case, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from app.broadcast.evidence import (
    AGAIN,
    IN_DOUBT,
    OUT,
    PAGE_IN_DOUBT,
    PARTS,
    PARTS_OUT,
    PERSON_IN_DOUBT,
    WAITING,
)
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
    """
    One delivery that a stop could not keep from starting.

    Attributes:
        recipients: Of a list: how many people this is said of; else 1.
        parts_out: Posts of its thread that are out, of so many `parts`.
    """

    delivery_id: str
    update_id: str
    channel_id: str
    state: str
    recipients: int
    url: str | None = None
    parts_out: int = 0
    parts: int = 1


@dataclass(frozen=True, slots=True)
class StopReport:
    """
    What is true when the call returns.

    Attributes:
        not_started: Deliveries that had not begun; none will.
        in_flight: Begun, outcome not known yet; it will be recorded.
        may_be_out: An earlier try may be out and nobody can tell, or not without a person; nothing more of it starts.
        out: Begun and out (the newest 500), in part as well; of a list, those who were sent to.
        recipients_not_started: People of lists who had not been called.
    """

    at: datetime
    not_started: int
    recipients_not_started: int
    in_flight: tuple[Touched, ...]
    may_be_out: tuple[Touched, ...]
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

    async def report(self, where: Any, flying_where: Any) -> StopReport:
        """What is true now; `flying_where` may be wider, where one channel carries the lists of another."""
        started: dict[str, int] = {}
        refused: dict[str, int] = {}
        for start in self._fence.outstanding():
            side = started if start.started else refused
            side[start.delivery_id] = side.get(start.delivery_id, 0) + 1
        async with self._database.read() as session:
            pages = await self._pages(session, where, started)
            lists = await self._lists(session, where, flying_where, refused)
        return StopReport(
            self._clock.now(),
            pages.not_started + lists.not_started,
            lists.people_not_started,
            (*pages.in_flight, *lists.in_flight),
            (*pages.may_be_out, *lists.may_be_out),
            (*pages.out, *lists.out)[:MOST_LISTED],
        )

    async def _pages(self, session: AsyncSession, where: Any, started: Mapping[str, int]) -> _Found:
        """Posts and single messages."""
        page = and_(where, col(Delivery.audience_id).is_(None))
        found = _Found()
        ended = or_(
            col(Delivery.state).in_(WAITING),
            # What an undo or a retraction took back before was not for this stop to keep.
            and_(col(Delivery.state) == DeliveryState.WITHDRAWN, col(Delivery.reason) == "killed"),
        )
        count = select(func.count()).select_from(Delivery)
        found.not_started = (
            await session.execute(count.where(page, ended, ~PAGE_IN_DOUBT, PARTS_OUT == 0))
        ).scalar_one()
        rows = await session.execute(
            select(Delivery, PARTS_OUT.label("parts_out"), PARTS.label("parts"))
            .where(
                page,
                or_(
                    col(Delivery.state).in_((DeliveryState.SENDING, DeliveryState.UNKNOWN)),
                    PAGE_IN_DOUBT,
                    and_(col(Delivery.state).not_in(OUT), PARTS_OUT > 0),
                ),
            )
            .order_by(col(Delivery.seq).desc(), col(Delivery.id))
        )
        for row, parts_out, parts in rows.all():
            one = _touched(row, 1, int(parts_out), max(1, int(parts)))
            mine = row.lease_owner in (None, self._worker)
            began = started.get(row.digest_id or row.id, 0) > 0
            flies = row.state == DeliveryState.UNKNOWN or (
                row.state == DeliveryState.SENDING and (began or not mine)
            )
            if flies:
                found.in_flight.append(one)
            elif row.by_itself == AGAIN or (row.state == DeliveryState.HELD and row.reason in IN_DOUBT):
                found.may_be_out.append(one)
            elif parts_out:
                found.out.append(one)
            else:
                found.not_started += 1  # permitted, and refused at its first byte
        out = await session.execute(
            select(Delivery, PARTS.label("parts"))
            .where(page, col(Delivery.state).in_(OUT))
            .order_by(col(Delivery.sent_at).desc())
            .limit(MOST_LISTED)
        )
        found.out += [_touched(row, 1, max(1, int(n)), max(1, int(n))) for row, n in out.all()]
        return found

    async def _lists(
        self, session: AsyncSession, where: Any, flying_where: Any, refused: Mapping[str, int]
    ) -> _Found:
        """
        Lists, person by person: one of them may be in flight, in doubt, out and not started all at once.

        Only the rows know of other processes, and of calls whose outcome is not written yet.
        """
        found = _Found()
        rows = await session.execute(
            select(Delivery, case((where, 1), else_=0).label("inside"))
            .where(flying_where, col(Delivery.audience_id).is_not(None))
            .order_by(col(Delivery.seq).desc(), col(Delivery.id))
        )
        lists = rows.all()
        if not lists:
            return found
        state = col(RecipientDelivery.state)
        people = await session.execute(
            select(
                col(RecipientDelivery.delivery_id),
                case(
                    (state.in_(OUT), "out"),
                    (state == DeliveryState.SENDING, "flying"),
                    (PERSON_IN_DOUBT, "doubt"),
                    (state.in_((*WAITING, DeliveryState.WITHDRAWN)), "waiting"),
                    else_="",
                ).label("how"),
                func.count().label("n"),
            )
            .join(Delivery, col(Delivery.id) == col(RecipientDelivery.delivery_id))
            .where(flying_where)
            .group_by(col(RecipientDelivery.delivery_id), "how")
        )
        sums: dict[str, dict[str, int]] = {}
        for delivery_id, how, n in people.all():
            sums.setdefault(delivery_id, {})[how] = int(n)
        for row, inside in lists:
            have = sums.get(row.id, {})
            kept_back = min(refused.get(row.id, 0), have.get("flying", 0))
            flying = have.get("flying", 0) - kept_back
            if flying:
                found.in_flight.append(_touched(row, flying))
            if not inside or (row.state == DeliveryState.WITHDRAWN and row.reason != "killed"):
                continue
            found.people_not_started += have.get("waiting", 0) + kept_back
            if have.get("doubt"):
                found.may_be_out.append(_touched(row, have["doubt"]))
            if have.get("out"):
                found.out.append(_touched(row, have["out"]))
            elif not flying and not have.get("doubt"):
                found.not_started += row.state in (*WAITING, DeliveryState.SENDING, DeliveryState.WITHDRAWN)
        return found


@dataclass(slots=True)
class _Found:
    not_started: int = 0
    people_not_started: int = 0
    in_flight: list[Touched] = field(default_factory=list)
    may_be_out: list[Touched] = field(default_factory=list)
    out: list[Touched] = field(default_factory=list)


def _touched(row: Delivery, recipients: int, parts_out: int = 0, parts: int = 1) -> Touched:
    return Touched(row.id, row.update_id, row.channel_id, row.state, recipients, row.url, parts_out, parts)
