"""Robots, dolls, tunes, tools, greeted towns and staff that bear a name; and the patient beside them, who is still found."""

import pytest

from app.editorial.guard import GuardRequest, Verdict
from app.editorial.guard.engine import RuleGuard

RULES = RuleGuard(second_opinion=False)
GUARD = RuleGuard()
NAMESAKES = {
    "things": (
        ("surgery", "our C-arm is named Walter, please be kind to him"),
        ("training", "Manikin Stanley has a pneumothorax again"),
        ("crisis", "The two generators, nicknamed Romeo and Juliet, are back on"),
        ("surgery", "Abbiamo battezzato Brunilde la colonna video, canta sempre"),
        ("surgery", "Huguette, notre vieille scialytique, clignote encore"),
        ("surgery", "Manolo es el nombre del brazo dos, el que se atasca"),
        ("surgery", "A l'aspirador li diem Quimet, fa més soroll que feina"),
        ("surgery", "The drill is named Thor for obvious reasons"),
        ("surgery", "Il braccio tre lo chiamiamo Oreste"),
        ("crisis", "Trovato un gatto che si chiama Briciola, sta bene"),
    ),
    "tools": (
        ("surgery", "spatules de Mathilde sur la table, merci"),
        ("surgery", "pince de Gosset au lieu de la Bertrand"),
        ("surgery", "pinza de Duval en vez de la Rogelia"),
    ),
    "surgeons of old": (
        ("surgery", "Dupuytren aurait adoré ce bistouri"),
        ("surgery", "Josep Trueta hauria fet servir guix aquí"),
        ("surgery", "Finochietto, Kocher, Farabeuf: avui tocats tots"),
        ("reply", "Monsieur Trendelenburg n'est pas là, c'est la position"),
    ),
    "staff": (
        ("surgery", "gareth, our scrub nurse, passes the clip before we ask"),
        ("surgery", "Mr Holroyd on the console, Sister Adeyemi scrubbed"),
        ("surgery", "Sta parlando la strumentista Bianca Torri"),
        ("surgery", "belle suture de Corentin, notre interne"),
        ("surgery", "qué arte tiene Candela con la luz, nuestra auxiliar"),
        ("surgery", "el Driss, el nostre anestesista, vigila la pressió"),
    ),
    "tunes": (
        ("reply", "The music was Vaughan Williams, chosen by the nurses"),
        ("reply", "La musica era Fabrizio Moro, l'ha scelta la ferrista"),
        ("reply", "Sonaba Camarón de la Isla, elección de quirófano"),
        ("reply", "La música era d'en Mompou, la tria és nostra"),
        ("surgery", "Nina Simone in the background, everybody hums"),
    ),
    "towns": (
        ("reply", "Bon dia Perpinyà! Gràcies per ser-hi"),
        ("reply", "Hola, Bogotá, gracias por madrugar"),
        ("reply", "Bien reçu Abidjan, le son arrive"),
    ),
    "invented": (
        ("training", "El herido se llama Mengano de Cual, no busquen más"),
        ("training", "Nel caso la signora Tizia ha la febbre da due giorni"),
        ("training", "Le patient du cas s'appelle Monsieur Untel"),
    ),
    "small words": (
        ("surgery", "remi a 0,2, todo tranquilo"),
        ("surgery", "la colonna versione 4.1 si riavvia"),
        ("surgery", "Placa de 6 agujeros, tornillos de 2,7"),
        ("surgery", "pas de ganglion suspect"),
        ("surgery", "error code 40213 on arm 2, rebooting"),
        ("surgery", "el cirujano suda más que el horno"),
        ("surgery", "trent'anni di ferri e ancora si emoziona, la nostra strumentista"),
        ("press", "Accrediti stampa entro giovedì"),
        ("press", "La Vall Blanca tindrà 300 places"),
        ("surgery", "Al convegno di Viareggio questo nodo faceva ridere"),
        ("surgery", "En Sevilla, durante el congreso, nadie creía en este clip"),
        ("training", "Exercise Lady Ann: a bridge falls on paper"),
    ),
    "answers to everybody": (
        ("reply", "Sí, la bomba també s'escalfa"),
        ("reply", "Las consultas abren el martes, traiga su cita"),
        ("reply", "Sorry you had to wait on the phone, the form is on our website"),
    ),
    "shelters": (
        ("crisis", "Pabellón deportivo, calle Mayor 12, abierto para evacuados"),
        ("crisis", "Salle des fêtes, 8 rue des Lilas : lits pour les évacués"),
        ("crisis", "Albert Tunnel closed, use Prince Bridge"),
    ),
}
SOMEBODY = (
    ("surgery", "The robot is fine but Gaston is bleeding"),
    ("surgery", "The man on the table is called Walter"),
    ("surgery", "The patient under the C-arm is named Doris"),
    ("surgery", "La signora al robot si chiama Clotilde"),
    ("surgery", "Huguette dort, notre vieux respirateur ronfle"),
    ("surgery", "La paciente del brazo roto se llama Remedios"),
    ("surgery", "El senyor del respirador es diu Ramon"),
    ("crisis", "La bambina trovata si chiama Briciola Ferri"),
    ("surgery", "Foley's patient Marta has arrived"),
    ("surgery", "la pinza de Duval y Rogelio despierto"),
    ("surgery", "parto con fórceps de Marta Casals, todo bien"),
    ("surgery", "il signor Scarpa dorme ormai"),
    ("surgery", "Gareth, our scrub nurse, is on the table today as a patient"),
    ("surgery", "Imelda, our registrar's mother, is asleep"),
    ("surgery", "Mr Holroyd on the table, Sister Adeyemi scrubbed"),
    ("reply", "La musica era di Marta, la paziente del letto 3"),
    ("reply", "Hola Marta, su madre ya está en planta"),
    ("reply", "Good morning Lagos Okafor, your mother is fine"),
    ("surgery", "Remi dort bien"),
    ("surgery", "Pezzo operatorio di Annibale Rocchetti in partenza"),
    ("reply", "Sentimos el retraso en su cita de ayer"),
    ("reply", "Sorry you had to wait so long for your mother's operation"),
    ("reply", "Sí, la seva mare ja és a planta"),
    ("crisis", "El evacuado vive en la calle Mayor 12"),
    ("crisis", "evacuada herida, calle Labradores 30"),
    ("crisis", "Le blessé évacué habite 8 rue des Lilas"),
    ("training", "la paziente vera, Tiziana Marelli, ha la febbre"),
)


@pytest.mark.parametrize("sort", NAMESAKES)
def test_what_bears_a_name_and_is_nobody_passes(sort: str) -> None:
    """However much it looks like a patient's."""
    stopped = [
        text
        for kind, text in NAMESAKES[sort]
        if RULES.check(GuardRequest(text=text, kind=kind)).verdict != Verdict.PASS
    ]
    assert stopped == []


def test_a_patient_named_beside_it_is_still_found() -> None:
    """With the same words around."""
    passed = [
        text
        for kind, text in SOMEBODY
        if RULES.check(GuardRequest(text=text, kind=kind)).verdict != Verdict.BLOCK
    ]
    assert passed == []


class TestOfficials:
    @pytest.mark.parametrize(
        ("text", "kind"),
        [
            ("Contact: Keisha Nguyen, press office.", "crisis"),
            ("Contatto: Ornella Pruzzo, ufficio stampa.", "press"),
            ("Contact Gwendoline Tanguy, service de presse.", "press"),
            ("Contacto: Saioa Urruti, gabinete de prensa", "crisis"),
            ("Contacte: Neus Trabal (gabinet de premsa), de 9 a 14 h.", "press"),
            ("Le préfet Gaëlle Le Goff appelle au calme.", "crisis"),
        ],
    )
    def test_who_answers_the_press_or_governs_is_nobodys_patient(self, text: str, kind: str) -> None:
        assert GUARD.check(GuardRequest(text, kind)).verdict == Verdict.PASS

    @pytest.mark.parametrize(
        "text",
        [
            "Le préfet Gaëlle Le Goff est blessée à la jambe.",
            "El alcalde Joan Pujades está ingresado en nuestra UCI.",
            "Contact: Keisha Nguyen, our patient, asked the press office.",
        ],
    )
    def test_unless_they_are_hurt_or_lie_in_a_bed(self, text: str) -> None:
        assert GUARD.check(GuardRequest(text, "crisis")).verdict == Verdict.BLOCK
