"""Real processes, really killed; a platform with a ledger outside of them. The whole: `soak kills`."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from app.broadcast.reach import POINTS
from tests.broadcast.crashing import (
    PLATFORM_POINTS,
    fenced,
    fork_server,
    lay_ground,
    one_crash,
    random_kills,
)

pytestmark = pytest.mark.processes


class TestKills:
    @pytest.mark.timeout(240)
    async def test_D01_D02_a_kill_at_any_moment_neither_loses_nor_doubles(self, tmp_path: Path) -> None:
        """
        kill -9 at random while accepting, then at every named moment of the way out.

        Every acknowledged key is there, once; what was not acknowledged is asked again and answered; the file is
        sound; after the restart each post is out exactly once. A process that acknowledges before it writes is found
        out by the same ledgers.
        """
        for name in ("ground", "named", "at_random", "early"):
            (tmp_path / name).mkdir()
        ground = await lay_ground(tmp_path / "ground")
        async with fork_server() as server:
            async with fenced(tmp_path / "named", server, ground) as place:
                for number, point in enumerate((*POINTS, *PLATFORM_POINTS)):
                    assert await one_crash(place, point, 1, f"{number}"), point
            async with fenced(tmp_path / "at_random", server, ground) as place:
                tally = await random_kills(place, 6, random.Random(1))
            assert tally.acked
            assert tally.asked_again
            async with fenced(tmp_path / "early", server, ground) as place:
                with pytest.raises(AssertionError, match="an acknowledged update is lost"):
                    await random_kills(place, 4, random.Random(2), early=True)
