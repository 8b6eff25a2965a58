"""Who somebody is to their town: a title won, a post held, the news they were in (class R). Asked about, in operations only."""

from __future__ import annotations

from collections.abc import Iterator

from app.editorial.guard.context import ASK, Context, Finding
from app.editorial.guard.lazy import Lazy
from app.editorial.guard.words.alternatives import by_start
from app.editorial.guard.words.people import CASUALTY, PATIENT, RELATIVES

_PERSON = (
    rf"(?:{PATIENT}|{RELATIVES}|"
    + by_start(
        r"boy|girl|man|woman|guy|lad|lady|gentleman|teenager|teen|kid|toddler|driver|cyclist|biker|motorcyclist|pedestrian|passenger|climber|skier|hiker|swimmer|worker|builder|pilot|ragazz[oa]|uomo|donna|bambin[oa]|signor[ae]?|ciclista|motociclista|automobilista|autista|conducente|pedone|passegger[oa]|operaio|homme|femme|garcon|fille|dame|monsieur|cycliste|motard|conducteur|conductrice|pieton|pietonne|passagere?|ouvrier|hombre|mujer|chic[oa]|nin[oa]|senora?|motorista|conductora?|peaton|pasajer[oa]|obrer[oa]|home|dona|noi|noia|nen|nena|senyora?|vianant|passatger[a]?"
    )
    + ")"
)
_TITLE = Lazy(
    r"\b(?:lottery|loteria|lotteria|loterie|olympic|olimpi\w+|paralympic|grammy|oscar|nobel|goya|cesar|x factor|big brother|masterchef|gran hermano|grande fratello|eurovision|world cup|marathon|maraton\w*|tour de france|giro d'italia|championship)[ -](?:winner|champion|medall?ist|finalist|star|contestant|runner|millionaire|campio\w+|vincitore|vincitrice|gagnante?|ganador\w*|guanyador\w*)\b"
    r"|\b(?:last year's|this year's|former|ex|reigning|national|regional|local|world|european|town's|club's|city's|team's|famous|well-known)[ -](?:\w+ )?(?:winner|champion|captain|goalkeeper|keeper|striker|coach|star|presenter|weather(?:man|woman|girl)|celebrity|influencer|youtuber|tiktoker|politician|novelist|author|singer|actor|actress|band|drummer|olympian|medall?ist|mayor|mp|bishop|beauty queen)\b"
    r"|\b(?:well[- ]known|famous|celebrated|renowned|popular|award-winning|retired|noto|nota|famos[oa]|celebre|ancien|ancienne|conocid[oa]|conegu[td]a?|popular) (?:\w+ )?(?:chef|cook|author|writer|poet|painter|artist|dancer|comedian|broadcaster|journalist|host|musician|violinist|pianist|guitarist|rapper|dj|model|designer|businessman|businesswoman|entrepreneur|politician|activist|athlete|player|rider|jockey|boxer|runner|skier|footballer|cuoc[oa]|scrittore|scrittrice|pittore|pittrice|giornalista|atleta|calciatore|cuisinier|cuisiniere|ecrivain|peintre|comedien|comedienne|journaliste|athlete|joueur|joueuse|cociner[oa]|escritora?|pintora?|periodista|deportista|jugadora?|cuiner[a]?|escriptora?|esportista)\b"
    r"|\b(?:captain|goalkeeper|keeper|striker|coach|star|owner|founder|conductor|singer|drummer|landlord|headmaster|headmistress|organist|postmistress|capitan[oa]|portiere|allenator\w+|titolare|proprietari[oa]|fondator\w+|cantante|capitaine|gardien|entraineur|patron|patronne|proprietaire|fondat\w+|chanteu\w+|porter[oa]?|entrenadora?|duen[oa]|propietari[oa]|fundadora?|entrenadora?|mestressa|cantant) (?:of|del|della|dell'|du|de la|de l'|de|di|d') ?(?:the |our |a |la |el |il |le |l'|nostr[oa] |notre |nuestr[oa] |nostre )?(?:\w+'s )?(?:town|village|city|club|team|band|choir|orchestra|pub|bakery|bar|shop|hotel|school|paese|squadra|coro|banda|panificio|bar|ristorante|scuola|villaggio|equipe|club|chorale|fanfare|boulangerie|cafe|ecole|village|pueblo|equipo|coro|banda|panaderia|bar|tienda|escuela|poble|equip|cor|forn|fleca|botiga|escola)\b"
    r"|\b(?:vincitore|vincitrice|gagnante?|ganadora?|guanyadora?|campion(?:e|essa)?|championne|campeona?|campiona) (?:della|del|de la|du|de|di|d'|olimpi\w+|regional\w*|nazionale|nacional|national\w*|mondiale|mundial|europe\w+|d'espana|d'italia) ?\w*"
)
_KIN_OF = Lazy(
    rf"\b(?:{RELATIVES}) (?:of|del|della|dell'|du|de la|de l'|de|di|d'un[ae]?|de un[ae]?) ?(?:our|my|your|a|nostr[oa]|notre|nuestr[oa]|nostr[ea]|un|una|une|former|ex) (?:\w+ )?(?:mayor|bishop|priest|minister|mp|senator|governor|headmaster|coach|judge|sheriff|surgeon|consultant|director|nurse|colleague|sindac[oa]|vescovo|parroco|preside|giudice|primario|collega|collaboratrice|maire|eveque|cure|juge|collegue|chirurgien|alcalde|alcaldesa|obispo|cura|juez|colega|companer[oa]|cirujan[oa]|alcaldessa|bisbe|mossen|jutge|jutgessa|company[a]?|cirurgian?a?)\b"
)
_NEWS = Lazy(
    rf"\b{_PERSON}\b[^.!?]{{0,40}}\b(?:(?:on|in|from) (?:the )?(?:news|papers?|headlines|front page|tv|telly|television|radio)|(?:al|del) (?:telegiornale|tg)|sui giornali|in televisione|(?:aux|dans les) (?:infos|journaux|nouvelles)|a la (?:tele|television|radio)|(?:en|de) (?:las noticias|los periodicos|la tele|la television|el telediario)|(?:a|de) (?:les noticies|la tele|la televisio|els diaris)|als diaris|al telenoticies)\b"
)
_WHEN = r"(?:this (?:morning|afternoon|evening)|yesterday|last night|today|tonight|stamattina|stamani|ieri|stanotte|oggi|stasera|ce matin|hier|cette nuit|aujourd'hui|esta (?:manana|noche|tarde)|ayer|anoche|hoy|aquest mati|aquesta (?:nit|tarda)|ahir|anit|avui|(?:on |el |le |la |last )?(?:monday|tuesday|wednesday|thursday|friday|saturday|sunday|lunedi|martedi|mercoledi|giovedi|venerdi|sabato|domenica|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|lunes|martes|miercoles|jueves|viernes|sabado|domingo|dilluns|dimarts|dimecres|dijous|divendres|dissabte|diumenge))"
_HARM = r"(?:fell|fallen|hit|struck|crashed|crash|run over|knocked|pulled|rescued|thrown|trapped|shot|stabbed|attacked|burn(?:ed|t)|drowned|jumped|accident|collision|fire|shooting|explosion|cadut[oa]|precipitat[oa]|investit[oa]|travolt[oa]|estratt[oa]|accoltellat[oa]|ustionat[oa]|incidente|incendio|tombee?|renversee?|fauchee?|poignardee?|brulee?|accident|incendie|cay\w+|caid[oa]|atropellad[oa]|rescatad[oa]|apunalad[oa]|quemad[oa]|accidente|caigu\w+|va caure|atropella[td]a?|apunyala[td]a?|cremat|cremada|incendi)"
_HAPPENED = Lazy(
    rf"\b{_PERSON}\b[^.!?]{{0,40}}\b{_HARM}\b[^.!?]{{0,40}}\b{_WHEN}\b|\b{_PERSON}\b[^.!?]{{0,24}}\b{_WHEN}(?:'s)?\b[^.!?]{{0,20}}\b{_HARM}\b"
)

_OFFICE = r"(?:(?:prefet|prefete|prefett[oa]|prefecte|prefecta|president[ea]?|presidenta|alcalde|alcaldesa|alcaldessa|batlle|batllessa|sindac[oa]|maire|mairesse|mayor|minist\w+|senat\w+|deput\w+|diputa\w+|conseller\w*|consejer[oa]|councillor|bishop|bisbe|obispo|vescovo|eveque|judge|juge|juez|jueza|jutge|jutgessa|giudice|rector\w*|rettore|rettrice|recteur|rectrice|governor|governatore|delegad[oa]|delega[td]a?|subdelegad[oa]|vegue\w*|parroc[o]?|priest|cura|mossen|cure|headteacher|headmaster|principal|preside|proviseur|directora?|directeur|directrice|direttore|direttrice|chief|cap|jefe|jefa|capo|commissaire|comissari|comisari[oa]|commissario|captain|capitan[oa]?|capitaine|champion\w*|campion\w*|campeon\w*)(?![a-z]))"
_NONE_OTHER = Lazy(
    rf"(?:{CASUALTY}|\b(?:{PATIENT})\b)[^.!?;]{{0,40}}?\b(?:is|was|est|n'est autre que|es|e|era|no es otr[oa] que|non e altr[oa] che|no es (?:cap )?altr[ea] que|is none other than) (?P<n>(?:none other than )?(?:the |la |le |el |il |lo |l')(?:current |actual |attuale |former |ex |vice |vice-)*{_OFFICE}(?: [\w']+){{0,4}})"
    rf"|\b(?:es recupera|se recupera|se remet|si riprende|si sta riprendendo|recovering|recovers|operat[oa]?|operad[oa]|operee?|ingressa[td]a?|ingresad[oa]|ricoverat[oa]|hospitalisee?|admitted)\b(?: (?:well|be|bien|bene|is|was|today|avui|hoy|oggi|de|from|della|dalla|dal|la|l'|del|aqui|qui|ici|cirurgia|cirugia|surgery|operacio|operacion|intervento|operation|intervencio\w*))*,? (?P<m>(?:the |la |le |el |il |lo |l'){_OFFICE}(?: [\w']+){{1,4}})"
)
_ONE_LEFT = Lazy(
    r"\b(?:the |la |le |el |il |lo |l')(?:only|last|unic[oa]?|seule?|ultim[oa]?|dernier|derniere|darrer[a]?) (?!one|day|time|patient|pacient|pazient|dia|vez|cop|volta|fois|jour|victim|ferit|herid|bless|person|surviv|superv|via|acces|road|bridge|hospital)[a-z]{4,}(?: [a-z]+)? (?:left|who (?:was|is) left|que (?:quedaba|queda|quedava)|qui (?:restait|reste)|rimast[oa]|che (?:resta|restava)|(?:de la|del|de l'|della|dell'|of the|in the|du|de) ?(?:comarca|poble|vall|illa|pueblo|valle|isla|provincia|village|vallee|ile|canton|region|coast|valley|island|town|county|paese|isola|paroisse|costa|cote|barri|barrio|quartier))\b"
)
_CARED = Lazy(
    rf"{CASUALTY}|\b(?:(?:{PATIENT})|on the table|en la mesa|a la taula|sul tavolo|sur la table|quirofan\w*|in theatre|in sala|au bloc|operat\w*|operad[oa]|operee?|ingres\w+|ricoverat[oa]|hospitalisee?|admitted|intensive care|uci|icu|rianimazione|reanimation|cirurgia|cirugia)\b"
)


def roles(c: Context) -> Iterator[Finding]:
    if c.kind in ("press", "crisis"):
        for match in _NONE_OTHER.finditer(c.low):
            yield Finding(
                *match.span(match.lastgroup or 0),
                "R",
                ASK,
                "A known role points at one person.",
                "the patient",
            )
        for match in _ONE_LEFT.finditer(c.low):
            if _CARED.search(c.low[slice(*c.sentence(*match.span()))]):
                yield Finding(*match.span(), "R", ASK, "Who is the only one is known to all.", "the patient")
    if c.kind != "surgery":
        return
    for pattern, reason in (
        (_TITLE, "A known role or a title points at one person."),
        (_KIN_OF, "Whose relative it is points at one person."),
        (_NEWS, "This tells readers where to look for who it is."),
        (_HAPPENED, "A known incident points at those who were in it."),
    ):
        for match in pattern.finditer(c.low):
            yield Finding(*match.span(), "R", ASK, reason, "")
