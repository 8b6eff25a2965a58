"""The time of a simulator run, which a test can move forward without waiting for it."""

import time
from collections.abc import Callable
from datetime import UTC, datetime


class Clock:
    """
    Wall time plus a shift.

    Windows, lifetimes and lags are measured on `epoch_s`, so that `advance` moves through them at once.
    Signatures of callers are judged on `unshifted_epoch_s`: the caller's own clock does not move along.
    """

    def __init__(self, source: Callable[[], float] = time.time) -> None:
        self._source = source
        self._shift_s = 0.0

    @property
    def shift_s(self) -> float:
        return self._shift_s

    def advance(self, seconds: float) -> None:
        if seconds < 0:
            raise ValueError("The clock only moves forward.")
        self._shift_s += seconds

    def reset(self) -> None:
        self._shift_s = 0.0

    def unshifted_epoch_s(self) -> float:
        return self._source()

    def epoch_s(self) -> float:
        return self._source() + self._shift_s

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.epoch_s(), UTC)


def iso(moment: datetime) -> str:
    """A moment as RFC 3339 with milliseconds and Z, as most platforms write it."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"
