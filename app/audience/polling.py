"""
Asking platforms for what came back, and holding open the connections over which they tell.

Each channel has its own task, so one that hangs delays no other. A poll that fails waits longer next time, up to five
minutes; one that finds something comes back sooner.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Sequence

import structlog
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from app.audience.ingest import Ingest
from app.broadcast.switchboard import Switchboard
from app.channels.base import PollsReplies
from app.clock import Clock
from app.db import Database
from app.errors import ChannelError, RateLimited
from app.models import Channel, ChannelCursor, Delivery, DeliveryPart, EventChannel, EventState, LiveEvent

log = structlog.get_logger()

MAX_WAIT_S = 300.0
WATCHED_ROOTS = 20


class Polling:
    """A task per channel that a live event uses."""

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
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._main: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._main = asyncio.create_task(self._watch_channels(), name="polling")

    async def stop(self) -> None:
        tasks = [task for task in (self._main, *self._tasks.values()) if task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._tasks.clear()

    async def _watch_channels(self) -> None:
        while True:
            wanted = set(await self._channels_of_live_events())
            for channel_id in wanted - set(self._tasks):
                self._tasks[channel_id] = asyncio.create_task(
                    self._poll(channel_id), name=f"polling-{channel_id}"
                )
            for channel_id in set(self._tasks) - wanted:
                self._tasks.pop(channel_id).cancel()
            await asyncio.sleep(min(5.0, self._every_s))

    async def _channels_of_live_events(self) -> Sequence[str]:
        async with self._database.read() as session:
            return (
                (
                    await session.execute(
                        select(col(Channel.id))
                        .join(EventChannel, col(EventChannel.channel_id) == col(Channel.id))
                        .join(LiveEvent, col(LiveEvent.id) == col(EventChannel.event_id))
                        .where(
                            col(LiveEvent.state).in_([EventState.LIVE, EventState.PAUSED]),
                            col(Channel.state) == "on",
                        )
                        .distinct()
                    )
                )
                .scalars()
                .all()
            )

    async def _poll(self, channel_id: str) -> None:
        wait_s = self._every_s
        while True:
            try:
                adapter = await self._switchboard.adapter(channel_id)
                if not isinstance(adapter, PollsReplies):
                    return
                await self.poll_once(channel_id, adapter)
                wait_s = self._every_s
            except RateLimited as exc:
                wait_s = min(max(exc.retry_after_s, self._every_s), 3600.0)
            except ChannelError as exc:
                wait_s = min(wait_s * 2, MAX_WAIT_S)
                log.warning("poll_failed", channel=channel_id, why=exc.detail)
            except Exception as exc:
                wait_s = min(wait_s * 2, MAX_WAIT_S)
                log.error("poll_broke", channel=channel_id, exc_info=exc)
            await asyncio.sleep(wait_s * self._rng.uniform(0.9, 1.1))

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
