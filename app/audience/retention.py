"""
What is kept no longer than it is needed: strangers' words, codes of repeats, traces of attempts, keys that open nothing.

Each rule has a period and deletes in small transactions, so that it never stands in the way of an emergency. The ids
of what came in stay, without anything else: a platform that repeats itself after a month must not bring a reply back.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import delete, or_, select, update
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from app.accounts.spent import SPENT, Spend
from app.audience import metrics
from app.broadcast.topics import new_epoch
from app.clock import Clock, Repeat
from app.db import Database
from app.models import (
    Attempt,
    IdempotencyRecord,
    LiveEvent,
    MessagePart,
    PendingReceipt,
    Reply,
    SeenInbound,
    Topic,
)

log = structlog.get_logger()

REPLIES = timedelta(days=30)  # after the end of the event
KEYS = timedelta(days=7)  # after the end of the event; of requests without one, after they were made
RAW = timedelta(days=7)
PARTS = timedelta(days=30)  # no gateway keeps a message for longer, so nothing is said of it after
ATTEMPTS = timedelta(days=365)
CHUNK = 500
EVERY_S = 3_600.0

Sweep = Callable[[AsyncSession, datetime], Awaitable[int]]


class Retention(Repeat):
    """Sweeps at the start and then each hour."""

    task_name = "retention"
    failure = "retention_broke"

    def __init__(self, database: Database, clock: Clock, *, every_s: float = EVERY_S) -> None:
        super().__init__(every_s)
        self._database = database
        self._clock = clock

    async def _turn(self) -> None:
        await self.sweep()

    async def sweep(self) -> dict[str, int]:
        """Delete everything whose time is over; returns how many rows of each kind went."""
        now = self._clock.now()
        gone: dict[str, int] = {}
        for name, rule in RULES.items():
            while True:

                async def work(session: AsyncSession, rule: Sweep = rule) -> int:
                    return await rule(session, now)

                count = await self._database.write(work)
                gone[name] = gone.get(name, 0) + count
                metrics.VANISHED.labels(name).inc(count)
                if count < CHUNK:
                    break
                await asyncio.sleep(0)
        if any(gone.values()):
            log.info("retention", **gone)
        return gone


async def _replies(session: AsyncSession, now: datetime) -> int:
    rows = (
        await session.execute(
            select(col(Reply.id), col(Reply.channel_id), col(Reply.remote_id), col(Reply.event_id))
            .join(LiveEvent, col(LiveEvent.id) == col(Reply.event_id))
            .where(col(LiveEvent.ended_at) < now - REPLIES)
            .limit(CHUNK)
        )
    ).all()
    if rows:
        seen = [{"channel_id": row[1], "remote_id": row[2], "at": now} for row in rows]
        await _remember(session, seen)
        await session.execute(delete(Reply).where(col(Reply.id).in_([row[0] for row in rows])))
        # Pages and desks that are still asked for have them in memory, and a row that is gone is no change to tell of:
        # with a new epoch all read anew.
        events = {row[3] for row in rows}
        await session.execute(update(Topic).where(col(Topic.event_id).in_(events)).values(epoch=new_epoch()))
    return len(rows)


async def _remember(session: AsyncSession, seen: Sequence[dict[str, Any]]) -> None:
    table: Any = SeenInbound.__table__  # type: ignore[attr-defined]
    make = insert_postgresql if session.get_bind().dialect.name == "postgresql" else insert_sqlite
    await session.execute(make(table).on_conflict_do_nothing(), seen)


async def _keys(session: AsyncSession, now: datetime) -> int:
    known = select(col(LiveEvent.id))
    over = select(col(LiveEvent.id)).where(col(LiveEvent.ended_at) < now - KEYS)
    rows = (
        await session.execute(
            select(col(IdempotencyRecord.scope), col(IdempotencyRecord.key))
            .where(
                or_(
                    col(IdempotencyRecord.scope).in_(over),
                    col(IdempotencyRecord.scope).not_in(known)
                    & (col(IdempotencyRecord.created_at) < now - KEYS),
                )
            )
            .limit(CHUNK)
        )
    ).all()
    for scope, key in rows:
        await session.execute(
            delete(IdempotencyRecord).where(
                col(IdempotencyRecord.scope) == scope, col(IdempotencyRecord.key) == key
            )
        )
    return len(rows)


async def _raw(session: AsyncSession, now: datetime) -> int:
    """Receipts that never found their message: the rawest thing that is kept; webhook bodies are not kept at all."""
    rows = (
        await session.execute(
            select(col(PendingReceipt.channel_id), col(PendingReceipt.remote_id), col(PendingReceipt.rank))
            .where(col(PendingReceipt.at) < now - RAW)
            .limit(CHUNK)
        )
    ).all()
    for channel_id, remote_id, rank in rows:
        await session.execute(
            delete(PendingReceipt).where(
                col(PendingReceipt.channel_id) == channel_id,
                col(PendingReceipt.remote_id) == remote_id,
                col(PendingReceipt.rank) == rank,
            )
        )
    return len(rows)


async def _parts(session: AsyncSession, now: datetime) -> int:
    rows = (
        await session.execute(
            select(col(MessagePart.ref), col(MessagePart.remote_id))
            .where(col(MessagePart.at) < now - PARTS)
            .limit(CHUNK)
        )
    ).all()
    for ref, remote_id in rows:
        await session.execute(
            delete(MessagePart).where(col(MessagePart.ref) == ref, col(MessagePart.remote_id) == remote_id)
        )
    return len(rows)


async def _attempts(session: AsyncSession, now: datetime) -> int:
    ids = (
        await session.scalars(
            select(col(Attempt.id)).where(col(Attempt.intent_at) < now - ATTEMPTS).limit(CHUNK)
        )
    ).all()
    if ids:
        await session.execute(delete(Attempt).where(col(Attempt.id).in_(ids)))
    return len(ids)


def _spent(rule: Spend) -> Sweep:
    return lambda session, now: rule(session, now, CHUNK)


RULES: dict[str, Sweep] = {
    "replies": _replies,
    "keys": _keys,
    "raw": _raw,
    "parts": _parts,
    "attempts": _attempts,
    **{name: _spent(rule) for name, rule in SPENT.items()},
}
