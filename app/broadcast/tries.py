"""
What the tries at a delivery came to, one after the other, and what comes next and when; for its page on the desk.

How far a try came is read as the evidence reads it, and `ahead` is pure; both say it in codes, which the screens have
words for. Of a list only those are told who are tried once more: whoever was reached, or never will be, stands in its
sums and causes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import func, select
from sqlmodel import col

from app.broadcast.earlier_tries import Reached, reached
from app.broadcast.retry import RetryRules
from app.db import Database
from app.models import Attempt, Channel, Delivery, DeliveryState, EventKind, LiveEvent, RecipientDelivery


class What(StrEnum):
    """What may come next."""

    TRY = "try"
    LOOK = "look"
    MORE = "more"  # further tries after a failed one, at most `every_s` apart
    ACCESS = "access"  # somebody puts the channel right
    PERSON = "person"  # somebody decides
    END = "end"  # too old: it is not sent any more


@dataclass(frozen=True, slots=True)
class Step:
    """`at` is None where it waits for a person, or where nobody knows when."""

    what: What
    at: datetime | None = None
    every_s: float | None = None


@dataclass(frozen=True, slots=True)
class Round:
    """The n-th tries of those of a list who are tried once more."""

    n: int
    reached: Reached
    people: int
    first_at: datetime
    last_at: datetime


@dataclass(frozen=True, slots=True)
class Again:
    """Those of a list who are tried once more: what was tried, and when they have their turn."""

    people: int
    rounds: tuple[Round, ...]
    next_at: datetime
    last_next_at: datetime
    looked_for: int


def ahead(row: Delivery, *, channel_on: bool, event_kind: str, rules: RetryRules) -> tuple[Step, ...]:
    """What comes, in its order; nothing where it is over, or nobody has let it go yet."""
    state = DeliveryState(row.state)
    if state == DeliveryState.HELD:
        return (Step(What.PERSON),)  # held for as long as that takes
    if row.claimable_at is None or row.audience_id is not None:
        return ()
    if state == DeliveryState.UNKNOWN:
        return (Step(What.LOOK, row.due_at),)
    if state != DeliveryState.QUEUED:
        return ()
    end = Step(What.END, row.expires_at)
    if not channel_on:
        return (Step(What.ACCESS), end)
    again = Step(What.TRY, row.due_at)
    if row.reason != "unavailable":
        return (again, end)
    every_s = rules.crisis_cap_s if event_kind == EventKind.CRISIS else rules.cap_s
    return (again, Step(What.MORE, every_s=every_s), end)


class Tries:
    def __init__(self, database: Database, rules: RetryRules) -> None:
        self._database = database
        self._rules = rules

    async def ahead(self, row: Delivery) -> tuple[Step, ...]:
        async with self._database.read() as session:
            channel = await session.get_one(Channel, row.channel_id)
            event = await session.get_one(LiveEvent, row.event_id)
        return ahead(row, channel_on=channel.state == "on", event_kind=event.kind, rules=self._rules)

    async def again(self, row: Delivery) -> Again | None:
        """None where nobody of it is tried once more."""
        waits = (DeliveryState.QUEUED, DeliveryState.UNKNOWN)
        if not any(row.counts.get(state) for state in waits):  # counted are people, and of lists alone
            return None
        whose = (
            col(RecipientDelivery.delivery_id) == row.id,
            col(RecipientDelivery.state).in_(waits),
            col(RecipientDelivery.attempts) > 0,
        )
        async with self._database.read() as session:
            sums = await session.execute(
                select(
                    col(RecipientDelivery.state),
                    func.count(),
                    func.min(col(RecipientDelivery.due_at)),
                    func.max(col(RecipientDelivery.due_at)),
                )
                .where(*whose)
                .group_by(col(RecipientDelivery.state))
            )
            waiting = sums.all()
            tried = await session.execute(
                select(
                    col(Attempt.n),
                    col(Attempt.outcome),
                    func.count(),
                    func.min(col(Attempt.intent_at)),
                    func.max(col(Attempt.intent_at)),
                )
                .join(RecipientDelivery, col(Attempt.recipient_delivery_id) == col(RecipientDelivery.id))
                .where(*whose)
                .group_by(col(Attempt.n), col(Attempt.outcome))
                .order_by(col(Attempt.n))
            )
            rounds = [Round(n, reached(outcome, ""), k, first, last) for n, outcome, k, first, last in tried]
        if not waiting:
            return None
        return Again(
            people=sum(n for _, n, _, _ in waiting),
            rounds=_together(rounds),
            next_at=min(first for _, _, first, _ in waiting),
            last_next_at=max(last for _, _, _, last in waiting),
            looked_for=sum(n for state, n, _, _ in waiting if state == DeliveryState.UNKNOWN),
        )


def _together(rounds: Sequence[Round]) -> tuple[Round, ...]:
    """One of each number and kind, however many outcomes mean it."""
    found: dict[tuple[int, Reached], Round] = {}
    for one in rounds:
        before = found.get((one.n, one.reached), one)
        found[one.n, one.reached] = Round(
            one.n,
            one.reached,
            one.people + (before.people if before is not one else 0),
            min(one.first_at, before.first_at),
            max(one.last_at, before.last_at),
        )
    return tuple(found.values())
