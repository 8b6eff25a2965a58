"""The reducer of a viewer, on the cases that the TypeScript one runs as well."""

import dataclasses
import json
from pathlib import Path
from typing import Any

import pytest

from app.broadcast.digest import fnv1a64
from app.broadcast.timeline import Resync, Timeline, digest, take

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures" / "timeline"
CASES = json.loads((FIXTURES / "cases.json").read_text("utf-8"))
DIGESTS = json.loads((FIXTURES / "digests.json").read_text("utf-8"))


def as_json(timeline: Timeline) -> Any:
    return json.loads(json.dumps(dataclasses.asdict(timeline)))


class TestTake:
    @pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
    def test_G9_every_case_ends_as_the_fixture_says(self, case: dict[str, Any]) -> None:
        """The same messages lead to the same state, or to asking again, as on the screens."""
        timeline: Timeline | None = None
        try:
            for message in case["messages"]:
                timeline = take(timeline, message)
        except Resync:
            assert case.get("resync"), "asked again without a reason"
            return
        assert timeline is not None
        assert as_json(timeline) == case["then"]

    def test_what_was_given_is_left_as_it_was(self) -> None:
        """The reducer makes a new state; the old one stays whole for whoever shows it."""
        for case in CASES:
            before = json.dumps(case["messages"])
            timeline: Timeline | None = None
            for message in case["messages"]:
                try:
                    timeline = take(timeline, message)
                except Resync:
                    break
            assert json.dumps(case["messages"]) == before


class TestDigest:
    @pytest.mark.parametrize("case", DIGESTS, ids=lambda case: case["name"])
    def test_the_digest_of_a_snapshot_is_the_fixtures(self, case: dict[str, Any]) -> None:
        """Server, Python client and screens sum up the same state to the same sixteen digits."""
        assert digest(take(None, case["snapshot"])) == case["digest"]

    @pytest.mark.parametrize(
        ("text", "value"),
        [("", 0xCBF29CE484222325), ("a", 0xAF63DC4C8601EC8C), ("foobar", 0x85944171F73967E8)],
    )
    def test_the_hash_is_fnv1a_of_64_bits(self, text: str, value: int) -> None:
        """Published vectors of FNV-1a."""
        assert fnv1a64(text) == value

    def test_the_order_of_items_does_not_matter(self) -> None:
        """A sum: two viewers that heard things in another order agree."""
        snapshot = DIGESTS[1]["snapshot"]
        turned = {**snapshot, "items": snapshot["items"][::-1]}
        assert digest(take(None, turned)) == DIGESTS[1]["digest"]

    def test_a_changed_text_changes_it(self) -> None:
        """One letter is enough."""
        snapshot = json.loads(json.dumps(DIGESTS[1]["snapshot"]))
        snapshot["items"][0]["texts"]["en"] += "."
        assert digest(take(None, snapshot)) != DIGESTS[1]["digest"]
