"""A platform that does not answer is left alone, one that is slow is not, and nothing is ever doubled by it."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import update

from app.broadcast.breaker import Breaker, BreakerRules, RetryBudget, Sign, State, sign_of
from app.broadcast.intents import PlannedDelivery
from app.broadcast.limits import Window
from app.broadcast.settings import EngineSettings
from app.channels.base import Receipt
from app.errors import (
    ContentRejected,
    CredentialsRejected,
    OutcomeUnknown,
    RateLimited,
    RecipientRejected,
    StartRefused,
    Unavailable,
)
from app.models import Channel, RecipientDelivery
from tests.broadcast.house import sqlite_url
from tests.broadcast.running import FREE, show

RULES = BreakerRules(rest_s=0.3, most_rest_s=0.6)
EVENTS = st.lists(
    st.tuples(st.sampled_from(["ask", "ask urgent", "answer", "fail", "nothing"]), st.floats(0.0, 20.0)),
    max_size=80,
)


class TestBreaker:
    @given(EVENTS)
    def test_it_lets_one_probe_at_a_time_and_opens_on_failures_alone(
        self, events: list[tuple[str, float]]
    ) -> None:
        """Whatever comes in whatever order: at most one probe under way, a rest kept, closed again by any answer."""
        rules = BreakerRules()
        breaker, now, running = Breaker(rules), 0.0, []
        last_failed_at = -1e9
        for word, after_s in events:
            now += after_s
            if word.startswith("ask"):
                urgent = word.endswith("urgent")
                if breaker.wait_s(now, urgent=urgent) > 0:
                    continue
                assert sum(running) == 0 or breaker.state is State.CLOSED
                if breaker.state is not State.CLOSED:
                    least_s = rules.urgent_rest_s if urgent else rules.rest_s
                    assert now - last_failed_at >= least_s or last_failed_at < 0 or sum(running) == 0
                running.append(breaker.begin(now))
            elif running:
                probe = running.pop(0)
                was = breaker.state
                sign = {"answer": Sign.ANSWERED, "fail": Sign.FAILED, "nothing": Sign.NOTHING}[word]
                breaker.heard(sign, now, probe=probe)
                if sign is Sign.FAILED:
                    last_failed_at = now
                    assert breaker.state is not State.CLOSED or breaker.failures < rules.in_a_row
                if sign is Sign.ANSWERED:
                    assert breaker.state is State.CLOSED
                if sign is Sign.NOTHING:
                    assert (was is State.CLOSED) == (breaker.state is State.CLOSED)
            assert sum(running) <= 1
            until = breaker.open_until
            assert until is None or until - now <= rules.most_rest_s

    @given(st.lists(st.floats(0.0, 600.0), min_size=20, max_size=60))
    def test_F33_a_platform_that_is_only_slow_changes_nothing(self, answers_after_s: list[float]) -> None:
        """Answers after any time at all: never opened, so nothing flaps."""
        breaker, now = Breaker(), 0.0
        for after_s in answers_after_s:
            assert breaker.wait_s(now) == 0.0
            breaker.heard(Sign.ANSWERED, now := now + after_s, probe=breaker.begin(now))
        assert breaker.changes == 0

    def test_rests_double_up_to_their_longest_and_an_emergency_may_force_a_probe(self) -> None:
        """2, 4, 8 … 30 s; urgent after one second, and not while a probe is under way."""
        breaker, now, rests = Breaker(), 0.0, []
        for _ in range(5):
            breaker.heard(Sign.FAILED, now)
        for _ in range(6):
            rests.append(breaker.wait_s(now))
            assert breaker.wait_s(now, urgent=True) == pytest.approx(1.0)
            now += rests[-1]
            assert breaker.begin(now)
            assert breaker.wait_s(now, urgent=True) == float("inf")
            breaker.heard(Sign.FAILED, now, probe=True)
        assert rests == pytest.approx([2.0, 4.0, 8.0, 16.0, 30.0, 30.0])

    def test_half_of_many_attempts_open_it_too(self) -> None:
        """Every second one fails: five in a row never come, ten in 30 s do."""
        breaker = Breaker()
        for n in range(9):
            breaker.heard(Sign.FAILED if n % 2 else Sign.ANSWERED, n * 1.0)
        assert breaker.state is State.CLOSED
        breaker.heard(Sign.FAILED, 9.0)
        assert breaker.state is State.OPEN

    @pytest.mark.parametrize(
        ("result", "started", "sign"),
        [
            (Receipt("1"), True, Sign.ANSWERED),
            (RateLimited("too many", retry_after_s=1.0), True, Sign.ANSWERED),
            (ContentRejected("no"), True, Sign.ANSWERED),
            (RecipientRejected("no"), True, Sign.ANSWERED),
            (CredentialsRejected("no"), True, Sign.ANSWERED),
            (OutcomeUnknown("503"), True, Sign.FAILED),
            (Unavailable("refused"), False, Sign.FAILED),
            (TimeoutError(), True, Sign.FAILED),
            (ValueError(), True, Sign.FAILED),
            (ValueError(), False, Sign.NOTHING),
            (StartRefused(), False, Sign.NOTHING),
        ],
    )
    def test_what_an_attempt_says_about_the_platform(self, result: object, started: bool, sign: Sign) -> None:
        """A refusal is an answer; a silence is not."""
        assert sign_of(result, started=started) is sign


class TestBudget:
    @given(st.lists(st.tuples(st.booleans(), st.floats(0.0, 2.0)), max_size=200))
    def test_second_tries_are_a_tenth_of_the_first_or_three_a_second(
        self, tries: list[tuple[bool, float]]
    ) -> None:
        """In any second beyond three, only while they are fewer than a tenth of a minute's first ones; then a wait that ends."""
        budget, now = RetryBudget(), 0.0
        firsts: list[float] = []
        taken: list[float] = []
        for again, after_s in tries:
            now += after_s
            if not again:
                budget.first(now)
                firsts.append(now)
                continue
            if budget.left(now):
                budget.retry(now)
                minute = [at for at in taken if at > now - 60.0]
                second = [at for at in taken if at > now - 1.0]
                assert len(second) < 3 or len(minute) < 0.1 * sum(at > now - 60.0 for at in firsts)
                taken.append(now)
            else:
                wait_s = budget.wait_s(now)
                assert 0 < wait_s <= 1.0
                assert budget.wait_s(now + wait_s + 1e-6) == 0.0

    def test_several_second_tries_are_counted_as_so_many(self) -> None:
        """Three a second: two leave one, and one more leaves none until the second is over."""
        budget = RetryBudget()
        budget.retry(10.0, 2)
        assert (budget.left(10.0), budget.wait_s(10.0)) == (1, 0.0)
        budget.retry(10.2, 1)
        assert (budget.left(10.5), budget.left(11.1)) == (0, 2)


class TestInTheEngine:
    async def test_an_emergency_waits_for_no_budget_of_second_tries(self, tmp_path: Path) -> None:
        """Both first tries found nobody there and the budget is used up for a minute: the emergency goes, routine waits."""
        settings = EngineSettings(windows=FREE, drain_s=2.0)
        async with show(sqlite_url(tmp_path), channels=("x",), settings=settings) as s:
            platform = s.platforms["x"]
            right, platform.port = platform.port, 1
            s.engine.health.budget(s.stage.channels["x"]).retry(s.engine.fence.monotonic() + 60.0, 3)
            await s.publish("Stay inside.", priority="emergency")
            await s.publish("Step 1.")
            await s.stage.until(lambda rows: all(row.attempts for row in rows))
            platform.port = right
            rows = await s.stage.until(lambda rows: {"sent", "queued"} == {row.state for row in rows})
            assert [row.state for row in sorted(rows, key=lambda row: row.seq)] == ["sent", "queued"]
            rows = await s.stage.until(lambda rows: any(row.reason == "retry_budget" for row in rows))
            assert platform.texts == ["Stay inside."]

    async def test_second_tries_of_a_list_are_counted_when_they_are_permitted_and_not_before(
        self, tmp_path: Path
    ) -> None:
        """The limit lets two of ten go: the budget was asked for those two alone."""
        windows = {"twilio": (Window("sender:600s", 2, 600.0, reserve=0.0),)}
        settings = EngineSettings(windows=windows, drain_s=2.0)
        async with show(sqlite_url(tmp_path), channels=("twilio",), settings=settings, start=False) as s:
            channel_id = s.stage.channels["twilio"]
            audience = await s.stage.add_audience(10)
            planned = PlannedDelivery(channel_id, ("Stay inside.",), audience_id=audience)
            await s.publish("Stay inside.", deliveries=(planned,))
            await s.engine.release.release_due()
            await s.engine.release.expansion.expand_lists()
            async with s.stage.database.transaction() as session:
                await session.execute(update(RecipientDelivery).values(attempts=1))
            before = s.engine.fence.monotonic()
            await s.engine.start()
            async with asyncio.timeout(30):
                while len(s.platforms["twilio"].applied) < 2:
                    await asyncio.sleep(0.01)
            assert s.engine.health.budget(channel_id).left(before) == 1

    async def test_a_dead_platform_is_left_alone_says_so_and_comes_back_without_doubles(
        self, tmp_path: Path
    ) -> None:
        """503 after 503: the channel and what waits say why and until when, few probes go, then all is out once."""
        down = asyncio.Event()
        down.set()
        plan = lambda _n, _r: "503" if down.is_set() else "ok"  # noqa: E731
        settings = EngineSettings(windows=FREE, drain_s=2.0, breaker=RULES, hold_max_s=0.0)
        async with show(sqlite_url(tmp_path), {"x": plan}, channels=("x",), settings=settings) as s:
            for n in range(12):
                await s.publish(f"Step {n}.")
            async with asyncio.timeout(30):
                while (channel := await s.stage.one(Channel)).resting_until is None:
                    await asyncio.sleep(0.01)
            rows = await s.stage.until(lambda rows: any(row.reason == "resting" for row in rows))
            said = "X did not answer 5 times, so it is left alone until "
            assert channel.resting_why.startswith(said)
            assert all(row.why.startswith("X did not answer") for row in rows if row.reason == "resting")
            calls_then = len(s.platforms["x"].calls)
            await asyncio.sleep(1.0)
            # 0.3, 0.6, 0.6 s: at most four probes in a second, where ten deliveries would have tried again and again.
            assert len(s.platforms["x"].calls) - calls_then <= 4
            down.clear()
            await s.stage.until(lambda rows: all(row.state == "sent" for row in rows))
            assert sorted(s.platforms["x"].texts) == sorted(f"Step {n}." for n in range(12))
            (channel,) = await s.stage.rows(Channel)
            assert (channel.resting_until, channel.resting_why) == (None, "")

    async def test_what_may_have_landed_is_looked_for_and_never_sent_again_by_a_probe(
        self, tmp_path: Path
    ) -> None:
        """Every answer is lost although the post is out: found by looking, each once, the breaker open meanwhile."""
        lost = asyncio.Event()
        lost.set()
        plan = lambda _n, _r: "cut+applied" if lost.is_set() else "ok"  # noqa: E731
        settings = EngineSettings(windows=FREE, drain_s=2.0, breaker=RULES, hold_max_s=0.0)
        async with show(sqlite_url(tmp_path), {"x": plan}, channels=("x",), settings=settings) as s:
            for n in range(8):
                await s.publish(f"Step {n}.")
            async with asyncio.timeout(30):
                while s.engine.health.breaker(s.stage.channels["x"]).open_until is None:
                    await asyncio.sleep(0.01)
            lost.clear()
            await s.stage.until(lambda rows: all(row.state == "sent" for row in rows))
            assert sorted(s.platforms["x"].texts) == sorted(f"Step {n}." for n in range(8))
            assert len(s.platforms["x"].calls) == 8

    async def test_F33_answers_after_a_second_open_nothing(self, tmp_path: Path) -> None:
        """Sixteen slow answers side by side: all sent, no rest was ever begun."""
        settings = EngineSettings(windows=FREE, drain_s=2.0, breaker=RULES)
        async with show(sqlite_url(tmp_path), channels=("x",), settings=settings) as s:
            s.platforms["x"].slow_s = 0.5
            event_ids = [await s.stage.add_event() for _ in range(16)]
            for event_id in event_ids:
                await s.publish("Step.", event_id=event_id)
            await s.stage.until(lambda rows: all(row.state == "sent" for row in rows))
            assert s.engine.health.breaker(s.stage.channels["x"]).changes == 0
