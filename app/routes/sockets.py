"""
`WS /api/v1/stream`: the first message says which topic and from where; the answer is a snapshot or a delta, then frames.

A public topic and a place may stand in the address instead, which saves a round trip and, in a storm, the server most of
the work. Public topics are for everybody and know no cookies. Desk and family topics need a one-time ticket in that first
message (never in the address, which is logged) and an exact Origin. Nothing costly happens before the caps are asked.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable, Collection
from typing import Any

import orjson
from fastapi import APIRouter, WebSocket, WebSocketDisconnect
from pydantic import ValidationError
from starlette.requests import HTTPConnection

from app.broadcast import hub as codes
from app.broadcast import stream_metrics as metrics
from app.broadcast.staff import Admitted, StaffSockets
from app.broadcast.stream import Stream
from app.broadcast.tail import Tail
from app.broadcast.viewer import MESSAGES_BURST, MESSAGES_PER_S
from app.broadcast.wire import EXTENSION
from app.broadcast.wire_frames import MESSAGE_MOST_BYTES
from app.errors import InvalidInput, NotFound, Unready
from app.models import TopicName
from app.schemas.frames import Hello, Wire

log = logging.getLogger(__name__)


class Addressed(Wire):
    """A hello in the address."""

    topic: str
    epoch: str | None = None
    offset: int | None = None


class Turned(Exception):
    """A viewer that does not get in; `code` is what it is closed with."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


def peer_address(connection: HTTPConnection) -> str:
    return connection.client.host if connection.client else ""


def router(
    stream: Stream,
    staff: StaffSockets | None,
    origins: Collection[str],
    address_of: Callable[[HTTPConnection], str] = peer_address,
) -> APIRouter:
    """
    Args:
        address_of: Whose share of the places a viewer takes; behind a proxy not the peer's address.
        staff: None where nobody can sign in; staff topics are then refused.
        origins: Exactly these ("https://host[:port]") may open staff topics from a browser.
    """
    routes = APIRouter()
    allowed = frozenset(origins)

    async def watch(socket: WebSocket) -> None:
        address = address_of(socket)
        refusal = stream.hub.enter(address)
        counted = not refusal
        try:
            await socket.accept()
            if refusal:
                metrics.REFUSED.labels("full" if refusal == codes.COME_BACK_FULL else "address").inc()
                raise Turned(refusal, stream.hub.close_words(refusal))
            hello = addressed(socket) or await first_message(socket, stream.hub.settings.hello_s)
            by_address = "topic" in socket.query_params
            tail, admitted = await admit(hello, socket)
            wire: Any = socket.scope.get("extensions", {}).get(EXTENSION)
            if wire is None:
                plain = PlainViewer(socket, stream, tail)
                if admitted is not None and staff is not None:
                    staff.add(admitted, plain)
                try:
                    await plain.serve(hello)
                finally:
                    if admitted is not None and staff is not None:
                        staff.discard(admitted, plain)
            else:
                on_gone = None
                if admitted is not None and staff is not None:
                    held, who = staff, admitted
                    on_gone = lambda viewer: held.discard(who, viewer)  # noqa: E731
                viewer = wire.detach(tail.fanout, tail.opening(hello.epoch, hello.offset), address, on_gone)
                counted = viewer is None  # else it counts itself out
                if by_address and admitted is None:
                    wire.keep_door(tail, address_of)
                if viewer is not None and admitted is not None and staff is not None:
                    staff.add(admitted, viewer)
        except Turned as exc:
            metrics.CLOSES.labels(exc.code).inc()
            with contextlib.suppress(RuntimeError, WebSocketDisconnect):
                await socket.close(exc.code, exc.reason)
        except WebSocketDisconnect:
            pass
        finally:
            if counted:
                stream.hub.exit(address)

    async def admit(hello: Hello, socket: WebSocket) -> tuple[Tail, Admitted | None]:
        event, _, name = hello.topic.rpartition(":")
        if not event or name not in {*TopicName}:
            raise Turned(codes.STAY_AWAY_UNKNOWN_TOPIC, "no such topic")
        try:
            if name == TopicName.PUBLIC:
                return await stream.open(hello.topic), None
            # Only here is it known that the socket is for staff; nothing has been said to it yet, no cookie was
            # looked at, and without a ticket, which only our own pages can get, it stays silent.
            if socket.headers.get("origin") not in allowed:
                metrics.REFUSED.labels("origin").inc()
                raise Turned(codes.STAY_AWAY_ORIGIN, "this origin may not open staff topics")
            admitted = None
            if staff is not None and hello.ticket:
                admitted = await staff.tickets.redeem(hello.ticket)
            if admitted is None:
                metrics.REFUSED.labels("ticket").inc()
                raise Turned(codes.COME_BACK_TICKET, "get a new ticket")
            tail = await stream.open(hello.topic)
            if tail.topic_id != admitted.topic:
                raise Turned(codes.COME_BACK_TICKET, "the ticket is for another topic")
            return tail, admitted
        except (NotFound, InvalidInput) as exc:
            raise Turned(codes.STAY_AWAY_UNKNOWN_TOPIC, "no such topic") from exc
        except Unready as exc:
            raise Turned(codes.RESTART, stream.hub.away_words()) from exc

    # Not `@routes.websocket`: there is nothing to inject, and injecting nothing would double the cost of a storm.
    routes.add_websocket_route("/api/v1/stream", watch)
    return routes


def addressed(socket: WebSocket) -> Hello | None:
    """
    The hello of a viewer that names a topic in the address. A ticket never stands there: addresses are logged.

    Raises:
        Turned: not a topic and a place.
    """
    asked = socket.query_params
    if "topic" not in asked:
        return None
    try:
        return Hello(**Addressed.model_validate(dict(asked)).model_dump())
    except ValidationError as exc:
        raise Turned(
            codes.STAY_AWAY_BAD_MESSAGE, "the address names a topic, and epoch and offset or nothing"
        ) from exc


async def first_message(socket: WebSocket, patience_s: float) -> Hello:
    """
    Raises:
        Turned: nothing came, or not a hello.
    """
    try:
        async with asyncio.timeout(patience_s):
            text = await socket.receive_text()
    except TimeoutError as exc:
        raise Turned(codes.COME_BACK_SLOW_HELLO, "say hello first") from exc
    except KeyError as exc:
        raise Turned(1003, "only text messages are read here") from exc
    return parse_hello(text)


def parse_hello(text: str) -> Hello:
    """
    Raises:
        Turned: too long, or not a hello.
    """
    if len(text) > MESSAGE_MOST_BYTES:
        raise Turned(1009, f"a message may have {MESSAGE_MOST_BYTES} bytes")
    try:
        return Hello.model_validate(orjson.loads(text))
    except (orjson.JSONDecodeError, ValidationError) as exc:
        raise Turned(codes.STAY_AWAY_BAD_MESSAGE, "the first message must be a hello") from exc


class PlainViewer:
    """A viewer without the fast path: a task that asks for what comes next, and keeps no queue."""

    def __init__(self, socket: WebSocket, stream: Stream, tail: Tail) -> None:
        self.socket = socket
        self.stream = stream
        self.tail = tail
        self._sent_away: asyncio.Future[Hello] = asyncio.get_running_loop().create_future()
        self._spoken, self._spoken_at_s = 0.0, stream.hub.now_s()

    def close(self, code: int, reason: str) -> None:
        """Send it away, from outside its task."""
        if not self._sent_away.done():
            self._sent_away.set_exception(Turned(code, reason))

    async def serve(self, hello: Hello) -> None:
        """
        Until the viewer leaves or is sent away.

        Raises:
            Turned: why it is sent away.
        """
        loop = asyncio.get_running_loop()
        try:
            while True:
                sending = loop.create_task(self._send(hello))
                reading = loop.create_task(self._read())
                try:
                    await asyncio.wait(
                        {sending, reading, self._sent_away}, return_when=asyncio.FIRST_COMPLETED
                    )
                    ended = (
                        self._sent_away if self._sent_away.done() else reading if reading.done() else sending
                    )
                    hello = await ended
                finally:
                    for task in (sending, reading):
                        task.cancel()
                    await asyncio.gather(sending, reading, return_exceptions=True)
        finally:
            self._sent_away.cancel()

    async def _send(self, hello: Hello) -> Hello:
        async for payload, _ in self.tail.follow(hello.epoch, hello.offset):
            try:
                async with asyncio.timeout(self.stream.hub.settings.slow_s):
                    await self.socket.send_text(payload.decode())
            except TimeoutError as exc:
                raise Turned(codes.COME_BACK_SLOW, "too slow") from exc
        raise Turned(codes.RESTART, self.stream.hub.close_words(codes.RESTART))

    async def _read(self) -> Hello:
        """The next hello: the viewer wants to start over. A handler that never read would not notice that it left."""
        text = await self.socket.receive_text()
        now_s = self.stream.hub.now_s()
        left = self._spoken - (now_s - self._spoken_at_s) * MESSAGES_PER_S
        self._spoken, self._spoken_at_s = max(0.0, left) + 1, now_s
        if self._spoken > MESSAGES_BURST:
            raise Turned(1008, "too many messages")
        hello = parse_hello(text)
        if hello.epoch is None:  # our clients ask so only when the digest of what they have is wrong
            metrics.DIGEST_MISMATCHES.inc()
        return hello
