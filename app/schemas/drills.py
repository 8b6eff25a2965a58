"""Bodies and answers of drills: packs, runs, scores."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import Field

from app.schemas.bodies import Answer, Body


class DrillBody(Body):
    pack: str = Field(examples=["false-evacuation"])
    speed: float = Field(
        default=1.0, ge=1, le=600, description="How many times faster than written; goals are not scaled."
    )


class PackAnswer(Answer):
    """`goals` are seconds, but for `guard_blocks`, which is a number of texts."""

    id: str
    kind: str
    title: str
    brief: str
    seconds: float
    injects: int
    goals: dict[str, float]


class WaitsForAnswer(Answer):
    id: str
    name: str


class ClearanceAnswer(Answer):
    """Around a hand-over of the button no drill begins, unless both crews say that they know of it."""

    near: bool
    free_at: datetime | None = Field(
        description="When it is far enough back; null while the button is offered."
    )
    waits_for: list[WaitsForAnswer] = Field(description="Who has not yet said that they know.")


class DrillRunAnswer(Answer):
    """`injects` are those given so far: n, kind, text, given_at, ok, and why not."""

    id: str
    event_id: str
    pack: str
    title: str
    state: str = Field(description="running, ended, stopped, or cut by the end of the process")
    started_at: datetime
    ended_at: datetime | None
    goals: dict[str, float]
    injects: list[dict[str, Any]]


class ScoreAnswer(Answer):
    """`score` is the share of `goals` that were met, of a hundred; null where none applied."""

    score: int | None
    goals: dict[str, bool]
    messages: int
    corrections: int
    first_message_s: float | None
    correction_s: float | None
    approvals: int
    sent_back: int
    approval_s: float | None
    silence_s: float | None = Field(description="The longest time without a public word; the team's alone.")
    guard_blocks: int
    undone: int
    holds: int


class PersonScoreAnswer(Answer):
    who: str
    name: str
    score: ScoreAnswer


class DrillReportAnswer(Answer):
    run: DrillRunAnswer
    team: ScoreAnswer
    people: list[PersonScoreAnswer]


class ProficiencyAnswer(Answer):
    month: str
    drills: list[DrillReportAnswer]
