"""
Stop against send with frozen senders: `python3 run.py soak races [--races N] [--seed S] [--seconds T]` (K-01).

Several tracks beside each other, each a database and a sending process that is used for many races. Before them the
seeded bug, a sender without its last check, has to be found.

Prints how often each step was frozen and how long the stop took to return. Freezing exactly between the last check and
the first byte cannot be closed without the platform's help, so such races are run apart and counted as what remains.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field

from app.errors import AppError
from tests.broadcast.races import STEPS, THE_GAP, Race, race, track
from tests.servers import PostgresServer

PER_TRACK = 100
GAP_EVERY = 50
TOLD_EVERY_S = 30.0


@dataclass
class Series:
    """Races that several tracks do together, each with its own sender and database."""

    url: Callable[[], str]
    seed: int
    n: int
    until: float
    begun: int = 0
    broken: str = ""
    found: list[Race] = field(default_factory=list)
    gap: list[Race] = field(default_factory=list)
    told_at: float = 0.0
    opening: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def is_over(self) -> bool:
        return bool(self.broken) or self.begun >= self.n or time.monotonic() >= self.until

    async def lane(self, number: int) -> None:
        dice = random.Random(f"{self.seed}-{number}")
        while not self.is_over:
            # A fresh one now and then: what was stopped stays in the tables and makes every look longer.
            async with AsyncExitStack() as stack:
                async with self.opening:  # tables are made by one at a time
                    place = await stack.enter_async_context(track(self.url()))
                for _ in range(PER_TRACK):
                    if self.is_over:
                        break
                    self.begun += 1
                    self.note(await race(place, STEPS[self.begun % len(STEPS)], dice))
                    if self.begun % GAP_EVERY == 0:
                        self.gap.append(await race(place, THE_GAP, dice))

    def note(self, one: Race) -> None:
        self.found.append(one)
        if one.late or one.unlisted:
            self.broken = str(one)
        if time.monotonic() - self.told_at > TOLD_EVERY_S:
            self.told_at = time.monotonic()
            print(json.dumps({"seed": self.seed, "races": len(self.found), **self.waits()}), flush=True)

    def waits(self) -> dict[str, int]:
        waits = sorted(one.returned_in_s for one in self.found)
        return {
            "p50_ms": round(waits[len(waits) // 2] * 1e3),
            "p99_ms": round(waits[min(len(waits) - 1, int(len(waits) * 0.99))] * 1e3),
            "max_ms": round(waits[-1] * 1e3),
            "over_1_s": sum(one > 1.0 for one in waits),
        }


async def teeth(url: str, seed: int) -> bool:
    """Whether a sender that leaves out its last check is found out."""
    dice = random.Random(seed)
    async with track(url, unchecked=True) as place:
        for _ in range(5):
            if (await race(place, STEPS[0], dice)).late:
                return True
    return False


async def races(n: int, seed: int, seconds: float, lanes: int) -> int:
    server = PostgresServer()
    server.start()
    began = time.monotonic()
    try:
        series = Series(lambda: server.url(server.create_database()), seed, n, began + seconds)
        found_out = await teeth(series.url(), seed)
        try:
            async with asyncio.TaskGroup() as group:
                for number in range(lanes):
                    group.create_task(series.lane(number))
        except* (TimeoutError, AssertionError, AppError) as many:
            series.broken = "; ".join(f"{type(exc).__name__}: {exc}" for exc in many.exceptions)
    finally:
        server.close()
    found, gap = series.found, series.gap
    print(
        json.dumps(
            {
                "part": "races",
                "seed": seed,
                "races": len(found),
                "lanes": lanes,
                "races_per_s": round(len(found) / (time.monotonic() - began), 2),
                "frozen": dict(Counter(one.step for one in found if one.was_frozen)),
                "late": sum(one.late for one in found),
                "unlisted": sum(one.unlisted for one in found),
                "out_and_listed": sum(one.out for one in found),
                "returned": series.waits() if found else {},
                "frozen_in_the_gap": len(gap),
                "late_from_the_gap": sum(one.late for one in gap),
                "broken": series.broken,
                "seeded_bug_found": found_out,
                "bound_95": 3 / max(1, len(found)),
                "seconds": round(time.monotonic() - began),
                "load": os.getloadavg()[0],
            },
            indent=1,
        )
    )
    return 1 if series.broken or not found_out else 0


def main(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--races", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=36_000.0)
    parser.add_argument("--lanes", type=int, default=1 + (os.cpu_count() or 1))
    given = parser.parse_args(words)
    return asyncio.run(races(given.races, given.seed, given.seconds, given.lanes))
