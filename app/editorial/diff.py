"""What changed between two texts, word by word. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

_WORDS = re.compile(r"\s+|[^\s]+")


@dataclass(frozen=True, slots=True)
class Piece:
    """`op` is "same", "gone" or "new"."""

    op: str
    text: str


def word_diff(before: str, after: str) -> tuple[Piece, ...]:
    """
    The pieces of both texts in reading order.

    Those that are not "new" make up `before`, those that are not "gone" make up `after`, to the character. Words
    that changed beside each other are one change, blanks between them included: a sentence that was replaced is read
    as the old one and then the new one, and not as both by turns.
    """
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    pieces: list[Piece] = []
    gone = added = ""
    for op, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        was, now = "".join(old[a:b]), "".join(new[c:d])
        last = b == len(old) and d == len(new)
        if op == "equal" and (was.strip() or last or not (gone and added)):
            pieces += _change(gone, added)
            pieces.append(Piece("same", was))
            gone = added = ""
        else:
            gone, added = gone + was, added + now
    return tuple(pieces + _change(gone, added))


def _change(gone: str, added: str) -> list[Piece]:
    return [Piece(op, text) for op, text in (("gone", gone), ("new", added)) if text]
