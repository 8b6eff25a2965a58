"""What a text must be before anybody looks at its meaning."""

from collections.abc import Sequence

import pytest

from app.channels.registry import kind
from app.editorial.render import STAMPS, Target, banned_in_drill, render, with_hashtags
from app.editorial.texts import MAX_CHARS, clean, clean_texts
from app.errors import InvalidInput


class TestClean:
    def test_text_is_composed_and_trimmed_and_otherwise_left_alone(self) -> None:
        """NFC, one kind of line end, no blanks at the ends; nothing else changes."""
        assert clean("  cafe\u0301\r\nsecond  line\u2019s \U0001f469\u200d\u2695\ufe0f ") == (
            "caf\u00e9\nsecond  line\u2019s \U0001f469\u200d\u2695\ufe0f"
        )

    @pytest.mark.parametrize(
        "text",
        ["a\x00b", "a\x1bb", "a\tb", "a\x7fb", "a\u202eb", "a\u2066b\u2069", "a\u200fb", "a\ud800b"],
        ids=["nul", "escape", "tab", "delete", "override", "isolate", "mark", "half a character"],
    )
    def test_invisible_controls_are_refused_with_their_place(self, text: str) -> None:
        """Control and bidirectional characters never get in; the sentence says what to do."""
        with pytest.raises(InvalidInput) as refused:
            clean(text)
        assert refused.value.code == "bad_characters"

    @pytest.mark.parametrize("text", ["", "   ", "\n\r\n"])
    def test_an_empty_text_is_refused(self, text: str) -> None:
        """Blanks are not a text."""
        with pytest.raises(InvalidInput) as refused:
            clean(text)
        assert refused.value.code == "empty_text"

    def test_a_text_that_is_far_too_long_is_refused(self) -> None:
        """One over the limit is; the limit itself is not."""
        assert clean("a" * MAX_CHARS)
        with pytest.raises(InvalidInput) as refused:
            clean("a" * (MAX_CHARS + 1))
        assert refused.value.code == "too_long"


class TestLanguages:
    def test_an_unknown_language_is_named(self) -> None:
        """The sentence lists those the event uses."""
        with pytest.raises(InvalidInput, match="en, it"):
            clean_texts({"en": "Hello", "de": "Hallo"}, langs=["en", "it"], default_lang="en")

    def test_the_events_own_language_must_be_there(self) -> None:
        """An update that the default reader cannot read is none."""
        with pytest.raises(InvalidInput) as refused:
            clean_texts({"it": "Ciao"}, langs=["en", "it"], default_lang="en")
        assert refused.value.code == "empty_text"

    def test_a_language_left_empty_is_left_out(self) -> None:
        """An untouched tab is no text."""
        assert clean_texts({"en": "Hi", "it": " "}, langs=["en", "it"], default_lang="en") == {"en": "Hi"}


class TestHashtags:
    def test_a_tag_is_added_once(self) -> None:
        """Whatever its case, and only when the text lacks it."""
        assert with_hashtags("All is well.", ["KidneyLive"]) == "All is well. #KidneyLive"
        assert with_hashtags("All is well #kidneylive", ["KidneyLive"]) == "All is well #kidneylive"


class TestDrillWords:
    @pytest.mark.parametrize("text", ["This is not a drill!", "NOT A  DRILL", "Ce n’est pas un exercice"])
    def test_a_drill_never_denies_being_one(self, text: str) -> None:
        """The words are found whatever their case and spacing, in each language."""
        assert banned_in_drill([text]) is not None

    def test_ordinary_words_pass(self) -> None:
        """A drill may speak of drilling."""
        assert banned_in_drill(["The surgeon drills a small hole."]) is None


class TestCounted:
    """What is added to a text counts in its length, on the platform's own scale."""

    def target(self) -> Target:
        return Target("x", "x", "X", kind("x").capabilities)

    def weighs(
        self, text: str, *, hashtags: Sequence[str] = (), drill: bool = False, lang: str = "en"
    ) -> int:
        made = render(
            self.target(),
            texts={lang: text},
            channel_texts={},
            default_lang=lang,
            hashtags=hashtags,
            drill=drill,
        )
        assert made.fits
        return made.measured.weight

    def test_S12_the_hashtag_is_counted(self) -> None:
        """A blank and the tag more; a tag that the text has already costs nothing."""
        assert self.weighs("All is well.", hashtags=["KidneyLive"]) == self.weighs("All is well.") + len(
            " #KidneyLive"
        )
        said = "All is well. #kidneylive"
        assert self.weighs(said, hashtags=["KidneyLive"]) == self.weighs(said)

    @pytest.mark.parametrize("lang", sorted(STAMPS))
    def test_N14_the_stamp_is_counted_in_the_language_of_the_text(self, lang: str) -> None:
        """On every part of a thread as well: what is split holds its stamp and still fits."""
        assert (
            self.weighs("Fatto.", drill=True, lang=lang)
            == self.weighs("Fatto.", lang=lang) + len(STAMPS[lang]) + 1
        )
        long = render(
            self.target(),
            texts={lang: "Uno due. " * 60},
            channel_texts={},
            default_lang=lang,
            hashtags=(),
            drill=True,
        )
        assert len(long.parts) > 1
        assert long.measured.weight <= long.measured.limit
        assert all(part.startswith(f"{STAMPS[lang]} ") for part in long.parts)
