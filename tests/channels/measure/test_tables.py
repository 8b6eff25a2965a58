"""The generated table is what its generator writes, the same for both languages, and small."""

from __future__ import annotations

import gzip

from tools import build_measure_tables


def test_table_is_what_the_generator_writes() -> None:
    """Nobody edited the table by hand, and nobody forgot to run the generator."""
    for path in build_measure_tables.OUTPUTS:
        assert path.read_text(encoding="utf-8") == build_measure_tables.render(), path


def test_table_is_small_enough_for_a_browser() -> None:
    """15 kB compressed, of the 150 kB that the desk may have."""
    assert len(gzip.compress(build_measure_tables.render().encode(), 9)) <= 15_000
