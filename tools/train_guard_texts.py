"""The labelled texts as the guard's trainer sees them: who wrote them, what they show, which words were heard before."""

import json
import random
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from app.editorial.guard.allowed import hide
from app.editorial.guard.casing import in_sentence_case
from app.editorial.guard.decision import GuardRequest, Verdict
from app.editorial.guard.dictionary import names
from app.editorial.guard.fold import View, fold
from app.editorial.guard.heard import heard_of
from app.editorial.guard.language import language
from app.editorial.guard.learned.continuing import features_over
from app.editorial.guard.learned.naming import Candidate, candidates
from app.editorial.guard.learned.signs import Token, features, hashed, tokens
from app.editorial.guard.lines import read_request
from bench.guard_decisions import read

FIXTURES = Path(__file__).resolve().parents[1] / "tests" / "fixtures" / "guard"
FIRST_LOOKS = FIXTURES / "first_looks.json"
AUTHORS = {
    "dev": 1,
    "second": 2,
    "third": 3,
    "third_b": 3,
    "fourth": 4,
    "fourth_b": 4,
    "fifth": 5,
    "seventh": 7,
    "eighth": 8,
    "ninth": 9,
    "tenth": 10,
    "eleventh": 11,
    "twelfth": 12,
    "fourteenth": 14,
    "fifteenth": 15,
    "sixteenth": 16,
    "seventeenth": 17,
    "eighteenth": 18,
    "nineteenth": 19,
    "twentieth": 20,
    "twentyfirst": 21,
    "twentysecond": 22,
    "twentythird": 23,
    "twentyfourth": 24,
    "twentyfifth": 25,
    "twentysixth": 26,
    "twentyseventh": 27,
    "twentyeighth": 28,
    "twentyninth": 29,
    "thirtieth": 30,
    "thirtyfirst": 31,
    "thirtysecond": 32,
    "thirtythird": 33,
    "thirtyfourth": 34,
    "thirtyfifth": 35,
    "thirtysixth": 36,
    "thirtyseventh": 37,
    "thirtyeighth": 38,
    "thirtyninth": 39,
    "fortieth": 40,
    "fortyfirst": 41,
    "fortysecond": 42,
    "fortythird": 43,
    "fortyfourth": 44,
    "fortyfifth": 45,
    "fortysixth": 46,
    "fortyseventh": 47,
    "fortyeighth": 48,
    "fortyninth": 49,
    "fiftieth": 50,
    "fiftyfirst": 51,
    "fiftysecond": 52,
    "fiftythird": 53,
    "fiftyfourth": 54,
    "fiftyfifth": 55,
    "fiftysixth": 56,
    "fiftyseventh": 57,
    "sixtysecond": 62,
    "sixtythird": 63,
    "sixtyfourth": 64,
    "sixtyfifth": 65,
    "sixtysixth": 66,
    "sixtyseventh": 67,
    "sixtyeighth": 68,
    "sixtyninth": 69,
    "seventieth": 70,
    "seventyfirst": 71,
    "seventysecond": 72,
    "seventyseventh": 77,
    "seventyeighth": 78,
    "seventyninth": 79,
    "eightieth": 80,
    "eightysecond": 82,
    "eightythird": 83,
    "eightyfourth": 84,
}
"""Who wrote a set; what is not here was written beside the rules."""
OURS = ("seen", "held", "fresh", "tune", "final", "hand", "worked", "kinds", "library", "product")
SETS = (*OURS, *AUTHORS)
GROUPS = 4
"""The authors are strangers a quarter at a time."""
BESIDE = frozenset({"worked", "kinds", "library"})
"""Sets of ours that were written when some authors had been read: nothing of which strangers' texts are asked reads them."""
PER_FRAME = 2
"""So many texts of one frame and language count."""
_LETTERS = {"p": Verdict.PASS, "a": Verdict.ASK, "b": Verdict.BLOCK}
_SMALL = re.compile(r"(?<![A-Za-z])[a-z]+(?![A-Za-z])")


@dataclass(frozen=True, slots=True)
class Text:
    """One labelled text, and what the rules said of it when they had not been tuned on it (`first`), where that is known."""

    source: str
    decision: str
    has_name: bool
    kind: str
    lang: str
    plain: str
    low: str
    pieces: list[Token]
    signs: list[int]
    words: frozenset[str]
    counts: bool
    first: Verdict | None
    earlier: list[list[Token]]
    over: list[int]
    """The signs of the text together with those before it; none where there are none."""
    request: GuardRequest
    is_made: bool = False
    """Put together from texts that stood apart; only what they say together is learned from."""


def read_texts() -> list[Text]:
    looks: dict[str, str] = json.loads(FIRST_LOOKS.read_text(encoding="utf-8"))
    return [text for name in SETS for text in _read(name, looks.get(name, ""))]


def _read(name: str, looks: str) -> Iterable[Text]:
    seen: Counter[tuple[str, str]] = Counter()
    rows = read(FIXTURES / f"{name}.jsonl")
    if looks and len(looks) != len(rows):
        raise ValueError(f"{FIRST_LOOKS.name} has {len(looks)} verdicts for the {len(rows)} texts of {name}.")
    harmless: list[GuardRequest] = []
    told: list[GuardRequest] = []
    for index, row in enumerate(rows):
        frame = (str(row.get("family", index)), str(row.get("lang", "")))
        seen[frame] += 1
        request = read_request(row)
        decision = str(row["decision"])
        has_name = decision == "block" and any(one["class"] == "A" for one in row.get("spans", ()))
        first = _LETTERS[looks[index]] if looks else None
        yield _text(name, request, decision, has_name, seen[frame] <= PER_FRAME, first)
        if decision == "pass" and not request.previous:
            harmless.append(request)
        elif request.previous or decision == "ask":
            told.append(request)
    if name != "product":
        for request in _made(harmless, told, random.Random(name)):
            yield _text(name, request, "pass", False, True, None, is_made=True)


def _text(
    name: str,
    request: GuardRequest,
    decision: str,
    has_name: bool,
    counts: bool,
    first: Verdict | None,
    *,
    is_made: bool = False,
) -> Text:
    view = _view(request.text, request)
    pieces = tokens(view.plain, view.low, names())
    earlier = [_pieces(text, request) for text in request.previous[-2:] if text.strip()]
    return Text(
        name,
        decision,
        has_name,
        request.kind,
        request.lang or language(request.text[:300]),
        view.plain,
        view.low,
        pieces,
        hashed(features(pieces, request.kind)),
        frozenset(_SMALL.findall(fold(request.text).plain)),
        counts,
        first,
        earlier,
        hashed(features_over(earlier, pieces, request.kind)) if earlier else [],
        request,
        is_made,
    )


def in_small_letters(text: Text) -> Text | None:
    """The same as somebody types it in haste; none where it has no capitals, and of what was put together or is the product's own."""
    small = text.request.text.lower()
    if text.is_made or text.source == "product" or small == text.request.text:
        return None
    before = tuple(one.lower() for one in text.request.previous)
    request = replace(text.request, text=small, previous=before)
    return _text(text.source, request, text.decision, text.has_name, text.counts, text.first)


def _made(
    harmless: list[GuardRequest], told: list[GuardRequest], dice: random.Random
) -> Iterable[GuardRequest]:
    """Harmless texts after the pieces that lead to somebody, after what was asked about, and after one another."""
    by: dict[tuple[str | None, str], list[GuardRequest]] = {}
    for request in harmless:
        by.setdefault((request.lang, request.kind), []).append(request)
    for request in told:
        others = by.get((request.lang, request.kind), [])
        before = request.previous or (request.text,)
        for other in dice.sample(others, min(len(others), 3 if request.previous else 1)):
            staff = (*request.staff_allow, *other.staff_allow)
            yield replace(other, previous=before, staff_allow=staff)
    for request in harmless[::4]:
        others = by[request.lang, request.kind]
        before = tuple(
            one.text
            for one in dice.sample(others, min(len(others), dice.choice((1, 2))))
            if one is not request
        )
        if before:
            yield replace(request, previous=before)


def _pieces(text: str, request: GuardRequest) -> list[Token]:
    view = _view(text, request)
    return tokens(view.plain, view.low, names())


def _view(text: str, request: GuardRequest) -> View:
    """As the guard has it before it."""
    return in_sentence_case(hide(fold(text), tuple(request.staff_allow), request.allow), names())


class Vocabulary:
    """Who has which word, asked again and again with others left out: a bit for each set, a mask for each author."""

    def __init__(self, texts: Iterable[Text]) -> None:
        known = names()
        self._bits = {name: 1 << at for at, name in enumerate(SETS)}
        self._author = {
            bit: self._mask(same_author(name) if name in AUTHORS else OURS)
            for name, bit in self._bits.items()
        }
        anywhere: dict[str, int] = {}
        harmless: dict[str, int] = {}
        for text in texts:
            bit = self._bits[text.source]
            for word in text.words:
                anywhere[word] = anywhere.get(word, 0) | bit
                if text.decision == "pass":
                    harmless[word] = harmless.get(word, 0) | bit
        self._words = [
            (word, bits, harmless.get(word, 0))
            for word, bits in anywhere.items()
            if len(word) > 3
            and (word in known.plain_words or not (word in known.first or word in known.last))
        ]

    def _mask(self, chosen: Iterable[str]) -> int:
        return sum(self._bits[name] for name in chosen)

    def heard(self, without: Iterable[str] = ()) -> set[str]:
        """The words of harmless texts, and those that more than one author uses; no names."""
        kept = ~self._mask(without)
        found: set[str] = set()
        for word, bits, harmless in self._words:
            left = bits & kept
            if harmless & kept or (left and left & ~self._author[left & -left]):
                found.add(word)
        return found


def strangers(turn: int) -> frozenset[str]:
    """The sets that what is fitted in this turn must not read, in 0 to `GROUPS` - 1; in the first the product's own words, too."""
    found = {name for name, author in AUTHORS.items() if author % GROUPS == turn}
    return frozenset(found if turn else found | {"product"})


def same_author(name: str) -> set[str]:
    return {one for one in SETS if one == name or (name in AUTHORS and AUTHORS.get(one) == AUTHORS[name])}


def words_that_may_be_names(
    texts: list[Text], vocabulary: Vocabulary, chosen: Iterable[str], without: Iterable[str] = ()
) -> dict[int, list[Candidate]]:
    """
    By the place of a text in `texts`, its words that may be names.

    The words of a new author are heard for the first time, and so must be those of every set that is learned from.
    """
    left_out = set(without)
    found: dict[int, list[Candidate]] = {}
    for name in chosen:
        others = heard_of(vocabulary.heard(left_out | same_author(name)))
        for at, text in enumerate(texts):
            if text.source == name and text.counts:
                asked = candidates(text.pieces, text.plain, text.low, text.kind, text.lang, names(), others)
                found[at] = list(asked)
    return found
