"""How the platforms of this process are: a breaker and a budget of second tries for each channel, and its words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from app.broadcast.breaker import Breaker, BreakerRules, RetryBudget, sign_of
from app.broadcast.channel_desks import tell_channel
from app.broadcast.topics import Position, append
from app.broadcast.words import sentence
from app.clock import Clock
from app.models import Channel, Delivery, DeliveryState, TopicName

RESTING = "resting"


class Health:
    def __init__(self, clock: Clock, rules: BreakerRules | None = None) -> None:
        self._clock = clock
        self._rules = rules or BreakerRules()
        self._breakers: dict[str, Breaker] = {}
        self._budgets: dict[str, RetryBudget] = {}

    def breaker(self, channel_id: str) -> Breaker:
        if channel_id not in self._breakers:
            self._breakers[channel_id] = Breaker(self._rules)
        return self._breakers[channel_id]

    def budget(self, channel_id: str) -> RetryBudget:
        return self._budgets.setdefault(channel_id, RetryBudget())

    def wait_s(self, channel_id: str, *, urgent: bool = False) -> float:
        """Seconds until a permit may be given on a channel."""
        return self.breaker(channel_id).wait_s(self._clock.monotonic(), urgent=urgent)

    def begin(self, channel_id: str) -> bool:
        """A permit was given; True when it is the probe."""
        return self.breaker(channel_id).begin(self._clock.monotonic())

    def heard(self, channel_id: str, result: object, *, started: bool, probe: bool) -> bool:
        """An attempt ended; True when the channel's rest began, was drawn out, or ended."""
        sign = sign_of(result, started=started)
        return self.breaker(channel_id).heard(sign, self._clock.monotonic(), probe=probe)

    def resting_until(self, channel_id: str, now: datetime) -> datetime | None:
        """When a resting channel is tried again."""
        until = self.breaker(channel_id).open_until
        if until is None:
            return None
        return now + timedelta(seconds=max(0.0, until - self._clock.monotonic()))


@dataclass(frozen=True, slots=True)
class Rest:
    """
    Attributes:
        until: None when it is over.
        carried_by: Name of the channel that carries this one's lists meanwhile.
    """

    until: datetime | None
    failures: int
    carried_by: str = ""


async def tell_rest(
    session: AsyncSession, channel: Channel, rest: Rest, now: datetime, zone: tzinfo
) -> list[Position]:
    """Write on the channel, and on what waits for it, that it rests and who carries it; or that it does not any more."""
    reason = "carried" if rest.carried_by else RESTING
    said, page = (
        sentence(
            one,
            channel=channel.name,
            until=rest.until,
            done=rest.failures,
            words=rest.carried_by,
            zone=zone,
        )
        for one in (reason, RESTING)
    )
    await session.execute(
        update(Channel)
        .where(col(Channel.id) == channel.id)
        .values(
            resting_until=rest.until,
            resting_why="" if rest.until is None else said.why,
            carried_by="" if rest.until is None else rest.carried_by,
        )
    )
    waiting = [
        col(Delivery.channel_id) == channel.id,
        col(Delivery.state) == DeliveryState.QUEUED,
        col(Delivery.claimable_at).is_not(None),
    ]
    values = {"reason": "", "why": "", "next_step": ""}
    if rest.until is not None:
        # That an earlier try may be out says more: it stays.
        waiting.append(col(Delivery.reason) != "duplicate_preferred")
        if rest.carried_by:
            waiting.append(col(Delivery.audience_id).is_(None))
        values = {"reason": RESTING, "why": page.why, "next_step": page.next_step}
    else:
        waiting.append(col(Delivery.reason) == RESTING)
    rows = await session.execute(
        update(Delivery)
        .where(*waiting)
        .values(**values, version=col(Delivery.version) + 1)
        .returning(col(Delivery.event_id), col(Delivery.id))
    )
    changed: dict[str, list[str]] = {}
    for event_id, delivery_id in rows:
        changed.setdefault(event_id, []).append(delivery_id)
    positions = [
        await append(session, event_id, TopicName.DESK, [("delivery", d) for d in ids], now)
        for event_id, ids in sorted(changed.items())
    ]
    return positions + await tell_channel(session, channel.id, now)
