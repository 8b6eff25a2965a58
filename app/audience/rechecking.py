"""
Asking again about replies that we show: what its author took back or changed must not stay on our pages.

Facebook and phones tell by webhook. X tells nobody about other people's posts, so it is asked: as often as half of
the channel's window for lookups allows, and not more often than `every_s`. What is over stays on its page, so its
replies are asked about as well, some of them every `over_every_s`, as long as they are kept.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Collection, Sequence

import structlog
from sqlalchemy import select
from sqlmodel import col

from app.audience import metrics
from app.audience.ingest import Ingest
from app.broadcast.switchboard import Switchboard
from app.channels.base import LimitWindow, RechecksReplies
from app.clock import Clock
from app.db import Database
from app.errors import ChannelError, NotFound, RateLimited
from app.models import EventState, LiveEvent, Reply, ReplyState

log = structlog.get_logger()

UNIT = "read:lookup"
PER_CALL = 100
CALLS_PER_ID = 2 / PER_CALL  # one to ask, and one for the new words should all have been edited
SHARE = 0.5  # of the window; reconciling and names of authors need the rest
MOST = 500  # newest shown replies of a channel that are kept under watch
RECHECK_OVER_S = (
    3_600.0  # few read what is over; their authors' wish must not wait for the end of the retention
)
OVER_MOST = 100  # at a time: one call, so that those of a live event hardly wait for it
LIVE = (EventState.LIVE, EventState.PAUSED)
OVER = (EventState.ENDED, EventState.ARCHIVED)


def period_s(shown: int, windows: Sequence[LimitWindow], *, every_s: float) -> float:
    """How long until all shown replies are asked about again, so that the window's share is kept."""
    calls = max(1, math.ceil(shown * CALLS_PER_ID))
    return max(
        [
            every_s,
            *(calls * window.per_s / (window.limit * SHARE) for window in windows if window.unit == UNIT),
        ]
    )


class Rechecking:
    """`run` is one channel's task."""

    def __init__(
        self,
        database: Database,
        switchboard: Switchboard,
        ingest: Ingest,
        clock: Clock,
        *,
        every_s: float,
        over_every_s: float,
    ) -> None:
        self._database = database
        self._switchboard = switchboard
        self._ingest = ingest
        self._clock = clock
        self._every_s = every_s
        self._over_every_s = over_every_s

    async def run(self, channel_id: str) -> None:
        """Until cancelled; returns at once for a channel that cannot be asked."""
        over_due_s, below = self._clock.monotonic(), ""
        while True:
            wait_s = self._every_s
            try:
                adapter = await self._switchboard.adapter(channel_id)
                if not isinstance(adapter, RechecksReplies):
                    return
                ids = [remote_id for _, remote_id in await self._shown(channel_id, LIVE, MOST)]
                over: Sequence[tuple[str, str]] = ()
                if is_over_due := self._clock.monotonic() >= over_due_s:
                    over = await self._shown(channel_id, OVER, OVER_MOST, below)
                    ids += [remote_id for _, remote_id in over]
                wait_s = period_s(
                    len(ids), await self._switchboard.windows(channel_id), every_s=self._every_s
                )
                if ids:
                    await self._ingest.take(channel_id, await adapter.recheck(ids))
                    metrics.RECHECKED.labels(adapter.name).inc(len(ids))
                if is_over_due:
                    # The older ones next time, and after the oldest the newest again.
                    below = over[-1][0] if len(over) == OVER_MOST else ""
                    over_due_s = self._clock.monotonic() + self._over_every_s
            except NotFound:
                return
            except RateLimited as exc:
                wait_s = min(max(exc.retry_after_s, wait_s), 3600.0)
            except ChannelError as exc:
                wait_s = min(wait_s * 4, 300.0)
                log.warning("recheck_failed", channel=channel_id, why=exc.detail)
            except Exception as exc:
                wait_s = min(wait_s * 4, 300.0)
                log.error("recheck_broke", channel=channel_id, exc_info=exc)
            await asyncio.sleep(wait_s)

    async def _shown(
        self, channel_id: str, states: Collection[EventState], most: int, below: str = ""
    ) -> Sequence[tuple[str, str]]:
        """Of events in these states, newest first: (id, remote id)."""
        mine = select(col(Reply.id), col(Reply.remote_id)).where(
            col(Reply.channel_id) == channel_id,
            col(Reply.state) == ReplyState.SHOWN,
            col(Reply.event_id).in_(select(col(LiveEvent.id)).where(col(LiveEvent.state).in_(states))),
        )
        if below:
            mine = mine.where(col(Reply.id) < below)
        async with self._database.read() as session:
            found = await session.execute(mine.order_by(col(Reply.id).desc()).limit(most))
            return [(reply_id, remote_id) for reply_id, remote_id in found]
