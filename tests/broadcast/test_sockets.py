"""Who gets in, what a viewer may say, and how everybody is sent away; on real sockets, on both ways of serving."""

import asyncio
import contextlib
import json
import logging
import socket
from collections.abc import AsyncIterator, Collection
from dataclasses import replace

import pytest
import websockets
from websockets.asyncio.client import ClientConnection

from app.broadcast.hub import FILES_KEPT, HubSettings
from app.broadcast.staff import Admitted, StaffSockets
from app.broadcast.stream import Stream, StreamSettings
from app.db import Database
from tests.broadcast.stage import ORIGIN, Event, Served, serving, streaming
from tests.broadcast.test_wire_frames import masked
from tests.broadcast.watcher import watching

HUB = HubSettings(hello_s=0.3, request_s=0.5, viewers_most=8, viewers_most_per_address=5)
QUICK = StreamSettings(hub=HUB, heartbeat_s=0.2)


class OneTimeTickets:
    """Tickets as accounts give them: each works once, and a session can end."""

    def __init__(self) -> None:
        self.valid: dict[str, Admitted] = {}
        self.over: set[str] = set()

    async def redeem(self, ticket: str) -> Admitted | None:
        return self.valid.pop(ticket, None)

    async def ended(self, admitted: Collection[Admitted]) -> Collection[Admitted]:
        return [one for one in admitted if one.session_id in self.over]


@pytest.fixture
def tickets() -> OneTimeTickets:
    return OneTimeTickets()


@pytest.fixture
async def stream(database: Database) -> AsyncIterator[Stream]:
    async with streaming(database, settings=QUICK) as made:
        yield made


@pytest.fixture
async def staff(tickets: OneTimeTickets) -> StaffSockets:
    return StaffSockets(tickets)


@pytest.fixture(params=["wire", "asgi"])
async def served(
    stream: Stream, staff: StaffSockets, request: pytest.FixtureRequest
) -> AsyncIterator[Served]:
    async with serving(stream, staff=staff, fast=request.param == "wire") as made:
        yield made


async def closing(socket: ClientConnection) -> tuple[int, str]:
    """How the server ends it."""
    async with asyncio.timeout(30):
        with contextlib.suppress(websockets.ConnectionClosed):
            async for _ in socket:
                pass
        await socket.wait_closed()
    return socket.close_code or 0, socket.close_reason or ""


async def said(served: Served, *messages: str | bytes, origin: str | None = None) -> tuple[int, str]:
    """How the server ends a socket that says this."""
    async with websockets.connect(served.ws, origin=origin) as socket:  # type: ignore[arg-type]
        for message in messages:
            await socket.send(message)
        return await closing(socket)


def hello(topic: str, **more: object) -> str:
    return json.dumps({"type": "hello", "topic": topic, **more})


class TestBadHello:
    async def test_every_bad_first_message_has_its_code(self, served: Served, event: Event) -> None:
        """Closed with a code and a reason; the codes that would never work say not to come back."""
        cases = [
            ("not json", 4500),
            ("[1,2]", 4500),
            ('{"type":"hello"}', 4500),
            (hello(event.public, surprise=1), 4500),
            (hello(event.public, offset="x"), 4500),
            ('{"topic":' + "[" * 2000, 4500),
            (hello("nobody:public"), 4504),
            (hello("public"), 4504),
            (hello(":public"), 4504),
            (hello(event.id + ":outbox"), 4504),
            (hello("x" * 3000 + ":public"), 4504),
        ]
        for message, code in cases:
            assert (message[:40], (await said(served, message))[0]) == (message[:40], code)

    async def test_L03_too_long_and_binary_are_refused(self, served: Served) -> None:
        """4 KiB and text."""
        assert (await said(served, "x" * 5000))[0] == 1009
        assert (await said(served, b"x"))[0] == 1003

    async def test_one_that_says_nothing_is_closed_in_time(self, served: Served) -> None:
        """Handshake timeout: come back when you know what you want."""
        assert (await said(served))[0] == 4001

    async def test_nothing_else_notices(self, stream: Stream, served: Served, event: Event) -> None:
        """Somebody else's garbage does not touch a viewer beside it."""
        async with watching(served.ws, event.public) as watcher:
            await watcher.step()
            for message in ("garbage", "x" * 5000, hello("nobody:public")):
                await said(served, message)
            _, positions = await event.release("one")
            stream.announce(*positions)
            await watcher.reach(1)
            assert watcher.texts == ["one"]


class TestWhileWatching:
    async def test_L03_more_than_two_messages_a_second_are_too_many(
        self, served: Served, event: Event
    ) -> None:
        """A burst is forgiven, a flood is closed with 1008."""
        async with websockets.connect(served.ws) as socket:
            for _ in range(30):
                await socket.send(hello(event.public))
            assert (await closing(socket))[0] == 1008

    async def test_L03_garbage_after_hello_is_closed(self, served: Served, event: Event) -> None:
        """The rules hold for as long as the socket does."""
        for message, code in (("garbage", 4500), ("x" * 5000, 1009)):
            async with websockets.connect(served.ws) as socket:
                await socket.send(hello(event.public))
                await socket.recv()
                await socket.send(message)
                assert (await closing(socket))[0] == code

    async def test_a_ping_is_answered(self, served: Served, event: Event) -> None:
        """So that a viewer's own library knows that we are there."""
        async with watching(served.ws, event.public) as watcher:
            await watcher.step()
            assert watcher.socket is not None
            async with asyncio.timeout(30):
                await (await watcher.socket.ping())

    async def test_a_viewer_may_close(self, stream: Stream, served: Served, event: Event) -> None:
        """The close is answered with the same code."""
        async with websockets.connect(served.ws) as socket:
            await socket.send(hello(event.public))
            await socket.recv()
            await socket.close(1000)
            assert socket.close_code == 1000


class TestCaps:
    async def test_S17_an_address_has_its_share(self, served: Served, event: Event) -> None:
        """The sixth from one address is told to come back later, with when."""
        async with Crowd(served, event, 5):
            code, reason = await said(served)
            assert code == 4029
            assert reason.startswith("retry_after_ms=")

    async def test_S17_sockets_above_the_accept_rate_get_a_cheap_503(
        self, database: Database, event: Event
    ) -> None:
        """Before any application code runs, with a time to come back."""
        slow = replace(QUICK, hub=replace(HUB, accepts_per_s=0.001, accept_burst=1))
        async with streaming(database, settings=slow) as stream, serving(stream) as served:
            async with watching(served.ws, event.public) as watcher:
                await watcher.step()
                with pytest.raises(websockets.InvalidStatus) as refused:
                    async with websockets.connect(served.ws):
                        pass
            assert refused.value.response.status_code == 503
            assert int(refused.value.response.headers["Retry-After"]) >= 1

    async def test_S17_a_connection_that_never_becomes_a_request_is_cut(self, stream: Stream) -> None:
        """Slow-loris: one byte at a time does not hold a place for ever."""
        async with serving(stream) as served:
            reader, writer = await asyncio.open_connection("127.0.0.1", served.port)
            writer.write(b"GET / HTT")
            await writer.drain()
            async with asyncio.timeout(30):
                assert await reader.read() == b""
            writer.close()

    async def test_S17_half_a_second_request_on_a_kept_connection_is_cut(self, stream: Stream) -> None:
        """A first one that was whole buys no patience for the next."""
        async with serving(stream) as served:
            reader, writer = await asyncio.open_connection("127.0.0.1", served.port)
            writer.write(b"GET /nothing HTTP/1.1\r\nHost: x\r\n\r\n")
            await reader.readuntil(b"}")
            writer.write(b"GET /nothing HTTP/1.1\r\nX-Slow: ")
            async with asyncio.timeout(4):  # below the five seconds of a kept connection that says nothing
                assert await reader.read() == b""
            writer.close()

    async def test_S17_above_the_open_files_the_oldest_that_asked_for_nothing_goes(
        self, database: Database, event: Event
    ) -> None:
        """Connections without a request leave room for the database, the platforms and those who ask."""
        few = replace(QUICK, hub=replace(HUB, request_s=60.0, files_most=FILES_KEPT))
        async with streaming(database, settings=few) as stream, serving(stream) as served:
            stream.hub.places = 8
            links = []
            for _ in range(10):
                links.append(await asyncio.open_connection("127.0.0.1", served.port))
                links[-1][1].write(b"GET / HTT")
                await links[-1][1].drain()
                await asyncio.sleep(0.01)  # in this order
            async with asyncio.timeout(30):
                for reader, _ in links[:2]:
                    with contextlib.suppress(ConnectionResetError):
                        assert await reader.read() == b""
                async with watching(served.ws, event.public) as watcher:
                    await watcher.step()
            assert not any(reader.at_eof() for reader, _ in links[4:])
            for _, writer in links:
                writer.close()

    async def test_L03_hostile_bytes_on_the_wire_cost_only_their_own_socket(
        self, stream: Stream, event: Event
    ) -> None:
        """One byte at a time, ping floods, a frame of 16 MB: closed, and the rest goes on."""
        async with serving(stream) as served, watching(served.ws, event.public) as watcher:
            await watcher.step()
            pings = b"".join(masked(9, b"x") for _ in range(50))
            for hostile in (masked(1, b"", length=16 << 20), pings, b"\xff" * 100, masked(1, b"{}", first=0)):
                reader, writer = await asyncio.open_connection("127.0.0.1", served.port)
                writer.write(
                    b"GET /api/v1/stream HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
                )
                await reader.readuntil(b"\r\n\r\n")
                writer.write(masked(1, hello(event.public).encode()))
                await reader.readexactly(10)
                for byte in hostile:
                    writer.write(bytes((byte,)))
                with contextlib.suppress(ConnectionResetError):  # it was cut with bytes of ours unread
                    async with asyncio.timeout(30):
                        while await reader.read(65_536):
                            pass
                writer.close()
            _, positions = await event.release("one")
            stream.announce(*positions)
            await watcher.reach(1)

    async def test_L03_what_is_said_after_a_goodbye_seats_nobody(self, stream: Stream, event: Event) -> None:
        """A close and a hello in one segment: whoever is gone keeps no seat, whose descriptor will be another's."""
        async with serving(stream) as served, watching(served.ws, event.public) as watcher:
            await watcher.step()
            fanout = (await stream.open(event.public)).fanout
            reader, writer = await asyncio.open_connection("127.0.0.1", served.port)
            writer.write(
                b"GET /api/v1/stream HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
            )
            await reader.readuntil(b"\r\n\r\n")
            writer.write(masked(1, hello(event.public).encode()))
            await reader.readexactly(10)
            writer.write(masked(8, (1000).to_bytes(2, "big")) + masked(1, hello(event.public).encode()))
            with contextlib.suppress(ConnectionResetError):
                async with asyncio.timeout(30):
                    while await reader.read(65_536):
                        pass
            writer.close()
            assert len(stream.hub.viewers) == 1
            assert sum(len(group) for group in fanout.groups) == 1


class Crowd:
    """Several watching viewers at once."""

    def __init__(self, served: Served, event: Event, count: int) -> None:
        self.cms = [watching(served.ws, event.public) for _ in range(count)]

    async def __aenter__(self) -> None:
        for cm in self.cms:
            await (await cm.__aenter__()).step()

    async def __aexit__(self, *exc: object) -> None:
        for cm in self.cms:
            await cm.__aexit__(None, None, None)


HOSTILE_ORIGINS = [
    None,
    "null",
    "",
    "https://evil.example",
    "http://desk.example",
    "https://desk.example.evil.example",
    "https://evil-desk.example",
    "https://desk.example:444",
    "https://desk.example:443",
    "https://desk.example/",
    "https://desk.example.",
    "https://DESK.example",
    "https://user@desk.example",
    "https://desk.example@evil.example",
    "https://desk.example#evil.example",
    "https://desk.example?x",
    "https://desk.example evil.example",
    "https://desk.example,https://evil.example",
    "https://xn--dsk-hoa.example",
    "wss://desk.example",
    "file://desk.example",
    "chrome-extension://desk.example",
    "data:text/html,x",
    "about:blank",
    "https://desk.example%00.evil.example",
    "https://desk.example%2eevil.example",
    "https://127.0.0.1",
    "https://localhost",
    "https://[::1]",
    "https://desk",
    "//desk.example",
    "desk.example",
    "https:desk.example",
    "https:///desk.example",
    "https://desk.example\\evil.example",
    "https://sub.desk.example",
    "https://desk.exampl",
    "https://desk.example0",
    "HTTPS://desk.example",
    "ftp://desk.example",
]


class TestStaffTopics:
    async def test_S01_no_foreign_origin_opens_a_staff_topic(
        self, served: Served, event: Event, tickets: OneTimeTickets
    ) -> None:
        """Forty hostile origins, each with a good ticket: none gets in, and no ticket is used up."""
        assert len(HOSTILE_ORIGINS) == 40
        tickets.valid["good"] = Admitted(event.desk, "s1")
        for origin in HOSTILE_ORIGINS:
            assert (origin, (await said(served, hello(event.desk, ticket="good"), origin=origin))[0]) == (
                origin,
                4503,
            )
        assert "good" in tickets.valid

    async def test_a_ticket_opens_its_topic_once(
        self, served: Served, event: Event, tickets: OneTimeTickets
    ) -> None:
        """Our own origin and a fresh ticket: the desk's snapshot; the same ticket again: get a new one."""
        tickets.valid["t1"] = Admitted(event.desk, "s1")
        async with watching(served.ws, event.desk, origin=ORIGIN, ticket="t1") as watcher:
            assert (await watcher.step())["topic"] == event.desk
        for ticket in ("t1", "unknown", None):
            assert (await said(served, hello(event.desk, ticket=ticket), origin=ORIGIN))[0] == 4401

    async def test_S04_a_ticket_for_one_topic_opens_no_other(
        self, served: Served, event: Event, tickets: OneTimeTickets, database: Database
    ) -> None:
        """Not the family's, not another event's."""
        other = await Event(database, "other").create()
        for topic in (f"{event.id}:family", other.desk):
            tickets.valid["t1"] = Admitted(event.desk, "s1")
            assert (await said(served, hello(topic, ticket="t1"), origin=ORIGIN))[0] == 4401

    async def test_S03_a_socket_ends_with_its_session(
        self, served: Served, event: Event, tickets: OneTimeTickets, staff: StaffSockets
    ) -> None:
        """Signed out, role taken away: closed within five seconds, and not to come back by itself."""
        for n in (1, 2):
            tickets.valid[f"t{n}"] = Admitted(event.desk, f"s{n}")
        staff.start()
        try:
            async with (
                watching(served.ws, event.desk, origin=ORIGIN, ticket="t1") as first,
                watching(served.ws, event.desk, origin=ORIGIN, ticket="t2") as second,
            ):
                await first.step()
                await second.step()
                assert len(staff) == 2
                tickets.over.add("s1")
                assert first.socket is not None
                assert (await closing(first.socket))[0] == 4510
                await second.step()  # the other goes on
                assert len(staff) == 1
        finally:
            await staff.stop()

    async def test_S02_a_ticket_is_in_no_log(
        self, served: Served, event: Event, tickets: OneTimeTickets, caplog: pytest.LogCaptureFixture
    ) -> None:
        """It travels in the first message, never in the address."""
        caplog.set_level(logging.INFO, logger="uvicorn")
        caplog.set_level(logging.DEBUG, logger="app")
        canary = "canary-7f3a-ticket"
        tickets.valid[canary] = Admitted(event.desk, "s1")
        async with watching(served.ws, event.desk, origin=ORIGIN, ticket=canary) as watcher:
            await watcher.step()
        await said(served, hello(event.desk, ticket=canary), origin=ORIGIN)
        ours = [r for r in caplog.records if not r.name.startswith("websockets")]
        assert canary not in "".join(record.getMessage() for record in ours)


class TestDrain:
    async def test_N03_everybody_is_sent_elsewhere_with_a_time_of_their_own(
        self, stream: Stream, event: Event
    ) -> None:
        """1012 with a retry hint; the hints differ, so they do not all come back at once; readiness turns false."""
        async with serving(stream) as served:
            sockets = [await websockets.connect(served.ws) for _ in range(5)]
            for socket in sockets:
                await socket.send(hello(event.public))
                await socket.recv()
            served.server.should_exit = True
            ends = [await closing(socket) for socket in sockets]
        assert {code for code, _ in ends} == {1012}
        assert all(reason.startswith("retry_after_ms=") for _, reason in ends)
        assert stream.is_draining


class TestVanished:
    async def test_L04_one_that_vanished_is_noticed_by_its_silence(
        self, database: Database, event: Event
    ) -> None:
        """Bytes are still taken (a proxy stands between), but no ping is answered: closed after two rounds at most."""
        quick = replace(QUICK, hub=replace(HUB, ping_s=0.3))
        async with (
            streaming(database, settings=quick) as stream,
            serving(stream) as served,
            watching(served.ws, event.public) as lively,
        ):
            await lively.step()
            reader, writer = await asyncio.open_connection("127.0.0.1", served.port)
            writer.write(
                b"GET /api/v1/stream HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
            )
            await reader.readuntil(b"\r\n\r\n")
            writer.write(masked(1, hello(event.public).encode()))
            loop = asyncio.get_running_loop()
            began = loop.time()
            async with asyncio.timeout(30):
                while chunk := await reader.read(65_536):
                    last = chunk
            assert b"\x0f\xa9" in last  # 4009
            assert loop.time() - began < 3
            writer.close()
            await lively.step()
            assert stream.hub.count == 1

    async def test_L04_the_kernel_is_told_to_give_up_on_unacknowledged_bytes(
        self, stream: Stream, event: Event
    ) -> None:
        """Heartbeats every 10 s and 30 s of patience: a peer that is gone without a word is noticed within 45 s."""
        async with serving(stream) as served, watching(served.ws, event.public) as watcher:
            await watcher.step()
            (viewer,) = stream.hub.viewers
            link = viewer.transport.get_extra_info("socket")  # type: ignore[attr-defined]
            patience_s = link.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) / 1000
            assert patience_s + StreamSettings().heartbeat_s <= 45
            assert 2 * StreamSettings().hub.ping_s <= 45
