"""Large hospitals and desks are named by everybody and are nobody's: what names them goes through, and whoever stands beside them does not (promise G10)."""

import pytest

from app.editorial.guard.decision import GuardRequest, Verdict
from app.editorial.guard.engine import RuleGuard

GUARD = RuleGuard()


def verdict(kind: str, text: str) -> Verdict:
    return GUARD.check(GuardRequest(text=text, kind=kind)).verdict


class TestHospitals:
    @pytest.mark.parametrize(
        "text",
        [
            "Gràcies a Can Ruti i a Bellvitge per l'òrgan volador",
            "canvi de torn a la sala gràcies a Vall d'Hebron per deixar-nos la bomba",
            "merci à la réa de Pitié Salpêtrière pour le prêt de la console",
            "Merci à l'hôpital Édouard-Herriot et au SAMU pour le greffon",
            "Grazie al Policlinico Umberto I per il collegamento",
            "Her liver came from Great Ormond Street, thank you",
            "Virgen del Rocío confirma que el órgano ya vuela",
        ],
    )
    def test_G10_a_large_hospital_may_be_thanked(self, text: str) -> None:
        """It is called after a saint, a king or a doctor of old, and tells nobody."""
        assert verdict("surgery", text) == Verdict.PASS

    @pytest.mark.parametrize(
        "text",
        [
            "Marta Puig ve de Can Ruti i ja dorm",
            "la Marta de Bellvitge ja dorm",
            "el fetge d'en Ramon ve de Bellvitge",
            "Édouard's hip is in, Édouard is fine",
            "Umberto i drenaggi li tiene fino a domani",
            "Giovanni dal San Raffaele è in sala risveglio",
            "El niño Jesús García duerme",
            "Édouard Herriot est réveillé, hanche en place",
            "Josep Trueta ja té la pròtesi",
        ],
    )
    def test_G10_who_stands_beside_a_hospital_is_seen(self, text: str) -> None:
        """Its name hides nobody else's."""
        assert verdict("surgery", text) == Verdict.BLOCK


class TestDesksInAnswers:
    @pytest.mark.parametrize(
        "text",
        [
            "Nous ne répondons jamais sur l'identité des personnes hospitalisées. Standard : 04 99 55 20 00",
            "Our switchboard: 01632 960 100, day and night",
            "Truqueu al 93 555 01 00, és la centraleta",
            "Para pedir cita: 955 555 020 o la app, lo que conteste antes",
        ],
    )
    def test_G10_an_answer_may_tell_where_to_call(self, text: str) -> None:
        """A number that the words beside it call a desk's is not blocked, though the event has not published it."""
        assert verdict("reply", text) != Verdict.BLOCK

    @pytest.mark.parametrize(
        "text",
        [
            "Please ask my sister at the switchboard, her mobile is 07700 900 123",
            "switchboard told me to leave my number 07700 900123",
            "el standard de mi marido 612 345 678",
            "informació: 612 345 678, sóc la filla",
            "para cita de mi madre 612 345 678",
            "my mum rang the switchboard, call me on 07700 900123",
        ],
    )
    def test_G10_somebodys_number_beside_a_desk_is_blocked(self, text: str) -> None:
        """A relative who speaks of the switchboard leaves a number of their own."""
        assert verdict("reply", text) == Verdict.BLOCK


class TestOneCalled:
    @pytest.mark.parametrize(
        "text",
        [
            "Boy called Leo in the water",
            "Boy called Leo Marsh in the water",
            "Girl called Amy Stone in labour in the generator room",
            "Cerchiamo un bambino di nome Elia",
        ],
    )
    def test_G10_who_is_called_something_in_a_crisis_is_blocked(self, text: str) -> None:
        """ "Called" was once taken for the Spanish street in its first letters."""
        assert verdict("crisis", text) == Verdict.BLOCK

    @pytest.mark.parametrize(
        "text",
        [
            "A storm called Amy is coming",
            "Man called Police Scotland about the bridge",
            "A man called Victoria Coach Station about the smell",
            "la plaza Cervantes sigue cortada",
            "via Cesare Battisti chiusa",
        ],
    )
    def test_G10_what_is_called_something_goes_through(self, text: str) -> None:
        """Storms, offices that were rung up and streets."""
        assert verdict("crisis", text) == Verdict.PASS


class TestShortAndNameless:
    @pytest.mark.parametrize(
        ("kind", "text"), [("surgery", "O2 95-98"), ("training", "episodio 12: mirad el ECG")]
    )
    def test_G10_a_few_numbers_of_an_operation_are_no_code(self, kind: str, text: str) -> None:
        """Where no word could be a name, eight pieces must speak louder to be stopped."""
        assert verdict(kind, text) == Verdict.PASS
