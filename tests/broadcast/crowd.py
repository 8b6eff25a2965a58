"""
Many viewers cheaply: bare sockets that keep bytes, come back when they are cut, and can stop reading.

What a viewer was sent is put together with the reducer only when it is asked for.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import re
import socket
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

from app.broadcast.timeline import Timeline, take

OFFSET = re.compile(rb'"offset":(\d+)')
EPOCH = re.compile(rb'"epoch":"([^"]+)"')
HINT = re.compile(rb"retry_after_ms=(\d+)")
KEY = b"AAAAAAAAAAAAAAAAAAAAAA=="


def client_frame(payload: bytes, opcode: int = 1) -> bytes:
    """Masked with zeros, which is allowed and costs nothing."""
    size = len(payload)
    head = (
        bytes((0x80 | opcode, 0x80 | size))
        if size < 126
        else bytes((0x80 | opcode, 0xFE)) + size.to_bytes(2, "big")
    )
    return head + b"\0\0\0\0" + payload


class Viewer(asyncio.Protocol):
    """
    One viewer. `ports` says where a server is now; `keep` keeps every message for `timeline()`.

    Attributes:
        closes: Close codes it was sent, 0 for a cut.
        at_s: When the newest offset was seen.
    """

    def __init__(
        self, topic: str, ports: Callable[[], list[int]], *, keep: bool = False, rcvbuf: int = 0
    ) -> None:
        self.topic = topic
        self.ports = ports
        self.keep = keep
        self.rcvbuf = rcvbuf
        self.messages: list[bytes] = []
        self.epoch, self.offset, self.at_s = "", -1, 0.0
        self.closes: Counter[int] = Counter()
        self.connects = 0
        self.failures = 0
        self.ended = False
        self.doubled = 0
        self.is_open = False
        self.port = 0
        self.transport: asyncio.Transport | None = None
        self._buffer = b""
        self._upgraded = False
        self._hint_ms = -1
        self.on_message: Callable[[bytes, float], None] | None = None

    async def connect(self) -> None:
        """Keep trying, with the waits of our own clients."""
        loop = asyncio.get_running_loop()
        while not self.ended:
            ports = self.ports()
            self.port = random.choice(ports)
            link = socket.socket()
            link.setblocking(False)
            if self.rcvbuf:
                link.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, self.rcvbuf)
            try:
                await loop.sock_connect(link, ("127.0.0.1", self.port))
                await loop.create_connection(lambda: self, sock=link)
            except OSError:
                link.close()
                await self.wait()
                continue
            return

    async def wait(self) -> None:
        self.failures += 1
        await asyncio.sleep(random.random() * min(60.0, 0.5 * 2 ** min(7, self.failures)))

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self._buffer, self._upgraded, self._hint_ms = b"", False, -1
        transport.write(
            b"GET /api/v1/stream HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: " + KEY + b"\r\n\r\n"
        )

    def data_received(self, data: bytes) -> None:
        now_s = time.monotonic()
        self._buffer += data
        if not self._upgraded:
            head, found, rest = self._buffer.partition(b"\r\n\r\n")
            if not found:
                return
            if b" 101 " not in head[:20]:
                assert self.transport is not None
                self.transport.close()
                return
            self._upgraded, self._buffer = True, rest
            hello: dict[str, Any] = {"type": "hello", "topic": self.topic}
            if self.offset >= 0:
                hello |= {"epoch": self.epoch, "offset": self.offset}
            assert self.transport is not None
            self.transport.write(client_frame(json.dumps(hello).encode()))
        while True:
            frame = self._next_frame()
            if frame is None:
                return
            opcode, payload = frame
            if opcode == 1:
                self._hear(payload, now_s)
            elif opcode == 9 and self.transport is not None:
                self.transport.write(client_frame(payload, 10))
            elif opcode == 8:
                self.closes[int.from_bytes(payload[:2], "big")] += 1
                hint = HINT.search(payload)
                self._hint_ms = int(hint[1]) if hint else -1

    def _next_frame(self) -> tuple[int, bytes] | None:
        data = self._buffer
        if len(data) < 2:
            return None
        size, start = data[1], 2
        if size == 126:
            size, start = int.from_bytes(data[2:4], "big"), 4
        elif size == 127:
            size, start = int.from_bytes(data[2:10], "big"), 10
        if len(data) < start + size:
            return None
        self._buffer = data[start + size :]
        return data[0] & 15, data[start : start + size]

    def _hear(self, payload: bytes, now_s: float) -> None:
        if not self.is_open:
            self.is_open = True
            self.connects += 1
        place = OFFSET.search(payload)
        epoch = EPOCH.search(payload)
        assert place is not None
        assert epoch is not None
        offset = int(place[1])
        if (
            payload.startswith(b'{"type":"frame"')
            and epoch[1].decode() == self.epoch
            and offset <= self.offset
        ):
            self.doubled += 1
        if offset != self.offset:
            self.at_s = now_s
        self.epoch, self.offset = epoch[1].decode(), offset
        if self.keep and not payload.startswith(b'{"type":"heartbeat"'):
            self.messages.append(payload)
        if self.on_message is not None:
            self.on_message(payload, now_s)

    def connection_lost(self, exc: Exception | None) -> None:
        if self._hint_ms < 0:
            self.closes[0] += 1
        self.is_open = False
        if not self.ended:
            asyncio.get_running_loop().create_task(self._come_back())

    async def _come_back(self) -> None:
        if self._hint_ms >= 0:
            await asyncio.sleep(self._hint_ms / 1000)
        else:
            await self.wait()
        await self.connect()

    def pause(self) -> None:
        assert self.transport is not None
        self.transport.pause_reading()

    def resume(self) -> None:
        assert self.transport is not None
        self.transport.resume_reading()

    def leave(self) -> None:
        self.ended = True
        if self.transport is not None:
            self.transport.abort()

    def timeline(self) -> Timeline:
        """Everything it was sent, reduced; raises Resync if a message did not follow."""
        timeline: Timeline | None = None
        for message in self.messages:
            timeline = take(timeline, json.loads(message))
        assert timeline is not None
        return timeline


def rss_kb(pid: int) -> int:
    with open(f"/proc/{pid}/statm") as stat:
        return int(stat.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") // 1024
