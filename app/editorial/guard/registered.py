"""The event's own deny list: the patient and relatives as registered, found folded, run together, shortened or misspelt."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from rapidfuzz.distance import DamerauLevenshtein

from app.editorial.guard.context import BLOCK, Finding
from app.editorial.guard.fold import View, fold, folded
from app.editorial.guard.words.people import BOTH_NAME_AND_WORD, COMMON

# In lower case these are words first: a patient called Will May does not take two words from everybody.
_WORDS = COMMON | BOTH_NAME_AND_WORD
_WORD = re.compile(r"[a-z]+(?:['-][a-z]+)*")
_SHORT = frozenset("de del della di da du des la le el los las van von and y i e mr mrs ms dr".split())


@lru_cache(maxsize=256)
def _parts(deny: tuple[str, ...]) -> tuple[tuple[str, ...], frozenset[str], tuple[str, ...]]:
    """Whole names, their single words, and the names run together."""
    whole = tuple(sorted({name for raw in deny if len(name := folded(raw)) >= 2}))
    words = frozenset(w for name in whole for w in _WORD.findall(name) if len(w) >= 3 and w not in _SHORT)
    joined = tuple(j for name in whole if " " in name and len(j := re.sub(r"[^a-z0-9]", "", name)) >= 6)
    return whole, words, joined


def names_anybody_of(text: str, deny: Sequence[str]) -> bool:
    """Does this text name somebody on the event's own list, however the name is written?"""
    return next(registered(fold(text), deny), None) is not None


def registered(view: View, deny: Sequence[str]) -> Iterator[Finding]:
    if not deny:
        return
    whole, words, joined = _parts(tuple(deny))
    low = view.low
    for name in whole:
        for match in re.finditer(rf"(?<![a-z0-9]){re.escape(name)}(?![a-z0-9])", low):
            if " " not in name and name in _WORDS and not view.plain[match.start()].isupper():
                continue
            yield _finding(*match.span())
    squeezed, places = _squeezed(low)
    for name in joined:
        at = squeezed.find(name)
        while at >= 0:
            yield _finding(places[at], places[at + len(name) - 1] + 1)
            at = squeezed.find(name, at + 1)
    for match in _WORD.finditer(low):
        word = match.group().removesuffix("'s")
        if len(word) < 3 or (word in _WORDS and not view.plain[match.start()].isupper()):
            continue
        if (
            word in words
            or any(part in words for part in word.split("-") if len(part) > 3)
            or (len(word) > 6 and any(len(w) >= 6 and w in word for w in words))
        ):
            yield _finding(match.start(), match.start() + len(word))
        elif len(word) >= 5 and word not in COMMON:
            allowed = 1 if len(word) < 9 else 2
            for other in words:
                if len(other) >= 5 and abs(len(other) - len(word)) <= allowed and other[0] == word[0] and DamerauLevenshtein.distance(word, other, score_cutoff=allowed) <= allowed:  # fmt: skip
                    yield _finding(match.start(), match.start() + len(word))
                    break


def _squeezed(low: str) -> tuple[str, list[int]]:
    letters, places = [], []
    for index, char in enumerate(low):
        if char.isalnum():
            letters.append(char)
            places.append(index)
    return "".join(letters), places


def _finding(start: int, end: int) -> Finding:
    return Finding(
        start, end, "A", BLOCK, "This name is registered as belonging to the patient.", "the patient"
    )
