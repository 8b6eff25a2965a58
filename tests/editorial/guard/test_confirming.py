"""Answers that confirm a patient, who counts as hurt or treated beside a home and an employer, and days, beds and marks in other words."""

import pytest

from app.editorial.guard import GuardRequest, Verdict
from app.editorial.guard.engine import RuleGuard

GUARD = RuleGuard(second_opinion=False)


def verdict(text: str, kind: str) -> Verdict:
    return GUARD.check(GuardRequest(text, kind)).verdict


class TestCasualties:
    @pytest.mark.parametrize(
        ("text", "kind"),
        [
            ("Nobody should stand outside 3 Lantern Yard, home of the boy we operated on", "press"),
            ("No acudan a la calle Fragua 8, casa del ahogado", "crisis"),
            ("Il manovale ustionato è della Ferriere Brambati, turno di notte", "crisis"),
            ("Le blessé grave est un salarié de la scierie Malherbe", "press"),
            ("Uno de los quemados curra en Conservas Valldor", "crisis"),
            ("Paciente con oxígeno en la urbanización Los Pinos, parcela 12, sin luz", "crisis"),
        ],
    )
    def test_the_house_and_the_employer_of_one_who_is_hurt_block(self, text: str, kind: str) -> None:
        assert verdict(text, kind) == Verdict.BLOCK

    @pytest.mark.parametrize(
        ("text", "kind"),
        [
            ("L'une des rescapées est d'Aubusson", "crisis"),
            ("L'ofegat torna avui cap a Tremp", "press"),
            ("brûlée, 55 ans, greffe demain", "crisis"),
            ("Varón de 72 años con TCE, entra ya", "crisis"),
            ("Un souffleur de verre de 57 ans a été opéré ici", "press"),
            ("La paziente operata è la sindaca del comune", "press"),
            ("En la mesa, el único farero que quedaba en la costa", "crisis"),
        ],
    )
    def test_the_town_the_age_and_the_office_of_one_who_is_hurt_are_asked_about(
        self, text: str, kind: str
    ) -> None:
        assert verdict(text, kind) == Verdict.ASK

    @pytest.mark.parametrize(
        ("text", "kind"),
        [
            ("La única carretera de la comarca está cortada", "crisis"),
            ("The mayor visited the patients today", "press"),
            ("Familiares del herido: acudan a la casa de cultura", "crisis"),
        ],
    )
    def test_what_is_the_public_s_passes(self, text: str, kind: str) -> None:
        assert verdict(text, kind) == Verdict.PASS
