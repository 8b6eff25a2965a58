"""A tiny platform of its own for the core's tests, so that they do not lean on a real one's rules."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import ClassVar

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp

from app.channels.simulators import app as simulators_app
from app.channels.simulators.app import Simulators, create_simulators
from app.channels.simulators.latency import LatencyTable
from app.channels.simulators.serving import served
from app.channels.simulators.settings import SimulatorSettings
from app.channels.simulators.webhooks import WEBHOOK_FAULTS, Webhook
from app.channels.simulators.wire import WIRE_FAULTS, Wire, deed_of
from app.channels.simulators.world import World


class Wall:
    """Notes on a wall: POST /notes sticks one on, and tells a listener when it was given an address."""

    name: ClassVar[str] = "wall"

    def __init__(self, world: World) -> None:
        self.world = world
        self.notes: list[str] = []
        world.faults.declare(self.name, WIRE_FAULTS + WEBHOOK_FAULTS)
        world.latency.declare(self.name, LatencyTable((0.01, 0.02), {"note.create": (0.2, 0.25)}))
        routes = [
            Route("/notes", self.create, methods=["POST"], name="note.create"),
            Route("/notes", self.read, methods=["GET"], name="note.read"),
        ]
        self._app = Wire(
            world,
            self.name,
            Starlette(routes=routes),
            routes,
            frozenset({"note.create"}),
            lambda _: b'{"e":1}',
        )

    @property
    def app(self) -> ASGIApp:
        return self._app

    @property
    def controls(self) -> Sequence[BaseRoute]:
        return ()

    async def create(self, request: Request) -> JSONResponse:
        note = await request.json()
        deed = deed_of(request)
        self.notes.append(note["text"])
        deed.applied, deed.remote_id, deed.text = True, str(len(self.notes)), note["text"]
        if "tell" in note:
            retries = tuple(note.get("retries", ()))
            self.world.webhooks.send(
                Webhook(
                    self.name, "note.status", note["tell"], note["text"].encode(), {}, retry_after_s=retries
                )
            )
        return JSONResponse({"id": deed.remote_id, "padding": "x" * 200}, 201)

    async def read(self, request: Request) -> JSONResponse:
        return JSONResponse(self.notes)

    def credentials(self) -> dict[str, object]:
        return {"key": "well known"}

    def state(self) -> dict[str, object]:
        return {"notes": self.notes}

    def speak(self, handle: str, name: str, text: str, in_reply_to: str | None = None) -> str:
        self.notes.append(f"{handle}: {text}")
        return str(len(self.notes))

    def reset(self) -> None:
        self.notes.clear()

    async def start(self) -> None:
        pass

    async def aclose(self) -> None:
        pass


@asynccontextmanager
async def wall_served(
    monkeypatch, settings: SimulatorSettings | None = None
) -> AsyncIterator[httpx.AsyncClient]:
    """The core with the Wall as its only platform, on a real socket."""
    monkeypatch.setattr(simulators_app, "PLATFORMS", (Wall,))
    app: Simulators = create_simulators(settings)
    async with (
        served(app) as origin,
        httpx.AsyncClient(base_url=origin, trust_env=False, verify=False, timeout=5) as client,
    ):
        yield client
