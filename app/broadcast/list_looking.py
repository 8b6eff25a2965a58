"""
Finding out what became of people's messages whose answer never came: leases on the people of a channel's lists.

As `looking` for posts. Each is looked for where it was given, which need not be the list's own channel, and as long as
that provider can be asked.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sqlalchemy import case, exists, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from app.broadcast import store
from app.broadcast.evidence import AGAIN
from app.broadcast.failover import NOT_TAKEN
from app.broadcast.messages import Message, aware
from app.broadcast.outcomes import kept_receipts
from app.broadcast.settings import EngineSettings, policy_of
from app.broadcast.settle import Standing
from app.channels.base import Adapter, OutboundPost, Reconciles
from app.clock import Clock
from app.models import Attempt, Channel, Delivery, DeliveryState, RecipientDelivery

_RECIPIENTS: Any = RecipientDelivery.__table__  # type: ignore[attr-defined]
_ATTEMPTS: Any = Attempt.__table__  # type: ignore[attr-defined]
_OF_THE_PERSON: Any = _ATTEMPTS.c.recipient_delivery_id == _RECIPIENTS.c.id


class ListLooking:
    """Leases the people of whom nobody knows."""

    def __init__(self, clock: Clock, settings: EngineSettings) -> None:
        self._clock = clock
        self._settings = settings

    async def lease(
        self,
        session: AsyncSession,
        channel: Channel,
        adapter_of: Callable[[str], Adapter | None],
        limit: int = 16,
    ) -> list[Message]:
        """
        Lease people of a channel's lists whose message may or may not be out.

        Args:
            adapter_of: Of the provider that may have it, which need not be the list's own channel.
        """
        now = self._clock.now()
        stamp = await store.lease_now(session, now)
        carriers = await self._carriers(session, channel, adapter_of)
        tries = select(func.max(_ATTEMPTS.c.intent_at)).where(_OF_THE_PERSON)
        open_ones = select(func.sum(case((_ATTEMPTS.c.outcome.in_(NOT_TAKEN), 0), else_=1))).where(
            _OF_THE_PERSON
        )
        rows = (
            await session.execute(
                select(
                    _RECIPIENTS,
                    Delivery,
                    tries.scalar_subquery().label("intent_at"),
                    open_ones.scalar_subquery().label("open"),
                )
                .join(Delivery, col(Delivery.id) == _RECIPIENTS.c.delivery_id)
                .where(
                    _RECIPIENTS.c.state == str(DeliveryState.UNKNOWN),
                    _RECIPIENTS.c.due_at <= stamp,
                    (_RECIPIENTS.c.lease_until.is_(None)) | (_RECIPIENTS.c.lease_until <= stamp),
                    col(Delivery.channel_id) == channel.id,
                    # Who cannot be asked about now keeps nobody else from being looked for.
                    func.coalesce(_RECIPIENTS.c.via_id, channel.id).in_(list(carriers)),
                    exists(select(_ATTEMPTS.c.id).where(_OF_THE_PERSON)),
                )
                .order_by(_RECIPIENTS.c.due_at)
                .limit(limit)
                # Two nodes never ask about the same person: the second one's outcome would come too late for its fence.
                .with_for_update(of=_RECIPIENTS, skip_locked=True)
            )
        ).all()
        if not rows:
            return []
        await session.execute(
            update(_RECIPIENTS)
            .where(_RECIPIENTS.c.id.in_([row.id for row in rows]))
            .values(
                fence=_RECIPIENTS.c.fence + 1,
                lease_until=stamp + timedelta(seconds=self._settings.look_lease_s),
            )
        )
        kept = await kept_receipts(session, [row.id for row in rows])
        texts: dict[str, str] = {}
        messages: list[Message] = []
        for row in rows:
            delivery: Delivery = row.Delivery
            carrier, adapter = carriers[row.via_id or channel.id]
            if delivery.id not in texts:
                parts = await store.parts_of(session, delivery.id)
                texts[delivery.id] = parts[0].text if parts else ""
            standing = Standing(
                state=DeliveryState.UNKNOWN,
                attempts=row.attempts,
                looks=row.looks,
                expires_at=delivery.expires_at,
                ambiguous_before=True,
                duplicates=1 if row.reason == AGAIN else 0,
                policy=policy_of(carrier.adapter, carrier.settings, delivery.priority),
                look_after_s=tuple(adapter.look_after_s) if isinstance(adapter, Reconciles) else (),
            )
            messages.append(
                Message(
                    id=row.id,
                    delivery_id=delivery.id,
                    event_id=delivery.event_id,
                    channel_id=carrier.id,
                    channel_name=carrier.name,
                    open_before=row.open > 1,
                    post=OutboundPost(ref=row.id, text=texts[delivery.id], recipient=row.number),
                    attempt_id="",
                    fence=row.fence + 1,
                    standing=standing,
                    intent_at=aware(row.intent_at),
                    start=None,
                    starts_in_s=0.0,
                    charged_at=0.0,
                    units=0,
                    was=DeliveryState.UNKNOWN,
                    known=kept.get(row.id),
                )
            )
        return messages

    async def _carriers(
        self, session: AsyncSession, channel: Channel, adapter_of: Callable[[str], Adapter | None]
    ) -> dict[str, tuple[Channel, Adapter]]:
        """Who may have messages that nobody knows about, as far as they can be asked."""
        via_ids = await session.scalars(
            select(func.coalesce(_RECIPIENTS.c.via_id, channel.id))
            .join(Delivery, col(Delivery.id) == _RECIPIENTS.c.delivery_id)
            .where(_RECIPIENTS.c.state == str(DeliveryState.UNKNOWN), col(Delivery.channel_id) == channel.id)
            .distinct()
        )
        carriers: dict[str, tuple[Channel, Adapter]] = {}
        for via_id in via_ids:
            carrier, adapter = await session.get(Channel, via_id), adapter_of(via_id)
            if carrier is not None and adapter is not None:
                carriers[via_id] = (carrier, adapter)
        return carriers
