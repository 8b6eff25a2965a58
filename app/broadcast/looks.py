"""Looking things up for the API: one update, one delivery with its attempts, a key's answer."""

from __future__ import annotations

from sqlalchemy import select
from sqlmodel import col

from app.broadcast.intents import Accepted
from app.db import Database
from app.errors import InvalidInput, NotFound
from app.models import Attempt, Delivery, DeliveryPart, IdempotencyRecord, Update


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
