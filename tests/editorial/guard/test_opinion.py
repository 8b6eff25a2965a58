"""The learned second opinion beside the guard's rules: what it adds, what it never does, and that its file fits its code."""

import zlib

import pytest

from app.editorial.guard import GuardRequest, Verdict, checked
from app.editorial.guard.dictionary import names
from app.editorial.guard.engine import RuleGuard
from app.editorial.guard.fold import fold
from app.editorial.guard.learned import weighing
from app.editorial.guard.learned.opinion import WEIGHTS, Opinion
from app.editorial.guard.learned.row import packed
from app.editorial.guard.learned.signs import SIZE, features, hashed, tokens

RANK = {Verdict.PASS: 0, Verdict.ASK: 1, Verdict.BLOCK: 2}
GUARD = RuleGuard()


def signs(text: str) -> list[tuple[str, str]]:
    view = fold(text)
    return [(token.stem, token.sign) for token in tokens(view.plain, view.low, names())]


class TestSigns:
    def test_words_become_what_they_mean_and_numbers_their_shape(self) -> None:
        """The same signs for one frame in two languages, whatever the name and the number."""
        english = [sign for _, sign in signs("the patient is called Ravenna, record 48213377")]
        spanish = [sign for _, sign in signs("la paciente se llama Ximena, historia 90213377")]
        for expected in ("patient", "name", "record", "NUM6"):
            assert expected in english, english
            assert expected in spanish, spanish

    @pytest.mark.parametrize(
        ("text", "sign"),
        [
            ("suture 40 mm", "UNITNUM"),
            ("DRG 106 today", "KNOWNNUM"),
            ("T+1h15 pump on", "ELAPSED"),
            ("on 12/03/1961", "DATE"),
            ("at 10:42", "CLOCK"),
            ("Guillain-Barré quiz", "EPONYM"),
            ("write to a@b.example", "MAIL"),
        ],
    )
    def test_what_is_harmless_by_its_surroundings_has_a_sign_of_its_own(self, text: str, sign: str) -> None:
        """Units, codes of procedures, times since the start, eponyms."""
        assert sign in [found for _, found in signs(text)]

    def test_politeness_and_what_cannot_be_seen_change_nothing(self) -> None:
        """Thanks, white space, an emoji, a joiner: the same weights are summed."""
        plain = hashed(features(tokens(*both("Clamp off, the team is calm"), names()), "surgery"))
        for text in (
            "Clamp off, the team is calm. Thank you.",
            "\n Clamp off, the team is calm 👏",
            "Cla\u200bmp off, the team is calm",
        ):
            assert hashed(features(tokens(*both(text), names()), "surgery")) == plain, text

    def test_a_stem_has_the_same_place_on_every_machine(self) -> None:
        """The file of weights would be noise if it moved."""
        assert hashed(["w:patient", "s:FIRST:surgery"]) == [64914, 203165]


def both(text: str) -> tuple[str, str]:
    view = fold(text)
    return view.plain, view.low


class TestOpinion:
    def test_the_file_fits_the_signs(self) -> None:
        """Two rows of one byte a sign, under 1.5 MB; another size is refused and the guard then blocks."""
        data = WEIGHTS.read_bytes()
        assert len(data) < 1_500_000
        assert len(zlib.decompress(data)) == 2 * SIZE
        with pytest.raises(ValueError, match="train them again"):
            Opinion(zlib.compress(b"short"))

    def test_what_is_packed_is_read_again(self) -> None:
        """A weight for blocking and one for asking, each in its row."""
        block, ask = [0.0] * SIZE, [0.0] * SIZE
        block[5], ask[7] = 2.0, -1.0
        said = Opinion(packed(block, ask))
        assert said.of([5]) == (1.5, 0.0)
        assert said.of([7]) == (0.0, -0.75)

    def test_G10_a_guard_without_its_weights_blocks(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """A file that cannot be read is a failure, and a failure blocks."""

        def broken() -> Opinion:
            raise FileNotFoundError

        monkeypatch.setattr(weighing, "opinion", broken)
        assert (
            checked(GUARD, GuardRequest("The patient is on the table.", "surgery")).verdict == Verdict.BLOCK
        )


class TestInvitations:
    @pytest.mark.parametrize(
        "text",
        [
            "after your visit here, please fill in our survey",
            "après votre visite chez nous, merci de remplir notre enquête",
            "dopo la sua visita qui, compili pure il questionario",
            "después de su visita, por favor rellene la encuesta de la puerta",
            "abans de la seva visita, llegiu el fullet, si us plau",
        ],
    )
    def test_what_is_asked_of_everybody_confirms_nobody(self, text: str) -> None:
        """A survey, a leaflet or a form, before or after a visit."""
        assert GUARD.check(GuardRequest(text, "reply")).verdict == Verdict.PASS

    @pytest.mark.parametrize(
        "text",
        [
            "after your visit on Tuesday, please fill in our survey",
            "sorry that your visit here went badly, please fill in our survey",
            "after your mother's operation, please fill in our survey",
            "after your visit here, please fill in our survey, Mrs Okonjo",
        ],
    )
    def test_an_invitation_that_tells_of_somebody_still_blocks(self, text: str) -> None:
        """A day, an apology, an operation, a name."""
        assert GUARD.check(GuardRequest(text, "reply")).verdict == Verdict.BLOCK
