"""What staff are told of an event beyond what everybody sees: who stopped it, who has the button, a changed course."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from app.models import Complication, Handover, LiveEvent, Person, Update, UpdateState
from app.schemas.frames import DutyState, TurnState

_PERSON = "person:"


async def duty_of(session: AsyncSession, event: LiveEvent) -> DutyState:
    """In at most four small reads; names are those of people of this house."""
    offered_to = None
    if event.button_by is not None:
        offered_to = await session.scalar(
            select(col(Handover.offered_to))
            .where(col(Handover.event_id) == event.id, col(Handover.state) == "open")
            .where(col(Handover.offered_by) == event.button_by)
            .order_by(col(Handover.offered_at).desc())
            .limit(1)
        )
    changed = (
        await session.execute(
            select(Complication)
            .where(col(Complication.event_id) == event.id, col(Complication.settled_at).is_(None))
            .order_by(col(Complication.called_at).desc())
            .limit(1)
        )
    ).scalar_one_or_none()
    asked = (
        (
            await session.execute(
                select(Update).where(
                    col(Update.event_id) == event.id,
                    col(Update.state) == UpdateState.AWAITING_APPROVAL,
                    col(Update.asked_id).is_not(None),
                )
            )
        )
        .scalars()
        .all()
    )
    ids = {one: _person_id(one) for one in (event.sending_by, event.button_by, offered_to) if one}
    wanted = [person_id for person_id in ids.values() if person_id is not None]
    wanted += [one.asked_id for one in asked if one.asked_id is not None]
    names: dict[str, str] = {}
    if wanted:
        found = await session.execute(
            select(col(Person.id), col(Person.name)).where(col(Person.id).in_(wanted))
        )
        names = {row[0]: row[1] for row in found}

    def name(identity: str | None) -> str:
        return names.get(ids.get(identity or "") or "", "")

    return DutyState(
        sending_since=event.sending_since,
        sending_by=name(event.sending_by),
        button_by=_person_id(event.button_by),
        button_by_name=name(event.button_by),
        offered_to=_person_id(offered_to),
        offered_to_name=name(offered_to),
        complication="" if changed is None else "called" if changed.family_told_at is None else "family_told",
        complication_at=None if changed is None else changed.called_at,
        turns=tuple(
            TurnState(
                update_id=one.id,
                person_id=one.asked_id,
                name=names.get(one.asked_id, ""),
                since=one.asked_at,
                unanswered=one.unanswered,
            )
            for one in sorted(asked, key=lambda one: one.seq)
            if one.asked_id is not None and one.asked_at is not None
        ),
    )


def _person_id(identity: str | None) -> str | None:
    if identity is None or not identity.startswith(_PERSON):
        return None
    return identity.removeprefix(_PERSON)
