"""Names run together behind a #: a known given name or surname at either end, and what no list has in the rest."""

from __future__ import annotations

import re
from collections.abc import Iterator

from app.editorial.guard.context import BLOCK, Context, Finding
from app.editorial.guard.dictionary import Names
from app.editorial.guard.heard import is_unheard
from app.editorial.guard.lazy import Lazy
from app.editorial.guard.words.harmless import HARMLESS
from app.editorial.guard.words.homonyms import HOMONYMS
from app.editorial.guard.words.towns import TOWNS

_TAG = Lazy(r"(?<![a-z0-9&])#([a-z][a-z_'-]{5,40})(?![a-z0-9])")
_CHEERING = Lazy(
    r"(?:team|forza|allez|vamos|animo|anims|goteam|go|prayfor|prayersfor|justicefor|strongfor|stay?strong|saveour|save|help|love|we(?:love|heart)|welove|get ?well|getwell|courage|bravo|tousavec|avec|con|todoscon|totsamb|amb|conte|per|para|pour|for|ripp?|descansa)_?"
)


_LONG_TITLE = Lazy(r"(?:mrs|madame|mlle|monsieur|signora?|senora?|senyora?)(?=[a-z]{4})")
_SHORT_TITLE = Lazy(r"(?:mr|ms|mme|sig(?:ra)?|sra?|dona|don)(?=[a-z]{4})")
_WISHED = Lazy(
    r"(?:pray|forza|allez|animo|anims|courage|justicefor|strongfor|staystrong|saveour|getwell|rip|descansa|todoscon|totsamb|tousavec)"
)


def _made_of(word: str, plain: frozenset[str]) -> bool:
    """Is it a word, or two side by side?"""
    return word in plain or any(word[:cut] in plain and word[cut:] in plain for cut in range(1, len(word)))


def hashtags(c: Context, names: Names) -> Iterator[Finding]:
    if "#" not in c.low:
        return
    plain = names.plain_words | HARMLESS | HOMONYMS | TOWNS
    for match in _TAG.finditer(c.low):
        # What the public talks about is its own, unless the sentence says whose name it is.
        if c.is_public and not c.tied(*match.span()):
            continue
        word = re.sub(r"[_'-]", "", match.group(1))
        if _is_addressed(word, names, plain):
            yield Finding(*match.span(), "A", BLOCK, "A name is hidden in this hashtag.", "")
            continue
        cheered = _CHEERING.match(word)
        for stem in (word, word[cheered.end() :] if cheered else ""):
            if stem in names.only_names and (cheered or len(stem) > 5):
                yield Finding(*match.span(), "A", BLOCK, "A name is hidden in this hashtag.", "")
                break
            if (
                cheered
                and stem != word
                and _WISHED.match(word)
                and len(stem) > 4
                and not _made_of(stem, plain)
            ):
                yield Finding(*match.span(), "A", BLOCK, "A name is hidden in this hashtag.", "")
                break
            if len(stem) > 7 and stem not in plain and _begins_or_ends(stem, names, plain):
                yield Finding(*match.span(), "A", BLOCK, "A name is hidden in this hashtag.", "")
                break


def _is_addressed(word: str, names: Names, plain: frozenset[str]) -> bool:
    """A title or an initial before what no word is made of ("#mrsokonkwobell", "#cvauquelin")."""
    if long := _LONG_TITLE.match(word):
        rest = word[long.end() :]
        if (
            rest in names.first
            or rest in names.last
            or (is_unheard(names, rest) and not _made_of(rest, plain))
        ):
            return True
    elif (short := _SHORT_TITLE.match(word)) and not _made_of(word, plain):
        # A short one may be the beginning of a word.
        rest = word[short.end() :]
        if rest in names.only_names or rest in names.only_surnames or _begins_or_ends(rest, names, plain):
            return True
    rest = word[1:]
    return (
        len(rest) > 5
        and (rest in names.only_surnames or rest in names.only_names)
        and is_unheard(names, word)
        and not _made_of(word, plain)
    )


def _begins_or_ends(word: str, names: Names, plain: frozenset[str]) -> bool:
    for cut in range(4, len(word) - 2):
        head, tail = word[:cut], word[cut:]
        given = head in names.only_names or (head in names.core_first and cut > 4 and head not in plain)
        if given and tail not in plain and len(tail) > 3 and (cut > 4 or len(tail) > 4):
            return True
        if tail in names.only_surnames and len(tail) > 5 and head not in plain and head in names.first:
            return True
    return False
