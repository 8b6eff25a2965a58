"""How an engine ends: what runs may finish, and nothing of it is left behind on the database."""

from __future__ import annotations

import asyncio
from pathlib import Path

from app.broadcast.settings import EngineSettings
from app.models import DeliveryState
from tests.broadcast.house import sqlite_url
from tests.broadcast.running import FREE, show

SETTINGS = EngineSettings(windows=FREE, drain_s=30.0)


def lanes_running() -> list[str]:
    """What the channels of an engine have under way."""
    return [repr(task) for task in asyncio.all_tasks() if "Lane." in repr(task.get_coro())]


class TestStop:
    async def test_a_call_under_way_at_the_stop_ends_and_its_outcome_is_written(self, tmp_path: Path) -> None:
        """A restart in the middle of a call leaves no doubt: the answer is waited for and written."""
        async with show(sqlite_url(tmp_path), channels=("x",), settings=SETTINGS) as here:
            platform = here.platforms["x"]
            platform.slow_s = 0.2
            await here.publish("Incision made.")
            await platform.arrived.wait()
            await here.engine.stop()
            rows = await here.stage.until(lambda _rows: True)
            assert [row.state for row in rows] == [DeliveryState.SENT]
            assert len(platform.applied) == 1

    async def test_a_call_that_hangs_is_broken_off_and_holds_nothing_of_the_database(
        self, tmp_path: Path
    ) -> None:
        """When the stop returns nothing of the engine runs any more, so the database can be closed behind it."""
        settings = EngineSettings(windows=FREE, drain_s=0.0)
        plan = lambda _n, _request: "hang"  # noqa: E731
        async with show(sqlite_url(tmp_path), {"x": plan}, channels=("x",), settings=settings) as here:
            database = here.stage.database
            await here.publish("Incision made.")
            await here.platforms["x"].arrived.wait()
            assert lanes_running()
            await here.engine.stop()
            assert not lanes_running()
            assert database._read_engine.pool.checkedout() == database._write_engine.pool.checkedout() == 0
            rows = await here.stage.until(lambda _rows: True)
            assert [row.state for row in rows] == [DeliveryState.SENDING]  # looked after at the next start
