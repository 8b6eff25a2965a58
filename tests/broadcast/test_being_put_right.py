"""What had not left when its correction was accepted does not leave before that is decided: nobody would put it right."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from app.broadcast import lane_heads, store
from app.broadcast.accept_work import EVENT_CHANGED
from app.broadcast.calling import Stamps
from app.broadcast.failover import Turn
from app.broadcast.intents import PlannedDelivery
from app.clock import SystemClock
from app.editorial.outgoing import outgoing_of
from app.errors import Conflict
from app.models import Channel, Delivery
from tests.broadcast.house import sqlite_url
from tests.broadcast.running import Show, show

WAITS = "A correction or retraction of it is on its way."


async def correct(s: Show, wrong: Any, *, not_out: tuple[tuple[str, int], ...] = (), **how: Any) -> Any:
    """As it is planned: without a share for what never left."""
    kind = how.pop("kind", "correction")
    marks = {"corrected" if kind == "correction" else "retracted": wrong.update_id}
    return await s.publish(
        "The right kidney.",
        kind=kind,
        priority="correction",
        deliveries=(),
        of_update_id=wrong.update_id,
        marks=marks,
        not_out=not_out,
        **how,
    )


async def paused(s: Show, wrong: Any) -> Delivery:
    """Released, and waiting on a channel that takes nothing."""
    its = {"update_id": wrong.update_id}
    (row,) = await s.stage.until(lambda rows: rows[0].claimable_at is not None, **its)
    assert row.state == "queued"
    return row


async def go(s: Show, channel: str = "x") -> None:
    await s.engine.stop_control.resume_channel(s.stage.channels[channel], "op")


class TestBeingPutRight:
    @pytest.mark.parametrize("kind", ["correction", "retraction"])
    async def test_K03_it_does_not_leave_while_its_correction_counts_down(
        self, tmp_path: Path, kind: str
    ) -> None:
        """Its channel is free again before the correction is out; then it is over, and was never out."""
        async with show(sqlite_url(tmp_path), channels=("x",)) as s:
            await s.engine.stop_control.kill_channel(s.stage.channels["x"], "op")
            wrong = await s.publish("The left kidney.")
            await paused(s, wrong)
            await correct(s, wrong, kind=kind, delay_s=1.5)
            await go(s)
            (row,) = await s.stage.until(lambda rows: rows[0].reason == "put_right")
            assert (row.state, row.why) == ("queued", WAITS)
            (row,) = await s.stage.until(lambda rows: rows[0].settled_at is not None)
            assert (row.state, row.reason, s.platforms["x"].calls) == ("withdrawn", "superseded", [])

    async def test_K03_it_goes_out_when_its_correction_is_taken_back(self, tmp_path: Path) -> None:
        """Somebody thought better of it: the first text was right after all, and nothing is lost."""
        async with show(sqlite_url(tmp_path), channels=("x",)) as s:
            await s.engine.stop_control.kill_channel(s.stage.channels["x"], "op")
            wrong = await s.publish("The left kidney.")
            await paused(s, wrong)
            correction = await correct(s, wrong, state="awaiting_approval", needs="approver")
            await go(s)
            await s.stage.until(lambda rows: rows[0].reason == "put_right")
            await s.engine.undo(correction.update_id, "op")
            (row,) = await s.stage.until(lambda rows: rows[0].settled_at is not None)
            assert (row.state, s.platforms["x"].texts) == ("sent", ["The left kidney."])

    async def test_what_comes_after_it_does_not_wait_for_an_approver(self, tmp_path: Path) -> None:
        """Nobody knows when that is; it may never leave at all."""
        async with show(sqlite_url(tmp_path), channels=("x",)) as s:
            await s.engine.stop_control.kill_channel(s.stage.channels["x"], "op")
            wrong = await s.publish("The left kidney.")
            await paused(s, wrong)
            await correct(s, wrong, state="awaiting_approval", needs="approver")
            await s.publish("Clamp off.")
            await go(s)
            await s.stage.until(lambda rows: any(row.state == "sent" for row in rows))
            assert s.platforms["x"].texts == ["Clamp off."]

    async def test_an_all_clear_keeps_nothing_back(self, tmp_path: Path) -> None:
        """It says that it is over, not that it was wrong."""
        async with show(sqlite_url(tmp_path), channels=("x",)) as s:
            await s.engine.stop_control.kill_channel(s.stage.channels["x"], "op")
            first = await s.publish("The upper floor is closed.")
            await paused(s, first)
            await s.publish("It is open.", kind="all_clear", to=(), of_update_id=first.update_id, delay_s=600)
            await go(s)
            (row,) = await s.stage.until(lambda rows: rows[0].settled_at is not None)
            assert row.state == "sent"

    async def test_K03_nobody_of_a_list_is_called_while_its_correction_counts_down(
        self, tmp_path: Path
    ) -> None:
        """Nobody was when it was accepted, so it goes to nobody: the list must not begin."""
        async with show(sqlite_url(tmp_path), channels=("twilio",)) as s:
            await s.engine.stop_control.kill_channel(s.stage.channels["twilio"], "op")
            audience = await s.stage.add_audience(3)
            share = PlannedDelivery(s.stage.channels["twilio"], ("Leave now.",), audience_id=audience)
            wrong = await s.publish("Leave now.", deliveries=(share,))
            await s.stage.until(lambda rows: rows[0].counts.get("queued") == 3)
            await correct(s, wrong, delay_s=1.5)
            await go(s, "twilio")
            (row,) = await s.stage.until(lambda rows: rows[0].settled_at is not None)
            assert (row.state, row.reason, s.platforms["twilio"].calls) == ("withdrawn", "superseded", [])


class TestPlannedFromWhatWasOut:
    async def test_K03_a_correction_of_what_left_in_between_is_planned_again(self, tmp_path: Path) -> None:
        """It was read as waiting, and was sent before the correction came to the door."""
        async with show(sqlite_url(tmp_path), channels=("x",)) as s:
            await s.engine.stop_control.kill_channel(s.stage.channels["x"], "op")
            wrong = await s.publish("The left kidney.")
            row = await paused(s, wrong)
            async with s.stage.database.read() as session:
                (out,) = (await outgoing_of(session, wrong.update_id)).deliveries
            assert not out.may_be_out
            seen = ((row.id, out.fence),)
            await go(s)
            await s.stage.until(lambda rows: rows[0].state == "sent")
            with pytest.raises(Conflict) as said:
                await correct(s, wrong, not_out=seen)
            assert said.value.code == EVENT_CHANGED

    async def test_what_still_waits_as_it_was_read_is_no_reason_to(self, tmp_path: Path) -> None:
        """The same without the sending: the check above can pass."""
        async with show(sqlite_url(tmp_path), channels=("x",)) as s:
            await s.engine.stop_control.kill_channel(s.stage.channels["x"], "op")
            wrong = await s.publish("The left kidney.")
            row = await paused(s, wrong)
            await correct(s, wrong, not_out=((row.id, row.fence),), delay_s=600)
            assert (await s.stage.one(Delivery)).fence == row.fence + 1


@pytest.mark.parametrize("to", ["page", "list"])
async def test_K03_N01_who_read_it_before_the_correction_was_accepted_is_too_late(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch, to: str
) -> None:
    """One node is about to permit it when another one accepts the correction; it waits for that, and gives none."""
    async with show(postgres_url, channels=("twilio",), start=False) as s:
        means, channel_id = s.engine._dispatcher._means, s.stage.channels["twilio"]
        whom: dict[str, Any] = {"recipient": "+15550000001"}
        if to == "list":
            whom = {"audience_id": await s.stage.add_audience(2)}
        wrong = await s.publish(
            "Leave now.", deliveries=(PlannedDelivery(channel_id, ("Leave now.",), **whom),)
        )
        await s.engine.release.release_due()
        await s.engine.release.expansion.expand_lists()
        await means.limits.load(s.stage.database, channel_id, (), SystemClock().now())
        channel, stamps = await s.stage.one(Channel, id=channel_id), Stamps(means.fence)
        adapter = s.adapters[channel_id]

        async with s.stage.database.transaction() as session:
            found = await lane_heads.heads(session, channel_id, SystemClock().now(), 8)
            found += await store.lists(session, channel_id)
            assert [one.delivery.update_id for one in found] == [wrong.update_id]
            await correct(s, wrong, delay_s=600)  # on another connection

            async def as_read(*_: object, **__: object) -> list[store.Candidate]:
                return found

            monkeypatch.setattr(lane_heads, "heads", as_read)
            if to == "list":
                clock = SystemClock()
                given, _ = await means.lists.give(
                    session, found[0], channel, adapter, now=clock.now(), mono=clock.monotonic(), room=9,
                    earlier=(), turn=Turn(False), stamp_of=stamps.of,
                )  # fmt: skip
            else:
                given, _, _ = await means.permits.give(
                    session, channel, adapter, in_flight=0, probe=False, stamp_of=stamps.of
                )
            assert given == []
