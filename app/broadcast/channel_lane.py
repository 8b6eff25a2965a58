"""
The scheduler of one channel, and the tasks that it started.

Each round: lease what must be looked for, permit what may start, and hand both to tasks of their own. No database
session is open while a platform is being talked to. Whatever happens in a task ends as an outcome in the database;
if that cannot be written, it is kept and written until it can be.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from app.broadcast import store
from app.broadcast.fence import Fence, Scope
from app.broadcast.health import tell_rest
from app.broadcast.jobs import Job, call
from app.broadcast.looking import Look
from app.broadcast.means import Means
from app.broadcast.messages import Message
from app.broadcast.permits import URGENT_RANK
from app.broadcast.reach import ANSWERED, PERMITTED, RECORDED, STARTING
from app.broadcast.settle import Change, after_attempt, after_look
from app.broadcast.topics import Position
from app.channels.base import Adapter, Finding, Receipt, Reconciles, Unclear
from app.errors import ChannelError, Unavailable
from app.models import Channel, Delivery, DeliveryState, RecipientDelivery

log = logging.getLogger(__name__)

_FLUSH_S = 0.02
_LOOKS_AT_ONCE = 8


class ChannelLane:
    """The scheduler of one channel, and the tasks that it started."""

    def __init__(self, means: Means, channel: Channel) -> None:
        self._means = means
        self.channel = channel
        self._woken = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        self._jobs: dict[str, Job] = {}
        self._messages: dict[str, Message] = {}
        self._looks = 0
        self._done: list[tuple[Message, Change]] = []
        self._flush_task: asyncio.Task[None] | None = None
        self._permitting = True
        self._rest_changed = channel.resting_until is not None  # left by a process before this one
        self._loop_task = asyncio.create_task(self._run(), name=f"channel-{channel.name}")

    def wake(self) -> None:
        self._woken.set()

    def cancel(self) -> None:
        self._loop_task.cancel()
        for task in self._tasks:
            task.cancel()

    def stop_permitting(self) -> None:
        self._permitting = False
        self._woken.set()

    async def drain(self, within_s: float) -> None:
        await asyncio.wait([self._loop_task], timeout=within_s)
        running = {task for task in self._tasks if not task.done()}
        if running:
            await asyncio.wait(running, timeout=within_s)
        if self._flush_task is not None:
            await asyncio.wait([self._flush_task], timeout=within_s)

    async def renew(self) -> None:
        means = self._means
        jobs = list(self._jobs.values())
        messages = list(self._messages.values())
        if not jobs and not messages:
            return

        async def work(session: AsyncSession) -> None:
            now = await store.lease_now(session, means.clock.now())
            until = now + timedelta(seconds=means.settings.lease_s)
            for job in jobs:
                await session.execute(
                    update(Delivery)
                    .where(col(Delivery.id) == job.delivery_id, col(Delivery.fence) == job.fence)
                    .values(lease_until=until)
                )
            if messages:
                await session.execute(
                    update(RecipientDelivery)
                    .where(
                        col(RecipientDelivery.id).in_([m.id for m in messages]),
                        col(RecipientDelivery.lease_until).is_not(None),
                    )
                    .values(lease_until=until)
                )

        await means.database.write(work)

    async def _run(self) -> None:
        means = self._means
        while self._permitting:
            self._woken.clear()
            try:
                wait_s = await self._round()
            except Exception:
                log.exception("a round failed", extra={"channel": self.channel.id})
                wait_s = 1.0
            try:
                async with asyncio.timeout(max(0.0, min(wait_s, means.settings.scan_s))):
                    await self._woken.wait()
            except TimeoutError:
                pass

    async def _round(self) -> float:
        """One look at the outbox; returns seconds until the next."""
        means = self._means
        channel = self.channel
        if channel.state == "off" or not self._permitting:
            return means.settings.scan_s
        try:
            adapter = means.adapters(channel.id)
        except LookupError:
            return means.settings.scan_s
        waits: list[float] = [means.settings.scan_s]
        on = channel.state == "on"
        people = adapter.capabilities.recipients
        # What was just released comes first: on its way to the first byte nothing else is asked.
        async with means.database.read() as session:
            now = means.clock.now()
            heads = await store.heads(session, channel.id, now, 1) if on else []
        if self._rest_changed:
            await self._tell_rest()
        if heads:
            rest_s = means.health.wait_s(channel.id, urgent=heads[0].delivery.rank <= URGENT_RANK)
            waits.append(rest_s if rest_s > 0 else await self._start_jobs(adapter))
        async with means.database.read() as session:
            now = means.clock.now()
            lists = await store.lists(session, channel.id) if on and people else []
            to_look = bool(await store.to_look_for(session, channel.id, now, 1))
            unknown_people = await _unknown_people(session, channel.id, now) if people else False
            next_at = await store.next_due_at(session, now)
        if next_at is not None:
            waits.append(max(0.001, (next_at - now).total_seconds()))
        if (to_look or unknown_people) and self._looks < _LOOKS_AT_ONCE:
            await self._start_looks(adapter, pages=to_look, people=unknown_people)
        if lists:
            rest_s = means.health.wait_s(channel.id, urgent=lists[0].delivery.rank <= URGENT_RANK)
            waits.append(rest_s if rest_s > 0 else await self._start_messages(adapter, lists))
        return min(waits)

    async def _start_jobs(self, adapter: Adapter) -> float:
        means = self._means
        # Stamps of every scope are read before the transaction: a stop that comes after this changes them.
        stamps = _Stamps(means.fence)
        probe = means.health.breaker(self.channel.id).open_until is not None

        async def work(session: AsyncSession) -> tuple[list[Job], float | None, list[Position]]:
            return await means.permits.give(
                session, self.channel, adapter, in_flight=len(self._jobs), probe=probe, stamp_of=stamps.of
            )

        jobs, wait_s, positions = await means.database.write(work)
        if jobs:
            means.reach(PERMITTED)
        means.notes.announce(positions)
        for job in jobs:
            job.probe = means.health.begin(self.channel.id)
            self._jobs[job.attempt_id] = job
            self._spawn(self._attempt(adapter, job))
        if jobs:
            return 0.0 if len(self._jobs) < means.settings.per_channel else means.settings.scan_s
        return means.settings.scan_s if wait_s is None else wait_s

    async def _attempt(self, adapter: Adapter, job: Job) -> None:
        means = self._means
        change: Change
        try:

            def may_start() -> None:
                means.fence.check(job.start)
                means.reach(STARTING)
                job.charged = self._started(job.charged)

            async def publish() -> Receipt:
                # Behind the same seam as the call: a picture that cannot be had must end as an outcome as well.
                if job.media_refs and means.load_media is not None:
                    media = await means.load_media(job.media_refs, job.post.lang)
                    job.post = replace(job.post, media=media)
                return await call(adapter, job, may_start)

            result = await self._call(publish)
            self._heard(result, job.start.started, job.probe)
            means.reach(ANSWERED)
            now = means.clock.now()
            change = after_attempt(
                job.standing,
                result,
                started=job.start.started,
                intent_at=job.intent_at,
                now=now,
                rules=means.settings.retry,
                random=means.random,
            )
            self._note_start(job)
            await self._settle(job, change, now)
        finally:
            means.fence.finish(job.start)
            self._jobs.pop(job.attempt_id, None)
            self._woken.set()

    def _heard(self, result: object, started: bool, probe: bool) -> None:
        """What the end of an attempt says about the platform itself."""
        if self._means.health.heard(self.channel.id, result, started=started, probe=probe):
            self._rest_changed = True
            self._woken.set()

    async def _tell_rest(self) -> None:
        """Say on the channel and on what waits for it that it rests, or that it is over."""
        means = self._means
        self._rest_changed = False

        async def work(session: AsyncSession) -> list[Position]:
            now = means.clock.now()
            until = means.health.resting_until(self.channel.id, now)
            failures = means.health.breaker(self.channel.id).failures
            return await tell_rest(session, self.channel, until, failures, now, means.settings.zone)

        means.notes.announce(await means.database.write(work))

    def _started(self, charged: tuple[float, int, str | None]) -> tuple[float, int, str | None]:
        """The first byte leaves: the platform's window counts from here."""
        at, units, grant = charged
        now = max(at, self._means.clock.now().timestamp())
        self._means.limits.started(self.channel.id, units, at, now)
        return now, units, grant

    def _note_start(self, job: Job) -> None:
        streaks = self._means.permits.late_streak
        if job.start.refused_as == "late":
            streaks[self.channel.id] = streaks.get(self.channel.id, 0) + 1
        elif job.start.started:
            streaks.pop(self.channel.id, None)

    async def _call(self, publish: Callable[[], Awaitable[Receipt]]) -> Receipt | Exception:
        """The call under the engine's own deadline; everything it raises is an answer."""
        try:
            async with asyncio.timeout(self._means.settings.attempt_deadline_s):
                return await publish()
        except ChannelError as exc:
            return exc
        except Exception as exc:  # noqa: BLE001 - a seam: whatever it is, the delivery gets a state
            if not isinstance(exc, TimeoutError):
                log.info("an attempt failed", extra={"channel": self.channel.id, "error": type(exc).__name__})
            return exc

    async def _settle(self, job: Job, change: Change, now: datetime) -> None:
        means = self._means
        learned = await means.limits.observe(self.channel.id, change.limits, now, change.hold_until)
        if change.give_back:
            at, units, grant_id = job.charged
            await means.limits.give_back(self.channel.id, units, at, grant_id)

        async def work(session: AsyncSession) -> list[Position]:
            return await means.outcomes.apply(session, job, change, now, learned=learned)

        await self._write_for_sure(work)
        if change.pause_channel:
            self.channel = Channel(**{**self.channel.model_dump(), "state": "paused"})
            means.woken.set()

    async def _write_for_sure(self, work: Callable[[AsyncSession], Awaitable[list[Position]]]) -> None:
        """What we know must get into the database; until it can, the lease is renewed and we try again."""
        delay_s = 0.05
        while True:
            try:
                positions = await self._means.database.write(work)
            except Exception:
                log.exception("an outcome could not be written; trying again")
                await asyncio.sleep(delay_s)
                delay_s = min(2.0, delay_s * 2)
            else:
                self._means.reach(RECORDED)
                self._means.notes.announce(positions)
                return

    async def _start_messages(self, adapter: Adapter, lists: Sequence[store.Candidate]) -> float:
        means = self._means
        room = means.settings.list_in_flight - len(self._messages) - len(self._done)
        if room <= 0:
            return 0.05
        if means.health.breaker(self.channel.id).open_until is not None:
            room = 1
        waits: list[float] = []
        stamps = _Stamps(means.fence)
        for candidate in lists:
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
                fresh = [c for c in await store.lists(session, self.channel.id) if c.delivery.id == id_]
                if not fresh or not await store.is_on(session, self.channel.id):
                    return [], None
                if means.clock.now() >= fresh[0].delivery.expires_at:
                    await means.lists.sums.expire(session, fresh[0].delivery, means.clock.now())
                    return [], None
                if await means.permits.list_refusal(session, fresh[0]):
                    await means.lists.sums.recount(session, id_, means.clock.now())
                    return [], None
                return await means.lists.give(
                    session,
                    fresh[0],
                    self.channel,
                    adapter,
                    room=space,
                    earlier=before,
                    stamp_of=stamps.of,
                )

            messages, wait_s = await means.database.write(work)
            if messages:
                means.reach(PERMITTED)
            for message in messages:
                message.probe = means.health.begin(self.channel.id)
                self._messages[message.id] = message
                self._spawn(self._send(adapter, message))
            room -= len(messages)
            if wait_s is not None:
                waits.append(wait_s)
                break
            if messages:
                waits.append(0.0)
                break
        return min(waits, default=means.settings.scan_s)

    async def _send(self, adapter: Adapter, message: Message) -> None:
        means = self._means
        start = message.start
        assert start is not None
        try:
            if message.starts_in_s > 0:
                await asyncio.sleep(message.starts_in_s)

            def may_start() -> None:
                means.fence.check(start)
                means.reach(STARTING)
                message.charged_at = self._started((message.charged_at, message.units, None))[0]

            result = await self._call(lambda: adapter.publish(message.post, may_start=may_start))
            self._heard(result, start.started, message.probe)
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
            if start.refused_as == "late":
                change = replace(change, due_at=now + timedelta(seconds=0.05))
            await means.limits.observe(self.channel.id, change.limits, now, change.hold_until)
            if change.give_back:
                await means.limits.give_back(
                    self.channel.id, message.units, message.charged_at, message.grant_id
                )
            if change.pause_channel:
                await self._pause(change, now)
            self._done.append((message, change))
            self._flush_soon()
        finally:
            means.fence.finish(start)
            self._messages.pop(message.id, None)

    async def _pause(self, change: Change, now: datetime) -> None:
        if self.channel.state != "on":
            return
        self.channel = Channel(**{**self.channel.model_dump(), "state": "paused"})
        means = self._means

        async def work(session: AsyncSession) -> list[Position]:
            return await means.outcomes.pause(session, self.channel.id, change.words, now)

        await self._write_for_sure(work)

    def _flush_soon(self) -> None:
        if self._flush_task is None or self._flush_task.done():
            self._flush_task = asyncio.create_task(self._flush(), name=f"outcomes-{self.channel.name}")

    async def _flush(self) -> None:
        means = self._means
        while self._done:
            await asyncio.sleep(_FLUSH_S)
            batch, self._done = self._done[:256], self._done[256:]

            async def work(
                session: AsyncSession, outcomes: list[tuple[Message, Change]] = batch
            ) -> list[Position]:
                return await means.lists.apply(session, outcomes, means.clock.now())

            await self._write_for_sure(work)
            self._woken.set()

    async def _start_looks(self, adapter: Adapter, *, pages: bool, people: bool) -> None:
        means = self._means

        async def work(session: AsyncSession) -> tuple[list[Look], list[Message]]:
            looks = await means.looking.lease(session, self.channel, adapter) if pages else []
            messages = await means.lists.look(session, self.channel, adapter) if people else []
            return looks, messages

        looks, messages = await means.database.write(work)
        for look in looks:
            self._spawn(self._look(adapter, look))
        for message in messages:
            self._spawn(self._look_for(adapter, message))

    async def _look(self, adapter: Adapter, look: Look) -> None:
        self._looks += 1
        try:
            change = await self._means.looking.read(look, adapter, self._means.random)
            await self._settle(look.job, change, self._means.clock.now())
        finally:
            self._looks -= 1
            self._woken.set()

    async def _look_for(self, adapter: Adapter, message: Message) -> None:
        means = self._means
        self._looks += 1
        try:
            finding: Finding | ChannelError
            if not isinstance(adapter, Reconciles):
                finding = Unclear("this platform cannot be asked")
            else:
                last = message.standing.looks + 1 >= len(message.standing.look_after_s)
                try:
                    async with asyncio.timeout(means.settings.attempt_deadline_s):
                        finding = await adapter.find(message.post, sent_after=message.intent_at, last=last)
                except ChannelError as exc:
                    finding = exc
                except Exception as exc:  # noqa: BLE001 - a seam: a failed reading says nothing
                    finding = Unavailable(type(exc).__name__)
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
        finally:
            self._looks -= 1

    def _spawn(self, work: Any) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


class _Stamps:
    """The fence as it was at one moment, whichever scopes turn out to matter."""

    def __init__(self, fence: Fence) -> None:
        self._seen = fence.copy_stamps()

    def of(self, scopes: Sequence[Scope]) -> tuple[int, ...]:
        return tuple(self._seen.get(scope, 0) for scope in scopes)


async def _unknown_people(session: AsyncSession, channel_id: str, now: datetime) -> bool:
    found = await session.execute(
        select(col(RecipientDelivery.id))
        .join(Delivery, col(Delivery.id) == col(RecipientDelivery.delivery_id))
        .where(
            col(RecipientDelivery.state) == DeliveryState.UNKNOWN,
            col(RecipientDelivery.due_at) <= now,
            col(Delivery.channel_id) == channel_id,
        )
        .limit(1)
    )
    return found.first() is not None
