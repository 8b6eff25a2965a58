"""
Stop against send with frozen senders: `python3 run.py soak races [--races N] [--seed S] [--seconds T]` (K-01).

Lanes beside each other, each a sending process and one database after another; several events are stopped at each
freeze, and each is a race. Before them both seeded bugs have to be found: a sender without its last check, and a stop
that does not wait for the permits of other processes.

Prints how often each step was frozen and how long the stop took to return; "ready" is the same less the time in which
this process was ready to run and did not, since a machine that others use as well says nothing about the product.
Freezing exactly between the last check and the first byte cannot be closed without the platform's help, so such races
are run apart and counted as what remains. A run continues another with the next seed; SIGTERM ends
it early, and it prints what it has.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import os
import random
import signal
import time
import traceback
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass, field

from app.errors import AppError
from tests.broadcast.house import open_stage
from tests.broadcast.races import PERMITTED, STEPS, THE_GAP, Race, race, sending, track
from tests.servers import PostgresServer

EVENTS = 4  # of a round
ROUNDS = 30  # on one database: what was stopped stays in the tables and makes every look longer
GAP_EVERY = 50
TEETH = 10
TOLD_EVERY_S = 60.0
GOALS = ("frozen", "not_started", "in_flight", "out", "kept")
ENOUGH_FOR_GOALS = 200


class Ground:
    """Databases with the tables made, one after another."""

    def __init__(self, server: PostgresServer) -> None:
        self._server = server
        self._template = server.create_database()

    async def lay(self) -> None:
        async with open_stage(self._server.url(self._template).replace("+asyncpg", ""), ()):
            pass

    @contextmanager
    def database(self) -> Iterator[str]:
        name = self._server.create_database(self._template)
        try:
            yield self._server.url(name)
        finally:
            self._server.drop_database(name)


@dataclass
class Series:
    """Races that several lanes do together."""

    ground: Ground
    seed: int
    n: int
    until: float
    rounds: int = 0
    begun: int = 0
    broken: str = ""
    found: list[Race] = field(default_factory=list)
    gap: list[Race] = field(default_factory=list)
    told_at: float = field(default_factory=time.monotonic)
    opening: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def is_over(self) -> bool:
        return bool(self.broken) or self.begun >= self.n or time.monotonic() >= self.until

    def end(self) -> None:
        """Begin no more of them."""
        self.until = 0.0

    async def lane(self, number: int) -> None:
        dice = random.Random(f"{self.seed}-{number}")
        async with sending() as sender:
            while not self.is_over:
                with self.ground.database() as url:
                    async with AsyncExitStack() as stack:
                        async with self.opening:  # migrations look at tables one at a time
                            place = await stack.enter_async_context(track(sender, url))
                        for _ in range(ROUNDS):
                            if self.is_over:
                                break
                            events = min(EVENTS, self.n - self.begun)
                            self.begun += events
                            self.rounds += 1
                            step, is_gap = STEPS[self.rounds % len(STEPS)], self.rounds % GAP_EVERY == 0
                            self.note(await race(place, step, dice, events=events))
                            if is_gap:
                                self.gap += await race(place, THE_GAP, dice)

    def note(self, found: list[Race]) -> None:
        self.found += found
        if broken := [one for one in found if one.is_broken]:
            self.broken = str(broken)
        if time.monotonic() - self.told_at > TOLD_EVERY_S:
            self.told_at = time.monotonic()
            print(json.dumps({"seed": self.seed, "races": len(self.found), **waits(self.found)}), flush=True)

    def reached(self) -> dict[str, int]:
        return {
            "frozen": sum(one.was_frozen for one in self.found),
            "not_started": sum(one.not_started > 0 for one in self.found),
            "in_flight": sum(one.in_flight > 0 for one in self.found),
            "out": sum(one.out > 0 for one in self.found),
            "kept": sum(one.kept for one in self.found),
        }


def waits(found: Sequence[Race]) -> dict[str, int]:
    said: dict[str, int] = {}
    for name, values in (
        ("", sorted(one.returned_in_s for one in found)),
        ("ready_", sorted(one.returned_in_s - one.waited_for_cpu_s for one in found)),
    ):
        if values:
            said[f"{name}p50_ms"] = round(values[len(values) // 2] * 1e3)
            said[f"{name}p99_ms"] = round(values[min(len(values) - 1, int(len(values) * 0.99))] * 1e3)
            said[f"{name}max_ms"] = round(values[-1] * 1e3)
            said[f"{name}over_1_s"] = sum(one > 1.0 for one in values)
    return said


async def teeth(ground: Ground, dice: random.Random) -> dict[str, int]:
    """After how many rounds each seeded bug was found; -1 where it was not."""
    found = {}
    for bug in ("unchecked", "unwaited"):
        found[bug] = -1
        with ground.database() as url:
            async with (
                sending(unchecked=bug == "unchecked") as sender,
                track(sender, url, unwaited=bug == "unwaited") as place,
            ):
                for n in range(1, TEETH + 1):
                    if any(one.late for one in await race(place, PERMITTED, dice, events=2, at_once=True)):
                        found[bug] = n
                        break
    return found


async def races(n: int, seed: int, seconds: float, lanes: int) -> int:
    server = PostgresServer()
    server.start()
    began = time.monotonic()
    try:
        ground = Ground(server)
        await ground.lay()
        found_out = await teeth(ground, random.Random(seed))
        series = Series(ground, seed, n, began + seconds)
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, series.end)
        racing_since = time.monotonic()
        try:
            async with asyncio.TaskGroup() as group:
                for number in range(lanes):
                    group.create_task(series.lane(number))
        except* (TimeoutError, AssertionError, AppError) as many:
            series.broken = "\n".join("".join(traceback.format_exception(exc)) for exc in many.exceptions)
    finally:
        server.close()
    found, gap, reached = series.found, series.gap, series.reached()
    missed = [goal for goal in GOALS if not reached[goal] and len(found) >= ENOUGH_FOR_GOALS]
    print(
        json.dumps(
            {
                "part": "races",
                "seed": seed,
                "races": len(found),
                "rounds": series.rounds,
                "lanes": lanes,
                "races_per_s": round(len(found) / (time.monotonic() - racing_since), 2),
                "frozen": dict(Counter(one.step for one in found if one.was_frozen)),
                "reached": reached,
                "missed_goals": missed,
                "late": sum(one.late for one in found),
                "unlisted": sum(one.unlisted for one in found),
                "made_up": sum(one.made_up for one in found),
                "missing": sum(one.missing for one in found),
                "returned": waits(found),
                "slow_in_the_gap_by_chance": sum(one.from_the_gap for one in found),
                "frozen_in_the_gap": sum(one.was_frozen for one in gap),
                "late_from_the_gap": sum(one.from_the_gap for one in gap),
                "broken": series.broken,
                "rounds_until_a_seeded_bug_is_found": found_out,
                "bound_95": 3 / max(1, len(found)),
                "seconds": round(time.monotonic() - began),
                "load": os.getloadavg()[0],
            },
            indent=1,
        )
    )
    return 1 if series.broken or missed or min(found_out.values()) < 0 else 0


def main(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--races", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=36_000.0)
    parser.add_argument("--lanes", type=int, default=os.cpu_count() or 1)
    given = parser.parse_args(words)
    logging.disable(logging.WARNING)  # one line for each frozen transaction that is ended would say nothing
    return asyncio.run(races(given.races, given.seed, given.seconds, given.lanes))
