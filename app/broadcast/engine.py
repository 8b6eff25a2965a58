"""The engine of one process: builds the parts of broadcast that send, starts and stops them together."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from app.broadcast.attempt_deadline import AttemptDeadline
from app.broadcast.audit_log import AuditLog
from app.broadcast.canary import Canary
from app.broadcast.countdowns import Countdowns
from app.broadcast.decisions import Decisions
from app.broadcast.desk_notes import DeskNotes
from app.broadcast.digests import Digests, Tell
from app.broadcast.dispatcher import Dispatcher
from app.broadcast.expansion import Expansion
from app.broadcast.fence import Fence
from app.broadcast.forecasts import Forecasts
from app.broadcast.gate import Gate
from app.broadcast.health import Health
from app.broadcast.jobs import LoadMedia, Units, one_unit
from app.broadcast.last_check import LastCheck
from app.broadcast.limit_book import LimitBook
from app.broadcast.list_looking import ListLooking
from app.broadcast.looking import Looking
from app.broadcast.means import AdapterOf, Means
from app.broadcast.outcomes import Outcomes
from app.broadcast.permits import Permits
from app.broadcast.publisher import Publisher
from app.broadcast.reach import Reach, nowhere
from app.broadcast.receipts import Receipts
from app.broadcast.recipients import Lists
from app.broadcast.release import Release
from app.broadcast.retry import Random
from app.broadcast.settings import EngineSettings
from app.broadcast.shared_limits import SharedLimits
from app.broadcast.stop import StopControl
from app.broadcast.store import lease_now
from app.broadcast.sweeps import Sweeps
from app.broadcast.takeoff import TakeOff
from app.broadcast.topics import Position
from app.broadcast.warming import warm_up
from app.clock import Clock, SteeredClock
from app.db import Database
from app.errors import Unready
from app.ids import NewId

log = logging.getLogger(__name__)

START_TRIES = 4


class Engine:
    """
    Accept, release, send, stop.

    Args:
        adapters: The adapter of a channel; LookupError while there is none.
        gate: Asked before every release and every permit.
        random: Numbers in [0, 1), for jitter.
        announce: Told positions of topics once they are durable; hands them to the hub.
        units: What one text costs of a channel's limits; SMS segments, else one.
        load_media: Fetches pictures for a post.
        tell: Writes the post that tells several updates; without it each goes by itself.
        shared_limits: Limits that several processes keep together; each has its own otherwise.
        reach: Called at named moments; for harnesses that end the process there.
    """

    def __init__(
        self,
        *,
        database: Database,
        adapters: AdapterOf,
        gate: Gate,
        audit: AuditLog,
        clock: Clock,
        new_id: NewId,
        random: Random,
        announce: Callable[[Sequence[Position]], None],
        settings: EngineSettings | None = None,
        units: Units = one_unit,
        load_media: LoadMedia | None = None,
        tell: Tell | None = None,
        shared_limits: SharedLimits | None = None,
        reach: Reach = nowhere,
    ) -> None:
        self.settings = settings or EngineSettings()
        given = self.settings
        worker = new_id()
        self._database = database
        self._clock = clock
        self._gate = gate
        self._new_id = new_id
        self.fence = Fence(clock.monotonic)
        self.limits = LimitBook(new_id, clock, shared_limits)
        self.health = Health(clock, given.breaker)
        self.forecasts = Forecasts(database, self.limits, clock, units, given, gate, tell)
        self._notes = DeskNotes(clock, given.desk_interval_s, announce)
        lists = Lists(self.limits, self._notes, clock, new_id, given, worker, units, self.health)
        last_check = LastCheck(gate, self._notes, given)
        permits = Permits(
            last_check,
            self.limits,
            self._notes,
            clock,
            new_id,
            given,
            worker,
            units,
            self.health,
            Digests(self.limits, given, tell),
        )
        outcomes = Outcomes(audit, self.limits, self._notes, given, worker)
        means = Means(
            database=database,
            adapters=adapters,
            permits=permits,
            last_check=last_check,
            lists=lists,
            list_looking=ListLooking(clock, given),
            looking=Looking(clock, given, worker),
            canary=Canary(audit, self.limits, self._notes, clock, given),
            outcomes=outcomes,
            fence=self.fence,
            limits=self.limits,
            health=self.health,
            notes=self._notes,
            clock=clock,
            random=random,
            settings=given,
            load_media=load_media,
            reach=reach,
            deadline=AttemptDeadline(given.attempt_deadline_s),
        )
        self._dispatcher = Dispatcher(means)
        self._sweeps = Sweeps(means)
        expansion = Expansion(database, clock, given, announce, self._dispatcher.wake, lists.sums.recount)
        self.release = Release(
            database, gate, audit, clock, given, announce, self._dispatcher.wake, expansion, reach
        )
        self._countdowns = Countdowns(database, clock, announce, self.release.wake)
        self.publisher = Publisher(
            database, clock, new_id, announce, zone=given.zone, wake=self.release.wake, reach=reach
        )
        self.stop_control = StopControl(
            database, self.fence, audit, clock, given, worker, announce, self.wake
        )
        self.take_off = TakeOff(database, self.fence, clock, given, announce, self.wake)
        self.decisions = Decisions(database, audit, clock, given, lists.sums, announce, self._dispatcher.wake)
        self.receipts = Receipts(database, clock, given, lists.sums, self._notes, self._dispatcher.wake)
        self._tasks: list[asyncio.Task[None]] = []

    def wake(self) -> None:
        """Something may be due: an update, a delivery, a channel that is on again."""
        self.release.wake()
        self._dispatcher.wake()

    async def undo(self, update_id: str, actor: str) -> None:
        """Take an update back before its release; see Release.undo."""
        await self.release.undo(update_id, actor)

    async def start(self) -> None:
        """Look after what an earlier process left, then begin."""
        await self._steer()
        await self._look_after_the_dead()
        self._tasks = [
            asyncio.create_task(self.release.run(), name="release"),
            asyncio.create_task(self._dispatcher.run(), name="dispatcher"),
            asyncio.create_task(self._repeat(self._flush, self.settings.desk_interval_s), name="desk-notes"),
            asyncio.create_task(self._repeat(self._dispatcher.renew, self.settings.renew_s), name="leases"),
            asyncio.create_task(self._repeat(self._scan, self.settings.scan_s), name="expiry"),
            asyncio.create_task(self._repeat(self._prune, self.settings.prune_s), name="grants"),
        ]

    async def warm_up(self) -> None:
        """So that the first emergency is as fast as the second; where other processes share the database, they come first."""
        if self.settings.sole_node:
            await warm_up(self._database, self._gate, self._clock, self._new_id, self.settings)

    async def stop(self) -> None:
        """Accept nothing new, let what runs finish for up to `drain_s`, write what is known."""
        await self.publisher.drain()
        await self._dispatcher.drain()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks = []
        await self._dispatcher.end()
        await self._notes.flush(self._database, everything=True)

    async def _look_after_the_dead(self) -> None:
        """
        Done twice it changes nothing more, so a connection that ends meanwhile is no reason not to start: on a busy
        machine the first statements of a process take longer than the database lets a transaction be silent.
        """
        for left in reversed(range(START_TRIES)):
            try:
                await self._sweeps.recover()
            except Unready as exc:
                if not left or exc.code not in ("database_busy", "database_away"):
                    raise
                log.warning("looking after what an earlier process left is tried again: %s", exc)
            else:
                return

    async def _steer(self) -> None:
        """Where several processes work together, all go by the database's clock."""
        if not self._database.is_sqlite and isinstance(self._clock, SteeredClock):
            async with self._database.read() as session:
                self._clock.steer(await lease_now(session, self._clock.now()))

    async def _scan(self) -> None:
        await self._steer()
        if self.settings.sole_node:
            await self._countdowns.follow()
        await self._sweeps.expire()
        await self._sweeps.explain()
        if not self.settings.sole_node:
            await self._sweeps.recover()
        if not self._database.is_sqlite:
            await self.receipts.take_up_missed()

    async def _prune(self) -> None:
        async def work(session: AsyncSession) -> bool:
            return await self.limits.prune(session, self._clock.now())

        more = True
        while more:
            more = await self._database.write(work)

    async def _flush(self) -> None:
        await self._notes.flush(self._database)

    async def _repeat(self, work: Callable[[], object], every_s: float) -> None:
        while True:
            await asyncio.sleep(every_s)
            try:
                result = work()
                if asyncio.iscoroutine(result):
                    await result
            except Exception:
                log.exception("a repeated task failed; it runs again")
