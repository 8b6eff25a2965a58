"""Robots, dolls, tools, greeted towns and staff that bear a name; and the patient beside them, who is still found."""

import pytest

from app.editorial.guard import GuardRequest, Verdict
from app.editorial.guard.engine import RuleGuard

RULES = RuleGuard(second_opinion=False)
GUARD = RuleGuard()
NAMESAKES = {
    "things": (
        ("surgery", "our C-arm is named Walter, please be kind to him"),
        ("training", "Manikin Stanley has a pneumothorax again"),
        ("surgery", "Manolo es el nombre del brazo dos, el que se atasca"),
        ("surgery", "Il robot si chiama Gedeone"),
        ("training", "El maniquí que se llama Pancho vuelve a respirar"),
        ("crisis", "Trovato un gatto che si chiama Briciola, sta bene"),
    ),
    "tools": (
        ("surgery", "pince de Bengolea au lieu de la Satinsky, merci"),
        ("surgery", "spatules de Thierschov sur la table"),
    ),
    "surgeons of old": (
        ("surgery", "Dupuytren aurait adoré ce bistouri"),
        ("surgery", "Finochietto, Kocher, Farabeuf: avui tocats tots"),
    ),
    "staff": (
        ("surgery", "gareth, our scrub nurse, passes the clip before we ask"),
        ("surgery", "Mr Holroyd on the console, Sister Adeyemi scrubbed"),
        ("surgery", "Sta parlando la strumentista Bianca Torri"),
        ("surgery", "belle suture de Corentin, notre interne"),
        ("surgery", "qué arte tiene Candela con la luz, nuestra auxiliar"),
        ("surgery", "el Driss, el nostre anestesista, vigila la pressió"),
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
    "officials at work": (
        ("crisis", "Mayor Anna Doyle says twelve were injured and admitted"),
        ("crisis", "Il sindaco Mario Rossi: dodici feriti ricoverati, nessuno grave"),
        ("crisis", "Le maire Hyacinthe Rouvier demande de rester chez soi"),
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
    ),
    "answers to everybody": (
        ("reply", "Sí, la bomba també s'escalfa"),
        ("reply", "Las consultas abren el martes, traiga su cita"),
        ("reply", "Sorry you had to wait on the phone, the form is on our website"),
        ("reply", "Sorry you had to wait, our complaints desk reads every letter"),
        ("reply", "By law we neither confirm nor deny that a person is a patient"),
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
    ("reply", "Sorry you had to wait six hours to be seen"),
    ("reply", "Sorry you had to wait in A&E last night"),
    ("reply", "Sorry you had to wait on the trolley last night"),
    ("reply", "We neither confirm nor deny, but your brother is our patient"),
    ("reply", "We neither confirm nor deny it, he's here with us and eating"),
    ("reply", "Neither confirm nor deny: she is doing fine here"),
    ("reply", "Sí, la seva mare ja és a planta"),
    ("crisis", "El evacuado vive en la calle Mayor 12"),
    ("crisis", "evacuada herida, calle Labradores 30"),
    ("crisis", "Le blessé évacué habite 8 rue des Lilas"),
    ("training", "la paziente vera, Tiziana Marelli, ha la febbre"),
)

BESIDE_A_THING = (
    ("surgery", "fr", "Bras gauche cassé, s'appelle Lucie Martin"),
    ("surgery", "it", "Frattura braccio destro, si chiama Giulia Conti"),
    ("surgery", "es", "Fractura brazo izquierdo, se llama Nerea Gil"),
    ("surgery", "ca", "Fractura braç esquerre, es diu Arnau Vila"),
    ("crisis", "fr", "Bras arraché, s'appelle Lucie Martin, hélico demandé"),
    ("surgery", "en", "Ventilator girl named Amy Stone off sedation"),
    ("surgery", "en", "Drill accident, named Peter Walsh"),
    ("surgery", "fr", "Lampe au plafond. Respirateur débranché, s'appelle Lucie Martin"),
    ("surgery", "en", "Dog bite boy called Leo Marsh, washing out the wound"),
    ("crisis", "en", "Drone pilot called Kevin Marsh fell from the roof"),
    ("crisis", "en", "Generator girl called Amy Stone in labour"),
    ("surgery", "es", "Mordisco gato, se llama Nerea Gil"),
    ("surgery", "en", "Mrs Hughes gowned and consented, leaving for theatre"),
    ("surgery", "en", "Mr Khan scrubbed with chlorhexidine, hernia side marked"),
    ("surgery", "en", "Mrs Doyle on the camera now, gallbladder out"),
    ("surgery", "en", "Good morning Adelaide, big day, new hip today"),
    ("surgery", "fr", "Bienvenue Sofia ! 3,2 kg"),
    ("surgery", "es", "Hola Rosario, hoy te ponemos la cadera"),
    ("surgery", "fr", "Merci Florence. Bel utérus"),
    ("reply", "en", "Thank you, Adelaide. The new knee looks great"),
    ("surgery", "fr", "Lucie Martin passe à la radio, fracture confirmée"),
    ("surgery", "en", "Listening to Peter Walsh, crackles both bases"),
    ("surgery", "en", "Peter Walsh in the background, waiting for his hernia"),
    ("surgery", "es", "La playlist es de Nerea Gil, la apendicitis de las nueve"),
    ("surgery", "en", "Mrs Evans would have lost the eye"),
    ("surgery", "fr", "Madame Bernard aurait préféré une péridurale"),
    ("surgery", "en", "Mr Evans is not here, it's just the bed"),
    ("surgery", "en", "We call Rita the machine, new hip at last"),
    ("surgery", "it", "Aldo, la nostra macchina, già estubato"),
    ("surgery", "es", "Quitamos las pinzas de Carmen, el muñón limpio"),
    ("surgery", "it", "Ventosa di Giulia, nata alle 3 e 12"),
    ("surgery", "fr", "Les pinces de Lucie sont retirées, cicatrice propre"),
    ("surgery", "it", "Il ventilatore Bianchi suona ancora, cambio filtro"),
    ("surgery", "fr", "Respirateur réglé. Le respirateur Dupont sonne encore"),
    ("press", "en", "Mayor Anna Doyle collapsed and was intubated on arrival"),
    ("press", "it", "Il sindaco Mario Rossi colto da infarto, è in sala operatoria"),
    ("crisis", "it", "Il sindaco Mario Rossi estratto dalle macerie, incosciente"),
    ("crisis", "fr", "La fille du maire Jean Petit est intubée"),
    ("crisis", "fr", "Le maire Jean Petit est dégagé des décombres"),
    ("training", "it", "Simulazione Giulia Conti: lo shock settico di ieri in sala 3"),
    ("reply", "it", "Certo, la nostra infermiera Chiara Bonetti è stata da noi per la colecisti"),
    ("surgery", "en", "Operating on a suspect from the bank raid"),
    ("surgery", "es", "Ingresó en Manresa durante el congreso"),
    ("surgery", "en", "84-year-old in theatre 2 now, femur nailing"),
    ("press", "en", "The 91-year-old went home on Tuesday. RSVP to the desk"),
    ("surgery", "es", "Operamos a Nerea Gil durante el congreso"),
)
"""What a stranger to the rules found to pass because an arm, a ventilator, a tune or an office stands beside the name."""


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


@pytest.mark.parametrize(("kind", "lang", "text"), BESIDE_A_THING)
def test_G10_nobody_is_taken_for_a_thing_a_tune_staff_or_an_official(kind: str, lang: str, text: str) -> None:
    assert GUARD.check(GuardRequest(text, kind, lang)).verdict != Verdict.PASS


def test_a_row_of_nothing_but_spaces_is_judged_like_any_text() -> None:
    """Every part of a row may be empty."""
    assert GUARD.check(GuardRequest("ok.      , bell: x", "surgery")).verdict == Verdict.PASS


class TestOfficials:
    @pytest.mark.parametrize(
        ("text", "kind"),
        [
            ("Contact: Keisha Nguyen, press office.", "crisis"),
            ("Contatto: Ornella Pruzzo, ufficio stampa.", "press"),
            ("Contact Gwendoline Tanguy, service de presse.", "press"),
            ("Contacto: Saioa Urruti, gabinete de prensa", "crisis"),
            ("Contacte: Neus Trabal (gabinet de premsa), de 9 a 14 h.", "press"),
        ],
    )
    def test_who_answers_the_press_is_nobodys_patient(self, text: str, kind: str) -> None:
        assert GUARD.check(GuardRequest(text, kind)).verdict == Verdict.PASS

    @pytest.mark.parametrize(
        "text",
        [
            "Le préfet Gaëlle Le Goff est blessée à la jambe.",
            "El alcalde Joan Pujades está ingresado en nuestra UCI.",
            "Contact: Keisha Nguyen, our patient, asked the press office.",
            "Contact Keisha Nguyen, press office, was injured and is in our ICU.",
        ],
    )
    def test_unless_they_are_hurt_or_lie_in_a_bed(self, text: str) -> None:
        assert GUARD.check(GuardRequest(text, "crisis")).verdict == Verdict.BLOCK
