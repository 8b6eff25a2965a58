"""
The lists of one SMS channel: who of the people is called next, by which of its two providers, and what came of it.

The second provider, where a channel has one, is a channel of its own: with its limits, its breaker and its stop.
`failover` decides; here it is asked at every round.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from app.broadcast import store
from app.broadcast.calling import Stamps, outcome_of, write_for_sure
from app.broadcast.failover import Line, Turn, carries, turns
from app.broadcast.looking import read_back
from app.broadcast.means import Means
from app.broadcast.messages import Message
from app.broadcast.permits import URGENT_RANK
from app.broadcast.reach import ANSWERED, PERMITTED, STARTING
from app.broadcast.settle import Change, after_attempt, after_look
from app.broadcast.store import Candidate
from app.broadcast.topics import Position
from app.channels.base import Adapter
from app.models import Channel, DeliveryState, RecipientDelivery

_FLUSH_S = 0.02
_FLUSH_ROWS = 1024
_STARTS_AT_ONCE = 16
"""Then the loop looks at the network and the database again: neither is to wait for hundreds of messages."""
_OWN_EVERY_S = 1.0
"""How often it is asked whether anything stays with the second provider while the first one carries."""

Spawn = Callable[[Coroutine[Any, Any, None]], None]


class ListLane:
    """
    Args:
        made_room: Told that outcomes were written, so that others may be called.
        rest_changed: Told the channel whose rest began or ended.
        paused: Told the channel whose credentials were refused.
    """

    def __init__(
        self,
        means: Means,
        spawn: Spawn,
        made_room: Callable[[], None],
        rest_changed: Callable[[str], None],
        paused: Callable[[str], None],
    ) -> None:
        self._means = means
        self._spawn = spawn
        self._made_room = made_room
        self._rest_changed = rest_changed
        self._paused = paused
        self._done: list[tuple[Message, Change]] = []
        self._learned: set[str] = set()  # channels whose limits changed by an answer
        self._own_at = 0.0
        self._firsts: set[str] = set()  # lists that the second provider may not carry
        self.flushing: asyncio.Task[None] | None = None
        self.running: dict[str, Message] = {}

    def carried_by(self, channel: Channel, second: Channel | None) -> str:
        """The name of the second provider, while it carries the lists of this channel."""
        if second is None or not carries(self._line(channel), self._line(second)):
            return ""
        return second.name

    async def round(self, channel: Channel, second: Channel | None, lists: Sequence[Candidate]) -> float:
        """Permit what may start now; returns seconds until the next look."""
        urgent = lists[0].delivery.rank <= URGENT_RANK
        other = None if second is None else self._line(second, urgent=urgent)
        self._firsts &= {one.delivery.id for one in lists}
        # An emergency forces no trial of the first while there is another way for it.
        elsewhere = other is not None and other.is_on and lists[0].delivery.id not in self._firsts
        first = self._line(channel, urgent=urgent and not elsewhere)
        only_urgent = lists[-1].delivery.rank <= URGENT_RANK
        waits = [line.wait_s for line in (first, other) if line is not None and line.wait_s > 0]
        for turn in turns(first, other, urgent=only_urgent):
            if turn.own and second is not None and not await self._has_own(second, lists):
                continue
            waits.append(await self._give(turn, channel, second, lists))
        return min(waits, default=self._means.settings.scan_s)

    def _line(self, channel: Channel, *, urgent: bool = False) -> Line:
        health = self._means.health
        return Line(
            is_on=channel.state == "on"
            and self._adapter(channel.id) is not None
            and self._means.limits.has(channel.id),
            rests=health.breaker(channel.id).open_until is not None,
            wait_s=health.wait_s(channel.id, urgent=urgent),
        )

    def _adapter(self, channel_id: str) -> Adapter | None:
        try:
            return self._means.adapters(channel_id)
        except LookupError:
            return None

    async def _has_own(self, carrier: Channel, lists: Sequence[Candidate]) -> bool:
        mono = self._means.clock.monotonic()
        if mono < self._own_at:
            return False
        self._own_at = mono + _OWN_EVERY_S
        async with self._means.database.read() as session:
            found = await session.execute(
                select(col(RecipientDelivery.id))
                .where(
                    col(RecipientDelivery.delivery_id).in_([one.delivery.id for one in lists]),
                    col(RecipientDelivery.state) == DeliveryState.QUEUED,
                    col(RecipientDelivery.via_id) == carrier.id,
                )
                .limit(1)
            )
            return found.first() is not None

    async def _give(
        self, turn: Turn, channel: Channel, second: Channel | None, lists: Sequence[Candidate]
    ) -> float:
        means = self._means
        carrier = second if turn.second and second is not None else channel
        adapter = self._adapter(carrier.id)
        in_flight = sum(m.channel_id == carrier.id for m in self.running.values())
        in_flight += max(0, len(self._done) - _FLUSH_ROWS)  # so many are written at the next turn
        room = means.settings.list_in_flight - in_flight
        if room <= 0 or adapter is None:
            return 0.05
        if turn.one:
            room = 1
        waits: list[float] = []
        stamps = Stamps(means.fence)
        # A trial takes of what matters least; without another way everything has to go by it in order.
        for candidate in reversed(lists) if turn.fresh else lists:
            delivery = candidate.delivery
            earlier = [
                c.delivery.id
                for c in lists
                if c.delivery.lane == delivery.lane
                and c.delivery.rank == delivery.rank
                and c.delivery.seq < delivery.seq
            ]

            async def work(
                session: AsyncSession, id_: str = delivery.id, before: list[str] = earlier, space: int = room
            ) -> tuple[list[Message], float | None]:
                fresh = [c for c in await store.lists(session, channel.id) if c.delivery.id == id_]
                if not fresh or not await store.are_on(session, {channel.id, carrier.id}):
                    return [], None
                if means.clock.now() >= fresh[0].delivery.expires_at:
                    await means.lists.sums.expire(session, fresh[0].delivery, means.clock.now())
                    return [], None
                # Our own clock first, as for posts.
                mono = means.clock.monotonic()
                now = await store.lease_now(session, means.clock.now())
                if await means.last_check.list_refusal(session, fresh[0], now):
                    await means.lists.sums.recount(session, id_, means.clock.now())
                    return [], None
                taken = turn
                if second is not None and (turn.second or turn.fresh):
                    if turn.second and not await _is_second(session, channel.id, second.id):
                        return [], None
                    if not await means.last_check.second_refusal(session, fresh[0], channel, second):
                        self._firsts.discard(id_)
                    elif turn.second:
                        self._firsts.add(id_)
                        return [], None
                    else:
                        # Nobody else may have it, so a trial costs it nothing.
                        self._firsts.add(id_)
                        taken = replace(turn, fresh=False)
                messages, wait_s = await means.lists.give(
                    session,
                    fresh[0],
                    carrier,
                    adapter,
                    now=now,
                    mono=mono,
                    room=space,
                    earlier=before,
                    turn=taken,
                    stamp_of=stamps.of,
                )
                for message in messages:
                    message.trial = taken.fresh
                return messages, wait_s

            messages, wait_s = await means.database.write(work, alone=True)
            if messages:
                means.reach(PERMITTED)
            for message in messages:
                assert message.start is not None
                means.fence.enter(message.start)
                message.probe = means.health.begin(carrier.id)
                self.running[message.id] = message
            if messages:
                self._spawn(self._start(adapter, messages))
            room -= len(messages)
            if wait_s is not None:
                waits.append(wait_s)
                break
            if messages:
                waits.append(0.0)
                break
        return min(waits, default=means.settings.scan_s)

    async def _start(self, adapter: Adapter, messages: Sequence[Message]) -> None:
        for start in range(0, len(messages), _STARTS_AT_ONCE):
            for message in messages[start : start + _STARTS_AT_ONCE]:
                self._spawn(self._send(adapter, message))
            await asyncio.sleep(0)

    async def _send(self, adapter: Adapter, message: Message) -> None:
        means = self._means
        channel_id = message.channel_id
        start = message.start
        assert start is not None
        try:
            if message.starts_in_s > 0:
                await asyncio.sleep(message.starts_in_s)

            def may_start() -> None:
                means.fence.check(start)
                means.reach(STARTING)
                message.charged_at = means.limits.starts(
                    channel_id, message.units, message.charged_at, means.clock.now()
                )

            result = await outcome_of(
                means, channel_id, lambda: adapter.publish(message.post, may_start=may_start)
            )
            if means.health.heard(channel_id, result, started=start.started, probe=message.probe):
                self._rest_changed(channel_id)
            means.reach(ANSWERED)
            now = means.clock.now()
            change = after_attempt(
                message.standing,
                result,
                started=start.started,
                intent_at=message.intent_at,
                now=now,
                rules=means.settings.retry,
                random=means.random,
            )
            if message.trial and change.state == DeliveryState.QUEUED:
                # It was not its fault: the other provider may have it at once.
                change = replace(change, due_at=now)
            elif start.refused_as == "late":
                change = replace(change, due_at=now + timedelta(seconds=0.05))
            told = change.limits or change.hold_until is not None
            if told and await means.limits.observe(channel_id, change.limits, now, change.hold_until):
                self._learned.add(channel_id)
            if change.give_back:
                await means.limits.give_back(channel_id, message.units, message.charged_at, message.grant_id)
            if change.pause_channel:
                await self._pause(channel_id, change, now)
            self._done.append((message, change))
            self._flush_soon()
        finally:
            means.fence.finish(start)
            self.running.pop(message.id, None)

    async def _pause(self, channel_id: str, change: Change, now: datetime) -> None:
        means = self._means
        self._paused(channel_id)

        async def work(session: AsyncSession) -> list[Position]:
            return await means.outcomes.pause(session, channel_id, change.words, now)

        await write_for_sure(means, work)

    def _flush_soon(self) -> None:
        if self.flushing is None or self.flushing.done():
            self.flushing = asyncio.create_task(self._flush(), name="outcomes")

    async def _flush(self) -> None:
        means = self._means
        while self._done:
            if len(self._done) < _FLUSH_ROWS:
                await asyncio.sleep(_FLUSH_S)
            outcomes: list[tuple[Message, Change]] = []
            taught: set[str] = set()

            async def work(
                session: AsyncSession,
                batch: list[tuple[Message, Change]] = outcomes,
                learned: set[str] = taught,
            ) -> list[Position]:
                if not batch:
                    # Taken now and no earlier: while this waited for its turn, more has ended.
                    batch += self._done[:_FLUSH_ROWS]
                    del self._done[:_FLUSH_ROWS]
                    learned |= self._learned
                    self._learned.clear()
                now = means.clock.now()
                positions = await means.lists.apply(session, batch, now)
                for channel_id in sorted(learned):
                    positions += await means.outcomes.learned(session, channel_id, now)
                return positions

            # Beside the permits of those who are next: else the two take turns, and so do our processor and the server's.
            await write_for_sure(means, work, beside=True)
            self._made_room()

    async def lease_looks(self, session: AsyncSession, channel: Channel) -> list[Message]:
        """People whose message may or may not be out, whichever provider had it."""
        return await self._means.list_looking.lease(session, channel, self._adapter)

    async def look_for(self, message: Message) -> None:
        """Read back one message where it was given."""
        means = self._means
        finding = await read_back(
            self._adapter(message.channel_id),
            message.post,
            message.standing,
            known=message.known,
            sent_after=message.intent_at,
            within_s=means.settings.attempt_deadline_s,
            delivery_id=message.delivery_id,
        )
        change = after_look(
            message.standing,
            finding,
            intent_at=message.intent_at,
            now=means.clock.now(),
            rules=means.settings.retry,
            random=means.random,
        )
        self._done.append((message, change))
        self._flush_soon()


async def _is_second(session: AsyncSession, channel_id: str, second_id: str) -> bool:
    """Whether it still is; the lane may have read the channel before somebody took the second out."""
    named = await session.scalar(select(col(Channel.second_id)).where(col(Channel.id) == channel_id))
    return named == second_id
