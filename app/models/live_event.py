"""A LiveEvent: one surgery, one incident, one training session or one press day; and which channels it uses."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlmodel import Field, SQLModel

from app.models.base import Json, UtcDateTime


class EventKind(StrEnum):
    SURGERY = "surgery"
    CRISIS = "crisis"
    TRAINING = "training"
    PRESS = "press"


class EventState(StrEnum):
    DRAFT = "draft"
    SCHEDULED = "scheduled"
    LIVE = "live"
    PAUSED = "paused"
    ENDED = "ended"
    ARCHIVED = "archived"


class Sending(StrEnum):
    """Whether anything may leave; independent of the event's state."""

    OPEN = "open"
    HOLD = "hold"
    STOP = "stop"


class LiveEvent(SQLModel, table=True):
    __tablename__ = "live_event"

    id: str = Field(primary_key=True)
    slug: str = Field(unique=True, index=True)
    kind: str
    title: str
    place: str = ""
    headline: str = ""
    state: str = EventState.DRAFT
    sending: str = Sending.OPEN
    sending_since: datetime | None = Field(default=None, sa_type=UtcDateTime)
    sending_by: str | None = None  # the human who held or stopped
    button_by: str | None = None  # the human who has the button; editorial.handover
    kill_epoch: int = 0  # grows with every stop; a permit carries the one it was given under
    delay_s: int = 20
    default_lang: str = "en"
    langs: list[str] = Field(default_factory=lambda: ["en"], sa_type=Json)
    hashtags: list[str] = Field(default_factory=list, sa_type=Json)
    severity: str | None = None  # CAP 1.2 words, crisis only
    urgency: str | None = None
    certainty: str | None = None
    promised_next_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    pinned: dict[str, Any] = Field(
        default_factory=dict, sa_type=Json
    )  # {"know": [..], "unknown": [..], "do": [..], "checked_at"}
    allow: dict[str, Any] = Field(
        default_factory=dict, sa_type=Json
    )  # published names, phones, links … the guard lets through
    staff_allow: list[str] = Field(default_factory=list, sa_type=Json)
    deny_enc: bytes | None = None  # names of patient and relatives, encrypted
    policy: dict[str, Any] = Field(default_factory=dict, sa_type=Json)  # safety settings; editorial.policy
    replies_open: bool = True
    about_patient: str = ""  # what its page may say of the consent; editorial.consent.about_patient
    quiet: str = "fine"  # what the silence guard last told the desk; editorial.silence
    last_seq: int = 0  # of updates; grows under the row lock
    version: int = 1
    created_at: datetime = Field(sa_type=UtcDateTime)
    starts_at: datetime | None = Field(
        default=None, sa_type=UtcDateTime
    )  # planned; announcements go before it
    started_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class EventChannel(SQLModel, table=True):
    """A channel that this event may use. `audience_id` names the list an SMS channel sends to."""

    __tablename__ = "event_channel"

    event_id: str = Field(primary_key=True, foreign_key="live_event.id")
    channel_id: str = Field(primary_key=True, foreign_key="channel.id")
    audience_id: str | None = Field(default=None, foreign_key="audience.id")
    on: bool = True
