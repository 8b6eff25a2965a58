"""Rows of weights as a file keeps them: a signed byte for each place that a sign may have, and how the file is packed."""

from __future__ import annotations

import zlib
from array import array
from collections.abc import Iterator
from typing import Final

from app.editorial.guard.learned.signs import SIZE

STEP: Final = 1 / 48
"""Weights are kept as whole numbers of this."""
_MOST: Final = 127


def packed(*rows: list[float]) -> bytes:
    """The file's bytes for these rows."""
    whole = [max(-_MOST, min(_MOST, round(weight / STEP))) for row in rows for weight in row]
    return zlib.compress(array("b", whole).tobytes(), 9)


def unpacked(data: bytes, rows: int, what: str) -> Iterator[array[int]]:
    """
    As many rows as were packed, in their order, in `STEP`s.

    Raises:
        ValueError: The file has another length, so that its places are not those of today's signs. `what` names it.
    """
    plain = zlib.decompress(data)
    if len(plain) != rows * SIZE:
        raise ValueError(f"The guard's weights {what} do not fit its signs: train them again.")
    return (array("b", plain[start : start + SIZE]) for start in range(0, len(plain), SIZE))
