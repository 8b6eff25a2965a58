"""A topic and a place in the address: the same answers as to a hello, and later viewers let in by the first one's."""

import asyncio
import socket
import urllib.parse
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
import websockets

from app.broadcast.doors import DOORS_MOST, Doors, read_address
from app.broadcast.doorstep import HEAD_MOST_BYTES, Doorstep
from app.broadcast.hub import HubSettings
from app.broadcast.staff import Admitted, StaffSockets
from app.broadcast.stream import Stream, StreamSettings
from app.db import Database
from tests.broadcast.stage import ORIGIN, Event, Served, serving, streaming
from tests.broadcast.test_sockets import OneTimeTickets, closing
from tests.broadcast.watcher import Watcher

HUB = HubSettings(viewers_most=8, viewers_most_per_address=5)
QUICK = StreamSettings(hub=HUB, heartbeat_s=0.3)


@pytest.fixture
async def stream(database: Database) -> AsyncIterator[Stream]:
    async with streaming(database, settings=QUICK) as made:
        yield made


@pytest.fixture(params=["wire", "asgi"])
async def served(stream: Stream, request: pytest.FixtureRequest) -> AsyncIterator[Served]:
    async with serving(stream, fast=request.param == "wire") as made:
        yield made


@pytest.fixture
async def fast(stream: Stream) -> AsyncIterator[Served]:
    async with serving(stream) as made:
        yield made


@pytest.fixture
def asked(fast: Served, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The sockets that the application was asked about."""
    paths: list[str] = []
    inner = fast.server.config.loaded_app

    async def counted(scope: Any, receive: Any, send: Any) -> None:
        paths.append(scope["path"])
        await inner(scope, receive, send)

    monkeypatch.setattr(fast.server.config, "loaded_app", counted)
    return paths


def address(served: Served, **asked: object) -> str:
    return f"{served.ws}?{urllib.parse.urlencode(asked)}"


async def first(url: str, topic: str) -> Watcher:
    """What comes first, to a viewer that says nothing."""
    watcher = Watcher(topic)
    async with websockets.connect(url) as link:
        watcher.socket = link
        await watcher.step()
    return watcher


class TestAddress:
    async def test_G9_a_place_in_the_address_resumes_like_a_hello(
        self, stream: Stream, served: Served, event: Event
    ) -> None:
        """Nothing said: a snapshot without a place, a delta with one; the same for the first viewer and the next."""
        update_id, positions = await event.release("secret")
        stream.announce(*positions)
        before = await first(address(served, topic=event.public), event.public)
        assert before.texts == ["secret"]
        assert before.timeline is not None
        stream.announce(*await event.mark(update_id, "retracted"))
        _, positions = await event.release("two")
        stream.announce(*positions)
        place = {"epoch": before.timeline.epoch, "offset": before.timeline.offset}
        for _ in range(3):
            after = Watcher(event.public)
            after.timeline = before.timeline
            async with websockets.connect(address(served, topic=event.public, **place)) as link:
                after.socket = link
                message = await after.step()
            assert message["type"] == "delta"
            assert "secret" not in after.bytes_seen[0]
            whole = await first(address(served, topic=event.public), event.public)
            assert after.texts == whole.texts == ["two", "(retracted)"]

    async def test_frames_follow_and_a_hello_starts_over(
        self, stream: Stream, served: Served, event: Event
    ) -> None:
        """As on any other socket, for the viewer that came by the long way and for the one that did not."""
        for n in range(1, 3):
            watcher = Watcher(event.public)
            async with websockets.connect(address(served, topic=event.public)) as link:
                watcher.socket = link
                await watcher.step()
                _, positions = await event.release(f"text {n}")
                stream.announce(*positions)
                await watcher.reach(n)
                await watcher.hello(link)
                while (await watcher.step())["type"] == "heartbeat":
                    pass
                assert watcher.texts[0] == f"text {n}"
                assert watcher.resyncs == 0

    @pytest.mark.parametrize(
        ("asked", "code"),
        [
            ({"topic": "nobody:public"}, 4504),
            ({"topic": "public"}, 4504),
            ({"topic": "E:public", "surprise": 1}, 4500),
            ({"topic": "E:public", "epoch": "aa", "offset": "x"}, 4500),
            ({"topic": "E:public", "ticket": "canary"}, 4500),
        ],
    )
    async def test_an_address_that_means_nothing_is_closed_with_a_reason(
        self, served: Served, event: Event, asked: dict[str, str], code: int
    ) -> None:
        """And stays so when a good one came before it."""
        await first(address(served, topic=event.public), event.public)
        said = {**asked, "topic": asked["topic"].replace("E:", f"{event.id}:")}
        for _ in range(2):
            async with websockets.connect(address(served, **said)) as link:
                ended, reason = await closing(link)
                assert ended == code
                assert reason

    async def test_S02_a_staff_topic_opens_by_no_address(self, stream: Stream, event: Event) -> None:
        """A ticket in the address is refused unread, and none is used up; without one the socket is closed."""
        tickets = OneTimeTickets()
        tickets.valid["t1"] = Admitted(event.desk, "s1")
        async with serving(stream, staff=StaffSockets(tickets)) as served:
            for more, code in (({}, 4401), ({"ticket": "t1"}, 4500)):
                url = address(served, topic=event.desk, **more)
                async with websockets.connect(url, origin=ORIGIN) as link:  # type: ignore[arg-type]
                    assert (await closing(link))[0] == code
            assert "t1" in tickets.valid
        assert len(stream.hub.doors) == 0


class TestDoor:
    async def test_the_second_is_let_in_without_the_application(
        self, fast: Served, event: Event, asked: list[str]
    ) -> None:
        """What FastAPI decided once is not asked again for the very same address."""
        for _ in range(4):
            await first(address(fast, topic=event.public), event.public)
        assert len(asked) == 1
        await first(address(fast, topic=f"{event.slug}:public"), event.public)
        assert len(asked) == 2

    async def test_a_request_in_pieces_is_let_in_like_a_whole_one(
        self, fast: Served, event: Event, asked: list[str]
    ) -> None:
        """Wherever the network cuts it."""
        await first(address(fast, topic=event.public), event.public)
        host = f"127.0.0.1:{fast.port}"
        whole = upgrade(f"/api/v1/stream?{urllib.parse.urlencode({'topic': event.public})}", [host])
        for cut in (1, 4, 5, 30, len(whole) - 3, len(whole) - 1):
            assert b" 101 " in await raw(fast, whole[:cut], whole[cut:])
        assert len(asked) == 1

    async def test_another_host_name_is_asked_about_anew(
        self, fast: Served, event: Event, asked: list[str]
    ) -> None:
        """What decides by the host name sees every new one, and more than one in a request each time."""
        target = f"/api/v1/stream?topic={event.public}"
        for n, hosts in enumerate((["a.example"], ["b.example"], ["a.example", "b.example"]), 1):
            assert b" 101 " in await raw(fast, upgrade(target, hosts))
            assert len(asked) == n
        assert b" 101 " in await raw(fast, upgrade(target, ["b.example"]))
        assert len(asked) == 3

    async def test_S17_the_caps_hold_behind_a_door(self, stream: Stream, fast: Served, event: Event) -> None:
        """The sixth from one address is told why; when one leaves, the next may come, and nobody is counted twice."""
        url = address(fast, topic=event.public)
        links = []
        for _ in range(5):
            links.append(await websockets.connect(url))
            await links[-1].recv()
        async with websockets.connect(url) as link:
            assert (await closing(link))[0] == 4029
        await links.pop().close()
        async with asyncio.timeout(30):
            while stream.hub.count > 4:
                await asyncio.sleep(0.01)
        async with websockets.connect(url) as link:
            await link.recv()
        for link in links:
            await link.close()
        async with asyncio.timeout(30):
            while stream.hub.count:
                await asyncio.sleep(0.01)
        assert not stream.hub.by_address

    async def test_S17_the_accept_rate_holds_behind_a_door(self, database: Database, event: Event) -> None:
        """Who could be let in without the application is counted like everybody."""
        slow = replace(QUICK, hub=replace(HUB, accepts_per_s=0.001, accept_burst=2))
        async with streaming(database, settings=slow) as stream, serving(stream) as served:
            url = address(served, topic=event.public)
            for _ in range(2):
                await first(url, event.public)
            with pytest.raises(websockets.InvalidStatus) as refused:
                await first(url, event.public)
            assert refused.value.response.status_code == 503
            assert int(refused.value.response.headers["Retry-After"]) >= 1

    async def test_S17_a_head_without_an_end_is_not_kept_at_the_doorstep(self, fast: Served) -> None:
        """What is longer than any browser's is left to the parser, which knows when it is too much."""
        _, writer = await asyncio.open_connection("127.0.0.1", fast.port)
        connections = fast.server.server_state.connections
        writer.write(b"GET /" + b"x" * HEAD_MOST_BYTES)
        async with asyncio.timeout(30):
            while not connections or any(isinstance(one, Doorstep) for one in connections):
                await asyncio.sleep(0.01)
        writer.close()

    async def test_a_draining_server_lets_nobody_in_by_a_door(
        self, stream: Stream, fast: Served, event: Event
    ) -> None:
        """503 before anything else, as without one."""
        await first(address(fast, topic=event.public), event.public)
        stream.hub.is_draining = True
        with pytest.raises(websockets.InvalidStatus) as refused:
            await first(address(fast, topic=event.public), event.public)
        assert refused.value.response.status_code == 503

    async def test_F17_a_door_of_an_older_epoch_is_shut(
        self, database: Database, stream: Stream, fast: Served, event: Event, asked: list[str]
    ) -> None:
        """After a restore the application decides again."""
        await first(address(fast, topic=event.public), event.public)
        async with database.connection() as connection:
            await connection.exec_driver_sql("UPDATE topic SET epoch = 'feedbeef'")
        tail = await stream.open(event.public)
        async with asyncio.timeout(30):
            while tail.place.epoch != "feedbeef":
                await asyncio.sleep(0.02)
        watcher = await first(address(fast, topic=event.public), event.public)
        assert watcher.timeline is not None
        assert watcher.timeline.epoch == "feedbeef"
        assert len(asked) == 2

    async def test_a_topic_that_is_let_go_takes_its_door_along(
        self, database: Database, event: Event
    ) -> None:
        """What nobody asks for is not kept; it opens again for the next."""
        short = replace(QUICK, idle_s=0.0, repair_s=0.05)
        async with streaming(database, settings=short) as stream, serving(stream) as served:
            for _ in range(2):
                await first(address(served, topic=event.public), event.public)
                async with asyncio.timeout(30):
                    while stream._tails:
                        await asyncio.sleep(0.01)
                asked = next(iter(stream.hub.doors._doors))
                assert stream.hub.doors.find(asked) is None
                assert len(stream.hub.doors) == 0

    async def test_S17_strangers_cannot_fill_the_memory(self, stream: Stream, event: Event) -> None:
        """Every new host name is a new question; the answers kept are bounded."""
        tail = await stream.open(event.public)
        doors = Doors()
        for n in range(3 * DOORS_MOST):
            doors.keep((b"%d.example" % n, b"/"), tail, lambda _: "")
            assert len(doors) <= DOORS_MOST


@pytest.mark.parametrize(
    ("url", "found"),
    [
        (b"/s?topic=a", (b"/s?topic=a", None, None)),
        (b"/s?topic=a&epoch=9c&offset=41", (b"/s?topic=a", "9c", 41)),
        (b"/s?topic=a&epoch=9c", None),
        (b"/s?topic=a&epoch=9c&offset=-1", None),
        (b"/s?topic=a&epoch=9c&offset=1&offset=2", None),
        (b"/s?topic=a&epoch=9c&offset=1&topic=b", None),
        (b"/s?topic=a&epoch=&offset=1", None),
    ],
)
def test_only_a_place_as_we_write_it_is_read_apart(
    url: bytes, found: tuple[bytes, str | None, int | None] | None
) -> None:
    """Anything else goes to the application."""
    assert read_address(url) == found


def upgrade(target: str, hosts: list[str]) -> bytes:
    """A request with these Host headers."""
    lines = [f"GET {target} HTTP/1.1", *(f"Host: {host}" for host in hosts)]
    lines += ["Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13"]
    lines += ["Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "", ""]
    return "\r\n".join(lines).encode()


async def raw(served: Served, *pieces: bytes) -> bytes:
    """The answer to an upgrade that comes in these pieces."""
    reader, writer = await asyncio.open_connection("127.0.0.1", served.port, family=socket.AF_INET)
    for piece in pieces:
        writer.write(piece)
        await asyncio.sleep(0.01)  # so that they are read apart
    try:
        answer = await reader.readuntil(b"\r\n\r\n")
        return answer + await reader.readexactly(1)  # of the snapshot: by then it is let in
    finally:
        writer.close()
