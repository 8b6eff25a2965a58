"""
Whole histories of delivery in virtual time: `python3 run.py soak delivery [--histories N] [--first SEED]`.

One process per core, each with its own seeds. Before the histories each seeded mistake is run until the oracle finds
it, so that every figure comes with the proof that its oracle has teeth. Prints its sample size with every figure; zero
failures in n bound the failure rate at 3/n (95 %). An ended run is continued with `--first` and its `next_seed`.
"""

from __future__ import annotations

import argparse
import gc
import itertools
import json
import multiprocessing
import os
import time
from collections import Counter
from collections.abc import Iterator, Sequence

from tests.broadcast.simulation import BUGS, GOALS, Broken, World, histories

CHUNK = 500
TOLD_EVERY = 50_000
BUG_WITHIN = 3_000


def one_chunk(seeds: tuple[int, int]) -> Counter[str] | str:
    """What these histories reached, or which promise was broken."""
    try:
        return histories(*seeds)
    except Broken as exc:
        return str(exc)


def teeth() -> dict[str, int]:
    """How many histories each seeded mistake survives; -1 where it is not found."""
    found = dict.fromkeys(BUGS, -1)
    for bug in BUGS:
        for seed in range(BUG_WITHIN):
            try:
                World(seed, bug=bug).run()
            except Broken:
                found[bug] = seed + 1
                break
    return found


def chunks(first: int, n: int) -> Iterator[tuple[int, int]]:
    for done in range(0, n, CHUNK):
        yield first + done, min(CHUNK, n - done)


def delivery(first: int, n: int, seconds: float, processes: int) -> int:
    """Seeded histories of delivery; stops at the first broken promise and names its seed."""
    seen: Counter[str] = Counter()
    caught = teeth()
    began, done, broken = time.monotonic(), 0, ""
    with multiprocessing.get_context("fork").Pool(processes, initializer=gc.freeze) as pool:
        # Answers are taken in the order of their seeds, so that what was done is always one run without a gap.
        ahead = chunks(first, n)
        waiting = [pool.apply_async(one_chunk, (seeds,)) for seeds in itertools.islice(ahead, 4 * processes)]
        while waiting and time.monotonic() - began < seconds:
            came = waiting.pop(0).get()
            if isinstance(came, str):
                broken = came
                break
            seen.update(came)
            done = min(n, done + CHUNK)
            if (seeds := next(ahead, None)) is not None:
                waiting.append(pool.apply_async(one_chunk, (seeds,)))
            if done % TOLD_EVERY == 0:
                print(json.dumps({"first_seed": first, "histories": done}), flush=True)
        pool.terminate()
    spent = time.monotonic() - began
    missed = [goal for goal in GOALS if not seen[goal]]
    print(
        json.dumps(
            {
                "part": "delivery",
                "first_seed": first,
                "histories": done,
                "broken": broken,
                "bound_95": 3 / max(1, done),
                "next_seed": first + done,
                "processes": processes,
                "histories_per_s": round(done / max(0.001, spent)),
                "seconds": round(spent),
                "load": os.getloadavg()[0],
                "histories_until_a_seeded_bug_is_found": caught,
                "reached": dict(sorted(seen.items())),
                "missed_goals": missed,
            },
            indent=1,
        )
    )
    return 1 if broken or missed or min(caught.values()) < 0 else 0


def main(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--histories", type=int, default=1_000_000)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--seconds", type=float, default=36_000.0)
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    given = parser.parse_args(words)
    return delivery(given.first, given.histories, given.seconds, given.processes)
