"""
When the course of an operation changes: one tap freezes everything, and the family hears before the public does.

The tap holds sending, closes questions and parks the script; no public page says why. The public line can leave only
after somebody who may has said that the family was told, and it is one of the lines that two people signed
beforehand, word for word. Nobody writes in that hour.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from app.accounts.audit import AuditLog
from app.accounts.rights import Actor
from app.broadcast import topics
from app.broadcast.engine import Engine
from app.broadcast.refusals import withdraw_waiting
from app.clock import Clock
from app.db import Database
from app.editorial.complication_now import line_ready, needed, open_one
from app.editorial.finding import find_event
from app.editorial.scripted import COMPLICATION
from app.editorial.submission import Submission
from app.editorial.submit import Desk
from app.errors import AppError, Conflict, Forbidden, InvalidInput
from app.ids import NewId
from app.models import (
    NOT_OUT,
    Complication,
    Delivery,
    LiveEvent,
    Sending,
    Step,
    TopicName,
    Update,
    UpdateState,
)

COURSES = ("line", "text_only", "slow", "stop")
SLOW_S = 300
"""The longest countdown there is: time for a second look at every word."""


class Complications:
    def __init__(
        self,
        database: Database,
        engine: Engine,
        desk: Desk,
        audit: AuditLog,
        clock: Clock,
        new_id: NewId,
        announce: Callable[[Sequence[topics.Position]], None],
    ) -> None:
        self._database = database
        self._engine = engine
        self._desk = desk
        self._audit = audit
        self._clock = clock
        self._new_id = new_id
        self._announce = announce

    async def call(self, actor: Actor, event_id: str) -> Complication:
        """
        Freeze in one tap. Pressing again changes nothing.

        Raises:
            NotFound: no such event.
        """
        async with self._database.read() as session:
            event = await find_event(session, event_id)
        if event.sending == Sending.OPEN:
            await self._engine.stop_control.hold(event.id, actor.label, human=actor.identity)

        async def work(session: AsyncSession) -> tuple[Complication, topics.Position]:
            now = self._clock.now()
            row = await open_one(session, event.id)
            if row is None:
                row = Complication(
                    id=self._new_id(), event_id=event.id, called_by=actor.identity, called_at=now
                )
                session.add(row)
                live = await session.get_one(LiveEvent, event.id, with_for_update=True)
                live.replies_open = False
                live.version += 1
                session.add(live)
                await session.execute(
                    update(Step)
                    .where(
                        col(Step.event_id) == event.id,
                        col(Step.sent_update_id).is_(None),
                        col(Step.branch) == "",
                    )
                    .values(parked=True, version=col(Step.version) + 1)
                )
                await self._note(session, actor, "complication.called", event.id, now)
            # The desk alone is told; the public and the family see a pause, as after any hold.
            return row, await topics.append(session, event.id, TopicName.DESK, [("event", event.id)], now)

        row, position = await self._database.write(work)
        self._announce([position])
        return row

    async def family_told(self, actor: Actor, event_id: str) -> Complication:
        """
        Say that the family has been told, by somebody who told them or was there.

        Raises:
            Conflict: there is no complication.
        """

        async def work(session: AsyncSession) -> tuple[Complication, topics.Position]:
            now = self._clock.now()
            event = await find_event(session, event_id)
            live = await session.get_one(LiveEvent, event.id, with_for_update=True, populate_existing=True)
            row = await needed(session, event.id)
            row.family_told_by, row.family_told_at = actor.identity, now
            live.version += 1
            session.add_all([row, live])
            await self._note(session, actor, "complication.family_told", event.id, now)
            # Whoever waits on another desk for this must see it without asking.
            return row, await topics.append(session, event.id, TopicName.DESK, [("event", event.id)], now)

        row, position = await self._database.write(work)
        self._announce([position])
        return row

    async def go_on(
        self, actor: Actor, event_id: str, course: str, *, step_id: str | None = None
    ) -> Complication:
        """
        Choose how it goes on: with the signed line, with text alone, slowly, or not at all.

        What was counting down when the course changed is withdrawn: it was written for another one. The line is
        submitted for every channel before the course counts as chosen, under a key of its own, so that a crash in
        between neither loses nor doubles it; the hold stays, and lets it out when it is lifted.

        To stop waits for nobody, and settles nothing before the family has been told: whoever lifts the stop has that
        to do first, and then this to choose.

        Args:
            step_id: Which of the signed lines; the first when left out.

        Raises:
            Forbidden: the family has not been told. Conflict: no complication, no signed line, sending is stopped, or a
                colleague has chosen another course at the same moment.
        """
        if course not in COURSES:
            raise InvalidInput(f"Choose one of: {', '.join(COURSES)}.", code="unknown_course")
        async with self._database.read() as session:
            event = await find_event(session, event_id)
            opened = await needed(session, event.id)
            line = await line_ready(session, event, step_id) if course == "line" else None
        if course == "stop":
            await self._engine.stop_control.stop(event.id, actor.label, human=actor.identity)
        elif opened.family_told_at is None:
            raise Forbidden(
                "Tell the family first. The liaison, or the clinician, confirms that here.",
                code="family_first",
            )

        if line is not None:
            await self._submit(actor, opened, line)

        async def work(session: AsyncSession) -> tuple[Complication, topics.Position]:
            now = self._clock.now()
            live = await session.get_one(LiveEvent, event.id, with_for_update=True, populate_existing=True)
            row = await session.get_one(Complication, opened.id, populate_existing=True)
            if row.settled_at is not None:
                raise chosen_before()
            if course in ("text_only", "slow") and await _line_sent(session, row):
                raise Conflict(
                    "A colleague has just sent the signed line. Choose “line” to go on with it, or stop.",
                    code="line_chosen",
                )
            waiting = list(
                (
                    await session.execute(
                        update(Update)
                        .where(
                            col(Update.event_id) == event.id,
                            col(Update.state).in_((UpdateState.COUNTING_DOWN, UpdateState.AWAITING_APPROVAL)),
                            col(Update.received_at) <= row.called_at,
                        )
                        .values(
                            state=UpdateState.WITHDRAWN, hold_left_s=None, version=col(Update.version) + 1
                        )
                        .returning(col(Update.id))
                    )
                ).scalars()
            )
            if waiting:
                await withdraw_waiting(
                    session,
                    col(Delivery.update_id).in_(waiting),
                    "complication",
                    now,
                    self._engine.settings,
                )
            live.policy = {**live.policy, "text_only": True}
            if course == "slow":
                live.delay_s = max(live.delay_s, SLOW_S)
            live.version += 1
            # Whoever decided on a line before this commit is told at the door, under the event's lock as here.
            await session.execute(
                update(Step)
                .where(col(Step.event_id) == event.id, col(Step.branch) == COMPLICATION)
                .values(version=col(Step.version) + 1)
            )
            row.course = course
            if row.family_told_at is not None:
                row.settled_by, row.settled_at = actor.identity, now
            session.add_all([live, row])
            await self._note(session, actor, f"complication.{course}", event.id, now)
            refs = [("event", event.id), *(("update", u) for u in waiting)]
            return row, await topics.append(session, event.id, TopicName.DESK, refs, now)

        settled, position = await self._database.write(work)
        self._announce([position])
        return settled

    async def _submit(self, actor: Actor, row: Complication, line: Step) -> None:
        key = line_key(row)
        decided = await self._desk.decide(
            actor,
            row.event_id,
            Submission(
                texts=line.texts, step_id=line.id, source="desk", confirmed=True, in_complication=True
            ),
            key=key,
            body_hash=f"{key}-{line.id}",
        )
        # Two people signed it, and the step's own version says whether they still do: no other rule decides about it.
        decided = replace(decided, event_version=None, read_with=None)
        try:
            await self._engine.publisher.accept(decided, lambda made: made.update_id.encode())
        except AppError as exc:
            if exc.code in ("key_reused", "key_in_progress"):
                raise Conflict(
                    "A colleague has just chosen another of the signed lines, and that one goes out. Look at the desk.",
                    code="line_chosen",
                ) from exc
            if exc.code == "changed_meanwhile" and await self.found(row.event_id) is None:
                raise chosen_before() from exc
            raise

    async def found(self, event_id: str) -> Complication | None:
        async with self._database.read() as session:
            event = await find_event(session, event_id)
            return await open_one(session, event.id)

    async def _note(
        self, session: AsyncSession, actor: Actor, action: str, event_id: str, now: datetime
    ) -> None:
        await session.flush()
        await self._audit.append(
            session, actor=actor.label, action=action, event_id=event_id, subject=event_id, now=now
        )


def line_key(row: Complication) -> str:
    """One line for each complication, whoever chooses and however often."""
    return f"complication-{row.id}"


def chosen_before() -> Conflict:
    return Conflict("A colleague has just chosen how this goes on. Look at the desk.", code="course_chosen")


async def _line_sent(session: AsyncSession, row: Complication) -> bool:
    found = await session.execute(
        select(col(Update.id)).where(
            col(Update.event_id) == row.event_id,
            col(Update.client_key) == line_key(row),
            col(Update.state).not_in(NOT_OUT),
        )
    )
    return found.first() is not None
