"""Guesses that an answer confirms, greetings from a bed, and codes that stand for one person behind what she or he is."""

import pytest

from app.editorial.guard import GuardRequest, Verdict
from app.editorial.guard.engine import RuleGuard

GUARD = RuleGuard(second_opinion=False)


def verdict(text: str, kind: str) -> Verdict:
    return GUARD.check(GuardRequest(text, kind)).verdict


class TestGuesses:
    @pytest.mark.parametrize(
        "text",
        [
            "That elbow on the stream was yours, well done",
            "Sí, aquel hígado de la pantalla era el suyo",
            "cette hanche filmée mardi était la tienne",
            "Yes, the drummer is being looked after on our unit",
            "Buona intuizione, il ciclista è in cura dai nostri ortopedici",
            "Es verdad, el torero está ingresado y agradece los mensajes",
            "La sua amica è nella 214 e ride",
            "Le monsieur du lit 12 vous fait coucou",
            "El noi del llit 2 us envia una abraçada",
            "el teu veí ja camina pel passadís",
            "Sí, la operamos ayer",
            "Sí, la señora está en planta",
            "Sa voisine s'est réveillée ce matin",
        ],
    )
    def test_a_guess_that_is_confirmed_and_a_greeting_from_a_bed_block(self, text: str) -> None:
        assert verdict(text, "reply") == Verdict.BLOCK

    @pytest.mark.parametrize(
        "text",
        [
            "That elbow on the screen was a plastic model",
            "The question was yours, so here is the answer",
            "Correct, the drummer in the video is our anaesthetist",
            "C'est exact, le scanner est en salle 4",
            "È vero, il robot è in reparto da maggio",
            "Su amiga puede llamar a centralita, no damos datos de nadie",
            "La 412 es una sala de espera",
            "Sí, la cafetería es de la asociación",
            "Sí, la máquina hace ruido, es normal",
            "Sí, lo repetimos en otoño",
            "Las consultas abren el lunes, traiga su cita",
            "Sorry you had to wait so long in the car park",
        ],
    )
    def test_things_staff_and_refusals_pass(self, text: str) -> None:
        assert verdict(text, "reply") == Verdict.PASS


class TestCodes:
    @pytest.mark.parametrize(
        ("text", "kind"),
        [
            ("Le volontaire MISTRAL-207 a reçu la pompe chez nous", "reply"),
            ("For Monday's workshop we use participant MARJAL/04/117", "training"),
            ("la participante aleatorizada 22-0108 tuvo fiebre", "training"),
            ("sujet d'essai n° b r u y e r e - 0 1 7, on commence", "surgery"),
            ("el bus ingressat tenia el títol professional núm. BP-20914", "crisis"),
            ("È pilota, brevetto UK.FCL.30117, volerà presto", "surgery"),
            ("Donna salvata dal torrente, NIE X7710334B", "crisis"),
            ("El herido lo emitió en directo en twitch.tv/pelusa_rodante", "crisis"),
        ],
    )
    def test_the_code_of_a_volunteer_a_licence_an_identity_and_a_channel_block(
        self, text: str, kind: str
    ) -> None:
        assert verdict(text, kind) == Verdict.BLOCK

    @pytest.mark.parametrize(
        ("text", "kind"),
        [
            ("los participantes 1-20 van al aula azul", "training"),
            ("The study NCT01234567 randomised 1,200 participants", "training"),
            ("Divers need certificate no. 3 to enter the flooded tunnel", "crisis"),
            ("We are live on twitch.tv/civilprotection", "crisis"),
        ],
    )
    def test_groups_studies_rules_and_public_channels_pass(self, text: str, kind: str) -> None:
        assert verdict(text, kind) == Verdict.PASS
