"""A whole rehearsal for a test: a real simulators process, a real drill process, and somebody who is signed in."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar

import httpx
import orjson
from websockets.asyncio.client import ClientConnection, connect

from tests.processes import Process

T = TypeVar("T")
PATIENCE_S = 30.0


class Stage:
    """
    Two processes and two signed-in people.

    Attributes:
        marta: Client of the first person; tom of the second.
        world: Client of the simulators' control surface.
    """

    def __init__(self, folder: Path, **settings: str) -> None:
        self.folder = folder
        self.simulators = Process(
            ["tocsin-simulators"],
        )
        self.simulators.words = [
            self.simulators_python(),
            "-m",
            "app.channels.simulators",
            "--port",
            "0",
            "--profile",
            "fast",
            "--ledger",
            str(folder / "ledger.jsonl"),
        ]
        self.settings = settings
        self.people: list[httpx.AsyncClient] = []
        self.drill: Process
        self.marta: httpx.AsyncClient
        self.tom: httpx.AsyncClient
        self.world: httpx.AsyncClient

    @staticmethod
    def simulators_python() -> str:
        return Process(["tocsin"]).words[0]

    async def open(self) -> None:
        await asyncio.to_thread(self.simulators.start)
        self.world = httpx.AsyncClient(timeout=30, base_url=self.simulators.address, trust_env=False)
        self.drill = Process(
            ["tocsin", "serve", "--drill", "--port", "0"],
            environment={
                "TOCSIN_DATA_DIR": str(self.folder / "data"),
                "TOCSIN_SIMULATORS_URL": self.simulators.address,
                **self.settings,
            },
        )
        await self.start_drill()

    async def start_drill(self) -> None:
        """Start the instance, again on the same data after a kill, and sign both people in."""
        for client in self.people:
            await client.aclose()
        await asyncio.to_thread(self.drill.start)
        first, second = [code["code"] for code in self.drill.ready["sign_in_codes"]]
        self.marta = await self.signed_in(first)
        self.tom = await self.signed_in(second)
        self.people = [self.marta, self.tom]

    @property
    def port(self) -> int:
        return int(self.drill.address.rsplit(":", 1)[1])

    async def signed_in(self, code: str) -> httpx.AsyncClient:
        client = httpx.AsyncClient(
            base_url=f"http://127.0.0.1:{self.port}/api/v1",
            headers={"x-tocsin": "1"},
            timeout=30,
            # The server ends an idle line after 5 s, as httpx does: on a busy machine a call met that end.
            limits=httpx.Limits(keepalive_expiry=1),
            trust_env=False,
        )
        answer = await client.post("/session", json={"code": code})
        assert answer.status_code == 200, answer.text
        return client

    async def close(self) -> None:
        for client in (*self.people, self.world):
            await client.aclose()
        await asyncio.to_thread(self.drill.close)
        await asyncio.to_thread(self.simulators.close)

    async def event(self, slug: str = "kidney-surgery") -> dict[str, Any]:
        answer = await self.marta.get(f"/events/{slug}")
        assert answer.status_code == 200, answer.text
        return dict(answer.json()["event"])

    async def submit(
        self, text: str, *, slug: str = "kidney-surgery", key: str | None = None, step_id: str | None = None
    ) -> dict[str, Any]:
        answer = await self.marta.post(
            f"/events/{slug}/updates",
            json={"texts": {"en": text}, "source": "presenter", "step_id": step_id},
            headers={"idempotency-key": key or str(uuid.uuid4())},
        )
        assert answer.status_code == 201, answer.text
        return dict(answer.json())

    async def update(self, update_id: str) -> dict[str, Any]:
        answer = await self.marta.get(f"/updates/{update_id}")
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    async def replies(self, slug: str = "kidney-surgery") -> list[dict[str, Any]]:
        answer = await self.marta.get(f"/events/{slug}/replies")
        assert answer.status_code == 200, answer.text
        return list(answer.json()["items"])

    async def ledger(self) -> list[dict[str, Any]]:
        """What the simulators applied, by their own account."""
        answer = await self.world.get("/_sim/ledger")
        body = answer.json()
        entries = body["entries"] if isinstance(body, dict) else body
        return [entry for entry in entries if entry["applied"]]

    async def applied(self, text: str) -> dict[str, list[dict[str, Any]]]:
        """Posts and messages that carry a text, by platform."""
        found: dict[str, list[dict[str, Any]]] = {"x": [], "facebook": [], "twilio": []}
        for entry in await self.ledger():
            if text in (entry.get("text") or ""):
                found[entry["platform"]].append(entry)
        return found


async def until(
    look: Callable[[], Awaitable[T]], good: Callable[[T], bool], *, patience_s: float = PATIENCE_S
) -> T:
    """Look again until it is as it should be, less often the longer it takes; the last look is in the error."""
    found = await look()
    pause_s = 0.02
    try:
        async with asyncio.timeout(patience_s):
            while not good(found):
                await asyncio.sleep(pause_s)
                # Fifty looks a second would be load of their own on a machine that is late for being busy.
                pause_s = min(pause_s * 1.2, 0.25)
                found = await look()
    except TimeoutError:
        raise AssertionError(f"still not so after {patience_s} s: {found!r}") from None
    return found


@asynccontextmanager
async def stage(folder: Path, **settings: str) -> AsyncIterator[Stage]:
    made = Stage(folder, **settings)
    await made.open()
    try:
        yield made
    finally:
        await made.close()


@asynccontextmanager
async def watching(stage: Stage, slug: str = "kidney-surgery") -> AsyncIterator[Viewer]:
    """Somebody of the public with a real socket."""
    event = await stage.event(slug)
    async with connect(f"ws://127.0.0.1:{stage.port}/api/v1/stream", proxy=None) as socket:
        await socket.send(orjson.dumps({"type": "hello", "topic": f"{event['id']}:public"}).decode())
        yield Viewer(socket)


class Viewer:
    """Reads frames one by one."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket

    async def next(self, patience_s: float = PATIENCE_S) -> dict[str, Any]:
        async with asyncio.timeout(patience_s):
            return dict(orjson.loads(await self._socket.recv()))

    async def item(self, text: str, patience_s: float = PATIENCE_S) -> dict[str, Any]:
        """The first item that says this, in a snapshot, a delta or a frame."""
        async with asyncio.timeout(patience_s):
            while True:
                message = orjson.loads(await self._socket.recv())
                items = list(message.get("items", ()))
                items += [op["item"] for op in message.get("ops", ()) if "item" in op]
                for item in items:
                    if any(text in one for one in item["texts"].values()):
                        return dict(item)
