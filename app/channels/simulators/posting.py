"""
A lean way to post a webhook: HTTP/1.1 over kept connections, and nothing that a webhook does not need.

A full HTTP client spends some three milliseconds of CPU on a request; a hundred thousand texts report three times
each, on the machine that is being measured. What this cannot do (https, unusual addresses) is left to the
full client.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

_MAX_HEAD_BYTES = 65_536
_MAX_BODY_BYTES = 1_048_576


class ConnectError(Exception):
    """No connection: nothing of the request left."""


class ReadError(Exception):
    """No readable answer: it may have been heard or not."""


@dataclass(slots=True)
class _Connection:
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    is_used: bool = False


def is_plain(method: str, url: str) -> bool:
    """Whether this module can carry it."""
    return (
        method == "POST" and url.isascii() and url.startswith("http://") and " " not in url and "@" not in url
    )


class Poster:
    """Keeps connections per origin; at most as many as there are callers at once."""

    def __init__(self, timeout_s: float) -> None:
        self._timeout_s = timeout_s
        self._idle: defaultdict[tuple[str, int], list[_Connection]] = defaultdict(list)

    async def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> tuple[int, bytes]:
        """
        Status and body of the answer.

        Raises:
            ConnectError: Nothing left.
            ReadError: It left, and no readable answer came in time.
        """
        try:
            parts = urlsplit(url)
            origin = (parts.hostname or "", parts.port or 80)
        except ValueError as exc:
            raise ConnectError(str(exc)) from exc
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        lines = [f"POST {target} HTTP/1.1", f"Host: {parts.netloc}", f"Content-Length: {len(body)}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        request = ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1") + body
        connection = await self._take(origin)
        try:
            return await self._ask(origin, connection, request)
        except ConnectError:
            # The other end closed a kept connection while it was idle: that is no failure of this webhook.
            return await self._ask(origin, await self._open(origin), request)

    async def _take(self, origin: tuple[str, int]) -> _Connection:
        idle = self._idle[origin]
        while idle:
            connection = idle.pop()
            if not connection.reader.at_eof() and not connection.writer.is_closing():
                return connection
            connection.writer.close()
        return await self._open(origin)

    async def _open(self, origin: tuple[str, int]) -> _Connection:
        try:
            async with asyncio.timeout(self._timeout_s):
                return _Connection(*await asyncio.open_connection(*origin))
        except (OSError, UnicodeError) as exc:  # a TimeoutError is an OSError
            raise ConnectError(type(exc).__name__) from exc

    async def _ask(
        self, origin: tuple[str, int], connection: _Connection, request: bytes
    ) -> tuple[int, bytes]:
        is_kept = False
        try:
            async with asyncio.timeout(self._timeout_s):
                connection.writer.write(request)
                await connection.writer.drain()
                status, body, is_kept = await _read_answer(connection.reader)
        except (asyncio.IncompleteReadError, ConnectionResetError, BrokenPipeError) as exc:
            if connection.is_used and not getattr(exc, "partial", b""):
                raise ConnectError("closed while idle") from exc
            raise ReadError(type(exc).__name__) from exc
        except (OSError, ValueError, asyncio.LimitOverrunError) as exc:
            raise ReadError(type(exc).__name__) from exc
        finally:
            if is_kept:
                connection.is_used = True
                self._idle[origin].append(connection)
            else:
                connection.writer.close()
        return status, body

    async def aclose(self) -> None:
        for idle in self._idle.values():
            for connection in idle:
                connection.writer.close()
        self._idle.clear()


async def _read_answer(reader: asyncio.StreamReader) -> tuple[int, bytes, bool]:
    """Status, body, and whether the connection can be used again."""
    head = await reader.readuntil(b"\r\n\r\n")
    if len(head) > _MAX_HEAD_BYTES:
        raise ValueError("The head of the answer is too long.")
    first, *rest = head.decode("latin-1").split("\r\n")
    version, code = first.split(" ", 2)[:2]
    fields = {
        name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in rest)
    }
    status = int(code)
    is_kept = version == "HTTP/1.1" and fields.get("connection", "").lower() != "close"
    if status in {204, 304}:
        return status, b"", is_kept
    if "chunked" in fields.get("transfer-encoding", "").lower():
        return status, await _read_chunks(reader), is_kept
    if "content-length" in fields:
        size = int(fields["content-length"])
        if not 0 <= size <= _MAX_BODY_BYTES:
            raise ValueError("The answer is too long.")
        return status, await reader.readexactly(size), is_kept
    return status, await reader.read(_MAX_BODY_BYTES), False


async def _read_chunks(reader: asyncio.StreamReader) -> bytes:
    body = b""
    while size := int((await reader.readuntil(b"\r\n")).partition(b";")[0], 16):
        if len(body) + size > _MAX_BODY_BYTES:
            raise ValueError("The answer is too long.")
        body += (await reader.readexactly(size + 2))[:-2]
    while await reader.readuntil(b"\r\n") != b"\r\n":
        continue
    return body
