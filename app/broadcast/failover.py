"""
Which of an SMS channel's two providers carries its lists, and whom a message stays with; pure.

The second carries while the first does not answer, and only what the first is known not to have. A message whose
outcome is open stays with whoever may have it: it is looked for there, and nobody else is ever given it. So a
failover doubles nothing. The first is tried with one message of the lowest risk at the end of each rest, and
carries again as soon as one is answered.
"""

from __future__ import annotations

from dataclasses import dataclass

from app.broadcast.settle import Change
from app.models import DeliveryState

NOT_TAKEN = frozenset({"Unavailable", "RateLimited", "StartRefused", "CredentialsRejected"})
"""Outcomes of attempts that prove that the provider does not have the message."""


@dataclass(frozen=True, slots=True)
class Line:
    """
    One provider as it stands.

    Attributes:
        is_on: Nobody has paused it, and it can be reached by us at all.
        rests: It did not answer lately.
        wait_s: Until one message may be permitted; above zero only while it rests.
    """

    is_on: bool
    rests: bool = False
    wait_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Turn:
    """
    What one provider may be given in this round.

    Attributes:
        second: The second one's turn, else the first one's.
        one: One message only: it shows whether the provider is back.
        own: Only what stays with it; everything else goes by the other.
        fresh: Nobody whom such a trial has cost time before, unless the message stays with it.
    """

    second: bool
    one: bool = False
    own: bool = False
    fresh: bool = False


def carries(first: Line, second: Line | None) -> bool:
    """Whether the second provider carries the lists now."""
    return second is not None and first.is_on and first.rests and second.is_on and not second.rests


def turns(first: Line, second: Line | None, *, urgent: bool) -> tuple[Turn, ...]:
    """
    Who may be given something now, in order.

    Args:
        urgent: Nothing but emergencies and corrections wait; then the trial of the first comes last.
    """
    if not first.is_on:
        # A person paused the channel, or its credentials are refused: that pauses its lists as well.
        return ()
    helped = carries(first, second)
    by_first = Turn(False, one=first.rests, fresh=helped) if first.wait_s <= 0 else None
    by_second = None
    if second is not None and second.is_on and second.wait_s <= 0:
        by_second = Turn(True, one=second.rests, own=not first.rests)
    order = (by_second, by_first) if urgent and helped else (by_first, by_second)
    return tuple(turn for turn in order if turn is not None)


def stays_with(via_id: str, change: Change, *, open_before: bool) -> str | None:
    """
    Whom a message stays with after an attempt or a look; None when nobody has it.

    Args:
        via_id: Who was given it.
        open_before: An earlier attempt's outcome is open as well, so that this one proves nothing.
    """
    if change.state != DeliveryState.QUEUED or open_before or change.duplicate_preferred:
        return via_id
    return None
