"""The learned opinion on a text together with those before it: what is told in pieces, and what only follows on."""

import zlib

import pytest

from app.editorial.guard import GuardRequest, Verdict, checked
from app.editorial.guard.engine import RuleGuard
from app.editorial.guard.learned import continuing
from app.editorial.guard.learned.continuing import CONTINUING, Continuing, features_over
from app.editorial.guard.learned.row import packed
from app.editorial.guard.learned.signs import SIZE, Token

GUARD = RuleGuard()
RULES_ALONE = RuleGuard(second_opinion=False)

IN_PIECES = [
    ("surgery", ["The lady on the table is called Petronella."], "Her surname, by the way: Quickbourne."),
    ("surgery", ["Implanted today: pump, serial VQ-3381"], "and the serial goes on 77-B2"),
    (
        "reply",
        ["You ask whether the man we operated on is your uncle Basil Fenwright."],
        "He is the one, indeed.",
    ),
    ("surgery", ["La paziente abita in via dei Calzaiuoli."], "Al civico 41, secondo piano."),
    ("reply", ["Abbiamo in reparto una certa Gelsomina."], "Sì, Scannapieco, proprio lei."),
    ("surgery", ["La voiture du patient est immatriculée GH"], "et la suite, 318 et KT"),
    ("reply", ["Nous avons bien une Philomène dans le service."], "Oui, Castagnet, c'est bien elle."),
    ("surgery", ["El paciente vive en la calle Embajadores."], "El portal es el 212."),
    ("reply", ["¿Que si la operada es su prima Rosaura Belda?"], "Ella es, ya descansa."),
    ("surgery", ["El pacient viu al carrer de la Mercè."], "El número de la porta és el 19."),
]
FOLLOWS_ON = [
    ("surgery", ["Clamp on.", "Second layer of the suture."], "Count correct, closing now."),
    ("surgery", ["The team is scrubbed and the camera is live."], "Pressure 110 over 70, all calm."),
    ("surgery", ["Incisione alle 10:42."], "T+18, colecisti esposta, nessun sanguinamento."),
    ("crisis", ["Route de la Plage fermée entre les ronds-points."], "Déviation par la D12, comptez vingt minutes de plus."),
    ("crisis", ["Albergue abierto en el polideportivo."], "Hay mantas, agua y sitio para cien personas."),
    ("surgery", ["Aorta clampada, tot segueix el seu curs."], "Primera sutura feta, segona en marxa."),
]  # fmt: skip


class TestContinuing:
    @pytest.mark.parametrize(("kind", "earlier", "text"), IN_PIECES)
    def test_G10_what_is_told_in_pieces_is_seen(self, kind: str, earlier: list[str], text: str) -> None:
        """A name, a serial, a plate, a house, a yes: it is stopped or asked about where it is completed."""
        assert GUARD.check(GuardRequest(text, kind, previous=tuple(earlier))).verdict != Verdict.PASS

    def test_most_of_it_no_rule_sees(self) -> None:
        """Else these would show nothing."""
        missed = [
            text
            for kind, earlier, text in IN_PIECES
            if RULES_ALONE.check(GuardRequest(text, kind, previous=tuple(earlier))).verdict == Verdict.PASS
        ]
        assert len(missed) >= 5, missed

    @pytest.mark.parametrize(("kind", "earlier", "text"), FOLLOWS_ON)
    def test_what_only_follows_on_goes_through(self, kind: str, earlier: list[str], text: str) -> None:
        """Counts, times, the next step, the next instruction."""
        assert GUARD.check(GuardRequest(text, kind, previous=tuple(earlier))).verdict == Verdict.PASS

    def test_a_finding_points_into_the_new_text(self) -> None:
        """With a reason that names the updates before."""
        text = "The portal is on the corner, and her surname is Quickbourne, spelled as it sounds."
        found = GUARD.check(GuardRequest(text, "surgery", previous=("She is called Petronella.",)))
        assert found.spans
        assert all(0 <= span.start < span.end <= len(text) for span in found.spans)

    def test_only_the_last_two_are_read(self) -> None:
        """What was said three updates ago leads to nothing."""
        text = "Count correct, closing now."
        before = ("She is called Petronella.", "Clamp on.", "Second layer of the suture.")
        with_three, with_two = (
            GUARD.check(GuardRequest(text, "surgery", previous=p)) for p in (before, before[1:])
        )
        assert with_three == with_two


class TestFile:
    def test_it_fits_the_signs(self) -> None:
        """One byte a sign, under 600 kB; another size is refused."""
        data = CONTINUING.read_bytes()
        assert len(data) < 600_000
        assert len(zlib.decompress(data)) == SIZE
        with pytest.raises(ValueError, match="train them again"):
            Continuing(zlib.compress(b"short"))

    def test_what_is_packed_is_read_again(self) -> None:
        """A weight at its place, bounded by a byte."""
        weights = [0.0] * SIZE
        weights[5], weights[9] = 1.0, 99.0
        said = Continuing(packed(weights))
        assert said.of([5]) == pytest.approx(0.75)
        assert said.of([9]) == pytest.approx(0.75 * 127 / 48)

    def test_both_texts_and_their_seam_have_signs(self) -> None:
        """And which signs of the two meet."""
        name, surname = Token(0, 6, "called", "name"), Token(0, 5, "", "STRANGE")
        found = features_over([[name]], [surname], "surgery")
        assert {"x:name STRANGE", "ee:name STRANGE", "1s:name", "2s:STRANGE"} <= found

    def test_G10_a_guard_without_it_blocks(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """A file that cannot be read is a failure, and a failure blocks."""

        def broken() -> Continuing:
            raise FileNotFoundError

        monkeypatch.setattr(continuing, "continuing", broken)
        request = GuardRequest("Count correct.", "surgery", previous=("Clamp on.",))
        assert checked(GUARD, request).verdict == Verdict.BLOCK
