"""A database and an event of its own for every test of this room."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from app.db import Database
from tests.broadcast.stage import Event, database_at


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    async with database_at(tmp_path / "tocsin.sqlite") as made:
        yield made


@pytest.fixture
async def event(database: Database) -> Event:
    return await Event(database).create()
