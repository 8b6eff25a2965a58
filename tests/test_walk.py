"""The walk through every screen: it reaches what the design reference names, and its table is of the states there are."""

from __future__ import annotations

from bench.walk.order import SCENES
from bench.walk.reference import REFERENCE
from bench.walk.table import document, merge, read, row_of
from build_frontend import ROOT

ORDER = [scene.name for scene in SCENES]


class TestTheWalk:
    def test_every_state_of_the_reference_is_walked_and_every_scene_belongs_to_one(self) -> None:
        """A state without a scene would be a promise nobody looks at; a scene without a state, one nobody asked for."""
        named = [name for _, _, names in REFERENCE for name in names]
        assert sorted(set(named) - set(ORDER)) == []
        assert sorted(set(ORDER) - set(named)) == []
        assert all(names for _, _, names in REFERENCE)
        assert len(ORDER) == len(set(ORDER))

    def test_the_document_is_as_the_walk_writes_it_and_no_state_breaks_a_rule(self) -> None:
        """The table that the closing note points to says of every scene what was seen of it, or that nothing was yet."""
        text = (ROOT / "docs" / "screens.md").read_text("utf-8")
        rows = read(text)
        assert [name for name in rows if name not in ORDER] == []
        assert [one.name for one in rows.values() if not one.is_clean] == []
        assert text == document(rows, ORDER)
        drawn_once = {scene.name for scene in SCENES if scene.stopped}
        short = [one.name for one in rows.values() if one.pictures != (3 if one.name in drawn_once else 9)]
        assert short == []

    def test_a_walk_of_a_part_replaces_its_own_rows(self, tmp_path) -> None:
        """What was walked before stays as it was walked, with its own day; what is broken is named with its place."""
        table = tmp_path / "screens.md"
        whole = {("light", 320): set(), ("dark", 320): set()}
        merge(table, [row_of(name, whole, "2026-11-01") for name in ORDER[:2]], ORDER)
        merge(table, [row_of(ORDER[1], {("light", 320): {"label"}}, "2026-11-02")], ORDER)
        first, second = (read(table.read_text("utf-8"))[name] for name in ORDER[:2])
        assert (first.looks, first.pictures, first.is_clean, first.day) == (
            "light dark",
            2,
            True,
            "2026-11-01",
        )
        assert (second.axe, second.is_clean, second.day) == ("label (light 320)", False, "2026-11-02")
        assert "2 of " in table.read_text("utf-8")
