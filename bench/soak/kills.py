"""
Real processes killed at random and named moments: `python3 run.py soak kills [--kills N] [--seed S]` (D-01, D-02).

First N kills at random instants while a process accepts, then each named moment `--named` times; several yards beside
each other on one fork server. Every yard is a fresh database that is judged by its ledgers. Before them the seeded
bug, an acknowledgement before the write, has to be found. Prints how often each moment was reached; zero failures in n
bound the failure rate at 3/n (95 %). A run continues another with the next seed: the seed and the kills done are
printed, also when `--seconds` ends it early.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from app.broadcast.reach import POINTS
from tests.broadcast.crashing import (
    PLATFORM_POINTS,
    ForkServer,
    Ground,
    Tally,
    fenced,
    fork_server,
    lay_ground,
    one_crash,
    random_kills,
)

YARD = 25  # kills on one database: the file grows, and with it the time to look through it
TEETH = 10
TOLD_EVERY_S = 30.0
MOMENTS = (*POINTS, *PLATFORM_POINTS)


@dataclass
class Series:
    """Kills that several lanes do together."""

    server: ForkServer
    ground: Ground
    seed: int
    n: int
    until: float
    begun: int = 0
    yards: int = 0
    tally: Tally = field(default_factory=Tally)
    told_at: float = 0.0

    async def lane(self) -> None:
        while self.begun < self.n and time.monotonic() < self.until:
            size = min(YARD, self.n - self.begun)
            self.begun += size
            self.yards += 1
            dice = random.Random(f"{self.seed}-{self.yards}")
            self.tally.add(await self.one_yard(size, dice))
            if time.monotonic() - self.told_at > TOLD_EVERY_S:
                self.told_at = time.monotonic()
                print(json.dumps({"seed": self.seed, **asdict(self.tally)}), flush=True)

    async def one_yard(self, size: int, dice: random.Random, *, early: bool = False) -> Tally:
        with tempfile.TemporaryDirectory() as folder:
            async with fenced(Path(folder), self.server, self.ground) as place:
                return await random_kills(place, size, dice, early=early)

    async def has_teeth(self) -> bool:
        """Whether an acknowledgement before the write is found out."""
        try:
            await self.one_yard(TEETH, random.Random(self.seed), early=True)
        except AssertionError:
            return True
        return False


async def kills(n: int, rounds: int, seconds: float, seed: int, lanes: int) -> int:
    named: Counter[str] = Counter()
    broken = ""
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        ground = await lay_ground(Path(folder))
        async with fork_server() as server:
            series = Series(server, ground, seed, n, began + seconds)
            teeth = await series.has_teeth()
            at_random_began = time.monotonic()
            try:
                async with asyncio.TaskGroup() as group:
                    for _ in range(lanes):
                        group.create_task(series.lane())
            except* (AssertionError, TimeoutError) as many:
                broken = "; ".join(str(exc) or type(exc).__name__ for exc in many.exceptions)
            at_random_s = time.monotonic() - at_random_began
            # By rounds of all moments, so that an early end has tried each about as often.
            ahead = iter([] if broken else [(n, point) for n in range(rounds) for point in MOMENTS])
            try:
                async with asyncio.TaskGroup() as group:
                    for _ in range(lanes):
                        group.create_task(named_lane(series, ahead, named))
            except* (AssertionError, TimeoutError) as many:
                broken = "; ".join(str(exc) or type(exc).__name__ for exc in many.exceptions)
    print(
        json.dumps(
            {
                "part": "kills",
                "seed": seed,
                **asdict(series.tally),
                "yards": series.yards,
                "lanes": lanes,
                "kills_per_s": round(series.tally.kills / max(0.001, at_random_s), 2),
                "named": dict(named),
                "broken": broken,
                "seeded_bug_found": teeth,
                "bound_95": 3 / max(1, series.tally.kills + sum(named.values())),
                "seconds": round(time.monotonic() - began),
                "load": os.getloadavg()[0],
            },
            indent=1,
        )
    )
    return 1 if broken or not teeth else 0


async def named_lane(series: Series, ahead: Iterator[tuple[int, str]], named: Counter[str]) -> None:
    """Named moments, one after another, beside other lanes that take from the same list."""
    for number, point in ahead:
        if time.monotonic() >= series.until:
            return
        named[await one_named(series, point, number)] += 1
        if time.monotonic() - series.told_at > TOLD_EVERY_S:
            series.told_at = time.monotonic()
            print(json.dumps({"seed": series.seed, "named": dict(named)}), flush=True)


async def one_named(series: Series, point: str, number: int) -> str:
    dice = random.Random(f"{series.seed}-named-{number}-{point}")
    for count in (dice.randint(1, 4), 1):  # many together may reach a moment only once
        with tempfile.TemporaryDirectory() as folder:
            async with fenced(Path(folder), series.server, series.ground) as place:
                if await one_crash(place, point, count, f"{number}-{point}"):
                    return point
    return f"{point} not reached"


def main(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=10_000)
    parser.add_argument("--named", type=int, default=100)
    parser.add_argument("--seconds", type=float, default=36_000.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--lanes", type=int, default=3 * (os.cpu_count() or 1))
    given = parser.parse_args(words)
    return asyncio.run(kills(given.kills, given.named, given.seconds, given.seed, given.lanes))
