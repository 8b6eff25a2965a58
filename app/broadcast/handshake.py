"""
The upgrade of a viewer's socket: read from a whole request head at once, and answered. Pure.

Only what browsers send is read here. Anything else (a header that comes twice, a body, a line that is folded or odd)
is None and goes the long way, through uvicorn's parser and the application, which know all of HTTP.
"""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass

GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
SWITCHING = (
    b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: "
)
END_OF_HEADERS = b"\r\n\r\n"
# Shared deflated frames need "no context takeover" on every connection that negotiates compression.
DEFLATE_ANSWER = (
    b"\r\nSec-WebSocket-Extensions: permessage-deflate; server_no_context_takeover; client_no_context_takeover"
    + END_OF_HEADERS
)
KEY_CHARS = 24
_HEAD = re.compile(
    rb"GET (/[!-~]*) HTTP/1\.1\r\n((?:[!#$%&'*+.^_`|~0-9A-Za-z-]+:[\t -~\x80-\xff]*\r\n)+)\r\n"
)
_NOT_OF_AN_UPGRADE = (b"content-length", b"transfer-encoding", b"expect")


@dataclass(frozen=True, slots=True)
class Upgrade:
    """
    A request for a WebSocket.

    Attributes:
        headers: Names in lower case, each once.
    """

    target: bytes
    headers: dict[bytes, bytes]

    @property
    def is_deflated(self) -> bool:
        return offers_deflate(self.headers.get(b"sec-websocket-extensions", b""))

    @property
    def answer(self) -> bytes:
        return switching(self.headers[b"sec-websocket-key"], deflated=self.is_deflated)


def read_upgrade(head: bytes) -> Upgrade | None:
    """The upgrade that a whole request head asks for; None for everything that is not exactly that."""
    match = _HEAD.fullmatch(head)
    if match is None:
        return None
    lines = match[2].split(b"\r\n")
    del lines[-1]  # after the last line end
    headers = {}
    for line in lines:
        name, _, value = line.partition(b":")
        headers[name.lower()] = value.strip(b" \t")
    if (
        len(headers) != len(lines)
        or headers.get(b"upgrade", b"").lower() != b"websocket"
        or b"upgrade" not in [token.strip() for token in headers.get(b"connection", b"").lower().split(b",")]
        or not is_upgrade(headers)
        or any(name in headers for name in _NOT_OF_AN_UPGRADE)
    ):
        return None
    return Upgrade(match[1], headers)


def is_upgrade(headers: dict[bytes, bytes]) -> bool:
    """Whether version and key are those of RFC 6455."""
    return (
        headers.get(b"sec-websocket-version") == b"13"
        and len(headers.get(b"sec-websocket-key", b"")) == KEY_CHARS
    )


def offers_deflate(extensions: bytes) -> bool:
    return b"permessage-deflate" in extensions


def switching(key: bytes, *, deflated: bool) -> bytes:
    """The answer that makes it a WebSocket."""
    accept = base64.b64encode(hashlib.sha1(key + GUID, usedforsecurity=False).digest())
    return SWITCHING + accept + (DEFLATE_ANSWER if deflated else END_OF_HEADERS)


def refusal(status: bytes, header: bytes = b"") -> bytes:
    """An answer without a body, after which the connection ends."""
    return b"HTTP/1.1 " + status + b"\r\n" + header + b"Content-Length: 0\r\nConnection: close\r\n\r\n"


def come_back(retry_hint_ms: int) -> bytes:
    """Too many at once: asked before anything that costs."""
    return refusal(b"503 Service Unavailable", b"Retry-After: %d\r\n" % (1 + retry_hint_ms // 1000))
