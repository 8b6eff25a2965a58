"""
A hundred thousand text messages through the engine: `python3 run.py bench sms [--people N] [--queues]`.

The adapter answers at once, so what is measured is everything but the HTTP call. Prints the time to make the rows,
the rate, our own CPU a message, and memory at a tenth and at the end. On SQLite the database works in our process and
counts with it; the collector and the loop are those of `tocsin serve`. With `--queues` on a PostgreSQL of its own, and trivial
jobs through pgqueuer and procrastinate on the same one after it, each with the processor time of the worker and of
the server; see `queues/README.md`.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from datetime import datetime
from pathlib import Path
from typing import ClassVar

from sqlalchemy import func, select

import run
from app.accounts.audit import AuditLog
from app.broadcast.engine import Engine
from app.broadcast.intents import PlannedDelivery
from app.broadcast.list_sums import PEOPLE
from app.broadcast.settings import EngineSettings
from app.channels.base import Absent, Capabilities, Finding, OutboundPost, Probe, Receipt
from app.clock import SystemClock
from app.http import MayStart
from app.ids import new_id
from app.models import Delivery, RecipientDelivery
from app.serving import settle_memory
from tests.broadcast.house import open_stage, render
from tests.broadcast.running import FREE, OpenGate
from tests.servers import PostgresServer

try:
    import uvloop
except ImportError:  # pragma: no cover - Windows
    uvloop = None  # type: ignore[assignment]

HERE = Path(__file__).parent
QUEUES_ENV = run.ROOT / ".venv-queues"


class Instant:
    """Takes everything at once."""

    name: ClassVar[str] = "instant"
    capabilities: ClassVar[Capabilities] = Capabilities(measure="sms", max_weight=1600, recipients=True)
    look_after_s: ClassVar[tuple[float, ...]] = (1.0,)

    def __init__(self) -> None:
        self.sent: dict[str, int] = {}

    async def publish(self, post: OutboundPost, *, may_start: MayStart) -> Receipt:
        may_start()
        self.sent[post.ref] = self.sent.get(post.ref, 0) + 1
        return Receipt(f"SM{len(self.sent)}")

    async def find(self, post: OutboundPost, *, sent_after: datetime, last: bool) -> Finding:
        return Absent()

    async def probe(self) -> Probe:
        return Probe(True, "fine")

    async def aclose(self) -> None: ...


def rss_mb() -> float:
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() / 1e6


async def main(url: str, people: int) -> float:
    """Messages a second."""
    async with open_stage(url, ("twilio",)) as stage:
        adapter = Instant()
        audience = await stage.add_audience(people)
        engine = Engine(
            database=stage.database,
            adapters=lambda _channel: adapter,
            gate=OpenGate(),
            audit=AuditLog(),
            clock=SystemClock(),
            new_id=new_id,
            random=random.Random(1).random,
            announce=lambda _positions: None,
            settings=EngineSettings(windows=FREE, list_batch=1000, list_in_flight=3000),
        )
        await engine.publisher.accept(
            stage.decided(
                deliveries=(
                    PlannedDelivery(stage.channels["twilio"], ("Stay inside.",), audience_id=audience),
                )
            ),
            render,
        )
        began = time.perf_counter()
        await engine.release.release_due()
        await engine.release.expansion.expand_lists()
        print(f"rows for {people} people in {time.perf_counter() - began:.2f} s (budget 3 s for 100,000)")
        settle_memory()
        began, cpu = time.perf_counter(), time.process_time()
        await engine.start()
        early, out = 0.0, 0
        while True:
            await asyncio.sleep(
                0.25 if out < people * 0.9 else 0.02
            )  # its own end, as the others tell theirs
            row = await stage.one(Delivery)
            out = row.counts.get("sent", 0)
            if not early and out >= people / 10:
                early = rss_mb()
            if row.state == "sent":
                break
        took, cpu = time.perf_counter() - began, time.process_time() - cpu
        print(
            f"{people / took:,.0f} messages/s, {cpu / people * 1e3:.3f} ms CPU a message (budget 0.3),"
            f" memory {early:.0f} -> {rss_mb():.0f} MB, doubles {sum(n - 1 for n in adapter.sent.values())},"
            f" counts {row.counts}"
        )
        async with stage.database.read() as session:
            n = (await session.execute(select(func.count()).select_from(RecipientDelivery))).scalar_one()
        assert n == people == row.counts[PEOPLE]
        await engine.stop()
        return people / took


def measure(url: str, people: int) -> float:
    """On the loop that `tocsin serve` runs on."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop if uvloop else None) as runner:
        return runner.run(main(url, people))


def server_cpu_s(server: PostgresServer) -> float:
    """Of the server and all its processes, those that ended as well."""
    assert server.process is not None
    main, ticks = server.process.pid, 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            pid, words = int(stat.parent.name), stat.read_text("utf-8").rpartition(") ")[2].split()
        except OSError:
            continue  # it ended meanwhile
        if pid == main:
            ticks += sum(map(int, words[11:15]))  # with its children that are over
        elif int(words[1]) == main:
            ticks += int(words[11]) + int(words[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def beside(name: str, server: PostgresServer, n: int) -> float:
    """Jobs a second of another queue, in a process of its own as ours is."""
    database = server.create_database()
    before = server_cpu_s(server)
    done = subprocess.run(
        [
            QUEUES_ENV / "bin" / "python",
            HERE / "queues" / f"{name}_jobs.py",
            libpq(server.url(database)),
            str(n),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    server_s = server_cpu_s(server) - before
    server.drop_database(database)
    if done.returncode:
        raise SystemExit(done.stderr)
    told = json.loads(done.stdout.splitlines()[-1])
    assert (told["done"], told["left"]) == (n, 0), told
    rate = n / float(told["took_s"])
    print(
        f"{name}: rows for {n} jobs in {told['rows_s']:.2f} s; {rate:,.0f} jobs/s,"
        f" {told['cpu_s'] / n * 1e3:.3f} ms CPU a job, {server_s / n * 1e3:.3f} ms of the server's with its rows",
        flush=True,
    )
    return rate


def libpq(url: str) -> str:
    return url.replace("+asyncpg", "")


def with_queues(people: int, jobs: int, slow_jobs: int) -> None:
    run.sync(QUEUES_ENV, "queues", False)
    server = PostgresServer(durable=True)
    try:
        server.start()
        url, before = libpq(server.url(server.create_database())), server_cpu_s(server)
        ours = measure(url, people)
        server_ms = (server_cpu_s(server) - before) / people * 1e3
        print(f"ours: {ours:,.0f} messages/s, {server_ms:.3f} ms of the server's CPU a message with its rows")
        for name, n, goal in (("pgqueuer", jobs, 1.0), ("procrastinate", slow_jobs, 20.0)):
            rate = beside(name, server, n)
            print(f"ours is {ours / rate:.2f} times {name} (goal {goal:g})", flush=True)
    finally:
        server.close()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--postgres", default=None)
    parser.add_argument("--queues", action="store_true", help="beside pgqueuer and procrastinate")
    parser.add_argument("--jobs", type=int, default=100_000, help="through pgqueuer")
    parser.add_argument("--slow-jobs", type=int, default=5_000, help="through procrastinate")
    given = parser.parse_args()
    if given.queues:
        with_queues(given.people, given.jobs, given.slow_jobs)
        sys.exit()
    with tempfile.TemporaryDirectory() as folder:
        measure(given.postgres or f"sqlite:///{Path(folder) / 'bench.db'}", given.people)
