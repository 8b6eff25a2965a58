"""What may be out is never called stopped: a kill or a correction leaves it to a person, and it stays correctable."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from app.broadcast.intents import PlannedDelivery
from app.broadcast.refusals import withdraw_waiting
from app.broadcast.restoring import mark_restored
from app.broadcast.settings import EngineSettings
from app.channels.base import Absent, Finding, Unclear
from app.clock import SystemClock
from app.editorial.corrections import Out
from app.editorial.outgoing import outgoing_of
from app.errors import Conflict
from app.models import Act, Delivery, RecipientDelivery, Update, UpdateState
from tests.broadcast.house import sqlite_url
from tests.broadcast.running import FREE, Show, show


async def unclear(*_: object, **__: object) -> Finding:
    return Unclear("its list does not answer")


async def in_doubt(s: Show) -> Delivery:
    """One delivery whose answer was lost, on a platform whose list cannot be read."""
    s.adapters[s.stage.channels["x"]].find = unclear  # type: ignore[attr-defined]
    await s.publish("The upper floor is closed.")
    (row,) = await s.stage.until(lambda rows: bool(rows) and rows[0].state == "held")
    assert row.reason == "cannot_tell"
    return row


async def out_of(s: Show, row: Delivery) -> Out:
    async with s.stage.database.read() as session:
        (out,) = (await outgoing_of(session, row.update_id)).deliveries
    return out


async def state_of(s: Show, row: Delivery) -> Delivery:
    found: Delivery = await s.stage.one(Delivery, id=row.id)
    return found


def lost(n: int, _: dict[str, Any]) -> str:
    return "cut+applied" if n == 1 else "ok"


class TestInDoubt:
    @pytest.mark.parametrize("by", ["kill", "correction"])
    async def test_G4_K03_what_may_be_out_is_not_called_stopped_and_can_still_be_corrected(
        self, tmp_path: Path, by: str
    ) -> None:
        """It stays held as it was; a person finds it there, and it is sent, in no state between called never out."""
        async with show(sqlite_url(tmp_path), {"x": lost}, channels=("x",)) as s:
            row = await in_doubt(s)
            if by == "kill":
                await s.engine.stop_control.kill_update(row.update_id, "op")
            else:
                marks = {"corrected": row.update_id}
                await s.publish("Not so.", kind="correction", priority="correction", to=(), marks=marks)
                await s.engine.release.release_due()
            now = await state_of(s, row)
            assert (now.state, now.reason, now.why) == ("held", "cannot_tell", row.why)
            assert (await out_of(s, row)).may_be_out
            await s.engine.decisions.decide(row.id, "it_is_there", "op", remote_id="r1")
            assert (await state_of(s, row)).state == "sent"
            assert (await out_of(s, row)).may_be_out
            assert len(s.platforms["x"].calls) == 1

    async def test_a_person_who_drops_it_settles_it(self, tmp_path: Path) -> None:
        """The decision about that very delivery still ends it, after a kill too."""
        async with show(sqlite_url(tmp_path), {"x": lost}, channels=("x",)) as s:
            row = await in_doubt(s)
            await s.engine.stop_control.kill_update(row.update_id, "op")
            await s.engine.decisions.decide(row.id, "drop", "op")
            now = await state_of(s, row)
            assert (now.state, now.reason) == ("withdrawn", "dropped")

    async def test_G4_what_a_restore_put_in_doubt_is_not_called_stopped(self, tmp_path: Path) -> None:
        """It waited when the backup was made and may have left since: withdrawn by nobody but a person."""
        async with show(sqlite_url(tmp_path), channels=("x",), start=False) as s:
            await s.publish("The upper floor is closed.")
            await s.engine.release.release_due()
            (row,) = await s.stage.rows(Delivery)
            now, settings = SystemClock().now(), s.engine.settings
            async with s.stage.database.transaction() as session:
                await mark_restored(session, now, settings.zone)
                of_it = Delivery.update_id == row.update_id
                assert await withdraw_waiting(session, of_it, "superseded", now, settings) == []
            assert ((await state_of(s, row)).state, (await out_of(s, row)).may_be_out) == ("held", True)

    @pytest.mark.parametrize("to", ["page", "list"])
    async def test_F22_what_was_stopped_when_the_backup_was_made_may_be_out_as_well(
        self, tmp_path: Path, to: str
    ) -> None:
        """Somebody may have kept it since: who starts again is not asked about it as about what never left."""
        async with show(sqlite_url(tmp_path), channels=("twilio",)) as s:
            channel_id = s.stage.channels["twilio"]
            await s.engine.stop_control.kill_channel(channel_id, "op")
            whom: dict[str, Any] = {"recipient": "+15550000001"}
            if to == "list":
                whom = {"audience_id": await s.stage.add_audience(3)}
            share = PlannedDelivery(channel_id, ("Leave now.",), **whom)
            await s.publish("Leave now.", deliveries=(share,))
            await s.stage.until(lambda rows: rows[0].claimable_at is not None)
            await s.engine.stop_control.stop(s.stage.event_id, "op")
            async with s.stage.database.transaction() as session:
                await mark_restored(session, SystemClock().now(), s.engine.settings.zone)
            row = await s.stage.one(Delivery)
            assert (row.state, row.reason) == ("held", "restored")
            await s.engine.stop_control.resume_channel(channel_id, "op")
            await s.engine.stop_control.restart(s.stage.event_id, "op2", {row.update_id: "keep"})
            await s.engine.stop_control.resume(s.stage.event_id, "op2")
            row = await s.stage.one(Delivery)
            assert (row.state, row.reason, s.platforms["twilio"].calls) == ("held", "restored", [])
            await s.engine.decisions.decide(row.id, "send_again", "op2")
            await s.stage.until(lambda rows: rows[0].state == "sent")

    async def test_F22_who_is_asked_to_agree_after_a_restore_is_told_that_it_may_be_out(
        self, tmp_path: Path
    ) -> None:
        """One counted down when the backup was made, the other waited for an approver: both may have gone since."""
        async with show(sqlite_url(tmp_path), channels=("x",), start=False) as s:
            await s.publish("The upper floor is closed.", delay_s=60.0)
            await s.publish("Leave now.", state=UpdateState.AWAITING_APPROVAL, needs="approver")
            now = SystemClock().now()
            async with s.stage.database.transaction() as session:
                assert (await mark_restored(session, now, s.engine.settings.zone)).deliveries == 0
            rows = await s.stage.rows(Delivery)
            assert [(row.state, row.reason, row.claimable_at) for row in rows] == [
                ("queued", "restored", None)
            ] * 2
            assert {row.next_step for row in rows} == {"Look whether it is out, then decide."}
            updates = await s.stage.rows(Update)
            assert {row.state for row in updates} == {"awaiting_approval"}
            assert all(row.waits_since is not None for row in updates)

    @pytest.mark.parametrize("how", ["resumed", "stopped"])
    async def test_F22_the_doubt_outlasts_the_hold_that_a_restore_leaves(
        self, tmp_path: Path, how: str
    ) -> None:
        """Somebody resumes, or stops and starts again, before the approver comes to it."""
        async with show(sqlite_url(tmp_path), channels=("x",), start=False) as s:
            await s.publish("Leave now.", state=UpdateState.AWAITING_APPROVAL, needs="approver")
            async with s.stage.database.transaction() as session:
                await mark_restored(session, SystemClock().now(), s.engine.settings.zone)
            control, event_id = s.engine.stop_control, s.stage.event_id
            if how == "stopped":
                await control.stop(event_id, "op")
                await control.restart(event_id, "op2", {})
            await control.resume(event_id, "op2")
            row = await s.stage.one(Delivery)
            assert (row.state, row.reason) == ("queued", "restored")

    async def test_what_waits_for_an_approver_is_on_hold_as_long_as_sending_is(self, tmp_path: Path) -> None:
        """It has no other reason than to be approved, so it says no more of a hold that was lifted."""
        async with show(sqlite_url(tmp_path), channels=("x",), start=False) as s:
            control, event_id = s.engine.stop_control, s.stage.event_id
            await control.hold(event_id, "op")
            await s.publish("Leave now.", state=UpdateState.AWAITING_APPROVAL, needs="approver")
            assert (await s.stage.one(Delivery)).reason == "on_hold"
            await control.resume(event_id, "op")
            assert (await s.stage.one(Delivery)).reason == ""

    async def test_F22_what_a_check_held_at_its_release_may_have_been_let_go_since(
        self, tmp_path: Path
    ) -> None:
        """It was never claimable in the backup; "send again" on the desk may have sent it all the same."""
        async with show(sqlite_url(tmp_path), channels=("x",), start=False) as s:
            await s.publish("The upper floor is closed.")
            async with s.stage.database.transaction() as session:
                await session.execute(update(Update).values(state=UpdateState.RELEASED))
                await session.execute(update(Delivery).values(state="held", reason="gate"))
                await mark_restored(session, SystemClock().now(), s.engine.settings.zone)
            row = await s.stage.one(Delivery)
            assert (row.state, row.reason) == ("held", "restored")

    @pytest.mark.parametrize(
        ("choice", "ends", "left"),
        [("it_is_there", "sent", []), ("drop", "withdrawn", ["The upper floor is closed."])],
    )
    async def test_K03_a_deletion_waits_for_the_decision_about_what_may_be_out(
        self, tmp_path: Path, choice: str, ends: str, left: list[str]
    ) -> None:
        """It does not say that nothing was out: a person finds the post, and it goes by itself; or there was none."""
        async with show(sqlite_url(tmp_path), {"x": lost}, channels=("x",)) as s:
            row = await in_doubt(s)
            share = PlannedDelivery(row.channel_id, (), act=Act.DELETE, of_delivery_id=row.id)
            marks = {"retracted": row.update_id}
            back = await s.publish(
                "", kind="retraction", priority="correction", deliveries=(share,), marks=marks
            )
            its = {"id": back.delivery_ids[0]}
            (held,) = await s.stage.until(lambda rows: rows[0].state not in ("queued", "sending"), **its)
            assert (held.state, held.reason) == ("held", "original_in_doubt")
            with pytest.raises(Conflict):
                await s.engine.decisions.decide(held.id, "it_is_there", "op")
            found = {"remote_id": "r1"} if choice == "it_is_there" else {}
            await s.engine.decisions.decide(row.id, choice, "op", **found)
            await s.stage.until(lambda rows: rows[0].state == ends, **its)
            assert s.platforms["x"].texts == left

    @pytest.mark.parametrize(
        ("choice", "second", "left"), [("it_is_there", "cut+applied", 1), ("drop", "cut", 0)]
    )
    async def test_K03_of_a_thread_in_doubt_what_is_out_is_deleted_at_once_and_what_is_found_by_itself(
        self, tmp_path: Path, choice: str, second: str, left: int
    ) -> None:
        """Its first post goes; the other one as soon as somebody found it, or there was none and it is over."""
        plan = lambda n, _: second if n == 2 else "ok"  # noqa: E731
        async with show(sqlite_url(tmp_path), {"x": plan}, channels=("x",)) as s:
            s.adapters[s.stage.channels["x"]].find = unclear
            await s.publish(parts=["one 1/2", "two 2/2"])
            (row,) = await s.stage.until(lambda rows: rows[0].state == "held")
            share = PlannedDelivery(row.channel_id, (), act=Act.DELETE, of_delivery_id=row.id)
            back = await s.publish(
                "",
                kind="retraction",
                priority="correction",
                deliveries=(share,),
                marks={"retracted": row.update_id},
            )
            its = {"id": back.delivery_ids[0]}
            (held,) = await s.stage.until(lambda rows: rows[0].state in ("held", "sent"), **its)
            assert (held.reason, s.platforms["x"].texts) == ("original_in_doubt", ["two 2/2"][:left])
            found = {"remote_id": "r2"} if left else {}
            await s.engine.decisions.decide(row.id, choice, "op", **found)
            (over,) = await s.stage.until(lambda rows: rows[0].state == "sent", **its)
            assert (over.sent_at is not None, s.platforms["x"].texts) == (True, [])
            deleted = [call["path"] for call in s.platforms["x"].calls if call["method"] == "DELETE"]
            assert deleted == ["/posts/r1", "/posts/r2"][: 1 + left]

    @pytest.mark.parametrize(("choice", "people"), [("it_is_there", []), ("send_again", ["queued"] * 3)])
    async def test_F22_a_list_seen_out_after_a_restore_calls_nobody_again(
        self, tmp_path: Path, choice: str, people: list[str]
    ) -> None:
        """The backup is from before its people were written down: who says that it is out is believed."""
        async with show(sqlite_url(tmp_path), channels=("twilio",), start=False) as s:
            audience = await s.stage.add_audience(3)
            share = PlannedDelivery(s.stage.channels["twilio"], ("Leave now.",), audience_id=audience)
            await s.publish("Leave now.", deliveries=(share,))
            await s.engine.release.release_due()
            async with s.stage.database.transaction() as session:
                await mark_restored(session, SystemClock().now(), s.engine.settings.zone)
            (row,) = await s.stage.rows(Delivery)
            await s.engine.decisions.decide(row.id, choice, "op")
            await s.engine.release.expansion.expand_lists()
            assert [one.state for one in await s.stage.rows(RecipientDelivery)] == people
            assert ((await state_of(s, row)).state == "sent") == (choice == "it_is_there")


class TestRefusedAsARepeat:
    async def test_F30_it_is_looked_for_since_the_try_whose_answer_was_lost(self, tmp_path: Path) -> None:
        """Absent at first, then refused as a double: what is there is from the first try, and that is its id."""

        def plan(n: int, _: dict[str, Any]) -> str:
            return "cut+applied" if n == 1 else "duplicate"

        async with show(sqlite_url(tmp_path), {"x": plan}, channels=("x",)) as s:
            s.platforms["x"].lists_after_calls = 2
            await s.publish("The upper floor is closed.")
            (row,) = await s.stage.until(lambda rows: rows[0].state not in ("queued", "sending", "unknown"))
            assert (row.state, row.remote_id, len(s.platforms["x"].calls)) == ("sent", "r1", 2)

    async def test_F30_also_where_our_own_deadline_ended_the_try(self, tmp_path: Path) -> None:
        """No answer was read, whoever stopped waiting for it: the refusal of the next try is evidence, and no refusal."""

        def plan(n: int, _: dict[str, Any]) -> str:
            return "hang+applied" if n == 1 else "duplicate"

        settings = EngineSettings(windows=FREE, drain_s=2.0, attempt_deadline_s=0.5)
        async with show(sqlite_url(tmp_path), {"x": plan}, channels=("x",), settings=settings) as s:
            s.platforms["x"].lists_after_calls = 2
            await s.publish("The upper floor is closed.")
            (row,) = await s.stage.until(lambda rows: rows[0].state not in ("queued", "sending", "unknown"))
            s.platforms["x"].let_go.set()
            assert (row.state, row.remote_id, len(s.platforms["x"].calls)) == ("sent", "r1", 2)

    async def test_F30_what_the_platform_says_it_has_and_does_not_show_is_for_a_person(
        self, tmp_path: Path
    ) -> None:
        """Not sent again and again until it is called too old, while it is out."""

        def plan(n: int, _: dict[str, Any]) -> str:
            return "cut+applied" if n == 1 else "duplicate"

        async def absent(*_: object, **__: object) -> Finding:
            return Absent()

        async with show(sqlite_url(tmp_path), {"x": plan}, channels=("x",)) as s:
            s.adapters[s.stage.channels["x"]].find = absent  # type: ignore[attr-defined]
            await s.publish("The upper floor is closed.", expires_in_s=3.0)
            (row,) = await s.stage.until(lambda rows: rows[0].state not in ("queued", "sending", "unknown"))
            assert (row.state, row.reason, len(s.platforms["x"].calls)) == ("held", "cannot_tell", 2)
