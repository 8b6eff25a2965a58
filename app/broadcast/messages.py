"""One person's message of a list, from its permit to what is written of it; pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from functools import lru_cache
from typing import Any

from app.broadcast.failover import stays_with
from app.broadcast.fence import Start
from app.broadcast.lifecycle import is_final, is_settled
from app.broadcast.settle import Change, Standing
from app.broadcast.words import Sentence, sentence, tells_time
from app.channels.base import OutboundPost, Receipt
from app.models import DeliveryState


@dataclass(slots=True)
class Message:
    """
    One permitted message to one person, or one that is being looked for.

    Attributes:
        channel_id: Of the provider that carries it: the list's own channel, or its second.
        open_before: An earlier attempt may be out as well.
        trial: It shows whether the first provider is back, while the second one carries.
        was: State counted so far: "sending" or "unknown".
        known: The platform has spoken of it already, so that nobody need ask.
    """

    id: str
    delivery_id: str
    event_id: str
    channel_id: str
    channel_name: str
    post: OutboundPost
    attempt_id: str
    fence: int
    standing: Standing
    intent_at: datetime
    start: Start | None
    starts_in_s: float
    charged_at: float
    units: int
    was: str
    open_before: bool = False
    trial: bool = False
    grant_id: str | None = None
    probe: bool = False
    known: Receipt | None = None


def row_of(message: Message, change: Change, now: datetime, zone: tzinfo) -> dict[str, Any]:
    """The columns of a person's row after an attempt or a look."""
    until = change.due_at if tells_time(change.reason) else None
    said = _said(change.reason, message.channel_name, until, zone, change.words)
    twice = change.duplicate_preferred or message.standing.duplicates > 0
    return {
        "id": message.id,
        "state": str(change.state),
        "reason": "duplicate_preferred" if twice and not is_settled(change.state) else change.reason,
        "why": said.why,
        "due_at": now if is_settled(change.state) else change.due_at,  # nobody waits for it any more
        "lease_until": None,
        "attempts": change.attempts,
        "looks": change.looks,
        "via_id": stays_with(
            message.channel_id, change, open_before=message.open_before or message.standing.duplicates > 0
        ),
        "remote_id": change.receipt.remote_id if change.receipt is not None else None,
        "sent_at": now if change.state == DeliveryState.SENT else None,
        "settled_at": now if is_final(change.state) else None,
    }


@lru_cache(maxsize=256)
def _said(reason: str, channel: str, until: datetime | None, zone: tzinfo, words: str) -> Sentence:
    """Of thousands nearly all are told the same."""
    return sentence(reason, channel=channel, until=until, zone=zone, words=words)


def standing_of(base: Standing, row: Any) -> Standing:
    """A list's standing, with what one person's row adds to it."""
    if row.attempts == 0 and row.reason == "":
        return base
    return Standing(
        state=base.state,
        attempts=row.attempts,
        looks=0,
        expires_at=base.expires_at,
        ambiguous_before=False,
        duplicates=1 if row.reason == "duplicate_preferred" else 0,
        crisis=base.crisis,
        policy=base.policy,
        look_after_s=base.look_after_s,
    )


def proves(message: Message, change: Change, state: str) -> bool:
    """
    Whether an answer that came after somebody else took the message over decides what became of it.

    Its id is proof that it is out, whatever has been thought of it since. A refusal is proof only while nothing else
    of it may be out.

    Args:
        state: As the person stands now.
    """
    if change.state == DeliveryState.SENT:
        return state in (DeliveryState.UNKNOWN, DeliveryState.HELD, DeliveryState.QUEUED)
    only = not message.open_before and message.standing.duplicates == 0
    return change.state == DeliveryState.REJECTED and state == DeliveryState.UNKNOWN and only


def told_as(state: str, *, opted_out: bool = False) -> str:
    """The reason for people of what a platform said later: the same whenever it came."""
    if state == DeliveryState.REJECTED:
        return "opted_out" if opted_out else "recipient"
    return state


def aware(instant: datetime) -> datetime:
    return instant if instant.tzinfo is not None else instant.replace(tzinfo=UTC)


def within_budget(rows: Sequence[Any], second_tries: int) -> list[Any]:
    """All first tries, and as many second ones as there may be, in order."""
    kept: list[Any] = []
    for row in rows:
        if row.attempts == 0:
            kept.append(row)
        elif second_tries > 0:
            kept.append(row)
            second_tries -= 1
    return kept
