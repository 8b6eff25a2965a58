"""
One topic's viewers in this process, and the pass that writes to them.

A broadcast is encoded once per wire form and written to every viewer as the same bytes, a chunk of them by one system
call where the kernel has one for it (`many_writes`), through a list of bound `transport.write` elsewhere; nothing is
awaited, queued, timed or compressed per viewer. What is published while a pass runs is
joined and leaves as one write per viewer in the next. A viewer whose socket does not take all bytes calls
`pause_writing` from inside that write: it leaves the list at a known place and comes back through `resume_writing`
with a delta or a snapshot.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from app.broadcast import stream_metrics as metrics
from app.broadcast.many_writes import LONGEST_BYTES, NO_FD, Kernel, Table
from app.broadcast.topic_state import Place
from app.broadcast.wire_frames import deflated_frame, http_chunk, sse_event, text_frame

OPENINGS_KEPT = 8  # a storm after a change needs the snapshot and a few deltas; each may be 100 kB
CHUNK_VIEWERS = 100  # written between two turns of the loop: a health check waits a millisecond or two

Write = Callable[[bytes], None]
Encode = Callable[[bytes, Place], bytes]


@dataclass(frozen=True, slots=True)
class Broadcast:
    """One message to everybody: what to send, and where the topic is after it. `seq` counts broadcasts, not changes."""

    seq: int
    payload: bytes
    place: Place
    at_s: float = 0.0
    suffix: bytes = b""  # a control frame that goes with it to sockets


class Seat(Protocol):
    """What a fan-out needs of a viewer."""

    write: Write
    fd: int
    idx: int
    seq: int
    place: Place
    slow_since: float


class Source(Protocol):
    """Where missing bytes come from."""

    @property
    def place(self) -> Place: ...

    def opening(self, epoch: str | None, after: int | None) -> bytes: ...


def _no_write(_data: bytes) -> None:
    """Fills the hole that a viewer leaves while a pass runs."""


def encode_plain(payload: bytes, _place: Place) -> bytes:
    return text_frame(payload)


def encode_deflated(payload: bytes, _place: Place) -> bytes:
    return deflated_frame(payload)


def encode_sse(payload: bytes, place: Place) -> bytes:
    return http_chunk(sse_event(payload, f"{place.epoch}:{place.offset}".encode()))


class Group:
    """Viewers that receive the very same bytes, all at the same place but for those waiting in `joins`."""

    def __init__(self, encode: Encode, kernel: Kernel | None = None, *, takes_control: bool = True) -> None:
        self.encode = encode
        self.table = Table(kernel) if kernel is not None else None
        self.takes_control = takes_control
        self.seats: list[Seat | None] = []
        self.writes: list[Write] = []
        self.joins: list[Seat] = []
        self.holes: list[int] = []
        self.is_busy = False
        self.seq = 0  # of the last broadcast everybody in `seats` was given
        self.place: Place | None = None
        self._before: Place | None = None  # where those not yet reached in this pass stand
        self._reached = 0
        self._alone: dict[tuple[bytes, Place], bytes] = {}

    def __len__(self) -> int:
        return len(self.seats) + len(self.joins) - len(self.holes)

    def join(self, seat: Seat) -> None:
        """Take in a viewer that has been told everything up to its own `seq`."""
        if self.is_busy or seat.seq != self.seq:
            seat.idx = -1
            self.joins.append(seat)
        else:
            self._seat(seat)

    def leave(self, seat: Seat) -> None:
        index, seat.idx = seat.idx, -1
        if index < 0:
            if seat in self.joins:
                self.joins.remove(seat)
        elif self.is_busy:
            self.seats[index], self.writes[index] = None, _no_write
            if self.table is not None:
                self.table.set(index, NO_FD)
            self.holes.append(index)
        else:
            self._unseat(index)

    def place_of(self, seat: Seat) -> Place:
        """Where a viewer stands that is about to leave the list."""
        if seat.idx < 0:
            return seat.place
        place = self.place if not self.is_busy or seat.idx < self._reached else self._before
        return place or seat.place

    def encoded_alone(self, payload: bytes, place: Place) -> bytes:
        """A first message; those who come in a storm are given the same few, so each is encoded once."""
        known = self._alone.get((payload, place))
        if known is None:
            if len(self._alone) >= OPENINGS_KEPT:
                self._alone.clear()
            known = self._alone[payload, place] = self.encode(payload, place)
        return known

    def begin(self, batch: list[Broadcast]) -> bytes:
        """Start a pass; the bytes that every seat gets."""
        encoded = [self._bytes(broadcast) for broadcast in batch]
        last = batch[-1]
        if last.place != self.place:
            self._alone.clear()
        self.is_busy, self._reached = True, 0
        self._before, self.place, self.seq = self.place, last.place, last.seq
        for seat in list(self.joins):
            missing = [data for data, one in zip(encoded, batch, strict=True) if one.seq > seat.seq]
            if missing:
                seat.seq, seat.place = last.seq, last.place
                seat.write(missing[0] if len(missing) == 1 else b"".join(missing))
        return encoded[0] if len(encoded) == 1 else b"".join(encoded)

    def write_some(self, data: bytes, start: int, stop: int) -> None:
        self._reached = stop
        if self.table is None or len(data) > LONGEST_BYTES:
            for write in self.writes[start:stop]:
                write(data)
            return
        for index, taken in self.table.write(data, start, min(stop, len(self.writes))):
            self.writes[index](data[taken:])

    def settle(self) -> None:
        """End a pass: close the holes, seat those who came meanwhile."""
        self.is_busy = False
        if self.holes:
            for index in sorted(self.holes, reverse=True):
                self._unseat(index)
            self.holes.clear()
        if self.joins:
            waiting, self.joins = self.joins, []
            for seat in waiting:
                self.join(seat)

    def _bytes(self, broadcast: Broadcast) -> bytes:
        data = self.encode(broadcast.payload, broadcast.place)
        return data + broadcast.suffix if broadcast.suffix and self.takes_control else data

    def _seat(self, seat: Seat) -> None:
        seat.idx = len(self.seats)
        self.seats.append(seat)
        self.writes.append(seat.write)
        if self.table is not None:
            self.table.set(seat.idx, seat.fd)

    def _unseat(self, index: int) -> None:
        seat, write = self.seats.pop(), self.writes.pop()
        if index < len(self.seats):
            self.seats[index], self.writes[index] = seat, write
            if seat is not None:
                seat.idx = index
            if self.table is not None:
                self.table.set(index, NO_FD if seat is None else seat.fd)


class Fanout:
    """
    The viewers of one topic.

    Args:
        slow: The process's set of viewers that do not take bytes; whoever sweeps closes those that stay in it.
        kernel: Writes to many at once; None: one by one.
    """

    def __init__(
        self, source: Source, slow: set[Any], now_s: Callable[[], float], kernel: Kernel | None = None
    ) -> None:
        self.source = source
        self._now_s = now_s
        self.plain = Group(encode_plain, kernel)
        self.deflated = Group(encode_deflated, kernel)
        self.sse = Group(encode_sse, kernel, takes_control=False)
        self.groups = (self.plain, self.deflated, self.sse)
        for group in self.groups:
            group.place = source.place
        self.seq = 0
        self.count = 0  # viewers of every kind, the slow ones and those of the plain path included
        self._slow = slow
        self._pending: list[Broadcast] = []
        self._task: asyncio.Task[None] | None = None

    def publish(self, payload: bytes, *, suffix: bytes = b"") -> None:
        """Give every viewer `payload`; the source must already stand where it leads."""
        self.seq += 1
        self._pending.append(Broadcast(self.seq, payload, self.source.place, self._now_s(), suffix))
        if self._task is None:
            self._task = asyncio.get_running_loop().create_task(self._passes(), name="fanout")

    def seat(self, seat: Seat, group: Group, opening: bytes, before: bytes = b"") -> None:
        """
        Subscribe a viewer and give it its first message.

        Nothing is awaited between reading the source and joining, so no change falls in between.

        Args:
            before: Goes ahead of it in the same write: the answer to the handshake.
        """
        seat.seq, seat.place, seat.slow_since, seat.idx = self.seq, self.source.place, 0.0, -1
        group.join(seat)
        if opening:
            seat.write(before + group.encoded_alone(opening, self.source.place))

    def tell(self, seat: Seat, group: Group, payload: bytes) -> None:
        """One message to one viewer, which stays where it is."""
        if not seat.slow_since:
            seat.write(group.encoded_alone(payload, self.source.place))

    def leave(self, seat: Seat, group: Group) -> None:
        group.leave(seat)
        self._slow.discard(seat)

    def paused(self, seat: Seat, group: Group) -> None:
        """Its socket is full: mark it and leave it alone."""
        if not seat.slow_since:
            seat.place = group.place_of(seat)
            seat.slow_since = self._now_s()
            group.leave(seat)
            self._slow.add(seat)

    def resumed(self, seat: Seat, group: Group) -> None:
        """It took everything: give it what it missed, rewritten through the current state."""
        if seat.slow_since:
            missed = seat.place != self.source.place
            opening = self.source.opening(seat.place.epoch, seat.place.offset) if missed else b""
            metrics.RESYNCS.inc(missed)
            self._slow.discard(seat)
            self.seat(seat, group, opening)

    async def written(self) -> None:
        """Wait until everybody has been written what was published so far."""
        if self._task is not None:
            await asyncio.wait({self._task})

    async def _passes(self) -> None:
        while self._pending:
            batch, self._pending = self._pending, []
            for group in self.groups:
                data = group.begin(batch)
                decile = len(group.seats) * 9 // 10
                for start in range(0, len(group.seats), CHUNK_VIEWERS):
                    group.write_some(data, start, start + CHUNK_VIEWERS)
                    if start <= decile < start + CHUNK_VIEWERS:
                        metrics.DECILE_LAG_S.observe(self._now_s() - batch[0].at_s)
                    await asyncio.sleep(0)
                group.settle()
        self._task = None
