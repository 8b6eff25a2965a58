"""The limiters of all channels of this process, and their memory in the database."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from app.broadcast.limit_keeper import DatabaseLedger
from app.broadcast.limits import Limiter, Window, lessons
from app.broadcast.shared_limits import SharedLimits, Taken
from app.clock import Clock, SteadyTime
from app.db import Database
from app.errors import LimitObservation
from app.ids import NewId
from app.models import LimitGrant, LimitHold

LATEST = timedelta(seconds=60)
"""A grant starts no later than this after the permit that wrote it."""

LONGEST_HOLD_S = 3600.0
_SAME_S = 0.001


@dataclass(frozen=True, slots=True)
class Grant:
    """What may start at `at`, in `in_s`; `id` is that of its row."""

    id: str
    at: float
    units: int
    in_s: float = 0.0


class Meter(Protocol):
    """What a permit asks: this process's own limiter, or the one that several share."""

    async def take(
        self,
        units: int,
        ids: Sequence[str],
        *,
        session: Any,
        urgent: bool,
        late_s: float,
        within_s: float = 0.0,
    ) -> Taken: ...

    async def give_back(self, units: int, grant_id: str | None, at: float) -> None: ...

    async def learn(self, hold_s: float, lowers: Sequence[tuple[str, int, float]]) -> None: ...


class LocalMeter:
    """The Limiter of a process that is alone."""

    def __init__(self, limiter: Limiter, now: Callable[[], float]) -> None:
        self._limiter = limiter
        self._now = now

    async def take(
        self,
        units: int,
        ids: Sequence[str],
        *,
        session: Any,
        urgent: bool,
        late_s: float,
        within_s: float = 0.0,
    ) -> Taken:
        now = self._now()
        starts = self._limiter.schedule(units, now, most=len(ids), within_s=within_s, urgent=urgent)
        wait = 0.0 if len(starts) == len(ids) else self._limiter.wait_s(units, now, urgent=urgent)
        held_s = max(0.0, self._limiter.held_until - now)
        return Taken(tuple(at - now for at in starts), wait, held_s, tuple(starts))

    async def give_back(self, units: int, grant_id: str | None, at: float) -> None:
        self._limiter.give_back(units, at)

    async def learn(self, hold_s: float, lowers: Sequence[tuple[str, int, float]]) -> None:
        """The limiter itself has observed already."""


class LimitBook:
    """
    One Limiter per channel; grants are stored with the permit that they belong to.

    Where limits are shared, a permit asks the shared ones; the Limiter here keeps what platforms told, and follows.

    Grants of windows of a constant distance alone are not stored: they are over before a restart is.

    Where nobody shares them, limits are counted in steady time: a wall clock that is put forward would forget grants
    that the platform still counts, and one that is put back would keep holds that are over. Rows are in wall time.
    """

    def __init__(self, new_id: NewId, clock: Clock, shared: SharedLimits | None = None) -> None:
        self._new_id = new_id
        self._clock = clock
        self._steady = SteadyTime(clock)
        self._shared = shared
        self._meters: dict[str, Meter] = {}
        self._limiters: dict[str, Limiter] = {}
        self._windows: dict[str, tuple[Window, ...]] = {}

    def limiter(self, channel_id: str) -> Limiter:
        """To be asked and copied, by the wall clock."""
        ahead_s = self._ahead_s()
        limiter = self._limiters[channel_id]
        return limiter if abs(ahead_s) < _SAME_S else limiter.copy(earlier_s=ahead_s)

    def _ahead_s(self) -> float:
        """What is added to wall time; several processes have the database's, which no step of ours touches."""
        return 0.0 if self._shared is not None else self._steady.ahead_s()

    def has(self, channel_id: str) -> bool:
        """Whether the channel's limiter has been made."""
        return channel_id in self._limiters

    def known(self, channel_id: str, windows: Sequence[Window]) -> bool:
        return self._windows.get(channel_id) == tuple(windows)

    def wait_s(self, channel_id: str, now: datetime, *, urgent: bool, units: int = 1) -> tuple[float, bool]:
        """Seconds until `units` may go as far as this process knows, and whether the platform itself asked for it; for words and plans."""
        limiter = self._limiters.get(channel_id)
        if limiter is None:
            return 0.0, False
        at = now.timestamp() + self._ahead_s()
        return limiter.wait_s(units, at, urgent=urgent), limiter.held_until > at

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
        ahead_s, longest = self._ahead_s(), timedelta(seconds=max(longest_s, LONGEST_HOLD_S))
        # A row from beyond now was written by a clock that was fast: the grant was given, and the hold begun, by now.
        limiter.restore(
            [
                (w.name, (at if at <= now + LATEST else now).timestamp() + ahead_s, units)
                for at, units in grants
                for w in windows
                if at > now - timedelta(seconds=w.per_s)
            ],
            hold_until=min(whole.until, now + longest).timestamp() + ahead_s if whole is not None else 0.0,
            caps={
                name: (hold.cap, min(hold.until, now + longest).timestamp() + ahead_s)
                for name, hold in held.items()
                if hold.cap is not None and hold.until > now
            },
        )
        if whole is not None:
            limiter.hold_reason = whole.why
        self._limiters[channel_id] = limiter
        self._windows[channel_id] = tuple(windows)
        if self._shared is None:
            self._meters[channel_id] = LocalMeter(limiter, self._steady.now)
        else:
            longest_s = max((w.per_s for w in windows if not w.pace), default=0.0)
            ledger = DatabaseLedger(database, channel_id, longest_s, self._clock.now)
            self._meters[channel_id] = self._shared.limiter(channel_id, windows, ledger)

    async def take(
        self,
        channel_id: str,
        units: int,
        *,
        session: AsyncSession,
        n: int,
        urgent: bool,
        late_s: float,
        within_s: float = 0.0,
    ) -> tuple[list[Grant], float, bool]:
        """
        Charge up to `n` grants; `store_grants` must follow in the same transaction.

        Returns:
            The grants; seconds until the next may go, where not all were given; whether the platform asked to wait.
        """
        now = self._clock.now().timestamp() + self._ahead_s()
        ids = [self._new_id() for _ in range(n)]
        taken = await self._meters[channel_id].take(
            units, ids, session=session, urgent=urgent, late_s=late_s, within_s=within_s
        )
        # To the bit as they were charged: a grant is found again by its time.
        starts = taken.starts_at or tuple(now + in_s for in_s in taken.starts_in_s)
        begun = zip(ids, starts, taken.starts_in_s, strict=False)
        grants = [Grant(id_, at, units, in_s) for id_, at, in_s in begun]
        if self._shared is not None:
            self._limiters[channel_id].restore(
                (w.name, g.at, units) for g in grants for w in self._windows[channel_id]
            )
        return grants, taken.wait_s, taken.held_s > 0

    def starts(self, channel_id: str, units: int, at: float, now: datetime) -> float:
        """
        The first byte leaves; returns since when the platform's window counts it.

        Shared grants are stamped as late as they may start, so there it changes nothing.
        """
        begun = max(at, now.timestamp() + self._ahead_s())
        if self._shared is None:
            self._limiters[channel_id].started(units, at, begun)
        return begun

    async def give_back(self, channel_id: str, units: int, at: float, grant_id: str | None) -> None:
        """No byte left."""
        await self._meters[channel_id].give_back(units, grant_id, at)

    async def store_grants(
        self, session: AsyncSession, channel_id: str, grants: Sequence[Grant], late_s: float = 0.0
    ) -> None:
        """
        Remember grants in the permit's own transaction.

        Args:
            late_s: Stored as late as they may start, so that a restart forgets them late rather than early.
        """
        if not grants or all(w.is_short for w in self._windows.get(channel_id, ())):
            return
        late_s -= self._ahead_s()
        rows = [
            {"id": g.id, "key": channel_id, "at": _instant(g.at + late_s), "units": g.units} for g in grants
        ]
        await session.execute(insert(LimitGrant.__table__), rows)  # type: ignore[attr-defined]

    async def forget_grant(self, session: AsyncSession, grant_id: str) -> None:
        await session.execute(delete(LimitGrant).where(col(LimitGrant.id) == grant_id))

    async def observe(
        self,
        channel_id: str,
        observations: Sequence[LimitObservation],
        now: datetime,
        hold_until: datetime | None,
    ) -> bool:
        """Learn from an answer; True when something is to be stored."""
        limiter = self._limiters.get(channel_id)
        if limiter is None or (hold_until is None and not observations):
            return False
        before = (limiter.held_until, limiter.caps())
        ahead = timedelta(seconds=self._ahead_s())
        now += ahead
        observations = [
            seen if seen.reset_at is None else replace(seen, reset_at=seen.reset_at + ahead)
            for seen in observations
        ]
        if hold_until is not None:
            hold_until += ahead
            limiter.hold_until(hold_until.timestamp(), "limited")
        at = now.timestamp()
        limiter.observe(observations, at)
        logs = {w.name for w in self._windows[channel_id] if not w.pace}
        hold, _, lowers = lessons(observations, at, logs)
        hold = max(hold, hold_until.timestamp() if hold_until is not None else 0.0)
        if hold > at or lowers:
            await self._meters[channel_id].learn(
                max(0.0, hold - at), [(name, left, until - at) for name, left, until in lowers]
            )
        return before != (limiter.held_until, limiter.caps())

    async def store_learned(self, session: AsyncSession, channel_id: str, now: datetime) -> bool:
        """Write down holds and lowered caps of a channel; True when it is held and was not so long before."""
        limiter = self.limiter(channel_id)
        before = await session.scalar(select(col(LimitHold.until)).where(col(LimitHold.key) == channel_id))
        if self._shared is not None:
            await self._learn_from_others(session, channel_id, now)
        await session.execute(delete(LimitHold).where(col(LimitHold.key).startswith(channel_id)))
        if limiter.held_until > now.timestamp():
            session.add(
                LimitHold(key=channel_id, until=_instant(limiter.held_until), why=limiter.hold_reason)
            )
        for name, (cap, until) in limiter.caps().items():
            session.add(LimitHold(key=f"{channel_id}:{name}", until=_instant(until), cap=cap, why="learned"))
        return _instant(limiter.held_until) > max(now, before or now)

    async def _learn_from_others(self, session: AsyncSession, channel_id: str, now: datetime) -> None:
        """What another process was told stands as well, until it is over."""
        limiter = self._limiters[channel_id]
        rows = await session.execute(
            select(LimitHold).where(
                col(LimitHold.key).startswith(channel_id, autoescape=True), col(LimitHold.until) > now
            )
        )
        for hold in rows.scalars():
            until, name = hold.until.timestamp(), hold.key.removeprefix(channel_id).lstrip(":")
            if not name:
                limiter.hold_until(until, hold.why)
            elif hold.cap is not None:
                limiter.restore((), caps={name: (hold.cap, until)})

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


def _instant(at: float) -> datetime:
    return datetime.fromtimestamp(min(at, 253_000_000_000.0), UTC)
