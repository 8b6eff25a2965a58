"""A whole live process for a test, behind a real server: people with roles, channels, and a platform that is ours."""

from __future__ import annotations

import asyncio
import socket
import uuid
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import uvicorn
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.vault import new_key_file
from app.config import Settings, World
from app.ids import new_id
from app.main import create_app
from app.models import Audience, EventRole, LiveEvent, Person, PolicyAck, Recipient, Reply
from app.rehearsal.furnish import channel_fields
from app.routes.house import House

PUBLIC_URL = "https://tocsin.test"
LEAST_S = 60
"""Of an operation's delay, for one person alone."""

SIGNED: Mapping[str, Any] = {
    "description": "Text and images of this operation, from theatre.",
    "discloser": "Valdora General Hospital, the theatre team",
    "recipients": "The public, on the channels named here",
    "purpose": "Teaching",
    "until_event_ends": True,
    "signed_by": "Rosalind Ferrando",
    "signed_at": "2026-11-01",
    "signer": "patient",
    "right_to_revoke": "In writing to the hospital, at any time; what is out may stay out.",
    "not_conditioned": True,
    "redisclosure": True,
    "plain_language": True,
    "copy_given": True,
    "scopes": ["text", "images"],
    "stop_conditions": ["A complication"],
    "parties": ["surgeon", "hospital"],
}
"""A form as it is signed; channels and people are the test's."""


KNOWN = {
    "username": "valdora",
    "user_id": "1",
    "consumer_key": "k",
    "consumer_secret": "s",
    "access_token": "t",
    "access_token_secret": "a",
    "client_id": "c",
    "user_token": "u",
    "bearer_token": "b",
    "page_id": "1",
    "app_id": "1",
    "page_token": "p",
    "app_secret": "s",
    "verify_token": "v",
    "account_sid": "AC" + "0" * 32,
    "messaging_service_sid": "MG" + "0" * 32,
    "auth_token": "t",
}


class Live:
    """
    Attributes:
        house: The objects of the process, for a look behind the door.
        clients: By person: somebody who is signed in.
        ids: By person.
    """

    def __init__(self, house: House, base: str, key_file: Path) -> None:
        self.house = house
        self.base = base
        self.key_file = key_file
        self.clients: dict[str, httpx.AsyncClient] = {}
        self.ids: dict[str, str] = {}
        self.channels: dict[str, str] = {}
        self.audience_id = ""

    def __getitem__(self, name: str) -> httpx.AsyncClient:
        return self.clients[name]

    async def add_person(self, name: str, roles: Sequence[str], event_id: str = "*") -> None:
        person_id = self.ids[name] = new_id()
        now = self.house.clock.now()

        async def work(session: AsyncSession) -> None:
            session.add(Person(id=person_id, email=f"{name}@tocsin.test", name=name.title(), created_at=now))
            await session.flush()
            for role in roles:
                session.add(EventRole(event_id=event_id, person_id=person_id, role=role, granted_at=now))
            session.add(PolicyAck(person_id=person_id, version=1, at=now))  # they have read the house's text

        await self.house.database.write(work)
        code = await self.house.people.issue_code("sign_in", person_id=person_id)
        client = httpx.AsyncClient(
            base_url=f"{self.base}/api/v1", headers={"x-tocsin": "1"}, timeout=20, trust_env=False
        )
        answer = await client.post("/session", json={"code": code})
        assert answer.status_code == 200, answer.text
        cookie = answer.headers["set-cookie"].split(";")[0]
        # The cookie is for https; this client speaks http to the process behind the proxy.
        client.cookies.clear()
        client.headers["cookie"] = cookie
        self.clients[name] = client

    async def add_channel(self, adapter: str) -> str:
        """A channel whose platform does not answer: whatever is sent there waits."""
        settings, credentials = channel_fields(adapter, KNOWN, "http://127.0.0.1:9")
        name = {"x": "X", "facebook": "Facebook", "twilio": "SMS"}[adapter]
        row = await self.house.switchboard.add(
            "system", adapter=adapter, name=name, settings=settings, credentials=credentials
        )
        self.channels[adapter] = row.id
        return row.id

    async def add_audience(self, people: int) -> str:
        self.audience_id = new_id()
        now = self.house.clock.now()

        async def work(session: AsyncSession) -> None:
            session.add(Audience(id=self.audience_id, name=f"List {self.audience_id}", created_at=now))
            await session.flush()
            session.add_all(
                Recipient(
                    id=new_id(), audience_id=self.audience_id, number=f"+3460010{n:04d}", created_at=now
                )
                for n in range(people)
            )

        await self.house.database.write(work)
        return self.audience_id

    async def event(self, kind: str, *, live: bool = True, by: str = "admin", **fields: Any) -> str:
        """An event on every channel there is; a crisis is Severe unless it says otherwise."""
        links = {
            channel_id: self.audience_id if adapter == "twilio" else None
            for adapter, channel_id in self.channels.items()
        }
        body: dict[str, Any] = {"kind": kind, "title": f"A {kind}", "channels": links, "delay_s": 0, **fields}
        if kind == "crisis":
            body.setdefault("severity", "Severe")
        shorter = None
        if kind == "surgery" and body["delay_s"] is not None and body["delay_s"] < LEAST_S:
            shorter, body["delay_s"] = body["delay_s"], LEAST_S
        answer = await self[by].post("/events", json=body)
        assert answer.status_code == 201, answer.text
        event_id: str = answer.json()["event"]["id"]
        if shorter is not None:
            await self.shortened(event_id, shorter)
        if live:
            if kind == "surgery":
                await self.consent(event_id)
                await self.line(event_id)
            answer = await self[by].post(f"/events/{event_id}/go-live")
            assert answer.status_code == 200, answer.text
        return event_id

    async def shortened(self, event_id: str, delay_s: int) -> None:
        """As two people would have made it, so that a test need not wait a minute."""

        async def work(session: AsyncSession) -> None:
            (await session.get_one(LiveEvent, event_id)).delay_s = delay_s

        await self.house.database.write(work)

    def form(self, **fields: Any) -> dict[str, Any]:
        return {
            **SIGNED,
            "channels": list(self.channels.values()),
            "revokers": [next(iter(self.ids.values()))],
            **fields,
        }

    async def consent(self, event_id: str, by: Sequence[str] = ("admin", "approver"), **fields: Any) -> None:
        """A complete record, checked by two people."""
        answer = await self[by[0]].put(f"/events/{event_id}/consent", json=self.form(**fields))
        for who in by:
            assert answer.status_code == 200, answer.text
            version = answer.json()["version"]
            answer = await self[who].post(f"/events/{event_id}/consent/confirm", json={"version": version})
        assert answer.json()["standing"] == "good", answer.text

    async def line(self, event_id: str, by: Sequence[str] = ("clinician", "approver")) -> dict[str, Any]:
        """The line for a complication, signed by a clinician and a second person."""
        rows = (await self[by[0]].get(f"/events/{event_id}/steps", params={"whole": True})).json()
        line = next(row for row in rows if row["branch"] == "complication")
        for who in by:
            path = f"/events/{event_id}/steps/{line['id']}/sign"
            answer = await self[who].post(path, json={"version": line["version"]})
            assert answer.status_code == 200, answer.text
            line = answer.json()
        return dict(line)

    async def submit(
        self, who: str, event_id: str, text: str = "Something has happened.", **fields: Any
    ) -> Any:
        return await self[who].post(
            f"/events/{event_id}/updates",
            json={"texts": {"en": text}, **fields},
            headers={"idempotency-key": str(uuid.uuid4())},
        )

    async def reply(self, event_id: str, text: str, **fields: Any) -> str:
        """Something the public wrote, as it waits for a moderator; its id."""
        reply_id, now = new_id(), self.house.clock.now()
        made = {"lang": "en", "author_name": "Ada", "at": now, "received_at": now, **fields}

        async def work(session: AsyncSession) -> None:
            channel_id = self.channels["x"]
            session.add(
                Reply(
                    id=reply_id, event_id=event_id, channel_id=channel_id, remote_id=reply_id, text=text, **made
                )
            )  # fmt: skip

        await self.house.database.write(work)
        return reply_id

    async def rows(self, model: Any, **where: Any) -> list[Any]:
        async with self.house.database.read() as session:
            query = select(model)
            for name, value in where.items():
                query = query.where(getattr(model, name) == value)
            return list((await session.execute(query)).scalars())

    async def until(self, look: Any, good: Any, within_s: float = 30.0) -> Any:
        async with asyncio.timeout(within_s):
            while not good(found := await look()):
                await asyncio.sleep(0.01)
        return found


PEOPLE: Mapping[str, Sequence[str]] = {
    "admin": ("admin", "presenter"),
    "presenter": ("presenter",),
    "approver": ("approver",),
    "second": ("approver",),
    "clinician": ("clinician_reviewer",),
    "liaison": ("family_liaison",),
    "auditor": ("auditor",),
}


@asynccontextmanager
async def live(
    folder: Path,
    *,
    channels: Sequence[str] = ("x", "facebook"),
    people: Mapping[str, Sequence[str]] = PEOPLE,
    beside: Live | None = None,
    **settings: Any,
) -> AsyncIterator[Live]:
    """
    A live process on a free port; nothing of it can reach a platform.

    Args:
        beside: Another node of the same house; its people are signed in here as well.
    """
    key_file = folder / "live.key" if beside is None else beside.key_file
    if beside is None:
        new_key_file(key_file)
    app = create_app(
        Settings(data_dir=folder, key_file=key_file, _env_file=None, **settings), World.LIVE, PUBLIC_URL
    )
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, lifespan="on", log_config=None))
    task = asyncio.create_task(server._serve([listener]))
    async with asyncio.timeout(20):
        while not server.started:
            if task.done():
                await task
            await asyncio.sleep(0.005)
    made = Live(app.state.house, f"http://127.0.0.1:{listener.getsockname()[1]}", key_file)
    try:
        for name, there in (beside.clients if beside is not None else {}).items():
            made.clients[name] = httpx.AsyncClient(
                base_url=f"{made.base}/api/v1", headers=there.headers, timeout=20, trust_env=False
            )
        for name, roles in people.items():
            await made.add_person(name, roles)
        for adapter in channels:
            await made.add_channel(adapter)
        yield made
    finally:
        # Those of people who came later, too.
        for client in made.clients.values():
            await client.aclose()
        server.should_exit = True
        await task
