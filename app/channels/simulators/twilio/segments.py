"""
How a simulated carrier counts a text: alphabet and segments.

The product has its own rules in `app/channels/measure/`; this is a second, independent reading of the same
specification on purpose: a simulator that shared the adapter's code would share its mistakes.

Source: 3GPP TS 23.038 and 23.040 as summarised in the project's platform notes, section 3B, read 2026-11-21.
"""

from __future__ import annotations

from functools import lru_cache

BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENDED = frozenset("\f^{}\\[~]|€")  # sent as ESC and a code: two septets

LOOKALIKES = str.maketrans(
    {"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-", "…": "...", "•": "-", "\u00a0": " "}
)


def smart_encode(text: str) -> str:
    """Replace typographic characters by their GSM-7 look-alikes, as `SmartEncoded=true` asks."""
    return text.translate(LOOKALIKES)


def is_gsm7(text: str) -> bool:
    return all(character in BASIC or character in EXTENDED for character in text)


@lru_cache(maxsize=512)  # one text goes to many phones
def segment_count(text: str) -> int:
    """Count the segments of a text; an escape pair or a surrogate pair is never cut, so it may leave a gap."""
    if is_gsm7(text):
        widths, single, part = [2 if character in EXTENDED else 1 for character in text], 160, 153
    else:
        widths, single, part = [2 if ord(character) > 0xFFFF else 1 for character in text], 70, 67
    if sum(widths) <= single:
        return 1
    segments, used = 1, 0
    for width in widths:
        if used + width > part:
            segments, used = segments + 1, 0
        used += width
    return segments
