"""What people hide a name behind is read as what it stands for, and only that."""

import pytest

from app.editorial.guard import GuardRequest, Verdict
from app.editorial.guard.dictionary import names
from app.editorial.guard.disguises import disguises, tidied
from app.editorial.guard.engine import RuleGuard
from app.editorial.guard.evasion import other_readings
from app.editorial.guard.fold import fold


class TestReadings:
    @pytest.mark.parametrize(
        ("text", "read"),
        [
            ("M&#97;rio is asleep", "Mario is asleep"),
            ("&#x4d;&#97;rio is asleep", "Mario is asleep"),
            (r"\u004d\u0061rio is asleep", "Mario is asleep"),
            ("%4d%61rio is asleep", "Mario is asleep"),
            ("Bach🌸ir is asleep", "Bachir is asleep"),
            ("serial RNB702🌸144H", "serial RNB702144H"),
            ("Itz iar is asleep", "Itziar is asleep"),
            ('Itz"iar is asleep', "Itziar is asleep"),
            ("Itz-iar is asleep", "Itziar is asleep"),
            ("mike alfa romeo india oscar is asleep", "Mario is asleep"),
            ("N for November, i for india, c for Charlie, o for oscar", "Nico"),
            ("m comme marie, a comme anatole, r comme raoul, c comme célestin", "Marc"),
            ("mARIO is asleep", "Mario is asleep"),
            ("oiraM is asleep", "Mario is asleep"),
            ("TWFyaW8gUm9zc2k= is asleep", "Mario Rossi is asleep"),
            ("R3VpbGxlcm1v is asleep", "Guillermo is asleep"),
            ("Caasillda is asleep", "Casilda is asleep"),
        ],
    )
    def test_what_stands_for_letters_is_read_as_them(self, text: str, read: str) -> None:
        """Codes, pictures, words of an alphabet, halves, turned cases and turned words."""
        assert [view.plain for view in disguises(fold(text), names())] == [read]

    @pytest.mark.parametrize(
        "text",
        [
            "Sats 99 & rising, <b>steady</b> at 60&70",
            "50%20%30 of the saline",
            "Team alfa to the golf hotel, team bravo stays",
            "we go on in the end",
            "pH 7.35, mmHg 120, T2aN1M0",
            "A for airway, B for breathing: next slide",
            "well done, all of you 👏👏",
            "https://youtu.be/TWFyaW8gUm9z and the Desfibrillatore, HbA1cTest12, goool, vammos",
        ],
    )
    def test_what_stands_for_itself_is_left(self, text: str) -> None:
        """Nothing is read into measures, teams' names and lists of steps."""
        assert list(disguises(fold(text), names())) == []

    @pytest.mark.timeout(30)
    @pytest.mark.parametrize(
        "sign",
        [
            "🌸",
            "🌸 ",
            " ",
            "&",
            "%4",
            "a ",
            "a-",
            "@a",
            "alfa ",
            "a for a ",
            "aB",
            "·",
            "👉a",
            "TWFy",
            "aA",
            "1a",
            "#mrs",
            "THE ",
            "The ",
        ],
    )
    def test_a_long_row_of_anything_is_read_at_once(self, sign: str) -> None:
        """Whoever applauds a hundred times, or wants to hold us up, waits no longer than others."""
        text = "well done " + sign * (2_000 // len(sign))
        assert RuleGuard().check(GuardRequest(text=text, kind="reply", lang="en")).verdict in Verdict

    @pytest.mark.parametrize("text", ["our  patient   Mario 👏", "our 🌸 patient 🌸🌸 Mario 👏"])
    def test_words_far_apart_stand_side_by_side(self, text: str) -> None:
        """What a wide gap or a picture parts belongs together, and every word keeps its place."""
        view = tidied(fold(text))
        assert view.plain == "our patient Mario 👏"
        at = view.plain.index("Mario")
        assert text[slice(*view.original(at, at + 5))] == "Mario"

    def test_a_stretch_leads_back_to_its_place(self) -> None:
        """What is underlined is what was typed."""
        text = "asleep: &#77;&#97;rio, all well"
        (view,) = disguises(fold(text), names())
        at = view.plain.index("Mario")
        start, end = view.original(at, at + 5)
        assert text[start:end] == "&#77;&#97;rio"


class TestGaps:
    @pytest.mark.parametrize("gap", ["·", "+", " + ", "👉", " = ", ":", "•", "→", ".", "-", "_", "*"])
    def test_any_gap_between_letters_is_closed(self, gap: str) -> None:
        """Whatever sign stands after every letter."""
        readings = list(other_readings(fold(f"{gap.join('Guillermo')} is asleep"), names()))
        assert any(view.plain.startswith("Guillermo") for view in readings)

    def test_the_point_of_catalan_stays_in_its_word(self) -> None:
        """One point in the middle of a word is spelling."""
        assert fold("col·lega, paral·lel").plain == "collega, parallel"


class TestSaidAloud:
    @pytest.mark.parametrize(
        ("text", "kind", "verdict"),
        [
            ("after this she goes to bed four, window side", "surgery", Verdict.ASK),
            ("luego a la habitación dos cero nueve", "surgery", Verdict.ASK),
            ("luego a la h.a.b.i.t.a.c.i.ó.n  dos cero nueve", "surgery", Verdict.ASK),
            ("il remonte en c h a m b r e  3 1 2 ensuite", "surgery", Verdict.ASK),
            ("c4m4 nueve, le espera cuando salga", "surgery", Verdict.ASK),
            ("the burned man's house is number twenty-two, Saltmarsh Row", "crisis", Verdict.BLOCK),
            ("il ferito guidava la targata Firenze Zara 421 Bologna Como", "crisis", Verdict.BLOCK),
            ("codice rosso, donna, Fil.om.ena  Ta.ran.ti.no, 112 avvisato", "crisis", Verdict.BLOCK),
            ("afirmat1vo, la señ0ra está 1ngresada en nuestra un1dad", "reply", Verdict.BLOCK),
            ("questionnaire de la patiente rempli depuis 2O3 point 0 point 113 point 9", "surgery", Verdict.BLOCK),
            ("mutuelle du patient, adhérent M G 0 0 4 4 espace 8 8 1 2 sept", "surgery", Verdict.BLOCK),
            ("la paciente se llama em-a-erre-ge-a-erre-i-te-a", "surgery", Verdict.BLOCK),
            ("família de l'ofegada: ＋３４ ６３１ ４４０ ０２７", "crisis", Verdict.BLOCK),
            ("familia del ahogado: ＋３４ ６２２ ０１８ ４４７", "crisis", Verdict.BLOCK),
            ("camera two please, and bed one is free", "surgery", Verdict.PASS),
            ("Bologna 40 iscritti, Como 30, Zara 12", "surgery", Verdict.PASS),
            ("el, em, en: three sounds; a, e, i, o, u", "surgery", Verdict.PASS),
            ("shelter at number four, open till ten", "crisis", Verdict.PASS),
        ],
    )  # fmt: skip
    def test_G10_what_is_told_in_words_is_read(self, text: str, kind: str, verdict: Verdict) -> None:
        """A room's number, letters by their names or by towns, syllables; and not what only sounds like it."""
        found = RuleGuard(second_opinion=False).check(GuardRequest(text=text, kind=kind)).verdict
        assert found in ((verdict,) if verdict == Verdict.PASS else (verdict, Verdict.BLOCK))


class TestDecisions:
    @pytest.mark.parametrize(
        "text",
        [
            "Our patient B👉a👉c👉h👉i👉r is asleep",
            "Our patient M·a·r·i·o is asleep",
            "Our patient is called mike alfa romeo india oscar",
            "Our patient &#77;&#97;&#114;&#105;&#111; is asleep",
            "Our patient mARIO rOSSI is asleep",
            "serial of her pacemaker RNB702🌸144H",
            "Our patient V4uqu3l1n is asleep",
            "Come on 17z14r, two more beats",
            "Our patient TWFyaW8gUm9zc2k= is asleep",
            "#mrsokonkwobell is under now, tube in, sats 99",
            "On attaque la vésicule de #madameboulanger, calculs plein la poche",
        ],
    )
    def test_G10_a_disguise_changes_nothing(self, text: str) -> None:
        """What would be blocked as it stands is blocked behind it."""
        assert RuleGuard().check(GuardRequest(text=text, kind="surgery", lang="en")).verdict == Verdict.BLOCK

    @pytest.mark.parametrize(
        "text",
        [
            "S.T.O.P before the incision",
            "Steps: A + B + C + D, then close",
            "CO2 38, SpO2 99, H1N1 negative, L4-L5 next",
            "3 + 4 + 5 = 12 stitches",
            "Thank you 👏 surgeons 👏 nurses 👏 porters",
            "#mrsa swabs, #donations and #robotsurgery today #msfvolunteers #senyeres",
        ],
    )
    def test_what_looks_like_one_passes(self, text: str) -> None:
        """Steps, sums and applause."""
        assert RuleGuard().check(GuardRequest(text=text, kind="surgery", lang="en")).verdict == Verdict.PASS
