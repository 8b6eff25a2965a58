"""
One suite over every registered adapter against a server that misbehaves byte by byte.

What the platforms' simulators can be asked to do is in test_conformance.py; here is what no well-behaved server
can: answers that drip, never end, explode or stop half-way.
"""

from __future__ import annotations

import asyncio
import gzip
import socket
import time
from contextlib import suppress

import pytest

from app.channels.registry import ADAPTERS
from app.errors import (
    CredentialsRejected,
    OutcomeUnknown,
    RateLimited,
    StartRefused,
    Unavailable,
)
from tests.channels.made import CREATED, build, go, post
from tests.channels.scripted import Reply, Scripted, answer

NAMES = [kind.name for kind in ADAPTERS if "base_address" in kind.settings.model_fields]
DEADLINE_S = 0.4


async def cut_now(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.transport.abort()


async def cut_in_headers(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 201 Created\r\ncontent-ty")
    await writer.drain()


async def cut_in_body(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b'HTTP/1.1 201 Created\r\ncontent-length: 100\r\n\r\n{"data":')
    await writer.drain()


async def hang(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError):
        await reader.read()


async def drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 201 Created\r\ncontent-length: 1000\r\n\r\n")
    with suppress(ConnectionError):
        for _ in range(100):
            writer.write(b" ")
            await writer.drain()
            await asyncio.sleep(0.02)


async def endless_headers(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 201 Created\r\n")
    with suppress(ConnectionError):
        for n in range(100_000):
            writer.write(b"x-h%d: %s\r\n" % (n, b"a" * 900))
            await writer.drain()


async def huge_body(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 201 Created\r\ncontent-length: 1000000000\r\n\r\n")
    with suppress(ConnectionError):
        for _ in range(2000):
            writer.write(b" " * 65536)
            await writer.drain()


BOMB = gzip.compress(b" " * (20 << 20), 9)

AMBIGUOUS: dict[str, Reply] = {
    "cut after the request": cut_now,
    "cut in the headers": cut_in_headers,
    "cut in the body": cut_in_body,
    "500": answer(500, {"error": {"code": 2, "message": "x"}}),
    "502 with HTML": answer(502, b"<html>Bad gateway</html>"),
    "503 with nothing": answer(503),
    "504": answer(504, {"title": "Gateway Timeout", "status": 504}),
    "408": answer(408, {}),
    "empty 200": answer(200),
    "200 with HTML": answer(200, b"<html>Hello</html>"),
    "200 with half a JSON": answer(200, b'{"data":{"id":"19'),
    "200 with another JSON": answer(200, [1, 2]),
    "201 without an id": answer(201, {"data": {}}),
    "201 with a wrong id": answer(201, {"data": {"id": 5}, "id": 5, "sid": 5}),
    "302": answer(302, b"", {"location": "https://elsewhere.example/"}),
    "403 with HTML": answer(403, b"<html>Access denied</html>"),
    "not HTTP at all": b"SSH-2.0-OpenSSH_9.2\r\n",
    "gzip bomb": answer(201, BOMB, {"content-encoding": "gzip"}),
    "broken gzip": answer(201, b"not gzip", {"content-encoding": "gzip"}),
    "huge body": huge_body,
    "endless headers": endless_headers,
}
SLOW: dict[str, Reply] = {"hangs": hang, "drips": drip}
REFUSED = {
    "x": {"title": "Unauthorized", "type": "about:blank", "status": 401, "detail": "Unauthorized"},
    "facebook": {"error": {"code": 190, "error_subcode": 463, "message": "expired"}},
    "twilio": {"code": 20003, "message": "Authenticate", "status": 401},
}


@pytest.mark.parametrize("name", NAMES)
class TestPublish:
    async def test_one_call_publishes(self, name: str) -> None:
        """Exactly one request leaves for one post, and its id comes back."""
        status, body = CREATED[name]
        async with Scripted([answer(status, body)]) as server:
            adapter = build(name, server.origin)
            receipt = await adapter.publish(post(name), may_start=go)
            await adapter.aclose()
        assert len(server.asked) == 1
        assert receipt.remote_id in str(body)

    @pytest.mark.parametrize("reply", AMBIGUOUS.values(), ids=AMBIGUOUS.keys())
    async def test_D04_F25_F27_no_trustworthy_answer_is_an_unknown_outcome(
        self, name: str, reply: Reply
    ) -> None:
        """The request left; whatever cannot be read as an answer says nothing, and nothing is sent again."""
        async with Scripted([reply]) as server:
            adapter = build(name, server.origin)
            with pytest.raises(OutcomeUnknown):
                await adapter.publish(post(name), may_start=go)
            await adapter.aclose()
        assert len(server.asked) == 1

    @pytest.mark.parametrize("reply", SLOW.values(), ids=SLOW.keys())
    @pytest.mark.timed
    async def test_F25_a_platform_that_never_finishes_is_left_at_the_deadline(
        self, name: str, reply: Reply
    ) -> None:
        """The deadline is of the wall clock: a byte now and then does not move it."""
        async with Scripted([reply]) as server:
            adapter = build(name, server.origin, deadline_s=DEADLINE_S)
            started = time.monotonic()
            with pytest.raises(OutcomeUnknown):
                await adapter.publish(post(name), may_start=go)
            assert time.monotonic() - started < DEADLINE_S + 0.5
            await adapter.aclose()

    async def test_F25_a_hanging_tls_handshake_is_unavailable(self, name: str) -> None:
        """Nothing of the request left, so it is safe to repeat."""
        async with Scripted([hang]) as server:
            adapter = build(name, server.origin.replace("http:", "https:"), deadline_s=DEADLINE_S)
            with pytest.raises(Unavailable):
                await adapter.publish(post(name), may_start=go)
            await adapter.aclose()

    async def test_a_refused_connection_is_unavailable(self, name: str) -> None:
        """Nobody listens, nothing left."""
        with socket.socket() as listener:
            listener.bind(("127.0.0.1", 0))
            port = listener.getsockname()[1]
        adapter = build(name, f"http://127.0.0.1:{port}")
        with pytest.raises(Unavailable):
            await adapter.publish(post(name), may_start=go)
        await adapter.aclose()

    async def test_G6_a_stop_before_the_first_byte_lets_nothing_out(self, name: str) -> None:
        """may_start is asked with the connection up, and its no is final."""

        def stop() -> None:
            raise StartRefused

        async with Scripted([answer(200, {})]) as server:
            adapter = build(name, server.origin)
            with pytest.raises(StartRefused):
                await adapter.publish(post(name), may_start=stop)
            await adapter.aclose()
            await asyncio.wait_for(server.connected.wait(), 30)
        assert server.asked == []

    async def test_F26_a_platform_that_closes_idle_connections_makes_nothing_ambiguous(
        self, name: str
    ) -> None:
        """200 sends to a server that hangs up after each answer without saying so."""
        status, body = CREATED[name]
        closing = answer(status, body, {"connection": "keep-alive"})
        async with Scripted([closing]) as server:
            adapter = build(name, server.origin)
            for _ in range(200):
                await adapter.publish(post(name), may_start=go)
            await adapter.aclose()
        assert len(server.asked) == 200

    async def test_F28_a_refused_token_is_a_refusal_and_not_unknown(self, name: str) -> None:
        """A readable refusal is never ambiguous."""
        async with Scripted([answer(401, REFUSED[name])]) as server:
            adapter = build(name, server.origin)
            with pytest.raises(CredentialsRejected):
                await adapter.publish(post(name), may_start=go)
            await adapter.aclose()

    async def test_F30_concurrent_posts_do_not_disturb_one_another(self, name: str) -> None:
        """One of three cut, the other two go through."""
        status, body = CREATED[name]
        async with Scripted([cut_now, answer(status, body)]) as server:
            adapter = build(name, server.origin)
            results = await asyncio.gather(
                *(adapter.publish(post(name), may_start=go) for _ in range(3)), return_exceptions=True
            )
            await adapter.aclose()
        assert sorted(type(r).__name__ for r in results) == ["OutcomeUnknown", "Receipt", "Receipt"]


@pytest.mark.parametrize("name", NAMES)
class TestRead:
    @pytest.mark.parametrize("reply", AMBIGUOUS.values(), ids=AMBIGUOUS.keys())
    async def test_a_reading_is_never_an_unknown_outcome(self, name: str, reply: Reply) -> None:
        """A probe publishes nothing, so whatever happens to it is never OutcomeUnknown."""
        async with Scripted([reply]) as server:
            adapter = build(name, server.origin)
            with suppress(Unavailable, CredentialsRejected):
                await adapter.probe()
            await adapter.aclose()

    async def test_F24_a_429_on_a_reading_waits(self, name: str) -> None:
        """Reads have limits of their own."""
        bodies = {
            "x": {"title": "Too Many Requests"},
            "facebook": {"error": {"code": 4}},
            "twilio": {"code": 20429},
        }
        async with Scripted([answer(429, bodies[name])]) as server:
            adapter = build(name, server.origin)
            with pytest.raises(RateLimited) as caught:
                await adapter.probe()
            await adapter.aclose()
        assert caught.value.retry_after_s > 0
