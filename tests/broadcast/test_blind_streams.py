"""A node that does not see its database any more: it must not say that what it holds is live."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest
import websockets
from sqlalchemy import text

from app.broadcast.broker import MemoryBroker, Message
from app.broadcast.hub import HubSettings
from app.broadcast.stream import StreamSettings
from app.broadcast.topics import Position
from app.clock import SystemClock
from app.db import Database
from app.errors import Unready
from tests.broadcast.stage import Event, serving, streaming
from tests.broadcast.watcher import Watcher, watching

ROOM = HubSettings(viewers_most=1_000_000_000)
QUICK = StreamSettings(hub=ROOM, heartbeat_s=0.05, repair_s=0.05, blind_s=1.5)
PATIENCE_S = 30.0
SILENT_S = 0.4


async def rename(database: Database, before: str, after: str) -> None:
    """What every look needs is gone, or back; the connections stay as they are."""
    async with database.transaction() as session:
        await session.execute(text(f"ALTER TABLE {before} RENAME TO {after}"))


async def becomes_silent(watcher: Watcher) -> bool:
    """Whether several heartbeats' time passes without one, sooner or later."""
    assert watcher.socket is not None
    for _ in range(100):
        with suppress(TimeoutError):
            async with asyncio.timeout(SILENT_S):
                await watcher.socket.recv()
                continue
        return True
    return False


async def test_L05_a_node_that_is_cut_off_gives_no_heartbeat_and_opens_nothing(
    database: Database, event: Event
) -> None:
    """Viewers say that they are not live, and look for another node; when it sees again it goes on by itself."""
    async with (
        streaming(database, settings=QUICK) as stream,
        serving(stream, fast=True) as served,
        watching(served.ws, event.public) as watcher,
    ):
        await watcher.step()
        await rename(database, "topic", "topic_away")
        async with asyncio.timeout(PATIENCE_S):
            while not stream.is_blind:
                await asyncio.sleep(0.01)
        assert await becomes_silent(watcher)
        with pytest.raises(Unready):
            await stream.open(event.public)
        tail = await stream.open(event.public, as_of=True)
        assert SystemClock().now() - stream.seen_at(tail) > timedelta(seconds=1)
        async with watching(served.ws, event.public) as other:
            with pytest.raises(websockets.ConnectionClosed) as sent_away:
                await other.step()
        # All of them come back, not only those few who are here at this moment.
        assert int(str(sent_away.value.rcvd).partition("retry_after_ms=")[2]) > 1_000
        await rename(database, "topic_away", "topic")
        while (await watcher.step())["type"] != "heartbeat":
            pass


async def test_L05_one_topic_that_cannot_be_read_is_not_called_live_and_goes_on_when_it_can(
    database: Database, event: Event
) -> None:
    """A row that this version does not know: its topic falls silent, the others do not, and nothing has to be restarted."""
    other = await Event(database, slug="hip").create()
    async with (
        streaming(database, settings=QUICK) as stream,
        serving(stream, fast=True) as served,
        watching(served.ws, event.public) as watcher,
    ):
        await watcher.step()
        taken_back, positions = await event.release("The left knee")
        await set_kind(database, taken_back, "of a later version")
        stream.announce(*positions)
        assert await becomes_silent(watcher)
        with pytest.raises(Unready):
            await stream.open(event.public)
        tail = await stream.open(event.public, as_of=True)
        assert SystemClock().now() - stream.seen_at(tail) > timedelta(seconds=1)
        async with watching(served.ws, other.public) as beside:
            while (await beside.step())["type"] != "heartbeat":
                pass
        await set_kind(database, taken_back, "update")
        assert (await watcher.reach(1)).items[0]["texts"] == {"en": "The left knee"}
        while (await watcher.step())["type"] != "heartbeat":
            pass
        assert await stream.open(event.public) is tail


async def test_F17_a_database_that_has_lost_its_end_takes_it_from_the_viewers_too(
    database: Database, event: Event
) -> None:
    """A standby took over that lacks the last commits: what is said next is not taken for what was seen already."""
    async with (
        streaming(database, settings=QUICK) as stream,
        serving(stream, fast=True) as served,
        watching(served.ws, event.public) as watcher,
    ):
        lost = []
        for n in range(3):
            update_id, positions = await event.release(f"text {n}")
            stream.announce(*positions)
            lost.append(update_id)
        before = await watcher.reach(3)
        async with database.transaction() as session:
            for table, which in (
                ("update_revision", "update_id IN (:a, :b)"),
                ("live_update", "id IN (:a, :b)"),
                ("topic_change", "topic_id = :topic AND offset > 1"),
            ):
                await session.execute(
                    text(f"DELETE FROM {table} WHERE {which}"),
                    {"a": lost[1], "b": lost[2]} if ":a" in which else {"topic": event.public},
                )
            await session.execute(
                text('UPDATE topic SET "offset" = 1 WHERE id = :topic'), {"topic": event.public}
            )
        await watcher.until(lambda timeline: timeline.epoch != before.epoch)
        assert watcher.texts == ["text 0"]
        _, positions = await event.release("said after it")
        stream.announce(*positions)
        await watcher.until(lambda timeline: timeline.offset == 2)
        assert watcher.texts == ["said after it", "text 0"]
        async with watching(served.ws, event.public, epoch=before.epoch, offset=before.offset) as away:
            assert (await away.step())["type"] == "snapshot"


async def test_R03_a_late_hint_of_an_older_epoch_holds_nobody_up(database: Database, event: Event) -> None:
    """It says nothing of what there is: whoever comes after it is let in at once, for all the time until the next change."""
    async with streaming(database, settings=QUICK) as stream:
        tail = await stream.open(event.public)
        tail.hint("0123456789abcdef", 7)
        assert tail.is_behind
        await tail.caught_up()
        assert not tail.is_behind


class OddBroker(MemoryBroker):
    """A client that breaks in a way of its own, once for each kind of message."""

    def __init__(self) -> None:
        super().__init__()
        self.broke: set[type] = set()

    async def publish(self, message: Message) -> None:
        if type(message) not in self.broke:
            self.broke.add(type(message))
            raise AttributeError("'NoneType' object has no attribute 'can_read'")
        await super().publish(message)


async def test_R06_a_broker_that_breaks_in_a_way_of_its_own_ends_no_heartbeat_and_no_hint(
    database: Database, event: Event
) -> None:
    """A publish raises nothing, it is promised; were it to, viewers would not pay for it until the next restart."""
    broker = OddBroker()
    async with (
        streaming(database, broker, QUICK) as stream,
        serving(stream, fast=True) as served,
        watching(served.ws, event.public) as watcher,
    ):
        await watcher.step()
        for n in range(2):
            _, positions = await event.release(f"text {n}")
            stream.announce(*positions)
            await watcher.reach(n + 1)
        while (await watcher.step())["type"] != "heartbeat":
            pass
        heard: list[Message] = []
        broker._listeners.append(heard.append)
        async with asyncio.timeout(PATIENCE_S):
            while not any(isinstance(one, Position) for one in heard):
                _, positions = await event.release("again")
                stream.announce(*positions)
                await asyncio.sleep(0.05)
        assert len(broker.broke) == 2


class SlowToLeave(MemoryBroker):
    """Keeps what is followed, and takes its time to let go."""

    def __init__(self) -> None:
        super().__init__()
        self.followed: set[str] = set()
        self.leaving, self.may_leave, self.left = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def follow(self, topic_id: str) -> None:
        self.followed.add(topic_id)

    async def unfollow(self, topic_id: str) -> None:
        self.leaving.set()
        await self.may_leave.wait()
        self.followed.discard(topic_id)
        asyncio.get_running_loop().call_soon(self.left.set)


async def test_R03_who_comes_while_a_topic_is_let_go_hears_its_hints(
    database: Database, event: Event
) -> None:
    """Nobody had watched it for a while; the hints of the new tail must not be switched off with the old one."""
    broker = SlowToLeave()
    async with (
        streaming(database, broker, replace(QUICK, idle_s=0.1)) as stream,
        serving(stream, fast=True) as served,
    ):
        await stream.open(event.public)
        await broker.leaving.wait()
        async with watching(served.ws, event.public) as watcher:
            await watcher.step()
            broker.may_leave.set()
            await broker.left.wait()
            assert broker.followed == {event.public}


async def set_kind(database: Database, update_id: str, kind: str) -> None:
    async with database.transaction() as session:
        await session.execute(
            text("UPDATE live_update SET kind = :kind WHERE id = :id"), {"kind": kind, "id": update_id}
        )
