"""
Who counts a shared limit at this moment: Redis, under an epoch that the database names, or the database itself.

Every permit is a transaction of the database anyway, so that is where it is said who counts. A permit holds the
limit's lock while it is made: shared while Redis counts, alone while the database does. Whoever changes the counter
takes the lock alone, so every grant given before is then written, and none is on its way: no quarantine is needed,
and no share is set aside. A process that cannot ask Redis makes the database count for all; one whose grants the
others cannot see does not exist.

While Redis counts, the database is read once in a permit and charged with nothing more than the grants that are
written anyway. Times are seconds since 1970 on the database's clock.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from hashlib import blake2b
from typing import Any, Protocol

from sqlalchemy import Float, cast, delete, func, insert, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from app.broadcast.limits import Limiter, Window
from app.db import Database
from app.models import LimitGrant, LimitHold, LimitKeeper

KEEP_S = 3.0
"""So long the database counts after a process that could not ask Redis said so; longer each time it says so again."""

KEEP_MOST_S = 30.0

SUMS = 1_000
"""Into so many sums the grants of a window without a log are added up."""

PACE_GAP_S = 1.0
"""A permit given before the counter changed starts within this."""


class Found(StrEnum):
    """Redis, as one process sees it."""

    AWAY = "away"
    COLD = "cold"  # it does not know the epoch: emptied, restarted, or a replica that was made the first
    WARM = "warm"


class Step(StrEnum):
    NOTHING = "nothing"
    SEED = "seed"  # lay all grants in Redis under a new epoch; from then on it counts
    DATABASE = "database"  # from now on the database counts, or does so for longer


@dataclass(frozen=True, slots=True)
class Keeper:
    """
    Attributes:
        epoch: Under which Redis counts; empty while the database does.
        until: The database counts at least until then.
        tats: By paced window, the theoretical arrival of its next unit, while the database counts.
        now: When this was read.
    """

    epoch: str
    until: float
    tats: Mapping[str, float]
    now: float


@dataclass(frozen=True, slots=True)
class Book:
    """
    What the database knows of one limit.

    Attributes:
        grants: (at, units, id), oldest first.
        caps: Windows that a platform has lowered: name -> (cap, until).
    """

    grants: list[tuple[float, int, str]] = field(default_factory=list)
    held_until: float = 0.0
    caps: Mapping[str, tuple[int, float]] = field(default_factory=dict)


Charges = Sequence[tuple[float, int]]
"""(at, units), oldest first; what was charged shortly after another may be added up under the later time."""


@dataclass(frozen=True, slots=True)
class Counted:
    """Attributes: starts: One for each grant that was given. wait_s: Until the next, where not all were."""

    starts: tuple[float, ...]
    wait_s: float
    tats: Mapping[str, float]


def next_step(keeper: Keeper, found: Found, doubted: str, now: float, keep_s: float = KEEP_S) -> Step:
    """
    What a process does about the counter, once it alone holds the lock.

    Args:
        doubted: The epoch under which it asked Redis in vain; empty when the database counted.
    """
    if keeper.epoch:
        if keeper.epoch != doubted or found is Found.WARM:
            return Step.NOTHING  # somebody else has mended it, or there was nothing to mend
        return Step.DATABASE if found is Found.AWAY else Step.SEED
    if found is Found.AWAY:
        return Step.DATABASE if keeper.until - now < keep_s / 2 else Step.NOTHING
    return Step.SEED if now >= keeper.until else Step.NOTHING


def tats_of(
    windows: Sequence[Window], remembered: Mapping[str, float], charged: Mapping[str, Charges], now: float
) -> dict[str, float]:
    """
    For every paced window, when its next unit is due, after who counts has changed.

    Args:
        remembered: What the database counted itself; empty when Redis did.
        charged: Of the windows whose grants are written down, all that were within the window, oldest first.

    A window over before its grants would be read is taken as used up. One of a day would then be lost for a day: it
    is charged again with what is written. Whoever reads this holds the lock alone, so nothing is on its way.
    """
    known = {name: Limiter([w]) for w in windows if w.pace and (name := w.name) in charged}
    for name, limiter in known.items():
        limiter.restore((name, at, units) for at, units in charged[name])
    return {
        w.name: remembered[w.name]
        if w.name in remembered
        else max(now, known[w.name].tats()[w.name])
        if w.name in known
        else now + PACE_GAP_S + w.per_s * w.burst / (w.limit - w.burst + 1)
        for w in windows
        if w.pace
    }


def count(
    windows: Sequence[Window],
    book: Book,
    tats: Mapping[str, float],
    now: float,
    units: int,
    *,
    most: int,
    urgent: bool,
    within_s: float,
) -> Counted:
    """Charge what the limit allows, by what the database knows."""
    limiter = Limiter(windows)
    limiter.restore(
        [(w.name, at, n) for at, n, _ in book.grants for w in windows if not w.pace and at > now - w.per_s],
        hold_until=book.held_until,
        caps={name: (cap, until) for name, (cap, until) in book.caps.items() if until > now},
        tats=tats,
    )
    starts = limiter.schedule(units, now, most=most, within_s=within_s, urgent=urgent)
    wait_s = 0.0 if len(starts) == most else limiter.wait_s(units, now, urgent=urgent)
    return Counted(tuple(starts), wait_s, limiter.tats())


class Ledger(Protocol):
    """The database's part in one shared limit. `session` is that of the permit's own transaction."""

    async def enter(self, session: Any, *, alone: bool) -> Keeper | None:
        """Take the limit's lock until the transaction ends; None when it cannot be had at once. Once in each."""

    async def epoch(self) -> str:
        """Under which Redis counts now, without the lock; empty while the database does."""

    async def book(self, session: Any, now: float) -> Book:
        """Once in each transaction; whoever charges adds to it."""

    async def charged(self, session: Any, now: float, per_s: float) -> Charges:
        """All grants of the last `per_s` seconds, in few sums: a day may have hundreds of thousands."""

    async def write(self, session: Any, keeper: Keeper) -> None:
        """Only with the lock held alone."""

    def alone(self) -> AbstractAsyncContextManager[tuple[Any, Keeper]]:
        """A transaction of its own that waits for the lock and holds it alone."""


class DatabaseLedger:
    """
    The rows of one limit. SQLite needs no lock: whoever writes there is alone.

    Args:
        longest_s: Of the windows that keep a log; no older grant is read one by one.
    """

    def __init__(self, database: Database, key: str, longest_s: float, now: Callable[[], datetime]) -> None:
        self._database = database
        self._key = key
        self._longest_s = longest_s
        self._now = now
        self._lock = int.from_bytes(blake2b(f"limit:{key}".encode(), digest_size=8).digest(), signed=True)

    async def enter(self, session: AsyncSession, *, alone: bool) -> Keeper | None:
        # With the lock it cannot change, and a grant may be stamped with the moment at which it was taken.
        held: Keeper | None = session.info.get((self._key, alone))
        if held is None:
            held = await self._enter(session, alone)
            if held is not None:
                session.info[(self._key, alone)] = held
        return held

    async def _enter(self, session: AsyncSession, alone: bool) -> Keeper | None:
        now = self._now()
        if not self._database.is_sqlite:
            # Never waited for: units of one commit take several, in any order.
            shared = "" if alone else "_shared"
            row = (
                await session.execute(
                    text(f"SELECT pg_try_advisory_xact_lock{shared}(:lock), clock_timestamp()"),
                    {"lock": self._lock},
                )
            ).one()
            if not row[0]:
                return None
            now = row[1]
        return await self._read(session, now)

    async def epoch(self) -> str:
        async with self._database.read() as session:
            return (await self._read(session, self._now())).epoch

    async def book(self, session: AsyncSession, now: float) -> Book:
        known: Book | None = session.info.get((self._key, "book"))
        if known is None:
            known = session.info[(self._key, "book")] = await self._book(session, now)
        return known

    async def _book(self, session: AsyncSession, now: float) -> Book:
        at = datetime.fromtimestamp(now, UTC)
        grants = await session.execute(
            select(col(LimitGrant.at), col(LimitGrant.units), col(LimitGrant.id))
            .where(
                col(LimitGrant.key) == self._key,
                col(LimitGrant.at) > at - timedelta(seconds=self._longest_s + 1.0),
            )
            .order_by(col(LimitGrant.at))
        )
        holds = await session.execute(
            select(col(LimitHold.key), col(LimitHold.until), col(LimitHold.cap)).where(
                col(LimitHold.key).startswith(self._key, autoescape=True), col(LimitHold.until) > at
            )
        )
        held_until, caps = 0.0, {}
        for key, until, cap in holds:
            name = key.removeprefix(self._key).lstrip(":")
            if not name:
                held_until = until.timestamp()
            elif cap is not None:
                caps[name] = (cap, until.timestamp())
        return Book([(at.timestamp(), units, id_) for at, units, id_ in grants], held_until, caps)

    async def charged(self, session: AsyncSession, now: float, per_s: float) -> Charges:
        at = col(LimitGrant.at)
        epoch = (
            cast(func.strftime("%s", at), Float) if self._database.is_sqlite else func.extract("epoch", at)
        )
        sums = await session.execute(
            select(func.max(at), func.sum(col(LimitGrant.units)))
            .where(
                col(LimitGrant.key) == self._key,
                at > datetime.fromtimestamp(now, UTC) - timedelta(seconds=per_s),
            )
            .group_by(func.floor(epoch / max(1.0, per_s / SUMS)))
            .order_by(func.max(at))
        )
        return [(at.timestamp(), int(units)) for at, units in sums]

    async def write(self, session: AsyncSession, keeper: Keeper) -> None:
        await session.execute(delete(LimitKeeper).where(col(LimitKeeper.key) == self._key))
        await session.execute(
            insert(LimitKeeper).values(
                key=self._key,
                epoch=keeper.epoch,
                until=datetime.fromtimestamp(keeper.until, UTC),
                tats=dict(keeper.tats),
            )
        )
        if (self._key, True) in session.info:
            session.info[(self._key, True)] = keeper

    @asynccontextmanager
    async def alone(self) -> AsyncIterator[tuple[AsyncSession, Keeper]]:
        async with self._database.transaction(in_time=True) as session:
            now = self._now()
            if not self._database.is_sqlite:
                await session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": self._lock})
                now = await _clock(session)
            yield session, await self._read(session, now)

    async def _read(self, session: AsyncSession, now: datetime) -> Keeper:
        row = (
            await session.execute(
                select(col(LimitKeeper.epoch), col(LimitKeeper.until), col(LimitKeeper.tats)).where(
                    col(LimitKeeper.key) == self._key
                )
            )
        ).one_or_none()
        if row is None:
            return Keeper("", 0.0, {}, now.timestamp())
        return Keeper(row.epoch, row.until.timestamp(), row.tats, now.timestamp())


async def _clock(session: AsyncSession) -> datetime:
    now: datetime = (await session.execute(text("SELECT clock_timestamp()"))).scalar_one()
    return now
