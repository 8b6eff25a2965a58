"""Two processes release beside each other on PostgreSQL, and what was decided first is sent first."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import pytest

from app.accounts.audit import AuditLog
from app.broadcast.engine import Engine
from app.broadcast.gate import Permit, Refusal
from app.broadcast.settings import EngineSettings
from app.clock import SystemClock
from app.db import Database
from app.ids import new_id
from app.models import Update, UpdateState
from tests.broadcast.house import Stage, open_stage, render
from tests.broadcast.platform import running
from tests.broadcast.running import FREE, OpenGate

pytestmark = pytest.mark.servers


class SlowGate(OpenGate):
    """Lets a release wait in the middle of its transaction."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = asyncio.Event()
        self.go_on = asyncio.Event()

    async def check(
        self, session: Any, delivery_ids: Sequence[str], *, second_id: str | None = None
    ) -> Mapping[str, Permit | Refusal]:
        self.asked.set()
        await self.go_on.wait()
        return await super().check(session, delivery_ids, second_id=second_id)


@asynccontextmanager
async def two(url: str, gates: Sequence[OpenGate]) -> AsyncIterator[tuple[Stage, list[Engine]]]:
    """Two engines that were not started, each on a pool of its own."""
    async with AsyncExitStack() as stack:
        stage = await stack.enter_async_context(open_stage(url.replace("+asyncpg", ""), ("x",)))
        _, adapter = await stack.enter_async_context(running())
        databases = [Database(url.replace("+asyncpg", ""), pool_size=4) for _ in gates]
        for one in databases:
            await one.start()
            stack.push_async_callback(one.stop)
        engines = [
            Engine(
                database=database,
                adapters=lambda _channel: adapter,
                gate=gate,
                audit=AuditLog(),
                clock=SystemClock(),
                new_id=new_id,
                random=random.Random(1).random,
                announce=lambda _positions: None,
                settings=EngineSettings(windows=FREE, sole_node=False, scan_s=0.2, drain_s=1.0),
            )
            for gate, database in zip(gates, databases, strict=True)
        ]
        yield stage, engines


class TestOrder:
    @pytest.mark.timeout(120)
    async def test_G4_a_later_update_is_not_released_while_another_process_is_at_an_earlier_one(
        self, postgres_url: str
    ) -> None:
        """The first is in the middle of its release here; there the second stays, and an emergency does not."""
        slow = SlowGate()
        async with two(postgres_url, [slow, OpenGate()]) as (stage, (here, there)):
            first = await here.publisher.accept(stage.decided("First."), render)
            release = asyncio.create_task(here.release.release_due())
            async with asyncio.timeout(30):
                await slow.asked.wait()
            second = await there.publisher.accept(stage.decided("Second."), render)
            urgent = await there.publisher.accept(stage.decided("Now.", priority="emergency"), render)
            # What has to be shown is who commits first; the release here is ended by the server after two seconds.
            before = await there.release.release_due(), release.done()
            slow.go_on.set()
            await release
            states = {row.id: row.state for row in await stage.rows(Update)}
            assert before == (1, False)
            assert states[urgent.update_id] == UpdateState.RELEASED
            assert states[second.update_id] == UpdateState.COUNTING_DOWN
            assert states[first.update_id] == UpdateState.RELEASED
            assert await there.release.release_due() == 1
