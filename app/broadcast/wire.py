"""
The fast path: a uvicorn protocol class that answers the upgrade itself and hands the socket to the hub.

uvicorn parses the request; the application (FastAPI: routing, limits, the ticket) runs as ASGI until it knows the
viewer, then calls `detach` and returns. From there on a viewer is one small object on the transport: no task, no
scope, no headers, no queue. With any other protocol class the same endpoint serves viewers as plain ASGI.

Shared deflated frames need "no context takeover" on every connection that negotiates compression, so that is what is
answered; uvicorn's own per-viewer compression must stay off.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import logging
import socket
import urllib.parse
from collections import deque
from collections.abc import Callable
from typing import Any

import orjson
from starlette.requests import HTTPConnection
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from app.broadcast import hub as codes
from app.broadcast import stream_metrics as metrics
from app.broadcast.doors import Asked, Watched, read_address
from app.broadcast.fanout import Fanout, Group, Write
from app.broadcast.hub import Hub
from app.broadcast.topic_state import Place
from app.broadcast.wire_frames import (
    CLOSE,
    PING,
    TEXT,
    BadMessage,
    Received,
    close_frame,
    pong_frame,
    read_frames,
    text_frame,
)

log = logging.getLogger(__name__)

GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
SWITCHING = (
    b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: "
)
END_OF_HEADERS = b"\r\n\r\n"
DEFLATE_ANSWER = (
    b"\r\nSec-WebSocket-Extensions: permessage-deflate; server_no_context_takeover; client_no_context_takeover"
    + END_OF_HEADERS
)
MESSAGES_PER_S = 2
MESSAGES_BURST = 20
# A peer that vanished leaves our heartbeats unacknowledged; the kernel gives up on it after this long.
UNACKNOWLEDGED_MS = 30_000
SEND_BUFFER_BYTES = 65_536
EXTENSION = "tocsin.wire"


class Viewer(asyncio.Protocol):
    """Everything that is kept for one detached viewer."""

    __slots__ = (
        "address",
        "connections",
        "fanout",
        "group",
        "heard",
        "hub",
        "idx",
        "on_gone",
        "place",
        "rest",
        "seq",
        "slow_since",
        "spoken",
        "spoken_at_s",
        "transport",
        "write",
    )

    def __init__(
        self,
        transport: asyncio.Transport,
        connections: set[Any],
        hub: Hub,
        fanout: Fanout,
        group: Group,
        address: str,
        on_gone: Callable[[Viewer], None] | None,
    ) -> None:
        self.transport = transport
        self.write: Write = transport.write
        self.connections = connections
        self.hub = hub
        self.fanout = fanout
        self.group = group
        self.address = address
        self.on_gone = on_gone
        self.idx, self.seq, self.slow_since = -1, 0, 0.0
        self.place: Place = fanout.source.place
        self.rest = b""
        self.heard = hub.round
        self.spoken, self.spoken_at_s = 0.0, 0.0

    def begin(self, opening: bytes, answer: bytes = b"") -> None:
        """Take over the socket and the first message."""
        # 0: the transport says "full" at the first byte the kernel does not take, so nothing heaps up here.
        self.transport.set_write_buffer_limits(high=0)
        self.connections.add(self)
        self.hub.viewers.add(self)
        self.fanout.count += 1
        self.transport.set_protocol(self)
        self.fanout.seat(self, self.group, opening, answer)
        if not self.slow_since and self.transport.get_write_buffer_size():
            self.fanout.paused(self, self.group)

    @property
    def is_deflated(self) -> bool:
        return self.group is self.fanout.deflated

    def pause_writing(self) -> None:
        self.fanout.paused(self, self.group)

    def resume_writing(self) -> None:
        if not self.transport.is_closing():
            self.fanout.resumed(self, self.group)

    def data_received(self, data: bytes) -> None:
        self.heard = self.hub.round
        if self.group is self.fanout.sse:
            return
        try:
            received, self.rest = read_frames(
                self.rest + data if self.rest else data, deflate=self.is_deflated
            )
            for message in received:
                self.take(message)
        except BadMessage as exc:
            self.hub.close([self], exc.code, exc.reason)

    def take(self, message: Received) -> None:
        """
        One frame from the viewer.

        Raises:
            BadMessage: it is too much, too often, or makes no sense here.
        """
        if message.opcode == CLOSE:
            self.close(int.from_bytes(message.payload[:2], "big") or 1000, "")
            return
        self.count_message()
        if message.opcode == PING:
            if not self.slow_since:
                self.write(pong_frame(message.payload))
        elif message.opcode == TEXT:
            self.resume_from(message.payload)

    def count_message(self) -> None:
        """
        Raises:
            BadMessage: more than `MESSAGES_PER_S` for longer than `MESSAGES_BURST` covers.
        """
        now_s = self.hub.now_s()
        left = self.spoken - (now_s - self.spoken_at_s) * MESSAGES_PER_S
        self.spoken, self.spoken_at_s = max(0.0, left) + 1, now_s
        if self.spoken > MESSAGES_BURST:
            raise BadMessage(1008, "too many messages")

    def resume_from(self, payload: bytes) -> None:
        """A second hello on the same topic: the viewer wants to be brought up to date."""
        try:
            hello = orjson.loads(payload)
            epoch, offset = hello.get("epoch"), hello.get("offset")
            is_hello = hello["type"] == "hello"
        except (orjson.JSONDecodeError, AttributeError, KeyError, TypeError) as exc:
            raise BadMessage(codes.STAY_AWAY_BAD_MESSAGE, "not a message of this protocol") from exc
        if not is_hello or not isinstance(epoch, str | None) or not isinstance(offset, int | None):
            raise BadMessage(codes.STAY_AWAY_BAD_MESSAGE, "not a message of this protocol")
        if epoch is None:  # our clients ask so only when the digest of what they have is wrong
            metrics.DIGEST_MISMATCHES.inc()
        if not self.slow_since:
            self.fanout.leave(self, self.group)
            self.fanout.seat(self, self.group, self.fanout.source.opening(epoch, offset))

    def eof_received(self) -> None:
        self.leave()

    def connection_lost(self, exc: Exception | None) -> None:
        self.leave()

    def leave(self) -> None:
        """Out of every list; harmless a second time."""
        if self in self.hub.viewers:
            self.hub.viewers.discard(self)
            self.connections.discard(self)
            self.fanout.leave(self, self.group)
            self.fanout.count -= 1
            self.hub.exit(self.address)
            if self.on_gone is not None:
                self.on_gone(self)

    def close(self, code: int, reason: str) -> None:
        if self in self.hub.viewers:
            self.leave()
            if self.group is not self.fanout.sse:
                self.write(close_frame(code, reason))
            self.transport.close()

    def abort(self) -> None:
        self.transport.abort()

    def shutdown(self) -> None:
        """uvicorn calls this on every connection when it stops."""
        self.hub.is_draining = True
        self.hub.close([self], codes.RESTART)


def wire_protocol(hub: Hub) -> type[HttpToolsProtocol]:
    """The `http=` class for uvicorn, bound to this process's hub."""
    return type("Wire", (_Wire,), {"hub": hub})


class _Wire(HttpToolsProtocol):
    hub: Hub

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._upgraded = self._detached = self._accepted = self._closed = self._deflate = False
        self._rest = b""
        self._spoken = 0
        self._asked: Asked | None = None
        self._inbox: deque[dict[str, Any]] = deque()
        self._waiter: asyncio.Future[None] | None = None
        self.hub.watch_young(self, transport.abort)

    def connection_lost(self, exc: Exception | None) -> None:
        self.hub.grown(self)
        if self._upgraded:
            self.connections.discard(self)
            self._inbox.append({"type": "websocket.disconnect", "code": 1006})
            self._wake_up()
            return
        super().connection_lost(exc)

    def on_headers_complete(self) -> None:
        self.hub.grown(self)
        super().on_headers_complete()

    def data_received(self, data: bytes) -> None:
        if not self._upgraded:
            super().data_received(data)
            return
        try:
            received, self._rest = read_frames(self._rest + data, deflate=self._deflate)
        except BadMessage as exc:
            self._say_goodbye(exc.code, exc.reason)
            return
        self._spoken += len(received)
        if self._spoken > MESSAGES_BURST:
            self._say_goodbye(1008, "too many messages")
            return
        for message in received:
            if message.opcode == TEXT and not self._inbox:
                self._inbox.append(
                    {"type": "websocket.receive", "text": message.payload.decode("utf-8", "replace")}
                )
            elif message.opcode in (CLOSE, TEXT):
                # A second message before the answer to the first is nothing our protocol knows.
                self._say_goodbye(1000 if message.opcode == CLOSE else 1008, "")
            elif message.opcode == PING:
                self.transport.write(pong_frame(message.payload))
        self._wake_up()

    def handle_websocket_upgrade(self) -> None:
        self.hub.grown(self)
        headers = dict(self.headers)
        key = headers.get(b"sec-websocket-key", b"")
        if headers.get(b"sec-websocket-version") != b"13" or len(key) != 24:
            self._refuse(b"426 Upgrade Required", b"Sec-WebSocket-Version: 13\r\n")
            return
        if not self.hub.may_connect():
            seconds = 1 + self.hub.retry_hint_ms() // 1000
            self._refuse(b"503 Service Unavailable", b"Retry-After: %d\r\n" % seconds)
            return
        self._upgraded = True
        self._deflate = b"permessage-deflate" in headers.get(b"sec-websocket-extensions", b"")
        self._answer = (
            SWITCHING
            + base64.b64encode(hashlib.sha1(key + GUID, usedforsecurity=False).digest())
            + (DEFLATE_ANSWER if self._deflate else END_OF_HEADERS)
        )
        if self._enter_known(headers.get(b"host", b"")):
            return
        self._inbox.append({"type": "websocket.connect"})
        raw_path, _, query = self.url.partition(b"?")
        path = urllib.parse.unquote(raw_path.decode("latin-1"))
        scope: dict[str, Any] = dict(self.scope)
        scope.update(
            type="websocket",
            asgi={"version": "3.0", "spec_version": "2.4"},
            scheme="wss" if self.scheme == "https" else "ws",
            path=self.root_path + path,
            raw_path=raw_path,
            query_string=query,
            subprotocols=[],
            extensions={EXTENSION: self},
        )
        task = self.loop.create_task(self._run(scope))
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    def _enter_known(self, host: bytes) -> bool:
        """Let a viewer in at once if the application let in another who asked the same."""
        found = read_address(self.url)
        if found is None or sum(name == b"host" for name, _ in self.headers) != 1:
            return False
        asked, epoch, offset = found
        self._asked = (host, asked)
        door = self.hub.doors.find(self._asked)
        if door is None:
            return False
        address = door.address_of(HTTPConnection(self.scope))  # type: ignore[arg-type]
        if self.hub.enter(address):
            return False  # the long way says why
        self._accepted = True
        door.tail.touch()
        opening = door.tail.opening(epoch, offset)
        if self.detach(door.tail.fanout, opening, address, answer=self._answer) is None:
            self.hub.exit(address)
        return True

    def keep_door(self, tail: Watched, address_of: Callable[[HTTPConnection], str]) -> None:
        """The application let this viewer in by its address alone: whoever asks the same may come in, too."""
        if self._asked is not None:
            self.hub.doors.keep(self._asked, tail, address_of)

    def detach(
        self,
        fanout: Fanout,
        opening: bytes,
        address: str,
        on_gone: Callable[[Viewer], None] | None = None,
        answer: bytes = b"",
    ) -> Viewer | None:
        """
        Hand the accepted socket to a topic's fan-out; the caller returns right after.

        Args:
            answer: To the handshake, if it was not sent before.

        The caller has counted the viewer in with `hub.enter(address)`; from here on the viewer counts itself out.

        Returns:
            The viewer, or None when the socket is already gone (and then it is still counted in).
        """
        if self._closed or self.transport.is_closing():
            return None
        self._detached = True
        self.connections.discard(self)
        link = self.transport.get_extra_info("socket")
        if link is not None and link.family in (socket.AF_INET, socket.AF_INET6):
            # The kernel's own buffer for a viewer that stopped reading would grow to megabytes.
            link.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER_BYTES)
            option = getattr(socket, "TCP_USER_TIMEOUT", None)
            if option is not None:
                link.setsockopt(socket.IPPROTO_TCP, option, UNACKNOWLEDGED_MS)
        group = fanout.deflated if self._deflate else fanout.plain
        viewer = Viewer(self.transport, self.connections, self.hub, fanout, group, address, on_gone)
        viewer.rest = self._rest
        viewer.begin(opening, answer)
        # What is only for the handshake must not live as long as the viewer.
        self.scope = self.headers = self.parser = self.flow = None  # type: ignore[assignment]
        return viewer

    def shutdown(self) -> None:
        if self._upgraded:
            self._say_goodbye(codes.RESTART, self.hub.close_words(codes.RESTART))
            return
        super().shutdown()

    async def _run(self, scope: dict[str, Any]) -> None:
        try:
            await self.app(scope, self._receive, self._send)
        except asyncio.CancelledError:
            raise
        except Exception:
            log.exception("a viewer's handshake failed")
        finally:
            if not self._detached:
                self._say_goodbye(1011, "")

    async def _receive(self) -> dict[str, Any]:
        while not self._inbox:
            self._waiter = self.loop.create_future()
            await self._waiter
        return self._inbox.popleft()

    async def _send(self, message: Any) -> None:
        kind = message["type"]
        if kind == "websocket.accept":
            self._accepted = True
            self.transport.write(self._answer)
        elif kind == "websocket.send":
            text = message.get("text")
            self.transport.write(text_frame(text.encode() if text is not None else message["bytes"]))
        elif kind == "websocket.close":
            self._say_goodbye(message.get("code", 1000), message.get("reason") or "")

    def _wake_up(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    def _say_goodbye(self, code: int, reason: str) -> None:
        if self._closed or self._detached:
            return
        self._closed = True
        if not self._accepted:
            self._refuse(b"403 Forbidden", b"")
        elif not self.transport.is_closing():
            self.transport.write(close_frame(code, reason))
            self.transport.close()

    def _refuse(self, status: bytes, header: bytes) -> None:
        self._closed = True
        self.transport.write(
            b"HTTP/1.1 " + status + b"\r\n" + header + b"Content-Length: 0\r\nConnection: close\r\n\r\n"
        )
        self.transport.close()
