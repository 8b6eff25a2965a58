"""
How many decided updates a second become durable, and how long one waits: `python3 run.py bench accept`.

On SQLite and on a PostgreSQL of its own with fsync, one caller and a hundred that ask again at once. Prints rate, p50
and p99, our CPU an update (the database's own processes not counted), and the time of one caller beside a bare write
and flush of 4 kB to the same disk, taken in the same run. The collector is set as `tocsin serve` sets it. HTTP is no
part of it.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import tempfile
import time
from datetime import UTC
from pathlib import Path

from app.broadcast.publisher import Publisher
from app.clock import SystemClock
from app.ids import new_id
from app.serving import settle_memory
from tests.broadcast.house import Stage, open_stage, render
from tests.servers import PostgresServer

try:
    import uvloop
except ImportError:  # pragma: no cover - Windows
    uvloop = None  # type: ignore[assignment]

FLUSHES = 200
Measured = tuple[str, float]
"""The line, and the middle wait in seconds."""


def middle_and_last(waits: list[float]) -> tuple[float, float]:
    waits.sort()
    return waits[len(waits) // 2], waits[int(len(waits) * 0.99)]


def bare_flush(folder: Path) -> float:
    """What this disk takes for a write that lasts, in seconds: nobody's single commit can be faster."""
    fd = os.open(folder / "flush", os.O_CREAT | os.O_WRONLY)
    waits: list[float] = []
    try:
        os.posix_fallocate(fd, 0, FLUSHES * 4096)
        os.fsync(fd)
        for n in range(FLUSHES):
            began = time.perf_counter()
            os.pwrite(fd, b"\1" * 4096, n * 4096)
            os.fdatasync(fd)
            waits.append(time.perf_counter() - began)
    finally:
        os.close(fd)
    p50, p99 = middle_and_last(waits)
    print(f"a bare write and flush of 4 kB: p50 {p50 * 1e3:.1f} ms  p99 {p99 * 1e3:.1f} ms  n={FLUSHES}")
    return p50


async def measure(stage: Stage, callers: int, seconds: float, channels: tuple[str, ...]) -> Measured:
    publisher = Publisher(stage.database, SystemClock(), new_id, lambda _positions: None, zone=UTC)
    waits: list[float] = []
    ends = time.perf_counter() + seconds

    async def caller() -> None:
        while time.perf_counter() < ends:
            began = time.perf_counter()
            await publisher.accept(stage.decided(to=channels), render)
            waits.append(time.perf_counter() - began)

    began, cpu = time.perf_counter(), time.process_time()
    await asyncio.gather(*(caller() for _ in range(callers)))
    took, cpu = time.perf_counter() - began, time.process_time() - cpu
    p50, p99 = middle_and_last(waits)
    return (
        f"{callers:4d} callers, {len(channels)} channels: {len(waits) / took:8.0f}/s"
        f"  p50 {p50 * 1e3:6.1f} ms  p99 {p99 * 1e3:6.1f} ms  max {waits[-1] * 1e3:6.1f} ms"
        f"  {cpu / len(waits) * 1e3:.3f} ms CPU an update  n={len(waits)}"
    ), p50


async def main(url: str, seconds: float, flush_s: float) -> None:
    async with open_stage(url) as stage:
        settle_memory()
        print(f"accept on {stage.database.url.get_backend_name()}")
        for channels in (("x",), ("x", "facebook", "twilio")):
            for callers in (1, 100):
                line, p50 = await measure(stage, callers, seconds, channels)
                beside = f"  {p50 / flush_s:.1f} bare flushes" if callers == 1 else ""
                print(line + beside, flush=True)


def run(url: str, seconds: float, flush_s: float) -> None:
    with asyncio.Runner(loop_factory=uvloop.new_event_loop if uvloop else None) as runner:
        runner.run(main(url, seconds, flush_s))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--postgres", help="a server of yours; else one of its own is made")
    parser.add_argument("--only", choices=("sqlite", "postgresql"))
    parser.add_argument("--seconds", type=float, default=5.0, help="for each line")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        flush_s = bare_flush(Path(folder))
        if given.only != "postgresql":
            run(f"sqlite:///{Path(folder) / 'bench.db'}", given.seconds, flush_s)
    if given.only != "sqlite":
        server = None if given.postgres else PostgresServer(durable=True)
        try:
            if server is not None:
                server.start()
            url = given.postgres or server.url(server.create_database()).replace("+asyncpg", "")  # type: ignore[union-attr]
            run(url, given.seconds, flush_s)
        finally:
            if server is not None:
                server.close()
