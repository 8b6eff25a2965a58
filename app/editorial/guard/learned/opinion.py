"""
The learned opinion: a sum of weights over the signs of a text, trained by `tools/train_guard.py` from the labelled texts.

What it says is weighed with what the rules say (`weighing.py`).
"""

from __future__ import annotations

import math
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Final

from app.editorial.guard.learned.row import STEP, unpacked
from app.editorial.guard.learned.signs import Token, hashed, of_pair, of_token

WEIGHTS: Final = Path(__file__).parent / "weights.bin"

_POINTS_AT: Final = {
    **dict.fromkeys(("FIRST", "LAST", "STRANGE", "SHOUT", "BOTH", "WEAKNAME", "lowfirst", "lowweak", "lowstrange", "LETTER", "HANDLE"), "A"),
    **dict.fromkeys(("NUM6", "NUM9", "NUM13", "CODE4", "CODE6", "NUM4"), "H"),
    **dict.fromkeys(("DATE", "DAYMONTH", "YEAR"), "C"),
    "MAIL": "F",
}  # fmt: skip
"""Signs that can themselves identify, and the class of what they are."""
_SPOKEN_OF: Final = frozenset(_POINTS_AT) - {"NUM4"} | {
    "patient", "victim", "donor", "child", "adult", "elder", "kin", "family", "friend", "celebrity", "record", "nationalid",
    "plan", "licence", "phone", "email", "ip", "photo", "face", "born", "you",
}  # fmt: skip
_CLASSES: Final = {
    "photo": "Q", "face": "P", "street": "B", "town": "B", "live": "B", "born": "C", "age": "C", "phone": "D", "fax": "E",
    "plan": "I", "account": "J", "licence": "K", "vehicle": "L", "device": "M", "link": "N", "ip": "O",
}  # fmt: skip
"""Of texts in which nothing identifies by itself: what they are about."""


class Opinion:
    """What the weights say of the signs of a text."""

    def __init__(self, data: bytes) -> None:
        self._block, self._ask = unpacked(data, 2, "for texts")

    @staticmethod
    def scale(count: int) -> float:
        """A long text has more signs; what they say is made comparable. A few words weigh no more than a sentence's."""
        return 6 / math.sqrt(max(count, 64))

    @staticmethod
    def share(value: float) -> float:
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, value))))

    def of(self, found: list[int]) -> tuple[float, float]:
        """How much speaks for blocking, and for asking at least; above 0 is more likely than not."""
        scale = self.scale(len(found)) * STEP
        block, ask = self._block, self._ask
        return sum([block[i] for i in found]) * scale, sum([ask[i] for i in found]) * scale

    def place(self, found: list[Token], kind: str) -> tuple[int, int, str]:
        """Which piece of the text says most, with its neighbours that say something, and the class it is most likely of."""
        if not found:
            return 0, 0, "R"

        def weight(at: int) -> int:
            about = list(of_token(found[at], kind))
            for one, two in pairwise(found[max(0, at - 1) : at + 2]):
                about += of_pair(one, two)
            return sum(self._block[i] + self._ask[i] for i in hashed(about))

        best = max(range(len(found)), key=lambda at: (found[at].sign in _POINTS_AT, weight(at)))
        cls = next((_CLASSES[t.sign] for t in found if t.sign in _CLASSES), "R")
        first = last = best
        while first and _POINTS_AT.get(found[first - 1].sign) == _POINTS_AT.get(found[best].sign, ""):
            first -= 1
        while last + 1 < len(found) and _POINTS_AT.get(found[last + 1].sign) == _POINTS_AT.get(
            found[best].sign, ""
        ):
            last += 1
        return found[first].start, found[last].end, _POINTS_AT.get(found[best].sign, cls)


def somebody_is_spoken_of(found: list[Token]) -> bool:
    """Is there anything that a person may be known by? "So brave of her" says nothing of whom."""
    return any(token.sign in _SPOKEN_OF for token in found)


@lru_cache(maxsize=1)
def opinion() -> Opinion:
    return Opinion(WEIGHTS.read_bytes())
