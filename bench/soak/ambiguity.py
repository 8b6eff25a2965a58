"""
Lost answers on every adapter: `python3 run.py soak ambiguity [--each N] [--first SEED] [--seconds T]` (C-01, D-04).

Every platform, every cut, N seeds each; a cell that ran out of time says how far it came.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import time
from collections.abc import Sequence

from tests.channels.ambiguity import CUTS, Tally, cut_posts
from tests.channels.stages import ACTIONS

CHUNK = 25


def ambiguity(each: int, first: int, seconds: float) -> int:
    cells: dict[str, dict[str, int]] = {}
    total = Tally()
    began = time.monotonic()
    for start in range(first, first + each, CHUNK):
        for name in sorted(ACTIONS):
            for cut in CUTS:
                if time.monotonic() - began >= seconds:
                    continue
                size = min(CHUNK, first + each - start)
                tally = asyncio.run(cut_posts(name, cut, start, size))
                total.add(tally)
                cell = cells.setdefault(f"{name}: {cut}", {"posts": 0, "broken": 0, "held": 0})
                cell["posts"] += tally.posts
                cell["broken"] += tally.broken
                cell["held"] += tally.held
    print(
        json.dumps(
            {
                "part": "ambiguity",
                "first_seed": first,
                "posts": total.posts,
                "unknown": total.unknown,
                "found": total.found,
                "proven_absent": total.absent,
                "held": total.held,
                "doubled": total.doubled,
                "wrong_id": total.wrong_id,
                "lost": total.lost,
                "other": dict(total.other),
                "bound_95": 3 / max(1, total.posts),
                "cells": cells,
                "seconds": round(time.monotonic() - began),
            },
            indent=1,
        )
    )
    return 1 if total.broken else 0


def main(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--each", type=int, default=200)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--seconds", type=float, default=36_000.0)
    given = parser.parse_args(words)
    return ambiguity(given.each, given.first, given.seconds)
