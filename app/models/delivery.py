"""
Delivery, its parts, its recipients and its attempts: the outbox of the whole product.

An index is written with every row, thousands of times a second: none where a unique constraint begins with the same
column, and none for what a fresh row does not have yet.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from app.models.base import Json, UtcDateTime


class DeliveryState(StrEnum):
    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    DELIVERED = "delivered"
    UNKNOWN = "unknown"
    HELD = "held"
    REJECTED = "rejected"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


class Act(StrEnum):
    POST = "post"
    EDIT = "edit"
    DELETE = "delete"
    REPLY = "reply"


class Delivery(SQLModel, table=True):
    """
    One update on one channel.

    Attributes:
        act: What is to be done there; everything but `post` points at an earlier one by `of_delivery_id`.
        lane: Deliveries of one lane and class start in order: "event:channel[:thread]".
        claimable_at: Set by release; nothing is claimed before.
        due_at: When to try next; `why` says in words why not now.
        fence: Grows with every claim; every later write must carry it.
        must_start_by: End of the permit; bytes may leave only before it.
        reason: Stable code of the last thing that happened; `why` and `next_step` are sentences.
        by_itself: Why it goes in a post of its own for good: it may be out (`duplicate_preferred`), was looked for and
            not found, a person asked for it, or it was refused in company. Kept whatever it waits for meanwhile.
        digest: What was posted in place of its own text, where its post told others as well.
        digest_id: The delivery whose post told this one; from that one's permit on, until nothing of it left.
        reread_at: When its post is read back, to see that what the platform said yes to is there; None: not any more.
    """

    __tablename__ = "delivery"
    __table_args__ = (
        UniqueConstraint("update_id", "channel_id", "act", "revision"),
        Index(
            "ix_delivery_claim",
            "channel_id",
            "rank",
            "due_at",
            "seq",
            sqlite_where=text("state = 'queued' AND claimable_at IS NOT NULL"),
            postgresql_where=text("state = 'queued' AND claimable_at IS NOT NULL"),
        ),
        Index(
            "ix_delivery_open",
            "lease_until",
            sqlite_where=text("state IN ('sending', 'unknown')"),
            postgresql_where=text("state IN ('sending', 'unknown')"),
        ),
        Index(
            "ix_delivery_lane",
            "channel_id",
            "lane",
            "rank",
            "seq",
            sqlite_where=text("state IN ('queued', 'sending', 'unknown') AND claimable_at IS NOT NULL"),
            postgresql_where=text("state IN ('queued', 'sending', 'unknown') AND claimable_at IS NOT NULL"),
        ),
        Index(
            "ix_delivery_digest",
            "digest_id",
            sqlite_where=text("digest_id IS NOT NULL"),
            postgresql_where=text("digest_id IS NOT NULL"),
        ),
        Index(
            "ix_delivery_reread",
            "channel_id",
            "reread_at",
            sqlite_where=text("reread_at IS NOT NULL"),
            postgresql_where=text("reread_at IS NOT NULL"),
        ),
        Index(
            "ix_delivery_remote_id",
            "remote_id",
            sqlite_where=text("remote_id IS NOT NULL"),
            postgresql_where=text("remote_id IS NOT NULL"),
        ),
    )

    id: str = Field(primary_key=True)
    update_id: str = Field(foreign_key="live_update.id")
    event_id: str = Field(foreign_key="live_event.id", index=True)
    channel_id: str = Field(foreign_key="channel.id")
    revision: int = 1
    act: str = Act.POST
    of_delivery_id: str | None = None
    reply_to: str | None = None  # remote id of what a reply answers
    recipient: str | None = None  # a single number: an answer to somebody's text
    audience_id: str | None = None  # frozen at accept; recipients are expanded after release
    first_to: str | None = None  # delivery whose recipients go first (a correction)
    lane: str
    seq: int  # the update's
    priority: str
    rank: int  # of the class; 0 first
    state: str = DeliveryState.QUEUED
    reason: str = ""
    why: str = ""
    next_step: str = ""
    claimable_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    due_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime)
    attempts: int = 0
    by_itself: str = ""
    looks: int = 0  # reconciliation reads so far; once it is sent, those of its post
    fence: int = 0
    lease_owner: str | None = None
    lease_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    permit_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    must_start_by: datetime | None = Field(default=None, sa_type=UtcDateTime)
    kill_epoch: int = 0  # the event's, at the permit
    remote_id: str | None = None
    url: str | None = None
    digest: str | None = None
    digest_id: str | None = None
    reread_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    counts: dict[str, int] = Field(default_factory=dict, sa_type=Json)  # state -> recipients, for SMS
    created_at: datetime = Field(sa_type=UtcDateTime)
    sent_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    settled_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    version: int = 1


class DeliveryPart(SQLModel, table=True):
    """One post of a delivery; a thread has several. Its `ref` goes out with the call."""

    __tablename__ = "delivery_part"
    __table_args__ = (
        Index(
            "ix_delivery_part_remote_id",
            "remote_id",
            sqlite_where=text("remote_id IS NOT NULL"),
            postgresql_where=text("remote_id IS NOT NULL"),
        ),
    )

    delivery_id: str = Field(primary_key=True, foreign_key="delivery.id")
    n: int = Field(primary_key=True)
    ref: str = Field(unique=True)
    text: str
    state: str = DeliveryState.QUEUED
    remote_id: str | None = None
    url: str | None = None
    media: list[dict[str, Any]] = Field(default_factory=list, sa_type=Json)
    sent_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class RecipientDelivery(SQLModel, table=True):
    """
    One person of an SMS delivery; the same promises as a delivery of its own, in fewer columns.

    Attributes:
        via_id: The channel that this message was last given to and that may have it. It stays with that one; None
            again when it is proven that it was not taken, so that either provider may be next.
    """

    __tablename__ = "recipient_delivery"
    __table_args__ = (
        # Not with the person: `id` is made of both and is unique already, and every change of a row writes to this one.
        Index("ix_recipient_delivery_delivery_id", "delivery_id"),
        Index(
            "ix_recipient_delivery_claim",
            "delivery_id",
            "due_at",
            "id",
            sqlite_where=text("state = 'queued'"),
            postgresql_where=text("state = 'queued'"),
        ),
        Index(
            "ix_recipient_delivery_open",
            "lease_until",
            sqlite_where=text("state IN ('sending', 'unknown')"),
            postgresql_where=text("state IN ('sending', 'unknown')"),
        ),
        # By itself: asked for in every round, among thousands that are under way.
        Index(
            "ix_recipient_delivery_unknown",
            "due_at",
            sqlite_where=text("state = 'unknown'"),
            postgresql_where=text("state = 'unknown'"),
        ),
        Index(
            "ix_recipient_delivery_remote_id",
            "remote_id",
            sqlite_where=text("remote_id IS NOT NULL"),
            postgresql_where=text("remote_id IS NOT NULL"),
        ),
    )

    id: str = Field(primary_key=True)  # "delivery:recipient"; also its ref
    delivery_id: str  # without a foreign key: who makes the rows holds it, and nothing deletes deliveries
    recipient_id: str = Field(foreign_key="recipient.id")
    number: str
    state: str = DeliveryState.QUEUED
    reason: str = ""
    why: str = ""
    due_at: datetime = Field(sa_type=UtcDateTime)
    attempts: int = 0
    looks: int = 0
    fence: int = 0
    lease_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    permit_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    via_id: str | None = None
    remote_id: str | None = None
    rank: int = 0  # of the last receipt; never goes back
    sent_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    settled_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Attempt(SQLModel, table=True):
    """
    One try at one part or one recipient. Written as intent before the call, completed once after it.

    What completes it touches no index, and PostgreSQL leaves it room on its page: so it costs none of them anything.
    """

    __tablename__ = "attempt"
    __table_args__ = (
        Index(
            "ix_attempt_delivery_id",
            "delivery_id",
            sqlite_where=text("recipient_delivery_id IS NULL"),
            postgresql_where=text("recipient_delivery_id IS NULL"),
        ),
        Index(
            "ix_attempt_recipient_delivery_id",
            "recipient_delivery_id",
            sqlite_where=text("recipient_delivery_id IS NOT NULL"),
            postgresql_where=text("recipient_delivery_id IS NOT NULL"),
        ),
        {"postgresql_with": {"fillfactor": 45}},
    )

    id: str = Field(primary_key=True)
    delivery_id: str  # without a foreign key: nothing deletes deliveries, and each try would pay for asking
    part: int = 1
    recipient_delivery_id: str | None = Field(default=None)
    n: int = 1
    fence: int = 0
    worker: str = ""
    intent_at: datetime = Field(sa_type=UtcDateTime)
    finished_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    outcome: str | None = None  # sent, or the error's class; None = nobody knows yet
    code: str = ""
    words: str = ""  # what the platform said, cut and cleaned


class PendingReceipt(SQLModel, table=True):
    """A receipt that came before the send's own answer was recorded; merged when that one arrives."""

    __tablename__ = "pending_receipt"

    channel_id: str = Field(primary_key=True)
    remote_id: str = Field(primary_key=True)
    rank: int = Field(primary_key=True)
    ref: str | None = Field(default=None, index=True)
    state: str
    code: str = ""
    words: str = ""
    at: datetime = Field(sa_type=UtcDateTime)


class MessagePart(SQLModel, table=True):
    """
    One part of a long text message, where the platform speaks of each by itself; kept, since receipts come for days.

    Attributes:
        ref: Ours, of the whole message; another try at it has other parts under the same one.
        whole_id: The remote id that the whole message goes by.
        state: The last word about this part: `sent`, `delivered` or `rejected`.
    """

    __tablename__ = "message_part"
    __table_args__ = (Index("ix_message_part_remote_id", "remote_id"),)

    ref: str = Field(primary_key=True)
    remote_id: str = Field(primary_key=True)
    channel_id: str
    whole_id: str
    state: str = DeliveryState.SENT
    at: datetime = Field(sa_type=UtcDateTime, index=True)


class LimitGrant(SQLModel, table=True):
    """What a platform's window has been charged with; survives a restart."""

    __tablename__ = "limit_grant"
    __table_args__ = (Index("ix_limit_grant_key_at", "key", "at"),)

    id: str = Field(primary_key=True)
    key: str  # credential and window
    at: datetime = Field(sa_type=UtcDateTime)
    units: int = 1


class LimitKeeper(SQLModel, table=True):
    """Who counts a limit that several processes share; see `limit_keeper`."""

    __tablename__ = "limit_keeper"

    key: str = Field(primary_key=True)
    epoch: str = ""  # of Redis; empty while the database counts
    until: datetime = Field(sa_type=UtcDateTime)  # the database counts at least so long
    tats: dict[str, float] = Field(default_factory=dict, sa_type=Json)  # of paced windows, while it does


class LimitHold(SQLModel, table=True):
    """Nothing before this instant, said by the platform."""

    __tablename__ = "limit_hold"

    key: str = Field(primary_key=True)
    until: datetime = Field(sa_type=UtcDateTime)
    cap: int | None = None  # a limit learned downwards
    why: str = ""
