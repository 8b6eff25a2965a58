"""What broadcast needs of the audit chain; `accounts.audit.AuditLog` is the one there is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.audit import Record


class AuditLog(Protocol):
    """Appends in the caller's transaction."""

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
    ) -> None: ...

    async def append_many(self, session: AsyncSession, records: Sequence[Record], now: datetime) -> None: ...
