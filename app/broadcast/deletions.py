"""
What a deletion has to do: the posts that are out go at once, one of which nobody knows goes when somebody found it.

A thread may stop in doubt: its first posts are out, the next one may be. Waiting for that one would leave the others
to be read, and forgetting it would leave it out once a person says that it is there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import distinct, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col

from app.broadcast import store
from app.broadcast.evidence import IN_DOUBT, OUT
from app.broadcast.refusals import ORIGINAL_IN_DOUBT
from app.models import Act, Delivery, DeliveryPart, DeliveryState

_NOT_OUT = (DeliveryState.WITHDRAWN, DeliveryState.REJECTED, DeliveryState.EXPIRED)


def deleted_parts(carrier: Any) -> Any:
    """How many parts of a post are deleted, whoever of those that are told in it asked for that; correlated."""
    told, deletion, part = aliased(Delivery), aliased(Delivery), aliased(DeliveryPart)
    return (
        select(func.count(distinct(col(part.n))))
        .select_from(part)
        .join(deletion, col(deletion.id) == col(part.delivery_id))
        .join(told, col(told.id) == col(deletion.of_delivery_id))
        .where(
            col(deletion.act) == Act.DELETE,
            col(part.state) == DeliveryState.SENT,
            (col(told.id) == carrier) | (col(told.digest_id) == carrier),
        )
        .correlate(Delivery)
        .scalar_subquery()
    )


def in_doubt(original: Delivery | None, its_parts: Sequence[DeliveryPart]) -> list[int]:
    """The numbers of the posts that may be out; the ones behind the first such of a thread never left."""
    if original is None or original.state != DeliveryState.HELD or original.reason not in IN_DOUBT:
        return []
    return [p.n for p in its_parts if p.state == DeliveryState.QUEUED][:1]


def obstacle(
    parts: Sequence[DeliveryPart], targets: Mapping[int, str], doubtful: Sequence[int]
) -> tuple[str, str] | None:
    """
    Why no part of a deletion can go now: the state and the reason that it gets by that.

    Args:
        targets: Remote ids of what is out, by the number of the part.
    """
    if any(p.state == DeliveryState.QUEUED and p.n in targets for p in parts):
        return None
    if doubtful:
        return DeliveryState.HELD, ORIGINAL_IN_DOUBT
    if any(p.state == DeliveryState.SENT for p in parts):
        return DeliveryState.SENT, "sent"  # the one that nobody knew about was not there
    return DeliveryState.WITHDRAWN, "nothing_out"


async def never_left(session: AsyncSession, original: Delivery | None) -> bool:
    """
    Whether it is over with what a change or a reply is about, and nothing of it is out: then there is nothing to put right.

    It was planned while nobody knew. What may be out still is put right as well as can be, without its post; and so is what
    was itself about an earlier post, which stands there uncorrected.
    """
    if original is None or original.act != Act.POST or original.state not in _NOT_OUT:
        return False
    return not any(p.state in OUT for p in await store.parts_of(session, original.id))


async def prepare(
    session: AsyncSession, delivery: Delivery, original: Delivery | None, targets: Mapping[int, str]
) -> tuple[list[DeliveryPart], tuple[str, str] | None]:
    """The parts of a deletion, made when it is known what is out; and what keeps all of them from going."""
    its_parts = [] if original is None else await store.parts_of(session, original.id)
    doubtful = in_doubt(original, its_parts)
    parts = await store.parts_of(session, delivery.id)
    if original is not None and targets and not doubtful and not parts:
        # Another update that is told in the same post was taken back before: a call would only cost a deletion.
        gone: int = (await session.execute(select(deleted_parts(original.id)))).scalar_one()
        if gone >= len(targets):
            return parts, (DeliveryState.SENT, "sent")
    if targets and not parts:
        parts = [
            DeliveryPart(delivery_id=delivery.id, n=n, ref=f"{delivery.id}.{n}", text="")
            for n in sorted({*targets, *doubtful}, reverse=True)
        ]
        session.add_all(parts)
        await session.flush()
    found = obstacle(parts, targets, doubtful)
    if found is not None and found[0] == DeliveryState.SENT:
        for part in parts:
            if part.state == DeliveryState.QUEUED:
                await session.delete(part)
        await session.flush()
    return parts, found
