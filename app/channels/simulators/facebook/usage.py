"""
How much of its budget a page has used: a rolling day of calls, told in percent.

Source: developers.facebook.com/docs/graph-api/overview/rate-limiting as summarised in the project's platform
notes, section 2.5, read 2026-11-21.
"""

from __future__ import annotations

import math
from collections import deque
from typing import Any

import orjson

WINDOW_S = 86_400
_MINUTE_S = 60


class PageUsage:
    """Calls by minute over a day, so that a flood costs no memory."""

    def __init__(self, budget: int, headers_after: int) -> None:
        self.budget = budget
        self._headers_after = headers_after
        self._minutes: deque[tuple[int, int]] = deque()  # (minute, calls)
        self._calls = 0

    def count(self, now: float) -> None:
        """Charge a call; a call that is refused for throttling counts as well, and prolongs the block."""
        minute = int(now // _MINUTE_S)
        if self._minutes and self._minutes[-1][0] == minute:
            self._minutes[-1] = (minute, self._minutes[-1][1] + 1)
        else:
            self._minutes.append((minute, 1))
        self._calls += 1
        self._forget(now)

    def percent(self, now: float) -> int:
        self._forget(now)
        return math.floor(self._calls * 100 / self.budget)

    def is_over(self, now: float) -> bool:
        self._forget(now)
        return self._calls > self.budget

    def regain_minutes(self, now: float) -> int:
        """Minutes until enough calls have left the window; 0 while there is room."""
        self._forget(now)
        excess = self._calls - self.budget
        for minute, calls in self._minutes:
            if excess <= 0:
                break
            excess -= calls
            if excess <= 0:
                return max(1, math.ceil((minute * _MINUTE_S + WINDOW_S - now) / _MINUTE_S))
        return 0

    def headers(
        self, page_id: str, now: float, *, percent: int | None = None, minutes: int = 0
    ) -> dict[str, str]:
        """The usage headers of an answer; none before there was enough traffic, unless a percentage is forced."""
        if percent is None:
            if self._calls < self._headers_after:
                return {}
            percent, minutes = self.percent(now), self.regain_minutes(now)
        share: dict[str, Any] = {
            "call_count": percent,
            "total_cputime": percent // 4,
            "total_time": percent // 4,
        }
        business = {page_id: [{"type": "pages", **share, "estimated_time_to_regain_access": minutes}]}
        return {
            "X-App-Usage": orjson.dumps(share).decode(),
            "X-Business-Use-Case-Usage": orjson.dumps(business).decode(),
        }

    def _forget(self, now: float) -> None:
        while self._minutes and self._minutes[0][0] * _MINUTE_S + WINDOW_S <= now:
            self._calls -= self._minutes.popleft()[1]
