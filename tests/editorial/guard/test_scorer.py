"""The figures that `python -m bench.guard score FILE` prints can be trusted, in either format of a set."""

import pytest

from bench.guard_decisions import Share, decisions, half_of, labelled, wilson


def row(text: str, expect: str, family: str, tags: tuple[str, ...] = (), spans: tuple[object, ...] = ()):  # type: ignore[no-untyped-def]
    return {
        "id": family, "text": text, "lang": "en", "kind": "surgery", "expect": expect, "family": family,
        "tags": list(tags), "spans": list(spans),
    }  # fmt: skip


class TestScorer:
    def test_a_text_is_counted_by_its_decision_under_what_it_is(self) -> None:
        """Direct, evasion, split, ask and harmless are apart; a stricter decision counts as caught, not as exact."""
        whole = {"start": 0, "end": 12, "class": "H", "must": "block"}
        found = decisions(
            labelled(one)
            for one in (
                row("MRN 00482913", "block", "f1", spans=(whole,)),
                row("Skin closed.", "block", "f2", spans=(whole,)),
                row("ＭＲＮ 00482913", "block", "f3", ("evasion:fullwidth",), (whole,)),
                row("MRN 00482913", "ask", "f4", spans=({**whole, "must": "ask"},)),
                row("Skin closed.", "pass", "f5", ("trap",)),
            )
        )
        shares = {name: (share.hits, share.n) for name, share in found.shares.items()}
        assert shares["direct"] == (1, 2)
        assert shares["evasions"] == shares["tag fullwidth"] == (1, 1)
        assert shares["asks"] == shares["harmless not blocked"] == shares["harmless not asked"] == (1, 1)
        assert shares["class H"] == (3, 4)
        assert shares["exactly as labelled"] == (3, 5)
        assert len(found.misses) == 1

    def test_texts_of_one_frame_do_not_count_as_many(self) -> None:
        """Ten frames of ten texts that stand or fall together tell as much as ten texts; with no miss, too."""
        together, apart, faultless = Share(), Share(), Share()
        for frame in range(10):
            for text in range(10):
                together.count(f"f{frame}", frame > 0)
                apart.count(f"f{frame}", text > 0)
                faultless.count(f"f{frame}", True)
        assert together.share == apart.share == 0.9
        assert together.independent() == pytest.approx(9, abs=1.1)
        assert apart.independent() == 100
        assert faultless.independent() == 10
        assert wilson(10, 10)[0] == pytest.approx(0.722, abs=0.001)

    def test_a_family_is_always_in_the_same_half(self) -> None:
        """By its name alone, and both halves have some."""
        assert {half_of(f"family-{n}") for n in range(20)} == {"A", "B"}
        assert half_of("family-3") == half_of("family-3")
