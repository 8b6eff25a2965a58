"""
What a delivery, or one person's message, becomes after an attempt, a look, or time; pure.

Every rule that moves one is here and takes values: where it stands, what happened, the time. The shells around it
read and write rows; the simulation drives the same functions over a store in memory.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.broadcast.retry import GiveUp, Pause, Random, Reconcile, RetryIn, RetryRules, decide
from app.channels.base import Absent, Failed, Finding, Found, Receipt, Unclear
from app.errors import ChannelError, LimitObservation, OutcomeUnknown, RateLimited, StartRefused, Unavailable
from app.models import DeliveryState

HOLD = "hold"
PREFER_DUPLICATE_ONCE = "prefer_duplicate_once"

_READ_WITHIN = timedelta(minutes=15)
"""A platform that could not be read for so long, or that lets us read no more, leaves it to a person."""


@dataclass(frozen=True, slots=True)
class Standing:
    """
    What counts about a delivery (or a recipient's one) when something happened to it.

    Attributes:
        attempts: Tries so far that counted, without the one under way.
        ambiguous_before: An earlier try of this part ended unknown.
        duplicates: How often a duplicate was preferred already.
        parts_left: Parts that still have to go after this one.
        policy: What to do when nobody can find out: "hold" or "prefer_duplicate_once".
        refused_as_double: The platform says that it has this already, so not to find it proves nothing.
        look_after_s: When a look is worth it, counted from the attempt; empty where the platform cannot be asked.
    """

    state: str
    attempts: int
    looks: int
    expires_at: datetime
    ambiguous_before: bool = False
    duplicates: int = 0
    parts_left: int = 0
    crisis: bool = False
    policy: str = HOLD
    look_after_s: tuple[float, ...] = ()
    repeatable: bool = False  # an edit or a delete: done twice is done once
    refused_as_double: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """
    What to write.

    Attributes:
        state: The delivery's; with parts left it is `queued` again after a part was sent.
        part_sent: The part under way is out as `receipt`.
        outcome: For the attempt: "sent", or the error's class; None where no attempt ends.
        duplicate_preferred: To be counted and logged.
        pause_channel: Its credentials were refused.
        hold_until: Nothing of this channel before then.
        give_back: What the limiter was charged did not count: no byte left.
    """

    state: DeliveryState
    reason: str
    due_at: datetime
    attempts: int
    looks: int
    part_sent: bool = False
    receipt: Receipt | None = None
    outcome: str | None = None
    code: str = ""
    words: str = ""
    opted_out: bool = False
    duplicate_preferred: bool = False
    pause_channel: bool = False
    hold_until: datetime | None = None
    give_back: bool = False
    limits: tuple[LimitObservation, ...] = ()


def after_attempt(
    standing: Standing,
    result: Receipt | Exception,
    *,
    started: bool,
    intent_at: datetime,
    now: datetime,
    rules: RetryRules,
    random: Random,
) -> Change:
    """What an attempt's end means. `result` is a Receipt, or what the adapter raised."""
    if isinstance(result, Receipt):
        return _sent(standing, result, "sent", now, outcome="sent")
    attempts = standing.attempts + 1
    if isinstance(result, TimeoutError) and not started:
        # Our own deadline, while a picture was uploaded or a connection awaited: no defect, and nothing is in doubt.
        result = Unavailable("It did not answer in time.")
    if standing.repeatable and started and not isinstance(result, ChannelError | StartRefused):
        result = Unavailable(type(result).__name__)
    elif standing.repeatable and isinstance(result, OutcomeUnknown):
        result = Unavailable(result.detail, code=result.code, platform_words=result.platform_words)
    decision = decide(
        result,
        started=started,
        attempts=attempts,
        ambiguous_before=standing.ambiguous_before,
        crisis=standing.crisis,
        rules=rules,
        random=random,
    )
    said = result if isinstance(result, ChannelError) else None
    code = said.code if said is not None else ""
    words = (said.platform_words or said.detail) if said is not None else type(result).__name__
    limits = said.limits if said is not None else ()
    outcome = type(result).__name__
    match decision:
        case RetryIn():
            # Never waits past its expiry: there it is looked at once more, and expires.
            due_at = min(now + timedelta(seconds=decision.delay_s), max(now, standing.expires_at))
            return Change(
                DeliveryState.QUEUED,
                decision.reason,
                due_at,
                attempts if decision.costs_attempt else standing.attempts,
                standing.looks,
                outcome=outcome,
                code=code,
                words=words,
                hold_until=now + timedelta(seconds=decision.delay_s) if decision.hold_channel else None,
                # A platform that answered "too many" has counted the call; only what never left is given back.
                give_back=not started and not isinstance(result, RateLimited),
                limits=limits,
            )
        case Reconcile():
            change = _look(standing, decision.reason, intent_at, now, attempts)
        case GiveUp():
            change = Change(DeliveryState.REJECTED, decision.reason, now, attempts, standing.looks)
        case Pause():
            change = Change(
                DeliveryState.QUEUED,
                decision.reason,
                now,
                standing.attempts,
                standing.looks,
                pause_channel=True,
            )
    return Change(
        change.state,
        change.reason,
        change.due_at,
        change.attempts,
        change.looks,
        outcome=outcome,
        code=code,
        words=words,
        opted_out=isinstance(decision, GiveUp) and decision.opted_out,
        duplicate_preferred=change.duplicate_preferred,
        pause_channel=change.pause_channel,
        limits=limits,
    )


def after_look(
    standing: Standing,
    finding: Finding | ChannelError,
    *,
    intent_at: datetime,
    now: datetime,
    rules: RetryRules,
    random: Random,
) -> Change:
    """What a reconciliation read means. A reading that failed says nothing about the post and costs no look."""
    match finding:
        case Found(receipt=receipt):
            return _sent(standing, receipt, "found", now)
        case Failed(words=words) if standing.duplicates == 0:
            # Where a double was preferred, the other one of the two may well have arrived.
            return Change(
                DeliveryState.REJECTED, "recipient", now, standing.attempts, 0, code=finding.code, words=words
            )
        case Failed(words=words):
            return _undecidable(standing, now, words=words)
        case Absent() if standing.looks + 1 >= len(standing.look_after_s):
            if standing.refused_as_double:
                words = "it says that it has this, and does not show it"
                return Change(DeliveryState.HELD, "cannot_tell", now, standing.attempts, 0, words=words)
            if now >= standing.expires_at:
                return Change(DeliveryState.EXPIRED, "expired", now, standing.attempts, 0)
            return Change(DeliveryState.QUEUED, "proven_absent", now, standing.attempts, 0)
        case Unclear() if standing.looks + 1 >= len(standing.look_after_s):
            return _undecidable(standing, now, words=finding.why)
        case Absent() | Unclear():
            return _look(standing, "no_answer", intent_at, now, standing.attempts, looks=standing.looks + 1)
        case RateLimited() if now - intent_at <= _READ_WITHIN:
            due_at = now + timedelta(seconds=min(finding.retry_after_s, rules.max_wait_s))
            return _wait_to_look(standing, due_at, finding)
    delay_s = min(rules.cap_s, 1.0 + random() * rules.base_s * 2.0 ** min(standing.looks + 2, 10))
    if now - intent_at > _READ_WITHIN:
        return _undecidable(standing, now, words="the platform could not be read for 15 minutes")
    return _wait_to_look(standing, now + timedelta(seconds=delay_s), finding)


def after_crash(standing: Standing, *, intent_at: datetime, now: datetime) -> Change:
    """A worker died with a permit given: its call may have landed."""
    if standing.repeatable:
        return Change(DeliveryState.QUEUED, "unavailable", now, standing.attempts + 1, 0)
    first_s = standing.look_after_s[0] if standing.look_after_s else 0.0
    due_at = max(now, intent_at + timedelta(seconds=first_s))
    return Change(DeliveryState.UNKNOWN, "no_answer", due_at, standing.attempts + 1, 0)


def blocks(other: Sequence[tuple[str, datetime | None]], *, now: datetime, hold_max_s: float) -> bool:
    """
    Whether earlier deliveries of the same lane and class keep the next one from starting.

    Args:
        other: (state, permit_at) of those that have been permitted and are not settled.
    """
    for state, permit_at in other:
        if state == DeliveryState.SENDING:
            return True
        if state == DeliveryState.UNKNOWN and (
            permit_at is None or now < permit_at + timedelta(seconds=hold_max_s)
        ):
            return True
    return False


def _sent(
    standing: Standing, receipt: Receipt, reason: str, now: datetime, outcome: str | None = None
) -> Change:
    more = standing.parts_left > 0
    return Change(
        DeliveryState.QUEUED if more else DeliveryState.SENT,
        "more_parts" if more else reason,
        now,
        0 if more else standing.attempts + (1 if outcome else 0),
        0,
        part_sent=True,
        receipt=receipt,
        outcome=outcome,
        limits=receipt.limits,
    )


def _look(
    standing: Standing, reason: str, intent_at: datetime, now: datetime, attempts: int, looks: int = 0
) -> Change:
    if looks >= len(standing.look_after_s):
        return _undecidable(standing, now, attempts=attempts)
    due_at = max(now, intent_at + timedelta(seconds=standing.look_after_s[looks]))
    return Change(DeliveryState.UNKNOWN, reason, due_at, attempts, looks)


def _wait_to_look(standing: Standing, due_at: datetime, error: ChannelError) -> Change:
    return Change(
        DeliveryState.UNKNOWN,
        "no_answer",
        due_at,
        standing.attempts,
        standing.looks,
        words=error.detail,
        limits=error.limits,
    )


def _undecidable(standing: Standing, now: datetime, attempts: int | None = None, words: str = "") -> Change:
    tries = standing.attempts if attempts is None else attempts
    if standing.policy == PREFER_DUPLICATE_ONCE and standing.duplicates == 0 and now < standing.expires_at:
        return Change(
            DeliveryState.QUEUED, "duplicate_preferred", now, tries, 0, duplicate_preferred=True, words=words
        )
    return Change(DeliveryState.HELD, "cannot_tell", now, tries, 0, words=words)
