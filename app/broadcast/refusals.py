"""What has not left and will not, or not yet: deliveries that are refused, withdrawn, or wait for a person."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import and_, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from app.broadcast.evidence import AGAIN, IN_DOUBT, OUT, WAITING, partly_out, people_open, people_out
from app.broadcast.gate import Refusal
from app.broadcast.lifecycle import is_final, sum_up
from app.broadcast.list_sums import PEOPLE, counted, locked
from app.broadcast.settings import EngineSettings
from app.broadcast.words import sentence
from app.models import Channel, Delivery, DeliveryState, RecipientDelivery

CANNOT_TELL = "cannot_tell"

ORIGINAL_IN_DOUBT = "original_in_doubt"
"""Why a deletion is held: nobody knows yet whether there is anything to delete."""


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
    doubtful = [] if decided else await hold_in_doubt(session, which, settings)
    ids = list(
        (
            await session.execute(
                update(Delivery)
                .where(which, col(Delivery.audience_id).is_(None), _not_left(Delivery, decided=decided))
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
    await say_what_is_out(session, which, ids, settings)
    lists = list(
        (
            await session.execute(
                select(col(Delivery.id)).where(which, col(Delivery.audience_id).is_not(None))
            )
        ).scalars()
    )
    if lists:
        # A list that is being sent stops in the middle: those not yet permitted are withdrawn one by one.
        theirs = col(RecipientDelivery.delivery_id).in_(lists)
        if not decided:
            await hold_people_in_doubt(session, theirs, settings)
        await session.execute(
            update(RecipientDelivery)
            .where(theirs, _not_left(RecipientDelivery, decided=decided))
            .values(
                state=DeliveryState.WITHDRAWN,
                reason=reason,
                why=said.why,
                settled_at=now,
                fence=col(RecipientDelivery.fence) + 1,
            )
        )
        for one in lists:
            await _end_list(session, one, reason, now, settings, decided=decided)
    return sorted({*doubtful, *ids, *lists})


async def hold_in_doubt(session: AsyncSession, which: Any, settings: EngineSettings) -> list[str]:
    """What waits although an earlier try may be out is not called stopped, or too old: a person looks."""
    waits = and_(
        which,
        col(Delivery.audience_id).is_(None),
        col(Delivery.by_itself) == AGAIN,
        col(Delivery.state).in_(WAITING),
        ~and_(col(Delivery.state) == DeliveryState.HELD, col(Delivery.reason).in_(IN_DOUBT)),
    )
    found = await session.execute(
        select(col(Delivery.id), col(Channel.name))
        .join(Channel, col(Channel.id) == col(Delivery.channel_id))
        .where(waits)
    )
    ids: list[str] = []
    for delivery_id, channel in found.all():
        said = sentence("stopped_in_doubt", channel=channel, zone=settings.zone)
        # Asked again: another process may have permitted it meanwhile.
        held = await session.execute(
            update(Delivery)
            .where(col(Delivery.id) == delivery_id, waits)
            .values(
                state=DeliveryState.HELD,
                reason=CANNOT_TELL,
                why=said.why,
                next_step=said.next_step,
                fence=col(Delivery.fence) + 1,
                version=col(Delivery.version) + 1,
            )
            .returning(col(Delivery.id))
        )
        ids += held.scalars()
    return ids


async def hold_people_in_doubt(session: AsyncSession, which: Any, settings: EngineSettings) -> None:
    """The same of people on lists."""
    said = sentence("stopped_in_doubt", channel="the provider’s side", zone=settings.zone)
    await session.execute(
        update(RecipientDelivery)
        .where(
            which,
            col(RecipientDelivery.state) == DeliveryState.QUEUED,
            col(RecipientDelivery.reason) == AGAIN,
        )
        .values(
            state=DeliveryState.HELD,
            reason=CANNOT_TELL,
            why=said.why,
            fence=col(RecipientDelivery.fence) + 1,
        )
    )


async def say_what_is_out(
    session: AsyncSession,
    which: Any,
    ids: Collection[str],
    settings: EngineSettings,
    reason: str = "partly_out",
) -> None:
    """Of those that were just ended, threads that are out in part say so instead of the common words."""
    if not ids:
        return
    for one in (await partly_out(session, which)).values():
        if one.delivery_id not in ids:
            continue
        said = sentence(reason, channel=one.channel, done=one.out, parts=one.parts, zone=settings.zone)
        await session.execute(
            update(Delivery)
            .where(col(Delivery.id) == one.delivery_id)
            .values(why=said.why, next_step=said.next_step)
        )


async def _end_list(
    session: AsyncSession,
    delivery_id: str,
    reason: str,
    now: datetime,
    settings: EngineSettings,
    *,
    decided: bool,
) -> None:
    """A list is withdrawn as far as nobody of it was called; else it is what its people are."""
    row = await locked(session, delivery_id)
    if row.state not in (*WAITING, DeliveryState.SENDING):
        return
    counts = await counted(session, row)
    if not counts and not decided and row.state == DeliveryState.HELD and row.reason in IN_DOUBT:
        return
    state = sum_up(counts)
    done, open_ = people_out(counts), people_open(counts)
    words = reason
    if state == DeliveryState.HELD:
        words = "list_in_doubt"
    elif state != DeliveryState.WITHDRAWN:
        words = "list_stopped"
    said = sentence(
        words,
        done=done,
        parts=open_ if state == DeliveryState.HELD else counts.get(PEOPLE, sum(counts.values())),
        zone=settings.zone,
    )
    values: dict[str, Any] = {
        "counts": counts,
        "state": state,
        "reason": CANNOT_TELL if state == DeliveryState.HELD else reason,
        "why": said.why,
        "next_step": said.next_step,
        "fence": row.fence + 1,
        "version": row.version + 1,
    }
    if is_final(state):
        values["settled_at"] = now
    if state in OUT and row.sent_at is None:
        values["sent_at"] = now
    await session.execute(update(Delivery).where(col(Delivery.id) == row.id).values(**values))


def _not_left(table: type[Delivery] | type[RecipientDelivery], *, decided: bool) -> Any:
    if decided:
        return col(table.state).in_(WAITING)
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
        .where(col(Delivery.id).in_(ids), col(Delivery.state).in_(WAITING))
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
