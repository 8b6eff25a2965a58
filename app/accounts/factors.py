"""
The second factor beside a password: codes of an authenticator app (RFC 6238), and recovery codes for the day it is lost.

The step a code was taken from is kept, so a code that somebody looked at over a shoulder works only once.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass

import pyotp
from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from app.accounts.audit import AuditLog
from app.accounts.codes import code_hash, new_code
from app.accounts.qr import qr_svg
from app.accounts.rights import Actor
from app.accounts.vault import Vault
from app.clock import Clock
from app.db import Database
from app.errors import Conflict, InvalidInput, NotFound, Unauthorized
from app.models import Person, RecoveryCode

STEP_S = 30
SLACK_STEPS = 1  # clocks of phones drift
RECOVERY_CODES = 10


@dataclass(frozen=True, slots=True)
class Enrolment:
    """Shown once, while an authenticator app is set up."""

    secret: str
    uri: str
    qr_svg: str


def step_of(secret: str, code: str, unix_s: float, last_step: int | None) -> int | None:
    """The step a code belongs to, None when it is wrong or not newer than the last one that was taken."""
    # Some keyboards have digits of their own script.
    digits = "".join(str(int(c)) for c in code if c.isdecimal())
    totp, now = pyotp.TOTP(secret), int(unix_s) // STEP_S
    found = None
    for step in range(now - SLACK_STEPS, now + SLACK_STEPS + 1):
        if hmac.compare_digest(totp.at(step * STEP_S), digits) and (last_step is None or step > last_step):
            found = step
    return found


class SecondFactors:
    """Enrolling, checking and taking away."""

    def __init__(
        self, database: Database, vault: Vault, audit: AuditLog, clock: Clock, *, issuer: str
    ) -> None:
        self._database = database
        self._vault = vault
        self._audit = audit
        self._clock = clock
        self._issuer = issuer

    async def begin(self, actor: Actor) -> Enrolment:
        """
        A fresh secret that waits for its first code.

        Raises:
            Conflict: one is in use already.
        """
        secret = pyotp.random_base32()
        sealed = self._vault.seal(secret.encode(), about=f"totp:{actor.id}")

        async def work(session: AsyncSession) -> str:
            person = await _person(session, actor)
            if person.totp_since is not None:
                raise Conflict(
                    "An authenticator app is set up already. Take it away first.", code="totp_in_use"
                )
            person.totp_enc, person.totp_counter = sealed, None
            session.add(person)
            return person.email

        email = await self._database.write(work)
        uri = pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=self._issuer)
        return Enrolment(secret, uri, qr_svg(uri))

    async def confirm(self, actor: Actor, code: str) -> list[str]:
        """
        The first code turns it on.

        Returns:
            Ten recovery codes, shown this once.

        Raises:
            InvalidInput: the code is not of this secret.
        """
        codes, now = [new_code() for _ in range(RECOVERY_CODES)], self._clock.now()

        async def work(session: AsyncSession) -> None:
            person = await _person(session, actor)
            if person.totp_enc is None or person.totp_since is not None:
                raise Conflict(
                    "There is no authenticator app to confirm. Begin again.", code="totp_not_begun"
                )
            step = step_of(self._secret(person), code, now.timestamp(), None)
            if step is None:
                raise InvalidInput(
                    "This code does not match. Wait for the next one and type it.", code="totp_wrong"
                )
            person.totp_since, person.totp_counter = now, step
            session.add(person)
            await session.execute(delete(RecoveryCode).where(col(RecoveryCode.person_id) == actor.id))
            session.add_all(RecoveryCode(code_hash=code_hash(one), person_id=actor.id) for one in codes)
            await self._audit.append(session, actor=actor.label, action="totp.on", now=now)

        await self._database.write(work)
        return codes

    async def remove(self, actor: Actor) -> None:
        """The caller has checked the password once more."""
        now = self._clock.now()

        async def work(session: AsyncSession) -> None:
            person = await _person(session, actor)
            person.totp_enc = person.totp_since = person.totp_counter = None
            session.add(person)
            await session.execute(delete(RecoveryCode).where(col(RecoveryCode.person_id) == actor.id))
            await self._audit.append(session, actor=actor.label, action="totp.off", now=now)

        await self._database.write(work)

    async def state(self, person_id: str) -> tuple[bool, int]:
        """Whether codes are asked for, and how many recovery codes are left."""
        async with self._database.read() as session:
            person = await session.get(Person, person_id)
            left = await session.scalar(
                select(func.count())
                .select_from(RecoveryCode)
                .where(col(RecoveryCode.person_id) == person_id, col(RecoveryCode.used_at).is_(None))
            )
        return person is not None and person.totp_since is not None, left or 0

    async def check(self, person: Person, code: str | None) -> None:
        """
        Ask for the second factor of a person whose password was right.

        Raises:
            Unauthorized: none was given, it is wrong, or it was used before.
        """
        if person.totp_since is None:
            return
        if not code:
            raise Unauthorized(
                "Now type the six digits of your authenticator app, or a recovery code.",
                code="second_factor_needed",
            )
        now = self._clock.now()

        async def work(session: AsyncSession) -> bool:
            fresh = await session.get(Person, person.id, populate_existing=True, with_for_update=True)
            if fresh is None or fresh.totp_since is None:
                return False
            step = step_of(self._secret(fresh), code, now.timestamp(), fresh.totp_counter)
            if step is not None:
                fresh.totp_counter = step
                session.add(fresh)
                return True
            used = await session.execute(
                update(RecoveryCode)
                .where(
                    col(RecoveryCode.code_hash) == code_hash(code),
                    col(RecoveryCode.person_id) == person.id,
                    col(RecoveryCode.used_at).is_(None),
                )
                .values(used_at=now)
                .returning(col(RecoveryCode.code_hash))
            )
            if used.first() is None:
                return False
            await self._audit.append(
                session, actor=f"person:{person.id}", action="recovery_code.use", now=now
            )
            return True

        if not await self._database.write(work):
            raise Unauthorized(
                "This code is wrong or was used. Wait for the next one and type it.",
                code="second_factor_wrong",
            )

    def _secret(self, person: Person) -> str:
        return self._vault.open(person.totp_enc or b"", about=f"totp:{person.id}").decode()


async def _person(session: AsyncSession, actor: Actor) -> Person:
    person = await session.get(Person, actor.id, populate_existing=True, with_for_update=True)
    if person is None or actor.kind != "person":
        raise NotFound("A key has no person behind it.", code="not_a_person")
    return person
