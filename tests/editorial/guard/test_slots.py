"""Names that no list has, in lower case, by their place; what a library of templates says; a wrong guess of the language."""

import json
from pathlib import Path

import pytest

from app.editorial import guard
from app.editorial.guard import GuardRequest, Verdict
from app.editorial.guard.dictionary import names
from app.editorial.guard.engine import RuleGuard
from app.editorial.guard.heard import is_unheard
from app.editorial.guard.lazy import Lazy, looked_at

GUARD = RuleGuard()


def verdict(text: str, kind: str = "surgery", lang: str | None = None, *previous: str) -> Verdict:
    return GUARD.check(GuardRequest(text, kind, lang=lang, previous=previous)).verdict


class TestPlaces:
    @pytest.mark.parametrize(
        "text",
        [
            "prepping dunstanwick for the hip",
            "la sra zorrakin ya esta en quirofano",
            "madame destribois a froid aux pieds",
            "nonno zambrottone ha riso fino alla mascherina",
            "nonno ferruzzano ha scherzato fino alla maschera",
            "adormim en remigi barrufet, tranquil",
            "el abuelo de luz esta fuera esperando noticias",
        ],
    )
    def test_a_name_of_no_list_in_lower_case_blocks_where_people_stand(self, text: str) -> None:
        """A title, a grandfather, what is done to people, somebody's relative."""
        assert verdict(text) == Verdict.BLOCK

    @pytest.mark.parametrize(
        "text",
        [
            "prepping the field for the hip",
            "la familia esta tranquila y avisada",
            "le tabouret de l'opérateur est bancal, on le change",
            "prolè 5/0 de doble agulla, nus al revés i aigua",
            "bob's your uncle, duct clipped, divided, done",
        ],
    )
    def test_words_at_the_same_places_pass(self, text: str) -> None:
        """Things, adjectives and sayings that have been heard."""
        assert verdict(text) == Verdict.PASS

    def test_forms_of_a_word_that_was_heard_are_heard(self) -> None:
        """And names are not, whether a list has them or not."""
        assert not is_unheard(names(), "anaesthetised")
        assert is_unheard(names(), "zampaglia")

    @pytest.mark.parametrize(
        ("text", "previous"),
        [
            ("...lowden and she is doing wonderfully", ("her name is Philippa Swa",)),
            (".wixsite.com/diario, ahí está todo", ("el tío escribe de miedo, buscad", "elhigadodeonofre")),
        ],
    )
    def test_the_rest_of_a_name_or_a_page_blocks(self, text: str, previous: tuple[str, ...]) -> None:
        """Broken off in the middle of a word."""
        assert verdict(text, "surgery", None, *previous) == Verdict.BLOCK


def test_the_templates_of_the_library_pass() -> None:
    """In every language and length, each as its kind: the product's own words are never stopped."""
    library = Path(guard.__file__).parents[1] / "library"

    def texts(value: object) -> list[str]:
        if isinstance(value, str):
            return [value]
        inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
        return [text for one in inner for text in texts(one)]

    for kind in ("crisis", "surgery"):
        found = texts(json.loads((library / f"{kind}.json").read_text(encoding="utf-8")))
        assert len(found) > 50
        stopped = [text for text in found[::3] if len(text.split()) > 3 and verdict(text, kind) != "pass"]
        assert not stopped


def test_a_language_that_is_in_doubt_lowers_nothing() -> None:
    """The article that only Catalan gives to people blocks in a short text that looks Spanish."""
    for text in ("en siset ja ha sortit", "l'aorta d'en ximo és com paper"):
        assert verdict(text) == Verdict.BLOCK


def test_a_pattern_is_left_out_only_where_it_cannot_match() -> None:
    """In any case, behind options and within alternatives; a text that was not looked at is searched in full."""
    pattern = Lazy(r"(?i:\bmr )?(?:insulin|steroid)s?\b(?= given)")
    for text in ("INSULIN given", "no steroids given today", "nothing at all"):
        expected = "nothing" not in text
        assert bool(Lazy(r"(?i)(?:insulin|steroid)s?\b(?= given)").search(text)) == expected
        looked_at(text.lower())
        found = pattern.search(text.lower())
        assert bool(found) == expected
        assert bool(list(pattern.finditer(text.lower()))) == expected
