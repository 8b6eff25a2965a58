"""Passwords: Argon2, in threads, never more at once than there are cores."""

from __future__ import annotations

import asyncio
import os

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from app.errors import InvalidInput

MIN_LENGTH = 12


class Passwords:
    """Hashes and checks; equal work whether or not the person exists."""

    def __init__(self, *, time_cost: int = 3, memory_cost_kib: int = 65_536) -> None:
        self._hasher = PasswordHash((Argon2Hasher(time_cost=time_cost, memory_cost=memory_cost_kib),))
        self._cores = asyncio.Semaphore(os.cpu_count() or 1)
        self._nobody: str | None = None

    async def hash(self, password: str) -> str:
        async with self._cores:
            return await asyncio.to_thread(self._hasher.hash, password)

    async def matches(self, password: str, stored: str | None) -> bool:
        """False for a person without a password, after the same time."""
        if (
            self._nobody is None
        ):  # on whichever path comes first, so that the first unknown person takes no longer
            self._nobody = await self.hash("nobody has this password")
        if stored is None:
            async with self._cores:
                await asyncio.to_thread(self._hasher.verify, password, self._nobody)
            return False
        async with self._cores:
            return await asyncio.to_thread(self._hasher.verify, password, stored)


def check_strength(password: str) -> None:
    """
    Length only: long beats clever.

    Raises:
        InvalidInput: too short or absurdly long.
    """
    if len(password) < MIN_LENGTH:
        raise InvalidInput(
            f"The password needs at least {MIN_LENGTH} characters. A sentence is easiest to remember.",
            code="password_too_short",
        )
    if len(password) > 256:
        raise InvalidInput("The password may have at most 256 characters.", code="password_too_long")
