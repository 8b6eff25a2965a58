"""
Long text messages whose platform speaks of each part by itself.

The ids of all parts are kept with what became of each, so that it is the message that is called delivered, and only
when every part is: also when they are heard of on another node, or after a restart.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from app.broadcast.bulk import is_sqlite
from app.channels.base import DeviceReceipt, Receipt
from app.models import DeliveryState, MessagePart, PendingReceipt

# Above what a gateway says of a message that it has only taken, below every last word.
_IN_PART = 4
_LAST = (DeliveryState.DELIVERED, DeliveryState.REJECTED)


async def remember_parts(
    session: AsyncSession, messages: Iterable[tuple[str, str, Receipt]], now: datetime
) -> None:
    """Keep the ids of all parts of messages, given as (our reference, channel, receipt); twice changes nothing."""
    rows: list[dict[str, Any]] = [
        {
            "ref": ref,
            "remote_id": part_id,
            "channel_id": channel_id,
            "whole_id": receipt.remote_id,
            "state": str(DeliveryState.SENT),
            "at": now,
        }
        for ref, channel_id, receipt in messages
        for part_id in receipt.part_ids
    ]
    if not rows:
        return
    insert = insert_sqlite if is_sqlite(session) else insert_postgresql
    table = MessagePart.__table__  # type: ignore[attr-defined]
    await session.execute(insert(table).on_conflict_do_nothing(), rows)


async def part_named(session: AsyncSession, channel_id: str, receipt: DeviceReceipt) -> MessagePart | None:
    """The part that a receipt is about; of several messages that were given the same id, the newest."""
    query = select(MessagePart).where(
        col(MessagePart.remote_id) == receipt.remote_id, col(MessagePart.channel_id) == channel_id
    )
    if receipt.whole is not None and receipt.ref is not None:
        query = query.where(col(MessagePart.ref) == receipt.ref)
    found = await session.execute(query)
    return max(found.scalars(), key=lambda part: (part.at, part.ref), default=None)


async def of_whole(session: AsyncSession, part: MessagePart, receipt: DeviceReceipt) -> DeviceReceipt:
    """Note what is said of one part; returns what that says of its message."""
    parts = (
        (
            await session.execute(
                select(MessagePart)
                .where(col(MessagePart.ref) == part.ref, col(MessagePart.whole_id) == part.whole_id)
                .order_by(col(MessagePart.remote_id))
                # All of them: of two nodes that hear of the last two parts at once, one must see both.
                .with_for_update()
                .execution_options(populate_existing=True)
            )
        )
        .scalars()
        .all()
    )
    if receipt.state in _LAST and part.state not in _LAST:
        part.state = receipt.state
        await session.flush()
    said = replace(receipt, remote_id=part.whole_id, ref=part.ref, of_part=False, whole=None)
    if receipt.state == DeliveryState.DELIVERED and any(
        one.state != DeliveryState.DELIVERED for one in parts
    ):
        return replace(said, state="sent", rank=_IN_PART)
    return said


def as_told(one: PendingReceipt) -> DeviceReceipt:
    """What was kept, as the platform said it. Whether it is about a part is not kept: who has the id knows."""
    return DeviceReceipt(
        one.remote_id, one.state, one.rank, ref=one.ref, code=one.code, words=one.words, of_part=True
    )


async def kept_of_parts(session: AsyncSession, ref: str, since: datetime) -> Sequence[PendingReceipt]:
    """What was said of a message's parts before anybody knew them for its own, and nothing older than the message."""
    found = await session.execute(
        select(PendingReceipt)
        .join(
            MessagePart,
            (col(MessagePart.remote_id) == col(PendingReceipt.remote_id))
            & (col(MessagePart.channel_id) == col(PendingReceipt.channel_id)),
        )
        .where(
            col(MessagePart.ref) == ref, col(PendingReceipt.ref).is_(None), col(PendingReceipt.at) >= since
        )
        .order_by(col(PendingReceipt.at))
    )
    return found.scalars().all()
