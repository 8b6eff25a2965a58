"""One submit, one update: what a key was used for and what it was answered; and which inbound events were taken."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field, SQLModel

from app.models.base import UtcDateTime


class IdempotencyRecord(SQLModel, table=True):
    """Kept for the life of the event plus seven days."""

    __tablename__ = "idempotency_record"

    scope: str = Field(primary_key=True)  # event id, or "global"
    key: str = Field(primary_key=True)
    body_hash: str
    status: int
    answer: bytes
    created_at: datetime = Field(sa_type=UtcDateTime)


class SeenInbound(SQLModel, table=True):
    """A platform's event that has had its effect; inserted in the same transaction as the effect."""

    __tablename__ = "seen_inbound"

    channel_id: str = Field(primary_key=True)
    remote_id: str = Field(primary_key=True)
    at: datetime = Field(sa_type=UtcDateTime)
