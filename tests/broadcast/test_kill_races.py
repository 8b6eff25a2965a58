"""Stops against sends, with real sending processes that are frozen between two steps. The whole: `soak races`."""

from __future__ import annotations

import random

import pytest

from tests.broadcast.races import AT_WORK, CHECKING, PERMITTED, RECORDED, race, sending, track

pytestmark = [pytest.mark.servers, pytest.mark.processes]


class TestKillRaces:
    @pytest.mark.timeout(120)
    async def test_K01_nothing_starts_after_stop_has_returned_even_by_a_process_that_was_frozen(
        self, postgres_url: str
    ) -> None:
        """
        One process sends, another stops; the sender is frozen at a step or anywhere and goes on after the return.

        No first byte reaches the platform after the stop has returned, and its answer names each delivery once and
        rightly: what had started is in it, and nothing that had not. How long it takes is counted by the soak.
        """
        dice = random.Random(1)
        found = []
        async with sending() as sender, track(sender, postgres_url) as place:
            for step in (PERMITTED, CHECKING, AT_WORK, RECORDED):
                found += await race(place, step, dice, events=3, at_once=step in (PERMITTED, CHECKING))
        broken = [one for one in found if one.is_broken]
        assert not broken, f"a byte after the return, or an answer that is not true: {broken}"
        assert sum(one.was_frozen for one in found) >= 3, "hardly a process was frozen: nothing was shown"
        assert sum(one.kept for one in found) > 0, "no start was refused: the stop came too late to be seen"

    @pytest.mark.timeout(60)
    async def test_K01_a_sender_without_its_last_check_is_caught(self, postgres_url: str) -> None:
        """The harness has teeth: frozen after its permit and without the check, a process sends after the stop."""
        dice = random.Random(2)
        async with sending(unchecked=True) as sender, track(sender, postgres_url) as place:
            late = [one.late for one in await race(place, PERMITTED, dice, events=2, at_once=True)]
        assert sum(late) > 0

    @pytest.mark.timeout(60)
    async def test_K01_a_stop_that_does_not_wait_for_others_is_caught(self, postgres_url: str) -> None:
        """Nor does it believe a stop that returns while another process still holds a permit."""
        dice = random.Random(2)
        async with sending() as sender, track(sender, postgres_url, unwaited=True) as place:
            late = [one.late for one in await race(place, PERMITTED, dice, events=2, at_once=True)]
        assert sum(late) > 0
