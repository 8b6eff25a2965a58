"""Clocks that are wrong or jump: on one of two processes that work on one database, and where there is one alone."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from contextlib import AsyncExitStack
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.audit import AuditLog
from app.broadcast.engine import Engine
from app.broadcast.limit_book import LimitBook
from app.broadcast.limits import Window
from app.broadcast.reading import TopicReader
from app.broadcast.settings import EngineSettings
from app.clock import Clock, ManualClock, SteeredClock, SystemClock
from app.db import Database
from app.ids import new_id
from app.models import Delivery, DeliveryState, Update
from tests.broadcast.house import NOW, Stage, open_stage, render, sqlite_url
from tests.broadcast.platform import Platform, running
from tests.broadcast.running import FREE, OpenGate, show

HOUR_S = 3600.0


class SkewClock(SystemClock):
    """The machine's clock, off by as much as a test says."""

    def __init__(self) -> None:
        self.skew_s = 0.0

    def now(self) -> datetime:
        return super().now() + timedelta(seconds=self.skew_s)


async def two_nodes(url: str, updates: int, *, steered: bool) -> tuple[Counter[str], Counter[str]]:
    """Updates while one node's clock or the other's jumps an hour back and forth: states, and posts by ref."""
    dice = random.Random(1)
    skews = [SkewClock(), SkewClock()]
    async with AsyncExitStack() as stack:
        stage: Stage = await stack.enter_async_context(
            open_stage(url.replace("+asyncpg", ""), ("x", "facebook"))
        )
        platform: Platform
        platform, adapter = await stack.enter_async_context(running())
        engines = []
        for skew in skews:
            clock: Clock = SteeredClock(skew) if steered else skew
            engine = Engine(
                database=stage.database,
                adapters=lambda _channel: adapter,
                gate=OpenGate(),
                audit=AuditLog(),
                clock=clock,
                new_id=new_id,
                random=random.Random(3).random,
                announce=lambda _positions: None,
                settings=EngineSettings(windows=FREE, sole_node=False, scan_s=0.1, drain_s=1.0),
            )
            await engine.start()
            stack.push_async_callback(engine.stop)
            engines.append(engine)
        for n in range(updates):
            if n % 3 == 0:
                dice.choice(skews).skew_s = dice.choice((-HOUR_S, 0.0, HOUR_S))
            decided = stage.decided(f"Step {n}", to=("x", "facebook"), delay_s=0.1)
            await dice.choice(engines).publisher.accept(decided, render)
            await asyncio.sleep(0.02)
        try:
            rows = await stage.until(
                lambda rows: all(d.state in (DeliveryState.SENT, DeliveryState.EXPIRED) for d in rows),
                within_s=40.0 if steered else 2.0,
            )
        except TimeoutError:
            rows = await stage.until(lambda _rows: True)
        return Counter(d.state for d in rows), Counter(call["ref"] for call in platform.calls)


@pytest.mark.servers
class TestTwoNodes:
    async def test_N02_a_clock_that_jumps_an_hour_on_one_node_delays_expires_and_doubles_nothing(
        self, postgres_url: str
    ) -> None:
        """Leases, expiry and due times go by the database's clock, deadlines by the monotonic one."""
        states, posts = await two_nodes(postgres_url, 30, steered=True)
        assert states == {DeliveryState.SENT: 60}
        assert set(posts.values()) == {1}

    async def test_N02_a_node_that_goes_by_its_own_clock_is_caught(self, postgres_url: str) -> None:
        """The check has teeth: without the shared clock updates expire unsent or wait for an hour."""
        states, _ = await two_nodes(postgres_url, 12, steered=False)
        assert states != {DeliveryState.SENT: 24}


class TestSteeredClock:
    def test_it_is_its_own_until_it_is_told(self) -> None:
        """Afterwards a jump of the wall clock changes nothing, and the next telling counts."""
        own = ManualClock(NOW)
        clock = SteeredClock(own)
        assert clock.now() == NOW
        clock.steer(NOW + timedelta(hours=2))
        own.jump(-9000.0)
        own.advance(5.0)
        assert clock.now() == NOW + timedelta(hours=2, seconds=5)
        assert clock.monotonic() == own.monotonic()
        clock.steer(NOW)
        assert clock.now() == NOW


WINDOW = Window("user:15min", 3, 900.0, reserve=0.0)


class TestOneClockThatIsMoved:
    """A process that is alone has no clock but its own, and somebody puts that forward or back."""

    async def book(self, database: Database, clock: Clock) -> LimitBook:
        book = LimitBook(new_id, clock)
        await book.load(database, "c", [WINDOW], clock.now())
        return book

    async def take(self, database: Database, book: LimitBook, n: int) -> tuple[int, float]:
        async def work(session: AsyncSession) -> tuple[int, float]:
            grants, wait_s, _ = await book.take("c", 1, session=session, n=n, urgent=False, late_s=0.5)
            await book.store_grants(session, "c", grants, 0.5)
            return len(grants), wait_s

        return await database.write(work)

    async def test_R03_what_goes_out_after_a_step_back_stands_above_what_went_before(
        self, tmp_path: Path
    ) -> None:
        """Ten minutes back in the middle of an event: every page has the newest on top, and its times are no guess."""
        clock = ManualClock(NOW)
        async with show(sqlite_url(tmp_path), channels=(), clock=clock, start=False) as s:
            for n in range(6):
                if n == 3:
                    clock.jump(-600.0)
                await s.publish(str(n), to=())
                if n % 3:  # two at a time, too
                    assert await s.engine.release.release_due()
                    clock.advance(0.0004)
            reading = await TopicReader(s.stage.database, drill=False).read_whole(
                f"{s.stage.event_id}:public"
            )
            assert [item.texts["en"] for item in reading.things.items] == ["5", "4", "3", "2", "1", "0"]
            latest = reading.things.items[0].at
            assert latest - NOW < timedelta(milliseconds=10)
            clock.advance(700.0)
            await s.publish("6", to=())
            await s.engine.release.release_due()
            reading = await TopicReader(s.stage.database, drill=False).read_whole(
                f"{s.stage.event_id}:public"
            )
            assert reading.things.items[0].at == clock.now()

    async def test_R03_a_countdown_that_runs_is_as_long_as_ever_whichever_way_the_clock_is_set(
        self, tmp_path: Path
    ) -> None:
        """What began before the step moves with it, what begins after it does not; nothing is fresh for longer."""
        clock = ManualClock(NOW)
        async with show(sqlite_url(tmp_path), channels=("x",), clock=clock, start=False) as s:
            before = await s.publish("Leave the ground floor now.", delay_s=60.0, expires_in_s=600.0)
            at = clock.now() + timedelta(hours=2)
            planned = await s.publish("Doors open.", delay_s=7200.0, planned_at=at, expires_in_s=600.0)
            await s.engine._scan()
            clock.advance(20.0)
            clock.jump(-HOUR_S)
            after = await s.publish("The lift is closed.", delay_s=60.0)
            for _ in range(2):
                await s.engine._scan()
            ends = {row.id: row.release_at - clock.now() for row in await s.stage.rows(Update)}
            assert ends[before.update_id] == timedelta(seconds=40)
            assert ends[after.update_id] == timedelta(seconds=60)
            assert ends[planned.update_id] == at - clock.now()
            left = timedelta(seconds=640)
            row = await s.stage.one(Update, id=before.update_id)
            assert row.expires_at - clock.now() == left
            (delivery,) = await s.stage.rows(Delivery, update_id=before.update_id)
            assert delivery.expires_at - clock.now() == left
            assert len([one for one in s.positions if one.topic_id.endswith(":desk")]) == 4
            clock.advance(39.0)
            clock.jump(300.0)
            await s.engine._scan()
            assert await s.engine.release.release_due() == 0
            clock.advance(1.0)
            assert await s.engine.release.release_due() == 1
            assert (await s.stage.one(Update, id=before.update_id)).state == "released"

    async def test_G8_a_clock_put_forward_forgets_no_grant(self, database: Database) -> None:
        """The platform counts them for as long as ever: an hour's step must not let a second window's worth out."""
        clock = ManualClock(NOW)
        book = await self.book(database, clock)
        assert await self.take(database, book, 5) == (3, pytest.approx(900.0, abs=1e-3))
        clock.jump(HOUR_S)
        assert await self.take(database, book, 1) == (0, pytest.approx(900.0, abs=1e-3))
        assert book.wait_s("c", clock.now(), urgent=False)[0] == pytest.approx(900.0, abs=1e-3)
        assert book.limiter("c").wait_s(1, clock.now().timestamp()) == pytest.approx(900.0, abs=1e-3)
        clock.advance(901.0)
        assert (await self.take(database, book, 5))[0] == 3

    async def test_G8_a_clock_put_back_keeps_nothing_for_longer(self, database: Database) -> None:
        """A hold of ten minutes is over after ten minutes, and grants count for their window, not for a day."""
        clock = ManualClock(NOW)
        book = await self.book(database, clock)
        assert (await self.take(database, book, 2))[0] == 2
        await book.observe("c", (), clock.now(), clock.now() + timedelta(minutes=10))
        clock.jump(-24 * HOUR_S)
        assert book.wait_s("c", clock.now(), urgent=False) == (pytest.approx(600.0, abs=1e-3), True)
        clock.advance(601.0)
        assert (await self.take(database, book, 5))[0] == 1
        clock.advance(300.0)
        assert (await self.take(database, book, 5))[0] == 2

    async def test_G8_what_a_fast_clock_wrote_is_over_in_time_after_a_restart(
        self, database: Database
    ) -> None:
        """Its rows are from tomorrow; the process that reads them goes by the right day."""
        fast = ManualClock(NOW + timedelta(hours=24))
        book = await self.book(database, fast)
        assert (await self.take(database, book, 3))[0] == 3
        assert await book.observe("c", (), fast.now(), fast.now() + timedelta(minutes=10))
        await database.write(lambda session: book.store_learned(session, "c", fast.now()))
        clock = ManualClock(NOW)
        book = await self.book(database, clock)
        assert (await self.take(database, book, 1))[0] == 0
        clock.advance(HOUR_S + 1.0)
        assert (await self.take(database, book, 5))[0] == 3

    async def test_G8_what_was_learned_is_stored_by_the_wall_clock(self, database: Database) -> None:
        """A step between the start and the answer moves no row: a restart finds the hold and the grants as they are."""
        clock = ManualClock(NOW)
        book = await self.book(database, clock)
        clock.jump(HOUR_S)
        assert (await self.take(database, book, 3))[0] == 3
        await book.observe("c", (), clock.now(), clock.now() + timedelta(minutes=10))
        await database.write(lambda session: book.store_learned(session, "c", clock.now()))
        again = await self.book(database, clock)
        assert again.wait_s("c", clock.now(), urgent=False) == (pytest.approx(900.5, abs=1e-3), True)
        clock.advance(601.0)
        assert again.wait_s("c", clock.now(), urgent=False) == (pytest.approx(299.5, abs=1e-3), False)
