"""
One topic followed by this process: hints wake it, one reader at a time reads what changed, one frame goes out.

What changes while a read runs is in the next read, so a flood costs a few frames a second and not one per change.
Updates go out at once; changes that are replies only wait for a short window, and the desk's board moves at most
four times a second.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import deque
from collections.abc import AsyncIterator, Callable

from sqlalchemy.exc import SQLAlchemyError

from app.broadcast import stream_metrics as metrics
from app.broadcast.fanout import Fanout
from app.broadcast.hub import Hub
from app.broadcast.pace import Pace
from app.broadcast.reading import TopicReader
from app.broadcast.topic_state import Place, TopicState
from app.broadcast.topics import Position
from app.errors import AppError

log = logging.getLogger(__name__)

REPLIES_LOOK_S = 0.04  # how often to look whether something else came among them
REPLIES_GAP_S = 0.25
DESK_GAP_S = 0.25
RING = 256
RETRY_S = 0.5
CATCH_UP_S = 1.0
SNAPSHOTS, DELTAS = metrics.OPENINGS.labels("snapshot"), metrics.OPENINGS.labels("delta")


class Tail:
    """
    Args:
        state: Read by whoever opens the tail.
    """

    def __init__(self, state: TopicState, reader: TopicReader, hub: Hub, now_s: Callable[[], float]) -> None:
        self.state = state
        self.topic_id = state.topic_id
        self.name = state.topic_id.rpartition(":")[2]
        self.fanout = Fanout(state, hub.slow, now_s, hub.kernel)
        self.is_open = True
        self.used_at_s = now_s()
        self.heard = state.place  # the newest place any hint told of
        self._reader = reader
        self._now_s = now_s
        self._wake = asyncio.Event()
        self._news = asyncio.Event()
        self._ring: deque[tuple[int, bytes, Place]] = deque(maxlen=RING)
        self._pace = Pace()
        self._frame_at_s = 0.0
        self._hint_at_s = 0.0
        self._read_at_s = now_s()  # when it was last known that nothing is behind, or something was read
        self._task = asyncio.get_running_loop().create_task(self._run(), name=f"tail {self.topic_id}")

    @property
    def place(self) -> Place:
        return self.state.place

    def touch(self) -> None:
        """Somebody asked for it."""
        self.used_at_s = self._now_s()

    async def stop(self) -> None:
        self.is_open = False
        self._task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._task

    def hint(self, epoch: str, offset: int) -> None:
        """A change may be there; a hint for what we have is nothing."""
        if epoch == self.place.epoch and offset <= self.place.offset:
            return
        if not self.is_behind:
            self._read_at_s = self._now_s()
        if epoch != self.heard.epoch or offset > self.heard.offset:
            self.heard = Place(epoch, offset)
        if not self._wake.is_set():
            self._hint_at_s = self._now_s()
            self._wake.set()

    def found(self, position: Position) -> None:
        """The timer read where the topic is."""
        place = Place(position.epoch, position.offset)
        if place == self.place:
            return
        if place.epoch == self.place.epoch and place.offset < self.place.offset:
            self.suspect()  # it was read before our own last look, or the database has lost its end
            return
        if place.epoch != self.heard.epoch or place.offset > self.heard.offset:
            metrics.REPAIRS.labels(self.name).inc()
        self.hint(place.epoch, place.offset)

    async def caught_up(self) -> None:
        """
        Wait, for a moment at most, while a hint is being read.

        Whoever comes after a retraction was announced must not be given the state from before it.
        """
        if not self.is_behind:
            return
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(CATCH_UP_S):
                while self.is_behind:
                    await self._news.wait()

    @property
    def is_behind(self) -> bool:
        """Whether something was announced that is not read yet."""
        heard, place = self.heard, self.place
        return heard is not place and (heard.epoch != place.epoch or heard.offset > place.offset)

    def silent_s(self) -> float:
        """How long nothing could be read of what was announced: so old may be what stands here."""
        return self._now_s() - self._read_at_s if self.is_behind else 0.0

    def suspect(self) -> None:
        """Hints may have been missed: look."""
        self._wake.set()

    def publish(self, payload: bytes, *, suffix: bytes = b"") -> None:
        """Give every viewer a message that leads to where the state stands now."""
        self.fanout.publish(payload, suffix=suffix)
        self._ring.append((self.fanout.seq, payload, self.place))
        self._tell()

    def _tell(self) -> None:
        news, self._news = self._news, asyncio.Event()
        news.set()

    def opening(self, epoch: str | None, offset: int | None) -> bytes:
        """The first message for a viewer, counted."""
        delta = self.state.delta(epoch, offset)
        (SNAPSHOTS if delta is None else DELTAS).inc()
        return delta or self.state.snapshot()

    async def follow(self, epoch: str | None, offset: int | None) -> AsyncIterator[tuple[bytes, Place]]:
        """
        What one viewer of the plain path gets, for as long as it asks.

        It keeps a place and no queue: one that asks late gets a delta or a snapshot instead of what it missed.
        """
        seq, place = self.fanout.seq, self.place
        self.fanout.count += 1
        try:
            yield self.opening(epoch, offset), place
            while True:
                while seq == self.fanout.seq:
                    await self._news.wait()
                if self._ring and self._ring[0][0] <= seq + 1:
                    for number, payload, there in list(self._ring):
                        if number > seq:
                            seq, place = number, there
                            yield payload, there
                else:
                    missed_from, seq, place = place, self.fanout.seq, self.place
                    yield self.opening(missed_from.epoch, missed_from.offset), place
        finally:
            self.fanout.count -= 1

    async def _run(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            try:
                await self._wait_for_window()
                began_s = self._now_s()
                if await self._advance():
                    self._wake.set()
                if self.state.wants_reload:
                    await self._reload(tell=False)
                # What changes while viewers are written is in the next read: one frame, where there would be many.
                await self.fanout.written()
                self._pace.worked(began_s, self._now_s())
            except (SQLAlchemyError, OSError, AppError, TimeoutError) as exc:
                # The timer looks again each second; a database that is away is nothing a viewer must hear of.
                log.warning(
                    "a topic could not be read: %s", type(exc).__name__, extra={"topic": self.topic_id}
                )
                await asyncio.sleep(RETRY_S)
                self._wake.set()
            except Exception:
                # A seam: a row that we cannot tell of (a later version's, say) must not end what tells of all others.
                log.exception("a topic could not be told", extra={"topic": self.topic_id})
                await asyncio.sleep(RETRY_S)
                self._wake.set()

    async def _wait_for_window(self) -> None:
        now_s = self._now_s()
        wait_s = self._pace.wait_s(now_s)
        if self.state.is_desk:
            wait_s = max(wait_s, self._frame_at_s + DESK_GAP_S - now_s)
        if wait_s > 0:
            await asyncio.sleep(wait_s)
        if self.state.is_desk:
            return
        while self._now_s() - self._frame_at_s < REPLIES_GAP_S:
            changes = await self._reader.changes_after(self.topic_id, self.place.offset)
            metrics.READS.labels("refs").inc()
            # Nothing there yet is no reason to read now: a reply that comes in between would jump the window.
            if any(ref[0] != "reply" for _, refs in changes for ref in refs):
                return
            await asyncio.sleep(REPLIES_LOOK_S)

    async def _advance(self) -> bool:
        """One read and one frame; whether there may be more."""
        self._wake.clear()
        heard = self.heard
        reading = await self._reader.read_after(self.topic_id, self.place.offset)
        metrics.READS.labels("changes").inc()
        if reading is None:
            where = await self._reader.places([self.topic_id])
            if where and where[0].epoch != self.place.epoch:
                await self._reload(tell=True)
            elif (
                self.heard is heard
            ):  # a hint of another epoch, or of what the database has lost: nobody waits for it
                self.heard = self.place
                self._tell()
            return False
        if not self.state.follows(reading):
            if reading.epoch == self.place.epoch and reading.offset < self.place.offset:
                log.error("the database has lost changes that were shown", extra={"topic": self.topic_id})
                await self._reader.begin_anew(self.topic_id, self.place.epoch, self.place.offset)
            await self._reload(tell=True)
            return False
        now_s = self._read_at_s = self._now_s()
        frame = self.state.advance(reading, now_s)
        self._frame_at_s = now_s
        metrics.FRAMES.labels(self.name).inc()
        metrics.CHANGES.labels(self.name).inc(len(reading.changes))
        if self._hint_at_s:
            metrics.TAIL_LAG_S.observe(now_s - self._hint_at_s)
            self._hint_at_s = 0.0
        self.publish(frame)
        return self.heard.epoch == self.place.epoch and self.heard.offset > self.place.offset

    async def _reload(self, *, tell: bool) -> None:
        reading = await self._reader.read_whole(self.topic_id)
        metrics.READS.labels("whole").inc()
        moved = Place(reading.epoch, reading.offset) != self.place
        self.state.replace(reading, self._now_s())
        self.heard = self.place
        if tell or moved:
            self.publish(self.state.snapshot())
