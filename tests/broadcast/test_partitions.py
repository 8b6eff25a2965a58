"""Half of the processes see Redis, half do not: nothing is sent twice, and both halves together keep the limit."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from urllib.parse import urlsplit

import pytest

from app.accounts.audit import AuditLog
from app.broadcast.engine import Engine
from app.broadcast.limits import Window
from app.broadcast.settings import EngineSettings
from app.broadcast.shared_limits import SharedLimits
from app.clock import SteeredClock, SystemClock
from app.db import Database
from app.ids import new_id
from app.models import DeliveryState, LimitKeeper
from tests.broadcast.house import Stage, open_stage, render
from tests.broadcast.platform import Platform, running
from tests.broadcast.running import OpenGate
from tests.faultproxy import FaultProxy

LIMIT, PER_S, NODES = 8, 2.0, 2
UPDATES = 24
PATIENCE_S = 50.0


@asynccontextmanager
async def cluster(
    postgres_url: str, redis_url: str
) -> AsyncIterator[tuple[Stage, list[Engine], list[FaultProxy], Platform]]:
    """Two engines on one database, each with a line of its own to one Redis."""
    where = urlsplit(redis_url)
    async with AsyncExitStack() as stack:
        stage = await stack.enter_async_context(open_stage(postgres_url.replace("+asyncpg", ""), ("x",)))
        platform, adapter = await stack.enter_async_context(running())
        engines, lines = [], []
        prefix = new_id()
        for _ in range(NODES):
            line = await stack.enter_async_context(FaultProxy(str(where.hostname), int(where.port or 6379)))
            clock = SteeredClock(SystemClock())
            limits = SharedLimits(
                f"redis://127.0.0.1:{line.port}/0", clock, new_id, keep_s=1.0, prefix=prefix
            )
            stack.push_async_callback(limits.aclose)
            database = Database(postgres_url.replace("+asyncpg", ""), pool_size=4)
            await database.start()
            stack.push_async_callback(database.stop)
            engine = Engine(
                database=database,
                adapters=lambda _channel: adapter,
                gate=OpenGate(),
                audit=AuditLog(),
                clock=clock,
                new_id=new_id,
                random=random.Random(1).random,
                announce=lambda _positions: None,
                settings=EngineSettings(
                    windows={"x": (Window("w", LIMIT, PER_S, reserve=0.0),)},
                    sole_node=False,
                    scan_s=0.2,
                    permit_s=2.0,  # four at once on a machine that is slow
                    per_channel=4,
                    drain_s=1.0,
                ),
                shared_limits=limits,
            )
            await engine.start()
            stack.push_async_callback(engine.stop)
            engines.append(engine)
            lines.append(line)
        yield stage, engines, lines, platform


def worst(at: list[float], per_s: float) -> int:
    return max((sum(1 for t in at if start <= t < start + per_s) for start in at), default=0)


@pytest.mark.servers
class TestPartition:
    @pytest.mark.timeout(180)
    async def test_R04_half_of_the_processes_lose_redis_and_nothing_is_sent_twice(
        self, postgres_url: str, redis_url: str
    ) -> None:
        """Leases are in the database, and it counts until all see Redis again: all of the window is used, and no more."""
        async with cluster(postgres_url, redis_url) as (stage, engines, lines, platform):
            for n in range(UPDATES):
                decided = stage.decided(f"Step {n}", expires_in_s=3600.0, event_id=await stage.add_event())
                await engines[n % NODES].publisher.accept(decided, render)
                if n == UPDATES // 3:
                    for line in lines[:1]:
                        line.faults.refuse = True
                        await line.reset_all()
            await stage.until(
                lambda rows: sum(d.state == DeliveryState.SENT for d in rows) >= UPDATES * 2 // 3,
                within_s=PATIENCE_S,
            )
            (counted,) = await stage.rows(LimitKeeper)
            for line in lines[:1]:
                line.faults.refuse = False
            await stage.until(
                lambda rows: all(d.state == DeliveryState.SENT for d in rows), within_s=PATIENCE_S
            )
            await asyncio.sleep(0)
        assert set(Counter(call["ref"] for call in platform.calls).values()) == {1}
        assert len(platform.calls) == UPDATES
        assert worst(platform.first_bytes_at, PER_S) <= LIMIT
        assert counted.epoch == "", "the database counted for all of them"
