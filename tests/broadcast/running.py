"""An engine on a stage, with one platform per channel."""

from __future__ import annotations

import random
from collections.abc import Collection, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from app.accounts.audit import AuditLog
from app.broadcast.digests import Tell
from app.broadcast.engine import Engine
from app.broadcast.gate import Permit, Refusal
from app.broadcast.jobs import LoadMedia
from app.broadcast.limits import Window
from app.broadcast.reach import Reach, nowhere
from app.broadcast.settings import EngineSettings
from app.broadcast.shared_limits import SharedLimits
from app.broadcast.topics import Position
from app.channels.base import Adapter
from app.clock import Clock, SystemClock
from app.ids import new_id
from tests.broadcast.house import Stage, open_stage, render
from tests.broadcast.platform import Plan, Platform, running

FREE: Mapping[str, tuple[Window, ...]] = {}


class OpenGate:
    """Lets everything through, until told otherwise."""

    def __init__(self) -> None:
        self.refusal: Refusal | None = None
        self.raises = False
        self.not_by: set[str] = set()  # second providers that nobody agreed to

    async def check(
        self, session: Any, delivery_ids: Sequence[str], *, second_id: str | None = None
    ) -> Mapping[str, Permit | Refusal]:
        if self.raises:
            raise RuntimeError("the gate is broken")
        if second_id in self.not_by:
            return {d: Refusal("held", "consent_second", "Nobody signed for it.") for d in delivery_ids}
        return {d: self.refusal or Permit() for d in delivery_ids}

    async def keeps_from(self, session: Any, event_ids: Collection[str], second_id: str) -> Collection[str]:
        return event_ids if second_id in self.not_by else ()


@dataclass
class Show:
    """Everything a test of the running engine needs."""

    stage: Stage
    engine: Engine
    gate: OpenGate
    platforms: dict[str, Platform]
    adapters: dict[str, Adapter]
    positions: list[Position] = field(default_factory=list)

    async def publish(self, text: str = "Incision made.", **how: Any) -> Any:
        return await self.engine.publisher.accept(self.stage.decided(text, **how), render)


@asynccontextmanager
async def show(
    url: str,
    plans: Mapping[str, Plan] | None = None,
    *,
    channels: Sequence[str] = ("x", "facebook"),
    settings: EngineSettings | None = None,
    clock: Clock | None = None,
    start: bool = True,
    shared_limits: SharedLimits | None = None,
    load_media: LoadMedia | None = None,
    tell: Tell | None = None,
    reach: Reach = nowhere,
) -> Any:
    async with AsyncExitStack() as stack:
        stage: Stage = await stack.enter_async_context(open_stage(url, channels))
        platforms: dict[str, Platform] = {}
        adapters: dict[str, Adapter] = {}
        for name in channels:
            platform, adapter = await stack.enter_async_context(running((plans or {}).get(name)))
            platforms[name] = platform
            adapters[stage.channels[name]] = adapter
        gate = OpenGate()
        positions: list[Position] = []
        engine = Engine(
            database=stage.database,
            adapters=adapters.__getitem__,
            gate=gate,
            audit=AuditLog(),
            clock=clock or SystemClock(),
            new_id=new_id,
            random=random.Random(7).random,
            announce=positions.extend,
            settings=settings or EngineSettings(windows=FREE, drain_s=2.0),
            shared_limits=shared_limits,
            load_media=load_media,
            tell=tell,
            reach=reach,
        )
        if start:
            await engine.start()
        try:
            yield Show(stage, engine, gate, platforms, adapters, positions)
        finally:
            await engine.stop()
