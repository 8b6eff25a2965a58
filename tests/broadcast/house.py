"""A stage for the engine's tests: a real database with one live event, channels, and updates made to measure."""

from __future__ import annotations

import asyncio
import hashlib
import itertools
from collections.abc import Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import insert, make_url, select

from app.accounts.audit import AuditLog
from app.broadcast.intents import Accepted, DecidedUpdate, PlannedDelivery
from app.broadcast.topics import create_topics
from app.clock import SystemClock
from app.db import Database
from app.ids import new_id
from app.migrations import migrate
from app.models import Audience, Channel, Delivery, LiveEvent, Recipient
from tests.migrated import lay

NOW = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
_numbers = itertools.count(1)


def render(accepted: Accepted) -> bytes:
    return f'{{"update_id":"{accepted.update_id}","seq":{accepted.seq}}}'.encode()


@dataclass
class Stage:
    """One database and the ids on it."""

    database: Database
    event_id: str
    channels: dict[str, str]

    def decided(
        self,
        text: str = "Incision made.",
        *,
        to: Sequence[str] = ("x",),
        key: str | None = None,
        delay_s: float = 0.0,
        expires_in_s: float = 600.0,
        priority: str = "normal",
        parts: Sequence[str] | None = None,
        body: str | None = None,
        **more: Any,
    ) -> DecidedUpdate:
        deliveries = more.pop("deliveries", None)
        if deliveries is None:
            deliveries = tuple(PlannedDelivery(self.channels[name], tuple(parts or (text,))) for name in to)
        return DecidedUpdate(
            event_id=more.pop("event_id", self.event_id),
            kind=more.pop("kind", "update"),
            priority=priority,
            client_key=key or f"key-{next(_numbers)}",
            body_hash=hashlib.sha256((body or text).encode()).hexdigest(),
            texts={"en": text},
            deliveries=deliveries,
            delay_s=delay_s,
            expires_in_s=expires_in_s,
            composed_at=NOW,
            **more,
        )

    async def rows(self, model: Any, **where: Any) -> list[Any]:
        async with self.database.read() as session:
            query = select(model)
            for name, value in where.items():
                query = query.where(getattr(model, name) == value)
            return list((await session.execute(query)).scalars())

    async def one(self, model: Any, **where: Any) -> Any:
        found = await self.rows(model, **where)
        assert len(found) == 1, found
        return found[0]

    async def until(
        self, is_so: Callable[[list[Delivery]], bool], *, within_s: float = 30.0, **where: Any
    ) -> list[Delivery]:
        """The deliveries, once they are as wanted."""
        async with asyncio.timeout(within_s):
            while True:
                found = await self.rows(Delivery, **where)
                if is_so(found):
                    return found
                await asyncio.sleep(0.01)

    async def add_event(self, *, kind: str = "surgery", state: str = "live") -> str:
        event_id = new_id()
        async with self.database.transaction() as session:
            session.add(
                LiveEvent(id=event_id, slug=event_id, kind=kind, title="A valve", state=state, created_at=NOW)
            )
            await session.flush()
            create_topics(session, event_id)
        return event_id

    async def add_channel(self, name: str, settings: Mapping[str, Any] | None = None) -> str:
        channel_id = new_id()
        async with self.database.transaction() as session:
            session.add(
                Channel(
                    id=channel_id,
                    adapter=name,
                    name=name.upper(),
                    settings=dict(settings or {}),
                    credentials_enc=b"",
                    created_at=NOW,
                )
            )
        self.channels[name] = channel_id
        return channel_id

    async def add_audience(self, n: int) -> str:
        audience_id = new_id()
        async with self.database.transaction() as session:
            session.add(Audience(id=audience_id, name=audience_id, created_at=NOW))
            await session.flush()
            for start in range(0, n, 5000):
                await session.execute(
                    insert(Recipient.__table__),
                    [
                        {
                            "id": f"{audience_id}-{i:06d}",
                            "audience_id": audience_id,
                            "number": f"+1555{i:07d}",
                            "lang": None,
                            "consent": "form",
                            "created_at": NOW,
                        }
                        for i in range(start, min(n, start + 5000))
                    ],
                )
        return audience_id


@asynccontextmanager
async def open_stage(url: str, channels: Sequence[str] = ("x", "facebook", "twilio")) -> Any:
    file = make_url(url).database if url.startswith("sqlite") else None
    if file is not None:
        lay(Path(file))
    database = Database(url)
    await database.start()
    try:
        await migrate(database)  # quick where it is migrated
        stage = Stage(database, "", {})
        stage.event_id = await stage.add_event()
        for name in channels:
            await stage.add_channel(name)
        yield stage
    finally:
        await database.stop()


def sqlite_url(folder: Path) -> str:
    return f"sqlite:///{folder / 'tocsin.db'}"


def audit_log() -> AuditLog:
    return AuditLog()


def system_clock() -> SystemClock:
    return SystemClock()
