"""
Our stream as it is served: FastAPI, the real routes, a real SQLite file, caps, metrics, snapshot, hello.

    python -m bench.fanout.servers.ours PORT [fast|plain] [key=value of HubSettings …]

POST /pub makes its body an op of a frame to every viewer of the event's public topic, at once when idle and with what
else came within the tail's gap when not: the stream without the database, as the peers have none. POST /release makes an update of it: row, offset, one durable commit, the tail's read,
the frame.
"""

import asyncio
import gc
import os
import socket
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import uvicorn
import uvloop
from fastapi import FastAPI, Request
from prometheus_client import generate_latest
from starlette.responses import PlainTextResponse, Response

from app.broadcast.broker import Broker, MemoryBroker
from app.broadcast.hub import HubSettings
from app.broadcast.pace import Pace
from app.broadcast.redis_broker import broker_at
from app.broadcast.stream import Stream, StreamSettings
from app.broadcast.tail import Tail
from app.broadcast.viewer import Viewer
from app.broadcast.wire import wire_protocol
from app.clock import SystemClock
from app.db import Database
from app.routes import sockets, timeline
from app.serving import settle_memory
from tests.broadcast.stage import Event, database_at

OPEN = {
    "viewers_most": 40_000,
    "viewers_most_per_address": 40_000,
    "accepts_per_s": 20_000.0,
    "accept_burst": 40_000,
}


class Injected:
    """What a tail does with changes, fed by hand: the first at once, what comes meanwhile in the next frame."""

    def __init__(self, stream: Stream) -> None:
        self.stream = stream
        self.pace = Pace()
        self.waiting: list[bytes] = []
        self.task: asyncio.Task[None] | None = None

    async def take(self, body: bytes) -> None:
        tail = await self.stream.open("bench:public")
        self.waiting.append(body)
        if self.task is None:
            self.task = asyncio.get_running_loop().create_task(self.run(tail))

    async def run(self, tail: Tail) -> None:
        now_s = asyncio.get_running_loop().time
        while self.waiting:
            await asyncio.sleep(self.pace.wait_s(now_s()))
            began_s = now_s()
            self.flush(tail)
            await tail.fanout.written()
            self.pace.worked(began_s, now_s())
        self.task = None

    def flush(self, tail: Tail) -> None:
        ops = b",".join(b'{"op":"item.added","item":%s}' % body for body in self.waiting)
        self.waiting = []
        place = tail.place
        tail.publish(
            b'{"type":"frame","topic":"%s","epoch":"%s","prev":%d,"offset":%d,"ops":[%s]}'
            % (tail.topic_id.encode(), place.epoch.encode(), place.offset, place.offset, ops)
        )


def make_app(stream: Stream, event: Event) -> FastAPI:
    @asynccontextmanager
    async def life(_: FastAPI) -> AsyncIterator[None]:
        await stream.start()
        settle_memory()
        yield
        await stream.stop()

    app = FastAPI(lifespan=life)
    injected = Injected(stream)
    app.include_router(sockets.router(stream, None, ()))
    app.include_router(timeline.router(stream))

    @app.post("/pub", status_code=204)
    async def pub(request: Request) -> None:
        await injected.take(await request.body())

    @app.post("/release", status_code=204)
    async def release(request: Request) -> Response:
        update_id, positions = await event.release((await request.body()).decode())
        stream.announce(*positions)
        return Response(status_code=204, headers={"Update": update_id})

    @app.post("/retract", status_code=204)
    async def retract(request: Request) -> None:
        stream.announce(*await event.mark((await request.body()).decode(), "retracted"))

    @app.get("/health")
    async def health() -> dict[str, int]:
        return {"viewers": stream.hub.count, "slow": len(stream.hub.slow)}

    @app.get("/heaped")
    async def heaped() -> dict[str, int]:
        waiting = (viewer.transport.get_write_buffer_size() for viewer in stream.hub.viewers)
        return {"most_bytes": max(waiting, default=0)}

    @app.get("/metrics")
    async def metrics() -> PlainTextResponse:
        return PlainTextResponse(generate_latest().decode())

    @app.get("/gc")
    async def collect() -> dict[str, Any]:
        began = time.perf_counter()
        gc.collect()
        return {"full_gc_ms": round((time.perf_counter() - began) * 1e3, 1)}

    return app


async def main(port: int, kind: str, settings: dict[str, float]) -> None:
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if os.environ.get("REUSEPORT"):
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    listener.bind(("127.0.0.1", port))
    if bug := os.environ.get("SEEDED_BUG"):
        seed(bug)
    if url := os.environ.get("DATABASE"):  # of somebody who has made its tables and an event "bench"
        database = Database(url, pool_size=5)
        await database.start()
        await serve(database, listener, kind, settings)
        await database.stop()
        return
    with tempfile.TemporaryDirectory() as folder:
        async with database_at(Path(folder) / "bench.sqlite") as database:
            await Event(database, "bench").create()
            await serve(database, listener, kind, settings)


def seed(bug: str) -> None:
    """A mistake on purpose, for tests that must be able to find it."""
    if bug == "ignore_pause":  # nobody is ever marked slow: everything heaps up in user space
        Viewer.pause_writing = lambda self: None  # type: ignore[method-assign]
    else:
        raise SystemExit(f"no such bug: {bug}")


async def serve(database: Database, listener: socket.socket, kind: str, settings: dict[str, float]) -> None:
    redis = os.environ.get("REDIS")
    broker: Broker = broker_at(redis) if redis else MemoryBroker()
    # Who ignores back-pressure must leave all of it to the transport, or frames would overtake each other.
    one_by_one = {"many_at_once": False} if os.environ.get("SEEDED_BUG") else {}
    limits = HubSettings(**{**OPEN, **settings, **one_by_one})  # type: ignore[arg-type]
    stream = Stream(database, broker, SystemClock(), drill=True, settings=StreamSettings(hub=limits))
    event = await Event(database, "bench").load()
    config = uvicorn.Config(
        make_app(stream, event),
        http=wire_protocol(stream.hub) if kind == "fast" else "httptools",
        ws="websockets-sansio",
        ws_per_message_deflate=False,
        ws_ping_interval=None,
        backlog=4096,
        log_level="warning",
        access_log=False,
        proxy_headers=False,
        timeout_graceful_shutdown=5,
    )
    await uvicorn.Server(config).serve(sockets=[listener])


if __name__ == "__main__":
    words = dict(word.split("=", 1) for word in sys.argv[3:])
    uvloop.run(main(int(sys.argv[1]), sys.argv[2], {key: float(value) for key, value in words.items()}))
