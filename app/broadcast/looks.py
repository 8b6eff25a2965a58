"""Looking things up for the API: one update, one delivery with its attempts, a key's answer."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import tzinfo

from sqlalchemy import func, select
from sqlmodel import col

from app.broadcast.intents import Accepted
from app.broadcast.words import sentence
from app.db import Database
from app.errors import InvalidInput, NotFound
from app.models import (
    Attempt,
    Channel,
    Delivery,
    DeliveryPart,
    DeliveryState,
    IdempotencyRecord,
    RecipientDelivery,
    Update,
)

NOT_ARRIVED = (DeliveryState.REJECTED, DeliveryState.EXPIRED, DeliveryState.HELD, DeliveryState.UNKNOWN)
MOST_CAUSES = 20
_NUMBER = re.compile(r"\+?\d[\d\s().-]{5,}\d")


@dataclass(frozen=True, slots=True)
class Cause:
    """
    Why some people of a list were not reached: in words, how many, and what happens next. Nobody is named.

    Attributes:
        code: The platform's own, of the last try.
    """

    state: str
    reason: str
    code: str
    why: str
    next_step: str
    people: int


def nameless(words: str) -> str:
    """A platform's sentence may repeat the number it is about; one sentence stands for many people here."""
    return _NUMBER.sub("…", words)


class Looks:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def update(self, update_id: str) -> Update:
        """
        Raises:
            NotFound: no such update.
        """
        async with self._database.read() as session:
            row = await session.get(Update, update_id)
        if row is None:
            raise NotFound("There is no such update. Reload the page.", code="update_not_found")
        return row

    async def delivery(self, delivery_id: str) -> tuple[Delivery, list[DeliveryPart], list[Attempt]]:
        """
        Raises:
            NotFound: no such delivery.
        """
        async with self._database.read() as session:
            row = await session.get(Delivery, delivery_id)
            if row is None:
                raise NotFound("There is no such delivery. Reload the page.", code="delivery_not_found")
            parts = (
                await session.execute(
                    select(DeliveryPart)
                    .where(col(DeliveryPart.delivery_id) == delivery_id)
                    .order_by(col(DeliveryPart.n))
                )
            ).scalars()
            attempts = (
                await session.execute(
                    select(Attempt)
                    .where(
                        col(Attempt.delivery_id) == delivery_id, col(Attempt.recipient_delivery_id).is_(None)
                    )
                    .order_by(col(Attempt.intent_at))
                    .limit(500)
                )
            ).scalars()
            return row, list(parts), list(attempts)

    async def digest(self, row: Delivery) -> tuple[str | None, int]:
        """What the post says that tells a delivery with others, and how many others; None where it goes alone."""
        if row.digest is None and row.digest_id is None:
            return None, 0
        carrier = row.digest_id or row.id
        async with self._database.read() as session:
            text = await session.scalar(select(col(Delivery.digest)).where(col(Delivery.id) == carrier))
            # The tied ones and their carrier, without the one that is asked about.
            others = await session.scalar(
                select(func.count()).select_from(Delivery).where(col(Delivery.digest_id) == carrier)
            )
        return (text, int(others or 0)) if text is not None else (None, 0)

    async def causes(self, delivery_id: str, zone: tzinfo) -> Sequence[Cause]:
        """Those of a list that were not reached, grouped by why, the most first; empty where nobody is counted."""
        people = func.count().label("people")
        code = (
            select(col(Attempt.code))
            .where(col(Attempt.recipient_delivery_id) == col(RecipientDelivery.id))
            .order_by(col(Attempt.intent_at).desc())
            .limit(1)
            .scalar_subquery()
            .label("code")
        )
        async with self._database.read() as session:
            channel = await session.scalar(
                select(col(Channel.name))
                .join(Delivery, col(Delivery.channel_id) == col(Channel.id))
                .where(col(Delivery.id) == delivery_id)
            )
            each = (
                select(
                    col(RecipientDelivery.state),
                    col(RecipientDelivery.reason),
                    col(RecipientDelivery.why),
                    code,
                )
                .where(
                    col(RecipientDelivery.delivery_id) == delivery_id,
                    col(RecipientDelivery.state).in_(NOT_ARRIVED),
                )
                .subquery()
            )
            found = await session.execute(
                select(each.c.state, each.c.reason, each.c.code, func.min(each.c.why), people)
                .group_by(each.c.state, each.c.reason, each.c.code)
                .order_by(people.desc(), each.c.reason)
                .limit(MOST_CAUSES)
            )
        causes = []
        for state, reason, last_code, why, n in found.all():
            said = sentence(reason, channel=channel or "", zone=zone)
            causes.append(Cause(state, reason, last_code or "", nameless(why or said.why), said.next_step, n))
        return causes

    async def answered_before(self, event_id: str, key: str, body_hash: str) -> Accepted | None:
        """
        The stored answer of a key, so that a repeat is answered whatever has happened to the event since.

        Raises:
            InvalidInput: the key was used with another body.
        """
        async with self._database.read() as session:
            stored = await session.get(IdempotencyRecord, (event_id, key))
            if stored is None:
                return None
            if stored.body_hash != body_hash:
                raise InvalidInput(
                    "This Idempotency-Key was used for another text. Make a new key for a new update.",
                    code="key_reused",
                )
            row = (
                await session.execute(
                    select(Update).where(col(Update.event_id) == event_id, col(Update.client_key) == key)
                )
            ).scalar_one()
        return Accepted(row.id, row.seq, row.release_at, row.received_at, (), stored.answer, replayed=True)
