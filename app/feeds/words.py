"""
The words of what the server writes itself, from the same catalogues as the screens.

`frontend/i18n/*.json` is the one source. The build compiles it for the browser and leaves the compiled messages in
`app/static/i18n/`, so that no second catalogue can drift from the first and no parser of ICU messages is needed here:
this is the twin of `frontend/shared/i18n/format.ts`, with Babel for what `Intl` does there.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from babel import Locale, UnknownLocaleError
from babel.numbers import format_decimal

Message = str | Sequence[Any]
Value = str | int

SOURCE = "en"
NAMES = {"en": "English", "it": "Italiano", "fr": "Français", "es": "Español", "ca": "Català"}
"""Languages that the public page speaks, each by its own name."""


class NoWords(Exception):
    """The catalogues are not built."""


class Words:
    """One language. `words("view.next", time="15:10")`; what a translation lacks was filled with English at build."""

    def __init__(self, lang: str, messages: Mapping[str, Message]) -> None:
        self.lang = lang
        self.locale = locale_of(lang)
        self.messages = messages

    def __call__(self, key: str, **values: Value) -> str:
        message = self.messages.get(key)
        return key if message is None else fill(message, values, self.locale)

    def some(self, prefixes: tuple[str, ...]) -> dict[str, Message]:
        """The compiled messages whose key begins so, for a page that formats them itself."""
        return {key: message for key, message in self.messages.items() if key.startswith(prefixes)}


def fill(message: Message, values: Mapping[str, Value], locale: Locale) -> str:
    """A compiled message with its arguments."""

    def say(value: Value | None) -> str:
        return format_decimal(value, locale=locale) if isinstance(value, int) else (value or "")

    def whole(inner: Message, around: int | None) -> str:
        return inner if isinstance(inner, str) else "".join(part(piece, around) for piece in inner)

    def part(piece: Any, around: int | None) -> str:
        if isinstance(piece, str):
            return piece
        if len(piece) == 1:
            return say(around if piece[0] == 0 else values.get(piece[0]))
        name, kind, cases = piece
        value = values.get(name)
        if kind == "select":
            return whole(cases.get(str(value), cases["other"]), around)
        number = int(value or 0)
        chosen = cases.get(f"={number}", cases.get(locale.plural_form(number), cases["other"]))
        return whole(chosen, number)

    return whole(message, None)


@lru_cache(maxsize=32)
def locale_of(lang: str) -> Locale:
    """Dates and numbers of a language; English as hospitals outside the United States write it: day before month."""
    try:
        return Locale.parse(lang if lang != SOURCE else "en-GB", sep="-")
    except (UnknownLocaleError, ValueError):
        return Locale.parse("en_GB")


def language_name(lang: str) -> str:
    """A language by its own name, for people to choose it by."""
    if lang in NAMES:
        return NAMES[lang]
    try:
        return (Locale.parse(lang, sep="-").get_display_name() or lang).capitalize()
    except (UnknownLocaleError, ValueError):
        return lang


def catalogue_loader(folder: Path) -> Callable[[str], Words]:
    """
    Words by language from built catalogues, each read once; a language without one gets English.

    The function raises NoWords when there is no build.
    """

    @lru_cache(maxsize=16)
    def load(lang: str) -> Words:
        path = folder / f"{lang}.json"
        if lang not in NAMES or not path.exists():
            if lang == SOURCE:
                raise NoWords(str(path))
            return load(SOURCE)
        return Words(lang, json.loads(path.read_text("utf-8")))

    return load
