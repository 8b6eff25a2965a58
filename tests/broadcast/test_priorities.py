"""An emergency overtakes everything that waits, and routine never starves completely. With times: `bench emergency`."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from app.broadcast import permits
from app.broadcast.limits import Window
from app.broadcast.settings import EngineSettings
from tests.broadcast.house import sqlite_url
from tests.broadcast.running import Show, show

LIMIT = 30
SETTINGS = EngineSettings(windows={"x": (Window("w", LIMIT, 1.0, reserve=0.2),)}, drain_s=0.5, scan_s=0.1)
ROUTINE, FLOOD_S = 60, 4.0


async def queue_routine(here: Show, n: int) -> None:
    """In two events, so that two lanes have something to say at any time."""
    other = await here.stage.add_event()
    for i in range(n):
        event_id = other if i % 2 else here.stage.event_id
        await here.publish(f"Routine {i}", event_id=event_id, expires_in_s=3600.0)


async def flood(here: Show) -> float:
    """Emergencies in events of their own for some seconds, always more than the limit; routine's share of the posts."""
    platform = here.platforms["x"]
    events = [await here.stage.add_event(kind="crisis") for _ in range(6)]
    began = len(platform.calls)
    until = asyncio.get_running_loop().time() + FLOOD_S
    n = 0
    while asyncio.get_running_loop().time() < until:
        for event_id in events:
            n += 1
            await here.publish(f"Emergency {n}", event_id=event_id, priority="emergency", expires_in_s=60.0)
        sent = sum(call["text"].startswith("Emergency") for call in platform.calls)
        await asyncio.sleep(0.0 if n - sent < 40 else 0.1)
    calls = [call["text"].split()[0] for call in platform.calls[began:]]
    assert calls.count("Emergency") >= LIMIT, "the flood was none"
    return calls.count("Routine") / len(calls)


class TestPriorities:
    async def test_P01_an_emergency_starts_before_all_routine_that_waits(self, tmp_path: Path) -> None:
        """Eighty wait for their limit: at most what was under way already comes before it."""
        async with show(sqlite_url(tmp_path), channels=("x",), settings=SETTINGS) as here:
            await queue_routine(here, 80)
            platform = here.platforms["x"]
            await here.publish("Evacuate", priority="emergency")
            before = len(platform.calls)
            async with asyncio.timeout(10):
                while not any(call["text"] == "Evacuate" for call in platform.calls):
                    await asyncio.sleep(0.005)
            place = [call["text"] for call in platform.calls].index("Evacuate")
            assert place - before <= SETTINGS.per_channel
            assert len(platform.calls) < 80

    @pytest.mark.timeout(60)
    async def test_P01_routine_gets_its_twentieth_under_a_flood_of_emergencies(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """At least four in a hundred starts over a window of a busy limit; without the floor there is none."""
        async with show(sqlite_url(tmp_path / "with"), channels=("x",), settings=SETTINGS) as here:
            await queue_routine(here, ROUTINE)
            share = await flood(here)
        monkeypatch.setattr(permits, "FLOOR_EVERY", 1_000_000)
        async with show(sqlite_url(tmp_path / "without"), channels=("x",), settings=SETTINGS) as here:
            await queue_routine(here, ROUTINE)
            starved = await flood(here)
        assert 0.04 <= share <= 0.2
        assert starved < share
