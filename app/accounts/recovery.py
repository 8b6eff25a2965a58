"""
Letting somebody in again who has lost their way in: done by the engineer at the machine, on the database itself.

The old password opens nothing any more, every session ends, and a code that works once, soon, lets the person in to
choose a new one, before anything else. Nobody learns a password, and the record says that it was done at the machine.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from app.accounts.audit import AuditLog
from app.accounts.codes import code_hash, new_code
from app.accounts.sessions import end_all_sessions, void_codes
from app.clock import Clock
from app.db import Database
from app.errors import Conflict, NotFound
from app.models import Passkey, Person, RecoveryCode, SignInCode

MINUTES = 30
MACHINE = "machine"
"""As the record calls whoever sat there; which of the engineers is in the machine's own records."""


@dataclass(frozen=True, slots=True)
class Recovered:
    name: str
    code: str
    minutes: int = MINUTES


async def recover(
    database: Database, audit: AuditLog, clock: Clock, email: str, *, factors_too: bool
) -> Recovered:
    """
    Args:
        factors_too: The second factor and the passkeys are lost as well, so they are taken away.

    Raises:
        NotFound: nobody has this address. Conflict: the account is closed, which two people undo.
    """
    code = new_code()

    async def work(session: AsyncSession) -> str:
        now = clock.now()
        person = (
            await session.execute(select(Person).where(col(Person.email) == email.strip().casefold()))
        ).scalar_one_or_none()
        if person is None:
            raise NotFound("Nobody has this e-mail address. Check it.", code="person_not_found")
        if person.disabled_at is not None:
            raise Conflict(
                "This account is closed. Two people open it again on the desk.", code="account_closed"
            )
        person.password_hash, person.password_changed_at = None, now
        if factors_too:
            person.totp_enc = person.totp_since = person.totp_counter = None
            await session.execute(delete(RecoveryCode).where(col(RecoveryCode.person_id) == person.id))
            await session.execute(delete(Passkey).where(col(Passkey.person_id) == person.id))
        await end_all_sessions(session, now, person)
        await void_codes(session, now, person.id)
        await session.execute(
            update(SignInCode)
            .where(col(SignInCode.person_id) == person.id, col(SignInCode.used_at).is_(None))
            .values(used_at=now)
        )
        session.add(
            SignInCode(
                code_hash=code_hash(code),
                purpose="sign_in",
                person_id=person.id,
                expires_at=now + timedelta(minutes=MINUTES),
            )
        )
        await session.flush()
        detail: Mapping[str, bool] = {"factors_too": factors_too}
        await audit.append(
            session,
            actor=MACHINE,
            action="person.recovered",
            subject=f"person:{person.id}",
            detail=detail,
            now=now,
        )
        return person.name

    return Recovered(await database.write(work), code)
