"""
What a viewer does with a message: (timeline, snapshot | delta | frame) -> timeline. Pure.

The rules of every client of ours, here for the Python ones and for the simulations; the screens' twin is
frontend/shared/timeline.ts, and both run the cases of tests/fixtures/timeline. Messages are JSON objects.

    at or below my offset            ignore
    follows on from my offset        apply, by id and version, so that applying twice is harmless
    another epoch, or a gap          stop applying and ask again: raises Resync
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
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
    return key_of(datetime.fromisoformat(item["at"]), item["id"])


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
    if message["prev"] != timeline.offset:
        raise Resync
    for op in message["ops"]:
        timeline = APPLY[op["op"]](timeline, op)
    return replace(timeline, offset=message["offset"])


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


def _put(
    held: tuple[Json, ...], thing: Json, place: Callable[[Json], Any] | None, *, gone: bool = False
) -> tuple[Json, ...]:
    """`held` with `thing` in its place unless a newer one is there; descending by `place`, or by arrival."""
    for index, known in enumerate(held):
        if known["id"] == thing["id"]:
            if known["version"] > thing["version"]:
                return held
            if not gone and (place is None or place(known) == place(thing)):
                return (*held[:index], thing, *held[index + 1 :])
            held = (*held[:index], *held[index + 1 :])
            break
    if gone:
        return held
    if place is None:
        return (*held, thing)
    mine = place(thing)
    index = next((i for i, known in enumerate(held) if place(known) < mine), len(held))
    return (*held[:index], thing, *held[index:])


def _item(timeline: Timeline, op: Json) -> Timeline:
    item = op["item"]
    return replace(timeline, items=_put(timeline.items, item, item_key, gone=item["state"] == "removed"))


def _event(timeline: Timeline, op: Json) -> Timeline:
    newer = op["event"]["version"] >= timeline.event["version"]
    return replace(timeline, event=op["event"]) if newer else timeline


def _update(timeline: Timeline, op: Json) -> Timeline:
    return replace(timeline, updates=_put(timeline.updates, op["update"], lambda one: one["seq"]))


def _delivery(timeline: Timeline, op: Json) -> Timeline:
    delivery = op["delivery"]
    return replace(timeline, updates=tuple(_with_delivery(timeline.updates, delivery)))


def _with_delivery(updates: Iterable[Json], delivery: Json) -> Iterable[Json]:
    for update in updates:
        if update["id"] == delivery["update_id"]:
            yield {**update, "deliveries": list(_put(tuple(update["deliveries"]), delivery, None))}
        else:
            yield update


def _reply(timeline: Timeline, op: Json) -> Timeline:
    return replace(
        timeline, replies=_put(timeline.replies, op["reply"], lambda one: (one["received_at"], one["id"]))
    )


def _channel(timeline: Timeline, op: Json) -> Timeline:
    return replace(timeline, channels=_put(timeline.channels, op["channel"], None))


APPLY: Mapping[str, Callable[[Timeline, Json], Timeline]] = {
    "item.added": _item,
    "item.revised": _item,
    "event.changed": _event,
    "update.changed": _update,
    "delivery.changed": _delivery,
    "reply.changed": _reply,
    "channel.changed": _channel,
}
