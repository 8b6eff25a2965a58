"""A share of the seeded histories; the whole runs by `python -m bench.soak delivery`."""

from __future__ import annotations

import pytest

from tests.broadcast.simulation import GOALS, Broken, histories

SHARE = 2500


class TestHistories:
    @pytest.mark.timeout(120)
    def test_G3_G4_G5_G6_G7_G8_hold_in_every_history_and_every_goal_is_reached(self) -> None:
        """Crashes, freezes, stops and lost answers: conserved, never doubled, in order, stopped, fresh, in limits."""
        seen = histories(0, SHARE)
        assert {goal: seen[goal] for goal in GOALS if seen[goal] < 5} == {}

    @pytest.mark.timeout(120)
    @pytest.mark.parametrize(
        ("bug", "promise"),
        [
            ("resend", "G4"),
            ("no_fence", "another post|G"),
            ("no_check", "G6|G7"),
            ("burst", "G8"),
            ("no_order", "G5"),
            ("no_take_over", "G3"),
        ],
    )
    def test_a_seeded_bug_is_caught(self, bug: str, promise: str) -> None:
        """Doubled, unfenced, unchecked, unlimited, unordered, never taken over: each mistake is found out."""
        with pytest.raises(Broken, match=promise):
            histories(0, 3000, bug=bug)
