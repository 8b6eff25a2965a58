"""An engine that sends to the real simulators over the product's own adapters."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from app.accounts.audit import AuditLog
from app.broadcast.engine import Engine
from app.broadcast.settings import EngineSettings
from app.broadcast.topics import Position
from app.channels.base import Adapter
from app.channels.simulators.settings import SimulatorSettings
from app.clock import SystemClock
from app.ids import new_id
from app.main import units
from app.models import Channel
from tests.broadcast.house import Stage, open_stage, render
from tests.broadcast.running import OpenGate
from tests.channels import stages


@dataclass
class Sending:
    """One engine, one database, one channel on one simulator."""

    stage: Stage
    engine: Engine
    platform: stages.Stage
    adapter: Adapter
    channel_id: str
    positions: list[Position] = field(default_factory=list)

    async def publish(self, text: str = "Incision made.", **how: Any) -> Any:
        return await self.engine.publisher.accept(self.stage.decided(text, **how), render)

    async def channel(self) -> Channel:
        row: Channel = await self.stage.one(Channel, id=self.channel_id)
        return row


@asynccontextmanager
async def sending(
    url: str,
    name: str,
    settings: Mapping[str, Any] | None = None,
    *,
    simulators: SimulatorSettings | None = None,
    engine_settings: EngineSettings | None = None,
) -> AsyncIterator[Sending]:
    """`settings` are the channel's, beyond what the simulator gives out."""
    async with AsyncExitStack() as stack:
        platform = await stack.enter_async_context(stages.stage(name, simulators))
        stage: Stage = await stack.enter_async_context(open_stage(url, ()))
        adapter = platform.adapter(**(settings or {}))
        stack.push_async_callback(adapter.aclose)
        channel_id = await stage.add_channel(name, platform.settings(**(settings or {})))
        positions: list[Position] = []
        engine = Engine(
            database=stage.database,
            adapters={channel_id: adapter}.__getitem__,
            gate=OpenGate(),
            audit=AuditLog(),
            clock=SystemClock(),
            new_id=new_id,
            random=random.Random(7).random,
            announce=positions.extend,
            settings=engine_settings or EngineSettings(drain_s=2.0),
            units=units,
        )
        await engine.start()
        try:
            yield Sending(stage, engine, platform, adapter, channel_id, positions)
        finally:
            await engine.stop()
