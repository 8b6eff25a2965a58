"""
The scheduler of one channel, and the tasks that it started.

Each round: lease what must be looked for, permit what may start, and hand both to tasks of their own. No database
session is open while a platform is being talked to. Whatever happens in a task ends as an outcome in the database;
if that cannot be written, it is kept and written until it can be.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from app.broadcast import lane_heads, store
from app.broadcast.calling import Stamps, outcome_of, write_for_sure
from app.broadcast.canary import Rereading
from app.broadcast.health import Rest, tell_rest
from app.broadcast.jobs import Job, LoadMedia, call
from app.broadcast.list_lane import ListLane
from app.broadcast.looking import Look
from app.broadcast.means import Means
from app.broadcast.messages import Message
from app.broadcast.permits import URGENT_RANK
from app.broadcast.reach import ANSWERED, PERMITTED, STARTING
from app.broadcast.settle import Change, after_attempt
from app.broadcast.topics import Position
from app.channels.base import Adapter, Media, OutboundPost, Prepares, Receipt, Rereads
from app.errors import RateLimited, Unavailable
from app.models import Channel, Delivery, DeliveryState, RecipientDelivery
from app.models.base import UtcDateTime

log = logging.getLogger(__name__)

_LOOKS_AT_ONCE = 8
_UPLOADED_S = 600.0  # so long a picture's id is used again; platforms keep them for hours


@dataclass(frozen=True, slots=True)
class _GoesOn:
    """Lists with people to call, as a round read them; it holds until then, by the monotonic clock."""

    second: Channel | None
    lists: Sequence[store.Candidate]
    until: float


class ChannelLane:
    """The scheduler of one channel, and the tasks that it started."""

    def __init__(self, means: Means, channel: Channel) -> None:
        self._means = means
        self.channel = channel
        self._woken = asyncio.Event()
        self._has_news = True
        self._goes_on: _GoesOn | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._jobs: dict[str, Job] = {}
        self._uploaded: dict[str, tuple[float, tuple[Media, ...]]] = {}  # by part
        self._looks = 0
        self._rereading = False
        self._permitting = True
        # What a process before this one left may not be true any more.
        self._rest_changed = {channel.id} if channel.resting_until is not None else set()
        self._carried_by = channel.carried_by
        self._people = ListLane(means, self._spawn, self._woken.set, self._note_rest, self._note_pause)
        self._loop_task = asyncio.create_task(self._run(), name=f"channel-{channel.name}")

    def wake(self) -> None:
        """Something may have changed: everything is looked at."""
        self._has_news = True
        self._woken.set()

    def stop_permitting(self) -> None:
        self._permitting = False
        self._woken.set()

    async def drain(self, within_s: float) -> None:
        """Let what runs finish, and what is known be written, for so long in all."""
        with suppress(TimeoutError):
            async with asyncio.timeout(within_s):
                await asyncio.wait([self._loop_task])
                while self._tasks:
                    await asyncio.wait(set(self._tasks))
                while (flushing := self._people.flushing) is not None and not flushing.done():
                    await asyncio.wait([flushing])

    async def end(self) -> None:
        """Break off what has not finished; nothing of it holds a connection any more when this returns."""
        while running := [task for task in self._all_tasks() if not task.done()]:
            for task in running:
                task.cancel()
            await asyncio.wait(running)

    def _all_tasks(self) -> list[asyncio.Task[None]]:
        flushing = self._people.flushing
        return [self._loop_task, *self._tasks, *([] if flushing is None else [flushing])]

    async def renew(self) -> None:
        means = self._means
        jobs = list(self._jobs.values())
        messages = list(self._people.running.values())
        if not jobs and not messages:
            return

        async def until(session: AsyncSession) -> datetime:
            return await store.lease_now(session, means.clock.now()) + timedelta(
                seconds=means.settings.lease_s
            )

        async def of_jobs(session: AsyncSession) -> None:
            lease_until = await until(session)
            for job in jobs:
                await session.execute(
                    update(Delivery)
                    .where(col(Delivery.id) == job.delivery_id, col(Delivery.fence) == job.fence)
                    .values(lease_until=lease_until)
                )

        async def of_messages(session: AsyncSession) -> None:
            await session.execute(
                update(RecipientDelivery)
                .where(
                    col(RecipientDelivery.id).in_([m.id for m in messages]),
                    col(RecipientDelivery.lease_until).is_not(None),
                )
                .values(lease_until=await until(session))
            )

        if jobs:
            await means.database.write(of_jobs)
        if messages:
            # In one order with the outcomes: some of these people have theirs by the time that this is written.
            await means.database.write(of_messages, beside=True)

    async def _run(self) -> None:
        means = self._means
        by_timer = False
        while self._permitting:
            self._woken.clear()
            try:
                wait_s = means.settings.scan_s
                goes_on, self._goes_on = self._goes_on, None
                if goes_on is not None and not self._has_news and means.clock.monotonic() < goes_on.until:
                    wait_s = await self._call_more(goes_on)
                elif not by_timer or await self._has_open():
                    self._has_news = False
                    wait_s = await self._round()
            except Exception:
                log.exception("a round failed", extra={"channel": self.channel.id})
                wait_s = 1.0
            try:
                async with asyncio.timeout(max(0.0, min(wait_s, means.settings.scan_s))):
                    await self._woken.wait()
                by_timer = False
            except TimeoutError:
                by_timer = True

    async def _has_open(self) -> bool:
        """Whether a look that nobody asked for can find anything: most of the time a service waits."""
        resting = self._means.health.breaker(self.channel.id).open_until is not None
        if resting or self._rest_changed or self._jobs or self._people.running or self.channel.second_id:
            return True
        async with self._means.database.read() as session:
            return await store.has_open(session, self.channel.id)

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
            rank = await lane_heads.first_rank(session, channel.id, now) if on else None
            second = await session.get(Channel, channel.second_id) if channel.second_id else None
        carried_by = self._people.carried_by(channel, second)
        if carried_by != self._carried_by:
            self._carried_by = carried_by
            self._rest_changed.add(channel.id)
        while self._rest_changed:
            await self._tell_rest(self._rest_changed.pop())
        if rank is not None:
            rest_s = means.health.wait_s(channel.id, urgent=rank <= URGENT_RANK)
            waits.append(rest_s if rest_s > 0 else await self._start_jobs(adapter))
        async with means.database.read() as session:
            now = means.clock.now()
            lists = await store.lists(session, channel.id) if on and people else []
            to_look = bool(await store.to_look_for(session, channel.id, now, 1))
            unknown_people = await _unknown_people(session, channel.id, now) if people else False
            next_at = await store.next_due_at(session, now)
            reread = (
                on
                and isinstance(adapter, Rereads)
                and not self._rereading
                and await means.canary.is_due(
                    session, channel.id, adapter.reread_unit, now, posting=rank is not None
                )
            )
        if next_at is not None:
            waits.append(max(0.001, (next_at - now).total_seconds()))
        if (to_look or unknown_people) and self._looks < _LOOKS_AT_ONCE:
            await self._start_looks(adapter, pages=to_look, people=unknown_people)
        if reread and isinstance(adapter, Rereads):
            await self._start_reread(adapter)
        if lists:
            until = means.clock.monotonic() + min(waits)
            waits.append(await self._call_more(_GoesOn(second, lists, until)))
        return min(waits)

    async def _call_more(self, goes_on: _GoesOn) -> float:
        """
        The next people of the lists, without another look at all the rest: of thousands who are called some hundreds at
        a time, nothing but what a round has just read changes, or somebody wakes us.
        """
        wait_s = await self._people.round(self.channel, goes_on.second, goes_on.lists)
        self._goes_on = goes_on
        return max(0.0, min(wait_s, goes_on.until - self._means.clock.monotonic()))

    async def _start_jobs(self, adapter: Adapter) -> float:
        means = self._means
        # Stamps of every scope are read before the transaction: a stop that comes after this changes them.
        stamps = Stamps(means.fence)
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
            means.fence.enter(job.start)
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
                at, units, grant = job.charged
                at = means.limits.starts(self.channel.id, units, at, means.clock.now(), deleting=job.deleting)
                job.charged = at, units, grant

            async def publish() -> Receipt:
                # Behind the same seam as the call: a picture that cannot be had must end as an outcome as well.
                if job.media_refs and means.load_media is not None:
                    job.post = await self._with_pictures(adapter, job, means.load_media)
                return await call(adapter, job, may_start)

            result = await outcome_of(means, self.channel.id, publish)
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
            if job.start.refused_as != "late" and not isinstance(result, (RateLimited, Unavailable)):
                self._uploaded.pop(job.post.ref, None)
            self._note_start(job)
            await self._settle(job, change, now, means.canary.when(self.channel, adapter, job, change, now))
        finally:
            means.fence.finish(job.start)
            self._jobs.pop(job.attempt_id, None)
            self.wake()

    async def _with_pictures(self, adapter: Adapter, job: Job, load: LoadMedia) -> OutboundPost:
        """
        The post with its pictures on the platform, where that is work of its own.

        It may take longer than any permit lasts. So what has been uploaded is kept for the next try of a start that
        came too late by it; uploading again would be too late again, until the expiry. Where the platform took nothing
        it is kept as well: uploads have limits of their own, and a limit is what most of these tries meet.
        """
        now, ref = self._means.clock.monotonic(), job.post.ref
        self._uploaded = {key: one for key, one in self._uploaded.items() if now - one[0] < _UPLOADED_S}
        if ref in self._uploaded:
            return replace(job.post, media=self._uploaded[ref][1])
        post = replace(job.post, media=await load(job.media_refs, job.post.lang))
        if not isinstance(adapter, Prepares):
            return post
        post = await adapter.prepare(post)
        if post.media and all(one.remote_id is not None for one in post.media):
            media = tuple(replace(one, content=b"") for one in post.media)
            self._uploaded[ref] = self._means.clock.monotonic(), media
        return post

    def _heard(self, result: object, started: bool, probe: bool) -> None:
        """What the end of an attempt says about the platform itself."""
        if self._means.health.heard(self.channel.id, result, started=started, probe=probe):
            self._note_rest(self.channel.id)

    def _note_rest(self, channel_id: str) -> None:
        self._rest_changed.add(channel_id)
        self.wake()

    def _note_pause(self, channel_id: str) -> None:
        """Credentials were refused: our own channel at once, another one as soon as the channels are read again."""
        if channel_id == self.channel.id:
            self.channel = Channel(**{**self.channel.model_dump(), "state": "paused"})
        self._means.woken.set()

    async def _tell_rest(self, channel_id: str) -> None:
        """Say on the channel and on what waits for it that it rests, who carries its lists, or that it is over."""
        means = self._means

        async def work(session: AsyncSession) -> list[Position]:
            channel = await session.get(Channel, channel_id)
            if channel is None:
                return []
            now = means.clock.now()
            rest = Rest(
                means.health.resting_until(channel_id, now),
                means.health.breaker(channel_id).failures,
                self._carried_by if channel_id == self.channel.id else channel.carried_by,
            )
            positions = await tell_rest(session, channel, rest, now, means.settings.zone)
            for one in await store.lists(session, channel_id):
                if one.delivery.state == DeliveryState.SENDING:
                    await means.lists.sums.count(session, one.delivery.id, {})
                    means.notes.note(one.delivery.event_id, one.delivery.id)
            return positions

        means.notes.announce(await means.database.write(work))

    def _note_start(self, job: Job) -> None:
        streaks = self._means.permits.late_streak
        if job.start.refused_as == "late" and self._means.clock.now() < job.expires_at:
            streaks[self.channel.id] = streaks.get(self.channel.id, 0) + 1
        elif job.start.started:
            streaks.pop(self.channel.id, None)

    async def _settle(
        self, job: Job, change: Change, now: datetime, reread_at: datetime | None = None
    ) -> None:
        means = self._means
        learned = await means.limits.observe(
            self.channel.id, change.limits, now, change.hold_until, deleting=job.deleting
        )
        if change.give_back:
            at, units, grant_id = job.charged
            await means.limits.give_back(self.channel.id, units, at, grant_id, deleting=job.deleting)

        async def work(session: AsyncSession) -> list[Position]:
            positions = await means.outcomes.apply(session, job, change, now, learned=learned)
            if reread_at is not None:
                await means.canary.plan(session, job, reread_at)
            return positions

        await write_for_sure(means, work)
        if change.pause_channel:
            self._note_pause(self.channel.id)

    async def _start_looks(self, adapter: Adapter, *, pages: bool, people: bool) -> None:
        means = self._means

        async def work(session: AsyncSession) -> tuple[list[Look], list[Message]]:
            looks = await means.looking.lease(session, self.channel, adapter) if pages else []
            messages = await self._people.lease_looks(session, self.channel) if people else []
            return looks, messages

        looks, messages = await means.database.write(work)
        for look in looks:
            self._spawn(self._look(adapter, look))
        for message in messages:
            self._spawn(self._look_for(message))

    async def _look(self, adapter: Adapter, look: Look) -> None:
        self._looks += 1
        try:
            change = await self._means.looking.read(look, adapter, self._means.random)
            await self._settle(look.job, change, self._means.clock.now())
        finally:
            self._looks -= 1
            self.wake()

    async def _start_reread(self, adapter: Rereads) -> None:
        means = self._means

        async def work(session: AsyncSession) -> Rereading | None:
            return await means.canary.lease(session, self.channel, adapter)

        rereading = await means.database.write(work)
        if rereading is not None:
            self._rereading = True
            self._spawn(self._reread(adapter, rereading))

    async def _reread(self, adapter: Rereads, rereading: Rereading) -> None:
        means = self._means
        try:
            answer = await means.canary.read(rereading, adapter)

            async def work(session: AsyncSession) -> list[Position]:
                return await means.canary.settle(session, self.channel, rereading, answer)

            await write_for_sure(means, work)
        finally:
            self._rereading = False
            self.wake()

    async def _look_for(self, message: Message) -> None:
        self._looks += 1
        try:
            await self._people.look_for(message)
        finally:
            self._looks -= 1

    def _spawn(self, work: Any) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


@lru_cache(maxsize=1)
def _unknown_person() -> Any:
    return (
        select(col(RecipientDelivery.id))
        .join(Delivery, col(Delivery.id) == col(RecipientDelivery.delivery_id))
        .where(
            col(RecipientDelivery.state) == DeliveryState.UNKNOWN,
            col(RecipientDelivery.due_at) <= bindparam("now", type_=UtcDateTime()),
            col(Delivery.channel_id) == bindparam("channel_id"),
        )
        .limit(1)
    )


async def _unknown_people(session: AsyncSession, channel_id: str, now: datetime) -> bool:
    found = await session.execute(_unknown_person(), {"now": now, "channel_id": channel_id})
    return found.first() is not None
