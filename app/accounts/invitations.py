"""
How somebody new comes in: by an invitation in two halves, never by a password that somebody else chose.

Whoever chose the password of a person could come in as them, and be the second in a decision of two. So one half of
a code is shown to whoever proposed the person and the other to whoever confirmed, each once; with both the person
comes in once, and chooses a password before anything else. Of each half only a hash is kept, and the code's hash is
made of the two, so the proposer's half alone is no way in while the proposal waits, or afterwards.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from app.accounts.audit import AuditLog
from app.accounts.codes import code_hash, joined_hash, new_code
from app.accounts.proposals import ALONE, Kind, Wish
from app.accounts.rights import Actor
from app.accounts.sessions import end_sessions, has_to_choose
from app.clock import Clock
from app.db import Database
from app.errors import Conflict, NotFound
from app.models import Person, Session, SignInCode

HOURS = 24
PURPOSE = "invite"
INVITING = frozenset({Kind.PERSON_ADD, Kind.PERSON_INVITE})


@dataclass(frozen=True, slots=True)
class Invitation:
    """
    Attributes:
        code_hash: Of both halves together.
        shown_to: Labels of those who were shown a half; one who was alone in the house was shown the whole.
    """

    code_hash: str
    shown_to: tuple[str, ...]


def first_half() -> tuple[str, dict[str, str]]:
    """What the proposer is shown, and what the proposal keeps of it."""
    half = new_code()
    return half, {"first_half": code_hash(half)}


def second_half(confirmer: Actor) -> tuple[str, dict[str, str]]:
    """What the confirmer is shown, and what is added to the proposal's secret for carrying it out."""
    half = new_code()
    return half, {"second_half": code_hash(half), "shown_to": confirmer.label}


def invitation_of(proposer: Actor, secret: Mapping[str, Any]) -> Invitation:
    """
    What the two of them made; or the one who is alone in the house, for whom the first half is the whole code.

    The word that somebody was alone is `Proposals`' own: that a half is missing never makes the other one a code.
    """
    if secret.get(ALONE):
        return Invitation(secret["first_half"], (proposer.label,))
    whole = joined_hash(secret["first_half"], secret["second_half"])
    return Invitation(whole, (proposer.label, secret["shown_to"]))


async def keep(
    session: AsyncSession, audit: AuditLog, by: Actor, person_id: str, invitation: Invitation, now: datetime
) -> None:
    """In the caller's transaction. Earlier invitations of the person open nothing any more."""
    await session.execute(
        update(SignInCode)
        .where(
            col(SignInCode.person_id) == person_id,
            col(SignInCode.purpose) == PURPOSE,
            col(SignInCode.used_at).is_(None),
        )
        .values(used_at=now)
    )
    session.add(
        SignInCode(
            code_hash=invitation.code_hash,
            purpose=PURPOSE,
            person_id=person_id,
            expires_at=now + timedelta(hours=HOURS),
        )
    )
    await session.flush()
    await audit.append(
        session,
        actor=by.label,
        action="invitation.make",
        subject=f"person:{person_id}",
        detail={"halves_shown_to": list(invitation.shown_to), "hours": HOURS},
        now=now,
    )


class Invitations:
    """A new one for somebody who has not come in yet: the first was lost, or a day has passed."""

    def __init__(self, database: Database, audit: AuditLog, clock: Clock) -> None:
        self._database = database
        self._audit = audit
        self._clock = clock

    async def wish_for(self, person_id: str) -> tuple[str, Wish]:
        """
        The proposer's half, and what two people decide.

        Raises:
            NotFound: no such person.
            Conflict: they have a password, or their account is closed.
        """
        async with self._database.read() as session:
            person = _waiting(await session.get(Person, person_id))
        half, secret = first_half()
        payload = {"person_id": person_id, "name": person.name}
        return half, Wish(
            Kind.PERSON_INVITE, payload, secret, subject=f"person:{person_id}", benefits=person_id
        )

    async def renew(self, by: Actor, person_id: str, invitation: Invitation) -> None:
        """
        What two people decided. Whoever came in by an earlier one and chose no password is out again.

        Raises:
            NotFound, Conflict: see `wish_for`.
        """
        now = self._clock.now()

        async def work(session: AsyncSession) -> None:
            _waiting(await session.get(Person, person_id, populate_existing=True))
            await end_sessions(session, now, Session.person_id, person_id)
            await keep(session, self._audit, by, person_id, invitation, now)

        await self._database.write(work)


def _waiting(person: Person | None) -> Person:
    if person is None:
        raise NotFound("There is no such person.", code="person_not_found")
    if person.disabled_at is not None:
        raise Conflict("This account is closed. Two people open it again on the desk.", code="account_closed")
    if not has_to_choose(person):
        raise Conflict(
            "This person has a password of their own. Whoever forgot it is let in again by the engineer, at the machine.",
            code="has_password",
        )
    return person
