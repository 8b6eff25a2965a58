"""
The length of a post on a Facebook Page.

The limit is the one every scheduler uses; whether code points or UTF-16 units count is not published, so the larger
count is taken: a text that fits here fits either way.
"""

from __future__ import annotations

from app.channels.measure.result import Measured
from app.channels.measure.tables import FACEBOOK


def measure_facebook(text: str, *, limit: int | None = None) -> Measured:
    most = FACEBOOK["limit"] if limit is None else limit
    weight = len(text) + sum(char > "\uffff" for char in text)
    return Measured(weight=weight, limit=most, fits=0 < weight <= most)
