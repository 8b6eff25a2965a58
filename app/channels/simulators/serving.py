"""Serving the simulators with uvicorn, on loopback unless told otherwise."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import uvicorn

from app.channels.simulators.app import Simulators


def listening_socket(host: str, port: int) -> socket.socket:
    """A bound socket, so that port 0 has its number before anything is served."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # The protocol is named: asyncio turns Nagle's algorithm off only where it says TCP, and leaves 40 ms of
    # waiting in every answer otherwise.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((host, port))
    return listener


def origin_of(listener: socket.socket) -> str:
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def make_server(app: Simulators) -> uvicorn.Server:
    # Short: calls that a fault keeps hanging and open streams must not hold up the end of the process.
    return uvicorn.Server(
        uvicorn.Config(
            app, ws="none", log_level="critical", access_log=False, lifespan="on", timeout_graceful_shutdown=1
        )
    )


async def until_started(server: uvicorn.Server, serving: asyncio.Task[None]) -> None:
    """Wait until connections are taken; raises what kept the server from starting."""
    while not server.started:
        if serving.done():
            await serving
            raise RuntimeError("The simulators stopped while starting.")
        await asyncio.sleep(0.005)


@asynccontextmanager
async def served(app: Simulators, host: str = "127.0.0.1", port: int = 0) -> AsyncIterator[str]:
    """Serve inside this event loop for as long as the block runs; yields the origin."""
    listener = listening_socket(host, port)
    server = make_server(app)
    # Signals belong to whoever runs this loop.
    task = asyncio.create_task(server._serve([listener]))
    await until_started(server, task)
    try:
        yield origin_of(listener)
    finally:
        server.should_exit = True
        await task
        listener.close()
