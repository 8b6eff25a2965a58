"""
Races of a stop with sends (K-01): this process stops, another one sends and is frozen between two of its steps.

The sender is a real process with the real engine on the same PostgreSQL; it freezes itself with SIGSTOP at an ordered
step, or is frozen at a random instant, and goes on only after the stop has returned. The platform lives here, so it
knows by one clock what came after the return.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.broadcast.engine import Engine
from app.broadcast.reach import PERMITTED, RELEASED, STARTING
from app.broadcast.settings import EngineSettings
from app.clock import SystemClock
from app.ids import new_id
from app.models import Delivery, DeliveryState
from tests.broadcast.house import Stage, audit_log, open_stage, render
from tests.broadcast.platform import Platform, running
from tests.broadcast.running import FREE, OpenGate

ANYWHERE = "anywhere"
STEPS = (PERMITTED, ANYWHERE, "checking", ANYWHERE, RELEASED)
THE_GAP = STARTING  # between the last check and the first byte: cannot be closed from here, so it is counted
CHANNELS = ("x", "facebook")


@dataclass(frozen=True, slots=True)
class Race:
    """What one race came to."""

    step: str
    was_frozen: bool
    returned_in_s: float
    late: int
    unlisted: int
    out: int


@dataclass
class Track:
    """A stopper here, a sender there, one platform."""

    stage: Stage
    engine: Engine
    platform: Platform
    sender: asyncio.subprocess.Process

    async def order(self, **words: Any) -> None:
        assert self.sender.stdin is not None
        assert self.sender.stdout is not None
        self.sender.stdin.write(json.dumps(words).encode() + b"\n")
        await self.sender.stdin.drain()
        answer = await asyncio.wait_for(self.sender.stdout.readline(), 120)
        assert answer.strip() == b"ok", answer

    @property
    def is_frozen(self) -> bool:
        stat = Path(f"/proc/{self.sender.pid}/stat").read_text()
        return stat.rsplit(")", 1)[1].split()[0] == "T"

    def send_signal(self, which: signal.Signals) -> None:
        os.kill(self.sender.pid, which)


@asynccontextmanager
async def track(url: str, *, unchecked: bool = False) -> AsyncIterator[Track]:
    """
    Args:
        unchecked: The seeded bug: the sender leaves out its last check before the first byte.
    """

    def nothing(_channel: str) -> Any:
        raise LookupError("this process does not send")

    plain = url.replace("+asyncpg", "")
    async with open_stage(plain, CHANNELS) as stage, running() as (platform, _):
        engine = Engine(
            database=stage.database,
            adapters=nothing,
            gate=OpenGate(),
            audit=audit_log(),
            clock=SystemClock(),
            new_id=new_id,
            random=random.Random(3).random,
            announce=lambda _positions: None,
            settings=EngineSettings(windows=FREE, sole_node=False),
        )
        sender = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "tests.broadcast.race_child",
            plain,
            str(platform.port),
            "unchecked" if unchecked else "checked",
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,  # a frozen one's transactions are ended for it, and it says so at length
        )
        place = Track(stage, engine, platform, sender)
        try:
            await place.order(arm="")
            yield place
        finally:
            place.send_signal(signal.SIGCONT)
            assert sender.stdin is not None
            sender.stdin.close()
            try:
                await asyncio.wait_for(sender.wait(), 15)
            except TimeoutError:
                sender.kill()
                await sender.wait()


async def race(place: Track, step: str, dice: random.Random) -> Race:
    """One event, some updates, a freeze, a stop that returns, and the thaw."""
    loop = asyncio.get_running_loop()
    event_id = await place.stage.add_event()
    await place.order(arm="" if step == ANYWHERE else step, count=dice.randint(1, 2))
    decided = [
        place.stage.decided(f"{event_id} {n}", event_id=event_id, to=CHANNELS)
        for n in range(dice.randint(2, 4))
    ]
    await asyncio.gather(*(place.engine.publisher.accept(one, render) for one in decided))
    if step == ANYWHERE:
        await asyncio.sleep(dice.uniform(0.0, 0.25))
        place.send_signal(signal.SIGSTOP)
    for n in range(300):
        if place.is_frozen or (n % 20 == 19 and await _is_over(place, event_id)):
            break  # where the step is not reached any more, waiting on would be most of a soak's time
        await asyncio.sleep(0.01)
    was_frozen = place.is_frozen
    began = loop.time()
    report = await place.engine.stop_control.stop(event_id, "person:tom")
    returned_at = loop.time()
    place.send_signal(signal.SIGCONT)
    listed = {one.delivery_id for one in (*report.in_flight, *report.out)}
    await place.stage.until(
        lambda rows: all(d.state not in (DeliveryState.SENDING, DeliveryState.UNKNOWN) for d in rows),
        within_s=30.0,
        event_id=event_id,
    )
    mine = [
        (call, at)
        for call, at in zip(place.platform.calls, place.platform.first_bytes_at, strict=True)
        if call["text"].startswith(event_id)
    ]
    # Frozen or not, what left before the return was read here within some milliseconds.
    late = sum(at > returned_at + (0.0 if was_frozen else 0.02) for _, at in mine)
    out = {call["ref"].rsplit(".", 1)[0] for call, _ in mine}
    return Race(step, was_frozen, returned_at - began, late, len(out - listed), len(out))


async def _is_over(place: Track, event_id: str) -> bool:
    """Everything was sent before the step came."""
    rows = await place.stage.rows(Delivery, event_id=event_id)
    return bool(rows) and all(row.state == DeliveryState.SENT for row in rows)
