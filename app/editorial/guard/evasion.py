"""
Other readings of a text, for what people do on purpose or by habit: letters spaced out, digits as words, letters
standing for digits, words run together behind # and @.

Each reading is a view of its own with the way back to the original; most texts have none.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from app.editorial.guard.dictionary import Names
from app.editorial.guard.disguises import disguises
from app.editorial.guard.fold import View, rewritten
from app.editorial.guard.words.alternatives import by_start
from app.editorial.guard.words.harmless import MNEMONICS

_UNITS = {
    "zero": 0, "oh": 0, "nought": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "niner": 9,
    "uno": 1, "due": 2, "tre": 3, "quattro": 4, "cinque": 5, "sei": 6, "sette": 7, "otto": 8, "nove": 9,
    "un": 1, "une": 1, "deux": 2, "trois": 3, "quatre": 4, "cinq": 5, "sept": 7, "huit": 8, "neuf": 9,
    "cero": 0, "dos": 2, "tres": 3, "cuatro": 4, "cinco": 5, "seis": 6, "siete": 7, "ocho": 8, "nueve": 9,
    "dues": 2, "cinc": 5, "sis": 6, "set": 7, "vuit": 8, "nou": 9, "una": 1, "u": 1,
    "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17, "eighteen": 18, "nineteen": 19,
    "dieci": 10, "undici": 11, "dodici": 12, "tredici": 13, "quattordici": 14, "quindici": 15, "sedici": 16, "diciassette": 17, "diciotto": 18, "diciannove": 19,
    "dix": 10, "onze": 11, "douze": 12, "treize": 13, "quatorze": 14, "quinze": 15, "seize": 16, "dix-sept": 17, "dix-huit": 18, "dix-neuf": 19,
    "diez": 10, "once": 11, "doce": 12, "trece": 13, "catorce": 14, "quince": 15, "dieciseis": 16, "diecisiete": 17, "dieciocho": 18, "diecinueve": 19,
    "deu": 10, "dotze": 12, "catorze": 14, "tretze": 13, "setze": 16, "disset": 17, "divuit": 18, "dinou": 19,
}  # fmt: skip
_TENS = {
    "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90,
    "venti": 20, "trenta": 30, "quaranta": 40, "cinquanta": 50, "sessanta": 60, "settanta": 70, "ottanta": 80, "novanta": 90,
    "vingt": 20, "trente": 30, "quarante": 40, "cinquante": 50, "soixante": 60, "quatre-vingt": 80, "quatre-vingts": 80,
    "soixante-dix": 70, "quatre-vingt-dix": 90, "quatre vingt": 80, "quatre vingt dix": 90, "soixante dix": 70, "septante": 70, "nonante": 90,
    "veinte": 20, "treinta": 30, "cuarenta": 40, "cincuenta": 50, "sesenta": 60, "setenta": 70, "ochenta": 80, "noventa": 90,
    "vint": 20, "quaranta-": 40, "cinquanta-": 50, "seixanta": 60, "setanta": 70, "vuitanta": 80, "noranta": 90,
}  # fmt: skip
_IT_JOINED = {
    tens[:-1] + unit if unit[0] in "uo" else tens + unit: _TENS[tens] + _UNITS[unit]
    for tens in ("venti", "trenta", "quaranta", "cinquanta", "sessanta", "settanta", "ottanta", "novanta")
    for unit in ("uno", "due", "tre", "quattro", "cinque", "sei", "sette", "otto", "nove")
} | {f"veinti{unit}": 20 + _UNITS[unit] for unit in ("uno", "dos", "tres", "cuatro", "cinco", "seis", "siete", "ocho", "nueve")}  # fmt: skip
_SIMPLE = (
    _UNITS
    | _IT_JOINED
    | {f"quatre-vingt-{w}": 80 + n for w, n in _UNITS.items() if 0 < n < 20 and "-" not in w}
)
_REPEAT = {"double": 2, "triple": 3, "doppio": 2, "triplo": 3, "doble": 2}


def _any(words: Iterator[str] | dict[str, int]) -> str:
    return by_start("|".join(sorted((re.escape(w) for w in words), key=len, reverse=True)))


_NUMBER = rf"(?:(?:{_any(_TENS)})(?:(?:[ -]| y | i | et |-i-|-et-)(?:{_any(_UNITS)}))?|(?:one|two|three|four|five|six|seven|eight|nine) hundred|{_any(_SIMPLE)}|(?:{_any(_REPEAT)}) (?:{_any(_UNITS)})|\d+|o(?=[ ,-]))"
NUMBER_WORD = _NUMBER
"""One number in words or digits, in any of the five languages."""
_SPELLED = re.compile(rf"(?<![a-z0-9])(?:{_NUMBER}(?:[ ,.\-/]+|$|(?=[^a-z0-9]))){{3,}}")
_ONE_NUMBER = re.compile(_NUMBER)
_COUNTDOWN = re.compile(r"^(?:10)?(?:987)?(?:654)?(?:54)?(?:4)?321(?:0)?$|^12345?$|^123$")

_SPACED = re.compile(
    r"(?<![A-Za-z0-9])(?:\+[ ._-]{0,3})?(?:[A-Za-z0-9](?:[ ._\-*|~/,()'+=:;<>^\u2190-\u2bff\U0001f000-\U0001faff]{1,4})){2,}[A-Za-z0-9](?![A-Za-z0-9])"
)
_SPACED_ADDRESS = re.compile(
    r"(?<!\S)(?:[A-Za-z0-9@._%+-](?P<by>[ .\-*|~]))(?:[A-Za-z0-9@._%+-](?P=by)){5,}[A-Za-z0-9@._%+-](?!\S)"
)
_LETTER_DIGITS = re.compile(r"(?<![A-Za-z0-9])[\dOoIlSBZ](?:[ .\-()]?[\dOoIlSBZ]){4,}(?![A-Za-z])")
_CALLED = re.compile(
    r"\b(?:call|text|phone|tel|mobile|chiam\w+|appel\w+|llam\w+|truqu\w+|mrn|record|dossier|cartella|historia|clinica)\W[^.!?]{0,16}$"
)
_LEET_WORD = re.compile(
    r"(?<![A-Za-z0-9@])(?=[A-Za-z@$!]*[0134578@$!])[A-Za-z0-9@$!]{3,}(?<![!$@])(?![A-Za-z0-9])"
)
_LEET = {ord(a): b for a, b in zip("034578@$!", "oeastbasi", strict=True)}
_LEET_INSIDE = re.compile(
    r"[a-z][0134578@$!]{1,2}[a-z]|^[0134578@$][a-z]{4,}|^[034578@$][a-z]{3,}|^[a-z]{3,}5$", re.I
)
_LEET_WITHIN = re.compile(r"(?<=[a-z])[0134578@$](?=[a-z])")
_LEET_TWICE = re.compile(r"^[a-z]+(?:[0134578@$][a-z]+)+[0134578@$]$")
_KIN = frozenset(
    "pare mare fill filla germa germana dona marit pacient paciente paziente patient patiente madre padre figlio figlia moglie marito hijo hija mujer marido mere pere fils fille femme mari mother father son daughter wife husband sister brother sortit salido uscito sorti quirofan sala surgery".split()
)
_TAG = re.compile(r"(?<![A-Za-z0-9&])[#@]([A-Za-z][A-Za-z0-9_.]{2,})")
_CAMEL = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[A-Z]|\d+")


def other_readings(view: View, names: Names) -> Iterator[View]:
    spaced = _spaced(view)
    leet = _leet(view, names)
    for reading in (
        _spelled(view),
        _told(view),
        spaced,
        *((_spelled(spaced), _told(spaced)) if spaced is not None else ()),
        _spaced_address(view),
        _letter_digits(view),
        leet,
        *((_spelled(leet), _told(leet)) if leet is not None else ()),
        _tags(view, names),
    ):
        if reading is not None:
            yield reading
    yield from disguises(view, names)


def _spelled(view: View) -> View | None:
    changes = []
    for match in _SPELLED.finditer(view.low):
        digits, words = "", 0
        for one in _ONE_NUMBER.finditer(match.group()):
            text = one.group()
            words += not text.isdigit()
            digits += _digits_of(text)
        if words < 2 or len(digits) < 4 or _COUNTDOWN.match(digits):
            continue
        end = match.start() + len(match.group().rstrip(" ,.-/"))
        changes.append((match.start(), end, digits))
    return rewritten(view, changes) if changes else None


_TOLD = re.compile(
    rf"\b(?P<w>(?:bed|room|bay|cubicle|letto|stanza|(?:au|du|son|le|au) lit|chambre|cama|habitacion|llit|habitacio)(?: (?:number|numero|no\.?|n\.?))?|(?<!phone )(?<!telephone )(?:house|home|casa|domicil\w+|maison|address)[^.!?\d]{{0,20}}? (?:number|numero|civico)) (?P<n>(?!(?:une?|una|uno|u|set|one)\b){_NUMBER}(?:[ -]{_NUMBER}){{0,2}})(?![a-z\d])"
)
"""A bed, a room or a house, and its number in words."""


def _told(view: View) -> View | None:
    changes = []
    for match in _TOLD.finditer(view.low):
        if match["n"].isdigit():
            continue
        digits = "".join(_digits_of(one.group()) for one in _ONE_NUMBER.finditer(match["n"]))
        if digits and len(digits) < 5:
            changes.append((*match.span("n"), digits))
    return rewritten(view, changes) if changes else None


def _digits_of(text: str) -> str:
    if text.isdigit():
        return text
    if text == "o":
        return "0"
    first, _, rest = text.partition(" ")
    if rest == "hundred":
        return f"{_UNITS[first]}00"
    if first in _REPEAT:
        return str(_UNITS[rest]) * _REPEAT[first]
    if text in _SIMPLE:
        return str(_SIMPLE[text])
    if text in _TENS:
        return str(_TENS[text])
    for tens in sorted(_TENS, key=len, reverse=True):
        if text.startswith(tens):
            unit = re.split(r"[ -]", text[len(tens) :])[-1]
            return str(_TENS[tens] + _UNITS.get(unit, 0))
    return ""


_GAP_SAID = re.compile(
    r"(?<=(?<![A-Za-z0-9])[A-Za-z0-9]) (?:space|espace|spazio|espacio|espai) (?=[A-Za-z0-9](?![A-Za-z0-9]))",
    re.I,
)


def _spaced(view: View) -> View | None:
    said = (
        [(*match.span(), "  ") for match in _GAP_SAID.finditer(view.plain)]
        if " sp" in view.low or " es" in view.low
        else []
    )
    if said:
        view = rewritten(view, said)
    changes = []
    for match in _SPACED.finditer(view.plain):
        if re.match(r"[aeioy] [A-Z0-9]", match.group()):
            match = (
                _SPACED.match(view.plain, match.start() + 2) or match
            )  # "a T o m": a preposition stands before
        text = re.sub(r"[^A-Za-z0-9']*'[^A-Za-z0-9']*", "'", match.group().lstrip("+ ._-"))
        gaps = Counter(re.findall(r"[^A-Za-z0-9']+", text)).most_common()
        # "T.o.m A.l.v": the usual gap is between letters, any other one between words.
        words = re.split("|".join(re.escape(gap) for gap, _ in gaps[1:]), text) if gaps[1:] else [text]
        joined = " ".join(re.sub(r"[^A-Za-z0-9']", "", word) for word in words)
        if not joined.isupper():
            joined = re.sub(r"(?<=[a-z]{3})(?=\d)", " ", joined)
            joined = re.sub(r"(?<=[a-z]{2})(?=[A-Z][a-z])|(?<=^[A-Z][a-z])(?=[A-Z][a-z])", " ", joined)
        letters = joined.replace(" ", "").replace("'", "")
        if letters.lower() in MNEMONICS:
            continue
        word = re.match(r"[A-Za-z]{5,}(?= ?\d+$)", joined)
        digits = sum(c.isdigit() for c in letters)
        if 2 < digits < 5 and len(letters) > digits + 2:
            joined = joined.replace(" ", "-").upper()  # "m a p l e - 0 9 2"
        if digits > 2 or (len(letters) >= 4 and letters.isalpha()) or word:
            plus = "+" if match.group().startswith("+") else ""
            end = match.end()
            if (wide := re.match(r" {2,4}(?=\w)", view.plain[end:])) is not None:
                end, joined = end + wide.end(), joined + " "  # the next word is not spaced out
            changes.append((match.start(), end, plus + joined))
    return rewritten(view, changes) if changes else None


_SYLLABLES = re.compile(
    r"(?<![A-Za-z0-9])(?:[A-Za-z]{1,3}(?P<by>[.\-_*|~/+=])(?:[A-Za-z]{1,3}(?P=by)){1,}[A-Za-z]{1,4}|(?:[A-Za-z] ){3,}[A-Za-z])(?![A-Za-z0-9])"
)


def spread_names(view: View, names: Names) -> Iterator[tuple[int, int]]:
    """Given names whose letters or syllables were kept apart by the same sign."""
    for match in _SYLLABLES.finditer(view.plain):
        joined = re.sub(r"[^A-Za-z]", "", match.group()).lower()
        if joined in MNEMONICS:
            continue
        if len(joined) > 3 and (joined in names.first or joined in names.only_surnames):
            yield match.span()


def _spaced_address(view: View) -> View | None:
    """An e-mail address or a handle with the same sign after each of its letters."""
    if "@" not in view.plain:
        return None
    changes = []
    for match in _SPACED_ADDRESS.finditer(view.plain):
        text = match.group()
        if "@" in text[0::2] and len(set(text[1::2])) == 1:
            changes.append((match.start(), match.end(), text[0::2]))
    return rewritten(view, changes) if changes else None


def _letter_digits(view: View) -> View | None:
    swap = str.maketrans("OoIlSBZ", "0011582")
    changes = []
    for match in _LETTER_DIGITS.finditer(view.plain):
        text = match.group()
        letters = sum(c.isalpha() for c in text)
        digits = sum(c.isdigit() for c in text)
        if letters and digits >= 3 and (digits >= letters - 3 or _CALLED.search(view.low[: match.start()])):
            changes.append((match.start(), match.end(), text.translate(swap)))
    return rewritten(view, changes) if changes else None


def _leet(view: View, names: Names) -> View | None:
    changes = []
    found = list(_LEET_WORD.finditer(view.plain))
    several = sum(_LEET_INSIDE.search(match.group()) is not None for match in found) > 1
    for match in found:
        text = match.group()
        letters = sum(c.isalpha() for c in text)
        if letters < len(text) / (3 if several else 2):
            # "17z14r": as good as no letter, but a name that nothing else is.
            for ones in "il":
                word = text.translate(_LEET | {ord("1"): ones}).lower()
                if (
                    letters > 1
                    and letters * 4 > len(text) > 4
                    and word in names.only_names | names.only_surnames
                ):
                    changes.append((match.start(), match.end(), word.title()))
                    break
            continue
        word = text.translate(_LEET | {ord("1"): "i"})
        if word.lower() in _SIMPLE or word.lower() in _TENS:
            changes.append((match.start(), match.end(), word.lower()))
            continue
        if _LEET_TWICE.match(text) and word.lower() in names.plain_words:
            changes.append((match.start(), match.end(), word.lower()))
            continue
        if word.isalpha() and (
            (several and _LEET_INSIDE.search(text)) or len(_LEET_WITHIN.findall(text)) > 1
        ):
            # Who writes two words so writes all, and nobody twice in a word by chance: what is no word then is a name.
            low = word.lower()
            said = low in _KIN or (low in names.plain_words and low not in names.first)
            changes.append((match.start(), match.end(), low if said else word.title()))
            continue
        for ones in "il":
            word = text.translate(_LEET | {ord("1"): ones})
            if word.isalpha() and len(word) >= 3 and names.is_person_word(word.lower()):
                changes.append((match.start(), match.end(), word.title()))
                break
    return rewritten(view, changes) if changes else None


_TWO_TAGS = re.compile(r"(?<![\w&])#([A-Z][a-z]{2,}) #([A-Z][a-z]{2,})(?![\w])")


def _tags(view: View, names: Names) -> View | None:
    two = [
        match
        for match in _TWO_TAGS.finditer(view.plain)
        if match[1].lower() in names.first
        and (match[2].lower() in names.last or match[2].lower() in names.only_surnames)
    ]
    if two:
        return rewritten(view, [(*match.span(), f"{match[1]} {match[2]}") for match in two])
    changes = []
    for match in _TAG.finditer(view.plain):
        word = match.group(1).rstrip(".")
        parts = _CAMEL.findall(word)
        if len(parts) == 1 and word.isalpha() and (split := names.split(word.lower())):
            parts = list(split)
        if len(parts) > 1 or (parts and names.is_person_word(parts[0].lower())):
            text = " ".join(part.title() if not part.isdigit() else part for part in parts)
            changes.append((match.start(), match.start() + 1 + len(word), text))
    return rewritten(view, changes) if changes else None
