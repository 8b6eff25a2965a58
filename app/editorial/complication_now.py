"""
Whether an event's course has changed and nobody has said yet how it goes on, and which line is ready for that hour.

Read from the database, in the caller's transaction.
"""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from app.editorial import scripted
from app.editorial.templates import library
from app.errors import Conflict
from app.models import Complication, LiveEvent, Step

LIBRARY_LINE = "complication-line"


def starter_line() -> dict[str, str]:
    """The shipped line as a draft to sign or to replace, in the languages in which a speaker has read it."""
    found = next(one for one in library() if one.id == LIBRARY_LINE)
    return {lang: words.forms["160"] for lang, words in found.langs.items() if not words.needs_a_reader}


async def approved_line(session: AsyncSession, event_id: str, step_id: str | None = None) -> Step | None:
    """The line that two people signed: the one asked for, or the first."""
    rows = await session.execute(
        select(Step)
        .where(col(Step.event_id) == event_id, col(Step.branch) == scripted.COMPLICATION)
        .order_by(col(Step.n))
    )
    return next(
        (
            step
            for step in rows.scalars()
            if scripted.is_signed(step) and not step.slots and step_id in (None, step.id)
        ),
        None,
    )


async def line_ready(session: AsyncSession, event: LiveEvent, step_id: str | None = None) -> Step:
    """
    Raises:
        Conflict: no line is signed; nobody should have to find words in that hour.
    """
    step = await approved_line(session, event.id, step_id)
    if step is None:
        raise Conflict(
            "No line is ready for a complication. A clinician reviewer and a second person sign one on the cue sheet.",
            code="line_needed",
        )
    return step


async def open_one(session: AsyncSession, event_id: str) -> Complication | None:
    rows = await session.execute(
        select(Complication)
        .where(col(Complication.event_id) == event_id, col(Complication.settled_at).is_(None))
        .order_by(col(Complication.called_at).desc())
        .limit(1)
    )
    return rows.scalar_one_or_none()


async def needed(session: AsyncSession, event_id: str) -> Complication:
    row = await open_one(session, event_id)
    if row is None:
        raise Conflict("Nobody has called a complication here.", code="no_complication")
    return row


async def refuse_while_open(session: AsyncSession, event: LiveEvent) -> None:
    """
    Raises:
        Conflict: a complication is open, so nothing new is written for the public before it is settled.
    """
    if await open_one(session, event.id) is not None:
        raise Conflict(
            "The course has changed. Tell the family, then choose how this goes on.", code="complication"
        )
