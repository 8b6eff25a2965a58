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
from functools import lru_cache
from typing import Any

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from app.models import Topic, TopicChange, TopicName

_CHANGES: Any = TopicChange.__table__  # type: ignore[attr-defined]

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
    return await _append(session, {topic_id(event_id, name): refs for name, refs in refs_of.items()}, now)


async def append(
    session: AsyncSession, event_id: str, name: TopicName | str, refs: Sequence[Ref], now: datetime
) -> Position:
    """
    Give a change its offset.

    Raises:
        LookupError: no such topic.
    """
    return (await _append(session, {topic_id(event_id, name): refs}, now))[0]


async def _append(
    session: AsyncSession, wanted: Mapping[str, Sequence[Ref]], now: datetime
) -> list[Position]:
    found = await session.execute(
        _one_more(session.get_bind().dialect.name == "postgresql"), {"topic_ids": sorted(wanted)}
    )
    at = {id_: Position(id_, epoch, offset) for id_, offset, epoch in found}
    if len(at) != len(wanted):
        raise LookupError(f"no topic {', '.join(sorted(set(wanted) - set(at)))}")
    rows = [
        {"topic_id": id_, "offset": at[id_].offset, "refs": [list(ref) for ref in refs], "at": now}
        for id_, refs in wanted.items()
    ]
    await session.execute(insert(_CHANGES), rows)
    return [at[id_] for id_ in wanted]


@lru_cache(maxsize=2)
def _one_more(postgresql: bool) -> Any:
    """Put together once, as in `store`."""
    one_more = update(Topic).values(offset=col(Topic.offset) + 1)
    wanted = col(Topic.id).in_(bindparam("topic_ids", expanding=True))
    if postgresql:
        # Locked in the order of their names, by whoever takes several.
        locked = select(col(Topic.id)).where(wanted).order_by(col(Topic.id)).with_for_update().cte("locked")
        one_more = one_more.where(col(Topic.id) == locked.c.id)
    else:
        one_more = one_more.where(wanted)
    return one_more.returning(col(Topic.id), col(Topic.offset), col(Topic.epoch)).execution_options(
        synchronize_session=False
    )
