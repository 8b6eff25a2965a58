"""Live and drill are different worlds: neither opens what is the other's, and a rehearsal finds its simulators again."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from pydantic import SecretStr
from sqlalchemy import delete, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import select

from app.accounts.passwords import Passwords
from app.accounts.vault import new_key_file
from app.broadcast.simulators_only import LiveCredentialInDrill
from app.channels.simulators.app import create_simulators
from app.channels.simulators.serving import served
from app.config import RefusesToStart, Settings, World
from app.main import create_app
from app.models import Channel, ConsentRecord, ConsentState, EventState, LiveEvent, Person, Role
from app.rehearsal.furnish import moved
from app.routes.house import House
from tests.audience.instance import instance, until
from tests.broadcast.house import sqlite_url

X = {
    "consumer_key": "k", "consumer_secret": "s", "access_token": "t", "access_secret": "a",
    "app_token": "b",
}  # fmt: skip


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.servers)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return sqlite_url(tmp_path)
    return str(request.getfixturevalue("empty_postgres_url"))


@asynccontextmanager
async def started(folder: Path, url: str, world: World, simulators_url: str) -> AsyncIterator[House]:
    """One key file and one address for both worlds: what a machine looks like whose settings name them."""
    if not (folder / "key").exists():
        new_key_file(folder / "key")
    settings = Settings(
        data_dir=folder,
        database_url=SecretStr(url),
        key_file=folder / "key",
        simulators_url=simulators_url,
        _env_file=None,  # type: ignore[call-arg]
    )
    app: FastAPI = create_app(
        settings, world, "https://live.example", passwords=Passwords(time_cost=1, memory_cost_kib=64)
    )
    async with app.router.lifespan_context(app):
        yield app.state.house


async def kept(house: House) -> dict[str, Any]:
    async with house.database.read() as session:
        rows = {
            model.__name__: list(await session.scalars(select_all(model))) for model in (Channel, LiveEvent)
        }
    return {name: [row.model_dump() for row in found] for name, found in rows.items()}


def select_all(model: Any) -> Any:
    return select(model).order_by(model.id)


async def test_N14_a_drill_leaves_a_live_database_as_it_is_and_does_not_start(
    tmp_path: Path, url: str
) -> None:
    """Settings that name the live database, and the rehearsal's command: no credential replaced, no invented flood."""
    async with served(create_simulators()) as origin:
        async with started(tmp_path, url, World.LIVE, origin) as house:
            code = house.sign_in_codes[0][1]
            await house.people.set_up(
                code, [("Ada Moss", "ada@hospital.example", "long enough 17", (Role.ADMIN,))]
            )
            settings = {"username": "valdora", "user_id": "17"}
            await house.switchboard.add("system", adapter="x", name="X", settings=settings, credentials=X)
            before = await kept(house)
        with pytest.raises(RefusesToStart, match="live service"):
            async with started(tmp_path, url, World.DRILL, origin):
                raise AssertionError("a drill runs on a live service's database")
        async with started(tmp_path, url, World.LIVE, origin) as house:
            after = await kept(house)
            assert (after["LiveEvent"], len(after["Channel"])) == ([], 1)
            assert after["Channel"][0]["credentials_enc"] == before["Channel"][0]["credentials_enc"]


async def test_N14_a_live_service_does_not_start_on_a_drills_database(tmp_path: Path, url: str) -> None:
    """Its invented flood would stand on the public page as if it were so."""
    async with served(create_simulators()) as origin:
        async with started(tmp_path, url, World.DRILL, origin):
            pass
        with pytest.raises(RefusesToStart, match="drill"):
            async with started(tmp_path, url, World.LIVE, origin):
                raise AssertionError("a live service runs on a drill's database")
        async with started(tmp_path, url, World.DRILL, origin) as house, house.database.read() as session:
            assert len(list(await session.scalars(select_all(Person)))) == 2


async def test_a_rehearsal_on_other_ports_finds_its_simulators_again(tmp_path: Path) -> None:
    """8001 is taken today: the channels of yesterday speak to the simulators of today, and still to no other."""
    async with instance(tmp_path) as made:
        yesterday = made.origin
    async with instance(tmp_path) as made:
        assert made.origin != yesterday
        addresses = {row.settings["base_address"] for row in made.channels.values()}
        assert addresses == {f"{made.origin}/{name}" for name in ("x", "facebook", "twilio")}
        await made.submit("The team has stopped for the checklist.")
        for platform in ("x", "facebook", "twilio"):
            await until(lambda p=platform: made.applied(p, "stopped for the checklist"), bool)


@pytest.mark.parametrize("lost", ["its consent", "one opinion of it", "nothing more"])
async def test_a_first_start_that_was_broken_off_is_made_good_by_the_next(tmp_path: Path, lost: str) -> None:
    """An event that was made and never went live: with Play there would be nothing to play."""
    async with served(create_simulators()) as origin:
        async with started(tmp_path, sqlite_url(tmp_path), World.DRILL, origin) as house:

            async def broken_off(session: AsyncSession) -> None:
                await session.execute(update(LiveEvent).values(state=EventState.DRAFT, started_at=None))
                if lost == "its consent":
                    await session.execute(delete(ConsentRecord))
                elif lost == "one opinion of it":
                    await session.execute(update(ConsentRecord).values(state=ConsentState.RECORDED))

            await house.database.write(broken_off)
        async with started(tmp_path, sqlite_url(tmp_path), World.DRILL, origin) as house:
            assert {event.slug: event.state for event in await house.events.listed()} == {
                "kidney-surgery": EventState.LIVE,
                "valdora-flood": EventState.LIVE,
            }


async def test_what_is_beyond_this_machine_is_not_pointed_anywhere(tmp_path: Path) -> None:
    """A channel that came into a drill's database by hand keeps its address, and so the drill refuses to start."""
    async with served(create_simulators()) as origin:
        async with started(tmp_path, sqlite_url(tmp_path), World.DRILL, origin) as house:

            async def by_hand(session: AsyncSession) -> None:
                row = (await session.scalars(select(Channel).where(Channel.adapter == "facebook"))).one()
                row.settings = {**row.settings, "base_address": "https://graph.facebook.com"}

            await house.database.write(by_hand)
        with pytest.raises(LiveCredentialInDrill):
            async with started(tmp_path, sqlite_url(tmp_path), World.DRILL, origin):
                raise AssertionError("a drill runs with a real platform in its database")


def test_a_gateway_of_this_machine_moves_and_another_stays() -> None:
    """SMPP has a host and a port where the others have an address."""
    now = {"host": "127.0.0.1", "port": 4001}
    assert moved({"host": "127.0.0.1", "port": 2775, "system_id": "t"}, "http://127.0.0.1:9", now) == {
        "host": "127.0.0.1",
        "port": 4001,
        "system_id": "t",
    }
    real = {"host": "gateway.hospital.example", "port": 2775}
    assert moved(real, "http://127.0.0.1:9", now) == real
