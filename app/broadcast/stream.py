"""
The stream of this process: which topics are followed, what wakes them, and what everybody hears every few seconds.

Writers call `announce` after their commit. A hint is only a wake-up: a timer compares every followed topic with the
database once a second, so a hint that is lost, doubled or out of order changes nothing but a second.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import orjson
from sqlalchemy.exc import SQLAlchemyError

from app.broadcast import stream_metrics as metrics
from app.broadcast.broker import Broker, Message, Presence
from app.broadcast.desk_reading import DeskReading
from app.broadcast.hub import Hub, HubSettings
from app.broadcast.presence import PresenceBoard, about
from app.broadcast.reading import TopicReader
from app.broadcast.tail import RETRY_S, Tail
from app.broadcast.topic_state import TopicState
from app.broadcast.topics import Position
from app.broadcast.wire_frames import PING_FRAME
from app.clock import Clock
from app.db import Database
from app.db_faults import CUT_READING
from app.db_silence import READ_S
from app.errors import AppError, InvalidInput, Unready
from app.ids import NewId, new_id
from app.models import TopicName

log = logging.getLogger(__name__)

TOPIC_MOST_CHARS = 200


@dataclass(frozen=True, slots=True)
class StreamSettings:
    """
    Attributes:
        blind_s: So long without a look into the database, and nobody is told any more that this is live.
        read_s: So long is an answer of the database waited for.
        idle_s: A topic that nobody has watched or asked for this long is no longer followed.
    """

    hub: HubSettings = field(default_factory=HubSettings)
    heartbeat_s: float = 10.0
    repair_s: float = 1.0
    blind_s: float = 15.0
    read_s: float = READ_S
    idle_s: float = 300.0


class Stream:
    """One per process, made by `main`; `hub` also makes the fast path's protocol class."""

    def __init__(
        self,
        database: Database,
        broker: Broker,
        clock: Clock,
        *,
        drill: bool,
        settings: StreamSettings | None = None,
        ids: NewId = new_id,
    ) -> None:
        self.settings = settings or StreamSettings()
        self.clock = clock
        self.reader = TopicReader(database, drill=drill, read_s=self.settings.read_s)
        self.reading = DeskReading(database)
        self.hub = Hub(self.settings.hub, clock.monotonic)
        self.node = ids()
        self._broker = broker
        self._tails: dict[str, Tail] = {}
        self._ids: dict[str, str] = {}  # "SLUG:NAME" -> topic id, for as long as the topic is followed
        self._opening: dict[str, asyncio.Task[Tail]] = {}
        self._making = asyncio.Lock()  # a slug and an id may ask for the same topic at once
        self._presence = PresenceBoard()
        self._tasks: list[asyncio.Task[None]] = []
        self._looked_s = 0.0  # by the loop's clock: when the database last said where the topics are
        self._outbound: dict[str, Position] = {}
        self._has_outbound = asyncio.Event()

    async def start(self) -> None:
        self.hub.start()
        await self._broker.start(self._heard, self._suspect)
        loop = asyncio.get_running_loop()
        self._looked_s = loop.time()
        for work in (self._heartbeats, self._repairs, self._publishes):
            self._tasks.append(loop.create_task(self._kept_up(work), name=f"stream{work.__name__}"))

    async def stop(self) -> None:
        self.hub.drain()
        for task in [*self._tasks, *self._opening.values()]:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
        self._tasks.clear()
        for tail in self._tails.values():
            await tail.stop()
        self._tails.clear()
        await self._broker.stop()
        await self.hub.stop()

    @property
    def is_draining(self) -> bool:
        """Readiness must be false while this is true."""
        return self.hub.is_draining

    @property
    def is_blind(self) -> bool:
        """
        Whether what we hold may be of long ago without our knowing: a node that is cut off from the database.

        It then gives no heartbeat and opens nothing: a viewer says so, and looks for another node.
        """
        return self._silent_s() > self.settings.blind_s

    def seen_at(self, tail: Tail) -> datetime:
        """The moment of which what we hold of a topic is true: now, or when it was last seen in the database."""
        now, silent_s = self.clock.now(), max(self._silent_s(), tail.silent_s())
        return now - timedelta(seconds=silent_s) if silent_s > self.settings.blind_s else now

    def _silent_s(self) -> float:
        return asyncio.get_running_loop().time() - self._looked_s if self._tasks else 0.0

    def _is_stuck(self, tail: Tail) -> bool:
        """Whether this topic alone cannot be read, while the database answers."""
        return tail.silent_s() > self.settings.blind_s

    def announce(self, *positions: Position) -> None:
        """Tell viewers here and other processes that changes are durable. Costs nothing and raises nothing."""
        for position in positions:
            tail = self._tails.get(position.topic_id)
            if tail is not None:
                tail.hint(position.epoch, position.offset)
            self._outbound[position.topic_id] = position
        self._has_outbound.set()

    async def open(self, topic: str, *, as_of: bool = False) -> Tail:
        """
        The tail of "EVENT:NAME", followed from now on; EVENT is an id or a slug.

        Args:
            as_of: The caller shows `seen_at` beside it, so that it may be of some time ago.

        Raises:
            NotFound: no such topic.
            InvalidInput: not the name of a topic.
            Unready: the database has not been seen for so long that what we hold may be of long ago.
        """
        if self.is_blind and not as_of:
            raise Unready(CUT_READING, code="database_away")
        tail = self._tails.get(self._ids.get(topic, topic))
        if tail is None:
            # One reader for a topic, however many viewers ask for it in the same moment.
            task = self._opening.get(topic)
            if task is None:
                task = asyncio.get_running_loop().create_task(self._find_and_follow(topic))
                self._opening[topic] = task
                task.add_done_callback(lambda _: self._opening.pop(topic, None))
            tail = await asyncio.shield(task)
        tail.touch()
        await tail.caught_up()
        if self._is_stuck(tail) and not as_of:
            raise Unready(CUT_READING, code="database_away")
        return tail

    def viewers(self, topic_id: str) -> int:
        """About how many watch, over all processes; on the desk of an event, how many watch its public page."""
        event, _, name = topic_id.rpartition(":")
        if name == TopicName.DESK:
            # A tablet and a desk are told who reads what they send: not one another, and not themselves.
            topic_id = f"{event}:{TopicName.PUBLIC}"
        here = self._tails[topic_id].fanout.count if topic_id in self._tails else 0
        self._presence.note(self.node, {**self._counts(), topic_id: here}, self.clock.monotonic())
        return about(self._presence.total(topic_id, self.clock.monotonic()))

    def heartbeat(self, tail: Tail) -> bytes:
        """Where a topic is, what its public state sums up to, and about how many watch."""
        return orjson.dumps(
            {
                "type": "heartbeat",
                "topic": tail.topic_id,
                "epoch": tail.place.epoch,
                "offset": tail.place.offset,
                "digest": tail.state.digest(),
                "viewers": self.viewers(tail.topic_id),
                "at": self.clock.now(),
            },
            option=orjson.OPT_UTC_Z,
        )

    async def _find_and_follow(self, topic: str) -> Tail:
        event, _, name = topic.rpartition(":")
        if not event or len(topic) > TOPIC_MOST_CHARS:
            raise InvalidInput("A topic is EVENT:NAME, for example 018f…:public.", code="unknown_topic")
        topic_id = (await self.reader.find(event, name)).id
        async with self._making:
            tail = self._tails.get(topic_id) or await self._make_tail(topic_id)
        self._ids[topic] = topic_id
        return tail

    async def _make_tail(self, topic_id: str) -> Tail:
        await self._broker.follow(topic_id)  # before the read, so that nothing falls between
        reading = await self.reader.read_whole(topic_id)
        metrics.READS.labels("whole").inc()
        state = TopicState(topic_id, reading, self.clock.monotonic())
        tail = Tail(state, self.reader, self.hub, self.clock.monotonic)
        self._tails[topic_id] = tail
        return tail

    def _heard(self, message: Message) -> None:
        if isinstance(message, Presence):
            self._presence.note(message.node, message.counts, self.clock.monotonic())
            return
        tail = self._tails.get(message.topic_id)
        if tail is not None:
            tail.hint(message.epoch, message.offset)

    def _suspect(self) -> None:
        for tail in self._tails.values():
            tail.suspect()

    def _counts(self) -> dict[str, int]:
        return {tail.topic_id: tail.fanout.count for tail in self._tails.values() if tail.fanout.count}

    @staticmethod
    async def _kept_up(work: Callable[[], Awaitable[None]]) -> None:
        """A seam: whatever one turn met (a client library's own fault, say), all viewers depend on the next."""
        while True:
            try:
                await work()
            except Exception:
                log.exception("%s broke, and begins again", work.__name__)
                await asyncio.sleep(RETRY_S)

    async def _publishes(self) -> None:
        while True:
            await self._has_outbound.wait()
            self._has_outbound.clear()
            waiting, self._outbound = self._outbound, {}
            for position in waiting.values():
                await self._broker.publish(position)

    async def _repairs(self) -> None:
        while True:
            await asyncio.sleep(self.settings.repair_s)
            await self._let_go(self._idle())
            try:
                places = await self.reader.places(list(self._tails))
            except (SQLAlchemyError, OSError, AppError, TimeoutError) as exc:
                log.warning("the topics could not be compared: %s", type(exc).__name__)
                continue
            self._looked_s = asyncio.get_running_loop().time()
            for where in places:
                tail = self._tails.get(where.topic_id)
                if tail is not None:
                    tail.found(Position(where.topic_id, where.epoch, where.offset))

    def _idle(self) -> list[Tail]:
        before_s = self.clock.monotonic() - self.settings.idle_s
        return [t for t in self._tails.values() if not t.fanout.count and t.used_at_s < before_s]

    async def _let_go(self, tails: Iterable[Tail]) -> None:
        for tail in tails:
            del self._tails[tail.topic_id]
            self._ids = {name: found for name, found in self._ids.items() if found != tail.topic_id}
            await tail.stop()
            await self._broker.unfollow(tail.topic_id)
            if (
                tail.topic_id in self._tails
            ):  # somebody came meanwhile, and would hear of changes a second late
                await self._broker.follow(tail.topic_id)

    async def _heartbeats(self) -> None:
        ping_due_s = self.clock.monotonic() + self.settings.hub.ping_s
        while True:
            await asyncio.sleep(self.settings.heartbeat_s)
            await self._broker.publish(Presence(self.node, self._counts()))
            with_ping = self.clock.monotonic() >= ping_due_s
            if with_ping:
                ping_due_s = self.clock.monotonic() + self.settings.hub.ping_s
                self.hub.next_round()
            for tail in self._tails.values() if not self.is_blind else ():
                if self._is_stuck(tail):
                    continue
                tail.publish(self.heartbeat(tail), suffix=PING_FRAME if with_ping else b"")
                metrics.VIEWERS.labels(tail.name).set(tail.fanout.count)
            metrics.SLOW.set(len(self.hub.slow))
