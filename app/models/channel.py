"""A Channel: one configured outward destination, its credentials encrypted; and cursors of what was read back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlmodel import Field, SQLModel

from app.models.base import Json, UtcDateTime


class Channel(SQLModel, table=True):
    """
    Attributes:
        second_id: Another SMS channel that carries this one's lists while this one does not answer; none by default.
        carried_by: Name of the channel that carries them now.
        unseen_why: In words, that a post it said yes to was not there when it was read back; until another one is.
    """

    __tablename__ = "channel"

    id: str = Field(primary_key=True)
    adapter: str
    name: str = Field(unique=True)
    settings: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    credentials_enc: bytes
    state: str = "on"  # on, paused (credentials refused), off
    why: str = ""
    paused_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    resting_until: datetime | None = Field(default=None, sa_type=UtcDateTime)  # it does not answer
    resting_why: str = ""
    second_id: str | None = Field(default=None, foreign_key="channel.id")
    carried_by: str = ""
    probed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    probe_ok: bool | None = None
    probe_words: str = ""
    unseen_why: str = ""
    created_at: datetime = Field(sa_type=UtcDateTime)
    version: int = 1


class ChannelCursor(SQLModel, table=True):
    """Where reading replies of one channel has come to."""

    __tablename__ = "channel_cursor"

    channel_id: str = Field(primary_key=True, foreign_key="channel.id")
    cursor: str | None = None
    polled_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    webhook_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
