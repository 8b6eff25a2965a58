"""
WebSocket and SSE bytes: shared frames made once, and a small strict reader of what viewers send. Pure.

Deflated frames never lean on an earlier one (both sides negotiate "no context takeover"), so that the very same
bytes suit every viewer.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass

from websockets.speedups import apply_mask

TEXT, CLOSE, PING, PONG = 1, 8, 9, 10
PING_FRAME = b"\x89\x00"
LAST_CHUNK = b"0\r\n\r\n"
DEFLATE_FROM_BYTES = 200  # below, the saving is not worth the reader's work
MESSAGE_MOST_BYTES = 4_096


class BadMessage(Exception):
    """A viewer broke the rules; `code` is what its socket is closed with."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Received:
    opcode: int
    payload: bytes


def text_frame(payload: bytes, *, compressed: bool = False) -> bytes:
    return _header(0xC1 if compressed else 0x81, len(payload)) + payload


def deflated_frame(payload: bytes) -> bytes:
    """A frame for viewers that negotiated permessage-deflate; small ones stay plain, which the extension allows."""
    if len(payload) < DEFLATE_FROM_BYTES:
        return text_frame(payload)
    squeeze = zlib.compressobj(6, zlib.DEFLATED, -15, 8)
    data = squeeze.compress(payload) + squeeze.flush(zlib.Z_SYNC_FLUSH)
    return text_frame(data[:-4], compressed=True)


def close_frame(code: int, reason: str) -> bytes:
    words = reason.encode()[:123]
    return bytes((0x88, 2 + len(words))) + code.to_bytes(2, "big") + words


def pong_frame(payload: bytes) -> bytes:
    return bytes((0x8A, len(payload))) + payload


def sse_event(payload: bytes, place: bytes) -> bytes:
    """One server-sent event; `place` is "epoch:offset", which the browser gives back as Last-Event-ID."""
    return b"id: %s\ndata: %s\n\n" % (place, payload) if place else b"data: %s\n\n" % payload


def http_chunk(data: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(data), data)


def _header(first: int, length: int) -> bytes:
    if length < 126:
        return bytes((first, length))
    if length < 65_536:
        return bytes((first, 126)) + length.to_bytes(2, "big")
    return bytes((first, 127)) + length.to_bytes(8, "big")


def read_frames(data: bytes, *, deflate: bool) -> tuple[list[Received], bytes]:
    """
    Whole frames from what came in, and the rest.

    Raises:
        BadMessage: not masked, reserved bits, fragmented, an unknown kind, or more than `MESSAGE_MOST_BYTES`.
    """
    found: list[Received] = []
    at, end = 0, len(data)
    while end - at >= 2:
        first, second = data[at], data[at + 1]
        opcode, length, header = first & 0x0F, second & 0x7F, 6
        if not second & 0x80:
            raise BadMessage(1002, "frames must be masked")
        compressed = bool(first & 0x40)
        if opcode not in (TEXT, CLOSE, PING, PONG):
            raise BadMessage(1003, "only whole text messages are read here")
        if first & 0x30 or (compressed and not (deflate and opcode == TEXT)):
            raise BadMessage(1002, "reserved bits are set")
        if not first & 0x80:
            # Nothing a viewer may say is long enough to need fragments; joining them costs memory for nobody's good.
            raise BadMessage(1008, "send a message in one frame")
        if opcode != TEXT and length > 125:
            raise BadMessage(1002, "a control frame is too long")
        if length == 127:
            raise BadMessage(1009, f"a message may have {MESSAGE_MOST_BYTES} bytes")
        if length == 126:
            if end - at < 4:
                break
            length, header = int.from_bytes(data[at + 2 : at + 4], "big"), 8
            if length > MESSAGE_MOST_BYTES:
                raise BadMessage(1009, f"a message may have {MESSAGE_MOST_BYTES} bytes")
        if end - at < header + length:
            break
        start = at + header
        payload = apply_mask(data[start : start + length], data[start - 4 : start]) if length else b""
        found.append(Received(opcode, _inflated(payload) if compressed else payload))
        at = start + length
    return found, data[at:] if at < end else b""


def _inflated(payload: bytes) -> bytes:
    unpack = zlib.decompressobj(-15)
    try:
        data = unpack.decompress(payload + b"\x00\x00\xff\xff", MESSAGE_MOST_BYTES + 1)
    except zlib.error as exc:
        raise BadMessage(1007, "the compressed message cannot be read") from exc
    if len(data) > MESSAGE_MOST_BYTES:
        raise BadMessage(1009, f"a message may have {MESSAGE_MOST_BYTES} bytes")
    return data
