"""What has not left and will not, or not yet: deliveries that are refused, withdrawn, or wait for a person."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import and_, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from app.broadcast.gate import Refusal
from app.broadcast.settings import EngineSettings
from app.broadcast.words import sentence
from app.models import Delivery, DeliveryState, RecipientDelivery

_WAITING = (DeliveryState.QUEUED, DeliveryState.HELD)

IN_DOUBT = ("cannot_tell", "restored")
"""Reasons of what is held because it may be out: only a person's decision about that very one ends the doubt."""


def gate_is_broken(settings: EngineSettings) -> Refusal:
    """A gate that raised, or said nothing, refuses."""
    said = sentence("gate", zone=settings.zone)
    return Refusal("held", "gate", said.why)


def refuse_delivery(delivery: Delivery, refusal: Refusal, now: datetime) -> None:
    """Put a refusal on a delivery that has not left."""
    delivery.state = DeliveryState(refusal.state)
    delivery.reason, delivery.why, delivery.next_step = refusal.reason, refusal.why, ""
    if delivery.state != DeliveryState.HELD:
        delivery.settled_at = now


async def withdraw_waiting(
    session: AsyncSession,
    which: Any,
    reason: str,
    now: datetime,
    settings: EngineSettings,
    *,
    decided: bool = False,
) -> list[str]:
    """
    Withdraw every delivery of a kind that has not left, its recipients included; returns their ids.

    Args:
        decided: Somebody decided about these very deliveries, so what is in doubt goes too. Else it stays held:
            nobody can say that it did not leave, and it must stay possible to correct.
    """
    said = sentence(reason, zone=settings.zone)
    ids = list(
        (
            await session.execute(
                update(Delivery)
                .where(which, _not_left(Delivery, decided=decided))
                .values(
                    state=DeliveryState.WITHDRAWN,
                    reason=reason,
                    why=said.why,
                    next_step=said.next_step,
                    settled_at=now,
                    fence=col(Delivery.fence) + 1,
                    version=col(Delivery.version) + 1,
                )
                .returning(col(Delivery.id))
            )
        ).scalars()
    )
    lists = list(
        (
            await session.execute(
                select(col(Delivery.id)).where(which, col(Delivery.audience_id).is_not(None))
            )
        ).scalars()
    )
    if lists:
        # A list that is being sent stops in the middle: those not yet permitted are withdrawn one by one.
        await session.execute(
            update(RecipientDelivery)
            .where(
                col(RecipientDelivery.delivery_id).in_(lists), _not_left(RecipientDelivery, decided=decided)
            )
            .values(
                state=DeliveryState.WITHDRAWN,
                reason=reason,
                why=said.why,
                settled_at=now,
                fence=col(RecipientDelivery.fence) + 1,
            )
        )
    return sorted({*ids, *lists})


def _not_left(table: type[Delivery] | type[RecipientDelivery], *, decided: bool) -> Any:
    if decided:
        return col(table.state).in_(_WAITING)
    return or_(
        col(table.state) == DeliveryState.QUEUED,
        and_(col(table.state) == DeliveryState.HELD, col(table.reason).not_in(IN_DOUBT)),
    )


async def settle_waiting(
    session: AsyncSession,
    ids: Sequence[str],
    state: DeliveryState,
    reason: str,
    now: datetime,
    settings: EngineSettings,
    why: str | None = None,
) -> None:
    said = sentence(reason, until=now, zone=settings.zone)
    await session.execute(
        update(Delivery)
        .where(col(Delivery.id).in_(ids), col(Delivery.state).in_(_WAITING))
        .values(
            state=state,
            reason=reason,
            why=said.why if why is None else why,
            next_step=said.next_step,
            settled_at=now,
            version=col(Delivery.version) + 1,
        )
    )


async def explain_waiting(session: AsyncSession, ids: Sequence[str], refusal: Refusal, now: datetime) -> None:
    await session.execute(
        update(Delivery)
        .where(col(Delivery.id).in_(ids), col(Delivery.state) == DeliveryState.QUEUED)
        .values(reason=refusal.reason, why=refusal.why, next_step="", version=col(Delivery.version) + 1)
    )
