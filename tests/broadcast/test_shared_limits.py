"""One promise about limits, kept by a process alone and by several over a real Valkey, whatever happens to it."""

from __future__ import annotations

import asyncio
import os
import random
import signal
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from app.broadcast.limit_book import LocalMeter, Meter
from app.broadcast.limit_keeper import Found, Keeper, Step, next_step
from app.broadcast.limits import Limiter, Window
from app.broadcast.settings import EngineSettings, windows_of
from app.broadcast.shared_limits import SOON_S, SharedLimiter, SharedLimits, Taken
from app.clock import SystemClock
from app.errors import Unready
from app.ids import new_id
from app.models import DeliveryState, LimitGrant
from tests.broadcast.house import sqlite_url
from tests.broadcast.limit_world import MemoryLedger, World, a_history
from tests.broadcast.running import show
from tests.broadcast.test_day_caps import TWILIO
from tests.broadcast.test_machines import worst
from tests.servers import RedisServer

pytestmark = pytest.mark.processes  # alone: a late answer counts as an outage

CLOCK = SystemClock()
LATE_S = 0.1


OPEN: list[SharedLimits] = []


@pytest.fixture(autouse=True)
async def close_all() -> AsyncIterator[None]:
    yield
    while OPEN:
        await OPEN.pop().aclose()


def shared(url: str, *, prefix: str = "", keep_s: float = 0.2) -> SharedLimits:
    OPEN.append(SharedLimits(url, CLOCK, new_id, keep_s=keep_s, prefix=prefix or new_id()))
    return OPEN[-1]


def a_ledger() -> MemoryLedger:
    """Stands for the tables of one limit, with their locks; of all its processes."""
    return MemoryLedger(lambda: CLOCK.now().timestamp(), asyncio.sleep)


@dataclass
class Process:
    """One process at one limit: a permit's transaction around every question."""

    meter: Meter
    ledger: MemoryLedger = field(default_factory=a_ledger)

    async def take(
        self, units: int = 1, *, n: int = 1, urgent: bool = False, late_s: float = 0.0, within_s: float = 0.0
    ) -> Taken:
        """Until it is answered: a lock that somebody holds for a moment, or a change of who counts, is none."""
        async with asyncio.timeout(60):
            while True:
                taken = await self.ask(units, n=n, urgent=urgent, late_s=late_s, within_s=within_s)
                if taken.starts_in_s or taken.wait_s > SOON_S * 10:
                    return taken
                await asyncio.sleep(taken.wait_s)

    async def ask(
        self, units: int = 1, *, n: int = 1, urgent: bool = False, late_s: float = 0.0, within_s: float = 0.0
    ) -> Taken:
        session, ids = self.ledger.begin(), [new_id() for _ in range(n)]
        try:
            taken = await self.meter.take(
                units, ids, session=session, urgent=urgent, late_s=late_s, within_s=within_s
            )
            session.rows += [(at + late_s, units, id_) for at, id_ in zip(taken.starts_at, ids, strict=False)]
        finally:
            self.ledger.end(session, commit=True)
        return taken

    async def give_back(self, units: int, taken: Taken) -> None:
        at, grant_id = taken.starts_at[0], None
        for row in self.ledger.rows:
            if row[0] == at and row[1] == units:
                grant_id = row[2]
        self.ledger.rows = [row for row in self.ledger.rows if row[2] != grant_id]
        await self.meter.give_back(units, grant_id, at)

    async def took(self, tries: int) -> int:
        """How many of so many single asks were granted."""
        return sum([len((await self.take()).starts_in_s) for _ in range(tries)])

    async def there(self) -> Process:
        """Once Redis counts."""
        assert isinstance(self.meter, SharedLimiter)
        async with asyncio.timeout(60):
            while self.meter.database_counts:
                taken = await self.ask()
                if taken.starts_at:
                    await self.give_back(1, taken)
                await asyncio.sleep(0.01)
        return self


async def away() -> str:
    raise Unready("The database went away.", retry_after_s=1.0, code="database_away")


Make = Callable[[Sequence[Window]], Process]


@pytest.fixture(params=["local", "shared", "database", "cluster"])
async def make(request: pytest.FixtureRequest) -> AsyncIterator[Make]:
    if request.param == "local":
        yield lambda windows: Process(LocalMeter(Limiter(windows), lambda: CLOCK.now().timestamp()))
        return
    if request.param == "database":
        url = "redis://127.0.0.1:1/0"  # nobody is there
    else:
        url = request.getfixturevalue("cluster_url" if request.param == "cluster" else "redis_url")
    limits = shared(url)

    def one(windows: Sequence[Window]) -> Process:
        ledger = a_ledger()
        return Process(limits.limiter(new_id(), windows, ledger), ledger)

    yield one


class TestEveryLimiter:
    async def test_Q01_no_sliding_window_holds_more_than_its_limit(self, make: Make) -> None:
        """Asked as fast as it answers, with two windows at once; and the open share is used."""
        one = make([Window("short", 6, 0.3, reserve=0.0), Window("long", 14, 1.0, reserve=0.0)])
        loop, started = asyncio.get_running_loop(), []
        until = loop.time() + 2.5
        while loop.time() < until:
            asked = loop.time()
            taken = await one.ask(late_s=LATE_S)
            if taken.starts_in_s and loop.time() - asked <= LATE_S:
                started.append(loop.time())
            await asyncio.sleep(min(0.02, taken.wait_s))
        assert worst(started, 0.3) <= 6
        assert worst(started, 1.0) <= 14
        assert len(started) >= 14

    async def test_the_reserve_is_for_the_top_classes(self, make: Make) -> None:
        """Routine stops at its share; an emergency still goes at once."""
        one = make([Window("w", 10, 60.0, reserve=0.2)])
        assert await one.took(20) == 8
        assert (await one.take(urgent=True)).starts_in_s
        assert (await one.take(urgent=True)).starts_in_s
        refused = await one.take(urgent=True)
        assert not refused.starts_in_s
        assert 30 < refused.wait_s <= 60.1

    async def test_all_windows_are_charged_or_none(self, make: Make) -> None:
        """What the second refuses, the first has not counted."""
        one = make([Window("a", 10, 60.0, reserve=0.0), Window("b", 3, 0.2, reserve=0.0)])
        for _ in range(3):
            while (await one.take(3)).starts_in_s == ():
                await asyncio.sleep(0.05)  # refused by b alone, again and again
        async with asyncio.timeout(60):
            while not (await one.take(1)).starts_in_s:
                await asyncio.sleep(0.05)
        assert (await one.take(1)).wait_s > 30, "nine and one are ten, however often b refused"

    async def test_what_is_given_back_may_go_again(self, make: Make) -> None:
        """No byte left, so it did not count."""
        one = make([Window("w", 2, 60.0, reserve=0.0)])
        for _ in range(5):
            taken = await one.take(2)
            assert taken.starts_in_s
            assert not (await one.take()).starts_in_s
            await one.give_back(2, taken)

    async def test_a_whole_window_too_big_never_goes(self, make: Make) -> None:
        """And says so, instead of waiting for ever in silence."""
        assert (await make([Window("w", 3, 60.0, reserve=0.0)]).take(4)).wait_s == float("inf")

    async def test_P01_a_days_cap_lets_half_of_it_go_at_the_senders_pace(self, make: Make) -> None:
        """A brand's day of 200,000: 40 in a moment are not kept waiting by it; a fifth of the half stays for emergencies."""
        taken = await make(windows_of("twilio", TWILIO, EngineSettings())).take(n=40, within_s=1.0)
        assert len(taken.starts_in_s) == 40
        one = make([Window("brand:24h", 200_000, 86_400.0, pace=True, burst=100_000)])
        assert (await one.take(80_000)).starts_in_s
        assert (await one.take(100)).wait_s > 60
        assert (await one.take(20_000, urgent=True)).starts_in_s
        assert (await one.take(100, urgent=True)).wait_s > 60

    async def test_paced_sends_stand_where_the_rate_allows(self, make: Make) -> None:
        """Ten a second, three units each."""
        one = make([Window("w", 10, 1.0, pace=True, burst=1)])
        taken = await one.take(3, n=9, within_s=1.0)
        assert [at - taken.starts_at[0] for at in taken.starts_at] == pytest.approx(
            [0.0, 0.3, 0.6, 0.9][: len(taken.starts_at)], abs=1e-3
        )
        assert len(taken.starts_at) >= 3


class TestShared:
    async def test_several_processes_make_one_limit(self, redis_url: str) -> None:
        """Four clients, one window of ten: ten go in all, and Redis counts them."""
        prefix, ledger = new_id(), a_ledger()
        four = [
            Process(
                shared(redis_url, prefix=prefix).limiter("x", (Window("w", 10, 60.0, reserve=0.0),), ledger),
                ledger,
            )
            for _ in range(4)
        ]
        for one in four:
            await one.there()
        assert len(ledger.rows) == 0
        got = await asyncio.gather(*(four[n % 4].take() for n in range(40)))
        assert sum(len(one.starts_in_s) for one in got) == 10
        assert ledger.keeper.epoch

    async def test_F24_what_the_platform_says_lowers_it_for_all_and_never_raises_it(
        self, redis_url: str
    ) -> None:
        """Two left, says an answer to one; then "a hundred left", which changes nothing; and a wait holds both."""
        limits, ledger = shared(redis_url), a_ledger()
        windows = (Window("w", 10, 60.0, reserve=0.0),)
        one, other = (Process(limits.limiter("x", windows, ledger), ledger) for _ in range(2))
        await one.there()
        await one.meter.learn(0.0, [("w", 2, 30.0)])
        await one.meter.learn(0.0, [("w", 100, 30.0)])
        assert await other.took(5) == 2
        await one.meter.learn(20.0, [])
        await one.meter.learn(1.0, [])
        held = await other.take(urgent=True)
        assert 5 < held.held_s <= 20

    async def test_F24_what_was_lowered_is_whole_again_at_its_reset_for_all(self, redis_url: str) -> None:
        """Three of ten went; "the reserve is left, for a minute" makes routine wait that minute, not the whole day."""
        limits, ledger = shared(redis_url), a_ledger()
        windows = (Window("w", 10, 86_400.0, reserve=0.2),)
        one, other = (Process(limits.limiter("x", windows, ledger), ledger) for _ in range(2))
        await one.there()
        assert await one.took(3) == 3
        await one.meter.learn(0.0, [("w", 2, 60.0)])
        assert 30 < (await other.take()).wait_s <= 60
        assert (await other.take(6)).wait_s > 80_000, "three and six are more than the open eight"
        assert (await other.take(2, urgent=True)).starts_in_s
        assert 30 < (await other.take(urgent=True)).wait_s <= 60

    async def test_G8_a_wait_learned_while_the_database_counted_holds_who_asks_redis_since(
        self, redis_url: str
    ) -> None:
        """Whoever learns it may have asked last before Redis counted again: it looks who counts, and tells it there."""
        limits, ledger = shared(redis_url), a_ledger()
        windows = (Window("w", 10, 60.0, reserve=0.0),)
        one, other = (Process(limits.limiter("x", windows, ledger), ledger) for _ in range(2))
        await other.there()
        assert isinstance(one.meter, SharedLimiter)
        assert one.meter.database_counts, "it has not asked yet"
        await one.meter.learn(20.0, [])
        assert (await other.take(urgent=True)).held_s > 5

    async def test_G8_a_wait_learned_while_the_database_was_away_is_said_with_the_next_permit(
        self, redis_url: str
    ) -> None:
        """And the answer that brought it is written down: nothing is raised in its way."""
        limits, ledger = shared(redis_url), a_ledger()
        windows = (Window("w", 10, 60.0, reserve=0.0),)
        one, other = (Process(limits.limiter("x", windows, ledger), ledger) for _ in range(2))
        await other.there()
        there, ledger.epoch = ledger.epoch, away  # type: ignore[method-assign]
        await one.meter.learn(20.0, [])
        ledger.epoch = there  # type: ignore[method-assign]
        await one.take()
        assert (await other.take(urgent=True)).held_s > 5

    @pytest.mark.parametrize("how", ["flush", "kill"])
    async def test_R02_an_empty_server_is_not_a_full_bucket(
        self, how: str, make_redis: Callable[[], RedisServer]
    ) -> None:
        """Emptied at the worst moment: what the database knows counts from the first question on."""
        server, ledger = make_redis(), a_ledger()
        meter = shared(server.url).limiter("x", (Window("w", 5, 60.0, reserve=0.0),), ledger)
        one = await Process(meter, ledger).there()
        before = ledger.keeper.epoch
        assert await one.took(5) == 5
        await asyncio.to_thread(server.flush if how == "flush" else server.kill)
        if how == "kill":
            assert (await one.take()).wait_s > 30
            await asyncio.to_thread(server.start)
        assert (await one.take()).wait_s > 30
        await one.there()
        assert (await one.take()).wait_s > 30
        assert ledger.keeper.epoch not in ("", before)

    async def test_R02_a_server_that_was_restarted_from_its_file_is_not_believed(
        self, make_redis: Callable[[], RedisServer]
    ) -> None:
        """It knows the epoch and may lack what was granted last: another run of the server is another server."""
        server, ledger = make_redis(), a_ledger()
        limits, windows = shared(server.url), (Window("w", 5, 60.0, reserve=0.0),)
        one = await Process(limits.limiter("x", windows, ledger), ledger).there()
        epoch = ledger.keeper.epoch
        client = limits._client
        meta = next(key for key in await client.keys("*") if key.endswith(b":meta"))
        assert await limits.ask("x", windows, op="look", epoch=epoch) == ["ok"]
        await client.hset(meta, "server", "of-another-run")
        assert await limits.ask("x", windows, op="look", epoch=epoch) == ["cold"]
        assert await one.took(7) == 5
        assert ledger.keeper.epoch != epoch

    async def test_G8_redis_forgets_and_a_days_cap_does_not(
        self, make_redis: Callable[[], RedisServer]
    ) -> None:
        """Emptied, then gone: what was charged of the day stays charged, and what is free of it goes on at once."""
        server, ledger = make_redis(), a_ledger()
        windows = (Window("brand:24h", 200_000, 86_400.0, pace=True, burst=100_000),)
        one = await Process(shared(server.url).limiter("d", windows, ledger), ledger).there()
        assert (await one.take(30_000)).starts_in_s
        server.flush()
        assert (await one.take(30_000)).starts_in_s
        server.kill()
        taken = await one.take(30_000)
        assert not taken.starts_in_s, "30,000 more than the 80,000 that are open"
        assert 8_000 < taken.wait_s < 10_000
        assert (await one.take(20_000)).starts_in_s
        assert (await one.take(1_000)).wait_s > 60

    async def test_permits_ask_the_shared_limits(self, tmp_path: Path, redis_url: str) -> None:
        """Three updates and a window of two: two go, the third waits with its reason; grants are in the database."""
        limits = shared(redis_url)
        settings = EngineSettings(
            windows={"x": (Window("w", 2, 600.0, reserve=0.0),)}, drain_s=0.2, scan_s=0.1
        )
        async with show(sqlite_url(tmp_path), settings=settings, shared_limits=limits) as it:
            for text in ("One.", "Two.", "Three."):
                await it.publish(text)
            found = await it.stage.until(
                lambda rows: (
                    [d.state for d in rows].count(DeliveryState.SENT) == 2
                    and any(d.reason == "own_limit" for d in rows)
                )
            )
            (waits,) = (d for d in found if d.state != DeliveryState.SENT)
            assert (waits.state, waits.reason) == (DeliveryState.QUEUED, "own_limit")
            assert len(await it.stage.rows(LimitGrant)) == 2


class TestWhoCounts:
    """The decision by itself: (who counts, what was found, which epoch was doubted) to what is done."""

    @pytest.mark.parametrize(
        ("epoch", "until", "found", "doubted", "step"),
        [
            ("a", 0.0, Found.AWAY, "a", Step.DATABASE),
            ("a", 0.0, Found.COLD, "a", Step.SEED),
            ("a", 0.0, Found.WARM, "a", Step.NOTHING),
            ("b", 0.0, Found.AWAY, "a", Step.NOTHING),  # somebody else has mended it
            ("b", 0.0, Found.COLD, "a", Step.NOTHING),
            ("", 90.0, Found.COLD, "", Step.SEED),
            ("", 90.0, Found.AWAY, "", Step.DATABASE),
            ("", 101.0, Found.AWAY, "", Step.DATABASE),  # said again well before it is over
            ("", 102.5, Found.AWAY, "", Step.NOTHING),
            ("", 100.5, Found.COLD, "", Step.NOTHING),  # somebody cannot see Redis
            ("", 100.5, Found.WARM, "a", Step.NOTHING),
        ],
    )
    def test_R04_who_counts_changes_only_for_a_reason(
        self, epoch: str, until: float, found: Found, doubted: str, step: Step
    ) -> None:
        """At 100 seconds, when the database counts for three after the last process said that it must."""
        assert next_step(Keeper(epoch, until, {}, 100.0), found, doubted, 100.0, 3.0) is step


def histories(n: int, first: int = 0, **how: Any) -> tuple[int, int, int, set[str]]:
    """Windows passed, waits that were broken, sends, and what was reached in so many histories."""
    passed = broken = sent = 0
    reached: set[str] = set()
    for seed in range(first, first + n):
        world = a_history(seed, **how)
        passed += len(world.passed())
        broken += world.broken_holds()
        sent += len(world.started)
        reached |= world.reached
    return passed, broken, sent, reached


class TestHistories:
    def test_R04_however_the_lines_run_no_window_is_passed_and_no_wait_broken(self) -> None:
        """Lines cut one by one, Redis emptied or from an old file, late commands, frozen permits, wrong clocks."""
        passed, broken, sent, reached = histories(HISTORIES_IN_ALL)
        assert (passed, broken) == (0, 0)
        assert sent > HISTORIES_IN_ALL * 20
        assert reached >= {"cut", "empty", "stale", "seed", "late command", "redis", "database"}

    def test_R04_a_redis_that_is_believed_under_any_epoch_is_caught(self) -> None:
        """The first seeded bug."""
        assert histories(8, believing=True)[0] > 0

    def test_R04_counting_without_the_lock_is_caught(self) -> None:
        """The second: those who count and those who change who counts do not keep each other out."""
        assert histories(8, locks=False)[0] > 0

    @pytest.mark.parametrize("down", [False, True])
    def test_Q02_what_the_platform_allows_is_used_whoever_counts(self, down: bool) -> None:
        """Four eager processes, one window of a minute: 97 in a hundred places are used, with Redis and without."""
        window = Window("w", 100, 60.0, reserve=0.0)
        world = World(1, nodes=4, windows=(window,), lasts_s=365.0, faults=False)
        world.down = down
        world.run()
        assert world.passed() == []
        assert len(world.started) >= 0.97 * window.limit * 365.0 / window.per_s
        assert ("redis" in world.reached) is not down


class Node:
    """One process: asks, writes the grant down, and starts unless the permit has run out."""

    def __init__(self, process: Process, platform: list[float], seed: str) -> None:
        self.process, self.platform = process, platform
        self.dice = random.Random(seed)
        self.counted = {True: 0, False: 0}

    async def run(self, until: float) -> None:
        meter, ledger = self.process.meter, self.process.ledger
        assert isinstance(meter, SharedLimiter)
        while (asked := CLOCK.monotonic()) < until:
            id_, session = new_id(), ledger.begin()
            taken = await meter.take(1, [id_], session=session, urgent=False, late_s=LATE_S)
            session.rows += [(at + LATE_S, 1, id_) for at in taken.starts_at]
            await asyncio.sleep(self.dice.random() * 0.02)
            ledger.end(session, commit=True)
            if not taken.starts_in_s:
                await asyncio.sleep(min(taken.wait_s, 0.1) * self.dice.random())
                continue
            self.counted[meter.database_counts] += 1
            if CLOCK.monotonic() - asked <= LATE_S:
                self.platform.append(CLOCK.monotonic())


FAULTS = ("kill", "flush", "freeze")
HISTORIES = int(os.environ.get("LIMIT_HISTORIES", "12"))  # beside each other, over the same faults
HISTORIES_IN_ALL = 12  # more by `python3 run.py soak limits`
CHAOS_S = float(os.environ.get("LIMIT_CHAOS_S", "13"))


@pytest.mark.servers
class TestChaos:
    async def test_Q02_four_processes_and_a_server_that_dies_forgets_and_freezes(
        self, make_redis: Callable[[], RedisServer]
    ) -> None:
        """Kills, restarts, flushes and freezes: at the platform no sliding window ever holds more than N."""
        server, dice = make_redis(), random.Random(2)
        limit, per_s, histories = 20, 2.0, HISTORIES
        prefix = new_id()
        async with AsyncExitStack() as stack:
            processes = []
            for _ in range(4):
                one = SharedLimits(server.url, CLOCK, new_id, keep_s=1.0, prefix=prefix)
                stack.push_async_callback(one.aclose)
                processes.append(one)
            ledgers = [a_ledger() for _ in range(histories)]
            platforms: list[list[float]] = [[] for _ in range(histories)]
            windows = (Window("w", limit, per_s, reserve=0.0),)
            nodes = [
                Node(
                    Process(process.limiter(f"k{k}", windows, ledgers[k]), ledgers[k]),
                    platforms[k],
                    f"{p}{k}",
                )
                for p, process in enumerate(processes)
                for k in range(histories)
            ]
            until = CLOCK.monotonic() + CHAOS_S
            running = asyncio.gather(*(node.run(until) for node in nodes))
            faults = []
            while CLOCK.monotonic() < until - 5.0 or len(faults) < 3:
                await asyncio.sleep(dice.uniform(0.5, 2.0))
                fault = ("freeze", "kill", "flush")[len(faults)] if len(faults) < 3 else dice.choice(FAULTS)
                faults.append(fault)
                if fault == "flush":
                    await asyncio.to_thread(server.flush)
                elif fault == "kill":
                    await asyncio.to_thread(server.kill)
                    await asyncio.sleep(dice.uniform(0.2, 3.0))
                    await asyncio.to_thread(server.start)
                else:
                    assert server.process is not None
                    server.process.send_signal(signal.SIGSTOP)
                    await asyncio.sleep(dice.uniform(0.2, 1.5))
                    server.process.send_signal(signal.SIGCONT)
            await running
        most = [worst(sorted(platform), per_s) for platform in platforms]
        print(f"Q-02: {faults}, {sum(map(len, platforms))} sent, worst windows {most} of {limit}")
        assert max(most) <= limit
        assert sum(map(len, platforms)) > histories * limit
        for where in (True, False):
            assert any(node.counted[where] for node in nodes), "both counted, each for a time"
        assert set(faults) == set(FAULTS)
