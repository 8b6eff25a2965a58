"""
How many decided updates a second become durable, and how long one waits: `python -m bench.accept [--postgres URL]`.

Prints one line per number of callers: rate, p50, p99. HTTP is not part of it.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
import time
from datetime import UTC
from pathlib import Path

from app.broadcast.publisher import Publisher
from app.clock import SystemClock
from app.ids import new_id
from tests.broadcast.house import Stage, open_stage, render

try:
    import uvloop
except ImportError:  # pragma: no cover - Windows
    uvloop = None  # type: ignore[assignment]


async def measure(stage: Stage, callers: int, seconds: float, channels: tuple[str, ...]) -> str:
    publisher = Publisher(stage.database, SystemClock(), new_id, lambda _positions: None, zone=UTC)
    waits: list[float] = []
    ends = time.perf_counter() + seconds

    async def caller() -> None:
        while time.perf_counter() < ends:
            began = time.perf_counter()
            await publisher.accept(stage.decided(to=channels), render)
            waits.append(time.perf_counter() - began)

    began = time.perf_counter()
    await asyncio.gather(*(caller() for _ in range(callers)))
    took = time.perf_counter() - began
    waits.sort()
    p50, p99 = waits[len(waits) // 2], waits[int(len(waits) * 0.99)]
    return (
        f"{callers:4d} callers, {len(channels)} channels: {len(waits) / took:8.0f}/s"
        f"  p50 {p50 * 1e3:6.1f} ms  p99 {p99 * 1e3:6.1f} ms  n={len(waits)}"
    )


async def main(url: str, seconds: float) -> None:
    async with open_stage(url) as stage:
        print(f"accept on {stage.database.url.get_backend_name()}")
        for channels in (("x",), ("x", "facebook", "twilio")):
            for callers in (1, 100):
                print(await measure(stage, callers, seconds, channels), flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--postgres", default=None)
    parser.add_argument("--seconds", type=float, default=5.0)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        url = given.postgres or f"sqlite:///{Path(folder) / 'bench.db'}"
        runner = asyncio.Runner(loop_factory=uvloop.new_event_loop if uvloop else None)
        with runner:
            runner.run(main(url, given.seconds))
