"""Who gets SMS: lists, the numbers on them with proof of consent, and who said STOP."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from app.models.base import UtcDateTime


class Audience(SQLModel, table=True):
    __tablename__ = "audience"

    id: str = Field(primary_key=True)
    name: str = Field(unique=True)
    created_at: datetime = Field(sa_type=UtcDateTime)


class Recipient(SQLModel, table=True):
    """One number on one list. `consent` says when, where and with which words it was given."""

    __tablename__ = "recipient"
    __table_args__ = (UniqueConstraint("audience_id", "number"),)

    id: str = Field(primary_key=True)
    audience_id: str = Field(foreign_key="audience.id", index=True)
    number: str
    lang: str | None = None
    consent: str = ""
    created_at: datetime = Field(sa_type=UtcDateTime)


class OptedOut(SQLModel, table=True):
    """A number that said STOP to us; outlives every list. START removes the row, the history is in the audit."""

    __tablename__ = "opted_out"

    number: str = Field(primary_key=True)
    word: str = ""
    at: datetime = Field(sa_type=UtcDateTime)
