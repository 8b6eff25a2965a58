"""
Platform limits that several processes share: one script in Redis or Valkey, on that server's clock.

Redis may forget, so it is never believed when it is empty. A server without the epoch, or one that was away, is
closed for `quarantine_s`: long enough for every permit given before to be in the database or too late to start.
Then the grants are laid again from the database, where each was written in its permit's own transaction, and
only then does anything go. While Redis is away each process has its share of what the database shows to be free.

Known gap: where only some processes lose Redis, the others learn of their grants after the reunion; the
excess is at most the shares of those cut off.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Any

import orjson
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from app.broadcast.limits import Window
from app.broadcast.redis_client import AWAY, connect
from app.clock import Clock
from app.ids import NewId

log = logging.getLogger(__name__)

COMMAND_TIMEOUT_S = 0.5
ASK_AGAIN_S = 0.5
_SCRIPT = files("app.broadcast").joinpath("shared_limits.lua").read_text("utf-8")


@dataclass(frozen=True, slots=True)
class Remembered:
    """A grant of any process, as the database has it."""

    age_s: float
    units: int
    id: str


Remember = Callable[[], Awaitable[Sequence[Remembered]]]


@dataclass(frozen=True, slots=True)
class Taken:
    """
    Attributes:
        starts_in_s: One for each id that was charged, ascending.
        wait_s: Seconds until the next may go, where not all were charged; infinity for never.
        held_s: Seconds that the platform itself asked for.
        starts_at: The same starts on this process's clock, exactly as charged, where it keeps the log itself.
    """

    starts_in_s: tuple[float, ...]
    wait_s: float
    held_s: float = 0.0
    starts_at: tuple[float, ...] = ()


@dataclass(slots=True)
class Share:
    """
    This process's part of the limits while nobody can be asked.

    In each window at most 1/nodes of what all grants known at the start leave free: as they age it grows, up to
    1/nodes of the limit.

    Attributes:
        known: (at, units) of every process, from the database.
    """

    windows: Sequence[Window]
    nodes: int
    began: float
    known: Sequence[tuple[float, int]]
    own: list[tuple[float, int]] = field(default_factory=list)
    tat: dict[str, float] = field(default_factory=dict)
    held_until: float = 0.0

    def take(self, units: int, now: float, *, urgent: bool, late_s: float) -> float:
        """0 and charged, or seconds until it is worth asking again; infinity where the share is too small."""
        wait = max(0.0, self.held_until - now)
        for window in self.windows:
            wait = max(wait, self._wait_s(window, units, now, urgent))
        if wait > 0:
            return wait
        for window in self.windows:
            if window.pace:
                tat = max(self.tat.get(window.name, 0.0), now)
                self.tat[window.name] = tat + self._spacing_s(window) * units
        self.own.append((now + late_s, units))
        return 0.0

    def _spacing_s(self, window: Window) -> float:
        return self.nodes * window.per_s / window.limit

    def _wait_s(self, window: Window, units: int, now: float, urgent: bool) -> float:
        if window.pace:
            return max(0.0, self.tat.get(window.name, self.began + window.per_s) - now)
        open_to_us = window.limit - (0 if urgent else window.reserved)
        if units > open_to_us // self.nodes:
            return float("inf")
        alive = [(at, n) for at, n in self.known if at >= now - window.per_s]
        ours = [(at, n) for at, n in self.own if at >= now - window.per_s]
        free = max(0, open_to_us - sum(n for _, n in alive)) // self.nodes
        if sum(n for _, n in ours) + units <= free:
            return 0.0
        first = min((at for at, _ in (*alive, *ours)), default=now)
        return min(1.0, max(0.001, first + window.per_s - now + 0.001))


class SharedLimits:
    """The connection of this process to the limits that it shares."""

    def __init__(
        self,
        url: str,
        clock: Clock,
        new_id: NewId,
        *,
        nodes_most: int,
        quarantine_s: float = 2.0,
        prefix: str = "tocsin",
    ) -> None:
        # No retry in the client: an answer that was lost may have charged, and the share is there to go on with.
        self._client: Any = connect(
            url,
            socket_timeout=COMMAND_TIMEOUT_S,
            socket_connect_timeout=COMMAND_TIMEOUT_S,
            retry=Retry(NoBackoff(), 0),
        )
        self._run: Any = self._client.register_script(_SCRIPT)
        self.clock = clock
        self.new_id = new_id
        self.nodes_most = nodes_most
        self.quarantine_s = quarantine_s
        self._prefix = prefix
        self.failures = 0

    def limiter(self, key: str, windows: Sequence[Window], remember: Remember) -> SharedLimiter:
        return SharedLimiter(self, key, tuple(windows), remember)

    async def ask(self, key: str, windows: Sequence[Window], **words: Any) -> list[str]:
        """One run of the script."""
        tag = f"{self._prefix}:limit:{{{key}}}"
        body = {
            "windows": [
                {
                    "limit": w.limit,
                    "per": round(w.per_s * 1e6),
                    "reserved": w.reserved,
                    "pace": w.pace,
                    "burst": w.burst,
                }
                for w in windows
            ],
            "quarantine": round(self.quarantine_s * 1e6),
            **words,
        }
        keys = [f"{tag}:meta", *(f"{tag}:log:{w.name}" for w in windows)]
        answer = await self._run(keys=keys, args=[orjson.dumps(body)])
        return [part.decode() for part in answer]

    async def aclose(self) -> None:
        await self._client.aclose()


class SharedLimiter:
    """
    All windows of one credential, as `Limiter`, but everybody's.

    Args:
        remember: Grants of all processes that still count in the longest window, from the database.
    """

    def __init__(
        self, shared: SharedLimits, key: str, windows: tuple[Window, ...], remember: Remember
    ) -> None:
        self._shared = shared
        self._key = key
        self._windows = windows
        self._remember = remember
        self._away_since: float | None = None
        self._ask_again_at = 0.0
        self._must_close = False
        self._given = 0
        self._epoch = ""
        self._share: Share | None = None
        self._held_until = 0.0
        self._unsaid: dict[str, Any] | None = None

    @property
    def is_away(self) -> bool:
        return self._away_since is not None

    async def take(
        self, units: int, ids: Sequence[str], *, urgent: bool, late_s: float, within_s: float = 0.0
    ) -> Taken:
        """
        Charge one grant of `units` for each id, as many as may start before `within_s`.

        Args:
            ids: Those of the grants in the database.
            late_s: A grant may start this much later than it was charged for, and no later.
        """
        mono = self._shared.clock.monotonic()
        if self._away_since is None or mono >= self._ask_again_at:
            try:
                return await self._take(units, ids, urgent=urgent, late_s=late_s, within_s=within_s)
            except AWAY as exc:
                self._lost(exc)
        return await self._take_share(units, urgent=urgent, late_s=late_s)

    async def give_back(self, units: int, grant_id: str | None, at: float) -> None:
        """No byte left. When Redis cannot be told it stays charged, which is the safe side."""
        if self._away_since is None:
            try:
                await self._say("back", units=units, id=grant_id)
            except AWAY as exc:
                self._lost(exc)

    async def learn(self, hold_s: float, lowers: Sequence[tuple[str, int, float]]) -> None:
        """
        What the platform said: nothing for `hold_s`, and (window, remaining, seconds) that lower what is left.
        """
        names = [w.name for w in self._windows]
        self._held_until = max(self._held_until, self._shared.clock.monotonic() + hold_s)
        lessons = [
            [names.index(name) + 1, left, round(for_s * 1e6)]
            for name, left, for_s in lowers
            if name in names and not self._windows[names.index(name)].pace
        ]
        words = {"hold": round(hold_s * 1e6), "lowers": lessons}
        try:
            await self._say("learn", **words)
        except AWAY as exc:
            self._unsaid = words  # said first when it is back; a hold that lasts longer than needed is safe
            self._lost(exc)

    async def _take(
        self, units: int, ids: Sequence[str], *, urgent: bool, late_s: float, within_s: float
    ) -> Taken:
        words = {
            "units": units,
            "ids": list(ids),
            "urgent": urgent,
            "late": round(late_s * 1e6),
            "within": round(within_s * 1e6),
        }
        if self._must_close:
            # What went from shares meanwhile is in the database and not there: it starts over for everybody.
            await self._say("close")
            self._must_close = False
        # As known before it was asked: answers to questions side by side may come back in any order.
        known, epoch = self._given, self._epoch
        answer = await self._say("take", **words)
        if answer[0] == "seed":
            # A little younger than they are, for clocks of processes that differ.
            grants = [[round((g.age_s - late_s) * 1e6), g.units, g.id] for g in await self._remember()]
            await self._shared.ask(self._key, self._windows, op="seed", token=answer[2], grants=grants)
            answer = await self._say("take", **words)
        self._away_since, self._share = None, None
        if answer[0] != "ok":
            return Taken((), min(max(int(answer[1]) / 1e6, 0.01), 1.0))
        if self._unsaid is not None:
            unsaid, self._unsaid = self._unsaid, None
            await self._say("learn", **unsaid)
        wait, given = int(answer[1]), int(answer[3])
        if answer[4] == epoch and given < known:
            # A stale replica or an old file came back: it does not know what was granted since.
            await self._say("close")
            self._given = 0
            return Taken((), min(self._shared.quarantine_s, 1.0))
        self._given = max(self._given, given) if answer[4] == self._epoch else given
        self._epoch = answer[4]
        return Taken(
            tuple(int(start) / 1e6 for start in answer[5:]),
            float("inf") if wait < 0 else wait / 1e6,
            int(answer[2]) / 1e6,
        )

    async def _say(self, op: str, **words: Any) -> list[str]:
        return await self._shared.ask(self._key, self._windows, op=op, token=self._shared.new_id(), **words)

    def _lost(self, exc: BaseException) -> None:
        self._shared.failures += 1
        mono = self._shared.clock.monotonic()
        self._ask_again_at = mono + ASK_AGAIN_S
        self._must_close = True
        if self._away_since is None:
            log.warning("shared limits are away; using our share", extra={"error": type(exc).__name__})
            self._away_since = mono

    async def _take_share(self, units: int, *, urgent: bool, late_s: float) -> Taken:
        mono = self._shared.clock.monotonic()
        assert self._away_since is not None
        left = self._away_since + self._shared.quarantine_s - mono
        if left > 0:
            return Taken((), min(left, 1.0))
        if self._share is None:
            known = [(mono - g.age_s + late_s, g.units) for g in await self._remember()]
            self._share = Share(self._windows, self._shared.nodes_most, mono, known)
        self._share.held_until = self._held_until
        wait = self._share.take(units, mono, urgent=urgent, late_s=late_s)
        held_s = max(0.0, self._held_until - mono)
        return Taken((), wait, held_s) if wait > 0 else Taken((0.0,), 0.0, held_s)
