"""
Guessing made slow: per account and per network, in this process.

A throttle, never a lock-out: nobody can shut a crisis desk out of its own console by guessing at its passwords,
since the wait is at most a minute and a right code or passkey goes round it.
"""

from __future__ import annotations

from collections import OrderedDict

from app.clock import Clock
from app.errors import TooManyRequests

FREE_TRIES = 5
FREE_TRIES_OF_A_NETWORK = 50  # a hospital signs in from one address
MAX_WAIT_S = 60.0
MAX_KEYS = 10_000


class SignInThrottle:
    """
    After five failures the wait doubles from one second to a minute; a success forgets.

    A try is counted before it is evaluated and taken back when it was right, so that a thousand at once are not all
    evaluated. A network gets more free tries, and a success takes back only its own: a guesser with an account
    cannot wash the network clean with it.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._failures: OrderedDict[str, tuple[int, float]] = OrderedDict()

    def check(self, *keys: str) -> None:
        """
        Raises:
            TooManyRequests: one of the keys has to wait; carries how long.
        """
        now = self._clock.monotonic()
        wait = max((self._wait_s(key, now) for key in keys), default=0.0)
        if wait > 0:
            raise TooManyRequests(
                f"Too many wrong tries. Wait {round(wait) or 1} s, then try again.",
                retry_after_s=wait,
                code="sign_in_throttled",
            )

    def tried(self, *keys: str) -> None:
        """
        Count one try of each key.

        Raises:
            TooManyRequests: one of them has to wait; nothing is counted.
        """
        self.check(*keys)
        self.failed(*keys)

    def failed(self, *keys: str) -> None:
        now = self._clock.monotonic()
        for key in keys:
            count, _ = self._failures.pop(key, (0, now))
            self._failures[key] = (count + 1, now)
        while len(self._failures) > MAX_KEYS:
            self._failures.popitem(last=False)

    def succeeded(self, *keys: str) -> None:
        for key in keys:
            if key.startswith("net:"):
                count, last = self._failures.pop(key, (0, 0.0))
                if count > 1:
                    self._failures[key] = (count - 1, last)
            else:
                self._failures.pop(key, None)

    def _wait_s(self, key: str, now: float) -> float:
        count, last = self._failures.get(key, (0, now))
        free = FREE_TRIES_OF_A_NETWORK if key.startswith("net:") else FREE_TRIES
        if count < free:
            return 0.0
        return last + min(2.0 ** min(count - free, 10), MAX_WAIT_S) - now
