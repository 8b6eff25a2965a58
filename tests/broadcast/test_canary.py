"""F-35: a platform that says yes and shows nothing is found out, in words, and nothing is ever sent again by itself."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update
from sqlmodel import col

from app.broadcast import canary
from app.broadcast.canary import every_of, is_reread, spacing_s, spare_units
from app.broadcast.intents import PlannedDelivery
from app.broadcast.limits import Window
from app.broadcast.settings import EngineSettings
from app.channels.base import LimitWindow, Rereads
from app.channels.registry import kind
from app.errors import ChannelError, Conflict
from app.models import Act, AuditEntry, Delivery, DeliveryPart
from tests.broadcast.against_simulators import Sending, sending
from tests.broadcast.house import NOW, sqlite_url
from tests.channels import stages

READS = {"x": "post.lookup", "facebook": "object.get"}
PAGES = sorted(READS)


@contextlib.asynccontextmanager
async def reading_back(
    tmp_path: Path, name: str, after_s: float = 0.05, places: int | None = None, **settings: Any
) -> AsyncIterator[Sending]:
    """A channel whose posts are read back almost at once; with `places`, so many calls a minute and no reserve."""
    windows = None if places is None else {name: (Window("w", places, 60.0, reserve=0.0),)}
    quick = EngineSettings(drain_s=2.0, scan_s=0.02, windows=windows)
    async with sending(sqlite_url(tmp_path), name, settings, engine_settings=quick) as s:
        s.adapter.look_after_s = (after_s,)  # type: ignore[attr-defined] # the simulator shows at once
        yield s


def reads(s: Sending) -> list[str]:
    """The paths of the readings that the platform was asked for."""
    return [one.path for one in s.platform.ledger() if one.action == READS[s.platform.name]]


def posts(s: Sending) -> list[str | None]:
    """Every text that the platform was given, whatever became of it."""
    return [one.text for one in s.platform.ledger() if one.action == "post.create"]


async def read_back_now(s: Sending) -> None:
    """What is to be read back later is due now."""
    async with s.stage.database.transaction() as session:
        await session.execute(
            update(Delivery).where(col(Delivery.reread_at).is_not(None)).values(reread_at=NOW)
        )
    s.engine.wake()


async def until_read(s: Sending) -> list[Delivery]:
    """The deliveries, once none is to be read back any more."""
    return await s.stage.until(
        lambda rows: bool(rows) and all(one.state == "sent" and one.reread_at is None for one in rows)
    )


class TestDecision:
    @pytest.mark.parametrize(
        ("every", "since", "urgent", "read"),
        [
            (1, None, False, True),
            (1, 0, False, True),
            (10, None, False, True),
            (10, 0, False, False),
            (10, 8, False, False),
            (10, 9, False, True),
            (10, 0, True, True),
            (0, None, False, False),
            (0, 50, True, False),
        ],
    )
    def test_F35_which_posts_are_read_back(
        self, every: int, since: int | None, urgent: bool, read: bool
    ) -> None:
        """The first after a start, then one in so many, and whatever is urgent; with 0 none at all."""
        assert is_reread(every, since, urgent=urgent) is read

    @pytest.mark.parametrize(
        ("adapter", "settings", "every"),
        [
            ("facebook", {}, 1),
            ("x", {}, 10),
            ("x", {"reread_every": 3}, 3),
            ("twilio", {}, 0),
            ("smpp", {}, 0),
        ],
    )
    def test_F35_every_post_of_a_page_and_one_in_ten_where_reading_costs(
        self, adapter: str, settings: dict[str, int], every: int
    ) -> None:
        """Phones have receipts of their own; a channel's setting overrides the default."""
        assert every_of(adapter, settings) == every

    def test_F35_readings_take_a_third_of_their_window(self) -> None:
        """15 in 900 s: one in 180 s; a window of another unit says nothing."""
        windows = (
            LimitWindow("lookup:15min", 15, 900.0, "user", "read:lookup"),
            LimitWindow("me", 1, 86_400.0, "user"),
        )
        assert spacing_s(windows, "read:lookup") == pytest.approx(180.0)
        assert spacing_s(windows, "call") == 0.0
        assert spacing_s(kind("x").windows, "read:lookup") < 1.0

    def test_F35_a_quarter_of_a_window_that_posting_shares_is_left_alone(self) -> None:
        """Of the smallest one; a pace refills by itself, and what is urgent is read back all the same."""
        windows = [(200, False), (4_800, False), (1, True)]
        assert spare_units(windows, urgent=False) == 50
        assert spare_units(windows, urgent=True) == spare_units([(1, True)], urgent=False) == 0


async def tells_what_is_there(adapter: Rereads, there: stages.Stage) -> None:
    """What `missing` promises, over real HTTP."""
    kept = await adapter.publish(there.post("Kept."), may_start=lambda: None)  # type: ignore[attr-defined]
    there.arm("accept_and_drop")
    dropped = await adapter.publish(there.post("Dropped."), may_start=lambda: None)  # type: ignore[attr-defined]
    assert await adapter.missing([kept.remote_id]) == frozenset()
    assert await adapter.missing([kept.remote_id, dropped.remote_id]) == {dropped.remote_id}
    for fault in ("malformed_body", "empty_body", "html_body", "refuse_503", "drop_before"):
        there.arm(fault, action=READS[there.name])
        with pytest.raises(ChannelError):
            await adapter.missing([dropped.remote_id])


@pytest.mark.parametrize("name", PAGES)
class TestAdapters:
    async def test_F35_only_what_the_platform_names_as_missing_is_missing(self, name: str) -> None:
        """There, not there, and five answers that say neither: those are errors, not findings."""
        async with stages.stage(name) as there:
            adapter = there.adapter()
            try:
                assert isinstance(adapter, Rereads)
                await tells_what_is_there(adapter, there)
            finally:
                await adapter.aclose()

    async def test_F35_one_that_takes_any_answer_as_found_is_caught(
        self, name: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The seeded bug: asked as always, and whatever comes back is taken for the post."""
        async with stages.stage(name) as there:
            adapter = there.adapter()
            assert isinstance(adapter, Rereads)
            ask = adapter.missing

            async def believing(remote_ids: Sequence[str]) -> frozenset[str]:
                with contextlib.suppress(ChannelError):
                    await ask(remote_ids)
                return frozenset()

            monkeypatch.setattr(adapter, "missing", believing)
            try:
                with pytest.raises(AssertionError):
                    await tells_what_is_there(adapter, there)
            finally:
                await adapter.aclose()


@pytest.mark.parametrize("name", PAGES)
class TestInTheEngine:
    async def test_F35_a_post_that_vanished_is_said_and_never_sent_again(
        self, tmp_path: Path, name: str
    ) -> None:
        """Still `sent`, with words that name the next step; the channel is red until a post is there again."""
        async with reading_back(tmp_path, name) as s:
            s.platform.arm("accept_and_drop")
            await s.publish("Go to the upper floor.")
            (row,) = await s.stage.until(lambda rows: [one.reason for one in rows] == ["not_seen"])
            assert row.state == "sent"
            assert "said yes" in row.why
            assert "Look at the page" in row.next_step
            channel = await s.channel()
            assert (channel.probe_ok, channel.unseen_why) == (False, f"{row.why} {row.next_step}")
            assert "delivery.not_seen" in [one.action for one in await s.stage.rows(AuditEntry)]
            assert len(posts(s)) == len(reads(s)) == 1

            await s.publish("The lifts are closed.")
            async with asyncio.timeout(30):
                while (channel := await s.channel()).unseen_why:
                    await asyncio.sleep(0.01)
            assert channel.probe_ok
            assert posts(s) == ["Go to the upper floor.", "The lifts are closed."]
            assert (await s.stage.one(Delivery, id=row.id)).reason == "not_seen"

    async def test_F35_a_post_that_is_there_is_read_once_and_nothing_is_said(
        self, tmp_path: Path, name: str
    ) -> None:
        """One reading, no words, no mark on the channel."""
        async with reading_back(tmp_path, name) as s:
            await s.publish("Go to the upper floor.")
            (row,) = await s.stage.until(
                lambda rows: [(one.looks, one.reread_at) for one in rows] == [(1, None)]
            )
            assert (row.reason, len(reads(s)), (await s.channel()).unseen_why) == ("sent", 1, "")

    async def test_F35_what_is_to_be_read_back_outlives_the_process(self, tmp_path: Path, name: str) -> None:
        """Ended before the reading was due; the next process makes it and finds the post gone."""
        async with reading_back(tmp_path, name, after_s=3.0) as s:  # ample for an end on a busy machine
            s.platform.arm("accept_and_drop")
            await s.publish("Go to the upper floor.")
            await s.stage.until(lambda rows: [one.state for one in rows] == ["sent"])
            await s.engine.stop()
            assert reads(s) == []
            await s.restart()
            (row,) = await s.stage.until(lambda rows: [one.reason for one in rows] == ["not_seen"])
            assert (row.state, len(posts(s)), len(reads(s))) == ("sent", 1, 1)

    async def test_F35_readings_that_fail_decide_nothing_and_end(
        self, tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The post is gone, yet no reading can say so: three tries, then no more, and no word of it."""
        monkeypatch.setattr(canary, "AGAIN_S", (0.02, 0.02))
        monkeypatch.setattr(canary, "spacing_s", lambda *_: 0.0)
        async with reading_back(tmp_path, name) as s:
            s.platform.arm("accept_and_drop")
            s.platform.arm("refuse_503", times=None, action=READS[name])
            await s.publish("Go to the upper floor.")
            (row,) = await s.stage.until(
                lambda rows: [(one.looks, one.reread_at) for one in rows] == [(3, None)]
            )
            assert (row.reason, len(reads(s)), (await s.channel()).unseen_why) == ("sent", 3, "")

    async def test_F35_a_post_that_we_take_back_is_not_missed(self, tmp_path: Path, name: str) -> None:
        """Deleted by ourselves before the reading: nothing is asked, and nobody is alarmed."""
        async with reading_back(tmp_path, name, after_s=3_600.0) as s:
            wrong = await s.publish("The wrong floor.")
            await s.stage.until(lambda rows: [one.state for one in rows] == ["sent"])
            delete = PlannedDelivery(s.channel_id, (), act=Act.DELETE, of_delivery_id=wrong.delivery_ids[0])
            await s.publish(
                "",
                deliveries=(delete,),
                kind="retraction",
                priority="correction",
                of_update_id=wrong.update_id,
                marks={"retracted": wrong.update_id},
            )
            await s.stage.until(lambda rows: [one.state for one in rows] == ["sent", "sent"])
            await read_back_now(s)
            rows = await until_read(s)
            assert ({one.reason for one in rows}, reads(s)) == ({"sent"}, [])

    async def test_F35_a_person_settles_it_and_cannot_make_it_unsent(self, tmp_path: Path, name: str) -> None:
        """“It is there” ends the alarm on the delivery; sending the same delivery again is refused."""
        async with reading_back(tmp_path, name) as s:
            s.platform.arm("accept_and_drop")
            await s.publish("Go to the upper floor.")
            (row,) = await s.stage.until(lambda rows: [one.reason for one in rows] == ["not_seen"])
            with pytest.raises(Conflict):
                await s.engine.decisions.decide(row.id, "send_again", "person:1")
            await s.engine.decisions.decide(row.id, "by_hand", "person:1")
            after = await s.stage.one(Delivery, id=row.id)
            assert (after.state, after.reason, after.sent_at) == ("sent", "by_hand", row.sent_at)
            assert len(posts(s)) == 1


async def test_F35_where_reading_costs_the_first_and_one_in_so_many_and_emergencies_are_read(
    tmp_path: Path,
) -> None:
    """One in three on X: of three updates the first, and the emergency that came between."""
    async with reading_back(tmp_path, "x", reread_every=3) as s:
        for text, priority in (("1", "normal"), ("2", "normal"), ("!", "emergency"), ("3", "normal")):
            await s.publish(f"Step {text}.", priority=priority)
            await s.stage.until(lambda rows: all(one.state == "sent" for one in rows))
        await until_read(s)
        ids = {one.text: one.remote_id for one in s.platform.published()}
        assert sorted(path.partition("ids=")[2] for path in reads(s)) == sorted(
            [str(ids["Step 1."]), str(ids["Step !."])]
        )


async def test_F35_a_thread_is_read_back_in_one_call_part_by_part(tmp_path: Path) -> None:
    """Two parts, the second dropped: the delivery says so after one reading."""
    async with reading_back(tmp_path, "x") as s:
        s.platform.arm("parent_not_visible", times=None, seconds=3_600)
        planned = PlannedDelivery(s.channel_id, ("Stay inside. 1/2", "Keep the doors shut. 2/2"))
        await s.publish("Stay inside.", deliveries=(planned,))
        await s.stage.until(lambda rows: [one.remote_id is None for one in rows] == [False])
        s.platform.arm("accept_and_drop")
        s.platform.app.world.faults.clear("x", "parent_not_visible")
        await s.stage.until(lambda rows: [one.reason for one in rows] == ["not_seen"])
        (asked,) = reads(s)
        assert [part.remote_id in asked for part in await s.stage.rows(DeliveryPart)] == [True, True]


async def test_F35_what_waits_for_a_limit_of_posting_does_not_keep_a_vanished_post_unsaid(
    tmp_path: Path,
) -> None:
    """The only place is taken and the next post waits for hours; the reading is of another limit, and is made."""
    async with reading_back(tmp_path, "x", places=1) as s:
        s.platform.arm("accept_and_drop")
        await s.publish("Go to the upper floor.", expires_in_s=3_600.0)
        await s.publish("The lifts are closed.", expires_in_s=3_600.0)
        rows = await s.stage.until(lambda rows: any(one.reason == "not_seen" for one in rows))
        assert sorted(one.state for one in rows) == ["queued", "sent"]


async def test_F35_a_reading_costs_no_post_its_place(tmp_path: Path) -> None:
    """Four calls a minute: three posts go at once; the second and third are not read back as long as that is tight."""
    async with reading_back(tmp_path, "facebook", places=4) as s:
        for n in (1, 2, 3):
            await s.publish(f"Step {n}.")
            await s.stage.until(lambda rows: all(one.state == "sent" for one in rows))
            if n == 1:
                await until_read(s)
        assert (len(posts(s)), len(reads(s))) == (3, 1)


async def test_F35_taking_back_one_that_a_post_told_with_others_raises_no_alarm(tmp_path: Path) -> None:
    """The delete takes the whole post; the delivery that carried it is not looked for any more."""
    async with reading_back(tmp_path, "x", after_s=3_600.0) as s:
        carrier = await s.publish("Step 1 and 2.")
        await s.stage.until(lambda rows: [one.state for one in rows] == ["sent"])
        told = await s.publish("Step 2.")
        await s.stage.until(lambda rows: [one.state for one in rows] == ["sent", "sent"])
        async with s.stage.database.transaction() as session:
            row = await session.get(Delivery, told.delivery_ids[0])
            row.digest_id = carrier.delivery_ids[0]
        delete = PlannedDelivery(s.channel_id, (), act=Act.DELETE, of_delivery_id=told.delivery_ids[0])
        await s.publish("", deliveries=(delete,), kind="retraction", priority="correction")
        await s.stage.until(lambda rows: [one.state for one in rows] == ["sent"] * 3)
        await read_back_now(s)
        rows = await until_read(s)
        assert ({one.reason for one in rows}, reads(s)) == ({"sent"}, [])


async def test_F35_a_person_who_sees_it_there_clears_the_channel_at_once(tmp_path: Path) -> None:
    """No probe has to come first: the channel is told to the desks as well."""
    async with reading_back(tmp_path, "x") as s:
        s.platform.arm("accept_and_drop")
        await s.publish("Go to the upper floor.")
        (row,) = await s.stage.until(lambda rows: [one.reason for one in rows] == ["not_seen"])
        await s.engine.decisions.decide(row.id, "it_is_there", "person:1")
        channel = await s.channel()
        assert (channel.unseen_why, channel.probe_ok) == ("", True)
        assert "Somebody on the desk saw" in channel.probe_words
