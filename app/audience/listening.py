"""
Every way in, for every channel that needs it: a task each for the poll, the stream and the asking-again.

One channel that hangs delays no other. Channels whose receipts come over a stream are listened to whenever they are
on or paused, since receipts come after an event has ended, and a STOP to a paused one counts everywhere; the others
while one of their events is live, and the asking-again as long as replies are shown.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping

import structlog
from sqlalchemy import exists, select
from sqlmodel import col

from app.audience.rechecking import OVER
from app.channels.registry import ADAPTERS
from app.db import Database
from app.models import Channel, EventChannel, EventState, LiveEvent, Reply, ReplyState

log = structlog.get_logger()

ALWAYS_STREAM = frozenset(one.name for one in ADAPTERS if one.capabilities.receipts)
STREAM, RECHECK = "stream", "recheck"

_SHOWS_REPLIES = exists().where(
    col(Reply.event_id) == col(EventChannel.event_id),
    col(Reply.channel_id) == col(EventChannel.channel_id),
    col(Reply.state) == ReplyState.SHOWN,
)

Way = Callable[[str], Awaitable[None]]


class Listening:
    """
    Args:
        ways: name -> what runs for a channel until it is cancelled, or returns because the channel has no such way.
    """

    def __init__(self, database: Database, ways: Mapping[str, Way], *, look_s: float) -> None:
        self._database = database
        self._ways = dict(ways)
        self._look_s = look_s
        self._tasks: dict[tuple[str, str], asyncio.Task[None]] = {}
        self._main: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._main = asyncio.create_task(self._watch(), name="listening")

    async def stop(self) -> None:
        tasks = [task for task in (self._main, *self._tasks.values()) if task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._tasks.clear()

    async def _watch(self) -> None:
        while True:
            try:
                wanted = await self._wanted()
            except Exception as exc:  # the ways that are open stay open
                log.error("listening_broke", exc_info=exc)
            else:
                for way, channel_id in wanted - set(self._tasks):
                    self._tasks[way, channel_id] = asyncio.create_task(
                        self._run(way, channel_id), name=f"{way}-{channel_id}"
                    )
                for key in set(self._tasks) - wanted:
                    self._tasks.pop(key).cancel()
            await asyncio.sleep(self._look_s)

    async def _run(self, way: str, channel_id: str) -> None:
        await self._ways[way](channel_id)

    async def _wanted(self) -> set[tuple[str, str]]:
        async with self._database.read() as session:
            rows = await session.execute(
                select(col(Channel.id), col(Channel.adapter), col(Channel.state)).where(
                    col(Channel.state).in_(("on", "paused"))
                )
            )
            channels = {row.id: (row.adapter, row.state == "on") for row in rows}
            live = set(
                await session.scalars(
                    select(col(EventChannel.channel_id))
                    .join(LiveEvent, col(LiveEvent.id) == col(EventChannel.event_id))
                    .where(col(LiveEvent.state).in_([EventState.LIVE, EventState.PAUSED]))
                    .distinct()
                )
            )
            # What is over is still on its page, and so are its replies, which their authors may take back.
            over = set(
                await session.scalars(
                    select(col(EventChannel.channel_id))
                    .join(LiveEvent, col(LiveEvent.id) == col(EventChannel.event_id))
                    .where(col(LiveEvent.state).in_(OVER), _SHOWS_REPLIES)
                    .distinct()
                )
            )
        return {
            (way, channel_id)
            for channel_id, (adapter, is_on) in channels.items()
            for way in self._ways
            if (is_on and channel_id in live)
            or (way == STREAM and adapter in ALWAYS_STREAM)
            or (way == RECHECK and is_on and channel_id in over)
        }
