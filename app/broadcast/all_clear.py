"""
What an all clear does when it comes out: earlier updates that still wait are too late, and no next word is promised.

On a channel without access an alert may wait for hours; it would go out after the all clear, and be the last word
there. What puts something right, and what answers somebody, goes out all the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from app.broadcast.refusals import withdraw_waiting
from app.broadcast.settings import EngineSettings
from app.db import Database
from app.models import Act, Channel, Delivery, DeliveryState, LiveEvent, Update, UpdateKind, UpdateState

REASON = "all_clear"


@dataclass(frozen=True, slots=True)
class Dropped:
    """
    What of one channel would be dropped.

    Attributes:
        people: Of its lists: who has not had a turn; 0 on a page.
    """

    channel_id: str
    name: str
    updates: int
    people: int


@dataclass(frozen=True, slots=True)
class Effects:
    """
    Attributes:
        counting, asked: Updates that are not out yet. They stay, and would come after it.
        told: Messages that are out, without what was taken back.
    """

    dropped: tuple[Dropped, ...]
    counting: int
    asked: int
    told: int


async def drop_what_waits(
    session: AsyncSession, event: LiveEvent, seq: int, now: datetime, settings: EngineSettings
) -> list[tuple[str, str]]:
    """At its release, the event locked: returns what changed on the desk."""
    found = await session.execute(_waiting(event.id, seq).with_only_columns(col(Delivery.id)))
    ids = sorted(found.scalars())
    if ids:
        await withdraw_waiting(session, col(Delivery.id).in_(ids), REASON, now, settings)
    changed = [("delivery", delivery_id) for delivery_id in ids]
    if event.promised_next_at is not None:
        event.promised_next_at = None
        event.version += 1
        session.add(event)
        changed.append(("event", event.id))
    return changed


class AllClear:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def effects(self, event_id: str) -> Effects:
        """What it would do if it came out now."""
        async with self._database.read() as session:
            waiting = await session.execute(
                _waiting(event_id, None)
                .join(Channel, col(Channel.id) == col(Delivery.channel_id))
                .with_only_columns(
                    col(Delivery.channel_id),
                    col(Channel.name),
                    col(Delivery.audience_id),
                    col(Delivery.counts),
                )
                .order_by(col(Channel.name))
            )
            dropped = _by_channel(waiting.all())
            states = await session.execute(
                select(col(Update.state), func.count())
                .where(
                    col(Update.event_id) == event_id,
                    col(Update.kind) != UpdateKind.RETRACTION,
                    col(Update.on_page) != "retracted",
                )
                .group_by(col(Update.state))
            )
            n = {str(state): int(count) for state, count in states.all()}
        return Effects(
            dropped,
            counting=n.get(UpdateState.COUNTING_DOWN, 0),
            asked=n.get(UpdateState.AWAITING_APPROVAL, 0),
            told=n.get(UpdateState.RELEASED, 0),
        )


def _waiting(event_id: str, seq: int | None) -> Any:
    """Released updates of an event that are not everywhere yet; before one of its own only, where that is given."""
    mine = select(Delivery).join(Update, col(Update.id) == col(Delivery.update_id))
    mine = mine.where(
        col(Delivery.event_id) == event_id,
        or_(
            col(Delivery.state) == DeliveryState.QUEUED,
            # A list that is being sent stops in the middle.
            and_(col(Delivery.state) == DeliveryState.SENDING, col(Delivery.audience_id).is_not(None)),
        ),
        col(Delivery.act) == Act.POST,
        col(Update.state) == UpdateState.RELEASED,
        col(Update.kind) == UpdateKind.UPDATE,
    )
    return mine if seq is None else mine.where(col(Update.seq) < seq)


def _by_channel(rows: Sequence[Any]) -> tuple[Dropped, ...]:
    found: dict[str, Dropped] = {}
    for channel_id, name, audience_id, counts in rows:
        before = found.get(channel_id, Dropped(channel_id, name, 0, 0))
        people = counts.get(DeliveryState.QUEUED, 0) if audience_id is not None else 0
        found[channel_id] = Dropped(channel_id, name, before.updates + 1, before.people + people)
    return tuple(found.values())
