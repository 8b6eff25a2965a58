"""The forecast is the limiter's own future."""

from __future__ import annotations

import random
from decimal import Decimal

from app.broadcast.limits import Limiter, Window
from app.broadcast.plan import Batch, forecast, post_cost, sms_cost


class TestForecast:
    def test_N8_the_forecast_is_what_then_happens(self) -> None:
        """Random windows and queues: the last start is where the dispatcher's own asking ends, within a second."""
        dice = random.Random(8)
        for _ in range(100):
            windows = [Window("a", dice.randint(2, 20), 60.0), Window("b", dice.randint(20, 60), 900.0)]
            limiter = Limiter(windows)
            for _ in range(dice.randint(0, 10)):
                limiter.take(1, dice.uniform(0, 50), urgent=True)
            sends = dice.randint(1, 40)
            told = forecast(limiter, [Batch(sends)], 60.0)
            now, done = 60.0, 0
            while done < sends:
                wait = limiter.wait_s(1, now)
                now += wait
                assert limiter.take(1, now)
                done += 1
            assert abs((now - 60.0) - told.last_s) <= 1.0

    def test_what_never_fits_is_said_before_it_happens(self) -> None:
        """400 posts do not fit into an hour of 80 in 15 minutes: 320 do, and asking charges nothing."""
        limiter = Limiter([Window("user:15min", 100, 900.0, reserve=0.2)])
        told = forecast(limiter, [Batch(400)], 0.0, within_s=3600.0)
        assert told.last_s == float("inf")
        assert told.fits == 4 * 80
        assert limiter.used("user:15min", 0.0) == 0

    def test_costs_are_segments_times_people_and_links_cost_more(self) -> None:
        """Sums of money are exact."""
        assert sms_cost(3000, 2, Decimal("0.0079")) == Decimal("47.4")
        assert post_cost(["a", "see https://x.test"], Decimal("0.01"), Decimal("0.20")) == Decimal("0.21")
