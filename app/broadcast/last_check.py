"""
What a permit asks a last time, of the gate and of the rows themselves, and how a no is written down.

Said before the limit is charged: a delivery that may not leave costs nothing, and its row says why in words. A list
that is refused stays with whoever stopped, held or ended it meanwhile.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import and_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from app.broadcast import store
from app.broadcast.desk_notes import DeskNotes
from app.broadcast.gate import Gate, Permit, Refusal
from app.broadcast.lifecycle import is_settled, move
from app.broadcast.refusals import gate_is_broken, hold_in_doubt, say_what_is_out, withdraw_waiting
from app.broadcast.settings import EngineSettings
from app.broadcast.store import Candidate
from app.broadcast.words import sentence
from app.models import Channel, Delivery, DeliveryState, OptedOut

log = logging.getLogger(__name__)


class LastCheck:
    """The gate's answer and the rows' own, in the transaction that permits."""

    def __init__(self, gate: Gate, notes: DeskNotes, settings: EngineSettings) -> None:
        self._gate = gate
        self._notes = notes
        self._settings = settings

    async def list_refusal(self, session: AsyncSession, candidate: Candidate, now: datetime) -> bool:
        """Ask the gate for a list; a refusal stops it there and is written. True when refused."""
        delivery = candidate.delivery
        answer = (await self.ask(session, [delivery.id])).get(delivery.id)
        refusal = await self.refusal(session, candidate, answer, now)
        if refusal is None:
            return False
        if refusal.state == DeliveryState.HELD:
            await session.execute(
                update(Delivery)
                .where(_as_read(delivery))
                .values(
                    state=DeliveryState.HELD,
                    reason=refusal.reason,
                    why=refusal.why,
                    next_step="",
                    fence=delivery.fence + 1,
                    version=col(Delivery.version) + 1,
                )
            )
        else:
            await withdraw_waiting(
                session, col(Delivery.id) == delivery.id, refusal.reason, now, self._settings
            )
        self._notes.note(delivery.event_id, delivery.id)
        return True

    async def second_refusal(
        self, session: AsyncSession, candidate: Candidate, channel: Channel, second: Channel
    ) -> bool:
        """Ask the gate whether the second provider may carry a list; a refusal leaves it with the first, and says so."""
        delivery = candidate.delivery
        answer = (await self.ask(session, [delivery.id], second_id=second.id)).get(delivery.id)
        if isinstance(answer, Permit):
            return False
        refusal = answer or gate_is_broken(self._settings)
        if delivery.reason != refusal.reason:
            said = sentence("consent_second", channel=channel.name, zone=self._settings.zone)
            await session.execute(
                update(Delivery)
                .where(_as_read(delivery))
                .values(
                    reason=refusal.reason,
                    why=refusal.why,
                    next_step=said.next_step,
                    version=col(Delivery.version) + 1,
                )
            )
            self._notes.note(delivery.event_id, delivery.id)
        return True

    async def ask(
        self, session: AsyncSession, ids: Sequence[str], second_id: str | None = None
    ) -> Mapping[str, Permit | Refusal]:
        """What the gate says of each; nothing where it failed, which permits nothing."""
        try:
            async with session.begin_nested():
                if second_id is not None:
                    return await self._gate.check(session, ids, second_id=second_id)
                return await self._gate.check(session, ids)
        except Exception:
            log.exception("the gate failed; nothing is permitted")
            return {}

    async def refusal(
        self, session: AsyncSession, candidate: Candidate, answer: Permit | Refusal | None, now: datetime
    ) -> Refusal | None:
        """Why it may not leave after all; None where nothing is in its way."""
        delivery = candidate.delivery
        if now >= delivery.expires_at:
            said = sentence("expired", until=delivery.expires_at, zone=self._settings.zone)
            return Refusal("expired", "expired", said.why)
        if not store.may_leave(candidate):
            reason = "killed" if store.KILLED in candidate.marks else "superseded"
            said = sentence(reason, zone=self._settings.zone)
            return Refusal("withdrawn", reason, said.why)
        if delivery.recipient is not None:
            stopped = await session.execute(
                select(col(OptedOut.number)).where(col(OptedOut.number) == delivery.recipient)
            )
            if stopped.first() is not None:
                said = sentence("opted_out", zone=self._settings.zone)
                return Refusal("rejected", "opted_out", said.why)
        if isinstance(answer, Permit):
            return None
        return answer if isinstance(answer, Refusal) else gate_is_broken(self._settings)

    async def write(self, session: AsyncSession, delivery: Delivery, refusal: Refusal, now: datetime) -> None:
        """Of a delivery that is no list; what may be out is held for a person instead of ended."""
        this = col(Delivery.id) == delivery.id
        if refusal.state != DeliveryState.HELD and await hold_in_doubt(session, this, self._settings):
            return
        state = move(delivery.state, refusal.state)
        said = sentence(refusal.reason, until=now, zone=self._settings.zone)
        await session.execute(
            update(Delivery)
            .where(
                col(Delivery.id) == delivery.id,
                col(Delivery.fence) == delivery.fence,
                col(Delivery.state) == DeliveryState.QUEUED,
            )
            .values(
                state=state,
                reason=refusal.reason,
                why=refusal.why,
                next_step=said.next_step,
                settled_at=now if is_settled(state) else None,
                sent_at=now if state == DeliveryState.SENT else delivery.sent_at,
                fence=delivery.fence + 1,
                version=delivery.version + 1,
            )
        )
        if is_settled(state) and state != DeliveryState.HELD:
            await say_what_is_out(session, this, (delivery.id,), self._settings)


def _as_read(delivery: Delivery) -> Any:
    """A list that nobody stopped, held or ended since it was read; on several nodes it is not locked."""
    return and_(
        col(Delivery.id) == delivery.id,
        col(Delivery.fence) == delivery.fence,
        col(Delivery.state).in_((DeliveryState.QUEUED, DeliveryState.SENDING)),
    )
