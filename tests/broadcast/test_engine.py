"""The engine on a real database, talking to scripted platforms over real sockets."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy
import sqlalchemy.event
from sqlalchemy import update

from app.broadcast.gate import Refusal
from app.broadcast.intents import PlannedDelivery
from app.broadcast.limit_book import LimitBook
from app.broadcast.outcomes import remember_opt_out
from app.broadcast.reading import TopicReader
from app.broadcast.retry import RetryRules
from app.broadcast.settings import EngineSettings
from app.channels.base import Media, OutboundPost, Receipt
from app.clock import ManualClock, SystemClock
from app.errors import Conflict, Forbidden, Unready
from app.ids import new_id
from app.models import (
    Attempt,
    Channel,
    Delivery,
    DeliveryPart,
    EventChannel,
    LimitHold,
    LiveEvent,
    RecipientDelivery,
    TopicChange,
    Update,
)
from tests.broadcast.house import NOW, sqlite_url
from tests.broadcast.running import FREE, show


def all_in(*states: str) -> Any:
    return lambda rows: bool(rows) and all(row.state in states for row in rows)


class TestTheWayOut:
    async def test_an_update_goes_to_every_channel_after_its_release(self, tmp_path: Path) -> None:
        """Accepted, released, sent: each platform has it once and the delivery has its id."""
        async with show(sqlite_url(tmp_path)) as s:
            await s.publish("Incision made.", to=("x", "facebook"))
            rows = await s.stage.until(all_in("sent"))
            assert s.platforms["x"].texts == s.platforms["facebook"].texts == ["Incision made."]
            assert {row.remote_id for row in rows} == {"r1"}
            assert all(row.settled_at is not None and row.why for row in rows)

    async def test_a_picture_that_cannot_be_had_is_an_outcome_and_is_tried_again(
        self, tmp_path: Path
    ) -> None:
        """No byte has left: the try is written as failed, the delivery waits and goes out when the picture is there."""
        asked: list[str] = []

        async def load(refs: Any, _lang: str) -> tuple[Media, ...]:
            asked.append(refs[0]["id"])
            if len(asked) == 1:
                raise FileNotFoundError("the disk is away")
            return ()

        async with show(sqlite_url(tmp_path), channels=("x",), load_media=load) as s:
            planned = PlannedDelivery(s.stage.channels["x"], ("Look.",), media=({"id": "p1"},))
            await s.publish("Look.", deliveries=(planned,))
            await s.stage.until(all_in("sent"))
            assert (asked, s.platforms["x"].texts) == (["p1", "p1"], ["Look."])
            tries = sorted(await s.stage.rows(Attempt), key=lambda row: row.intent_at)
            assert [row.outcome == "sent" for row in tries] == [False, True]
            assert all(row.outcome is not None for row in tries)

    async def test_G3_a_busy_database_is_no_reason_to_give_up_a_post_with_a_picture(
        self, tmp_path: Path
    ) -> None:
        """Its picture could not be read five times in a row; nothing of it left, and it goes out when it can be."""
        failures = ["busy"] * 5

        async def load(_refs: Any, _lang: str) -> tuple[Media, ...]:
            if failures:
                failures.pop()
                raise Unready("The database is busy.", code="database_busy")
            return ()

        settings = EngineSettings(windows=FREE, drain_s=2.0, retry=RetryRules(base_s=0.01))
        async with show(sqlite_url(tmp_path), channels=("x",), load_media=load, settings=settings) as s:
            planned = PlannedDelivery(s.stage.channels["x"], ("Look.",), media=({"id": "p1"},))
            await s.publish("Look.", deliveries=(planned,))
            (row,) = await s.stage.until(lambda rows: bool(rows) and rows[0].settled_at is not None)
            assert (row.state, s.platforms["x"].texts) == ("sent", ["Look."])

    async def test_G3_a_platform_that_is_slow_before_the_post_is_no_fault_of_ours(
        self, tmp_path: Path
    ) -> None:
        """Our own deadline ended four uploads: nothing left, nothing was found out, and it is tried until it is too old."""
        tries = []

        async def load(_refs: Any, _lang: str) -> tuple[Media, ...]:
            tries.append(1)
            if len(tries) <= 4:
                await asyncio.Event().wait()
            return ()

        settings = EngineSettings(
            windows=FREE, drain_s=2.0, attempt_deadline_s=0.5, retry=RetryRules(base_s=0.01)
        )
        async with show(sqlite_url(tmp_path), channels=("x",), load_media=load, settings=settings) as s:
            planned = PlannedDelivery(s.stage.channels["x"], ("Look.",), media=({"id": "p1"},))
            await s.publish("Look.", deliveries=(planned,))
            (row,) = await s.stage.until(lambda rows: bool(rows) and rows[0].state in ("sent", "rejected"))
            assert (row.state, s.platforms["x"].texts) == ("sent", ["Look."])
            assert {one.outcome for one in await s.stage.rows(Attempt)} == {"Unavailable", "sent"}

    async def test_G3_a_picture_that_takes_longer_than_a_permit_is_uploaded_once_and_goes_out(
        self, tmp_path: Path
    ) -> None:
        """The first start is too late by the upload; the next one has the picture there already."""

        async def load(_refs: Any, _lang: str) -> tuple[Media, ...]:
            return (Media(b"jpeg", "image/jpeg", "A knee"),)

        settings = EngineSettings(windows=FREE, drain_s=2.0, permit_s=0.05, sole_node=False)
        async with show(
            sqlite_url(tmp_path), channels=("x",), load_media=load, settings=settings, start=False
        ) as s:
            adapter: Any = s.adapters[s.stage.channels["x"]]
            publish, uploads = adapter.publish, []

            async def prepare(post: OutboundPost) -> OutboundPost:
                if any(one.remote_id is None for one in post.media):
                    uploads.append(post.ref)
                    await asyncio.sleep(0.9)  # longer than any permit where others share the database
                return replace(post, media=tuple(replace(one, remote_id="m1") for one in post.media))

            async def with_pictures(post: OutboundPost, *, may_start: Any) -> Receipt:
                return await publish(await prepare(post), may_start=may_start)

            adapter.prepare, adapter.publish = prepare, with_pictures
            await s.engine.start()
            planned = PlannedDelivery(s.stage.channels["x"], ("Look.",), media=({"id": "p1"},))
            await s.publish("Look.", deliveries=(planned,), expires_in_s=4.0)
            (row,) = await s.stage.until(all_in("sent", "expired"))
            assert (row.state, len(uploads), s.platforms["x"].texts) == ("sent", 1, ["Look."])

    @pytest.mark.parametrize(("answer", "uploads"), [("429", 1), ("garbage", 2)])
    async def test_a_picture_is_there_already_when_the_platform_took_nothing_of_the_post(
        self, tmp_path: Path, answer: str, uploads: int
    ) -> None:
        """Uploads have limits of their own; of what may be out nothing is used a second time."""
        asked: list[str] = []

        async def load(_refs: Any, _lang: str) -> tuple[Media, ...]:
            return (Media(b"jpeg", "image/jpeg", "A knee"),)

        plans = {"x": lambda n, _request: answer if n == 1 else "ok"}
        async with show(sqlite_url(tmp_path), plans, channels=("x",), load_media=load, start=False) as s:
            s.platforms["x"].retry_after_s = 0.05
            adapter: Any = s.adapters[s.stage.channels["x"]]

            async def prepare(post: OutboundPost) -> OutboundPost:
                if any(one.remote_id is None for one in post.media):
                    asked.append(post.ref)
                return replace(post, media=tuple(replace(one, remote_id="m1") for one in post.media))

            adapter.prepare = prepare
            await s.engine.start()
            planned = PlannedDelivery(s.stage.channels["x"], ("Look.",), media=({"id": "p1"},))
            await s.publish("Look.", deliveries=(planned,))
            await s.stage.until(all_in("sent"))
            assert (len(s.platforms["x"].calls), len(asked)) == (2, uploads)

    async def test_accept_tells_the_desk_only_and_release_tells_the_public(self, tmp_path: Path) -> None:
        """Nothing about an update is on the public topic before its release."""
        async with show(sqlite_url(tmp_path)) as s:
            await s.publish(delay_s=0.6)
            topics = {change.topic_id.split(":")[1] for change in await s.stage.rows(TopicChange)}
            assert topics == {"desk"}
            assert s.platforms["x"].calls == []
            await s.stage.until(all_in("sent"))
            topics = {change.topic_id.split(":")[1] for change in await s.stage.rows(TopicChange)}
            assert topics == {"desk", "public", "family"}

    async def test_G5_a_thread_goes_in_order_each_post_under_the_one_before(self, tmp_path: Path) -> None:
        """A part never starts before its parent's id is recorded."""
        async with show(sqlite_url(tmp_path)) as s:
            await s.publish(parts=["one 1/3", "two 2/3", "three 3/3"])
            await s.stage.until(all_in("sent"))
            assert [(c["text"], c["reply_to"]) for c in s.platforms["x"].calls] == [
                ("one 1/3", None),
                ("two 2/3", "r1"),
                ("three 3/3", "r2"),
            ]

    async def test_G5_one_lane_goes_in_the_events_order(self, tmp_path: Path) -> None:
        """Ten updates of one event reach a platform in the order of their numbers."""
        async with show(sqlite_url(tmp_path)) as s:
            for n in range(10):
                await s.publish(f"Step {n}")
            await s.stage.until(lambda rows: len(rows) == 10 and all(r.state == "sent" for r in rows))
            assert s.platforms["x"].texts == [f"Step {n}" for n in range(10)]

    async def test_a_silent_platform_delays_nobody_else(self, tmp_path: Path) -> None:
        """While one platform answers nothing, the other has the update at once."""
        async with show(sqlite_url(tmp_path), {"x": lambda *_: "hang"}) as s:
            await s.publish(to=("x", "facebook"))
            await s.stage.until(all_in("sent"), channel_id=s.stage.channels["facebook"])
            (other,) = await s.stage.rows(Delivery, channel_id=s.stage.channels["x"])
            assert other.state == "sending"
            s.platforms["x"].let_go.set()

    async def test_an_emergency_overtakes_what_is_being_sent_slowly(self, tmp_path: Path) -> None:
        """A class above does not wait for the one under way."""
        async with show(
            sqlite_url(tmp_path), {"x": lambda n, r: "hang" if r["text"] == "slow" else "ok"}
        ) as s:
            await s.publish("slow")
            await asyncio.wait_for(s.platforms["x"].arrived.wait(), 30)
            await s.publish("Evacuate.", priority="emergency")
            await s.stage.until(all_in("sent"), priority="emergency")
            states = {row.priority: row.state for row in await s.stage.rows(Delivery)}
            assert states == {"normal": "sending", "emergency": "sent"}
            s.platforms["x"].let_go.set()


class TestRefusals:
    async def test_undo_takes_it_back_and_it_is_never_sent(self, tmp_path: Path) -> None:
        """N1: after undo nothing of it leaves, on any channel; a second undo says so."""
        async with show(sqlite_url(tmp_path)) as s:
            accepted = await s.publish(to=("x", "facebook"), delay_s=0.3)
            await s.engine.undo(accepted.update_id, "person:1")
            await asyncio.sleep(0.5)
            assert s.platforms["x"].calls == s.platforms["facebook"].calls == []
            assert {row.state for row in await s.stage.rows(Delivery)} == {"withdrawn"}
            with pytest.raises(Conflict, match="taken back"):
                await s.engine.undo(accepted.update_id, "person:1")

    async def test_G6_what_was_undone_before_is_no_part_of_a_stops_answer(self, tmp_path: Path) -> None:
        """A stop with nothing waiting says so, also to whoever has just taken something back."""
        async with show(sqlite_url(tmp_path)) as s:
            accepted = await s.publish(to=("x", "facebook"), delay_s=5.0)
            await s.engine.undo(accepted.update_id, "person:1")
            report = await s.engine.stop_control.stop(s.stage.event_id, "person:1")
            assert (report.not_started, report.recipients_not_started) == (0, 0)

    async def test_undo_after_release_says_that_it_is_out(self, tmp_path: Path) -> None:
        """Too late is said, and nothing changes."""
        async with show(sqlite_url(tmp_path)) as s:
            accepted = await s.publish()
            await s.stage.until(all_in("sent"))
            with pytest.raises(Conflict) as refused:
                await s.engine.undo(accepted.update_id, "person:1")
            assert refused.value.code == "already_released"

    async def test_G10_a_broken_gate_lets_nothing_out(self, tmp_path: Path) -> None:
        """A gate that raises refuses the release and every permit."""
        async with show(sqlite_url(tmp_path)) as s:
            s.gate.raises = True
            accepted = await s.publish()
            async with asyncio.timeout(30):
                while (one := await s.stage.one(Update, id=accepted.update_id)).state == "counting_down":
                    await asyncio.sleep(0.01)
            assert one.state == "awaiting_approval"
            assert s.platforms["x"].calls == []

    async def test_a_gate_that_closes_after_release_stops_the_permit(self, tmp_path: Path) -> None:
        """The gate is asked again inside the permit: a retry after a revocation does not leave."""
        async with show(sqlite_url(tmp_path), {"x": lambda *_: "429"}) as s:
            s.platforms["x"].retry_after_s = 0.3
            await s.publish()
            await s.stage.until(lambda rows: rows[0].reason == "limited")
            s.gate.refusal = Refusal("withdrawn", "consent_revoked", "The patient has withdrawn consent.")
            s.platforms["x"].plan = lambda *_: "ok"
            rows = await s.stage.until(all_in("withdrawn"))
            assert rows[0].reason == "consent_revoked"
            assert s.platforms["x"].applied == []

    async def test_G7_nothing_starts_after_its_expiry(self, tmp_path: Path) -> None:
        """What waits longer than it may expires, and says so."""
        async with show(sqlite_url(tmp_path), {"x": lambda *_: "429"}) as s:
            s.platforms["x"].retry_after_s = 30.0
            await s.publish(expires_in_s=1.5)
            rows = await s.stage.until(all_in("expired"))
            assert rows[0].reason == "expired"
            assert len(s.platforms["x"].calls) <= 1  # none, where the machine is busier than the update lasts

    @pytest.mark.parametrize("to", ["page", "list"])
    async def test_G7_a_permit_ends_with_the_expiry(self, tmp_path: Path, to: str) -> None:
        """Permitted in time, and then the way to the platform took longer: its first byte is not let go."""
        settings = EngineSettings(windows=FREE, permit_s=30.0, drain_s=2.0)
        clock = ManualClock(NOW)  # a busy machine takes no time from the update
        async with show(sqlite_url(tmp_path), channels=("twilio",), settings=settings, clock=clock) as s:
            adapter: Any = s.adapters[s.stage.channels["twilio"]]
            publish = adapter.publish

            async def slowly(post: Any, *, may_start: Any) -> Any:
                left = (await s.stage.one(Delivery)).expires_at - clock.now()
                clock.advance(left.total_seconds() + 0.01)
                return await publish(post, may_start=may_start)

            adapter.publish = slowly
            whom = {"audience_id": await s.stage.add_audience(1)} if to == "list" else {}
            planned = PlannedDelivery(s.stage.channels["twilio"], ("Stay inside.",), **whom)
            await s.publish("Stay inside.", deliveries=(planned,), expires_in_s=1.2)
            (row,) = await s.stage.until(all_in("sent", "expired"))
            assert (row.state, s.platforms["twilio"].calls) == ("expired", [])
            assert [one.outcome for one in await s.stage.rows(Attempt)] == ["StartRefused"]

    async def test_G8_a_wait_that_was_asked_for_in_the_middle_of_a_list_outlives_a_restart(
        self, tmp_path: Path
    ) -> None:
        """As after a post: the next process knows from the database that the platform is to be left alone."""
        async with show(sqlite_url(tmp_path), {"twilio": lambda *_: "429"}, channels=("twilio",)) as s:
            s.platforms["twilio"].retry_after_s = 600.0
            channel_id = s.stage.channels["twilio"]
            planned = PlannedDelivery(channel_id, ("Stay.",), audience_id=await s.stage.add_audience(1))
            await s.publish("Stay.", deliveries=(planned,))
            async with asyncio.timeout(30):
                while not (held := await s.stage.rows(LimitHold)):
                    await asyncio.sleep(0.01)
            after = LimitBook(new_id, SystemClock())
            await after.load(s.stage.database, channel_id, (), SystemClock().now())
            wait_s, asked = after.wait_s(channel_id, SystemClock().now(), urgent=True)
        assert [one.key for one in held] == [channel_id]
        assert asked
        assert wait_s > 0

    async def test_the_board_is_told_until_when_a_platform_wants_to_be_left_alone(
        self, tmp_path: Path
    ) -> None:
        """Once for a hold, with its end, which is what the platform asked for."""
        async with show(sqlite_url(tmp_path), {"x": lambda *_: "429"}) as s:
            s.platforms["x"].retry_after_s = 30.0
            reader, desk = TopicReader(s.stage.database, drill=True), f"{s.stage.event_id}:desk"
            async with s.stage.database.transaction() as session:
                session.add(EventChannel(event_id=s.stage.event_id, channel_id=s.stage.channels["x"]))
            asked_at = datetime.now(UTC)
            await s.publish()
            await s.stage.until(lambda rows: rows[0].reason == "limited")
            reading = await reader.read_whole(desk)
            (channel,) = [one for one in reading.things.channels if one.adapter == "x"]
            assert channel.limited_until is not None
            assert 25 < (channel.limited_until - asked_at).total_seconds() < 40
            refs = [ref for _, refs in reading.changes for ref in refs if ref[0] == "channel"]
            assert refs == [("channel", channel.id)]

    async def test_F28_a_refused_token_pauses_the_channel_and_keeps_the_backlog(self, tmp_path: Path) -> None:
        """One attempt, then the channel is paused; another goes on; resuming sends what waited."""
        async with show(sqlite_url(tmp_path), {"x": lambda *_: "401"}) as s:
            for n in range(3):
                await s.publish(f"Step {n}", to=("x", "facebook"))
            x, facebook = s.stage.channels["x"], s.stage.channels["facebook"]
            await s.stage.until(all_in("sent"), channel_id=facebook)
            assert (await s.stage.one(Channel, id=x)).state == "paused"
            assert len(s.platforms["x"].calls) == 1
            s.platforms["x"].plan = lambda *_: "ok"
            await s.engine.stop_control.resume_channel(x, "person:1")
            await s.stage.until(all_in("sent"), channel_id=x)
            assert s.platforms["x"].texts == ["Step 0", "Step 1", "Step 2"]

    async def test_a_refused_text_is_rejected_with_the_reason(self, tmp_path: Path) -> None:
        """The author sees what the platform said."""
        async with show(sqlite_url(tmp_path), {"x": lambda *_: "refuse"}) as s:
            await s.publish()
            rows = await s.stage.until(all_in("rejected"))
            assert "not allowed" in rows[0].why
            assert "new update" in rows[0].next_step


class TestAmbiguity:
    @pytest.mark.parametrize("word", ["cut+applied", "503+applied", "garbage+applied"])
    async def test_D04_a_lost_answer_is_found_and_not_sent_twice(self, tmp_path: Path, word: str) -> None:
        """Applied but unanswered: reconciled to sent, with the right id, and applied once."""
        async with show(sqlite_url(tmp_path), {"x": lambda n, _: word if n == 1 else "ok"}) as s:
            await s.publish("Clamp on.")
            rows = await s.stage.until(all_in("sent"))
            assert s.platforms["x"].texts == ["Clamp on."]
            assert rows[0].remote_id == "r1"

    @pytest.mark.parametrize("word", ["cut", "503", "garbage"])
    async def test_D04_a_lost_request_is_proven_absent_before_it_is_sent_again(
        self, tmp_path: Path, word: str
    ) -> None:
        """Unanswered and not applied: two looks, then the second send."""
        async with show(sqlite_url(tmp_path), {"x": lambda n, _: word if n == 1 else "ok"}) as s:
            await s.publish("Clamp on.")
            await s.stage.until(all_in("sent"))
            assert s.platforms["x"].texts == ["Clamp on."]
            assert len(s.platforms["x"].calls) == 2

    async def test_G4_an_unknown_part_stops_its_thread(self, tmp_path: Path) -> None:
        """The second post of a thread waits until the first is found."""
        async with show(sqlite_url(tmp_path), {"x": lambda n, _: "cut+applied" if n == 1 else "ok"}) as s:
            await s.publish(parts=["one", "two"])
            await s.stage.until(all_in("sent"))
            assert [(c["text"], c["reply_to"]) for c in s.platforms["x"].calls] == [
                ("one", None),
                ("two", "r1"),
            ]

    async def test_an_attempt_is_written_before_its_call(self, tmp_path: Path) -> None:
        """While the call is out, its intent stands in the database without an outcome."""
        async with show(sqlite_url(tmp_path), {"x": lambda *_: "hang"}) as s:
            await s.publish()
            await asyncio.wait_for(s.platforms["x"].arrived.wait(), 30)
            attempt = await s.stage.one(Attempt)
            s.platforms["x"].let_go.set()
            assert attempt.outcome is None
            assert attempt.finished_at is None


class TestStop:
    async def test_G6_after_a_stop_nothing_starts_and_the_list_is_honest(self, tmp_path: Path) -> None:
        """One is out, one is in flight, five have not started: that is what the stop says, and it stays so."""
        plan = lambda n, _: "ok" if n == 1 else "hang"  # noqa: E731
        async with show(sqlite_url(tmp_path), {"x": plan}, channels=("x",)) as s:
            await s.publish("first")
            await s.stage.until(all_in("sent"))
            for n in range(6):
                await s.publish(f"Step {n}")
            async with asyncio.timeout(30):
                while len(s.platforms["x"].calls) < 2:
                    await asyncio.sleep(0.01)
            report = await s.engine.stop_control.stop(s.stage.event_id, "person:1")
            calls = len(s.platforms["x"].calls)
            assert (len(report.out), len(report.in_flight), report.not_started) == (1, 1, 5)
            s.platforms["x"].let_go.set()
            await asyncio.sleep(0.5)
            assert len(s.platforms["x"].calls) == calls

    async def test_a_stop_is_lifted_by_a_second_person_who_decides_item_by_item(self, tmp_path: Path) -> None:
        """It lands on hold; then keep goes out, drop is withdrawn, what nobody named stays held."""
        async with show(sqlite_url(tmp_path), channels=("x",)) as s:
            await s.engine.stop_control.hold(s.stage.event_id, "person:1")
            await s.engine.stop_control.resume(s.stage.event_id, "person:1")
            s.platforms["x"].plan = lambda *_: "429"
            s.platforms["x"].retry_after_s = 0.3
            kept, dropped, left = [await s.publish(t) for t in ("keep", "drop", "left")]
            await s.stage.until(lambda rows: sum(r.claimable_at is not None for r in rows) == 3)
            await asyncio.sleep(0.1)
            await s.engine.stop_control.stop(s.stage.event_id, "person:1")
            s.platforms["x"].plan = lambda *_: "ok"
            decisions = {kept.delivery_ids[0]: "keep", dropped.delivery_ids[0]: "drop"}
            with pytest.raises(Forbidden) as refused:
                await s.engine.stop_control.restart(s.stage.event_id, "person:1", decisions)
            assert refused.value.code == "second_person"
            await s.engine.stop_control.restart(s.stage.event_id, "person:2", decisions)
            assert (await s.stage.one(LiveEvent)).sending == "hold"
            assert s.platforms["x"].texts == []
            await s.engine.stop_control.resume(s.stage.event_id, "person:2")
            await s.stage.until(all_in("sent"), id=kept.delivery_ids[0])
            assert (await s.stage.one(Delivery, id=dropped.delivery_ids[0])).state == "withdrawn"
            assert (await s.stage.one(Delivery, id=left.delivery_ids[0])).state == "held"
            assert s.platforms["x"].texts == ["keep"]

    async def test_a_hold_freezes_the_countdown_and_resume_goes_on_with_what_was_left(
        self, tmp_path: Path
    ) -> None:
        """Nothing is released on hold; what is accepted meanwhile waits with its whole countdown."""
        async with show(sqlite_url(tmp_path), channels=("x",)) as s:
            before = await s.publish("before", delay_s=30.0)
            await s.engine.stop_control.hold(s.stage.event_id, "person:1")
            await s.publish("meanwhile", delay_s=0.2)
            await asyncio.sleep(0.6)
            assert s.platforms["x"].calls == []
            row = await s.stage.one(Update, id=before.update_id)
            assert row.release_at is None
            assert 0 < row.hold_left_s <= 30.0
            async with s.stage.database.transaction() as session:  # or the test would take as long
                await session.execute(update(Update).where(Update.id == row.id).values(hold_left_s=0.1))
            await s.engine.stop_control.resume(s.stage.event_id, "person:1")
            await s.stage.until(lambda rows: len(rows) == 2 and all(r.state == "sent" for r in rows))

    async def test_a_stopped_event_takes_no_update(self, tmp_path: Path) -> None:
        """The submit is refused with its code and the next action."""
        async with show(sqlite_url(tmp_path)) as s:
            await s.engine.stop_control.stop(s.stage.event_id, "person:1")
            with pytest.raises(Conflict, match="second person") as refused:
                await s.publish()
            assert refused.value.code == "stopped"

    async def test_killing_one_update_leaves_the_others_alone(self, tmp_path: Path) -> None:
        """Its own deliveries are withdrawn; the event goes on."""
        async with show(sqlite_url(tmp_path), {"x": lambda *_: "429"}, channels=("x",)) as s:
            s.platforms["x"].retry_after_s = 0.3
            wrong = await s.publish("wrong")
            right = await s.publish("right")
            await s.engine.stop_control.kill_update(wrong.update_id, "person:1")
            s.platforms["x"].plan = lambda *_: "ok"
            await s.stage.until(all_in("sent"), id=right.delivery_ids[0])
            await s.stage.until(all_in("withdrawn"), id=wrong.delivery_ids[0])
            assert s.platforms["x"].texts == ["right"]


class TestCorrections:
    async def test_a_retraction_deletes_every_post_last_first(self, tmp_path: Path) -> None:
        """Act delete takes back a whole thread."""
        async with show(sqlite_url(tmp_path), channels=("x",)) as s:
            wrong = await s.publish(parts=["one", "two"])
            await s.stage.until(all_in("sent"))
            take_back = PlannedDelivery(
                s.stage.channels["x"], (), act="delete", of_delivery_id=wrong.delivery_ids[0]
            )
            await s.publish(
                "",
                deliveries=(take_back,),
                kind="retraction",
                priority="correction",
                of_update_id=wrong.update_id,
                marks={"retracted": wrong.update_id},
            )
            await s.stage.until(lambda rows: len(rows) == 2 and all(r.state == "sent" for r in rows))
            assert s.platforms["x"].texts == []
            assert [c["path"] for c in s.platforms["x"].calls[2:]] == ["/posts/r2", "/posts/r1"]
            assert (await s.stage.one(Update, id=wrong.update_id)).on_page == "retracted"

    async def test_a_retraction_stops_what_of_it_has_not_left(self, tmp_path: Path) -> None:
        """A wrong text still in the queue never goes out after its retraction."""
        async with show(sqlite_url(tmp_path), {"x": lambda *_: "429"}, channels=("x",)) as s:
            s.platforms["x"].retry_after_s = 0.4
            wrong = await s.publish("wrong")
            await s.stage.until(lambda rows: rows[0].reason == "limited")
            s.platforms["x"].plan = lambda *_: "ok"
            await s.publish(
                "",
                deliveries=(),
                kind="retraction",
                priority="correction",
                of_update_id=wrong.update_id,
                marks={"retracted": wrong.update_id},
            )
            await s.stage.until(all_in("withdrawn"))
            await asyncio.sleep(0.6)
            assert s.platforms["x"].applied == []

    @pytest.mark.parametrize("parts", [1, 2])
    async def test_an_edit_changes_the_posts_it_is_about(self, tmp_path: Path, parts: int) -> None:
        """Each part of an edit goes to the id of the same part of the earlier delivery, and posts nothing."""
        async with show(sqlite_url(tmp_path), channels=("x",)) as s:
            wrong = await s.publish(parts=["wrong 1/2", "wrong 2/2"][:parts])
            await s.stage.until(all_in("sent"))
            right = ("right 1/2", "right 2/2")[:parts]
            edit = PlannedDelivery(
                s.stage.channels["x"], right, act="edit", of_delivery_id=wrong.delivery_ids[0]
            )
            await s.publish("right", deliveries=(edit,), kind="correction", priority="correction")
            await s.stage.until(lambda rows: len(rows) == 2 and all(r.state == "sent" for r in rows))
            assert s.platforms["x"].texts == list(right)
            changed = [(call["method"], call["path"]) for call in s.platforms["x"].calls[parts:]]
            assert changed == [("PUT", f"/posts/r{n}") for n in range(1, parts + 1)]


class TestRestart:
    async def test_G3_what_a_dead_process_was_sending_is_looked_for(self, tmp_path: Path) -> None:
        """Sending at the crash becomes unknown, then found; nothing is applied twice."""
        async with show(sqlite_url(tmp_path), {"x": lambda n, _: "hang+applied" if n == 1 else "ok"}) as s:
            s.platforms["x"].hang_s = 60.0
            await s.publish("Clamp on.")
            await asyncio.wait_for(s.platforms["x"].arrived.wait(), 30)
            for task in s.engine._tasks:
                task.cancel()
            s.engine._dispatcher._lanes.clear()
            await s.engine.start()
            rows = await s.stage.until(all_in("sent"))
            assert rows[0].remote_id == "r1"
            assert s.platforms["x"].texts == ["Clamp on."]


class TestLists:
    async def test_a_list_reaches_everybody_once(self, tmp_path: Path) -> None:
        """300 people, some lost answers and one opt-out: each gets at most one, and the sums are right."""
        words = {7: "optout", 20: "cut+applied", 30: "cut", 40: "recipient"}
        plan = lambda n, _: words.get(n, "ok")  # noqa: E731
        async with show(sqlite_url(tmp_path), {"twilio": plan}, channels=("twilio",)) as s:
            audience = await s.stage.add_audience(300)
            planned = PlannedDelivery(s.stage.channels["twilio"], ("Stay inside.",), audience_id=audience)
            await s.publish("Stay inside.", deliveries=(planned,))
            rows = await s.stage.until(all_in("sent"))
            assert rows[0].counts == {"people": 300, "sent": 298, "rejected": 2}
            numbers = [post["recipient"] for post in s.platforms["twilio"].applied]
            assert len(numbers) == len(set(numbers)) == 298

    async def test_one_nobody_can_tell_about_holds_the_persons_next_message_back_only_for_a_while(
        self, tmp_path: Path
    ) -> None:
        """Order is kept for as long as the settings say; then the newer words go, and the older are still looked for."""
        settings = EngineSettings(windows=FREE, hold_max_s=0.8, scan_s=0.1, drain_s=2.0)
        plan = lambda n, _: "cut" if n == 1 else "ok"  # noqa: E731
        async with show(sqlite_url(tmp_path), {"twilio": plan}, channels=("twilio",), settings=settings) as s:
            s.adapters[s.stage.channels["twilio"]].look_after_s = (0.05, 60.0)
            audience = await s.stage.add_audience(1)
            for text in ("Stay inside.", "Go to the hall."):
                planned = PlannedDelivery(s.stage.channels["twilio"], (text,), audience_id=audience)
                await s.publish(text, deliveries=(planned,))
            await s.stage.until(lambda rows: any(row.state == "sent" for row in rows))
            platform = s.platforms["twilio"]
            assert [call["text"] for call in platform.calls] == ["Stay inside.", "Go to the hall."]
            tries = sorted(one.intent_at for one in await s.stage.rows(Attempt))
            assert (tries[1] - tries[0]).total_seconds() >= settings.hold_max_s
            states = [person.state for person in await s.stage.rows(RecipientDelivery)]
            assert sorted(states) == ["sent", "unknown"]

    async def test_F31_who_opted_out_before_is_never_called(self, tmp_path: Path) -> None:
        """An opt-out between accept and send counts."""
        async with show(sqlite_url(tmp_path), channels=("twilio",)) as s:
            audience = await s.stage.add_audience(3)
            planned = PlannedDelivery(s.stage.channels["twilio"], ("Stay inside.",), audience_id=audience)
            await s.publish("Stay inside.", deliveries=(planned,), delay_s=0.3)
            async with s.stage.database.transaction() as session:
                await remember_opt_out(session, "+15550000001", "STOP", NOW)
            await s.stage.until(all_in("sent"))
            assert {p["recipient"] for p in s.platforms["twilio"].applied} == {
                "+15550000000",
                "+15550000002",
            }

    async def test_an_empty_list_says_so(self, tmp_path: Path) -> None:
        """Nobody on the list is not a success."""
        async with show(sqlite_url(tmp_path), channels=("twilio",)) as s:
            audience = await s.stage.add_audience(0)
            planned = PlannedDelivery(s.stage.channels["twilio"], ("Stay inside.",), audience_id=audience)
            await s.publish("Stay inside.", deliveries=(planned,))
            rows = await s.stage.until(all_in("withdrawn"))
            assert rows[0].reason == "nobody"

    async def test_G6_a_stop_in_the_middle_of_a_list_leaves_the_rest_held(self, tmp_path: Path) -> None:
        """Nobody is called after the stop returned."""
        settings = EngineSettings(windows=FREE, list_batch=10, list_in_flight=10, drain_s=2.0)
        async with show(sqlite_url(tmp_path), channels=("twilio",), settings=settings) as s:
            audience = await s.stage.add_audience(2000)
            planned = PlannedDelivery(s.stage.channels["twilio"], ("Stay inside.",), audience_id=audience)
            await s.publish("Stay inside.", deliveries=(planned,))
            async with asyncio.timeout(30):
                while len(s.platforms["twilio"].calls) < 20:
                    await asyncio.sleep(0.005)
            report = await s.engine.stop_control.stop(s.stage.event_id, "person:1")
            begun = len(s.platforms["twilio"].calls)
            in_flight = sum(t.recipients for t in report.in_flight)
            assert report.recipients_not_started > 0
            await asyncio.sleep(0.5)
            assert len(s.platforms["twilio"].calls) <= begun + in_flight
            assert (await s.stage.one(Delivery)).state == "held"


class TestDesk:
    @pytest.mark.timed
    async def test_a_delivery_is_told_at_most_four_times_a_second(self, tmp_path: Path) -> None:
        """A list of 200 people makes few desk entries, and the last one is true."""
        async with show(sqlite_url(tmp_path), channels=("twilio",)) as s:
            audience = await s.stage.add_audience(200)
            planned = PlannedDelivery(s.stage.channels["twilio"], ("Stay inside.",), audience_id=audience)
            accepted = await s.publish("Stay inside.", deliveries=(planned,))
            await s.stage.until(all_in("sent"))
            await asyncio.sleep(0.6)
            entries = [
                change
                for change in await s.stage.rows(TopicChange)
                if ["delivery", accepted.delivery_ids[0]] in change.refs and len(change.refs) == 1
            ]
            took_s = (entries[-1].at - entries[0].at).total_seconds()
            assert len(entries) <= 4 * took_s + 4

    async def test_parts_keep_their_own_ids(self, tmp_path: Path) -> None:
        """Every post of a thread can be found again."""
        async with show(sqlite_url(tmp_path), channels=("x",)) as s:
            await s.publish(parts=["one", "two"])
            await s.stage.until(all_in("sent"))
            parts = await s.stage.rows(DeliveryPart)
            assert {part.remote_id for part in parts} == {"r1", "r2"}


class TestIdle:
    async def test_a_channel_on_which_nothing_is_open_asks_one_thing_a_look(self, tmp_path: Path) -> None:
        """A service waits most of its life; what comes then goes at once, and what is in doubt is looked for."""
        asked: list[str] = []

        def note(*given: Any) -> None:
            task = asyncio.current_task()
            if task is not None and task.get_name().startswith("channel-"):
                asked.append(str(given[2]))

        async with show(sqlite_url(tmp_path), settings=EngineSettings(windows=FREE, scan_s=0.02)) as s:
            await s.publish("Before.")
            await s.stage.until(all_in("sent"))
            await s.stage.database.write(
                lambda session: session.execute(update(Delivery).values(reread_at=None))
            )
            sqlalchemy.event.listen(sqlalchemy.Engine, "before_cursor_execute", note)
            try:
                async with asyncio.timeout(30):
                    while len(asked) < 40:
                        await asyncio.sleep(0.02)
            finally:
                sqlalchemy.event.remove(sqlalchemy.Engine, "before_cursor_execute", note)
            assert all(one.startswith("SELECT EXISTS") for one in asked[-20:])
            await s.publish("After.")
            await s.stage.until(all_in("sent"))
            assert [call["text"] for call in s.platforms["x"].calls] == ["Before.", "After."]
