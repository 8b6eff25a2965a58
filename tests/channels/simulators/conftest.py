"""The X simulator, served."""

import pytest

from tests.channels.simulators.x_client import x_served


@pytest.fixture
async def x():
    async with x_served() as caller:
        yield caller
