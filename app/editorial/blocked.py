"""Writing down that the privacy check stopped a text: which classes, whose, never the words."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.audit import AuditLog
from app.accounts.rights import Actor
from app.clock import Clock
from app.db import Database
from app.errors import Forbidden

FAILED = "guard_"


class Blocks:
    def __init__(self, database: Database, audit: AuditLog, clock: Clock) -> None:
        self._database = database
        self._audit = audit
        self._clock = clock

    @asynccontextmanager
    async def noting(self, actor: Actor, event_id: str | None) -> AsyncIterator[None]:
        """Around a decision: a refusal of the privacy check is recorded and goes on; others just go on."""
        try:
            yield
        except Forbidden as exc:
            if exc.code.startswith(FAILED) and exc.code != "guard_asks":
                classes = sorted({str(span["class"]) for span in exc.extra.get("spans", ())})
                await self._note(actor, event_id, exc.code, classes)
            raise

    async def _note(self, actor: Actor, event_id: str | None, code: str, classes: list[str]) -> None:
        async def work(session: AsyncSession) -> None:
            await self._audit.append(
                session,
                actor=actor.label,
                action="guard.blocked",
                event_id=event_id,
                detail={"classes": classes, "code": code},
                now=self._clock.now(),
            )

        await self._database.write(work)
