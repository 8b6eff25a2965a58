"""
Asking again about replies that we show: what its author took back or changed must not stay on our pages.

Facebook and phones tell by webhook. X tells nobody about other people's posts, so it is asked: as often as half of
the channel's window for lookups allows, and not more often than `every_s`.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Sequence

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
LIVE = (EventState.LIVE, EventState.PAUSED)


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
        self, database: Database, switchboard: Switchboard, ingest: Ingest, clock: Clock, *, every_s: float
    ) -> None:
        self._database = database
        self._switchboard = switchboard
        self._ingest = ingest
        self._clock = clock
        self._every_s = every_s

    async def run(self, channel_id: str) -> None:
        """Until cancelled; returns at once for a channel that cannot be asked."""
        while True:
            wait_s = self._every_s
            try:
                adapter = await self._switchboard.adapter(channel_id)
                if not isinstance(adapter, RechecksReplies):
                    return
                ids = await self._shown(channel_id)
                wait_s = period_s(
                    len(ids), await self._switchboard.windows(channel_id), every_s=self._every_s
                )
                if ids:
                    await self._ingest.take(channel_id, await adapter.recheck(ids))
                    metrics.RECHECKED.labels(adapter.name).inc(len(ids))
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

    async def _shown(self, channel_id: str) -> Sequence[str]:
        async with self._database.read() as session:
            found = await session.scalars(
                select(col(Reply.remote_id))
                .join(LiveEvent, col(LiveEvent.id) == col(Reply.event_id))
                .where(
                    col(Reply.channel_id) == channel_id,
                    col(Reply.state) == ReplyState.SHOWN,
                    col(LiveEvent.state).in_(LIVE),
                )
                .order_by(col(Reply.id).desc())
                .limit(MOST)
            )
            return found.all()
