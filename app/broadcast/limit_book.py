"""The limiters of all channels of this process, and their memory in the database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from app.broadcast.limits import Limiter, Window
from app.db import Database
from app.errors import LimitObservation
from app.ids import NewId
from app.models import LimitGrant, LimitHold


class LimitBook:
    """
    One Limiter per channel; grants are stored with the permit that they belong to.

    Grants of paced windows alone are not stored: they are over before a restart is.
    """

    def __init__(self, new_id: NewId) -> None:
        self._new_id = new_id
        self._limiters: dict[str, Limiter] = {}
        self._windows: dict[str, tuple[Window, ...]] = {}

    def limiter(self, channel_id: str) -> Limiter:
        return self._limiters[channel_id]

    def known(self, channel_id: str, windows: Sequence[Window]) -> bool:
        return self._windows.get(channel_id) == tuple(windows)

    def wait_s(self, channel_id: str, now: datetime, *, urgent: bool) -> tuple[float, bool]:
        """Seconds until one unit may go, and whether the platform itself asked for it; for words and plans."""
        limiter = self._limiters.get(channel_id)
        if limiter is None:
            return 0.0, False
        at = now.timestamp()
        return limiter.wait_s(1, at, urgent=urgent), limiter.held_until > at

    async def load(
        self, database: Database, channel_id: str, windows: Sequence[Window], now: datetime
    ) -> None:
        """Make a channel's limiter from what the database remembers."""
        limiter = Limiter(windows)
        longest_s = max((w.per_s for w in windows), default=0.0)
        async with database.read() as session:
            grants = (
                await session.execute(
                    select(col(LimitGrant.at), col(LimitGrant.units))
                    .where(
                        col(LimitGrant.key) == channel_id,
                        col(LimitGrant.at) > now - timedelta(seconds=longest_s),
                    )
                    .order_by(col(LimitGrant.at))
                )
            ).all()
            holds = (
                await session.execute(select(LimitHold).where(col(LimitHold.key).startswith(channel_id)))
            ).scalars()
            held = {hold.key.removeprefix(channel_id).lstrip(":"): hold for hold in holds}
        whole = held.pop("", None)
        limiter.restore(
            [
                (w.name, at.timestamp(), units)
                for at, units in grants
                for w in windows
                if at > now - timedelta(seconds=w.per_s)
            ],
            hold_until=whole.until.timestamp() if whole is not None else 0.0,
            caps={
                name: (hold.cap, hold.until.timestamp())
                for name, hold in held.items()
                if hold.cap is not None and hold.until > now
            },
        )
        if whole is not None:
            limiter.hold_reason = whole.why
        self._limiters[channel_id] = limiter
        self._windows[channel_id] = tuple(windows)

    async def store_grants(
        self, session: AsyncSession, channel_id: str, grants: Sequence[tuple[datetime, int]]
    ) -> list[str]:
        """Remember grants in the permit's own transaction. Returns their ids, for giving back."""
        if not grants or all(w.pace for w in self._windows.get(channel_id, ())):
            return []
        rows = [{"id": self._new_id(), "key": channel_id, "at": at, "units": units} for at, units in grants]
        await session.execute(insert(LimitGrant.__table__), rows)  # type: ignore[attr-defined]
        return [str(row["id"]) for row in rows]

    async def forget_grant(self, session: AsyncSession, grant_id: str) -> None:
        await session.execute(delete(LimitGrant).where(col(LimitGrant.id) == grant_id))

    def observe(
        self,
        channel_id: str,
        observations: Sequence[LimitObservation],
        now: datetime,
        hold_until: datetime | None,
    ) -> bool:
        """Learn from an answer; True when something is to be stored."""
        limiter = self._limiters.get(channel_id)
        if limiter is None:
            return False
        before = (limiter.held_until, limiter.caps())
        if hold_until is not None:
            limiter.hold_until(hold_until.timestamp(), "limited")
        limiter.observe(observations, now.timestamp())
        return before != (limiter.held_until, limiter.caps())

    async def store_learned(self, session: AsyncSession, channel_id: str, now: datetime) -> None:
        """Write down holds and lowered caps of a channel."""
        limiter = self._limiters[channel_id]
        await session.execute(delete(LimitHold).where(col(LimitHold.key).startswith(channel_id)))
        if limiter.held_until > now.timestamp():
            session.add(
                LimitHold(key=channel_id, until=_instant(limiter.held_until), why=limiter.hold_reason)
            )
        for name, (cap, until) in limiter.caps().items():
            session.add(LimitHold(key=f"{channel_id}:{name}", until=_instant(until), cap=cap, why="learned"))

    async def prune(self, session: AsyncSession, now: datetime) -> None:
        """Drop grants that are older than every window."""
        for channel_id, windows in self._windows.items():
            longest_s = max((w.per_s for w in windows), default=0.0)
            await session.execute(
                delete(LimitGrant).where(
                    col(LimitGrant.key) == channel_id,
                    col(LimitGrant.at) < now - timedelta(seconds=longest_s + 60.0),
                )
            )

    def limited_until(self) -> Mapping[str, datetime]:
        """Channels that are told to wait, for the board."""
        return {
            channel_id: _instant(limiter.held_until)
            for channel_id, limiter in self._limiters.items()
            if limiter.held_until > 0
        }


def _instant(at: float) -> datetime:
    return datetime.fromtimestamp(min(at, 253_000_000_000.0), UTC)
