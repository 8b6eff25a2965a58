"""A patient's authorization for one event: what was agreed, who checked it against the paper, and until when."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from app.models.base import Json, UtcDateTime


class ConsentState(StrEnum):
    DRAFT = "draft"
    RECORDED = "recorded"  # one person says it matches the signed paper
    COMPLETE = "complete"  # a second person says so too
    REVOKED = "revoked"


class ConsentRecord(SQLModel, table=True):
    """
    One authorization. The newest of an event counts; older ones stay, because the law asks for six years.

    Attributes:
        terms: What was agreed, by the names of `editorial.consent`; nothing in it names the patient.
        names_enc: Who signed and who outside the hospital may withdraw, sealed.
        invented: A drill's own record about nobody. Live refuses one; a drill takes no other.
        ran_out_at: When it was seen that its time was over and the event was taken off.
        taken_back_at: When every deletion that this asks for was on its way.
    """

    __tablename__ = "consent_record"
    __table_args__ = (UniqueConstraint("event_id", "n"),)

    id: str = Field(primary_key=True)
    event_id: str = Field(foreign_key="live_event.id", index=True)
    n: int = 1
    state: str = ConsentState.DRAFT
    terms: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    names_enc: bytes | None = None
    invented: bool = False
    expires_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    made_by: str = ""
    made_at: datetime = Field(sa_type=UtcDateTime)
    recorded_by: str | None = None
    recorded_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    completed_by: str | None = None
    completed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    revoked_by: str | None = None
    revoked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    revoked_how: str = ""
    ran_out_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    taken_back_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    version: int = 1
