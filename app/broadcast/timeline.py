"""
What a viewer does with a message: (timeline, snapshot | delta | frame) -> timeline. Pure.

The rules of every client of ours, here for the Python ones and for the simulations; the screens' twin is
frontend/shared/timeline.ts, and both run the cases of tests/fixtures/timeline. Messages are JSON objects.

    at or below my offset            ignore
    follows on from my offset        apply, by id and version, so that applying twice is harmless
    a delta that begins before it    apply as well: it says how everything is now that changed since
    another epoch, or a gap          stop applying and ask again: raises Resync
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Any

from app.broadcast.digest import DIGEST_ITEMS, Key, digest_of, key_of

Json = Mapping[str, Any]


class Resync(Exception):
    """What we have can no longer become the whole: say hello again with our place, or without one."""


@dataclass(frozen=True, slots=True)
class Timeline:
    """
    Attributes:
        items: Newest first. `floor` is the oldest the snapshot had: from there up nothing is missing; older ones
            may be here as well if they changed. None when there are no older ones.
    """

    topic: str
    epoch: str
    offset: int
    event: Json
    items: tuple[Json, ...] = ()
    updates: tuple[Json, ...] = ()
    replies: tuple[Json, ...] = ()
    channels: tuple[Json, ...] = ()
    more: bool = False
    floor: Key | None = None


def item_key(item: Json) -> Key:
    return (_milliseconds(item["at"]), item["id"])


@lru_cache(maxsize=4096)
def _milliseconds(at: str) -> int:
    return key_of(datetime.fromisoformat(at), "")[0]


def take(timeline: Timeline | None, message: Json) -> Timeline:
    """
    Apply one message. Heartbeats change nothing but may show that something was missed.

    Raises:
        Resync: see the module.
    """
    if message["type"] == "snapshot":
        return from_snapshot(message)
    if timeline is None or message["epoch"] != timeline.epoch:
        raise Resync
    if message["type"] == "heartbeat":
        if message["offset"] > timeline.offset:
            raise Resync
        return timeline
    if message["offset"] <= timeline.offset:
        return timeline
    is_ahead = message["prev"] > timeline.offset
    if is_ahead or (message["prev"] < timeline.offset and message["type"] != "delta"):
        raise Resync
    return replace(apply(timeline, message["ops"]), offset=message["offset"])


def from_snapshot(message: Json) -> Timeline:
    items = tuple(message["items"])
    return Timeline(
        topic=message["topic"],
        epoch=message["epoch"],
        offset=message["offset"],
        event=message["event"],
        items=items,
        updates=tuple(message["updates"]),
        replies=tuple(message["replies"]),
        channels=tuple(message["channels"]),
        more=message["more"],
        floor=min(map(item_key, items), default=None) if message["more"] else None,
    )


def digest(timeline: Timeline) -> str:
    """To compare with a heartbeat at the same offset; "" when too little is held to tell."""
    whole = [one for one in timeline.items if timeline.floor is None or item_key(one) >= timeline.floor]
    if timeline.more and len(whole) < DIGEST_ITEMS:
        return ""
    return digest_of(timeline.event, whole[:DIGEST_ITEMS])


def apply(timeline: Timeline, ops: Iterable[Json]) -> Timeline:
    """The timeline with some ops applied, at the same offset."""
    event = timeline.event
    draft: dict[str, list[Json]] = {}

    def held(name: str) -> list[Json]:
        if name not in draft:
            draft[name] = list(getattr(timeline, name))
        return draft[name]

    for op in ops:
        match op["op"]:
            case "item.added" | "item.revised":
                item = op["item"]
                _put(held("items"), item, item_key, gone=item["state"] == "removed")
            case "event.changed":
                event = op["event"] if op["event"]["version"] >= event["version"] else event
            case "update.changed":
                _put(held("updates"), op["update"], _number)
            case "delivery.changed":
                _put_delivery(held("updates"), op["delivery"])
            case "reply.changed":
                _put(held("replies"), op["reply"], _arrival)
            case "channel.changed":
                _put(held("channels"), op["channel"], None)
    changed: dict[str, Any] = {name: tuple(things) for name, things in draft.items()}
    return replace(timeline, event=event, **changed)


def _put(held: list[Json], thing: Json, place: Callable[[Json], Any] | None, *, gone: bool = False) -> None:
    """`thing` in its place unless a newer one is there; descending by `place`, or by arrival."""
    for index, known in enumerate(held):
        if known["id"] == thing["id"]:
            if known["version"] > thing["version"]:
                return
            if not gone and (place is None or place(known) == place(thing)):
                held[index] = thing
                return
            del held[index]
            break
    if gone:
        return
    if place is None:
        held.append(thing)
        return
    mine = place(thing)
    held.insert(next((i for i, known in enumerate(held) if place(known) < mine), len(held)), thing)


def _put_delivery(updates: list[Json], delivery: Json) -> None:
    for index, update in enumerate(updates):
        if update["id"] == delivery["update_id"]:
            deliveries = list(update["deliveries"])
            _put(deliveries, delivery, None)
            updates[index] = {**update, "deliveries": deliveries}


def _number(update: Json) -> int:
    return int(update["seq"])


def _arrival(reply: Json) -> Key:
    return (_milliseconds(reply["received_at"]), reply["id"])
