"""
What an X channel is made of: its settings, its credentials, and the limits of each tier.

Source: docs.x.com, rate limits, authentication and pricing pages, read 2026-08-22.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, SecretStr, model_validator

from app.channels.address import BaseAddress
from app.channels.base import LimitWindow
from app.channels.price import Currency, Price

_QUARTER_S = 900.0
_DAY_S = 86400.0

# 300 posts in 3 hours counts from all clients of the account and comes without a useful reset.
_ACCOUNT = LimitWindow("account:3h", 300, 10800.0, "account")


def _reads(mentions: int, search: int, timeline: int, lookup: int) -> tuple[LimitWindow, ...]:
    return (
        LimitWindow("mentions:15min", mentions, _QUARTER_S, "user", "read:mentions"),
        LimitWindow("search:15min", search, _QUARTER_S, "user", "read:search"),
        LimitWindow("timeline:15min", timeline, _QUARTER_S, "user", "read:timeline"),
        LimitWindow("lookup:15min", lookup, _QUARTER_S, "user", "read:lookup"),
    )


PAY_PER_USE: tuple[LimitWindow, ...] = (
    LimitWindow("user:15min", 100, _QUARTER_S, "user"),
    LimitWindow("app:24h", 10_000, _DAY_S, "app"),
    _ACCOUNT,
    LimitWindow("delete:15min", 50, _QUARTER_S, "user", "delete"),
    LimitWindow("me:15min", 75, _QUARTER_S, "user", "read:me"),
    *_reads(300, 300, 900, 5000),
)
TIERS: dict[str, tuple[LimitWindow, ...]] = {
    "pay_per_use": PAY_PER_USE,
    "basic": (
        LimitWindow("user:24h", 100, _DAY_S, "user"),
        LimitWindow("app:24h", 1667, _DAY_S, "app"),
        _ACCOUNT,
        LimitWindow("delete:15min", 5, _QUARTER_S, "user", "delete"),
        LimitWindow("me:24h", 250, _DAY_S, "user", "read:me"),
        *_reads(10, 60, 5, 15),
    ),
    "free": (
        LimitWindow("user:24h", 17, _DAY_S, "user"),
        _ACCOUNT,
        LimitWindow("delete:24h", 17, _DAY_S, "user", "delete"),
        LimitWindow("me:24h", 25, _DAY_S, "user", "read:me"),
        *_reads(1, 1, 1, 1),
    ),
}


class XSettings(BaseModel):
    """
    May be shown again.

    Attributes:
        app: Any name for the X app that the keys are of. Channels of the same one have its limits together, as have
            all that name none.
        windows: Overrides the tier's limits.
        digest: When more waits than a limit allows, updates that would be too old are told in one post.
        price_per_post: What one post costs you, for estimates; without it none is made.
        link_surcharge: On top for a post with a link.
        reread_every: After X said yes, so many posts from one that is looked up again to the next, to see that it is
            there; emergencies and corrections always are. Each such reading costs as a read. 0: none.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    base_address: BaseAddress = "https://api.x.com"
    site_address: BaseAddress = "https://x.com"
    username: str = Field(pattern=r"^[A-Za-z0-9_]{1,15}$")
    user_id: str = Field(pattern=r"^[0-9]{1,19}$")
    tier: Literal["pay_per_use", "basic", "free"] = "pay_per_use"
    app: str = Field(default="", max_length=64)
    windows: tuple[LimitWindow, ...] = ()
    digest: bool = True
    price_per_post: Price | None = None
    link_surcharge: Price | None = None
    currency: Currency = "USD"
    reread_every: int = Field(default=10, ge=0)
    # The official SDK sends these; whether the platform takes both spellings everywhere is not documented.
    fields_parameter: Literal["post.fields", "tweet.fields"] = "post.fields"
    stream_fields_parameter: Literal["post.fields", "tweet.fields"] = "tweet.fields"

    @property
    def limits(self) -> tuple[LimitWindow, ...]:
        """Those given, else those of the tier."""
        return self.windows or TIERS[self.tier]

    def whose(self, scope: str) -> str:
        """One app for all channels unless they name theirs: sharing too much is slow, sharing too little a ban."""
        return {"user": self.user_id, "account": self.user_id, "app": f"app {self.app}"}.get(scope, "")


class XCredentials(BaseModel):
    """
    Either the four values of OAuth 1.0a, or an OAuth 2.0 user token with its client; `app_token` opens the stream.

    Secrets are never shown again.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    consumer_key: SecretStr | None = None
    consumer_secret: SecretStr | None = None
    access_token: SecretStr | None = None
    access_secret: SecretStr | None = None
    client_id: str | None = None
    client_secret: SecretStr | None = None
    user_token: SecretStr | None = None
    refresh_token: SecretStr | None = None
    expires_at: datetime | None = None
    app_token: SecretStr | None = None

    @model_validator(mode="after")
    def _one_way_in(self) -> Self:
        if not self.has_oauth1 and self.user_token is None:
            raise ValueError(
                "give consumer_key, consumer_secret, access_token and access_secret (OAuth 1.0a), "
                "or client_id and user_token (OAuth 2.0)"
            )
        if self.refresh_token is not None and self.client_id is None:
            raise ValueError("refresh_token needs client_id")
        return self

    @property
    def has_oauth1(self) -> bool:
        """Whether all four values are there."""
        return None not in (self.consumer_key, self.consumer_secret, self.access_token, self.access_secret)
