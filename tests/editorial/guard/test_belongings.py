"""Names by what is theirs and what they do, in five languages and in lower case; pages of their own; numbers taken up again."""

import pytest

from app.editorial.guard import GuardRequest, Verdict
from app.editorial.guard.engine import RuleGuard

GUARD = RuleGuard()


def verdict(text: str, kind: str, lang: str, *previous: str) -> Verdict:
    return GUARD.check(GuardRequest(text, kind, lang=lang, previous=previous)).verdict


class TestWhose:
    @pytest.mark.parametrize(
        ("text", "lang"),
        [
            ("l'aorta d'en ximo és com paper", "ca"),
            ("el germà d'en siscu és a fora", "ca"),
            ("avui li toca a la vicenteta", "ca"),
            ("l'aorta di pinuccia è come carta", "it"),
            ("on emmène bakary en salle de réveil", "fr"),
            ("la aorta de loreto es como papel", "es"),
            ("xin's aorta is paper thin", "en"),
            ("R. P. i V., a qui posem vàlvula, és sord", "ca"),
            ("K.O'D., our gentleman on the table, has the hardest plaque", "en"),
        ],
    )
    def test_a_name_in_any_case_blocks_behind_what_is_theirs(self, text: str, lang: str) -> None:
        """A relative, a part of the body, an operation, the article of Catalan; initials of who is operated on."""
        assert verdict(text, "surgery", lang) == Verdict.BLOCK

    @pytest.mark.parametrize(
        ("text", "lang"),
        [
            ("cap del pàncrees a l'esquerra, cua amunt", "ca"),
            ("trompa d'Eustaqui permeable, martell i enclusa a lloc", "ca"),
            ("lotto delle garze 26B1140, contate venti, tornate venti", "it"),
            ("plaquetes 142000, INR 1,2", "ca"),
            ("hígado sin sangre durante doce minutos", "es"),
            ("the heart of the matter is a good exposure", "en"),
            ("cuore fermo, la sutura di prolene tiene", "it"),
        ],
    )
    def test_what_belongs_to_nobody_passes(self, text: str, lang: str) -> None:
        """Anatomy, boxes of gauze, counts of the laboratory."""
        assert verdict(text, "surgery", lang) == Verdict.PASS

    def test_a_page_blocks_beside_one_who_is_treated_and_not_beside_everybody(self) -> None:
        """In the press too, where the event's links would be allowed by name."""
        text = "Sus padres cuentan la batalla del niño en bit.example/hugo-respira"
        assert verdict(text, "press", "es") == Verdict.BLOCK
        text = "Guía para pacientes en hospital.example/visitas"
        assert verdict(text, "press", "es") == Verdict.PASS

    def test_a_number_that_was_broken_off_blocks_when_it_is_taken_up_again(self) -> None:
        """Whatever was said in between; what is no rest of anything passes."""
        begun = ("mare del ferit 972", "bateria al 2 %")
        assert verdict("continua 48 05 16", "crisis", "ca", *begun) == Verdict.BLOCK
        assert verdict("continua la pluja", "crisis", "ca", *begun) == Verdict.PASS
