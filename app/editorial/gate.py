"""
The gate that broadcast asks at every permit, filled with what the editorial side knows at that very moment.

Read in the permit's own transaction, so a withdrawal that is committed stops whatever has not started.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from app.broadcast.gate import Permit, Refusal
from app.models import Delivery, EventKind, LiveEvent, Update, UpdateRevision, UpdateState


class EditorialGate:
    """Guard decision on the very revision that goes out, approval state, and the rule for patient events."""

    def __init__(self, *, drill: bool) -> None:
        self._drill = drill

    async def check(
        self, session: AsyncSession, delivery_ids: Sequence[str]
    ) -> Mapping[str, Permit | Refusal]:
        rows = (
            await session.execute(
                select(col(Delivery.id), col(Update.state), col(UpdateRevision.guard), col(LiveEvent.kind))
                .join(Update, col(Update.id) == col(Delivery.update_id))
                .join(LiveEvent, col(LiveEvent.id) == col(Delivery.event_id))
                .join(
                    UpdateRevision,
                    (col(UpdateRevision.update_id) == col(Update.id))
                    & (col(UpdateRevision.revision) == col(Delivery.revision)),
                )
                .where(col(Delivery.id).in_(delivery_ids))
            )
        ).all()
        return {delivery_id: self._decide(state, guard, kind) for delivery_id, state, guard, kind in rows}

    def _decide(self, state: str, guard: Mapping[str, object], kind: str) -> Permit | Refusal:
        if state == UpdateState.WITHDRAWN:
            return Refusal("withdrawn", "undone", "It was undone before it went out.")
        if state == UpdateState.AWAITING_APPROVAL:
            return Refusal("held", "not_approved", "It waits for a second person.")
        if guard.get("decision") not in ("pass", "ask"):
            return Refusal(
                "held", "guard_missing", "There is no privacy decision for this text, so it does not go out."
            )
        if kind == EventKind.SURGERY and not self._drill:
            return Refusal("held", "no_consent", "There is no consent record for this patient event.")
        return Permit()
