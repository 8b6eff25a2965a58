"""Which channel may carry the lists of another one, and whether somebody's message stays with it."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from app.channels.registry import kind
from app.errors import Conflict, InvalidInput, NotFound
from app.models import Channel, Delivery, RecipientDelivery

OPEN = ("queued", "sending", "unknown", "held")


async def could_carry(
    session: AsyncSession, row: Channel | None, second: Channel | None, second_id: str | None
) -> Channel:
    """The channel whose lists another one, or nobody, is to carry from now on; see `Switchboard.set_second`."""
    if row is None or row.state == "off" or (second_id is not None and second is None):
        raise NotFound("There is no such channel.", code="channel_not_found")
    if second is not None:
        in_front = await session.scalar(
            select(col(Channel.id)).where(col(Channel.second_id) == row.id, col(Channel.state) != "off")
        )
        both_text = all(kind(one.adapter).capabilities.recipients for one in (row, second))
        if not both_text or second.id == row.id or second.state == "off":
            raise InvalidInput(
                "Only another SMS channel can carry the lists of an SMS channel.", code="not_a_second"
            )
        if second.second_id is not None or in_front is not None:
            raise InvalidInput(
                "A second provider has no second of its own. Choose one that stands alone.",
                code="second_of_second",
            )
    before = row.second_id
    if before is not None and before != second_id and await anybody_with(session, before, of=row.id):
        raise Conflict(
            "People of a list may have a message from the second provider, or wait for it. "
            "Let that list end, or settle it first.",
            code="channel_in_use",
        )
    return row


async def anybody_with(session: AsyncSession, via_id: str, *, of: str | None = None) -> bool:
    """Whether somebody's message stays with a provider, of one channel's lists or of any: nobody else may send it."""
    query = select(col(RecipientDelivery.id)).where(
        col(RecipientDelivery.via_id) == via_id, col(RecipientDelivery.state).in_(OPEN)
    )
    if of is not None:
        query = query.join(Delivery, col(Delivery.id) == col(RecipientDelivery.delivery_id)).where(
            col(Delivery.channel_id) == of
        )
    return (await session.execute(query.limit(1))).first() is not None
