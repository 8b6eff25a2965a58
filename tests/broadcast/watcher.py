"""A viewer for tests: the reducer on a real socket, with a log of everything that came."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Callable
from typing import Any

import websockets
from websockets.asyncio.client import ClientConnection

from app.broadcast.timeline import Resync, Timeline, digest, take

PATIENCE_S = 30.0


class Watcher:
    """
    Attributes:
        log: Offsets of applied deltas and frames, by epoch in order; a snapshot is noted as ("snapshot", offset).
        bytes_seen: Everything that was received, for looking for what must not be there.
    """

    def __init__(self, topic: str) -> None:
        self.topic = topic
        self.timeline: Timeline | None = None
        self.log: list[tuple[str, int]] = []
        self.bytes_seen: list[str] = []
        self.resyncs = 0
        self.digests_compared = 0
        self.digests_wrong = 0
        self.socket: ClientConnection | None = None

    async def hello(self, socket: ClientConnection, **more: Any) -> None:
        self.socket = socket
        place = {"epoch": self.timeline.epoch, "offset": self.timeline.offset} if self.timeline else {}
        await socket.send(json.dumps({"type": "hello", "topic": self.topic, **place, **more}))

    async def step(self) -> dict[str, Any]:
        """Take one message."""
        assert self.socket is not None
        async with asyncio.timeout(PATIENCE_S):
            text = await self.socket.recv()
        assert isinstance(text, str)
        self.bytes_seen.append(text)
        message: dict[str, Any] = json.loads(text)
        before = self.timeline
        try:
            self.timeline = take(self.timeline, message)
        except Resync:
            self.resyncs += 1
            await self.hello(self.socket)
            return message
        if message["type"] == "snapshot":
            self.log.append(("snapshot", message["offset"]))
        elif self.timeline is not before:
            self.log.append((self.timeline.epoch, self.timeline.offset))
        if message["type"] == "heartbeat" and message["digest"] and message["offset"] == self.timeline.offset:
            self.digests_compared += 1
            self.digests_wrong += digest(self.timeline) != message["digest"]
        return message

    async def until(self, done: Callable[[Timeline], bool]) -> Timeline:
        """Take messages until the timeline is as wanted."""
        while self.timeline is None or not done(self.timeline):
            await self.step()
        return self.timeline

    async def reach(self, offset: int) -> Timeline:
        return await self.until(lambda timeline: timeline.offset >= offset)

    @property
    def texts(self) -> list[str]:
        """What is shown, newest first."""
        assert self.timeline is not None
        return [item["texts"].get("en", f"({item['state']})") for item in self.timeline.items]


@contextlib.asynccontextmanager
async def watching(
    address: str, topic: str, *, origin: str | None = None, **hello: Any
) -> AsyncIterator[Watcher]:
    watcher = Watcher(topic)
    async with websockets.connect(address, origin=origin) as socket:  # type: ignore[arg-type]
        await watcher.hello(socket, **hello)
        yield watcher
