"""
Platform limits that hold in every sliding window; a pure object, the time is an argument.

A window of up to 10,000 grants keeps the exact log of its grants, because GCRA with a burst of N lets almost 2N into
one window; GCRA only paces per-second rates. Several windows are checked and charged together or not at all. Part
of every window is kept for corrections and emergencies. What a platform tells about itself lowers our idea of what
is left, never raises it. Times are seconds since 1970.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import ceil

from app.errors import LimitObservation

MAX_LOG = 10_000
DELETE = "delete"
CALL = "call"
CRAWL_S = 60.0
"""Routine sends once in so long while a platform says that most of what it allows is used."""

_SLACK_S = 1e-6
_RUN_SHARE = 0.02


@dataclass(frozen=True, slots=True)
class Window:
    """
    At most `limit` units in any `per_s` seconds.

    Attributes:
        name: The platform's own word where it has one ("user:15min"), so that its observations find home.
        reserve: Share kept for the two top classes; at least one unit where the limit is above one.
        pace: Spread by GCRA instead of a log, `burst` units at once at most; for rates of some units a second.
        unit: What it counts: "delete" deletions alone, "call" those and everything else, any other word no deletion.
        owner: Whose limit it is, as its platform sees it; empty: the channel's, and nobody else's.
    """

    name: str
    limit: int
    per_s: float
    reserve: float = 0.2
    pace: bool = False
    burst: int = 1
    unit: str = "post"
    owner: str = ""

    def __post_init__(self) -> None:
        if self.limit < 1 or self.per_s <= 0:
            raise ValueError("a window needs a positive limit and length")
        if not self.pace and self.limit > MAX_LOG:
            raise ValueError(f"a window of more than {MAX_LOG} grants cannot keep its log; pace it")
        if self.pace and not 1 <= self.burst <= self.limit:
            raise ValueError("a burst lies between one unit and the limit")

    @property
    def reserved(self) -> int:
        return min(self.limit - 1, max(1, ceil(self.limit * self.reserve))) if self.reserve > 0 else 0

    @property
    def burst_reserved(self) -> int:
        """Of what may go at once; a rate of some units a second is soon free again, a day's is not."""
        if self.burst == 1:
            return 0
        return 1 if self.limit <= MAX_LOG else ceil(self.burst * self.reserve)

    @property
    def is_short(self) -> bool:
        """Over before a restart is: what was charged need not be remembered."""
        return self.pace and self.burst == 1


@dataclass(slots=True)
class _Log:
    """Grants of one window, oldest first, and what the platform said on top."""

    window: Window
    cap: int
    at: deque[tuple[float, int]] = field(default_factory=deque)
    used: int = 0
    cap_until: float = 0.0

    def _drop_old(self, now: float) -> None:
        horizon = now - self.window.per_s
        while self.at and self.at[0][0] + _SLACK_S < horizon:
            self.used -= self.at.popleft()[1]
        if self.cap < self.window.limit and now >= self.cap_until:
            self.cap = self.window.limit

    def wait_s(self, units: int, now: float, urgent: bool) -> float:
        self._drop_old(now)
        kept = 0 if urgent else self.window.reserved
        if units > self.window.limit - kept:
            return float("inf")
        wait_s = self._until_free(self.used + units - max(0, self.cap - kept), now)
        if self.cap == self.window.limit or wait_s == 0.0:
            return wait_s
        # What the platform has lowered is as it was at its reset, which may be before the oldest grants are over.
        whole_s = self._until_free(self.used + units - (self.window.limit - kept), now)
        return min(wait_s, max(_SLACK_S, self.cap_until - now, whole_s))

    def _until_free(self, excess: int, now: float) -> float:
        """Seconds until the oldest grants that are too many are over; infinity where all together are not enough."""
        if excess <= 0:
            return 0.0
        for at, n in self.at:
            excess -= n
            if excess <= 0:
                return max(0.0, at + self.window.per_s + 2 * _SLACK_S - now)
        return float("inf")

    def charge(self, units: int, now: float) -> None:
        if self.at and now < self.at[-1][0]:
            # The wall clock went back: a grant must not become older than the one before, or it would be
            # forgotten too early.
            now = self.at[-1][0]
        self.at.append((now, units))
        self.used += units

    def refund(self, units: int, at: float) -> None:
        index = bisect_right(self.at, at, key=lambda grant: grant[0]) - 1
        while index >= 0:
            when, n = self.at[index]
            if abs(when - at) <= _SLACK_S and n >= units:
                del self.at[index]
                if n > units:
                    self.at.insert(index, (when, n - units))
                self.used -= units
                return
            index -= 1

    def restamp(self, units: int, at: float, now: float) -> None:
        before = self.used
        self.refund(units, at)
        if self.used == before:
            return
        self.at.insert(bisect_right(self.at, now, key=lambda grant: grant[0]), (now, units))
        self.used += units

    def lower(self, remaining: int, until: float, now: float) -> None:
        self._drop_old(now)
        cap = self.used + max(0, remaining)
        if cap < self.cap:
            self.cap = cap
        if self.cap < self.window.limit:
            self.cap_until = max(self.cap_until, until)


@dataclass(slots=True)
class _Pacer:
    """GCRA: spacing T = W / (N - B + 1) keeps any window at N for every burst B."""

    window: Window
    tat: float = 0.0  # theoretical arrival time of the next unit

    def _spacing_s(self) -> float:
        return self.window.per_s / (self.window.limit - self.window.burst + 1)

    def wait_s(self, units: int, now: float, urgent: bool) -> float:
        spacing = self._spacing_s()
        # What is not urgent leaves some of the burst free, so that an emergency never waits for routine.
        burst = self.window.burst - (0 if urgent else self.window.burst_reserved)
        if units > burst:
            # More segments than the burst: sent as one, paid for afterwards.
            return max(0.0, self.tat - now)
        return max(0.0, self.tat + spacing * units - spacing * burst - now)

    def charge(self, units: int, now: float) -> None:
        self.tat = max(self.tat, now) + self._spacing_s() * units

    def refund(self, units: int, at: float) -> None:
        self.tat = max(at, self.tat - self._spacing_s() * units)


Part = _Log | _Pacer
"""What has been charged to one window."""


def part_of(window: Window, was: Part | None = None) -> Part:
    """One that nothing has been charged to, or with what the same window was charged when it had another size."""
    if isinstance(was, _Log) and not window.pace:
        cap, until = (
            (was.cap, was.cap_until) if was.cap < min(was.window.limit, window.limit) else (None, 0.0)
        )
        return _Log(window, window.limit if cap is None else cap, was.at, was.used, until)
    if window.pace:
        return _Pacer(window, was.tat if isinstance(was, _Pacer) else 0.0)
    return _Log(window, window.limit)


@dataclass(slots=True)
class Hold:
    """A platform's wish to be left alone."""

    until: float = 0.0
    reason: str = ""


def lessons(
    observations: Sequence[LimitObservation],
    now: float,
    logs: Mapping[str, Window],
    *,
    soft_percent: float = 80.0,
) -> tuple[float, str, list[tuple[str, int, float]]]:
    """
    What an answer teaches: nothing before when and why, and (window, remaining, until) for windows with a log.

    A platform that tells percentages has its reserve left at 80 %: routine slows to a crawl, corrections and emergencies
    go. At 100 % everything stops. A window that we do not know becomes a hold until its reset once it is used up.

    Args:
        logs: By name; a percentage of any other window is taken for one of the first of these, as all are charged together.
    """
    hold, reason = 0.0, "limited"
    lowers: list[tuple[str, int, float]] = []
    for seen in observations:
        until = seen.reset_at.timestamp() if seen.reset_at is not None else now + 900.0
        if seen.used_percent is not None and seen.used_percent >= soft_percent:
            crawls = logs.get(seen.window) or next(iter(logs.values()), None)
            if seen.used_percent < 100.0 and crawls is not None:
                lowers.append((crawls.name, crawls.reserved, now + CRAWL_S))
            else:
                pause_s = CRAWL_S if seen.used_percent < 100.0 else max(CRAWL_S, until - now)
                if now + pause_s > hold:
                    hold, reason = now + pause_s, "usage"
        if seen.remaining is None or until <= now:
            continue
        if seen.window in logs:
            lowers.append((seen.window, seen.remaining, until))
        elif seen.remaining <= 0 and until > hold:
            hold, reason = until, "limited"
    return hold, reason, lowers


class Limiter:
    """
    All windows that one call is counted in.

    `wait_s` asks, `take` charges; a caller that took and sent nothing gives back. Unknown windows that a platform
    speaks of become holds until their reset once they are used up.

    Args:
        parts: By name, those that other limiters charge as well.
        hold: Likewise.
    """

    def __init__(
        self, windows: Iterable[Window], parts: Mapping[str, Part] | None = None, hold: Hold | None = None
    ) -> None:
        known = parts or {}
        self._parts: dict[str, Part] = {w.name: known.get(w.name) or part_of(w) for w in windows}
        self._hold = Hold() if hold is None else hold

    @property
    def hold_reason(self) -> str:
        """Why nothing may go."""
        return self._hold.reason

    def put(self, part: Part) -> None:
        """Go on with another part in the place of that of the same name."""
        self._parts[part.window.name] = part

    @property
    def windows(self) -> tuple[Window, ...]:
        return tuple(part.window for part in self._parts.values())

    def steady_run(self, units: int, at: float, spacing_s: float, *, urgent: bool) -> int:
        """How many sends `spacing_s` apart no window but those of a constant distance can keep waiting from `at` on."""
        most = 1_000_000_000
        for part in self._parts.values():
            window = part.window
            if isinstance(part, _Log):
                free = (part.cap if urgent else part.cap - window.reserved) - part.used
            elif window.burst > 1:
                one_s = window.per_s / (window.limit - window.burst + 1)
                open_share = window.burst - (0 if urgent else window.burst_reserved)
                free = open_share - ceil(max(0.0, part.tat - at) / one_s)
                if free < units and abs(spacing_s - one_s * units) < one_s * units * _RUN_SHARE:
                    continue  # its burst is used up: now it is what keeps the distance
            else:
                continue
            # All are charged at the end of the run: it must not be long against the window.
            most = min(most, free // units, int(window.per_s * _RUN_SHARE / spacing_s))
        return max(0, most)

    def run(self, units: int, many: int, at: float) -> None:
        """Charge `many` sends of which the last one leaves at `at`."""
        for part in self._parts.values():
            is_constant = isinstance(part, _Pacer) and part.window.burst == 1
            part.charge(units if is_constant else units * many, at)

    @property
    def paces(self) -> bool:
        """Something keeps a constant distance between sends."""
        return any(isinstance(part, _Pacer) and part.window.burst == 1 for part in self._parts.values())

    def copy(self, *, earlier_s: float = 0.0) -> Limiter:
        """One that can be charged without this one noticing; for plans. `earlier_s` moves all its times."""
        other = Limiter(self.windows, hold=Hold(self._hold.until - earlier_s, self._hold.reason))
        for name, part in self._parts.items():
            other._parts[name] = (
                _Pacer(part.window, part.tat - earlier_s)
                if isinstance(part, _Pacer)
                else _Log(
                    part.window,
                    part.cap,
                    deque((at - earlier_s, n) for at, n in part.at) if earlier_s else part.at.copy(),
                    part.used,
                    part.cap_until - earlier_s,
                )
            )
        return other

    @property
    def held_until(self) -> float:
        return self._hold.until

    def wait_s(self, units: int, now: float, *, urgent: bool = False) -> float:
        """Seconds until `units` may go; 0 now, infinity never (more than a whole window)."""
        wait = max(0.0, self._hold.until - now)
        for part in self._parts.values():
            wait = max(wait, part.wait_s(units, now, urgent))
        return wait

    def take(self, units: int, now: float, *, urgent: bool = False) -> bool:
        """Charge every window, or none."""
        if self.wait_s(units, now, urgent=urgent) > 0:
            return False
        for part in self._parts.values():
            part.charge(units, now)
        return True

    def schedule(
        self, units: int, now: float, *, most: int, within_s: float, urgent: bool = False
    ) -> list[float]:
        """
        Charge up to `most` sends of `units` each that may start before `now + within_s`.

        Returns when each may start, ascending; they are charged at those times.
        """
        starts: list[float] = []
        at = now
        while len(starts) < most:
            wait = self.wait_s(units, at, urgent=urgent)
            if at + wait > now + within_s:
                break
            at += wait
            for part in self._parts.values():
                part.charge(units, at)
            starts.append(at)
        return starts

    def started(self, units: int, at: float, now: float) -> None:
        """
        What was taken at `at` leaves at `now`: from here the platform counts.

        A permit may start later than it was charged; a grant that kept its first stamp would be forgotten that much
        too early.
        """
        for part in self._parts.values():
            if isinstance(part, _Log) and now > at:
                part.restamp(units, at, now)

    def give_back(self, units: int, at: float) -> None:
        """Only when no byte left: what was taken at `at` did not count at the platform."""
        for part in self._parts.values():
            part.refund(units, at)

    def hold_until(self, until: float, reason: str = "limited") -> None:
        """The platform said: nothing before then. Never shortened."""
        if until > self._hold.until:
            self._hold.until, self._hold.reason = until, reason

    def observe(
        self, observations: Sequence[LimitObservation], now: float, *, soft_percent: float = 80.0
    ) -> None:
        """Learn downwards from what an answer told about its windows."""
        logs = {name: part.window for name, part in self._parts.items() if isinstance(part, _Log)}
        hold_until, reason, lowers = lessons(observations, now, logs, soft_percent=soft_percent)
        self.hold_until(hold_until, reason)
        for name, remaining, until in lowers:
            part = self._parts[name]
            if isinstance(part, _Log):
                part.lower(remaining, until, now)

    def restore(
        self,
        grants: Iterable[tuple[str, float, int]],
        *,
        hold_until: float = 0.0,
        why: str = "limited",
        caps: Mapping[str, tuple[int, float]] | None = None,
        tats: Mapping[str, float] | None = None,
    ) -> None:
        """Take up where somebody else stopped. `grants` are (window, at, units), oldest first; `tats` as of `tats()`."""
        for name, tat in (tats or {}).items():
            part = self._parts.get(name)
            if isinstance(part, _Pacer):
                part.tat = max(part.tat, tat)
        for name, at, units in grants:
            part = self._parts.get(name)
            if part is not None:
                part.charge(units, at)
        for name, (cap, until) in (caps or {}).items():
            part = self._parts.get(name)
            if isinstance(part, _Log) and cap < part.cap:
                part.cap, part.cap_until = cap, until
        self.hold_until(hold_until, why)

    def caps(self) -> dict[str, tuple[int, float]]:
        """Windows that the platform has lowered: name -> (cap, until)."""
        return {
            name: (part.cap, part.cap_until)
            for name, part in self._parts.items()
            if isinstance(part, _Log) and part.cap < part.window.limit
        }

    def tats(self) -> dict[str, float]:
        """By paced window, when its next unit is due in theory."""
        return {name: part.tat for name, part in self._parts.items() if isinstance(part, _Pacer)}

    def used(self, name: str, now: float) -> int:
        """Grants that still count in one window."""
        part = self._parts[name]
        if isinstance(part, _Log):
            part.wait_s(1, now, True)
            return part.used
        return 0
