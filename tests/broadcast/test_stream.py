"""Real sockets on a real server and a real database: what viewers see of an event, on both ways of serving them."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import orjson
import pytest
import websockets

from app.broadcast.stream import Stream, StreamSettings
from app.broadcast.timeline import take
from app.db import Database
from tests.broadcast.stage import Event, Served, serving, streaming
from tests.broadcast.watcher import watching

QUICK = StreamSettings(heartbeat_s=0.2, repair_s=0.2)


@pytest.fixture
async def stream(database: Database) -> AsyncIterator[Stream]:
    async with streaming(database, settings=QUICK) as made:
        yield made


@pytest.fixture(params=["wire", "asgi"])
async def served(stream: Stream, request: pytest.FixtureRequest) -> AsyncIterator[Served]:
    async with serving(stream, fast=request.param == "wire") as made:
        yield made


async def fresh_snapshot(served: Served, topic: str) -> dict[str, Any]:
    async with watching(served.ws, topic) as watcher:
        return await watcher.step()


class TestWatch:
    async def test_G9_a_viewer_gets_the_snapshot_then_every_change_once_in_order(
        self, stream: Stream, served: Served, event: Event
    ) -> None:
        """Snapshot first, then frames without a gap; the end equals a fresh snapshot."""
        await event.release("one")
        async with watching(served.ws, event.public) as watcher:
            first = await watcher.step()
            assert first["type"] == "snapshot"
            assert watcher.texts == ["one"]
            for text in ("two", "three", "four"):
                _, positions = await event.release(text)
                stream.announce(*positions)
            await watcher.reach(4)
            assert watcher.texts == ["four", "three", "two", "one"]
            assert [offset for _, offset in watcher.log] == sorted({offset for _, offset in watcher.log})
            assert watcher.resyncs == 0
            assert watcher.timeline == take(None, await fresh_snapshot(served, event.public))

    async def test_G9_a_viewer_that_was_away_gets_only_what_it_missed(
        self, stream: Stream, served: Served, event: Event
    ) -> None:
        """A hello with a place is answered with a delta from there."""
        await event.release("one")
        async with watching(served.ws, event.public) as watcher:
            await watcher.reach(1)
        _, positions = await event.release("two")
        stream.announce(*positions)
        async with websockets.connect(served.ws) as socket:
            await watcher.hello(socket)
            await watcher.reach(2)
        assert watcher.texts == ["two", "one"]
        assert [kind for kind, _ in watcher.log].count("snapshot") == 1

    async def test_a_place_that_cannot_be_gets_a_snapshot(self, served: Served, event: Event) -> None:
        """Another epoch, an offset from the future: the whole state, not an error and not a hole."""
        await event.release("one")
        epoch = (await fresh_snapshot(served, event.public))["epoch"]
        for place in ({"epoch": "00", "offset": 1}, {"epoch": epoch, "offset": 99}, {"offset": 1}):
            async with watching(served.ws, event.public, **place) as watcher:
                assert (await watcher.step())["type"] == "snapshot"

    async def test_an_event_is_found_by_its_slug_as_well(self, served: Served, event: Event) -> None:
        """Screens know the id, people the slug; the envelope always says the id."""
        async with watching(served.ws, "knee:public") as watcher:
            assert (await watcher.step())["topic"] == event.public

    async def test_a_second_hello_brings_a_viewer_up_to_date(self, served: Served, event: Event) -> None:
        """A viewer whose digest is wrong asks again on the same socket."""
        await event.release("one")
        async with watching(served.ws, event.public) as watcher:
            await watcher.step()
            watcher.timeline = None
            assert watcher.socket is not None
            await watcher.hello(watcher.socket)
            await watcher.reach(1)
            assert watcher.texts == ["one"]

    async def test_heartbeats_carry_the_place_and_the_digest_of_what_is_shown(
        self, stream: Stream, served: Served, event: Event
    ) -> None:
        """Viewers learn of a loss, and of any difference, within one heartbeat."""
        update_id, _ = await event.release("one")
        async with watching(served.ws, event.public) as watcher:
            await watcher.step()
            stream.announce(*await event.mark(update_id, "retracted"))
            await watcher.reach(2)
            while watcher.digests_compared < 2:
                await watcher.step()
            assert watcher.digests_wrong == 0

    async def test_a_tablet_is_told_how_many_of_the_public_watch(
        self, stream: Stream, served: Served, event: Event
    ) -> None:
        """Not how many desks and tablets are open: it says so beside an eye, and who presents believes it."""
        async with watching(served.ws, event.public) as one, watching(served.ws, event.public) as other:
            await one.step()
            await other.step()
            desk = await stream.open(event.desk)
            assert orjson.loads(stream.heartbeat(desk))["viewers"] == 2
        async with asyncio.timeout(30):
            while stream.hub.count:
                await asyncio.sleep(0.01)
        assert orjson.loads(stream.heartbeat(desk))["viewers"] == 0

    async def test_R03_a_change_that_no_hint_told_of_is_found_by_the_timer(
        self, served: Served, event: Event
    ) -> None:
        """Hints may be lost; the database is asked every second anyway."""
        async with watching(served.ws, event.public) as watcher:
            await watcher.step()
            await event.release("nobody announced this")
            await watcher.reach(1)
            assert watcher.texts == ["nobody announced this"]

    async def test_one_that_leaves_is_not_counted_any_more(
        self, stream: Stream, served: Served, event: Event
    ) -> None:
        """Nothing of a viewer stays behind."""
        async with watching(served.ws, event.public) as watcher:
            await watcher.step()
            assert stream.hub.count == 1
        async with asyncio.timeout(30):
            while stream.hub.count:
                await asyncio.sleep(0.01)
        assert not stream.hub.by_address
        tail = await stream.open(event.public)
        assert tail.fanout.count == 0


class TestWhatThePublicSees:
    async def test_an_update_that_is_not_released_is_not_mentioned(
        self, stream: Stream, served: Served, event: Event
    ) -> None:
        """Not its text, not its id; the offset moves on."""
        update_id, positions = await event.release("still counting down", state="counting_down")
        async with watching(served.ws, event.public) as early:
            await early.reach(1)
            hidden_id, positions = await event.release("also not yet", state="awaiting_approval")
            stream.announce(*positions)
            await early.reach(2)
        async with watching(served.ws, event.public, epoch=early.timeline.epoch, offset=0) as late:  # type: ignore[union-attr]
            await late.step()
        seen = "".join(early.bytes_seen + late.bytes_seen)
        for secret in ("still counting down", update_id, "also not yet", hidden_id):
            assert secret not in seen

    async def test_a_reply_is_public_only_while_it_is_let_through(
        self, stream: Stream, served: Served, event: Event
    ) -> None:
        """Held back at first, shown when let through, gone when hidden."""
        reply_id, positions = await event.reply("get well soon")
        stream.announce(*positions)
        async with watching(served.ws, event.public) as watcher:
            await watcher.step()
            assert watcher.texts == []
            stream.announce(*await event.decide(reply_id, "shown"))
            await watcher.reach(1)
            assert watcher.texts == ["get well soon"]
            assert watcher.timeline is not None
            assert watcher.timeline.items[0]["author"]["handle"] == "ada"
            stream.announce(*await event.decide(reply_id, "hidden"))
            await watcher.reach(2)
            assert watcher.texts == []

    async def test_the_number_of_somebody_who_texted_is_never_public(
        self, stream: Stream, served: Served, event: Event
    ) -> None:
        """Neither as number nor as the author's name; the desk sees three digits."""
        reply_id, _ = await event.reply("thank you", number="+15550100777")
        await event.decide(reply_id, "shown")
        async with watching(served.ws, event.public) as watcher:
            await watcher.step()
            assert watcher.texts == ["thank you"]
        desk = (await stream.open(event.desk)).state.snapshot().decode()
        assert "777" in desk
        for seen in ("".join(watcher.bytes_seen), desk):
            assert "5550100777" not in seen

    async def test_L05_a_retracted_text_reaches_nobody(
        self, stream: Stream, served: Served, event: Event
    ) -> None:
        """Not by snapshot, not by delta, not as a document, whatever place the viewer comes from."""
        secret = "the wrong patient's name"
        await event.release("before")
        update_id, _ = await event.release(secret)
        await event.release("after")
        tail = await stream.open(event.public)
        assert secret in tail.state.snapshot().decode()
        stream.announce(*await event.mark(update_id, "retracted"))
        async with watching(served.ws, event.public) as watcher:
            await watcher.reach(4)
        seen = list(watcher.bytes_seen)
        epoch = tail.place.epoch
        for offset in range(5):
            async with watching(served.ws, event.public, epoch=epoch, offset=offset) as late:
                await late.step()
                seen += late.bytes_seen
        seen.append(tail.state.recent()[1].decode())
        assert secret not in "".join(seen)
        assert watcher.texts == ["after", "(retracted)", "before"]

    async def test_a_draft_event_has_no_public_topic(self, served: Served, database: Database) -> None:
        """Nobody learns of an event before it is announced."""
        draft = await Event(database, "secret").create(state="draft")
        async with watching(served.ws, draft.public) as watcher:
            with pytest.raises(websockets.ConnectionClosed) as closed:
                await watcher.step()
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 4504


class TestDeskState:
    async def test_the_desk_sees_updates_deliveries_and_replies(self, stream: Stream, event: Event) -> None:
        """Everything of the event, with deliveries inside their updates; frames and snapshot agree."""
        tail = await stream.open(event.desk)
        timeline = take(None, json.loads(tail.state.snapshot()))
        following = tail.follow(timeline.epoch, timeline.offset)
        update_id, _ = await event.release("one")
        await event.delivery(update_id, "queued")
        _, positions = await event.reply("hello")
        stream.announce(*positions)
        async with asyncio.timeout(30):
            async for payload, _ in following:
                timeline = take(timeline, json.loads(payload))
                if timeline.offset == positions[0].offset:
                    break
        await following.aclose()  # type: ignore[attr-defined]
        assert [update["id"] for update in timeline.updates] == [update_id]
        assert [delivery["state"] for delivery in timeline.updates[0]["deliveries"]] == ["queued"]
        assert [reply["text"] for reply in timeline.replies] == ["hello"]
        assert timeline == take(None, json.loads(tail.state.snapshot()))


class TestManyChanges:
    async def test_a_flood_costs_frames_by_time_not_by_change(
        self, stream: Stream, served: Served, event: Event
    ) -> None:
        """Replies are batched: 60 of them at once are a handful of frames, and none is missing."""
        ids = [(await event.reply(f"reply {n}"))[0] for n in range(60)]
        async with watching(served.ws, event.public) as watcher:
            await watcher.step()
            loop = asyncio.get_running_loop()
            began = loop.time()
            for reply_id in ids:
                stream.announce(*await event.decide(reply_id, "shown"))
            await watcher.reach(60)
            assert len(watcher.texts) == 60
            frames = [text for text in watcher.bytes_seen if '"type":"frame"' in text]
            assert (
                len(frames) <= 4 * (loop.time() - began) + 6
            )  # of 60 changes; a busy machine splits a window

    async def test_the_same_announcement_twice_or_in_the_wrong_order_changes_nothing(
        self, stream: Stream, served: Served, event: Event
    ) -> None:
        """A hint is only a wake-up."""
        async with watching(served.ws, event.public) as watcher:
            await watcher.step()
            made = [(await event.release(f"text {n}"))[1] for n in range(5)]
            for positions in [*reversed(made), *made, *made]:
                stream.announce(*positions)
            await watcher.reach(5)
            await asyncio.sleep(0.3)
            offsets = [offset for kind, offset in watcher.log if kind != "snapshot"]
            assert offsets == sorted(set(offsets))
            assert watcher.resyncs == 0
            assert len(watcher.texts) == 5
