"""An emergency overtakes everything that waits, and routine never starves completely. With times: `bench emergency`."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from app.broadcast import permits
from app.broadcast.limits import Window
from app.broadcast.settings import EngineSettings
from tests.broadcast.against_simulators import sending
from tests.broadcast.house import sqlite_url
from tests.broadcast.running import FREE, Show, show

LIMIT = 30
LANES = 20
SETTINGS = EngineSettings(windows={"x": (Window("w", LIMIT, 1.0, reserve=0.2),)}, drain_s=0.5, scan_s=0.1)


async def queue_routine(here: Show, n: int) -> None:
    """In two events, so that two lanes have something to say at any time."""
    other = await here.stage.add_event()
    for i in range(n):
        event_id = other if i % 2 else here.stage.event_id
        await here.publish(f"Routine {i}", event_id=event_id, expires_in_s=3600.0)


async def routine_among_the_first(folder: Path, starts: int) -> int:
    """A full limit with more emergencies waiting than it lets go; how much routine was among the first starts."""
    async with show(sqlite_url(folder), channels=("x",), settings=SETTINGS, start=False) as here:
        await queue_routine(here, 10)
        # More lanes than can be under way: were all of them busy, routine would start without any floor.
        events = [await here.stage.add_event(kind="crisis") for _ in range(LANES)]
        for n in range(starts + LANES):
            how = {"event_id": events[n % LANES], "priority": "emergency", "expires_in_s": 600.0}
            await here.publish(f"Emergency {n}", **how)
        await here.engine.start()
        calls = here.platforms["x"].calls
        async with asyncio.timeout(50):
            while len(calls) < starts:
                await asyncio.sleep(0.02)
        return sum(call["text"].startswith("Routine") for call in calls[:starts])


class TestPriorities:
    async def test_P01_an_emergency_starts_before_all_routine_that_waits(self, tmp_path: Path) -> None:
        """Routine has used its share of an hour's limit and the rest of it waits: the emergency is the very next."""
        hour = EngineSettings(windows={"x": (Window("w", LIMIT, 3600.0, reserve=0.2),)}, drain_s=0.5)
        share = LIMIT - hour.windows["x"][0].reserved  # type: ignore[index]
        async with show(sqlite_url(tmp_path), channels=("x",), settings=hour) as here:
            await queue_routine(here, share + 6)
            calls = here.platforms["x"].calls
            async with asyncio.timeout(30):
                while len(calls) < share:
                    await asyncio.sleep(0.005)
            await here.publish("Evacuate", priority="emergency")
            async with asyncio.timeout(30):
                while len(calls) == share:
                    await asyncio.sleep(0.005)
            assert [call["text"] for call in calls[share:]] == ["Evacuate"]

    async def test_F24_a_page_that_has_used_most_of_its_share_still_takes_an_emergency(
        self, tmp_path: Path
    ) -> None:
        """Facebook tells 85 % with every answer: routine waits its minute, the emergency and a correction go."""
        async with sending(sqlite_url(tmp_path), "facebook") as s:
            s.platform.arm("usage", times=None, percent=85)
            await s.publish("Incision made.")
            await s.stage.until(lambda rows: [row.state for row in rows] == ["sent"])
            await s.publish("The kidney is in view.")
            await s.publish("Leave the ground floor now.", priority="emergency")
            await s.publish("Leave by the North Gate.", priority="correction")
            rows = await s.stage.until(lambda rows: [row.state for row in rows].count("sent") == 3)
            (routine,) = [row for row in rows if row.state != "sent"]
            assert (routine.seq, routine.state) == (2, "queued")
            assert "The kidney is in view." not in [entry.text for entry in s.platform.published()]

    @pytest.mark.timeout(120)
    async def test_P01_routine_gets_its_twentieth_under_a_flood_of_emergencies(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Three turns in sixty starts of a full limit, one of which may be late; without the floor none."""
        assert await routine_among_the_first(tmp_path / "with", 60) >= 2
        monkeypatch.setattr(permits, "FLOOR_EVERY", 1_000_000)
        assert await routine_among_the_first(tmp_path / "without", 60) == 0

    async def test_P01_routine_that_is_both_next_and_due_for_its_turn_is_sent_once(
        self, tmp_path: Path, caplog: pytest.LogCaptureFixture
    ) -> None:
        """
        Ten emergencies went before it: it comes up as the head of its lane and as routine's turn, in one look.

        Permitted twice, the whole look failed: its charge was lost, and all else waited for the next one.
        """
        settings = EngineSettings(windows=FREE, drain_s=0.5)
        async with show(sqlite_url(tmp_path), channels=("x",), settings=settings) as here:
            platform = here.platforms["x"]
            for text in (*(f"Evacuate {n}" for n in range(10)), "Incision made."):
                await here.publish(text, priority="normal" if text == "Incision made." else "emergency")
                async with asyncio.timeout(20):
                    while text not in [call["text"] for call in platform.calls]:
                        await asyncio.sleep(0.005)
            assert len(platform.calls) == 11
            assert [one.getMessage() for one in caplog.records if one.exc_info] == []
