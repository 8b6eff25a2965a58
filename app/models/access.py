"""How people and tablets come in beside a password, what two people decide together, and the policy they read."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlmodel import Field, SQLModel

from app.models.base import Json, UtcDateTime


class RecoveryCode(SQLModel, table=True):
    """Stands in once for a lost second factor. Only its hash is stored."""

    __tablename__ = "recovery_code"

    code_hash: str = Field(primary_key=True)
    person_id: str = Field(foreign_key="person.id", index=True)
    used_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Passkey(SQLModel, table=True):
    __tablename__ = "passkey"

    id: str = Field(primary_key=True)  # the credential's own id, base64url
    person_id: str = Field(foreign_key="person.id", index=True)
    public_key: bytes
    sign_count: int = 0
    name: str
    created_at: datetime = Field(sa_type=UtcDateTime)
    used_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class UsedChallenge(SQLModel, table=True):
    """A challenge that was answered; its row is what makes it single-use, on every node."""

    __tablename__ = "used_challenge"

    challenge_hash: str = Field(primary_key=True)
    expires_at: datetime = Field(sa_type=UtcDateTime, index=True)


class Pairing(SQLModel, table=True):
    """A code that pairs one tablet, once, within minutes, with five tries. Only the hash of its secret half is stored."""

    __tablename__ = "pairing"

    locator: str = Field(
        primary_key=True
    )  # the public first letters of the code: where wrong tries are counted
    secret_hash: str
    event_id: str = Field(foreign_key="live_event.id", index=True)
    person_id: str = Field(foreign_key="person.id")
    name: str
    made_by: str
    tries: int = 0
    expires_at: datetime = Field(sa_type=UtcDateTime)
    used_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Device(SQLModel, table=True):
    """A paired tablet: one event, one person, presenter rights. Its private key never leaves it."""

    __tablename__ = "device"

    id: str = Field(primary_key=True)
    event_id: str = Field(foreign_key="live_event.id", index=True)
    person_id: str = Field(foreign_key="person.id", index=True)
    name: str
    public_key: bytes  # SubjectPublicKeyInfo, P-256
    pin_hash: str
    pin_tries: int = 0
    paired_by: str
    paired_at: datetime = Field(sa_type=UtcDateTime)
    seen_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    wiped_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    wiped_why: str = ""


class Proposal(SQLModel, table=True):
    """Something dangerous that one person asked for and a second has to confirm."""

    __tablename__ = "proposal"

    id: str = Field(primary_key=True)
    kind: str
    event_id: str | None = Field(default=None, index=True)
    subject: str = ""
    payload: dict[str, Any] = Field(default_factory=dict, sa_type=Json)  # what both people see
    secret_enc: bytes | None = None  # what nobody sees: credentials, sealed
    proposed_by: str  # label of the actor
    proposed_by_person: str | None = None  # who answers for it; for a key, the person who made the key
    benefits: str | None = None  # the person who gains; may not confirm it
    proposed_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime)
    state: str = Field(default="open", index=True)  # open, confirmed, done, failed, refused, withdrawn
    decided_by: str | None = None
    decided_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    why: str = ""


class PolicyText(SQLModel, table=True):
    """What everybody reads before their first post. A version is never changed; a new one is read anew."""

    __tablename__ = "policy_text"

    version: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    texts: dict[str, str] = Field(default_factory=dict, sa_type=Json)
    published_by: str
    published_at: datetime = Field(sa_type=UtcDateTime)


class PolicyAck(SQLModel, table=True):
    __tablename__ = "policy_ack"

    person_id: str = Field(primary_key=True, foreign_key="person.id")
    version: int = Field(primary_key=True, foreign_key="policy_text.version")
    at: datetime = Field(sa_type=UtcDateTime)
