"""One run of a scenario pack in a drill: what was given to the team, and when."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlmodel import Field, SQLModel

from app.models.base import Json, UtcDateTime


class DrillState(StrEnum):
    RUNNING = "running"
    ENDED = "ended"
    STOPPED = "stopped"  # by a person, before its time
    CUT = "cut"  # the process ended under it


class DrillRun(SQLModel, table=True):
    """
    Attributes:
        goals: The pack's, as they were when it ran; a score is judged by them for ever.
        injects: {"n", "at_s", "kind", "text", "given_at", "ok", "why"} of each that was given.
    """

    __tablename__ = "drill_run"

    id: str = Field(primary_key=True)
    event_id: str = Field(foreign_key="live_event.id", index=True)
    pack: str
    title: str = ""
    state: str = DrillState.RUNNING
    started_by: str
    started_at: datetime = Field(sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    goals: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    injects: list[dict[str, Any]] = Field(default_factory=list, sa_type=Json)
