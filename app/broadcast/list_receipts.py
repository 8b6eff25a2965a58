"""Receipts of a list's people that are kept already when the answer to their message is written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, tzinfo
from typing import Any

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from app.broadcast import list_rows
from app.broadcast.bulk import as_one, is_sqlite
from app.broadcast.evidence import OUT
from app.broadcast.long_messages import remember_parts
from app.broadcast.messages import Message, told_as
from app.broadcast.outcomes import about_message, is_older, kept_receipts, proven
from app.broadcast.settle import Change
from app.broadcast.words import sentence
from app.channels.base import DeviceReceipt
from app.models import DeliveryState, PendingReceipt, RecipientDelivery

_RECIPIENTS: Any = RecipientDelivery.__table__  # type: ignore[attr-defined]


async def merge_kept(
    session: AsyncSession,
    ours: Sequence[tuple[Message, Change]],
    now: datetime,
    deltas: dict[str, Counter[str]],
    *,
    zone: tzinfo,
) -> None:
    """
    Let receipts that were faster than the answers say what they say, whether they name our reference or the platform's id alone.

    Args:
        ours: Outcomes that were written.
        deltas: By delivery, how many people each state has gained; what receipts change is added.
    """
    sent = {m.id: m for m, c in ours if c.state == DeliveryState.SENT}
    if not sent:
        return
    receipts = {m.id: c.receipt for m, c in ours if m.id in sent and c.receipt is not None}
    await remember_parts(
        session, ((id_, sent[id_].channel_id, receipt) for id_, receipt in receipts.items()), now
    )
    if (await session.execute(list_rows.any_pending())).first() is None:
        return  # as nearly always; to name hundreds of messages costs more than to ask
    by_id = {
        (sent[id_].channel_id, remote_id): sent[id_]
        for id_, receipt in receipts.items()
        for remote_id in (receipt.remote_id, *receipt.part_ids)
    }
    sqlite = is_sqlite(session)
    ids = {
        "refs": as_one(list(sent), sqlite=sqlite),
        "channel_ids": as_one(sorted({channel_id for channel_id, _ in by_id}), sqlite=sqlite),
        "remote_ids": as_one([remote_id for _, remote_id in by_id], sqlite=sqlite),
    }
    pending = (await session.execute(list_rows.pending(sqlite), ids)).scalars().all()
    best: dict[str, DeviceReceipt] = {}
    theirs: list[PendingReceipt] = []
    for one in pending:
        message = sent[one.ref] if one.ref is not None else by_id.get((one.channel_id, one.remote_id))
        if message is None:
            continue  # the same id at another provider
        theirs.append(one)
        if is_older(one, message.id, message.intent_at):
            continue
        named = (one.channel_id, one.remote_id) in by_id
        if one.state == DeliveryState.REJECTED and not named:
            continue  # an earlier try's, which says nothing about this one
        said = await about_message(session, one, receipts[message.id])
        if message.id not in best or best[message.id].rank < said.rank:
            best[message.id] = said
    for id_, last in best.items():
        message, reason = sent[id_], told_as(last.state)
        why = sentence(reason, channel=message.channel_name, words=last.words, zone=zone).why
        await session.execute(
            update(_RECIPIENTS)
            .where(_RECIPIENTS.c.id == id_)
            .values(state=last.state, rank=last.rank, reason=reason, why=why)
        )
        counter = deltas.setdefault(message.delivery_id, Counter())
        counter[DeliveryState.SENT] -= 1
        counter[last.state] += 1
    for one in theirs:
        await session.delete(one)
    await session.flush()


async def with_earlier_tries(
    session: AsyncSession, outcomes: Sequence[tuple[Message, Change]], again: Sequence[str]
) -> Sequence[tuple[Message, Change]]:
    """
    What was not taken this time, and is out by an earlier try: its receipt came while this one was under way.

    Only a message that was tried before can have one, and it names our reference.
    """
    kept = await kept_receipts(session, again, OUT)
    return [(m, proven(c, kept[m.id]) if m.id in kept else c) for m, c in outcomes]
