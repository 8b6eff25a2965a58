"""
One topic as this process knows it: the current things, encoded once, and which of them changed at which offset.

Snapshot, delta and frame are all put together from the same current pieces, so they agree with each other byte for
byte, and a text that was taken back is gone from every one of them at the same moment. Pure: readings in, bytes out.
"""

from __future__ import annotations

import heapq
from collections import deque
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from app.broadcast.digest import DIGEST_ITEMS, Key, digest_of, key_of
from app.broadcast.reading import DESK_REPLIES, DESK_UPDATES, SNAPSHOT_ITEMS, Reading, Things
from app.broadcast.topics import Ref
from app.schemas import frames

WINDOW_CHANGES = 1_000
WINDOW_S = 900.0
WINDOW_CHANGES_MOST = 20_000  # whatever their age: ids only, some 100 bytes each
WINDOW_REFS_MOST = (
    50_000  # a flood of replies has hundreds in one change; a delta of so many is a snapshot anyway
)
DELTA_THINGS_MOST = 300  # above this a snapshot is smaller
# What readers who poll share: who asks every two seconds through a cache of three is within the last 15 s.
RECENT_S = 15.0
RECENT_CHANGES = 16
RECENT_THINGS_MOST = 100
ITEMS_MOST = 1_000
ITEMS_KEPT = 500
DESK_MOST = 2  # times what a whole reading has: then the oldest are let go, as a restart would


@dataclass(frozen=True, slots=True)
class Place:
    """A position in a topic."""

    epoch: str
    offset: int


@dataclass(slots=True)
class Piece:
    """One thing: its encoded body, the offset it was first seen at, and its place if it is an item."""

    model: Any
    born: int
    key: Key | None = None
    raw: bytes | None = None

    def encoded(self) -> bytes:
        if self.raw is None:
            self.raw = encoded(self.model)
        return self.raw


def encoded(model: BaseModel) -> bytes:
    raw: bytes = model.__pydantic_serializer__.to_json(model)
    return raw


class TopicState:
    """The state of `topic_id` at `place`."""

    def __init__(self, topic_id: str, reading: Reading, now_s: float) -> None:
        self.topic_id = topic_id
        self.place = Place(reading.epoch, reading.offset)
        self.event: Piece
        self.items: dict[str, Piece] = {}
        self.gone: dict[str, bytes | None] = {}  # tombstones; None: never was public, nothing to say
        self.updates: dict[str, Piece] = {}
        self.replies: dict[str, Piece] = {}
        self.channels: dict[str, Piece] = {}
        self.update_of: dict[str, str] = {}  # delivery id -> update id
        self.more = False
        self.floor: Key | None = None  # complete from here up
        self._window: deque[tuple[int, float, tuple[Ref, ...]]] = deque()
        self._window_refs = 0
        self._snapshot: bytes | None = None
        self._digest: str | None = None
        self._deltas: dict[int, bytes | None] = {}
        self._recent: tuple[int, bytes] | None = None
        self.replace(reading, now_s)

    @property
    def is_desk(self) -> bool:
        return self.topic_id.endswith(":desk")

    def replace(self, reading: Reading, now_s: float) -> None:
        """Start again from a whole reading."""
        assert reading.things.event is not None
        self.place = Place(reading.epoch, reading.offset)
        self.event = Piece(reading.things.event, 0)
        for held in (self.items, self.gone, self.updates, self.replies, self.channels, self.update_of):
            held.clear()
        self._take(reading.things, born=0)
        self.more = reading.more
        keys = [piece.key for piece in self.items.values() if piece.key]
        self.floor = min(keys, default=None) if reading.more else None
        self._window = deque((offset, now_s, self._normal(refs)) for offset, refs in reading.changes)
        self._window_refs = sum(len(refs) for _, refs in reading.changes)
        self._forget()

    def advance(self, reading: Reading, now_s: float) -> bytes:
        """
        Take what changed and return the frame that says so.

        The reading must follow on: same epoch, and its first change right after our offset.
        """
        prev, born = self.place.offset, reading.offset
        ops = self._take(reading.things, born=born)
        self.place = Place(reading.epoch, reading.offset)
        for offset, refs in reading.changes:
            normal = self._normal(refs)
            self._window.append((offset, now_s, normal))
            self._window_refs += len(normal)
            for kind, thing_id in normal:
                if kind == "item" and thing_id not in self.items and thing_id not in self.gone:
                    self.gone[thing_id] = None
        self._trim(now_s)
        self._forget()
        return self._envelope(b"frame", prev, ops)

    def follows(self, reading: Reading) -> bool:
        """Whether a reading may be given to `advance`."""
        first = reading.changes[0][0] if reading.changes else 0
        return reading.epoch == self.place.epoch and first == self.place.offset + 1

    @property
    def wants_reload(self) -> bool:
        """So many of the newest items were removed that older ones must be fetched."""
        return self.more and self._complete_items() < SNAPSHOT_ITEMS // 2 + DIGEST_ITEMS // 2

    def snapshot(self) -> bytes:
        if self._snapshot is None:
            newest = self._newest(SNAPSHOT_ITEMS)
            more = self.more or len(self.items) > len(newest)
            self._snapshot = b"".join(
                (
                    b'{"type":"snapshot","topic":"%s","epoch":"%s","offset":%d,"event":'
                    % (self.topic_id.encode(), self.place.epoch.encode(), self.place.offset),
                    self.event.encoded(),
                    b',"items":[',
                    b",".join(piece.encoded() for piece in newest),
                    b'],"updates":[',
                    b",".join(piece.encoded() for piece in self._by(self.updates, "seq")),
                    b'],"replies":[',
                    b",".join(piece.encoded() for piece in self._by(self.replies, "received_at")),
                    b'],"channels":[',
                    b",".join(piece.encoded() for piece in self.channels.values()),
                    b'],"more":%s,"viewers":null}' % (b"true" if more else b"false"),
                )
            )
        return self._snapshot

    def delta(self, epoch: str | None, after: int | None) -> bytes | None:
        """
        What changed after an offset, or None if only a snapshot will do (other epoch, too old, from the future,
        too much). At our own offset it is a delta without ops.
        """
        if epoch != self.place.epoch or after is None or after > self.place.offset or after < 0:
            return None
        if after not in self._deltas:
            if len(self._deltas) > 256:
                self._deltas.clear()
            self._deltas[after] = self._make_delta(after)
        return self._deltas[after]

    def recent(self) -> tuple[int, bytes]:
        """
        One delta for everybody who polls, and where it begins: so far back that whoever asked lately is within it.

        Where it begins follows from the changes alone, so that it is the same document until the next one.
        """
        if self._recent is None:
            prev = self._recent_from()
            body = self.delta(self.place.epoch, prev)
            if body is None:  # of something unknown here: then it begins and ends at our own place
                prev = self.place.offset
                body = self._envelope(b"delta", prev, [])
            self._recent = prev, body
        return self._recent

    def _recent_from(self) -> int:
        begin, things = self.place.offset, set[Ref]()
        for number, (offset, at_s, refs) in enumerate(reversed(self._window)):
            things.update(refs)
            is_old = at_s <= self._window[-1][1] - RECENT_S
            if len(things) > RECENT_THINGS_MOST or (number >= RECENT_CHANGES and is_old):
                break
            begin = offset - 1
        return begin

    def opening(self, epoch: str | None, after: int | None) -> bytes:
        """What a viewer that says where it was gets first."""
        return self.delta(epoch, after) or self.snapshot()

    def digest(self) -> str:
        """Of the public state; "" where there is none to compare."""
        if self._digest is None:
            self._digest = self._make_digest()
        return self._digest

    def _make_digest(self) -> str:
        if self.is_desk or (self.more and self._complete_items() < DIGEST_ITEMS):
            return ""
        newest = [piece.model.model_dump() for piece in self._newest(DIGEST_ITEMS)]
        return digest_of(self.event.model.model_dump(), newest)

    def _make_delta(self, after: int) -> bytes | None:
        if after == self.place.offset:
            return self._envelope(b"delta", after, [])
        if not self._window or self._window[0][0] > after + 1:
            return None
        refs: dict[Ref, None] = {}
        for offset, _, changed in reversed(self._window):
            if offset <= after:
                break
            refs.update(dict.fromkeys(changed))
        if len(refs) > DELTA_THINGS_MOST:
            return None
        ops: list[bytes] = []
        for kind, thing_id in reversed(refs):
            op = self._op(kind, thing_id, after, refs)
            if op is None:
                return None
            if op:
                ops.append(op)
        return self._envelope(b"delta", after, ops)

    def _op(self, kind: str, thing_id: str, after: int, refs: dict[Ref, None]) -> bytes | None:
        """One op from the current pieces; empty where there is nothing to say, None where we do not know."""
        if kind == "event":
            return b'{"op":"event.changed","event":%s}' % self.event.encoded()
        if kind == "item":
            piece = self.items.get(thing_id)
            if piece is not None:
                name = b"item.added" if piece.born > after else b"item.revised"
                return b'{"op":"%s","item":%s}' % (name, piece.encoded())
            if thing_id not in self.gone:
                return None
            raw = self.gone[thing_id]
            return b'{"op":"item.revised","item":%s}' % raw if raw else b""
        if kind == "delivery":
            update_id = self.update_of.get(thing_id)
            if update_id is None:
                return None
            if ("update", update_id) in refs:
                return b""
            for delivery in self.updates[update_id].model.deliveries:
                if delivery.id == thing_id:
                    return b'{"op":"delivery.changed","delivery":%s}' % encoded(delivery)
            return None
        held = {"update": self.updates, "reply": self.replies, "channel": self.channels}.get(kind, {})
        piece = held.get(thing_id)
        return (
            b'{"op":"%s.changed","%s":%s}' % (kind.encode(), kind.encode(), piece.encoded())
            if piece
            else None
        )

    def _take(self, things: Things, *, born: int) -> list[bytes]:
        ops: list[bytes] = []
        if things.event is not None:
            self.event = Piece(things.event, 0)
            ops.append(b'{"op":"event.changed","event":%s}' % self.event.encoded())
        for item in sorted(things.items, key=lambda item: (item.at, item.id)):
            known = self.items.get(item.id)
            piece = Piece(item, known.born if known else born, key_of(item.at, item.id))
            self.items[item.id] = piece
            self.gone.pop(item.id, None)
            name = b"item.revised" if known else b"item.added"
            ops.append(b'{"op":"%s","item":%s}' % (name, piece.encoded()))
        for item in things.gone:
            self.items.pop(item.id, None)
            raw = encoded(item)
            self.gone[item.id] = raw
            ops.append(b'{"op":"item.revised","item":%s}' % raw)
        fresh_updates = {update.id for update in things.updates}
        for update in things.updates:
            self._hold(self.updates, update, born)
            self.update_of.update(dict.fromkeys((d.id for d in update.deliveries), update.id))
            ops.append(b'{"op":"update.changed","update":%s}' % self.updates[update.id].encoded())
        for delivery in things.deliveries:
            if delivery.update_id not in fresh_updates:
                self._revise_delivery(delivery)
                ops.append(b'{"op":"delivery.changed","delivery":%s}' % encoded(delivery))
        for reply in things.replies:
            self._hold(self.replies, reply, born)
            ops.append(b'{"op":"reply.changed","reply":%s}' % self.replies[reply.id].encoded())
        for channel in things.channels:
            self._hold(self.channels, channel, born)
            ops.append(b'{"op":"channel.changed","channel":%s}' % self.channels[channel.id].encoded())
        return ops

    def _hold(self, held: dict[str, Piece], model: Any, born: int) -> None:
        known = held.get(model.id)
        held[model.id] = Piece(model, known.born if known else born)

    def _revise_delivery(self, delivery: frames.DeskDelivery) -> None:
        piece = self.updates.get(delivery.update_id)
        if piece is None:
            return
        others = [other for other in piece.model.deliveries if other.id != delivery.id]
        all_of_it = sorted([*others, delivery], key=lambda one: one.id)
        self.updates[delivery.update_id] = Piece(
            piece.model.model_copy(update={"deliveries": tuple(all_of_it)}), piece.born
        )
        self.update_of[delivery.id] = delivery.update_id

    def _normal(self, refs: tuple[Ref, ...]) -> tuple[Ref, ...]:
        if self.is_desk:
            return refs
        return tuple(("item", ref[1]) if ref[0] in ("update", "reply") else ref for ref in refs)

    def _newest(self, count: int) -> list[Piece]:
        return heapq.nlargest(count, self.items.values(), key=lambda piece: piece.key or (0, ""))

    def _complete_items(self) -> int:
        if self.floor is None:
            return len(self.items)
        return sum(1 for piece in self.items.values() if piece.key and piece.key >= self.floor)

    @staticmethod
    def _by(held: dict[str, Piece], attribute: str) -> list[Piece]:
        return sorted(held.values(), key=lambda piece: getattr(piece.model, attribute), reverse=True)

    def _trim(self, now_s: float) -> None:
        window = self._window
        while (
            len(window) > WINDOW_CHANGES
            and (window[0][1] < now_s - WINDOW_S or len(window) > WINDOW_CHANGES_MOST)
        ) or (self._window_refs > WINDOW_REFS_MOST and len(window) > 1):
            self._window_refs -= len(window.popleft()[2])
        if len(self.replies) > DESK_MOST * DESK_REPLIES:
            self.replies = {one.model.id: one for one in self._by(self.replies, "received_at")[:DESK_REPLIES]}
        if len(self.updates) > DESK_MOST * DESK_UPDATES:
            self.updates = {one.model.id: one for one in self._by(self.updates, "seq")[:DESK_UPDATES]}
            self.update_of = {one: of for one, of in self.update_of.items() if of in self.updates}
        if len(self.items) > ITEMS_MOST:
            kept = self._newest(ITEMS_KEPT)
            self.items = {piece.model.id: piece for piece in kept}
            self.floor, self.more = kept[-1].key, True
        if len(self.gone) > WINDOW_CHANGES_MOST:
            self.gone.clear()

    def _forget(self) -> None:
        self._snapshot = self._digest = self._recent = None
        self._deltas.clear()

    def _envelope(self, kind: bytes, prev: int, ops: list[bytes]) -> bytes:
        return b'{"type":"%s","topic":"%s","epoch":"%s","prev":%d,"offset":%d,"ops":[%s]}' % (
            kind,
            self.topic_id.encode(),
            self.place.epoch.encode(),
            prev,
            self.place.offset,
            b",".join(ops),
        )
