"""Second opinions: what was decided about an update's revision, and codes for the phone."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlmodel import Field, SQLModel

from app.models.base import UtcDateTime


class Verdict(StrEnum):
    APPROVED = "approved"
    BREAK_GLASS = "break_glass"  # one person in an emergency; looked at afterwards
    REVIEWED = "reviewed"  # that look
    REJECTED = "rejected"
    RETURNED = "returned"
    CHANGED = "changed"  # a new revision; voids what was decided before
    WITHDRAWN = "withdrawn"  # an approval taken back before release
    LAPSED = "lapsed"  # whoever gave it may not any more, before release


class Approval(SQLModel, table=True):
    """
    One decision about one revision; never changed.

    Attributes:
        identity: The human behind it, whatever door they used; what two-person rules compare.
        entered_by: Who typed it in, when it was given on the phone.
        reason: For people; the audit keeps only that there was one. Of a lapse, its code.
    """

    __tablename__ = "approval"

    id: str = Field(primary_key=True)
    update_id: str = Field(foreign_key="live_update.id", index=True)
    event_id: str = Field(foreign_key="live_event.id", index=True)
    revision: int
    verdict: str
    identity: str
    by_name: str = ""
    entered_by: str | None = None
    reason: str = ""
    at: datetime = Field(sa_type=UtcDateTime)


class PhoneCode(SQLModel, table=True):
    """
    A single-use code that an approver carries, to approve from a telephone. Only its hash is stored.

    Attributes:
        n: Its number on the sheet, by which the desk asks for it.
        asked_for: The update it was asked for, once; it is good for no other.
        asked_digest: Of what was read out then (`editorial.spoken`); it is good for nothing else.
    """

    __tablename__ = "phone_code"

    id: str = Field(primary_key=True)
    person_id: str = Field(foreign_key="person.id", index=True)
    n: int = 0
    code_hash: str = Field(unique=True)
    expires_at: datetime = Field(sa_type=UtcDateTime)
    asked_for: str | None = None
    asked_digest: str | None = None
    used_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    used_for: str | None = None


class PhoneTry(SQLModel, table=True):
    """Wrong codes for one update; five close the telephone for it."""

    __tablename__ = "phone_try"

    update_id: str = Field(primary_key=True, foreign_key="live_update.id")
    wrong: int = 0
