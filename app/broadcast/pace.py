"""
How often frames of one topic are made: after each, a rest in proportion to what it cost.

Two hundred viewers are written in a millisecond and can have the next frame after one more; ten thousand take a tenth
of a second, and what comes meanwhile is cheaper in one frame than in many. Without any rest the updates of a flood
wait in front of the process: each needs a few turns of the loop, and every turn writes to a chunk of viewers. Pure.
"""

from __future__ import annotations

REST_SHARE = 0.25
REST_LEAST_S = 0.001
REST_MOST_S = 0.02


def rest_s(worked_s: float) -> float:
    """How long to rest after work that took so long."""
    return min(REST_MOST_S, max(REST_LEAST_S, worked_s * REST_SHARE))


class Pace:
    """One maker of frames. What comes after a rest is made at once."""

    def __init__(self) -> None:
        self._free_at_s = 0.0

    def worked(self, began_s: float, ended_s: float) -> None:
        """From reading the changes until every viewer was written."""
        self._free_at_s = ended_s + rest_s(ended_s - began_s)

    def wait_s(self, now_s: float) -> float:
        """How long from now until the next may be made."""
        return max(0.0, self._free_at_s - now_s)
