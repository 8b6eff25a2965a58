"""
When an incident may be called over: its public page then says so to everybody, as plainly as any update.

Where updates need a second person, so does this: an all clear is out that somebody else agreed to. Nothing is asked
where nothing was ever said, or all of it was taken back: there is nothing to be over.
"""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from app.editorial.approval import URGENT_SEVERITIES
from app.errors import Conflict
from app.models import EventKind, LiveEvent, Update, UpdateKind, UpdateState


async def refuse_unless_over(session: AsyncSession, event: LiveEvent) -> None:
    """
    Raises:
        Conflict: the incident is grave, something is out, and no all clear that two people gave.
    """
    if event.kind != EventKind.CRISIS or event.severity not in URGENT_SEVERITIES:
        return
    rows = await session.execute(
        select(col(Update.kind), col(Update.needs), col(Update.on_page)).where(
            col(Update.event_id) == event.id, col(Update.state) == UpdateState.RELEASED
        )
    )
    out = rows.all()
    # One that was taken back, or struck through since, says no more that it is over.
    if any(kind == UpdateKind.ALL_CLEAR and needs and on_page == "shown" for kind, needs, on_page in out):
        return
    if any(kind != UpdateKind.RETRACTION and on_page != "retracted" for kind, _, on_page in out):
        raise Conflict(
            "People still read this incident as going on. Give the all clear, which a second person agrees to, or "
            "take back what is out; then end it.",
            code="all_clear_first",
        )
