"""
SMPP 3.4 on the wire: PDUs to bytes and back. Pure.

Source: SMPP v3.4 specification, issue 1.2.
"""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass, field
from enum import IntEnum

HEADER_BYTES = 16
# A message_payload holds up to 64 kB; whatever is larger is no PDU.
MAX_PDU_BYTES = 70_000
RESPONSE = 0x80000000
_RECEIPT_FIELD = re.compile(r"\b(id|stat|err):(\S*)", re.IGNORECASE)
_RECEIPT_TEXT = re.compile(r"\btext:(.*)", re.IGNORECASE | re.DOTALL)


class Command(IntEnum):
    """The commands that are used here; responses have RESPONSE set."""

    BIND_TRANSCEIVER = 0x9
    SUBMIT_SM = 0x4
    DELIVER_SM = 0x5
    UNBIND = 0x6
    ENQUIRE_LINK = 0x15
    GENERIC_NACK = 0x80000000


class Tag(IntEnum):
    """Optional parameters."""

    RECEIPTED_MESSAGE_ID = 0x001E
    MESSAGE_PAYLOAD = 0x0424
    MESSAGE_STATE = 0x0427


class BadPdu(ValueError):
    """Bytes that are no PDU; the connection cannot be trusted after them."""


@dataclass(frozen=True, slots=True)
class Pdu:
    """One unit. `status` is free: gateways have values of their own."""

    command: int
    sequence: int
    status: int = 0
    body: bytes = b""

    def encode(self) -> bytes:
        head = struct.pack("!IIII", HEADER_BYTES + len(self.body), self.command, self.status, self.sequence)
        return head + self.body


@dataclass(frozen=True, slots=True)
class Address:
    """A number with its type and plan; international ones go without their plus sign."""

    ton: int
    npi: int
    digits: str

    @classmethod
    def of(cls, written: str) -> Address:
        """International, short code, or a name of up to 11 characters."""
        if written.startswith("+"):
            return cls(1, 1, written[1:])
        if written.isascii() and written.isdigit():
            return cls(3, 0, written) if len(written) <= 8 else cls(1, 1, written)
        return cls(5, 0, written)


@dataclass(frozen=True, slots=True)
class Delivered:
    """What a deliver_sm says."""

    source: str
    destination: str
    esm_class: int
    data_coding: int
    message: bytes
    tags: dict[int, bytes] = field(default_factory=dict)
    source_ton: int = 0

    @property
    def is_receipt(self) -> bool:
        return self.esm_class & 0x3C in (0x04, 0x20)

    @property
    def is_intermediate(self) -> bool:
        return self.esm_class & 0x3C == 0x20


@dataclass(frozen=True, slots=True)
class ReceiptWords:
    """A delivery receipt: from its optional parameters where they are, else from its text."""

    message_id: str
    stat: str
    error: str
    text: str


_STATES = {
    1: "ENROUTE",
    2: "DELIVRD",
    3: "EXPIRED",
    4: "DELETED",
    5: "UNDELIV",
    6: "ACCEPTD",
    7: "UNKNOWN",
    8: "REJECTD",
}


def read_header(head: bytes) -> tuple[int, int, int, int]:
    """
    Length, command, status, sequence.

    Raises:
        BadPdu: the length is impossible.
    """
    length, command, status, sequence = struct.unpack("!IIII", head)
    if not HEADER_BYTES <= length <= MAX_PDU_BYTES:
        raise BadPdu(f"a PDU of {length} bytes")
    return length, command, status, sequence


def _text(value: str, limit: int) -> bytes:
    return value.encode("latin-1", "replace")[: limit - 1] + b"\0"


def bind_body(system_id: str, password: str, system_type: str) -> bytes:
    """For a transceiver of version 3.4."""
    names = _text(system_id, 16) + _text(password, 9) + _text(system_type, 13)
    return names + bytes([0x34, 0, 0]) + _text("", 41)


def relative_time(seconds: int) -> str:
    """A validity as SMPP writes it: years, months, days, hours, minutes, seconds, then 000R."""
    days, rest = divmod(max(seconds, 1), 86400)
    hours, rest = divmod(rest, 3600)
    return f"0000{min(days, 30):02d}{hours:02d}{rest // 60:02d}{rest % 60:02d}000R"


def submit_body(
    source: Address,
    destination: Address,
    message: bytes,
    *,
    data_coding: int,
    has_header: bool,
    validity: str,
    priority: int = 0,
) -> bytes:
    """One short message or one part of a long one, with a final receipt asked for."""
    if len(message) > 254:
        raise ValueError("a short message holds up to 254 octets")
    return b"".join(
        (
            _text("", 6),
            bytes([source.ton, source.npi]),
            _text(source.digits, 21),
            bytes([destination.ton, destination.npi]),
            _text(destination.digits, 21),
            bytes([0x40 if has_header else 0, 0, priority]),
            _text("", 17),
            _text(validity, 17),
            bytes([1, 0, data_coding, 0, len(message)]),
            message,
        )
    )


class _Reader:
    def __init__(self, body: bytes) -> None:
        self._body = body
        self._at = 0

    def text(self) -> str:
        end = self._body.find(b"\0", self._at)
        if end < 0:
            raise BadPdu("a string without its end")
        value = self._body[self._at : end].decode("latin-1")
        self._at = end + 1
        return value

    def octets(self, count: int) -> bytes:
        value = self._body[self._at : self._at + count]
        if len(value) != count:
            raise BadPdu("a body that is too short")
        self._at += count
        return value

    def tags(self) -> dict[int, bytes]:
        found: dict[int, bytes] = {}
        while len(self._body) - self._at >= 4:
            tag, length = struct.unpack("!HH", self.octets(4))
            found[tag] = self.octets(length)
        return found


def read_message_id(body: bytes) -> str:
    """The id in a submit_sm_resp; the body is absent on errors."""
    return body.partition(b"\0")[0].decode("latin-1")


def read_name(body: bytes) -> str:
    """What a gateway calls itself, in the answer to a sign-in."""
    return body.partition(b"\0")[0].decode("latin-1")


def read_deliver(body: bytes) -> Delivered:
    """
    A receipt or a message from a phone.

    Raises:
        BadPdu: it is neither.
    """
    reader = _Reader(body)
    reader.text()
    source_ton = reader.octets(2)[0]
    source = reader.text()
    reader.octets(2)
    destination = reader.text()
    esm_class = reader.octets(3)[0]
    reader.text()
    reader.text()
    data_coding = reader.octets(4)[2]
    message = reader.octets(reader.octets(1)[0])
    tags = reader.tags()
    return Delivered(
        source,
        destination,
        esm_class,
        data_coding,
        message or tags.get(Tag.MESSAGE_PAYLOAD, b""),
        tags,
        source_ton,
    )


def read_receipt(delivered: Delivered) -> ReceiptWords:
    """Which message it is about and what became of it."""
    text = delivered.message.decode("latin-1").replace("\0", "\ufffd")  # no column of PostgreSQL takes a NUL
    fields = {name.lower(): value for name, value in _RECEIPT_FIELD.findall(text)}
    told_id = delivered.tags.get(Tag.RECEIPTED_MESSAGE_ID, b"").partition(b"\0")[0].decode("latin-1")
    state = delivered.tags.get(Tag.MESSAGE_STATE, b"")
    stat = _STATES.get(state[0], "UNKNOWN") if state else fields.get("stat", "UNKNOWN").upper()
    begun = _RECEIPT_TEXT.search(text)
    return ReceiptWords(
        told_id or fields.get("id", ""), stat, fields.get("err", ""), begun[1] if begun else ""
    )


def normal_id(message_id: str, base: str) -> str:
    """
    One form for ids that are written in one base in the answer and in another in the receipt.

    Args:
        base: "hex" or "decimal" when the gateway writes numbers so; "text" leaves ids as they are.
    """
    try:
        if base == "hex":
            return str(int(message_id, 16))
        if base == "decimal":
            return str(int(message_id))
    except ValueError:
        return message_id
    return message_id
