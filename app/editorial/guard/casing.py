"""
Texts in capitals throughout, and headlines in which every word begins with one: read as if they were in sentence case.

A capital tells names from words only where other words have none. What the lists have as a name and as no word keeps its capital, as do
what stands behind a title, two words that are names side by side, what is short and no word ("ICU"), and whatever has digits or signs in it.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from app.editorial.guard.context import HIDDEN
from app.editorial.guard.dictionary import Names
from app.editorial.guard.fold import View, fold
from app.editorial.guard.heard import is_unheard
from app.editorial.guard.learned.sorts import sort_of
from app.editorial.guard.surroundings import PARTICLES
from app.editorial.guard.words.people import COMMON

_FEW: Final = 4
"""Words. In fewer there is nothing that would tell how a text is written."""
_PIECE = re.compile(r"\S+")
_WORD = re.compile(r"[A-Za-z]+")
_COUNTED = re.compile(r"(?<![#@\w'-])[A-Za-z]{2,}")
_LARGE = re.compile(r"[A-Z](?<![#@\w'-].)[A-Za-z]")
"""The beginning of what `_COUNTED` counts, where it is a capital."""
_IN_ONE = re.compile(r"[#@\d_/\\&%=]|\w\.\w|[a-z][A-Z]|www|" + HIDDEN)
"""Of a piece whose capitals are its own: a tag, a link, a code, "mARIO"."""
_KEPT_APART = re.compile(r"(?<![A-Za-z])[A-Za-z](?:[^A-Za-z0-9\n]{1,4}[A-Za-z](?![A-Za-z])){2,}")
"""The letters of one word, as somebody spells it."""
_OPENS = re.compile(r"(?:^|[.!?:…]['\")]?)\s*[\"'(¿¡-]*$")
_TITLED = re.compile(
    r"(?:^|[^a-z])(?:mr|mrs|ms|miss|mister|sig|sig\.ra|sig\.na|signora?|signorina|signore?|mme|mlle|(?<![0-9] )m(?=\.)|madame|monsieur|mademoiselle|sra?|srta|senora?|senorita|senyora?"
    r"|dr|dra|doctora?|dott|prof|family|famiglia|famille|familia|called|named|name|surname|nome|cognome|prenom|nombre|apellidos?|cognoms?)[.:]? $"
)
_MEASURED = re.compile(r"\d ?$")
_NAMES: Final = frozenset(("fnm", "snm"))
"""Sorts of words that are names."""
_BETWEEN: Final = frozenset("det of pre cnj pro rel aux mod adv now deg qst".split())
"""Sorts of words that headlines leave small."""
_MAY_BE_SMALL: Final = 0.12
"""Share of the long words of a headline that may have no capital."""


def read_in_sentence_case(text: str, names: Names) -> str:
    """A text that is read together with others; as it is where its case says something."""
    view = fold(text)
    changed = in_sentence_case(view, names)
    return text if changed is view else changed.plain


def in_sentence_case(view: View, names: Names) -> View:
    """The same text, every character at its place; itself where its case says something."""
    plain = view.plain
    if len(_LARGE.findall(plain)) < _FEW - 1:
        return view  # as most texts are: neither a headline nor shouted
    words = list(_COUNTED.finditer(plain))
    if len(words) < _FEW:
        return view
    shouted = _is_shouted(plain, words)
    if not shouted and not _is_headline(plain, words, names):
        return view
    return replace(view, plain=_recased(plain, view.low, names, shouted=shouted))


def _is_shouted(plain: str, words: list[re.Match[str]]) -> bool:
    large = sum(m.group().isupper() for m in words)
    return large >= len(words) - len(words) // 8 and sum(c.islower() for c in plain) * 8 <= len(plain)


def _is_headline(plain: str, words: list[re.Match[str]], names: Names) -> bool:
    # A small word that has one tells most, but for those that names have.
    long = [m for m in words if m.end() - m.start() > 3 or _is_small_with_capital(m.group())]
    large = [m for m in long if m.group()[0].isupper()]
    if len(large) < max(_FEW - 1, len(long) // 2):
        return False
    small = sum(m.group()[0].islower() and not _holds_together(m.group()) for m in long)
    if small > len(long) * _MAY_BE_SMALL:
        return False
    # A list of names is no headline: some words in it must be words.
    said = sum(m.start() > 0 and _is_word(m.group().lower(), names) for m in large)
    return said > 1 and said * 3 >= len(large)


def _is_small_with_capital(word: str) -> bool:
    return word.istitle() and word.lower() not in PARTICLES and _holds_together(word.lower())


def _holds_together(low: str) -> bool:
    sort = sort_of(low)
    return sort in _BETWEEN or (not sort and low in COMMON)


def _is_word(low: str, names: Names) -> bool:
    sort = sort_of(low)
    return low in names.plain_words or (sort != "" and sort not in _NAMES) or not is_unheard(names, low)


def _recased(plain: str, low: str, names: Names, *, shouted: bool) -> str:
    letters = list(low)
    spelled = {at for match in _KEPT_APART.finditer(plain) for at in range(*match.span())}
    before = ""
    for piece in _PIECE.finditer(plain):
        if _IN_ONE.search(piece.group()):
            letters[piece.start() : piece.end()] = plain[piece.start() : piece.end()]
            before = ""
            continue
        for match in _WORD.finditer(plain, piece.start(), piece.end()):
            start, end = match.span()
            word = low[start:end]
            if start in spelled:
                letters[start] = plain[start]
            elif start == end - 1:
                # A point behind one letter makes it an initial, a number before it a unit; "a", "e" and "y" are words.
                if not _MEASURED.search(plain[max(0, start - 3) : start]) and (
                    plain[end : end + 1] == "." or (word not in "aeioyudl" and plain[end : end + 1] != "'")
                ):
                    letters[start] = plain[start]
            elif shouted and end - start < 5 and _is_short_for(word, names):
                letters[start:end] = plain[start:end]
            elif (
                _OPENS.search(plain[max(0, start - 6) : start])
                or _is_name(word, names)
                or _TITLED.search(low[max(0, start - 18) : start])
            ):
                letters[start] = plain[start].upper()
            elif before and _is_pair(before, word, names):
                letters[start] = plain[start].upper()
                letters[start - 1 - len(before)] = before[0].upper()
            before = word if plain[end : end + 1] == " " else ""
    return "".join(letters)


def _is_name(word: str, names: Names) -> bool:
    if word in names.only_names or word in names.only_surnames:
        return True
    sort = sort_of(word)
    if word in names.first or word in names.last:
        return sort in _NAMES or (not sort and is_unheard(names, word))
    return False  # a stranger's name is told by its place, as in lower case


def _is_pair(one: str, two: str, names: Names) -> bool:
    """A given name and a surname, of which one is a word as well."""
    return (one in names.first and _is_name(two, names)) or (_is_name(one, names) and two in names.last)


def _is_short_for(word: str, names: Names) -> bool:
    return word not in names.explained_or_both and word not in names.first and is_unheard(names, word)
