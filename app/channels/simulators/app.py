"""
All simulators in one application: each platform below its prefix, the control surface below `/_sim`.

The control surface has no sign-in: serve it on loopback only, which is what `serving.py` does by default.
"""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import asdict
from typing import Annotated, Any, Final

import orjson
from fastapi import APIRouter, Body, FastAPI, HTTPException, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.routing import Mount
from starlette.types import Receive, Scope, Send

from app.channels.simulators.clock import Clock, iso
from app.channels.simulators.connection import stash_transport
from app.channels.simulators.facebook.platform import FacebookSimulator
from app.channels.simulators.faults import UnknownFault
from app.channels.simulators.flood import Crowd, flood
from app.channels.simulators.latency import Profile
from app.channels.simulators.page.routes import page_routes
from app.channels.simulators.platform import CannotSpeak, Platform, TakesWebhookAddress
from app.channels.simulators.settings import SimulatorSettings
from app.channels.simulators.smpp import SmppSimulator
from app.channels.simulators.twilio.platform import TwilioSimulator
from app.channels.simulators.world import World
from app.channels.simulators.x.platform import XSimulator

# One entry per platform; its name becomes its prefix.
PLATFORMS: Final[tuple[Callable[[World], Platform], ...]] = (XSimulator, FacebookSimulator, TwilioSimulator)


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class FaultBody(_Body):
    platform: str
    name: str
    params: dict[str, str | int | float | bool] = {}
    times: Annotated[int | None, Field(ge=1)] = None
    probability: Annotated[float, Field(gt=0, le=1)] = 1.0
    action: str | None = None


class SayBody(_Body):
    platform: str
    handle: Annotated[str, Field(min_length=1, max_length=15)]
    name: str
    text: str
    in_reply_to: str | None = None


class LatencyBody(_Body):
    profile: Profile


class ClockBody(_Body):
    advance_s: Annotated[float, Field(ge=0)]


class WebhookBody(_Body):
    platform: str
    url: Annotated[str, Field(max_length=2_000)]


class FloodBody(_Body):
    platform: str
    rate_per_s: Annotated[float, Field(gt=0, le=10_000)]
    seconds: Annotated[float, Field(gt=0, le=3_600)]


class Simulators(FastAPI):
    """The application; it looks below ASGI first, where a connection can be cut."""

    world: World
    platforms: dict[str, Platform]
    gateway: SmppSimulator

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        stash_transport(scope, send)
        await super().__call__(scope, receive, send)


def create_simulators(settings: SimulatorSettings | None = None, clock: Clock | None = None) -> Simulators:
    """Build every platform and the control surface; nothing runs before the lifespan starts."""
    world = World(settings or SimulatorSettings(), clock)
    platforms = {platform.name: platform for platform in (make(world) for make in PLATFORMS)}
    gateway = SmppSimulator(world=world)
    control = _Control(world, platforms, gateway)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        await world.start()
        if world.settings.smpp_port is not None:
            try:
                await gateway.start(port=world.settings.smpp_port)
            except OSError:  # somebody has that port: any will do, since whoever needs it is told
                await gateway.start()
        for platform in platforms.values():
            await platform.start()
        try:
            yield
        finally:
            await control.aclose()
            for platform in platforms.values():
                await platform.aclose()
            await gateway.aclose()
            await world.aclose()

    app = Simulators(title="Tocsin simulators", lifespan=lifespan, docs_url=None, redoc_url=None)
    app.world = world
    app.platforms = platforms
    app.gateway = gateway

    @app.exception_handler(UnknownFault)
    async def unknown_fault(_: Request, exc: UnknownFault) -> JSONResponse:
        return JSONResponse({"detail": str(exc)}, 422)

    @app.exception_handler(CannotSpeak)
    async def cannot_speak(_: Request, exc: CannotSpeak) -> JSONResponse:
        return JSONResponse({"detail": str(exc)}, 409)

    app.include_router(control.router())
    app.router.routes.extend(page_routes(world, platforms, gateway))
    for platform in platforms.values():
        app.router.routes.append(Mount(f"/_sim/{platform.name}", routes=list(platform.controls)))
        app.router.routes.append(Mount(f"/{platform.name}", app=platform.app))
    return app


class _Control:
    """The stage hands' side of a run."""

    def __init__(self, world: World, platforms: dict[str, Platform], gateway: SmppSimulator) -> None:
        self._world = world
        self._gateway = gateway
        self._platforms = platforms
        self._crowd = Crowd(world.rng("crowd"))
        self._floods: set[asyncio.Task[int]] = set()

    def router(self) -> APIRouter:
        router = APIRouter(prefix="/_sim")
        router.add_api_route("/ledger", self.ledger, methods=["GET"])
        router.add_api_route("/ledger.jsonl", self.export, methods=["GET"])
        router.add_api_route("/faults", self.faults, methods=["GET"])
        router.add_api_route("/faults", self.arm, methods=["POST"])
        router.add_api_route("/faults/{platform}", self.clear_all, methods=["DELETE"])
        router.add_api_route("/faults/{platform}/{name}", self.clear, methods=["DELETE"])
        router.add_api_route("/reset", self.reset, methods=["POST"])
        router.add_api_route("/latency", self.latency, methods=["GET"])
        router.add_api_route("/latency", self.set_latency, methods=["POST"])
        router.add_api_route("/clock", self.clock, methods=["GET"])
        router.add_api_route("/clock", self.advance, methods=["POST"])
        router.add_api_route("/state", self.state, methods=["GET"])
        router.add_api_route("/credentials", self.credentials, methods=["GET"])
        router.add_api_route("/webhooks", self.webhooks, methods=["GET"])
        router.add_api_route("/webhooks", self.set_webhook, methods=["POST"], status_code=201)
        router.add_api_route("/flood", self.flood, methods=["POST"], status_code=202)
        router.add_api_route("/flood", self.stop_floods, methods=["DELETE"])
        router.add_api_route("/say", self.say, methods=["POST"], status_code=201)
        return router

    def _platform(self, name: str) -> Platform:
        if name not in self._platforms:
            raise HTTPException(404, f"There is no platform {name}; there are {', '.join(self._platforms)}.")
        return self._platforms[name]

    async def ledger(self, after: int = 0, platform: str | None = None) -> Response:
        entries = self._world.ledger.after(after, platform)
        return Response(orjson.dumps({"entries": entries}), media_type="application/json")

    async def export(self) -> Response:
        return Response(self._world.ledger.export(), media_type="application/jsonl")

    async def faults(self) -> dict[str, Any]:
        return {"platforms": self._world.faults.describe()}

    async def arm(self, body: FaultBody) -> dict[str, Any]:
        self._platform(body.platform)
        self._world.faults.arm(
            body.platform, body.name, body.params, body.times, body.probability, body.action
        )
        return await self.faults()

    async def clear_all(self, platform: str) -> dict[str, Any]:
        self._platform(platform)
        self._world.faults.clear(platform)
        return await self.faults()

    async def clear(self, platform: str, name: str) -> dict[str, Any]:
        self._platform(platform)
        self._world.faults.clear(platform, name)
        return await self.faults()

    async def reset(self) -> dict[str, str]:
        await self._cancel_floods()
        self._world.reset()
        for platform in self._platforms.values():
            platform.reset()
        self._gateway.reset()
        return {"status": "reset"}

    async def latency(self) -> dict[str, str]:
        return {"profile": self._world.latency.profile}

    async def set_latency(self, body: LatencyBody) -> dict[str, str]:
        self._world.latency.profile = body.profile
        return await self.latency()

    async def clock(self) -> dict[str, Any]:
        return {"now": iso(self._world.clock.now()), "shift_s": self._world.clock.shift_s}

    async def advance(self, body: ClockBody) -> dict[str, Any]:
        self._world.clock.advance(body.advance_s)
        return await self.clock()

    async def state(self, request: Request) -> Response:
        """Everything to look at; its version is the ETag, so that a page may ask often and cheaply."""
        state = {name: platform.state() for name, platform in self._platforms.items()}
        state["smpp"] = self._gateway.state()
        body = orjson.dumps(state)
        version = f'"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'
        headers = {"ETag": version, "Cache-Control": "no-cache"}
        if request.headers.get("if-none-match") == version:
            return Response(status_code=304, headers=headers)
        return Response(body, media_type="application/json", headers=headers)

    async def credentials(self) -> dict[str, Any]:
        known: dict[str, Any] = {name: platform.credentials() for name, platform in self._platforms.items()}
        return known | ({"smpp": self._gateway.credentials()} if self._gateway.port else {})

    async def webhooks(self) -> dict[str, Any]:
        sender = self._world.webhooks
        return {"pending": sender.pending, "attempts": [asdict(attempt) for attempt in sender.log]}

    async def set_webhook(self, body: WebhookBody) -> dict[str, Any]:
        platform = self._platform(body.platform)
        if not isinstance(platform, TakesWebhookAddress):
            raise HTTPException(409, f"{body.platform} takes a webhook address by its own calls only.")
        await platform.install_webhook(body.url)
        return {"platform": body.platform, "url": body.url}

    async def flood(self, body: Annotated[FloodBody, Body()]) -> dict[str, Any]:
        platform = self._platform(body.platform)
        task = asyncio.create_task(flood(platform, self._crowd, body.rate_per_s, body.seconds))
        self._floods.add(task)
        task.add_done_callback(self._floods.discard)
        return {"platform": body.platform, "expected": round(body.rate_per_s * body.seconds)}

    async def say(self, body: SayBody) -> dict[str, str]:
        """One member of the public answers our newest post, or the one named."""
        said = self._platform(body.platform).speak(body.handle, body.name, body.text, body.in_reply_to)
        return {"id": said}

    async def stop_floods(self) -> dict[str, str]:
        await self._cancel_floods()
        return {"status": "stopped"}

    async def _cancel_floods(self) -> None:
        floods = list(self._floods)
        for task in floods:
            task.cancel()
        await asyncio.gather(*floods, return_exceptions=True)

    async def aclose(self) -> None:
        await self._cancel_floods()
