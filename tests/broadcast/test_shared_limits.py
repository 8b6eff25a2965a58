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

import pytest

from app.broadcast.limit_book import LocalMeter, Meter
from app.broadcast.limits import Limiter, Window
from app.broadcast.settings import EngineSettings
from app.broadcast.shared_limits import Remembered, Share, SharedLimiter, SharedLimits, Taken
from app.clock import SystemClock
from app.ids import new_id
from app.models import DeliveryState, LimitGrant
from tests.broadcast.house import sqlite_url
from tests.broadcast.running import show
from tests.broadcast.test_machines import worst
from tests.servers import RedisServer

pytestmark = pytest.mark.processes  # alone: a late answer counts as an outage

CLOCK = SystemClock()
LATE_S = 0.1


@dataclass
class Ledger:
    """Stands for the grants' table: written before anything starts, and never lost."""

    rows: list[tuple[float, int, str]] = field(default_factory=list)
    read: int = 0

    async def remember(self) -> Sequence[Remembered]:
        self.read += 1
        now = CLOCK.monotonic()
        return [Remembered(now - at, units, id_) for at, units, id_ in self.rows]


async def never() -> Sequence[Remembered]:
    return []


OPEN: list[SharedLimits] = []


@pytest.fixture(autouse=True)
async def close_all() -> AsyncIterator[None]:
    yield
    while OPEN:
        await OPEN.pop().aclose()


def shared(url: str, *, quarantine_s: float = 0.05, nodes: int = 4) -> SharedLimits:
    OPEN.append(
        SharedLimits(url, CLOCK, new_id, nodes_most=nodes, quarantine_s=quarantine_s, prefix=new_id())
    )
    return OPEN[-1]


async def take(meter: Meter, units: int = 1, *, urgent: bool = False, late_s: float = 0.0) -> Taken:
    return await meter.take(units, [new_id()], urgent=urgent, late_s=late_s)


async def warm(meter: Meter) -> None:
    """Past the quarantine of a server that knows nothing yet."""
    async with asyncio.timeout(30):
        while True:
            id_ = new_id()
            taken = await meter.take(1, [id_], urgent=True, late_s=0.0)
            if taken.starts_in_s:
                await meter.give_back(1, id_, *taken.starts_at or (0.0,))
                return
            await asyncio.sleep(taken.wait_s)


async def took(meter: Meter, tries: int) -> int:
    """How many of so many single asks were granted."""
    return sum([len((await take(meter)).starts_in_s) for _ in range(tries)])


Make = Callable[[Sequence[Window]], Meter]


@pytest.fixture(params=["local", "shared", "cluster"])
async def make(request: pytest.FixtureRequest) -> AsyncIterator[Make]:
    if request.param == "local":

        def local(windows: Sequence[Window]) -> Meter:
            return LocalMeter(Limiter(windows), lambda: CLOCK.now().timestamp())

        yield local
        return
    url = request.getfixturevalue("cluster_url" if request.param == "cluster" else "redis_url")
    limits = shared(url)
    yield lambda windows: limits.limiter(new_id(), windows, never)


class TestEveryLimiter:
    async def test_Q01_no_sliding_window_holds_more_than_its_limit(self, make: Make) -> None:
        """Asked as fast as it answers, with two windows at once; and the open share is used."""
        meter = make([Window("short", 6, 0.3, reserve=0.0), Window("long", 14, 1.0, reserve=0.0)])
        await warm(meter)
        loop, started = asyncio.get_running_loop(), []
        until = loop.time() + 2.5
        while loop.time() < until:
            asked = loop.time()
            taken = await take(meter, late_s=LATE_S)
            if taken.starts_in_s and loop.time() - asked <= LATE_S:
                started.append(loop.time())
            await asyncio.sleep(min(0.02, taken.wait_s))
        assert worst(started, 0.3) <= 6
        assert worst(started, 1.0) <= 14
        assert len(started) >= 14

    async def test_the_reserve_is_for_the_top_classes(self, make: Make) -> None:
        """Routine stops at its share; an emergency still goes at once."""
        meter = make([Window("w", 10, 60.0, reserve=0.2)])
        await warm(meter)
        assert await took(meter, 20) == 8
        assert (await take(meter, urgent=True)).starts_in_s
        assert (await take(meter, urgent=True)).starts_in_s
        refused = await take(meter, urgent=True)
        assert not refused.starts_in_s
        assert 50 < refused.wait_s <= 60.1

    async def test_all_windows_are_charged_or_none(self, make: Make) -> None:
        """What the second refuses, the first has not counted."""
        meter = make([Window("a", 10, 60.0, reserve=0.0), Window("b", 3, 0.2, reserve=0.0)])
        await warm(meter)
        assert await took(meter, 9) == 3
        await asyncio.sleep(0.25)
        assert (await take(meter, 3)).starts_in_s
        await asyncio.sleep(0.25)
        assert (await take(meter, 3)).starts_in_s
        await asyncio.sleep(0.25)
        assert not (await take(meter, 3)).starts_in_s
        assert (await take(meter, 1)).starts_in_s

    async def test_what_is_given_back_may_go_again(self, make: Make) -> None:
        """No byte left, so it did not count."""
        meter = make([Window("w", 2, 60.0, reserve=0.0)])
        await warm(meter)
        for _ in range(5):
            id_ = new_id()
            taken = await meter.take(2, [id_], urgent=False, late_s=0.0)
            assert taken.starts_in_s
            assert not (await take(meter)).starts_in_s
            await meter.give_back(2, id_, *taken.starts_at or (0.0,))

    async def test_a_whole_window_too_big_never_goes(self, make: Make) -> None:
        """And says so, instead of waiting for ever in silence."""
        meter = make([Window("w", 3, 60.0, reserve=0.0)])
        await warm(meter)
        assert (await take(meter, 4)).wait_s == float("inf")

    async def test_paced_sends_stand_where_the_rate_allows(self, make: Make) -> None:
        """Ten a second, three units each."""
        meter = make([Window("w", 10, 1.0, pace=True, burst=1)])
        await warm(meter)
        await asyncio.sleep(0.2)
        taken = await meter.take(3, [new_id() for _ in range(9)], urgent=False, late_s=0.0, within_s=1.0)
        assert taken.starts_in_s == pytest.approx([0.0, 0.3, 0.6, 0.9], abs=1e-3)


class TestShared:
    async def test_several_processes_make_one_limit(self, redis_url: str) -> None:
        """Four clients, one window of ten: ten go in all."""
        prefix = new_id()
        async with AsyncExitStack() as stack:
            meters = []
            for _ in range(4):
                limits = SharedLimits(
                    redis_url, CLOCK, new_id, nodes_most=4, quarantine_s=0.05, prefix=prefix
                )
                stack.push_async_callback(limits.aclose)
                meters.append(limits.limiter("x", (Window("w", 10, 60.0, reserve=0.0),), never))
            for meter in meters:
                await warm(meter)
            got = await asyncio.gather(*(take(meters[n % 4]) for n in range(40)))
            assert sum(len(one.starts_in_s) for one in got) == 10

    async def test_F24_what_the_platform_says_lowers_it_for_all_and_never_raises_it(
        self, redis_url: str
    ) -> None:
        """Two left, says an answer to one; then "a hundred left", which changes nothing; and a wait holds both."""
        limits = shared(redis_url)
        windows = (Window("w", 10, 60.0, reserve=0.0),)
        one, other = (limits.limiter("x", windows, never) for _ in range(2))
        await warm(one)
        await one.learn(0.0, [("w", 2, 30.0)])
        await one.learn(0.0, [("w", 100, 30.0)])
        assert await took(other, 5) == 2
        await one.learn(20.0, [])
        await one.learn(1.0, [])
        held = await take(other, urgent=True)
        assert 15 < held.held_s <= 20

    async def test_R02_an_empty_server_is_not_a_full_bucket(
        self, redis_url: str, shared_redis_server: RedisServer
    ) -> None:
        """Flushed at the worst moment: nothing goes at first, and then what the database knows still counts."""
        ledger, limits = Ledger(), shared(redis_url, quarantine_s=0.3)
        meter = limits.limiter("x", (Window("w", 5, 60.0, reserve=0.0),), ledger.remember)
        await warm(meter)
        for _ in range(5):
            id_ = new_id()
            assert (await meter.take(1, [id_], urgent=False, late_s=0.0)).starts_in_s
            ledger.rows.append((CLOCK.monotonic(), 1, id_))
        shared_redis_server.flush()
        closed = await take(meter)
        assert not closed.starts_in_s
        assert closed.wait_s <= 0.3
        await asyncio.sleep(0.35)
        assert (await take(meter)).wait_s > 50

    async def test_a_limiter_that_takes_an_empty_server_for_a_full_bucket_is_caught(
        self, redis_url: str, shared_redis_server: RedisServer
    ) -> None:
        """The check has teeth: without memory and quarantine, twice the limit goes out."""
        limits = shared(redis_url, quarantine_s=0.0)
        meter = limits.limiter("x", (Window("w", 5, 60.0, reserve=0.0),), never)
        await warm(meter)
        started = []
        for n in range(12):
            if n == 6:
                shared_redis_server.flush()
                await warm(meter)
            if (await take(meter)).starts_in_s:
                started.append(CLOCK.monotonic())
        assert worst(started, 60.0) > 5

    async def test_permits_ask_the_shared_limits(self, tmp_path: Path, redis_url: str) -> None:
        """Three updates and a window of two: two go, the third waits with its reason; grants are in the database."""
        limits = shared(redis_url, nodes=2)
        settings = EngineSettings(
            windows={"x": (Window("w", 2, 600.0, reserve=0.0),)}, drain_s=0.2, scan_s=0.1
        )
        async with show(sqlite_url(tmp_path), settings=settings, shared_limits=limits) as it:
            for text in ("One.", "Two.", "Three."):
                await it.publish(text)
            found = await it.stage.until(lambda rows: any(d.reason == "own_limit" for d in rows))
            assert sorted(d.state for d in found) == [
                DeliveryState.QUEUED,
                DeliveryState.SENT,
                DeliveryState.SENT,
            ]
            assert len(await it.stage.rows(LimitGrant)) == 2


class TestShare:
    def test_R01_shares_of_all_processes_make_no_more_than_the_limit(self) -> None:
        """Random histories before: with four shares on top, no window holds more than it may; half is used at least."""
        dice = random.Random(1)
        for _ in range(200):
            limit = dice.randint(4, 40)
            window = Window("w", limit, 10.0, reserve=0.0)
            before = sorted(dice.uniform(0, 10) for _ in range(dice.randint(0, limit)))
            shares = [Share((window,), 4, 10.0, [(at, 1) for at in before]) for _ in range(4)]
            now, started = 10.0, list(before)
            while now < 40.0:
                for share in shares:
                    if share.take(1, now, urgent=False, late_s=0.0) == 0:
                        started.append(now)
                now += dice.uniform(0, 0.1)
            assert worst(started, 10.0) <= limit
            assert len([at for at in started if at > 20.0]) >= limit

    def test_a_limit_smaller_than_the_processes_sends_nothing_alone(self) -> None:
        """Three in all cannot be split by four: fail closed."""
        assert Share((Window("w", 3, 10.0),), 4, 0.0, []).take(1, 99.0, urgent=True, late_s=0.0) == float(
            "inf"
        )


class Node:
    """One process: asks, writes the grant down, and starts unless the permit has run out."""

    def __init__(self, meter: SharedLimiter, ledger: Ledger, platform: list[float], seed: str) -> None:
        self.meter, self.ledger, self.platform = meter, ledger, platform
        self.dice = random.Random(seed)
        self.from_share = self.quarantined = 0

    async def run(self, until: float) -> None:
        while (asked := CLOCK.monotonic()) < until:
            id_ = new_id()
            taken = await self.meter.take(1, [id_], urgent=False, late_s=LATE_S)
            if not taken.starts_in_s:
                self.quarantined += 1
                await asyncio.sleep(min(taken.wait_s, 0.1) * self.dice.random())
                continue
            granted = CLOCK.monotonic()
            self.from_share += self.meter.is_away
            self.ledger.rows.append((granted + LATE_S, 1, id_))
            await asyncio.sleep(self.dice.random() * 0.02)
            if CLOCK.monotonic() - asked <= LATE_S:
                self.platform.append(CLOCK.monotonic())


FAULTS = ("kill", "flush", "freeze")
HISTORIES = int(os.environ.get("LIMIT_HISTORIES", "12"))  # beside each other, over the same faults
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
                one = SharedLimits(server.url, CLOCK, new_id, nodes_most=4, quarantine_s=1.2, prefix=prefix)
                stack.push_async_callback(one.aclose)
                processes.append(one)
            ledgers = [Ledger() for _ in range(histories)]
            platforms: list[list[float]] = [[] for _ in range(histories)]
            windows = (Window("w", limit, per_s, reserve=0.0),)
            nodes = [
                Node(
                    process.limiter(f"k{k}", windows, ledgers[k].remember),
                    ledgers[k],
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
        assert any(node.from_share for node in nodes), "no share was ever used"
        assert set(faults) == set(FAULTS)
