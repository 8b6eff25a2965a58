"""
How a short message is laid out for reading: its first sentence as a headline, its links as links. Pure.

The twin of `frontend/viewer/texts.ts`; both run the cases of `tests/fixtures/viewer/texts.json`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

HEADLINE_MOST = 140
HEADLINE_LEAST = 8
_SENTENCE_END = re.compile(r"[.!?…][\"'”’»)]*(?=\s)")
_LAST_WORD = re.compile(r"(\w+)\.$")
# What ends with a full stop and does not end a sentence, in the languages of our page.
_SHORT_FORMS = frozenset(
    [
        "dr",
        "dra",
        "dott",
        "prof",
        "mr",
        "mrs",
        "ms",
        "sr",
        "sra",
        "st",
        "ste",
        "no",
        "nº",
        "núm",
        "av",
        "approx",
        "ca",
        "vs",
        "etc",
        "tel",
    ]
)
_LINK = re.compile(r"https?://[^\s<>\"“”«»]+", re.IGNORECASE)
_NOT_AT_THE_END = ".,;:!?…)]}'’"


def headline_and_rest(text: str) -> tuple[str, str]:
    """
    The first sentence, and what follows it. Both together always say the whole text.

    Returns:
        ("", text) when the text has no first sentence short enough to be a headline.
    """
    text = text.strip()
    first, _, further = text.partition("\n")
    if further and HEADLINE_LEAST <= len(first.strip()) <= HEADLINE_MOST:
        return first.strip(), further.strip()
    for end in _SENTENCE_END.finditer(text):
        head = text[: end.end()]
        if len(head) > HEADLINE_MOST:
            break
        last = _LAST_WORD.search(head)
        if len(head) >= HEADLINE_LEAST and not (last and last[1].lower() in _SHORT_FORMS):
            return head, text[end.end() :].strip()
    return (text, "") if len(text) <= HEADLINE_MOST else ("", text)


def link_pieces(text: str) -> list[tuple[str, str]]:
    """The text as (words, address) in order; the address is "" where the words are only words."""
    pieces: list[tuple[str, str]] = []
    at = 0
    for match in _LINK.finditer(text):
        address = match[0].rstrip(_NOT_AT_THE_END)
        if match.start() > at:
            pieces.append((text[at : match.start()], ""))
        pieces.append((address, address))
        at = match.start() + len(address)
    if at < len(text):
        pieces.append((text[at:], ""))
    return pieces


def chosen(texts: Mapping[str, str], lang: str, default: str) -> tuple[str, str]:
    """(language, text) to show: the reader's, else the event's own, else what there is."""
    for wanted in (lang, default):
        if texts.get(wanted):
            return wanted, texts[wanted]
    for found, text in sorted(texts.items()):
        if text:
            return found, text
    return default, ""


def web_address(url: str) -> str:
    """The address if a page may link to it, else "". Only http and https: anything else can be a program."""
    return url if re.match(r"https?://[^\s/]", url, re.IGNORECASE) else ""
