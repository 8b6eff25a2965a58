"""Answers that confirm a patient, who counts as hurt or treated beside a home and an employer, and days, beds and marks in other words."""

import pytest

from app.editorial.guard import GuardRequest, Verdict
from app.editorial.guard.engine import RuleGuard

GUARD = RuleGuard(second_opinion=False)


def verdict(text: str, kind: str) -> Verdict:
    return GUARD.check(GuardRequest(text, kind)).verdict


class TestAnswers:
    @pytest.mark.parametrize(
        "text",
        [
            "The lady you asked about was admitted to our ward this spring.",
            "La signora di cui parla è stata operata da noi.",
            "l'homme que vous cherchez est en réanimation",
            "El señor por el que preguntas está en planta.",
            "la noia que busqueu és a la UCI",
            "that's your coach on our table, small world",
            "Esatto, quella che vedi in diretta è proprio tua zia",
            "On l'a chez nous depuis mardi",
            "Lo tenemos ingresado desde el puente",
            "She went home on Tuesday, all smiles",
            "Your former coach was indeed admitted here",
            "Good guess, it's the postman we're doing today",
            "Ha indovinato, la paziente è la farmacista",
            "Lo has acertado: el paciente es el panadero",
            "Sì, è qui, ricoverata da ieri",
            "Ahir va marxar d'alta, dona",
            "We mixed up your blood samples, apologies",
            "nous avons égaré votre prélèvement",
        ],
    )
    def test_what_is_said_of_whoever_was_asked_about_blocks(self, text: str) -> None:
        """The person somebody mentions, their relative on the table, whom we have, who left, whose sample went astray."""
        assert verdict(text, "reply") == Verdict.BLOCK

    @pytest.mark.parametrize(
        "text",
        [
            "No podem dir res de la persona que busqueu, ni si és a planta.",
            "La signora che vedi in sala è la nostra strumentista",
            "We moved the room where we film, sorry",
            "El robot lo tenemos en planta baja, sí",
            "Le replay est sorti hier soir",
            "Oui, il y a une cafétéria au rez-de-chaussée",
            "Oui, il faut prendre l'ascenseur B",
            "You guessed right, it's the spleen",
            "That is your friend the tourniquet",
        ],
    )
    def test_a_refusal_the_staff_and_things_pass(self, text: str) -> None:
        assert verdict(text, "reply") == Verdict.PASS

    @pytest.mark.parametrize(
        "text",
        [
            "La personne a été admise vendredi dernier",
            "Fue operado el jueves pasado, nada más",
            "Ve de Berga, sí, per això ha tardat",
        ],
    )
    def test_a_day_or_a_town_in_an_answer_is_asked_about(self, text: str) -> None:
        assert verdict(text, "reply") == Verdict.ASK


class TestCasualties:
    @pytest.mark.parametrize(
        ("text", "kind"),
        [
            ("Nobody should stand outside 3 Lantern Yard, home of the boy we operated on", "press"),
            ("No acudan a la calle Fragua 8, casa del ahogado", "crisis"),
            ("Il manovale ustionato è della Ferriere Brambati, turno di notte", "crisis"),
            ("Le blessé grave est un salarié de la scierie Malherbe", "press"),
            ("Uno de los quemados curra en Conservas Valldor", "crisis"),
            ("Paciente con oxígeno en la urbanización Los Pinos, parcela 12, sin luz", "crisis"),
        ],
    )
    def test_the_house_and_the_employer_of_one_who_is_hurt_block(self, text: str, kind: str) -> None:
        assert verdict(text, kind) == Verdict.BLOCK

    @pytest.mark.parametrize(
        ("text", "kind"),
        [
            ("L'une des rescapées est d'Aubusson", "crisis"),
            ("L'ofegat torna avui cap a Tremp", "press"),
            ("brûlée, 55 ans, greffe demain", "crisis"),
            ("Varón de 72 años con TCE, entra ya", "crisis"),
            ("Un souffleur de verre de 57 ans a été opéré ici", "press"),
            ("La paziente operata è la sindaca del comune", "press"),
            ("En la mesa, el único farero que quedaba en la costa", "crisis"),
        ],
    )
    def test_the_town_the_age_and_the_office_of_one_who_is_hurt_are_asked_about(
        self, text: str, kind: str
    ) -> None:
        assert verdict(text, kind) == Verdict.ASK

    @pytest.mark.parametrize(
        ("text", "kind"),
        [
            ("La única carretera de la comarca está cortada", "crisis"),
            ("The mayor visited the patients today", "press"),
            ("Familiares del herido: acudan a la casa de cultura", "crisis"),
        ],
    )
    def test_what_is_the_public_s_passes(self, text: str, kind: str) -> None:
        assert verdict(text, kind) == Verdict.PASS


class TestOperations:
    @pytest.mark.parametrize(
        "text",
        [
            "noveno día postoperatorio y reabrimos",
            "J3 de sa gastrectomie, on reprend",
            "sixth day since we operated, and back again",
            "puesto 7 de reanimación",
            "degenza camera 330",
            "une balafre lui barre le menton",
            "colostomía del 12/04",
        ],
    )
    def test_days_beds_and_scars_in_other_words_are_asked_about(self, text: str) -> None:
        assert verdict(text, "surgery") == Verdict.ASK

    @pytest.mark.parametrize(
        "text",
        [
            "Polizza del paziente UNS 55302918/4",
            "ha il patentino da muletto n. 40718/BS",
            "Scooter targato EX 40921, femore rotto",
            "bocal 24P0099-3, réponse dans vingt minutes",
            "He fell at home, 14 Marlpit Lane",
        ],
    )
    def test_papers_plates_jars_and_houses_block(self, text: str) -> None:
        assert verdict(text, "surgery") == Verdict.BLOCK

    @pytest.mark.parametrize(
        "text",
        [
            "angiome du foie, on passe à côté",
            "place 2 trocars on the left",
            "prévenez la 2e équipe",
            "appelez le 15",
        ],
    )
    def test_organs_trocars_and_teams_pass(self, text: str) -> None:
        assert verdict(text, "surgery") == Verdict.PASS


class TestOnTheRoad:
    @pytest.mark.parametrize(
        "text",
        [
            "El motorista que tenim a quiròfan duia la moto 3381 LBN",
            "Il motociclista che stiamo operando guidava la moto FD 51830",
            "The rider we have in theatre came off motorbike 7725 KMC",
            "home atrapat dins la furgoneta 5521 HJT, ja alliberat",
        ],
    )
    def test_the_plate_of_somebody_in_our_hands_blocks_in_a_crisis(self, text: str) -> None:
        assert verdict(text, "crisis") == Verdict.BLOCK

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("El diario del trasplantado está en www.pulmonesnuevos.es", Verdict.BLOCK),
            ("Le journal de la greffée est sur www.souffle-neuf.fr", Verdict.BLOCK),
            ("El diari de l'hospital és a www.hospitalvaldora.cat", Verdict.PASS),
        ],
    )
    def test_the_diary_of_somebody_treated_blocks_for_the_press(self, text: str, expected: Verdict) -> None:
        assert verdict(text, "press") == expected
