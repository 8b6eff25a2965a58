"""Posts planned before an event, in the engine: once on two nodes, across a restart, and late only when a person says so."""

from __future__ import annotations

import asyncio
import random
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.audit import AuditLog
from app.broadcast.engine import Engine
from app.broadcast.settings import EngineSettings
from app.clock import ManualClock
from app.ids import new_id
from app.models import AuditEntry, LiveEvent, Update
from tests.broadcast.house import NOW, Stage, open_stage, render, sqlite_url
from tests.broadcast.running import FREE, OpenGate


def node(stage: Stage, clock: ManualClock) -> Engine:
    """An engine that is not started: its release is asked by hand."""
    return Engine(
        database=stage.database,
        adapters={}.__getitem__,
        gate=OpenGate(),
        audit=AuditLog(),
        clock=clock,
        new_id=new_id,
        random=random.Random(7).random,
        announce=lambda positions: None,
        settings=EngineSettings(windows=FREE, sole_node=stage.database.is_sqlite),
    )


async def planned(stage: Stage, engine: Engine, clock: ManualClock, minutes: float) -> str:
    """One post of an event that has not begun, agreed to."""
    event_id = await stage.add_event(state="draft")
    at = clock.now() + timedelta(minutes=minutes)
    decided = stage.decided(
        "Tomorrow we show an operation.",
        to=(),
        event_id=event_id,
        delay_s=minutes * 60.0,
        expires_in_s=7200.0,
        state="awaiting_approval",
        occasion="day_before",
        planned_at=at,
    )
    accepted = await engine.publisher.accept(decided, render)

    async def begin(session: AsyncSession) -> bool:
        return await engine.release.begin_countdown(session, accepted.update_id, delay_s=20, now=clock.now())

    assert await stage.database.write(begin)
    assert (await stage.one(Update, id=accepted.update_id)).release_at == at
    return accepted.update_id


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return sqlite_url(tmp_path) if request.param == "sqlite" else str(request.getfixturevalue("postgres_url"))


class TestPlanned:
    async def test_S12_two_nodes_release_it_once(self, url: str) -> None:
        """Both look at the same moment, again and again: one entry, one event announced."""
        clock = ManualClock(NOW)
        async with open_stage(url, ()) as stage:
            nodes = [node(stage, clock), node(stage, clock)]
            ids = [await planned(stage, nodes[0], clock, 10) for _ in range(5)]
            clock.advance(600)
            await asyncio.gather(*(one.release.release_due() for one in nodes * 4))
            while await nodes[0].release.release_due():
                pass
            for update_id in ids:
                one = await stage.one(Update, id=update_id)
                assert one.state == "released"
                entries = await stage.rows(AuditEntry, subject=update_id, action="update.released")
                assert len(entries) == 1
                assert (await stage.one(LiveEvent, id=one.event_id)).state == "scheduled"

    @pytest.mark.parametrize(("down_s", "state"), [(30.0, "released"), (900.0, "awaiting_approval")])
    async def test_S12_a_restart_keeps_it_and_asks_only_when_it_was_long(
        self, tmp_path: Path, down_s: float, state: str
    ) -> None:
        """The process is away when its time comes: a short gap sends it, a long one asks a person."""
        clock = ManualClock(NOW)
        url = sqlite_url(tmp_path)
        async with open_stage(url, ()) as stage:
            update_id = await planned(stage, node(stage, clock), clock, 10)
        clock.advance(600 + down_s)
        async with open_stage(url, ()) as stage:
            again = node(stage, clock)
            while await again.release.release_due():
                pass
            one: Any = await stage.one(Update, id=update_id)
            assert one.state == state
            assert (one.released_at is None) == (state != "released")
