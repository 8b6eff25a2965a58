"""
Power cuts on the SQLite library in use: `python3 run.py soak power [--cuts N] [--runs N]` (D-03).

Every run records a fresh history of the real engine; its cuts fall anywhere between migration and the last
checkpoint. The same with `synchronous=NORMAL` shows that the harness has teeth.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sqlite3
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tests.broadcast.powercut import Verdict, build, cut, record


async def power(runs: int, cuts: int) -> int:
    full, normal = Verdict(), Verdict()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        library = build(folder)
        for run in range(runs):
            for total, synchronous in ((full, "FULL"), (normal, "NORMAL")):
                trace = await record(folder / f"{synchronous}-{run}", library, synchronous, 60)
                n = cuts if synchronous == "FULL" else max(20, cuts // 10)
                found = cut(trace, folder, n, seed=run, while_accepting=synchronous == "NORMAL")
                total.cuts += found.cuts
                total.lost += found.lost
                total.unreadable += found.unreadable
                trace.unlink()
    print(
        json.dumps(
            {
                "part": "power",
                "sqlite": sqlite3.sqlite_version,
                "full": {"cuts": full.cuts, "lost": full.lost, "unreadable": full.unreadable},
                "normal": {"cuts": normal.cuts, "lost": normal.lost, "unreadable": normal.unreadable},
                "bound_95": 3 / full.cuts,
            },
            indent=1,
        )
    )
    return 1 if full.broken or normal.broken * 2 < normal.cuts else 0


def main(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=10)
    parser.add_argument("--cuts", type=int, default=500)
    given = parser.parse_args(words)
    return asyncio.run(power(given.runs, given.cuts))
