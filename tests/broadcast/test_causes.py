"""One sentence stands for many people: no number of one of them is in it."""

import pytest

from app.broadcast.looks import nameless


class TestNameless:
    @pytest.mark.parametrize(
        ("said", "shown"),
        [
            (
                "SMS refused this number: +34 600 100 123 is not valid.",
                "SMS refused this number: … is not valid.",
            ),
            ("The 'To' number +3460010001 is unreachable", "The 'To' number … is unreachable"),
            ("No signal (code 30003) since 15:04.", "No signal (code 30003) since 15:04."),
        ],
    )
    def test_a_number_that_a_platform_repeats_is_taken_out_and_its_codes_stay(
        self, said: str, shown: str
    ) -> None:
        """Long runs of digits are numbers of phones; codes and times are short."""
        assert nameless(said) == shown
