"""The text of a digest: it fits, it is fair, it is stamped, and what it does not hold it does not claim."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.broadcast.coalescing import MOST_TOLD
from app.channels.measure import measure
from app.editorial.digest import IN_SHORT, LEAST_CHARS, compose, cut, room
from app.editorial.render import STAMPS

LINK = "https://live.example/e/valve"


def post(texts: list[str], **more: str) -> tuple[int, str]:
    given = {"lang": "en", "link": LINK, "stamp": "", "rule": "x", **more}
    return compose(texts, limit=280, **given)  # type: ignore[arg-type]


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


class TestRoom:
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
            ("See https://valdora.example/a-long-one for more", 30, "See…"),
            ("👩‍👩‍👧‍👧👩‍👩‍👧‍👧👩‍👩‍👧‍👧👩‍👩‍👧‍👧", 24, "👩‍👩‍👧‍👧👩‍👩‍👧‍👧👩‍👩‍👧‍👧…"),
        ],
    )
    def test_it_ends_at_a_word_and_never_in_a_link_or_a_character(
        self, text: str, most: int, said: str
    ) -> None:
        """With its “…” it is no longer than asked."""
        assert cut(text, most) == said
        assert len(said) <= max(most, LEAST_CHARS)
