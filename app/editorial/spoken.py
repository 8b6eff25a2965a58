"""
What exactly a second person has been read, as one digest: whatever of it changes afterwards was not agreed to.

Everything that leaves is in it: the words in every language and on every channel as they are cut for it, pictures with
what they are said to show, the list (nobody joins it for an update after that was accepted), the words kept for a
mistake, the time and the expiry.
"""

from __future__ import annotations

import hashlib
from typing import Any

import orjson
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from app.editorial.finding import revision_of
from app.models import Delivery, DeliveryPart, Update


async def digest_of(session: AsyncSession, row: Update) -> str:
    """SHA-256 over this revision of an update, and over each of its deliveries."""
    said = await revision_of(session, row)
    whole = {
        "update": [
            row.id,
            row.revision,
            row.kind,
            row.priority,
            row.key_moment,
            row.pinned,
            row.of_update_id,
        ],
        "times": [row.expires_at, row.planned_at],
        "marks": dict(row.marks),
        "texts": said.texts,
        "channel_texts": said.channel_texts,
        "correction": said.correction,
        "pictures": said.media,
        "deliveries": await _deliveries(session, row),
    }
    return hashlib.sha256(orjson.dumps(whole, option=orjson.OPT_SORT_KEYS)).hexdigest()


async def _deliveries(session: AsyncSession, row: Update) -> list[Any]:
    found = await session.execute(
        select(Delivery).where(col(Delivery.update_id) == row.id).order_by(col(Delivery.id))
    )
    told: list[Any] = []
    for one in found.scalars().all():
        parts = await session.execute(
            select(col(DeliveryPart.n), col(DeliveryPart.text), col(DeliveryPart.media))
            .where(col(DeliveryPart.delivery_id) == one.id)
            .order_by(col(DeliveryPart.n))
        )
        told.append(
            [
                [one.id, one.channel_id, one.act, one.revision, one.of_delivery_id, one.expires_at],
                [one.audience_id, one.recipient, one.reply_to, one.first_to],
                [list(part) for part in parts.all()],
            ]
        )
    return told
