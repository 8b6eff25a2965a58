"""
What the application decided about one request for a public topic, kept for those who ask the very same.

When a server comes back, ten thousand viewers ask for one topic within a second. The first goes through FastAPI:
host name, route, topic. Whoever asks with the same host name and the same address then gets the same answer without
asking again. Only what is for everybody is kept; caps and the accept rate are asked each time.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from starlette.requests import HTTPConnection

from app.broadcast.fanout import Fanout
from app.broadcast.topic_state import Place

DOORS_MOST = 256
PLACE = re.compile(rb"([0-9a-f]{1,64})&offset=(\d{1,15})")
_BEFORE_PLACE = b"&epoch="

Asked = tuple[bytes, bytes]


class Watched(Protocol):
    """What a door needs of a tail."""

    fanout: Fanout
    is_open: bool

    @property
    def place(self) -> Place: ...

    @property
    def is_behind(self) -> bool: ...

    def touch(self) -> None: ...

    def opening(self, epoch: str | None, offset: int | None) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Door:
    """
    Attributes:
        address_of: Whose share of the places a viewer takes.
    """

    tail: Watched
    epoch: str
    address_of: Callable[[HTTPConnection], str]

    @property
    def is_open(self) -> bool:
        """Whether the answer would still be the same, and could be given at once."""
        return self.tail.is_open and self.tail.place.epoch == self.epoch and not self.tail.is_behind


class Doors:
    """The decisions of this process. A stranger can make it forget them, which costs the next viewer a longer way."""

    def __init__(self) -> None:
        self._doors: dict[Asked, Door] = {}

    def __len__(self) -> int:
        return len(self._doors)

    def find(self, asked: Asked) -> Door | None:
        door = self._doors.get(asked)
        if door is not None and not door.tail.is_open:
            del self._doors[asked]
        return door if door is not None and door.is_open else None

    def keep(self, asked: Asked, tail: Watched, address_of: Callable[[HTTPConnection], str]) -> None:
        if len(self._doors) >= DOORS_MOST:
            self._doors.clear()
        self._doors[asked] = Door(tail, tail.place.epoch, address_of)


def read_address(url: bytes) -> tuple[bytes, str | None, int | None] | None:
    """What is asked without the place, and the place, where it is given as we write it; None for anything else."""
    asked, marker, rest = url.partition(_BEFORE_PLACE)
    if not marker:
        return asked, None, None
    place = PLACE.fullmatch(rest)
    return (asked, place[1].decode(), int(place[2])) if place else None
