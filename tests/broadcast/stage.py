"""An event in a real database with the writes that the product makes, and a real server around a stream."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import socket
from collections.abc import AsyncIterator, Collection
from datetime import UTC, datetime, timedelta
from pathlib import Path

import uvicorn
from fastapi import FastAPI
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from app.broadcast import topics
from app.broadcast.broker import Broker, MemoryBroker
from app.broadcast.staff import StaffSockets
from app.broadcast.stream import Stream, StreamSettings
from app.broadcast.topics import Position, Ref
from app.broadcast.wire import wire_protocol
from app.clock import SystemClock
from app.db import Database
from app.ids import new_id
from app.models import Channel, Delivery, LiveEvent, Reply, Update, UpdateRevision
from app.routes import sockets, timeline
from tests.migrated import lay

ORIGIN = "https://desk.example"


class Event:
    """Writes of one LiveEvent, each in the transaction that also gives it its offset."""

    def __init__(self, database: Database, slug: str = "knee") -> None:
        self.database = database
        self.slug = slug
        self.id = new_id()
        self.channel_id = ""
        self.seq = 0
        self.at = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)

    @property
    def public(self) -> str:
        return f"{self.id}:public"

    @property
    def desk(self) -> str:
        return f"{self.id}:desk"

    def now(self) -> datetime:
        """A little later each time, so that the order of things is certain."""
        self.at += timedelta(milliseconds=10)
        return self.at

    async def create(self, state: str = "live") -> Event:
        async def work(session: AsyncSession) -> None:
            self.channel_id = new_id()
            session.add(
                LiveEvent(
                    id=self.id,
                    slug=self.slug,
                    kind="surgery",
                    title="A knee",
                    state=state,
                    created_at=self.now(),
                )
            )
            session.add(
                Channel(
                    id=self.channel_id,
                    adapter="x",
                    name=f"X {self.slug}",
                    credentials_enc=b"-",
                    created_at=self.now(),
                )
            )
            await session.flush()
            topics.create_topics(session, self.id)

        await self.database.write(work)
        return self

    async def load(self) -> Event:
        """The event as another process made it."""
        async with self.database.read() as session:
            self.id = (
                await session.scalars(select(col(LiveEvent.id)).where(col(LiveEvent.slug) == self.slug))
            ).one()
            self.channel_id = (await session.scalars(select(col(Channel.id)))).first() or ""
        self.seq = secrets.randbelow(1 << 30)  # several processes may write to one event here
        self.at = datetime.now(UTC)
        return self

    async def append(self, session: AsyncSession, name: str, *refs: Ref) -> Position:
        return await topics.append(session, self.id, name, refs, self.now())

    async def release(self, text: str, state: str = "released") -> tuple[str, list[Position]]:
        """An update as release leaves it: row, revision, and its place on the public and the desk topic."""
        update_id = new_id()
        self.seq += 1
        seq, at = self.seq, self.now()

        async def work(session: AsyncSession) -> list[Position]:
            session.add(
                Update(
                    id=update_id,
                    event_id=self.id,
                    seq=seq,
                    state=state,
                    client_key=update_id,
                    composed_at=at,
                    received_at=at,
                    released_at=at,
                    expires_at=at + timedelta(hours=1),
                )
            )
            await session.flush()
            session.add(UpdateRevision(update_id=update_id, revision=1, texts={"en": text}, created_at=at))
            return [
                await self.append(session, "public", ("update", update_id)),
                await self.append(session, "desk", ("update", update_id)),
            ]

        return update_id, await self.database.write(work)

    async def mark(self, update_id: str, on_page: str, by: str | None = None) -> list[Position]:
        """A correction or a retraction reaches the page."""

        async def work(session: AsyncSession) -> list[Position]:
            update = await session.get_one(Update, update_id)
            update.on_page, update.corrected_by = on_page, by
            update.version += 1
            return [
                await self.append(session, "public", ("update", update_id)),
                await self.append(session, "desk", ("update", update_id)),
            ]

        return await self.database.write(work)

    async def reply(self, text: str, *, number: str | None = None) -> tuple[str, list[Position]]:
        """A reply comes in: the desk has it, the public does not."""
        reply_id = new_id()
        at = self.now()

        async def work(session: AsyncSession) -> list[Position]:
            session.add(
                Reply(
                    id=reply_id,
                    event_id=self.id,
                    channel_id=self.channel_id,
                    remote_id=reply_id,
                    text=text,
                    lang="en",
                    author_name=number or "Ada",
                    author_handle="" if number else "ada",
                    number=number,
                    at=at,
                    received_at=at,
                )
            )
            return [await self.append(session, "desk", ("reply", reply_id))]

        return reply_id, await self.database.write(work)

    async def decide(self, reply_id: str, state: str) -> list[Position]:
        """A reply is let through, hidden, or removed upstream."""

        async def work(session: AsyncSession) -> list[Position]:
            reply = await session.get_one(Reply, reply_id)
            reply.state = state
            reply.version += 1
            if state == "removed":
                reply.text = ""
            return [
                await self.append(session, "public", ("reply", reply_id)),
                await self.append(session, "desk", ("reply", reply_id)),
            ]

        return await self.database.write(work)

    async def delivery(self, update_id: str, state: str = "queued") -> tuple[str, list[Position]]:
        delivery_id = new_id()
        at = self.now()

        async def work(session: AsyncSession) -> list[Position]:
            session.add(
                Delivery(
                    id=delivery_id,
                    update_id=update_id,
                    event_id=self.id,
                    channel_id=self.channel_id,
                    lane=f"{self.id}:{self.channel_id}",
                    seq=1,
                    priority="normal",
                    rank=2,
                    state=state,
                    due_at=at,
                    expires_at=at + timedelta(hours=1),
                    created_at=at,
                )
            )
            return [await self.append(session, "desk", ("delivery", delivery_id))]

        return delivery_id, await self.database.write(work)


@contextlib.asynccontextmanager
async def database_at(path: Path) -> AsyncIterator[Database]:
    lay(path)
    database = Database(f"sqlite:///{path}")
    await database.start()
    try:
        yield database
    finally:
        await database.stop()


@contextlib.asynccontextmanager
async def streaming(
    database: Database, broker: Broker | None = None, settings: StreamSettings | None = None
) -> AsyncIterator[Stream]:
    stream = Stream(database, broker or MemoryBroker(), SystemClock(), drill=True, settings=settings)
    await stream.start()
    try:
        yield stream
    finally:
        await stream.stop()


class Served:
    """A stream behind a real uvicorn on a free port."""

    def __init__(self, server: uvicorn.Server, port: int) -> None:
        self.server = server
        self.port = port

    @property
    def ws(self) -> str:
        return f"ws://127.0.0.1:{self.port}/api/v1/stream"

    @property
    def http(self) -> str:
        return f"http://127.0.0.1:{self.port}/api/v1/events"


@contextlib.asynccontextmanager
async def serving(
    stream: Stream,
    *,
    staff: StaffSockets | None = None,
    fast: bool = True,
    origins: Collection[str] = (ORIGIN,),
) -> AsyncIterator[Served]:
    app = FastAPI()
    app.include_router(sockets.router(stream, staff, origins))
    app.include_router(timeline.router(stream))
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    config = uvicorn.Config(
        app,
        http=wire_protocol(stream.hub) if fast else "httptools",
        ws="websockets-sansio",
        ws_max_size=4096,
        ws_per_message_deflate=False,
        ws_ping_interval=None,
        lifespan="off",
        log_config=None,
        timeout_graceful_shutdown=2,
    )
    server = uvicorn.Server(config)
    task = asyncio.create_task(server._serve([listener]))
    while not server.started:
        await asyncio.sleep(0.005)
    try:
        yield Served(server, listener.getsockname()[1])
    finally:
        server.should_exit = True
        await task
