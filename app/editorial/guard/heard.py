"""
Which words have been heard: the ordinary words of five languages, as far as the labelled texts and the lists have them.

A word in lower case that is none of these, at the place of a person, is a name that no list has. The file is written by
`tools/train_guard.py`, from words that harmless texts or several authors use; names are left out. Inflections count as heard.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Final

from app.editorial.guard.dictionary import Names
from app.editorial.guard.learned.concepts import concept
from app.editorial.guard.surroundings import looks_ordinary
from app.editorial.guard.vocabulary import is_word
from app.editorial.guard.words.harmless import (
    CALENDAR,
    DRUGS_AND_MAKES,
    EPONYMS,
    HARMLESS,
    INSTITUTIONS,
    WIDE_PLACES,
)
from app.editorial.guard.words.homonyms import HOMONYMS
from app.editorial.guard.words.people import BOTH_NAME_AND_WORD, CLINICIANS, COMMON, PUBLIC_ROLES
from app.editorial.guard.words.plain import PLAIN
from app.editorial.guard.words.towns import TOWNS

HEARD: Final = Path(__file__).parent / "learned" / "heard.bin"
Heard = tuple[frozenset[str], frozenset[str]]
"""Words, and beginnings that forms of them share."""
_SHORTEST: Final = 5
"""Of a beginning that two forms of one word share."""
TECHNICAL = re.compile(
    r"(?:mab|nib|cillin\w?|mycin|mic?ina|azole?|caine?a?|prazol\w?|sartan|statin\w?|olol\w?|pril|parin\w?|xaban|curi[ou]m?|setron|dipin\w|triptan|zepam|zolam|fluran[eo]?|ase|asi|asis|osi|osis|itis|ite|emia|emie|oma|ome|scop\w{1,3}|plast\w{1,3}|tom[yi][ae]?|ectom\w{1,3}|graf\w{1,3}|graph\w{1,3}|log[iy]\w?|path\w{1,3}|patia|"
    r"tions?|ment[eos]?|mento|ments|zion[ei]|cion(?:es)?|cions?|sions?|ness|ando|endo|iendo|ant|ent|ants|ents|ante|ente|anti|enti|ating|ising|izing|issim\w|mos|iamo|iate|amos|emos|imos|aron|ieron|eron|aban|aba|ava|avano|evano|eranno|aient|erai?|eront|erons|ara[ns]?|eran?|iran?|arla|erla|irla|arlo|erlo|irlo|arli|arme|arle|arse|erse|irse|ar-lo|ing|ings|ised|ized|ful|less|ible|able|abile|ibile|ques?|logic\w*|ivos?|ivas?|ives?|ivo|iva|ologo|ologa|ologue|ista|istes?|istas|ismo|isme)$"
)


@lru_cache(maxsize=1)
def _heard() -> Heard:
    return heard_of(zlib.decompress(HEARD.read_bytes()).decode().split())


def heard_of(words: Iterable[str]) -> Heard:
    known = PLAIN.union(words)
    return known, beginnings(known)


def beginnings(words: Iterable[str]) -> frozenset[str]:
    return frozenset(
        word[: len(word) - cut] for word in words for cut in range(4) if len(word) - cut >= _SHORTEST
    )


def packed(words: Iterable[str]) -> bytes:
    """The file's bytes."""
    return zlib.compress(" ".join(sorted(words)).encode(), 9)


def is_unheard(names: Names, low: str, *, by_ending: bool = True, among: Heard | None = None) -> bool:
    """
    Is it none of the words that this guard knows, nor a form of one?

    Args:
        by_ending: What ends like a word is one.
        among: Other words than those of the file; whoever learns from a text may not have heard its words in it.
    """
    if len(low) < 4 or low in _TAKEN or low in HOMONYMS or low in names.plain_words or concept(low):
        return False
    if "-" in low or "'" in low:
        return all(is_unheard(names, part) for part in re.split(r"[-']", low) if len(part) > 3) and bool(
            re.search(r"[a-z]{4}", low)
        )
    if by_ending and (
        looks_ordinary(low) or (len(low) > 5 and TECHNICAL.search(low) and low not in names.last)
    ):
        return False
    if is_word(low):
        return False
    words, starts = among or _heard()
    return low not in words and not any(
        low[: len(low) - cut] in starts for cut in range(4) if len(low) - cut >= _SHORTEST
    )


_TAKEN: Final = (
    COMMON
    | HARMLESS
    | CALENDAR
    | CLINICIANS
    | PUBLIC_ROLES
    | DRUGS_AND_MAKES
    | EPONYMS
    | INSTITUTIONS
    | TOWNS
    | WIDE_PLACES
    | BOTH_NAME_AND_WORD
)
