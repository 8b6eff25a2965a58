"""The course of an event as people steer it: complications, and hand-overs of the button."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field, SQLModel

from app.models.base import Json, UtcDateTime


class Complication(SQLModel, table=True):
    """Why is in no column: what went wrong with a patient is not ours to keep."""

    __tablename__ = "complication"

    id: str = Field(primary_key=True)
    event_id: str = Field(foreign_key="live_event.id", index=True)
    called_by: str
    called_at: datetime = Field(sa_type=UtcDateTime)
    family_told_by: str | None = None
    family_told_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    course: str = ""  # how it went on: line, text_only, slow or stop; settled once the family had been told
    settled_by: str | None = None
    settled_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Handover(SQLModel, table=True):
    """One offer of the button and what became of it: open, taken or replaced."""

    __tablename__ = "handover"

    id: str = Field(primary_key=True)
    event_id: str = Field(foreign_key="live_event.id", index=True)
    offered_by: str
    offered_to: str
    offered_at: datetime = Field(sa_type=UtcDateTime)
    taken_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    state: str = "open"
    drill_ok: list[str] = Field(default_factory=list, sa_type=Json)  # who of the two said a drill may run
