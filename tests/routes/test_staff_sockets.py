"""Staff sockets on a real server: who may open one, and how soon it closes when its right is gone."""

import asyncio
import json
import socket
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import httpx
import pytest
import uvicorn
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Origin

from app.broadcast import hub as codes
from app.broadcast.wire import wire_protocol
from app.models import Role
from tests.accounts.test_devices import Tablet
from tests.routes.test_access import _pair as pair_body
from tests.routes.whole import FIRST, ORIGIN, PASSWORD, SECOND, Stage, stage

HOSTILE = [
    *[None, "null", "", "https://", "https://evil.example", "http://tocsin.test", "https://tocsin.test:444"],
    *["https://tocsin.test.evil.example", "https://eviltocsin.test", "https://tocsin.test@evil.example"],
    *[
        "https://evil.example@tocsin.test",
        "https://evil.example#tocsin.test",
        "https://evil.example?tocsin.test",
    ],
    *["https://evil.example/tocsin.test", "https://tocsin.test/", "https://tocsin.test/x", "tocsin.test"],
    *[
        "//tocsin.test",
        "https:tocsin.test",
        "HTTPS://TOCSIN.TEST",
        "https://TOCSIN.test",
        "https://tocsin.test.",
    ],
    *["https://sub.tocsin.test", "https://tocsin.tes", "https://tocsin.testa", "https://xn--tocsin-.test"],
    *["https://tocsin%2etest", "https://tocsin.test%00", "https://tocsin.test\t", "https://tocsin.test,null"],
    *["https://tocsin.test https://evil.example", "https://evil.example https://tocsin.test", "file://"],
    *[
        "chrome-extension://tocsin.test",
        "data:text/html,tocsin.test",
        "blob:https://tocsin.test/1",
        "wss://tocsin.test",
    ],
    *["ws://tocsin.test", "https://127.0.0.1", "http://localhost", "https://[::1]", "javascript:tocsin.test"],
]


class Served:
    def __init__(self, made: Stage, port: int) -> None:
        self.made, self.port = made, port

    async def opened(
        self, client: httpx.AsyncClient, event_id: str, origin: str | None = ORIGIN
    ) -> ClientConnection:
        answer = await client.post("/stream/tickets", json={"topic": f"{event_id}:desk"})
        assert answer.status_code == 201, answer.text
        link = await connect(
            f"ws://127.0.0.1:{self.port}/api/v1/stream",
            origin=None if origin is None else Origin(origin),
            proxy=None,
        )
        hello = {"type": "hello", "topic": f"{event_id}:desk", "ticket": answer.json()["ticket"]}
        await link.send(json.dumps(hello))
        return link


@pytest.fixture
async def served(tmp_path: Path, migrated_file: Path) -> AsyncIterator[Served]:
    async with stage(tmp_path / "data", migrated_file) as made:
        listener = socket.socket()
        listener.bind(("127.0.0.1", 0))
        config = uvicorn.Config(
            made.app,
            http=wire_protocol(made.house.stream.hub),
            ws="websockets-sansio",
            lifespan="off",
            log_config=None,
        )
        server = uvicorn.Server(config)
        task = asyncio.create_task(server._serve([listener]))
        async with asyncio.timeout(20):
            while not server.started:
                await asyncio.sleep(0.005)
        yield Served(made, listener.getsockname()[1])
        server.should_exit = True
        await task


async def closed_after(
    link: ClientConnection, act: Callable[[], Awaitable[object]]
) -> tuple[float, int | None]:
    """Seconds from the act to the close, and its code."""
    assert json.loads(await link.recv())["type"] == "snapshot"
    begun = time.monotonic()
    await act()
    async with asyncio.timeout(30):
        try:
            while True:
                await link.recv()
        except ConnectionClosed:
            return time.monotonic() - begun, link.close_code


class TestOrigins:
    async def test_S01_no_hostile_origin_opens_a_staff_socket(self, served: Served) -> None:
        """Forty-three of them, each with a good ticket: none sees a frame."""
        marta = await served.made.signed_in(FIRST)
        event = await served.made.event(marta)
        assert len(HOSTILE) >= 40
        let_in = []
        for origin in HOSTILE:
            try:
                link = await served.opened(marta, event["id"], origin)
            except Exception:
                continue  # not even a handshake
            try:
                async with asyncio.timeout(30):
                    let_in.append((origin, await link.recv()))
            except ConnectionClosed:
                assert link.close_code == codes.STAY_AWAY_ORIGIN, origin
            finally:
                await link.close()
        assert let_in == []
        link = await served.opened(marta, event["id"])
        assert json.loads(await link.recv())["type"] == "snapshot"
        await link.close()


class TestEnding:
    async def test_S03_a_socket_closes_when_its_right_is_gone(self, served: Served) -> None:
        """Sign-out, revocation, a role taken, an account closed: each within five seconds, measured on a real socket."""
        made = served.made
        marta = await made.signed_in(FIRST)
        event = await made.event(marta)
        nurse = await made.person("Nurse", {event["id"]: [Role.MODERATOR]})
        took: dict[str, float] = {}

        async def measure(what: str, client: httpx.AsyncClient, act: Callable[[], Awaitable[object]]) -> None:
            link = await served.opened(client, event["id"])
            took[what], code = await closed_after(link, act)
            assert code == codes.STAY_AWAY_SIGNED_OUT, what

        tom = await made.signed_in(SECOND)
        await measure("sign-out", tom, lambda: tom.delete("/session"))
        one, two = (
            await made.signed_in("nurse@valdora.example"),
            await made.signed_in("nurse@valdora.example"),
        )
        await measure("revocation of all", one, lambda: two.delete("/me/sessions"))
        role = {"person_id": nurse, "role": "moderator", "held": False}
        await measure("role taken", two, lambda: marta.post(f"/events/{event['id']}/roles", json=role))
        tom = await made.signed_in(SECOND)
        other = (await made.actor(SECOND)).id
        await measure("account closed", tom, lambda: marta.post(f"/people/{other}/disable"))
        assert max(took.values()) <= 5, took

    @pytest.mark.timed
    async def test_S13_a_wiped_tablets_socket_closes_within_two_seconds(self, served: Served) -> None:
        """In the middle of the event."""
        made = served.made
        marta = await made.signed_in(FIRST)
        event = await made.event(marta)
        nurse = await made.person("Nurse", {event["id"]: [Role.PRESENTER]})
        offer = await marta.post("/events/flood/pairings", json={"person_id": nurse, "name": "T3"})
        tablet = made.client()
        body = {**pair_body(offer.json()["code"], Tablet()), "password": PASSWORD}
        device = (await tablet.post("/devices", json=body)).json()["device"]
        link = await served.opened(tablet, event["id"])

        seconds, code = await closed_after(link, lambda: marta.delete(f"/devices/{device['id']}"))

        assert code == codes.STAY_AWAY_SIGNED_OUT
        assert seconds <= 2
