"""
What a text says together with the texts before it: signs of either and which of them meet, and weights over these.

For identifiers told in pieces: a first name and then the surname, "her town" and then the town, half a number and the rest.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import pairwise, product
from pathlib import Path
from typing import Final

from app.editorial.guard.learned.opinion import Opinion
from app.editorial.guard.learned.row import STEP, unpacked
from app.editorial.guard.learned.signs import Token, hashed, of_pair, of_token

CONTINUING: Final = Path(__file__).parent / "continuing.bin"
_EDGE: Final = 3
"""So many pieces at the end of the text before and at the beginning of the new one are looked at as neighbours."""


def features_over(earlier: Sequence[list[Token]], here: list[Token], kind: str) -> set[str]:
    """`earlier`: oldest first, those that are read together with the new text."""
    out = {f"k:{kind}", f"h:{len(earlier)}", f"n:{min(len(here), 9)}", f"n:{min(len(here), 9)}:{kind}"}
    before = [token for tokens in earlier for token in tokens]
    for side, tokens in (("1", before), ("2", here)):
        for token in tokens:
            out.update(side + one for one in of_token(token, kind))
        for one, two in pairwise(tokens):
            out.update(side + pair for pair in of_pair(one, two))
    last = earlier[-1] if earlier else []
    ends, starts = last[-_EDGE:], here[:_EDGE]
    out.update(f"e:{_shown(one)} {_shown(two)}" for one, two in product(ends, starts))
    if ends and starts:
        out.add(f"ee:{_shown(ends[-1])} {_shown(starts[0])}")
        out.add(f"ew:{ends[-1].stem} {starts[0].sign}")
    said, says = (sorted({t.sign for t in tokens if t.sign}) for tokens in (before, here))
    out.update(f"x:{a} {b}" for a, b in product(said, says))
    out.update(f"x:{a} ." for a in said if not says)
    out.update(f"x:{a} {min(len(here), 5)}" for a in said)
    return out


def _shown(token: Token) -> str:
    return token.sign or token.sort or token.stem


class Continuing:
    """What the weights say of a text and those before it."""

    def __init__(self, data: bytes) -> None:
        (self._weights,) = unpacked(data, 1, "for texts in pieces")

    def of(self, found: Iterable[int]) -> float:
        """How much speaks for somebody being told together; above 0 is more likely than not."""
        signs = list(found)
        weights = self._weights
        return sum([weights[i] for i in signs]) * Opinion.scale(len(signs)) * STEP


def said_together(earlier: Sequence[list[Token]], here: list[Token], kind: str) -> float:
    return continuing().of(hashed(features_over(earlier, here, kind)))


@lru_cache(maxsize=1)
def continuing() -> Continuing:
    return Continuing(CONTINUING.read_bytes())
