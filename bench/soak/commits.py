"""PostgreSQL cut around COMMIT: `python3 run.py soak commits [--cuts N] [--seed S]` (F-16)."""

from __future__ import annotations

import argparse
import asyncio
import json
import time
from collections import Counter
from collections.abc import Sequence

from tests.broadcast.commitcut import cuts
from tests.servers import PostgresServer

CHUNK = 250


def commits(n: int, seed: int, seconds: float) -> int:
    server = PostgresServer()
    server.start()
    done: Counter[str] = Counter()
    answered = lost = doubled = 0
    began = time.monotonic()
    try:
        while sum(done.values()) < n and time.monotonic() - began < seconds:
            size = min(CHUNK, n - sum(done.values()))
            ledger = asyncio.run(cuts(server.url(server.create_database()), size, seed))
            seed += 1
            done += ledger.cuts
            answered += ledger.answered
            lost += ledger.lost
            doubled += ledger.doubled
    finally:
        server.close()
    print(
        json.dumps(
            {
                "part": "commits",
                "cuts": dict(done),
                "answered": answered,
                "lost": lost,
                "doubled": doubled,
                "bound_95": 3 / max(1, sum(done.values())),
                "seconds": round(time.monotonic() - began),
            },
            indent=1,
        )
    )
    return 1 if lost or doubled else 0


def main(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cuts", type=int, default=2_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=36_000.0)
    given = parser.parse_args(words)
    return commits(given.cuts, given.seed, given.seconds)
