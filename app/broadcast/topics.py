"""
Giving a change its place: the next offset of a topic, in the transaction that makes the change.

The row of the topic is locked from here to the commit, so offsets are gap-free and in commit order, and a reader
that has seen offset n has seen everything up to n.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from app.models import Topic, TopicChange, TopicName

Ref = tuple[str, str]
"""("event" | "update" | "reply" | "delivery" | "channel", id)"""


@dataclass(frozen=True, slots=True)
class Position:
    """Where a topic is after a change; the hint that goes to hubs once the transaction is durable."""

    topic_id: str
    epoch: str
    offset: int


def topic_id(event_id: str, name: TopicName | str) -> str:
    return f"{event_id}:{name}"


def new_epoch() -> str:
    return secrets.token_hex(8)


def create_topics(session: AsyncSession, event_id: str) -> None:
    """The three topics of a new event."""
    for name in TopicName:
        session.add(Topic(id=topic_id(event_id, name), event_id=event_id, name=name, epoch=new_epoch()))


async def append_each(
    session: AsyncSession, event_id: str, refs_of: Mapping[TopicName, Sequence[Ref]], now: datetime
) -> list[Position]:
    """
    Give a change its offset on several topics of one event, with one statement for all; as `append` does.

    Raises:
        LookupError: one of them does not exist.
    """
    wanted = {topic_id(event_id, name): refs for name, refs in refs_of.items()}
    one_more = update(Topic).values(offset=col(Topic.offset) + 1)
    if session.get_bind().dialect.name == "postgresql":
        # Locked in the order of their names, by whoever takes several.
        locked = (
            select(col(Topic.id))
            .where(col(Topic.id).in_(sorted(wanted)))
            .order_by(col(Topic.id))
            .with_for_update()
            .cte("locked")
        )
        one_more = one_more.where(col(Topic.id) == locked.c.id)
    else:
        one_more = one_more.where(col(Topic.id).in_(sorted(wanted)))
    found = await session.execute(
        one_more.returning(col(Topic.id), col(Topic.offset), col(Topic.epoch)).execution_options(
            synchronize_session=False
        )
    )
    at = {id_: Position(id_, epoch, offset) for id_, offset, epoch in found}
    if len(at) != len(wanted):
        raise LookupError(f"no topic {', '.join(sorted(set(wanted) - set(at)))}")
    rows = [
        {"topic_id": id_, "offset": at[id_].offset, "refs": [list(ref) for ref in refs], "at": now}
        for id_, refs in wanted.items()
    ]
    table: Any = TopicChange.__table__  # type: ignore[attr-defined]
    await session.execute(insert(table), rows)
    return [at[id_] for id_ in wanted]


async def append(
    session: AsyncSession, event_id: str, name: TopicName | str, refs: Sequence[Ref], now: datetime
) -> Position:
    """
    Give a change its offset.

    Raises:
        LookupError: no such topic.
    """
    topic = topic_id(event_id, name)
    row = (
        await session.execute(
            update(Topic)
            .where(col(Topic.id) == topic)
            .values(offset=col(Topic.offset) + 1)
            .returning(col(Topic.offset), col(Topic.epoch))
        )
    ).one_or_none()
    if row is None:
        raise LookupError(f"no topic {topic}")
    offset, epoch = row
    session.add(TopicChange(topic_id=topic, offset=offset, refs=[list(ref) for ref in refs], at=now))
    await session.flush()
    return Position(topic, epoch, offset)
