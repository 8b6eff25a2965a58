"""How many people of a list are in which state, and the state of its delivery that follows from it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from app.broadcast.evidence import AGAIN, OUT
from app.broadcast.lifecycle import is_final, is_settled, sum_up
from app.broadcast.settings import EngineSettings
from app.broadcast.words import sentence
from app.clock import Clock
from app.models import Channel, Delivery, DeliveryState, RecipientDelivery

PEOPLE = "people"
"""Key in Delivery.counts: how many the list had; there once it is expanded."""

_RECIPIENTS: Any = RecipientDelivery.__table__  # type: ignore[attr-defined]
_DELIVERIES: Any = Delivery.__table__  # type: ignore[attr-defined]
_TO = "to_"  # a column's own name would be taken for its new value by itself


class Sums:
    """Kept with every change of people's rows, in the same transaction."""

    def __init__(self, clock: Clock, settings: EngineSettings) -> None:
        self._clock = clock
        self._settings = settings

    async def count(
        self,
        session: AsyncSession,
        delivery_id: str,
        deltas: Mapping[str, int],
        *,
        now: datetime | None = None,
    ) -> bool:
        """Keep the sums of a list and move the delivery by them; True when it became settled by this."""
        row = await _as_it_is(session, delivery_id)
        counts = dict(row.counts)
        for state, n in deltas.items():
            counts[str(state)] = counts.get(str(state), 0) + n
        return await self._write_counts(session, row, counts, now)

    async def recount(self, session: AsyncSession, delivery_id: str, now: datetime) -> bool:
        """Make the sums from the rows again, after changes of many rows at once."""
        row = await _as_it_is(session, delivery_id)
        counts = await counted(session, row)
        return await self._write_counts(session, row, counts, now)

    async def _write_counts(
        self, session: AsyncSession, row: Any, counts: dict[str, int], now: datetime | None
    ) -> bool:
        counts = {state: n for state, n in counts.items() if n != 0 or state == PEOPLE}
        state = sum_up(counts) if PEOPLE in counts else DeliveryState(row.state)
        if row.state == DeliveryState.HELD and (
            counts.get(DeliveryState.QUEUED, 0)
            or (row.reason == "stopped" and (state == DeliveryState.SENDING))
        ):
            # Somebody stopped the list; what was in flight then only changes the sums. Who of it comes back to wait
            # waits for a decision as well, so it stays stopped until all of them are known.
            await _change(session, row.id, {"counts": counts, "version": row.version + 1})
            return False
        if is_final(row.state) and row.state != DeliveryState.SENT:
            state = DeliveryState(row.state)
        if row.state == DeliveryState.QUEUED and counts.get(DeliveryState.SENDING, 0):
            state = DeliveryState.SENDING
        if (
            row.state == DeliveryState.QUEUED
            and state == DeliveryState.SENDING
            and not counts.get(DeliveryState.SENDING, 0)
        ):
            state = DeliveryState.QUEUED  # nobody has been called yet
        people = counts.get(PEOPLE, sum(counts.values()))
        out = counts.get(DeliveryState.SENT, 0) + counts.get(DeliveryState.DELIVERED, 0)
        reason = {
            DeliveryState.SENDING: "sending_many",
            DeliveryState.HELD: "cannot_tell",
        }.get(state, str(state))
        if reason == "sending_many" and row.carried_by:
            reason = "sending_by_second"
        # Withdrawn in the middle: it is not simply sent.
        cut = state in OUT and counts.get(DeliveryState.WITHDRAWN, 0) > 0
        said = sentence(
            "list_stopped" if cut else reason,
            words=row.carried_by,
            channel=row.channel_name,
            done=out,
            parts=people,
            until=now,
            zone=self._settings.zone,
        )
        settled = is_settled(state) and not is_settled(row.state)
        values: dict[str, Any] = {
            "counts": counts,
            "state": state,
            "reason": reason,
            "why": said.why,
            "next_step": said.next_step,
            "version": row.version + 1,
        }
        if state in (DeliveryState.SENT, DeliveryState.DELIVERED) and row.sent_at is None:
            values["sent_at"] = now
        if settled and is_final(state):
            values["settled_at"] = now
        if row.permit_at is None and state == DeliveryState.SENDING:
            values["permit_at"] = self._clock.now()
        await _change(session, row.id, values)
        return settled

    async def expire(self, session: AsyncSession, delivery: Delivery, now: datetime) -> None:
        """Everybody who has not been called by the expiry is not called any more."""
        said = sentence("expired", until=delivery.expires_at, zone=self._settings.zone)
        doubtful = sentence("cannot_tell", channel="the provider’s side", zone=self._settings.zone)
        await session.execute(
            update(_RECIPIENTS)
            .where(
                _RECIPIENTS.c.delivery_id == delivery.id,
                _RECIPIENTS.c.state == str(DeliveryState.QUEUED),
                _RECIPIENTS.c.reason == AGAIN,
            )
            .values(
                state=str(DeliveryState.HELD),
                reason="cannot_tell",
                why=doubtful.why,
                fence=_RECIPIENTS.c.fence + 1,
            )
        )
        await session.execute(
            update(_RECIPIENTS)
            .where(_RECIPIENTS.c.delivery_id == delivery.id, _RECIPIENTS.c.state == str(DeliveryState.QUEUED))
            .values(
                state=str(DeliveryState.EXPIRED),
                reason="expired",
                why=said.why,
                settled_at=now,
                fence=_RECIPIENTS.c.fence + 1,
            )
        )
        await self.recount(session, delivery.id, now)


async def _as_it_is(session: AsyncSession, delivery_id: str) -> Any:
    """What the sums ask of a delivery and its channel; as `locked`, without the mapper, for every batch of a list."""
    return (await session.execute(_current(), {"delivery_id": delivery_id})).one()


@lru_cache(maxsize=1)
def _current() -> Any:
    return (
        select(
            col(Delivery.id),
            col(Delivery.state),
            col(Delivery.reason),
            col(Delivery.counts),
            col(Delivery.sent_at),
            col(Delivery.permit_at),
            col(Delivery.version),
            col(Channel.name).label("channel_name"),
            col(Channel.carried_by),
        )
        .join(Channel, col(Channel.id) == col(Delivery.channel_id))
        .where(col(Delivery.id) == bindparam("delivery_id"))
        .with_for_update(of=Delivery)
    )


async def _change(session: AsyncSession, delivery_id: str, values: Mapping[str, Any]) -> None:
    given = {f"{_TO}{name}": value for name, value in values.items()}
    await session.execute(_update(tuple(values)), {"delivery_id": delivery_id, **given})


@lru_cache(maxsize=16)
def _update(names: tuple[str, ...]) -> Any:
    table = _DELIVERIES
    return (
        update(table)
        .where(table.c.id == bindparam("delivery_id"))
        .values({name: bindparam(f"{_TO}{name}", type_=table.c[name].type) for name in names})
    )


async def locked(session: AsyncSession, delivery_id: str) -> Delivery:
    """As it is now: another node may have counted since this session read it."""
    found = await session.execute(
        select(Delivery)
        .where(col(Delivery.id) == delivery_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return found.scalar_one()


async def counted(session: AsyncSession, row: Any) -> dict[str, int]:
    """The sums of a list as its people's rows have them; `row` is the delivery, with its `id` and `counts`."""
    found = await session.execute(
        select(_RECIPIENTS.c.state, func.count())
        .where(_RECIPIENTS.c.delivery_id == row.id)
        .group_by(_RECIPIENTS.c.state)
    )
    counts = {str(state): int(n) for state, n in found.all()}
    if PEOPLE in row.counts:
        counts[PEOPLE] = row.counts[PEOPLE]
    return counts
