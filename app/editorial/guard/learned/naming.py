"""
Which word is somebody's name: a sum of weights over the word, its letters and what stands around it.

For names that no list has, names that are words as well, and names in lower case, where a rule would have to know each place. Only
words that may be names are asked: those of the lists, those that were never heard, and capitals that nothing explains.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Final, NamedTuple

from app.editorial.guard.context import Context
from app.editorial.guard.dictionary import Names
from app.editorial.guard.heard import Heard, is_unheard
from app.editorial.guard.learned.concepts import concept
from app.editorial.guard.learned.row import STEP, unpacked
from app.editorial.guard.learned.signs import Token, hashed
from app.editorial.guard.vocabulary import is_word

NAMING: Final = Path(__file__).parent / "naming.bin"
_UNEXPLAINED: Final = frozenset({"STRANGE", "SHOUT", "FIRST", "LAST", "WEAKNAME"})
_REACH: Final = 4
"""How many pieces to either side of a word are looked at."""


class Candidate(NamedTuple):
    """A word that may be a name: its place in the text, and where the weights of what it shows stand."""

    start: int
    end: int
    signs: list[int]
    is_word: bool
    """Do dictionaries have it? Of a word the opinion says less than of what is none."""
    is_capital: bool


class Named(NamedTuple):
    """How much speaks for a name at most: among words of the dictionaries, among others, and as they are written; nothing where there is none."""

    most: float
    word: float | None
    strange: float | None
    capital: float | None
    small: float | None

    @classmethod
    def of(cls, said: Sequence[float], asked: Sequence[Candidate]) -> Named | None:
        if not said:
            return None

        def most(which: Callable[[Candidate], bool]) -> float | None:
            return max((value for value, one in zip(said, asked, strict=True) if which(one)), default=None)

        return cls(
            max(said),
            most(lambda one: one.is_word),
            most(lambda one: not one.is_word),
            most(lambda one: one.is_capital),
            most(lambda one: not one.is_capital),
        )


def candidates(
    found: list[Token],
    plain: str,
    low: str,
    kind: str,
    lang: str,
    names: Names,
    among: Heard | None = None,
) -> Iterator[Candidate]:
    """`among`: the words that count as heard, where they are not those of the guard."""
    words = [low[token.start : token.end] for token in found]
    capitals = any(word.isalpha() and plain[t.start].isupper() for t, word in zip(found, words, strict=True))
    for at, (token, word) in enumerate(zip(found, words, strict=True)):
        if len(word) < 3 or not word.isalpha():
            continue
        if len(word) < 4 and word in names.plain_words:
            continue
        sort = _sort(word, names, among) if among else _known_sort(word, names)
        if not (set(sort) & set("flu") or token.sign in _UNEXPLAINED):
            continue
        text = plain[token.start : token.end]
        case = "U" if text.isupper() else "C" if text[0].isupper() else "l"
        what = f"{case}{sort}{'A' if capitals else 'n'}"
        signs = hashed(_shown(found, at, word, what, plain, kind, lang))
        yield Candidate(token.start, token.end, signs, "w" in sort, case != "l")


def _sort(word: str, names: Names, among: Heard | None) -> str:
    """What the dictionaries say of a word, a letter each."""
    return (
        ("f" if word in names.first else "")
        + ("l" if word in names.last else "")
        + ("F" if word in names.strong_first else "")
        + ("L" if word in names.strong_last else "")
        + ("o" if word in names.only_names else "")
        + ("p" if word in names.plain_words else "")
        + ("c" if concept(word) else "")
        + ("w" if is_word(word) else "")
        + ("u" if is_unheard(names, word, among=among) else "")
    )


@lru_cache(maxsize=65536)
def _known_sort(word: str, names: Names) -> str:
    return _sort(word, names, None)


def _shown(
    found: list[Token], at: int, word: str, what: str, plain: str, kind: str, lang: str
) -> Iterator[str]:
    def stem(place: int) -> str:
        if place < 0 or place >= len(found):
            return "^" if place < 0 else "$"
        return found[place].stem or found[place].sign

    def sign(place: int) -> str:
        if place < 0 or place >= len(found):
            return "^" if place < 0 else "$"
        return found[place].seen_as or "-"

    token = found[at]
    before = plain[: token.start].rstrip()[-1:] or "^"
    after = plain[token.end : token.end + 1] or "$"
    before, after = ("w" if mark.isalnum() else mark for mark in (before, after))
    case = what[0]
    yield f"c:{what}"
    yield f"s:{token.sign}"
    yield f"g:{token.sort}"
    yield f"g:{token.sort} {case}"
    yield f"k:{kind} {what}"
    # "En Jan" and "la Mar" name somebody in Catalan; elsewhere they are a place to be in, and the sea.
    yield f"L:{lang} {what}"
    yield f"L<:{lang} {stem(at - 1)} {case}"
    yield f"L<s:{lang} {sign(at - 1)} {what}"
    yield f"L>s:{lang} {sign(at + 1)} {what}"
    yield f"m:{before} {what}"
    yield f"n:{after} {what}"
    yield f"mn:{before} {after} {case}"
    for side, near, far in (("<", at - 1, at - 2), (">", at + 1, at + 2)):
        yield f"{side}1:{stem(near)}"
        yield f"{side}1c:{stem(near)} {what}"
        yield f"{side}2:{stem(far)}"
        yield f"{side}12:{stem(near)} {stem(far)}"
        yield f"{side}12c:{stem(near)} {stem(far)} {case}"
        yield f"{side}s:{sign(near)}"
        yield f"{side}sc:{sign(near)} {what}"
        yield f"{side}ss:{sign(near)} {sign(far)}"
    yield f"<>:{stem(at - 1)} {stem(at + 1)}"
    yield f"<>s:{sign(at - 1)} {sign(at + 1)} {case}"
    for far in range(3, _REACH + 1):
        yield f"<<:{stem(at - far)}"
        yield f">>:{stem(at + far)}"
        yield f"<<g:{sign(at - far)}"
        yield f">>g:{sign(at + far)}"
    yield f"w:{token.stem}"
    yield f"#:{min(len(found), 12)}"
    if at in (0, len(found) - 1):
        yield f"{'^' if at == 0 else '$'}:{what}"
    framed = f"^{word}$"
    for length in (3, 4):
        for start in range(len(framed) - length + 1):
            yield f"l:{framed[start : start + length]}"


class Naming:
    """What the weights say of a word."""

    def __init__(self, data: bytes) -> None:
        (self._weights,) = unpacked(data, 1, "for names")

    def of(self, candidate: Candidate) -> float:
        """How much speaks for a name; above 0 is more likely than not."""
        weights = self._weights
        return sum([weights[i] for i in candidate.signs]) * STEP


def likeliest(found: list[Token], context: Context, names: Names) -> tuple[Named, Candidate] | None:
    """The word that is most likely a name, and how much speaks for names; nothing where no word may be one."""
    asked = list(candidates(found, context.plain, context.low, context.kind, context.lang, names))
    opinion = naming()
    said = [opinion.of(one) for one in asked]
    named = Named.of(said, asked)
    return named and (named, asked[said.index(named.most)])


@lru_cache(maxsize=1)
def naming() -> Naming:
    return Naming(NAMING.read_bytes())
