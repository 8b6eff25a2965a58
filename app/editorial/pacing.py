"""
How a cue sheet runs against its time plan, and how two runs of it compare. Pure.

Planned minutes count from the start of the event. What has been sent says how late the course is, and the rest of the
plan moves by as much; nothing here sends or presses for anything.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.models import EventKind

PACE: Mapping[str, tuple[timedelta, timedelta]] = {
    # Observers of operations paced updates five to eight minutes apart.
    EventKind.SURGERY: (timedelta(minutes=5), timedelta(minutes=8)),
    EventKind.CRISIS: (timedelta(minutes=10), timedelta(minutes=20)),
}


@dataclass(frozen=True, slots=True)
class Cue:
    """One step as the plan sees it; `minutes` planned from the start, `sent_at` when it was given to send."""

    id: str
    title: str
    minutes: float | None
    sent_at: datetime | None
    parked: bool = False


@dataclass(frozen=True, slots=True)
class Timed:
    """`late_min` is against the plan, for what was sent; `expected_at` is when the rest is due at the pace so far."""

    id: str
    title: str
    planned_min: float | None
    actual_min: float | None
    late_min: float | None
    expected_at: datetime | None


@dataclass(frozen=True, slots=True)
class Plan:
    """
    Attributes:
        next_id: The step that one tap loads.
        late_min: How late the last sent step was, or the next one is; what is left is expected that much later.
        pace: "early", "good", "due" or "" where the kind has no pace.
        next_due_at: When the pace asks for the next word.
        filler: Whether a filler card would help: the next step is further away than the pace allows.
    """

    steps: tuple[Timed, ...]
    next_id: str | None
    late_min: float
    pace: str
    next_due_at: datetime | None
    ends_at: datetime | None
    filler: bool


def plan(
    cues: Sequence[Cue],
    *,
    kind: str,
    started_at: datetime | None,
    last_word_at: datetime | None,
    now: datetime,
) -> Plan:
    """
    Args:
        cues: In order; parked ones are shown without a time.
        last_word_at: The newest public word, whatever it came from.
    """
    late = 0.0
    for cue in cues:
        if cue.sent_at is not None and cue.minutes is not None and started_at is not None:
            late = _minutes(cue.sent_at - started_at) - cue.minutes
    following = next((one for one in cues if one.sent_at is None and not one.parked), None)
    if following is not None and following.minutes is not None and started_at is not None:
        # A step that should have gone out makes the course late, although none was sent late.
        overdue = _minutes(now - started_at) - following.minutes
        late = max(late, overdue) if overdue > 0 else late
    timed = []
    for cue in cues:
        actual = None if cue.sent_at is None or started_at is None else _minutes(cue.sent_at - started_at)
        expected = None
        if cue.sent_at is None and cue.minutes is not None and started_at is not None and not cue.parked:
            expected = max(now, started_at + timedelta(minutes=cue.minutes + max(0.0, late)))
        off = None if actual is None or cue.minutes is None else round(actual - cue.minutes, 1)
        timed.append(
            Timed(cue.id, cue.title, cue.minutes, None if actual is None else round(actual, 1), off, expected)
        )
    waiting = [one for one, cue in zip(timed, cues, strict=True) if cue.sent_at is None and not cue.parked]
    pace, due = _pace(kind, last_word_at, now)
    next_at = waiting[0].expected_at if waiting else None
    return Plan(
        steps=tuple(timed),
        next_id=waiting[0].id if waiting else None,
        late_min=round(late, 1),
        pace=pace,
        next_due_at=due,
        ends_at=max((one.expected_at for one in waiting if one.expected_at is not None), default=None),
        filler=due is not None and (next_at is None or next_at > due),
    )


def _pace(kind: str, last_word_at: datetime | None, now: datetime) -> tuple[str, datetime | None]:
    limits = PACE.get(kind)
    if limits is None or last_word_at is None:
        return "", None
    soonest, latest = limits
    quiet = now - last_word_at
    word = "early" if quiet < soonest else "good" if quiet <= latest else "due"
    return word, last_word_at + latest


@dataclass(frozen=True, slots=True)
class Compared:
    """One step of two runs: minutes from the start in each, and how much later the second was."""

    title: str
    first_min: float | None
    second_min: float | None
    later_min: float | None


def compared(
    first: Sequence[tuple[str, float | None]], second: Sequence[tuple[str, float | None]]
) -> list[Compared]:
    """Two runs of one sheet, such as the rehearsal and the day; steps are matched by title, in the first's order."""
    other = dict(second)
    rows = []
    for title, at in [*first, *((title, None) for title, _ in second if title not in dict(first))]:
        then = other.get(title)
        rows.append(Compared(title, at, then, None if at is None or then is None else round(then - at, 1)))
    return rows


def _minutes(span: timedelta) -> float:
    return span.total_seconds() / 60
