"""What a text looks like to the learned opinion: a row of signs (classes of words, shapes of numbers) and what stands beside what."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations, pairwise
from zlib import crc32

from app.editorial.guard.context import HIDDEN
from app.editorial.guard.dictionary import Names
from app.editorial.guard.heard import TECHNICAL
from app.editorial.guard.learned.concepts import concept
from app.editorial.guard.learned.sorts import sort_of
from app.editorial.guard.numbers import BENIGN_BEFORE, UNIT_AFTER
from app.editorial.guard.surroundings import looks_ordinary
from app.editorial.guard.vocabulary import is_word
from app.editorial.guard.words.harmless import DRUGS_AND_MAKES, EPONYMS, INSTITUTIONS, WIDE_PLACES
from app.editorial.guard.words.people import BOTH_NAME_AND_WORD
from app.editorial.guard.words.towns import TOWNS

SIZE = 1 << 18
"""How many weights there are; two signs may share one."""
_TOKEN = re.compile(
    rf"(?P<hidden>{HIDDEN}+)|(?P<mail>[\w.+-]+@[\w-]+\.[\w.]+)|(?P<link>(?:https?://|www\.)\S+|(?<![\w.])[A-Za-z][\w-]*\.(?:com|org|net|es|it|fr|cat|eu|me|ly|co|io|tv|uk)(?:/\S*)?(?!\w))"
    r"|(?P<handle>@\w+)|(?P<tag>#[A-Za-z]\w*)"
    r"|(?P<elapsed>\bT ?[+-] ?\d+(?:[hH:. ]+\d+)?)"
    r"|(?P<number>\d+(?:[.,:/ -]\d+)*)(?![A-Za-z\d])|(?P<code>[A-Za-z]*\d[A-Za-z\d]*(?:[-/.][A-Za-z\d]+)*)|(?P<word>[A-Za-z]+)|(?P<mark>[?:\"=(])"
)
_WITH_UNIT = re.compile(r"\d+(?:[.,]\d+)?(?:mg|ml|mcg|g|kg|cm|mm|l|h|min|m|fr|x|k)")
_SHAPES = tuple(
    (re.compile(shape), sign)
    for shape, sign in (
        (r"\d{1,3}[. ]\d00", "COUNT"),
        (r"\d{1,2}[/.-]\d{1,2}[/.-](?:19|20)?\d\d", "DATE"),
        (r"\d{1,2}[/-]\d{1,2}", "DAYMONTH"),
        (r"\d{1,2}[:.]\d\d", "CLOCK"),
        (r"\d{2,3}/\d{2,3}", "PRESSURE"),
        (r"(?:19|20)\d\d", "YEAR"),
    )
)
_JOINED = re.compile(r"[A-Z][a-z]+(?:-[A-Z][a-z]+)+")
_COURTESY = re.compile(r"\b(?:thank you|thanks|thank|grazie|merci|gracias|gracies)\b")
_UNIT = re.compile(
    r"^ ?(?:%|°|mg|ml|mcg|µg|ug|g\b|kg|cm|mm|l\b|bpm|mmhg|fr\b|ch\b|ui\b|iu\b|u\b|cc|min|minut\w*|h\b|hours?|ore\b|heures?|horas?|hores|s\b|sec|km|m\b|eur|euros?|€|\$|rpm|x\b|j\b|w\b|cmh2o|mmol|people|persone|personnes|personas|persones)"
)


_MARKS = frozenset(".!?,:;\"'(@#-")
"""What a piece may follow that says how it is meant."""
_BETWEEN = frozenset("det of pre cnj pro rel aux mod adv now deg unk abb".split())
"""Sorts of words that hold a sentence together; that they share a text with something says nothing."""


@dataclass(frozen=True, slots=True)
class Token:
    """
    One piece of a text: its place, the word's beginning ("" for numbers and the like), its sign ("" says nothing) and its sort.

    `text`: as it is written. `before`: the mark that it follows, if any.
    """

    start: int
    end: int
    stem: str
    sign: str
    sort: str = ""
    text: str = ""
    before: str = ""

    @property
    def seen_as(self) -> str:
        """What it is to its neighbours."""
        return self.sign or self.sort


def tokens(plain: str, low: str, names: Names) -> list[Token]:
    """The words, numbers and marks of a text; thanks are left out, so that being polite changes nothing."""
    gone = [match.span() for match in _COURTESY.finditer(low)]
    found: list[Token] = []
    eponym = 0
    for match in _TOKEN.finditer(plain):
        start, end = match.span()
        if any(a <= start < b for a, b in gone):
            continue
        stem, sign, sort = "", (match.lastgroup or "").upper(), ""
        if sign == "WORD":
            stem = low[start : min(end, start + 7)]
            joined = _JOINED.match(plain, start)
            if joined and any(part in EPONYMS for part in joined.group().lower().split("-")):
                eponym = joined.end()  # "Guillain-Barré"
            before = plain[:start].rstrip(" \"'(-")
            opens = not before or before[-1] in ".!?:|"
            sign = "EPONYM" if start < eponym else _sign(match.group(), low[start:end], opens, names)
            if sign == "LETTER" and _is_article(low[start:end], low[end : end + 1]):
                sign = ""
            sort = sort_of(low[start:end])
            if not sort and not sign and _is_strange(low[start:end], names):
                sign = "lowstrange"
        elif sign == "NUMBER":
            sign = _number(match.group(), low[max(0, start - 16) : start], low[end : end + 12])
        elif sign == "CODE":
            sign = _code(low[start:end], low[max(0, start - 16) : start])
        elif sign in ("TAG", "LINK"):
            sign = ""  # the rules look into these
        elif sign == "MARK":
            stem, sign = match.group(), ""
        mark = plain[max(0, start - 4) : start].rstrip(" ")[-1:]
        found.append(Token(start, end, stem, sign, sort, plain[start:end], mark if mark in _MARKS else ""))
    return found


def _is_article(letter: str, behind: str) -> bool:
    """Is it a word of one letter? "A knee" speaks of nobody; initials come with a point, or another one."""
    return letter in "aeiouy" and behind not in (".", "·", "-")


@lru_cache(maxsize=65536)
def _is_strange(low: str, names: Names) -> bool:
    """Is it in no dictionary, and like no word of medicine?"""
    return (
        len(low) > 3
        and not is_word(low)
        and not looks_ordinary(low)
        and low not in names.explained_or_both
        and not TECHNICAL.search(low)
    )


@lru_cache(maxsize=65536)
def _sign(text: str, low: str, opens: bool, names: Names) -> str:
    cap = text[0].isupper()
    if cap and low in EPONYMS:
        return "EPONYM"
    strong = low in names.strong_first or low in names.strong_last
    if cap and not opens and strong and low not in names.plain_words:
        return "FIRST" if low in names.strong_first else "LAST"
    if known := concept(low):
        return known
    if len(text) == 1:
        return "LETTER" if cap else ""
    if low in names.only_names:
        return "FIRST" if cap else "lowfirst"
    if low in names.plain_words:
        return ""
    if text.isupper() and len(text) < 5 and not strong:
        return "ABBR"
    if low in DRUGS_AND_MAKES:
        return "DRUG"
    if low in WIDE_PLACES:
        return "LAND"
    if low in INSTITUTIONS:
        return "PLACE"
    if strong and cap:
        return "FIRST" if low in names.strong_first else "LAST"
    if low in BOTH_NAME_AND_WORD:
        return "BOTH" if cap and not opens else ""
    if low in TOWNS:
        return "TOWN"
    if low in names.first or low in names.last:
        return "WEAKNAME" if cap else "lowweak"
    if cap:
        return "SHOUT" if text.isupper() else "OPENING" if opens else "STRANGE"
    return ""


def _code(text: str, before: str) -> str:
    if BENIGN_BEFORE.search(before):
        return "KNOWNNUM"
    if _WITH_UNIT.fullmatch(text):
        return "UNITNUM"
    digits = sum(ch.isdigit() for ch in text)
    return "CODE6" if digits > 5 else "CODE4" if digits > 3 else "CODE"


def _number(text: str, before: str, after: str) -> str:
    if BENIGN_BEFORE.search(before):
        return "KNOWNNUM"
    if UNIT_AFTER.match(after) or _UNIT.match(after):
        return "UNITNUM"
    for shape, sign in _SHAPES:
        if shape.fullmatch(text):
            return sign
    digits = sum(ch.isdigit() for ch in text)
    if digits < 4:
        return f"NUM{digits}" if text.isdigit() else "NUMS"
    return "NUM4" if digits < 6 else "NUM6" if digits < 9 else "NUM9" if digits < 13 else "NUM13"


def features(found: list[Token], kind: str) -> set[str]:
    """What is there and what stands beside what: signs, words, pairs, threes, and which signs share the text."""
    out = {f"k:{kind}"}
    for token in found:
        out.update(of_token(token, kind))
    for one, two in pairwise(found):
        out.update(of_pair(one, two))
    row = [token.sign for token in found if token.sign]
    for a, b in pairwise(row):
        out.add(f"r:{a} {b}")
        out.add(f"r:{a} {b}:{kind}")
    for a, b, c in zip(row, row[1:], row[2:], strict=False):
        out.add(f"t:{a} {b} {c}")
    for a, b in combinations(sorted(set(row)), 2):
        out.add(f"p:{a} {b}")
        out.add(f"p:{a} {b}:{kind}")
    seen = [token.seen_as for token in found]
    for a, b, c in zip(seen, seen[1:], seen[2:], strict=False):
        out.add(f"gt:{a} {b} {c}")
    sorts = {token.sort for token in found if token.sort and not token.sign} - _BETWEEN
    out.update(f"gp:{a} {sort}" for a in set(row) for sort in sorts)
    return out


def of_token(token: Token, kind: str) -> Iterator[str]:
    if token.stem:
        yield f"w:{token.stem}"
    if token.sign:
        yield f"s:{token.sign}"
        yield f"s:{token.sign}:{kind}"
    if token.sort:
        yield f"g:{token.sign}.{token.sort}"
        yield f"g:{token.sign}.{token.sort}:{kind}"


def of_pair(one: Token, two: Token) -> Iterator[str]:
    yield f"b:{one.sign or one.stem} {two.sign or two.stem}"
    if one.sign and one.stem and two.sign:
        yield f"b:{one.stem} {two.sign}"
    if two.sign and two.stem and one.sign:
        yield f"b:{one.sign} {two.stem}"
    if one.stem and two.stem:
        yield f"ww:{one.stem} {two.stem}"
    yield f"gg:{one.seen_as} {two.seen_as}"
    if one.sort and two.stem:
        yield f"gw:{one.sort} {two.stem}"
    if one.stem and two.sort:
        yield f"wg:{one.stem} {two.sort}"


def hashed(names: Iterable[str]) -> list[int]:
    """Where the weights of these stand; in order, so that sums are the same everywhere."""
    return sorted({crc32(name.encode()) & (SIZE - 1) for name in names})
