"""
The broker on Redis or Valkey: a channel per topic, and one for presence.

On one server these are ordinary channels. On a cluster they are sharded ones: a hint goes only to the node that
owns its channel, and each process keeps one connection to every node on which it follows something.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from redis import asyncio as redis
from redis.asyncio.client import PubSub
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from app.broadcast.broker import Broker, Listener, Message, parsed, spoken
from app.broadcast.redis_client import AWAY, connect, is_cluster, plain
from app.broadcast.topics import Position

log = logging.getLogger(__name__)

COMMAND_TIMEOUT_S = 1.0
LISTEN_S = 1.0
RECONNECT_S = (0.1, 0.2, 0.5, 1.0, 2.0)
CANCEL_AGAIN_S = 0.2
LOOK_AGAIN_S = 0.2  # at most so often are a cluster's nodes asked who owns what


class Link:
    """
    One connection that hears channels of one server, and comes back by itself when it breaks.

    Args:
        sharded: Use the commands for channels that belong to a node of a cluster.
        on_gap: Called when it hears (again): what was said before was missed.
        on_moved: Called when the server is away, or says that a channel is not, or no longer, its own.
    """

    def __init__(
        self,
        url: str,
        listen: Listener,
        on_gap: Callable[[], None],
        on_moved: Callable[[], None],
        *,
        sharded: bool,
    ) -> None:
        # No retry inside the client: a hint that is late is worth nothing, the timer has repaired it already.
        self._client: Any = redis.Redis.from_url(
            url,
            socket_timeout=COMMAND_TIMEOUT_S,
            socket_connect_timeout=COMMAND_TIMEOUT_S,
            retry=Retry(NoBackoff(), 0),
        )
        self._sharded = sharded
        self._listen, self._on_gap, self._on_moved = listen, on_gap, on_moved
        self.channels: set[str] = set()
        self.is_connected = False
        self._pubsub: PubSub | None = None
        self._task = asyncio.get_running_loop().create_task(self._run(), name="redis-link")

    async def stop(self) -> None:
        await _end(self._task)
        await self._client.aclose()

    async def follow(self, channel: str) -> None:
        self.channels.add(channel)
        await self._try(lambda pubsub: self._subscribe(pubsub, channel))

    async def unfollow(self, channel: str) -> None:
        self.channels.discard(channel)
        await self._try(lambda pubsub: self._unsubscribe(pubsub, channel))

    async def _subscribe(self, pubsub: Any, channel: str) -> None:
        await (pubsub.ssubscribe if self._sharded else pubsub.subscribe)(channel)

    async def _unsubscribe(self, pubsub: Any, channel: str) -> None:
        await (pubsub.sunsubscribe if self._sharded else pubsub.unsubscribe)(channel)

    async def _try(self, command: Callable[[PubSub], Any]) -> None:
        if self._pubsub is not None and self.is_connected:
            with contextlib.suppress(*AWAY):  # the listener notices, and subscribes to all again
                await command(self._pubsub)

    async def _run(self) -> None:
        failures = 0
        while True:
            try:
                pubsub = self._client.pubsub()
                try:
                    heard: set[str] = set()
                    while missing := self.channels - heard:  # more may be followed while we ask
                        for channel in sorted(missing):  # one by one: sharded ones may have different slots
                            await self._subscribe(pubsub, channel)
                        heard |= missing
                    self._pubsub, self.is_connected, failures = pubsub, True, 0
                    self._on_gap()
                    while True:
                        self._take(await pubsub.get_message(timeout=LISTEN_S))
                finally:
                    self._pubsub, self.is_connected = None, False
                    with contextlib.suppress(*AWAY):
                        await pubsub.aclose()
            except AWAY as exc:
                if failures == 0:
                    log.warning(
                        "the broker is away, the database is asked every second: %s", type(exc).__name__
                    )
                self._on_moved()
                await asyncio.sleep(RECONNECT_S[min(failures, len(RECONNECT_S) - 1)])
                failures += 1

    def _take(self, raw: Any) -> None:
        if raw is None:
            return
        if raw["type"] == "sunsubscribe" and raw["channel"].decode() in self.channels:
            self._on_moved()  # not our wish: the slot went to another node
        elif raw["type"] in ("message", "smessage"):
            message = parsed(raw["data"])
            if message is not None:
                self._listen(message)


class RedisBroker:
    """
    One server.

    Args:
        prefix: Keeps two installations on one server apart.
    """

    def __init__(self, url: str, prefix: str = "tocsin") -> None:
        self._url = url
        self._client = connect(
            url,
            socket_timeout=COMMAND_TIMEOUT_S,
            socket_connect_timeout=COMMAND_TIMEOUT_S,
            retry=Retry(NoBackoff(), 1 if is_cluster(url) else 0),  # 1: once more where a slot has moved
        )
        self._prefix = prefix
        self._channels = {f"{prefix}:presence"}
        self._links: dict[str, Link] = {}
        self._listen: Listener = lambda _: None
        self._on_gap: Callable[[], None] = lambda: None
        self.failures = 0

    @property
    def is_connected(self) -> bool:
        return bool(self._links) and all(link.is_connected for link in self._links.values())

    async def start(self, listen: Listener, on_gap: Callable[[], None]) -> None:
        self._listen, self._on_gap = listen, on_gap
        link = self._links[""] = Link(self._url, listen, on_gap, lambda: None, sharded=False)
        link.channels.update(self._channels)

    async def stop(self) -> None:
        for link in self._links.values():
            await link.stop()
        self._links.clear()
        await self._client.aclose()

    async def publish(self, message: Message) -> None:
        name = f"topic:{message.topic_id}" if isinstance(message, Position) else "presence"
        try:
            await self._say(f"{self._prefix}:{name}", spoken(message))
        except AWAY as exc:
            self.failures += 1
            log.warning("a hint was not published: %s", type(exc).__name__)

    async def follow(self, topic_id: str) -> None:
        await self._follow(f"{self._prefix}:topic:{topic_id}")

    async def unfollow(self, topic_id: str) -> None:
        await self._unfollow(f"{self._prefix}:topic:{topic_id}")

    async def _say(self, channel: str, body: bytes) -> None:
        await self._client.publish(channel, body)

    async def _follow(self, channel: str) -> None:
        self._channels.add(channel)
        for link in self._links.values():
            await link.follow(channel)

    async def _unfollow(self, channel: str) -> None:
        self._channels.discard(channel)
        for link in self._links.values():
            if channel in link.channels:
                await link.unfollow(channel)


class ClusterBroker(RedisBroker):
    """
    A cluster, with sharded channels (Redis 7 or Valkey 7.2 and newer).

    Who owns a channel is asked again when a node is away or sends a channel elsewhere; a node that is away costs its
    own topics a second, and the others nothing.

    Args:
        url: `redis+cluster://` and any node.
    """

    def __init__(self, url: str, prefix: str = "tocsin") -> None:
        super().__init__(url, prefix)
        self._routing = asyncio.Lock()
        self._moved = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def start(self, listen: Listener, on_gap: Callable[[], None]) -> None:
        self._listen, self._on_gap = listen, on_gap
        self._moved.set()
        self._task = asyncio.get_running_loop().create_task(self._keep_routes(), name="redis-cluster")

    async def stop(self) -> None:
        if self._task is not None:
            await _end(self._task)
            self._task = None
        await super().stop()

    async def _say(self, channel: str, body: bytes) -> None:
        async with asyncio.timeout(COMMAND_TIMEOUT_S):
            await self._client.spublish(channel, body)

    async def _follow(self, channel: str) -> None:
        self._channels.add(channel)
        await self._route()

    async def _keep_routes(self) -> None:
        failures = 0
        while True:
            await self._moved.wait()
            self._moved.clear()
            try:
                await self._client.initialize()
                if failures or self._links:  # what is known is old
                    await self._client.nodes_manager.initialize()
                failures = 0
            except AWAY as exc:
                if failures == 0:
                    log.warning("the cluster is away: %s", type(exc).__name__)
                self._moved.set()
                await asyncio.sleep(RECONNECT_S[min(failures, len(RECONNECT_S) - 1)])
                failures += 1
                continue
            await self._route()
            await asyncio.sleep(LOOK_AGAIN_S)

    async def _route(self) -> None:
        """Follow every channel on the node that owns it, and nowhere else."""
        async with self._routing:
            homes: dict[str, set[str]] = {}
            for channel in self._channels:
                node = self._client.nodes_manager.slots_cache.get(self._client.keyslot(channel), [None])[0]
                if node is not None:
                    homes.setdefault(f"{node.host}:{node.port}", set()).add(channel)
            for home in self._links.keys() - homes.keys():
                await self._links.pop(home).stop()
            for home, channels in homes.items():
                link = self._links.get(home)
                if link is None:
                    link = self._links[home] = Link(
                        self._at(home), self._listen, self._on_gap, self._moved.set, sharded=True
                    )
                    link.channels.update(channels)
                    continue
                for channel in link.channels - channels:
                    await link.unfollow(channel)
                for channel in channels - link.channels:
                    await link.follow(channel)

    def _at(self, home: str) -> str:
        """The address of one node: the cluster's, with its name in place of the first one's."""
        parts = urlsplit(plain(self._url))
        account = parts.netloc.rpartition("@")[0]
        return urlunsplit(parts._replace(netloc=f"{account}@{home}" if account else home))


async def _end(task: asyncio.Task[None]) -> None:
    """Cancel until it has ended: in Python 3.11 a connection made in the same moment swallows the first try."""
    while not task.done():
        task.cancel()
        await asyncio.wait({task}, timeout=CANCEL_AGAIN_S)


def broker_at(url: str, prefix: str = "tocsin") -> Broker:
    """The broker that an address asks for."""
    return (ClusterBroker if is_cluster(url) else RedisBroker)(url, prefix)
