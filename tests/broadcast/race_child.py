"""
The sender of races: `python -m tests.broadcast.race_child PORT LEDGER checked|unchecked`.

Runs the real engine on a shared PostgreSQL. Reads one JSON order a line:

    {"url": URL, "permit_s": S}     work on this database from now on; answers "ok"
    {"leave": true}                 leave its database; answers "ok"
    {"arm": STEP, "count": N}       freeze with SIGSTOP on reaching that step for the N-th time; answers "ok"
    {"arm": "", "after_s": S}       freeze after so much processor time of its own, wherever it is then; answers "ok"
    {"wake": true}                  look for work at once, as after another process's hint; no answer

Every last check is written to LEDGER as a line `REF MONOTONIC passed|refused`. Ends when its input does.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import signal
import sys
import time
from collections import Counter
from typing import Any

from app.accounts.audit import AuditLog
from app.broadcast.engine import Engine
from app.broadcast.fence import Fence
from app.broadcast.settings import EngineSettings
from app.clock import SystemClock
from app.db import Database
from app.errors import StartRefused
from app.ids import new_id
from tests.broadcast.platform import Platform, ScriptedAdapter
from tests.broadcast.running import FREE, OpenGate

SCAN_S = 5.0  # it is woken on purpose, once a freeze is ordered


class Sender:
    """One engine after another, each on a database of its own; the process and its adapter stay."""

    def __init__(self, port: int) -> None:
        self.adapter = ScriptedAdapter(Platform(port=port), deadline_s=5.0)
        self.armed: dict[str, Any] = {"arm": "", "count": 1}
        self.reached: Counter[str] = Counter()
        self.database: Database | None = None
        self.engine: Engine | None = None

    def arm(self, step: str, count: int, after_s: float) -> None:
        self.armed = {"arm": step, "count": count}
        self.reached.clear()
        # By the processor time used, not by the clock: on a busy machine a sender may not run at all for a while.
        signal.setitimer(signal.ITIMER_PROF, after_s)

    def reach(self, name: str) -> None:
        self.reached[name] += 1
        if name == self.armed["arm"] and self.reached[name] >= self.armed["count"]:
            self.armed["arm"] = ""
            os.kill(os.getpid(), signal.SIGSTOP)

    async def open(self, url: str, permit_s: float) -> None:
        await self.close()
        self.database = Database(url)
        await self.database.start()
        self.engine = Engine(
            database=self.database,
            adapters=lambda _channel: self.adapter,
            gate=OpenGate(),
            audit=AuditLog(),
            clock=SystemClock(),
            new_id=new_id,
            random=random.Random(1).random,
            announce=lambda _positions: None,
            settings=EngineSettings(
                windows=FREE, sole_node=False, drain_s=1.0, permit_s=permit_s, scan_s=SCAN_S
            ),
            reach=self.reach,
        )
        await self.engine.start()

    async def close(self) -> None:
        if self.engine is not None and self.database is not None:
            await self.engine.stop()
            await self.database.stop()
            self.engine = self.database = None

    def watch_checks(self, ledger: str, *, checked: bool) -> None:
        """The step before the last check has no name in the product, and the seeded bug is to leave the check out."""
        check = Fence.check
        to = os.open(ledger, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

        def checking(fence: Fence, start: Any) -> None:
            self.reach("checking")
            at = time.monotonic()
            word = "passed"
            try:
                if checked:
                    check(fence, start)
                else:
                    start.started = True
            except StartRefused:
                word = "refused"
                raise
            finally:
                os.write(to, f"{start.ref} {at!r} {word}\n".encode())

        Fence.check = checking  # type: ignore[method-assign]


async def main(port: int, ledger: str, checked: bool) -> None:
    sender = Sender(port)
    sender.watch_checks(ledger, checked=checked)
    signal.signal(signal.SIGPROF, lambda _which, _frame: os.kill(os.getpid(), signal.SIGSTOP))
    loop = asyncio.get_running_loop()
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        order = json.loads(line)
        if order.get("wake"):
            if sender.engine is not None:
                sender.engine.wake()
            continue
        if "url" in order:
            await sender.open(order["url"], order["permit_s"])
        elif "leave" in order:
            await sender.close()
        else:
            sender.arm(order["arm"], order.get("count", 1), order.get("after_s", 0.0))
        print("ok", flush=True)
    await sender.close()
    await sender.adapter.aclose()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), sys.argv[2], sys.argv[3] == "checked"))
