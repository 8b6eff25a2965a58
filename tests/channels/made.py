"""Adapters of every kind, pointed at an origin, with invented accounts."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from app.channels.base import Adapter, OutboundPost
from app.channels.registry import kind
from app.clock import Clock, ManualClock, SystemClock
from app.http import Client

NOW = datetime(2026, 9, 1, 12, 0, 0, tzinfo=UTC)
ACCOUNT = "AC" + "0123456789abcdef" * 2
PAGE = "1001"
SETTINGS: dict[str, dict[str, Any]] = {
    "x": {"username": "valdora_general", "user_id": "1720000000000000001"},
    "facebook": {"page_id": PAGE, "app_id": "77"},
    "twilio": {"account_sid": ACCOUNT, "from_number": "+15005550006"},
}
CREDENTIALS: dict[str, dict[str, Any]] = {
    "x": {
        "consumer_key": "key",
        "consumer_secret": "consumer-secret",
        "access_token": "token",
        "access_secret": "token-secret",
    },
    "facebook": {"page_token": "PAGE-TOKEN", "app_secret": "app-secret", "verify_token": "agreed"},
    "twilio": {"auth_token": "12345"},
}
CREATED: dict[str, tuple[int, dict[str, Any]]] = {
    "x": (201, {"data": {"id": "1950000000000000001", "text": "Hello"}}),
    "facebook": (200, {"id": f"{PAGE}_5"}),
    "twilio": (201, {"sid": "SM" + "0" * 32, "status": "queued", "num_segments": "1"}),
}


def post(name: str, text: str = "Hello", **more: Any) -> OutboundPost:
    """An update for that channel."""
    recipient = "+15005550010" if name == "twilio" else None
    return OutboundPost(ref="d1.1", text=text, recipient=recipient, **more)


def build(
    name: str,
    origin: str,
    *,
    clock: Clock | None = None,
    deadline_s: float = 5.0,
    credentials: dict[str, Any] | None = None,
    **settings: Any,
) -> Adapter:
    """One adapter through its kind, as the product builds it."""
    made = kind(name)
    return made.build(
        made.settings.model_validate({"base_address": origin, **SETTINGS[name], **settings}),
        made.credentials.model_validate(credentials or CREDENTIALS[name]),
        Client(deadline_s=deadline_s),
        clock or SystemClock(),
    )


def clock() -> ManualClock:
    return ManualClock(NOW)


def go() -> None:
    """A may_start that always lets go."""
