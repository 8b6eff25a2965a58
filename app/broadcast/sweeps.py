"""
What is looked after once a scan, whatever channel it is on: what dead workers left, what is too old, what waits
without words.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from app.broadcast.digests import follow, tied_to
from app.broadcast.evidence import AGAIN
from app.broadcast.looking import recover
from app.broadcast.means import Means
from app.broadcast.outcomes import as_stopped
from app.broadcast.permits import URGENT_RANK
from app.broadcast.refusals import hold_in_doubt, say_what_is_out
from app.broadcast.topics import Position, append
from app.broadcast.waiting import explain, needs_words
from app.broadcast.words import sentence
from app.channels.base import Adapter, Reconciles
from app.models import Delivery, DeliveryState, TopicName


class Sweeps:
    def __init__(self, means: Means) -> None:
        self._means = means

    async def recover(self) -> None:
        """Look after what dead workers left; at the start, and each scan where several nodes work."""

        def adapter_of(channel_id: str) -> Adapter | None:
            try:
                return self._means.adapters(channel_id)
            except LookupError:
                return None

        def look_s(channel_id: str) -> float:
            adapter = adapter_of(channel_id)
            return (
                adapter.look_after_s[0] if isinstance(adapter, Reconciles) and adapter.look_after_s else 0.0
            )

        async def work(session: AsyncSession) -> list[Position]:
            now = self._means.clock.now()
            changed: dict[str, list[str]] = {}
            sole = self._means.settings.sole_node
            for delivery, channel, change in await recover(
                session, now, sole_node=sole, settings=self._means.settings, adapter_of=adapter_of
            ):
                event_id, delivery_id, fence = delivery.event_id, delivery.id, delivery.fence
                if change.state == DeliveryState.QUEUED:
                    change = await as_stopped(session, delivery.update_id, change)
                begun = change.reason == "stopped" and delivery.permit_at is not None
                said = sentence(
                    "held_in_doubt" if begun else change.reason,
                    channel=channel,
                    until=change.due_at,
                    zone=self._means.settings.zone,
                )
                await session.execute(
                    update(Delivery)
                    .where(col(Delivery.id) == delivery_id, col(Delivery.fence) == fence)
                    .values(
                        state=change.state,
                        reason=change.reason,
                        why=said.why,
                        next_step=said.next_step,
                        due_at=change.due_at,
                        attempts=change.attempts,
                        looks=change.looks,
                        fence=fence + 1,
                        lease_owner=None,
                        lease_until=None,
                        version=col(Delivery.version) + 1,
                    )
                )
                tied = await tied_to(session, delivery_id)
                if tied:
                    await follow(
                        session,
                        delivery_id,
                        change.state,
                        change.reason,
                        channel="its channel",
                        url=None,
                        why=said.why,
                        next_step=said.next_step,
                        now=now,
                        settings=self._means.settings,
                    )
                changed.setdefault(event_id, []).extend((delivery_id, *tied))
            for delivery_id, event_id in (
                await self._means.lists.recover(session, now, sole_node=sole, look_s=look_s)
            ).items():
                changed.setdefault(event_id, []).append(delivery_id)
            return [
                await append(session, event_id, TopicName.DESK, [("delivery", d) for d in ids], now)
                for event_id, ids in sorted(changed.items())
            ]

        self._means.notes.announce(await self._means.database.write(work))

    async def expire(self) -> None:
        """What is too old and still waits expires now, whatever it waits for."""

        async def work(session: AsyncSession) -> list[Position]:
            now = self._means.clock.now()
            said = sentence("expired", until=now, zone=self._means.settings.zone)
            too_old = (
                (col(Delivery.state) == DeliveryState.QUEUED)
                & col(Delivery.claimable_at).is_not(None)
                & (col(Delivery.expires_at) <= now)
            )
            doubtful = await hold_in_doubt(session, too_old, self._means.settings)
            rows = (
                await session.execute(
                    update(Delivery)
                    .where(
                        col(Delivery.state) == DeliveryState.QUEUED,
                        col(Delivery.claimable_at).is_not(None),
                        col(Delivery.audience_id).is_(None),
                        col(Delivery.by_itself) != AGAIN,
                        col(Delivery.expires_at) <= now,
                    )
                    .values(
                        state=DeliveryState.EXPIRED,
                        reason="expired",
                        why=said.why,
                        next_step=said.next_step,
                        settled_at=now,
                        fence=col(Delivery.fence) + 1,
                        version=col(Delivery.version) + 1,
                    )
                    .returning(col(Delivery.event_id), col(Delivery.id))
                )
            ).all()
            changed: dict[str, list[str]] = {}
            for event_id, delivery_id in await _events_of(session, doubtful):
                changed.setdefault(event_id, []).append(delivery_id)
            for event_id, delivery_id in rows:
                changed.setdefault(event_id, []).append(delivery_id)
            ended = (col(Delivery.state) == DeliveryState.EXPIRED) & (col(Delivery.settled_at) == now)
            await say_what_is_out(session, ended, {row.id for row in rows}, self._means.settings)
            old_lists = (
                await session.execute(
                    select(Delivery).where(
                        col(Delivery.audience_id).is_not(None),
                        col(Delivery.claimable_at).is_not(None),
                        col(Delivery.state).in_((DeliveryState.QUEUED, DeliveryState.SENDING)),
                        col(Delivery.expires_at) <= now,
                    )
                )
            ).scalars()
            for delivery in old_lists:
                if delivery.counts.get(DeliveryState.QUEUED, 0) or delivery.state == DeliveryState.QUEUED:
                    await self._means.lists.sums.expire(session, delivery, now)
                    changed.setdefault(delivery.event_id, []).append(delivery.id)
            return [
                await append(session, event_id, TopicName.DESK, [("delivery", d) for d in ids], now)
                for event_id, ids in sorted(changed.items())
            ]

        async with self._means.database.read() as session:
            now = self._means.clock.now()
            found = await session.execute(
                select(col(Delivery.id))
                .where(
                    col(Delivery.state).in_((DeliveryState.QUEUED, DeliveryState.SENDING)),
                    col(Delivery.claimable_at).is_not(None),
                    col(Delivery.expires_at) <= now,
                )
                .limit(1)
            )
            if found.first() is None:
                return
        self._means.notes.announce(await self._means.database.write(work))

    async def explain(self) -> None:
        """Give words to what waits without any, or with words that are no longer true."""
        async with self._means.database.read() as session:
            if not await needs_words(session):
                return

        def limit_of(channel_id: str, urgent: bool) -> tuple[float, bool]:
            return self._means.limits.wait_s(channel_id, self._means.clock.now(), urgent=urgent)

        async def work(session: AsyncSession) -> list[Position]:
            return await explain(
                session,
                limit_of,
                self._means.health,
                self._means.clock.now(),
                self._means.settings,
                URGENT_RANK,
            )

        self._means.notes.announce(await self._means.database.write(work))


async def _events_of(session: AsyncSession, ids: Sequence[str]) -> list[tuple[str, str]]:
    if not ids:
        return []
    found = await session.execute(
        select(col(Delivery.event_id), col(Delivery.id)).where(col(Delivery.id).in_(ids))
    )
    return [(event_id, id_) for event_id, id_ in found.all()]
