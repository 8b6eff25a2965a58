"""
What an SMS is written in, how many units it has, and into how many parts it falls.

One character outside the GSM alphabet turns the whole message into UCS-2, where a part holds 70 units instead of 160;
so the culprits are named, with plain text that would do instead. Source: 3GPP TS 23.038 and 23.040.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from typing import Final, Literal

from app.channels.measure.result import Measured, Offender
from app.channels.measure.tables import SMS

ReferenceBits = Literal[8, 16]

_BASIC: Final = frozenset(SMS["basic"])
_EXTENSION: Final = frozenset(SMS["extension"])
_GSM7: Final = _BASIC | _EXTENSION
_REPLACEMENTS: Final[dict[str, str]] = SMS["replacements"]


def measure_sms(text: str, *, reference_bits: ReferenceBits = 8, limit: int | None = None) -> Measured:
    """
    Count a message as the network will.

    Args:
        reference_bits: Size of the number that ties the parts together; the larger takes one more octet of each.
        limit: Most units one call may hand over; the gateway's, not the network's.
    """
    offenders = tuple(
        Offender(char, index, plain(char)) for index, char in enumerate(text) if char not in _GSM7
    )
    encoding = "UCS-2" if offenders else "GSM-7"
    capacity = SMS["capacity"][encoding]
    units = sum(_units(text, encoding))
    segments = 0 if not units else 1
    if units > capacity["single"]:
        segments = _count_parts(text, encoding, capacity[f"part{reference_bits}"])
    most = SMS["limit"] if limit is None else limit
    return Measured(
        weight=units,
        limit=most,
        fits=0 < units <= most and segments <= SMS["max_segments"],
        encoding=encoding,
        segments=segments,
        offenders=offenders,
    )


def _units(text: str, encoding: str) -> Iterator[int]:
    if encoding == "GSM-7":
        return (2 if char in _EXTENSION else 1 for char in text)
    return (2 if char > "\uffff" else 1 for char in text)


def _count_parts(text: str, encoding: str, capacity: int) -> int:
    """Greedily, because a pair of units (an escape, a surrogate) moves to the next part whole."""
    parts, used = 1, 0
    for units in _units(text, encoding):
        if used + units > capacity:
            parts, used = parts + 1, 0
        used += units
    return parts


def plain(char: str) -> str | None:
    """What to write for a character in the GSM alphabet: ’ as ', ç as c; None when nothing plain says the same."""
    if char in _GSM7:
        return char
    if char in _REPLACEMENTS:
        return _REPLACEMENTS[char]
    if unicodedata.category(char) in ("Mn", "Cc"):
        return ""
    decomposed = unicodedata.normalize("NFKD", char)
    if decomposed == char:
        return None
    letters = [_REPLACEMENTS.get(c, c) for c in decomposed if unicodedata.category(c) != "Mn"]
    return "".join(letters) if letters and all(c in _GSM7 for c in "".join(letters)) else None


def to_plain(text: str) -> str:
    """The text with every offender replaced that has a replacement; the others stay, for a person to decide."""
    composed = unicodedata.normalize("NFC", text)
    return "".join(char if (instead := plain(char)) is None else instead for char in composed)
