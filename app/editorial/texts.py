"""
What a text must be before anything looks at its meaning: clean characters, known languages, sane length.

Nothing here changes what somebody wrote beyond NFC and line ends; what may not stay is refused with its place.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence

from app.errors import InvalidInput

MAX_CHARS = 4_000
MAX_LABEL = 60

# Bidirectional overrides and isolates can make a sentence read as another one; nobody needs them in a short update.
BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def clean(text: str, *, where: str = "text") -> str:
    """
    NFC, `\\n` line ends, no blanks at either end.

    Raises:
        InvalidInput: empty, too long, lone surrogates, control or bidirectional control characters.
    """
    if any(0xD800 <= ord(c) <= 0xDFFF for c in text):
        raise InvalidInput(
            "The text holds half a character. Type it again.", code="bad_characters", where=where
        )
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n")).strip()
    if not text:
        raise InvalidInput("There is no text. Write one.", code="empty_text", where=where)
    if len(text) > MAX_CHARS:
        raise InvalidInput(
            f"The text has {len(text)} characters; {MAX_CHARS} is the most. Shorten it.",
            code="too_long",
            where=where,
        )
    for index, char in enumerate(text):
        if char in BIDI or (char != "\n" and unicodedata.category(char) == "Cc"):
            name = unicodedata.name(char, f"control character {ord(char):#04x}").lower()
            raise InvalidInput(
                f"Character {index + 1} is an invisible control ({name}). Delete it, or paste as plain text.",
                code="bad_characters",
                where=where,
                index=index,
            )
    return text


def one_line(text: str, what: str, most: int, *, empty: bool = False) -> str:
    """
    One line of a form: a title, a place, a name.

    Raises:
        InvalidInput: empty where it must not be, too long, or with characters that may not stay.
    """
    if empty and not text.strip():
        return ""
    line = " ".join(clean(text, where=what).split())
    if len(line) > most:
        raise InvalidInput(f"The {what} may have at most {most} characters.", code="too_long", where=what)
    return line


def clean_texts(texts: Mapping[str, str], *, langs: Sequence[str], default_lang: str) -> dict[str, str]:
    """
    Clean one text per language; languages left empty are left out.

    Raises:
        InvalidInput: a language the event does not use, or none in its default language.
    """
    unknown = sorted(set(texts) - set(langs))
    if unknown:
        raise InvalidInput(
            f"This event does not use the language “{unknown[0]}”. It uses: {', '.join(langs)}.",
            code="unknown_language",
        )
    cleaned = {lang: clean(text, where=f"texts.{lang}") for lang, text in texts.items() if text.strip()}
    if default_lang not in cleaned:
        raise InvalidInput(
            f"There is no text in the event's language ({default_lang}). Write one.", code="empty_text"
        )
    return cleaned


def checked_label(label: Mapping[str, str], *, langs: Sequence[str], default_lang: str) -> dict[str, str]:
    """
    What a step is called on the page, by language; nothing where all of them are left empty.

    Raises:
        InvalidInput: see `clean_texts` and `one_line`.
    """
    if not any(text.strip() for text in label.values()):
        return {}
    cleaned = clean_texts(label, langs=langs, default_lang=default_lang)
    return {lang: one_line(text, "label", MAX_LABEL) for lang, text in cleaned.items()}
