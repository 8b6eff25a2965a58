"""
Posts that are planned for a time before the event: one for each occasion, and what asks a person again.

An approved one counts down to its time like every update, so stop, hold, consent, expiry, restarts and a second node
bind it as they bind all others. What is its own: a hold does not move its time, and one that is late, or whose event
has moved or begun, is not sent as if nothing had happened.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta, tzinfo

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from app.broadcast import asked_again
from app.broadcast.bulk import Statement, Work
from app.broadcast.gate import Refusal
from app.broadcast.intents import DecidedUpdate
from app.broadcast.words import sentence
from app.errors import Conflict
from app.models import NOT_OUT, EventState, LiveEvent, Update, UpdateState

NOT_BEGUN = (EventState.DRAFT, EventState.SCHEDULED)
LATE_AFTER = timedelta(minutes=5)
"""A restart takes seconds. Whatever is later than this was overtaken by something that a person should look at."""

Standing = set[tuple[str, str]]
"""Events and occasions for which a post stands: it waits, counts down or is out."""


def refusal_of(one: Update, event_state: str, now: datetime, zone: tzinfo) -> Refusal | None:
    """Why a planned post does not go out now, at its release; None when it does, or when it was not planned."""
    if one.planned_at is None:
        return None
    if event_state not in NOT_BEGUN:
        return Refusal("expired", "planned_begun", sentence("planned_begun", zone=zone).why)
    if now - one.planned_at > LATE_AFTER:
        return Refusal("held", "planned_late", sentence("planned_late", until=one.planned_at, zone=zone).why)
    return None


async def unheld(session: AsyncSession, event_id: str) -> LiveEvent | None:
    """
    The event of what changes it at its release, locked; None while somebody else has it, such as a stop: the next scan
    looks again.

    Waiting here would be a circle, since whoever stops locks the event first and the updates after it.
    """
    return (
        await session.execute(
            select(LiveEvent)
            .where(col(LiveEvent.id) == event_id)
            .with_for_update(skip_locked=True)
            .execution_options(populate_existing=True)
        )
    ).scalar_one_or_none()


async def ask_again(
    session: AsyncSession, event_id: str, reason: str, now: datetime, zone: tzinfo
) -> list[tuple[str, str]]:
    """What was approved and has not gone waits for a second person again; returns what changed on the desk."""
    rows = await session.execute(
        select(Update).where(
            col(Update.event_id) == event_id,
            col(Update.planned_at).is_not(None),
            col(Update.state) == UpdateState.COUNTING_DOWN,
        )
    )
    refs: list[tuple[str, str]] = []
    for one in rows.scalars():
        refs += await asked_again.ask_again(session, one, reason, sentence(reason, zone=zone).why, now)
    await session.flush()
    return refs


def read_standing(batch: Sequence[DecidedUpdate]) -> Work[Standing]:
    """Under the events' locks, so that of two who plan the same at once one hears of the other."""
    found: Standing = set()
    for event_id in sorted({decided.event_id for decided in batch if decided.occasion}):
        rows = yield Statement(
            "SELECT occasion, state FROM live_update WHERE event_id = ? AND occasion <> ''", (event_id,)
        )
        found |= {(event_id, occasion) for occasion, state in rows if state not in NOT_OUT}
    return found


def planned_before(decided: DecidedUpdate, standing: Standing) -> Conflict | None:
    if (decided.event_id, decided.occasion) not in standing:
        return None
    return Conflict(
        "One is planned for this already. Change its words, or undo it and plan another.",
        code="planned_before",
    )
