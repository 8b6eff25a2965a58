"""A Step of the cue sheet: a text prepared before the event, sent with one tap."""

from __future__ import annotations

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from app.models.base import Json


class Step(SQLModel, table=True):
    __tablename__ = "step"
    __table_args__ = (UniqueConstraint("event_id", "n"),)

    id: str = Field(primary_key=True)
    event_id: str = Field(foreign_key="live_event.id")
    n: int
    title: str
    texts: dict[str, str] = Field(sa_type=Json)
    key_moment: bool = False
    minutes: float | None = None  # planned, from the start of the event
    sent_update_id: str | None = None
