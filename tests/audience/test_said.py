"""What strangers write to be seen otherwise than it is read."""

import time

import pytest

from app.audience.said import MOST_LINES, MOST_MARKS, name, readable


class TestReadable:
    @pytest.mark.parametrize(
        "text",
        [
            "How long will it take?",
            "Two paragraphs.\n\nAs people write them.",
            "كم من الوقت؟\u200f 2 ساعات",
            "שָׁלוֹם, family 👨‍👩‍👧 🏴󠁧󠁢󠁥󠁮󠁧󠁿",
            "Việt ngữ, e\u0302\u0323\u0301, ภาษาไทย",
        ],
    )
    def test_what_people_write_stays_as_it_is(self, text: str) -> None:
        """Directions, joined signs and marks that a language needs."""
        assert readable(text) == text

    @pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r", "\u2028", "\u2029", "\x85", "\x0b"])
    def test_empty_lines_push_nothing_off_the_page(self, line_end: str) -> None:
        """A moderator's list shows them as one blank, and the public would see four thousand."""
        assert readable("Hello" + line_end * 3_990 + "world") == "Hello\n\nworld"
        assert readable("Hello" + line_end * 3_990) == "Hello"
        assert readable("Hello" + f" \u3000{line_end}" * 1_000 + "world").count("\n") == 2

    def test_many_short_lines_become_one_long_one(self) -> None:
        """Nothing is lost, and it is no taller than a page."""
        text = readable("\n".join("abc"[n % 3] for n in range(2_000)))
        assert text.count("\n") == MOST_LINES - 1
        assert "".join(text.split()) == "".join("abc"[n % 3] for n in range(2_000))

    def test_what_turns_the_direction_round_is_gone(self) -> None:
        """The privacy check reads a name backwards, and people would read it as it is."""
        assert (
            readable("\u202ezeravlA\u202c is \u2067in\u2069 there\x07\x1b[31m") == "zeravlA is in there[31m"
        )

    def test_marks_do_not_cover_what_stands_above(self) -> None:
        """A letter keeps a few of them."""
        assert readable("H" + "\u030d\u0347" * 500 + "i") == "H" + "\u030d\u0347" * (MOST_MARKS // 2) + "i"

    def test_I02_a_flood_of_the_worst_costs_little(self) -> None:
        """2,000 a second come in."""
        texts = ["a\u0301\u0302" * 1_333, "\n \n" * 1_333, "\u202e" * 4_000, " \n" * 2_000 + "x"]
        began = time.process_time()
        for text in texts * 25:
            readable(text)
        assert (time.process_time() - began) / 100 < 0.002


def test_a_name_stands_on_one_line() -> None:
    """Whatever was put into it."""
    assert name("Ana\n\n\u202eanA\r\n  Pérez") == "Ana anA Pérez"
