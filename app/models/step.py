"""A Step of the cue sheet: a text prepared before the event, sent with one tap."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from app.models.base import Json, UtcDateTime


class Step(SQLModel, table=True):
    __tablename__ = "step"
    __table_args__ = (UniqueConstraint("event_id", "n"),)

    id: str = Field(primary_key=True)
    event_id: str = Field(foreign_key="live_event.id")
    n: int
    title: str
    texts: dict[str, str] = Field(sa_type=Json)
    label: dict[str, str] = Field(
        default_factory=dict, sa_type=Json
    )  # its name on the page; editorial.published
    key_moment: bool = False
    minutes: float | None = None  # planned, from the start of the event
    branch: str = ""  # "" is the main course; others are taken by hand, such as "complication"
    slots: list[str] = Field(default_factory=list, sa_type=Json)  # blanks to fill before it can be sent
    written_by: str = ""  # the humans whose words these are, with a space between; none of them signs alone
    signed_by: str | None = None  # who signed exactly these words off; a change undoes it
    signed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    seconded_by: str | None = None  # the second signature, which the line for a complication needs
    seconded_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    parked: bool = False
    version: int = 1
    sent_update_id: str | None = None
