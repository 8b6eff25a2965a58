"""What is only half known or half out: corrections whose answer was lost, threads that stopped, early receipts."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from app.broadcast.intents import PlannedDelivery
from app.channels.base import DeviceReceipt, Finding, Unclear
from app.editorial.outgoing import outgoing_of
from app.models import (
    Act,
    Attempt,
    Delivery,
    DeliveryPart,
    DeliveryState,
    PendingReceipt,
    RecipientDelivery,
)
from tests.broadcast.against_simulators import sending
from tests.broadcast.house import sqlite_url
from tests.broadcast.running import Show, show


def all_in(*states: str, n: int = 1) -> Any:
    return lambda rows: len(rows) >= n and all(row.state in states for row in rows)


async def unclear(*_: object, **__: object) -> Finding:
    return Unclear("its list does not answer")


def about(channel_id: str, original: Any, act: str, *texts: str) -> dict[str, Any]:
    """A correction as the desk decides it: it points at the earlier delivery, and nowhere else."""
    share = PlannedDelivery(channel_id, texts, act=act, of_delivery_id=original.delivery_ids[0])
    mark = "retracted" if act == Act.DELETE else "corrected"
    return {
        "deliveries": (share,),
        "kind": "retraction" if act == Act.DELETE else "correction",
        "priority": "correction",
        "of_update_id": original.update_id,
        "marks": {mark: original.update_id},
    }


class TestLostAnswersToCorrections:
    @pytest.mark.parametrize("name", ["x", "facebook"])
    async def test_G4_D04_a_correcting_reply_is_looked_for_under_the_post_it_corrects(
        self, tmp_path: Path, name: str
    ) -> None:
        """Its answer was lost: it is found under the original by the product's own adapters, and posted once."""
        words = "Correction: the east gate is closed."
        async with sending(sqlite_url(tmp_path), name) as s:
            s.adapter.look_after_s = (0.05, 0.3)  # type: ignore[attr-defined]
            wrong = await s.publish("The east gate is open.", to=(name,))
            await s.stage.until(all_in("sent"))
            s.platform.arm("drop_after")
            await s.publish(words, **about(s.channel_id, wrong, "reply", words))
            await s.stage.until(all_in("sent", n=2))
            assert [entry.text for entry in s.platform.published()] == ["The east gate is open.", words]
            assert len(await s.stage.rows(Attempt)) == 2

    @pytest.mark.parametrize("what", ["reply", "thread"])
    async def test_G4_D04_what_hangs_under_a_post_is_looked_for_there(
        self, tmp_path: Path, what: str
    ) -> None:
        """A correcting reply and the second post of a thread, their answers lost: found by where they are, not by words."""
        plan = lambda n, _: "cut+applied" if n == 2 else "ok"  # noqa: E731
        async with show(sqlite_url(tmp_path), {"x": plan}, channels=("x",)) as s:
            wrong = await s.publish(parts=["one 1/2", "two 2/2"] if what == "thread" else ["one"])
            if what == "reply":
                await s.stage.until(all_in("sent"))
                await s.publish("two", **about(s.stage.channels["x"], wrong, "reply", "two"))
            await s.stage.until(all_in("sent", n=2 if what == "reply" else 1))
            assert [call["reply_to"] for call in s.platforms["x"].calls] == [None, "r1"]
            assert {part.remote_id for part in await s.stage.rows(DeliveryPart)} == {"r1", "r2"}

    async def test_G4_an_edit_that_became_longer_posts_what_is_more_and_changes_nothing_twice(
        self, tmp_path: Path
    ) -> None:
        """Its second part has no post to change: it hangs under the first, which keeps its words."""
        async with show(sqlite_url(tmp_path), channels=("x",)) as s:
            wrong = await s.publish("wrong")
            await s.stage.until(all_in("sent"))
            edit = about(s.stage.channels["x"], wrong, "edit", "right 1/2", "right 2/2")
            await s.publish("right", **edit)
            await s.stage.until(all_in("sent", n=2))
            assert s.platforms["x"].texts == ["right 1/2", "right 2/2"]
            assert s.platforms["x"].applied[1]["reply_to"] == "r1"

    @pytest.mark.parametrize(("part", "state"), [(1, "queued"), (2, "unknown")])
    async def test_D02_after_a_crash_only_what_changes_a_post_is_simply_done_again(
        self, tmp_path: Path, part: int, state: str
    ) -> None:
        """The first part of the edit may be repeated; the second is a post, which may be out."""
        async with show(sqlite_url(tmp_path), channels=("x",)) as s:
            wrong = await s.publish("wrong")
            await s.stage.until(all_in("sent"))
            edit = about(s.stage.channels["x"], wrong, "edit", "right 1/2", "right 2/2")
            made = await s.publish("right", **edit)
            await s.stage.until(all_in("sent", n=2))
            await s.engine.stop()
            at_crash = {"state": DeliveryState.SENDING, "settled_at": None}
            async with s.stage.database.transaction() as session:
                open_ones = DeliveryPart.delivery_id == made.delivery_ids[0], DeliveryPart.n >= part
                await session.execute(
                    update(DeliveryPart).where(*open_ones).values(state=DeliveryState.QUEUED)  # type: ignore[arg-type]
                )
                its = Delivery.id == made.delivery_ids[0]
                await session.execute(update(Delivery).where(its).values(**at_crash))  # type: ignore[arg-type]
            await s.engine._sweeps.recover()
            assert (await s.stage.one(Delivery, id=made.delivery_ids[0])).state == state


class TestHalfThreads:
    async def half(self, s: Show, by: str) -> Any:
        """The first post of two is out and the second is not, nor will it be."""
        second = "refuse" if by == "refusal" else "429"
        s.platforms["x"].plan = lambda n, _: "ok" if n == 1 else second
        s.platforms["x"].retry_after_s = 0.2
        wrong = await s.publish(parts=["one 1/2", "two 2/2"])
        await s.stage.until(lambda rows: rows[0].reason in ("limited", "content"))
        if by == "kill":
            await s.engine.stop_control.kill_update(wrong.update_id, "op")
        return wrong

    @pytest.mark.parametrize("by", ["correction", "kill", "refusal"])
    async def test_K03_the_first_post_of_a_thread_that_stopped_counts_as_out(
        self, tmp_path: Path, by: str
    ) -> None:
        """Waiting, killed or refused in the middle: there is something to read, so it can be taken back, and is."""
        async with show(sqlite_url(tmp_path), channels=("x",)) as s:
            wrong = await self.half(s, by)
            async with s.stage.database.read() as session:
                (out,) = (await outgoing_of(session, wrong.update_id)).deliveries
            assert (out.may_be_out, out.state, out.parts) == (True, "sent", 2)
            s.platforms["x"].plan = lambda *_: "ok"
            back = await s.publish("", **about(s.stage.channels["x"], wrong, "delete"))
            await s.stage.until(all_in("sent"), id=back.delivery_ids[0])
            assert s.platforms["x"].texts == []

    async def test_K03_a_thread_of_which_nothing_left_does_not(self, tmp_path: Path) -> None:
        """The check above can fail."""
        async with show(sqlite_url(tmp_path), {"x": lambda *_: "refuse"}, channels=("x",)) as s:
            wrong = await s.publish(parts=["one 1/2", "two 2/2"])
            await s.stage.until(all_in("rejected"))
            async with s.stage.database.read() as session:
                (out,) = (await outgoing_of(session, wrong.update_id)).deliveries
            assert (out.may_be_out, out.state) == (False, "rejected")


class TestNothingToPutRight:
    @pytest.mark.parametrize("act", [Act.REPLY, Act.EDIT])
    async def test_K03_a_correction_of_what_turns_out_never_to_have_left_posts_nothing(
        self, tmp_path: Path, act: Act
    ) -> None:
        """Planned while nobody knew: once it is known that nobody read the wrong text, nobody is told that it was wrong."""
        plan = lambda n, _: "cut" if n == 1 else "ok"  # noqa: E731
        async with show(sqlite_url(tmp_path), {"x": plan}, channels=("x",)) as s:
            wrong, right = await self._put_right(s, act)
            await s.stage.until(all_in("withdrawn"), id=wrong)
            (row,) = await s.stage.until(all_in("withdrawn", "sent"), id=right)
            assert (row.state, row.reason, row.why) == (
                "withdrawn",
                "nothing_out",
                "Nothing of it was out on X.",
            )
            assert s.platforms["x"].texts == []

    @pytest.mark.parametrize("act", [Act.REPLY, Act.EDIT])
    async def test_K03_what_was_posted_by_hand_and_is_not_known_by_an_id_is_put_right_all_the_same(
        self, tmp_path: Path, act: Act
    ) -> None:
        """Somebody saw it and named no address: the right text stands by itself."""
        plan = lambda n, _: "cut" if n == 1 else "ok"  # noqa: E731
        async with show(sqlite_url(tmp_path), {"x": plan}, channels=("x",)) as s:
            s.adapters[s.stage.channels["x"]].find = unclear
            s.adapters[s.stage.channels["x"]].look_after_s = (0.5,)
            wrong, right = await self._put_right(s, act)
            await s.stage.until(all_in("held"), id=wrong)
            await s.engine.decisions.decide(wrong, "it_is_there", "op")
            await s.stage.until(all_in("sent"), id=right)
            assert s.platforms["x"].texts == ["Correction: the right kidney."]

    async def _put_right(self, s: Any, act: Act) -> tuple[str, str]:
        wrong = await s.publish("The left kidney.")
        (row,) = await s.stage.until(all_in("sending", "unknown"), update_id=wrong.update_id)
        share = PlannedDelivery(
            row.channel_id, ("Correction: the right kidney.",), act=act, of_delivery_id=row.id
        )
        right = await s.publish(
            "The right kidney.",
            kind="correction",
            priority="correction",
            deliveries=(share,),
            marks={"corrected": wrong.update_id},
            of_update_id=wrong.update_id,
        )
        return row.id, right.delivery_ids[0]


class TestEarlyReceipts:
    @pytest.mark.parametrize("to", ["list", "one"])
    async def test_G4_I04_a_receipt_that_came_while_the_answer_was_lost_is_the_answer(
        self, tmp_path: Path, to: str
    ) -> None:
        """It names our reference, so nobody doubles the message although its list tells nothing."""
        plan = lambda n, _: "cut+applied" if n == 1 else "ok"  # noqa: E731
        async with show(sqlite_url(tmp_path), {"twilio": plan}, channels=("twilio",)) as s:
            channel, platform = s.stage.channels["twilio"], s.platforms["twilio"]
            s.adapters[channel].find = unclear
            platform.slow_s = 0.3
            whom: dict[str, str] = {"recipient": "+15550000001"}
            if to == "list":
                whom = {"audience_id": await s.stage.add_audience(1)}
            planned = PlannedDelivery(channel, ("Leave now.",), **whom)  # type: ignore[arg-type]
            await s.publish("Leave now.", deliveries=(planned,), priority="emergency")
            await asyncio.wait_for(platform.arrived.wait(), 30)
            row = await s.stage.one(RecipientDelivery if to == "list" else DeliveryPart)
            ref = row.id if to == "list" else row.ref
            await s.engine.receipts.apply(channel, [DeviceReceipt("r1", "delivered", 3, ref=ref)])
            (now,) = await s.stage.until(all_in("sent", "delivered", "held"))
            assert (now.state, platform.texts) == ("delivered", ["Leave now."])

    @pytest.mark.parametrize("to", ["list", "one"])
    async def test_I04_a_receipt_that_was_kept_for_a_lost_answer_counts_after_a_weaker_one(
        self, tmp_path: Path, to: str
    ) -> None:
        """It reached the phone while the call was open; then only “sent” comes again: it is still delivered."""
        async with show(
            sqlite_url(tmp_path), {"twilio": lambda *_: "cut+applied"}, channels=("twilio",)
        ) as s:
            channel, platform = s.stage.channels["twilio"], s.platforms["twilio"]
            s.adapters[channel].look_after_s = (60.0,)
            platform.slow_s = 0.2
            whom: dict[str, str] = {"recipient": "+15550000001"}
            if to == "list":
                whom = {"audience_id": await s.stage.add_audience(1)}
            planned = PlannedDelivery(channel, ("Leave now.",), **whom)  # type: ignore[arg-type]
            await s.publish("Leave now.", deliveries=(planned,))
            await asyncio.wait_for(platform.arrived.wait(), 30)
            row = await s.stage.one(RecipientDelivery if to == "list" else DeliveryPart)
            ref = row.id if to == "list" else row.ref
            await s.engine.receipts.apply(channel, [DeviceReceipt("r1", "delivered", 3, ref=ref)])
            async with asyncio.timeout(30):
                while (await s.stage.one(RecipientDelivery if to == "list" else Delivery)).state != "unknown":
                    await asyncio.sleep(0.01)
            await s.engine.receipts.apply(channel, [DeviceReceipt("r1", "sent", 1, ref=ref)])
            assert (await s.stage.one(Delivery)).state == "delivered"
            assert await s.stage.rows(PendingReceipt) == []

    async def test_G4_I04_a_receipt_of_the_first_try_counts_although_the_second_was_not_taken(
        self, tmp_path: Path
    ) -> None:
        """To a single number: the first answer was lost, and while the second is refused its receipt comes: no third."""
        words = {1: "cut+applied", 2: "429"}
        async with show(
            sqlite_url(tmp_path), {"twilio": lambda n, _: words.get(n, "ok")}, channels=("twilio",)
        ) as s:
            channel, platform = s.stage.channels["twilio"], s.platforms["twilio"]
            s.adapters[channel].look_after_s = ()
            platform.retry_after_s = 0.0
            planned = PlannedDelivery(channel, ("Leave now.",), recipient="+15550000001")
            await s.publish("Leave now.", deliveries=(planned,), priority="emergency")
            async with asyncio.timeout(30):
                while len(platform.calls) < 1:
                    await platform.arrived.wait()
            platform.arrived.clear()
            platform.slow_s = 0.4
            await asyncio.wait_for(platform.arrived.wait(), 30)
            ref = (await s.stage.one(DeliveryPart)).ref
            await s.engine.receipts.apply(channel, [DeviceReceipt("r1", "delivered", 5, ref=ref)])
            (now,) = await s.stage.until(all_in("sent", "delivered", "held"))
            assert (now.state, now.remote_id, platform.texts) == ("delivered", "r1", ["Leave now."])
