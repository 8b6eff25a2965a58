"""
A fork-server for crash tests: `python -m tests.broadcast.crash_child`.

Reads one JSON order a line, forks a child for each (the imports are warm), answers with its pid. The child opens the
database, runs the real engine, prints `go`, then `ack KEY` for every durable accept (`again KEY` before it where the
key was there already) and `done` when everything is settled, and kills itself with SIGKILL when it reaches the ordered
moment for the ordered time. An order with `early` has a seeded bug: it acknowledges before anything is written.
"""

from __future__ import annotations

import asyncio
import gc
import json
import os
import random
import signal
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlmodel import col

from app.accounts.audit import AuditLog
from app.broadcast.engine import Engine
from app.broadcast.intents import PlannedDelivery
from app.broadcast.settings import EngineSettings
from app.clock import SystemClock
from app.db import Database
from app.ids import new_id
from app.models import Delivery, DeliveryState, Update, UpdateState
from tests.broadcast.house import Stage, open_stage, render, sqlite_url
from tests.broadcast.platform import Platform, ScriptedAdapter
from tests.broadcast.running import FREE, OpenGate


async def run(order: dict[str, Any], adapter: ScriptedAdapter, platform: Platform) -> None:
    platform.port = order["port"]
    database = Database(order["url"])
    await database.start()
    reached: Counter[str] = Counter()

    def reach(name: str) -> None:
        reached[name] += 1
        if name == order.get("point") and reached[name] == order.get("count", 1):
            os.kill(os.getpid(), signal.SIGKILL)

    def say(line: str) -> None:
        if not order.get("quiet"):
            print(line, flush=True)

    engine = Engine(
        database=database,
        adapters=lambda _channel: adapter,
        gate=OpenGate(),
        audit=AuditLog(),
        clock=SystemClock(),
        new_id=new_id,
        random=random.Random(order.get("seed", 0)).random,
        announce=lambda _positions: None,
        settings=EngineSettings(windows=FREE, drain_s=1.0, scan_s=0.2),
        reach=reach,
    )
    await engine.start()
    stage = Stage(database, order["event"], {"x": order["channel"]})

    async def submit(key: str) -> None:
        planned = PlannedDelivery(order["channel"], (f"{key} 1/2", f"{key} 2/2"))
        decided = stage.decided(key, key=key, deliveries=(planned,), delay_s=order.get("delay_s", 0.0))
        if order.get("early"):
            say(f"ack {key}")
        accepted = await engine.publisher.accept(decided, render)
        if accepted.replayed:
            say(f"again {key}")
        if not order.get("early"):
            say(f"ack {key}")

    say("go")
    if order.get("one_by_one"):
        for key in order["keys"]:
            await submit(key)
    else:
        await asyncio.gather(*(submit(key) for key in order["keys"]))
    if order.get("settle", True):
        while not await settled(database):
            await asyncio.sleep(0.02)
        say("done")
    await engine.stop()
    await adapter.aclose()
    await database.stop()


async def settled(database: Database) -> bool:
    async with database.read() as session:
        waiting = await session.execute(
            select(func.count())
            .select_from(Delivery)
            .join(Update, col(Update.id) == col(Delivery.update_id))
            .where(
                col(Delivery.state).in_((DeliveryState.QUEUED, DeliveryState.SENDING, DeliveryState.UNKNOWN)),
                col(Update.state).in_((UpdateState.COUNTING_DOWN, UpdateState.RELEASED)),
            )
        )
        return int(waiting.scalar_one()) == 0


def speaker() -> tuple[ScriptedAdapter, Platform]:
    """An adapter that nothing was done with: reading the certificates takes longer than the rest of a child's start."""
    platform = Platform()
    return ScriptedAdapter(platform, deadline_s=2.0), platform


async def warm_up() -> None:
    """Do everything once before the first fork, so that a child only pays for its own work."""
    with tempfile.TemporaryDirectory() as folder:
        url = sqlite_url(Path(folder))
        async with open_stage(url, ("x",)) as stage:
            event, channel = stage.event_id, stage.channels["x"]
        order = {"url": url, "port": 1, "event": event, "channel": channel, "keys": ["warm"]}
        await run({**order, "settle": False, "delay_s": 3600.0, "quiet": True}, *speaker())


def main() -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    asyncio.run(warm_up())
    speaks = speaker()
    gc.freeze()
    for line in sys.stdin:
        order = json.loads(line)
        pid = os.fork()
        if pid == 0:
            out = os.open(order["out"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
            os.dup2(out, 1)
            os.dup2(os.open(order["out"] + ".err", os.O_WRONLY | os.O_CREAT | os.O_APPEND), 2)
            code = 1
            try:
                asyncio.run(run(order, *speaks))
                code = 0
            except BaseException:
                import traceback

                traceback.print_exc()
            finally:
                os._exit(code)
        print(pid, flush=True)


if __name__ == "__main__":
    main()
