"""The network that reads a text word after word: what it is given, what it makes of it, and that its file fits its code."""

from pathlib import Path

import numpy as np
import pytest

from app.editorial.guard import GuardRequest, Verdict, checked
from app.editorial.guard.dictionary import names
from app.editorial.guard.engine import RuleGuard
from app.editorial.guard.fold import fold
from app.editorial.guard.learned import network as learned
from app.editorial.guard.learned import weighing
from app.editorial.guard.learned.network import (
    MOST_PIECES,
    NETWORK,
    OF_LETTERS,
    OF_SORT,
    SHAPES,
    Network,
    network,
    place,
    signs,
)
from app.editorial.guard.learned.signs import Token, tokens

GUARD = RuleGuard()


def pieces(text: str) -> list[Token]:
    view = fold(text)
    return tokens(view.plain, view.low, names())


def block(text: str, *earlier: str, kind: str = "surgery") -> float:
    return network().of([pieces(one) for one in earlier], pieces(text), kind, names())[0]


class TestPieces:
    def test_a_word_has_the_same_places_on_every_machine(self) -> None:
        """The file of vectors would be noise if they moved."""
        assert [place(sign) for sign in ("s:STRANGE", "w:ravenna", "g:aven")] == [11288, 23116, 18153]

    @pytest.mark.parametrize("text", ["a", "Ravenna", "x" * 5000, "48213377", "@", "\u202e", "ÀÉ"])
    def test_no_piece_has_more_signs_than_the_network_was_fitted_with(self, text: str) -> None:
        """However long the word."""
        found = signs(Token(0, len(text), "", "", "", text, ","), names())
        assert OF_SORT < len(found) <= OF_SORT + OF_LETTERS

    def test_a_piece_knows_the_mark_it_follows(self) -> None:
        """Not the word before it."""
        assert [token.before for token in pieces("Stable, she said: Ravenna")] == ["", ",", "", "", ":"]


class TestNetwork:
    def test_it_hears_the_order_of_words(self) -> None:
        """The same words in another order are another text."""
        one, other = "the patient asked Doctor Ravenna", "the Doctor asked patient Ravenna"
        assert abs(block(one) - block(other)) > 0.5

    def test_it_reads_what_was_said_before(self) -> None:
        """A surname after a first name says more than by itself."""
        surname = "Surname Quickbourne."
        assert block(surname, "The lady on the table is called Petronella.") > block(surname, "Clamp on.")

    def test_what_is_asked_twice_is_answered_alike(self) -> None:
        """The vectors are kept, and keeping them changes nothing."""
        fresh = Network(NETWORK)
        text = pieces("Mrs Ravenna sleeps well, pressure 120/80")
        assert fresh.of([], text, "reply", names()) == fresh.of([], text, "reply", names())
        assert fresh.of([], text, "reply", names()) == network().of([], text, "reply", names())

    def test_nothing_to_read_is_an_answer_too(self) -> None:
        """No word: finite values."""
        assert np.isfinite(network().of([], [], "crisis", names())).all()

    def test_a_long_text_is_read_to_its_end(self) -> None:
        """What stands behind many calm words is read as well as in front of them."""
        calm = "The pressure is stable and the team checks the next step with care. " * 9
        told = "Our patient Ravenna Quickbourne sleeps."
        assert block(calm + told) > block(calm) + 1
        assert len(pieces(calm)) > MOST_PIECES

    def test_it_tells_a_patient_from_a_step(self) -> None:
        """Names that no list has, in lower case, against what is done in a theatre."""
        for told, calm in (
            ("we put little quarmby to sleep at nine", "we put the camera back to bed at nine"),
            ("la signora scannapecora dorme", "la sonda del robot dorme"),
        ):
            assert block(told) > block(calm) + 1, (block(told), block(calm))


class TestFile:
    def test_the_file_fits_its_code(self) -> None:
        """Under 7 MB; the table is whole numbers, and the first row is nothing."""
        assert NETWORK.stat().st_size < 7_000_000
        with np.load(NETWORK, allow_pickle=False) as arrays:
            assert {name: arrays[name].shape[1:] for name in arrays.files} == SHAPES
            assert arrays["table"].dtype == np.int8
            assert not arrays["table"][:, 0].any()

    def test_a_file_of_other_shapes_is_refused(self, tmp_path: Path) -> None:
        """With the next step."""
        other = tmp_path / "network.npz"
        np.savez(other, table=np.zeros((2, 2), np.int8))
        with pytest.raises(ValueError, match="train it again"):
            Network(other)

    def test_G10_a_guard_without_its_network_blocks(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        """A file that is not there is a failure, and a failure blocks."""
        monkeypatch.setattr(learned, "NETWORK", tmp_path / "none.npz")
        monkeypatch.setattr(weighing, "network", learned.network.__wrapped__)
        request = GuardRequest("The patient is on the table.", "surgery")
        decision = checked(GUARD, request)
        assert (decision.verdict, decision.code) == (Verdict.BLOCK, "guard_failed")
