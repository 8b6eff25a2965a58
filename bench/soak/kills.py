"""
Real processes killed at random and named moments: `python3 run.py soak kills [--kills N] [--seed S]` (D-01, D-02).

First N kills at random instants while a process accepts, then each named moment `--named` times. Every yard is a fresh
database that is judged by its ledgers. Prints how often each moment was reached; zero failures in n bound the failure
rate at 3/n (95 %). A run continues another with the next seed: the seed and the kills done are printed, also when
`--seconds` ends it early.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from app.broadcast.reach import POINTS
from tests.broadcast.crashing import PLATFORM_POINTS, one_crash, random_kills, yard

YARD = 200  # kills on one database: the file grows, and with it the time to look through it
CHUNK = 20
MOMENTS = (*POINTS, *PLATFORM_POINTS)


async def kills(n: int, rounds: int, seconds: float, seed: int) -> int:
    named: Counter[str] = Counter()
    at_random = acked = 0
    yards = 0
    broken = ""
    began = time.monotonic()

    def over() -> bool:
        return time.monotonic() - began >= seconds

    try:
        while at_random < n and not over():
            dice = random.Random(f"{seed}-{yards}")
            yards += 1
            with tempfile.TemporaryDirectory() as folder:
                async with yard(Path(folder)) as place:
                    for part in range(YARD // CHUNK):
                        if at_random >= n or over():
                            break
                        size = min(CHUNK, n - at_random)
                        acked += await random_kills(place, size, dice, f"{part}.")
                        at_random += size
                        print(
                            json.dumps({"seed": seed, "random_kills": at_random, "acked": acked}), flush=True
                        )
        at_random_s = time.monotonic() - began
        for number in range(rounds):
            if over():
                break
            dice = random.Random(f"{seed}-named-{number}")
            with tempfile.TemporaryDirectory() as folder:
                async with yard(Path(folder)) as place:
                    for point in MOMENTS:
                        reached = await one_crash(place, point, dice.randint(1, 4), f"{number}-{point}")
                        named[point if reached else "not reached"] += 1
    except (AssertionError, TimeoutError) as exc:
        broken, at_random_s = str(exc) or type(exc).__name__, time.monotonic() - began
    print(
        json.dumps(
            {
                "part": "kills",
                "seed": seed,
                "random_kills": at_random,
                "kills_per_s": round(at_random / max(0.001, at_random_s), 2),
                "acknowledged_before_a_random_kill": acked,
                "named": dict(named),
                "broken": broken,
                "bound_95": 3 / max(1, at_random + sum(named.values())),
                "seconds": round(time.monotonic() - began),
            },
            indent=1,
        )
    )
    return 1 if broken else 0


def main(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=10_000)
    parser.add_argument("--named", type=int, default=100)
    parser.add_argument("--seconds", type=float, default=36_000.0)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args(words)
    return asyncio.run(kills(given.kills, given.named, given.seconds, given.seed))
