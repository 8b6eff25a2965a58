"""
Whole histories of delivery in virtual time: `python3 run.py soak delivery [--histories N] [--first SEED]`.

Prints its sample size with every figure; zero failures in n bound the failure rate at 3/n (95 %).
"""

from __future__ import annotations

import argparse
import json
import time
from collections import Counter
from collections.abc import Sequence

from tests.broadcast.simulation import GOALS, Broken, histories

CHUNK = 2_000


def delivery(first: int, n: int, seconds: float) -> int:
    """Seeded histories of delivery; stops at the first broken promise and names its seed."""
    seen: Counter[str] = Counter()
    began, done = time.monotonic(), 0
    while done < n and time.monotonic() - began < seconds:
        size = min(CHUNK, n - done)
        try:
            seen.update(histories(first + done, size))
        except Broken as exc:
            print(f"BROKEN after {done} histories: {exc}")
            return 1
        done += size
    missed = [goal for goal in GOALS if not seen[goal]]
    print(
        json.dumps(
            {
                "part": "delivery",
                "first_seed": first,
                "histories": done,
                "broken": 0,
                "bound_95": 3 / done,
                "next_seed": first + done,
                "histories_per_s": round(done / max(0.001, time.monotonic() - began)),
                "seconds": round(time.monotonic() - began),
                "reached": dict(sorted(seen.items())),
                "missed_goals": missed,
            },
            indent=1,
        )
    )
    return 1 if missed else 0


def main(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--histories", type=int, default=1_000_000)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--seconds", type=float, default=36_000.0)
    given = parser.parse_args(words)
    return delivery(given.first, given.histories, given.seconds)
