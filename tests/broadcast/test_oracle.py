"""G9 under chaos: a bounded share here, a million by `python -m bench.soak stream`."""

from dataclasses import replace

import pytest

from app.broadcast.timeline import Json, Timeline, apply, from_snapshot, take
from tests.broadcast.oracle import Broken, run

SITUATIONS = {
    "snapshot": 50,
    "delta": 800,
    "shared": 100,
    "resync": 50,
    "ignored": 20,
    "frame lost": 20,
    "frame swapped": 10,
    "frame doubled": 30,
    "restored": 1,
    "node killed": 1,
    "retracted": 50,
    "removed": 50,
}


class TestOracle:
    @pytest.mark.parametrize("seed", range(3))
    def test_G9_every_viewer_ends_with_the_databases_timeline(self, seed: int) -> None:
        """Cuts, losses, doubles, swaps, restores, killed nodes: each change once, in order, nothing retracted."""
        outcome = run(12_000, seed)
        for situation, least in SITUATIONS.items():
            assert outcome.seen[situation] >= least, f"the chaos never reached: {situation}"

    def test_the_oracle_has_teeth_a_viewer_that_overlooks_gaps_is_caught(self) -> None:
        """A seeded bug: frames are applied whatever they follow."""

        def careless(timeline: Timeline | None, message: Json) -> Timeline:
            if message["type"] == "snapshot" or timeline is None or message["epoch"] != timeline.epoch:
                return take(timeline, message)
            if message["offset"] <= timeline.offset:
                return timeline
            return replace(apply(timeline, message["ops"]), offset=message["offset"])

        with pytest.raises(Broken):
            run(3_000, seed=1, reducer=careless)

    def test_the_oracle_has_teeth_a_viewer_that_applies_twice_is_caught(self) -> None:
        """A seeded bug: an old frame is taken again."""

        def forgetful(timeline: Timeline | None, message: Json) -> Timeline:
            if message["type"] == "frame" and timeline is not None and message["offset"] <= timeline.offset:
                return replace(timeline, offset=message["offset"])
            return take(timeline, message)

        with pytest.raises(Broken):
            run(3_000, seed=1, reducer=forgetful)

    def test_the_oracle_has_teeth_a_viewer_that_keeps_what_was_taken_back_is_caught(self) -> None:
        """A seeded bug: tombstones are overlooked."""

        def hoarding(timeline: Timeline | None, message: Json) -> Timeline:
            if message["type"] == "snapshot":
                return from_snapshot(message)
            kept = [op for op in message["ops"] if op["item"]["state"] != "removed"]
            return take(timeline, {**message, "ops": kept})

        with pytest.raises(Broken):
            run(3_000, seed=1, reducer=hoarding)
