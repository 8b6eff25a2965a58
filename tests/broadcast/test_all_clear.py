"""What an all clear does to what still waits: nothing old is the last word on a channel that was away."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import update
from sqlmodel import col

from app.broadcast.all_clear import AllClear, Dropped
from app.broadcast.intents import PlannedDelivery
from app.models import LiveEvent
from tests.broadcast.house import sqlite_url
from tests.broadcast.running import Show, show

CLEAR = "All clear: A&E is open again."


async def all_clear(s: Show, **how: Any) -> Any:
    return await s.publish(CLEAR, kind="all_clear", priority="correction", **how)


async def promise(s: Show) -> None:
    async with s.stage.database.transaction() as session:
        at = datetime.now(UTC) + timedelta(minutes=9)
        await session.execute(
            update(LiveEvent).where(col(LiveEvent.id) == s.stage.event_id).values(promised_next_at=at)
        )


class TestAllClear:
    async def test_what_waited_for_a_channel_does_not_go_out_after_it(self, tmp_path: Path) -> None:
        """The channel comes back: it takes the all clear and what answers somebody, and no alert that is over."""
        async with show(sqlite_url(tmp_path), channels=("x",)) as s:
            await promise(s)
            await s.engine.stop_control.kill_channel(s.stage.channels["x"], "op")
            old = await s.publish("A&E is closed.")
            answer = await s.publish("Yes, by the North Gate.", kind="answer")
            await s.stage.until(lambda rows: rows[0].claimable_at is not None, update_id=answer.update_id)
            effects = await AllClear(s.stage.database).effects(s.stage.event_id)
            assert effects.dropped == (Dropped(s.stage.channels["x"], "X", 1, 0),)
            assert (effects.told, effects.counting, effects.asked) == (2, 0, 0)

            given = await all_clear(s)

            (row,) = await s.stage.until(lambda rows: rows[0].settled_at is not None, update_id=old.update_id)
            assert (row.state, row.reason) == ("withdrawn", "all_clear")
            await s.engine.stop_control.resume_channel(s.stage.channels["x"], "op")
            for one in (given, answer):
                await s.stage.until(lambda rows: rows[0].state == "sent", update_id=one.update_id)
            assert sorted(s.platforms["x"].texts) == sorted([CLEAR, "Yes, by the North Gate."])
            event = await s.stage.one(LiveEvent)
            assert event.promised_next_at is None

    async def test_what_puts_something_right_goes_out_all_the_same(self, tmp_path: Path) -> None:
        """A correction of what is out stays right when it is over, and so does the text it belongs to."""
        async with show(sqlite_url(tmp_path), channels=("x",)) as s:
            wrong = await s.publish("The hospital is closed.")
            (out,) = await s.stage.until(lambda rows: rows[0].state == "sent", update_id=wrong.update_id)
            await s.engine.stop_control.kill_channel(s.stage.channels["x"], "op")
            right = await s.publish(
                "Only A&E is closed.",
                kind="correction",
                priority="correction",
                of_update_id=wrong.update_id,
                deliveries=(
                    PlannedDelivery(
                        s.stage.channels["x"], ("Only A&E is closed.",), act="reply", of_delivery_id=out.id
                    ),
                ),
            )
            await s.stage.until(lambda rows: rows[0].claimable_at is not None, update_id=right.update_id)
            given = await all_clear(s)
            await s.stage.until(lambda rows: rows[0].claimable_at is not None, update_id=given.update_id)
            (row,) = await s.stage.until(bool, update_id=right.update_id)
            assert row.state == "queued"
