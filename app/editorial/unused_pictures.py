"""
Pictures that no update ever took: gone after a day, file and row.

An upload whose answer was lost, or a photo that was taken out again before sending, stays behind on the server. The
tablet keeps its own copy until its update is accepted, and brings it again where the server has none.
"""

from __future__ import annotations

import asyncio
import shutil
from datetime import timedelta
from pathlib import Path

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from app.accounts.audit import AuditLog
from app.clock import Clock, Repeat
from app.db import Database
from app.models import MediaFile, Update, UpdateRevision

KEPT = timedelta(days=1)  # since it came, and since somebody last ticked its list
CHUNK = 100
EVERY_S = 3_600.0


class UnusedPictures(Repeat):
    """Sweeps at the start and then each hour."""

    task_name = "unused pictures"
    failure = "unused_pictures_broke"

    def __init__(
        self, database: Database, audit: AuditLog, clock: Clock, folder: Path, *, every_s: float = EVERY_S
    ) -> None:
        super().__init__(every_s)
        self._database = database
        self._audit = audit
        self._clock = clock
        self._folder = folder

    async def _turn(self) -> None:
        await self.sweep()

    async def sweep(self) -> int:
        """Returns how many went. The file goes after its row: what is left by a crash between them nobody can name."""
        gone = 0
        after = ""
        while True:
            ids = await self._old(after)
            if not ids:
                return gone
            after = ids[-1]

            async def work(session: AsyncSession, ids: list[str] = ids) -> list[str]:
                return await self._drop(session, ids)

            for folder in await self._database.write(work):
                await asyncio.to_thread(shutil.rmtree, self._folder / folder, ignore_errors=True)
                gone += 1

    async def _old(self, after: str) -> list[str]:
        before = self._clock.now() - KEPT
        async with self._database.read() as session:
            found = await session.scalars(
                select(col(MediaFile.id))
                .where(
                    col(MediaFile.id) > after,
                    col(MediaFile.created_at) < before,
                    or_(col(MediaFile.checked_at).is_(None), col(MediaFile.checked_at) < before),
                )
                .order_by(col(MediaFile.id))
                .limit(CHUNK)
            )
            return list(found)

    async def _drop(self, session: AsyncSession, ids: list[str]) -> list[str]:
        """Folders of those that no revision of any update names."""
        rows = list(
            await session.scalars(select(MediaFile).where(col(MediaFile.id).in_(ids)).with_for_update())
        )
        named = await session.scalars(
            select(col(UpdateRevision.media))
            .join(Update, col(Update.id) == col(UpdateRevision.update_id))
            .where(col(Update.event_id).in_({row.event_id for row in rows}))
        )
        used = {one.get("id") for media in named for one in media}
        folders = []
        for row in rows:
            if row.id in used:
                continue
            folders.append(row.folder)
            await self._audit.append(
                session,
                actor="system",
                action="media.unused",
                event_id=row.event_id,
                subject=row.id,
                now=self._clock.now(),
            )
            await session.delete(row)
        return folders
