"""
Asking platforms for what came back.

A poll that fails waits longer next time, up to five minutes. A stream that was opened again asks for one at once.
"""

from __future__ import annotations

import asyncio
import random
from contextlib import suppress

import structlog
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from app.audience import metrics
from app.audience.ingest import Ingest
from app.broadcast.switchboard import Switchboard
from app.channels.base import PollsReplies
from app.clock import Clock
from app.db import Database
from app.errors import ChannelError, NotFound, RateLimited
from app.models import ChannelCursor, Delivery, DeliveryPart

log = structlog.get_logger()

MAX_WAIT_S = 300.0
WATCHED_ROOTS = 20


class Polling:
    """`run` is one channel's task."""

    def __init__(
        self,
        database: Database,
        switchboard: Switchboard,
        ingest: Ingest,
        clock: Clock,
        rng: random.Random,
        *,
        every_s: float,
    ) -> None:
        self._database = database
        self._switchboard = switchboard
        self._ingest = ingest
        self._clock = clock
        self._rng = rng
        self._every_s = every_s
        self._asked: dict[str, asyncio.Event] = {}

    def ask(self, channel_id: str) -> None:
        """Poll at once, if this channel is polled and its platform has not told us to wait."""
        if channel_id in self._asked:
            self._asked[channel_id].set()

    async def run(self, channel_id: str) -> None:
        """Until cancelled; returns at once for a channel that cannot be polled."""
        wait_s = self._every_s
        asked = self._asked.setdefault(channel_id, asyncio.Event())
        while True:
            may_hurry = True
            asked.clear()
            try:
                adapter = await self._switchboard.adapter(channel_id)
                if not isinstance(adapter, PollsReplies):
                    return
                await self.poll_once(channel_id, adapter)
                wait_s = self._every_s
                metrics.POLLS.labels(adapter.name, "ok").inc()
            except NotFound:
                return
            except RateLimited as exc:
                may_hurry = False
                wait_s = min(max(exc.retry_after_s, self._every_s), 3600.0)
            except ChannelError as exc:
                wait_s = min(wait_s * 2, MAX_WAIT_S)
                log.warning("poll_failed", channel=channel_id, why=exc.detail)
            except Exception as exc:
                wait_s = min(wait_s * 2, MAX_WAIT_S)
                log.error("poll_broke", channel=channel_id, exc_info=exc)
            pause_s = wait_s * self._rng.uniform(0.9, 1.1)
            if may_hurry:
                with suppress(TimeoutError):
                    await asyncio.wait_for(asked.wait(), pause_s)
            else:
                await asyncio.sleep(pause_s)

    async def poll_once(self, channel_id: str, adapter: PollsReplies) -> int:
        """One look; the cursor moves only after what it brought is durable."""
        async with self._database.read() as session:
            stored = await session.get(ChannelCursor, channel_id)
            roots = (
                (
                    await session.execute(
                        select(col(DeliveryPart.remote_id))
                        .join(Delivery, col(Delivery.id) == col(DeliveryPart.delivery_id))
                        .where(
                            col(Delivery.channel_id) == channel_id,
                            col(DeliveryPart.n) == 1,
                            col(DeliveryPart.remote_id).is_not(None),
                        )
                        .order_by(col(Delivery.created_at).desc())
                        .limit(WATCHED_ROOTS)
                    )
                )
                .scalars()
                .all()
            )
        watch = [root for root in roots if root is not None]
        inbound = await adapter.fetch_replies(cursor=stored.cursor if stored else None, watch=watch)
        taken = await self._ingest.take(channel_id, inbound)
        now = self._clock.now()

        async def work(session: AsyncSession) -> None:
            row = await session.get(ChannelCursor, channel_id)
            if row is None:
                row = ChannelCursor(channel_id=channel_id)
            row.cursor = inbound.cursor if inbound.cursor is not None else row.cursor
            row.polled_at = now
            session.add(row)

        await self._database.write(work)
        return taken
