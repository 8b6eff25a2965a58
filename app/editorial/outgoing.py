"""Reading what became of an update on each channel, for the planner of corrections."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col

from app.broadcast.deletions import deleted_parts
from app.broadcast.evidence import AGAIN, IN_DOUBT, PARTS, PARTS_OUT, WAITING
from app.channels.registry import kind as adapter_kind
from app.editorial.corrections import Out, Outgoing
from app.editorial.finding import find_update
from app.models import Act, Channel, Delivery, DeliveryState


async def outgoing_of(session: AsyncSession, update_id: str) -> Outgoing:
    """
    Raises:
        NotFound: no such update.
    """
    row = await find_update(session, update_id)
    other = aliased(Delivery)
    carrier = func.coalesce(col(Delivery.digest_id), col(Delivery.id))
    # Those told in the same post: its carrier and all that are tied to it, without this one.
    told_with = (
        select(func.count())
        .select_from(other)
        .where(
            (col(other.digest_id) == carrier) | (col(other.id) == carrier), col(other.id) != col(Delivery.id)
        )
        .correlate(Delivery)
        .scalar_subquery()
    )
    found = await session.execute(
        select(Delivery, Channel, PARTS, told_with, PARTS_OUT, deleted_parts(carrier))
        .join(Channel, col(Channel.id) == col(Delivery.channel_id))
        .where(col(Delivery.update_id) == update_id, col(Delivery.act) != Act.DELETE)
        .order_by(col(Delivery.id))
    )
    return Outgoing(
        row.id,
        row.event_id,
        tuple(out_of(*row) for row in found.all()),
    )


def out_of(
    delivery: Delivery,
    channel: Channel,
    parts: int,
    told_with: int = 0,
    parts_out: int = 0,
    parts_gone: int = 0,
) -> Out:
    """One row as the planner sees it."""
    gone = (DeliveryState.SENDING, DeliveryState.SENT, DeliveryState.DELIVERED, DeliveryState.UNKNOWN)
    people = sum(delivery.counts.get(str(state), 0) for state in gone)
    listed = delivery.audience_id is not None
    in_doubt = not listed and delivery.reason in IN_DOUBT
    # A list that stopped in the middle has reached people, and the first posts of a thread that did are to be read,
    # whatever its own state says; of what is held a person still has to say more.
    partly = people > 0 if listed else parts_out > 0 and delivery.state != DeliveryState.HELD
    # What waits only because a double was preferred is as unknown as before.
    again = not listed and delivery.by_itself == AGAIN and delivery.state in WAITING
    return Out(
        delivery_id=delivery.id,
        channel_id=channel.id,
        channel_name=channel.name,
        adapter=channel.adapter,
        capabilities=adapter_kind(channel.adapter).capabilities,
        state=DeliveryState.SENT if partly else DeliveryState.UNKNOWN if again else delivery.state,
        begun=delivery.permit_at is not None or people > 0 or in_doubt,
        parts=max(1, parts),
        told_with=told_with,
        fence=delivery.fence,
        deleted=0 < parts_out <= parts_gone,
        audience_id=delivery.audience_id,
        recipient=delivery.recipient,
        people=people if listed else None,
    )
