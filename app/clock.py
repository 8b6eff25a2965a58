"""Time as an argument: stored instants come from `now`, deadlines from `monotonic`. And what runs as time goes on."""

from __future__ import annotations

import asyncio
import time
from abc import ABC, abstractmethod
from datetime import UTC, datetime, timedelta
from typing import Protocol

import structlog

from app.errors import AppError

log = structlog.get_logger()


class Clock(Protocol):
    """What every part that needs the time is handed."""

    def now(self) -> datetime:
        """Aware UTC; may jump."""

    def monotonic(self) -> float:
        """Seconds from an arbitrary point; never goes back, and goes on while the machine sleeps."""


# Goes on while the machine sleeps, as platforms and other people's deadlines do; Linux has it. Elsewhere a machine that
# was suspended waits for what is over, which is the safe side.
_ALSO_ASLEEP: int | None = getattr(time, "CLOCK_BOOTTIME", None)


class SystemClock:
    """The machine's own clocks."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic() if _ALSO_ASLEEP is None else time.clock_gettime(_ALSO_ASLEEP)


class SteeredClock:
    """
    Wall time as the database tells it, carried on by the monotonic clock in between.

    Of several processes every one may have a wrong clock, or one that jumps while it runs; what they decide together
    must not depend on it. Until somebody steers it, it is the process's own clock: one process on one file has no other.
    """

    def __init__(self, own: Clock) -> None:
        self._own = own
        self._told: tuple[datetime, float] | None = None

    def now(self) -> datetime:
        if self._told is None:
            return self._own.now()
        told, since = self._told
        return told + timedelta(seconds=self._own.monotonic() - since)

    def monotonic(self) -> float:
        return self._own.monotonic()

    def steer(self, now: datetime) -> None:
        """It is so late, by the clock that everybody shares."""
        self._told = (now, self._own.monotonic())


class SteadyTime:
    """
    Seconds since 1970 that no step of the wall clock touches: its time at the beginning, carried on by the monotonic one.

    For what must not be forgotten early because somebody put the clock forward, nor kept for ever because it was put
    back. Whatever is stored, or came from outside, is in wall time.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._began, self._began_mono = clock.now().timestamp(), clock.monotonic()

    def now(self) -> float:
        return self._began + (self._clock.monotonic() - self._began_mono)

    def ahead_s(self) -> float:
        """By how much it is ahead of the wall clock at this moment; negative once that was put forward."""
        return self.now() - self._clock.now().timestamp()


class ManualClock:
    """A clock that moves when it is told to; for simulations, drills of the engine, and tests."""

    def __init__(self, now: datetime, monotonic: float = 0.0) -> None:
        self._now = now
        self._monotonic = monotonic

    def now(self) -> datetime:
        return self._now

    def monotonic(self) -> float:
        return self._monotonic

    def advance(self, seconds: float) -> None:
        """Let both clocks run."""
        self._now += timedelta(seconds=seconds)
        self._monotonic += seconds

    def jump(self, seconds: float) -> None:
        """Move the wall clock alone, as a bad time server does."""
        self._now += timedelta(seconds=seconds)


class Loop(ABC):
    """One task from `start` to `stop`; whoever watches something for as long as the process lives says in `_run` how."""

    task_name = "loop"
    _task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = asyncio.create_task(self._run(), name=self.task_name)

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None

    @abstractmethod
    async def _run(self) -> None: ...


class Repeat(Loop):
    """
    One turn, a pause, and the next, whatever became of the one before.

    Args:
        every_s: From the end of a turn to the start of the next; what a turn looks for is found late by that much.
    """

    failure = "turn_failed"  # in the log, with the loop's name

    def __init__(self, every_s: float) -> None:
        self._every_s = every_s

    async def _run(self) -> None:
        while True:
            try:
                await self._turn()
            except Exception as exc:
                # What it is has been told in words where it happened (a database that is away); the rest is a fault.
                foreseen = isinstance(exc, OSError | AppError)
                log.error(self.failure, loop=self.task_name, error=type(exc).__name__, exc_info=not foreseen)
            await asyncio.sleep(self._every_s)

    @abstractmethod
    async def _turn(self) -> object: ...
