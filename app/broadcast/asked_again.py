"""
What counts down and needs a person's word again: nothing of its countdown is left, and its waiting begins now.

Whoever is asked, and after how long one person may send it alone, is reckoned from then and from no earlier waiting.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from app.broadcast.gate import Refusal
from app.broadcast.refusals import explain_waiting
from app.models import Delivery, Update, UpdateState

APPROVER = "approver"
"""In Update.needs. What had needed nobody's word needs one now, which is asked for, counts and lapses like any other."""


def wait_again(one: Update, now: datetime) -> None:
    one.needs = one.needs or APPROVER
    one.state, one.waits_since = UpdateState.AWAITING_APPROVAL, now
    one.release_at = one.hold_left_s = None
    one.version += 1


async def ask_again(
    session: AsyncSession, one: Update, reason: str, why: str, now: datetime
) -> list[tuple[str, str]]:
    """As `wait_again`, and its deliveries say why; returns what changed on the desk."""
    wait_again(one, now)
    found = await session.execute(select(col(Delivery.id)).where(col(Delivery.update_id) == one.id))
    ids = list(found.scalars())
    await explain_waiting(session, ids, Refusal("held", reason, why), now)
    return [("update", one.id), *(("delivery", delivery_id) for delivery_id in ids)]
