"""M-01: who wants our messages to stop is understood in eight languages; who asks about stopping a bleeding is not stopped."""

import random

import pytest

from app.channels.opt_out import Wish, is_answer_too, read_wish

# Written before the rules were looked at again, by what people write; held beside them, not made from them.
CLEAR = {
    "en": """stop|stop all|unsubscribe|end|quit|cancel|revoke|opt out|opt-out|optout|stop texting me|please stop texting me|
        stop sending me messages|stop messaging me|don't text me|do not text me again|no more texts|no more messages|
        remove me|remove me from this list|take me off your list|take my number off the list|i want to unsubscribe|
        opt me out|unsubscribe me|cancel my subscription|stop these messages|stop the texts|quit texting me|
        stop contacting me|do not contact me|can you stop texting me|could you please stop sending these messages|
        i revoke my consent|leave me alone|stop sms|stop sending these""",
    "es": """alto|parar|pare|paren|no más|baja|cancelar|basta|dejen de enviarme mensajes|deje de escribirme|no quiero más mensajes|
        no me envíen más mensajes|quiero darme de baja|darme de baja|no me manden más sms|paren de enviar mensajes|
        deje de mandarme mensajes|no me escriban más|bórrenme de la lista|no deseo recibir más mensajes""",
    "ca": """atura|atureu|prou|baixa|deixeu d'enviar missatges|no vull més missatges|no m'envieu més missatges|
        vull donar-me de baixa|doneu-me de baixa|doneu-me de baixa de la llista|no vull rebre més missatges|cap més missatges""",
    "it": """ferma|basta|smettete di scrivermi|non voglio più messaggi|non mandatemi più messaggi|cancellatemi dalla lista|
        basta messaggi|smettetela|non scrivetemi più|toglietemi dalla lista|disiscrivimi|annulla|non inviatemi più sms|
        smettete di mandarmi messaggi|voglio cancellarmi""",
    "fr": """arrêt|arret|arrêter|désabonner|stop sms|arrêtez de m'écrire|arrêtez de m'envoyer des messages|ne m'envoyez plus de messages|
        plus de messages|je ne veux plus de messages|je ne veux plus recevoir de messages|désabonnez-moi|
        retirez-moi de la liste|ne me contactez plus|arrêtez|me désabonner|je souhaite me désinscrire""",
    "de": """stopp|halt|abmelden|abbestellen|aufhören|keine nachrichten mehr|hören sie auf|schicken sie mir keine nachrichten mehr|
        ich möchte keine nachrichten mehr|bitte keine sms mehr|ich will mich abmelden|schreiben sie mir nicht mehr|
        streichen sie mich von der liste|melden sie mich ab|ich möchte keine sms mehr erhalten""",
    "pt": """parar|pare|sair|cancelar|chega|parem de me enviar mensagens|não quero mais mensagens|não me enviem mais mensagens|
        descadastrar|pare de me mandar mensagens|retirem-me da lista|não quero receber mais mensagens|sair da lista""",
    "sv": """stopp|sluta|avsluta|avregistrera|sluta skicka|sluta skicka meddelanden|inga fler meddelanden|
        skicka inga fler meddelanden|jag vill inte ha fler meddelanden|ta bort mig|ta bort mig från listan|
        sluta skicka sms till mig|inga fler sms|kontakta mig inte""",
}
POLITE = {
    "en": ["please", "thanks", "hi"],
    "es": ["por favor", "gracias"],
    "ca": ["si us plau", "gràcies"],
    "it": ["per favore", "grazie"],
    "fr": ["s'il vous plaît", "merci"],
    "de": ["bitte", "danke"],
    "pt": ["por favor", "obrigado"],
    "sv": ["tack", "snälla"],
}
NOT = {
    "en": """stop the bleeding?|how do I stop the bleeding|can you stop the bleeding|should I stop my medication|does the bus stop at the north gate|
        is there a stop near the hospital|when does it end|the end of the street is flooded|cancel my appointment|
        should I cancel my appointment?|is my operation cancelled|please don't stop|don't stop updating us|stop the rumours|
        they should stop the traffic|is the emergency at its end|can I quit the queue|the ambulance did not stop for us|
        end of the line where is the entrance|my father stopped breathing|stop lying to us about the numbers|
        where does the evacuation end|remove the bandage?|take me to the hospital|take my mother off the ventilator?|
        no more water here|no more beds?|do not move him?|did you stop texting my sister|wrong gate|how do I unsubscribe my neighbour's dog""",
    "es": """¿para dónde voy?|para mi madre|¿cómo paro la hemorragia?|no más camas?|la baja médica|¿dónde para el autobús?|
        ¿puedo cancelar mi cita?|paren el tráfico|no quiero esperar más|basta de mentiras|¿está de baja el doctor?|
        no me dejan entrar|no más agua en la puerta""",
    "ca": """on para l'autobús?|com aturo l'hemorràgia?|la baixa mèdica|prou aigua a la porta?|no vull esperar més|
        puc cancel·lar la visita?|deixeu passar l'ambulància|cap llit lliure?""",
    "it": """dove si ferma l'autobus?|come fermo il sangue?|basta bugie|non voglio aspettare|posso annullare la visita?|
        la strada è ferma|più letti?|toglietemi il gesso?|non mandatemi via|smettete di mentire""",
    "fr": """où est l'arrêt de bus ?|comment arrêter le saignement ?|l'arrêt cardiaque|plus de lits ?|je ne veux plus attendre|
        arrêtez la circulation|retirez-moi le plâtre ?|arrêtez de mentir|puis-je annuler mon rendez-vous ?""",
    "de": """wo hält der bus?|wie stoppe ich die blutung?|halt ich an der nordpforte?|muss ich mich abmelden wenn ich verlegt werde|
        keine betten mehr?|ich will nicht warten|hören sie mich?|ich möchte keine zeit verlieren|kann ich den termin absagen""",
    "pt": """onde para o autocarro?|como paro o sangramento?|não quero esperar mais|posso cancelar a consulta?|
        sair pela porta norte?|chega de mentiras|para onde vou?|parem o trânsito""",
    "sv": """var stannar bussen?|hur stoppar jag blödningen?|kan jag avsluta medicinen?|inga fler sängar?|
        sluta ljuga|jag vill inte vänta|ta bort bandaget?|skicka en ambulans""",
}
PHRASINGS = 2_000


def said(block: str) -> list[str]:
    return [one.strip() for one in block.replace("\n", "").split("|") if one.strip()]


def noisy(rng: random.Random, text: str, polite: list[str]) -> str:
    """The same wish as thumbs, keyboards and moods write it."""
    if rng.random() < 0.3:
        text = (
            f"{rng.choice(polite)}{rng.choice([' ', ', '])}{text}"
            if rng.random() < 0.5
            else f"{text} {rng.choice(polite)}"
        )
    text = rng.choice([str, str.upper, str.capitalize, str.title])(text)
    if rng.random() < 0.15:
        text = text.replace(" ", "  ")
    if rng.random() < 0.15:
        text = text.translate(str.maketrans("áéíóúàèìòùäëïöüâêîôûñçå", "aeiouaeiouaeiouaeiounca"))
    text += rng.choice(["", "", ".", "!", "!!!", " 🙏", " 😡😡", "\n", " .", "…"])
    return rng.choice(["", "", " ", "👉 ", '"']) + text


class TestM01:
    @pytest.mark.parametrize("lang", sorted(CLEAR))
    def test_M01_2000_phrasings_that_mean_stop_are_understood(self, lang: str) -> None:
        """Recall of at least 99.5 % in each language."""
        rng = random.Random(f"stop {lang}")
        wishes = said(CLEAR[lang])
        texts = [noisy(rng, rng.choice(wishes), POLITE[lang]) for _ in range(PHRASINGS)]
        missed = sorted({text for text in texts if read_wish(text) is not Wish.STOP})
        count = sum(read_wish(text) is not Wish.STOP for text in texts)

        assert count <= PHRASINGS * 0.005, missed[:20]

    @pytest.mark.parametrize("lang", sorted(NOT))
    def test_M01_2000_messages_about_something_else_stop_nobody(self, lang: str) -> None:
        """False opt-outs of at most 0.5 %: a question about a bleeding goes to the moderator."""
        rng = random.Random(f"go on {lang}")
        others = said(NOT[lang])
        texts = [noisy(rng, rng.choice(others), POLITE[lang]) for _ in range(PHRASINGS)]
        wrong = sorted({text for text in texts if read_wish(text) is Wish.STOP})
        count = sum(read_wish(text) is Wish.STOP for text in texts)

        assert count <= PHRASINGS * 0.005, wrong[:20]
        assert all(is_answer_too(text, read_wish(text)) for text in texts if text not in wrong)

    @pytest.mark.parametrize("text", ["START", "unstop", "Yes", " start! "])
    def test_START_resumes(self, text: str) -> None:
        """The custom of the carriers, and no other word: coming back must be meant."""
        assert read_wish(text) is Wish.START

    @pytest.mark.parametrize("text", ["HELP", "help!", "Ayuda", "AIUTO!!", "Hilfe"])
    def test_who_asks_for_help_reaches_a_person(self, text: str) -> None:
        """In an emergency the word may be meant as it is."""
        wish = read_wish(text)
        assert wish is Wish.HELP
        assert is_answer_too(text, wish)

    def test_a_long_message_is_nobodys_wish(self) -> None:
        """It is read by a person, and costs the rules no time."""
        assert read_wish("stop " * 10_000) is None
        assert read_wish("please " * 22 + "x") is None
