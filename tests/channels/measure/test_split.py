"""Cutting a text into a numbered thread."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.channels.measure import measure
from app.channels.measure.graphemes import grapheme_borders
from app.channels.measure.links import find_links
from app.channels.measure.split import split
from app.channels.measure.x import weigh
from app.errors import InvalidInput
from tests.channels.measure.cases import shared

NUMBER = re.compile(r" \((\d+)/(\d+)\)\Z")


def _units(text: str) -> int:
    return measure("sms", text).weight


def _bodies(parts: list[str]) -> list[str]:
    return [NUMBER.sub("", part) for part in parts] if len(parts) > 1 else parts


_WORDS = st.sampled_from(
    [
        *(
            "a",
            "the",
            "surgeon",
            "opens",
            "chest.",
            "Calm!",
            "Dr.",
            "Now,",
            "why?",
            "antidisestablishmentarianism",
        ),
        *(
            "hospital.org",
            "https://example.com/live/now?x=1",
            "https://a.example/very/long/path",
            "\n\n",
            "😀",
        ),
        *(
            "👨‍👩‍👧‍👦👨‍👩‍👧‍👦👨‍👩‍👧‍👦",
            "手術は無事に終わりました。次は縫合です。",
            "ไทยไทยไทยไทย",
            "e\u0301" * 30,
            "🇬🇧🇫🇷🇮🇹🇪🇸",
            "字" * 90,
        ),
    ]
)
_TEXTS = st.lists(_WORDS, min_size=1, max_size=60).map(" ".join)


class TestSplit:
    def test_short_text_stays_whole_and_unnumbered(self) -> None:
        """One part carries no number."""
        assert split("Knife to skin at 09:12.", 280, weigh) == ["Knife to skin at 09:12."]

    def test_blank_text_has_no_parts(self) -> None:
        """There is nothing to post."""
        assert split(" \n ", 280, weigh) == []

    def test_parts_end_at_sentences(self) -> None:
        """A part ends with a sentence where that leaves it at least half full."""
        text = "The team is ready. The patient sleeps. We begin with the left side and take our time."
        assert split(text, 50, weigh) == [
            "The team is ready. The patient sleeps. (1/3)",
            "We begin with the left side and take our (2/3)",
            "time. (3/3)",
        ]

    def test_title_is_no_end_of_sentence(self) -> None:
        """A part does not end behind "Dr."."""
        parts = split("Today we watch at work here Dr. Smith and her team of nine people.", 40, weigh)
        assert not any(body.endswith("Dr.") for body in _bodies(parts))

    def test_paragraph_ends_a_part(self) -> None:
        """An empty line is a pause like a sentence's end."""
        assert split("First thing without a stop\n\nSecond thing, a little longer", 40, weigh) == [
            "First thing without a stop (1/2)",
            "Second thing, a little longer (2/2)",
        ]

    def test_every_shared_thread_is_cut_at_the_same_places(self) -> None:
        """The author's preview and the server cut alike: both give these parts."""
        for case in shared("split")["threads"]:
            rule = case["rule"]
            got = split(case["text"], case["limit"], lambda part, rule=rule: measure(rule, part).weight)
            assert got == case["parts"], case["name"]

    def test_link_that_fits_nowhere_is_refused(self) -> None:
        """A link is never cut; the author is told."""
        with pytest.raises(InvalidInput) as refused:
            split("See https://a.example/" + "x" * 100 + " now", 60, _units)
        assert refused.value.code == "word_too_long"

    def test_ten_parts_and_more_keep_room_for_their_numbers(self) -> None:
        """The longer number is part of the weight."""
        parts = split("word " * 300, 50, weigh)
        assert len(parts) > 30
        assert all(weigh(part) <= 50 for part in parts)
        assert parts[-1].endswith(f"({len(parts)}/{len(parts)})")

    @settings(max_examples=60, deadline=None)
    @given(_TEXTS, st.sampled_from([60, 140, 280]))
    def test_parts_fit_lose_nothing_and_cut_no_link(self, text: str, limit: int) -> None:
        """Every part fits with its number; together they are the text, white space at the cuts apart; links stay whole."""
        normal = unicodedata.normalize("NFC", text).strip()
        parts = split(text, limit, weigh)
        assert all(0 < weigh(part) <= limit for part in parts)
        assert [NUMBER.search(part) is not None for part in parts] == [len(parts) > 1] * len(parts)
        at, borders = 0, {0, *grapheme_borders(normal)}
        inside = {i for link in find_links(normal) for i in range(link.start + 1, link.end)}
        for body in _bodies(parts):
            while normal[at : at + 1].isspace():
                at += 1
            assert normal.startswith(body, at)
            assert at in borders
            assert at not in inside
            at += len(body)
        assert at == len(normal)

    @settings(max_examples=40, deadline=None)
    @given(_TEXTS)
    def test_rule_is_the_callers(self, text: str) -> None:
        """The same cutting serves a channel that counts units."""
        parts = split(text, 160, _units)
        assert all(_units(part) <= 160 for part in parts)


class TestGraphemes:
    @pytest.mark.parametrize(
        ("text", "count"),
        [
            ("", 0),
            ("abc", 3),
            ("e\u0301a", 2),
            ("\r\na", 2),
            ("👨‍👩‍👧‍👦!", 2),
            ("👍🏽👍", 2),
            ("🇬🇧🇫🇷🇮", 3),
            ("1\ufe0f\u20e3", 1),
            ("🏴󠁧󠁢󠁥󠁮󠁧󠁿", 1),
            ("각가", 2),
        ],
    )
    def test_what_a_reader_sees_as_one_is_one(self, text: str, count: int) -> None:
        """Marks, joiners, tones, flags and syllables hold together."""
        assert len(grapheme_borders(text)) == count
