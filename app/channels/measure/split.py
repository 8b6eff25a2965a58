"""
Cutting a long text into the numbered posts of a thread.

A part ends where a reader would pause: at a paragraph or a sentence if that leaves the part at least half full, else
between words, and inside a word only when the word alone is too long. A link and a character are never cut.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Callable
from typing import Final

from app.channels.measure.graphemes import grapheme_borders
from app.channels.measure.links import find_links
from app.errors import InvalidInput

Measure = Callable[[str], int]

_WORD_START: Final = re.compile(r"\s+(?=\S)")
_SENTENCE_END: Final = re.compile(r"[.!?…]+[\"'”’»)\]]*$|[。！？｡][」』）”’]*$|:$")
_PARAGRAPH: Final = re.compile(r"\n\s*$")
_ADDRESS: Final = re.compile(r"\S+://\S+")
# Between letters of scripts that are written without spaces a line may break, though not before closing marks.
_IDEOGRAPH: Final = (
    "\u2e80-\u2fff\u3005-\u3007\u3041-\u30ff\u31f0-\u31ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
)
_BREAK_AFTER: Final = re.compile(
    rf"(?<=[{_IDEOGRAPH}、。」』）！？，．：；])(?=[{_IDEOGRAPH}「『（])(?![\u3041\u3043\u3045\u3047\u3049\u3063\u3083\u3085\u3087\u30fc])"
)
_ABBREVIATIONS: Final = frozenset(
    (
        *("dr", "mr", "mrs", "ms", "prof", "st", "nr", "vs", "approx", "dept", "e.g", "i.e"),
        *("sr", "sra", "dra", "dott", "sig", "mme", "mlle", "pt"),
    )
)


def split(text: str, max_weight: int, measure: Measure) -> list[str]:
    """
    Cut an update into parts that fit a channel.

    Args:
        max_weight: Most that one part may weigh, its number included.
        measure: The channel's own count, which is not len() on most platforms.

    Returns:
        One string per post, in order. Numbered "(2/3)" only when there is more than one. White space at a cut is
        dropped, nothing else is lost.

    Raises:
        InvalidInput: A link, or a single character, is too long for a part of its own.
    """
    text = unicodedata.normalize("NFC", text).strip()
    if not text:
        return []
    if measure(text) <= max_weight:
        return [text]
    cutter = _Cutter(text, max_weight, measure)
    total = 2
    while len(parts := cutter.cut(total)) > total:
        total = len(parts)
    # Room was kept for `total`; a smaller final count has no more digits, so it fits as well.
    return [part + _number(n, len(parts)) for n, part in enumerate(parts, start=1)]


def _number(n: int, total: int) -> str:
    return f" ({n}/{total})"


class _Cutter:
    """The text with every place where it may be cut, best places first."""

    def __init__(self, text: str, max_weight: int, measure: Measure) -> None:
        self._text = text
        self._max_weight = max_weight
        self._measure = measure
        whole = [(link.start, link.end) for link in find_links(text)]
        whole += [(found.start(), found.end()) for found in _ADDRESS.finditer(text)]
        inside = {index for start, end in whole for index in range(start + 1, end)}
        graphemes = grapheme_borders(text)
        allowed = set(graphemes) - inside
        words = {found.end() for found in _WORD_START.finditer(text)}
        words |= {found.start() for found in _BREAK_AFTER.finditer(text)}
        self._anywhere = sorted(allowed)
        self._words = [index for index in sorted(words & allowed) if not self._follows_abbreviation(index)]
        self._pauses = [index for index in self._words if self._is_pause(index)]

    def cut(self, total: int) -> list[str]:
        """The parts, each with room for its number out of `total`."""
        parts: list[str] = []
        at = 0
        while at < len(self._text):
            number = _number(len(parts) + 1, total)
            end = self._end(at, number)
            parts.append(self._text[at:end].rstrip())
            at = end
            while at < len(self._text) and self._text[at].isspace():
                at += 1
        return parts

    def _end(self, at: int, number: str) -> int:
        if self._fits(at, len(self._text), number):
            return len(self._text)
        last_word = self._last_fitting(self._words, at, number)
        if last_word is None:
            last = self._last_fitting(self._anywhere, at, number)
            if last is None:
                raise InvalidInput(
                    "A link or word is longer than one post may be. Shorten it, or leave it out.",
                    code="word_too_long",
                )
            return last
        pause = bisect_right(self._pauses, last_word) - 1
        if pause >= 0 and self._pauses[pause] - at >= (last_word - at) / 2:
            return self._pauses[pause]
        return last_word

    def _last_fitting(self, places: list[int], at: int, number: str) -> int | None:
        """Bisected, because a longer text weighs more; where a link's end makes it weigh less, a step back mends it."""
        first = bisect_right(places, at)
        low, high = first, len(places)
        while low < high:
            middle = (low + high) // 2
            if self._fits(at, places[middle], number):
                low = middle + 1
            else:
                high = middle
        for index in range(low - 1, first - 1, -1):
            if self._fits(at, places[index], number):
                return places[index]
        return None

    def _fits(self, start: int, end: int, number: str) -> bool:
        part = self._text[start:end].rstrip()
        return bool(part) and self._measure(part + number) <= self._max_weight

    def _is_pause(self, index: int) -> bool:
        before = self._text[max(0, index - 24) : index]
        if _PARAGRAPH.search(before):
            return True
        return bool(_SENTENCE_END.search(before.rstrip())) and not self._text[index].islower()

    def _follows_abbreviation(self, index: int) -> bool:
        """Between "Dr." and a name no part ends."""
        words = self._text[max(0, index - 24) : index].split()
        if not words or not words[-1].endswith("."):
            return False
        word = words[-1].strip("(.").lower()
        return word in _ABBREVIATIONS or (len(word) == 1 and word.isalpha())
