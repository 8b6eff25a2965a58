"""
What a text is read next to: the last of its event that are out or count down, since an identifier may be split over them.

Who decides about a text reads it together with these and says which they were. At the door, under the event's lock,
they must still be the same: of two texts that are decided at the same moment the second is decided again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from app.broadcast.bulk import Statement, Work
from app.broadcast.intents import DecidedUpdate
from app.models import Update, UpdateState

LAST = 3
PLACE = timedelta(milliseconds=1)
"""Items are put in order by milliseconds."""

SAID = (UpdateState.COUNTING_DOWN, UpdateState.RELEASED)


async def said_last(session: AsyncSession, event_id: str) -> tuple[str, ...]:
    """Those that are out or count down, the newest first: each by its id and its revision."""
    rows = await session.execute(
        select(col(Update.id), col(Update.revision))
        .where(col(Update.event_id) == event_id, col(Update.state).in_(SAID))
        .order_by(col(Update.seq).desc())
        .limit(LAST)
    )
    return tuple(_name(*row) for row in rows)


async def out_last(session: AsyncSession, event_id: str) -> list[Update]:
    """Those that are out, the newest first, in the order in which they went."""
    rows = await session.execute(
        select(Update)
        .where(col(Update.event_id) == event_id, col(Update.state) == UpdateState.RELEASED)
        # Those that were due together went in one moment, in this order.
        .order_by(col(Update.released_at).desc(), col(Update.release_at).desc(), col(Update.seq).desc())
        .limit(LAST)
    )
    return list(rows.scalars())


async def next_out_at(session: AsyncSession, event_id: str, now: datetime) -> datetime:
    """
    The time of what goes out now: `now`, and later than all that went before it.

    Pages have their items by time, as they tell it, so what goes out after a clock was set back would stand below
    what everybody has read, or on a page of older ones. Until the clock has caught up it gets the first free place.
    """
    last = await session.scalar(_last_out(), {"event_id": event_id})
    return now if last is None else max(now, last + PLACE)


@lru_cache(maxsize=1)
def _last_out() -> Any:
    mine = (col(Update.event_id) == bindparam("event_id"), col(Update.released_at).is_not(None))
    return select(col(Update.released_at)).where(*mine).order_by(col(Update.released_at).desc()).limit(1)


def named(rows: Sequence[Update]) -> set[str]:
    return {_name(row.id, row.revision) for row in rows}


def read_said_last(batch: Sequence[DecidedUpdate]) -> Work[dict[str, tuple[str, ...] | None]]:
    """`said_last` at the door, for the events of those who say what they were read with."""
    found: dict[str, tuple[str, ...] | None] = {}
    for event_id in sorted({decided.event_id for decided in batch if decided.read_with is not None}):
        rows = yield Statement(
            "SELECT id, revision FROM live_update WHERE event_id = ? AND state IN ('counting_down', 'released')"
            " ORDER BY seq DESC LIMIT 3",
            (event_id,),
        )
        found[event_id] = tuple(_name(*row) for row in rows)
    return found


def was_read(decided: DecidedUpdate, said: Mapping[str, tuple[str, ...] | None]) -> bool:
    """Whether it was read with what stands before it now. What waits for a second person is read again then."""
    if decided.read_with is None or decided.state != UpdateState.COUNTING_DOWN:
        return True
    return said.get(decided.event_id) == decided.read_with


def _name(update_id: str, revision: int) -> str:
    return f"{update_id}.{revision}"
