"""
Several processes, one Redis and one database in virtual time, for the limits that they share (R-02, R-04, Q-02).

The product's own `SharedLimiter` runs here, driven by hand: whatever it awaits ends in a `Pause`, and the world decides
what happens meanwhile. Lines to Redis are cut one by one, Redis is emptied, restarted from an old file or replaced by a
replica, commands arrive long after their caller gave up, processes freeze between a grant and its commit, and the
clocks of processes jump. The platform writes down when something started.
"""

from __future__ import annotations

import heapq
import itertools
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Generator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from app.broadcast.limit_keeper import Book, Keeper, count
from app.broadcast.limits import Window
from app.broadcast.shared_limits import SharedLimiter
from tests.broadcast.test_machines import worst

TIMEOUT_S = 0.5
LATE_S = 0.5
HEARD_S = 2.5  # two commands that time out, and a lock that somebody froze with
START = 1_000_000.0


class Pause:
    """What everything in the world waits with."""

    def __init__(self, for_s: float) -> None:
        self.for_s = for_s

    def __await__(self) -> Generator[Pause, None, None]:
        yield self


@dataclass(eq=False)
class Transaction:
    alone: bool = False
    shared: bool = False
    rows: list[tuple[float, int, str]] = field(default_factory=list)
    keeper: Keeper | None = None
    held_until: float = 0.0


@dataclass
class MemoryLedger:
    """
    The database's part, with the locks of PostgreSQL.

    Args:
        locks: False is a seeded bug: nobody keeps anybody out.
    """

    now: Callable[[], float]
    pause: Callable[[float], Awaitable[None]]
    locks: bool = True
    rows: list[tuple[float, int, str]] = field(default_factory=list)
    keeper: Keeper = field(default_factory=lambda: Keeper("", 0.0, {}, 0.0))
    held_until: float = 0.0
    open: list[Transaction] = field(default_factory=list)
    waiting: int = 0

    def begin(self) -> Transaction:
        tx = Transaction()
        self.open.append(tx)
        return tx

    def end(self, tx: Transaction, *, commit: bool) -> None:
        self.open.remove(tx)
        if commit:
            self.rows += tx.rows
            self.held_until = max(self.held_until, tx.held_until)
            if tx.keeper is not None:
                self.keeper = tx.keeper

    async def enter(self, session: Transaction, *, alone: bool) -> Keeper | None:
        if self.locks and (self.waiting or not self._lock(session, alone)):
            return None
        now = self.now()
        await self.pause(0.001)
        return replace(session.keeper or self.keeper, now=now)

    async def epoch(self) -> str:
        await self.pause(0.001)
        return self.keeper.epoch

    async def book(self, session: Transaction, now: float) -> Book:
        await self.pause(0.001)
        held_until = max(self.held_until, session.held_until)
        return Book(sorted([*self.rows, *session.rows]), held_until)

    async def charged(self, session: Transaction, now: float, per_s: float) -> list[tuple[float, int]]:
        await self.pause(0.001)
        return sorted((at, units) for at, units, _ in (*self.rows, *session.rows) if at > now - per_s)

    async def write(self, session: Transaction, keeper: Keeper) -> None:
        await self.pause(0.001)
        session.keeper = keeper

    @asynccontextmanager
    async def alone(self) -> AsyncIterator[tuple[Transaction, Keeper]]:
        tx, commit = self.begin(), False
        try:
            self.waiting += 1
            try:
                while self.locks and not self._lock(tx, alone=True):
                    await self.pause(0.01)
            finally:
                self.waiting -= 1
            yield tx, replace(self.keeper, now=self.now())
            commit = True
        finally:
            self.end(tx, commit=commit)

    def _lock(self, tx: Transaction, alone: bool) -> bool:
        others = [other for other in self.open if other is not tx]
        if any(other.alone or (alone and other.shared) for other in others):
            return False
        tx.alone, tx.shared = tx.alone or alone, True
        return True


@dataclass
class Memory:
    """What Redis knows of one limit."""

    epoch: str = ""
    server: str = ""
    last: float = 0.0
    rows: list[tuple[float, int, str]] = field(default_factory=list)
    tats: dict[str, float] = field(default_factory=dict)
    held_until: float = 0.0

    def copy(self) -> Memory:
        return replace(self, rows=list(self.rows), tats=dict(self.tats))


class World:
    """
    One history.

    Args:
        believing: A seeded bug: Redis is believed under any epoch.
        locks: See MemoryLedger.
    """

    def __init__(
        self,
        seed: int,
        *,
        nodes: int,
        windows: Sequence[Window],
        lasts_s: float,
        faults: bool = True,
        believing: bool = False,
        locks: bool = True,
    ) -> None:
        self.dice = random.Random(seed)
        self.now, self._ends = START, START + lasts_s
        self.windows = tuple(windows)
        self._longest_s = max(w.per_s for w in windows)
        self._faults = faults
        self._believing = believing
        self._queue: list[tuple[float, int, Coroutine[Any, Any, None]]] = []
        self._order = itertools.count()
        self._ids = itertools.count()
        self.redis = Memory(server="r0")
        self._replica = self.redis.copy()
        self._restarts = 0
        self.cut = [False] * nodes
        self.down = False
        self.ledger = MemoryLedger(lambda: self.now, self._pause, locks)
        self.started: list[float] = []
        self.charged: list[float] = []  # when those that started were to start
        self.begun_and_started: list[tuple[float, float]] = []
        self.holds: list[tuple[float, float]] = []  # (known to all at, until)
        self.reached: set[str] = set()
        self.changes = 0
        for n in range(nodes):
            self._spawn(self._node(n))
        if faults:
            self._spawn(self._trouble())

    def run(self) -> World:
        while self._queue:
            at, _, work = heapq.heappop(self._queue)
            if at > self._ends:
                work.close()
                continue
            self.now = max(self.now, at)
            try:
                pause = work.send(None)
            except StopIteration:
                continue
            self._later(pause.for_s, work)
        return self

    def passed(self) -> list[str]:
        """Windows that held more than they may. A pace is what was to start; it says nothing about who starts late."""
        found = []
        for window in self.windows:
            at = sorted(self.charged if window.pace else self.started)
            if worst(at, window.per_s - 1e-3) > window.limit:
                found.append(window.name)
        return found

    def broken_holds(self) -> int:
        """Starts within what the platform forbade, by permits that were asked for when all could know."""
        return sum(
            known < began and started < until
            for known, until in self.holds
            for began, started in self.begun_and_started
        )

    def new_id(self) -> str:
        return f"i{next(self._ids)}"

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        self._later(0.0, work)

    def _later(self, for_s: float, work: Coroutine[Any, Any, None]) -> None:
        heapq.heappush(self._queue, (self.now + max(0.0, for_s), next(self._order), work))

    async def _pause(self, for_s: float) -> None:
        await Pause(for_s)

    async def _node(self, n: int) -> None:
        dice = self.dice
        clock = JumpingClock(self)
        meter = SharedLimiter(
            Line(self, n), "k", self.windows, self.ledger, clock, self.new_id, self._spawn, keep_s=3.0
        )
        eager = dice.choice((0.005, 0.05, 0.5))
        while True:
            await Pause(dice.uniform(0, 0.01))
            began, tx = self.now, self.ledger.begin()
            id_ = self.new_id()
            taken = await meter.take(
                1, [id_], session=tx, urgent=False, late_s=LATE_S, within_s=dice.choice((0.0, 0.2))
            )
            self.reached.add("database" if meter.database_counts else "redis")
            for at in taken.starts_at:
                tx.rows.append((at + LATE_S, 1, id_))
            trouble = dice.random() if self._faults else 1.0
            await Pause(dice.uniform(0.3, 3.0) if trouble < 0.01 else dice.uniform(0, 0.02))
            commit = trouble > 0.03
            self.ledger.end(tx, commit=commit)
            if not taken.starts_at:
                await Pause(min(taken.wait_s, 1.0) * dice.uniform(0.5, 1.0))
                continue
            await Pause(max(0.0, taken.starts_at[0] - self.now) + dice.uniform(0, 0.02))
            # A permit runs out where it was asked for, so that it also does for who froze.
            if not commit or self.now > began + LATE_S:
                if commit and self.now > began + LATE_S:
                    self.reached.add("too late")
                continue
            self.started.append(self.now)
            self.charged.append(taken.starts_at[0])
            self.begun_and_started.append((began, self.now))
            if self._faults and dice.random() < 0.01:
                hold_s = dice.uniform(1.0, self._longest_s / 2)
                await meter.learn(hold_s, [])
                tx = self.ledger.begin()
                tx.held_until = self.now + hold_s
                self.ledger.end(tx, commit=True)
                self.holds.append((self.now + HEARD_S, tx.held_until - 0.4))
            await Pause(dice.uniform(0, eager))

    async def _trouble(self) -> None:
        dice = self.dice
        while True:
            await Pause(dice.expovariate(1 / 4.0))
            n = dice.randrange(len(self.cut))
            match dice.choice(
                ("cut", "cut", "cut", "mend", "mend", "down", "up", "up", "empty", "stale", "copy", "copy")
            ):
                case "cut":
                    self.cut[n] = True
                    self.reached.add("cut")
                case "mend":
                    self.cut[n] = False
                case "down":
                    self.down = True
                case "up":
                    self.down = False
                case "empty":
                    self.redis = Memory(server=self.redis.server)
                    self.reached.add("empty")
                case "stale":
                    self._restarts += 1
                    self.redis = replace(self._replica.copy())
                    self.run_id = f"r{self._restarts}"
                    self.reached.add("stale")
                case "copy":
                    self._replica = self.redis.copy()

    run_id = "r0"

    def script(self, words: dict[str, Any]) -> list[str]:
        """What shared_limits.lua does, in small."""
        memory, op = self.redis, words["op"]
        if op == "seed":
            rows = [(at / 1e6, units, id_) for at, units, id_ in words["grants"]]
            tats = {w.name: tat / 1e6 for w, tat in zip(self.windows, words["tats"], strict=True) if w.pace}
            self.redis = Memory(
                words["epoch"], self.run_id, words["now"] / 1e6, rows, tats, words["hold"] / 1e6
            )
            self.reached.add("seed")
            self.changes += 1
            return ["ok"]
        if (memory.epoch, memory.server) != (words["epoch"], self.run_id) and not self._believing:
            return ["cold"]
        if op == "learn":
            memory.held_until = max(memory.held_until, words["hold"] / 1e6)
        if op != "take":
            return ["ok"]
        memory.last = now = max(memory.last, words["now"] / 1e6)
        memory.rows = [row for row in memory.rows if row[0] > now - self._longest_s]
        counted = count(
            self.windows,
            Book(sorted(memory.rows), memory.held_until),
            memory.tats,
            now,
            words["units"],
            most=len(words["ids"]),
            urgent=words["urgent"],
            within_s=words["within"] / 1e6,
        )
        memory.tats = dict(counted.tats)
        memory.rows += [
            (at + words["late"] / 1e6, words["units"], id_)
            for at, id_ in zip(counted.starts, words["ids"], strict=False)
        ]
        wait = -1 if counted.wait_s == float("inf") else round(counted.wait_s * 1e6)
        return ["ok", str(wait), "0", *(str(round(at * 1e6)) for at in counted.starts)]


class Line:
    """One process's line to Redis."""

    def __init__(self, world: World, n: int) -> None:
        self._world = world
        self._n = n

    @property
    def _away(self) -> bool:
        return self._world.cut[self._n] or self._world.down

    async def ask(self, key: str, windows: Sequence[Window], **words: Any) -> list[str]:
        world, dice = self._world, self._world.dice
        await Pause(dice.uniform(0.0002, 0.003))
        if self._away:
            if dice.random() < 0.3:
                world._spawn(self._late(words))
            await Pause(TIMEOUT_S if dice.random() < 0.5 else 0.001)
            raise ConnectionError
        answer = world.script(words)
        await Pause(dice.uniform(0.0002, 0.003))
        if self._away:
            raise ConnectionError
        return answer

    async def _late(self, words: dict[str, Any]) -> None:
        """It was under way, and arrives when nobody waits for it any more."""
        await Pause(self._world.dice.uniform(0.0, 6.0))
        self._world.script(words)
        self._world.reached.add("late command")


class JumpingClock:
    """A process's own clock: its wall time is wrong, and jumps."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._ahead_s = world.dice.uniform(-0.2, 0.2)

    def now(self) -> datetime:
        if self._world.dice.random() < 0.01:
            self._ahead_s = self._world.dice.uniform(-0.2, 0.2)
        return datetime.fromtimestamp(self._world.now + self._ahead_s, UTC)

    def monotonic(self) -> float:
        return self._world.now


def a_history(seed: int, **how: Any) -> World:
    """One of many: two to four processes, windows with a log, with a pace, or both."""
    dice = random.Random(seed)
    if seed % 3:
        windows = [Window("w", dice.randint(1, 30), dice.choice((5.0, 15.0, 30.0)), reserve=0.0)]
    else:
        limit = dice.randint(1, 20)
        windows = [Window("p", limit, 1.0, pace=True, burst=dice.randint(1, limit))]
        if dice.random() < 0.5:
            windows.append(Window("w", dice.randint(5, 60), 10.0, reserve=0.0))
    return World(seed, nodes=dice.randint(2, 4), windows=windows, lasts_s=60.0, **how).run()
