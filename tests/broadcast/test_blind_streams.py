"""A node that does not see its database any more: it must not say that what it holds is live."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import timedelta

import pytest
import websockets
from sqlalchemy import text

from app.broadcast.stream import StreamSettings
from app.clock import SystemClock
from app.db import Database
from app.errors import Unready
from tests.broadcast.stage import Event, serving, streaming
from tests.broadcast.watcher import Watcher, watching

QUICK = StreamSettings(heartbeat_s=0.05, repair_s=0.05, blind_s=1.5)
PATIENCE_S = 30.0
SILENT_S = 0.4


async def rename(database: Database, before: str, after: str) -> None:
    """What every look needs is gone, or back; the connections stay as they are."""
    async with database.transaction() as session:
        await session.execute(text(f"ALTER TABLE {before} RENAME TO {after}"))


async def becomes_silent(watcher: Watcher) -> bool:
    """Whether several heartbeats' time passes without one, sooner or later."""
    assert watcher.socket is not None
    for _ in range(40):
        with suppress(TimeoutError):
            async with asyncio.timeout(SILENT_S):
                await watcher.socket.recv()
                continue
        return True
    return False


async def test_L05_a_node_that_is_cut_off_gives_no_heartbeat_and_opens_nothing(
    database: Database, event: Event
) -> None:
    """Viewers say that they are not live, and look for another node; when it sees again it goes on by itself."""
    async with (
        streaming(database, settings=QUICK) as stream,
        serving(stream, fast=True) as served,
        watching(served.ws, event.public) as watcher,
    ):
        await watcher.step()
        await rename(database, "topic", "topic_away")
        async with asyncio.timeout(PATIENCE_S):
            while not stream.is_blind:
                await asyncio.sleep(0.01)
        assert await becomes_silent(watcher)
        with pytest.raises(Unready):
            await stream.open(event.public)
        assert SystemClock().now() - stream.seen_at() > timedelta(seconds=1)
        assert await stream.open(event.public, as_of=True)
        async with watching(served.ws, event.public) as other:
            with pytest.raises(websockets.ConnectionClosed):
                await other.step()
        await rename(database, "topic_away", "topic")
        while (await watcher.step())["type"] != "heartbeat":
            pass
