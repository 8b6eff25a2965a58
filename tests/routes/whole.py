"""
The whole application without a socket: live world, its own database, people who signed in as people do.

Everything goes through the real middleware, routes, rooms and database; only the transport is httpx's own.
"""

import shutil
import uuid
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from fastapi import FastAPI
from sqlalchemy import text
from sqlmodel import SQLModel

from app.accounts.passwords import Passwords
from app.accounts.rights import Actor
from app.accounts.vault import new_key_file
from app.clock import Clock
from app.config import Settings, World
from app.main import create_app
from app.models import Role
from app.routes.house import House

ORIGIN = "https://tocsin.test"
PASSWORD = "a long enough sentence"
FIRST, SECOND = "marta@valdora.example", "tom@valdora.example"


@dataclass
class Stage:
    """One application, and clients of the people in it."""

    app: FastAPI
    house: House
    clients: list[httpx.AsyncClient] = field(default_factory=list)

    def client(
        self, *, cookies: Mapping[str, str] | None = None, address: str = "10.0.0.9"
    ) -> httpx.AsyncClient:
        """A browser that keeps its cookies and says what our pages say."""
        made = httpx.AsyncClient(
            transport=httpx.ASGITransport(self.app, client=(address, 40_000), raise_app_exceptions=False),
            base_url=f"{ORIGIN}/api/v1",
            headers={"x-tocsin": "1", "origin": ORIGIN},
            cookies=dict(cookies or {}),
        )
        self.clients.append(made)
        return made

    async def signed_in(self, email: str, password: str = PASSWORD) -> httpx.AsyncClient:
        client = self.client()
        answer = await client.post("/session", json={"email": email, "password": password})
        assert answer.status_code == 200, answer.text
        return client

    async def person(
        self, name: str, roles: Mapping[str, Sequence[Role]] | None = None, *, read: bool = True
    ) -> str:
        """Somebody more, made as two people would have; returns their id."""
        people = self.house.people
        system = await self.actor(FIRST)
        person = await people.add(
            system,
            name=name,
            email=f"{name.casefold()}@valdora.example",
            password_hash=await people._passwords.hash(PASSWORD),
            roles=[],
        )
        for event_id, held in (roles or {}).items():
            for role in held:
                await people.set_role(system, event_id=event_id, person_id=person.id, role=role, held=True)
        if read:
            await self.read_policy(person.id)
        return person.id

    async def read_policy(self, person_id: str) -> None:

        await self.house.policy.acknowledge(Actor("person", person_id, ""), 1)

    async def actor(self, email: str) -> Any:
        person = await self.house.people.proven(email, PASSWORD)

        return Actor("person", person.id, person.name)

    async def event(self, client: httpx.AsyncClient, slug: str = "flood", **fields: Any) -> dict[str, Any]:
        """A crisis that is live, without channels."""
        body = {"kind": "crisis", "title": "Flood", "slug": slug, "delay_s": 30, **fields}
        answer = await client.post("/events", json=body)
        assert answer.status_code == 201, answer.text
        answer = await client.post(f"/events/{slug}/go-live")
        assert answer.status_code == 200, answer.text
        return dict(answer.json()["event"])

    async def submit(
        self, client: httpx.AsyncClient, slug: str = "flood", text: str = "Stay inside.", **headers: str
    ) -> httpx.Response:
        return await client.post(
            f"/events/{slug}/updates",
            json={"texts": {"en": text}},
            headers={"idempotency-key": str(uuid.uuid4()), **headers},
        )

    async def counts(self) -> dict[str, int]:
        """Rows of every table."""
        async with self.house.database.read() as session:
            return {
                name: int(await session.scalar(text(f'SELECT count(*) FROM "{name}"')) or 0)
                for name in SQLModel.metadata.tables
            }


@asynccontextmanager
async def stage(
    folder: Path,
    migrated_file: Path,
    *,
    clock: Clock | None = None,
    second: bool = True,
    set_up: bool = True,
    **settings: Any,
) -> AsyncIterator[Stage]:
    """
    Args:
        second: Whether there are two people, as there should be.
    """
    folder.mkdir(exist_ok=True)
    shutil.copy(migrated_file, folder / "tocsin-live.sqlite3")
    new_key_file(folder / "tocsin-live.key")
    app = create_app(
        Settings(data_dir=folder, _env_file=None, **settings),  # type: ignore[call-arg]
        World.LIVE,
        ORIGIN,
        clock=clock,
        passwords=Passwords(time_cost=1, memory_cost_kib=64),
    )
    async with app.router.lifespan_context(app):
        made = Stage(app, app.state.house)
        if set_up:
            await _first_people(made, second=second)
        yield made
        for client in made.clients:
            await client.aclose()


async def _first_people(made: Stage, *, second: bool) -> None:
    body: dict[str, Any] = {
        "code": made.house.sign_in_codes[0][1],
        "name": "Marta Serra",
        "email": FIRST,
        "password": PASSWORD,
    }
    if second:
        body["second"] = {"name": "Tom Okafor", "email": SECOND, "password": PASSWORD}
    answer = await made.client().post("/setup", json=body)
    assert answer.status_code == 201, answer.text
    for person, _ in await made.house.people.listed():
        await made.read_policy(person.id)
