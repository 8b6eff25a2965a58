"""
The loop between the outbox and the platforms.

One scheduler per channel, so that a silent platform delays nobody else. Each round: lease what must be looked for,
permit what may start, and hand both to tasks of their own. No database session is open while a platform is being
talked to. Whatever happens in a task ends as an outcome in the database; if that cannot be written, it is kept and
written until it can be.
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
from app.broadcast.desk_notes import DeskNotes
from app.broadcast.fence import Fence, Scope
from app.broadcast.jobs import Job, LoadMedia, call
from app.broadcast.limit_book import LimitBook
from app.broadcast.looking import Look, Looking, recover
from app.broadcast.outcomes import Outcomes
from app.broadcast.permits import URGENT_RANK, Permits
from app.broadcast.reach import ANSWERED, PERMITTED, RECORDED, STARTING, Reach
from app.broadcast.recipients import Lists, Message
from app.broadcast.retry import Random
from app.broadcast.settings import EngineSettings, windows_of
from app.broadcast.settle import Change, after_attempt, after_look
from app.broadcast.topics import Position, append
from app.broadcast.waiting import explain, needs_words
from app.broadcast.words import sentence
from app.channels.base import Adapter, Finding, Receipt, Reconciles, Unclear
from app.clock import Clock
from app.db import Database
from app.errors import ChannelError, Unavailable
from app.models import Channel, Delivery, DeliveryState, RecipientDelivery, TopicName

log = logging.getLogger(__name__)

AdapterOf = Callable[[str], Adapter]
_FLUSH_S = 0.02
_LOOKS_AT_ONCE = 8


class Dispatcher:
    """Runs until `stop`. Everything it decides with is handed in."""

    def __init__(
        self,
        database: Database,
        adapters: AdapterOf,
        permits: Permits,
        lists: Lists,
        looking: Looking,
        outcomes: Outcomes,
        fence: Fence,
        limits: LimitBook,
        notes: DeskNotes,
        clock: Clock,
        random: Random,
        settings: EngineSettings,
        load_media: LoadMedia | None,
        reach: Reach,
    ) -> None:
        self._database = database
        self._adapters = adapters
        self._permits = permits
        self._lists = lists
        self._looking = looking
        self._outcomes = outcomes
        self._fence = fence
        self._limits = limits
        self._notes = notes
        self._clock = clock
        self._random = random
        self._settings = settings
        self._load_media = load_media
        self._reach = reach
        self._lanes: dict[str, _ChannelLane] = {}
        self._woken = asyncio.Event()
        self._stopping = False

    def wake(self) -> None:
        """Something may be due."""
        self._woken.set()
        for lane in self._lanes.values():
            lane.wake()

    async def run(self) -> None:
        """Keep one scheduler per channel; until cancelled or stopped."""
        try:
            while not self._stopping:
                self._woken.clear()
                try:
                    await self._keep_lanes()
                except Exception:
                    log.exception("reading the channels failed")
                try:
                    async with asyncio.timeout(self._settings.scan_s):
                        await self._woken.wait()
                except TimeoutError:
                    pass
        finally:
            for lane in self._lanes.values():
                lane.cancel()

    async def drain(self) -> None:
        """Stop permitting, let what runs finish for a while, then write what is known."""
        self._stopping = True
        self._woken.set()
        for lane in list(self._lanes.values()):
            lane.stop_permitting()
        deadline = self._clock.monotonic() + self._settings.drain_s
        for lane in list(self._lanes.values()):  # a channel may still be added while one of them drains
            await lane.drain(max(0.0, deadline - self._clock.monotonic()))

    async def recover(self) -> None:
        """Look after what dead workers left; at the start, and each scan where several nodes work."""

        def adapter_of(channel_id: str) -> Adapter | None:
            try:
                return self._adapters(channel_id)
            except LookupError:
                return None

        def look_s(channel_id: str) -> float:
            adapter = adapter_of(channel_id)
            return (
                adapter.look_after_s[0] if isinstance(adapter, Reconciles) and adapter.look_after_s else 0.0
            )

        async def work(session: AsyncSession) -> list[Position]:
            now = self._clock.now()
            changed: dict[str, list[str]] = {}
            sole = self._settings.sole_node
            for event_id, delivery_id, change, fence in await recover(
                session, now, sole_node=sole, settings=self._settings, adapter_of=adapter_of
            ):
                said = sentence(change.reason, until=change.due_at, zone=self._settings.zone)
                await session.execute(
                    update(Delivery)
                    .where(col(Delivery.id) == delivery_id, col(Delivery.fence) == fence)
                    .values(
                        state=change.state,
                        reason=change.reason,
                        why=said.why,
                        next_step=said.next_step,
                        due_at=change.due_at,
                        attempts=change.attempts,
                        looks=change.looks,
                        fence=fence + 1,
                        lease_owner=None,
                        lease_until=None,
                        version=col(Delivery.version) + 1,
                    )
                )
                changed.setdefault(event_id, []).append(delivery_id)
            for delivery_id, event_id in (
                await self._lists.recover(session, now, sole_node=sole, look_s=look_s)
            ).items():
                changed.setdefault(event_id, []).append(delivery_id)
            return [
                await append(session, event_id, TopicName.DESK, [("delivery", d) for d in ids], now)
                for event_id, ids in sorted(changed.items())
            ]

        self._notes.announce(await self._database.write(work))

    async def expire(self) -> None:
        """What is too old and still waits expires now, whatever it waits for."""

        async def work(session: AsyncSession) -> list[Position]:
            now = self._clock.now()
            said = sentence("expired", until=now, zone=self._settings.zone)
            rows = (
                await session.execute(
                    update(Delivery)
                    .where(
                        col(Delivery.state) == DeliveryState.QUEUED,
                        col(Delivery.claimable_at).is_not(None),
                        col(Delivery.audience_id).is_(None),
                        col(Delivery.expires_at) <= now,
                    )
                    .values(
                        state=DeliveryState.EXPIRED,
                        reason="expired",
                        why=said.why,
                        next_step=said.next_step,
                        settled_at=now,
                        fence=col(Delivery.fence) + 1,
                        version=col(Delivery.version) + 1,
                    )
                    .returning(col(Delivery.event_id), col(Delivery.id))
                )
            ).all()
            changed: dict[str, list[str]] = {}
            for event_id, delivery_id in rows:
                changed.setdefault(event_id, []).append(delivery_id)
            old_lists = (
                await session.execute(
                    select(Delivery).where(
                        col(Delivery.audience_id).is_not(None),
                        col(Delivery.claimable_at).is_not(None),
                        col(Delivery.state).in_((DeliveryState.QUEUED, DeliveryState.SENDING)),
                        col(Delivery.expires_at) <= now,
                    )
                )
            ).scalars()
            for delivery in old_lists:
                if delivery.counts.get(DeliveryState.QUEUED, 0) or delivery.state == DeliveryState.QUEUED:
                    await self._lists.expire(session, delivery, now)
                    changed.setdefault(delivery.event_id, []).append(delivery.id)
            return [
                await append(session, event_id, TopicName.DESK, [("delivery", d) for d in ids], now)
                for event_id, ids in sorted(changed.items())
            ]

        async with self._database.read() as session:
            now = self._clock.now()
            found = await session.execute(
                select(col(Delivery.id))
                .where(
                    col(Delivery.state).in_((DeliveryState.QUEUED, DeliveryState.SENDING)),
                    col(Delivery.claimable_at).is_not(None),
                    col(Delivery.expires_at) <= now,
                )
                .limit(1)
            )
            if found.first() is None:
                return
        self._notes.announce(await self._database.write(work))

    async def explain(self) -> None:
        """Give words to what waits without any, or with words that are no longer true."""
        async with self._database.read() as session:
            if not await needs_words(session):
                return

        def limit_of(channel_id: str, urgent: bool) -> tuple[float, bool]:
            return self._limits.wait_s(channel_id, self._clock.now(), urgent=urgent)

        async def work(session: AsyncSession) -> list[Position]:
            return await explain(session, limit_of, self._clock.now(), self._settings, URGENT_RANK)

        self._notes.announce(await self._database.write(work))

    async def renew(self) -> None:
        """Keep the leases of what is running."""
        for lane in list(self._lanes.values()):
            await lane.renew()

    async def _keep_lanes(self) -> None:
        async with self._database.read() as session:
            channels = await store.channels(session)
        for channel in channels:
            windows = windows_of(channel.adapter, channel.settings, self._settings)
            if not self._limits.known(channel.id, windows):
                await self._limits.load(self._database, channel.id, windows, self._clock.now())
            lane = self._lanes.get(channel.id)
            if lane is None:
                lane = self._lanes[channel.id] = _ChannelLane(self, channel)
            was_on = lane.channel.state == "on"
            lane.channel = channel
            if channel.state == "on" and not was_on:
                lane.wake()


class _ChannelLane:
    """The scheduler of one channel, and the tasks that it started."""

    def __init__(self, owner: Dispatcher, channel: Channel) -> None:
        self._owner = owner
        self.channel = channel
        self._woken = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        self._jobs: dict[str, Job] = {}
        self._messages: dict[str, Message] = {}
        self._looks = 0
        self._done: list[tuple[Message, Change]] = []
        self._flush_task: asyncio.Task[None] | None = None
        self._permitting = True
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
        owner = self._owner
        jobs = list(self._jobs.values())
        messages = list(self._messages.values())
        if not jobs and not messages:
            return

        async def work(session: AsyncSession) -> None:
            now = await store.lease_now(session, owner._clock.now())
            until = now + timedelta(seconds=owner._settings.lease_s)
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

        await owner._database.write(work)

    async def _run(self) -> None:
        owner = self._owner
        while self._permitting:
            self._woken.clear()
            try:
                wait_s = await self._round()
            except Exception:
                log.exception("a round failed", extra={"channel": self.channel.id})
                wait_s = 1.0
            try:
                async with asyncio.timeout(max(0.0, min(wait_s, owner._settings.scan_s))):
                    await self._woken.wait()
            except TimeoutError:
                pass

    async def _round(self) -> float:
        """One look at the outbox; returns seconds until the next."""
        owner = self._owner
        channel = self.channel
        if channel.state == "off" or not self._permitting:
            return owner._settings.scan_s
        try:
            adapter = owner._adapters(channel.id)
        except LookupError:
            return owner._settings.scan_s
        waits: list[float] = [owner._settings.scan_s]
        on = channel.state == "on"
        people = adapter.capabilities.recipients
        # What was just released comes first: on its way to the first byte nothing else is asked.
        async with owner._database.read() as session:
            now = owner._clock.now()
            heads = bool(await store.heads(session, channel.id, now, 1)) if on else False
        if heads:
            waits.append(await self._start_jobs(adapter))
        async with owner._database.read() as session:
            now = owner._clock.now()
            lists = await store.lists(session, channel.id) if on and people else []
            to_look = bool(await store.to_look_for(session, channel.id, now, 1))
            unknown_people = await _unknown_people(session, channel.id, now) if people else False
            next_at = await store.next_due_at(session, now)
        if next_at is not None:
            waits.append(max(0.001, (next_at - now).total_seconds()))
        if (to_look or unknown_people) and self._looks < _LOOKS_AT_ONCE:
            await self._start_looks(adapter, pages=to_look, people=unknown_people)
        if lists:
            waits.append(await self._start_messages(adapter, lists))
        return min(waits)

    async def _start_jobs(self, adapter: Adapter) -> float:
        owner = self._owner
        # Stamps of every scope are read before the transaction: a stop that comes after this changes them.
        stamps = _Stamps(owner._fence)

        async def work(session: AsyncSession) -> tuple[list[Job], float | None, list[Position]]:
            return await owner._permits.give(
                session, self.channel, adapter, in_flight=len(self._jobs), stamp_of=stamps.of
            )

        jobs, wait_s, positions = await owner._database.write(work)
        if jobs:
            owner._reach(PERMITTED)
        owner._notes.announce(positions)
        for job in jobs:
            self._jobs[job.attempt_id] = job
            self._spawn(self._attempt(adapter, job))
        if jobs:
            return 0.0 if len(self._jobs) < owner._settings.per_channel else owner._settings.scan_s
        return owner._settings.scan_s if wait_s is None else wait_s

    async def _attempt(self, adapter: Adapter, job: Job) -> None:
        owner = self._owner
        change: Change
        try:
            if job.media_refs and owner._load_media is not None:
                media = await owner._load_media(job.media_refs, job.post.lang)
                job.post = replace(job.post, media=media)

            def may_start() -> None:
                owner._fence.check(job.start)
                owner._reach(STARTING)
                job.charged = self._started(job.charged)

            result = await self._call(lambda: call(adapter, job, may_start))
            owner._reach(ANSWERED)
            now = owner._clock.now()
            change = after_attempt(
                job.standing,
                result,
                started=job.start.started,
                intent_at=job.intent_at,
                now=now,
                rules=owner._settings.retry,
                random=owner._random,
            )
            self._note_start(job)
            await self._settle(job, change, now)
        finally:
            owner._fence.finish(job.start)
            self._jobs.pop(job.attempt_id, None)
            self._woken.set()

    def _started(self, charged: tuple[float, int, str | None]) -> tuple[float, int, str | None]:
        """The first byte leaves: the platform's window counts from here."""
        at, units, grant = charged
        now = max(at, self._owner._clock.now().timestamp())
        self._owner._limits.started(self.channel.id, units, at, now)
        return now, units, grant

    def _note_start(self, job: Job) -> None:
        streaks = self._owner._permits.late_streak
        if job.start.refused_as == "late":
            streaks[self.channel.id] = streaks.get(self.channel.id, 0) + 1
        elif job.start.started:
            streaks.pop(self.channel.id, None)

    async def _call(self, publish: Callable[[], Awaitable[Receipt]]) -> Receipt | Exception:
        """The call under the engine's own deadline; everything it raises is an answer."""
        try:
            async with asyncio.timeout(self._owner._settings.attempt_deadline_s):
                return await publish()
        except ChannelError as exc:
            return exc
        except Exception as exc:  # noqa: BLE001 - a seam: whatever it is, the delivery gets a state
            if not isinstance(exc, TimeoutError):
                log.info("an attempt failed", extra={"channel": self.channel.id, "error": type(exc).__name__})
            return exc

    async def _settle(self, job: Job, change: Change, now: datetime) -> None:
        owner = self._owner
        learned = await owner._limits.observe(self.channel.id, change.limits, now, change.hold_until)
        if change.give_back:
            at, units, grant_id = job.charged
            await owner._limits.give_back(self.channel.id, units, at, grant_id)

        async def work(session: AsyncSession) -> list[Position]:
            return await owner._outcomes.apply(session, job, change, now, learned=learned)

        await self._write_for_sure(work)
        if change.pause_channel:
            self.channel = Channel(**{**self.channel.model_dump(), "state": "paused"})
            owner._woken.set()

    async def _write_for_sure(self, work: Callable[[AsyncSession], Awaitable[list[Position]]]) -> None:
        """What we know must get into the database; until it can, the lease is renewed and we try again."""
        delay_s = 0.05
        while True:
            try:
                positions = await self._owner._database.write(work)
            except Exception:
                log.exception("an outcome could not be written; trying again")
                await asyncio.sleep(delay_s)
                delay_s = min(2.0, delay_s * 2)
            else:
                self._owner._reach(RECORDED)
                self._owner._notes.announce(positions)
                return

    async def _start_messages(self, adapter: Adapter, lists: Sequence[store.Candidate]) -> float:
        owner = self._owner
        room = owner._settings.list_in_flight - len(self._messages) - len(self._done)
        if room <= 0:
            return 0.05
        waits: list[float] = []
        stamps = _Stamps(owner._fence)
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
                if owner._clock.now() >= fresh[0].delivery.expires_at:
                    await owner._lists.expire(session, fresh[0].delivery, owner._clock.now())
                    return [], None
                if await owner._permits.list_refusal(session, fresh[0]):
                    await owner._lists.recount(session, id_, owner._clock.now())
                    return [], None
                return await owner._lists.give(
                    session,
                    fresh[0],
                    self.channel,
                    adapter,
                    room=space,
                    earlier=before,
                    stamp_of=stamps.of,
                )

            messages, wait_s = await owner._database.write(work)
            if messages:
                owner._reach(PERMITTED)
            for message in messages:
                self._messages[message.id] = message
                self._spawn(self._send(adapter, message))
            room -= len(messages)
            if wait_s is not None:
                waits.append(wait_s)
                break
            if messages:
                waits.append(0.0)
                break
        return min(waits, default=owner._settings.scan_s)

    async def _send(self, adapter: Adapter, message: Message) -> None:
        owner = self._owner
        start = message.start
        assert start is not None
        try:
            if message.starts_in_s > 0:
                await asyncio.sleep(message.starts_in_s)

            def may_start() -> None:
                owner._fence.check(start)
                owner._reach(STARTING)
                message.charged_at = self._started((message.charged_at, message.units, None))[0]

            result = await self._call(lambda: adapter.publish(message.post, may_start=may_start))
            owner._reach(ANSWERED)
            now = owner._clock.now()
            change = after_attempt(
                message.standing,
                result,
                started=start.started,
                intent_at=message.intent_at,
                now=now,
                rules=owner._settings.retry,
                random=owner._random,
            )
            if start.refused_as == "late":
                change = replace(change, due_at=now + timedelta(seconds=0.05))
            await owner._limits.observe(self.channel.id, change.limits, now, change.hold_until)
            if change.give_back:
                await owner._limits.give_back(
                    self.channel.id, message.units, message.charged_at, message.grant_id
                )
            if change.pause_channel:
                await self._pause(change, now)
            self._done.append((message, change))
            self._flush_soon()
        finally:
            owner._fence.finish(start)
            self._messages.pop(message.id, None)

    async def _pause(self, change: Change, now: datetime) -> None:
        if self.channel.state != "on":
            return
        self.channel = Channel(**{**self.channel.model_dump(), "state": "paused"})
        owner = self._owner

        async def work(session: AsyncSession) -> list[Position]:
            return await owner._outcomes.pause(session, self.channel.id, change.words, now)

        await self._write_for_sure(work)

    def _flush_soon(self) -> None:
        if self._flush_task is None or self._flush_task.done():
            self._flush_task = asyncio.create_task(self._flush(), name=f"outcomes-{self.channel.name}")

    async def _flush(self) -> None:
        owner = self._owner
        while self._done:
            await asyncio.sleep(_FLUSH_S)
            batch, self._done = self._done[:256], self._done[256:]

            async def work(
                session: AsyncSession, outcomes: list[tuple[Message, Change]] = batch
            ) -> list[Position]:
                return await owner._lists.apply(session, outcomes, owner._clock.now())

            await self._write_for_sure(work)
            self._woken.set()

    async def _start_looks(self, adapter: Adapter, *, pages: bool, people: bool) -> None:
        owner = self._owner

        async def work(session: AsyncSession) -> tuple[list[Look], list[Message]]:
            looks = await owner._looking.lease(session, self.channel, adapter) if pages else []
            messages = await owner._lists.look(session, self.channel, adapter) if people else []
            return looks, messages

        looks, messages = await owner._database.write(work)
        for look in looks:
            self._spawn(self._look(adapter, look))
        for message in messages:
            self._spawn(self._look_for(adapter, message))

    async def _look(self, adapter: Adapter, look: Look) -> None:
        self._looks += 1
        try:
            change = await self._owner._looking.read(look, adapter, self._owner._random)
            await self._settle(look.job, change, self._owner._clock.now())
        finally:
            self._looks -= 1
            self._woken.set()

    async def _look_for(self, adapter: Adapter, message: Message) -> None:
        owner = self._owner
        self._looks += 1
        try:
            finding: Finding | ChannelError
            if not isinstance(adapter, Reconciles):
                finding = Unclear("this platform cannot be asked")
            else:
                last = message.standing.looks + 1 >= len(message.standing.look_after_s)
                try:
                    async with asyncio.timeout(owner._settings.attempt_deadline_s):
                        finding = await adapter.find(message.post, sent_after=message.intent_at, last=last)
                except ChannelError as exc:
                    finding = exc
                except Exception as exc:  # noqa: BLE001 - a seam: a failed reading says nothing
                    finding = Unavailable(type(exc).__name__)
            change = after_look(
                message.standing,
                finding,
                intent_at=message.intent_at,
                now=owner._clock.now(),
                rules=owner._settings.retry,
                random=owner._random,
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
