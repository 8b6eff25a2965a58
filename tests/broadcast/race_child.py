"""
The sender of a race: `python -m tests.broadcast.race_child URL PORT checked|unchecked`.

Runs the real engine on a shared PostgreSQL. Reads one JSON order a line, {"arm": STEP, "count": N}, answers "ok", and
freezes itself with SIGSTOP when it reaches that step for the N-th time. Ends when its input does.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import signal
import sys
from collections import Counter
from typing import Any

from app.accounts.audit import AuditLog
from app.broadcast.engine import Engine
from app.broadcast.fence import Fence
from app.broadcast.settings import EngineSettings
from app.clock import SystemClock
from app.db import Database
from app.ids import new_id
from tests.broadcast.platform import Platform, ScriptedAdapter
from tests.broadcast.running import FREE, OpenGate


async def main(url: str, port: int, checked: bool) -> None:
    armed: dict[str, Any] = {"arm": "", "count": 1}
    reached: Counter[str] = Counter()

    def reach(name: str) -> None:
        reached[name] += 1
        if name == armed["arm"] and reached[name] >= armed["count"]:
            armed["arm"] = ""
            os.kill(os.getpid(), signal.SIGSTOP)

    database = Database(url)
    await database.start()
    adapter = ScriptedAdapter(Platform(port=port), deadline_s=5.0)
    engine = Engine(
        database=database,
        adapters=lambda _channel: adapter,
        gate=OpenGate(),
        audit=AuditLog(),
        clock=SystemClock(),
        new_id=new_id,
        random=random.Random(1).random,
        announce=lambda _positions: None,
        settings=EngineSettings(windows=FREE, sole_node=False, scan_s=0.1, drain_s=1.0),
        reach=reach,
    )
    check = engine.fence.check

    def checking(start: Any) -> None:
        reach("checking")
        if checked:
            check(start)
        else:
            start.started = True

    # The step before the last check has no name in the product, and the seeded bug is to leave the check out.
    Fence.check = lambda _fence, start: checking(start)  # type: ignore[method-assign]
    await engine.start()
    loop = asyncio.get_running_loop()
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        armed.update(json.loads(line))
        reached.clear()
        print("ok", flush=True)
    await engine.stop()
    await adapter.aclose()
    await database.stop()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2]), sys.argv[3] == "checked"))
