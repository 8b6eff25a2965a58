"""SMS alphabet, units, parts and offenders, against the vectors of the notes and an independent counter."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from smsutil import split as oracle_split

from app.channels.measure import measure
from app.channels.measure.sms import measure_sms, plain, to_plain
from app.channels.measure.tables import SMS
from tests.channels.measure.cases import shared

CASES = shared("sms")


class TestCount:
    def test_every_vector(self) -> None:
        """Encoding, units and parts of every vector hold, with references of 8 and of 16 bits."""
        wrong = []
        for case in CASES["counted"]:
            small, large = measure_sms(case["text"]), measure_sms(case["text"], reference_bits=16)
            got = (small.encoding, small.weight, small.segments, large.segments)
            if got != (case["encoding"], case["units"], case["segments"], case["segments16"]):
                wrong.append((case, got))
        assert wrong == []

    def test_a_pair_is_never_cut(self) -> None:
        """153 euro signs are 306 units and would divide into two parts of 153; an escape cannot be torn off."""
        assert measure_sms("€" * 153).segments == 3
        assert measure_sms("😀" * 67).segments == 3

    def test_limit_is_the_gateways(self) -> None:
        """A message fits until it has more units than one call may hand over."""
        assert measure("sms", "a" * 1600).fits
        assert not measure("sms", "a" * 1601).fits
        assert not measure("sms", "").fits

    def test_more_than_255_parts_do_not_fit_at_any_limit(self) -> None:
        """The header numbers parts with one octet."""
        assert measure_sms("a" * 153 * 255, limit=10**6).fits
        assert not measure_sms("a" * (153 * 255 + 1), limit=10**6).fits

    def test_alphabet_has_its_127_characters(self) -> None:
        """The basic set has 128 places of which one is the escape; nothing stands twice."""
        assert len(set(SMS["basic"])) == len(SMS["basic"]) == 127
        assert SMS["basic"].index("Ξ") == 0x1A
        assert SMS["basic"].index("A") == 0x41 - 1  # behind the escape everything stands one lower here
        assert SMS["basic"].index("à") == 0x7F - 1


class TestOffenders:
    def test_every_offender_is_named_with_place_and_replacement(self) -> None:
        """Which character took the message out of GSM-7, where it stands, and what would do instead."""
        for case in CASES["offenders"]:
            got = [[o.char, o.index, o.replacement] for o in measure("sms", case["text"]).offenders]
            assert got == case["offenders"], case["text"]

    def test_replacing_makes_the_text_plain(self) -> None:
        """The plain form of a text is what the offenders propose."""
        for text, expected in CASES["plain"]:
            assert to_plain(text) == expected

    @pytest.mark.parametrize("char", sorted(SMS["replacements"]))
    def test_every_replacement_is_in_the_alphabet(self, char: str) -> None:
        """A replacement never needs a replacement."""
        replacement = plain(char)
        assert replacement is not None
        assert measure_sms(replacement).encoding == "GSM-7"

    @settings(max_examples=200, deadline=None)
    @given(st.characters(exclude_categories=["Cs"]))
    def test_whatever_is_proposed_is_in_the_alphabet(self, char: str) -> None:
        """No character gets a replacement outside GSM-7."""
        assert measure_sms(plain(char) or "").encoding == "GSM-7"


class TestOracle:
    # The oracle does not know the form feed.
    @settings(max_examples=300, deadline=None, derandomize=True)
    @given(
        st.lists(
            st.tuples(st.sampled_from("aZ0 €^{é\n漢😀’ç"), st.integers(1, 170)).map(lambda x: x[0] * x[1]),
            max_size=4,
        ).map("".join)
    )
    def test_parts_equal_those_of_an_independent_counter(self, text: str) -> None:
        """Any text falls into as many parts as smsutil makes of it."""
        expected = oracle_split(text)
        got = measure_sms(text)
        if text:
            assert got.segments == len(expected.parts)
            assert got.encoding == ("GSM-7" if expected.encoding == "gsm0338" else "UCS-2")
