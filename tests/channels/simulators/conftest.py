"""The X simulator, served once for all tests and reset before each."""

import asyncio
import threading
from collections.abc import Iterator

import httpx
import pytest

from app.channels.simulators.app import create_simulators
from app.channels.simulators.serving import served
from tests.channels.simulators.x_client import XCaller


@pytest.fixture(scope="session")
def simulators_origin() -> Iterator[str]:
    """A server in a thread of its own: starting and stopping one for each test costs more than most tests."""
    ready, origins = threading.Event(), []
    loop = asyncio.new_event_loop()
    over = asyncio.Event()

    async def serve() -> None:
        async with served(create_simulators()) as origin:
            origins.append(origin)
            ready.set()
            await over.wait()

    thread = threading.Thread(target=lambda: loop.run_until_complete(serve()))
    thread.start()
    assert ready.wait(20), "The simulators did not start."
    yield origins[0]
    loop.call_soon_threadsafe(over.set)
    thread.join()
    loop.close()


@pytest.fixture
async def x(simulators_origin):
    """A caller of a fresh X."""
    async with httpx.AsyncClient(
        base_url=simulators_origin, trust_env=False, verify=False, timeout=5
    ) as client:
        await client.post("/_sim/reset")
        yield XCaller(client, (await client.get("/_sim/credentials")).json()["x"])
