"""
What to do after an attempt: the error's class decides; pure.

Backing off is full jitter, `random(0, min(cap, base * 2**n))`. Being rate-limited costs no attempt. What may have
landed is looked for, never sent again on a guess.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from app.errors import (
    ChannelError,
    ContentRejected,
    CredentialsRejected,
    DuplicateRefused,
    OutcomeUnknown,
    RateLimited,
    RecipientRejected,
    StartRefused,
    Unavailable,
    Unready,
)

Random = Callable[[], float]
"""A number in [0, 1)."""


@dataclass(frozen=True, slots=True)
class RetryRules:
    """
    Attributes:
        cap_s: Longest back-off; crises use `crisis_cap_s`.
        max_wait_s: An announced wait beyond this is believed only so far; it is asked again then.
        poison_after: Failures of our own making after which a delivery is given up, so that it blocks nobody.
    """

    base_s: float = 0.5
    cap_s: float = 60.0
    crisis_cap_s: float = 15.0
    limited_jitter_s: float = 0.25
    max_wait_s: float = 3600.0
    poison_after: int = 3


@dataclass(frozen=True, slots=True)
class RetryIn:
    """Nothing was sent; try again after `delay_s`."""

    delay_s: float
    reason: str
    costs_attempt: bool = True
    hold_channel: bool = False  # nothing else of this channel before then either


@dataclass(frozen=True, slots=True)
class Reconcile:
    """May have landed: find out."""

    reason: str


@dataclass(frozen=True, slots=True)
class GiveUp:
    """Refused for good."""

    reason: str
    opted_out: bool = False


@dataclass(frozen=True, slots=True)
class Pause:
    """Not this delivery's fault: the channel stops, the delivery waits with its expiry."""

    reason: str


Decision = RetryIn | Reconcile | GiveUp | Pause


def backoff_s(attempts: int, *, crisis: bool, rules: RetryRules, random: Random) -> float:
    """Seconds to the next try after `attempts` failures (at least 1)."""
    cap = rules.crisis_cap_s if crisis else rules.cap_s
    return random() * min(cap, rules.base_s * 2.0 ** min(attempts, 30))


def decide(
    error: Exception,
    *,
    started: bool,
    attempts: int,
    ambiguous_before: bool,
    crisis: bool,
    rules: RetryRules,
    random: Random,
) -> Decision:
    """
    What follows from a failed attempt.

    Args:
        error: What the adapter raised. Anything that is no ChannelError is a defect of ours or a timeout of the
            engine's own after the first byte; then only whether that left counts.
        started: The last check before the first byte was passed.
        attempts: Tries that counted, this one included.
        ambiguous_before: An earlier attempt at the same part ended unknown, so a duplicate refusal is evidence.
    """
    match error:
        case StartRefused():
            return RetryIn(0.0, "start_refused", costs_attempt=False)
        case RateLimited():
            wait_s = min(max(error.retry_after_s, 0.0), rules.max_wait_s)
            delay_s = wait_s + random() * rules.limited_jitter_s
            return RetryIn(delay_s, "limited", costs_attempt=False, hold_channel=error.holds_channel)
        case DuplicateRefused() if ambiguous_before:
            return Reconcile("duplicate_refused")
        case DuplicateRefused():
            return GiveUp("duplicate")
        case ContentRejected():
            return GiveUp("content")
        case RecipientRejected():
            return GiveUp("opted_out" if error.opted_out else "recipient", opted_out=error.opted_out)
        case CredentialsRejected():
            return Pause("credentials")
        case OutcomeUnknown():
            return Reconcile("no_answer")
        case Unavailable():
            delay_s = backoff_s(attempts, crisis=crisis, rules=rules, random=random)
            return RetryIn(delay_s, "unavailable")
        case ChannelError():
            return Reconcile("no_answer")
        case _ if started:
            return Reconcile("no_answer")
        case _ if attempts >= rules.poison_after and not isinstance(error, Unready):
            # A database that was busy for a moment is no defect: what needed it waits, until its expiry.
            return GiveUp("broken")
        case _:
            delay_s = backoff_s(attempts, crisis=crisis, rules=rules, random=random)
            return RetryIn(delay_s, "broken")
