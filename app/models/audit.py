"""The audit chain: who did what when, each entry bound to the one before. Decisions, never the words decided on."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Integer
from sqlmodel import Field, SQLModel

from app.models.base import Json, UtcDateTime


class AuditEntry(SQLModel, table=True):
    __tablename__ = "audit_entry"

    seq: int = Field(
        primary_key=True,
        sa_type=BigInteger().with_variant(Integer, "sqlite"),
        sa_column_kwargs={"autoincrement": False},
    )
    at: datetime = Field(sa_type=UtcDateTime)
    actor: str  # person:ID, key:ID, system
    action: str
    event_id: str | None = Field(default=None, index=True)
    subject: str = ""
    detail: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    prev_hash: str
    hash: str
