"""
What a Twilio channel is made of.

Source: twilio.com/docs, "Messaging API", "Security", "Rate limits and queueing", read 2026.
"""

from __future__ import annotations

from typing import Self
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator, model_validator

from app.channels.address import BaseAddress
from app.channels.base import LimitWindow
from app.channels.price import Currency, Price

# Segments, not messages. One ordinary number sends one a second; a pool sends as many as it has numbers.
WINDOWS: tuple[LimitWindow, ...] = (LimitWindow("sender:1s", 1, 1.0, "sender", "segment"),)
MAX_VALIDITY_S = 36_000


class TwilioSettings(BaseModel):
    """
    May be shown again.

    Attributes:
        callback_address: This channel's webhook as the world reaches it; without one nothing is known after `sent`.
        segments_per_s: Of one sender: long code 1, toll-free 3, short code 10-100, US 10DLC by campaign.
        senders: How many numbers the messaging service has.
        segments_per_day: The carrier's daily cap of the brand, where there is one.
        validity_s: How long Twilio may keep a message waiting when the update itself says nothing.
        price_per_segment: What one segment costs you, for estimates; without it none is made.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    base_address: BaseAddress = "https://api.twilio.com"
    account_sid: str = Field(pattern=r"^AC[0-9a-f]{32}$")
    from_number: str | None = Field(
        default=None, pattern=r"^(\+[1-9][0-9]{4,14}|[0-9]{3,8}|[A-Za-z0-9 ]{1,11})$"
    )
    messaging_service_sid: str | None = Field(default=None, pattern=r"^MG[0-9a-f]{32}$")
    callback_address: BaseAddress | None = None
    smart_encoded: bool = False
    validity_s: int = Field(default=900, ge=6, le=MAX_VALIDITY_S)
    segments_per_s: int = Field(default=1, ge=1, le=1000)
    senders: int = Field(default=1, ge=1, le=1000)
    segments_per_day: int | None = Field(default=None, ge=1)
    price_per_segment: Price | None = None
    currency: Currency = "USD"
    windows: tuple[LimitWindow, ...] = ()

    @field_validator("callback_address")
    @classmethod
    def _host_twilio_takes(cls, value: str | None) -> str | None:
        if value is not None and "_" in (urlsplit(value).hostname or ""):
            raise ValueError("must not have an underscore in its host name; Twilio refuses such callbacks")
        return value

    @model_validator(mode="after")
    def _one_sender(self) -> Self:
        if (self.from_number is None) == (self.messaging_service_sid is None):
            raise ValueError("give either from_number or messaging_service_sid")
        return self

    @property
    def limits(self) -> tuple[LimitWindow, ...]:
        """Those given, else what the senders make together and the brand's day."""
        if self.windows:
            return self.windows
        second = LimitWindow("sender:1s", self.segments_per_s * self.senders, 1.0, "sender", "segment")
        if self.segments_per_day is None:
            return (second,)
        return second, LimitWindow("brand:24h", self.segments_per_day, 86400.0, "account", "segment")

    def whose(self, scope: str) -> str:
        """See SharesLimits."""
        if scope == "sender":
            return f"{self.account_sid} {self.from_number or self.messaging_service_sid}"
        return self.account_sid


class TwilioCredentials(BaseModel):
    """
    Secrets. The auth token signs webhooks even where an API key makes the calls.

    Attributes:
        secondary_auth_token: The next one while the token is being changed: Twilio signs with it from the moment that
            it is promoted, which is before anybody can change it here.
        signing_key: The shared key of SHA-256 webhook signatures, where the account uses them.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    auth_token: SecretStr
    secondary_auth_token: SecretStr | None = None
    api_key_sid: str | None = Field(default=None, pattern=r"^SK[0-9a-f]{32}$")
    api_key_secret: SecretStr | None = None
    signing_key: SecretStr | None = None

    @model_validator(mode="after")
    def _whole_key(self) -> Self:
        if (self.api_key_sid is None) != (self.api_key_secret is None):
            raise ValueError("api_key_sid and api_key_secret belong together")
        return self
