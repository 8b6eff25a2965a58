"""What a start goes through once so that the first emergency is as fast as the second; see `app/broadcast/warming.py`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from app.broadcast.gate import Permit, Refusal
from app.broadcast.warming import warm_up
from app.clock import SystemClock
from app.ids import new_id
from app.models.base import SQLModel
from tests.broadcast.house import open_stage, sqlite_url
from tests.broadcast.running import FREE, EngineSettings


class StrictGate:
    """Refuses everything, and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def check(
        self, session: Any, delivery_ids: Sequence[str], *, second_id: str | None = None
    ) -> Mapping[str, Permit | Refusal]:
        self.asked += delivery_ids
        return {}

    async def check_release(self, session: Any, update_ids: Sequence[str]) -> Mapping[str, Permit | Refusal]:
        self.asked += update_ids
        return {}


async def rows(stage: Any) -> dict[str, int]:
    async with stage.database.read() as session:
        return {
            table.name: (await session.execute(select(func.count()).select_from(table))).scalar_one()
            for table in SQLModel.metadata.sorted_tables
        }


class TestWarmUp:
    async def test_it_goes_the_whole_way_and_leaves_nothing(self, tmp_path: Path) -> None:
        """One made-up emergency is released, permitted and settled, and no table has a row more."""
        async with open_stage(sqlite_url(tmp_path), ("x",)) as stage:
            before, gate = await rows(stage), StrictGate()
            settings = EngineSettings(windows=FREE)
            assert await warm_up(stage.database, gate, SystemClock(), new_id, settings) == 1
            assert await rows(stage) == before
            # At the release for the delivery and for the page, and at the permit.
            assert len(gate.asked) == 3
