"""
Approval by telephone: codes that an approver carries, each good for one update.

The approver makes a sheet of numbered codes beforehand and keeps it. On the telephone the text is read to them and the
desk asks for one code by its number; somebody at the desk types it in. The code is the approver's word, so the one who
wrote the text may type it in, and nobody can use their own.

A code is asked for once: from then on it is good for that update as it was read out and for nothing else. So a change
between the reading and the code makes the code void, and the changed text is read out and asked for under another
number, whose code nobody at the desk has. What cannot be known here is what the desk really read aloud: whoever approves
sees the text in the record afterwards, under their own name.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from app.accounts.audit import AuditLog
from app.accounts.rights import Actor
from app.clock import Clock
from app.db import Database
from app.editorial.approval import Need, may_decide
from app.editorial.approvals import Approvals
from app.editorial.finding import find_update, find_waiting, writers_of
from app.editorial.spoken import digest_of
from app.errors import AppError, Conflict, Forbidden
from app.ids import NewId
from app.models import EVERY_EVENT, EventRole, Person, PhoneCode, PhoneTry, Role, Update

ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"  # nothing that sounds or reads like another
LETTERS = 8  # 31^8, about 40 bits, and five tries
CODES = 12
LIFE = timedelta(hours=24)
TRIES = 5


def code_hash(code: str) -> str:
    """Case, spaces and dashes do not count."""
    return hashlib.sha256("".join(c for c in code.upper() if c in ALPHABET).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Asked:
    """Whom to call, and which code of their sheet to ask for."""

    person_id: str
    name: str
    n: int


class Telephone:
    def __init__(
        self, database: Database, approvals: Approvals, audit: AuditLog, clock: Clock, new_id: NewId
    ) -> None:
        self._database = database
        self._approvals = approvals
        self._audit = audit
        self._clock = clock
        self._new_id = new_id

    async def new_sheet(self, actor: Actor) -> tuple[list[str], datetime]:
        """A fresh sheet, shown once; an earlier one stops working."""
        if actor.kind != "person":
            raise Forbidden("Only a person carries codes.", code="person_needed")
        codes = ["".join(secrets.choice(ALPHABET) for _ in range(LETTERS)) for _ in range(CODES)]
        now = self._clock.now()

        async def work(session: AsyncSession) -> None:
            old = await session.execute(
                select(PhoneCode).where(
                    col(PhoneCode.person_id) == actor.id, col(PhoneCode.used_at).is_(None)
                )
            )
            for row in old.scalars():
                row.used_at = now
                session.add(row)
            session.add_all(
                PhoneCode(
                    id=self._new_id(),
                    person_id=actor.id,
                    n=n,
                    code_hash=code_hash(code),
                    expires_at=now + LIFE,
                )
                for n, code in enumerate(codes, 1)
            )
            await self._audit.append(session, actor=actor.label, action="phone_codes.made", now=now)

        await self._database.write(work)
        return [f"{code[:4]}-{code[4:]}" for code in codes], now + LIFE

    async def read_out(self, actor: Actor, update_id: str, version: int) -> list[Asked]:
        """
        Ask for codes for an update as it stands now: of everybody who may approve it and has a sheet, one.

        Asked again about the same words it is the same code; about other words it is another one.

        Raises:
            Conflict: it changed, does not wait, or nobody who may approve it has a code left.
        """

        async def work(session: AsyncSession) -> list[Asked]:
            now = self._clock.now()
            row = await find_waiting(session, update_id, version)
            digest = await digest_of(session, row)
            asked = [
                await _ask(session, person, row.id, digest, now)
                for person in await self._carriers(session, actor, row, now)
            ]
            found = [one for one in asked if one is not None]
            if not found:
                raise Conflict(
                    "Nobody who may approve this carries a code that is left. It needs an approver at a desk.",
                    code="no_codes",
                )
            await self._audit.append(
                session,
                actor=actor.label,
                action="phone_codes.asked",
                event_id=row.event_id,
                subject=row.id,
                detail={"revision": row.revision, "of": [one.person_id for one in found]},
                now=now,
            )
            return found

        return await self._database.write(work)

    async def approve(self, actor: Actor, update_id: str, version: int, code: str) -> None:
        """
        Let an update go on the word of whoever's code this is.

        Raises:
            Forbidden: a wrong code (five close the telephone for this update), or the writer's own.
            Conflict: the code was given for what this said before, or for nothing that was read out.
        """
        # A try is taken before the code is looked at: a hundred guesses at once are still five.
        await self._take_try(update_id)

        async def work(session: AsyncSession, row: Update, now: datetime) -> None:
            found = (
                await session.execute(
                    select(PhoneCode).where(col(PhoneCode.code_hash) == code_hash(code)).with_for_update()
                )
            ).scalar_one_or_none()
            if found is None or found.used_at is not None or found.expires_at <= now:
                raise _WrongCode
            if f"person:{found.person_id}" == actor.identity:
                raise Forbidden("This is your own code. Approve at the desk.", code="own_code")
            person = await session.get_one(Person, found.person_id)
            if person.disabled_at is not None:
                raise _WrongCode
            if found.asked_for != row.id or found.asked_digest != await digest_of(session, row):
                raise Conflict(
                    "This code is not for what it says now. Read the text out again, and ask for the code whose number "
                    "is shown then.",
                    code="not_read_out",
                )
            found.used_at, found.used_for = now, row.id
            session.add(found)
            roles = await _roles(session, person.id, row.event_id)
            await self._approvals.approve_for(
                session, row, now, (f"person:{person.id}", person.name, roles), actor
            )

        try:
            await self._approvals.decide(update_id, version, work)
        except _WrongCode:
            raise Forbidden("This code is wrong, used or too old. Read it back.", code="wrong_code") from None
        except AppError:
            await self._give_back(update_id)
            raise
        await self._give_back(update_id)

    async def _carriers(
        self, session: AsyncSession, actor: Actor, row: Update, now: datetime
    ) -> list[Person]:
        """Everybody with codes who may give the second opinion on this, by name; never whoever asks."""
        wrote = await writers_of(session, row)
        sheets = select(col(PhoneCode.person_id)).where(
            col(PhoneCode.used_at).is_(None), col(PhoneCode.expires_at) > now
        )
        people = await session.execute(
            select(Person)
            .where(col(Person.id).in_(sheets), col(Person.disabled_at).is_(None))
            .order_by(col(Person.name), col(Person.id))
        )
        found = []
        for person in people.scalars().all():
            identity = f"person:{person.id}"
            roles = await _roles(session, person.id, row.event_id)
            need = row.needs or Need.APPROVER
            refusal = may_decide(identity, roles, need=need, authors=wrote, approving=True)
            if refusal is None and identity != actor.identity:
                found.append(person)
        return found

    async def _take_try(self, update_id: str) -> None:
        async def work(session: AsyncSession) -> None:
            await find_update(session, update_id, lock=True)
            row = await session.get(PhoneTry, update_id, with_for_update=True, populate_existing=True)
            row = row or PhoneTry(update_id=update_id)
            if row.wrong >= TRIES:
                raise Forbidden(
                    "Too many wrong codes for this one. It needs an approver at a desk.", code="phone_closed"
                )
            row.wrong += 1
            session.add(row)

        await self._database.write(work)

    async def _give_back(self, update_id: str) -> None:
        async def work(session: AsyncSession) -> None:
            row = await session.get_one(PhoneTry, update_id, with_for_update=True)
            row.wrong -= 1
            session.add(row)

        await self._database.write(work)


class _WrongCode(Conflict):
    """Its own class, because this one costs a try."""

    def __init__(self) -> None:
        super().__init__("wrong code")


async def _ask(
    session: AsyncSession, person: Person, update_id: str, digest: str, now: datetime
) -> Asked | None:
    """The code that was asked for these very words before, or the next on the sheet, bound to them from now on."""
    rows = await session.execute(
        select(PhoneCode)
        .where(
            col(PhoneCode.person_id) == person.id,
            col(PhoneCode.used_at).is_(None),
            col(PhoneCode.expires_at) > now,
        )
        .order_by(col(PhoneCode.n))
        .with_for_update()
    )
    sheet = list(rows.scalars())
    same = [one for one in sheet if (one.asked_for, one.asked_digest) == (update_id, digest)]
    free = [one for one in sheet if one.asked_for is None]
    for one in (same or free)[:1]:
        one.asked_for, one.asked_digest = update_id, digest
        session.add(one)
        return Asked(person.id, person.name, one.n)
    return None


async def _roles(session: AsyncSession, person_id: str, event_id: str) -> frozenset[Role]:
    rows = await session.execute(
        select(col(EventRole.role)).where(
            col(EventRole.person_id) == person_id, col(EventRole.event_id).in_((EVERY_EVENT, event_id))
        )
    )
    return frozenset(Role(role) for role in rows.scalars())
