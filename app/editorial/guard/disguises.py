"""
More other readings, each a view with the way back: characters written as codes, an emoji inside a word, a name cut in
two, letters told by words ("N for November") or written twice, cases swapped, a name backwards. And words far apart, side by side.
"""

from __future__ import annotations

import base64
import binascii
import html
import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import replace

from app.editorial.guard.dictionary import Names
from app.editorial.guard.fold import View, fold, rewritten
from app.editorial.guard.heard import is_unheard
from app.editorial.guard.learned.sorts import sort_of

_ENTITIES = re.compile(r"(?:&(?:#\d{2,6}|#[xX][0-9a-fA-F]{2,5}|[A-Za-z]{2,8});)+")
_ESCAPES = re.compile(r"(?:\\u[0-9a-fA-F]{4}|\\x[0-9a-fA-F]{2}|%[0-9a-fA-F]{2})+")
_BASE64 = re.compile(
    r"(?<![\w+/=.?&#@-])(?=[A-Za-z0-9+/]*[a-z0-9][A-Z]|[A-Za-z0-9+/]*=)[A-Za-z0-9+/]{6,1000}={0,2}(?![\w+/=])"
)
_SAYS = re.compile(r"[A-Za-z0-9@][A-Za-z0-9 .,:;'@_+/()#&-]{3,}")
_TWICE = re.compile(r"([a-z])\1")
_PICTURES = r"\u2190-\u2bff\u3030\u303d\U0001f000-\U0001faff"
_INSIDE = re.compile(rf"(?<=[A-Za-z0-9])[{_PICTURES}]+(?=[A-Za-z0-9])")
_HALVES = re.compile(r"(?<![A-Za-z'-])([A-Za-z]{2,9})(?: {1,2}|[.\-\"*_/'|]|\.\.\.)([a-z]{2,9})(?![A-Za-z'])")
_GAPS = re.compile(rf"(?<=\S)(?: +[{_PICTURES}][{_PICTURES} ]*| {{2,}})(?=\w)")
_ANY_WORD = re.compile(r"(?<![A-Za-z'-])[A-Za-z]{6,40}(?![A-Za-z'-])")
_FEW_LETTERS = 5
_SWAPPED = re.compile(r"(?<![A-Za-z0-9])[a-z][A-Z]{2,}(?![A-Za-z0-9])")
_BACKWARDS = re.compile(r"(?<![A-Za-z0-9])[a-z]{2,}[A-Z](?![A-Za-z0-9])")
_LETTER_WORDS = (
    "alfa alpha bravo charlie delta echo foxtrot golf hotel india juliett juliet kilo lima mike november oscar papa quebec romeo sierra tango uniform"
    " victor whiskey whisky xray x-ray yankee zulu"
).split()
"""Source: the alphabet of the ICAO, Annex 10, volume II."""
_LETTERS_TOLD = re.compile(
    rf"(?<![a-z])(?:(?:{'|'.join(_LETTER_WORDS)})(?:[ ,.-]+|(?![a-z]))){{4,}}"
    r"|(?<![a-z])(?:([a-z]),? (?:for|as in|like|of|comme|come|de|di|d'|com) ?[a-z]{3,}(?:[ ,.;-]+|(?![a-z]))(?:and |e |et |y |i )?){3,}"
)
_ONE_LETTER = re.compile(
    rf"(?<![a-z])(?:([a-z]),? (?:for|as in|like|of|comme|come|de|di|d'|com) ?([a-z]{{3,}})|({'|'.join(_LETTER_WORDS)}))(?![a-z])"
)

_CITIES = "ancona bologna como domodossola empoli firenze genova imola livorno milano napoli otranto padova quarto roma savona torino udine venezia zara barcelona madrid sevilla valencia toledo granada huelva oviedo paris nice marseille lille bordeaux nantes".split()
"""Towns by which letters are told in Italian, and some that others use."""
_PLATE_TOLD = re.compile(
    rf"(?<![a-z])(?:(?:{'|'.join(_LETTER_WORDS + _CITIES)})[ ,.-]+){{1,3}}(?:\d[ ,.-]?){{2,4}}(?:[ ,.-]*(?:{'|'.join(_LETTER_WORDS + _CITIES)})(?![a-z])){{1,3}}"
)
_SAID_LETTERS = {
    "effe": "f", "acca": "h", "elle": "l", "emme": "m", "enne": "n", "erre": "r", "esse": "s", "zeta": "z", "gi": "g", "ti": "t", "bi": "b", "ci": "c", "di": "d", "pi": "p", "vi": "v", "cu": "q",
    "efe": "f", "hache": "h", "hac": "h", "ele": "l", "eme": "m", "ene": "n", "ese": "s", "equis": "x", "ics": "x", "jota": "j", "ka": "k", "ge": "g", "te": "t", "be": "b", "ce": "c", "de": "d", "pe": "p", "uve": "v",
    "ema": "m", "ena": "n", "ela": "l", "erra": "r", "essa": "s", "efa": "f", "em": "m", "en": "n", "el": "l", "ef": "f", "es": "s", "er": "r",
    "ess": "s", "ar": "r", "gee": "g", "tee": "t", "dee": "d", "bee": "b", "cee": "c", "pee": "p", "vee": "v", "ell": "l", "eff": "f", "aitch": "h", "jay": "j", "kay": "k", "zed": "z", "zee": "z",
}  # fmt: skip
_ONE_SAID = rf"(?:{'|'.join(sorted(_SAID_LETTERS, key=len, reverse=True))}|[a-z]|\d)"
_SAID = re.compile(rf"(?<![\w'-]){_ONE_SAID}(?:(?:-|, ?| ){_ONE_SAID}){{4,}}(?![\w'-])")
_SURELY_SAID = frozenset(
    "effe acca elle emme enne erre esse zeta efe hache eme equis ics jota ema ena erra em gee tee dee cee vee eff aitch jay kay zed zee".split()
)
_SPELT = re.compile(
    r"\b(?:surname|name|spel\w+|letter|cognome|nome|lettera|nom|prenom|epel\w+|lettre|apellid\w+|nombre|deletre\w+|letra|cognom|lletr\w+)\b[^.!?]{0,40}$"
)
_PARTED = re.compile(
    r"(?<![\w.,/+-])\d(?:[ .-]?\d){0,5}(?:(?:[|~*_=\\^;>]{1,3}| (?:barra|slash|stroke|barre|guion|guio|trattino|tiret|dash|punto|punt|point|dot|coma|virgola|virgule|comma) )\d(?:[ .-]?\d){0,5}){1,7}(?![\w%]|[.,]\d)"
)
_A_NUMBER = 7
"""Digits from which groups of them are one number, whatever parts them."""
_UNSEEN = re.compile(r"[^\W\d_]+(?:[\u200b-\u200d\u2060\ufeff]+[^\W\d_]+)+")

Changes = list[tuple[int, int, str]]


def disguises(view: View, names: Names) -> Iterator[View]:
    for changes in (
        _encoded(view),
        _pictures(view),
        _cut_in_two(view, names),
        _written_twice(view, names),
        _letters_told(view),
        _letters_said(view),
        _parted(view),
        _in_syllables(view, names),
        _turned(view, names),
    ):
        if changes:
            yield rewritten(view, changes)


def unveiled(text: str, view: View, names: Names) -> View | None:
    """What somebody wrote with characters that nobody sees between its letters is a name, unless it is a word."""
    if text.isascii():
        return None
    found: Changes = []
    for match in _UNSEEN.finditer(text):
        start, end = bisect_left(view.starts, match.start()), bisect_left(view.starts, match.end())
        word = view.plain[start:end]
        low = word.lower()
        if word.islower() and (low in names.first or low not in names.plain_words):
            found.append((start, end, word.title()))
    return rewritten(view, found) if found else None


def tidied(view: View) -> View:
    """Words that stand far apart, or with pictures between them, side by side."""
    if "  " not in view.plain and view.plain.isascii():
        return view
    gaps = [(*match.span(), " ") for match in _GAPS.finditer(view.plain)]
    return replace(rewritten(view, gaps), only=None) if gaps else view


def _encoded(view: View) -> Changes:
    found: Changes = []
    for match in _ENTITIES.finditer(view.plain):
        text = fold(html.unescape(match.group())).plain
        if text != match.group():
            found.append((*match.span(), text))
    for match in _ESCAPES.finditer(view.plain):
        text = fold(re.sub(r"\\u(....)|\\x(..)|%(..)", _character, match.group())).plain
        if len(text) > 1 and any(ch.isalpha() for ch in text):  # "50%20%30" is no code
            found.append((*match.span(), text))
    for match in _BASE64.finditer(view.plain):
        text = _of_base64(match.group())
        if _SAYS.fullmatch(text):  # a word in other letters is none
            found.append((*match.span(), text))
    found.sort()
    return found


def _of_base64(text: str) -> str:
    """What it says, folded; nothing where it is no such code."""
    bare = text.rstrip("=")
    try:
        return fold(base64.b64decode(bare + "=" * (-len(bare) % 4), validate=True).decode()).plain
    except (binascii.Error, UnicodeDecodeError):
        return ""


def _character(match: re.Match[str]) -> str:
    return chr(int(match[1] or match[2] or match[3], 16))


def _pictures(view: View) -> Changes:
    """What they part is read as one word; as two it is read anyway."""
    if view.plain.isascii():
        return []
    return [(*match.span(), "") for match in _INSIDE.finditer(view.plain)]


def _cut_in_two(view: View, names: Names) -> Changes:
    """ "Bac hir": halves that are no words by themselves, of a name."""
    found: Changes = []
    for match in _HALVES.finditer(view.plain):
        head, tail = match[1].lower(), match[2]
        whole = head + tail
        if len(whole) < _FEW_LETTERS or not (whole in names.first or whole in names.last):
            continue
        if whole in names.plain_words or not (_is_no_word(head, names) and _is_no_word(tail, names)):
            continue
        found.append((*match.span(), whole.title()))
    return found


def _written_twice(view: View, names: Names) -> Changes:
    """ "Caasillda": a word never heard, and a name of the lists when each letter stands in it once."""
    found: Changes = []
    for match in _ANY_WORD.finditer(view.plain):
        word = match.group().lower()
        if word in names.first or word in names.last or not _TWICE.search(word):
            continue
        once = _TWICE.sub(r"\1", word)
        known = once in names.only_names or once in names.only_surnames
        if known and len(once) >= _FEW_LETTERS and is_unheard(names, word):
            found.append((*match.span(), once.title()))
    return found


def _is_no_word(text: str, names: Names) -> bool:
    if text in names.plain_words or text in names.first or sort_of(text):
        return False
    return len(text) < 4 or is_unheard(names, text)


def _letters_told(view: View) -> Changes:
    found: Changes = []
    for match in _LETTERS_TOLD.finditer(view.low):
        letters = ""
        for one in _ONE_LETTER.finditer(match.group()):
            if one[1] and not one[2].startswith(one[1]):
                letters = ""
                break
            letters += one[1] or one[3][0]
        if len(letters) > 2:
            end = match.start() + len(match.group().rstrip(" ,.;-"))
            found.append((match.start(), end, letters.title()))
    return found


def _letters_said(view: View) -> Changes:
    """ "equis 4 4 1 0 9 2 7 erre", "em-a-erre-ge", "Firenze Zara 421 Bologna Como": letters by their names or by towns."""
    found: Changes = []
    for match in _SAID.finditer(view.low):
        parts = re.split(r"-|, ?| ", match.group())
        if not any(part in _SURELY_SAID for part in parts):
            continue
        text = "".join(_SAID_LETTERS.get(part, part) for part in parts)
        digits = sum(ch.isdigit() for ch in text)
        told = "-" in match.group() or _SPELT.search(view.low[max(0, match.start() - 60) : match.start()])
        if digits > 3 or (not digits and told):
            found.append((*match.span(), text.upper() if digits else text.title()))
    for match in _PLATE_TOLD.finditer(view.low):
        text = "".join(
            part[0] if part[0].isalpha() else part for part in re.findall(r"[a-z-]+|\d", match.group())
        )
        if sum(ch.isalpha() for ch in text) > 2:
            found.append((*match.span(), text.upper()))
    found.sort()
    return [one for i, one in enumerate(found) if i == 0 or one[0] >= found[i - 1][1]]


def _parted(view: View) -> Changes:
    """ "30|18|84|27", "688 barra 312 barra 097": one number."""
    found: Changes = []
    for match in _PARTED.finditer(view.low):
        digits = re.sub(r"\D", "", match.group())
        if len(digits) >= _A_NUMBER:
            found.append((*match.span(), digits))
    return found


_SYLLABLES = re.compile(r"(?<![A-Za-z0-9.])[A-Za-z]{1,4}(?:\.[a-z]{1,4}){1,5}(?![A-Za-z0-9.@/])")


def _in_syllables(view: View, names: Names) -> Changes:
    """ "Fil.om.ena Ta.ran.ti.no": only what the lists know as a name."""
    found: Changes = []
    for match in _SYLLABLES.finditer(view.plain):
        word = match.group().replace(".", "").lower()
        if (
            len(word) >= _FEW_LETTERS
            and (word in names.first or word in names.last)
            and word not in names.plain_words
        ):
            found.append((*match.span(), word.title()))
    return found


def _turned(view: View, names: Names) -> Changes:
    found: Changes = [(*m.span(), m.group().title()) for m in _SWAPPED.finditer(view.plain)]
    for match in _BACKWARDS.finditer(view.plain):
        word = match.group()[::-1]
        if len(word) > 3 and (word.lower() in names.first or word.lower() in names.last):
            found.append((*match.span(), word))
    found.sort()
    return found
