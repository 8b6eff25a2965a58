"""
Platform limits that several processes share: one script in Redis or Valkey, while the database says that it counts.

Redis may forget, hang, or be seen by some processes only; it is believed under the epoch that the database names and
no other, and every permit looks there (`limit_keeper`). So nothing is ever granted twice, however the line runs
between those who see Redis and those who do not, and no limit is left unused meanwhile: the database counts until
everybody who asks sees Redis again.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Any, Protocol

import orjson
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from app.broadcast.limit_keeper import (
    KEEP_MOST_S,
    KEEP_S,
    Book,
    Found,
    Keeper,
    Ledger,
    Step,
    count,
    next_step,
    tats_of,
)
from app.broadcast.limits import Limiter, Window
from app.broadcast.redis_client import AWAY, connect
from app.clock import Clock
from app.errors import Unready
from app.ids import NewId

log = logging.getLogger(__name__)

COMMAND_TIMEOUT_S = 0.5
TEND_EVERY_S = 0.5
SOON_S = 0.03  # the counter changes, or somebody else has the lock for a moment
_SCRIPT = files("app.broadcast").joinpath("shared_limits.lua").read_text("utf-8")


@dataclass(frozen=True, slots=True)
class Taken:
    """
    Attributes:
        starts_in_s: One for each id that was charged, ascending.
        wait_s: Seconds until the next may go, where not all were charged; infinity for never.
        held_s: Seconds that the platform itself asked for.
        starts_at: The same starts exactly as charged; where limits are shared, on the database's clock.
    """

    starts_in_s: tuple[float, ...]
    wait_s: float
    held_s: float = 0.0
    starts_at: tuple[float, ...] = ()


class Counter(Protocol):
    """The script, or what stands for it. Raises one of AWAY where it cannot be asked."""

    async def ask(self, key: str, windows: Sequence[Window], **words: Any) -> list[str]: ...


class SharedLimits:
    """The connection of this process to the limits that it shares."""

    def __init__(
        self, url: str, clock: Clock, new_id: NewId, *, keep_s: float = KEEP_S, prefix: str = "tocsin"
    ) -> None:
        # No retry in the client: an answer that was lost may have charged, and the database is there to go on with.
        self._client: Any = connect(
            url,
            socket_timeout=COMMAND_TIMEOUT_S,
            socket_connect_timeout=COMMAND_TIMEOUT_S,
            retry=Retry(NoBackoff(), 0),
        )
        self._run: Any = self._client.register_script(_SCRIPT)
        self._clock = clock
        self._new_id = new_id
        self._keep_s = keep_s
        self._prefix = prefix
        self._tasks: set[asyncio.Task[None]] = set()

    def limiter(self, key: str, windows: Sequence[Window], ledger: Ledger) -> SharedLimiter:
        return SharedLimiter(
            self, key, tuple(windows), ledger, self._clock, self._new_id, self._spawn, self._keep_s
        )

    async def ask(self, key: str, windows: Sequence[Window], **words: Any) -> list[str]:
        """One run of the script."""
        tag = f"{self._prefix}:limit:{{{key}}}"
        body = {
            "windows": [
                {
                    "limit": w.limit,
                    "per": _micro(w.per_s),
                    "reserved": w.reserved,
                    "pace": w.pace,
                    "burst": w.burst,
                    "kept": w.burst_reserved,
                }
                for w in windows
            ],
            **words,
        }
        keys = [f"{tag}:meta", *(f"{tag}:log:{w.name}" for w in windows)]
        answer = await self._run(keys=keys, args=[orjson.dumps(body)])
        return [part.decode() for part in answer]

    async def aclose(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._client.aclose()

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work, name="limit-keeper")
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (exc := task.exception()) is not None:
            # The database was in the way; whoever asks next tries again.
            log.warning("the counter of a shared limit could not be changed", extra={"error": repr(exc)})


class SharedLimiter:
    """
    All windows of one credential, as `Limiter`, but everybody's.

    Args:
        ledger: The database's part.
        spawn: Runs what must not keep a permit waiting.
    """

    def __init__(
        self,
        counter: Counter,
        key: str,
        windows: tuple[Window, ...],
        ledger: Ledger,
        clock: Clock,
        new_id: NewId,
        spawn: Callable[[Coroutine[Any, Any, None]], None],
        keep_s: float = KEEP_S,
    ) -> None:
        self._counter = counter
        self._key = key
        self._windows = windows
        self._ledger = ledger
        self._clock = clock
        self._new_id = new_id
        self._spawn = spawn
        self._keep_s = keep_s
        self._database_counts = True  # until it is read that Redis does
        self._epoch = ""
        self._held_until = 0.0
        self._unsaid: dict[str, Any] | None = None
        self._tending = False
        self._tend_at = 0.0
        self._said_away = 0
        self._busy = 0

    @property
    def database_counts(self) -> bool:
        """Whether the database counted when it was last looked at."""
        return self._database_counts

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
        """
        Charge one grant of `units` for each id, as many as may start before `within_s`.

        Args:
            session: The permit's transaction; the grants are written in it, `late_s` later than they were charged for.
            ids: Those of the grants in the database.
            late_s: A grant may start this much later than it was charged for, and no later.
        """
        keeper = await self._ledger.enter(session, alone=self._database_counts)
        if keeper is None:
            # Every look costs a round of the channel; whoever has the lock may need long on a busy machine.
            self._busy = min(self._busy + 1, 4)
            return Taken((), SOON_S * 2 ** (self._busy - 1))
        self._busy = 0
        if keeper.epoch:
            self._database_counts, self._epoch = False, keeper.epoch
            return await self._take_there(keeper, units, ids, urgent=urgent, late_s=late_s, within_s=within_s)
        if not self._database_counts:
            # Read under a lock that others may hold as well; from the next round on it is held alone.
            self._database_counts = True
            return Taken((), SOON_S)
        self._tend("", keeper)
        return await self._take_here(
            session, keeper, units, ids, urgent=urgent, late_s=late_s, within_s=within_s
        )

    async def give_back(self, units: int, grant_id: str | None, at: float) -> None:
        """No byte left. When Redis cannot be told it stays charged there, which is the safe side."""
        if not self._database_counts:
            try:
                await self._counter.ask(
                    self._key, self._windows, op="back", epoch=self._epoch, units=units, id=grant_id
                )
            except AWAY as exc:
                self._lost(exc)

    async def take_back(self, session: Any, units: int, grants: Sequence[tuple[str, float]]) -> None:
        """What was taken a moment ago in this very transaction and is not wanted: (id, at)."""
        if not self._database_counts:
            for id_, at in grants:
                await self.give_back(units, id_, at)
            return
        keeper = await self._ledger.enter(session, alone=True)
        if keeper is None:
            return  # charged for nothing, which is the safe side
        book, gone = await self._ledger.book(session, keeper.now), {id_ for id_, _ in grants}
        book.grants[:] = [one for one in book.grants if one[2] not in gone]
        if keeper.tats:
            limiter = Limiter(self._windows)
            limiter.restore((), tats=keeper.tats)
            for _, at in grants:
                limiter.give_back(units, at)
            await self._ledger.write(session, Keeper("", keeper.until, limiter.tats(), keeper.now))

    async def learn(self, hold_s: float, lowers: Sequence[tuple[str, int, float]]) -> None:
        """
        What the platform said: nothing for `hold_s`, and (window, remaining, seconds) that lower what is left.

        It is written in the database as well, by whoever calls this.
        """
        names = [w.name for w in self._windows]
        now = self._clock.now().timestamp()
        if hold_s > 0:
            self._held_until = max(self._held_until, now + hold_s)
        self._unsaid = {
            "hold": _micro(self._held_until) if self._held_until > now else 0,
            "lowers": [
                [names.index(name) + 1, left, _micro(now + for_s)]
                for name, left, for_s in lowers
                if name in names and not self._windows[names.index(name)].pace
            ],
        }
        try:
            # Whoever learns may not have asked for long; what counts may have changed since.
            self._epoch = await self._ledger.epoch() if self._database_counts else self._epoch
        except (Unready, OSError) as exc:
            # The outcome that it came with must be written whatever happens here; the next permit says the rest.
            log.warning("a learned limit is said later", extra={"error": type(exc).__name__})
            return
        if self._epoch and not await self._say_learned(self._epoch):
            self._tend(self._epoch)

    async def _say_learned(self, epoch: str) -> bool:
        """What was learned is said until Redis has heard it; what is said later than needed is on the safe side."""
        if self._unsaid is None:
            return True
        try:
            answer = await self._counter.ask(
                self._key, self._windows, op="learn", epoch=epoch, **self._unsaid
            )
        except AWAY:
            return False
        if answer[0] != "ok":
            return False
        self._unsaid = None
        return True

    async def _take_there(
        self,
        keeper: Keeper,
        units: int,
        ids: Sequence[str],
        *,
        urgent: bool,
        late_s: float,
        within_s: float,
    ) -> Taken:
        """Ask Redis. The lock is held until the permit is committed, so the epoch stays what it is."""
        if self._tending:
            return Taken((), SOON_S)
        if not await self._say_learned(keeper.epoch):
            self._tend(keeper.epoch)
            return Taken((), SOON_S)
        try:
            answer = await self._counter.ask(
                self._key,
                self._windows,
                op="take",
                epoch=keeper.epoch,
                now=_micro(keeper.now),
                units=units,
                ids=list(ids),
                urgent=urgent,
                late=_micro(late_s),
                within=_micro(within_s),
            )
        except AWAY as exc:
            self._lost(exc)
            return Taken((), SOON_S)
        if answer[0] != "ok":
            self._tend(keeper.epoch)
            return Taken((), SOON_S)
        wait, held_s = int(answer[1]), int(answer[2]) / 1e6
        starts = tuple(int(start) / 1e6 for start in answer[3:])
        return Taken(
            tuple(max(0.0, at - keeper.now) for at in starts),
            float("inf") if wait < 0 else wait / 1e6,
            held_s,
            starts,
        )

    async def _take_here(
        self,
        session: Any,
        keeper: Keeper,
        units: int,
        ids: Sequence[str],
        *,
        urgent: bool,
        late_s: float,
        within_s: float,
    ) -> Taken:
        """Count in the database. The lock is held alone until the grants are committed."""
        book = await self._ledger.book(session, keeper.now)
        held_until = max(book.held_until, self._held_until)
        tats = keeper.tats
        if any(w.burst > 1 and w.name not in tats for w in self._windows):
            tats = {**await self._tats(session, keeper), **tats}
        counted = count(
            self._windows,
            Book(book.grants, held_until, book.caps),
            tats,
            keeper.now,
            units,
            most=len(ids),
            urgent=urgent,
            within_s=within_s,
        )
        book.grants.extend((at + late_s, units, id_) for at, id_ in zip(counted.starts, ids, strict=False))
        if counted.starts and counted.tats:
            await self._ledger.write(session, Keeper("", keeper.until, counted.tats, keeper.now))
        return Taken(
            tuple(at - keeper.now for at in counted.starts),
            counted.wait_s,
            max(0.0, held_until - keeper.now),
            counted.starts,
        )

    def _lost(self, exc: BaseException) -> None:
        log.warning("shared limits cannot be asked", extra={"error": type(exc).__name__})
        self._tend(self._epoch)

    def _tend(self, doubted: str, keeper: Keeper | None = None) -> None:
        """See to it, beside the permits, that somebody counts; now and then only while the database does."""
        mono = self._clock.monotonic()
        if self._tending or (keeper is not None and mono < self._tend_at):
            return
        self._tending, self._tend_at = True, mono + TEND_EVERY_S
        self._spawn(self._settle(doubted, keeper))

    async def _settle(self, doubted: str, seen: Keeper | None) -> None:
        try:
            found = await self._look(doubted)
            if found is not Found.AWAY:
                self._said_away = 0
            # Who is cut off for long says so rarely, and the others do not go to and fro.
            keep_s = min(self._keep_s * 2**self._said_away, KEEP_MOST_S)
            if seen is not None and next_step(seen, found, doubted, seen.now, keep_s) is Step.NOTHING:
                return
            async with self._ledger.alone() as (session, keeper):
                epoch, step = keeper.epoch, next_step(keeper, found, doubted, keeper.now, keep_s)
                if step is Step.SEED:
                    epoch = await self._seed(session, keeper)
                if step is Step.DATABASE or (step is Step.SEED and not epoch):
                    epoch = ""
                    tats = await self._tats(session, keeper)
                    until = keeper.now + keep_s
                    self._said_away = min(self._said_away + 1, 10)
                    await self._ledger.write(session, Keeper("", until, tats, keeper.now))
                    if keeper.epoch:
                        log.warning("the database counts a shared limit", extra={"limit": self._key})
            if epoch:
                await self._say_learned(epoch)
        finally:
            self._tending = False

    async def _look(self, epoch: str) -> Found:
        try:
            answer = await self._counter.ask(self._key, self._windows, op="look", epoch=epoch)
        except AWAY:
            return Found.AWAY
        return Found.WARM if answer[0] == "ok" else Found.COLD

    async def _tats(self, session: Any, keeper: Keeper) -> dict[str, float]:
        """By paced window, when its next unit is due; with the lock held alone."""
        remembered = {} if keeper.epoch else dict(keeper.tats)
        if not keeper.epoch:  # one that is over in no time was charged by nobody before the database counted
            remembered = {w.name: keeper.now for w in self._windows if w.is_short} | remembered
        charged = {
            w.name: await self._ledger.charged(session, keeper.now, w.per_s)
            for w in self._windows
            if w.pace and not w.is_short and w.name not in remembered
        }
        return tats_of(self._windows, remembered, charged, keeper.now)

    async def _seed(self, session: Any, keeper: Keeper) -> str:
        """
        Lay every grant that still counts in Redis, and name the epoch under which it counts from now on.

        Returns the epoch; empty when Redis could not be told.
        """
        book = await self._ledger.book(session, keeper.now)
        names = [w.name for w in self._windows]
        tats = await self._tats(session, keeper)
        epoch = self._new_id()
        try:
            await self._counter.ask(
                self._key,
                self._windows,
                op="seed",
                epoch=epoch,
                now=_micro(keeper.now),
                grants=[[_micro(at), units, id_] for at, units, id_ in book.grants],
                tats=[_micro(tats.get(name, keeper.now)) for name in names],
                hold=_micro(max(book.held_until, self._held_until)),
                caps=[
                    [names.index(name) + 1, cap, _micro(until)]
                    for name, (cap, until) in book.caps.items()
                    if name in names
                ],
            )
        except AWAY:
            return ""
        await self._ledger.write(session, Keeper(epoch, 0.0, {}, keeper.now))
        return epoch


def _micro(seconds: float) -> int:
    return round(min(seconds, 4e9) * 1e6)
