"""The length of a post on a Facebook Page."""

from __future__ import annotations

import pytest

from app.channels.measure import measure
from app.errors import InvalidInput
from tests.channels.measure.cases import shared

CASES = shared("facebook")


def test_every_shared_case() -> None:
    """UTF-16 units count, up to the limit that every scheduler keeps."""
    for case in CASES["counted"]:
        got = measure("facebook", case["text"])
        assert (got.weight, got.fits, got.limit) == (case["weight"], case["fits"], CASES["limit"])
    assert measure("facebook", "a" * 63206).fits
    assert not measure("facebook", "a" * 63207).fits


def test_unknown_channel_is_refused_with_the_known_ones() -> None:
    """Asking for a rule that does not exist names those that do."""
    with pytest.raises(InvalidInput, match="x, sms, facebook") as refused:
        measure("fax", "hello")
    assert refused.value.code == "unknown_channel"
