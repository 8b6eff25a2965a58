"""Families told by their house, where an address alone is harmless."""

import pytest

from app.editorial.guard import GuardRequest, Verdict
from app.editorial.guard.engine import RuleGuard

GUARD = RuleGuard()


@pytest.mark.parametrize(
    "text",
    [
        "The Hendersons at 27 Alder Road are under the rubble.",
        "At 14 Birch Close, the Hendersons are trapped",
        "The Okafors from 8 Pinewood Drive are in hall B.",
        "La famiglia di via Cavour 9 è ustionata",
        "Els Puigdollers del carrer Nou 4 són atrapats.",
        "Los Etxeandia de la calle Mayor 12 siguen dentro",
        "Les Kervadec du 3 rue des Lilas sont sauvés",
        "La famille du 3 rue des Lilas est brûlée",
    ],
)
def test_G10_a_family_told_by_its_house_is_blocked(text: str) -> None:
    """By its name or as a family, the number before or behind the street, in a crisis."""
    assert GUARD.check(GuardRequest(text, "crisis")).verdict == Verdict.BLOCK


@pytest.mark.parametrize(
    "text",
    [
        "The Shelters at 3 High Street are open",
        "The Tents at 12 Station Road are for families.",
        "Families: shelter at 27 Alder Road, bring blankets",
        "Famiglie: punto di raccolta in via Cavour 9",
        "Les familles sont attendues au 3 rue des Lilas",
        "Los vecinos de la calle Mayor 12 deben salir",
        "Els veïns del carrer Nou 4 han de sortir",
        "At 14 Birch Close, the gates are shut",
        "The families at 12 Station Road are given blankets.",
        "Les familles au 3 rue des Lilas sont attendues à 10 h",
        "Le Rialto au 3 rue des Lilas reste ouvert",
        "La Pedrera del passeig de Gràcia 92 és tancada",
        "Le centre du 3 rue des Lilas est ouvert",
    ],
)
def test_an_address_for_everybody_passes(text: str) -> None:
    """Shelters, gates, meeting points, neighbours, places with a name."""
    assert GUARD.check(GuardRequest(text, "crisis")).verdict == Verdict.PASS
