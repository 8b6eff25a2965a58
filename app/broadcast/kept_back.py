"""
What a hold, a stop and starting again make of what waits on an event: countdowns, deliveries and people's decisions.

All of it in the transaction of whoever holds, stops or starts again; nothing here decides whether they may.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from app.broadcast.asked_again import wait_again
from app.broadcast.evidence import PAGE_IN_DOUBT, people_open, people_out
from app.broadcast.list_sums import PEOPLE
from app.broadcast.refusals import say_what_is_out, withdraw_waiting
from app.broadcast.settings import EngineSettings
from app.broadcast.words import sentence
from app.models import Channel, Delivery, DeliveryState, Update, UpdateState

KEEP, DROP, APPROVE = "keep", "drop", "approve"


_ASKED: Any = and_(
    col(Delivery.reason).not_in(("", "on_hold", "waits_for_release")),
    select(col(Update.id))
    .where(col(Update.id) == col(Delivery.update_id), col(Update.state) == UpdateState.AWAITING_APPROVAL)
    .correlate(Delivery)
    .exists(),
)
"""Somebody is asked about its update for a reason of its own; nothing of it leaves before, and it goes on saying why."""


class KeptBack:
    """One event's countdowns and waiting deliveries, as a stop leaves them and as people decide on them afterwards."""

    def __init__(self, settings: EngineSettings) -> None:
        self._settings = settings

    async def freeze(self, session: AsyncSession, event_id: str, now: datetime) -> list[str]:
        """Countdowns stop and keep what they have left."""
        rows = await _counting_down(session, event_id, col(Update.release_at).is_not(None))
        ids: list[str] = []
        for one in rows:
            assert one.release_at is not None
            one.hold_left_s = max(0.0, (one.release_at - now).total_seconds())
            one.release_at = None
            one.version += 1
            ids.append(one.id)
        await session.flush()
        return ids

    async def thaw(self, session: AsyncSession, event_id: str, now: datetime) -> list[str]:
        rows = await _counting_down(session, event_id, col(Update.hold_left_s).is_not(None))
        ids: list[str] = []
        for one in rows:
            # The time of a planned post does not move with a hold; where it is past, release asks a person.
            one.release_at = one.planned_at or now + timedelta(seconds=one.hold_left_s or 0.0)
            one.hold_left_s = None
            one.version += 1
            ids.append(one.id)
        await session.flush()
        return ids

    async def hold_waiting(self, session: AsyncSession, event_id: str) -> list[str]:
        """Everything that waits becomes a person's decision; lists in the middle of sending too."""
        said = sentence("stopped", zone=self._settings.zone)
        pages = (col(Delivery.state) == DeliveryState.QUEUED) | (
            (col(Delivery.state) == DeliveryState.SENDING) & col(Delivery.audience_id).is_not(None)
        )
        found = await session.execute(
            update(Delivery)
            .where(col(Delivery.event_id) == event_id, pages, ~_ASKED)
            .values(
                state=DeliveryState.HELD,
                reason="stopped",
                why=said.why,
                next_step=said.next_step,
                fence=col(Delivery.fence) + 1,
                version=col(Delivery.version) + 1,
            )
            .returning(col(Delivery.id))
        )
        ids = list(found.scalars())
        await self._say_what_began(session, event_id, ids)
        return ids

    async def _say_what_began(self, session: AsyncSession, event_id: str, ids: Sequence[str]) -> None:
        """Of what a stop holds: what is out in part, or may be, does not say that nothing of it left."""
        if not ids:
            return
        mine = and_(
            col(Delivery.event_id) == event_id,
            col(Delivery.state) == DeliveryState.HELD,
            col(Delivery.reason) == "stopped",
        )
        doubtful = await session.execute(
            select(col(Delivery.id), col(Channel.name))
            .join(Channel, col(Channel.id) == col(Delivery.channel_id))
            .where(mine, PAGE_IN_DOUBT)
        )
        lists = await session.execute(
            select(col(Delivery.id), col(Delivery.counts)).where(mine, col(Delivery.audience_id).is_not(None))
        )
        zone = self._settings.zone
        words = {row.id: sentence("held_in_doubt", channel=row.name, zone=zone) for row in doubtful.all()}
        words |= {
            row.id: sentence(
                "held_list", done=people_out(row.counts), parts=row.counts.get(PEOPLE, 0), zone=zone
            )
            for row in lists.all()
            if people_out(row.counts) or people_open(row.counts)
        }
        for id_, said in words.items():
            await session.execute(
                update(Delivery).where(col(Delivery.id) == id_).values(why=said.why, next_step=said.next_step)
            )
        await say_what_is_out(session, mine, set(ids) - words.keys(), self._settings, "held_partly")

    async def explain_waiting(
        self, session: AsyncSession, event_id: str, reason: str, now: datetime
    ) -> list[str]:
        said = sentence(reason, zone=self._settings.zone)
        found = await session.execute(
            update(Delivery)
            .where(
                col(Delivery.event_id) == event_id,
                col(Delivery.state) == DeliveryState.QUEUED,
                col(Delivery.reason) != reason,
                ~_ASKED,
            )
            .values(
                reason=reason,
                why=said.why,
                next_step=said.next_step,
                fence=col(Delivery.fence) + 1,
                version=col(Delivery.version) + 1,
            )
            .returning(col(Delivery.id))
        )
        return list(found.scalars())

    async def decide_updates(
        self, session: AsyncSession, event_id: str, decisions: Mapping[str, str], now: datetime
    ) -> list[str]:
        rows = await _counting_down(session, event_id, col(Update.hold_left_s).is_not(None))
        ids: list[str] = []
        for one in rows:
            choice = decisions.get(one.id, APPROVE)
            if choice == DROP:
                one.state, one.hold_left_s = UpdateState.WITHDRAWN, None
                one.version += 1
                await withdraw_waiting(
                    session, col(Delivery.update_id) == one.id, "dropped", now, self._settings
                )
            elif choice == KEEP:
                one.version += 1
            else:
                wait_again(one, now)
            ids.append(one.id)
            if choice != DROP:
                mine = col(Delivery.update_id) == one.id, col(Delivery.claimable_at).is_(None)
                await self._requeue(session, mine, now, "waits_for_release")
        await session.flush()
        return ids

    async def decide_deliveries(
        self, session: AsyncSession, event_id: str, decisions: Mapping[str, str], now: datetime
    ) -> list[str]:
        rows = list(
            (
                await session.execute(
                    select(col(Delivery.id), col(Delivery.update_id)).where(
                        col(Delivery.event_id) == event_id,
                        col(Delivery.state) == DeliveryState.HELD,
                        col(Delivery.reason) == "stopped",
                        col(Delivery.claimable_at).is_not(None),
                    )
                )
            ).all()
        )
        keep = [d for d, u in rows if decisions.get(d, decisions.get(u)) == KEEP]
        drop = [d for d, u in rows if decisions.get(d, decisions.get(u)) == DROP]
        if keep:
            await self._requeue(session, (col(Delivery.id).in_(keep),), now)
        if drop:
            await withdraw_waiting(session, col(Delivery.id).in_(drop), "dropped", now, self._settings)
        return [*keep, *drop]

    async def _requeue(
        self, session: AsyncSession, where: tuple[Any, ...], now: datetime, reason: str = "next_up"
    ) -> None:
        said = sentence(reason, channel="its channel", zone=self._settings.zone)
        await session.execute(
            update(Delivery)
            .where(*where, col(Delivery.state) == DeliveryState.HELD, col(Delivery.reason) == "stopped")
            .values(
                state=DeliveryState.QUEUED,
                reason=reason,
                why=said.why,
                next_step=said.next_step,
                due_at=now,
                version=col(Delivery.version) + 1,
            )
        )


async def _counting_down(session: AsyncSession, event_id: str, how: Any) -> Sequence[Update]:
    """What counts down on the event, running or frozen."""
    mine = col(Update.event_id) == event_id, col(Update.state) == UpdateState.COUNTING_DOWN
    return (await session.execute(select(Update).where(*mine, how))).scalars().all()
