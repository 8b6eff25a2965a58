"""
Where a text may be cut without tearing what a reader sees as one character.

A plain reading of Unicode's annex 29 that rather joins too much than too little: every combining mark, joiner,
variation selector, skin tone and tag stays with what it stands on, flags stay in pairs, Hangul letters in syllables.
"""

from __future__ import annotations

import unicodedata
from typing import Final

_JOINERS: Final = "\u200c\u200d"
_JOINER: Final = "\u200d"


def grapheme_borders(text: str) -> list[int]:
    """Every index, the end included, in front of which a new character begins for the reader."""
    borders: list[int] = []
    flags = 0  # regional indicators in a row before this place
    for index in range(1, len(text)):
        before, here = text[index - 1], text[index]
        flags = flags + 1 if _is_indicator(before) else 0
        if not _sticks(before, here, flags):
            borders.append(index)
    if text:
        borders.append(len(text))
    return borders


def _sticks(before: str, here: str, flags: int) -> bool:
    if before == "\r" and here == "\n":
        return True
    if here < "\u0300":
        return False
    if here in _JOINERS or before == _JOINER or _is_modifier(here) or unicodedata.category(here)[0] == "M":
        return True
    if _is_indicator(here):
        return flags % 2 == 1
    return _is_hangul(before) and "\u1160" <= here <= "\u11ff"


def _is_indicator(char: str) -> bool:
    return "\U0001f1e6" <= char <= "\U0001f1ff"


def _is_modifier(char: str) -> bool:
    return "\U0001f3fb" <= char <= "\U0001f3ff" or "\U000e0020" <= char <= "\U000e007f"


def _is_hangul(char: str) -> bool:
    return "\u1100" <= char <= "\u11ff" or "\uac00" <= char <= "\ud7a3"
