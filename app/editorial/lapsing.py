"""
A word counts until the text is out only as long as whoever gave it may still give it.

An account is closed, a role is taken or every session ended because somebody else may have had them: what was agreed to
under that name and still counts down may not have been agreed to at all, and what was sent under it may not be theirs.
It waits for another word. What is out is out: corrections and retractions are for that. What a second person has read
does not depend on who sent it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from app.editorial.approval import DECIDERS, Need, last_word
from app.models import EVERY_EVENT, Approval, EventRole, Person, Role, Verdict

CLOSED, ROLE_LOST, SIGNED_OUT = "approver_closed", "approver_role", "approver_signed_out"
OF_SENDER = {CLOSED: "sender_closed", SIGNED_OUT: "sender_signed_out"}
"""Reasons, as in `broadcast.words`."""

_PERSON = "person:"


@dataclass(frozen=True, slots=True)
class Agreed:
    """An update that counts down, as far as it is somebody's word: a second person's, or its sender's alone."""

    update_id: str
    event_id: str
    needs: str
    revision: int
    sent_by: str
    sent_at: datetime


def why_doubted(at: datetime, person: Person | None) -> str:
    """
    Why what was said then under this name counts no more; empty while it does. Pure.

    Args:
        person: Whose name it is, as they are now.
    """
    if person is None or person.disabled_at is not None:
        return CLOSED
    if person.sessions_ended_at is not None and at <= person.sessions_ended_at:
        return SIGNED_OUT
    return ""


def why_lapsed(word: Approval, needs: str, person: Person | None, roles: Collection[Role]) -> str:
    """
    The same of a second person's word.

    Args:
        roles: Theirs on the event, as they are now.
    """
    if why := why_doubted(word.at, person):
        return why
    # Alone in an emergency is no approver's word; somebody looks at it afterwards.
    if word.verdict == Verdict.APPROVED and not set(roles) & DECIDERS.get(needs, DECIDERS[Need.APPROVER]):
        return ROLE_LOST
    return ""


async def lapsed(
    session: AsyncSession, agreed: Sequence[Agreed], decisions: Sequence[Approval]
) -> Mapping[str, str]:
    """
    Of these, those whose word counts no more, and why.

    Args:
        decisions: About them, oldest first.
    """
    words: dict[str, tuple[Agreed, Approval]] = {}
    for one in agreed:
        about = [it for it in decisions if (it.update_id, it.revision) == (one.update_id, one.revision)]
        word = last_word(about)
        # A play of the rehearsal is nobody's word: it has no account to lose.
        if word is not None and word.identity.startswith(_PERSON):
            words[one.update_id] = (one, word)
    alone = [one for one in agreed if not one.needs and one.sent_by.startswith(_PERSON)]
    ids = {word.identity.removeprefix(_PERSON) for _, word in words.values()}
    ids |= {one.sent_by.removeprefix(_PERSON) for one in alone}
    if not ids:
        return {}
    people = {
        person.id: person
        for person in (
            await session.execute(
                select(Person).where(col(Person.id).in_(ids)).execution_options(populate_existing=True)
            )
        ).scalars()
    }
    held: Sequence[EventRole] = ()
    if words:
        rows = await session.execute(select(EventRole).where(col(EventRole.person_id).in_(ids)))
        held = rows.scalars().all()
    found: dict[str, str] = {}
    for update_id, (one, word) in words.items():
        person_id = word.identity.removeprefix(_PERSON)
        roles = {
            Role(row.role)
            for row in held
            if row.person_id == person_id and row.event_id in (EVERY_EVENT, one.event_id)
        }
        if why := why_lapsed(word, one.needs, people.get(person_id), roles):
            found[update_id] = why
    doubted = {
        one.update_id: why
        for one in alone
        if (why := why_doubted(one.sent_at, people.get(one.sent_by.removeprefix(_PERSON))))
    }
    for update_id in doubted.keys() - await _read_by_another(session, doubted):
        found[update_id] = OF_SENDER[doubted[update_id]]
    return found


async def _read_by_another(session: AsyncSession, update_ids: Collection[str]) -> set[str]:
    """Those that somebody has let go since, though nobody had to."""
    if not update_ids:
        return set()
    rows = await session.execute(
        select(col(Approval.update_id)).where(
            col(Approval.update_id).in_(update_ids), col(Approval.verdict) == Verdict.APPROVED
        )
    )
    return set(rows.scalars())
