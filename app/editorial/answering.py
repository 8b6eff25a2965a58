"""Where an answer goes: back to where its question came from, as a reply there. Pure."""

from __future__ import annotations

from app.broadcast.intents import PlannedDelivery
from app.models import Reply


def joined_to(reply: Reply | None, planned: list[PlannedDelivery]) -> list[PlannedDelivery]:
    """An answer goes back to where the question came from, as a reply there; elsewhere it is an ordinary post."""
    if reply is None:
        return planned
    joined = []
    for delivery in planned:
        if delivery.channel_id == reply.channel_id and delivery.audience_id is None:
            joined.append(
                PlannedDelivery(delivery.channel_id, delivery.parts, act="reply", reply_to=reply.remote_id)
            )
        else:
            joined.append(delivery)
    return joined
