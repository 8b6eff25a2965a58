"""What one update begins of somebody and the next makes whole; and addresses and numbers behind unusual words and signs."""

import pytest

from app.editorial.guard import GuardRequest, Verdict
from app.editorial.guard.engine import RuleGuard

RULES = RuleGuard(second_opinion=False)

WHOLE_NOW = [
    ("crisis", ["The injured cyclist's date of birth is 2 June"], "and the year is 1990"),
    ("surgery", ["compleanno del malato: 17 luglio", "pressione ok"], "del cinquantatré, dice la cartella"),
    ("surgery", ["la pacient va néixer el 8 de juny"], "l'any 1955, quina collita"),
    ("crisis", ["Chest pain call on Farrier Lane, crew two minutes out"], "number 8, bell is broken"),
    ("crisis", ["Arrêt cardiaque ruelle des Tanneurs, équipe en route"], "au 17, troisième étage, code 45B"),
    ("crisis", ["la targa del paziente investito è FT 661"], "sotto la neve si legge RV"),
    ("surgery", ["plate of the patient's husband begins EO"], "…44 JHV and please move it"),
    ("crisis", ["correo de la paciente: lucero.trig"], "arroba buzonete.example"),
    ("press", ["Le patient raconte tout sur carnets.example"], "et derrière /mon-foie-neuf"),
    ("surgery", ["Our patient keeps a blog at stitches.example"], "slash my-new-valve, worth a read"),
    ("crisis", ["DNI del ferit: 4471"], "el que faltava: 6620-T"),
    ("surgery", ["numero di serie della protesi: XK2"], "seconda riga 9917-B"),
    ("surgery", ["La participante del ensayo es BRISA-CDZ"], "y al final guion 318"),
    ("crisis", ["la niña rescatada dijo llamarse Rocío", "avisando a los padres"], "Altamiranda, pues"),
    ("crisis", ["el nen rescatat diu que es diu Bernat"], "Puigdemasa és el cognom"),
    ("reply", ["Somebody asks whether Tom Haddock is in your hospital"], "The very same, and on soft food"),
    ("reply", ["Est-ce que Bernard Pouzet est chez vous ?"], "Tout à fait, chambre au calme"),
    ("reply", ["You mean the organist of St Bride's?"], "Yes, the organist, spleen out on Friday"),
    ("reply", ["State parlando del panettiere di via Roma?"], "Proprio lui, gli abbiamo tolto la cistifellea"),
    ("crisis", ["mobile of the injured man's wife, 07700 90"], "0 461, she speaks Welsh"),
    ("crisis", ["Véhicule de la polytraumatisée, plaque EJ-7"], "fin de plaque 06-VB"),
    ("press", ["La paciente autoriza a dar su nombre: Begoña."], "El apellido, para los rótulos, es Urrestarazu"),
    ("press", ["la referencia del paciente empieza por KD-31"], "y termina en 8842"),
    ("reply", ["¿mi sobrina está ingresada ahí desde ayer?"], "Sí."),
    ("reply", ["Pregunten si la Mercè de la fleca és a la vostra planta"], "Ja camina sola"),
]  # fmt: skip
NARROWED = [
    ("surgery", ["Our man came down from Tobermory this morning"], "Double lung transplant at 29, not often seen"),
    ("surgery", ["Saint-Cirq, petit village, notre malade y habite", "elle a 44 ans"], "greffe de face, ça commence"),
    ("surgery", ["la malalta ve de Llavorsí"], "una hemisferectomia, poca broma"),
]  # fmt: skip
ON_ITS_OWN = [
    ("surgery", ["técnica descrita el 3 de mayo"], "en 1963, nada menos"),
    ("surgery", ["oggi è il compleanno della strumentista, 3 maggio"], "siamo a 1988 suture in carriera"),
    ("crisis", ["Calle del Pozo cortada por inundación"], "portal 3 sin luz"),
    ("reply", ["Can my mother visit me in hospital?"], "Yes."),
    ("reply", ["La strumentista è da voi da tanto?"], "Sì, certo"),
    ("surgery", ["Nombre de los instrumentos: pinzas"], "El apellido, para curiosos, es Allis"),
    ("press", ["The study reference, NCT-0412"], "and it ends with 12 centres taking part"),
    ("crisis", ["Ruelle des Tanneurs fermée, incendie"], "au 17, troisième étage, plus de fumée"),
    ("crisis", ["la matrícula del camión caído es 5512"], "SEM y UCI avisados"),
    ("surgery", ["The driver's plate is titanium, 4 holes"], "MRI safe, two screws in"),
    ("surgery", ["Write to us by email"], "at the usual address"),
    ("press", ["More about the project on hospital.example"], "slash the queue, they said, and we did"),
    ("surgery", ["primera línia de grapes, pacient estable"], "segona línia, 60 mm"),
    ("surgery", ["L'essai MISTRAL inclut cent patients"], "et pour finir 318 patients en tout"),
    ("crisis", ["Les parents de la fillette sont prévenus"], "Merci donc"),
    ("reply", ["Is it a Kocher clamp?"], "That's the one, well spotted"),
    ("reply", ["Is the butcher's knot the same as this?"], "The very same, just smaller"),
    ("surgery", ["Patient fed, plate cleared"], "BP 120, HR 70"),
    ("surgery", ["episodio de bradicardia, paciente a 45"], "al final 72, tranquilos"),
    ("surgery", ["Il robot si chiama Gino"], "Kocher, grazie"),
    ("crisis", ["La borrasca se llama Filomena"], "Cuidado, pues"),
    ("reply", ["¿Es la misma técnica de ayer?"], "La misma, con otra óptica"),
    ("surgery", ["The scope came down from the third floor"], "Whipple steps: kidney next time"),
]  # fmt: skip
TOLD_OTHERWISE = [
    ("surgery", "la patiente habite au numéro trente-sept de la rue des Acacias"),
    ("surgery", "el paciente vive en el número quince de la calle del Romero"),
    ("surgery", "She lives in the converted chapel, 12 Kiln Side, with her dogs"),
    ("crisis", "Crew to 41 Thistle Walk, ground floor, child fitting"),
    ("crisis", "esposa del accidentado: 6-8-8 barra 3-1-2 barra 0-9-7"),
    ("surgery", "la pacient viu al quinze del carrer Major"),
    ("surgery", "telèfon del malalt: 655 coma 102 coma 883"),
    ("surgery", "ensayo sujeto z o r r o - 3 1 2"),
    ("surgery", "la paciente tiene su piso en el once de la plaza Vieja"),
    ("training", "Abrid el ingreso real 44|19|02|71, pancreatitis"),
    ("surgery", "cognome del paziente lettera per lettera: bi, erre, a, enne, di, o"),
    ("surgery", "Opération de \u13b7artine \u13deambert, hernie"),
    ("surgery", "sutura finita, la no\u200brina ba\u200bldacci si sveglia"),
]
SAID_AS_IT_IS = [
    ("crisis", "Crews at 41 Thistle Walk, fire on the second floor is out"),
    ("crisis", "Ambulanze in via dei Fornai 12 per chi ha bisogno di ossigeno"),
    ("crisis", "Call 0800123456 for shelter places"),
    ("surgery", "frames 1200 | 1300 | 1400 look best"),
    ("surgery", "punto numero quarantadue della via di accesso"),
    ("training", "Exercise grid 1|2|3|4, walk round"),
    ("surgery", "ga\u200brza contata, su\u200btura finita"),
    ("surgery", "s l o w l y now, keep c a l m"),
]


class TestCompleting:
    @pytest.mark.parametrize(("kind", "earlier", "text"), WHOLE_NOW)
    def test_G10_what_is_made_whole_is_stopped(self, kind: str, earlier: list[str], text: str) -> None:
        """A birthday, a door, a plate, an address, a page, a serial, a name, a yes."""
        assert RULES.check(GuardRequest(text, kind, previous=tuple(earlier))).verdict == Verdict.BLOCK

    @pytest.mark.parametrize(("kind", "earlier", "text"), NARROWED)
    def test_G10_a_town_and_a_rare_operation_are_asked_about(
        self, kind: str, earlier: list[str], text: str
    ) -> None:
        """Also with an age and any transplant."""
        assert RULES.check(GuardRequest(text, kind, previous=tuple(earlier))).verdict != Verdict.PASS

    @pytest.mark.parametrize(("kind", "earlier", "text"), ON_ITS_OWN)
    def test_what_completes_nothing_goes_through(self, kind: str, earlier: list[str], text: str) -> None:
        """Techniques, closed streets, lost lorries, screws, rows of staples, instruments."""
        assert RULES.check(GuardRequest(text, kind, previous=tuple(earlier))).verdict == Verdict.PASS

    @pytest.mark.parametrize(("kind", "text"), TOLD_OTHERWISE)
    def test_G10_unusual_words_and_signs_hide_nothing(self, kind: str, text: str) -> None:
        """A house's number in words, where an ambulance goes, digits parted by words, unseen characters, other letters."""
        assert RULES.check(GuardRequest(text, kind)).verdict == Verdict.BLOCK

    @pytest.mark.parametrize(("kind", "text"), SAID_AS_IT_IS)
    def test_the_same_words_about_nobody_go_through(self, kind: str, text: str) -> None:
        """Fires, lists, grids, ordinary words with something unseen in them."""
        assert RULES.check(GuardRequest(text, kind)).verdict == Verdict.PASS
