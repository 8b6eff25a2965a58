"""
What broadcast asks before anything may leave, and does not know the reasons for.

`main` fills this from consent, approval and guard. A gate that raises, or is missing, refuses everything. Kill and
expiry are broadcast's own and are checked beside it, in the same transaction.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from sqlalchemy.ext.asyncio import AsyncSession


@dataclass(frozen=True, slots=True)
class Permit:
    """Go."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """
    Do not.

    Attributes:
        state: Delivery state it goes to: "held", "withdrawn" or "expired".
        reason: Stable code, e.g. "consent_revoked".
        why: A sentence for the board.
    """

    state: str
    reason: str
    why: str


class Gate(Protocol):
    async def check(
        self, session: AsyncSession, delivery_ids: Sequence[str], *, second_id: str | None = None
    ) -> Mapping[str, Permit | Refusal]:
        """
        One answer per delivery, read in the caller's transaction; a missing one counts as a refusal.

        Args:
            second_id: Asked about this channel instead of the delivery's own: a second provider that would carry it.
        """


@runtime_checkable
class SecondGate(Protocol):
    """A Gate that can also be asked about a second provider before there is anything to send by it; for forecasts."""

    async def keeps_from(
        self, session: AsyncSession, event_ids: Collection[str], second_id: str
    ) -> Collection[str]:
        """Those of these events whose lists this second provider may not carry."""
