"""
The oracle of the stream: nodes and viewers under chaos, without sockets, then everybody compared with the database.

The product's own pieces meet here: `TopicState` makes the bytes, `timeline.take` reads them. Between them a network
that cuts, doubles and swaps, nodes that lag, viewers that sleep, a database that is restored from a backup.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import orjson

from app.broadcast.reading import Reading, Things
from app.broadcast.timeline import Json, Resync, Timeline, digest, take
from app.broadcast.topic_state import TopicState
from app.schemas.frames import EventState, Item

TOPIC = "e1:public"
NODES = 3
ITEMS_MOST = 20
START = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
EVENT = EventState(id="e1", slug="knee", kind="surgery", title="A knee", state="live")

Take = Callable[[Timeline | None, Json], Timeline]


class Broken(AssertionError):
    """A promise did not hold."""


class World:
    """The database: current items, tombstones, and which id changed at which offset."""

    def __init__(self, dice: random.Random) -> None:
        self.dice = dice
        self.epoch, self.offset = "0", 0
        self.items: dict[str, Item] = {}
        self.gone: dict[str, Item] = {}
        self.log: list[str] = []  # id changed at offset n+1
        self.made = 0
        self.backup = self._copy()

    def change(self) -> str:
        """One committed change of the public timeline."""
        throw = self.dice.random()
        # The page of a snapshot is bounded; so is what this world holds.
        if not self.items or (throw < 0.55 and len(self.items) < ITEMS_MOST):
            self.made += 1
            item = Item(
                id=f"i{self.made}",
                type="update" if throw < 0.3 else "reply",
                version=1,
                at=START + timedelta(seconds=self.made - self.dice.randrange(3)),
                texts={"en": f"text {self.made}"},
            )
            self._put(item)
            kind = "added"
        else:
            old = self.items[self.dice.choice(list(self.items))]
            if throw < 0.75:
                item = old.model_copy(update={"version": old.version + 1, "state": "removed", "texts": {}})
                del self.items[old.id]
                self.gone[old.id] = item
                kind = "removed"
            elif throw < 0.85:
                item = old.model_copy(update={"version": old.version + 1, "state": "retracted", "texts": {}})
                self._put(item)
                kind = "retracted"
            else:
                item = old.model_copy(update={"version": old.version + 1, "texts": {"en": f"again {old.id}"}})
                self._put(item)
                kind = "revised"
        self.log.append(item.id)
        self.offset += 1
        return kind

    def _put(self, item: Item) -> None:
        self.items[item.id] = item
        self.gone.pop(item.id, None)

    def save(self) -> None:
        self.backup = self._copy()

    def restore(self) -> None:
        """Back to the backup: offsets will repeat with other content, so the epoch is new."""
        offset, items, gone, log = self.backup
        self.epoch = str(int(self.epoch) + 1)
        self.offset, self.items, self.gone, self.log = offset, dict(items), dict(gone), list(log)

    def _copy(self) -> tuple[int, dict[str, Item], dict[str, Item], list[str]]:
        return self.offset, dict(self.items), dict(self.gone), list(self.log)

    def whole(self) -> Reading:
        changes = [(n + 1, (("reply", one),)) for n, one in enumerate(self.log)][-1000:]
        return Reading(self.epoch, self.offset, changes, Things(event=EVENT, items=list(self.items.values())))

    def after(self, offset: int, most: int) -> Reading:
        until = min(self.offset, offset + most)
        ids = self.log[offset:until]
        things = Things(
            items=[self.items[one] for one in dict.fromkeys(ids) if one in self.items],
            gone=[self.gone[one] for one in dict.fromkeys(ids) if one in self.gone],
        )
        changes = [(offset + n + 1, (("reply", one),)) for n, one in enumerate(ids)]
        return Reading(self.epoch, until, changes, things)


class Node:
    """One process: its state of the topic, and the frames that its viewers are being sent."""

    def __init__(self, world: World) -> None:
        self.state = TopicState(TOPIC, world.whole(), 0.0)
        self.frames: list[bytes] = []

    def read(self, world: World, most: int) -> None:
        if self.state.place.epoch != world.epoch:
            self.state.replace(world.whole(), 0.0)
            self.frames.append(self.state.snapshot())
        elif world.offset > self.state.place.offset:
            self.frames.append(self.state.advance(world.after(self.state.place.offset, most), 0.0))


@dataclass(slots=True)
class Client:
    """One viewer: its timeline, whom it listens to, and how far along that node's frames it is."""

    timeline: Timeline | None = None
    node: Node | None = None
    heard: int = 0
    log: list[tuple[str, int]] = field(default_factory=list)


@dataclass(slots=True)
class Outcome:
    """What a run reached; `seen` counts the situations that a run must have met to mean anything."""

    reconnects: int
    clients: int
    changes: int
    seen: Counter[str]


def run(reconnects: int, seed: int, *, clients: int = 200, reducer: Take = take) -> Outcome:
    """
    Chaos until so many reconnects were made, then peace, then the comparison.

    Raises:
        Broken: a viewer's log is not strictly increasing, or its final state is not the database's.
    """
    dice = random.Random(seed)
    world = World(dice)
    nodes = [Node(world) for _ in range(NODES)]
    crowd = [Client() for _ in range(clients)]
    seen: Counter[str] = Counter()
    done = 0
    while done < reconnects:
        for _ in range(dice.randrange(4)):
            seen[world.change()] += 1
        if dice.random() < 0.01:
            world.save()
        if dice.random() < 0.005:
            world.restore()
            seen["restored"] += 1
        for node in nodes:
            if dice.random() < 0.7:  # else the hint was lost, and the timer has not looked yet
                node.read(world, dice.randrange(1, 6))
        if dice.random() < 0.01:
            nodes[dice.randrange(NODES)] = Node(world)
            seen["node killed"] += 1
        for client in dice.sample(crowd, 20):
            if client.node not in nodes or dice.random() < 0.8:
                connect(client, dice.choice(nodes), reducer, seen, polls=dice.random() < 0.03)
                done += 1
            listen(client, dice, reducer, seen)
        if len(nodes[0].frames) > 4000:
            for node in nodes:
                cut = len(node.frames)
                for client in crowd:
                    if client.node is node:
                        client.heard -= cut
                        if client.heard < 0:
                            client.node = None
                node.frames.clear()
    settle(world, nodes, crowd, reducer, seen)
    compare(world, crowd)
    return Outcome(
        done, clients, sum(seen[kind] for kind in ("added", "revised", "removed", "retracted")), seen
    )


def connect(client: Client, node: Node, reducer: Take, seen: Counter[str], *, polls: bool = False) -> None:
    """Subscribe, then be given what is missing: from one's own place, or the document that all who poll share."""
    client.node, client.heard = node, len(node.frames)
    place = (client.timeline.epoch, client.timeline.offset) if client.timeline else (None, None)
    opening = orjson.loads(
        node.state.recent()[1] if polls and client.timeline else node.state.opening(*place)
    )
    seen["shared" if polls else opening["type"]] += 1
    hear(client, opening, reducer, seen)


def listen(client: Client, dice: random.Random, reducer: Take, seen: Counter[str]) -> None:
    """Some of what is waiting; the rest may never come, because the line is cut."""
    assert client.node is not None
    waiting = client.node.frames[client.heard :]
    count = dice.randrange(len(waiting) + 1)
    client.heard += count
    for n, frame in enumerate(batch := waiting[:count]):
        throw = dice.random()
        if throw < 0.01:
            seen["frame lost"] += 1
            continue
        if throw < 0.02 and n + 1 < len(batch):
            seen["frame swapped"] += 1
            hear(client, orjson.loads(batch[n + 1]), reducer, seen)
        hear(client, orjson.loads(frame), reducer, seen)
        if throw > 0.98:
            seen["frame doubled"] += 1
            hear(client, orjson.loads(frame), reducer, seen)


def hear(client: Client, message: Json, reducer: Take, seen: Counter[str]) -> None:
    try:
        timeline = reducer(client.timeline, message)
    except Resync:
        seen["resync"] += 1
        assert client.node is not None
        client.heard = len(client.node.frames)
        # A node that lags behind what this viewer has seen elsewhere gives it a snapshot, which is older: allowed,
        # and noted, since it is no "applied twice".
        place = (client.timeline.epoch, client.timeline.offset) if client.timeline else (None, None)
        timeline = take(client.timeline, orjson.loads(client.node.state.opening(*place)))
        message = {"type": "snapshot"}
    if message["type"] == "snapshot":
        client.log.clear()  # what came before is replaced as a whole
    elif client.timeline is timeline:
        seen["ignored"] += 1
        return
    if client.log and client.log[-1][0] == timeline.epoch and client.log[-1][1] >= timeline.offset:
        raise Broken(f"{client.log[-1]} was followed by {timeline.offset}")
    client.log.append((timeline.epoch, timeline.offset))
    if len(client.log) > 50:
        del client.log[:40]
    client.timeline = timeline


def settle(world: World, nodes: list[Node], crowd: list[Client], reducer: Take, seen: Counter[str]) -> None:
    """The chaos ends: nodes read everything, everybody connects once more and hears to the end."""
    for node in nodes:
        while node.state.place.offset != world.offset or node.state.place.epoch != world.epoch:
            node.read(world, 500)
    for n, client in enumerate(crowd):
        connect(client, nodes[n % NODES], reducer, seen, polls=n % 10 == 0)


def compare(world: World, crowd: list[Client]) -> None:
    """Everybody shows exactly the database's timeline."""
    truth = take(None, orjson.loads(TopicState(TOPIC, world.whole(), 0.0).snapshot()))
    for n, client in enumerate(crowd):
        mine = client.timeline
        if mine is None or (mine.epoch, mine.offset, mine.items) != (truth.epoch, truth.offset, truth.items):
            raise Broken(f"viewer {n} does not show what the database has")
        if digest(mine) != digest(truth):
            raise Broken(f"viewer {n} has another digest")
