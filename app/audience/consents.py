"""Who said STOP, and who came back: one row for each number, whatever list it is on and whoever brings the message."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from app.audience import metrics
from app.broadcast.bulk import is_sqlite
from app.channels.base import OptOut
from app.models import OptedOut, Recipient, SeenInbound

MARK = "wish:"  # before the platform's id, since a YES is a wish and a reply under the same id
_ENOUGH_DIGITS = 7  # so many in common at the end, and it may be the same phone


async def apply(session: AsyncSession, channel_id: str, opt_out: OptOut) -> bool:
    """
    Remember a wish, or take it back. Returns whether anything changed.

    A message that has had its effect has none again: a replayed START must not undo a later STOP. A number that came
    without its country stops everybody on a list whom it may be of; it lets on only whom it is of for certain.
    """
    if opt_out.remote_id:
        key = {"channel_id": channel_id, "remote_id": MARK + opt_out.remote_id}
        if not await _insert_once(session, SeenInbound, **key, at=opt_out.at):
            return False
    meant = await _meant(session, opt_out.number)
    numbers = [opt_out.number, *meant] if opt_out.stopped or len(meant) == 1 else [opt_out.number]
    changed = False
    for number in numbers:
        changed = await _apply_to(session, number, opt_out) or changed
    await session.flush()
    if changed:
        metrics.OPT_OUTS.labels("stop" if opt_out.stopped else "start").inc()
    return changed


async def keep_stopped(session: AsyncSession, numbers: Sequence[str]) -> None:
    """Numbers that are new on a list, and whose people may have said STOP before, in another way of writing them."""
    rows = await session.scalars(select(OptedOut).where(~col(OptedOut.number).startswith("+")))
    stopped = {ending: row for row in rows if (ending := _ending(row.number))}
    lengths = {len(ending) for ending in stopped}
    for number in numbers if stopped else ():
        row = next((stopped[number[-n:]] for n in lengths if number[-n:] in stopped), None)
        if row is not None and await session.get(OptedOut, number) is None:
            session.add(OptedOut(number=number, word=row.word, at=row.at))
    await session.flush()


async def _apply_to(session: AsyncSession, number: str, opt_out: OptOut) -> bool:
    row = await session.get(OptedOut, number)
    if opt_out.stopped:
        if row is None:
            return await _insert_once(session, OptedOut, number=number, word=opt_out.word[:40], at=opt_out.at)
        if row.at < opt_out.at:
            row.at = opt_out.at  # said again: an earlier START that comes late must not win
    elif row is not None and row.at <= opt_out.at:
        await session.execute(delete(OptedOut).where(col(OptedOut.number) == number))
        return True
    return False


async def _insert_once(session: AsyncSession, model: Any, **values: Any) -> bool:
    """False where it is there already: another process may hear the same at the same moment."""
    insert = insert_sqlite if is_sqlite(session) else insert_postgresql
    statement = insert(model).values(**values).on_conflict_do_nothing().returning(model.at)
    return (await session.execute(statement)).first() is not None


async def _meant(session: AsyncSession, written: str) -> list[str]:
    """Whom on our lists a number without its country may be of."""
    ending = _ending(written)
    if not ending:
        return []
    rows = await session.scalars(
        select(col(Recipient.number)).where(col(Recipient.number).endswith(ending)).distinct()
    )
    return sorted(rows)


def _ending(written: str) -> str:
    """What such a number has in common with the whole one; empty where it is whole, or too short to tell."""
    digits = written.lstrip("0")
    return digits if digits.isascii() and digits.isdigit() and len(digits) >= _ENOUGH_DIGITS else ""
