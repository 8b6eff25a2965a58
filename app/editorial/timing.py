"""When an update goes: whether the event takes one now, its countdown, its priority, its expiry. Pure."""

from __future__ import annotations

from datetime import datetime, tzinfo

from app.config import DelaySettings, ExpirySettings
from app.editorial import planning
from app.editorial.submission import Submission
from app.errors import Conflict, Gone, InvalidInput
from app.models import EventKind, EventState, LiveEvent, Priority, Sending, UpdateKind

OLD_AFTER_S = 600.0


def old_after_s(expiry: ExpirySettings, kind: str) -> float:
    """After how long on a tablet a text asks a person before it goes: ten minutes, or its expiry where that is less."""
    return min(OLD_AFTER_S, float(getattr(expiry, kind)))


def delay_s(delays: DelaySettings, event: LiveEvent, submission: Submission, now: datetime) -> float:
    """Seconds of countdown: the event's own; none for a correction that was approved with its alert."""
    if submission.planned is not None:
        return max(0.0, (submission.planned.at - now).total_seconds())
    if submission.kind in (UpdateKind.CORRECTION, UpdateKind.RETRACTION):
        return delays.correction
    return float(event.delay_s)


def expires_in_s(expiry: ExpirySettings, event: LiveEvent, submission: Submission) -> float:
    """How long it may still be sent; what is planned never into the event."""
    if submission.planned is not None:
        return planning.expires_in_s(event, submission.planned, expiry.planned)
    if submission.kind in (UpdateKind.CORRECTION, UpdateKind.RETRACTION, UpdateKind.ALL_CLEAR):
        return expiry.correction
    return float(getattr(expiry, event.kind))


def priority_of(event: LiveEvent, submission: Submission) -> str:
    """
    What was asked for; else by what it is and how grave the event is.

    Raises:
        InvalidInput: nobody can ask for this one.
    """
    if submission.kind in (UpdateKind.CORRECTION, UpdateKind.RETRACTION, UpdateKind.ALL_CLEAR):
        return Priority.CORRECTION
    if submission.priority is not None:
        if submission.priority not in (Priority.EMERGENCY, Priority.NORMAL, Priority.BACKFILL):
            raise InvalidInput(
                "The priority is one of: emergency, normal, backfill.", code="unknown_priority"
            )
        return submission.priority
    urgent = event.kind == EventKind.CRISIS and event.severity in ("Extreme", "Severe")
    return Priority.EMERGENCY if urgent else Priority.NORMAL


def open_for_updates(event: LiveEvent, submission: Submission, *, now: datetime, zone: tzinfo) -> None:
    """
    Args:
        zone: The hospital's own, in which a day is a day.

    Raises:
        Gone, Conflict, InvalidInput: the event is over, not live yet, or stopped; or this cannot be planned.
    """
    if submission.planned is not None:
        if why := planning.refused(event, submission.planned, submission.kind, now=now, zone=zone):
            raise why
    elif event.state in (EventState.ENDED, EventState.ARCHIVED):
        raise Gone("This event has ended. Nothing more can be posted to it.", code="event_ended")
    elif event.state != EventState.LIVE:
        raise Conflict("This event is not live yet. Go live first, then send.", code="event_not_live")
    if event.sending == Sending.STOP:
        raise Conflict(
            "Sending is stopped. A second person must start it again first.", code="sending_stopped"
        )
