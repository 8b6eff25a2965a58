"""Redis commands cancelled wherever they wait: `python3 run.py soak cancels [--commands N] [--seed S]` (R-05)."""

from __future__ import annotations

import argparse
import asyncio
import json
import time
from collections.abc import Sequence

from tests.broadcast.cancelling import cancel_everywhere
from tests.servers import RedisServer


def cancels(n: int, seed: int) -> int:
    server = RedisServer()
    server.start()
    began = time.monotonic()
    try:
        found = asyncio.run(cancel_everywhere(server.url, n, seed))
    finally:
        server.close()
    print(
        json.dumps(
            {
                "part": "cancels",
                "seed": seed,
                "commands": n,
                "cancelled": found.cancelled,
                "answered": found.answered,
                "failed": found.failed,
                "another's_answer": found.wrong,
                "bound_95": 3 / n,
                "seconds": round(time.monotonic() - began),
            },
            indent=1,
        )
    )
    return 1 if found.wrong else 0


def main(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--commands", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args(words)
    return cancels(given.commands, given.seed)
