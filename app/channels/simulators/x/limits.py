"""Rate windows: fixed, per endpoint, per user and per application, as the published tables have them."""

from dataclasses import dataclass
from typing import Final

from app.channels.simulators.clock import Clock
from app.channels.simulators.x.problems import XProblem, too_many_requests
from app.channels.simulators.x.settings import Plan

_QUARTER_S: Final = 900
_DAY_S: Final = 86_400
_NOWHERE: Final = ((None, None), (None, None))

# Per endpoint: (per user, per application), each a limit and its seconds. Read 2026-11 from the platform's
# rate-limit table.
_Row = tuple[tuple[int | None, int | None], tuple[int | None, int | None]]


def _rows(
    per_user: int | None = None,
    per_app: int | None = None,
    user_s: int = _QUARTER_S,
    app_s: int = _QUARTER_S,
) -> _Row:
    return (per_user, user_s), (per_app, app_s)


_PAY_PER_USE: Final[dict[str, _Row]] = {
    "post.create": _rows(100, 10_000, app_s=_DAY_S),
    "post.delete": _rows(50),
    "post.lookup": _rows(5_000, 3_500),
    "post.hide": _rows(50),
    "search.recent": _rows(300, 450),
    "user.mentions": _rows(300, 450),
    "user.posts": _rows(900, 10_000),
    "user.me": _rows(75),
    "user.lookup": _rows(900, 300),
    "stream.connect": _rows(None, 50),
    "stream.rules.read": _rows(None, 450),
    "stream.rules.change": _rows(None, 100),
    "activity.stream": _rows(None, 450),
    "activity.subscriptions": _rows(None, 500),
    "connections.close": _rows(None, 25),
    "media.upload": _rows(500, 50_000, app_s=_DAY_S),
    "media.chunk": _rows(1_875, 180_000, app_s=_DAY_S),
    "media.metadata": _rows(500, 50_000, app_s=_DAY_S),
}
_BASIC: Final[dict[str, _Row]] = {
    **_PAY_PER_USE,
    "post.create": _rows(100, 1_667, _DAY_S, _DAY_S),
    "post.delete": _rows(5),
    "post.lookup": _rows(15, 15),
    "post.hide": _rows(5),
    "search.recent": _rows(60, 60),
    "user.mentions": _rows(10, 15),
    "user.posts": _rows(5, 10),
    "user.me": _rows(250, None, _DAY_S),
}
_FREE: Final[dict[str, _Row]] = {
    **_PAY_PER_USE,
    "post.create": _rows(17, 17, _DAY_S, _DAY_S),
    "post.delete": _rows(17, 17, _DAY_S, _DAY_S),
    "post.lookup": _rows(1, 1),
    "post.hide": _rows(1),
    "search.recent": _rows(1, 1),
    "user.mentions": _rows(1, 1),
    "user.posts": _rows(1, 1),
    "user.me": _rows(25, None, _DAY_S),
}
_PLANS: Final[dict[Plan, dict[str, _Row]]] = {"pay_per_use": _PAY_PER_USE, "basic": _BASIC, "free": _FREE}
# What the plain headers of a create said while the real cap stood in the 24-hour headers.
_MEANINGLESS: Final = 40_000


@dataclass(slots=True)
class _Window:
    limit: int
    length_s: int
    ends_at_s: float = 0.0
    used: int = 0

    def roll(self, now_s: float) -> None:
        if now_s >= self.ends_at_s:
            self.ends_at_s, self.used = now_s + self.length_s, 0

    @property
    def left(self) -> int:
        return max(0, self.limit - self.used)


class RateLimits:
    """Counts calls; says no with 429; writes the headers of every answer."""

    def __init__(self, clock: Clock, plan: Plan) -> None:
        self._clock = clock
        self._plan = plan
        self._windows: dict[tuple[str, str], _Window] = {}

    def reset(self) -> None:
        self._windows.clear()

    def _of(self, endpoint: str, user: str | None) -> list[tuple[str, _Window]]:
        (per_user, user_s), (per_app, app_s) = _PLANS[self._plan].get(endpoint, _NOWHERE)
        now_s = self._clock.epoch_s()
        found: list[tuple[str, _Window]] = []
        for scope, limit, length_s in (("user", per_user, user_s), ("app", per_app, app_s)):
            if limit is None or length_s is None or (scope == "user" and user is None):
                continue
            key = (endpoint, user or "") if scope == "user" else (endpoint, "app")
            window = self._windows.setdefault(key, _Window(limit, length_s))
            window.roll(now_s)
            found.append((scope, window))
        return found

    def charge(self, endpoint: str, user: str | None) -> None:
        """
        Count one call.

        Raises:
            XProblem: 429; the refused call itself is not counted.
        """
        windows = self._of(endpoint, user)
        if any(window.left == 0 for _, window in windows):
            refused: XProblem = too_many_requests("both")
            raise refused
        for _, window in windows:
            window.used += 1

    def headers(self, endpoint: str, user: str | None) -> dict[str, str]:
        """The three headers of the tightest window, and those of the 24-hour windows."""
        windows = self._of(endpoint, user)
        headers: dict[str, str] = {}
        quarters = [window for _, window in windows if window.length_s == _QUARTER_S]
        for scope, window in windows:
            if window.length_s == _DAY_S:
                headers |= _three(f"x-{scope}-limit-24hour", window.limit, window.left, window.ends_at_s)
        if quarters:
            tightest = min(quarters, key=lambda window: window.left)
            return _three("x-rate-limit", tightest.limit, tightest.left, tightest.ends_at_s) | headers
        reset_s = self._clock.epoch_s() + _QUARTER_S
        return _three("x-rate-limit", _MEANINGLESS, _MEANINGLESS - 1, reset_s) | headers


def _three(prefix: str, limit: int, left: int, reset_s: float) -> dict[str, str]:
    # Rounded up: a caller who comes back at this second must find the window open.
    return {
        f"{prefix}-limit": str(limit),
        f"{prefix}-remaining": str(left),
        f"{prefix}-reset": str(int(-(-reset_s // 1))),
    }


def spent_headers(limit: int, remaining: int, reset_s: float) -> dict[str, str]:
    """The plain headers of a limit that a fault made up."""
    return _three("x-rate-limit", limit, remaining, reset_s)
