"""
How a drill went, for the team and for each person: measured times against the pack's goals. Pure.

Only what somebody had occasion to do is judged. A score is the share of the goals that applied and were met; it says
nothing where none applied, so nobody is at nought for having moderated all evening.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from statistics import median
from typing import Any

from app.rehearsal.packs import Goals

CORRECTING = frozenset({"correction", "retraction"})


@dataclass(frozen=True, slots=True)
class Said:
    """One message in the time of the drill."""

    who: str
    kind: str
    at: datetime
    released_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Decided:
    """One second opinion, with how long it was waited for."""

    who: str
    verdict: str
    at: datetime
    waited_s: float


@dataclass(frozen=True, slots=True)
class Did:
    """An entry of the record: a block of the privacy check, an undo, a hold."""

    who: str
    action: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Facts:
    started_at: datetime
    ended_at: datetime
    said: Sequence[Said] = ()
    decided: Sequence[Decided] = ()
    did: Sequence[Did] = ()
    called_for: Sequence[datetime] = ()  # when a correction was called for


@dataclass(frozen=True, slots=True)
class Score:
    """
    Attributes:
        goals: Each goal that applied, and whether it was met.
        score: Of a hundred; None when no goal applied.
    """

    messages: int
    corrections: int
    first_message_s: float | None
    correction_s: float | None
    approvals: int
    sent_back: int
    approval_s: float | None
    silence_s: float | None
    guard_blocks: int
    undone: int
    holds: int
    goals: Mapping[str, bool] = field(default_factory=dict)

    @property
    def score(self) -> int | None:
        return round(100 * sum(self.goals.values()) / len(self.goals)) if self.goals else None


def calls_of(injects: Sequence[Mapping[str, Any]]) -> tuple[datetime, ...]:
    """When a correction was called for; an inject that did not reach the team called for nothing."""
    return tuple(
        datetime.fromisoformat(one["given_at"])
        for one in injects
        if one["calls_for"] == "correction" and one["ok"]
    )


def team(facts: Facts, goals: Goals) -> Score:
    """Everybody together; the longest silence is the team's alone."""
    return _score(facts, goals, None)


def people(facts: Facts, goals: Goals) -> dict[str, Score]:
    """By identity, whoever did anything."""
    seen = (
        {one.who for one in facts.said} | {one.who for one in facts.decided} | {one.who for one in facts.did}
    )
    return {who: _score(facts, goals, who) for who in sorted(seen)}


def _score(facts: Facts, goals: Goals, who: str | None) -> Score:
    said = [one for one in facts.said if who in (None, one.who)]
    decided = [one for one in facts.decided if who in (None, one.who)]
    acts: dict[str, int] = defaultdict(int)
    for one in facts.did:
        if who in (None, one.who):
            acts[one.action] += 1
    corrections = [one for one in said if one.kind in CORRECTING]
    first = min((_s(one.at, facts.started_at) for one in said), default=None)
    correction = _slowest_correction(facts, corrections, whole=who is None)
    waited = [one.waited_s for one in decided if one.verdict == "approved"]
    approval = median(waited) if waited else None
    silence = _silence(facts) if who is None else None
    blocks = acts["guard.blocked"]
    met: dict[str, bool] = {}
    for name, value, goal in (
        ("first_message_s", first, goals.first_message_s),
        ("correction_s", correction, goals.correction_s),
        ("approval_s", approval, goals.approval_s),
        ("silence_s", silence, goals.silence_s),
    ):
        if value is not None:
            met[name] = value <= goal
    if who is None:
        # The team owes what nobody did.
        met.setdefault("first_message_s", False)
        if facts.called_for:
            met.setdefault("correction_s", False)
    if said or blocks:
        met["guard_blocks"] = blocks <= goals.guard_blocks
    return Score(
        messages=len(said),
        corrections=len(corrections),
        first_message_s=first,
        correction_s=correction,
        approvals=len(waited),
        sent_back=sum(one.verdict in ("returned", "rejected") for one in decided),
        approval_s=approval,
        silence_s=silence,
        guard_blocks=blocks,
        undone=acts["update.undone"],
        holds=acts["event.hold"] + acts["event.stop"],
        goals=met,
    )


def _slowest_correction(facts: Facts, corrections: Sequence[Said], *, whole: bool) -> float | None:
    """From each call for one to the next correction; the slowest, since each left people wrong for so long."""
    waits = []
    for call in facts.called_for:
        later = [_s(one.at, call) for one in corrections if one.at >= call]
        if later:
            waits.append(min(later))
        elif whole:
            waits.append(_s(facts.ended_at, call))
    return max(waits, default=None)


def _silence(facts: Facts) -> float:
    words = sorted(one.released_at for one in facts.said if one.released_at is not None)
    marks = [facts.started_at, *(at for at in words if at <= facts.ended_at), facts.ended_at]
    return max(_s(later, earlier) for earlier, later in pairwise(marks))


def _s(later: datetime, earlier: datetime) -> float:
    return round((later - earlier).total_seconds(), 1)
