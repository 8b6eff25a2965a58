"""An engine that sends to the real simulators over the product's own adapters."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, cast

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
    settings: EngineSettings = field(default_factory=lambda: EngineSettings(drain_s=2.0))

    def make_engine(self) -> Engine:
        """An engine as a process makes it at its start: nothing but the database knows what was before."""
        return Engine(
            database=self.stage.database,
            adapters={self.channel_id: self.adapter}.__getitem__,
            gate=OpenGate(),
            audit=AuditLog(),
            clock=SystemClock(),
            new_id=new_id,
            random=random.Random(7).random,
            announce=self.positions.extend,
            settings=self.settings,
            units=units,
        )

    async def restart(self) -> None:
        """End the engine; another one takes its place."""
        await self.engine.stop()
        self.engine = self.make_engine()
        await self.engine.start()

    async def publish(self, text: str = "Incision made.", **how: Any) -> Any:
        how.setdefault("to", (self.platform.name,))
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
        made = Sending(
            stage,
            cast(Engine, None),
            platform,
            adapter,
            channel_id,
            settings=engine_settings or EngineSettings(drain_s=2.0),
        )
        made.engine = made.make_engine()
        await made.engine.start()
        try:
            yield made
        finally:
            await made.engine.stop()
