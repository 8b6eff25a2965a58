"""At the door, what a text was read next to is still what stands there."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import update
from sqlmodel import col

from app.broadcast.neighbours import out_last, said_last
from app.clock import SystemClock
from app.errors import Conflict
from app.models import Update
from tests.broadcast.house import sqlite_url
from tests.broadcast.running import Show, show


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return sqlite_url(tmp_path)
    return str(request.getfixturevalue("postgres_url"))


async def said(s: Show) -> tuple[str, ...]:
    async with s.stage.database.read() as session:
        return await said_last(session, s.stage.event_id)


class TestAccept:
    async def test_G10_a_text_is_accepted_only_next_to_what_it_was_read_with(self, url: str) -> None:
        """Others that were said meanwhile stand before it; what waits for a second person is read again then."""
        async with show(url, channels=("x",), start=False) as s:
            before = await said(s)
            assert before == ()
            first = await s.publish("One.", read_with=before)
            with pytest.raises(Conflict) as refused:
                await s.publish("Two.", read_with=before)
            assert refused.value.code == "event_changed"
            await s.publish("It waits.", read_with=before, state="awaiting_approval")
            now = await said(s)
            assert now == (f"{first.update_id}.1",)
            await s.publish("Two.", read_with=now)
            await s.publish("By no such rule.")
            assert len(await said(s)) == 3

    async def test_G10_of_many_at_once_that_were_read_with_the_same_one_is_accepted(self, url: str) -> None:
        """In one commit or in several, on whatever database."""
        async with show(url, channels=("x",), start=False) as s:
            answers = await asyncio.gather(
                *(s.publish(f"Word {n}.", read_with=()) for n in range(20)), return_exceptions=True
            )
            assert sum(isinstance(one, Conflict) for one in answers) == 19
            assert len(await s.stage.rows(Update)) == 1

    async def test_what_went_out_in_one_moment_is_in_the_order_it_was_due(self, url: str) -> None:
        """Not in that in which it was written."""
        async with show(url, channels=("x",), start=False) as s:
            ids = [(await s.publish(f"{n}.", delay_s=60.0)).update_id for n in range(3)]
            due = [ids[1], ids[2], ids[0]]
            async with s.stage.database.transaction() as session:
                for n, one in enumerate(due):
                    at = SystemClock().now() - timedelta(seconds=3 - n)
                    await session.execute(update(Update).where(col(Update.id) == one).values(release_at=at))
            assert await s.engine.release.release_due() == 3
            async with s.stage.database.read() as session:
                found = [row.id for row in await out_last(session, s.stage.event_id)]
            assert found == due[::-1]
