"""
An emergency with routine deliveries queued: `python3 run.py bench emergency [--queued N]`.

The limit's open share is used up, so the routine waits; each emergency is timed from its accept (no countdown) to
its first byte at each of two platforms over real sockets. First with an idle queue, then with N deliveries in it.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
import time
from pathlib import Path
from typing import Any

from app.broadcast.limits import Window
from app.broadcast.settings import EngineSettings
from tests.broadcast.house import sqlite_url
from tests.broadcast.running import show

WINDOWS = {name: (Window("w", 500, 900.0, reserve=0.9),) for name in ("x", "facebook")}


async def emergencies(s: Any, n: int) -> list[float]:
    waits: list[float] = []
    for number in range(n):
        text = f"Evacuate {number} {time.monotonic_ns()}"
        marks = {name: len(p.calls) for name, p in s.platforms.items()}
        began = asyncio.get_running_loop().time()
        await s.publish(text, priority="emergency", to=("x", "facebook"))
        for name, platform in s.platforms.items():
            while True:
                at = [
                    t
                    for t, call in zip(
                        platform.first_bytes_at[marks[name] :], platform.calls[marks[name] :], strict=True
                    )
                    if call["text"] == text
                ]
                if at:
                    waits.append(at[0] - began)
                    break
                await asyncio.sleep(0.001)
    return waits


def line(what: str, waits: list[float]) -> str:
    waits = sorted(waits)
    p50, p99 = waits[len(waits) // 2], waits[min(len(waits) - 1, int(len(waits) * 0.99))]
    return f"{what:<28} p50 {p50 * 1e3:6.0f} ms  p99 {p99 * 1e3:6.0f} ms  max {waits[-1] * 1e3:6.0f} ms  n={len(waits)}"


async def main(queued: int, n: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        settings = EngineSettings(windows=WINDOWS, drain_s=2.0)
        async with show(sqlite_url(Path(folder)), settings=settings) as s:
            print(line("idle", await emergencies(s, n)), flush=True)
            for start in range(0, queued // 2, 250):
                await asyncio.gather(
                    *(
                        s.publish(f"Step {start + i}", to=("x", "facebook"), expires_in_s=3600.0)
                        for i in range(min(250, queued // 2 - start))
                    )
                )
            while await s.engine.release._due(1):
                await asyncio.sleep(0.1)
            print(line(f"{queued} routine queued", await emergencies(s, n)), flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--queued", type=int, default=10_000)
    parser.add_argument("--times", type=int, default=50)
    given = parser.parse_args()
    asyncio.run(main(given.queued, given.times))
