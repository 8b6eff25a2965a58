"""
The gate that broadcast asks at every release and every permit, filled with what is known at that very moment.

Read in the permit's own transaction, so a withdrawal of consent or approval that is committed stops whatever has not
started. Anything that is missing refuses; only taking back is never refused.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from app.broadcast.gate import Permit, Refusal
from app.broadcast.projection import QUIET
from app.broadcast.words import TABLE
from app.clock import Clock
from app.editorial import consent
from app.editorial.approval import Need, settles
from app.editorial.finding import decisions_about, newest_consents
from app.editorial.lapsing import Agreed, lapsed
from app.models import (
    Act,
    Approval,
    Complication,
    ConsentRecord,
    Delivery,
    EventState,
    LiveEvent,
    Update,
    UpdateRevision,
    UpdateState,
)

FAMILY_FIRST = Refusal(
    "held", "complication", "It waits until the family has been told and somebody chose how to go on."
)
"""While a complication is open nothing goes out, whoever lifts the hold."""

MayFollow = Callable[[AsyncSession, str], Awaitable[bool]]
"""Whether an update may stand next to what went out just before it, see `ReadingAgain.may_follow`."""


@dataclass(frozen=True, slots=True)
class Question:
    """One thing that wants to leave: a delivery, or an update on our own page (then `channel_id` is None)."""

    id: str
    event_id: str
    kind: str
    event_state: str
    update_id: str
    update_state: str
    needs: str
    revision: int
    guard: Mapping[str, Any]
    pictures: bool
    sent_by: str
    sent_at: datetime
    act: str = Act.POST
    channel_id: str | None = None
    by_second: bool = False


class EditorialGate:
    """Guard decision and approval of the very revision that goes out, and the consent of this moment."""

    def __init__(self, clock: Clock, may_follow: MayFollow | None = None, *, drill: bool) -> None:
        self._clock = clock
        self._may_follow = may_follow
        self._drill = drill

    async def check(
        self, session: AsyncSession, delivery_ids: Sequence[str], *, second_id: str | None = None
    ) -> Mapping[str, Permit | Refusal]:
        rows = await session.execute(
            _asked(col(Delivery.id), col(Delivery.act), col(Delivery.channel_id))
            .join(Delivery, col(Delivery.update_id) == col(Update.id))
            .join(UpdateRevision, _revision_of(col(Delivery.revision)))
            .where(col(Delivery.id).in_(delivery_ids))
        )
        return await self._answers(
            session,
            [
                _question(
                    list(row),
                    act=row[-2],
                    channel_id=second_id or row[-1],
                    by_second=second_id is not None,
                )
                for row in rows.all()
            ],
        )

    async def check_release(
        self, session: AsyncSession, update_ids: Sequence[str]
    ) -> Mapping[str, Permit | Refusal]:
        """The same for our own page, which has no delivery."""
        rows = await session.execute(
            _asked(col(Update.id))
            .join(UpdateRevision, _revision_of(col(Update.revision)))
            .where(col(Update.id).in_(update_ids))
        )
        quiet = await _quiet(session, update_ids)
        answers = dict(
            await self._answers(
                session,
                [_question(list(row), act=Act.DELETE if row[0] in quiet else Act.POST) for row in rows.all()],
            )
        )
        for update_id, answer in answers.items():
            if self._may_follow is None or isinstance(answer, Refusal) or update_id in quiet:
                continue
            if not await self._may_follow(session, update_id):
                answers[update_id] = Refusal("held", "read_together", TABLE["read_together"][0])
        return answers

    async def keeps_from(
        self, session: AsyncSession, event_ids: Collection[str], second_id: str
    ) -> Collection[str]:
        """Those of these events whose consent does not cover this second provider."""
        consents = await newest_consents(session, event_ids)
        rows = await session.execute(select(LiveEvent).where(col(LiveEvent.id).in_(event_ids)))
        kept: set[str] = set()
        for event in rows.scalars():
            record = consents.get(event.id)
            how = consent.standing(
                event.kind,
                record,
                event_ended=event.state == EventState.ENDED,
                drill=self._drill,
                now=self._clock.now(),
            )
            terms = record.terms if record is not None else {}
            answer = consent.permit(
                how, terms, channel_id=second_id, act=Act.POST, pictures=False, by_second=True
            )
            if isinstance(answer, Refusal) and answer.reason == "consent_second":
                kept.add(event.id)
        return kept

    async def _answers(
        self, session: AsyncSession, questions: Sequence[Question]
    ) -> Mapping[str, Permit | Refusal]:
        consents = await newest_consents(session, {q.event_id for q in questions})
        decisions = await decisions_about(session, [q.update_id for q in questions if q.needs])
        gone = await lapsed(
            session,
            [
                Agreed(q.update_id, q.event_id, q.needs, q.revision, q.sent_by, q.sent_at)
                for q in questions
                if q.update_state == UpdateState.COUNTING_DOWN
            ],
            decisions,
        )
        changed = await _course_changed(session, {q.event_id for q in questions})
        return {
            q.id: FAMILY_FIRST
            if q.event_id in changed and q.act != Act.DELETE
            else self._decide(q, consents.get(q.event_id), decisions, gone.get(q.update_id))
            for q in questions
        }

    def _decide(
        self,
        asked: Question,
        record: ConsentRecord | None,
        decisions: Sequence[Approval],
        gone: str | None,
    ) -> Permit | Refusal:
        if asked.update_state == UpdateState.WITHDRAWN:
            return Refusal("withdrawn", "undone", "It was undone before it went out.")
        if asked.update_state == UpdateState.AWAITING_APPROVAL:
            return Refusal("held", "not_approved", "It waits for a second person.")
        verdicts = [
            one for one in decisions if one.update_id == asked.update_id and one.revision == asked.revision
        ]
        if asked.needs and not settles(verdicts):
            return Refusal("held", "not_approved", "It waits for a second person.")
        if gone is not None:
            return Refusal("held", gone, TABLE[gone][0])
        if not _guarded(asked):
            return Refusal(
                "held", "guard_missing", "There is no privacy decision for this text, so it does not go out."
            )
        how = consent.standing(
            asked.kind,
            record,
            event_ended=asked.event_state == EventState.ENDED,
            drill=self._drill,
            now=self._clock.now(),
        )
        terms = record.terms if record is not None else {}
        return consent.permit(
            how,
            terms,
            channel_id=asked.channel_id,
            act=asked.act,
            pictures=asked.pictures,
            by_second=asked.by_second,
        )


def _guarded(asked: Question) -> bool:
    decision = asked.guard.get("decision")
    if decision == "block":
        # Only what the guard saw can be overridden, never its failure; `settles` has found the second person.
        return asked.needs == Need.OVERRIDE and not asked.guard.get("code")
    return decision in ("pass", "ask")


def _asked(*first_and_last: Any) -> Select[Any]:
    first, *last = first_and_last
    return (
        select(
            first,
            col(LiveEvent.id),
            col(LiveEvent.kind),
            col(LiveEvent.state),
            col(Update.id),
            col(Update.state),
            col(Update.needs),
            col(UpdateRevision.revision),
            col(UpdateRevision.guard),
            col(UpdateRevision.media),
            col(Update.asked_by),
            col(Update.received_at),
            *last,
        )
        .select_from(Update)
        .join(LiveEvent, col(LiveEvent.id) == col(Update.event_id))
    )


def _revision_of(number: Any) -> Any:
    return (col(UpdateRevision.update_id) == col(Update.id)) & (col(UpdateRevision.revision) == number)


def _question(
    row: Sequence[Any], *, act: str, channel_id: str | None = None, by_second: bool = False
) -> Question:
    return Question(
        id=row[0],
        event_id=row[1],
        kind=row[2],
        event_state=row[3],
        update_id=row[4],
        update_state=row[5],
        needs=row[6],
        revision=row[7],
        guard=row[8],
        pictures=bool(row[9]),
        sent_by=row[10],
        sent_at=row[11],
        act=act,
        channel_id=channel_id,
        by_second=by_second,
    )


async def _quiet(session: AsyncSession, update_ids: Sequence[str]) -> set[str]:
    rows = await session.execute(
        select(col(Update.id), col(Update.marks)).where(col(Update.id).in_(update_ids))
    )
    return {update_id for update_id, marks in rows if QUIET in marks}


async def _course_changed(session: AsyncSession, event_ids: set[str]) -> set[str]:
    rows = await session.execute(
        select(col(Complication.event_id)).where(
            col(Complication.event_id).in_(event_ids), col(Complication.settled_at).is_(None)
        )
    )
    return set(rows.scalars())
