"""
The fast path: a uvicorn protocol class that answers the upgrade itself and hands the socket to the hub.

uvicorn parses the request; the application (FastAPI: routing, limits, the ticket) runs as ASGI until it knows the
viewer, then calls `detach` and returns; server-sent events leave the same way, by `detach_events`. From there on a
viewer is one small object on the transport (viewer.py). With any other protocol class the same endpoints serve
viewers as plain ASGI.

uvicorn's own per-viewer compression must stay off: see handshake.py.
"""

from __future__ import annotations

import asyncio
import logging
import urllib.parse
from collections import deque
from collections.abc import Callable
from typing import Any

from starlette.requests import HTTPConnection
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from app.broadcast import hub as codes
from app.broadcast.doors import Asked, Watched, read_address
from app.broadcast.doorstep import Doorstep
from app.broadcast.fanout import Fanout, Group
from app.broadcast.handshake import come_back, is_upgrade, offers_deflate, refusal, switching
from app.broadcast.hub import Hub
from app.broadcast.viewer import MESSAGES_BURST, Viewer
from app.broadcast.wire_frames import (
    CLOSE,
    PING,
    TEXT,
    BadMessage,
    close_frame,
    pong_frame,
    read_frames,
    text_frame,
)

log = logging.getLogger(__name__)

EXTENSION = "tocsin.wire"
EVENTS = b"/sse"  # the path of server-sent events ends so


def wire_protocol(hub: Hub) -> type[asyncio.Protocol]:
    """The `http=` class for uvicorn, bound to this process's hub."""
    inside = type("Wire", (_Wire,), {"hub": hub})
    return type("BoundDoorstep", (Doorstep,), {"hub": hub, "inside": inside, "__slots__": ()})


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
        self.hub.watch_young(self)

    def give_up(self) -> None:
        """It did not bring a whole request in time."""
        self.transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        self.hub.grown(self)
        if self._upgraded:
            self.connections.discard(self)
            self._inbox.append({"type": "websocket.disconnect", "code": 1006})
            self._wake_up()
            return
        super().connection_lost(exc)

    def on_message_begin(self) -> None:
        self.hub.watch_young(self)  # the second request on a kept connection, too
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        self.hub.grown(self)
        if self.url.partition(b"?")[0].endswith(EVENTS):
            self.scope["extensions"] = {EXTENSION: self}  # type: ignore[dict-item]
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
        if not is_upgrade(headers):
            self._refuse(refusal(b"426 Upgrade Required", b"Sec-WebSocket-Version: 13\r\n"))
            return
        if not self.hub.may_connect():
            self._refuse(come_back(self.hub.retry_hint_ms()))
            return
        self._upgraded = True
        self._deflate = offers_deflate(headers.get(b"sec-websocket-extensions", b""))
        self._answer = switching(headers[b"sec-websocket-key"], deflated=self._deflate)
        if sum(name == b"host" for name, _ in self.headers) == 1 and (found := read_address(self.url)):
            self._asked = (headers[b"host"], found[0])
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
    ) -> Viewer | None:
        """
        Hand the accepted socket to a topic's fan-out; the caller returns right after.

        The caller has counted the viewer in with `hub.enter(address)`; from here on the viewer counts itself out.

        Returns:
            The viewer, or None when the socket is already gone (and then it is still counted in).
        """
        if self._closed or self.transport.is_closing():
            return None
        group = fanout.deflated if self._deflate else fanout.plain
        viewer = self._become(fanout, group, address, on_gone)
        viewer.rest = self._rest
        viewer.begin(opening)
        return viewer

    def detach_events(self, tail: Watched, epoch: str | None, offset: int | None, address: str) -> bool:
        """
        Hand an open chunked answer to a topic's fan-out; the application returns right after.

        The caller has counted the viewer in; from here on the viewer counts itself out.

        Returns:
            Whether it could be: the connection is still there, and nothing else was asked on it (else the viewer is
            still counted in).
        """
        if self.transport.is_closing() or self.pipeline:
            return False
        self.cycle.disconnected = True  # for uvicorn the answer is over; its bytes go on
        fanout = tail.fanout
        viewer = self._become(fanout, fanout.sse, address, None)
        viewer.begin(tail.opening(epoch, offset))
        return True

    def _become(
        self, fanout: Fanout, group: Group, address: str, on_gone: Callable[[Viewer], None] | None
    ) -> Viewer:
        self._detached = True
        self.connections.discard(self)
        viewer = Viewer(self.transport, self.connections, self.hub, fanout, group, address, on_gone)
        # What is only for the handshake must not live as long as the viewer.
        self.scope = self.headers = self.parser = self.flow = self.cycle = None  # type: ignore[assignment]
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
            self._refuse(refusal(b"403 Forbidden"))
        elif not self.transport.is_closing():
            self.transport.write(close_frame(code, reason))
            self.transport.close()

    def _refuse(self, answer: bytes) -> None:
        self._closed = True
        self.transport.write(answer)
        self.transport.close()
