"""
What opened something once or for a while and opens nothing any more: sessions, tickets, codes. It need not be kept.

Only what is past its end goes, never what was used or revoked before it: the row that says so is what keeps it from
being used again, also after a backup from before was restored. What was done with it is in the record.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from app.models import Pairing, PhoneCode, RecoveryCode, Session, SignInCode, StreamTicket, UsedChallenge

KEPT = timedelta(days=1)
"""After its end: room for a clock that is set, and for who wants to know why something opened nothing."""

Spend = Callable[[AsyncSession, datetime, int], Awaitable[int]]


async def _delete(
    key: Any, over: Any, session: AsyncSession, now: datetime, most: int, *, kept: timedelta = KEPT
) -> int:
    rows = await session.execute(select(col(key)).where(col(over) < now - kept).limit(most))
    found = list(rows.scalars())
    if found:
        await session.execute(delete(key.class_).where(col(key).in_(found)))
    return len(found)


SPENT: dict[str, Spend] = {
    # Before the sessions that they point at: the last one outlives its session by half a minute.
    "stream_tickets": partial(_delete, StreamTicket.ticket_hash, StreamTicket.expires_at, kept=timedelta()),
    "sessions": partial(_delete, Session.id, Session.expires_at),
    "pairings": partial(_delete, Pairing.locator, Pairing.expires_at),
    "sign_in_codes": partial(_delete, SignInCode.code_hash, SignInCode.expires_at),
    "phone_codes": partial(_delete, PhoneCode.id, PhoneCode.expires_at),
    "challenges": partial(_delete, UsedChallenge.challenge_hash, UsedChallenge.expires_at),
    # These have no end but their use.
    "recovery_codes": partial(_delete, RecoveryCode.code_hash, RecoveryCode.used_at),
}
"""Each deletes at most so many rows whose time is over, and returns how many."""
