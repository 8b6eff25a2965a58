"""
Why a delivery that waits is still waiting, in words, for everything that is not said where it happens.

A refused attempt, a retry and a limit at the head of a lane say so themselves. What stands behind them, or on a
channel that is paused, is nobody's event: this looks once a scan and writes what has no words yet, or words that are
no longer true. `why` is pure; the rest reads and writes a bounded number of rows.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import and_, case, exists, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col

from app.broadcast import store
from app.broadcast.bulk import is_sqlite, update_rows, write
from app.broadcast.health import Health
from app.broadcast.settings import EngineSettings
from app.broadcast.topics import Position, append
from app.broadcast.words import sentence
from app.models import Act, Channel, Delivery, DeliveryState, LiveEvent, Sending, TopicName

_DELIVERIES: Any = Delivery.__table__  # type: ignore[attr-defined]

MOST_ROWS = 500
"""Explained in one scan; the rest follows a second later."""

PUT_RIGHT = "put_right"
CHANNEL_WORDS = ("channel_paused", "channel_off")
_WORTH_SAYING_S = 1.0

LimitOf = Callable[[str, bool], tuple[float, bool]]
"""(channel, urgent) -> seconds until its limit lets one unit go, and whether the platform itself asked to wait."""


@dataclass(frozen=True, slots=True)
class Waits:
    """What may keep one delivery: that it is being put right, its channel, an earlier one of its lane and class, the limit."""

    channel_state: str
    earlier: bool
    limit_s: float = 0.0
    asked: bool = False
    rests: bool = False
    put_right: bool = False


def why(waits: Waits) -> str:
    """The reason that a person should read first."""
    if waits.put_right:
        return PUT_RIGHT
    if waits.channel_state != "on":
        return "channel_off" if waits.channel_state == "off" else "channel_paused"
    if waits.rests:
        return "resting"
    if waits.earlier:
        return "waits_for_turn"
    if waits.limit_s >= _WORTH_SAYING_S:
        return "limited" if waits.asked else "own_limit"
    return "next_up"


async def needs_words(session: AsyncSession) -> bool:
    """Whether a scan has anything to write; asked without the writer."""
    return (await session.execute(_unexplained().limit(1))).first() is not None


async def explain(
    session: AsyncSession,
    limit_of: LimitOf,
    health: Health,
    now: datetime,
    settings: EngineSettings,
    urgent_rank: int,
) -> list[Position]:
    """Write the words of what waits without; returns the desk's positions."""
    changed: dict[str, list[str]] = {}
    written: list[dict[str, Any]] = []
    # Locked: what is permitted just now is left alone, and nothing of the rest changes until it is written.
    query = _unexplained().limit(MOST_ROWS).with_for_update(of=Delivery, skip_locked=True)
    for row in (await session.execute(query)).all():
        wait_s, asked = limit_of(row.channel_id, row.rank <= urgent_rank)
        rest_until = health.resting_until(row.channel_id, now)
        carried = row.carried_by if row.is_list else ""
        rests = rest_until is not None and not carried
        reason = why(Waits(row.channel_state, bool(row.earlier), wait_s, asked, rests, bool(row.put_right)))
        said = sentence(
            reason,
            channel=carried or row.name,
            words=row.channel_why,
            until=rest_until or now + timedelta(seconds=min(wait_s, 7 * 86_400.0)),
            done=health.breaker(row.channel_id).failures,
            expires=row.expires_at,
            zone=settings.zone,
        )
        if (row.reason, row.why) == (reason, said.why):
            continue
        written.append(
            {
                "id": row.id,
                "reason": reason,
                "why": said.why,
                "next_step": said.next_step,
                "version": row.version + 1,
            }
        )
        changed.setdefault(row.event_id, []).append(row.id)
    if written:
        # With one statement: five hundred kept an emergency from the database for half a second.
        await write(session, update_rows(_DELIVERIES, written, sqlite=is_sqlite(session)))
    return [
        await append(session, event_id, TopicName.DESK, [("delivery", d) for d in ids], now)
        for event_id, ids in sorted(changed.items())
    ]


@lru_cache(maxsize=1)
def _unexplained() -> Any:
    other = aliased(Delivery)
    in_front = exists().where(
        col(other.channel_id) == col(Delivery.channel_id),
        col(other.lane) == col(Delivery.lane),
        col(other.rank) == col(Delivery.rank),
        col(other.seq) < col(Delivery.seq),
        col(other.claimable_at).is_not(None),
        store.written_in(
            col(other.state), DeliveryState.QUEUED, DeliveryState.SENDING, DeliveryState.UNKNOWN
        ),
    )
    put_right = and_(
        col(Delivery.update_id).in_(store.put_right_soon()), col(Delivery.act).in_((Act.POST, Act.REPLY))
    )
    return (
        select(
            col(Delivery.id),
            col(Delivery.event_id),
            col(Delivery.channel_id),
            col(Delivery.rank),
            col(Delivery.reason),
            col(Delivery.why),
            col(Delivery.version),
            col(Delivery.expires_at),
            col(Channel.name),
            col(Channel.carried_by),
            col(Delivery.audience_id).is_not(None).label("is_list"),
            col(Channel.state).label("channel_state"),
            col(Channel.why).label("channel_why"),
            case((in_front, 1), else_=0).label("earlier"),
            case((put_right, 1), else_=0).label("put_right"),
        )
        .join(Channel, col(Channel.id) == col(Delivery.channel_id))
        .join(LiveEvent, col(LiveEvent.id) == col(Delivery.event_id))
        .where(
            col(Delivery.state) == DeliveryState.QUEUED,
            col(Delivery.claimable_at).is_not(None),
            col(LiveEvent.sending) == Sending.OPEN,
            or_(
                col(Delivery.reason).in_(("", "queued")),
                and_(col(Delivery.reason) == "next_up", or_(in_front, col(Channel.state) != "on")),
                and_(col(Delivery.reason) == "waits_for_turn", ~in_front),
                and_(
                    col(Channel.state) != "on",
                    # That an earlier try may be out says more: it stays.
                    col(Delivery.reason).not_in((*CHANNEL_WORDS, "credentials", "duplicate_preferred")),
                ),
                and_(col(Delivery.audience_id).is_not(None), col(Delivery.reason) == "next_up"),
                and_(put_right, col(Delivery.reason).not_in((PUT_RIGHT, "duplicate_preferred"))),
                and_(~put_right, col(Delivery.reason) == PUT_RIGHT),
                and_(col(Channel.state) == "on", col(Delivery.reason).in_((*CHANNEL_WORDS, "credentials"))),
            ),
        )
        .order_by(col(Delivery.rank), col(Delivery.seq))
    )
