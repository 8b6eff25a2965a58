"""
When it will be out and what it costs, before anybody confirms; pure.

The forecast runs the very limiter that the dispatcher obeys, on a copy, so that the two cannot disagree about
windows, reserves and holds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from app.broadcast.limits import Limiter
from app.channels.measure.x import extract_links

MOST_STEPS = 20_000
_EXACT_FIRST = 3
"""Sends of a batch that are run one by one before a constant distance is believed."""

_SAME = 1.001  # of a distance: instants are sums of floats
SOON_S = 60.0
"""What leaves within a minute of its turn is not worth a word about waiting."""


@dataclass(frozen=True, slots=True)
class Batch:
    """
    `sends` calls of `units` each, after everything before them in the list.

    Attributes:
        not_before: Its release; nothing of it starts earlier.
        until: Its expiry; what could only start later never does.
    """

    sends: int
    units: int = 1
    urgent: bool = False
    not_before: float = 0.0
    until: float = float("inf")


@dataclass(frozen=True, slots=True)
class Forecast:
    """
    Attributes:
        first_s: Seconds until the first call of the batch may start; infinity when none does.
        last_s: Seconds until its last one may; infinity when not all of them do.
        fits: How many of this batch and of those before it start in time.
        soon: How many of this batch start within a minute of its release.
        late: How many of this batch never start: too old, or beyond the horizon.
    """

    first_s: float
    last_s: float
    fits: int
    soon: int = 0
    late: int = 0


def forecast(
    limiter: Limiter, batches: Sequence[Batch], now: float, *, within_s: float = 86_400.0
) -> Forecast:
    """
    Run the limiter ahead; what becomes of the last batch.

    Args:
        limiter: Left as it is; a copy is charged.
        batches: What waits already, in its order, and last what is being asked about.
    """
    found = forecasts(limiter, batches, now, within_s=within_s)
    return found[-1] if found else Forecast(0.0, 0.0, 0)


def forecasts(
    limiter: Limiter, batches: Sequence[Batch], now: float, *, within_s: float = 86_400.0
) -> list[Forecast]:
    """The same for every batch."""
    ahead, at, fits, steps = limiter.copy(), now, 0, 0
    told: list[Forecast] = []
    for batch in batches:
        first = last = float("inf")
        done = soon = 0
        released = max(now, batch.not_before)
        end = min(batch.until, now + within_s)
        at_before, before = at, 0.0  # the distance of the two sends before
        while done < batch.sends and steps < MOST_STEPS:
            earliest = max(at, released)
            start = earliest + ahead.wait_s(batch.units, earliest, urgent=batch.urgent)
            if start > end:
                break
            many, spacing = 1, start - at
            if done >= _EXACT_FIRST and ahead.paces and 0 < spacing <= before * _SAME:
                # A list of a hundred thousand is not run person by person.
                alike = ahead.steady_run(batch.units, at, spacing, urgent=batch.urgent)
                many = max(1, min(batch.sends - done, int((end - start) / spacing) + 1, alike))
            before = spacing
            if many > 1:
                soon += min(many, max(0, int((released + SOON_S - start) / spacing) + 1))
                start += spacing * (many - 1)
                ahead.run(batch.units, many, start)
            else:
                soon += start <= released + SOON_S
                ahead.take(batch.units, start, urgent=batch.urgent)
            steps += 1
            if done == 0:
                first = start - now
            at = start
            done += many
        fits += done
        if done == batch.sends:
            last = at - now if done else 0.0
        if not done:
            # What never starts keeps nobody waiting.
            at = at_before
        told.append(Forecast(first, last, fits, soon, batch.sends - done))
    return told


class Places:
    """The places of a limiter from now on, one after the other, worked out as far as they are asked for."""

    def __init__(self, limiter: Limiter, now: float) -> None:
        self._ahead, self._at = limiter.copy(), now
        self._found: list[float] = []

    def nth_is_by(self, n: int, until: float) -> bool:
        """Whether the nth of them comes in time."""
        while len(self._found) < n and self._at <= until:
            self._at += self._ahead.wait_s(1, self._at)
            self._found.append(self._at)
            if self._at <= until:
                self._ahead.take(1, self._at)
        return len(self._found) >= n and self._found[n - 1] <= until


def sms_cost(people: int, segments: int, price_a_segment: Decimal) -> Decimal:
    """What a text to a list costs; carriers' surcharges excepted, which nobody knows before."""
    return price_a_segment * segments * people


def post_cost(parts: Sequence[str], price: Decimal, link_surcharge: Decimal) -> Decimal:
    """What posts cost on a platform that charges more for one with a link."""
    return sum((price + link_surcharge if extract_links(part) else price for part in parts), Decimal(0))
