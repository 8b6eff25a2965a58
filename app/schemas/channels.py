"""What is asked and answered about channels: adding, connecting and testing one, and how it stands."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import Field

from app.schemas.bodies import Answer, Body


class NewChannelBody(Body):
    adapter: str = Field(examples=["x"])
    name: str = Field(min_length=1, max_length=60)
    settings: dict[str, Any] = Field(default_factory=dict)
    credentials: dict[str, Any] = Field(default_factory=dict, repr=False)


class ConnectBody(Body):
    adapter: str = Field(examples=["x"])
    name: str = Field(min_length=1, max_length=60)
    settings: dict[str, Any] = Field(default_factory=dict)
    credentials: dict[str, Any] = Field(
        default_factory=dict, repr=False, description="Those of the platform's app, without any token."
    )


class ConnectAnswer(Answer):
    address: str = Field(description="Where the account's owner says yes.")
    pending: str = Field(description="Sealed; the browser keeps it and brings it back with the code.")


class ConnectedBody(Body):
    pending: str = Field(max_length=16_000, repr=False)
    state: str = Field(max_length=500, repr=False)
    code: str = Field(min_length=1, max_length=2_000, repr=False)


class SecondBody(Body):
    second_id: str | None


class ChannelAnswer(Answer):
    """A channel; its credentials are never part of any answer."""

    id: str
    adapter: str
    name: str
    state: str
    why: str
    settings: dict[str, Any]
    probed_at: datetime | None
    probe_ok: bool | None
    probe_words: str
    second_id: str | None
    carried_by: str


class QuotaAnswer(Answer):
    window: str
    limit: int | None
    remaining: int | None
    used_percent: float | None
    reset_at: datetime | None


class ReadinessAnswer(Answer):
    """Whether a channel would take a post now, as its last probe saw it; a probe publishes nothing."""

    channel_id: str
    ok: bool
    words: str
    at: datetime
    quota: list[QuotaAnswer]
    balance: str | None = None
    clock_skew_s: float | None = Field(description="How far the platform's clock is ahead of ours.")
    clock_ok: bool
    webhook_at: datetime | None = Field(description="Last call of the platform since this server started.")
    resting_until: datetime | None
    resting_why: str


class ChannelKindAnswer(Answer):
    adapter: str
    label: str
    settings: dict[str, Any] = Field(description="JSON schema of what may be shown again.")
    credentials: dict[str, Any] = Field(description="JSON schema of what may not.")
    way_back: str = Field(
        default="",
        description="Where the platform leads back to when the account is connected there; empty where it cannot be.",
    )


class ProbeAnswer(Answer):
    ok: bool
    words: str
    account: str = ""
