"""
How much of a flood the desk and the privacy guard get at once.

Every reply is stored before it is answered for. Looking at one and showing it to the desk costs more than storing
it, and no moderator reads two thousand a second: beyond a budget they wait, newest last, and are taken up as the
budget allows. What waits is counted, and is in the list of replies all the same. Who asks for help does not wait
behind the others: such a reply may take what they have used up, within bounds, and beyond them waits before them.
"""

from __future__ import annotations

from collections import deque

PER_S = 200.0  # replies shown to the desk, sustained
BURST_S = 1.0
URGENT_S = 1.0  # so far into debt for those that ask for help; the others wait until it is paid
CPU_SHARE = 0.1  # of one processor, for looks
MOST_WAITING = 20_000
LATER = "later"  # stored as the guard's decision of a reply that nobody has looked at


class Attention:
    """A bucket of seconds, and the ids that wait. `now_s` is any clock that never goes back."""

    def __init__(self, *, per_s: float = PER_S, cpu_share: float = CPU_SHARE) -> None:
        self._per_s = per_s
        self._cpu_share = cpu_share
        self._level_s = BURST_S
        self._at_s: float | None = None
        self._waiting: deque[str] = deque(maxlen=MOST_WAITING)
        self._urgent: deque[str] = deque(maxlen=MOST_WAITING)

    def has_time(self, now_s: float, *, urgent: bool = False) -> bool:
        """Whether one more reply may be looked at now."""
        if self._at_s is not None:
            self._level_s = min(BURST_S, self._level_s + max(0.0, now_s - self._at_s))
        self._at_s = now_s
        return self._level_s > (-URGENT_S if urgent else 0)

    def spent(self, look_s: float) -> None:
        """One was looked at and shown."""
        self._level_s -= max(look_s / self._cpu_share, 1.0 / self._per_s)

    def wait(self, reply_id: str, *, urgent: bool = False) -> None:
        (self._urgent if urgent else self._waiting).append(reply_id)

    def next(self, most: int) -> list[str]:
        """Those that have waited longest, those that ask for help before all others; taken out."""
        taken: list[str] = []
        for queue in (self._urgent, self._waiting):
            taken += [queue.popleft() for _ in range(min(most - len(taken), len(queue)))]
        return taken

    @property
    def waiting(self) -> int:
        return len(self._urgent) + len(self._waiting)

    @property
    def is_urgent(self) -> bool:
        """Whether some that ask for help wait."""
        return bool(self._urgent)
