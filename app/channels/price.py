"""
What a channel's platform charges, as the channel's own settings say it: never a constant, because prices change.

Source for what is charged at all: docs.x.com, pricing (a post with a link costs several times one without);
twilio.com, SMS pricing (by segment, carrier surcharges on top); read 2026.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, Field

Price = Annotated[Decimal, Field(ge=0, max_digits=12, decimal_places=6)]
Currency = Annotated[str, Field(pattern=r"^[A-Z]{3}$")]


@dataclass(frozen=True, slots=True)
class Tariff:
    """
    Attributes:
        per: What is charged; "nothing" where the platform asks no money for a post.
        price: None while nobody has set one.
        link_surcharge: On top for a post with a link.
    """

    per: Literal["segment", "post", "nothing"]
    price: Decimal | None = None
    link_surcharge: Decimal = Decimal(0)
    currency: str = ""


def tariff_of(settings: BaseModel) -> Tariff:
    """The prices among a channel's settings; the settings that a platform has say what it charges for."""
    fields = type(settings).model_fields
    currency = str(getattr(settings, "currency", ""))
    if "price_per_segment" in fields:
        return Tariff("segment", getattr(settings, "price_per_segment"), currency=currency)  # noqa: B009
    if "price_per_post" in fields:
        return Tariff(
            "post",
            getattr(settings, "price_per_post"),  # noqa: B009
            getattr(settings, "link_surcharge", None) or Decimal(0),
            currency,
        )
    return Tariff("nothing")
