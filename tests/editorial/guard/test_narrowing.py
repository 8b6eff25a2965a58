"""Ages, days, marks, towns and deeds that narrow down who somebody is, in words of a ward: asked about."""

import pytest

from app.editorial.guard import GuardRequest, Verdict
from app.editorial.guard.engine import RuleGuard

GUARD = RuleGuard(second_opinion=False)


def verdict(text: str, kind: str) -> Verdict:
    return GUARD.check(GuardRequest(text, kind)).verdict


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Il ricoverato più anziano ne ha 97, disidratato", "crisis"),
        ("Llega el panadero, 58 años, costillas rotas", "crisis"),
        ("Dimessa la novantunenne operata al cuore, sta bene", "press"),
        ("Bloke is 58, hates needles", "surgery"),
        ("Als seus 69 balla millor que jo als 25", "surgery"),
        ("noranta-dues primaveres i encara cus", "surgery"),
    ],
)
def test_the_age_of_one_who_is_treated_is_asked_about(text: str, kind: str) -> None:
    assert verdict(text, kind) == Verdict.ASK


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("J6 pour madame, reprise au bloc", "surgery"),
        ("à J2 la patiente a mangé", "surgery"),
        ("day 2 of her first op, re-look", "surgery"),
        ("caso clinico: ricoverata il 5 luglio, dimessa il 9", "training"),
    ],
)
def test_a_day_told_of_one_patient_is_asked_about(text: str, kind: str) -> None:
    assert verdict(text, kind) == Verdict.ASK


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Sans papiers au box 2, tache de naissance sur le cou", "crisis"),
        ("notre vraie patiente a une tache de vin sur le menton", "training"),
        ("Dializado por trasladar, CP 22700, ¿quién tiene furgoneta?", "crisis"),
        ("traslladem una embarassada de Gandesa, sagna poc", "crisis"),
        ("Abitante di via Ortigara, caduto dal tetto, arriva da solo", "crisis"),
        ("Uno de los dos intoxicados graves reside en Calanda", "crisis"),
        ("il palombaro passa al box 6", "crisis"),
        ("Operado ayer, el último barquero sigue ingresado", "press"),
        ("L'ingressada és la mateixa que es va casar en globus", "press"),
        ("ancien pilier de l'équipe de France, ménisque aujourd'hui", "surgery"),
        ("a la taula tenim la campiona catalana de rem", "surgery"),
    ],
)
def test_marks_towns_and_deeds_of_one_in_care_are_asked_about(text: str, kind: str) -> None:
    assert verdict(text, kind) == Verdict.ASK


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("El voluntario más joven tiene 18 y reparte mantas", "crisis"),
        ("arriva il freddo, 60 anni fa la stessa neve", "crisis"),
        ("A 90-year-old bridge was treated against rust", "press"),
        ("J3 de notre semaine de direct", "surgery"),
        ("D5 for the infusion, then saline", "surgery"),
        ("A port-wine stain of the cheek may mean Sturge-Weber", "training"),
        ("Dializzati del cap 47921: chiamate il centro", "crisis"),
        ("Los vecinos de la calle Olmo pueden volver a casa", "crisis"),
        ("the mayor is in room 3 for the press", "crisis"),
        ("The last baker of the village opens its door again", "press"),
        ("ancien protocole de l'équipe, on garde", "surgery"),
        ("Paz en el quirófano, por favor, bajamos la música", "surgery"),
    ],
)
def test_crowds_things_and_what_is_public_pass(text: str, kind: str) -> None:
    assert verdict(text, kind) == Verdict.PASS
