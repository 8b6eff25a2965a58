"""The bytes: what we send is what a WebSocket library reads, and what we read is only what is allowed."""

import os
import random
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.broadcast.wire_frames import (
    MESSAGE_MOST_BYTES,
    PING,
    TEXT,
    BadMessage,
    close_frame,
    deflated_frame,
    read_frames,
    text_frame,
)


def masked(opcode: int, payload: bytes, first: int = 0x80, length: int | None = None) -> bytes:
    """A client's frame."""
    size = len(payload) if length is None else length
    key = os.urandom(4)
    head = bytes((first | opcode,))
    if size < 126:
        head += bytes((0x80 | size,))
    elif size < 65_536:
        head += bytes((0x80 | 126,)) + size.to_bytes(2, "big")
    else:
        head += bytes((0x80 | 127,)) + size.to_bytes(8, "big")
    return head + key + bytes(byte ^ key[n % 4] for n, byte in enumerate(payload))


class TestReadFrames:
    @given(st.lists(st.binary(max_size=300), max_size=5), st.data())
    def test_frames_are_read_whole_however_the_bytes_are_cut(
        self, payloads: list[bytes], data: st.DataObject
    ) -> None:
        """TCP may cut anywhere; nothing is lost and nothing is read early."""
        wire = b"".join(masked(TEXT, payload) for payload in payloads)
        cut = data.draw(st.integers(0, len(wire)))
        first, rest = read_frames(wire[:cut], deflate=False)
        second, rest = read_frames(rest + wire[cut:], deflate=False)
        assert [frame.payload for frame in first + second] == payloads
        assert rest == b""

    @pytest.mark.parametrize(
        ("data", "code"),
        [
            (b"\x81\x05hello", 1002),  # not masked
            (masked(TEXT, b"x", first=0x90), 1002),  # reserved bit
            (masked(TEXT, b"x", first=0xC0), 1002),  # compressed without having agreed to it
            (masked(2, b"x"), 1003),  # binary
            (masked(3, b"x"), 1003),  # unknown kind
            (masked(TEXT, b"x", first=0), 1008),  # a fragment
            (masked(0, b"x"), 1003),  # a continuation
            (masked(PING, b"x" * 126), 1002),  # a control frame that is too long
            (masked(TEXT, b"", length=MESSAGE_MOST_BYTES + 1), 1009),
            (masked(TEXT, b"", length=16 << 20), 1009),  # 16 MB is refused by its header alone
        ],
        # Named, since a mask is drawn anew by every worker and they have to agree on what there is to run.
        ids=[
            "unmasked",
            "reserved bit",
            "compressed",
            "binary",
            "unknown kind",
            "fragment",
            "continuation",
            "long control",
            "oversize",
            "16 MB",
        ],
    )
    def test_L03_what_is_not_allowed_has_its_close_code(self, data: bytes, code: int) -> None:
        """Refused at the header, before anything is kept."""
        with pytest.raises(BadMessage) as refused:
            read_frames(data, deflate=False)
        assert refused.value.code == code

    def test_L03_a_compressed_bomb_is_not_unpacked(self) -> None:
        """Four kilobytes that would become four megabytes."""
        squeeze = zlib.compressobj(9, zlib.DEFLATED, -15)
        bomb = (squeeze.compress(b"0" * (1 << 22)) + squeeze.flush(zlib.Z_SYNC_FLUSH))[:-4]
        assert len(bomb) < 5000
        with pytest.raises(BadMessage) as refused:
            read_frames(masked(TEXT, bomb[:MESSAGE_MOST_BYTES], first=0xC0), deflate=True)
        assert refused.value.code in (1007, 1009)

    def test_L03_garbage_is_refused_or_waited_for_but_never_crashes(self) -> None:
        """100,000 random inputs: frames, a refusal, or a rest that is short."""
        dice = random.Random(4)
        refused = 0
        for _ in range(100_000):
            data = dice.randbytes(dice.randrange(40))
            try:
                frames, rest = read_frames(data, deflate=True)
            except BadMessage:
                refused += 1
            else:
                assert len(rest) + sum(len(frame.payload) for frame in frames) <= MESSAGE_MOST_BYTES * 2
        assert refused > 10_000


class TestFrames:
    @given(st.binary(max_size=70_000))
    def test_a_text_frame_says_its_length(self, payload: bytes) -> None:
        """In the shortest of the three forms."""
        frame = text_frame(payload)
        assert frame.endswith(payload)
        assert len(frame) - len(payload) == (2 if len(payload) < 126 else 4 if len(payload) < 65_536 else 10)

    def test_a_deflated_frame_stands_alone(self) -> None:
        """Anybody can unpack it without having seen another one: that is why it can be shared."""
        payload = b'{"text":"' + b"evacuation order lifted " * 30 + b'"}'
        frame = deflated_frame(payload)
        assert frame[0] == 0xC1
        body = frame[4:] if frame[1] == 126 else frame[2:]
        assert zlib.decompressobj(-15).decompress(body + b"\x00\x00\xff\xff") == payload
        assert len(frame) < len(payload) / 4

    def test_a_close_frame_never_is_too_long(self) -> None:
        """A control frame has 125 bytes at most."""
        assert len(close_frame(4008, "x" * 500)) <= 127
