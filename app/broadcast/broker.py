"""
Between processes: hints that a topic has moved, and how many watch where. Never the truth, and never a second log.

A hint may be lost, doubled, late or out of order; every process compares its topics with the database once a second
anyway. Losing the broker costs that second, nothing else, so no failure of it reaches a publisher or a viewer.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import orjson
from redis import asyncio as redis
from redis.asyncio.client import PubSub
from redis.exceptions import RedisError

from app.broadcast.topics import Position

log = logging.getLogger(__name__)

COMMAND_TIMEOUT_S = 1.0
LISTEN_S = 1.0
RECONNECT_S = (0.1, 0.2, 0.5, 1.0, 2.0)


@dataclass(frozen=True, slots=True)
class Presence:
    """How many viewers a process has, by topic."""

    node: str
    counts: Mapping[str, int] = field(default_factory=dict)


Message = Position | Presence
Listener = Callable[[Message], None]


class Broker(Protocol):
    """What a stream needs of whatever connects the processes."""

    @property
    def is_connected(self) -> bool: ...

    async def start(self, listen: Listener, on_gap: Callable[[], None]) -> None:
        """
        Begin to hear.

        Args:
            listen: Called with every message, our own included.
            on_gap: Called after a time in which messages may have been missed.
        """

    async def stop(self) -> None: ...

    async def publish(self, message: Message) -> None:
        """Tell everybody; raises nothing."""

    async def follow(self, topic_id: str) -> None:
        """Hear the hints of a topic from now on."""

    async def unfollow(self, topic_id: str) -> None: ...


class MemoryBroker:
    """One process, or several streams in one process for tests."""

    def __init__(self) -> None:
        self._listeners: list[Listener] = []
        self.is_connected = True

    async def start(self, listen: Listener, on_gap: Callable[[], None]) -> None:
        self._listeners.append(listen)

    async def stop(self) -> None:
        self._listeners.clear()

    async def publish(self, message: Message) -> None:
        for listen in self._listeners:
            listen(message)

    async def follow(self, topic_id: str) -> None:
        """Everybody hears everything here."""

    async def unfollow(self, topic_id: str) -> None:
        """Everybody hears everything here."""


class RedisBroker:
    """
    Redis or Valkey pub/sub: a channel per topic, so that a sharded cluster can spread them, and one for presence.

    Args:
        prefix: Keeps two installations on one server apart.
    """

    def __init__(self, url: str, prefix: str = "tocsin") -> None:
        # No retry inside the client: a hint that is late is worth nothing, the timer has repaired it already.
        self._client: Any = redis.Redis.from_url(
            url, socket_timeout=COMMAND_TIMEOUT_S, socket_connect_timeout=COMMAND_TIMEOUT_S
        )
        self._prefix = prefix
        self._topics: set[str] = set()
        self._pubsub: PubSub | None = None
        self._task: asyncio.Task[None] | None = None
        self.is_connected = False
        self.failures = 0

    async def start(self, listen: Listener, on_gap: Callable[[], None]) -> None:
        self._task = asyncio.get_running_loop().create_task(self._hear(listen, on_gap), name="redis-broker")

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
            self._task = None
        await self._client.aclose()

    async def publish(self, message: Message) -> None:
        if isinstance(message, Position):
            channel = self._channel(message.topic_id)
            body = orjson.dumps({"t": message.topic_id, "e": message.epoch, "o": message.offset})
        else:
            channel = f"{self._prefix}:presence"
            body = orjson.dumps({"n": message.node, "c": dict(message.counts)})
        try:
            await self._client.publish(channel, body)
        except (RedisError, OSError) as exc:
            self.failures += 1
            log.warning("a hint was not published: %s", type(exc).__name__)

    async def follow(self, topic_id: str) -> None:
        self._topics.add(topic_id)
        await self._try(lambda pubsub: pubsub.subscribe(self._channel(topic_id)))

    async def unfollow(self, topic_id: str) -> None:
        self._topics.discard(topic_id)
        await self._try(lambda pubsub: pubsub.unsubscribe(self._channel(topic_id)))

    async def _try(self, command: Callable[[PubSub], Any]) -> None:
        if self._pubsub is not None and self.is_connected:
            with contextlib.suppress(
                RedisError, OSError
            ):  # the listener notices, and subscribes to all again
                await command(self._pubsub)

    def _channel(self, topic_id: str) -> str:
        return f"{self._prefix}:topic:{topic_id}"

    async def _hear(self, listen: Listener, on_gap: Callable[[], None]) -> None:
        failures = 0
        while True:
            try:
                pubsub = self._client.pubsub()
                try:
                    await pubsub.subscribe(
                        f"{self._prefix}:presence", *(self._channel(topic) for topic in self._topics)
                    )
                    self._pubsub, self.is_connected, failures = pubsub, True, 0
                    on_gap()
                    while True:
                        raw = await pubsub.get_message(ignore_subscribe_messages=True, timeout=LISTEN_S)
                        message = parsed(raw["data"]) if raw is not None else None
                        if message is not None:
                            listen(message)
                finally:
                    self._pubsub, self.is_connected = None, False
                    with contextlib.suppress(RedisError, OSError):
                        await pubsub.aclose()
            except (RedisError, OSError) as exc:
                if failures == 0:
                    log.warning(
                        "the broker is away, the database is asked every second: %s", type(exc).__name__
                    )
                await asyncio.sleep(RECONNECT_S[min(failures, len(RECONNECT_S) - 1)])
                failures += 1


def parsed(body: bytes) -> Message | None:
    """A message from the bus, or None for what we do not understand (another version's, or noise)."""
    try:
        data = orjson.loads(body)
        if "c" in data:
            return Presence(str(data["n"]), {str(k): int(v) for k, v in data["c"].items()})
        return Position(str(data["t"]), str(data["e"]), int(data["o"]))
    except (orjson.JSONDecodeError, KeyError, TypeError, ValueError, AttributeError):
        return None
