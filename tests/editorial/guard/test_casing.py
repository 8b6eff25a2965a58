"""Where every word is in capitals, or begins with one, a capital makes nobody of it."""

import pytest

from app.editorial.guard import GuardRequest, Verdict
from app.editorial.guard.casing import in_sentence_case
from app.editorial.guard.dictionary import names
from app.editorial.guard.engine import RuleGuard
from app.editorial.guard.fold import fold


class TestReading:
    @pytest.mark.parametrize(
        ("text", "read"),
        [
            (
                "THE VALVE IS IN, MARIO ROSSI SLEEPS IN THE ICU",
                "The valve is in, Mario Rossi sleeps in the icu",
            ),
            ("The Valve Is In And Mario Rossi Sleeps", "The valve is in and Mario Rossi sleeps"),
            (
                "FOLLOW #HEARTWEEK AND WARD B12X FOR MORE NEWS",
                "Follow #HEARTWEEK and ward B12X for more news",
            ),
            ("WE SAID M A R I O TO THE TEAM", "We said M A R I O to the team"),
        ],
    )
    def test_words_lose_the_capital_that_says_nothing(self, text: str, read: str) -> None:
        """Names of the lists, codes, tags and spelled letters keep theirs."""
        assert in_sentence_case(fold(text), names()).plain == read

    @pytest.mark.parametrize(
        "text",
        [
            "The valve is in and Mario Rossi sleeps",
            "Gwenola Kermarrec, Tanguy Ropartz, Erwan Le Goff",
            "ICU AND CT",
            "our theatre, Mario Rossi, Peter Baker",
        ],
    )
    def test_where_case_says_something_it_is_left(self, text: str) -> None:
        """Sentences, lists of names, and what is too short to tell."""
        view = fold(text)
        assert in_sentence_case(view, names()) is view


class TestDecisions:
    @pytest.mark.parametrize(
        "text",
        [
            "Stable Now, The Rose Window Of The New Theatre Lights Up",
            "La Malla Nova És De 15 X 10 Cm, Ben Plana",
            "LA MALLA ÉS DE 15 X 10 CM, BEN PLANA",
            "CEMENTO DURO, ANCA STABILE",
            "Loïc, Notre Chirurgien, Raconte Sa Machine",
            "MINUT 90, ISQUÈMIA FREDA DE 4 HORES, COMENCEM LA CAVA",
            "Las Grapas No Pitan En El Arco Del Aeropuerto",
            "LAS GRAPAS NO PITAN EN EL ARCO DEL AEROPUERTO",
        ],
    )
    def test_a_harmless_headline_passes(self, text: str) -> None:
        """As it would in sentence case."""
        request = GuardRequest(text=text, kind="surgery", staff_allow=("Loïc Martin",))
        assert RuleGuard().check(request).verdict == Verdict.PASS

    @pytest.mark.parametrize(
        "text",
        [
            "MR BAKER SLEEPS AND THE VALVE IS IN",
            "Mr Baker Sleeps And The Valve Is In",
            "THE NEW VALVE IS IN, MARIO ROSSI IS AWAKE",
            "The New Valve Is In, Mario Rossi Is Awake",
            "LA VALVOLA È DENTRO, LA SIGNORA FIORENTINI DORME",
            "LA PACIENTE MARIA T. YA ESTÁ DESPIERTA",
            "CALL HIS WIFE NOW ON 07700 900123 PLEASE",
        ],
    )
    def test_G10_capitals_hide_nobody(self, text: str) -> None:
        """Whoever is named in a headline is named."""
        assert RuleGuard().check(GuardRequest(text=text, kind="surgery")).verdict == Verdict.BLOCK

    def test_G10_a_name_over_two_updates_in_capitals_is_seen(self) -> None:
        """Both are read in sentence case."""
        request = GuardRequest(
            text="ROSSI AND THE VALVE IS IN",
            kind="surgery",
            lang="en",
            previous=("THE PATIENT WHO SLEEPS HERE IS CALLED MARIO",),
        )
        assert RuleGuard().check(request).verdict == Verdict.BLOCK
