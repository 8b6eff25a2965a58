"""One backup in the middle of writing, the loss of what came after it, and the restore (F-22); for a test and a soak."""

from __future__ import annotations

import asyncio
import random
import sqlite3
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.accounts.audit import AuditLog
from app.backup import back_up, restore, words
from app.broadcast.engine import Engine
from app.broadcast.settings import EngineSettings
from app.clock import SystemClock
from app.db import Database
from app.db_faults import DatabaseOwned
from app.ids import new_id
from app.models import AuditEntry, Delivery, DeliveryState, LiveEvent, Topic, Update
from tests.broadcast.house import Stage, sqlite_url
from tests.broadcast.platform import Platform, running
from tests.broadcast.running import FREE, OpenGate, Show, show

SETTINGS = EngineSettings(windows=FREE, drain_s=1.0, scan_s=0.1)
SETTLED = (DeliveryState.SENT, DeliveryState.HELD, DeliveryState.WITHDRAWN)
COUNTDOWN_S = 0.5
PATIENCE_S = 60.0


async def busy(here: Show, folder: Path, after: int) -> Path:
    """Updates go out, one waits in a slow call and some count down; a backup is made in the middle of it."""
    target = folder / "backup" / "one.sqlite3"
    for n in range(30):
        await here.publish(f"Sent or not {n}")
        if n == after:
            backup = asyncio.create_task(asyncio.to_thread(back_up, folder / "tocsin.db", target))
    await here.publish("Counts down", delay_s=COUNTDOWN_S)
    made = await backup
    assert made.entries > after
    await here.stage.until(lambda rows: all(d.state in SETTLED for d in rows), within_s=PATIENCE_S)
    return target


@asynccontextmanager
async def again(folder: Path, channel_id: str, event_id: str) -> AsyncIterator[tuple[Show, Platform]]:
    """A new process on the file that is there now, with a platform that starts empty."""
    async with AsyncExitStack() as stack:
        database = Database(sqlite_url(folder))
        await database.start()
        stack.push_async_callback(database.stop)
        platform, adapter = await stack.enter_async_context(running())
        engine = Engine(
            database=database,
            adapters=lambda _channel: adapter,
            gate=OpenGate(),
            audit=AuditLog(),
            clock=SystemClock(),
            new_id=new_id,
            random=random.Random(7).random,
            announce=lambda _positions: None,
            settings=SETTINGS,
        )
        await engine.start()
        stack.push_async_callback(engine.stop)
        stage = Stage(database, event_id, {"x": channel_id})
        yield Show(stage, engine, OpenGate(), {"x": platform}, {}), platform


async def restored_once(folder: Path, number: int) -> int:
    """One of many moments; returns how many deliveries waited in the backup."""
    async with show(sqlite_url(folder), channels=("x",), settings=SETTINGS) as here:
        target = await busy(here, folder, 12 if number == 0 else random.Random(number).randrange(2, 28))
        channel_id, event_id = here.stage.channels["x"], here.stage.event_id
        epochs = {t.id: t.epoch for t in await here.stage.rows(Topic)}
        with pytest.raises(DatabaseOwned, match="Stop it first"):
            await restore(sqlite_url(folder), target, datetime.now(UTC), UTC)
        posts = Counter(post["text"] for post in here.platforms["x"].applied)
    assert set(posts.values()) == {1}
    with closing(sqlite3.connect(target)) as link:
        waiting = link.execute(
            "SELECT count(*) FROM delivery WHERE state IN ('queued', 'sending', 'unknown')"
        ).fetchone()[0]
    assert waiting, "nothing was on its way when the backup was made: nothing is shown"

    done = await restore(sqlite_url(folder), target, datetime.now(UTC), UTC)

    assert done.kept is not None
    assert done.kept.exists()
    assert "held" in words(done)
    async with again(folder, channel_id, event_id) as (here, platform):
        await asyncio.sleep(COUNTDOWN_S * 2)  # longer than the countdown that was under way
        assert platform.applied == []
        rows = await here.stage.rows(Delivery)
        assert done.marked.deliveries == sum(d.reason == "restored" for d in rows if d.state == "held")
        assert {d.state for d in rows} <= {DeliveryState.SENT, DeliveryState.HELD, DeliveryState.QUEUED}
        waits = [d for d in rows if d.state == DeliveryState.QUEUED]
        assert {(d.claimable_at, d.reason) for d in waits} <= {(None, "restored")}
        event = await here.stage.one(LiveEvent)
        assert (event.sending, event.sending_by) == ("hold", "restore")
        assert not {t.epoch for t in await here.stage.rows(Topic)} & set(epochs.values())
        updates = await here.stage.rows(Update)
        assert [u for u in updates if u.state == "counting_down"] == []
        assert {u.needs for u in updates if u.state == "awaiting_approval"} == {"approver"}
        assert (await here.stage.rows(AuditEntry))[-1].action == "database.restored"
        # A person has looked: what is out is confirmed, and new words leave as ever.
        for row in rows:
            if row.state == DeliveryState.HELD:
                await here.engine.decisions.decide(row.id, "it_is_there", "person:tom")
        await here.engine.stop_control.resume(event_id, "person:tom")
        await here.publish("We are back")
        async with asyncio.timeout(30):
            while not platform.applied:
                await asyncio.sleep(0.02)
        assert [post["text"] for post in platform.applied] == ["We are back"]
    return int(waiting)
