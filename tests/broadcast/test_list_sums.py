"""The sums of a list when several nodes count."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from app.broadcast.list_sums import PEOPLE, Sums
from app.broadcast.settings import EngineSettings
from app.clock import SystemClock
from app.models import Delivery
from tests.broadcast.house import sqlite_url
from tests.broadcast.running import show


async def test_G8_a_count_starts_from_what_another_node_has_written(tmp_path: Path) -> None:
    """This session read the delivery before the other one counted; what that one counted is not lost."""
    async with show(sqlite_url(tmp_path), channels=("x",), start=False) as here:
        await here.publish("Shelters are open.")
        (row,) = await here.stage.rows(Delivery)

        async def work(session: AsyncSession) -> None:
            read = await session.get_one(Delivery, row.id)
            other = f'{{"{PEOPLE}": 10, "queued": 6, "sending": 4}}'
            await session.execute(
                text("UPDATE delivery SET counts = :counts WHERE id = :id"), {"counts": other, "id": row.id}
            )
            sums = Sums(SystemClock(), EngineSettings())
            await sums.count(session, row.id, {"queued": -1, "sending": 1})
            assert read in session

        await here.stage.database.write(work)
        (row,) = await here.stage.rows(Delivery)
        assert row.counts == {PEOPLE: 10, "queued": 5, "sending": 5}
