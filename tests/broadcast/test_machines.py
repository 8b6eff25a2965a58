"""The pure machines of delivery, driven through many random histories."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from app.broadcast.fence import Fence, Start, scopes_of
from app.broadcast.lifecycle import FINAL, MOVES, IllegalMove, can_move, is_settled, move, sum_up
from app.broadcast.limits import Limiter, Window
from app.broadcast.retry import GiveUp, Pause, Reconcile, RetryIn, RetryRules, decide
from app.broadcast.settings import EngineSettings, windows_of
from app.broadcast.settle import PREFER_DUPLICATE_ONCE, Change, Standing, after_attempt, after_look
from app.broadcast.words import REASONS, sentence
from app.channels.base import Absent, Found, Receipt, Unclear
from app.channels.facebook_errors import read_usage
from app.errors import (
    ContentRejected,
    CredentialsRejected,
    DuplicateRefused,
    LimitObservation,
    OutcomeUnknown,
    RateLimited,
    RecipientRejected,
    StartRefused,
    Unavailable,
)
from app.models import DeliveryState

NOW = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
RULES = RetryRules()
ERRORS = [
    Unavailable("down"),
    RateLimited("wait", retry_after_s=5.0),
    OutcomeUnknown("silence"),
    ContentRejected("no"),
    DuplicateRefused("again"),
    RecipientRejected("no number"),
    RecipientRejected("stop", opted_out=True),
    CredentialsRejected("token"),
    StartRefused("late"),
    TimeoutError(),
    KeyError("ours"),
]


class TestLifecycle:
    def test_what_is_final_only_a_receipt_can_change(self) -> None:
        """From every final state but `sent` no move leads away; from `sent` only to what a receipt says."""
        for state in FINAL - {DeliveryState.SENT}:
            assert MOVES[state] == frozenset()
        assert MOVES[DeliveryState.SENT] == {DeliveryState.DELIVERED, DeliveryState.REJECTED}

    def test_sent_and_delivered_are_never_overwritten_by_less(self) -> None:
        """Nothing leads from out to waiting, unknown, held, expired or withdrawn."""
        for state in DeliveryState:
            if state not in (DeliveryState.DELIVERED, DeliveryState.REJECTED):
                with pytest.raises(IllegalMove):
                    move(DeliveryState.SENT, state)

    @given(st.lists(st.sampled_from(list(DeliveryState)), max_size=30))
    def test_no_walk_leaves_a_settled_state_but_by_a_person_or_a_receipt(
        self, wanted: list[DeliveryState]
    ) -> None:
        """Once settled, a delivery waits again only from `held`."""
        state = DeliveryState.QUEUED
        for target in wanted:
            if can_move(state, target):
                if is_settled(state) and not is_settled(target):
                    assert state == DeliveryState.HELD
                state = move(state, target)

    def test_a_list_is_sending_while_anybody_waits(self) -> None:
        """The sum of many people's states never calls itself done too early."""
        assert sum_up({"sent": 99, "queued": 1}) == DeliveryState.SENDING
        assert sum_up({"sent": 99, "unknown": 1, "people": 100}) == DeliveryState.SENDING
        assert sum_up({"sent": 98, "held": 1, "rejected": 1}) == DeliveryState.HELD
        assert sum_up({"delivered": 3, "rejected": 1}) == DeliveryState.DELIVERED
        assert sum_up({"rejected": 2}) == DeliveryState.REJECTED
        assert sum_up({}) == DeliveryState.WITHDRAWN


class TestDecide:
    @given(
        st.sampled_from(ERRORS),
        st.booleans(),
        st.integers(1, 40),
        st.booleans(),
        st.booleans(),
        st.floats(0, 0.999),
    )
    def test_G4_nothing_that_may_have_left_is_sent_again_unlooked(
        self, error: Exception, started: bool, attempts: int, before: bool, crisis: bool, dice: float
    ) -> None:
        """A retry follows only from a proof that nothing left, or that the platform did not process it."""
        decision = decide(
            error,
            started=started,
            attempts=attempts,
            ambiguous_before=before,
            crisis=crisis,
            rules=RULES,
            random=lambda: dice,
        )
        if isinstance(decision, RetryIn):
            assert isinstance(error, Unavailable | RateLimited | StartRefused) or not started
            assert 0 <= decision.delay_s <= RULES.max_wait_s + 1
        if isinstance(error, OutcomeUnknown) or (isinstance(error, TimeoutError | KeyError) and started):
            assert isinstance(decision, Reconcile)

    def test_F30_a_duplicate_refusal_is_evidence_after_an_ambiguous_try(self) -> None:
        """Otherwise it is a real repeat."""
        common = {"started": True, "attempts": 2, "crisis": False, "rules": RULES, "random": lambda: 0.5}
        assert isinstance(decide(DuplicateRefused("d"), ambiguous_before=True, **common), Reconcile)  # type: ignore[arg-type]
        assert isinstance(decide(DuplicateRefused("d"), ambiguous_before=False, **common), GiveUp)  # type: ignore[arg-type]

    def test_F34_poison_is_given_up_after_three_failures(self) -> None:
        """An error of our own making does not block its lane for ever."""
        decisions = [
            decide(
                KeyError("ours"),
                started=False,
                attempts=n,
                ambiguous_before=False,
                crisis=False,
                rules=RULES,
                random=lambda: 0.5,
            )
            for n in (1, 2, 3)
        ]
        assert [type(d) for d in decisions] == [RetryIn, RetryIn, GiveUp]

    def test_F23_being_limited_costs_no_attempt_and_absurd_waits_are_capped(self) -> None:
        """A week's wait is asked about again within the hour; a past one waits only its jitter."""
        for asked, most in ((604_800.0, 3600.25), (-50.0, 0.25), (7.0, 7.25)):
            decision = decide(
                RateLimited("wait", retry_after_s=asked),
                started=True,
                attempts=1,
                ambiguous_before=False,
                crisis=False,
                rules=RULES,
                random=lambda: 0.99,
            )
            assert isinstance(decision, RetryIn)
            assert decision.delay_s <= most
            assert not decision.costs_attempt
            assert decision.hold_channel

    def test_G8_a_limit_of_another_kind_of_call_holds_only_what_met_it(self) -> None:
        """A full window of deletions makes the deletion wait, and nothing else of the channel."""
        decision = decide(
            RateLimited("wait", retry_after_s=600.0, holds_channel=False),
            started=True,
            attempts=1,
            ambiguous_before=False,
            crisis=False,
            rules=RULES,
            random=lambda: 0.0,
        )
        assert decision == RetryIn(600.0, "limited", costs_attempt=False, hold_channel=False)

    def test_refused_credentials_pause_the_channel(self) -> None:
        """The delivery is not to blame."""
        decision = decide(
            CredentialsRejected("x"),
            started=True,
            attempts=1,
            ambiguous_before=False,
            crisis=False,
            rules=RULES,
            random=lambda: 0.5,
        )
        assert isinstance(decision, Pause)


class TestWords:
    def test_every_reason_has_a_sentence_without_holes(self) -> None:
        """Whatever happens, the desk reads words."""
        for reason in REASONS - {""}:
            said = sentence(reason, channel="X", until=NOW, expires=NOW, zone=UTC)
            assert said.why
            assert "{" not in said.why + said.next_step

    def test_a_limit_is_told_as_the_design_words_it(self) -> None:
        """The channel and the time, in the desk's own zone."""
        said = sentence("limited", channel="X", until=NOW + timedelta(minutes=20), zone=UTC)
        assert said.why == "X asks us to wait until 15:20."


class TestLimiter:
    @settings(max_examples=300, deadline=None)
    @given(
        st.integers(1, 30),
        st.floats(0.5, 100.0),
        st.booleans(),
        st.integers(1, 30),
        st.lists(st.tuples(st.floats(0.0, 20.0), st.booleans()), max_size=200),
    )
    def test_Q01_no_sliding_window_ever_holds_more_than_its_limit(
        self, limit: int, per_s: float, pace: bool, burst: int, arrivals: list[tuple[float, bool]]
    ) -> None:
        """For random windows, bursts and arrivals, the most in any window is the limit."""
        window = Window("w", limit, per_s, pace=pace, burst=min(burst, limit))
        limiter = Limiter([window])
        now, taken = 1_000.0, []
        for gap, urgent in arrivals:
            now += gap * per_s / 40
            if limiter.take(1, now, urgent=urgent):
                taken.append(now)
        assert worst(taken, per_s) <= limit

    @settings(max_examples=200, deadline=None)
    @given(st.integers(2, 40), st.integers(1, 60), st.integers(0, 2**32))
    def test_Q01_several_windows_hold_together_with_refunds_and_restarts(
        self, small: int, more: int, seed: int
    ) -> None:
        """All or none is charged; giving back never lets more through; a restart forgets nothing."""
        dice = random.Random(seed)
        windows = [Window("a", small, 10.0), Window("b", small + more, 60.0)]
        limiter = Limiter(windows)
        now, counted = 0.0, []
        for _ in range(300):
            now += dice.expovariate(2.0)
            if limiter.take(1, now, urgent=dice.random() < 0.3):
                if dice.random() < 0.1:
                    limiter.give_back(1, now)
                else:
                    counted.append(now)
            if dice.random() < 0.01:
                fresh = Limiter(windows)
                fresh.restore([(w.name, at, 1) for at in counted for w in windows if at > now - w.per_s])
                limiter = fresh
        assert worst(counted, 10.0) <= small
        assert worst(counted, 60.0) <= small + more

    def test_Q01_a_limiter_that_takes_a_burst_of_the_whole_limit_is_caught(self) -> None:
        """The check has teeth: textbook GCRA, with spacing W/N and a burst of N, is found out."""
        n, per_s = 100, 900.0
        tat, now, taken = 0.0, 0.0, []
        while now < 2 * per_s:
            if max(tat, now) - now <= (n - 1) * per_s / n:
                tat = max(tat, now) + per_s / n
                taken.append(now)
            else:
                now += 0.5
        assert worst(taken, per_s) > n

    def test_the_reserve_is_for_the_top_classes(self) -> None:
        """Routine stops at its share; an emergency still goes at once."""
        limiter = Limiter([Window("w", 10, 60.0, reserve=0.2)])
        assert sum(limiter.take(1, 0.0) for _ in range(20)) == 8
        assert limiter.take(1, 0.0, urgent=True)
        assert limiter.take(1, 0.0, urgent=True)
        assert not limiter.take(1, 0.0, urgent=True)

    @pytest.mark.parametrize("header", ["x-app-usage", "x-page-usage", "x-business-use-case-usage"])
    def test_F24_a_page_that_uses_most_of_its_share_still_tells_emergencies(self, header: str) -> None:
        """At 80 % routine goes once a minute and the reserve is for the top classes; at 100 % nobody goes."""
        page = {"base_address": "https://graph.test", "page_id": "1", "app_id": "2"}
        limiter, now = Limiter(windows_of("facebook", page, EngineSettings())), 1e9

        def says(percent: int) -> None:
            used = {"call_count": percent, "total_time": 1, "total_cputime": 1}
            body = {"1": [{"type": "pages", **used}]} if "business" in header else used
            at = datetime.fromtimestamp(now, UTC)
            limiter.observe(read_usage({header: orjson.dumps(body).decode()}, "1", at), now)

        says(79)
        assert limiter.take(1, now)
        says(80)
        assert limiter.wait_s(1, now) == pytest.approx(60.0)
        assert limiter.take(1, now, urgent=True)
        now += 60.0
        assert limiter.take(1, now), "a crawl, not a stop"
        says(99)
        assert limiter.wait_s(1, now) == pytest.approx(60.0)
        assert limiter.take(1, now, urgent=True)
        says(100)
        assert limiter.wait_s(1, now, urgent=True) >= 60.0

    def test_F24_a_platform_without_any_countable_window_is_left_alone_for_a_minute(self) -> None:
        """There is no reserve to leave: what it says then holds everybody, and for no longer."""
        limiter = Limiter([Window("app:1h", 100, 1.0, pace=True)])
        limiter.observe([LimitObservation("app:1h", used_percent=90.0)], 1e9)
        assert limiter.wait_s(1, 1e9, urgent=True) == pytest.approx(60.0)

    def test_F24_what_was_lowered_is_whole_again_at_its_reset(self) -> None:
        """Not only when our own grants of the window are over, which may be hours later; and grants still count."""
        limiter = Limiter([Window("w", 10, 86_400.0, reserve=0.2)])
        assert all(limiter.take(1, 1e9 + n) for n in range(5))
        now = 1e9 + 10.0
        reset_at = datetime.fromtimestamp(now + 90.0, UTC)
        limiter.observe([LimitObservation("w", remaining=0, reset_at=reset_at)], now)
        assert limiter.wait_s(1, now) == pytest.approx(90.0)
        assert limiter.wait_s(4, now) == pytest.approx(86_390.0), "five and four are more than the open eight"
        assert limiter.take(3, now + 90.0)
        assert limiter.wait_s(1, now + 90.0) == pytest.approx(86_300.0)

    def test_utilisation_is_whole_when_there_is_work(self) -> None:
        """Asking again after the announced wait uses every grant of the open share."""
        limiter = Limiter([Window("w", 100, 900.0, reserve=0.2)])
        now, taken = 0.0, 0
        while now < 9_000.0:
            wait = limiter.wait_s(1, now)
            if wait > 0:
                now += wait
                continue
            assert limiter.take(1, now)
            taken += 1
        assert taken >= 0.97 * 80 * 10

    @settings(max_examples=200, deadline=None)
    @given(st.lists(st.tuples(st.floats(0, 50), st.integers(0, 100), st.floats(1, 900)), max_size=40))
    def test_F24_headers_lower_what_is_left_and_never_raise_it(
        self, seen: list[tuple[float, int, float]]
    ) -> None:
        """Whatever a platform says, no more goes out than it says is left, nor than the limit."""
        limiter = Limiter([Window("user:15min", 50, 900.0, reserve=0.0)])
        now, taken = 1e9, []
        for gap, remaining, reset_s in seen:
            now += gap
            limiter.observe(
                [
                    LimitObservation(
                        "user:15min",
                        limit=1000,
                        remaining=remaining,
                        reset_at=datetime.fromtimestamp(now + reset_s, UTC),
                    )
                ],
                now,
            )
            left = 0
            while limiter.take(1, now, urgent=True):
                taken.append(now)
                left += 1
            assert left <= remaining
        assert worst(taken, 900.0) <= 50

    def test_F23_nothing_goes_before_an_announced_reset(self) -> None:
        """10,000 announced windows with work at random instants: no take inside a closed one."""
        dice = random.Random(23)
        limiter = Limiter([Window("w", 1000, 1.0)])
        now, closed_until, inside = 0.0, 0.0, 0
        for _ in range(10_000):
            now += dice.expovariate(1.0)
            if dice.random() < 0.5:
                until = now + dice.uniform(-5, 20)
                limiter.hold_until(until)
                closed_until = max(closed_until, until)
            if limiter.take(1, now, urgent=dice.random() < 0.5) and now < closed_until:
                inside += 1
        assert inside == 0

    def test_a_clock_that_goes_back_lets_nothing_more_through(self) -> None:
        """Grants keep their order whatever the wall clock does."""
        dice = random.Random(5)
        limiter = Limiter([Window("w", 10, 60.0, reserve=0.0)])
        real, taken = 0.0, []
        for _ in range(3000):
            real += dice.expovariate(1.0)
            shift = -30.0 if dice.random() < 0.5 else 0.0
            if limiter.take(1, real + shift, urgent=True):
                taken.append(real)
        assert worst(taken, 60.0 - 30.0) <= 10

    def test_schedule_spreads_sends_at_the_senders_rate(self) -> None:
        """Ten a second, three units each: starts stand where the rate allows."""
        limiter = Limiter([Window("w", 10, 1.0, pace=True, burst=1)])
        starts = limiter.schedule(3, 100.0, most=50, within_s=1.0)
        assert starts == pytest.approx([100.0, 100.3, 100.6, 100.9])


def worst(times: list[float], per_s: float) -> int:
    """Most grants in any window, ends open."""
    most, first = 0, 0
    for last in range(len(times)):
        while times[last] - times[first] >= per_s - 1e-5:
            first += 1
        most = max(most, last - first + 1)
    return most


class FenceMachine(RuleBasedStateMachine):
    """Permits, stops and time in any order: nothing starts on a permit older than a stop of its scope."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0
        self.fence = Fence(lambda: self.now)
        self.pending: list[tuple[Start, int]] = []
        self.stops: list[tuple[tuple[str, str], int]] = []
        self.step = 0
        self.violations = 0

    @rule(event=st.sampled_from("ab"), update=st.sampled_from("uv"), channel=st.sampled_from("xy"))
    def permit(self, event: str, update: str, channel: str) -> None:
        self.step += 1
        scopes = scopes_of(event, update, channel)
        start = self.fence.permit("d", "r", scopes, self.fence.stamp(scopes), self.now + 0.5)
        self.pending.append((start, self.step))

    @rule(
        scope=st.sampled_from([("event", "a"), ("event", "b"), ("update", "u"), ("channel", "x"), ("*", "")])
    )
    def stop(self, scope: tuple[str, str]) -> None:
        self.step += 1
        begun = self.fence.kill(scope)
        assert all(s.started for s in begun)
        self.stops.append((scope, self.step))

    @rule(seconds=st.floats(0.0, 0.4))
    def wait(self, seconds: float) -> None:
        self.now += seconds

    @precondition(lambda self: bool(self.pending))
    @rule(data=st.data())
    def first_byte(self, data: st.DataObject) -> None:
        index = data.draw(st.integers(0, len(self.pending) - 1))
        start, given_at = self.pending.pop(index)
        stopped = any(scope in start.scopes and at > given_at for scope, at in self.stops)
        try:
            self.fence.check(start)
        except StartRefused:
            assert stopped or self.now >= start.must_start_by
        else:
            self.violations += stopped or self.now >= start.must_start_by
        self.fence.finish(start)

    @invariant()
    def nothing_started_after_its_stop(self) -> None:
        assert self.violations == 0


FenceMachine.TestCase.settings = settings(max_examples=150, stateful_step_count=40, deadline=None)
TestFence = FenceMachine.TestCase


class DeliveryMachine(RuleBasedStateMachine):
    """
    One delivery against a platform that may apply and then not answer.

    The model knows what was really applied; the machine under test only what it was told.
    """

    def __init__(self) -> None:
        super().__init__()
        self.now = NOW
        self.dice = random.Random(3)
        self.applied = 0
        self.change = Change(DeliveryState.QUEUED, "", NOW, 0, 0)
        self.intent_at = NOW
        self.preferred = 0
        self.ambiguous = False
        self.policy = "hold"

    def standing(self) -> Standing:
        return Standing(
            self.change.state,
            self.change.attempts,
            self.change.looks,
            self.now + timedelta(hours=1),
            ambiguous_before=self.ambiguous,
            duplicates=self.preferred,
            policy=self.policy,
            look_after_s=(1.0, 5.0),
        )

    def follow(self, state: str, change: Change) -> None:
        if change.state != state:
            move(state, change.state)
        self.preferred += change.duplicate_preferred
        self.change = change

    @precondition(lambda self: self.change.state == DeliveryState.QUEUED)
    @rule(
        error=st.sampled_from([None, *ERRORS]),
        applied=st.booleans(),
        policy=st.sampled_from(["hold", PREFER_DUPLICATE_ONCE]),
    )
    def attempt(self, error: Exception | None, applied: bool, policy: str) -> None:
        self.policy = policy
        self.now = max(self.now, self.change.due_at)
        self.intent_at = self.now
        lost = isinstance(error, OutcomeUnknown | TimeoutError)
        if error is None or (lost and applied):
            self.applied += 1
        result = Receipt("r1") if error is None else error
        self.change = Change(DeliveryState.SENDING, "", self.now, self.change.attempts, self.change.looks)
        self.follow(
            DeliveryState.SENDING,
            after_attempt(
                self.standing(),
                result,
                started=not isinstance(error, StartRefused),
                intent_at=self.intent_at,
                now=self.now,
                rules=RULES,
                random=self.dice.random,
            ),
        )
        self.ambiguous = self.ambiguous or lost

    @precondition(lambda self: self.change.state == DeliveryState.UNKNOWN)
    @rule(readable=st.integers(0, 3))
    def look(self, readable: int) -> None:
        self.now = max(self.now, self.change.due_at)
        finding = (
            Unavailable("unreadable")
            if readable == 0
            else Unclear("two alike")
            if readable == 1
            else Found(Receipt("r1"))
            if self.applied
            else Absent()
        )
        self.follow(
            DeliveryState.UNKNOWN,
            after_look(
                self.standing(),
                finding,
                intent_at=self.intent_at,
                now=self.now,
                rules=RULES,
                random=self.dice.random,
            ),
        )

    @precondition(lambda self: is_settled(self.change.state))
    @rule()
    def next_delivery(self) -> None:
        self.change = Change(DeliveryState.QUEUED, "", self.now, 0, 0)
        self.applied, self.preferred, self.ambiguous = 0, 0, False

    @invariant()
    def no_unexplained_double(self) -> None:
        assert self.applied <= 1 + self.preferred

    @invariant()
    def sent_means_applied(self) -> None:
        if self.change.state == DeliveryState.SENT:
            assert self.applied >= 1


DeliveryMachine.TestCase.settings = settings(max_examples=200, stateful_step_count=30, deadline=None)
TestDelivery = DeliveryMachine.TestCase
