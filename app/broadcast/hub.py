"""
The viewers of this process: who may come in, who is too slow, who is gone, and how all of them are sent away.

Caps and the accept rate are asked before anything that costs; limits on visitors that cannot be checked stay open.
No timer per viewer: one sweep a second looks at the slow ones, one every `ping_s` at those that said nothing.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import random
import time
from collections import Counter, deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Protocol

from app.broadcast import many_writes
from app.broadcast import stream_metrics as metrics
from app.broadcast.doors import Doors
from app.broadcast.fanout import Seat

SLOW_S = 20.0
FLUSH_S = 5.0
SWEEP_S = 1.0
FILES_KEPT = 500  # for everything that is not a visitor
YOUNG_CUT_AT_ONCE = 1_000  # a sweep; each takes some microseconds

COME_BACK_SLOW_HELLO = 4001
COME_BACK_SLOW = 4008
COME_BACK_SILENT = 4009
COME_BACK_FULL = 4013
COME_BACK_CROWDED = 4029
COME_BACK_TICKET = 4401
STAY_AWAY_BAD_MESSAGE = 4500
STAY_AWAY_ORIGIN = 4503
STAY_AWAY_UNKNOWN_TOPIC = 4504
STAY_AWAY_SIGNED_OUT = 4510
RESTART = 1012


@dataclass(frozen=True, slots=True)
class HubSettings:
    """
    Limits on viewers of one process.

    Attributes:
        accepts_per_s: New sockets a second before the rest is told to come later; `accept_burst` on top at once.
        ping_s: How often sockets are asked for a sign of life; one that stays silent as long again is closed.
        files_most: Open files this process may have. Viewers and connections without a request leave some of them to
            the database and the platforms; of the latter the oldest is cut first, since a real one takes a round trip.
        many_at_once: Write to many viewers by one system call, where the kernel has one for it.
    """

    viewers_most: int = 18_000
    viewers_most_per_address: int = 4_000
    accepts_per_s: float = 2_000.0
    accept_burst: int = 4_000
    hello_s: float = 5.0
    request_s: float = 5.0
    ping_s: float = 20.0
    slow_s: float = SLOW_S
    files_most: int = 20_000
    many_at_once: bool = True


class Closable(Seat, Protocol):
    """A viewer on the fast path, as the sweep sees it."""

    heard: int

    def close(self, code: int, reason: str) -> None: ...

    def abort(self) -> None: ...


class Young(Protocol):
    """A connection that has not brought a whole request yet."""

    def give_up(self) -> None: ...


class Admission:
    """A token bucket for new sockets. Pure but for the time it is given."""

    def __init__(self, per_s: float, burst: int, now_s: float) -> None:
        self.per_s, self.burst = per_s, burst
        self._tokens, self._at_s = float(burst), now_s

    def take(self, now_s: float) -> bool:
        self._tokens = min(self.burst, self._tokens + (now_s - self._at_s) * self.per_s)
        self._at_s = now_s
        if self._tokens < 1:
            return False
        self._tokens -= 1
        return True


def retry_hint_ms(viewers: int, accepts_per_s: float, draw: Callable[[float, float], float]) -> int:
    """When one of `viewers` that were all sent away should come back: spread over what the others can accept."""
    return int(draw(250, 250 + 1000 * viewers / max(1.0, accepts_per_s)))


class Hub:
    """
    Args:
        now_s: Monotonic seconds.
    """

    def __init__(self, settings: HubSettings, now_s: Callable[[], float] = time.monotonic) -> None:
        self.settings = settings
        self.places = max(FILES_KEPT, settings.files_most - FILES_KEPT)  # for visitors of every kind
        self.kernel = many_writes.kernel() if settings.many_at_once else None
        self.now_s = now_s
        self.slow: set[Closable] = set()
        self.viewers: set[Closable] = set()
        self.by_address: Counter[str] = Counter()
        self.count = 0
        self.doors = Doors()
        self.is_draining = False
        self.round = 0  # grows with every ping; a viewer notes the one it last spoke in
        self._admission = Admission(settings.accepts_per_s, settings.accept_burst, now_s())
        self._dying: deque[tuple[float, Closable]] = deque()
        self._task: asyncio.Task[None] | None = None
        self._young: dict[Young, float] = {}  # until when, in order of arrival
        self._swept_at_s = now_s()

    def start(self) -> None:
        self._task = asyncio.get_running_loop().create_task(self._sweeps(), name="hub-sweep")

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
            self._task = None

    def may_connect(self) -> bool:
        """Asked before anything else is done for a new socket."""
        allowed = not self.is_draining and self._admission.take(self.now_s())
        if not allowed:
            metrics.REFUSED.labels("rate").inc()
        return allowed

    def enter(self, address: str) -> int:
        """Count a viewer in, or the close code that says why not."""
        if self.is_draining or self.count >= min(self.settings.viewers_most, self.places):
            return COME_BACK_FULL
        if self.by_address[address] >= self.settings.viewers_most_per_address:
            return COME_BACK_CROWDED
        self.count += 1
        self.by_address[address] += 1
        return 0

    def exit(self, address: str) -> None:
        self.count -= 1
        self.by_address[address] -= 1
        if self.by_address[address] <= 0:
            del self.by_address[address]

    def retry_hint_ms(self) -> int:
        return retry_hint_ms(self.count, self.settings.accepts_per_s, random.uniform)

    def close_words(self, code: int) -> str:
        """The reason of a close that says "come back", with when."""
        return f"retry_after_ms={self.retry_hint_ms()}" if code < 4500 else ""

    def away_words(self) -> str:
        """
        The same where nothing can be shown now. Nobody stays, so the number of those who are here says nothing of how
        many will come back: as many as there is room for.
        """
        hint_ms = retry_hint_ms(self.settings.viewers_most, self.settings.accepts_per_s, random.uniform)
        return f"retry_after_ms={hint_ms}"

    def watch_young(self, connection: Young) -> None:
        """End a connection that does not bring a whole request in time."""
        self._young[connection] = self.now_s() + self.settings.request_s
        if len(self._young) + self.count > self.places:
            self._cut(next(iter(self._young)))

    def grown(self, connection: Young) -> None:
        self._young.pop(connection, None)

    def _cut(self, connection: Young) -> None:
        del self._young[connection]
        metrics.REFUSED.labels("no_request").inc()
        connection.give_up()

    def close(self, viewers: Iterable[Closable], code: int, reason: str = "") -> None:
        """Send viewers away; those that do not take the close in time are cut."""
        deadline = self.now_s() + FLUSH_S
        for viewer in list(viewers):
            metrics.CLOSES.labels(code).inc()
            viewer.close(code, reason or self.close_words(code))
            self._dying.append((deadline, viewer))

    def drain(self) -> None:
        """Take nobody in any more and send everybody elsewhere, each with a time of its own."""
        self.is_draining = True
        self.close(self.viewers, RESTART)

    def sweep(self) -> None:
        """Every second: what has been too slow for too long, and connections that never became a request."""
        now_s = self.now_s()
        self.close([v for v in self.slow if now_s - v.slow_since > self.settings.slow_s], COME_BACK_SLOW)
        while self._dying and self._dying[0][0] <= now_s:
            self._dying.popleft()[1].abort()
        # After a stall of our own, what they said may still lie unread.
        if now_s - self._swept_at_s < 2 * SWEEP_S:
            late = itertools.takewhile(lambda young: young[1] <= now_s, self._young.items())
            for connection, _ in list(itertools.islice(late, YOUNG_CUT_AT_ONCE)):
                self._cut(connection)
        self._swept_at_s = now_s

    def next_round(self) -> None:
        """Every `ping_s`, with a ping to all: whoever said nothing since the last one is gone."""
        self.round += 1
        silent = [viewer for viewer in self.viewers if viewer.heard < self.round - 1]
        self.close(silent, COME_BACK_SILENT)

    async def _sweeps(self) -> None:
        while True:
            await asyncio.sleep(SWEEP_S)
            self.sweep()
