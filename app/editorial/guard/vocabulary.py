"""
The ordinary words of five languages with their forms, of dictionaries: is a word one of them?

Some two million forms, of which the first eight letters are kept, and of these only marks in a row of bits (a Bloom filter): a word of
the dictionaries always counts as one, and so do four in a thousand of other beginnings. Names that are no words are left out, but a long
one that begins as a word does counts: "bonifacio", one in ten of the longer given names. The file is written by `tools/build_guard_vocabulary.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path
from typing import Final

VOCABULARY: Final = Path(__file__).parent / "learned" / "vocabulary.bin"
SIZE: Final = 1 << 20
"""Of the file, in bytes."""
KEPT: Final = 8
"""So many letters of a word are kept; verbs have dozens of endings."""
_MARKS: Final = 4
"""Bits set for each word."""


def is_word(low: str) -> bool:
    """`low`: folded."""
    return _is_marked(low[:KEPT])


@lru_cache(maxsize=65536)
def _is_marked(beginning: str) -> bool:
    marks = _marks()
    return all(marks[place >> 3] >> (place & 7) & 1 for place in _places(beginning))


def _places(beginning: str) -> Iterator[int]:
    digest = blake2b(beginning.encode(), digest_size=4 * _MARKS).digest()
    for at in range(0, 4 * _MARKS, 4):
        yield int.from_bytes(digest[at : at + 4], "little") % (8 * SIZE)


@lru_cache(maxsize=1)
def _marks() -> bytes:
    marks = VOCABULARY.read_bytes()
    if len(marks) != SIZE:
        raise ValueError("The guard's vocabulary is cut short: build it again.")
    return marks


def marked(words: Iterable[str]) -> bytes:
    """The file's bytes."""
    marks = bytearray(SIZE)
    for beginning in {word[:KEPT] for word in words}:
        for place in _places(beginning):
            marks[place >> 3] |= 1 << (place & 7)
    return bytes(marks)
