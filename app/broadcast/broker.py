"""
Between processes: hints that a topic has moved, and how many watch where. Never the truth, and never a second log.

A hint may be lost, doubled, late or out of order; every process compares its topics with the database once a second
anyway. Losing the broker costs that second, nothing else, so no failure of it reaches a publisher or a viewer.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

import orjson

from app.broadcast.topics import Position


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


def spoken(message: Message) -> bytes:
    """A message as it crosses a bus."""
    if isinstance(message, Position):
        return orjson.dumps({"t": message.topic_id, "e": message.epoch, "o": message.offset})
    return orjson.dumps({"n": message.node, "c": dict(message.counts)})


def parsed(body: bytes) -> Message | None:
    """A message from the bus, or None for what we do not understand (another version's, or noise)."""
    try:
        data = orjson.loads(body)
        if "c" in data:
            return Presence(str(data["n"]), {str(k): int(v) for k, v in data["c"].items()})
        return Position(str(data["t"]), str(data["e"]), int(data["o"]))
    except (orjson.JSONDecodeError, KeyError, TypeError, ValueError, AttributeError):
        return None
