"""
Challenges that a passkey or a tablet answers: sealed, so that nothing is stored until one was answered rightly.

A challenge carries its own purpose and end, and is single-use because the answer leaves a row. Asking for one costs
no write: nobody fills the database by asking.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from app.accounts.codes import token_hash
from app.accounts.vault import Vault
from app.clock import Clock
from app.errors import Unauthorized
from app.models import UsedChallenge

LIFE = timedelta(minutes=2)


class Challenges:
    """Makes and takes them."""

    def __init__(self, vault: Vault, clock: Clock) -> None:
        self._vault = vault
        self._clock = clock

    def make(self, purpose: str, who: str = "") -> bytes:
        """Fresh each time: the seal's nonce is the randomness."""
        until = int((self._clock.now() + LIFE).timestamp())
        return self._vault.seal(json.dumps([purpose, who, until]).encode(), about="challenge")

    def read(self, challenge: bytes, purpose: str) -> str:
        """
        Whom it was made for.

        Raises:
            Unauthorized: not ours, for something else, or too old.
        """
        try:
            found, who, until = json.loads(self._vault.open(challenge, about="challenge"))
        except ValueError as exc:
            raise _refused() from exc
        if found != purpose or until < self._clock.now().timestamp():
            raise _refused()
        return str(who)

    async def use(self, session: AsyncSession, challenge: bytes) -> None:
        """
        Use it up, in the transaction of what it allows.

        Raises:
            Unauthorized: answered before.
        """
        now, digest = self._clock.now(), token_hash(challenge.hex())
        await session.execute(delete(UsedChallenge).where(col(UsedChallenge.expires_at) < now - LIFE))
        if await session.get(UsedChallenge, digest) is not None:
            raise _refused()
        session.add(UsedChallenge(challenge_hash=digest, expires_at=_end(now)))
        try:
            await session.flush()
        except IntegrityError as exc:  # two answers at once: the other one was first
            raise _refused() from exc


def _end(now: datetime) -> datetime:
    return (now + LIFE).astimezone(UTC)


def _refused() -> Unauthorized:
    return Unauthorized("This took too long or was used before. Try again.", code="challenge_refused")
