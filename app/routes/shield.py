"""
Middleware that every request passes: a cap on bodies, the headers that keep a page safe, and an id for the log.

Written as plain ASGI: no task and no buffering of its own per request, and sockets pass untouched.
"""

from __future__ import annotations

import asyncio
import json
import re
import secrets
from collections.abc import Sequence

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# Pages set their own policy with a nonce; everything else is data and may load nothing.
BODY_S = 20.0  # for the whole of a body; a slow phone sends 256 kB in that time at 13 kB/s
DATA_POLICY = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"

NUL_IN_ADDRESS = "There is a character in it that cannot be kept (U+0000). Take it out and send again."

UPLOAD = re.compile(r"/api/v1/events/[^/]+/media")
MAX_UPLOAD_BYTES = 12 * 1024 * 1024


class Shield:
    """
    Args:
        max_body_bytes: For everything but webhooks and uploads, which have caps of their own.
        hosts: Host names this process answers to; empty means any (a drill on localhost).
        https: Send Strict-Transport-Security.
    """

    def __init__(self, app: ASGIApp, *, max_body_bytes: int, hosts: Sequence[str], https: bool) -> None:
        self._app = app
        self._max_body_bytes = max_body_bytes
        self._hosts = frozenset(host.lower() for host in hosts)
        self._https = https

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        stranger = bool(self._hosts) and not self._ours(headers.getlist("host"))
        if scope["type"] == "websocket":
            if "\0" in scope["path"] or b"%00" in scope["query_string"]:
                await send({"type": "websocket.close", "code": 1008, "reason": "no such address"})
            elif stranger:
                await send({"type": "websocket.close", "code": 1008, "reason": "unknown host"})
            else:
                await self._app(scope, receive, send)
            return
        if "\0" in scope["path"] or b"%00" in scope["query_string"]:
            # Whatever reads it may ask PostgreSQL, which takes no NUL.
            await _refuse(send, 422, "nul_character", NUL_IN_ADDRESS)
            return
        if stranger:
            await _refuse(send, 400, "unknown_host", "This server does not answer to that host name.")
            return
        length = headers.get("content-length")
        cap = self._max_body_bytes
        if scope["method"] == "POST" and UPLOAD.fullmatch(scope["path"]):
            cap = MAX_UPLOAD_BYTES
        if not scope["path"].startswith("/api/v1/webhooks/"):
            if length is not None and (not length.isdigit() or int(length) > cap):
                await _refuse(
                    send, 413, "too_large", f"The body may have at most {cap} bytes. Send less.", close=True
                )
                return
            receive = _capped(receive, cap)

        async def safe_send(message: Message) -> None:
            if message["type"] == "http.response.start":
                answer = MutableHeaders(scope=message)
                answer.setdefault("X-Content-Type-Options", "nosniff")
                answer.setdefault("Referrer-Policy", "strict-origin-when-cross-origin")
                answer.setdefault("Content-Security-Policy", DATA_POLICY)
                answer.setdefault(
                    "Permissions-Policy", "camera=(self), geolocation=(), microphone=(), payment=()"
                )
                answer.setdefault("Cross-Origin-Opener-Policy", "same-origin")
                if scope["path"].startswith("/api/"):
                    answer.setdefault("Cache-Control", "no-store")
                if self._https:
                    answer.setdefault("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
            await send(message)

        try:
            await self._app(scope, receive, safe_send)
        except _BodyTooLarge:
            await _refuse(
                send, 413, "too_large", f"The body may have at most {cap} bytes. Send less.", close=True
            )

    def _ours(self, given: Sequence[str]) -> bool:
        """Exactly one Host header, and one of our names in it; a port may follow."""
        if len(given) != 1:
            return False
        name = given[0].lower()
        bare = name if name.endswith("]") else name.rpartition(":")[0] or name
        return bare.strip("[]") in self._hosts


class _BodyTooLarge(HTTPException):
    """An HTTPException, because the framework turns whatever else breaks while it reads a body into a 400."""

    def __init__(self, cap: int) -> None:
        super().__init__(413, f"The body may have at most {cap} bytes. Send less.")


def _capped(receive: Receive, cap: int) -> Receive:
    """Never more bytes than the cap, and never a body that trickles in for longer than `BODY_S`."""
    seen, whole = 0, False
    loop = asyncio.get_running_loop()
    until = loop.time() + BODY_S

    async def capped() -> Message:
        nonlocal seen, whole
        if whole:
            return await receive()  # waits for the other side to go away, as long as that takes
        try:
            async with asyncio.timeout_at(until):
                message = await receive()
        except TimeoutError as exc:
            raise HTTPException(408, "The body did not arrive in time. Send it again.") from exc
        if message["type"] == "http.request":
            seen += len(message.get("body", b""))
            whole = not message.get("more_body", False)
            if seen > cap:
                raise _BodyTooLarge(cap)
        return message

    return capped


async def _refuse(send: Send, status: int, code: str, detail: str, *, close: bool = False) -> None:
    titles = {400: "Bad Request", 413: "Request Entity Too Large", 422: "Unprocessable Entity"}
    body = json.dumps(
        {"type": "about:blank", "title": titles[status], "status": status, "code": code, "detail": detail}
    ).encode()
    headers = [
        (b"content-type", b"application/problem+json"),
        (b"content-length", str(len(body)).encode()),
        (b"x-request-id", secrets.token_hex(8).encode()),
    ]
    if close:
        headers.append((b"connection", b"close"))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
