"""What one update leaves open and the next one ends: the tail of a code, the house, the surname, the day, who somebody is."""

import pytest

from app.editorial.guard import GuardRequest, Verdict
from app.editorial.guard.engine import RuleGuard

RULES = RuleGuard(second_opinion=False)

ENDED = [
    ("surgery", ["sample of our patient: SP-20", "bleeding 80 ml"], "-44871, on the board"),
    ("crisis", ["targa del conducente ricoverato: GH", "-118"], "-KT"),
    ("surgery", ["dossier de la patiente 26P", "118"], "04 ter"),
    ("surgery", ["NHC 80015 5, el resto tapado"], "…27, gracias"),
    ("crisis", ["La conductrice opérée roulait en BX-7"], "et la fin de la plaque, 41-LM"),
    ("surgery", ["insta of our patient: @gwen_", "hang on"], "the_kayaker"),
    ("crisis", ["Ambulance coming from Cooper's Lane with the burned man"], "number 31, first floor"),
    ("crisis", ["El ferit per fum viu al carrer Nou", "ja el baixem"], "el número és el 14, baixos"),
    ("crisis", ["Paziente prelevata in contrada Lupara", "mezzo partito"], "n. 66, chiavi alla vicina"),
    ("crisis", ["La victime demeure boulevard Hugo", "au 44"], "escalier B"),
    ("surgery", ["The lady on the table is called Petronella.", "Clamp on."], "Quickbourne, by the way"),
    ("surgery", ["oggi operiamo Nunzia", "saturazione perfetta"], "Schirripelli, 3 bypass da fare"),
    ("crisis", ["la niña ingresada se llama Daria", "buscamos a los padres"], "se apellida Cojocaru"),
    ("surgery", ["Nom de la malalta: comença Neu i continua"], "seta, tot junt"),
    ("surgery", ["born in 1991, our patient", "in March"], "on the 17th to be exact"),
    ("surgery", ["la senyora va néixer el 1951"], "el dia 11 de setembre"),
    ("reply", ["mio fratello doveva operarsi oggi, notizie?"], "è uscito dalla sala, sta bene"),
    ("reply", ["¿está ahí mi tía?"], "Sí, en planta, y ya ha cenado"),
]  # fmt: skip
NARROWED = [
    ("surgery", ["va ingressar el", "vint-i-sis"], "d'octubre"),
    ("reply", ["quin dia el vau operar?"], "el 5 de novembre"),
    ("surgery", ["habitación del paciente: seiscientos", "y pico"], "seiscientos dieciocho"),
    ("surgery", ["quants anys té la pacient?"], "setanta, i dos més"),
    ("press", ["the recipient is a councillor", "from Morpeth"], "aged 58"),
    ("press", ["La patiente, 66 ans", "ancienne postière"], "à Saint-Flour"),
    ("surgery", ["La operada tiene 74 años", "es de Sanlúcar"], "un tumor rarísimo"),
    ("surgery", ["Operem una dona de Ripoll", "té 39 anys"], "paraganglioma, en veureu pocs"),
    ("surgery", ["la patiente a 66 ans", "elle vient de Sarlat"], "greffe de foie ce matin"),
    ("surgery", ["d'où vient notre patient ? Saint-"], "Guénolé, face à la mer"),
    ("crisis", ["la bimba ferita sta bene"], "abitano in via dell'Orologio"),
]  # fmt: skip
APART = [
    ("surgery", ["Heart rate 72", "pressure 118"], "over 64, lovely"),
    ("surgery", ["freqüència 66", "pressió 121"], "su 70"),
    ("surgery", ["Sample 12 sent, patient stable"], "- 3 swabs"),
    ("surgery", ["Study of 88 patients"], "-5 in the other arm"),
    ("surgery", ["Anna is at the monitor"], "Metzenbaum, please"),
    ("surgery", ["Anna is at the monitor"], "Sutures, all in"),
    ("crisis", ["Shelter opened at Mill Road school for patients"], "number 12, side door"),
    ("crisis", ["Bus diverted via Mill Road, a patient was collected there"], "number 12 bus runs"),
    ("crisis", ["Carrer Nou tallat", "12 ferits lleus"], "14 evacuats"),
    ("crisis", ["Albergue en calle Olmo 7 para familias de heridos"], "portal 9, entrada por detrás"),
    ("crisis", ["A driver was injured on Coast Road"], "2 lanes closed"),
    ("press", ["3 blocs neufs", "18 lits"], "et un jardin sur le toit pour 2028"),
    ("press", ["The patient is doing well"], "from Monday we stream again"),
    ("surgery", ["Follow us at @stjude_"], "well done all"),
    ("surgery", ["how old is this technique?"], "Sixty minutes to go"),
    ("reply", ["How is my mother doing?"], "We cannot say, please call the ward"),
    ("reply", ["Chi è il chirurgo?"], "Oggi è sveglio come sempre"),
]  # fmt: skip


class TestEnded:
    @pytest.mark.parametrize(("kind", "earlier", "text"), ENDED)
    def test_G10_the_end_of_what_identifies_is_stopped(
        self, kind: str, earlier: list[str], text: str
    ) -> None:
        """A code, a plate, a handle, a house, a surname, a birthday."""
        assert RULES.check(GuardRequest(text, kind, previous=tuple(earlier))).verdict == Verdict.BLOCK

    @pytest.mark.parametrize(("kind", "earlier", "text"), NARROWED)
    def test_G10_what_narrows_down_is_asked_about(self, kind: str, earlier: list[str], text: str) -> None:
        """A day, a room, an age, a town, three traits of somebody."""
        assert RULES.check(GuardRequest(text, kind, previous=tuple(earlier))).verdict != Verdict.PASS

    @pytest.mark.parametrize(("kind", "earlier", "text"), APART)
    def test_what_only_comes_next_goes_through(self, kind: str, earlier: list[str], text: str) -> None:
        """Vitals, counts, instruments, shelters, buses."""
        assert RULES.check(GuardRequest(text, kind, previous=tuple(earlier))).verdict == Verdict.PASS
