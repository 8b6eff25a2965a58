"""
What may be planned for a time before the event: the announcement of the day before, the reminder of the morning. Pure.

Both go out while nobody watches a countdown, so a second person reads each, whatever the kind of the event. The words
say "tomorrow" or "this morning", so the occasion and the time have to fit the day on which the event begins.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from app.broadcast.planned import NOT_BEGUN
from app.errors import AppError, Conflict, InvalidInput
from app.models import LiveEvent, Occasion, Update, UpdateKind

SOONEST = timedelta(minutes=1)
LONGEST = timedelta(days=60)
DAYS_BEFORE = 1


@dataclass(frozen=True, slots=True)
class Planned:
    """What somebody wants planned: the occasion, and when it goes out."""

    occasion: str
    at: datetime


def refused(event: LiveEvent, planned: Planned, kind: str, *, now: datetime, zone: tzinfo) -> AppError | None:
    """
    Why this cannot be planned; None when it can.

    Args:
        zone: The hospital's own, in which a day is a day.
    """
    if event.state not in NOT_BEGUN:
        return begun()
    if kind != UpdateKind.UPDATE:
        return InvalidInput("Only an update can be planned before the event.", code="not_plannable")
    if event.starts_at is None:
        return Conflict(
            "Say first when the event begins; then plan what goes out before it.", code="no_start"
        )
    if planned.at < now + SOONEST or planned.at > now + LONGEST:
        return InvalidInput("Plan it for at least a minute and at most 60 days from now.", code="bad_time")
    if planned.at >= event.starts_at:
        return InvalidInput("Plan it for a time before the event begins.", code="bad_time")
    days = (event.starts_at.astimezone(zone).date() - planned.at.astimezone(zone).date()).days
    if planned.occasion == Occasion.DAY_BEFORE and days != DAYS_BEFORE:
        return InvalidInput("This one goes out on the day before the event.", code="bad_time")
    if planned.occasion == Occasion.MORNING and days != 0:
        return InvalidInput("This one goes out on the day of the event.", code="bad_time")
    return None


def expires_in_s(event: LiveEvent, planned: Planned, most_s: float) -> float:
    """How long after its time it may still be sent; never into the event."""
    left_s = most_s if event.starts_at is None else (event.starts_at - planned.at).total_seconds()
    return min(most_s, left_s)


def overtaken(event: LiveEvent, row: Update, now: datetime) -> AppError | None:
    """Why a second person cannot let a planned post go any more; None for all others."""
    if row.planned_at is None:
        return None
    if event.state not in NOT_BEGUN or (event.starts_at is not None and now >= event.starts_at):
        return begun()
    if event.starts_at is not None and row.planned_at >= event.starts_at:
        return Conflict(
            "The event begins before this was to go out. Undo it, and plan another time.", code="event_moved"
        )
    return None


def begun() -> Conflict:
    return Conflict("The event has begun. Send an update instead.", code="event_begun")
