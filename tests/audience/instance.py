"""A whole drill instance for a test, in this loop: simulators, the application and its real sockets, one signed-in person."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import httpx
import uvicorn
from fastapi import FastAPI
from sqlalchemy import select
from sqlmodel import col

from app.broadcast.reading import TopicReader
from app.channels.simulators.app import Simulators, create_simulators
from app.channels.simulators.serving import served
from app.channels.simulators.settings import SimulatorSettings
from app.config import DelaySettings, Settings, World
from app.main import create_app
from app.models import Channel, OptedOut, Reply
from app.routes.house import House
from app.serving import config_for, listening_on
from app.telemetry import configure

T = TypeVar("T")


@dataclass
class Instance:
    """
    Attributes:
        origin: Where the simulators are; `base` is where the application is.
        marta: A signed-in presenter, moderator and admin.
        world: The simulators' control surface.
    """

    app: FastAPI
    base: str
    origin: str
    simulators: Simulators
    marta: httpx.AsyncClient
    world: httpx.AsyncClient
    bare: httpx.AsyncClient
    channels: dict[str, Channel] = field(default_factory=dict)
    event: dict[str, Any] = field(default_factory=dict)

    @property
    def house(self) -> House:
        house: House = self.app.state.house
        return house

    async def look(self) -> None:
        self.channels = {row.adapter: row for row in await self.house.switchboard.listed()}
        self.event = (await self.marta.get("/events/kidney-surgery")).json()["event"]

    async def submit(self, text: str, **fields: Any) -> dict[str, Any]:
        answer = await self.marta.post(
            f"/events/{self.event['id']}/updates",
            json={"texts": {"en": text}, "source": "presenter", **fields},
            headers={"idempotency-key": str(uuid.uuid4())},
        )
        assert answer.status_code == 201, answer.text
        return dict(answer.json())

    async def applied(self, platform: str, text: str) -> list[dict[str, Any]]:
        entries = (await self.world.get(f"/_sim/ledger?platform={platform}")).json()["entries"]
        return [one for one in entries if one["applied"] and text in (one.get("text") or "")]

    async def replies(self) -> list[Reply]:
        async with self.house.database.read() as session:
            return list((await session.execute(select(Reply).order_by(col(Reply.id)))).scalars())

    async def reply(self, text: str) -> Reply | None:
        return next((one for one in await self.replies() if one.text == text), None)

    async def stopped(self) -> set[str]:
        async with self.house.database.read() as session:
            return set(await session.scalars(select(col(OptedOut.number))))

    async def public(self) -> str:
        """What every viewer is shown, as text."""
        reader = TopicReader(self.house.database, drill=True)
        return str((await reader.read_whole(f"{self.event['id']}:public")).things)


async def until(
    look: Callable[[], Awaitable[T]], good: Callable[[T], bool], *, patience_s: float = 40.0
) -> T:
    """Look again until it is as it should be; the last look is in the error."""
    found = await look()
    try:
        async with asyncio.timeout(patience_s):
            while not good(found):
                await asyncio.sleep(0.01)
                found = await look()
    except TimeoutError:
        raise AssertionError(f"still not so after {patience_s} s: {found!r}") from None
    return found


@asynccontextmanager
async def instance(folder: Path, world: SimulatorSettings | None = None) -> AsyncIterator[Instance]:
    """Started, furnished, listening; the rehearsal's delay is nothing."""
    configure(readable=False)  # structlog's own default paints every traceback, for seconds each
    simulators = create_simulators(world)
    async with served(simulators) as origin:
        listener = listening_on("127.0.0.1", 0)
        port = listener.getsockname()[1]
        settings = Settings(
            data_dir=folder,
            simulators_url=origin,
            delays=DelaySettings(rehearsal=0),
            _env_file=None,
        )
        app = create_app(settings, World.DRILL, f"http://localhost:{port}")
        server = uvicorn.Server(config_for(app, "127.0.0.1", port))
        task = asyncio.create_task(server._serve([listener]))
        while not server.started:
            if task.done():
                await task
            await asyncio.sleep(0.005)
        house: House = app.state.house
        assert house.once_listening is not None
        await house.once_listening()
        base = f"http://127.0.0.1:{port}/api/v1"
        clients = [
            httpx.AsyncClient(base_url=base, headers={"x-tocsin": "1"}, timeout=30, trust_env=False),
            httpx.AsyncClient(base_url=origin, timeout=30, trust_env=False),
            httpx.AsyncClient(base_url=base, timeout=30, trust_env=False),
        ]
        made = Instance(app, base, origin, simulators, *clients)
        try:
            answer = await made.marta.post("/session", json={"code": house.sign_in_codes[0][1]})
            assert answer.status_code == 200, answer.text
            await made.look()
            yield made
        finally:
            for client in clients:
                await client.aclose()
            house.stream.hub.drain()
            server.should_exit = True
            await task
