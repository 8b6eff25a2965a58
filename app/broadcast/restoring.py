"""
What is true of a database that was a backup a moment ago: it does not know what happened since.

So nothing of it goes out by itself. What was on its way then may be out by now and waits for a person's look; what
was counting down goes back to approval; every event is on hold; viewers start over with a new epoch.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import CursorResult, case, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from app.broadcast.asked_again import APPROVER
from app.broadcast.evidence import IN_DOUBT
from app.broadcast.refusals import ORIGINAL_IN_DOUBT
from app.broadcast.topics import new_epoch
from app.broadcast.words import sentence
from app.models import (
    Delivery,
    DeliveryState,
    EventState,
    LiveEvent,
    RecipientDelivery,
    Sending,
    Topic,
    Update,
    UpdateState,
)

BY = "restore"
_WAITED = (DeliveryState.QUEUED, DeliveryState.SENDING, DeliveryState.UNKNOWN)
_KNOWN_IN_DOUBT = (*IN_DOUBT, ORIGINAL_IN_DOUBT)


@dataclass(frozen=True, slots=True)
class Restored:
    """How much waits for a person now."""

    deliveries: int
    people: int
    updates: int
    events: int


async def mark_restored(session: AsyncSession, now: datetime, zone: Any) -> Restored:
    """In one transaction, before anything of this database may act."""
    said = sentence("restored", zone=zone)
    people = await _changed(
        session,
        update(RecipientDelivery)
        .where(col(RecipientDelivery.state).in_(_WAITED))
        .values(
            state=DeliveryState.HELD,
            reason="restored",
            why=said.why,
            fence=col(RecipientDelivery.fence) + 1,
            lease_until=None,
        ),
    )
    deliveries = await _changed(
        session,
        update(Delivery)
        .where(
            (col(Delivery.state).in_(_WAITED) & col(Delivery.claimable_at).is_not(None))
            # Somebody may have kept since what was stopped then, or let go what a check had held.
            | ((col(Delivery.state) == DeliveryState.HELD) & col(Delivery.reason).not_in(_KNOWN_IN_DOUBT)),
        )
        .values(
            state=DeliveryState.HELD,
            reason="restored",
            why=said.why,
            next_step=said.next_step,
            fence=col(Delivery.fence) + 1,
            lease_owner=None,
            lease_until=None,
            version=col(Delivery.version) + 1,
        ),
    )
    # What was out then may have been taken back since: nobody is alarmed because it is not there.
    await session.execute(update(Delivery).where(col(Delivery.reread_at).is_not(None)).values(reread_at=None))
    # Their deliveries cannot be claimed before a release, and a release needs a person again.
    updates = await _changed(
        session,
        update(Update)
        .where(col(Update.state) == UpdateState.COUNTING_DOWN)
        .values(
            state=UpdateState.AWAITING_APPROVAL,
            release_at=None,
            hold_left_s=None,
            waits_since=now,
            needs=case((col(Update.needs) == "", APPROVER), else_=col(Update.needs)),
            version=col(Update.version) + 1,
        ),
    )
    # It may have counted to its end since, or somebody agreed to it: whoever is asked now is told.
    await session.execute(
        update(Delivery)
        .where(col(Delivery.state) == DeliveryState.QUEUED)
        .values(reason="restored", why=said.why, next_step=said.next_step, version=col(Delivery.version) + 1)
    )
    events = await _changed(
        session,
        update(LiveEvent)
        .where(
            col(LiveEvent.sending) == Sending.OPEN,
            col(LiveEvent.state).not_in((EventState.ENDED, EventState.ARCHIVED)),
        )
        .values(
            sending=Sending.HOLD,
            sending_since=now,
            sending_by=BY,
            kill_epoch=col(LiveEvent.kill_epoch) + 1,
            version=col(LiveEvent.version) + 1,
        ),
    )
    for topic_id in (await session.execute(select(col(Topic.id)))).scalars().all():
        await session.execute(update(Topic).where(col(Topic.id) == topic_id).values(epoch=new_epoch()))
    return Restored(deliveries, people, updates, events)


async def _changed(session: AsyncSession, statement: Any) -> int:
    result = await session.execute(statement)
    assert isinstance(result, CursorResult)
    return int(result.rowcount)
