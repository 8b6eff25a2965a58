"""Answers that tell of somebody's care in this house without any yes."""

import pytest

from app.editorial.guard import GuardRequest, Verdict
from app.editorial.guard.engine import RuleGuard

RULES = RuleGuard(second_opinion=False)


def verdict(text: str) -> Verdict:
    return RULES.check(GuardRequest(text, "reply")).verdict


@pytest.mark.parametrize(
    "text",
    [
        "He still comes for physio with us on Wednesdays",
        "Certo, torna ogni settimana per la radioterapia da noi",
        "Elle vient toujours faire sa chimio chez nous le jeudi",
        "acude a rehabilitación todos los martes, muy aplicado",
        "i tant, ve cada divendres a fer-se la diàlisi amb nosaltres",
        "Nel suo caso la chemio prosegue da noi ogni giovedì",
        "ci vediamo alla prossima chemio, coraggio",
        "On vous attend mardi pour votre deuxième dialyse",
        "Quand on t'a retiré les agrafes tu chantais",
        "las gafas se quedaron en el cajón cuando la operamos",
        "You can bring her slippers up to the second floor",
        "li pots portar el carregador a la segona planta",
        "Sí, está un poco adormilada pero contenta",
        "we left you on a trolley for nine hours and we are sorry",
        "la tuvimos toda la noche en un box sin manta, perdone",
        "continúa en la UCI el señor por el que preguntan, hablen con el médico",
    ],
)
def test_told_care_of_one_person_blocks(text: str) -> None:
    """What they come for, where they lie, what we did to them, what may be brought to them."""
    assert verdict(text) == Verdict.BLOCK


@pytest.mark.parametrize(
    "text",
    [
        "A diálisis se viene tres veces por semana, unas cuatro horas",
        "Chemo here is given on the fourth floor, Monday to Friday",
        "Potete portare un pigiama e le ciabatte, il resto lo diamo noi",
        "Après l'opération on est un peu groggy, c'est normal",
        "Dopo l'intervento è normale essere un po' storditi",
        "No podem dir si ve a fer-se la quimio amb nosaltres",
        "Si viene a diálisis los martes, el parking es gratis",
        "See you at the dialysis open day next week",
        "vuelve el martes el directo sobre diálisis",
        "ti abbiamo fatto un video sulla dialisi, lo trovi sul sito",
        "la cámara la dejamos en el pasillo de urgencias, perdón",
        "Puede llevarle flores a la enfermera, le encantarán",
        "fa bene la fisioterapia, sempre, anche da noi in corsia",
    ],
)
def test_what_is_told_of_nobody_passes(text: str) -> None:
    """How a treatment goes, what everybody may bring, talks about it, and that nothing is said."""
    assert verdict(text) == Verdict.PASS
