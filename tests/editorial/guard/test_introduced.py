"""What was introduced before, what goes on from update to update, and what is called after somebody: nobody's name or number here."""

import pytest

from app.editorial.guard import GuardRequest, Verdict
from app.editorial.guard.engine import RuleGuard

RULES = RuleGuard(second_opinion=False)


def decide(text: str, kind: str = "surgery", *previous: str) -> Verdict:
    return RULES.check(GuardRequest(text=text, kind=kind, previous=previous)).verdict


class TestIntroduced:
    @pytest.mark.parametrize(
        ("before", "text"),
        [
            ("Dr Philippa Swanwick is at the table", "Philippa says the view is perfect"),
            ("la dott.ssa Ginevra Loriani al tavolo", "Ginevra chiede un punto in più"),
            ("le Dr Maëlle Quéméneur opère", "Maëlle demande la pince"),
            ("la dra. Nekane Bustindui al mando", "nekane dice que le pasen otra gasa"),
            ("la doctora Remei Tarradellas obre", "la Remei demana més llum"),
        ],
    )
    def test_staff_named_before_with_their_title_may_speak_by_first_name(
        self, before: str, text: str
    ) -> None:
        """In the update after; alone the same line blocks."""
        assert decide(text, "surgery", before) == Verdict.PASS
        assert decide(text) == Verdict.BLOCK

    @pytest.mark.parametrize(
        "text", ["nekane ya está despierta", "nekane pide agua", "nuestra paciente nekane dice que tiene sed"]
    )
    def test_a_patient_of_that_name_is_still_found(self, text: str) -> None:
        """Who wakes or is thirsty does not operate."""
        assert decide(text, "surgery", "la dra. Nekane Bustindui al mando") == Verdict.BLOCK

    def test_a_school_of_a_crisis_is_named_again_without_its_street(self) -> None:
        """And a child of that name is still one."""
        school = "el colegio Rosalía, c/ Olmo 7, pide colchones"
        assert decide("colchones entregados en Rosalía, faltan enchufes", "crisis", school) == Verdict.PASS
        assert decide("Rosalía, de 8 años, herida", "crisis", school) == Verdict.BLOCK


class TestGoingOn:
    @pytest.mark.parametrize(
        ("before", "text"),
        [
            (("Heart rate 72", "pressure 118"), "over 64, lovely"),
            (("frequenza 66", "pressione 121"), "su 70, avanti così"),
            (("Fréquence 66", "tension 121"), "sur 70, parfait"),
            (("Frecuencia 66", "tensión 121"), "sobre 70, bien"),
            (("Freqüència 66", "pressió 121"), "sobre 70, bé"),
            (("8.45 tall de pell",), "10.20 ventre tancat, una hora i trenta-cinc"),
        ],
    )
    def test_vitals_and_hours_over_updates_are_no_number_in_pieces(
        self, before: tuple[str, ...], text: str
    ) -> None:
        """The first of them has its word."""
        assert decide(text, "surgery", *before) == Verdict.PASS

    def test_a_number_in_pieces_is_still_found(self) -> None:
        """With its label, and without any."""
        assert decide("118", "surgery", "record 7256", "4410") == Verdict.BLOCK
        assert decide("64 18", "surgery", "72 55", "11 80") == Verdict.BLOCK

    def test_the_hours_behind_a_hotline_named_again_are_no_more_of_it(self) -> None:
        """In a crisis."""
        line = "numero per i familiari 800 123 654"
        assert decide("l'800 123 654 risponde fino alle 7", "crisis", line) == Verdict.PASS


class TestCalledAfter:
    @pytest.mark.parametrize(
        "text",
        [
            "Mr Murphy is the name of a sign, not of a patient",
            "No, il signor Trendelenburg non è il paziente, è il nome della posizione",
            "Monsieur Farabeuf n'est pas le patient, c'est le nom d'un instrument",
            "Dupuytren era un señor francés, no un paciente nuestro",
            "El senyor Kocher no és el pacient: és el nom de la maniobra",
            "en Billroth era cirurgià a Viena, el malalt no es diu així",
        ],
    )
    def test_an_answer_may_explain_whom_a_thing_is_called_after(self, text: str) -> None:
        """With a title, too."""
        assert decide(text, "reply") == Verdict.PASS

    def test_a_patient_with_the_name_of_a_thing_is_still_found(self) -> None:
        """Nothing explains it there."""
        assert decide("Signor Murphy è il nostro paziente", "reply") == Verdict.BLOCK

    @pytest.mark.parametrize(
        "text",
        [
            "le portrait accroché derrière nous, c'est Ambroise Paré, il surveille",
            "el retrato del pasillo es de Ramón y Cajal, por si alguien preguntaba",
            "Signe de Murphy positif à l'examen, l'écho a confirmé.",
            "un écarteur de Farabeuf, et le petit Beckmann ensuite",
            "la curva de aprendizaje ronda los 40 casos según las series",
        ],
    )
    def test_portraits_and_signs_pass(self, text: str) -> None:
        """Of those long dead."""
        assert decide(text) == Verdict.PASS


class TestDays:
    @pytest.mark.parametrize(
        "text",
        [
            "Next live Thursday at 9, same channel",
            "Ci rivediamo in diretta mercoledì",
            "Prochain direct dimanche à 10 h",
            "El miércoles repetimos emisión a las cinco de la tarde",
            "Propera emissió dijous a les nou",
        ],
    )
    def test_the_day_of_the_next_broadcast_passes(self, text: str) -> None:
        """It is nobody's operation."""
        assert decide(text) == Verdict.PASS

    def test_the_day_of_an_operation_is_asked_about(self) -> None:
        """Shown live or not."""
        assert decide("Monday we are back live to operate on him again") == Verdict.ASK
        assert decide("Giovedì torniamo in diretta con la paziente") == Verdict.ASK

    @pytest.mark.parametrize(
        "text",
        [
            "On average the patients in this study are 83 years old",
            "In media gli operati hanno 83 anni in questo studio",
            "En moyenne les opérés ont autour de 83 ans dans cette étude",
            "Los operados tienen 83 años de media en el estudio",
            "De mitjana els operats tenen 83 anys a l'estudi",
        ],
    )
    def test_the_ages_of_a_study_pass(self, text: str) -> None:
        """Many are meant."""
        assert decide(text, "reply") == Verdict.PASS

    def test_the_age_of_one_patient_beside_a_mean_is_asked_about(self) -> None:
        """Whatever it is compared with."""
        assert decide("Our patient is 83 years old, above the average of the study", "reply") == Verdict.ASK
