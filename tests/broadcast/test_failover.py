"""F-32: a second provider carries what the first is known not to have, and nobody is sent the same twice."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import update

from app.audience import consents
from app.broadcast.failover import Line, Turn, carries, stays_with, turns
from app.broadcast.retry import RetryRules
from app.broadcast.settle import HOLD, PREFER_DUPLICATE_ONCE, Change, Standing, after_attempt, after_look
from app.channels.base import Absent, Found, Receipt, Unclear
from app.errors import OutcomeUnknown, RateLimited, Unavailable
from app.models import Channel, Delivery, DeliveryState, RecipientDelivery
from tests.broadcast.house import NOW, sqlite_url
from tests.broadcast.two_providers import DoublySent, TwoProviders, is_over, two_providers

LINES = st.builds(
    Line, is_on=st.booleans(), rests=st.booleans(), wait_s=st.sampled_from([0.0, 0.5, float("inf")])
).map(lambda line: line if line.rests else Line(line.is_on))


class TestTurns:
    @given(LINES, st.none() | LINES, st.booleans())
    def test_F32_the_second_takes_over_only_while_the_first_does_not_answer(
        self, first: Line, second: Line | None, urgent: bool
    ) -> None:
        """Whatever stands how: a pause of the first pauses all, a rest is kept, a trial is one message."""
        given_turns = turns(first, second, urgent=urgent)
        by = {turn.second: turn for turn in given_turns}
        assert len(by) == len(given_turns)
        if not first.is_on:
            assert given_turns == ()
        if False in by:
            assert first.wait_s <= 0
            assert by[False] == Turn(False, one=first.rests, fresh=carries(first, second))
        if True in by:
            assert second is not None
            assert second.is_on
            assert second.wait_s <= 0
            # What is free to go by either goes by the first one while that answers.
            assert by[True].own != first.rests
            assert by[True].one == second.rests
        if carries(first, second):
            assert by[True] == Turn(True)
            assert not urgent or given_turns[0].second


@dataclass
class Person:
    """One message of the model, and which providers really have it."""

    policy: str
    state: str = DeliveryState.QUEUED
    via: str | None = None
    attempts: int = 0
    looks: int = 0
    open_before: bool = False
    duplicates: int = 0
    has: tuple[str, ...] = ()
    had_at_try: int = 0


Stays = Callable[..., str | None]


def history(seed: int, stays: Stays = stays_with) -> Person:
    """
    One message through two providers that fail as they like, by the product's own decisions.

    The providers keep what they took; a look says "absent" only where it is true.
    """
    dice = random.Random(seed)
    person = Person(dice.choice((HOLD, PREFER_DUPLICATE_ONCE)))
    rules = RetryRules()
    expires = NOW + timedelta(seconds=600)
    can_look = {"a": dice.random() < 0.7, "b": dice.random() < 0.3}
    for _ in range(40):
        standing = Standing(
            person.state, person.attempts, person.looks, expires, policy=person.policy,
            duplicates=person.duplicates, look_after_s=(1.0, 2.0),
        )  # fmt: skip
        if person.state == DeliveryState.QUEUED:
            first, second = (Line(True, rests := dice.random() < 0.5, dice.choice((0.0, 1.0)) if rests else 0.0)
                             for _ in "ab")  # fmt: skip
            free = [
                "b" if turn.second else "a"
                for turn in turns(first, second, urgent=dice.random() < 0.5)
                if person.via == "b" or not (turn.second and turn.own)
            ]
            able = [one for one in free if person.via in (None, one)]
            if not able:
                continue
            carrier = able[0]
            person.open_before = person.via is not None
            word = dice.choice(("ok", "lost", "vanished", "refused", "limited"))
            person.had_at_try = len(person.has)
            if word in ("ok", "lost"):
                person.has += (carrier,)
            result = {
                "ok": Receipt("1"),
                "lost": OutcomeUnknown("cut"),
                "vanished": OutcomeUnknown("cut"),
                "refused": Unavailable("nobody there"),
                "limited": RateLimited("later", retry_after_s=1.0),
            }[word]
            person.via = carrier
            change = after_attempt(
                standing, result, started=word != "refused", intent_at=NOW, now=NOW, rules=rules,
                random=dice.random,
            )  # fmt: skip
        elif person.state == DeliveryState.UNKNOWN:
            landed = len(person.has) > person.had_at_try
            word = "there" if landed else "absent"
            if not can_look[person.via or "a"] or dice.random() < 0.3:
                word = "unclear"
            finding = {"there": Found(Receipt("1")), "absent": Absent(), "unclear": Unclear("?")}[word]
            change = after_look(standing, finding, intent_at=NOW, now=NOW, rules=rules, random=dice.random)
        else:
            break
        assert person.via is not None
        person.duplicates += change.duplicate_preferred
        person.state, person.attempts, person.looks = change.state, change.attempts, change.looks
        person.via = stays(person.via, change, open_before=person.open_before or standing.duplicates > 0)
    return person


def never_at_both(person: Person) -> None:
    assert len(set(person.has)) <= 1, f"both providers have it: {person}"
    assert len(person.has) <= 1 + person.duplicates, f"sent twice without the policy's leave: {person}"


class TestModel:
    @settings(max_examples=1000)
    @given(st.integers(0, 2**32))
    def test_F32_no_message_is_ever_with_both_providers(self, seed: int) -> None:
        """Lost answers, refusals, limits and looks in any order: one provider at most, doubles by policy alone."""
        never_at_both(history(seed))

    def test_F32_a_failover_of_what_may_be_out_is_caught(self) -> None:
        """The seeded bug: what waits is free for either, whatever became of it before."""

        def careless(via_id: str, change: Change, *, open_before: bool) -> str | None:
            return None if change.state == DeliveryState.QUEUED else via_id

        wrong = [seed for seed in range(2000) if len(set(history(seed, careless).has)) > 1]
        assert wrong
        with pytest.raises(AssertionError, match="both providers"):
            never_at_both(history(wrong[0], careless))


async def fail(both: TwoProviders, after: int) -> None:
    """The first provider's line loses answers from some message on, and then nobody is there any more."""
    await both.until_sent(after)
    line = both.lines[both.first]
    line.faults.cut_answer_after = 0
    async with asyncio.timeout(30):
        while not await both.stage.rows(RecipientDelivery, state="unknown"):
            await asyncio.sleep(0.005)
    await line.shut()


async def settled(both: TwoProviders, delivery_id: str) -> None:
    """Nobody of a list waits or is being called."""
    async with asyncio.timeout(45):
        while any(row.state in ("queued", "sending") for row in await both.people(delivery_id)):
            await asyncio.sleep(0.1)


async def comes_back(both: TwoProviders) -> None:
    both.lines[both.first].faults.cut_answer_after = None
    await both.lines[both.first].open()


async def has_its_lists_again(both: TwoProviders) -> Channel:
    """The second may send all of a list before the first is tried: whoever is tried needs somebody to be tried with."""
    n = 0
    async with asyncio.timeout(45):
        while (channel := await both.channel(both.first)).resting_until is not None:
            n += 1
            more = await both.publish(2, f"Still here, {n}.")
            await both.stage.until(is_over, within_s=45, id=more)
    return channel


class TestOnSimulators:
    @pytest.mark.parametrize("first", ["twilio", "smpp"])
    async def test_F32_the_first_dies_in_the_middle_the_second_carries_on_and_nobody_has_it_twice(
        self, tmp_path: Path, first: str
    ) -> None:
        """20 people: what may be out stays where it is, the rest goes by the second, and it goes back afterwards."""
        async with two_providers(sqlite_url(tmp_path), first) as both:
            delivery_id = await both.publish(20)
            await fail(both, random.Random(first).randint(3, 6))
            async with asyncio.timeout(45):
                while not (channel := await both.channel(first)).carried_by:
                    await asyncio.sleep(0.05)
            assert channel.resting_why.startswith(f"{first.upper()} did not answer ")
            assert channel.resting_why.endswith(f" times, so {both.second.upper()} carries its lists.")
            await settled(both, delivery_id)
            unsure = [row for row in await both.people(delivery_id) if row.state in ("unknown", "held")]
            assert unsure
            assert {row.via_id for row in unsure} == {both.stage.channels[first]}
            (row,) = await both.stage.rows(Delivery)
            if row.state == "sending":
                assert row.reason == "sending_by_second"
                assert f"{both.second.upper()} carries the rest: {first.upper()} does not answer." in row.why
            await comes_back(both)
            # The first is tried with somebody of the next list, and has its lists again when it answers.
            back = await both.publish(12, "All clear.")
            rows = await both.stage.until(is_over, within_s=45)
            counts = await both.judge(delivery_id)
            assert counts[both.second] > 3
            assert min(counts.values()) > 0
            await both.judge(back, "All clear.")
            assert (await has_its_lists_again(both)).carried_by == ""
            last = await both.publish(6, "Thank you.")
            await both.stage.until(is_over, within_s=45, id=last)
            assert {row.via_id for row in await both.people(last)} == {both.stage.channels[first]}
            assert {row.reason for row in rows} <= {"sent", "delivered", "cannot_tell"}

    async def test_F32_a_failover_of_what_may_be_out_is_caught(self, tmp_path: Path) -> None:
        """The seeded bug: what is unknown with the first is queued for anybody."""
        async with two_providers(sqlite_url(tmp_path)) as both:
            delivery_id = await both.publish(18)
            await fail(both, 4)
            await settled(both, delivery_id)
            async with both.stage.database.transaction() as session:
                await session.execute(
                    update(RecipientDelivery)
                    .where(RecipientDelivery.state == "unknown")  # type: ignore[arg-type]
                    .values(state="queued", via_id=None)
                )
            both.engine.wake()
            await settled(both, delivery_id)
            with pytest.raises(DoublySent):
                await both.judge(delivery_id)

    async def test_a_receipt_and_a_stop_from_the_second_count(self, tmp_path: Path) -> None:
        """The gateway's receipts arrive at the rows of the first one's list; who said STOP there is left out for good."""
        async with two_providers(sqlite_url(tmp_path)) as both:
            await both.lines["twilio"].shut()
            delivery_id = await both.publish(12)
            await both.stage.until(is_over, within_s=45)
            async with asyncio.timeout(30):
                while {row.state for row in await both.people(delivery_id)} != {"delivered"}:
                    await asyncio.sleep(0.05)
            assert {row.via_id for row in await both.people(delivery_id)} == {both.stage.channels["smpp"]}
            await both.gateway.say("15550000003", "55501", b"STOP")
            async with asyncio.timeout(30):
                while not both.opt_outs:
                    await asyncio.sleep(0.05)
            ((opt_out,),) = (both.opt_outs,)
            async with both.stage.database.transaction() as session:
                await consents.apply(session, both.stage.channels["smpp"], opt_out)
            await comes_back(both)
            back = await both.publish(12, "All clear.")
            await both.stage.until(is_over, within_s=45, id=back)
            everybody = both.sent_by("twilio", "All clear.") + both.sent_by("smpp", "All clear.")
            assert "+15550000003" not in everybody
            assert len(everybody) == 11

    async def test_G11_a_second_provider_that_nobody_signed_for_carries_nothing(self, tmp_path: Path) -> None:
        """The first rests, the gate refuses the second: the list says why, waits, and goes by the first."""
        async with two_providers(sqlite_url(tmp_path)) as both:
            both.gate.not_by = {both.stage.channels["smpp"]}
            await both.lines["twilio"].shut()
            delivery_id = await both.publish(4)
            (row,) = await both.stage.until(lambda rows: rows[0].reason == "consent_second", id=delivery_id)
            assert (row.why, row.next_step) == (
                "Nobody signed for it.",
                "It waits until TWILIO answers again.",
            )
            await comes_back(both)
            await both.stage.until(is_over, within_s=30, id=delivery_id)
            assert await both.judge(delivery_id) == {"twilio": 4, "smpp": 0}

    async def test_without_a_second_the_list_waits_as_before(self, tmp_path: Path) -> None:
        """No second is the default: nothing goes elsewhere."""
        async with two_providers(sqlite_url(tmp_path), second=False) as both:
            await both.lines["twilio"].shut()
            await both.publish(6)
            async with asyncio.timeout(30):
                while (channel := await both.channel("twilio")).resting_until is None:
                    await asyncio.sleep(0.05)
            assert "is left alone until" in channel.resting_why
            await comes_back(both)
            await both.stage.until(is_over, within_s=45)
            assert (len(both.sent_by("twilio")), len(both.sent_by("smpp"))) == (6, 0)

    async def test_G6_a_stopped_channel_is_not_carried_and_a_stopped_second_carries_nothing(
        self, tmp_path: Path
    ) -> None:
        """A stop of the first stops its lists whoever carries them; one of the second leaves them to the first."""
        async with two_providers(sqlite_url(tmp_path)) as both:
            ids = both.stage.channels
            await both.engine.stop_control.kill_channel(ids["smpp"], "person:1")
            await both.lines["twilio"].shut()
            delivery_id = await both.publish(6)
            async with asyncio.timeout(30):
                while (await both.channel("twilio")).resting_until is None:
                    await asyncio.sleep(0.05)
            assert both.sent_by("smpp") == []
            await both.engine.stop_control.kill_channel(ids["twilio"], "person:1")
            await both.engine.stop_control.resume_channel(ids["smpp"], "person:1")
            await asyncio.sleep(0.5)
            assert both.sent_by("smpp") == []
            await both.engine.stop_control.resume_channel(ids["twilio"], "person:1")
            await both.stage.until(is_over, within_s=45, id=delivery_id)
            assert (await both.judge(delivery_id))["smpp"] > 0
