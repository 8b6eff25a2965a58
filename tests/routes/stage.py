"""A public page for a test: a real database, a real stream, a real server, and an event that things happen to."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import uvicorn
from fastapi import FastAPI
from sqlalchemy.ext.asyncio import AsyncSession

from app.broadcast import topics
from app.broadcast.broker import MemoryBroker
from app.broadcast.hub import HubSettings
from app.broadcast.stream import Stream, StreamSettings
from app.broadcast.topics import Position
from app.broadcast.wire import wire_protocol
from app.clock import SystemClock
from app.db import Database
from app.feeds.words import catalogue_loader
from app.ids import new_id
from app.models import Channel, LiveEvent, Reply, Update, UpdateRevision
from app.routes import embed_pages, public_pages, sockets, timeline
from app.routes.page_assets import Assets, BuiltFiles
from app.routes.page_icon import icon_svg
from app.routes.shield import Shield
from app.routes.viewer_page import Site
from build_frontend import build
from tests.migrated import lay

HOSPITAL = "Valdora General"
FLOOD: dict[str, Any] = {
    "slug": "valdora-flood",
    "kind": "crisis",
    "title": "Flooding at Valdora General Hospital",
    "place": "Valdora General Hospital, ground floor",
    "headline": "A&E is closed by flooding. Maternity and dialysis are open.",
    "severity": "Severe",
    "langs": ["en", "it", "ca"],
    "pinned": {
        "do": [
            "Dialysis and births: come to the North Gate.",
            "Booked today? Wait for our call.",
            "No visits until tomorrow.",
        ],
        "know": ["Water is in A&E and imaging.", "All patients are safe and upstairs.", "Power is stable."],
        "unknown": ["When A&E will open again.", "If Via del Molo stays shut tonight."],
    },
}
SURGERY: dict[str, Any] = {
    "slug": "kidney-surgery",
    "kind": "surgery",
    "title": "Inside a robot-assisted kidney operation",
    "headline": "Dr Ilaria Conti’s team removes a tumour and saves the kidney.",
    "langs": ["en", "it"],
}


class Happening:
    """One LiveEvent and what happens to it, written as the product writes it and announced to the stream."""

    def __init__(self, database: Database, stream: Stream, began_at: datetime) -> None:
        self.database = database
        self.stream = stream
        self.id = new_id()
        self.slug = ""
        self.channels = {name: new_id() for name in ("x", "facebook", "twilio")}
        self.seq = 0
        self.at = began_at

    async def begin(self, **fields: Any) -> Happening:
        async def work(session: AsyncSession) -> None:
            about = {"state": "live", "started_at": self.at, "created_at": self.at, **fields}
            session.add(LiveEvent(id=self.id, **about))
            for adapter, channel_id in self.channels.items():
                row = Channel(
                    id=channel_id, adapter=adapter, name=channel_id, credentials_enc=b"-", created_at=self.at
                )
                session.add(row)
            await session.flush()
            topics.create_topics(session, self.id)

        self.slug = fields["slug"]
        await self.database.write(work)
        return self

    async def said(
        self,
        text: str | dict[str, str],
        *,
        minutes: float = 0,
        state: str = "released",
        corrects: str | None = None,
        takes_back: str | None = None,
        media: Sequence[dict[str, Any]] = (),
        place: tuple[int, int, str] | None = None,
        **fields: Any,
    ) -> str:
        """An update as release leaves it, `minutes` after the last thing."""
        update_id = new_id()
        self.seq += 1
        seq, at = self.seq, self._later(minutes)
        texts = {"en": text} if isinstance(text, str) else text
        of = corrects or takes_back
        if corrects:
            fields = {"kind": "correction", **fields}
        if takes_back:
            fields = {"kind": "retraction", **fields}

        async def work(session: AsyncSession) -> list[Position]:
            update = Update(
                id=update_id, event_id=self.id, seq=seq, state=state, client_key=update_id, composed_at=at,
                received_at=at, released_at=at if state == "released" else None, of_update_id=of,
                expires_at=at + timedelta(hours=1), **fields,
            )  # fmt: skip
            session.add(update)
            await session.flush()
            session.add(
                UpdateRevision(
                    update_id=update_id,
                    revision=1,
                    texts=texts,
                    media=[dict(one) for one in media],
                    place={"n": place[0], "of": place[1], "label": {"en": place[2]}} if place else {},
                    created_at=at,
                )
            )
            refs = [("update", update_id)]
            if of is not None:
                old = await session.get_one(Update, of)
                old.on_page = "corrected" if corrects else "retracted"
                old.corrected_by = update_id
                old.version += 1
                refs.append(("update", of))
            return [await topics.append(session, self.id, "public", refs, at)]

        self.stream.announce(*await self.database.write(work))
        return update_id

    async def answered(
        self, text: str, *, channel: str = "x", state: str = "shown", minutes: float = 0, **fields: Any
    ) -> str:
        """A reply of the public, let through unless said otherwise."""
        reply_id, at = new_id(), self._later(minutes)
        about = {"author_name": "Giulia", "author_handle": "giulia", "author_url": "https://x.example/giulia",
                 "url": f"https://x.example/giulia/{reply_id}", "lang": "en", **fields}  # fmt: skip

        async def work(session: AsyncSession) -> list[Position]:
            reply = Reply(
                id=reply_id, event_id=self.id, channel_id=self.channels[channel], remote_id=reply_id,
                state=state, text=text, at=at, received_at=at, **about,
            )  # fmt: skip
            session.add(reply)
            await session.flush()
            return [await topics.append(session, self.id, "public", [("reply", reply_id)], at)]

        self.stream.announce(*await self.database.write(work))
        return reply_id

    async def decided(self, reply_id: str, state: str) -> None:
        async def work(session: AsyncSession) -> list[Position]:
            reply = await session.get_one(Reply, reply_id)
            reply.state, reply.version = state, reply.version + 1
            if state == "removed":
                reply.text = ""
            return [await topics.append(session, self.id, "public", [("reply", reply_id)], self.at)]

        self.stream.announce(*await self.database.write(work))

    async def became(self, **fields: Any) -> None:
        async def work(session: AsyncSession) -> list[Position]:
            event = await session.get_one(LiveEvent, self.id)
            for name, value in fields.items():
                setattr(event, name, value)
            event.version += 1
            return [await topics.append(session, self.id, "public", [("event", self.id)], self.at)]

        self.stream.announce(*await self.database.write(work))

    def _later(self, minutes: float) -> datetime:
        # Milliseconds apart at least, so that the order of things is certain.
        self.at += timedelta(minutes=minutes, milliseconds=10)
        return self.at


async def flood_story(stream: Stream, database: Database, **fields: Any) -> Happening:
    """The flood of the design's pictures, up to a minute ago."""
    now = datetime.now(UTC)
    event = Happening(database, stream, now - timedelta(minutes=55))
    await event.begin(**{**FLOOD, "promised_next_at": now + timedelta(minutes=6), **fields})
    await event.said(
        {
            "en": "We are checking reports of flooding near the hospital.",
            "it": "Stiamo verificando notizie di allagamenti vicino all’ospedale.",
        }
    )
    await event.said("Water has entered A&E.", minutes=12, key_moment=True)
    wrong = await event.said("The hospital is closed because of flooding.", minutes=5)
    await event.said(
        "All patients from the ground floor are upstairs and safe. Staff and firefighters moved 38 people "
        "by 14:35. Families are being called one by one.",
        minutes=15,
        key_moment=True,
    )
    question = await event.answered(
        "My father has dialysis at 16:00. Can a car stop at the North Gate?", minutes=3
    )
    await event.said(
        "Yes. Porters with wheelchairs are waiting at the North Gate.",
        minutes=2,
        kind="answer",
        answers_reply_id=question,
    )
    await event.said(
        "Only A&E is closed. Maternity and dialysis are open. Use the North Gate. We are sorry for the confusion.",
        minutes=13,
        corrects=wrong,
    )
    return event


class Served:
    """Where the page is, and what it is made from."""

    def __init__(self, base: str, stream: Stream, database: Database, server: uvicorn.Server) -> None:
        self.base = base
        self.stream = stream
        self.database = database
        self.server = server

    def url(self, path: str) -> str:
        return self.base + path


@contextlib.asynccontextmanager
async def pages_served(
    folder: Path,
    *,
    drill: bool = False,
    zone: str = "UTC",
    heartbeat_s: float = 1.0,
    embed_hosts: tuple[str, ...] = (),
) -> AsyncIterator[Served]:
    """Pages, timeline documents and the socket on a real port; no platform, no staff."""
    build()
    lay(folder / "pages.sqlite3")
    database = Database(f"sqlite:///{folder}/pages.sqlite3")
    await database.start()
    settings = StreamSettings(hub=HubSettings(), heartbeat_s=heartbeat_s)
    stream = Stream(database, MemoryBroker(), SystemClock(), drill=drill, settings=settings)
    await stream.start()
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", 0))
    base = f"http://127.0.0.1:{listener.getsockname()[1]}"
    assets = Assets()
    site = Site(HOSPITAL, base, drill, ZoneInfo(zone), "112", catalogue_loader(assets.folder / "i18n"))
    app = FastAPI()
    app.include_router(sockets.router(stream, None, {base}))
    app.include_router(timeline.router(stream))
    app.include_router(public_pages.router(site, assets, stream, SystemClock()))
    app.include_router(embed_pages.router(site, assets, stream, embed_hosts))

    @app.get("/icon.svg")
    async def icon() -> Any:
        return public_pages.Response(icon_svg(drill=drill), media_type="image/svg+xml")

    app.mount("/static", BuiltFiles(assets.folder))
    app.add_middleware(Shield, max_body_bytes=65_536, hosts=(), https=False)
    config = uvicorn.Config(
        app, http=wire_protocol(stream.hub), ws="websockets-sansio", ws_max_size=4096,
        ws_per_message_deflate=False, ws_ping_interval=None, lifespan="off", log_config=None,
        timeout_graceful_shutdown=1,
    )  # fmt: skip
    server = uvicorn.Server(config)
    task = asyncio.create_task(server._serve([listener]))
    while not server.started:
        await asyncio.sleep(0.005)
    try:
        yield Served(base, stream, database, server)
    finally:
        server.should_exit = True
        stream.hub.drain()
        await task
        await stream.stop()
        await database.stop()
