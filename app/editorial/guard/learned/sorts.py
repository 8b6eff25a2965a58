"""
The sorts of words: some hundred, for the common words of five languages, from a list that people read.

Where `concepts.py` has the classes of what identifies, this has all the rest, the words between them, too: "la nena que salta" looks like
"the girl who jumps". A word that is not on the list has the sort of one that begins as it does.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Final

SORTS: Final = Path(__file__).parents[1] / "words" / "sorts.txt"
"""A line for a sort: its name, and its words, folded."""
_SHORTEST: Final = 5
"""Of a beginning that forms of one word share."""
_MOST_CUT: Final = 3


@lru_cache(maxsize=1)
def _lists() -> tuple[dict[str, str], dict[str, str]]:
    whole: dict[str, str] = {}
    starts: dict[str, str] = {}
    for line in SORTS.read_text(encoding="ascii").splitlines():
        sort, *words = line.split()
        whole |= dict.fromkeys(words, sort)
    for word, sort in whole.items():
        for cut in range(1, _MOST_CUT + 1):
            if len(word) - cut >= _SHORTEST:
                starts.setdefault(word[: len(word) - cut], sort)
    return whole, starts


@lru_cache(maxsize=65536)
def sort_of(low: str) -> str:
    """The sort of a folded word, "" when neither it nor a form of it is on the list."""
    whole, starts = _lists()
    if low in whole:
        return whole[low]
    for cut in range(_MOST_CUT + 1):
        if len(low) - cut < _SHORTEST:
            return ""
        beginning = low[: len(low) - cut]
        if beginning in whole:
            return whole[beginning]
        if beginning in starts:
            return starts[beginning]
    return ""
