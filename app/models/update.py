"""An Update and its immutable revisions."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from app.models.base import Json, UtcDateTime


class UpdateState(StrEnum):
    DRAFT = "draft"
    AWAITING_APPROVAL = "awaiting_approval"
    COUNTING_DOWN = "counting_down"
    RELEASED = "released"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"  # past its expiry before anything could leave


NOT_OUT = (UpdateState.WITHDRAWN, UpdateState.EXPIRED)
"""Taken back, or too old, before anything could leave: the public never saw it."""


class UpdateKind(StrEnum):
    UPDATE = "update"
    ANSWER = "answer"
    CORRECTION = "correction"
    RETRACTION = "retraction"
    ALL_CLEAR = "all_clear"


class Occasion(StrEnum):
    """What a post that is planned before the event is for."""

    DAY_BEFORE = "day_before"
    MORNING = "morning"


class Priority(StrEnum):
    """The four classes, first goes first."""

    CORRECTION = "correction"
    EMERGENCY = "emergency"
    NORMAL = "normal"
    BACKFILL = "backfill"


PRIORITY_RANK = {Priority.CORRECTION: 0, Priority.EMERGENCY: 1, Priority.NORMAL: 2, Priority.BACKFILL: 3}


class Update(SQLModel, table=True):
    """
    One short message by our side.

    `seq` is the event's own order, decided by the server under the event's row lock. `released_at` is the order of its
    pages: later for what goes out later, whatever the clock says meanwhile. `on_page` says how the public
    page shows it: "shown", "corrected" (struck through, `corrected_by` set) or "retracted" (text gone).
    """

    __tablename__ = "live_update"
    __table_args__ = (
        UniqueConstraint("event_id", "seq"),
        UniqueConstraint("event_id", "client_key"),
        Index(
            "ix_live_update_due",
            "release_at",
            sqlite_where=text("state = 'counting_down'"),
            postgresql_where=text("state = 'counting_down'"),
        ),
        # The last that went out of an event: the next stands above it.
        Index(
            "ix_live_update_out",
            "event_id",
            "released_at",
            sqlite_where=text("released_at IS NOT NULL"),
            postgresql_where=text("released_at IS NOT NULL"),
        ),
        # What waits to put an earlier one right: hardly ever any.
        Index(
            "ix_live_update_puts_right",
            "of_update_id",
            sqlite_where=text("state IN ('counting_down', 'awaiting_approval') AND of_update_id IS NOT NULL"),
            postgresql_where=text(
                "state IN ('counting_down', 'awaiting_approval') AND of_update_id IS NOT NULL"
            ),
        ),
    )

    id: str = Field(primary_key=True)
    event_id: str = Field(foreign_key="live_event.id")
    seq: int
    kind: str = UpdateKind.UPDATE
    state: str = UpdateState.COUNTING_DOWN
    priority: str = Priority.NORMAL
    revision: int = 1
    key_moment: bool = False
    pinned: bool = False
    on_page: str = "shown"
    of_update_id: str | None = Field(default=None, foreign_key="live_update.id")
    corrected_by: str | None = None
    answers_reply_id: str | None = None
    author_id: str | None = Field(default=None, foreign_key="person.id")
    author_name: str = ""
    source: str = "api"  # presenter, desk, api, rehearsal
    device_id: str | None = None
    device_seq: int | None = None
    client_key: str
    composed_at: datetime = Field(sa_type=UtcDateTime)
    received_at: datetime = Field(sa_type=UtcDateTime)
    release_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    hold_left_s: float | None = None  # what was left of the countdown when the event was held
    released_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime)
    late: bool = False  # written offline and sent on return
    marks: dict[str, str] = Field(default_factory=dict, sa_type=Json)  # what release does to earlier updates
    needs: str = (
        ""  # whose second opinion: "", "approver", "nod" (a clinician's) or "override" (of the guard)
    )
    asked_by: str = ""  # the human who asked for it to go out, whatever door they used
    occasion: str = ""  # of a post planned before the event; empty for all others
    planned_at: datetime | None = Field(default=None, sa_type=UtcDateTime)  # when it is to go out
    asked_id: str | None = None  # the approver whose turn it is to answer; editorial.delegate_watch
    asked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    unanswered: bool = False  # the last of them has had their time too
    waits_since: datetime | None = Field(default=None, sa_type=UtcDateTime)  # asked, for the emergency rule
    version: int = 1


class UpdateRevision(SQLModel, table=True):
    """
    What an update says; never changed, only followed by the next revision.

    Attributes:
        texts: {"en": "…", "it": "…"}; the event's default language is always there.
        channel_texts: {"sms": {"en": "…"}} where a channel says it differently.
        media: [{"id", "alt": {"en": "…"}, "graphic", …}], as they were when it was written: what is said of a picture
            later is not in it.
        guard: Decision per language and channel, without the text.
        correction: What is said if this turns out wrong; approved with it, sent later by any approver alone.
        made_from: {"template": id} or {"step": id} when it is that text and nothing else; with what stands in the
            template's free blanks, as "blank:" and its name.
        place: Where the operation is by this: {"n", "of", "label"}, or nothing; `editorial.published`.
    """

    __tablename__ = "update_revision"

    update_id: str = Field(primary_key=True, foreign_key="live_update.id")
    revision: int = Field(primary_key=True)
    texts: dict[str, str] = Field(sa_type=Json)
    channel_texts: dict[str, dict[str, str]] = Field(default_factory=dict, sa_type=Json)
    media: list[dict[str, Any]] = Field(default_factory=list, sa_type=Json)
    guard: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    correction: dict[str, str] = Field(default_factory=dict, sa_type=Json)
    made_from: dict[str, str] = Field(default_factory=dict, sa_type=Json)
    place: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    author_id: str | None = None
    created_at: datetime = Field(sa_type=UtcDateTime)
