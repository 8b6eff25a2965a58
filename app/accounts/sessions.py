"""
The sessions that are open, and ending them: one, all of a person's, everything of somebody who must not come in.

Ending is always one person's act: taking power away must never wait for a second. Giving it back does.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from app.accounts.audit import AuditLog
from app.accounts.passwords import Passwords, check_strength
from app.accounts.rights import Actor
from app.clock import Clock
from app.db import Database
from app.errors import Conflict, Forbidden, InvalidInput, NotFound, Unauthorized
from app.models import EVERY_EVENT, ApiKey, EventRole, Person, PhoneCode, Role, Session


class Sessions:
    """
    Args:
        ended: Called after sessions ended, so that their sockets close at once and not at the next check.
    """

    def __init__(
        self,
        database: Database,
        passwords: Passwords,
        audit: AuditLog,
        clock: Clock,
        ended: Callable[[], None],
    ) -> None:
        self._database = database
        self._passwords = passwords
        self._audit = audit
        self._clock = clock
        self._ended = ended

    def say_ended(self) -> None:
        """For others who end sessions in a transaction of their own."""
        self._ended()

    async def listed(self, person_id: str) -> list[Session]:
        """Those that are open, newest first."""
        async with self._database.read() as session:
            return list(
                (
                    await session.execute(
                        select(Session)
                        .where(
                            col(Session.person_id) == person_id,
                            col(Session.revoked_at).is_(None),
                            col(Session.expires_at) > self._clock.now(),
                        )
                        .order_by(col(Session.created_at).desc())
                    )
                ).scalars()
            )

    async def revoke(self, actor: Actor, person_id: str, session_id: str) -> None:
        """
        End one session of a person.

        Raises:
            NotFound: no such session of theirs.
        """
        now = self._clock.now()

        async def work(session: AsyncSession) -> None:
            row = await session.get(Session, session_id)
            if row is None or row.person_id != person_id:
                raise NotFound("There is no such session.", code="session_not_found")
            await end_sessions(session, now, Session.id, session_id)
            await self._audit.append(
                session, actor=actor.label, action="session.revoke", subject=f"person:{person_id}", now=now
            )

        await self._database.write(work)
        self._ended()

    async def revoke_all(self, actor: Actor, person_id: str, *, but: str | None = None) -> None:
        """End every session of a person, except perhaps the one that asks."""

        async def work(session: AsyncSession) -> None:
            now = self._clock.now()
            person = await session.get(Person, person_id, populate_existing=True)
            if person is None:
                raise NotFound("There is no such person.", code="person_not_found")
            await end_all_sessions(session, now, person, but=but)
            await self._audit.append(
                session,
                actor=actor.label,
                action="session.revoke_all",
                subject=f"person:{person_id}",
                now=now,
            )

        await self._database.write(work)
        self._ended()

    async def change_password(self, actor: Actor, old: str, new: str) -> None:
        """
        A new password; every other session of the person ends.

        Raises:
            Forbidden: the old one is wrong; not asked of whoever was invited or let in again.
            InvalidInput: the new one is too short.
        """
        check_strength(new)
        if not await self._chooses_anew(actor):
            await self.check_password(actor, old)
        hashed = await self._passwords.hash(new)

        async def work(session: AsyncSession) -> None:
            now = self._clock.now()
            person = await session.get(Person, actor.id, populate_existing=True)
            if person is None:
                raise NotFound("There is no such person.", code="person_not_found")
            person.password_hash, person.password_changed_at = hashed, now
            await end_all_sessions(session, now, person, but=actor.session_id)
            await self._audit.append(session, actor=actor.label, action="password.change", now=now)

        await self._database.write(work)
        self._ended()

    async def _chooses_anew(self, actor: Actor) -> bool:
        """Somebody who was invited, or whom the engineer let in again, has no password and came in by a code for it."""
        async with self._database.read() as session:
            person = await session.get(Person, actor.id) if actor.kind == "person" else None
            opened = await session.get(Session, actor.session_id) if actor.session_id else None
        return person is not None and has_to_choose(person) and opened is not None and opened.by == "code"

    async def check_password(self, actor: Actor, password: str) -> None:
        """
        Ask once more who is there, before something that an unlocked screen alone must not allow.

        Raises:
            Forbidden: wrong.
        """
        async with self._database.read() as session:
            person = await session.get(Person, actor.id) if actor.kind == "person" else None
        if not await self._passwords.matches(password, person.password_hash if person else None):
            raise Forbidden("The password is not right. Type your own once more.", code="password_wrong")

    async def disable(self, actor: Actor, person_id: str) -> None:
        """
        Nothing of this person's opens anything any more: sessions, sockets, tablets, keys. Undone by two people only.

        Raises:
            InvalidInput: oneself.
            Conflict: the last one who could put things right.
        """
        if person_id == actor.answers:
            raise InvalidInput("Nobody closes their own account. Ask another admin.", code="not_oneself")

        async def work(session: AsyncSession) -> None:
            now = self._clock.now()
            person = await session.get(Person, person_id, populate_existing=True)
            if person is None:
                raise NotFound("There is no such person.", code="person_not_found")
            if await only_admin(session, person_id):
                raise Conflict("This is the last admin. Make somebody else admin first.", code="last_admin")
            person.disabled_at = person.disabled_at or now
            await end_all_sessions(session, now, person)
            await session.execute(
                update(ApiKey)
                .where(col(ApiKey.created_by) == person_id, col(ApiKey.revoked_at).is_(None))
                .values(revoked_at=now)
            )
            await void_codes(session, now, person_id)
            await self._audit.append(
                session, actor=actor.label, action="person.disable", subject=f"person:{person_id}", now=now
            )

        await self._database.write(work)
        self._ended()

    async def enable(self, by: str, person_id: str) -> None:
        """Let somebody in again. What two people decided; see `proposals`."""
        now = self._clock.now()

        async def work(session: AsyncSession) -> None:
            person = await session.get(Person, person_id, populate_existing=True)
            if person is None:
                raise NotFound("There is no such person.", code="person_not_found")
            person.disabled_at = None
            session.add(person)
            await self._audit.append(
                session, actor=by, action="person.enable", subject=f"person:{person_id}", now=now
            )

        await self._database.write(work)


def has_to_choose(person: Person) -> bool:
    """Invited, or let in again by the engineer: without a password, and with the time from when on."""
    return person.password_hash is None and person.password_changed_at is not None


async def end_sessions(
    session: AsyncSession, now: datetime, column: object, value: str, *, but: str | None = None
) -> None:
    """In the caller's transaction."""
    which = update(Session).where(col(column) == value, col(Session.revoked_at).is_(None))
    if but is not None:
        which = which.where(col(Session.id) != but)
    await session.execute(which.values(revoked_at=now))


async def end_all_sessions(
    session: AsyncSession, now: datetime, person: Person, *, but: str | None = None
) -> None:
    """
    In the caller's transaction: nobody can say any more who sat at which of them, so their word is asked for anew.

    Args:
        now: In the transaction itself: what was written before it was said by then.
    """
    person.sessions_ended_at = now
    session.add(person)
    await end_sessions(session, now, Session.person_id, person.id, but=but)


async def require_open(session: AsyncSession, actor: Actor) -> None:
    """
    In the caller's transaction: the session that asked is open still, and until this is committed.

    Raises:
        Unauthorized: it ended after it had been let in.
    """
    if actor.session_id is None:
        return
    opened = await session.get(
        Session, actor.session_id, with_for_update={"read": True}, populate_existing=True
    )
    if opened is None or opened.revoked_at is not None:
        raise Unauthorized("Sign in first.")


async def void_codes(session: AsyncSession, now: datetime, person_id: str) -> None:
    """
    In the caller's transaction: the sheet for approving by telephone, which may be in the wrong hands, opens nothing.

    Also not when the account is opened again within the sheet's day.
    """
    await session.execute(
        update(PhoneCode)
        .where(col(PhoneCode.person_id) == person_id, col(PhoneCode.used_at).is_(None))
        .values(used_at=now)
    )


async def only_admin(session: AsyncSession, person_id: str) -> bool:
    """
    Whether no other open account is admin of everything, and stays so until the caller's transaction ends.

    Their rows are locked: of two admins who remove each other at once, the second asks again when the first is done.
    """
    admins = (
        await session.execute(
            select(col(EventRole.person_id))
            .join(Person, col(Person.id) == col(EventRole.person_id))
            .where(
                col(EventRole.role) == Role.ADMIN,
                col(EventRole.event_id) == EVERY_EVENT,
                col(Person.disabled_at).is_(None),
            )
            .order_by(col(Person.id))
            # Not against who only refers to them: an admin may sign in meanwhile.
            .with_for_update(key_share=True)
        )
    ).scalars()
    return set(admins) == {person_id}
