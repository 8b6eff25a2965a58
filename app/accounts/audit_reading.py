"""Reading the audit chain for people: the entries of one event, with who is behind each, and the head."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from app.accounts.audit import AuditLog
from app.clock import Clock
from app.db import Database
from app.models import ApiKey, AuditEntry, Person


@dataclass(frozen=True, slots=True)
class Extract:
    """
    Attributes:
        names: Label of an actor ("person:ID", "key:ID") to the name a reader knows.
        head_seq: How long the whole chain was when this was read, and `head_hash` how it ended.
    """

    entries: Sequence[AuditEntry]
    names: dict[str, str]
    head_seq: int
    head_hash: str


class AuditReading:
    """Reads; and notes that somebody took a copy away."""

    def __init__(self, database: Database, audit: AuditLog, clock: Clock) -> None:
        self._database = database
        self._audit = audit
        self._clock = clock

    async def note_export(self, by: str, event_id: str) -> None:
        async def work(session: AsyncSession) -> None:
            await self._audit.append(
                session, actor=by, action="audit.export", event_id=event_id, now=self._clock.now()
            )

        await self._database.write(work)

    async def of_event(self, event_id: str) -> Extract:
        """Everything the chain says about one event."""
        async with self._database.read() as session:
            entries = (
                (
                    await session.execute(
                        select(AuditEntry)
                        .where(col(AuditEntry.event_id) == event_id)
                        .order_by(col(AuditEntry.seq))
                    )
                )
                .scalars()
                .all()
            )
            head = (
                await session.execute(
                    select(col(AuditEntry.seq), col(AuditEntry.hash))
                    .order_by(col(AuditEntry.seq).desc())
                    .limit(1)
                )
            ).one_or_none()
            people = (await session.execute(select(col(Person.id), col(Person.name)))).all()
            keys = (await session.execute(select(col(ApiKey.id), col(ApiKey.name)))).all()
        names = {f"person:{one}": name for one, name in people} | {f"key:{one}": name for one, name in keys}
        seq, digest = head if head is not None else (0, "")
        return Extract(entries, names, seq, digest)
