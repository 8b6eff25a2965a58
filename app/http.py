"""
The one importer of httpx: a client that knows how far a call got.

httpx has no total timeout and does not say whether a byte left. Both matter more than anything else here: a call
that failed before its first byte may be repeated, one that failed after it may have posted. So every call runs
under one wall-clock deadline, watches the transport's own trace events, and caps what it reads.
"""

from __future__ import annotations

import asyncio
import logging
import zlib
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import httpx

from app.errors import StartRefused

# At INFO httpx logs whole addresses, and some platforms take tokens in the query.
logging.getLogger("httpx").setLevel(logging.WARNING)

MayStart = Callable[[], None]
"""Called with the connection up, just before the first request byte; raises StartRefused to stop there."""


class Phase(StrEnum):
    """How far a failed call got."""

    BEFORE_FIRST_BYTE = "before_first_byte"
    AFTER_FIRST_BYTE = "after_first_byte"
    UNREADABLE_ANSWER = "unreadable_answer"


class TransportFailure(Exception):
    """No trustworthy answer. `phase` says whether anything can have happened at the other end."""

    def __init__(self, phase: Phase, detail: str, *, status: int | None = None) -> None:
        super().__init__(detail)
        self.phase = phase
        self.detail = detail
        self.status = status


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """One call. Give at most one of `json`, `form`, `content` and `files`; a form beside files makes one multipart body."""

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    params: Mapping[str, str] | None = None
    json: Any = None
    form: Mapping[str, str] | None = None
    content: bytes | None = None
    files: Mapping[str, tuple[str, bytes, str]] | None = None
    basic_auth: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class HttpResponse:
    """A whole answer: status, headers in lower case, decoded body of at most the cap."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Client:
    """
    One per adapter. Makes exactly the calls it is told to: no retries, no redirects.

    Args:
        deadline_s: Wall-clock limit for a whole call, connecting and reading included.
        max_response_bytes: Cap on the decoded body.
    """

    def __init__(
        self,
        *,
        deadline_s: float = 10.0,
        max_response_bytes: int = 1 << 20,
        max_connections: int = 32,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self.deadline_s = deadline_s
        self.max_response_bytes = max_response_bytes
        self._httpx = httpx.AsyncClient(
            follow_redirects=False,
            trust_env=False,
            timeout=httpx.Timeout(deadline_s),
            # 2 s: a connection the platform has closed while idle fails after our bytes left, which is ambiguous.
            limits=httpx.Limits(
                max_connections=max_connections,
                max_keepalive_connections=max_connections,
                keepalive_expiry=2.0,
            ),
            transport=transport,
        )

    async def send(
        self,
        request: HttpRequest,
        *,
        may_start: MayStart | None = None,
        deadline_s: float | None = None,
        max_response_bytes: int | None = None,
    ) -> HttpResponse:
        """
        Make one call.

        Raises:
            TransportFailure: no readable answer inside the deadline and the cap.
            StartRefused: `may_start` said no; nothing left this process.
        """
        progress = _Progress(may_start)
        cap = max_response_bytes or self.max_response_bytes
        try:
            async with asyncio.timeout(deadline_s or self.deadline_s):
                built = self._build(request, progress, deadline_s=deadline_s or self.deadline_s)
                response = await self._httpx.send(built, stream=True)
                try:
                    body = await _read_capped(response, cap, progress)
                finally:
                    await response.aclose()
        except StartRefused:
            raise
        except TimeoutError as exc:
            raise TransportFailure(
                progress.phase, "no whole answer before the deadline", status=progress.status
            ) from exc
        except _TooBig as exc:
            raise TransportFailure(
                Phase.UNREADABLE_ANSWER, "the answer was larger than allowed", status=progress.status
            ) from exc
        except (httpx.HTTPError, httpx.StreamError, httpx.InvalidURL, OSError, zlib.error) as exc:
            raise TransportFailure(progress.phase, f"{type(exc).__name__}", status=progress.status) from exc
        return HttpResponse(response.status_code, {k.lower(): v for k, v in response.headers.items()}, body)

    @asynccontextmanager
    async def stream_lines(
        self, request: HttpRequest, *, silence_s: float, max_line_bytes: int = 1 << 20
    ) -> AsyncIterator[tuple[int, Mapping[str, str], AsyncIterator[bytes]]]:
        """
        Open a long answer and read it line by line.

        Yields status, headers and an iterator of lines without their end; blank keep-alive lines come as b"".
        The iterator raises TransportFailure after `silence_s` without a byte.
        """
        progress = _Progress(None)
        try:
            async with asyncio.timeout(self.deadline_s):
                response = await self._httpx.send(
                    self._build(request, progress, read_timeout_s=silence_s), stream=True
                )
        except (TimeoutError, httpx.HTTPError, OSError) as exc:
            raise TransportFailure(progress.phase, f"{type(exc).__name__}") from exc
        try:
            yield (
                response.status_code,
                {k.lower(): v for k, v in response.headers.items()},
                _lines(response, max_line_bytes),
            )
        finally:
            await response.aclose()

    def _build(
        self,
        request: HttpRequest,
        progress: _Progress,
        read_timeout_s: float | None = None,
        *,
        deadline_s: float | None = None,
    ) -> httpx.Request:
        whole_s = deadline_s or self.deadline_s
        # Connecting and the TLS handshake have this long each, so that they end by themselves before the deadline
        # cancels them: a cancelled handshake leaves its socket open until the garbage collector comes by.
        connect_s = whole_s * 0.45
        extensions: dict[str, Any] = {
            "trace": progress.trace,
            "timeout": {"connect": connect_s, "read": whole_s, "write": whole_s, "pool": connect_s},
        }
        if read_timeout_s is not None:
            extensions["timeout"] = {
                "connect": connect_s,
                "read": read_timeout_s,
                "write": 10.0,
                "pool": 10.0,
            }
        headers = dict(request.headers)
        if request.basic_auth is not None:
            headers["authorization"] = httpx.BasicAuth(*request.basic_auth)._auth_header
        return self._httpx.build_request(
            request.method,
            request.url,
            headers=headers,
            params=request.params,
            json=request.json,
            data=request.form,
            content=request.content,
            files=request.files,
            extensions=extensions,
        )

    async def aclose(self) -> None:
        await self._httpx.aclose()


class _TooBig(Exception):
    pass


class _Progress:
    """Follows the transport's trace events of one call."""

    __slots__ = ("_may_start", "phase", "status")

    def __init__(self, may_start: MayStart | None) -> None:
        self._may_start = may_start
        self.phase = Phase.BEFORE_FIRST_BYTE
        self.status: int | None = None

    async def trace(self, event: str, info: Mapping[str, Any]) -> None:
        # The connection, TLS included, is up when this event comes; the bytes are written right after it returns.
        if event in ("http11.send_request_headers.started", "http2.send_request_headers.started"):
            if self._may_start is not None:
                self._may_start()
            self.phase = Phase.AFTER_FIRST_BYTE
        elif event.endswith("receive_response_headers.complete"):
            result = info.get("return_value")
            if isinstance(result, tuple) and len(result) > 1 and isinstance(result[1], int):
                self.status = result[1]


async def _read_capped(response: httpx.Response, cap: int, progress: _Progress) -> bytes:
    progress.phase = Phase.UNREADABLE_ANSWER
    progress.status = response.status_code
    chunks: list[bytes] = []
    size = 0
    async for chunk in response.aiter_bytes(chunk_size=65536):
        size += len(chunk)
        if size > cap:
            raise _TooBig
        chunks.append(chunk)
    return b"".join(chunks)


async def _lines(response: httpx.Response, max_line_bytes: int) -> AsyncIterator[bytes]:
    buffer = b""
    try:
        async for chunk in response.aiter_bytes():
            buffer += chunk
            *whole, buffer = buffer.split(b"\n")
            for line in whole:
                yield line.rstrip(b"\r")
            if len(buffer) > max_line_bytes:
                raise TransportFailure(Phase.UNREADABLE_ANSWER, "a line was larger than allowed")
    except (httpx.HTTPError, httpx.StreamError, OSError) as exc:
        raise TransportFailure(Phase.UNREADABLE_ANSWER, f"{type(exc).__name__}") from exc
