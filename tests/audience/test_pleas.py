"""Who asks for help in an emergency is found by his words; who only speaks of help is not."""

from pathlib import Path

import pytest

from app.audience.pleas import asks_for_help

LINES = (Path(__file__).parent.parent / "fixtures/pleas/lines.txt").read_text("utf-8").splitlines()


class TestAsksForHelp:
    @pytest.mark.parametrize("text", [line[2:] for line in LINES if line.startswith("+ ")])
    def test_a_call_for_help_is_found_in_every_language_of_the_public(self, text: str) -> None:
        """Falls, breath, blood, fire, water, pills, labour, somebody missing, who wants to die; with and without accents."""
        assert asks_for_help(text)
        assert asks_for_help(text.upper())
        assert asks_for_help(f"@valdora {text} 🙏")

    @pytest.mark.parametrize("text", [line[2:] for line in LINES if line.startswith("- ")])
    def test_what_only_speaks_of_help_is_none(self, text: str) -> None:
        """Questions, thanks, rumours, stories of the past, cases, talk of the operation, figures of speech."""
        assert not asks_for_help(text)

    def test_a_letter_is_read_where_calls_are_made(self) -> None:
        """However long a text is, it costs little."""
        assert asks_for_help("My father fell down. " + "Please. " * 5_000)
        assert not asks_for_help("word " * 50_000)
        assert not asks_for_help("")
