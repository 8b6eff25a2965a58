"""People, their roles per event, their sessions, and keys for programs."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlmodel import Field, SQLModel

from app.models.base import Json, UtcDateTime

EVERY_EVENT = "*"


class Role(StrEnum):
    PRESENTER = "presenter"
    NARRATOR = "narrator"
    MODERATOR = "moderator"
    CLINICIAN_REVIEWER = "clinician_reviewer"
    APPROVER = "approver"
    FAMILY_LIAISON = "family_liaison"
    AUDITOR = "auditor"
    ADMIN = "admin"


class Person(SQLModel, table=True):
    __tablename__ = "person"

    id: str = Field(primary_key=True)
    email: str = Field(unique=True, index=True)  # folded to lower case
    name: str
    password_hash: str | None = None
    password_changed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    totp_enc: bytes | None = None  # sealed; in use from totp_since on, waiting for its first code before
    totp_since: datetime | None = Field(default=None, sa_type=UtcDateTime)
    totp_counter: int | None = None  # the last 30 s step a code was taken from: none works twice
    lang: str = ""  # empty: what the browser asks for
    theme: str = "light"  # light, dark, auto (as the device)
    disabled_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    # All at once, since somebody else may have had one: what they agreed to before and is not out counts no more.
    sessions_ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    created_at: datetime = Field(sa_type=UtcDateTime)
    version: int = 1


class EventRole(SQLModel, table=True):
    """A role on one event, or on every event with event_id "*" (admins, auditors, standing desk staff)."""

    __tablename__ = "event_role"

    event_id: str = Field(primary_key=True)
    person_id: str = Field(primary_key=True, foreign_key="person.id")
    role: str = Field(primary_key=True)
    granted_by: str | None = None
    granted_at: datetime = Field(sa_type=UtcDateTime)


class Session(SQLModel, table=True):
    """A signed-in browser. Only a hash of its token is stored."""

    __tablename__ = "session"

    id: str = Field(primary_key=True)
    token_hash: str = Field(unique=True)
    person_id: str = Field(foreign_key="person.id", index=True)
    user_agent: str = ""
    by: str = "password"  # password, code, passkey, device
    device_id: str | None = Field(default=None, foreign_key="device.id", index=True)
    active_at: datetime | None = Field(default=None, sa_type=UtcDateTime)  # a tablet's last touch
    created_at: datetime = Field(sa_type=UtcDateTime)
    seen_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime)
    revoked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class SignInCode(SQLModel, table=True):
    """A single-use code: first-run set-up, the rehearsal's start, an invitation. Only its hash is stored."""

    __tablename__ = "sign_in_code"

    code_hash: str = Field(primary_key=True)
    purpose: str  # setup, sign_in, invite
    person_id: str | None = Field(default=None, foreign_key="person.id")
    expires_at: datetime = Field(sa_type=UtcDateTime)
    used_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    tries: int = 0


class ApiKey(SQLModel, table=True):
    """A key for a program. Shown once; only a hash is stored. Scopes are action names."""

    __tablename__ = "api_key"

    id: str = Field(primary_key=True)
    name: str
    key_hash: str = Field(unique=True)
    prefix: str
    scopes: list[str] = Field(default_factory=list, sa_type=Json)
    event_id: str = EVERY_EVENT
    created_by: str | None = Field(default=None, foreign_key="person.id")
    created_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    revoked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class StreamTicket(SQLModel, table=True):
    """Opens one staff stream once, within half a minute."""

    __tablename__ = "stream_ticket"

    ticket_hash: str = Field(primary_key=True)
    session_id: str = Field(foreign_key="session.id")
    topic_id: str
    expires_at: datetime = Field(sa_type=UtcDateTime)
