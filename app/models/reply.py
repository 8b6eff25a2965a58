"""A Reply: a public message that came in. Third parties' data: short retention, shown only when let through."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from app.models.base import Json, UtcDateTime


class ReplyState(StrEnum):
    NEW = "new"
    SHOWN = "shown"
    HIDDEN = "hidden"
    REMOVED = "removed"  # gone upstream: text emptied here too


NAMELESS = "nameless"
"""In Reply.guard: it is shown without the name of who wrote it."""

HELP = "help"
"""In Reply.labels: somebody asks for help in an emergency."""
LABELLED = text("labels != '[]'")
"""Few of them all, and looked up again and again: they have an index of their own."""


class Reply(SQLModel, table=True):
    __tablename__ = "reply"
    __table_args__ = (
        UniqueConstraint("channel_id", "remote_id"),
        Index("ix_reply_event_state_received", "event_id", "state", "received_at"),
        Index("ix_reply_labelled", "event_id", "state", sqlite_where=LABELLED, postgresql_where=LABELLED),
    )

    id: str = Field(primary_key=True)
    event_id: str = Field(foreign_key="live_event.id")
    channel_id: str = Field(foreign_key="channel.id")
    remote_id: str
    update_id: str | None = Field(default=None, foreign_key="live_update.id")
    state: str = ReplyState.NEW
    text: str = ""
    lang: str | None = None
    author_id: str = ""  # the platform's
    author_name: str = ""
    author_handle: str = ""
    author_url: str = ""
    avatar_url: str = ""
    url: str = ""
    number: str | None = None  # of somebody who texted; never leaves the desk whole
    labels: list[str] = Field(default_factory=list, sa_type=Json)
    guard: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    claimed_by: str | None = None
    claimed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    answered_by_update_id: str | None = None
    at: datetime = Field(sa_type=UtcDateTime)
    received_at: datetime = Field(sa_type=UtcDateTime)
    edited_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    decided_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    decided_by: str | None = None
    upstream_version: int = 0
    version: int = 1
