"""The text of a digest: it fits, it is fair, it is stamped, and what it does not hold it does not claim."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.broadcast.coalescing import MOST_TOLD
from app.channels.measure import measure
from app.editorial.digest import IN_SHORT, compose, cut, room
from app.editorial.render import STAMPS

LINK = "https://live.example/e/valve"


def post(texts: list[str], **more: Any) -> tuple[int, str]:
    given: dict[str, Any] = {"lang": "en", "link": LINK, "stamp": "", "rule": "x", **more}
    return compose(texts, limit=280, **given)


class TestCompose:
    @given(st.lists(st.text(min_size=1, max_size=400), min_size=1, max_size=12))
    def test_it_always_fits_and_says_how_many_it_tells(self, texts: list[str]) -> None:
        """Whatever is in the texts: within the channel's own count, a line each, oldest first, the link at the end."""
        n, text = post(texts)
        assert n >= 1
        assert measure("x", text, limit=280).fits
        lines = text.split("\n")
        assert (lines[0], lines[-1], len(lines)) == ("In short:", LINK, n + 2)

    def test_short_texts_stay_whole_and_the_long_ones_share_the_rest(self) -> None:
        """Nobody is cut while there is room."""
        n, text = post(["Incision made.", "The valve is out. " * 20, "All is calm."])
        assert n == 3
        assert "• Incision made.\n" in text
        assert "• All is calm.\n" in text
        assert measure("x", text).weight > 265

    def test_what_has_no_room_is_left_for_another_post(self) -> None:
        """Twenty long ones: as many as get their share, and no word of the others."""
        n, text = post([f"{number} " + "word " * 40 for number in range(20)])
        assert 5 < n < 20
        assert f"• {n - 1} word" in text
        assert f"• {n} word" not in text

    def test_a_drill_says_so_and_other_languages_have_their_words(self) -> None:
        """The stamp is counted like every other."""
        _, text = post(["Fatto."], lang="it", stamp="ESERCITAZIONE. ")
        assert text == f"ESERCITAZIONE. In breve:\n• Fatto.\n{LINK}"

    def test_it_has_the_events_hashtags_and_leaves_out_those_that_would_cost_a_text_its_place(self) -> None:
        """As every other post of the event has them: each once, at the end, and the first ones first."""
        n, text = post(["Incision made. #valve", "All is calm."], hashtags=["Valve", "liveSurgery"])
        assert n == 2
        assert text.endswith(f"{LINK} #liveSurgery")
        assert "#Valve" not in text
        long = ["The clamp is off and the kidney is pink again, as it should be."] * 12
        without, _ = post(long)
        tags = ["a" * 12, "b" * 60]
        with_tags, text = post(long, hashtags=tags)
        assert with_tags == without
        assert text.endswith((LINK, f"{LINK} #{tags[0]}"))
        assert measure("x", text, limit=280).fits

    @given(
        st.lists(st.text(min_size=1, max_size=400), min_size=1, max_size=12),
        st.lists(st.text(alphabet="abcÄ中", min_size=1, max_size=40), max_size=4),
    )
    def test_with_any_hashtags_it_fits_and_tells_as_many_as_without(
        self, texts: list[str], tags: list[str]
    ) -> None:
        """Words come before tags."""
        n, text = post(texts, hashtags=tags)
        assert n == post(texts)[0]
        assert measure("x", text, limit=280).fits


class TestRoom:
    @given(st.lists(st.text(min_size=1, max_size=120), min_size=12, max_size=12))
    def test_whatever_letters_they_are_in_it_is_not_more_than_the_post_tells(self, texts: list[str]) -> None:
        """A sign that counts twice takes two of the same share; who is promised a place in the post has one."""
        assert post(texts)[0] >= room(LINK, "x", 280, drill=False)

    @pytest.mark.parametrize(
        "text",
        [
            "患者的主动脉瓣已经被成功地更换了心脏重新开始跳动",
            "Το νεφρό είναι και πάλι ροζ όπως πρέπει να είναι",
            "🫀" * 60,
        ],
    )
    def test_a_text_in_signs_that_count_twice_has_its_place_too(self, text: str) -> None:
        """Of Chinese, Greek and emoji as many are told as of any."""
        assert post([text] * 12)[0] >= room(LINK, "x", 280, drill=False)

    @pytest.mark.parametrize("drill", [False, True])
    @pytest.mark.parametrize("lang", sorted(IN_SHORT))
    def test_it_is_not_more_than_any_post_tells(self, lang: str, drill: bool) -> None:
        """Of updates that are as long as can be, in every language, with the stamp of a drill and without."""
        most = room(LINK, "x", 280, drill=drill)
        stamp = f"{STAMPS[lang]} " if drill else ""
        texts = ["The clamp is off and the kidney is pink again, as it should be."] * most
        assert post(texts, lang=lang, stamp=stamp)[0] == most
        assert 5 < most < MOST_TOLD
        assert room(LINK, "facebook", 60_000, drill=drill) == MOST_TOLD


class TestCut:
    @pytest.mark.parametrize(
        ("text", "most", "said"),
        [
            ("The clamp is off.", 17, "The clamp is off."),
            ("The clamp is off, and it beats.", 24, "The clamp is off, and…"),
            ("The anaesthesiologists are content.", 20, "The…"),
            ("Anaesthesiologists are content.", 12, "Anaesthesi…"),
            ("See https://valdora.example/a-long-one for more", 25, "See…"),
            ("https://valdora.org/a-long-one says more", 25, "https://valdora.org/a-long-one…"),
            ("👩‍👩‍👧‍👧👩‍👩‍👧‍👧👩‍👩‍👧‍👧👩‍👩‍👧‍👧", 7, "👩‍👩‍👧‍👧👩‍👩‍👧‍👧…"),
            ("主动脉瓣已经被成功地更换了", 12, "主动脉瓣已…"),
            ("Der Arzt 主动脉瓣已经被成功地更换了", 20, "Der Arzt 主动脉瓣…"),
        ],
    )
    def test_it_ends_at_a_word_and_never_in_a_link_or_a_character(
        self, text: str, most: int, said: str
    ) -> None:
        """With its “…” it is no heavier than asked; a word is cut only where nothing else would be left."""
        assert cut(text, most, "x") == said
        assert measure("x", said).weight <= most

    @given(st.text(min_size=1, max_size=300), st.integers(25, 200))
    def test_it_is_never_heavier_than_asked(self, text: str, most: int) -> None:
        """Whatever the letters."""
        assert measure("x", cut(text, most, "x")).weight <= most
