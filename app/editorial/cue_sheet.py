"""The cue sheet: writing, ordering, signing off, taking a branch, and how it runs against its plan."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from app.accounts.audit import AuditLog
from app.accounts.rights import Actor, roles_on
from app.broadcast import topics
from app.clock import Clock
from app.db import Database
from app.editorial import pacing, scripted
from app.editorial.finding import find_event
from app.editorial.guard import Verdict
from app.editorial.looking import obey
from app.editorial.privacy_check import PrivacyCheck
from app.editorial.said_before import LABEL
from app.editorial.texts import checked_label, clean_texts, one_line
from app.errors import AppError, Conflict, InvalidInput, NotFound
from app.ids import NewId
from app.models import NOT_OUT, LiveEvent, Person, Role, Step, TopicName, Update, UpdateState

T = TypeVar("T")
MOST_STEPS = 200
WORDS = frozenset({"title", "texts", "label", "key_moment", "branch"})
"""What is signed. Planned minutes and the order are not: they say when, not what."""


@dataclass(frozen=True, slots=True)
class NewCue:
    title: str
    texts: Mapping[str, str]
    key_moment: bool = False
    minutes: float | None = None
    branch: str = scripted.MAIN
    at: int | None = None  # place in the order; the end when left out
    confirmed: bool = False  # the privacy check asked about its title, and a person looked again
    label: Mapping[str, str] = field(default_factory=dict)


class CueSheet:
    def __init__(
        self,
        database: Database,
        privacy: PrivacyCheck,
        audit: AuditLog,
        clock: Clock,
        new_id: NewId,
        announce: Callable[[Sequence[topics.Position]], None],
    ) -> None:
        self._database = database
        self._privacy = privacy
        self._audit = audit
        self._clock = clock
        self._new_id = new_id
        self._announce = announce

    async def add(self, actor: Actor, event_id: str, new: NewCue) -> Step:
        """
        Raises:
            InvalidInput: a field that cannot be right, or the sheet is full.
        """

        async def work(session: AsyncSession, event: LiveEvent, now: datetime) -> Step:
            return await self._add(session, event, actor, new, now)

        return await self._changed(event_id, work)

    async def add_all(self, actor: Actor, event_id: str, sheet: Sequence[NewCue]) -> list[Step]:
        """
        A sheet from a file, at the end and in its order: all of it, or nothing and the step that is wrong.

        Raises:
            InvalidInput, Forbidden: a field that cannot be right or is blocked, or too many steps; it names the step.
        """

        async def work(session: AsyncSession, event: LiveEvent, now: datetime) -> list[Step]:
            added = []
            for n, new in enumerate(sheet, 1):
                try:
                    added.append(await self._add(session, event, actor, new, now))
                except AppError as exc:
                    words = f"Step {n} of the file: {exc.detail} Nothing was added."
                    raise type(exc)(words, code=exc.code, **{**exc.extra, "step": n}) from exc
            return added

        return await self._changed(event_id, work)

    async def names(self, steps: Sequence[Step]) -> dict[str, str]:
        """Of whoever signed these steps: name by identity."""
        wanted = {one for step in steps for one in (step.signed_by, step.seconded_by) if one is not None}
        if not wanted:
            return {}
        async with self._database.read() as session:
            rows = (await session.execute(select(col(Person.id), col(Person.name)))).all()
        return {f"person:{person_id}": name for person_id, name in rows if f"person:{person_id}" in wanted}

    async def change(
        self,
        actor: Actor,
        event_id: str,
        step_id: str,
        version: int,
        changes: Mapping[str, Any],
        *,
        confirmed: bool = False,
    ) -> Step:
        """
        Change a step that has not been sent. Other words void its signatures; another minute or place does not.

        Raises:
            Conflict: it was changed meanwhile, or it is out.
        """

        async def work(session: AsyncSession, event: LiveEvent, now: datetime) -> Step:
            step = await _open_step(session, event, step_id, version)
            to = changes.get("n")
            given = {name: value for name, value in changes.items() if name != "n"}
            checked = _checked(event, given)
            if "title" in checked:
                self._privacy.obey_title(event, checked["title"], confirmed=confirmed)
            if "label" in checked:
                self._privacy.obey_label(event, checked["label"], confirmed=confirmed)
            voids = any(getattr(step, name) != value for name, value in checked.items() if name in WORDS)
            step.written_by = scripted.writers_of(
                step, checked.get("texts", {}), actor.identity, checked.get("label", step.label)
            )
            _write(step, checked)
            voided = voids and scripted.unsign(step)
            if "branch" in checked:
                step.parked = step.branch != scripted.MAIN
            step.version += 1
            session.add(step)
            await session.flush()
            if to is not None:
                order = await _order(session, event.id)
                await _renumber(session, event.id, scripted.moved(order, step.id, to))
                await session.refresh(step)
            fields = sorted(changes)
            await self._note(
                session,
                actor,
                "cue.changed",
                event.id,
                step.id,
                now,
                {"fields": fields, "sign_off_voided": voided},
            )
            return step

        return await self._changed(event_id, work)

    async def remove(self, actor: Actor, event_id: str, step_id: str, version: int) -> None:
        """
        Raises:
            Conflict: it was changed meanwhile, or it is out.
        """

        async def work(session: AsyncSession, event: LiveEvent, now: datetime) -> Step:
            step = await _open_step(session, event, step_id, version)
            await session.delete(step)
            await session.flush()
            await _renumber(session, event.id, await _order(session, event.id))
            await self._note(session, actor, "cue.removed", event.id, step.id, now)
            return step

        await self._changed(event_id, work)

    async def sign(self, actor: Actor, event_id: str, step_id: str, version: int) -> Step:
        """
        Sign exactly these words off.

        Raises:
            Forbidden: their own words, a clinician is needed, or the privacy check blocks.
            Conflict: the words changed after they were read, or are signed.
        """

        async def work(session: AsyncSession, event: LiveEvent, now: datetime) -> Step:
            step = await _open_step(session, event, step_id, version)
            clinician = Role.CLINICIAN_REVIEWER in roles_on(actor, event.id)
            place = scripted.signature(step, actor.identity, clinician=clinician)
            if isinstance(place, AppError):
                raise place
            decision = self._privacy.guarded(event, step.texts, {LABEL: step.label}, {})
            if decision.verdict == Verdict.BLOCK:
                obey(decision, confirmed=True)
            if place == "signed":
                step.signed_by, step.signed_at = actor.identity, now
            else:
                step.seconded_by, step.seconded_at = actor.identity, now
            step.version += 1
            session.add(step)
            await self._note(session, actor, "cue.signed", event.id, step.id, now, {"as": place})
            return step

        return await self._changed(event_id, work)

    async def take(self, actor: Actor, event_id: str, branch: str) -> None:
        """
        Go on with another branch: its steps come back into the course, the rest of the course is parked.

        Raises:
            NotFound: no such branch. Conflict: it is kept for a complication.
        """
        if branch == scripted.COMPLICATION:
            raise Conflict(
                "These lines are kept for a complication. Call one, then choose the line.", code="line_kept"
            )

        async def work(session: AsyncSession, event: LiveEvent, now: datetime) -> None:
            known = await session.scalar(
                select(func.count())
                .select_from(Step)
                .where(col(Step.event_id) == event.id, col(Step.branch) == branch)
            )
            if not known:
                raise NotFound("The cue sheet has no such branch. Reload it.", code="branch_not_found")
            await session.execute(
                update(Step)
                .where(
                    col(Step.event_id) == event.id,
                    col(Step.sent_update_id).is_(None),
                    col(Step.branch) != scripted.COMPLICATION,
                )
                .values(parked=col(Step.branch) != branch, version=col(Step.version) + 1)
            )
            await self._note(session, actor, "cue.branch_taken", event.id, event.id, now, {"branch": branch})

        await self._changed(event_id, work)

    async def plan(self, event_id: str) -> pacing.Plan:
        """How the course runs against its time plan."""
        async with self._database.read() as session:
            event = await find_event(session, event_id)
            rows = (
                await session.execute(
                    select(Step, col(Update.received_at), col(Update.state))
                    .outerjoin(Update, col(Update.id) == col(Step.sent_update_id))
                    .where(col(Step.event_id) == event.id, col(Step.branch) != scripted.COMPLICATION)
                    .order_by(col(Step.n))
                )
            ).all()
            last = await session.scalar(
                select(func.max(col(Update.released_at))).where(
                    col(Update.event_id) == event.id, col(Update.state) == UpdateState.RELEASED
                )
            )
        cues = [
            pacing.Cue(
                step.id,
                step.title,
                step.minutes,
                None if state in NOT_OUT else sent_at,
                parked=step.parked,
            )
            for step, sent_at, state in rows
        ]
        return pacing.plan(
            cues,
            kind=event.kind,
            started_at=event.started_at,
            last_word_at=last or event.started_at,
            now=self._clock.now(),
        )

    async def _add(
        self, session: AsyncSession, event: LiveEvent, actor: Actor, new: NewCue, now: datetime
    ) -> Step:
        order = await _order(session, event.id)
        if len(order) >= MOST_STEPS:
            raise InvalidInput(f"A cue sheet has at most {MOST_STEPS} steps.", code="sheet_full")
        fields = _checked(
            event,
            {
                "title": new.title,
                "texts": new.texts,
                "key_moment": new.key_moment,
                "minutes": new.minutes,
                "branch": new.branch,
                "label": new.label,
            },
        )
        self._privacy.obey_title(event, fields["title"], confirmed=new.confirmed)
        self._privacy.obey_label(event, fields["label"], confirmed=new.confirmed)
        step = Step(
            id=self._new_id(),
            event_id=event.id,
            n=len(order) + 1,
            title=fields["title"],
            texts=fields["texts"],
            written_by=actor.identity,
        )
        _write(step, fields)
        # A branch waits until somebody takes it; the lines for a complication are never in the course.
        step.parked = step.branch != scripted.MAIN
        session.add(step)
        await session.flush()
        if new.at is not None and new.at <= len(order):
            await _renumber(session, event.id, scripted.moved([*order, step.id], step.id, new.at))
            await session.refresh(step)
        await self._note(session, actor, "cue.added", event.id, step.id, now)
        return step

    async def _changed(
        self, event_id: str, work: Callable[[AsyncSession, LiveEvent, datetime], Awaitable[T]]
    ) -> T:
        async def unit(session: AsyncSession) -> tuple[T, topics.Position]:
            now = self._clock.now()
            event = await find_event(session, event_id)
            # One at a time for each event, so that two people who move steps do not tear the order.
            await session.refresh(event, with_for_update=True)
            made = await work(session, event, now)
            await session.flush()
            return made, await topics.append(session, event.id, TopicName.DESK, [("event", event.id)], now)

        made, position = await self._database.write(unit)
        self._announce([position])
        return made

    async def _note(
        self,
        session: AsyncSession,
        actor: Actor,
        action: str,
        event_id: str,
        subject: str,
        now: datetime,
        detail: Mapping[str, Any] | None = None,
    ) -> None:
        await session.flush()
        await self._audit.append(
            session,
            actor=actor.label,
            action=action,
            event_id=event_id,
            subject=subject,
            detail=dict(detail or {}),
            now=now,
        )


def _checked(event: LiveEvent, given: Mapping[str, Any]) -> dict[str, Any]:
    checked: dict[str, Any] = {}
    for name, value in given.items():
        match name:
            case "title":
                checked[name] = one_line(value, "title", 80)
            case "texts":
                texts = clean_texts(value, langs=event.langs, default_lang=event.default_lang)
                checked[name] = texts
                checked["slots"] = scripted.blanks_of(texts)
            case "label":
                checked[name] = checked_label(value, langs=event.langs, default_lang=event.default_lang)
            case "minutes":
                if value is not None and not 0 <= value <= 24 * 60:
                    raise InvalidInput("Planned minutes are between 0 and 1440.", code="bad_minutes")
                checked[name] = value
            case "branch":
                if value and not scripted.BRANCH.fullmatch(value):
                    raise InvalidInput(
                        "A branch is named in small letters, digits and dashes, such as “bleeding”.",
                        code="bad_branch",
                    )
                checked[name] = value
            case _:
                checked[name] = value
    return checked


def _write(step: Step, fields: Mapping[str, Any]) -> None:
    for name, value in fields.items():
        setattr(step, name, value)


async def _open_step(session: AsyncSession, event: LiveEvent, step_id: str, version: int) -> Step:
    step = await session.get(Step, step_id, with_for_update=True, populate_existing=True)
    if step is None or step.event_id != event.id:
        raise NotFound("There is no such step. Reload the cue sheet.", code="step_not_found")
    if step.sent_update_id is not None and scripted.is_out(await session.get(Update, step.sent_update_id)):
        raise Conflict("This step has been sent. Correct the update instead.", code="step_sent")
    if step.version != version:
        raise Conflict(
            "Somebody changed this step meanwhile. Read it again.",
            code="changed_meanwhile",
            current=step.version,
        )
    return step


async def _order(session: AsyncSession, event_id: str) -> list[str]:
    rows = await session.execute(
        select(col(Step.id)).where(col(Step.event_id) == event_id).order_by(col(Step.n))
    )
    return list(rows.scalars())


async def _renumber(session: AsyncSession, event_id: str, order: Sequence[str]) -> None:
    # Places are unique, so all step aside before each takes its new one.
    await session.execute(update(Step).where(col(Step.event_id) == event_id).values(n=-col(Step.n)))
    for n, step_id in enumerate(order, 1):
        await session.execute(update(Step).where(col(Step.id) == step_id).values(n=n))
