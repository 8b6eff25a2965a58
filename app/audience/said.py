"""
What strangers wrote, as it can stand beside other words: what a moderator reads is what the public will see. Pure.

Platforms pass on whatever was typed. A thousand empty lines, of which a desk's list shows nothing, push every update
off the page; signs that turn the direction round make a sentence read as another one, to people and not to the
privacy check; a heap of marks on one letter covers what stands above it.
"""

from __future__ import annotations

import re

MOST_LINES = 24
MOST_MARKS = 6
"""On one letter; no language that is written needs as many of these."""

_BREAKS = re.compile(r"\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
# Controls, and what embeds, overrides or isolates a direction; the plain marks of direction are ordinary Arabic.
_UNSEEN = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_EMPTY_LINES = re.compile(r"\n(?:[^\S\n]*\n){2,}")
_MARK = "[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]"
_HEAP = re.compile(f"({_MARK}{{{MOST_MARKS}}}){_MARK}+")


def readable(text: str) -> str:
    """The text with at most one empty line in a row and `MOST_LINES` lines; what follows goes on in the last one."""
    text = _HEAP.sub(r"\1", _UNSEEN.sub("", _BREAKS.sub("\n", text)))
    text = _EMPTY_LINES.sub("\n\n", text).strip()
    if text.count("\n") < MOST_LINES:
        return text
    lines = text.split("\n")
    return "\n".join(lines[: MOST_LINES - 1]) + "\n" + " ".join(" ".join(lines[MOST_LINES - 1 :]).split())


def name(text: str) -> str:
    """What somebody is called, on one line."""
    return " ".join(readable(text).split())
