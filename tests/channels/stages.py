"""Each platform's simulator on a real port, and the adapter under test pointed at it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from app.channels.base import Adapter, OutboundPost
from app.channels.registry import kind
from app.channels.simulators.app import Simulators, create_simulators
from app.channels.simulators.ledger import Entry
from app.channels.simulators.serving import served
from app.channels.simulators.settings import SimulatorSettings
from app.clock import Clock, SystemClock
from app.http import Client

PHONE = "+12025550199"
# The action that publishes, the fault that means "wait", and the one that makes the platform's own list lag.
ACTIONS = {"x": "post.create", "facebook": "feed.create", "twilio": "message.create"}
WAITS = {"x": "rate_limit_now", "facebook": "rate_limit", "twilio": "rate_limit"}
LAGS = {"x": "timeline_lag", "facebook": "list_lag"}


@dataclass
class Stage:
    """One platform of one run."""

    name: str
    origin: str
    app: Simulators

    def adapter(
        self,
        *,
        deadline_s: float = 5.0,
        credentials: dict[str, Any] | None = None,
        clock: Clock | None = None,
        **settings: Any,
    ) -> Adapter:
        """Built as the product builds it, from what the simulator gives out."""
        given = self.app.platforms[self.name].credentials()
        made = kind(self.name)
        return made.build(
            made.settings.model_validate(self.settings(**settings)),
            made.credentials.model_validate(credentials or credentials_of(self.name, given)),
            Client(deadline_s=deadline_s),
            clock or SystemClock(),
        )

    def settings(self, **more: Any) -> dict[str, Any]:
        """A channel's settings as they would be stored."""
        given = self.app.platforms[self.name].credentials()
        return {"base_address": f"{self.origin}/{self.name}", **_settings(self.name, given), **more}

    def post(self, text: str, **more: Any) -> OutboundPost:
        return OutboundPost(ref="d1.1", text=text, recipient=PHONE if self.name == "twilio" else None, **more)

    def arm(self, fault: str, times: int | None = 1, action: str | None = None, **params: Any) -> None:
        self.app.world.faults.arm(self.name, fault, params, times, action=action)

    def ledger(self) -> list[Entry]:
        return self.app.world.ledger.after(0, self.name)

    def published(self) -> list[Entry]:
        """What the platform really published, whatever it said."""
        return [entry for entry in self.ledger() if entry.applied and entry.method == "POST" and entry.text]

    def advance(self, seconds: float) -> None:
        self.app.world.clock.advance(seconds)

    def speak(self, text: str, in_reply_to: str | None = None) -> str:
        return self.app.platforms[self.name].speak("ana", "Ana", text, in_reply_to)


@asynccontextmanager
async def stage(name: str, settings: SimulatorSettings | None = None) -> AsyncIterator[Stage]:
    """A fresh world for one test."""
    app = create_simulators(settings)
    async with served(app) as origin:
        yield Stage(name, origin, app)


def _settings(name: str, given: dict[str, Any]) -> dict[str, Any]:
    if name == "x":
        return {"username": given["username"], "user_id": given["user_id"]}
    if name == "facebook":
        return {"page_id": given["page_id"], "app_id": given["app_id"], "version": given["api_version"]}
    return {"account_sid": given["account_sid"], "from_number": given["senders"][0]["number"]}


def credentials_of(name: str, given: dict[str, Any]) -> dict[str, Any]:
    if name == "x":
        return {
            "consumer_key": given["consumer_key"],
            "consumer_secret": given["consumer_secret"],
            "access_token": given["access_token"],
            "access_secret": given["access_token_secret"],
            "app_token": given["bearer_token"],
        }
    if name == "facebook":
        return {key: given[key] for key in ("page_token", "app_secret", "verify_token")}
    return {key: given[key] for key in ("auth_token", "api_key_sid", "api_key_secret")}
