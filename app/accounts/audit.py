"""
The audit chain: every entry carries the hash of the one before, so a change, a removal or a swap shows.

Decisions are kept, never the words that were decided on. Appending takes a lock that lasts to the end of the
transaction, so the numbers are gap-free in commit order.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from app.accounts import audit_format
from app.accounts.audit_format import GENESIS as GENESIS  # the chain and its beginning, from one place
from app.models import AuditEntry

CHAIN_LOCK = 0x70C51A  # any constant; names this chain among PostgreSQL's advisory locks


@dataclass(frozen=True, slots=True)
class Record:
    """What is to be remembered. `detail` holds codes and numbers, never somebody's text."""

    actor: str
    action: str
    event_id: str | None = None
    subject: str = ""
    detail: Mapping[str, Any] = field(default_factory=dict)


def entry_hash(prev_hash: str, seq: int, at: datetime, record: Record) -> str:
    """See `audit_format`."""
    return audit_format.entry_hash(
        prev_hash, seq, at, record.actor, record.action, record.event_id, record.subject, record.detail
    )


def chain(last_seq: int, last_hash: str, records: Iterable[Record], now: datetime) -> list[dict[str, Any]]:
    """Rows that continue the chain."""
    rows: list[dict[str, Any]] = []
    seq, prev = last_seq, last_hash
    for record in records:
        seq += 1
        digest = entry_hash(prev, seq, now, record)
        rows.append(
            {
                "seq": seq,
                "at": now,
                "actor": record.actor,
                "action": record.action,
                "event_id": record.event_id,
                "subject": record.subject,
                "detail": dict(record.detail),
                "prev_hash": prev,
                "hash": digest,
            }
        )
        prev = digest
    return rows


class AuditLog:
    """Appends to the chain inside the caller's transaction."""

    async def append(
        self,
        session: AsyncSession,
        *,
        actor: str,
        action: str,
        event_id: str | None = None,
        subject: str = "",
        detail: Mapping[str, Any] | None = None,
        now: datetime,
    ) -> None:
        await self.append_many(session, [Record(actor, action, event_id, subject, detail or {})], now)

    async def append_many(self, session: AsyncSession, records: Sequence[Record], now: datetime) -> None:
        """Several entries of one transaction, in order."""
        if not records:
            return
        if session.get_bind().dialect.name == "postgresql":
            await session.execute(text("SELECT pg_advisory_xact_lock(:n)"), {"n": CHAIN_LOCK})
        last = (
            await session.execute(
                select(col(AuditEntry.seq), col(AuditEntry.hash))
                .order_by(col(AuditEntry.seq).desc())
                .limit(1)
            )
        ).one_or_none()
        seq, digest = last if last is not None else (0, GENESIS)
        # The table, not the mapped class: the mapper's bulk insert costs several times the rows themselves.
        table: Any = AuditEntry.__table__  # type: ignore[attr-defined]
        await session.execute(insert(table), chain(seq, digest, records, now))


def broken_at(entries: Iterable[AuditEntry]) -> int | None:
    """Number of the first entry that does not follow from the one before, None when all do."""
    expected, prev = 1, GENESIS
    for entry in entries:
        record = Record(entry.actor, entry.action, entry.event_id, entry.subject, entry.detail)
        if (
            entry.seq != expected
            or entry.prev_hash != prev
            or entry.hash != entry_hash(prev, entry.seq, entry.at, record)
        ):
            return expected
        expected, prev = expected + 1, entry.hash
    return None
