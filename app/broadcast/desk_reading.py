"""Lists and single things for the API, in the very shapes that the desk's stream has."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlmodel import col

from app.broadcast import projection, rows
from app.broadcast.duty import duty_of
from app.db import Database
from app.errors import InvalidInput, NotFound
from app.models import LiveEvent, Reply, Update
from app.schemas import frames


class DeskReading:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def duty(self, event: LiveEvent) -> frames.DutyState:
        """What staff are told of it besides."""
        async with self._database.read() as session:
            return await duty_of(session, event)

    async def update(self, update_id: str) -> frames.DeskUpdate:
        """
        Raises:
            NotFound: no such update.
        """
        async with self._database.read() as session:
            found = await rows.rows(session, Update, [update_id])
            if not found:
                raise NotFound("There is no such update.", code="unknown_update")
            return (await rows.desk_updates(session, found))[0]

    async def updates_page(
        self, event_id: str, *, cursor: str | None, limit: int
    ) -> tuple[list[frames.DeskUpdate], str | None]:
        """
        An event's updates, newest first, and the cursor of the next page.

        Raises:
            InvalidInput: not a cursor of ours.
        """
        query = select(Update).where(col(Update.event_id) == event_id)
        if cursor is not None:
            if not cursor.isascii() or not cursor.isdigit() or len(cursor) > 15:
                raise InvalidInput("Use the cursor of the last page.", code="bad_cursor")
            query = query.where(col(Update.seq) < int(cursor))
        async with self._database.read() as session:
            found = (await session.scalars(query.order_by(col(Update.seq).desc()).limit(limit + 1))).all()
            page = await rows.desk_updates(session, found[:limit])
        return page, str(page[-1].seq) if len(found) > limit else None

    async def replies(self, reply_ids: Sequence[str]) -> list[frames.DeskReply]:
        """Replies in the order asked for; what is gone is left out."""
        async with self._database.read() as session:
            adapters = await rows.adapters(session)
            found = {row.id: row for row in await rows.rows(session, Reply, reply_ids)}
        return [
            projection.desk_reply(found[one], adapters.get(found[one].channel_id, ""))
            for one in reply_ids
            if one in found
        ]
