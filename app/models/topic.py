"""Topics: what a viewer watches, with a birth mark and a gap-free position, and every change ever made to one."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger
from sqlmodel import Field, SQLModel

from app.models.base import Json, UtcDateTime


class TopicName(StrEnum):
    PUBLIC = "public"
    DESK = "desk"
    FAMILY = "family"


class Topic(SQLModel, table=True):
    """`id` is "EVENT:NAME". `epoch` is new at creation and after a restore; `offset` is the last one given."""

    __tablename__ = "topic"

    id: str = Field(primary_key=True)
    event_id: str = Field(foreign_key="live_event.id", index=True)
    name: str
    epoch: str
    offset: int = Field(default=0, sa_type=BigInteger)
    digest: str = "0"  # 64-bit rolling digest of the public state, decimal text


class TopicChange(SQLModel, table=True):
    """
    One change: which things changed, not what they said, so that a taken-back text is in no log.

    `refs` is [["item", id], ["event", id], ["delivery", id]]; the ops of a frame or a delta are made from the
    current rows, which is what "rewritten through the current state" means.
    """

    __tablename__ = "topic_change"

    topic_id: str = Field(primary_key=True, foreign_key="topic.id")
    offset: int = Field(primary_key=True, sa_type=BigInteger)
    refs: list[list[str]] = Field(sa_type=Json)
    at: datetime = Field(sa_type=UtcDateTime)
