"""
How often frames of one topic are made: after each, a rest in proportion to what it cost.

Two hundred viewers are written in a millisecond and can have the next frame after one more. Where writing takes longer
than the longest gap there is no rest at all: what comes meanwhile leaves in one frame, health checks and publishing
have their turn between any two chunks of viewers, and a pause would only delay everybody. Pure.
"""

from __future__ import annotations

REST_SHARE = 0.5
REST_LEAST_S = 0.001
GAP_MOST_S = 0.04  # from the beginning of one frame to the next, unless writing itself takes longer


def rest_s(worked_s: float) -> float:
    """How long to rest after work that took so long."""
    return max(0.0, min(max(REST_LEAST_S, worked_s * REST_SHARE), GAP_MOST_S - worked_s))


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
