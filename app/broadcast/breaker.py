"""
When a platform is left alone, and how much of the traffic may be second tries; pure machines, the time is an argument.

A breaker opens when a platform stops giving answers, not when it is slow or refuses: a late answer is an answer. It
keeps new permits back and nothing else; what may have landed is looked for as ever and is never sent again by it.
After a rest one real waiting delivery is let through as a probe, never a post made up for it.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from enum import StrEnum
from math import ceil

from app.errors import ChannelError, OutcomeUnknown, StartRefused, Unavailable


@dataclass(frozen=True, slots=True)
class BreakerRules:
    """
    Attributes:
        in_a_row: Failures without an answer between that open it.
        share, least, within_s: So does this share of at least so many attempts within so long.
        rest_s: First rest; doubled after each failed probe, up to `most_rest_s`.
        urgent_rest_s: An emergency may force a probe this long after the one before.
    """

    in_a_row: int = 5
    share: float = 0.5
    least: int = 10
    within_s: float = 30.0
    rest_s: float = 2.0
    most_rest_s: float = 30.0
    urgent_rest_s: float = 1.0


class Sign(StrEnum):
    """What an attempt says about the platform's health."""

    ANSWERED = "answered"
    FAILED = "failed"
    NOTHING = "nothing"  # it never got so far as to tell


class State(StrEnum):
    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half_open"


def sign_of(result: object, *, started: bool) -> Sign:
    """
    Read an attempt's end. `result` is a receipt or what was raised.

    A refusal, a limit or a revoked token is an answer; a 5xx, a silence or an unreachable host is not.
    """
    match result:
        case StartRefused():
            return Sign.NOTHING
        case OutcomeUnknown() | Unavailable():
            return Sign.FAILED
        case ChannelError():
            return Sign.ANSWERED
        case TimeoutError():
            return Sign.FAILED
        case Exception():
            # A defect of ours before the first byte says nothing about the platform.
            return Sign.FAILED if started else Sign.NOTHING
        case _:
            return Sign.ANSWERED


class Breaker:
    """One platform under one credential."""

    def __init__(self, rules: BreakerRules | None = None) -> None:
        self._rules = rules or BreakerRules()
        self._row = 0
        self._recent: deque[tuple[float, bool]] = deque()
        self._opened = 0  # probes that failed since it was last closed, the opening included
        self._until = 0.0
        self._begun_at = 0.0
        self._probe_at: float | None = None
        self.changes = 0

    @property
    def failures(self) -> int:
        """In a row, up to now."""
        return self._row

    @property
    def open_until(self) -> float | None:
        """When the next probe may go; None while it is closed."""
        return self._until if self._opened else None

    @property
    def state(self) -> State:
        if not self._opened:
            return State.CLOSED
        return State.OPEN if self._probe_at is None else State.HALF_OPEN

    def wait_s(self, now: float, *, urgent: bool = False) -> float:
        """Seconds until a permit may be given; infinity while a probe is under way."""
        if not self._opened:
            return 0.0
        if self._probe_at is not None:
            return float("inf")
        at = self._until
        if urgent:
            at = min(at, self._begun_at + self._rules.urgent_rest_s)
        return max(0.0, at - now)

    def begin(self, now: float) -> bool:
        """An attempt is permitted; True when it is the probe."""
        if not self._opened or self._probe_at is not None:
            # Permitted a moment before it opened: what becomes of it says nothing about the rest.
            return False
        self._probe_at = now
        return True

    def heard(self, sign: Sign, now: float, *, probe: bool = False) -> bool:
        """An attempt ended; True when this opened or closed the breaker, or began another rest."""
        if probe:
            self._probe_at = None
        if sign is Sign.NOTHING:
            return False
        failed = sign is Sign.FAILED
        self._row = self._row + 1 if failed else 0
        self._recent.append((now, failed))
        while self._recent and self._recent[0][0] < now - self._rules.within_s:
            self._recent.popleft()
        if not self._opened:
            if failed and self._is_bad():
                self._rest(now)
                return True
            return False
        if not failed:
            self._opened, self._until = 0, 0.0
            self._recent.clear()
            self.changes += 1
            return True
        if probe:
            self._rest(now)
            return True
        return False  # begun before it opened: the rest is not drawn out by it

    def _is_bad(self) -> bool:
        rules = self._rules
        if self._row >= rules.in_a_row:
            return True
        if len(self._recent) < rules.least:
            return False
        return sum(failed for _, failed in self._recent) >= rules.share * len(self._recent)

    def _rest(self, now: float) -> None:
        if not self._opened:
            self.changes += 1
        rest_s = min(self._rules.most_rest_s, self._rules.rest_s * 2.0 ** min(self._opened, 20))
        self._opened += 1
        self._begun_at, self._until = now, now + rest_s


class RetryBudget:
    """
    Second tries are at most a tenth of the first ones over a minute, or three a second where that is more.

    A miss delays and never drops: the delivery stays in the queue. Corrections and emergencies are not asked.
    """

    def __init__(self, *, share: float = 0.1, within_s: float = 60.0, floor_per_s: int = 3) -> None:
        self._share = share
        self._within_s = within_s
        self._floor_per_s = floor_per_s
        self._firsts: deque[tuple[float, int]] = deque()
        self._retries: deque[float] = deque()
        self._first_count = 0

    def first(self, now: float, n: int = 1) -> None:
        """First tries that were permitted."""
        if n:
            self._firsts.append((now, n))
            self._first_count += n
        self._drop_old(now)

    def left(self, now: float) -> int:
        """How many second tries may go now."""
        self._drop_old(now)
        by_share = ceil(self._share * self._first_count - len(self._retries))
        return max(0, by_share, self._floor_per_s - sum(at > now - 1.0 for at in self._retries))

    def retry(self, now: float, n: int = 1) -> None:
        """Second tries that were permitted; an emergency's count as well, although nobody makes them wait."""
        self._retries.extend([now] * n)

    def wait_s(self, now: float) -> float:
        """Seconds until a second try may go."""
        if self.left(now) > 0:
            return 0.0
        last_second = [at for at in self._retries if at > now - 1.0]
        return max(1e-3, last_second[-self._floor_per_s] + 1.0 - now)

    def _drop_old(self, now: float) -> None:
        while self._firsts and self._firsts[0][0] <= now - self._within_s:
            self._first_count -= self._firsts.popleft()[1]
        while self._retries and self._retries[0] <= now - self._within_s:
            self._retries.popleft()
