"""Keeps the scores on the labelled corpus; what they are, with bounds, is in `docs/guard.md`."""

import json
from functools import cache
from typing import Any

import pytest

from bench.guard import CLASSES, UNREAD, Scores, score, unread_rows, wilson
from bench.guard_decisions import Decisions, decisions, labelled
from tests.editorial.guard.corpus import FIXTURES
from tools.train_guard_texts import SETS

FEW_WORDS = 4
"""So many words come to two people: "Skin closed." """


def rows(pool: str) -> list[dict[str, Any]]:
    text = (FIXTURES / f"{pool}.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


@cache
def scores(pool: str) -> Scores:
    return score(rows(pool))


def holds(found: Decisions, floors: dict[str, float], *, least_n: int) -> None:
    """Every share is at its floor, over texts enough to say so."""
    for what, least in floors.items():
        assert found.shares[what].n >= least_n, what
        assert found.shares[what].share >= least, (what, found.misses)


@pytest.mark.parametrize("pool", ["seen", "held"])
class TestScores:
    def test_direct_identifiers_are_caught(self, pool: str) -> None:
        """At least 99.5 % of the names, contacts and numbers that must be blocked."""
        assert scores(pool).share("direct") >= 0.995, scores(pool).misses

    @pytest.mark.parametrize("cls", CLASSES)
    def test_every_class_is_caught(self, pool: str, cls: str) -> None:
        """At least 98 % of the spans of each of the eighteen classes, and each class is there."""
        assert scores(pool).tries[f"class {cls}"] > 0
        assert scores(pool).share(f"class {cls}") >= 0.98, scores(pool).misses

    def test_evasions_and_split_sequences_are_caught(self, pool: str) -> None:
        """At least 97 % and 95 %."""
        assert scores(pool).share("evasions") >= 0.97, scores(pool).misses
        assert scores(pool).share("split") >= 0.95, scores(pool).misses

    def test_harmless_texts_go_through(self, pool: str) -> None:
        """At most 1 % blocked, at most 5 % asked about; and at least 97 % of the blocks were right."""
        assert scores(pool).share("not blocked") >= 0.99, scores(pool).misses
        assert scores(pool).share("not asked") >= 0.95, scores(pool).misses
        assert scores(pool).share("block precision") >= 0.97, scores(pool).misses

    @pytest.mark.parametrize("lang", ["it", "fr", "es", "ca"])
    def test_every_language_is_as_good_as_english(self, pool: str, lang: str) -> None:
        """Within two points, for what is caught and for what goes through."""
        found = scores(pool)
        for what in ("recall", "harmless"):
            assert found.share(f"{what} {lang}") >= found.share(f"{what} en") - 0.02, found.misses


@cache
def unread() -> Decisions:
    return decisions(unread_rows())


def figure(found: Decisions, what: str) -> tuple[str, float, int]:
    """Without the texts that went wrong: nobody is to read them."""
    share = found.shares[what]
    return what, round(share.share, 4), share.n


class TestUnread:
    """Strangers' sets that no rule, no weight and nobody who works on the guard has read: floors below what is reached, so that nothing is lost unseen."""

    @pytest.mark.parametrize(
        ("what", "least", "least_n"),
        [
            ("direct", 0.98, 1100),
            ("asks", 0.97, 300),
            ("evasions", 0.97, 250),
            ("split", 0.95, 200),
            ("harmless not blocked", 0.96, 550),
            ("harmless not asked", 0.93, 550),
        ],
    )
    def test_strangers_texts_are_judged_no_worse_than_they_were(
        self, what: str, least: float, least_n: int
    ) -> None:
        """The aims of evasions (97 %) and splits (95 %) are floors here; those of direct identifiers (99.5 %) and of harmless texts (1 % blocked, 5 % asked) are not reached."""
        assert unread().shares[what].n >= least_n
        assert unread().shares[what].share >= least, figure(unread(), what)

    @pytest.mark.parametrize("cls", CLASSES)
    def test_every_class_is_caught(self, cls: str) -> None:
        """Of each of the eighteen classes at least 95 %, disguised and split ones included; the aim is 98, which B, C and R miss."""
        assert unread().shares[f"class {cls}"].n >= 30
        assert unread().shares[f"class {cls}"].share >= 0.95, figure(unread(), f"class {cls}")

    @pytest.mark.parametrize("lang", ["it", "fr", "es", "ca", "no language"])
    def test_every_language_is_as_good_as_english(self, lang: str) -> None:
        """Within two points, for what is caught and for what goes through; so are texts whose language is not given."""
        for what in ("caught", "harmless"):
            mine, english = (unread().shares[f"{what} {one}"] for one in (lang, "en"))
            assert mine.n >= 80
            assert mine.share >= english.share - 0.02, figure(unread(), f"{what} {lang}")

    def test_no_trainer_reads_it(self) -> None:
        """Nothing that is learned from bears its name, and none of its texts stands in a set that is learned from."""
        assert not {path.stem for path in UNREAD.glob("*.jsonl")} & set(SETS)
        learned = {row["text"] for name in SETS for row in rows(name)}
        assert not learned & {row["text"] for row in unread_rows() if len(row["text"].split()) > FEW_WORDS}


@pytest.mark.parametrize("pool", ["tune", "final"])
class TestWideScores:
    """The wide set, of which `final` was judged before its failures were looked at (figures in docs/guard.md)."""

    def test_identifiers_are_caught(self, pool: str) -> None:
        """Floors a little under what was reached: 98.5 % direct, 97 % evasions, 95 % split, 90 % of what asks."""
        found = scores(pool)
        for what, least in (("direct", 0.985), ("evasions", 0.97), ("split", 0.95), ("ask spans", 0.9)):
            assert found.share(what) >= least, (what, found.misses)

    def test_harmless_texts_go_through(self, pool: str) -> None:
        """At most 2 % blocked and 5 % asked about."""
        assert scores(pool).share("not blocked") >= 0.98, scores(pool).misses
        assert scores(pool).share("not asked") >= 0.95, scores(pool).misses

    def test_its_two_halves_share_no_frame(self, pool: str) -> None:
        """A sentence frame stands in one half alone, and every class and language stands in each."""
        other = {"tune": "final", "final": "tune"}[pool]
        assert not {row["family"] for row in rows(pool)} & {row["family"] for row in rows(other)}
        assert {row["lang"] for row in rows(pool)} == {"en", "it", "fr", "es", "ca"}
        assert {span["class"] for row in rows(pool) for span in row["spans"]} == set(CLASSES)


class TestAnotherAuthor:
    """The set of somebody who had not seen the rules; its first-look figures are in docs/guard.md."""

    def test_what_was_reached_is_kept(self) -> None:
        """Floors a little under what was reached: direct 99 %, asks 98 %, evasions 97 %, splits 95 %, harmless 99 % and 97 %."""
        found = decisions(rows("dev"))
        floors = {
            "direct": 0.99, "asks": 0.98, "evasions": 0.97, "split": 0.95,
            "harmless not blocked": 0.99, "harmless not asked": 0.97,
        }  # fmt: skip
        holds(found, floors, least_n=41)

    def test_what_was_reached_on_the_second_set_is_kept(self) -> None:
        """One text of each of its frames: direct 99 %, asks 98 %, evasions 97 %, splits 95 %, harmless 99 % and 98 %."""
        first = {row["family"]: row for row in reversed(rows("second"))}
        found = decisions(first.values())
        floors = {
            "direct": 0.99, "asks": 0.98, "evasions": 0.97, "split": 0.95,
            "harmless not blocked": 0.99, "harmless not asked": 0.98,
        }  # fmt: skip
        holds(found, floors, least_n=15)

    def test_what_was_reached_on_the_third_set_is_kept(self) -> None:
        """Every second text of its learning half: direct 98 %, asks 97 %, evasions 97 %, splits 95 %, harmless 99 % and 98 %."""
        found = decisions(labelled(row) for row in rows("third")[::2])
        floors = {
            "direct": 0.98, "asks": 0.97, "evasions": 0.97, "split": 0.95,
            "harmless not blocked": 0.99, "harmless not asked": 0.98,
        }  # fmt: skip
        holds(found, floors, least_n=20)

    def test_what_was_reached_on_the_rest_of_the_third_set_is_kept(self) -> None:
        """Every third text of its other half, unseen until its figures stood in the note: the same floors."""
        found = decisions(labelled(row) for row in rows("third_b")[::3])
        floors = {
            "direct": 0.98, "asks": 0.97, "evasions": 0.97, "split": 0.95,
            "harmless not blocked": 0.99, "harmless not asked": 0.98,
        }  # fmt: skip
        holds(found, floors, least_n=10)

    def test_what_was_reached_on_the_fourth_set_is_kept(self) -> None:
        """Every second text of the half that was read: the same floors, and 96 % in Catalan and in Spanish alone."""
        found = decisions(labelled(row) for row in rows("fourth")[::2])
        floors = {
            "direct": 0.98, "asks": 0.97, "evasions": 0.97, "split": 0.95,
            "harmless not blocked": 0.99, "harmless not asked": 0.98,
        }  # fmt: skip
        holds(found, floors, least_n=10)
        for lang in ("ca", "es"):
            assert found.shares[f"{lang}: caught"].share >= 0.96, (lang, found.misses)

    def test_what_was_reached_on_the_rest_of_the_fourth_set_is_kept(self) -> None:
        """Every second text of the other half, unseen until its figures stood in the note: the same floors, and no crisis text stopped."""
        found = decisions(labelled(row) for row in rows("fourth_b")[::2])
        floors = {
            "direct": 0.98, "asks": 0.97, "evasions": 0.97, "split": 0.95,
            "harmless not blocked": 0.99, "harmless not asked": 0.98,
        }  # fmt: skip
        holds(found, floors, least_n=10)
        for lang in ("ca", "es"):
            assert found.shares[f"{lang}: caught"].share >= 0.96, (lang, found.misses)
        harmless = [row for row in rows("fourth_b") if row["kind"] == "crisis" and row["expect"] == "pass"]
        assert len(harmless) >= 20
        assert not decisions(labelled(row) for row in harmless).misses

    def test_what_was_reached_on_the_fifth_set_is_kept(self) -> None:
        """Every second text of the half that was read: the same floors."""
        found = decisions(labelled(row) for row in rows("fifth")[::2])
        floors = {
            "direct": 0.98, "asks": 0.97, "evasions": 0.96, "split": 0.9,
            "harmless not blocked": 0.98, "harmless not asked": 0.97,
        }  # fmt: skip
        holds(found, floors, least_n=10)

    @pytest.mark.parametrize("pool", ["seventh", "eighth"])
    def test_what_was_reached_on_the_seventh_and_eighth_sets_is_kept(self, pool: str) -> None:
        """Every fourth text, read and learned from: direct 98 %, asks 93 %, evasions 93 %, splits 90 %, harmless 96 % and 95 %."""
        found = decisions(labelled(row) for row in rows(pool)[::4])
        floors = {
            "direct": 0.98, "asks": 0.93, "evasions": 0.93, "split": 0.9,
            "harmless not blocked": 0.96, "harmless not asked": 0.95,
        }  # fmt: skip
        holds(found, floors, least_n=5)

    @pytest.mark.parametrize(
        ("pool", "direct"),
        [
            ("ninth", 0.96),
            ("tenth", 0.89),
            ("eleventh", 0.96),
            ("twelfth", 0.96),
            ("fourteenth", 0.98),
            ("fifteenth", 0.98),
            ("sixteenth", 0.97),
            ("seventeenth", 0.97),
        ],
    )
    def test_what_was_reached_on_the_sets_that_only_weights_have_read_is_kept(
        self, pool: str, direct: float
    ) -> None:
        """Every fourth text; no rule was made for them."""
        found = decisions(labelled(row) for row in rows(pool)[::4])
        floors = {
            "direct": direct,
            "asks": 0.9,
            "evasions": 0.86,
            "split": 0.75,
            "harmless not blocked": 0.95,
            "harmless not asked": 0.84,
        }
        holds(found, floors, least_n=3)

    @pytest.mark.parametrize("pool", ["nineteenth", "twentieth"])
    def test_what_was_reached_on_sequences_is_kept(self, pool: str) -> None:
        """Every second text of two authors who wrote nothing else: splits 90 %, and what only follows on 95 % and 90 %."""
        found = decisions(labelled(row) for row in rows(pool)[::2])
        floors = {"split": 0.9, "harmless not blocked": 0.95, "harmless not asked": 0.9}
        holds(found, floors, least_n=20)

    def test_what_the_product_says_itself_goes_through(self) -> None:
        """Every tenth of its own headings, labels, refusals, addresses and steps: 99 % are neither blocked nor asked about."""
        found = decisions({"id": row["family"], "lang": "", **row} for row in rows("product")[::10])
        holds(found, {"harmless not blocked": 0.99, "harmless not asked": 0.99}, least_n=300)


def test_the_corpus_is_as_large_as_promised() -> None:
    """6,000 texts: 2,500 that identify with 3,000 spans, 2,000 traps, 300 in each language."""
    found = [*rows("seen"), *rows("held")]
    assert len(found) >= 6000
    assert sum(bool(row["spans"]) for row in found) >= 2500
    assert sum(len(row["spans"]) for row in found) >= 3000
    assert sum(row["trap"] for row in found) >= 2000
    for lang in ("en", "it", "fr", "es", "ca"):
        assert sum(row["lang"] == lang for row in found) >= 300
    families = [{row["family"] for row in found if row["family"].startswith(start)} for start in ("s-", "h-")]
    assert not families[0] & families[1]


def test_wilson_bounds_are_those_of_the_textbook() -> None:
    """95 of 100 lies between 88.8 % and 97.8 %."""
    low, high = wilson(95, 100)
    assert (round(low, 3), round(high, 3)) == (0.888, 0.978)
