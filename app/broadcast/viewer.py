"""
A viewer on the fast path: one small object on the transport. No task, no scope, no headers, no queue, no timer.
"""

from __future__ import annotations

import asyncio
import socket
import sys
from collections.abc import Callable
from typing import Any

import orjson

from app.broadcast import hub as codes
from app.broadcast import stream_metrics as metrics
from app.broadcast.fanout import Fanout, Group, Write
from app.broadcast.hub import Hub
from app.broadcast.many_writes import NO_FD
from app.broadcast.topic_state import Place
from app.broadcast.wire_frames import (
    CLOSE,
    LAST_CHUNK,
    PING,
    TEXT,
    BadMessage,
    Received,
    close_frame,
    http_chunk,
    pong_frame,
    read_frames,
)

MESSAGES_PER_S = 2
MESSAGES_BURST = 20
# A peer that vanished leaves our heartbeats unacknowledged; the kernel gives up on it after this long.
UNACKNOWLEDGED_MS = 30_000
SEND_BUFFER_BYTES = 65_536


class Viewer(asyncio.Protocol):
    """Everything that is kept for one detached viewer."""

    __slots__ = (
        "address",
        "connections",
        "fanout",
        "fd",
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
        self.fd = NO_FD
        self.idx, self.seq, self.slow_since = -1, 0, 0.0
        self.place: Place = fanout.source.place
        self.rest = b""
        # Server-sent events are one way: such a viewer says nothing, and the kernel alone notices that it is gone.
        self.heard = sys.maxsize if group is fanout.sse else hub.round
        self.spoken, self.spoken_at_s = 0.0, 0.0

    def begin(self, opening: bytes, answer: bytes = b"") -> None:
        """Take over the socket and the first message."""
        self.fd = limit_kernel(self.transport)
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

    @property
    def is_here(self) -> bool:
        """Whether it has a seat; none may be given again to one that has left: its descriptor will be another's."""
        return self in self.hub.viewers

    def pause_writing(self) -> None:
        if self.is_here:
            self.fanout.paused(self, self.group)

    def resume_writing(self) -> None:
        if self.is_here and not self.transport.is_closing():
            self.fanout.resumed(self, self.group)

    def data_received(self, data: bytes) -> None:
        if self.group is self.fanout.sse:
            return
        self.heard = self.hub.round
        try:
            received, self.rest = read_frames(
                self.rest + data if self.rest else data, deflate=self.is_deflated
            )
            for message in received:
                if self.is_here:  # not after a goodbye of its own, nor what TLS still had when we said ours
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
        if self.is_here:
            self.hub.viewers.discard(self)
            self.connections.discard(self)
            self.fanout.leave(self, self.group)
            self.fd = NO_FD
            self.fanout.count -= 1
            self.hub.exit(self.address)
            if self.on_gone is not None:
                self.on_gone(self)

    def close(self, code: int, reason: str) -> None:
        if self.is_here:
            self.leave()
            if self.group is not self.fanout.sse:
                self.write(close_frame(code, reason))
            elif not self.slow_since:  # a slow one stands in the middle of an event
                self.write(http_chunk(b"retry: %d\n\n" % self.hub.retry_hint_ms()) + LAST_CHUNK)
            self.transport.close()

    def abort(self) -> None:
        self.transport.abort()

    def shutdown(self) -> None:
        """uvicorn calls this on every connection when it stops."""
        self.hub.is_draining = True
        self.hub.close([self], codes.RESTART)


def limit_kernel(transport: asyncio.Transport) -> int:
    """
    Limit what the kernel keeps for one viewer, and for how long it believes in one that acknowledges nothing.

    Returns:
        Its descriptor, if what is written there reaches the viewer as it is.
    """
    link = transport.get_extra_info("socket")
    if link is None:
        return NO_FD
    if link.family in (socket.AF_INET, socket.AF_INET6):
        # The kernel's own buffer for a viewer that stopped reading would grow to megabytes.
        link.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER_BYTES)
        option = getattr(socket, "TCP_USER_TIMEOUT", None)
        if option is not None:
            link.setsockopt(socket.IPPROTO_TCP, option, UNACKNOWLEDGED_MS)
    is_encrypted = transport.get_extra_info("sslcontext") is not None
    return NO_FD if is_encrypted else link.fileno()
