"""
An emergency with routine deliveries queued: `python3 run.py bench emergency [--queued N] [--replies A_SECOND]`.

The limit's open share is used up, so the routine waits; each emergency is timed from its accept (no countdown) to
its first byte at each of two platforms over real sockets: on an idle server, one right after the other, with N
deliveries in the queue, and with replies being stored beside that (through the real intake and the real guard, in
webhooks of 20). Under each the way is told in its steps, with the processor time of this process, platforms and all.
The database is SQLite with FULL, on this machine's disk; the start is that of `tocsin serve`: gone through once, with
what is in memory settled.

A server is idle when nothing of the emergency before is being written any more; the next then comes at any moment of
its second, since some things are looked at each second.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import random
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

from app.audience.ingest import Ingest
from app.broadcast.limits import Window
from app.broadcast.reach import ACCEPTED, PERMITTED, RECORDED, RELEASED, STARTING
from app.broadcast.settings import EngineSettings
from app.channels.base import Inbound, InboundReply
from app.clock import SystemClock
from app.editorial.guard import GuardRequest, checked
from app.editorial.guard.engine import RuleGuard
from app.ids import new_id
from app.models import LiveEvent
from app.serving import settle_memory
from tests.broadcast.house import sqlite_url
from tests.broadcast.running import show

try:
    import uvloop  # as `tocsin serve` does
except ImportError:  # pragma: no cover - Windows
    uvloop = None  # type: ignore[assignment]

WINDOWS = {name: (Window("w", 500, 900.0, reserve=0.9),) for name in ("x", "facebook")}


STEPS = (ACCEPTED, RELEASED, PERMITTED, STARTING)
WEBHOOK = 20


class Steps:
    """When each named moment of an emergency's way was first reached."""

    def __init__(self) -> None:
        self.at: dict[str, float] = {}
        self.took: dict[str, list[float]] = {name: [] for name in STEPS}
        self.recorded = 0
        self._cpu_s = time.process_time()

    def reach(self, name: str) -> None:
        self.recorded += name == RECORDED
        self.at.setdefault(name, time.perf_counter())

    def begin(self) -> None:
        self.at = {"": time.perf_counter()}

    def end(self) -> None:
        last = self.at[""]
        for name in STEPS:
            if name in self.at:
                self.took[name].append(max(0.0, self.at[name] - last))
                last = max(last, self.at[name])

    def line(self) -> str:
        n, cpu_s = max(1, len(self.took[ACCEPTED])), time.process_time() - self._cpu_s
        told = ", ".join(
            f"{name} +{statistics.median(took) * 1e3:.0f}" for name, took in self.took.items() if took
        )
        self.took = {name: [] for name in STEPS}
        self._cpu_s = time.process_time()
        return f"    p50 in ms: {told}; {cpu_s / n * 1e3:.0f} ms CPU each, with what runs beside"


async def emergencies(s: Any, n: int, steps: Steps, *, idle: bool = False) -> list[float]:
    waits: list[float] = []
    for number in range(n):
        text = f"Evacuate {number} {time.monotonic_ns()}"
        marks = {name: len(p.calls) for name, p in s.platforms.items()}
        recorded = steps.recorded
        began = asyncio.get_running_loop().time()
        steps.begin()
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
        steps.end()
        if idle:
            while steps.recorded < recorded + len(s.platforms):
                await asyncio.sleep(0.01)
            await asyncio.sleep(random.uniform(0.3, 1.3))
    return waits


def line(what: str, waits: list[float]) -> str:
    waits = sorted(waits)
    p50, p99 = waits[len(waits) // 2], waits[min(len(waits) - 1, int(len(waits) * 0.99))]
    return f"{what:<46} p50 {p50 * 1e3:6.0f} ms  p99 {p99 * 1e3:6.0f} ms  max {waits[-1] * 1e3:6.0f} ms  n={len(waits)}"


async def flood(s: Any, rate: float, stored: list[int]) -> None:
    """Replies at a fixed rate, as webhooks bring them; what is late is sent at once."""
    guard = RuleGuard()
    guard.preload()

    def look(event: LiveEvent, text: str, lang: str | None) -> dict[str, object]:
        return dict(checked(guard, GuardRequest(text=text, kind="reply", lang=lang)).summary())

    intake = Ingest(s.stage.database, SystemClock(), new_id, look, s.engine.receipts, s.positions.extend)
    intake.start()
    channel_id, running, n = s.stage.channels["facebook"], set(), 0
    began = time.perf_counter()
    try:
        while True:
            await asyncio.sleep(max(0.0, began + n * WEBHOOK / rate - time.perf_counter()))
            replies = tuple(
                InboundReply(
                    remote_id=f"flood-{n}-{i}",
                    event="added",
                    at=SystemClock().now(),
                    text="Is the north gate open?",
                    author_name="Ada Ferrow",
                    answers="r1",
                )
                for i in range(WEBHOOK)
            )
            n += 1

            async def store(brought: Inbound) -> None:
                stored.append(await intake.take(channel_id, brought))

            task = asyncio.create_task(store(Inbound(replies=replies)))
            running.add(task)
            task.add_done_callback(running.discard)
            while len(running) > 200:  # a server would answer 503 here
                await asyncio.sleep(0.005)
    finally:
        await asyncio.gather(*running, return_exceptions=True)
        await intake.stop()


async def queue_up(s: Any, queued: int) -> None:
    for start in range(0, queued // 2, 250):
        await asyncio.gather(
            *(
                s.publish(f"Step {start + i}", to=("x", "facebook"), expires_in_s=3600.0)
                for i in range(min(250, queued // 2 - start))
            )
        )
    while await s.engine.release._due():
        await asyncio.sleep(0.1)


async def main(queued: int, n: int, replies: float) -> None:
    steps = Steps()
    with tempfile.TemporaryDirectory() as folder:
        settings = EngineSettings(windows=WINDOWS, drain_s=2.0)
        async with show(sqlite_url(Path(folder)), settings=settings, reach=steps.reach) as s:
            await s.engine.warm_up()
            settle_memory()
            steps.line()
            print(line("idle", await emergencies(s, n, steps, idle=True)), flush=True)
            print(steps.line(), flush=True)
            print(line("one right after the other", await emergencies(s, n, steps)), flush=True)
            print(steps.line(), flush=True)
            await queue_up(s, queued)
            steps.line()
            what = f"{queued} routine queued"
            print(line(f"{what}, otherwise idle", await emergencies(s, n, steps, idle=True)), flush=True)
            print(steps.line(), flush=True)
            print(line(f"{what}, one after the other", await emergencies(s, n, steps)), flush=True)
            print(steps.line(), flush=True)
            if not replies:
                return
            stored: list[int] = []
            flooding = asyncio.create_task(flood(s, replies, stored))
            while not stored:
                await asyncio.sleep(0.05)
            began, before = time.perf_counter(), sum(stored)
            steps.line()
            waits = await emergencies(s, n, steps)
            rate = (sum(stored) - before) / (time.perf_counter() - began)
            flooding.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await flooding
            what = f"{queued} queued, {rate:,.0f} of {replies:,.0f} replies/s stored"
            print(line(what, waits), flush=True)
            print(steps.line(), flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--queued", type=int, default=10_000)
    parser.add_argument("--times", type=int, default=50)
    parser.add_argument("--replies", type=float, default=0.0, help="a second; 0 leaves that part out")
    given = parser.parse_args()
    with asyncio.Runner(loop_factory=uvloop.new_event_loop if uvloop else None) as runner:
        runner.run(main(given.queued, given.times, given.replies))
