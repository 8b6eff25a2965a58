"""Rows in few queries, and the wire shapes that need several tables. Shared by what reads topics and what reads lists."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeVar

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from app.broadcast import projection
from app.models import (
    Channel,
    Delivery,
    DeliveryPart,
    EventChannel,
    LimitHold,
    Recipient,
    Reply,
    Update,
    UpdateRevision,
)
from app.schemas import frames

Row = TypeVar("Row", Update, Reply, Delivery)

IDS_PER_QUERY = 500  # SQLite takes 32,766 variables, older ones 999


async def rows(session: AsyncSession, table: type[Row], ids: Iterable[str]) -> list[Row]:
    wanted = sorted(ids)
    found: list[Row] = []
    for start in range(0, len(wanted), IDS_PER_QUERY):
        some = wanted[start : start + IDS_PER_QUERY]
        found += (await session.scalars(select(table).where(col(table.id).in_(some)))).all()
    return found


async def revisions(session: AsyncSession, update_ids: Iterable[str]) -> dict[str, UpdateRevision]:
    wanted = sorted(update_ids)
    found: dict[str, UpdateRevision] = {}
    for start in range(0, len(wanted), IDS_PER_QUERY):
        rows = await session.scalars(
            select(UpdateRevision)
            .join(
                Update,
                (col(Update.id) == col(UpdateRevision.update_id))
                & (col(Update.revision) == col(UpdateRevision.revision)),
            )
            .where(col(Update.id).in_(wanted[start : start + IDS_PER_QUERY]))
        )
        found.update({row.update_id: row for row in rows})
    return found


async def parts(session: AsyncSession, delivery_ids: Sequence[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for start in range(0, len(delivery_ids), IDS_PER_QUERY):
        rows = await session.execute(
            select(col(DeliveryPart.delivery_id), col(DeliveryPart.state)).where(
                col(DeliveryPart.delivery_id).in_(delivery_ids[start : start + IDS_PER_QUERY])
            )
        )
        for delivery_id, state in rows:
            found.setdefault(delivery_id, []).append(state)
    return found


async def desk_updates(session: AsyncSession, updates: Sequence[Update]) -> list[frames.DeskUpdate]:
    ids = [update.id for update in updates]
    said = await revisions(session, ids)
    sent: list[Delivery] = []
    for start in range(0, len(ids), IDS_PER_QUERY):
        sent += (
            await session.scalars(
                select(Delivery)
                .where(col(Delivery.update_id).in_(ids[start : start + IDS_PER_QUERY]))
                .order_by(col(Delivery.id))
            )
        ).all()
    states = await parts(session, [row.id for row in sent])
    deliveries: dict[str, list[frames.DeskDelivery]] = {}
    for row in sent:
        deliveries.setdefault(row.update_id, []).append(projection.desk_delivery(row, states.get(row.id, [])))
    return [
        projection.desk_update(update, said.get(update.id), deliveries.get(update.id, ()))
        for update in updates
    ]


async def adapters(session: AsyncSession) -> dict[str, str]:
    rows = await session.execute(select(col(Channel.id), col(Channel.adapter)))
    return {row[0]: row[1] for row in rows}


async def channels(
    session: AsyncSession, event_id: str, only: Iterable[str] | None
) -> list[frames.ChannelState]:
    size = (
        select(func.count())
        .select_from(Recipient)
        .where(col(Recipient.audience_id) == col(EventChannel.audience_id))
        .scalar_subquery()
    )
    query = (
        select(Channel, col(EventChannel.audience_id), size, col(LimitHold.until))
        .join(EventChannel, col(EventChannel.channel_id) == col(Channel.id))
        .outerjoin(LimitHold, col(LimitHold.key) == col(Channel.id))
        .where(col(EventChannel.event_id) == event_id)
        .order_by(col(Channel.name))
    )
    if only is not None:
        query = query.where(col(Channel.id).in_(sorted(only)))
    return [
        projection.channel_state(
            channel, audience_size=count if audience_id else None, limited_until=limited_until
        )
        for channel, audience_id, count, limited_until in await session.execute(query)
    ]
