"""
Running one instance: settings to application to listening socket, and the one line that says it is ready.

The supervisor, the tests and a person all read the same line: a JSON object with `ready`, `address` and the codes
that sign somebody in for the first time. Codes are printed once, to standard output, never in an address or a log.
"""

from __future__ import annotations

import asyncio
import gc
import json
import logging
import os
import resource
import socket
from typing import Any

import structlog
import uvicorn
from fastapi import FastAPI
from sqlalchemy.exc import DBAPIError

from app.accounts.vault import KeyFileRefused
from app.broadcast.wire import wire_protocol
from app.config import RefusesToStart, Settings, World, unknown_variables
from app.db_watch import end_at_once
from app.errors import AppError
from app.main import REFUSALS, create_app
from app.routes.house import House
from app.telemetry import configure

log = structlog.get_logger()

OPEN_FILES_ENOUGH = 40_000  # where there is no bound
START_REFUSALS = (*REFUSALS, KeyFileRefused)
"""Ends of a start whose sentence says what to do."""

GOODBYE_S = 8  # open sockets are told to come back elsewhere, spread over this long


class Announcing(uvicorn.Server):
    """Says so when it listens; tells viewers before it stops."""

    def __init__(self, config: uvicorn.Config, house: House, address: str) -> None:
        super().__init__(config)
        self._house = house
        self._address = address
        self._once_listening: asyncio.Task[None] | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            await self._warm_up()
            settle_memory()
            if self._house.once_listening is not None:
                # The simulators check the address with a call of their own, which this very loop must answer.
                self._once_listening = asyncio.create_task(
                    self._house.once_listening(), name="once-listening"
                )
                self._once_listening.add_done_callback(_say_if_broken)
            line: dict[str, Any] = {"ready": True, "address": self._address}
            if self._house.sign_in_codes:
                line["sign_in_code"] = self._house.sign_in_codes[0][1]
                line["sign_in_codes"] = [
                    {"name": name, "code": code} for name, code in self._house.sign_in_codes
                ]
            print(json.dumps(line), flush=True)  # noqa: T201 - the contract with whoever started us

    async def _warm_up(self) -> None:
        """Only makes the first emergency faster, so a database that is busy just now is no reason not to start."""
        try:
            await self._house.engine.warm_up()
        except (AppError, DBAPIError) as exc:
            log.warning("not_warmed_up", why=str(exc))

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._house.ready = False
        self._house.stream.hub.drain()
        await super().shutdown(sockets)


def settle_memory() -> None:
    """
    What is there after start-up stays, so the collector need not look at it again.

    The thresholds: with ten thousand viewers in memory a full collection takes tens of milliseconds, and the defaults
    begin one every few hundred handshakes of a storm. The first is bounded by the garbage of database reads, which
    comes in cycles of some 100 kB for each update: at 50,000 objects it was 60 MB.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 50, 50)


def take_open_files() -> None:
    """As many as this process may have: each viewer is one, and most systems begin with 1,024."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = hard if hard != resource.RLIM_INFINITY else OPEN_FILES_ENOUGH
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def _say_if_broken(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and (exc := task.exception()) is not None:
        log.error("not_furnished", why=str(exc))


def serve(settings: Settings, world: World, *, host: str, port: int) -> None:
    """
    Serve until told to stop.

    Raises:
        START_REFUSALS: this world cannot run like this.
        OSError: the port cannot be taken.
    """
    misspelt = unknown_variables(os.environ)
    if misspelt:
        raise RefusesToStart(f"These settings mean nothing: {', '.join(misspelt)}. Correct or remove them.")
    configure()
    take_open_files()
    listener = listening_on(host, port)
    actual = listener.getsockname()[1]
    address = settings.public_url or f"http://localhost:{actual}"
    app = create_app(settings, world, address.rstrip("/"), on_storage_failed=end_at_once)
    server = Announcing(config_for(app, host, actual), app.state.house, address)
    house: House = app.state.house
    # A start that is refused ends with one sentence of ours; the way it came up through the framework helps nobody.
    logging.getLogger("uvicorn.error").addFilter(lambda _record: house.refused is None)
    try:
        server.run([listener])
    except SystemExit:
        if house.refused is None:
            raise
    if house.refused is not None:
        raise house.refused


def listening_on(host: str, port: int) -> socket.socket:
    """A bound socket. Its protocol is named, since asyncio turns Nagle's delay off only for sockets that say TCP."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(4096)
    except OSError:
        listener.close()
        raise
    return listener


def config_for(app: FastAPI, host: str, port: int) -> uvicorn.Config:
    """uvicorn with the stream's fast path; its own WebSocket compression and access log stay off."""
    house: House = app.state.house
    return uvicorn.Config(
        app,
        host=host,
        port=port,
        http=wire_protocol(house.stream.hub),
        ws="websockets-sansio",
        ws_per_message_deflate=False,
        ws_max_size=4096,
        access_log=False,  # addresses may hold what must not be in a log
        log_level="warning",
        timeout_graceful_shutdown=GOODBYE_S,
        proxy_headers=False,
        server_header=False,
        backlog=4096,
        lifespan="on",
    )
