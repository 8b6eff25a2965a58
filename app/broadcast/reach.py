"""
Named moments between two steps that a crash must not tell apart from any other moment.

The engine calls `reach(name)` there. In the product that is nothing; a harness hands in what ends the process, so
that every gap between a commit, a byte and the next commit is tried on purpose.
"""

from __future__ import annotations

from collections.abc import Callable

Reach = Callable[[str], None]

ACCEPTED = "accept.committed"
RELEASED = "release.committed"
PERMITTED = "permit.committed"
STARTING = "first_byte.allowed"
ANSWERED = "answer.received"
RECORDED = "outcome.committed"

POINTS = (ACCEPTED, RELEASED, PERMITTED, STARTING, ANSWERED, RECORDED)


def nowhere(_name: str) -> None:
    """What the product does there."""
