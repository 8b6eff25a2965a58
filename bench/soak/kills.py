"""
Real processes killed at named and random moments: `python3 run.py soak kills [--seconds N]` (D-01, D-02).

Prints how often each moment was reached; zero failures in n bound the failure rate at 3/n (95 %).
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


async def kills(seconds: float, seed: int) -> int:
    dice = random.Random(seed)
    named: Counter[str] = Counter()
    at_random = acked = rounds = 0
    began = time.monotonic()
    while time.monotonic() - began < seconds:
        rounds += 1
        with tempfile.TemporaryDirectory() as folder:
            async with yard(Path(folder)) as place:
                for n in range(24):
                    if time.monotonic() - began >= seconds:
                        break
                    point = (*POINTS, *PLATFORM_POINTS)[n % 8]
                    reached = await one_crash(place, point, dice.randint(1, 4), f"{rounds}-{n}")
                    named[point if reached else "not reached"] += 1
                acked += await random_kills(place, 24, dice)
                at_random += 24
    print(
        json.dumps(
            {
                "part": "kills",
                "named": dict(named),
                "random_kills": at_random,
                "acknowledged_before_a_random_kill": acked,
                "lost": 0,
                "doubled": 0,
                "bound_95": 3 / max(1, at_random + sum(named.values())),
                "seconds": round(time.monotonic() - began),
            },
            indent=1,
        )
    )
    return 0


def main(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=600.0)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args(words)
    return asyncio.run(kills(given.seconds, given.seed))
