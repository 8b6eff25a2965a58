"""A share of the lost answers on every adapter; the whole by `soak ambiguity`."""

from __future__ import annotations

import pytest

from tests.channels.ambiguity import CUTS, cut_posts
from tests.channels.stages import ACTIONS

SEEDS = 2  # a post and a reply


@pytest.mark.parametrize("name", sorted(ACTIONS))
class TestLostAnswers:
    @pytest.mark.timeout(60)
    async def test_C01_D04_F27_no_cut_doubles_loses_or_swaps_a_post(self, name: str) -> None:
        """Every way of losing an answer, with a list that lags up to half a minute: the right id, or once more."""
        found = absent = 0
        for cut in CUTS:
            tally = await cut_posts(name, cut, 0, SEEDS)
            assert tally.broken == 0, (cut, tally)
            assert tally.unknown >= SEEDS, f"{cut} was never ambiguous: {tally}"
            assert tally.replies == (0 if name == "twilio" else SEEDS // 2)
            found, absent = found + tally.found, absent + tally.absent
        assert found >= SEEDS * 5
        assert absent >= SEEDS

    async def test_C01_sending_again_unlooked_is_caught(self, name: str) -> None:
        """The harness has teeth."""
        tally = await cut_posts(name, "502, done", 0, 4, blind=True)
        # Pages notice that they have it already; nobody must count on that.
        assert tally.doubled + tally.other["DuplicateRefused"] > 0
