"""Which texts the guard says that it knows little of."""

import json
from itertools import islice
from pathlib import Path

import pytest

from app.editorial.guard.language import is_little_known

FIXTURES = Path(__file__).parent.parent.parent / "fixtures/guard"


class TestLittleKnown:
    @pytest.mark.parametrize(
        "text",
        [
            "المريض بخير والجراحة تسير كما هو مخطط لها.",
            "患者情况稳定，手术按计划进行。",
            "Пациент стабилен.",
            "Der Patient ist stabil, und die Operation verläuft wie geplant.",
            "O doente está estável e a cirurgia corre como planeado, todos estão calmos.",
            "Hasta durumu stabil, ameliyat planlandığı gibi ilerliyor ve ekip sakin.",
        ],
    )
    def test_a_text_in_another_language_is_said_to_be_one_whatever_it_stands_under(self, text: str) -> None:
        assert is_little_known(text)
        assert is_little_known(text, "en")

    def test_what_is_said_to_be_in_another_language_is_believed(self) -> None:
        assert is_little_known("Gut.", "de")
        assert not is_little_known("Good.", "en-GB")

    def test_nothing_is_said_of_what_has_no_words(self) -> None:
        assert not is_little_known("", "ar")
        assert not is_little_known("112 🙏", "ar")

    def test_our_own_languages_are_known_with_names_numbers_and_letters_of_any_width(self) -> None:
        """Of those who wrote for the guard, in five languages."""
        with (FIXTURES / "second.jsonl").open(encoding="utf-8") as lines:
            texts = [json.loads(line)["text"] for line in islice(lines, 300)]
        assert [text for text in texts if is_little_known(text)] == []
        assert not is_little_known("Patient Ｍａｒｇａｒｅｔ Ｓｉｎｇｈ awake")
