"""
Stop against send with frozen senders: `python3 run.py soak races [--races N] [--seed S] [--seconds T]` (K-01).

Prints how often each step was frozen and how long the stop took to return. Freezing exactly between the last check and
the first byte cannot be closed without the platform's help, so such races are run apart and counted as what remains.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import time
from collections import Counter
from collections.abc import Sequence

from tests.broadcast.races import STEPS, THE_GAP, Race, race, track
from tests.servers import PostgresServer


async def races(n: int, seed: int, seconds: float) -> int:
    server = PostgresServer()
    server.start()
    dice = random.Random(seed)
    found: list[Race] = []
    gap: list[Race] = []
    began = time.monotonic()
    try:
        async with track(server.url(server.create_database())) as place:
            while len(found) < n and time.monotonic() - began < seconds:
                one = await race(place, STEPS[len(found) % len(STEPS)], dice)
                found.append(one)
                if one.late or one.unlisted:
                    break
                if len(found) % 50 == 0:
                    gap.append(await race(place, THE_GAP, dice))
    finally:
        server.close()
    waits = sorted(one.returned_in_s for one in found)
    print(
        json.dumps(
            {
                "part": "races",
                "seed": seed,
                "races": len(found),
                "frozen": dict(Counter(one.step for one in found if one.was_frozen)),
                "late": sum(one.late for one in found),
                "unlisted": sum(one.unlisted for one in found),
                "out_and_listed": sum(one.out for one in found),
                "returned_ms": {
                    "p50": round(waits[len(waits) // 2] * 1e3),
                    "p99": round(waits[min(len(waits) - 1, int(len(waits) * 0.99))] * 1e3),
                    "max": round(waits[-1] * 1e3),
                },
                "frozen_in_the_gap": len(gap),
                "late_from_the_gap": sum(one.late for one in gap),
                "bound_95": 3 / len(found),
                "seconds": round(time.monotonic() - began),
            },
            indent=1,
        )
    )
    return 1 if any(one.late or one.unlisted for one in found) else 0


def main(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--races", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=36_000.0)
    given = parser.parse_args(words)
    return asyncio.run(races(given.races, given.seed, given.seconds))
