"""A long list beside everything else: how it takes its turns at the loop, at the database and at its own outcomes."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncSession

from app.broadcast import store
from app.broadcast.intents import PlannedDelivery
from app.broadcast.list_lane import ListLane
from app.broadcast.settings import EngineSettings
from app.channels.base import OutboundPost, Receipt
from app.http import MayStart
from app.models import Channel, Delivery
from tests.broadcast.house import render, sqlite_url
from tests.broadcast.running import FREE, Show, show

PEOPLE, BATCH = 120, 20


@dataclass
class AtOnce:
    """Takes everything in the moment it is asked, and counts how often the loop came round between."""

    capabilities: Any
    turn: int = 0
    taken: dict[int, int] = field(default_factory=dict)
    texts: list[str] = field(default_factory=list)
    look_after_s: tuple[float, ...] = (60.0,)

    async def publish(self, post: OutboundPost, *, may_start: MayStart) -> Receipt:
        may_start()
        self.texts.append(post.text)
        self.taken[self.turn] = self.taken.get(self.turn, 0) + 1
        return Receipt(f"SM-{post.ref}")

    async def count_turns(self) -> None:
        while True:
            self.turn += 1
            await asyncio.sleep(0)


async def publish_list(made: Show, people: int) -> None:
    audience = await made.stage.add_audience(people)
    planned = PlannedDelivery(made.stage.channels["twilio"], ("Stay inside.",), audience_id=audience)
    await made.engine.publisher.accept(made.stage.decided("Stay inside.", deliveries=(planned,)), render)
    await made.engine.release.release_due()
    await made.engine.release.expansion.expand_lists()


def at_once(made: Show) -> AtOnce:
    channel_id = made.stage.channels["twilio"]
    adapter = AtOnce(made.adapters[channel_id].capabilities)
    made.adapters[channel_id] = adapter  # type: ignore[assignment]
    return adapter


async def one_round(made: Show, lane: ListLane) -> None:
    channel = await made.stage.one(Channel, adapter="twilio")
    async with made.stage.database.read() as session:
        lists = await store.lists(session, channel.id)
    await lane.round(channel, None, lists)


async def test_the_loop_comes_round_while_a_batch_starts(tmp_path: Path) -> None:
    """Viewers, an emergency and the database's own answers do not wait until hundreds have been called."""
    settings = EngineSettings(windows=FREE, list_batch=PEOPLE, list_in_flight=PEOPLE)
    async with show(sqlite_url(tmp_path), channels=("twilio",), settings=settings, start=False) as made:
        adapter = at_once(made)
        await publish_list(made, PEOPLE)
        means = made.engine._dispatcher._means
        await means.limits.load(made.stage.database, made.stage.channels["twilio"], (), means.clock.now())
        tasks: list[asyncio.Task[None]] = []

        def spawn(work: Coroutine[Any, Any, None]) -> None:
            tasks.append(asyncio.create_task(work))

        lane = ListLane(means, spawn, lambda: None, lambda _: None, lambda _: None)
        await one_round(made, lane)
        turns = asyncio.create_task(adapter.count_turns())
        async with asyncio.timeout(30):
            while sum(adapter.taken.values()) < PEOPLE:
                await asyncio.sleep(0)
            await asyncio.wait(tasks)
        assert lane.flushing is not None
        await lane.flushing
        turns.cancel()
        assert sum(adapter.taken.values()) == PEOPLE
        assert max(adapter.taken.values()) <= 16


async def test_what_ends_while_outcomes_wait_for_their_turn_is_written_with_them(tmp_path: Path) -> None:
    """One transaction for all that is known by then, not one for what was known when it was asked for."""
    settings = EngineSettings(windows=FREE, list_batch=1)
    async with show(sqlite_url(tmp_path), channels=("twilio",), settings=settings, start=False) as made:
        at_once(made)
        await publish_list(made, 2)
        means = made.engine._dispatcher._means
        await means.limits.load(made.stage.database, made.stage.channels["twilio"], (), means.clock.now())
        written: list[int] = []

        class Lists:
            def __getattr__(self, name: str) -> Any:
                return getattr(means.lists, name)

            async def apply(self, session: AsyncSession, outcomes: Any, now: Any) -> Any:
                written.append(len(outcomes))
                return await means.lists.apply(session, outcomes, now)

        sends: list[Coroutine[Any, Any, None]] = []
        lane = ListLane(
            replace(means, lists=Lists()), sends.append, lambda: None, lambda _: None, lambda _: None
        )
        await one_round(made, lane)
        await one_round(made, lane)
        first, second = list(lane.running.values())
        adapter = made.adapters[made.stage.channels["twilio"]]
        for starting in sends:
            starting.close()
        begun, may_go_on = asyncio.Event(), asyncio.Event()

        async def in_the_way(_session: AsyncSession) -> None:
            begun.set()
            await may_go_on.wait()

        busy = asyncio.create_task(made.stage.database.write(in_the_way))
        await begun.wait()
        await lane._send(adapter, first)
        async with asyncio.timeout(10):
            while made.stage.database._queue.empty():  # the outcome waits behind what is in the way
                await asyncio.sleep(0)
        await lane._send(adapter, second)
        may_go_on.set()
        assert lane.flushing is not None
        await asyncio.gather(busy, lane.flushing)
        assert written == [2]


async def test_the_next_people_are_called_without_a_look_at_all_the_rest(tmp_path: Path) -> None:
    """Of a list in six batches nearly every look at what else waits finds what the one before found."""
    settings = EngineSettings(windows=FREE, list_batch=BATCH, list_in_flight=BATCH)
    async with show(sqlite_url(tmp_path), channels=("twilio",), settings=settings, start=False) as made:
        at_once(made)
        await publish_list(made, PEOPLE)
        looks: list[str] = []

        @event.listens_for(made.stage.database._read_engine.sync_engine, "before_cursor_execute")
        def count(_c: Any, _cursor: Any, sql: str, *_rest: Any) -> None:
            if sql.startswith("WITH RECURSIVE first"):
                looks.append(sql)

        await made.engine.start()
        await made.stage.until(lambda rows: [row.state for row in rows] == ["sent"])
        (row,) = await made.stage.rows(Delivery)
        assert row.counts == {"people": PEOPLE, "sent": PEOPLE}
        assert len(looks) < PEOPLE / BATCH


async def test_what_is_released_while_a_list_is_called_does_not_wait_for_its_end(tmp_path: Path) -> None:
    """Nobody looks by the clock here: whoever wakes the channel is heard between two batches."""
    settings = EngineSettings(windows=FREE, list_batch=1, list_in_flight=1, scan_s=60.0)
    async with show(sqlite_url(tmp_path), channels=("twilio",), settings=settings, start=False) as made:
        adapter = at_once(made)
        await publish_list(made, PEOPLE)
        await made.engine.start()
        async with asyncio.timeout(60):
            while len(adapter.texts) < 3:
                await asyncio.sleep(0.001)
            planned = PlannedDelivery(made.stage.channels["twilio"], ("Evacuate.",), recipient="+15550009999")
            await made.publish("Evacuate.", deliveries=(planned,), priority="emergency")
            while "Evacuate." not in adapter.texts:
                await asyncio.sleep(0.001)
        assert len(adapter.texts) < PEOPLE
