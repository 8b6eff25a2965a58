"""Power cuts on the library that the server really uses, with proof that the harness would see a missing flush."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.broadcast.powercut import build, compiler, cut, record

pytestmark = [
    pytest.mark.processes,
    pytest.mark.skipif(
        compiler() is None, reason="D-03 needs a C compiler and sqlite3.h: install gcc, libsqlite3-dev"
    ),
]


class TestPowerCuts:
    @pytest.mark.timeout(180)
    async def test_D03_what_was_acknowledged_survives_a_power_cut(self, tmp_path: Path) -> None:
        """Cuts over migration, accept, claim, outcome and checkpoint: nothing lost, every file opens and is sound."""
        library = build(tmp_path)
        trace = await record(tmp_path / "full", library, "FULL", 60)
        verdict = cut(trace, tmp_path, 300, seed=1)
        assert (verdict.cuts, verdict.lost, verdict.unreadable) == (300, 0, 0)
        trace = await record(tmp_path / "normal", library, "NORMAL", 60)
        mutant = cut(trace, tmp_path, 100, seed=1, while_accepting=True)
        assert mutant.broken >= 50, "the harness does not see that NORMAL breaks the promise"
