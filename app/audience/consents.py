"""Who said STOP, and who came back: one row for each number, whatever list it is on and whoever brings the message."""

from __future__ import annotations

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from app.audience import metrics
from app.channels.base import OptOut
from app.models import OptedOut, SeenInbound

MARK = "wish:"  # before the platform's id, since a YES is a wish and a reply under the same id


async def apply(session: AsyncSession, channel_id: str, opt_out: OptOut) -> bool:
    """
    Remember a wish, or take it back. Returns whether anything changed.

    A message that has had its effect has none again: a replayed START must not undo a later STOP.
    """
    if opt_out.remote_id:
        key = (channel_id, MARK + opt_out.remote_id)
        if await session.get(SeenInbound, key) is not None:
            return False
        session.add(SeenInbound(channel_id=key[0], remote_id=key[1], at=opt_out.at))
    row = await session.get(OptedOut, opt_out.number)
    changed = False
    if opt_out.stopped:
        if row is None:
            session.add(OptedOut(number=opt_out.number, word=opt_out.word[:40], at=opt_out.at))
            changed = True
        elif row.at < opt_out.at:
            row.at = opt_out.at  # said again: an earlier START that comes late must not win
    elif row is not None and row.at <= opt_out.at:
        await session.execute(delete(OptedOut).where(col(OptedOut.number) == opt_out.number))
        changed = True
    await session.flush()
    if changed:
        metrics.OPT_OUTS.labels("stop" if opt_out.stopped else "start").inc()
    return changed
