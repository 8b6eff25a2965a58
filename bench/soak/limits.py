"""
Limits that several processes share, in virtual time: `python3 run.py soak limits [--n N] [--seed S] [--seconds T]` (R-04).

Lines to Redis are cut one by one, Redis is emptied, restarted from an old file or replaced by a replica, commands arrive
late, permits freeze, clocks jump. First both seeded bugs have to be found.
"""

from __future__ import annotations

import argparse
import json
import logging
import time
from collections.abc import Sequence

from tests.broadcast.limit_world import World, a_history


def main(argv: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="soak limits", description=__doc__)
    parser.add_argument("--n", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--seconds", type=float, default=3600.0)
    words = parser.parse_args(argv)
    logging.disable(logging.WARNING)  # a line for every cut would say nothing
    for bug in ("believing", "locks"):
        worlds = [a_history(seed, **{bug: bug == "believing"}) for seed in range(12)]
        passed = sum(len(world.passed()) for world in worlds)
        print(json.dumps({"seeded bug": bug, "windows passed": passed}), flush=True)
        if not passed:
            return 1
    until, done, sent, changes = time.monotonic() + words.seconds, 0, 0, 0
    reached: set[str] = set()
    for seed in range(words.seed, words.seed + words.n):
        world: World = a_history(seed)
        done, sent, changes = done + 1, sent + len(world.started), changes + world.changes
        reached |= world.reached
        if world.passed() or world.broken_holds():
            print(json.dumps({"seed": seed, "passed": world.passed(), "waits broken": world.broken_holds()}))
            return 1
        if time.monotonic() >= until:
            break
    print(
        json.dumps(
            {
                "histories": done,
                "sent": sent,
                "changes of who counts": changes,
                "windows passed": 0,
                "reached": sorted(reached),
            }
        )
    )
    return 0
