"""The forecast is the limiter's own future."""

from __future__ import annotations

import random
from decimal import Decimal

import pytest

from app.broadcast.limits import Limiter, Window
from app.broadcast.plan import Batch, forecast, forecasts, post_cost, sms_cost


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

    def test_a_list_of_a_hundred_thousand_is_forecast_like_one_of_a_hundred(self) -> None:
        """Jumping over a constant distance gives what stepping gives, for every expiry."""
        dice = random.Random(9)
        for _ in range(50):
            limiter = Limiter([Window("sender:1s", dice.randint(1, 90), 1.0, pace=True)])
            units, sends = dice.randint(1, 4), dice.randint(1, 400)
            until = dice.choice([float("inf"), dice.uniform(0.0, 20.0)])
            told = forecasts(limiter, [Batch(sends, units, until=until), Batch(1)], 0.0)
            stepped, now, starts = limiter.copy(), 0.0, []
            for _ in range(sends):
                at = now + stepped.wait_s(units, now)
                if at > until:
                    break
                stepped.take(units, at)
                starts.append(at)
                now = at
            then = now + stepped.wait_s(1, now)
            assert abs(told[0].late - (sends - len(starts))) <= 1  # a start on the very instant of the expiry
            assert abs(told[0].soon - sum(at <= 60.0 for at in starts)) <= 1
            assert told[1].first_s == pytest.approx(then, abs=0.2)

    def test_a_batch_waits_for_its_release_and_what_never_starts_keeps_nobody_waiting(self) -> None:
        """The second is released at 10 s; the first would be too old at its turn, so it takes no place."""
        limiter = Limiter([Window("a", 1, 100.0, reserve=0.0)])
        assert limiter.take(1, 0.0)
        told = forecasts(limiter, [Batch(1, until=50.0), Batch(1, not_before=10.0, until=500.0)], 0.0)
        assert (told[0].late, told[0].first_s) == (1, float("inf"))
        assert told[1].first_s == pytest.approx(100.0, abs=0.01)

    def test_costs_are_segments_times_people_and_links_cost_more(self) -> None:
        """Sums of money are exact."""
        assert sms_cost(3000, 2, Decimal("0.0079")) == Decimal("47.4")
        assert post_cost(["a", "see https://x.org"], Decimal("0.01"), Decimal("0.19")) == Decimal("0.21")
