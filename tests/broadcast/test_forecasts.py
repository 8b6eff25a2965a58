"""What is promised before sending is what then happens on the simulators; and what it costs."""

from __future__ import annotations

import asyncio
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest

from app.broadcast.forecasts import Asked, Cost, cost
from app.broadcast.intents import PlannedDelivery
from app.broadcast.settings import EngineSettings
from app.channels.base import LimitWindow
from app.models import Channel, Delivery
from tests.broadcast.against_simulators import sending
from tests.broadcast.house import NOW, sqlite_url
from tests.broadcast.running import Show, show

X = {"username": "valdora", "user_id": "17"}
SMS = {"account_sid": "AC51a1510000000000000000000000d411", "from_number": "55501"}


def window(limit: int, per_s: float) -> list[dict[str, object]]:
    made = LimitWindow("account", limit, per_s, "account")
    return [{"name": made.name, "limit": made.limit, "per_s": made.per_s, "scope": made.scope}]


class TestAgainstSimulators:
    @pytest.mark.timed
    async def test_N8_a_window_limit_ends_when_the_forecast_said(self, tmp_path: Path) -> None:
        """13 posts through 4 in 1.5 s on simulated X: the last is out within 10 % of what was told before."""
        async with sending(sqlite_url(tmp_path), "x", {"windows": window(5, 1.5)}) as s:
            asked = Asked(s.channel_id, [f"Step {n} is done." for n in range(13)])
            told = (await s.engine.forecasts.of_update([asked], rank=2, delay_s=0.0, expires_in_s=600.0))[
                0
            ].forecast
            began = datetime.now().astimezone()
            for text in asked.parts:
                await s.publish(text)
            await s.stage.until(lambda rows: all(row.state == "sent" for row in rows))
            out_at = [datetime.fromisoformat(entry.at) for entry in s.platform.published()]
            took_s = (max(out_at) - began).total_seconds()
            assert told.last_s == pytest.approx(4.5, abs=0.01)
            assert abs(took_s - told.last_s) <= 0.1 * told.last_s, (
                f"told {told.last_s:.2f}, took {took_s:.2f}"
            )

    @pytest.mark.timed
    async def test_N8_a_paced_list_ends_when_the_forecast_said_and_while_it_runs(
        self, tmp_path: Path
    ) -> None:
        """160 people at 40 segments a second on simulated Twilio: within 10 % before, and asked again half-way."""
        async with sending(sqlite_url(tmp_path), "twilio", {"segments_per_s": 40}) as s:
            audience = await s.stage.add_audience(160)
            asked = Asked(s.channel_id, ["Stay inside."], people=160)
            (plan,) = await s.engine.forecasts.of_update([asked], rank=2, delay_s=0.0, expires_in_s=600.0)
            planned = PlannedDelivery(s.channel_id, ("Stay inside.",), audience_id=audience)
            began = datetime.now().astimezone()
            await s.publish("Stay inside.", deliveries=(planned,))
            async with asyncio.timeout(20):
                while len(s.platform.published()) < 80:
                    await asyncio.sleep(0.02)
            (running,) = await s.engine.forecasts.of_event(s.stage.event_id)
            asked_at = datetime.now().astimezone()
            await s.stage.until(lambda rows: all(row.state in ("sent", "delivered") for row in rows))
            last = max(datetime.fromisoformat(entry.at) for entry in s.platform.published())
            took_s, then_s = (last - began).total_seconds(), (last - asked_at).total_seconds()
            assert plan.units_per_s == 40
            assert abs(took_s - plan.forecast.last_s) <= 0.1 * took_s, (took_s, plan.forecast)
            # Half-way what is in flight already counts as gone, up to a quarter of a second of it.
            assert abs(then_s - running.forecast.last_s) <= 0.1 * took_s, (then_s, running.forecast)

    async def test_what_waits_already_goes_first_and_a_higher_class_does_not_wait_for_it(
        self, tmp_path: Path
    ) -> None:
        """The queue is part of the forecast, by class."""
        async with sending(sqlite_url(tmp_path), "x", {"windows": window(5, 60.0)}) as s:
            for n in range(6):
                await s.publish(f"Step {n} is done.")
            await s.stage.until(lambda rows: sum(row.state == "sent" for row in rows) == 4)
            asked = [Asked(s.channel_id, ["And one more."])]
            normal = await s.engine.forecasts.of_update(asked, rank=2, delay_s=0.0, expires_in_s=600.0)
            urgent = await s.engine.forecasts.of_update(asked, rank=1, delay_s=0.0, expires_in_s=600.0)
            assert normal[0].ahead == 2
            assert 50 < normal[0].forecast.first_s <= 61
            assert (urgent[0].ahead, urgent[0].forecast.first_s) == (0, 0.0)

    async def test_what_would_be_too_old_before_its_turn_is_said_before_it_happens(
        self, tmp_path: Path
    ) -> None:
        """Ten posts through four a minute that must be out within 90 s: eight go, four of them late, two never."""
        async with sending(sqlite_url(tmp_path), "x", {"windows": window(5, 60.0)}) as s:
            asked = [Asked(s.channel_id, [f"Part {n}" for n in range(10)])]
            plan = await s.engine.forecasts.of_update(asked, rank=2, delay_s=5.0, expires_in_s=90.0)
            told = plan[0].forecast
            assert (told.first_s, told.last_s, told.late) == (pytest.approx(5.0, abs=0.1), float("inf"), 2)

    async def test_what_counts_down_is_in_the_queue_from_its_release(self, tmp_path: Path) -> None:
        """The board is told about it before it is out, and never earlier than its release."""
        async with sending(sqlite_url(tmp_path), "x", {"windows": window(5, 60.0)}) as s:
            await s.publish("Soon.", delay_s=30.0)
            (row,) = await s.stage.rows(Delivery)
            (plan,) = await s.engine.forecasts.of_event(s.stage.event_id)
            assert plan.delivery_id == row.id
            assert 28 < plan.forecast.first_s <= 30


GATEWAY = {"host": "127.0.0.1", "system_id": "tocsin", "source": "55501", "tls": False}


class TestSecondProvider:
    async def carried(self, s: Show, by: str) -> None:
        async with s.stage.database.transaction() as session:
            first = await session.get(Channel, s.stage.channels["twilio"])
            first.second_id, first.carried_by = s.stage.channels["smpp"], by

    async def test_N8_N18_F32_while_the_second_provider_carries_its_pace_and_its_price_count(
        self, tmp_path: Path
    ) -> None:
        """100 people at ten a second by the first, at two by the second; a single number stays with the first."""
        async with show(sqlite_url(tmp_path), channels=(), settings=EngineSettings(), start=False) as s:
            first = {**SMS, "segments_per_s": 10, "price_per_segment": "0.01"}
            await s.stage.add_channel("twilio", first)
            await s.stage.add_channel(
                "smpp", {**GATEWAY, "segments_per_s": 2, "price_per_segment": "0.05", "currency": "EUR"}
            )
            told = {}
            for by in ("", "SMPP", ""):
                await self.carried(s, by)
                asked = [Asked(s.stage.channels["twilio"], ["Stay inside."], people=n) for n in (100, None)]
                told[by] = await s.engine.forecasts.of_update(asked, rank=2, delay_s=0.0, expires_in_s=600.0)
            by_first, number = told[""]
            assert (by_first.units_per_s, by_first.cost) == (10, Cost("priced", Decimal("1.00"), "USD"))
            assert by_first.forecast.last_s == pytest.approx(9.9, abs=0.2)
            by_second, still = told["SMPP"]
            assert (by_second.units_per_s, by_second.cost) == (2, Cost("priced", Decimal("5.00"), "EUR"))
            assert by_second.forecast.last_s == pytest.approx(49.5, abs=0.6)
            assert (still.units_per_s, still.cost) == (number.units_per_s, number.cost) == (10, number.cost)

    async def test_N8_F32_lists_that_are_carried_wait_in_the_second_providers_queue(
        self, tmp_path: Path
    ) -> None:
        """The board counts with it too, and a list of the second's own waits behind them."""
        async with show(sqlite_url(tmp_path), channels=(), settings=EngineSettings(), start=False) as s:
            await s.stage.add_channel("twilio", {**SMS, "segments_per_s": 10})
            await s.stage.add_channel("smpp", {**GATEWAY, "segments_per_s": 2})
            audience = await s.stage.add_audience(20)
            planned = PlannedDelivery(s.stage.channels["twilio"], ("Stay inside.",), audience_id=audience)
            await s.publish("Stay inside.", deliveries=(planned,))
            own = [Asked(s.stage.channels["smpp"], ["Stay inside."], people=10)]
            seen = []
            for by in ("", "SMPP"):
                await self.carried(s, by)
                (waits,) = await s.engine.forecasts.of_event(s.stage.event_id)
                (plan,) = await s.engine.forecasts.of_update(own, rank=2, delay_s=0.0, expires_in_s=600.0)
                seen.append((round(waits.forecast.last_s), plan.ahead, round(plan.forecast.first_s)))
            assert seen == [(2, 0, 0), (10, 20, 10)]

    async def test_N8_F32_a_list_that_nobody_signed_the_second_provider_for_waits_with_the_first(
        self, tmp_path: Path
    ) -> None:
        """Its pace, its price and its place in the queue stay those of the first; nobody behind it is told longer."""
        async with show(sqlite_url(tmp_path), channels=(), settings=EngineSettings(), start=False) as s:
            await s.stage.add_channel("twilio", {**SMS, "segments_per_s": 10})
            await s.stage.add_channel("smpp", {**GATEWAY, "segments_per_s": 2})
            audience = await s.stage.add_audience(20)
            planned = PlannedDelivery(s.stage.channels["twilio"], ("Stay inside.",), audience_id=audience)
            await s.publish("Stay inside.", deliveries=(planned,))
            asked = [
                Asked(s.stage.channels["smpp"], ["Stay inside."], people=10),
                Asked(s.stage.channels["twilio"], ["Stay inside."], people=10),
            ]
            await self.carried(s, "SMPP")
            seen = []
            for not_by in ((), (s.stage.channels["smpp"],)):
                s.gate.not_by = set(not_by)
                (waits,) = await s.engine.forecasts.of_event(s.stage.event_id)
                own, next_list = await s.engine.forecasts.of_update(
                    asked, rank=2, delay_s=0.0, expires_in_s=600.0, event_id=s.stage.event_id
                )
                seen.append((round(waits.forecast.last_s), own.ahead, next_list.units_per_s, next_list.ahead))
            assert seen == [(10, 20, 2, 20), (2, 0, 10, 20)]


class TestCost:
    async def test_N18_the_estimate_equals_the_simulators_invoice(self, tmp_path: Path) -> None:
        """Two segments to 20 people at Twilio's price: what its own messages then say they cost."""
        text = "Please stay inside until we tell you more. " * 5
        price = {"segments_per_s": 100, "price_per_segment": "0.0079"}
        async with sending(sqlite_url(tmp_path), "twilio", price) as s:
            audience = await s.stage.add_audience(20)
            asked = Asked(s.channel_id, [text], people=20)
            (told,) = await s.engine.forecasts.of_update([asked], rank=2, delay_s=0.0, expires_in_s=600.0)
            await s.publish(text, deliveries=(PlannedDelivery(s.channel_id, (text,), audience_id=audience),))
            await s.stage.until(lambda rows: all(row.state == "sent" for row in rows))
            account = s.platform.app.platforms["twilio"].account  # type: ignore[attr-defined]
            billed = [message.segments for message in account.messages.values()]
            invoice = sum(billed) * Decimal(str(account.rules.price_per_segment))
            assert told.units == sum(billed) == 40
            assert (told.cost.amount, told.cost.currency) == (invoice, "USD")

    def channel(self, adapter: str, **settings: object) -> Channel:
        return Channel(
            id="c", adapter=adapter, name="C", settings=settings, credentials_enc=b"", created_at=NOW
        )

    def test_N18_a_link_costs_its_surcharge_for_each_post_that_has_one(self) -> None:
        """A bare domain is a link too, as X counts."""
        x = self.channel("x", **X, price_per_post="0.01", link_surcharge="0.19")
        asked = Asked("c", ["No link.", "See valdora.org/now", "https://a.org and https://b.org"])
        assert cost(x, asked, 1) == Cost("priced", Decimal("0.41"), "USD")

    @pytest.mark.parametrize(
        ("adapter", "settings", "said"),
        [
            ("x", X, "unpriced"),
            ("twilio", SMS, "unpriced"),
            ("facebook", {"page_id": "1", "app_id": "2"}, "free"),
        ],
    )
    def test_without_a_price_nothing_is_guessed(
        self, adapter: str, settings: dict[str, object], said: str
    ) -> None:
        """No constant of ours stands in for a price that nobody has set."""
        assert cost(self.channel(adapter, **settings), Asked("c", ["One."]), 1) == Cost(said)

    def test_a_gateway_of_ones_own_has_a_price_too(self) -> None:
        """SMPP counts segments times people, in the currency of its contract."""
        smpp = {"host": "127.0.0.1", "tls": False, "system_id": "v", "source": "55501"}
        ours = self.channel("smpp", **smpp, price_per_segment="0.04", currency="EUR")
        assert cost(ours, Asked("c", ["Long text."], people=250), 2) == Cost(
            "priced", Decimal("20.00"), "EUR"
        )
