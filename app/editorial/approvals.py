"""
Second opinions on updates that wait: look, let go, reject, send back, write anew; alone in an emergency; by telephone.

Every decision compares and sets the update's version under its row lock, so of two people who act at once the second
hears what the first did. The rules themselves are pure, in `approval`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from app.accounts.audit import AuditLog
from app.accounts.rights import Actor, roles_on
from app.accounts.sessions import require_open
from app.broadcast import topics
from app.broadcast.accept_work import PUTS_RIGHT
from app.broadcast.asked_again import wait_again
from app.broadcast.engine import Engine
from app.broadcast.intents import DecidedUpdate
from app.broadcast.refusals import withdraw_waiting
from app.broadcast.revising import revise
from app.broadcast.words import sentence
from app.clock import Clock
from app.config import Settings
from app.db import Database
from app.editorial import approval, planning
from app.editorial.finding import (
    decided_at,
    decisions_about,
    find_update,
    find_waiting,
    revision_of,
    writers_of,
)
from app.errors import AppError, Conflict, Forbidden, Gone, InvalidInput
from app.ids import NewId
from app.models import (
    Approval,
    Delivery,
    DeliveryState,
    EventKind,
    EventState,
    LiveEvent,
    Role,
    Sending,
    StoredTemplate,
    TopicName,
    Update,
    UpdateKind,
    UpdateState,
    Verdict,
)


class Approvals:
    def __init__(
        self,
        database: Database,
        engine: Engine,
        audit: AuditLog,
        clock: Clock,
        new_id: NewId,
        settings: Settings,
        announce: Callable[[Sequence[topics.Position]], None],
        read_together: Callable[[AsyncSession, Update], Awaitable[None]],
    ) -> None:
        """`read_together`: the privacy check, once more; raises where words must not stand beside what was said."""
        self._database = database
        self._engine = engine
        self._audit = audit
        self._clock = clock
        self._new_id = new_id
        self._settings = settings
        self._announce = announce
        self._read_together = read_together

    async def approve(self, actor: Actor, update_id: str, version: int, *, reason: str = "") -> None:
        """
        Let it go: its countdown begins.

        Args:
            version: The one that was read.
            reason: Needed where the privacy check is overridden.

        Raises:
            Forbidden: not an approver here, or their own words.
            Conflict: it changed, does not wait, or was sent back.
        """
        await self.decide(
            update_id,
            version,
            lambda session, row, now: self._approve(
                session, row, now, actor.identity, actor.name, roles_on(actor, row.event_id), actor, reason
            ),
        )

    async def approve_for(
        self,
        session: AsyncSession,
        row: Update,
        now: datetime,
        who: tuple[str, str, frozenset[Role]],
        by: Actor,
    ) -> None:
        """The same in the caller's transaction, for somebody on the telephone; `by` typed it in."""
        identity, name, roles = who
        await self._approve(session, row, now, identity, name, roles, by, "", entered=True)

    async def reject(self, actor: Actor, update_id: str, version: int, reason: str) -> None:
        """Not this, and not in other words: it is withdrawn."""
        _said(reason)

        async def work(session: AsyncSession, row: Update, now: datetime) -> None:
            await self._may(session, row, actor, approving=False)
            row.state = UpdateState.WITHDRAWN
            row.version += 1
            session.add(row)
            await self._add(session, row, Verdict.REJECTED, actor.identity, actor.name, now, reason)
            await withdraw_waiting(
                session, col(Delivery.update_id) == row.id, "rejected_here", now, self._engine.settings
            )
            await self._note(session, actor, "update.rejected", row, now)

        await self.decide(update_id, version, work)

    async def send_back(self, actor: Actor, update_id: str, version: int, reason: str) -> None:
        """It waits on, for other words; whoever sent it back cannot be the one who writes them."""
        _said(reason)

        async def work(session: AsyncSession, row: Update, now: datetime) -> None:
            await self._may(session, row, actor, approving=False)
            row.version += 1
            session.add(row)
            await self._add(session, row, Verdict.RETURNED, actor.identity, actor.name, now, reason)
            await self._note(session, actor, "update.returned", row, now)

        await self.decide(update_id, version, work)

    async def rewrite(self, actor: Actor, update_id: str, version: int, decided: DecidedUpdate) -> None:
        """
        Give it other words, as a new revision; whatever was decided about the old ones is void.

        Raises:
            Forbidden: they sent it back themselves.
            Conflict: it puts something right; its label and its way on each channel come from what was said before.
        """

        async def work(session: AsyncSession, row: Update, now: datetime) -> None:
            if row.of_update_id is not None:
                raise Conflict(
                    "This puts an earlier update right, so it is not rewritten. Take it back, then correct that one "
                    "again in other words.",
                    code="correct_again",
                )
            decisions = await decisions_about(session, (row.id,))
            _raise(approval.may_resubmit(actor.identity, decisions))
            await revise(session, row, decided, now)
            await self._add(session, row, Verdict.CHANGED, actor.identity, actor.name, now)
            await self._note(session, actor, "update.rewritten", row, now)

        await self.decide(update_id, version, work)

    async def take_back(self, actor: Actor, update_id: str, version: int) -> None:
        """Withdraw an approval while it counts down; it waits again."""

        async def work(session: AsyncSession, row: Update, now: datetime) -> None:
            await self._may(session, row, actor, approving=False)
            wait_again(row, now)
            session.add(row)
            await self._add(session, row, Verdict.WITHDRAWN, actor.identity, actor.name, now)
            await self._note(session, actor, "update.approval_withdrawn", row, now)

        await self.decide(update_id, version, work, states=(UpdateState.COUNTING_DOWN,))

    async def break_glass(self, actor: Actor, update_id: str, version: int, reason: str) -> None:
        """
        Send a template alone after ten minutes without an approver; somebody else looks at it afterwards.

        Raises:
            Forbidden, Conflict: see `approval.break_glass`.
        """
        if actor.kind != "person":
            raise Forbidden("Only a person can do this.", code="person_needed")

        async def work(session: AsyncSession, row: Update, now: datetime) -> None:
            await require_open(session, actor)
            revision = await revision_of(session, row)
            template = await session.get(StoredTemplate, revision.made_from.get("template", ""))
            # Whoever brought another one in under its name since has not chosen these words.
            replaced = template is not None and template.imported_at > revision.created_at
            _raise(
                approval.break_glass(
                    need=row.needs,
                    waits_since=row.waits_since,
                    made_from={} if replaced else revision.made_from,
                    own_template=template is not None and template.imported_by == actor.identity,
                    reason=reason,
                    now=now,
                )
            )
            await self._add(session, row, Verdict.BREAK_GLASS, actor.identity, actor.name, now, reason)
            await self._begin(session, row, now)
            await self._note(session, actor, "update.break_glass", row, now)

        await self.decide(update_id, version, work)

    async def review(self, actor: Actor, update_id: str, note: str) -> None:
        """
        Look at what one person sent alone.

        Raises:
            Forbidden: their own; Conflict: there is nothing to review.
        """

        async def work(session: AsyncSession) -> topics.Position:
            now = self._clock.now()
            row = await find_update(session, update_id, lock=True)
            decisions = await decisions_about(session, (row.id,))
            alone = [one for one in decisions if one.verdict == Verdict.BREAK_GLASS]
            if not alone or any(one.verdict == Verdict.REVIEWED for one in decisions):
                raise Conflict("There is nothing to review here.", code="nothing_to_review")
            authors = {one.identity for one in alone} | await writers_of(session, row)
            _raise(
                approval.may_decide(
                    actor.identity,
                    roles_on(actor, row.event_id),
                    need=approval.Need.APPROVER,
                    authors=authors,
                    approving=True,
                )
            )
            await self._add(session, row, Verdict.REVIEWED, actor.identity, actor.name, now, note)
            await self._note(session, actor, "update.reviewed", row, now)
            return await topics.append(session, row.event_id, TopicName.DESK, [("update", row.id)], now)

        self._announce([await self._database.write(work)])

    async def writers(self, update_id: str) -> set[str]:
        """Who wrote any of it, for who only looks."""
        async with self._database.read() as session:
            return await writers_of(session, await find_update(session, update_id))

    async def _approve(
        self,
        session: AsyncSession,
        row: Update,
        now: datetime,
        identity: str,
        name: str,
        roles: frozenset[Role],
        by: Actor,
        reason: str,
        *,
        entered: bool = False,
    ) -> None:
        await require_open(session, by)
        _raise(
            approval.may_decide(
                identity,
                roles,
                need=row.needs or approval.Need.APPROVER,
                authors=await writers_of(session, row),
                approving=True,
            )
        )
        if row.needs == approval.Need.OVERRIDE:
            _said(reason)
        decisions = [one for one in await decisions_about(session, (row.id,)) if one.revision == row.revision]
        if decisions and decisions[-1].verdict == Verdict.RETURNED:
            raise Conflict("It was sent back. It needs other words first.", code="sent_back")
        await self._add(
            session,
            row,
            Verdict.APPROVED,
            identity,
            name,
            now,
            reason,
            entered_by=by.identity if entered else None,
        )
        await self._begin(session, row, now)
        action = "guard.overridden" if row.needs == approval.Need.OVERRIDE else "update.approved"
        await self._note(session, by, action, row, now, phone_for=identity if entered else None)

    async def _begin(self, session: AsyncSession, row: Update, now: datetime) -> None:
        if now >= row.expires_at:
            raise Conflict("It waited too long and has expired. Write a new one.", code="expired")
        # Locked: of two that are let go at once, or of this and what is accepted meanwhile, one is read with the other.
        event = await session.get_one(LiveEvent, row.event_id, with_for_update=True, populate_existing=True)
        _raise(planning.overtaken(event, row, now))
        if event.state in (EventState.ENDED, EventState.ARCHIVED) and row.kind not in PUTS_RIGHT:
            raise Gone("This event has ended. Nothing more can be posted to it.", code="event_ended")
        of = await session.get(Update, row.of_update_id) if row.of_update_id is not None else None
        if row.kind == UpdateKind.CORRECTION and of is not None and of.on_page == "retracted":
            raise Conflict("This was taken back already.", code="already_retracted")
        await self._read_together(session, row)
        await session.flush()
        delay_s = self._delay_s(event, row)
        if not await self._engine.release.begin_countdown(session, row.id, delay_s=delay_s, now=now):
            raise Conflict("This does not wait any more. Reload the page.", code="not_waiting")
        # What the gate held back at an earlier try, or what waited for a reason of its own, waits for its release again.
        reason = "waits_for_release" if event.sending == Sending.OPEN else "on_hold"
        said = sentence(reason, zone=self._engine.settings.zone)
        held = await session.execute(
            select(Delivery).where(
                col(Delivery.update_id) == row.id,
                col(Delivery.claimable_at).is_(None),
                (col(Delivery.state) == DeliveryState.HELD)
                | ((col(Delivery.state) == DeliveryState.QUEUED) & (col(Delivery.reason) != reason)),
            )
        )
        for delivery in held.scalars():
            delivery.state, delivery.reason = DeliveryState.QUEUED, reason
            delivery.why, delivery.next_step = said.why, said.next_step
            delivery.version += 1
            session.add(delivery)
        await session.refresh(row)

    def _delay_s(self, event: LiveEvent, row: Update) -> float:
        if row.kind in ("correction", "retraction"):
            return self._settings.delays.correction
        # An approval is undone within seconds, not minutes: the long countdown of an operation was its second look.
        return (
            min(float(event.delay_s), self._settings.delays.crisis)
            if (event.kind == EventKind.CRISIS)
            else float(event.delay_s)
        )

    async def _may(self, session: AsyncSession, row: Update, actor: Actor, *, approving: bool) -> None:
        _raise(
            approval.may_decide(
                actor.identity,
                roles_on(actor, row.event_id),
                need=row.needs or approval.Need.APPROVER,
                authors=await writers_of(session, row),
                approving=approving,
            )
        )

    async def decide(
        self,
        update_id: str,
        version: int,
        work: Callable[[AsyncSession, Update, datetime], object],
        *,
        states: Sequence[str] = (UpdateState.AWAITING_APPROVAL,),
    ) -> None:
        async def unit(session: AsyncSession) -> topics.Position:
            now = self._clock.now()
            row = await find_waiting(session, update_id, version, states)
            done = work(session, row, now)
            await done  # type: ignore[misc]
            refs = [("update", row.id)]
            return await topics.append(session, row.event_id, TopicName.DESK, refs, now)

        self._announce([await self._database.write(unit)])
        self._engine.wake()

    async def _add(
        self,
        session: AsyncSession,
        row: Update,
        verdict: Verdict,
        identity: str,
        name: str,
        now: datetime,
        reason: str = "",
        *,
        entered_by: str | None = None,
    ) -> None:
        session.add(
            Approval(
                id=self._new_id(),
                update_id=row.id,
                event_id=row.event_id,
                revision=row.revision,
                verdict=verdict,
                identity=identity,
                by_name=name,
                entered_by=entered_by,
                reason=reason.strip()[:500],
                at=await decided_at(session, row.id, now),
            )
        )
        await session.flush()

    async def _note(
        self,
        session: AsyncSession,
        actor: Actor,
        action: str,
        row: Update,
        now: datetime,
        *,
        phone_for: str | None = None,
    ) -> None:
        detail: dict[str, object] = {"revision": row.revision, "needs": row.needs}
        if phone_for is not None:
            detail["by_phone"] = phone_for
        if row.needs == approval.Need.OVERRIDE:
            detail["classes"] = (await revision_of(session, row)).guard.get("classes", [])
        await self._audit.append(
            session,
            actor=actor.label,
            action=action,
            event_id=row.event_id,
            subject=row.id,
            detail=detail,
            now=now,
        )


def _raise(refusal: AppError | None) -> None:
    if refusal is not None:
        raise refusal


def _said(reason: str) -> None:
    if len(reason.strip()) < 3:
        raise InvalidInput("Say why, in a few words; the writer reads it.", code="reason_needed")
