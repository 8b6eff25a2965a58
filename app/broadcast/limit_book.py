"""The limiters of all channels of this process, and their memory in the database."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from sqlalchemy import and_, delete, insert, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from app.broadcast.limit_groups import JoinedMeter, counting, grant_ids, grouped, key_of
from app.broadcast.limit_keeper import DatabaseLedger
from app.broadcast.limits import Hold, Limiter, Part, Window, lessons, part_of
from app.broadcast.shared_limits import SharedLimits, Taken
from app.clock import Clock, SteadyTime
from app.db import Database
from app.errors import LimitObservation
from app.ids import NewId
from app.models import LimitGrant, LimitHold

LATEST = timedelta(seconds=60)
"""A grant starts no later than this after the permit that wrote it."""

LONGEST_HOLD_S = 3600.0
LONGEST_WINDOW = timedelta(days=32)  # than any that may be set
PRUNED_AT_ONCE = 1_000  # nothing more urgent waits for long
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


@dataclass(frozen=True, slots=True)
class _Side:
    """What a channel sends, or what it deletes; `groups` are the windows of that by whose they are."""

    groups: Mapping[str, tuple[Window, ...]]
    limiter: Limiter
    meter: Meter


class LimitBook:
    """
    The Limiters of every channel, one for what it sends and one for deletions where those are counted by themselves;
    grants are stored with the permit that they belong to, under the key of whose limit it is.

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
        self._windows: dict[str, tuple[Window, ...]] = {}
        self._sides: dict[tuple[str, bool], _Side] = {}
        # Kept by whose they are, so that the channels of one owner charge the same.
        self._parts: dict[tuple[str, str], Part] = {}
        self._holds: dict[str, Hold] = {}

    def limiter(self, channel_id: str, *, deleting: bool = False) -> Limiter:
        """To be asked and copied, by the wall clock."""
        ahead_s = self._ahead_s()
        limiter = self._sides[channel_id, deleting].limiter
        return limiter if abs(ahead_s) < _SAME_S else limiter.copy(earlier_s=ahead_s)

    def _ahead_s(self) -> float:
        """What is added to wall time; several processes have the database's, which no step of ours touches."""
        return 0.0 if self._shared is not None else self._steady.ahead_s()

    def has(self, channel_id: str) -> bool:
        """Whether the channel's limiters have been made; while they are read from the database they have not."""
        return (channel_id, True) in self._sides

    def known(self, channel_id: str, windows: Sequence[Window]) -> bool:
        return self._windows.get(channel_id) == tuple(windows)

    def wait_s(self, channel_id: str, now: datetime, *, urgent: bool, units: int = 1) -> tuple[float, bool]:
        """Seconds until `units` may go as far as this process knows, and whether the platform itself asked for it; for words and plans."""
        side = self._sides.get((channel_id, False))
        if side is None:
            return 0.0, False
        limiter = side.limiter
        at = now.timestamp() + self._ahead_s()
        return limiter.wait_s(units, at, urgent=urgent), limiter.held_until > at

    async def load(
        self, database: Database, channel_id: str, windows: Sequence[Window], now: datetime
    ) -> None:
        """Make a channel's limiters from what the database remembers."""
        self._windows[channel_id] = tuple(windows)
        sending, deleting = (counting(windows, deleting=one) for one in (False, True))
        side = self._sides[channel_id, False] = await self._side(database, channel_id, sending, now)
        if deleting != sending:
            side = await self._side(database, channel_id, deleting, now)
        self._sides[channel_id, True] = side

    async def _side(
        self, database: Database, channel_id: str, windows: tuple[Window, ...], now: datetime
    ) -> _Side:
        groups = grouped(channel_id, windows)
        parts = {w.name: self._part(key, w) for key, ws in groups.items() for w in ws}
        new = {name: part_of(window) for name, window in parts.items() if isinstance(window, Window)}
        first = next(iter(groups))
        hold = self._holds.get(first)
        async with database.read() as session:
            grants = {
                key: await _grants(session, key, max((w.per_s for w in ws), default=0.0), now)
                for key, ws in groups.items()
                if any(w.name in new for w in ws)
            }
            held = await _holds(session, {first, *_cap_keys(groups)})
        ahead_s = self._ahead_s()
        longest = timedelta(seconds=max([w.per_s for w in windows] + [LONGEST_HOLD_S]))
        # A row from beyond now was written by a clock that was fast: the grant was given, and the hold begun, by now.
        remembered = Limiter([part.window for part in new.values()], new)
        remembered.restore(
            [
                (w.name, (at if at <= now + LATEST else now).timestamp() + ahead_s, units)
                for key, rows in grants.items()
                for at, units in rows
                for w in groups[key]
                if w.name in new and at > now - timedelta(seconds=w.per_s)
            ],
            caps={
                name: (found.cap, min(found.until, now + longest).timestamp() + ahead_s)
                for key, name in _cap_keys(groups).items()
                if (found := held.get(key)) is not None and found.cap is not None and found.until > now
                if name in new
            },
        )
        if hold is None:
            hold = self._holds.setdefault(first, Hold())
            if (whole := held.get(first)) is not None:
                hold.until, hold.reason = min(whole.until, now + longest).timestamp() + ahead_s, whole.why
        for key, ws in groups.items():
            for w in ws:
                # Another channel of the same owner may have come in between.
                if w.name in new and (key, w.name) not in self._parts:
                    self._place(key, new[w.name])
        mine = {w.name: self._parts[key, w.name] for key, ws in groups.items() for w in ws}
        limiter = Limiter([part.window for part in mine.values()], mine, hold)
        return _Side(groups, limiter, self._meter(database, groups, limiter))

    def _part(self, key: str, window: Window) -> Part | Window:
        """
        What the owner's channels have charged so far, or the window that nobody has charged yet.

        Where their settings differ, the strictest counts for all: it is one limit.
        """
        sizes = [
            w
            for channel_id, ws in self._windows.items()
            for w in ws
            if w.name == window.name and key_of(channel_id, w) == key
        ]
        strictest = min(sizes, key=lambda w: w.limit / w.per_s)
        part = self._parts.get((key, window.name))
        if part is None or part.window.pace != strictest.pace:
            self._parts.pop((key, window.name), None)
            return strictest
        if part.window != strictest:
            part = self._place(key, part_of(strictest, part))
        return part

    def _place(self, key: str, part: Part) -> Part:
        """From now on every channel of the owner charges this."""
        self._parts[key, part.window.name] = part
        for side in self._sides.values():
            if any(w.name == part.window.name for w in side.groups.get(key, ())):
                side.limiter.put(part)
        return part

    def _meter(self, database: Database, groups: Mapping[str, tuple[Window, ...]], limiter: Limiter) -> Meter:
        shared = self._shared
        if shared is None:
            return LocalMeter(limiter, self._steady.now)
        limiters = {}
        for key, ws in groups.items():
            longest_s = max((w.per_s for w in ws if not w.pace), default=0.0)
            ledger = DatabaseLedger(database, key, longest_s, self._clock.now)
            limiters[key] = shared.limiter(key, ws, ledger)
        return JoinedMeter(limiters) if len(limiters) > 1 else next(iter(limiters.values()))

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
        deleting: bool = False,
    ) -> tuple[list[Grant], float, bool]:
        """
        Charge up to `n` grants; `store_grants` must follow in the same transaction.

        Returns:
            The grants; seconds until the next may go, where not all were given; whether the platform asked to wait.
        """
        now = self._clock.now().timestamp() + self._ahead_s()
        ids = [self._new_id() for _ in range(n)]
        side = self._sides[channel_id, deleting]
        taken = await side.meter.take(
            units, ids, session=session, urgent=urgent, late_s=late_s, within_s=within_s
        )
        # To the bit as they were charged: a grant is found again by its time.
        starts = taken.starts_at or tuple(now + in_s for in_s in taken.starts_in_s)
        begun = zip(ids, starts, taken.starts_in_s, strict=False)
        grants = [Grant(id_, at, units, in_s) for id_, at, in_s in begun]
        if self._shared is not None:
            side.limiter.restore((w.name, g.at, units) for g in grants for w in side.limiter.windows)
        return grants, taken.wait_s, taken.held_s > 0

    def starts(
        self, channel_id: str, units: int, at: float, now: datetime, *, deleting: bool = False
    ) -> float:
        """
        The first byte leaves; returns since when the platform's window counts it.

        Shared grants are stamped as late as they may start, so there it changes nothing.
        """
        begun = max(at, now.timestamp() + self._ahead_s())
        if self._shared is None:
            self._sides[channel_id, deleting].limiter.started(units, at, begun)
        return begun

    async def give_back(
        self, channel_id: str, units: int, at: float, grant_id: str | None, *, deleting: bool = False
    ) -> None:
        """No byte left."""
        await self._sides[channel_id, deleting].meter.give_back(units, grant_id, at)

    async def store_grants(
        self,
        session: AsyncSession,
        channel_id: str,
        grants: Sequence[Grant],
        late_s: float = 0.0,
        *,
        deleting: bool = False,
    ) -> None:
        """
        Remember grants in the permit's own transaction.

        Args:
            late_s: Stored as late as they may start, so that a restart forgets them late rather than early.
        """
        late_s -= self._ahead_s()
        rows = [
            {"id": grant_ids(g.id, n + 1)[-1], "key": key, "at": _instant(g.at + late_s), "units": g.units}
            for n, (key, windows) in enumerate(self._sides[channel_id, deleting].groups.items())
            if not all(w.is_short for w in windows)
            for g in grants
        ]
        if not rows:
            return
        await session.execute(insert(LimitGrant.__table__), rows)  # type: ignore[attr-defined]

    async def forget_grant(self, session: AsyncSession, grant_id: str) -> None:
        await session.execute(delete(LimitGrant).where(col(LimitGrant.id).in_(grant_ids(grant_id))))

    async def observe(
        self,
        channel_id: str,
        observations: Sequence[LimitObservation],
        now: datetime,
        hold_until: datetime | None,
        *,
        deleting: bool = False,
    ) -> bool:
        """Learn from an answer; True when something is to be stored."""
        side = self._sides.get((channel_id, deleting))
        if side is None or (hold_until is None and not observations):
            return False
        limiter = side.limiter
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
        logs = {w.name: w for w in limiter.windows if not w.pace}
        hold, _, lowers = lessons(observations, at, logs)
        hold = max(hold, hold_until.timestamp() if hold_until is not None else 0.0)
        if hold > at or lowers:
            await side.meter.learn(
                max(0.0, hold - at), [(name, left, until - at) for name, left, until in lowers]
            )
        return before != (limiter.held_until, limiter.caps())

    async def store_learned(
        self, session: AsyncSession, channel_id: str, now: datetime, *, deleting: bool = False
    ) -> bool:
        """Write down holds and lowered caps of a channel; True when it is held and was not so long before."""
        side, limiter = self._sides[channel_id, deleting], self.limiter(channel_id, deleting=deleting)
        first, caps = next(iter(side.groups)), _cap_keys(side.groups)
        before = await session.scalar(select(col(LimitHold.until)).where(col(LimitHold.key) == first))
        if self._shared is not None:
            # What another process was told stands as well, until it is over.
            for key, held in (await _holds(session, {first, *caps})).items():
                if held.until <= now:
                    continue
                if key == first:
                    limiter.hold_until(held.until.timestamp(), held.why)
                elif held.cap is not None:
                    limiter.restore((), caps={caps[key]: (held.cap, held.until.timestamp())})
        # Under the channel's own name for those who look at the channel, under the owner's for those who count.
        wholes = {first} if first in self._apart(channel_id) else {first, channel_id}
        await session.execute(delete(LimitHold).where(col(LimitHold.key).in_({*wholes, *caps})))
        if limiter.held_until > now.timestamp():
            for key in wholes:
                session.add(LimitHold(key=key, until=_instant(limiter.held_until), why=limiter.hold_reason))
        lowered = limiter.caps()
        for key, name in caps.items():
            if name in lowered:
                cap, until = lowered[name]
                session.add(LimitHold(key=key, until=_instant(until), cap=cap, why="learned"))
        return _instant(limiter.held_until) > max(now, before or now)

    def _apart(self, channel_id: str) -> Mapping[str, tuple[Window, ...]]:
        """The groups that only deletions are counted in: they do not keep the channel."""
        sending = self._sides[channel_id, False].groups
        return {key: ws for key, ws in self._sides[channel_id, True].groups.items() if key not in sending}

    async def prune(self, session: AsyncSession, now: datetime) -> bool:
        """Drop grants that no window counts any more, some at a time; True when there may be more."""
        longest_s: dict[str, float] = {}
        for side in self._sides.values():
            for key, windows in side.groups.items():
                longest_s[key] = max([longest_s.get(key, 0.0), *(w.per_s for w in windows)])
        over = [col(LimitGrant.at) < now - LONGEST_WINDOW]  # of channels that are not there any more
        over += [
            and_(col(LimitGrant.key) == key, col(LimitGrant.at) < now - timedelta(seconds=per_s) - LATEST)
            for key, per_s in longest_s.items()
        ]
        for one in over:
            old = select(col(LimitGrant.id)).where(one).limit(PRUNED_AT_ONCE)
            gone = await session.execute(
                delete(LimitGrant).where(col(LimitGrant.id).in_(old)).returning(col(LimitGrant.id))
            )
            if len(gone.all()) == PRUNED_AT_ONCE:
                return True
        return False


def _cap_keys(groups: Mapping[str, Sequence[Window]]) -> dict[str, str]:
    """Under which a lowered window is written, to its name."""
    return {f"{key}:{w.name}": w.name for key, windows in groups.items() for w in windows}


async def _grants(
    session: AsyncSession, key: str, longest_s: float, now: datetime
) -> list[tuple[datetime, int]]:
    rows = await session.execute(
        select(col(LimitGrant.at), col(LimitGrant.units))
        .where(col(LimitGrant.key) == key, col(LimitGrant.at) > now - timedelta(seconds=longest_s))
        .order_by(col(LimitGrant.at))
    )
    return [(at, units) for at, units in rows]


async def _holds(session: AsyncSession, keys: Collection[str]) -> dict[str, LimitHold]:
    rows = await session.execute(select(LimitHold).where(col(LimitHold.key).in_(keys)))
    return {one.key: one for one in rows.scalars()}


def _instant(at: float) -> datetime:
    return datetime.fromtimestamp(min(at, 253_000_000_000.0), UTC)
