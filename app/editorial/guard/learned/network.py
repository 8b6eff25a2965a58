"""
What four small networks say of a text, read word after word with the updates before it.

The other opinions know which signs a text has and which stand side by side; these also know their order and what several words say together. Each
piece is the sum of the vectors of its signs, its sort, its letters and the mark before it; three convolutions look at three to nine neighbours, two kinds
of attention and the strongest answers of all places make one vector of the text, and that makes two values. `tools/train_guard_network.py` fits it; here
are a few products of small matrices.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Final
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from app.editorial.guard.dictionary import Names
from app.editorial.guard.learned.signs import Token
from app.editorial.guard.vocabulary import is_word

NETWORK: Final = Path(__file__).parent / "network.npz"
PLACES: Final = 1 << 15
"""Rows of the table of vectors; two signs may share one. The first is of nothing."""
MEMBERS: Final = 4
"""Networks that differ by the dice only; what they say is averaged, so that a whim of one weighs a quarter."""
WIDTH: Final = 40
"""Of a piece's vector."""
OF_SORT: Final = 5
OF_LETTERS: Final = 11
"""The signs that make a vector."""
MOST_PIECES: Final = 64
MOST_PIECES_BEFORE: Final = 24
"""So many pieces are read at once, and of each text before, its last."""
KINDS: Final = ("surgery", "crisis", "training", "press", "reply")
SHAPES: Final = {
    "table": (PLACES, WIDTH),
    "steps": (PLACES,),
    "kinds": (len(KINDS), WIDTH),
    "sides": (2, WIDTH),
    "near": (3 * WIDTH, 2 * WIDTH),
    "near bias": (2 * WIDTH,),
    "wide": (6 * WIDTH, 2 * WIDTH),
    "wide bias": (2 * WIDTH,),
    "far": (6 * WIDTH, 2 * WIDTH),
    "far bias": (2 * WIDTH,),
    "attention": (2 * WIDTH, 2),
    "whole": (10 * WIDTH, 64),
    "whole bias": (64,),
    "values": (64, 2),
    "values bias": (2,),
}
"""
What the file holds of each member: the table in whole numbers with a step for each row, the kind of text, the side (this text, those before), then
the layers.
"""
BETWEEN: Final = "SEP"
"""The sign of what stands between two updates."""
_LONGEST: Final = 12

Vector = NDArray[np.float32]


def place(sign: str) -> int:
    """The sign's row of the table; the first is nobody's."""
    return 1 + crc32(sign.encode()) % (PLACES - 1)


def signs(token: Token, names: Names) -> list[str]:
    """What makes the vector of a word, number or mark: five signs of what it is, and which word it is."""
    word = token.text.lower()
    return [*_of_sort(token, _known(word, names)), *_of_letters(word)]


def _known(word: str, names: Names) -> int:
    """Which lists have it: given names, surnames, the words of a language."""
    return (word in names.first) | (word in names.last) << 1 | (word.isalpha() and is_word(word)) << 2


def _of_sort(token: Token, known: int) -> tuple[str, ...]:
    """`OF_SORT` of them."""
    text, sign, sort, before = token.text, token.sign, token.sort, token.before
    capital = 2 if len(text) > 1 and text.isupper() else int(text[:1].isupper())
    sorted_as = f"so:{sign}:{sort}:{capital}"
    return f"s:{sign}", f"o:{sort}", f"c:{capital}:{known}", f"b:{before}:{capital}", sorted_as


def _of_letters(word: str) -> list[str]:
    """At most `OF_LETTERS`: the word, its ends, its length, its beginning in fours; of what is no word its shape."""
    if not word.isalpha():
        short = word[:_LONGEST]
        shape = "".join("9" if c.isdigit() else "a" if c.isalpha() else c for c in short)
        return [f"h:{shape}", f"n:{len(word)}", f"w:{short}"]
    whole = f"<{word}>"
    ends = f"w:{word}", f"p5:{word[:5]}", f"p3:{word[:3]}", f"x3:{whole[-4:]}", f"x2:{whole[-3:]}"
    fours = [f"g:{whole[at : at + 4]}" for at in range(1, min(len(whole) - 3, OF_LETTERS - len(ends)))]
    return [*ends, f"n:{min(len(word), 10)}", *fours]


class Network:
    """
    Raises:
        ValueError: The file's arrays are not those of today's shapes.
    """

    def __init__(self, file: Path) -> None:
        with np.load(file, allow_pickle=False) as arrays:
            found = {name: arrays[name] for name in arrays.files}
        if {name: array.shape for name, array in found.items()} != {
            name: (MEMBERS, *shape) for name, shape in SHAPES.items()
        }:
            raise ValueError("The guard's network does not fit its signs: train it again.")
        self._table = found.pop("table")
        self._of = {name: array.astype(np.float32) for name, array in found.items()}
        for name in self._of:
            if name.endswith("bias"):
                self._of[name] = self._of[name][:, None]
        self._kept = lru_cache(maxsize=8192)(self._summed)
        self._word = lru_cache(maxsize=16384)(self._word_anew)
        self._between = self._summed((BETWEEN,))

    def of(
        self, earlier: Sequence[Sequence[Token]], here: Sequence[Token], kind: str, names: Names
    ) -> tuple[float, float]:
        """
        How much speaks for blocking, and for asking at least; above 0 is more likely than not.

        `earlier`: the texts that are read together with this one, oldest first. A long text is read in pieces that overlap, and the most is what counts.
        """
        starts = range(0, max(1, len(here) - MOST_PIECES // 2), MOST_PIECES // 2)
        read = [self._read(earlier, here[at : at + MOST_PIECES], kind, names) for at in starts]
        return max(block for block, _ in read), max(ask for _, ask in read)

    def _read(
        self, earlier: Sequence[Sequence[Token]], here: Sequence[Token], kind: str, names: Names
    ) -> tuple[float, float]:
        vectors: list[Vector] = []
        for tokens in earlier:
            vectors += [self._vector(token, names) for token in tokens[-MOST_PIECES_BEFORE:]]
            vectors.append(self._between)
        before = len(vectors)
        vectors += [self._vector(token, names) for token in here] or [self._between]
        # Everything below has an axis of the members, then one of the pieces, then one of numbers.
        of = self._of
        rows = np.array(vectors).swapaxes(0, 1) + of["kinds"][:, KINDS.index(kind), None]
        rows[:, :before] += of["sides"][:, 1, None]
        rows[:, before:] += of["sides"][:, 0, None]
        near = _positive(_neighbours(rows, 1) @ of["near"] + of["near bias"])
        wide = near + _positive(_neighbours(near, 1) @ of["wide"] + of["wide bias"])
        far = wide + _positive(_neighbours(wide, 2) @ of["far"] + of["far bias"])
        attention = far @ of["attention"]
        attention = np.exp(attention - attention.max(1, keepdims=True))
        attention /= attention.sum(1, keepdims=True)
        looked_at = (attention.swapaxes(1, 2) @ far).reshape(MEMBERS, 1, -1)
        mean = far[:, before:].sum(1, keepdims=True) / max(1, len(vectors) - before)
        strongest, strongest_near = far.max(1, keepdims=True), near.max(1, keepdims=True)
        whole = np.concatenate([looked_at, strongest, mean, strongest_near], -1)
        values = _positive(whole @ of["whole"] + of["whole bias"]) @ of["values"] + of["values bias"]
        block, ask = values.mean((0, 1))
        return float(block), float(ask)

    def _vector(self, token: Token, names: Names) -> Vector:
        word = token.text.lower()
        # Numbers and addresses come once, and are not kept.
        letters, known = self._word(word, names) if word.isalpha() else self._word_anew(word, names)
        return letters + self._kept(_of_sort(token, known))

    def _word_anew(self, word: str, names: Names) -> tuple[Vector, int]:
        return self._summed(tuple(_of_letters(word))), _known(word, names)

    def _summed(self, found: tuple[str, ...]) -> Vector:
        at = [place(sign) for sign in found]
        rows = self._table[:, at] * self._of["steps"][:, at, None]
        return np.asarray(rows.sum(1), np.float32)


def _positive(values: Vector) -> Vector:
    return np.maximum(values, np.float32(0))


def _neighbours(rows: Vector, reach: int) -> Vector:
    """Each row with the one `reach` before it and the one as far behind; beyond the ends is nothing."""
    members, count, width = rows.shape
    out = np.zeros((members, count, 3 * width), np.float32)
    out[..., width : 2 * width] = rows
    if count > reach:
        out[:, reach:, :width] = rows[:, :-reach]
        out[:, :-reach, 2 * width :] = rows[:, reach:]
    return out


@lru_cache(maxsize=1)
def network() -> Network:
    return Network(NETWORK)
