"""
What a channel over a hospital's own SMS gateway is made of. Gateways differ, so what differs is a setting.

Source: SMPP v3.4 specification, issue 1.2, and the profiles that gateways publish.
"""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, SecretStr, model_validator

from app.channels.address import is_loopback
from app.channels.base import LimitWindow
from app.channels.phone_numbers import region_of
from app.channels.price import Currency, Price

IdBase = Literal["text", "hex", "decimal"]
WINDOWS: tuple[LimitWindow, ...] = (LimitWindow("sender:1s", 10, 1.0, "sender", "segment"),)


class SmppSettings(BaseModel):
    """
    May be shown again.

    Attributes:
        private_network: Said by a person: the way to the gateway is private, so TLS may be left out.
        answer_ids: How the gateway writes an id when it takes a message.
        receipt_ids: How it writes the same id in the receipt, which is often another base.
        account_statuses: The gateway's own statuses that refuse the whole account, such as for want of credit: they
            pause the channel, where any other of its own refuses one message.
        gateway_name: What the gateway calls itself when it takes our sign-in; one with another name is left at once.
        window: Messages that may wait for their answer at once.
        country: Two letters; whose way of writing numbers the gateway uses. Without it that of `source`.
        price_per_segment: What one segment costs you, for estimates; without it none is made.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    host: str = Field(min_length=1, max_length=253)
    port: int = Field(default=2775, ge=1, le=65535)
    tls: bool = True
    private_network: bool = False
    system_id: str = Field(min_length=1, max_length=15)
    system_type: str = Field(default="", max_length=12)
    source: str = Field(pattern=r"^(\+[1-9][0-9]{4,14}|[0-9]{3,8}|[A-Za-z0-9 ]{1,11})$")
    country: str = Field(default="", pattern=r"^([A-Z]{2})?$")
    answer_ids: IdBase = "text"
    receipt_ids: IdBase = "text"
    gateway_name: str = Field(default="", max_length=15)
    account_statuses: tuple[Annotated[int, Field(ge=1, le=0xFFFFFFFF)], ...] = ()
    window: int = Field(default=10, ge=1, le=1000)
    answer_s: float = Field(default=10.0, gt=0, le=60)
    idle_s: float = Field(default=30.0, gt=0, le=300)
    validity_s: int = Field(default=900, ge=1, le=2_000_000)
    segments_per_s: int = Field(default=10, ge=1, le=10_000)
    price_per_segment: Price | None = None
    currency: Currency = "USD"
    windows: tuple[LimitWindow, ...] = ()

    @model_validator(mode="after")
    def _protected(self) -> Self:
        if not (self.tls or self.private_network or is_loopback(self.host)):
            raise ValueError("use TLS, or say that the way to the gateway is a private network")
        return self

    @property
    def regions(self) -> tuple[str, ...]:
        """Countries whose way of writing numbers may be meant."""
        region = self.country or region_of(self.source)
        return (region,) if region else ()

    @property
    def limits(self) -> tuple[LimitWindow, ...]:
        """Those given, else the agreed rate."""
        return self.windows or (LimitWindow("sender:1s", self.segments_per_s, 1.0, "sender", "segment"),)

    def whose(self, scope: str) -> str:
        """A gateway counts by who is bound to it, whatever sender the messages name."""
        return f"{self.host}:{self.port} {self.system_id}"


class SmppCredentials(BaseModel):
    """The protocol leaves room for eight characters."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    password: SecretStr = Field(max_length=8)
