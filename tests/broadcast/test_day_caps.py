"""Windows too large for a log, such as a brand's day of SMS; and settings that no limit can have."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import ValidationError
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from app.broadcast.limit_book import LimitBook
from app.broadcast.limit_keeper import DatabaseLedger
from app.broadcast.limits import Limiter, Window
from app.broadcast.plan import Batch, forecast
from app.broadcast.settings import EngineSettings, windows_of
from app.channels.x_settings import XSettings
from app.clock import ManualClock
from app.db import Database
from app.ids import new_id
from app.models import Channel, DeliveryState, LimitGrant
from tests.broadcast.house import NOW, sqlite_url
from tests.broadcast.running import show

CAP = 200_000
TWILIO = {
    "account_sid": "AC" + "0" * 32,
    "from_number": "+15005550006",
    "segments_per_s": 100,
    "segments_per_day": CAP,
}


def of_day(settings: EngineSettings | None = None) -> Limiter:
    return Limiter(windows_of("twilio", TWILIO, settings or EngineSettings()))


class TestADaysCap:
    def test_P01_a_list_goes_at_its_senders_pace_and_not_at_the_days(self) -> None:
        """100 a second under a cap of 200,000 a day: a minute takes 6,000, and 40,000 are left at once for emergencies."""
        limiter = of_day()
        assert len(limiter.schedule(1, 1e9, most=10_000, within_s=60.0)) == pytest.approx(6_000, abs=2)
        limiter.run(1, 76_000, 1e9 + 800.0)
        assert limiter.wait_s(1, 1e9 + 900.0) > 0.5
        assert limiter.wait_s(1, 1e9 + 900.0, urgent=True) == 0.0

    def test_G8_the_cap_holds_in_every_day(self) -> None:
        """Whatever asks without end, in any 24 hours no more than the cap."""
        limiter = Limiter([w for w in of_day().windows if w.name == "brand:24h"])
        taken: list[tuple[float, int]] = []
        now, units = 1e9, 500
        while now < 1e9 + 3 * 86_400.0:
            now += limiter.wait_s(units, now, urgent=True)
            assert limiter.take(units, now, urgent=True)
            taken.append((now, units))
        first = used = most = 0
        for at, n in taken:
            used += n
            while taken[first][0] <= at - 86_400.0:
                used -= taken[first][1]
                first += 1
            most = max(most, used)
        assert 0.99 * CAP <= most <= CAP

    async def test_G8_a_restart_forgets_nothing_of_a_day(self, database: Database) -> None:
        """What was charged to a day is written down, and read again."""
        clock = ManualClock(NOW)
        windows = [Window("brand:24h", 20_000, 86_400.0, pace=True, burst=10_000)]

        async def work(session: AsyncSession) -> None:
            grants, _, _ = await book.take("c", 1_000, session=session, n=7, urgent=False, late_s=0.0)
            assert len(grants) == 7
            await book.store_grants(session, "c", grants)

        book = LimitBook(new_id, clock)
        await book.load(database, "c", windows, clock.now())
        await database.write(work)
        before = book.wait_s("c", clock.now(), urgent=False, units=1_500)
        book = LimitBook(new_id, clock)
        await book.load(database, "c", windows, clock.now() + timedelta(seconds=1))
        assert before[0] > 0
        assert book.wait_s("c", clock.now(), urgent=False, units=1_500) == (
            pytest.approx(before[0], abs=0.01),
            False,
        )

    def test_N8_a_list_under_a_days_cap_is_forecast_to_its_end(self) -> None:
        """70,000 people go in 700 s; of 150,000 half wait for the day; 100,000 steps are not taken one by one."""
        assert forecast(of_day(), [Batch(70_000)], 1e9).last_s == pytest.approx(700.0, rel=0.02)
        told = forecast(of_day(), [Batch(150_000)], 1e9)
        assert (told.late, told.soon) == (0, pytest.approx(6_000, abs=5))
        assert told.last_s == pytest.approx((150_000 - 80_000) * 86_400 / 100_001, rel=0.02)

    def test_N8_runs_of_many_give_what_single_steps_give(self) -> None:
        """Beside a pace, a minute's log or a day that may go in bursts: the last start within 10 % of stepping."""
        dice = random.Random(11)
        for _ in range(30):
            beside = dice.choice(
                [
                    Window("minute", dice.randint(40, 300), 60.0),
                    Window("day", 12_000, dice.uniform(600.0, 9_000.0), pace=True, burst=6_000),
                ]
            )
            limiter = Limiter([Window("sender:1s", dice.randint(2, 20), 1.0, pace=True), beside])
            sends, urgent = dice.randint(10, 900), dice.random() < 0.5
            told = forecast(limiter, [Batch(sends, urgent=urgent)], 0.0)
            stepped, now = limiter.copy(), 0.0
            for _ in range(sends):
                now += stepped.wait_s(1, now, urgent=urgent)
                assert stepped.take(1, now, urgent=urgent)
            assert told.last_s == pytest.approx(now, rel=0.1, abs=1.0), (beside, limiter.windows, sends)


class TestSums:
    async def test_G8_a_day_is_added_up_from_its_grants(self, database: Database) -> None:
        """No grant of the day is missing, none of another, and each sum counts from the latest that it holds."""
        clock, dice = ManualClock(NOW), random.Random(5)
        now = NOW.timestamp()
        aged = sorted((dice.uniform(0.0, 100_000.0), dice.randint(1, 4)) for _ in range(400))
        rows = [(now - age, units) for age, units in reversed(aged)]

        async def work(session: AsyncSession) -> list[tuple[float, int]]:
            for at, units in rows:
                session.add(LimitGrant(id=new_id(), key="k", at=datetime.fromtimestamp(at, UTC), units=units))
            session.add(LimitGrant(id=new_id(), key="other", at=NOW, units=1_000))
            await session.flush()
            return list(await ledger.charged(session, now, 86_400.0))

        ledger = DatabaseLedger(database, "k", 0.0, clock.now)
        sums = await database.write(work)
        mine = [(at, units) for at, units in rows if at > now - 86_400.0]
        assert sum(units for _, units in sums) == sum(units for _, units in mine)
        assert [at for at, _ in sums] == sorted(at for at, _ in sums)
        for at, _ in sums:
            until = sum(units for was, units in sums if was <= at)
            assert until == sum(units for was, units in mine if was <= at + 1e-3)
        assert len(sums) < len(mine)


class TestNoLimit:
    @pytest.mark.parametrize(
        ("limit", "per_s"), [(0, 900.0), (-1, 900.0), (10, 0.0), (10, -5.0), (10, 1e300)]
    )
    def test_what_no_limit_can_be_is_refused_where_it_is_set(self, limit: int, per_s: float) -> None:
        """Accepted, it would stop the dispatcher at its next look."""
        window = {"name": "user:15min", "limit": limit, "per_s": per_s, "scope": "user"}
        with pytest.raises(ValidationError):
            XSettings.model_validate({"username": "a", "user_id": "1", "windows": [window]})

    async def test_G3_one_channel_whose_settings_are_none_stops_no_other(self, tmp_path: Path) -> None:
        """Two of three channels cannot be read: the third sends."""
        async with show(
            sqlite_url(tmp_path),
            channels=("x", "facebook", "twilio"),
            settings=EngineSettings(drain_s=2.0),
            start=False,
        ) as s:
            good = {"page_id": "1", "app_id": "2"}

            async def work(session: AsyncSession) -> None:
                await session.execute(update(Channel).values(settings={"windows": [{"limit": 0}]}))
                mine = update(Channel).where(col(Channel.id) == s.stage.channels["facebook"])
                await session.execute(mine.values(settings=good))

            await s.stage.database.write(work)
            await s.engine.start()
            await s.publish(to=("facebook",))
            await s.stage.until(lambda rows: all(row.state == DeliveryState.SENT for row in rows))
            assert len(s.platforms["facebook"].calls) == 1
