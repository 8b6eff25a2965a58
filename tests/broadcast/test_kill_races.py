"""Stop against send, with real sending processes that are frozen between two steps. The whole: `soak races`."""

from __future__ import annotations

import random

import pytest

from app.db import FROZEN_S
from tests.broadcast.races import STEPS, race, track

pytestmark = [pytest.mark.servers, pytest.mark.processes]
RACES = 10


class TestKillRaces:
    @pytest.mark.timeout(120)
    async def test_K01_nothing_starts_after_stop_has_returned_even_by_a_process_that_was_frozen(
        self, postgres_url: str
    ) -> None:
        """
        One process sends, another stops; the sender is frozen at a step or anywhere and goes on after the return.

        No first byte reaches the platform after the stop has returned, and what had started is in its answer. It
        returns within a second (here, beside other work, half of them), and never waits until the database ends a
        frozen transaction by itself.
        """
        dice = random.Random(1)
        frozen, waits = 0, []
        async with track(postgres_url) as place:
            for n in range(RACES):
                found = await race(place, STEPS[n % len(STEPS)], dice)
                frozen += found.was_frozen
                assert found.late == 0, f"{found.late} first bytes after the stop had returned, at {found}"
                assert found.unlisted == 0, "a post is out that the stop did not list"
                waits.append(found.returned_in_s)
        assert sorted(waits)[RACES // 2] <= 1.0
        assert max(waits) < FROZEN_S
        assert frozen >= RACES // 2, "hardly a process was frozen: nothing was shown"

    @pytest.mark.timeout(60)
    async def test_K01_a_sender_without_its_last_check_is_caught(self, postgres_url: str) -> None:
        """The harness has teeth: frozen after its permit and without the check, a process sends after the stop."""
        dice = random.Random(2)
        async with track(postgres_url, unchecked=True) as place:
            late = [(await race(place, "permit.committed", dice)).late for _ in range(2)]
        assert sum(late) > 0
