"""
One SMS channel with two providers, each a real simulator behind a line that can fail: Twilio's over HTTP and a gateway
over SMPP. The far sides' own books say who was really sent to by whom.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import update

from app.accounts.audit import AuditLog
from app.broadcast.breaker import BreakerRules
from app.broadcast.engine import Engine
from app.broadcast.intents import PlannedDelivery
from app.broadcast.settings import EngineSettings
from app.channels.base import Adapter, DeviceReceipt, OptOut
from app.channels.registry import kind
from app.channels.simulators.smpp import SmppSimulator
from app.clock import SystemClock
from app.errors import ChannelError
from app.http import Client
from app.ids import new_id
from app.models import Channel, Delivery, RecipientDelivery
from tests.broadcast.house import Stage, open_stage, render
from tests.broadcast.running import FREE, OpenGate
from tests.channels import stages
from tests.faultproxy import FaultProxy

SETTINGS = EngineSettings(
    windows=FREE,
    drain_s=2.0,
    scan_s=0.1,
    list_batch=4,
    list_in_flight=6,
    permit_s=3.0,  # a busy machine must not make permits late: that is tested elsewhere
    breaker=BreakerRules(rest_s=0.3, most_rest_s=0.6),
)


TEXT = "Stay inside."


class DoublySent(AssertionError):
    """Somebody was sent the same twice."""


@dataclass
class TwoProviders:
    stage: Stage
    engine: Engine
    http: stages.Stage
    gateway: SmppSimulator
    lines: Mapping[str, FaultProxy]  # by adapter
    adapters: Mapping[str, Adapter]
    gate: OpenGate
    first: str
    second: str
    opt_outs: list[OptOut] = field(default_factory=list)
    receipts: list[DeviceReceipt] = field(default_factory=list)

    def sent_by(self, adapter: str, text: str = TEXT) -> list[str]:
        """Numbers that a provider really has this text for, whatever it answered; one entry each."""
        if adapter == "smpp":
            taken = [message for message in self.gateway.taken if message.octets == text.encode()]
            return [f"+{message.destination.lstrip('+')}" for message in taken]
        return [str(entry.to) for entry in self.http.published() if entry.text == text]

    async def publish(self, people: int, text: str = TEXT, **how: Any) -> str:
        audience = await self.stage.add_audience(people)
        planned = PlannedDelivery(self.stage.channels[self.first], (text,), audience_id=audience)
        decided = self.stage.decided(text, deliveries=(planned,), **how)
        return str((await self.engine.publisher.accept(decided, render)).delivery_ids[0])

    async def until_sent(self, people: int) -> None:
        """That so many messages are with the two providers together."""
        async with asyncio.timeout(40):
            while len(self.sent_by("smpp")) + len(self.sent_by("twilio")) < people:
                await asyncio.sleep(0.005)

    async def people(self, delivery_id: str) -> list[RecipientDelivery]:
        return await self.stage.rows(RecipientDelivery, delivery_id=delivery_id)

    async def judge(self, delivery_id: str, text: str = TEXT) -> dict[str, int]:
        """
        Everybody has it once, from the provider that their row names; who is held may have it from that one alone.

        Returns:
            How many people each provider has it for.

        Raises:
            DoublySent: somebody has it twice.
        """
        by = {name: self.sent_by(name, text) for name in ("twilio", "smpp")}
        every = by["twilio"] + by["smpp"]
        doubled = sorted({number for number in every if every.count(number) > 1})
        if doubled:
            raise DoublySent(f"{len(doubled)} people have it twice, such as {doubled[0]}")
        names = {self.stage.channels[name]: name for name in by}
        for row in await self.people(delivery_id):
            has = {name for name in by if row.number in by[name]}
            named = {names[str(row.via_id)]}
            assert has == named or (row.state == "held" and not has), (row.number, row.state, has, named)
        return {name: len(by[name]) for name in by}

    async def channel(self, adapter: str) -> Channel:
        row: Channel = await self.stage.one(Channel, id=self.stage.channels[adapter])
        return row


@asynccontextmanager
async def two_providers(
    url: str, first: str = "twilio", *, second: bool = True
) -> AsyncIterator[TwoProviders]:
    async with AsyncExitStack() as stack:
        platform = await stack.enter_async_context(stages.stage("twilio"))
        gateway = SmppSimulator()
        stack.push_async_callback(gateway.aclose)
        ports = {"twilio": int(platform.origin.rsplit(":", 1)[1]), "smpp": await gateway.start()}
        lines = {
            name: await stack.enter_async_context(FaultProxy("127.0.0.1", port))
            for name, port in ports.items()
        }
        stage: Stage = await stack.enter_async_context(open_stage(url, ()))
        texts = platform.adapter(base_address=f"{lines['twilio'].url}/twilio")
        texts.look_after_s = (0.1, 0.3, 0.6)  # type: ignore[attr-defined] # the simulator's list never lags
        smpp = kind("smpp")
        of_gateway = {
            "host": "127.0.0.1",
            "port": lines["smpp"].port,
            "tls": False,
            "system_id": gateway.system_id,
            "source": "55501",
        }
        bound = smpp.build(
            smpp.settings.model_validate(of_gateway),
            smpp.credentials.model_validate({"password": gateway.password}),
            Client(),
            SystemClock(),
        )
        bound.look_after_s = (0.1, 0.3)  # type: ignore[attr-defined]
        adapters = {"twilio": texts, "smpp": bound}
        for adapter in adapters.values():
            stack.push_async_callback(adapter.aclose)
        await stage.add_channel("twilio", platform.settings())
        await stage.add_channel("smpp", of_gateway)
        other = "smpp" if first == "twilio" else "twilio"
        async with stage.database.transaction() as session:
            await session.execute(
                update(Channel)
                .where(Channel.id == stage.channels[first])  # type: ignore[arg-type]
                .values(second_id=stage.channels[other] if second else None)
            )
        gate = OpenGate()
        engine = Engine(
            database=stage.database,
            adapters={stage.channels[name]: adapter for name, adapter in adapters.items()}.__getitem__,
            gate=gate,
            audit=AuditLog(),
            clock=SystemClock(),
            new_id=new_id,
            random=random.Random(7).random,
            announce=lambda _positions: None,
            settings=SETTINGS,
        )
        both = TwoProviders(stage, engine, platform, gateway, lines, adapters, gate, first, other)
        listening = asyncio.create_task(_listen(both))
        await engine.start()
        try:
            yield both
        finally:
            listening.cancel()
            await asyncio.gather(listening, return_exceptions=True)
            await engine.stop()


async def _listen(both: TwoProviders) -> None:
    """What the gateway says goes where the product puts it."""
    while True:
        with suppress(ChannelError):
            async for inbound in both.adapters["smpp"].stream_replies():  # type: ignore[attr-defined]
                both.receipts += inbound.receipts
                both.opt_outs += inbound.opt_outs
                await both.engine.receipts.apply(both.stage.channels["smpp"], inbound.receipts)
        await asyncio.sleep(0.05)


def is_over(rows: list[Delivery]) -> bool:
    return bool(rows) and all(row.state in ("sent", "delivered", "held") for row in rows)
