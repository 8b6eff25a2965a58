"""
People and how they come in: first-run set-up, passwords, single-use codes, sessions, keys for programs, roles.

Tokens are random and opaque; only their SHA-256 is stored, so a stolen database signs nobody in. A session is a row
that can be revoked in the same second, which is why there is no JWT here.
"""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from app.accounts.audit import AuditLog
from app.accounts.codes import code_hash, new_code, token_hash
from app.accounts.factors import SecondFactors
from app.accounts.invitations import PURPOSE as INVITED
from app.accounts.invitations import Invitation, first_half, keep
from app.accounts.names import clean_name, folded_email
from app.accounts.passwords import Passwords, check_strength
from app.accounts.proposals import Kind, Wish
from app.accounts.rights import CONFIRMING, IN_PERSON, Action, Actor
from app.accounts.sessions import has_to_choose, only_admin
from app.clock import Clock
from app.db import Database
from app.errors import Conflict, InvalidInput, NotFound, Unauthorized
from app.ids import NewId
from app.models import EVERY_EVENT, ApiKey, Device, EventRole, Person, Role, Session, SignInCode

SEEN_EVERY_S = 60


class People:
    """Everything about who is who."""

    def __init__(
        self,
        database: Database,
        passwords: Passwords,
        audit: AuditLog,
        clock: Clock,
        new_id: NewId,
        *,
        session_hours: float,
        tablet_session_s: float = 900,
        tablet_idle_s: float = 300,
        factors: SecondFactors | None = None,
    ) -> None:
        self._database = database
        self._passwords = passwords
        self._audit = audit
        self._clock = clock
        self._new_id = new_id
        self._session_life = timedelta(hours=session_hours)
        self._tablet_life = timedelta(seconds=tablet_session_s)
        self._tablet_idle = timedelta(seconds=tablet_idle_s)
        self._factors = factors

    async def set_up_needed(self) -> bool:
        async with self._database.read() as session:
            return (await session.execute(select(col(Person.id)).limit(1))).first() is None

    async def issue_code(self, purpose: str, *, person_id: str | None = None, minutes: float = 60) -> str:
        """A new single-use code; earlier unused ones of the same purpose and person stop working."""
        code, now = new_code(), self._clock.now()

        async def work(session: AsyncSession) -> None:
            await session.execute(
                update(SignInCode)
                .where(
                    col(SignInCode.purpose) == purpose,
                    col(SignInCode.person_id) == person_id,
                    col(SignInCode.used_at).is_(None),
                )
                .values(used_at=now)
            )
            session.add(
                SignInCode(
                    code_hash=code_hash(code),
                    purpose=purpose,
                    person_id=person_id,
                    expires_at=now + timedelta(minutes=minutes),
                )
            )

        await self._database.write(work)
        return code

    async def set_up(self, code: str, people: Sequence[tuple[str, str, str, Sequence[Role]]]) -> list[str]:
        """
        First run: make the first people with the code that the server printed.

        Args:
            people: (name, email, password, roles on every event).

        Raises:
            Conflict: set-up was done already.
            Unauthorized: wrong, used or expired code.
        """
        hashed = []
        for name, email, password, roles in people:
            check_strength(password)
            hashed.append(
                (clean_name(name), folded_email(email), await self._passwords.hash(password), roles)
            )
        now = self._clock.now()

        async def work(session: AsyncSession) -> list[str]:
            if (await session.execute(select(col(Person.id)).limit(1))).first() is not None:
                raise Conflict("Set-up is done already. Sign in instead.", code="set_up_done")
            await self._use_code(session, code, "setup")
            ids = []
            for name, email, password_hash, roles in hashed:
                person_id = self._new_id()
                session.add(
                    Person(id=person_id, email=email, name=name, password_hash=password_hash, created_at=now)
                )
                await session.flush()
                for role in roles:
                    session.add(
                        EventRole(event_id=EVERY_EVENT, person_id=person_id, role=role, granted_at=now)
                    )
                ids.append(person_id)
            await self._audit.append(
                session, actor="system", action="people.set_up", detail={"people": len(ids)}, now=now
            )
            return ids

        return await self._database.write(work)

    async def wish_for(self, *, name: str, email: str, roles: Sequence[Role]) -> tuple[str, Wish]:
        """
        A new person as something that two people decide, and the proposer's half of the invitation.

        Raises:
            Conflict: the address is taken.
            InvalidInput: a field that cannot be right; or the second person of all could confirm nothing.
        """
        email, name = folded_email(email), clean_name(name)
        async with self._database.read() as session:
            taken = (await session.execute(select(col(Person.id)).where(col(Person.email) == email))).first()
            people = await session.scalar(select(func.count()).select_from(Person))
        if taken is not None:
            raise _email_taken()
        if people == 1 and not CONFIRMING & set(roles):
            raise InvalidInput(
                "The second person has to be admin or approver: dangerous things need two. Add one of these roles.",
                code="second_person_role",
            )
        half, secret = first_half()
        payload = {"name": name, "email": email, "roles": [str(role) for role in roles]}
        return half, Wish(Kind.PERSON_ADD, payload, secret)

    async def add(
        self,
        actor: Actor,
        *,
        name: str,
        email: str,
        roles: Sequence[Role],
        password_hash: str | None = None,
        invitation: Invitation | None = None,
    ) -> Person:
        """
        What two people decided. Somebody invited has no password until they have chosen one.

        Raises:
            Conflict: the address is taken.
        """
        now = self._clock.now()

        async def work(session: AsyncSession) -> Person:
            taken = (await session.execute(select(col(Person.id)).where(col(Person.email) == email))).first()
            if taken is not None:
                raise _email_taken()
            person = Person(
                id=self._new_id(),
                email=email,
                name=name,
                password_hash=password_hash,
                password_changed_at=None if invitation is None else now,
                created_at=now,
            )
            session.add(person)
            await session.flush()
            for role in roles:
                session.add(
                    EventRole(
                        event_id=EVERY_EVENT,
                        person_id=person.id,
                        role=role,
                        granted_by=actor.id,
                        granted_at=now,
                    )
                )
            await self._audit.append(
                session,
                actor=actor.label,
                action="people.add",
                subject=f"person:{person.id}",
                detail={"roles": [str(role) for role in roles]},
                now=now,
            )
            if invitation is not None:
                await keep(session, self._audit, actor, person.id, invitation, now)
            return person

        return await self._database.write(work)

    async def found(self, person_id: str) -> Person:
        """
        Raises:
            NotFound: no such person.
        """
        async with self._database.read() as session:
            person = await session.get(Person, person_id)
        if person is None:
            raise NotFound("There is no such person.", code="person_not_found")
        return person

    async def listed(self) -> list[tuple[Person, list[EventRole]]]:
        async with self._database.read() as session:
            people = (await session.execute(select(Person).order_by(col(Person.name)))).scalars().all()
            roles = (await session.execute(select(EventRole))).scalars().all()
        by_person: dict[str, list[EventRole]] = defaultdict(list)
        for role in roles:
            by_person[role.person_id].append(role)
        return [(person, by_person[person.id]) for person in people]

    async def set_role(self, actor: Actor, *, event_id: str, person_id: str, role: Role, held: bool) -> None:
        """Give or take one role. Nobody may take the last admin's role."""
        now = self._clock.now()

        async def work(session: AsyncSession) -> None:
            if await session.get(Person, person_id) is None:
                raise NotFound("There is no such person.", code="person_not_found")
            row = await session.get(EventRole, (event_id, person_id, role))
            if held and row is None:
                session.add(
                    EventRole(
                        event_id=event_id, person_id=person_id, role=role, granted_by=actor.id, granted_at=now
                    )
                )
            elif not held and row is not None:
                everywhere = role == Role.ADMIN and event_id == EVERY_EVENT
                if everywhere and await only_admin(session, person_id):
                    raise Conflict(
                        "This is the last admin. Make somebody else admin first.", code="last_admin"
                    )
                await session.delete(row)
            else:
                return
            await self._audit.append(
                session,
                actor=actor.label,
                action="role.give" if held else "role.take",
                event_id=None if event_id == EVERY_EVENT else event_id,
                subject=f"person:{person_id}",
                detail={"role": str(role)},
                now=now,
            )

        await self._database.write(work)

    async def proven(self, email: str, password: str, second: str | None = None) -> Person:
        """
        The person whom a password and, where they have one, a second factor prove.

        Raises:
            Unauthorized: in the same words and time whether the person, the password or both are wrong;
                `second_factor_needed` once the password was right.
        """
        async with self._database.read() as session:
            person = (
                await session.execute(select(Person).where(col(Person.email) == email.strip().casefold()))
            ).scalar_one_or_none()
        known = person if person is not None and person.disabled_at is None else None
        right = await self._passwords.matches(password, known.password_hash if known else None)
        if known is None or not right:
            raise Unauthorized(
                "E-mail address or password is not right. Check both and try again.", code="sign_in_failed"
            )
        if self._factors is not None:
            await self._factors.check(known, second)
        return known

    async def sign_in(
        self, email: str, password: str, user_agent: str, second: str | None = None
    ) -> tuple[str, Actor]:
        """
        Check a password and open a session.

        Raises:
            Unauthorized: see `proven`.
        """
        person = await self.proven(email, password, second)
        return await self.open_session(person.id, user_agent, "password")

    async def owner_of_code(self, code: str, *others: str) -> str:
        """
        Use up a sign-in code, or one of `others`' purposes; whose it was.

        Raises:
            Unauthorized: wrong, used or expired.
        """

        async def work(session: AsyncSession) -> str:
            row = await self._use_code(session, code, "sign_in", *others)
            person = await session.get(Person, row.person_id) if row.person_id else None
            # An invitation ends with the password: also one that a restored backup has as unused again.
            if person is None or (row.purpose == INVITED and not has_to_choose(person)):
                raise Unauthorized("This code signs nobody in. Sign in another way.", code="code_refused")
            return person.id

        return await self._database.write(work)

    async def sign_in_with_code(self, code: str, user_agent: str) -> tuple[str, Actor]:
        """
        Raises:
            Unauthorized: wrong, used or expired.
        """
        return await self.open_session(await self.owner_of_code(code, INVITED), user_agent, "code")

    async def _use_code(self, session: AsyncSession, code: str, *purposes: str) -> SignInCode:
        # Locked: of two who type it at once, the second one finds it used.
        row = await session.get(SignInCode, code_hash(code), populate_existing=True, with_for_update=True)
        now = self._clock.now()
        if row is None or row.purpose not in purposes or row.used_at is not None or row.expires_at <= now:
            raise Unauthorized(
                "This code is wrong, used or too old. Type the newest one; of an invitation, both halves.",
                code="code_refused",
            )
        row.used_at = now
        session.add(row)
        return row

    async def open_session(
        self, person_id: str, user_agent: str, by: str, *, device_id: str | None = None, active: bool = True
    ) -> tuple[str, Actor]:
        """
        A session for somebody who has been proven.

        Args:
            device_id: The tablet it lives on; such a session is short, since the tablet renews it with its own key.
            active: Somebody is at the tablet now; a renewal by itself is nobody's touch and unlocks nothing.
        """
        token, now = secrets.token_urlsafe(32), self._clock.now()
        life = self._session_life if device_id is None else self._tablet_life
        session_id = self._new_id()

        async def work(session: AsyncSession) -> None:
            session.add(
                Session(
                    id=session_id,
                    token_hash=token_hash(token),
                    person_id=person_id,
                    user_agent=user_agent[:200],
                    by=by,
                    device_id=device_id,
                    active_at=await _last_touch(session, device_id, now, active),
                    created_at=now,
                    seen_at=now,
                    expires_at=now + life,
                )
            )
            await self._audit.append(
                session, actor=f"person:{person_id}", action="session.open", detail={"by": by}, now=now
            )

        await self._database.write(work)
        actor = await self.actor_of_session(token)
        if actor is None:
            raise Unauthorized("This account is closed. Ask an admin.", code="sign_in_failed")
        return token, actor

    async def actor_of_session(self, token: str) -> Actor | None:
        """Who a cookie belongs to, with their roles of this moment; None when it opens nothing."""
        now = self._clock.now()
        async with self._database.read() as session:
            row = (
                await session.execute(
                    select(Session, Person)
                    .join(Person, col(Person.id) == col(Session.person_id))
                    .where(col(Session.token_hash) == token_hash(token))
                )
            ).one_or_none()
            if row is None:
                return None
            opened, person = row
            if opened.revoked_at is not None or opened.expires_at <= now or person.disabled_at is not None:
                return None
            return await self._actor(session, person, opened)

    async def actor_of_open_session(self, session_id: str) -> Actor | None:
        """The same by the session's id: what a socket asks while it is open."""
        now = self._clock.now()
        async with self._database.read() as session:
            opened = await session.get(Session, session_id)
            if opened is None or opened.revoked_at is not None or opened.expires_at <= now:
                return None
            person = await session.get(Person, opened.person_id)
            if person is None or person.disabled_at is not None:
                return None
            return await self._actor(session, person, opened)

    async def touch(self, actor: Actor) -> None:
        """Somebody is at the tablet; its PIN is not asked for yet. Nothing happens while it already waits for it."""
        if actor.device_id is None or actor.locked:
            return
        now = self._clock.now()

        async def work(session: AsyncSession) -> None:
            await session.execute(
                update(Session).where(col(Session.id) == actor.session_id).values(active_at=now)
            )

        await self._database.write(work)

    async def lock(self, actor: Actor) -> None:
        """The tablet has locked itself by its own clock: from now on its PIN is asked for here too."""
        if actor.device_id is None or actor.locked:
            return
        long_ago = self._clock.now() - self._tablet_idle - timedelta(seconds=1)

        async def work(session: AsyncSession) -> None:
            await session.execute(
                update(Session).where(col(Session.device_id) == actor.device_id).values(active_at=long_ago)
            )

        await self._database.write(work)

    async def sign_out(self, actor: Actor) -> None:
        now = self._clock.now()

        async def work(session: AsyncSession) -> None:
            await session.execute(
                update(Session).where(col(Session.id) == actor.session_id).values(revoked_at=now)
            )
            await self._audit.append(session, actor=actor.label, action="session.close", now=now)

        await self._database.write(work)

    def wish_for_key(
        self, *, name: str, scopes: Sequence[Action], event_id: str, days: float | None
    ) -> tuple[str, Wish]:
        """
        A key for a program, as something that two people decide: its text, and the wish that knows only its hash.

        Raises:
            InvalidInput: a scope that only a person in person can have.
        """
        beyond = sorted(str(scope) for scope in set(scopes) & IN_PERSON)
        if beyond:
            raise InvalidInput(f"No key has this scope: {', '.join(beyond)}.", code="not_by_key")
        key = f"tocsin_{secrets.token_urlsafe(32)}"
        payload = {
            "id": self._new_id(),
            "name": clean_name(name),
            "prefix": key[:11],
            "scopes": [str(scope) for scope in scopes],
            "event_id": event_id,
            "days": days,
        }
        return key, Wish(
            Kind.KEY_MAKE,
            payload,
            {"key_hash": token_hash(key)},
            event_id=None if event_id == EVERY_EVENT else event_id,
            subject=f"key:{payload['id']}",
        )

    async def new_key(self, actor: Actor, payload: Mapping[str, Any], key_hash: str) -> ApiKey:
        """What two people decided: from now on the key opens what its scopes say."""
        now, days = self._clock.now(), payload["days"]
        row = ApiKey(
            id=payload["id"],
            name=payload["name"],
            key_hash=key_hash,
            prefix=payload["prefix"],
            scopes=list(payload["scopes"]),
            event_id=payload["event_id"],
            created_by=actor.answers,
            created_at=now,
            expires_at=None if days is None else now + timedelta(days=days),
        )

        async def work(session: AsyncSession) -> None:
            session.add(row)
            await self._audit.append(
                session,
                actor=actor.label,
                action="key.make",
                event_id=None if row.event_id == EVERY_EVENT else row.event_id,
                subject=f"key:{row.id}",
                detail={"scopes": row.scopes},
                now=now,
            )

        await self._database.write(work)
        return row

    async def keys(self) -> list[ApiKey]:
        async with self._database.read() as session:
            return list((await session.execute(select(ApiKey).order_by(col(ApiKey.created_at)))).scalars())

    async def revoke_key(self, actor: Actor, key_id: str) -> None:
        now = self._clock.now()

        async def work(session: AsyncSession) -> None:
            row = await session.get(ApiKey, key_id)
            if row is None:
                raise NotFound("There is no such key.", code="key_not_found")
            if row.revoked_at is None:
                row.revoked_at = now
                session.add(row)
                await self._audit.append(
                    session, actor=actor.label, action="key.revoke", subject=f"key:{key_id}", now=now
                )

        await self._database.write(work)

    async def actor_of_key(self, key: str) -> Actor | None:
        now = self._clock.now()
        async with self._database.read() as session:
            row = (
                await session.execute(select(ApiKey).where(col(ApiKey.key_hash) == token_hash(key)))
            ).scalar_one_or_none()
        if (
            row is None
            or row.revoked_at is not None
            or (row.expires_at is not None and row.expires_at <= now)
        ):
            return None
        return Actor(
            "key",
            row.id,
            row.name,
            scopes=frozenset(row.scopes),
            key_event_id=row.event_id,
            owner_id=row.created_by,
        )

    async def _actor(self, session: AsyncSession, person: Person, opened: Session) -> Actor | None:
        rows = (
            await session.execute(select(EventRole).where(col(EventRole.person_id) == person.id))
        ).scalars()
        roles: dict[str, set[Role]] = defaultdict(set)
        for row in rows:
            roles[row.event_id].add(Role(row.role))
        chooses = opened.by == "code" and has_to_choose(person)
        if chooses:
            roles.clear()
        locked = False
        if opened.device_id is not None:
            device = await session.get(Device, opened.device_id)
            if device is None or device.wiped_at is not None:
                return None
            # A tablet is a presenter on its event and nothing else, for as long as its person is one there.
            held = roles.get(EVERY_EVENT, set()) | roles.get(device.event_id, set())
            roles = defaultdict(set)
            if Role.PRESENTER in held:
                roles[device.event_id] = {Role.PRESENTER}
            touched = opened.active_at or opened.created_at
            locked = self._clock.now() - touched > self._tablet_idle
        return Actor(
            "person",
            person.id,
            person.name,
            roles={event_id: frozenset(held) for event_id, held in roles.items()},
            session_id=opened.id,
            device_id=opened.device_id,
            locked=locked,
            chooses=chooses,
        )


def _email_taken() -> Conflict:
    return Conflict("Somebody with this e-mail address is here already.", code="email_taken")


async def _last_touch(
    session: AsyncSession, device_id: str | None, now: datetime, active: bool
) -> datetime | None:
    if device_id is None or active:
        return now
    last = await session.scalar(
        select(func.max(col(Session.active_at))).where(col(Session.device_id) == device_id)
    )
    # Its sessions are not kept for ever: one of which nothing is known any more was left alone since it was paired.
    return last or await session.scalar(select(col(Device.paired_at)).where(col(Device.id) == device_id))
