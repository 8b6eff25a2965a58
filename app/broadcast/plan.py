"""
When it will be out and what it costs, before anybody confirms; pure.

The forecast runs the very limiter that the dispatcher obeys, on a copy, so that the two cannot disagree about
windows, reserves and holds.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from app.broadcast.limits import Limiter

MOST_STEPS = 200_000


@dataclass(frozen=True, slots=True)
class Batch:
    """`sends` calls of `units` each, after everything before them in the list."""

    sends: int
    units: int = 1
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class Forecast:
    """
    Attributes:
        first_s: Seconds until the first call of the last batch may start.
        last_s: Seconds until its last one may; infinity when it never fits.
        fits: How many of all calls may start before the horizon.
    """

    first_s: float
    last_s: float
    fits: int


def forecast(
    limiter: Limiter, batches: Sequence[Batch], now: float, *, within_s: float = 86_400.0
) -> Forecast:
    """
    Run the limiter ahead.

    Args:
        limiter: Left as it is; a copy is charged.
        batches: What waits already, in its order, and last what is being asked about.
    """
    ahead = copy.deepcopy(limiter)
    at, fits, steps = now, 0, 0
    first = last = float("inf")
    for batch in batches:
        first = last = float("inf")
        for n in range(batch.sends):
            wait = ahead.wait_s(batch.units, at, urgent=batch.urgent)
            at += wait
            steps += 1
            if steps > MOST_STEPS or at > now + within_s:
                return Forecast(first, float("inf"), fits)
            ahead.take(batch.units, at, urgent=batch.urgent)
            fits += 1
            if n == 0:
                first = at - now
            last = at - now
    return Forecast(first, last, fits)


def sms_cost(people: int, segments: int, price_a_segment: Decimal) -> Decimal:
    """What a text to a list costs; carriers' surcharges excepted, which nobody knows before."""
    return price_a_segment * segments * people


def post_cost(parts: Sequence[str], price: Decimal, link_price: Decimal) -> Decimal:
    """What posts cost on a platform that charges more for one with a link."""
    return sum((link_price if "://" in part else price for part in parts), Decimal(0))
