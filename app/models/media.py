"""A picture for an update: re-encoded, described, looked at by a person; the file itself lies beside the database."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from app.models.base import Json, UtcDateTime


class MediaFile(SQLModel, table=True):
    """
    Attributes:
        client_key: Made by whoever sends it; the same again is the same picture.
        folder: Random name under the media folder; nothing of the uploaded name is kept.
        alt: What it shows, per language.
        checklist: What a person ticked after looking; nothing here claims that a program looked.
    """

    __tablename__ = "media_file"
    __table_args__ = (UniqueConstraint("event_id", "client_key"),)

    id: str = Field(primary_key=True)
    event_id: str = Field(foreign_key="live_event.id", index=True)
    client_key: str | None = None
    folder: str
    renditions: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    alt: dict[str, str] = Field(default_factory=dict, sa_type=Json)
    graphic: bool = False
    checklist: dict[str, bool] = Field(default_factory=dict, sa_type=Json)
    checked_by: str | None = None
    checked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    uploaded_by: str = ""
    created_at: datetime = Field(sa_type=UtcDateTime)
    version: int = 1
