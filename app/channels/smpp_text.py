"""
Texts as octets for a gateway: the GSM alphabet unpacked or UTF-16, cut into parts that carry a common number.

Source: 3GPP TS 23.038 and 23.040.
"""

from __future__ import annotations

from dataclasses import dataclass

from app.channels.measure.tables import SMS

_ESCAPE = 0x1B
_EXTENSION = {
    "\f": 0x0A,
    "^": 0x14,
    "{": 0x28,
    "}": 0x29,
    "\\": 0x2F,
    "[": 0x3C,
    "~": 0x3D,
    "]": 0x3E,
    "|": 0x40,
    "€": 0x65,
}
_BASIC: dict[str, int] = {
    char: code
    for code, char in enumerate(
        "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
        "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
    )
    if code != _ESCAPE
}
_FROM_BASIC = {code: char for char, code in _BASIC.items()}
_FROM_EXTENSION = {code: char for char, code in _EXTENSION.items()}
GSM7, LATIN1, UCS2 = 0, 3, 8


@dataclass(frozen=True, slots=True)
class Encoded:
    """The parts of one message, each with its header when there are several."""

    data_coding: int
    parts: tuple[bytes, ...]

    @property
    def has_header(self) -> bool:
        return len(self.parts) > 1


def encode(text: str, *, reference: int) -> Encoded:
    """
    Cut a text into what one submit_sm each can carry.

    Args:
        reference: 0-255, the number that ties the parts together on the phone.
    """
    is_gsm7 = all(char in _BASIC or char in _EXTENSION for char in text)
    units = [_gsm7(char) for char in text] if is_gsm7 else [char.encode("utf-16-be") for char in text]
    capacity = SMS["capacity"]["GSM-7" if is_gsm7 else "UCS-2"]
    width = 1 if is_gsm7 else 2
    coding = GSM7 if is_gsm7 else UCS2
    if sum(map(len, units)) <= capacity["single"] * width:
        return Encoded(coding, (b"".join(units),))
    # Greedily, and an escape or a surrogate pair moves to the next part whole.
    parts: list[bytes] = [b""]
    for unit in units:
        if len(parts[-1]) + len(unit) > capacity["part8"] * width:
            parts.append(b"")
        parts[-1] += unit
    header = bytes([5, 0, 3, reference & 0xFF, len(parts)])
    return Encoded(coding, tuple(header + bytes([n]) + part for n, part in enumerate(parts, 1)))


def _gsm7(char: str) -> bytes:
    return bytes([_BASIC[char]]) if char in _BASIC else bytes([_ESCAPE, _EXTENSION[char]])


def decode(data_coding: int, octets: bytes) -> str:
    """A text from a phone; what cannot be read stays visible as such, and so does what no database takes (NUL)."""
    return _read(data_coding, octets).replace("\0", "\ufffd")


def _read(data_coding: int, octets: bytes) -> str:
    if data_coding == UCS2:
        return octets.decode("utf-16-be", "replace")
    if data_coding in (1, LATIN1):
        return octets.decode("latin-1")
    if data_coding != GSM7:
        return octets.decode("utf-8", "replace")
    text: list[str] = []
    escaped = False
    for code in octets:
        if escaped:
            text.append(_FROM_EXTENSION.get(code, _FROM_BASIC.get(code, "\ufffd")))
            escaped = False
        elif code == _ESCAPE:
            escaped = True
        else:
            text.append(_FROM_BASIC.get(code, "\ufffd"))
    return "".join(text)


def split_header(octets: bytes) -> tuple[tuple[int, int, int] | None, bytes]:
    """Take the header off a part from a phone: (reference, total, number), or None for a whole message."""
    if not octets or len(octets) < octets[0] + 1:
        return None, octets
    header, rest = octets[1 : octets[0] + 1], octets[octets[0] + 1 :]
    at = 0
    while at + 2 <= len(header):
        element, length = header[at], header[at + 1]
        value = header[at + 2 : at + 2 + length]
        if element == 0 and length == 3 and len(value) == 3:
            return (value[0], value[1], value[2]), rest
        if element == 8 and length == 4 and len(value) == 4:
            return (value[0] << 8 | value[1], value[2], value[3]), rest
        at += 2 + length
    return None, rest
