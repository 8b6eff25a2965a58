"""Giving an update that waits for approval another text: a new revision, and new parts for the same deliveries."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from app.broadcast.intents import DecidedUpdate
from app.errors import Conflict
from app.models import Delivery, DeliveryPart, DeliveryState, Update, UpdateRevision, UpdateState


async def revise(session: AsyncSession, row: Update, decided: DecidedUpdate, now: datetime) -> list[str]:
    """
    Replace what a waiting update says, in the caller's transaction; returns its deliveries.

    Nothing of it has been claimable, so no attempt can point at what is replaced.

    Raises:
        Conflict: it does not wait any more, or the channels are others.
    """
    if row.state != UpdateState.AWAITING_APPROVAL:
        raise Conflict("This does not wait for approval any more. Reload the page.", code="not_waiting")
    deliveries = list(
        (
            await session.execute(
                select(Delivery).where(
                    col(Delivery.update_id) == row.id,
                    col(Delivery.state).in_((DeliveryState.QUEUED, DeliveryState.HELD)),
                    col(Delivery.permit_at).is_(None),
                )
            )
        ).scalars()
    )
    planned = {(one.channel_id, one.act): one for one in decided.deliveries}
    if set(planned) != {(one.channel_id, one.act) for one in deliveries}:
        raise Conflict(
            "The channels are not the ones it was written for. Withdraw it and write a new one.",
            code="other_channels",
        )
    before = await session.get_one(UpdateRevision, (row.id, row.revision))
    row.revision += 1
    row.version += 1
    row.needs, row.waits_since = decided.needs, now
    row.expires_at = now + timedelta(seconds=decided.delay_s + decided.expires_in_s)
    session.add(row)
    session.add(
        UpdateRevision(
            update_id=row.id,
            revision=row.revision,
            texts=dict(decided.texts),
            channel_texts={adapter: dict(own) for adapter, own in decided.channel_texts.items()},
            media=[dict(one) for one in decided.media],
            guard=dict(decided.guard),
            correction=dict(decided.correction),
            made_from=dict(decided.made_from),
            place=before.place,  # in other words it is the same step
            author_id=decided.author_id,
            created_at=now,
        )
    )
    for delivery in deliveries:
        delivery.revision = row.revision
        delivery.expires_at = row.expires_at
        delivery.version += 1
        session.add(delivery)
        await session.execute(delete(DeliveryPart).where(col(DeliveryPart.delivery_id) == delivery.id))
        share = planned[delivery.channel_id, delivery.act]
        for n, text in enumerate(share.parts, 1):
            session.add(
                DeliveryPart(
                    delivery_id=delivery.id,
                    n=n,
                    ref=f"{delivery.id}.{n}",
                    text=text,
                    media=[dict(one) for one in share.media] if n == 1 else [],
                )
            )
    await session.flush()
    return [delivery.id for delivery in deliveries]
