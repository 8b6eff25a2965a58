"""
Words by which a person stops our messages, resumes them or asks who we are, in the languages of our public.

Any reasonable way of saying it counts, however it is written: case, accents, spaces, punctuation and emoji do not
matter, nor do polite words around it. But it has to be the whole message: "stop the bleeding?" is a question for a
person, and a message that is not understood as a wish goes to the moderator.

Source: twilio.com/docs/messaging/tutorials/advanced-opt-out; 47 CFR 64.1200(a)(10) (stop, quit, end, revoke, opt out,
cancel, unsubscribe, and any reasonable means); read 2026. Gateways of one's own follow the same custom.
"""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum

MAX_CHARS = 160  # a wish is short; what is longer is a letter


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Written together: spaces and hyphens inside have been taken out.
_STOP = _words(
    """
    stop stopall stopp unsubscribe unsub end quit cancel revoke optout optmeout halt endall
    arret arreter arretez desabonner desinscrire desinscription stopsms
    alto parar pare para paren nomas baja cancelar basta detener
    atura atureu prou parau cancella
    ferma fermare disiscrivi disiscrivimi disiscrizione annulla
    anhalten abmelden abbestellen aufhoren beenden schluss
    sair descadastrar chega
    sluta avsluta avregistrera avanmal
    """
)
_START = _words("start yes unstop unstopp")
_HELP = _words("help info ayuda aide hilfe aiuto ajuda hjalp")

# Around a wish, in any number.
_POLITE = (
    r"(?:please|pls|plz|thanks|thank you|thx|hi|hello|hey|sorry|ok|okay|now|immediately|right now|already|just|kindly"
    r"|por favor|gracias|hola|ya|ahora|per favore|grazie|ciao|adesso|subito|si us plau|sisplau|gracies|ara"
    r"|s il vous plait|svp|stp|s il te plait|merci|bonjour|maintenant|bitte|danke|hallo|jetzt|sofort"
    r"|obrigado|obrigada|ola|agora|tack|hej|nu|snalla)"
)
_PHRASES = {
    "en": r"""
        (?:(?:can|could|would|will) (?:you|u) (?:please )?|i want (?:you )?to |i would like (?:you )?to |i d like (?:you )?to )?
        (?:stop|quit|cease) (?:texting|messaging|sending|contacting|bothering|spamming|all|these|the|this|your|ur|any)
            (?: (?:me|us|my|number|phone|all|these|this|your|any|more|of|the|texts?|messages?|sms|updates?|alerts?
            |to|anymore|any more|from|you|stuff|things|here))*
        |(?:do not|don t|dont|no) (?:text|message|contact|send|write|sms)(?: (?:me|us|to|any|more|anymore|again|texts?
            |messages?|sms|updates?|alerts?|ever|number|this|my))*
        |no more (?:texts?|messages?|sms|updates?|alerts?)(?: to (?:me|us|this number))?
        |(?:remove|delete|take) (?:me|my number|this number|us)(?: (?:off|from))?
            (?: (?:the|this|your|ur) (?:list|lists|database|system|texts?|messages?))?
        |(?:i want to |i would like to |i d like to |i wish to )?(?:unsubscribe|opt out|opt me out|unsubscribe me)
            (?: me)?(?: (?:from|of) (?:this|these|the|your|all)? ?(?:list|texts?|messages?|sms|updates?|alerts?))?
        |cancel (?:my subscription|my alerts|the messages|these messages|all messages|texts?|messages?|sms|alerts?)
        |i (?:revoke|withdraw) (?:my )?consent|leave me alone|wrong number stop|lose my number
    """,
    "es": r"""
        (?:deje|dejen|deja|paren|pare|para|basta)(?: ya)? de (?:enviar|enviarme|mandar|mandarme|escribir|escribirme|molestar
            |molestarme|contactarme)(?: (?:me|mas|mensajes|sms|textos|avisos|alertas|estos|los|a mi))*
        |no (?:me )?(?:envie|envien|envies|mande|manden|mandes|escriba|escriban|escribas|quiero|deseo)
            (?: (?:mas|recibir|mensajes|sms|textos|avisos|alertas|estos|nada|sus|los))*
        |(?:no|ningun) mas (?:mensajes|sms|textos|avisos)
        |(?:quiero |deseo |quisiera )?(?:darme de baja|dar de baja|cancelar la suscripcion|denme de baja|dame de baja
            |deme de baja)(?: de (?:la|esta) lista)?
        |(?:borre|borren|quite|quiten|elimine|eliminen|quitame|borrame)(?:me)?(?: mi numero)?(?: de (?:la|esta|su) lista)?
    """,
    "ca": r"""
        (?:deixeu|deixa|pareu|para) d ?e? ?(?:enviar|enviar me|escriure|escriure m|molestar|molestar me)
            (?: (?:me|mes|missatges|sms|avisos|aquests|els))*
        |no (?:m|em|me) ?(?:envieu|enviis|escriviu|escriguis|envii)(?: (?:mes|missatges|sms|avisos))*
        |no vull (?:rebre )?(?:mes )?(?:missatges|sms|avisos)|(?:cap|no) mes missatges|ni un missatge mes
        |(?:vull )?(?:donar me de baixa|doneu me de baixa|dona m de baixa|baixa)(?: de la llista)?
    """,
    "it": r"""
        (?:smettete|smetti|smetta|smettetela|basta|finitela)(?: di)?(?: (?:mandarmi|inviarmi|scrivermi|mandare|inviare
            |scrivere|contattarmi|disturbarmi|messaggi|sms|avvisi|questi|i|con|piu))*
        |non (?:mi )?(?:mandate|mandi|mandare|mandatemi|inviate|inviare|inviatemi|scrivete|scrivetemi|scrivere
            |scrivermi|voglio|desidero)(?: (?:piu|ricevere|messaggi|sms|avvisi|questi|i|niente|vostri))*
        |(?:niente|nessun|mai)? ?piu (?:messaggi|sms|avvisi)
        |(?:toglietemi|rimuovetemi|cancellatemi|toglimi|cancellami|voglio cancellarmi|voglio disiscrivermi)
            (?: (?:dalla|da questa|dalla vostra) lista)?
    """,
    "fr": r"""
        (?:arretez|arrete|cessez|veuillez arreter|veuillez cesser)(?: (?:de|d))?(?: (?:m envoyer|envoyer|me contacter
            |m ecrire|ecrire|me deranger|ces|des|les|vos|messages?|sms|alertes|textos))*
        |(?:ne )?(?:m envoyez|m ecrivez|me contactez|m envoie|m ecris)(?: (?:plus|pas|de|rien|messages?|sms|alertes))*
        |plus (?:de|aucun) (?:messages?|sms|alertes|textos)
        |je (?:ne )?veux plus (?:recevoir )?(?:de |vos |ces |des )?(?:messages?|sms|alertes)
        |(?:je veux |je souhaite )?(?:me desabonner|me desinscrire|desabonnez moi|desinscrivez moi)
            (?: de (?:la|cette|votre) liste)?
        |(?:retirez|enlevez|supprimez) (?:moi|mon numero)(?: de (?:la|cette|votre) liste)?
    """,
    "de": r"""
        (?:horen|hor|hort) (?:sie )?(?:endlich )?(?:bitte )?auf(?: mir)?(?: (?:zu schreiben|nachrichten zu (?:senden
            |schicken)|sms zu (?:senden|schicken)|mit (?:den|diesen) (?:nachrichten|sms)))?
        |(?:keine|keine weiteren) (?:weiteren )?(?:nachrichten|sms|meldungen)(?: mehr)?(?: (?:schicken|senden|an mich))?
        |(?:schicken|senden|schreiben|schickt|sendet|schreibt) (?:sie )?mir (?:bitte )?(?:keine|nicht|nichts)
            (?: (?:mehr|weiteren|nachrichten|sms|meldungen))*
        |ich (?:will|mochte) (?:keine|nicht)(?: (?:mehr|weiteren|nachrichten|sms|meldungen|bekommen|erhalten))*
        |(?:ich (?:will|mochte) mich )?abmelden|melden sie mich ab|(?:streichen|loschen|nehmen) sie (?:mich|meine nummer)
            (?: (?:von|aus) (?:der|dieser|ihrer) liste)?
    """,
    "pt": r"""
        (?:pare|parem|para|deixem|deixe) de (?:enviar|me enviar|mandar|me mandar|escrever|me escrever|incomodar
            |me incomodar)(?: (?:me|mais|mensagens|sms|avisos|alertas|estas))*
        |nao (?:me )?(?:enviem|envie|mandem|mande|escrevam|escreva|quero|desejo)(?: (?:mais|receber|mensagens|sms|avisos
            |alertas|estas|nada))*
        |(?:nenhuma|sem) mais mensagens|chega de (?:mensagens|sms)
        |(?:quero )?(?:cancelar a (?:inscricao|subscricao)|descadastrar|sair da lista)
        |(?:retirem|tirem|removam|remova|tire) (?:me|o meu numero|meu numero)(?: da (?:vossa |sua )?lista)?
    """,
    "sv": r"""
        sluta (?:skicka|sms a|sms|skriva|messa|kontakta|stora)(?: (?:till|mig|mer|fler|meddelanden|sms|er|de har))*
        |(?:skicka|skriv|sms a|kontakta) (?:mig )?(?:inte|inga)(?: (?:mig|fler|mer|meddelanden|sms|langre|till))*
        |inga (?:fler|mer) (?:meddelanden|sms)|jag vill inte (?:ha|fa) (?:fler |nagra )?(?:meddelanden|sms)
        |(?:jag vill )?avsluta(?: prenumerationen)?|(?:jag vill )?avregistrera (?:mig)?
        |ta bort (?:mig|mitt nummer)(?: fran listan)?
    """,
}
# Line ends and what indents them are for the reader; single spaces count.
_WISH_PHRASE = re.compile("|".join(re.sub(r"\n\s*", "", phrase) for phrase in _PHRASES.values()))
_WORD = re.compile(r"[^\W_]+")
_AROUND = re.compile(rf"(?:{_POLITE} )*(?P<core>.*?)(?: {_POLITE})*")


class Wish(StrEnum):
    """What such a word asks for."""

    STOP = "STOP"
    START = "START"
    HELP = "HELP"


def folded(text: str) -> str:
    """Lower-case words without accents, one space between them; anything else is a space."""
    letters = text.casefold()
    if not letters.isascii():
        letters = unicodedata.normalize("NFKD", text).casefold()
        letters = "".join(c for c in letters if not unicodedata.combining(c))
    return " ".join(_WORD.findall(letters))


def read_wish(text: str) -> Wish | None:
    """The wish that a message is, None for anything else."""
    if len(text) > MAX_CHARS:
        return None
    words = folded(text)
    around = _AROUND.fullmatch(words)
    core = around["core"] if around is not None else words
    for candidate in (words, core):
        together = candidate.replace(" ", "")
        if together in _STOP:
            return Wish.STOP
        if together in _START:
            return Wish.START
        if together in _HELP:
            return Wish.HELP
    return Wish.STOP if core and _WISH_PHRASE.fullmatch(core) else None


def is_answer_too(text: str, wish: Wish | None) -> bool:
    """YES may as well be an answer to a question; and who calls for help in an emergency must reach a person."""
    return wish is None or folded(text) == "yes" or (wish is Wish.HELP and folded(text) != "info")
