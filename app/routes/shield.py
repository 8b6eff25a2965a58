"""
Middleware that every request passes: a cap on bodies, the headers that keep a page safe, and an id for the log.

Written as plain ASGI: no task and no buffering of its own per request, and sockets pass untouched.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# Pages set their own policy with a nonce; everything else is data and may load nothing.
DATA_POLICY = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"


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
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        host = headers.get("host", "").rsplit(":", 1)[0].strip("[]").lower()
        if self._hosts and host not in self._hosts:
            await _refuse(send, 400, "unknown_host", "This server does not answer to that host name.")
            return
        length = headers.get("content-length")
        cap = self._max_body_bytes
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


class _BodyTooLarge(Exception):
    pass


def _capped(receive: Receive, cap: int) -> Receive:
    seen = 0

    async def capped() -> Message:
        nonlocal seen
        message = await receive()
        if message["type"] == "http.request":
            seen += len(message.get("body", b""))
            if seen > cap:
                raise _BodyTooLarge
        return message

    return capped


async def _refuse(send: Send, status: int, code: str, detail: str, *, close: bool = False) -> None:
    titles = {400: "Bad Request", 413: "Request Entity Too Large"}
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
