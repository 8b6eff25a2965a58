"""Names by their place: what is learned of words that no list has, what passes beside them, and that the file fits its code."""

import zlib

import pytest

from app.editorial.guard import GuardRequest, Verdict, checked
from app.editorial.guard.context import Context
from app.editorial.guard.dictionary import names
from app.editorial.guard.engine import RuleGuard
from app.editorial.guard.fold import fold
from app.editorial.guard.heard import heard_of, is_unheard
from app.editorial.guard.learned import naming as learned
from app.editorial.guard.learned.naming import NAMING, Naming, candidates
from app.editorial.guard.learned.row import packed
from app.editorial.guard.learned.signs import SIZE, tokens

GUARD = RuleGuard()


def asked(text: str) -> list[str]:
    """The words of a text that may be names."""
    view = fold(text)
    found = candidates(tokens(view.plain, view.low, names()), view.plain, view.low, "surgery", "en", names())
    return [view.plain[one.start : one.end] for one in found]


def likeliest(text: str) -> str:
    view = fold(text)
    found = learned.likeliest(tokens(view.plain, view.low, names()), Context(view, "surgery", "en"), names())
    return "" if found is None else view.plain[found[1].start : found[1].end]


class TestNaming:
    def test_only_words_that_may_be_names_are_asked(self) -> None:
        """Ordinary words, drugs and numbers are not; a word that was never heard is."""
        assert asked("tchoumba demande encore 3 cafés") == ["tchoumba"]
        assert asked("second layer of the suture, count correct") == []

    @pytest.mark.parametrize(
        ("text", "name"),
        [
            ("tchoumba demande encore son café", "tchoumba"),
            ("le petit kabongo sourit enfin", "kabongo"),
        ],
    )
    def test_G10_a_name_that_no_list_has_is_known_by_its_place(self, text: str, name: str) -> None:
        """In lower case, where people write as on a telephone; and it is pointed at."""
        assert likeliest(text) == name

    def test_G10_what_a_name_is_known_by_stops_a_text(self) -> None:
        """Where several signs of it come together."""
        text = "tchoumba demande encore son café"
        assert GUARD.check(GuardRequest(text, "surgery")).verdict != Verdict.PASS

    @pytest.mark.parametrize(
        "text",
        [
            "entra sol por la ventana",
            "luz de quirófano fija, seguimos",
            "el drenaje de rosa no, el de penrose",
            "cemento y clavo, otra radio y cerramos",
            "la tavola è pronta, si parte con il taglio",
        ],
    )
    def test_the_same_words_pass_where_nobody_is_meant(self, text: str) -> None:
        """Sun, light and roses of a theatre are no people."""
        assert GUARD.check(GuardRequest(text, "surgery")).verdict == Verdict.PASS

    def test_who_speaks_in_public_is_left_to_the_rules(self) -> None:
        """Officials and professors go by their names; a title says so, which the rules know."""
        text = "Le Pr Alexandria Hardy ouvre la session 3 jeudi à 11h47. Salle 3."
        assert GUARD.check(GuardRequest(text, "training")).verdict == Verdict.PASS

    def test_words_are_learned_as_those_of_a_new_author(self) -> None:
        """Else every harmless word of the labelled texts would have been heard, and every other one would be a name."""
        assert not is_unheard(names(), "brugnolotto", among=heard_of(["brugnolotto"]))
        assert is_unheard(names(), "brugnolotto", among=heard_of([]))

    def test_the_file_fits_the_signs(self) -> None:
        """A weight for each, many of them learned; another length is refused, and what is packed comes back."""
        weights = zlib.decompress(NAMING.read_bytes())
        assert len(weights) == SIZE
        assert len(weights) - weights.count(0) > 10_000
        with pytest.raises(ValueError, match="train them again"):
            Naming(zlib.compress(weights[:-1]))
        (one, *_) = candidates(
            tokens("tchoumba dort", "tchoumba dort", names()),
            "tchoumba dort",
            "tchoumba dort",
            "surgery",
            "fr",
            names(),
        )
        row = [0.0] * SIZE
        row[one.signs[0]] = 1.5
        assert Naming(packed(row)).of(one) == 1.5

    def test_G10_a_guard_without_these_weights_blocks(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """A file that cannot be read is a failure, and a failure blocks."""

        def broken() -> Naming:
            raise FileNotFoundError

        monkeypatch.setattr(learned, "naming", broken)
        assert (
            checked(GUARD, GuardRequest("The patient is on the table.", "surgery")).verdict == Verdict.BLOCK
        )
