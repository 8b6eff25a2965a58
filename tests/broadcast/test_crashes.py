"""Real processes, really killed; a platform with a ledger outside of them. The whole: `soak kills`."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from app.broadcast.reach import POINTS
from tests.broadcast.crashing import PLATFORM_POINTS, one_crash, random_kills, yard

pytestmark = pytest.mark.processes


class TestKills:
    @pytest.mark.timeout(240)
    async def test_D01_D02_a_kill_at_any_moment_neither_loses_nor_doubles(self, tmp_path: Path) -> None:
        """
        kill -9 at random while accepting, then at every named moment of the way out.

        Every acknowledged key is there, once; the file is sound; after the restart each post is out exactly once.
        """
        async with yard(tmp_path) as place:
            for number, point in enumerate((*POINTS, *PLATFORM_POINTS)):
                assert await one_crash(place, point, 1, f"{number}"), point
            assert await random_kills(place, 6, random.Random(1)) > 6
