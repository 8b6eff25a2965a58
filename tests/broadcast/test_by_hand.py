"""A channel whose account is gone: nothing is tried again, and a person may post by hand without a double later."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import update

from app.broadcast.breaker import Sign, sign_of
from app.broadcast.intents import PlannedDelivery
from app.broadcast.retry import Pause, RetryRules, decide
from app.errors import Conflict, CredentialsRejected, InvalidInput
from app.models import Channel, DeliveryPart
from tests.broadcast.house import sqlite_url
from tests.broadcast.running import show
from tests.channels import stages

# What each simulator does when the account, the application or the token is gone.
GONE = [
    ("x", "user_suspended"),
    ("x", "revoke_token"),
    ("x", "credits_depleted"),
    ("facebook", "permission_lost"),
    ("twilio", "revoke_token"),
]


@pytest.mark.parametrize(("platform", "fault"), GONE)
async def test_F29_an_account_that_is_gone_pauses_the_channel_and_is_not_tried_again(
    platform: str, fault: str
) -> None:
    """The refusal is told from one of the text: the channel stops, and it is an answer, so no breaker turns on it."""
    async with stages.stage(platform) as s:
        s.arm(fault, times=None)
        adapter = s.adapter()
        try:
            with pytest.raises(CredentialsRejected) as caught:
                await adapter.publish(s.post("Go to the upper floor."), may_start=lambda: None)
        finally:
            await adapter.aclose()
        decision = decide(
            caught.value,
            started=True,
            attempts=1,
            ambiguous_before=False,
            crisis=True,
            rules=RetryRules(),
            random=lambda: 0.5,
        )
        assert decision == Pause("credentials")
        assert sign_of(caught.value, started=True) is Sign.ANSWERED
        assert caught.value.detail
        assert s.published() == []


class TestByHand:
    async def test_F29_what_was_posted_by_hand_is_not_sent_again_when_the_channel_comes_back(
        self, tmp_path: Path
    ) -> None:
        """Refused once, paused, posted by hand, switched on again: the platform was called once in all."""
        async with show(sqlite_url(tmp_path), {"x": lambda *_: "401"}, channels=("x",)) as s:
            await s.publish("Go to the upper floor.", parts=("Go to the", "upper floor."))
            (row,) = await s.stage.until(lambda rows: rows and rows[0].reason == "credentials")
            assert len(s.platforms["x"].calls) == 1
            await s.engine.decisions.decide(row.id, "by_hand", "person:1")
            s.platforms["x"].plan = lambda *_: "ok"
            async with s.stage.database.transaction() as session:
                await session.execute(update(Channel).values(state="on"))
            await s.publish("And stay there.")
            rows = await s.stage.until(lambda rows: all(one.state == "sent" for one in rows))
            assert {one.reason for one in rows} == {"by_hand", "sent"}
            assert s.platforms["x"].texts == ["And stay there."]
            assert {part.state for part in await s.stage.rows(DeliveryPart)} == {"sent"}

    async def test_what_is_not_released_yet_cannot_be_called_posted(self, tmp_path: Path) -> None:
        """While it counts down somebody may still take it back, whatever its channel is."""
        async with show(sqlite_url(tmp_path), channels=("x",)) as s:
            async with s.stage.database.transaction() as session:
                await session.execute(update(Channel).values(state="paused"))
            await s.publish("Counts down.", delay_s=60.0)
            (row,) = await s.stage.until(lambda rows: len(rows) == 1)
            with pytest.raises(Conflict) as caught:
                await s.engine.decisions.decide(row.id, "by_hand", "person:1")
            assert caught.value.code == "not_released"

    async def test_it_is_only_for_what_waits_on_a_channel_that_is_down(self, tmp_path: Path) -> None:
        """What may still go out by itself cannot be called done, and a list has no hand that could text it."""
        async with show(sqlite_url(tmp_path), channels=("x", "twilio")) as s:
            await s.publish("Out.")
            (row,) = await s.stage.until(lambda rows: rows and rows[0].state == "sent")
            with pytest.raises(Conflict):
                await s.engine.decisions.decide(row.id, "by_hand", "person:1")
            audience = await s.stage.add_audience(1)
            planned = PlannedDelivery(s.stage.channels["twilio"], ("Stay.",), audience_id=audience)
            await s.publish("Stay.", deliveries=(planned,))
            rows = await s.stage.until(lambda rows: len(rows) == 2)
            listed = next(one for one in rows if one.audience_id)
            with pytest.raises(InvalidInput):
                await s.engine.decisions.decide(listed.id, "by_hand", "person:1")
