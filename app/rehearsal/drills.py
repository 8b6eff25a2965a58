"""
Running scenario packs: a drill that gives its injects at their times, and what each person made of it.

Only in a drill process. One pack at a time for each event; none around a hand-over of the button, unless both crews
have said that they know. What was given is written down as it is given, so that a run that the process did not
survive is still told apart from one that went to its end.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy import select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from app.accounts.audit import AuditLog
from app.accounts.rights import Actor
from app.broadcast import topics
from app.clock import Clock
from app.db import Database
from app.editorial.finding import find_event
from app.editorial.handover import drill_on, refuse_near
from app.errors import AppError, Conflict, NotFound
from app.ids import NewId
from app.models import (
    Approval,
    AuditEntry,
    DrillRun,
    DrillState,
    EventState,
    Person,
    TopicName,
    Update,
    Verdict,
)
from app.rehearsal import scoring
from app.rehearsal.furnish import Simulators, SimulatorsUnreachable
from app.rehearsal.packs import Faults, Goals, Inject, Pack, known_faults, read
from app.rehearsal.player import PRESENTER, SECOND

log = structlog.get_logger()

ACTS = ("guard.blocked", "update.undone", "event.hold", "event.stop")
VERDICTS = (Verdict.APPROVED, Verdict.RETURNED, Verdict.REJECTED, Verdict.BREAK_GLASS)
PLAYED_BY = frozenset({PRESENTER.identity, SECOND.identity})
PATIENCE_S = 60.0
"""An answer needs something to answer: so long it is tried again before it counts as not given."""
AGAIN_S = 3.0


@dataclass(frozen=True, slots=True)
class Report:
    """One run, its team's score and each person's by name; `names` maps an identity to a name."""

    run: DrillRun
    team: scoring.Score
    people: Mapping[str, scoring.Score]
    names: Mapping[str, str]


class Drills:
    """
    Args:
        packs: The house's own packs lie there; there need be no such folder.
    """

    def __init__(
        self,
        database: Database,
        simulators: Simulators,
        audit: AuditLog,
        clock: Clock,
        new_id: NewId,
        announce: Callable[[Sequence[topics.Position]], None],
        *,
        packs: Path,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._database = database
        self._simulators = simulators
        self._audit = audit
        self._clock = clock
        self._new_id = new_id
        self._announce = announce
        self._folder = packs
        self._faults: Faults | None = None
        self._sleep = sleep
        self._tasks: dict[str, asyncio.Task[None]] = {}

    def packs(self) -> list[Pack]:
        """
        Raises:
            InvalidInput: one of the house's own cannot be played.
        """
        found = read(self._folder, self._faults)
        return sorted(found.values(), key=lambda pack: (pack.kind, pack.id))

    async def close_old(self) -> None:
        """At the start of the process: no run of an earlier one goes on, and the simulators say what they can do."""
        self._faults = known_faults(await self._simulators.get("faults"))

        async def work(session: AsyncSession) -> None:
            await session.execute(
                update(DrillRun)
                .where(col(DrillRun.state) == DrillState.RUNNING)
                .values(state=DrillState.CUT, ended_at=self._clock.now())
            )

        await self._database.write(work)

    async def start(self, actor: Actor, event_id: str, pack_id: str, *, speed: float = 1.0) -> DrillRun:
        """
        Args:
            speed: How many times faster than written the injects come; goals are not scaled.

        Raises:
            NotFound: no such pack. Conflict: another kind of event, not live, one runs, or the button changes hands.
        """
        pack = next((one for one in self.packs() if one.id == pack_id), None)
        if pack is None:
            raise NotFound("There is no such pack. Look at the list of packs.", code="pack_not_found")

        async def work(session: AsyncSession) -> tuple[DrillRun, topics.Position]:
            now = self._clock.now()
            event = await find_event(session, event_id)
            await session.refresh(event, with_for_update=True)
            await refuse_near(session, event.id, now)
            if event.kind != pack.kind or event.state != EventState.LIVE:
                raise Conflict(
                    f"This pack is for a live event of the kind {pack.kind}. Choose another.",
                    code="wrong_event",
                )
            if await drill_on(session, event.id) is not None:
                raise Conflict("A pack runs on this event. Stop it first.", code="drill_running")
            run = DrillRun(
                id=self._new_id(),
                event_id=event.id,
                pack=pack.id,
                title=pack.title,
                started_by=actor.identity,
                started_at=now,
                goals=pack.goals.model_dump(),
            )
            session.add(run)
            await self._note(session, actor.label, "drill.started", run, now)
            return run, await topics.append(session, event.id, TopicName.DESK, [("event", event.id)], now)

        run, position = await self._database.write(work)
        self._announce([position])
        self._tasks[run.id] = asyncio.create_task(self._play(run.id, pack, speed), name=f"drill-{pack.id}")
        return run

    async def stop(self, actor: Actor, event_id: str) -> DrillRun:
        """
        Raises:
            Conflict: none runs.
        """
        async with self._database.read() as session:
            event = await find_event(session, event_id)
            found = await drill_on(session, event.id)
        if found is None:
            raise Conflict("No pack runs on this event.", code="no_drill")
        await self._cancel(found.id)
        await self._end(found.id, DrillState.STOPPED, actor.label)
        return await self.found(event_id, found.id)

    async def aclose(self) -> None:
        for run_id in list(self._tasks):
            await self._cancel(run_id)

    async def listed(self, event_id: str) -> list[DrillRun]:
        """Newest first."""
        async with self._database.read() as session:
            event = await find_event(session, event_id)
            rows = await session.execute(
                select(DrillRun)
                .where(col(DrillRun.event_id) == event.id)
                .order_by(col(DrillRun.started_at).desc())
            )
            return list(rows.scalars())

    async def found(self, event_id: str, run_id: str) -> DrillRun:
        """
        Raises:
            NotFound: no such run on this event.
        """
        async with self._database.read() as session:
            event = await find_event(session, event_id)
            run = await session.get(DrillRun, run_id)
        if run is None or run.event_id != event.id:
            raise NotFound("There is no such run. Look at the list of drills.", code="run_not_found")
        return run

    async def report(self, event_id: str, run_id: str) -> Report:
        """How one run went; while it runs, how it goes."""
        return await self._report(await self.found(event_id, run_id))

    async def month(self, year: int, month: int, zone: tzinfo) -> list[Report]:
        """Every run that began in a month of the hospital's clock, oldest first: what the proficiency report is made of."""
        first = datetime(year, month, 1, tzinfo=zone)
        after = (first + timedelta(days=32)).replace(day=1)
        async with self._database.read() as session:
            rows = await session.execute(
                select(DrillRun)
                .where(col(DrillRun.started_at) >= first, col(DrillRun.started_at) < after)
                .order_by(col(DrillRun.started_at))
            )
            runs = list(rows.scalars())
        return [await self._report(run) for run in runs]

    async def _report(self, run: DrillRun) -> Report:
        until = run.ended_at or self._clock.now()
        async with self._database.read() as session:
            facts = await _facts(session, run, until)
            people = await session.execute(select(col(Person.id), col(Person.name)))
            names = {f"person:{person_id}": name for person_id, name in people.all()}
        goals = Goals.model_validate(run.goals)
        return Report(run, scoring.team(facts, goals), scoring.people(facts, goals), names)

    async def _play(self, run_id: str, pack: Pack, speed: float) -> None:
        try:
            async with asyncio.TaskGroup() as group:
                for n, inject in enumerate(pack.injects, 1):
                    group.create_task(self._give(run_id, n, inject, speed))
                group.create_task(self._lasts(pack.seconds / speed))
        finally:
            # Stopped before its time as well: nobody goes on rehearsing against faults that no pack owns any more.
            for platform in {one.platform for one in pack.injects if one.kind == "fault"}:
                await self._quietly(self._simulators.delete(f"faults/{platform}"))
            if any(one.kind == "crowd" for one in pack.injects):
                await self._quietly(self._simulators.delete("flood"))
        # As long as it takes: while the run counts as running, the button does not change hands.
        while not await self._kept(self._end(run_id, DrillState.ENDED, "system")):
            await self._sleep(AGAIN_S)
        self._tasks.pop(run_id, None)

    async def _lasts(self, seconds: float) -> None:
        await self._sleep(seconds)

    async def _give(self, run_id: str, n: int, inject: Inject, speed: float) -> None:
        await self._sleep(inject.at_s / speed)
        why = ""
        for _ in range(int(PATIENCE_S / AGAIN_S)):
            try:
                await self._act(inject)
                why = ""
                break
            except SimulatorsUnreachable as exc:
                why = str(exc)
                await self._sleep(AGAIN_S / speed)
        for _ in range(int(PATIENCE_S / AGAIN_S)):
            if await self._kept(self._written(run_id, n, inject, why)):
                return
            await self._sleep(AGAIN_S)

    async def _act(self, inject: Inject) -> None:
        match inject.kind:
            case "reply" | "rumour":
                handle = "".join(c for c in inject.author.casefold() if c.isalnum()) or "passer"
                await self._simulators.post(
                    "say",
                    {
                        "platform": inject.platform,
                        "handle": handle[:15],
                        "name": inject.author,
                        "text": inject.text,
                    },
                )
            case "crowd":
                await self._simulators.post(
                    "flood",
                    {
                        "platform": inject.platform,
                        "rate_per_s": inject.per_min / 60,
                        "seconds": inject.seconds,
                    },
                )
            case "fault":
                body: dict[str, Any] = {
                    "platform": inject.platform,
                    "name": inject.fault,
                    "params": inject.params,
                }
                if inject.times is not None:
                    body["times"] = inject.times
                await self._simulators.post("faults", body)
            case "clear":
                await self._simulators.delete(f"faults/{inject.platform}")
            case _:
                pass  # a note is only written down, and so shown

    async def _written(self, run_id: str, n: int, inject: Inject, why: str) -> None:
        async def work(session: AsyncSession) -> topics.Position:
            now = self._clock.now()
            run = await session.get_one(DrillRun, run_id, with_for_update=True, populate_existing=True)
            given = {
                "n": n,
                "at_s": inject.at_s,
                "kind": inject.kind,
                "platform": inject.platform,
                "text": inject.text or inject.fault,
                "calls_for": inject.calls_for,
                "given_at": now.isoformat(),
                "ok": not why,
                "why": why[:300],
            }
            if all(one["n"] != n for one in run.injects):  # written already, though the answer was lost
                run.injects = [*run.injects, given]
                session.add(run)
            return await topics.append(session, run.event_id, TopicName.DESK, [("event", run.event_id)], now)

        self._announce([await self._database.write(work)])

    async def _end(self, run_id: str, state: DrillState, by: str) -> None:
        async def work(session: AsyncSession) -> topics.Position | None:
            now = self._clock.now()
            run = await session.get_one(DrillRun, run_id, with_for_update=True, populate_existing=True)
            if run.state != DrillState.RUNNING:
                return None
            run.state, run.ended_at = state, now
            session.add(run)
            await self._note(session, by, f"drill.{state}", run, now)
            return await topics.append(session, run.event_id, TopicName.DESK, [("event", run.event_id)], now)

        position = await self._database.write(work)
        if position is not None:
            self._announce([position])

    async def _cancel(self, run_id: str) -> None:
        task = self._tasks.pop(run_id, None)
        if task is not None:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def _kept(self, write: Awaitable[object]) -> bool:
        """Whether a write of the drill's own was done. A database that is busy or full ends no exercise."""
        try:
            await write
        except (SQLAlchemyError, OSError, AppError) as exc:
            log.warning("drill_not_written", error=type(exc).__name__)
            return False
        return True

    async def _quietly(self, act: Awaitable[object]) -> None:
        try:
            await act
        except SimulatorsUnreachable as exc:
            log.warning("drill_tidy_failed", why=str(exc))

    async def _note(
        self, session: AsyncSession, actor: str, action: str, run: DrillRun, now: datetime
    ) -> None:
        await session.flush()
        await self._audit.append(
            session,
            actor=actor,
            action=action,
            event_id=run.event_id,
            subject=run.id,
            detail={"pack": run.pack},
            now=now,
        )


async def _facts(session: AsyncSession, run: DrillRun, until: datetime) -> scoring.Facts:
    """What people did. A rehearsal that plays beside the pack is no achievement of theirs."""
    updates = (
        await session.execute(
            select(Update).where(
                col(Update.event_id) == run.event_id,
                col(Update.received_at) >= run.started_at,
                col(Update.received_at) <= until,
            )
        )
    ).scalars()
    said = {
        row.id: scoring.Said(row.asked_by or "system", row.kind, row.received_at, row.released_at)
        for row in updates
        if row.asked_by not in PLAYED_BY
    }
    decisions = (
        await session.execute(
            select(Approval).where(
                col(Approval.event_id) == run.event_id,
                col(Approval.at) >= run.started_at,
                col(Approval.at) <= until,
                col(Approval.verdict).in_(VERDICTS),
            )
        )
    ).scalars()
    decided = [
        scoring.Decided(
            one.identity,
            one.verdict,
            one.at,
            (one.at - (said[one.update_id].at if one.update_id in said else run.started_at)).total_seconds(),
        )
        for one in decisions
        if one.identity not in PLAYED_BY
    ]
    entries = (
        await session.execute(
            select(col(AuditEntry.actor), col(AuditEntry.action), col(AuditEntry.at)).where(
                col(AuditEntry.event_id) == run.event_id,
                col(AuditEntry.at) >= run.started_at,
                col(AuditEntry.at) <= until,
                col(AuditEntry.action).in_(ACTS),
            )
        )
    ).all()
    return scoring.Facts(
        started_at=run.started_at,
        ended_at=until,
        said=tuple(said.values()),
        decided=tuple(decided),
        did=tuple(scoring.Did(actor, action, at) for actor, action, at in entries if actor not in PLAYED_BY),
        called_for=scoring.calls_of(run.injects),
    )
