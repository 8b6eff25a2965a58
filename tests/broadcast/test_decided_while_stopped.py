"""A person decides about what may be out while sending is stopped: nothing else goes by that decision."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update
from sqlmodel import col

from app.broadcast.expansion import EXPANSION
from app.broadcast.intents import PlannedDelivery
from app.clock import SystemClock
from app.models import Act, Delivery, RecipientDelivery, Update
from tests.broadcast.house import sqlite_url
from tests.broadcast.running import Show, show
from tests.broadcast.test_in_doubt import in_doubt, lost, unclear
from tests.broadcast.test_stop_truth import list_in_the_middle


async def thread_in_doubt(s: Show) -> Delivery:
    """Two posts; nobody can tell whether the first one is out."""
    s.adapters[s.stage.channels["x"]].find = unclear  # type: ignore[attr-defined]
    await s.publish(parts=["one 1/2", "two 2/2"])
    (row,) = await s.stage.until(lambda rows: bool(rows) and rows[0].state == "held")
    return row


async def go_on(s: Show, decisions: dict[str, str]) -> None:
    await s.engine.stop_control.restart(s.stage.event_id, "op2", decisions)
    await s.engine.stop_control.resume(s.stage.event_id, "op2")


def first_lost(n: int, _: dict[str, Any]) -> str:
    return "cut+applied" if n == 1 else "ok"


class TestWhileStopped:
    async def test_G6_the_rest_of_a_thread_still_waits_for_the_question_of_starting_again(
        self, tmp_path: Path
    ) -> None:
        """Its first post was seen; the second goes when somebody keeps it, under the first."""
        async with show(sqlite_url(tmp_path), {"x": first_lost}, channels=("x",)) as s:
            row = await thread_in_doubt(s)
            await s.engine.stop_control.stop(s.stage.event_id, "op")
            await s.engine.decisions.decide(row.id, "it_is_there", "op", remote_id="r1")
            now = await s.stage.one(Delivery)
            assert (now.state, now.reason) == ("held", "stopped")
            assert now.why == "Sending was stopped when 1 of 2 posts were out on X."
            await go_on(s, {})
            assert (await s.stage.one(Delivery)).state == "held"
            assert len(s.platforms["x"].calls) == 1

    async def test_G6_a_thread_that_is_kept_goes_on(self, tmp_path: Path) -> None:
        """The same with the answer to the question: it is held for nobody else."""
        async with show(sqlite_url(tmp_path), {"x": first_lost}, channels=("x",)) as s:
            row = await thread_in_doubt(s)
            await s.engine.stop_control.stop(s.stage.event_id, "op")
            await s.engine.decisions.decide(row.id, "it_is_there", "op", remote_id="r1")
            await go_on(s, {row.id: "keep"})
            await s.stage.until(lambda rows: rows[0].state == "sent")
            assert [call["reply_to"] for call in s.platforms["x"].calls] == [None, "r1"]

    async def test_G6_those_of_a_list_who_were_not_called_still_wait_for_it(self, tmp_path: Path) -> None:
        """One of five has it after all: nobody else is texted by that."""
        async with list_in_the_middle(tmp_path) as (s, row):
            await s.engine.stop_control.stop(s.stage.event_id, "op")
            await s.engine.decisions.decide(row.id, "it_is_there", "op")
            now = await s.stage.one(Delivery)
            assert (now.state, now.reason) == ("held", "stopped")
            assert now.counts == {"people": 5, "sent": 2, "queued": 3}
            await go_on(s, {})
            assert (await s.stage.one(Delivery)).state == "held"
            await s.engine.decisions.decide(row.id, "drop", "op")
            now = await s.stage.one(Delivery)
            assert (now.state, now.counts) == ("sent", {"people": 5, "sent": 2, "withdrawn": 3})

    async def test_G3_a_list_whose_rows_are_not_all_made_is_not_called_sent(self, tmp_path: Path) -> None:
        """Who has no message is not told to have one, whatever was seen of the others."""
        async with show(sqlite_url(tmp_path), channels=("twilio",), start=False) as s:
            audience = await s.stage.add_audience(EXPANSION + 2)
            share = PlannedDelivery(s.stage.channels["twilio"], ("Leave now.",), audience_id=audience)
            await s.publish("Leave now.", deliveries=(share,))
            await s.engine.release.release_due()
            await s.engine.release.expansion.expand_next()
            await s.engine.stop_control.stop(s.stage.event_id, "op")
            row = await s.stage.one(Delivery)
            await s.engine.decisions.decide(row.id, "it_is_there", "op")
            assert (await s.stage.one(Delivery)).state == "held"
            assert {one.state for one in await s.stage.rows(RecipientDelivery)} == {"queued"}

    async def test_G6_a_deletion_that_waited_for_the_decision_waits_for_the_question_too(
        self, tmp_path: Path
    ) -> None:
        """It is known now that there is something to delete; while sending is stopped nothing queues."""
        async with show(sqlite_url(tmp_path), {"x": lost}, channels=("x",)) as s:
            row = await in_doubt(s)
            share = PlannedDelivery(row.channel_id, (), act=Act.DELETE, of_delivery_id=row.id)
            back = await s.publish(
                "",
                kind="retraction",
                priority="correction",
                deliveries=(share,),
                marks={"retracted": row.update_id},
            )
            its = {"id": back.delivery_ids[0]}
            await s.stage.until(lambda rows: rows[0].reason == "original_in_doubt", **its)
            await s.engine.stop_control.stop(s.stage.event_id, "op")
            await s.engine.decisions.decide(row.id, "it_is_there", "op", remote_id="r1")
            (held,) = await s.stage.rows(Delivery, **its)
            assert (held.state, held.reason) == ("held", "stopped")
            await go_on(s, {held.id: "keep"})
            await s.stage.until(lambda rows: rows[0].state == "sent", **its)
            assert s.platforms["x"].texts == []


@pytest.mark.parametrize("waited", [None, timedelta(hours=1)], ids=["needed_nobody", "was_approved"])
async def test_G6_what_nobody_decides_on_at_the_new_start_waits_for_a_word_from_then_on(
    tmp_path: Path, waited: timedelta | None
) -> None:
    """Else nobody of the chain was ever asked, or one person could send it alone at once for an earlier waiting."""
    async with show(sqlite_url(tmp_path), channels=("x",), start=False) as s:
        made = await s.publish(delay_s=600.0)
        begun = SystemClock().now()
        async with s.stage.database.transaction() as session:
            before = None if waited is None else begun - waited
            await session.execute(
                update(Update).where(col(Update.id) == made.update_id).values(waits_since=before)
            )
        await s.engine.stop_control.stop(s.stage.event_id, "op")
        await s.engine.stop_control.restart(s.stage.event_id, "op2", {})
        row = await s.stage.one(Update, id=made.update_id)
    assert (row.state, row.release_at, row.hold_left_s) == ("awaiting_approval", None, None)
    assert row.waits_since is not None
    assert row.waits_since >= begun


@pytest.mark.parametrize(("third", "under"), [("r2", "r2"), (None, "r1")], ids=["named", "not_named"])
async def test_G5_what_follows_a_post_whose_id_nobody_named_hangs_under_the_nearest_one(
    tmp_path: Path, third: str | None, under: str
) -> None:
    """Somebody saw the second of three and typed no address: the third is no post of its own."""
    plan = lambda n, _: "cut+applied" if n == 2 else "ok"  # noqa: E731
    async with show(sqlite_url(tmp_path), {"x": plan}, channels=("x",)) as s:
        s.adapters[s.stage.channels["x"]].find = unclear
        await s.publish(parts=["one 1/3", "two 2/3", "three 3/3"])
        (row,) = await s.stage.until(lambda rows: bool(rows) and rows[0].state == "held")
        await s.engine.decisions.decide(row.id, "it_is_there", "op", remote_id=third)
        await s.stage.until(lambda rows: rows[0].state == "sent")
        assert [call["reply_to"] for call in s.platforms["x"].calls] == [None, "r1", under]
