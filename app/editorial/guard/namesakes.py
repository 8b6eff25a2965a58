"""
Things, tunes and greeted towns that bear a name: the robot that is called Gaston, "pince de Rochester", whoever sang from the
loudspeaker, "good morning Lagos". Where nobody is meant, neither the rules nor the learned opinion may read somebody there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from app.editorial.guard.context import Context
from app.editorial.guard.dictionary import names
from app.editorial.guard.lazy import Lazy
from app.editorial.guard.words.harmless import EPONYMS, WIDE_PLACES
from app.editorial.guard.words.towns import FAR_TOWNS, TOWNS

_BEAST = r"(?:dog|puppy|cat|kitten|pony|parrot|cane|cagnolin[oa]|gatt[oa]|gattin[oa]|chien(?:ne)?|chiot|chat(?:te|on)?|perr[oa]|perrit[oa]|gat[oa]|gatit[oa]|gos|gossa|gosset|cadell|gatet)"
_DOLL = r"(?:manikins?|simman|resusci|mannequins?|manichin[oi]|maniqui(?:s|es)?|dumm(?:y|ies)|simulador|simulatore|simulateur|ninot)"
_MACHINE = (
    r"(?:robots?|(?:robotic |robot )?arm|c-arm|generators?|ventilators?|monitors?|autoclaves?|machines?|stack|tower|screen|printer|laser|microscope|lamp|drill|trolley|drones?|scanner|cell saver|suction|aspirator|"
    r"braccio|colonna|generator[ei]|ventilatore|macchin(?:a|ario)|aspiratore|torre|schermo|stampante|microscopio|lampada|scialitica|carrello|ecografo|trapano|"
    r"bras|colonne|groupes? electrogenes?|generateurs?|respirateur|moniteur|aspirateur|ecran|imprimante|lampe|scialytique|chariot|echographe|perceuse|"
    r"brazo|generador(?:es|s)?|respirador|maquina|aspirador|pantalla|impresora|lampara|dron|ecografo|taladro|autotransfusor|recuperador|"
    r"brac|autoclau|impressora|microscopi|carro|ecograf|trepant|bomba|pump|pompa|pompe)"
)
_THING = rf"(?:{_DOLL}|{_MACHINE}|{_BEAST})"
_OF_ONE = r"(?:of|in|on|at|for|with|from|by|and|or|but|de|del|della|dell|di|du|des|dels|da|y|e|i|et|o|ou|is|was|e|es|est|con|avec|amb|per|pour|para|sur|su|en|case|patient|pazient[ei]|paciente|pacient|fine|ready)"
_WHAT_KIND = rf"(?: (?!{_OF_ONE}\b)[\w'.-]+){{0,2}}?(?: (?:de |di |d')(?:laparosc\w+|endosc\w+|video|coelio|clio|cœlio|anestesi\w|anesthesie|rx|la sala|sala))?"
_ART = r"(?:the |our |il |lo |la |le |el |els |els nostres |les |los |l'|un |una |une |a |an |(?:il |la |el )?(?:nostr[oae]|notre|nuestr[oa])(?: vecchi[oa]| viej[oa]| vieux| vieille| vell[a]?| old| new| brave| fidel| fidele)? )"
_CALLED = r"(?:(?:(?:is|are|was|were|we) )?(?:called|named|nicknamed|known as|baptised|christened)|s[ie] chiama(?:no)?|chiamat[oaie]|soprannominat[oaie]|battezzat[oaie]|s'appelle(?:nt)?|se nomme|(?:sur)?nommee?s?|appelee?s?|baptisee?s?|se llaman?|llamad[oa]s?|apodad[oa]s?|bautizad[oa]s?|es diu(?:en)?|anomena(?:t|da|ts)|bateja(?:t|da|ts))"
_NAME = r"(?P<n>[a-z][\w'-]+)"

_THING_CALLED = Lazy(
    rf"(?P<t>\b(?:{_ART}(?:(?!{_OF_ONE}\b)[a-z-]+ )?)?\b{_THING}\b{_WHAT_KIND}),? (?:(?:que|che|qui|which|that|who) )?{_CALLED} (?:el |la |en |na |l')?{_NAME}"
)
_IS_THE_NAME = Lazy(
    rf"(?:^|[.!?:;] )(?P<n>[a-z][\w'-]+(?: [a-z][\w'-]+)?) (?:(?:es|e|is|c'est|est) (?:el nombre|el nom|il nome|le nom|the name|what we call|come chiamiamo) ?(?:del|de la|de l'|du|della|dell'|of the|of our|the|de|di|la|il)|es diu|si chiama|s'appelle|se llama) ?{_ART}?{_THING}\b(?! (?:case|patient|pazient|pacient))"
)
_WE_CALL = Lazy(
    rf"\b(?:we (?:call|named|christened)|(?:lo |la )?chiamiamo|abbiamo (?:chiamato|battezzato)|(?:nous |l')?appelons|on (?:l')?appelle|(?:on a|avons) (?:appele|baptise)|llamamos|hemos (?:llamado|bautizado)|(?:en |li )?diem|(?:em|hem) (?:anomenat|batejat)|anomenem) (?:{_NAME} (?:a |al )?{_ART}?{_THING}\b|{_ART}(?:(?!{_OF_ONE}\b)[a-z-]+ )?{_THING}\b{_WHAT_KIND} (?P<m>[a-z][\w'-]+))"
    rf"|\b(?:a |al |all'|il |la |el |el nostre |il nostro |le )(?:la |l'|el )?{_THING}\b{_WHAT_KIND} (?:la |lo |le |li |el )?(?:llamamos|decimos|diem|chiamiamo) (?P<o>[a-z][\w'-]+)"
)
_OUR_THING = Lazy(
    rf"(?:^|[.!?:;,] |\b(?:and|e|et|y|i) )(?:[a-z]{{2,}} )?{_NAME}, (?:our|il nostro|la nostra|notre|nuestr[oa]|el nostre)(?: (?!{_OF_ONE}\b)[a-z-]+)? {_MACHINE}\b(?=[,.;:!?]|$|{_WHAT_KIND},)"
)
_BESIDE = Lazy(
    rf"(?P<t>\b{_DOLL} |\b(?:il|la|le|el|notre|la nostra|il nostro|nuestr[oa]|el nostre) (?:robot|drone?|(?:colonne?|colonna|torre)(?: video| de \w+| laparoscopica)|generatore|generador|generateur|respirador|respirateur|ventilatore|autoclave|autoclau) ){_NAME}(?= |[,.;:!]|$)"
)
"""A doll or a machine with its name behind it ("manikin Annie", "la colonne vidéo Mireille")."""
_LED_BY = Lazy(
    r"\b(?:of|in|on|at|with|from|by|beside|near|under|to|for|next|behind|docked|su|sul|sull'|sulla|sullo|nel|nella|nell'|del|dell'|della|al|all'|alla|dal|dalla|sotto|con|col|en|de|du|dans|avec|sous|sur|al|au|a|amb|per|por|pel|para|pour|bajo|sota|whose) ?(?:the |our |el |la |il |le |l'|notre |nuestr[oa] |nostr[oae] )?$"
)
_PERSON = Lazy(
    r"\b(?:patient\w*|pazient\w+|paciente?s?|pacients?|malalt[a]?|malad[ei]s?|malat[oa]|enferm[oa]|bed|letto|lit|cama|llit|room|operated|operat[oa]|operad[oa]|operee?|asleep|awake|dorm[ei]?|duerme|dort|despert\w*|despiert\w+|svegli[oa]?|reveill\w+|wife|husband|(?:his|her|their|our|my|the|a|whose|'s) son|daughter|mother|father|mum|dad|brother|sister|family|moglie|marito|figli[oa]|madre|padre|famiglia|femme|mari|fils|fille|mere|pere|famille|mujer|marido|hij[oa]|familia|dona|fill[a]?|mare|pare|plora|cries|piange|pleure|llora|ingres\w+|admitted|hospitalisee?|ricoverat[oa]|bleeding|sanguina|saigne|baby|bebe|victims?|vittim[ae]|victim[ae]s?|injured|wounded|ferit[oa]?|ferida|blessee?|herid[oa])\b"
)

_TOOL = r"(?:pinces?|pinz[ae]s?|pinca|forceps|clamps?|spatules?|espatul[ae]s?|spatol[ae]|ecarteurs?|separadors?|separadores|divaricator[ei]|ciseaux|forbic[ei]|tijeras?|tisores|ventouses?|ventos[ae]s?|curettes?|legras?|porta-?agulles|porta-?agujas|porte-aiguilles?|portaaghi|raspatori?|rugine|bistouri|manoeuvres?|manovr[ae]|maniobr[ae]s?)"
_TOOL_OF = Lazy(
    rf"\b(?i:{_TOOL}) (?i:de |di |d'|du )(?P<n>[A-Z][\w'-]+)(?! [A-Z])(?:(?: (?i:au lieu d[eu']|plutot que|en vez de|en lugar de|en lloc de|invece (?:di|della)|al posto (?:di|della))(?: ?(?i:la|le|les|el|une?|una|l'))?|,? (?i:et|ou|i|y|e|o) (?i:la|une?|una|{_TOOL}(?: de| di| d')))? ?(?P<m>[A-Z][\w'-]+)(?! [A-Z]))?"
)
_CHILDBIRTH = Lazy(
    r"\b(?:parto?|nacimiento|naixement|nascita|naissance|accouchement|birth|delivery|bebe|nado|cesarea)\b"
)

_TUNE = (
    r"(?P<n>[A-Z][\w'-]+(?: (?:(?:de|del|di|da|la|l'|i|y|e|van|von) ?){0,2}[A-Z][\w'-]+){0,3})(?!'s| [A-Z])"
)
_SUNG = (
    Lazy(
        rf"\b(?i:music|musica|musique|song|soundtrack|canzone|chanson|cancion|canco|playlist|album|in sottofondo)(?:,? [a-z']+){{0,2}}? (?i:was|is|c'era|c'etait|c'est|hi havia|era|es|e|etait|sera|va ser|fue|by|de|di|d'en) ?(?i:by |d'en |d'|de la |de |di |del |il |el |la )?{_TUNE}"
    ),
    Lazy(
        rf"\b(?i:requiem|sinfonia|symphony|symphonie|concerto|concierto|quartetto?|sonata|waltz|valzer|vals|notturno|nocturne|preludi\w*|bolero|himno|aria|brano) (?i:by|di|de|d'en|of|du|d') ?{_TUNE}"
    ),
    Lazy(
        rf"\b(?i:sonaba|sonava|suonava|suena|sona|passait|ascoltavamo|escuchabamos|escoltavem|ecoutait|ecoutions|listening to) (?i:a |en |the |il |el |la )?{_TUNE}"
    ),
    Lazy(
        rf"(?:^|[.!?:;,] ){_TUNE} (?i:de fons|de fondo|in sottofondo|en fond sonore|en fond|in the background|(?:sona |suena |suona |passe )?(?:on the radio|a la radio|alla radio|en la radio|per la radio))\b"
    ),
)

_EXERCISE = Lazy(
    r"\b(?i:exercise|esercitazione|exercice|ejercicio|simulacro|simulacre|simulazione|exercici) (?P<n>[A-Z][\w'-]+(?: [A-Z][\w'-]+)?)(?= ?(?:[:,.;!]|$))"
)

_GREETED = Lazy(
    r"(?:^|[.!?] )(?:good morning|good evening|good afternoon|hello|hi|welcome|thanks|thank you|greetings|bon dia|bona nit|bona tarda|hola|benvinguts|benvingudes|gracies|salutacions|buenas (?:noches|tardes)|buenas|buenos dias|bienvenidos|gracias|saludos|bonjour|bonsoir|salut|bien recu|bienvenue|merci|ciao|buongiorno|buonasera|benvenuti|grazie|saluti),? (?:(?:to|from|a|de|da|di|desde|des de) )?(?P<n>[a-z][a-z'-]+(?: [a-z][a-z'-]+)?)(?= ?(?:[.!;:]|$|, ?(?!(?:il |la |el |le )?(?:your|his|her|votre|son|sa|su|sua|suo|seva|seu|vostr|tu|tua|tuo|ton|ta)\b)))"
)

_WOULD = (
    r"(?:(?:would have|aurait|avrebbe|habria|hubiera|hauria) \w+"
    r"|himself (?:would|could|never)|descrisse|descrivit|decrivit|a decrit|describio|va descriure|described (?:this|the|it)|(?:lui-meme|in persona|en persona|en personne)\b)"
)
_OF_OLD = Lazy(
    rf"(?<![\w'-])(?:(?P<f>[a-z-]+) (?:y |i )?)?(?P<e>[a-z-]{{4,}}),? {_WOULD}|\bas (?P<g>[a-z-]{{4,}}) himself would\b"
)
_ROW = Lazy(
    r"(?:^|[.!?] )(?P<n>[a-z' -]{4,24}(?:, [a-z'-]{4,20}){1,4}(?:(?: and| e| et| y| i) [a-z'-]{4,20})?)(?= ?[:—-])"
)
_TITLED = Lazy(
    r"\b(?:mr|monsieur|signor|senor|senyor|el senor|el senyor) (?P<n>[a-z-]{4,}) (?:non e (?:in sala|qui|un pazient)|n'est pas (?:la|ici|dans|un)|no esta (?:aqui|en)|no es (?:un|a la|aqui)|is not (?:here|in|a patient)|isn't (?:here|in|a patient))"
)
_IT_IS_A_THING = Lazy(
    r"\b(?:e solo|solo|c'est|es solo|es|it is|it's|just|only|nomes)(?: (?:il|la|le|l'|el|una?|une?|the|an?|just|only|nomes|solo))* ?(?:letto|pinza|posizione|nome|pince|position|table|lit|nom|clamp|bed|sign|tilt|manoeuvre|pinca|posicio|posicion|cama|llit|mesa|taula|table|nombre|name|forceps|retractor)\b"
)


def namesakes(c: Context) -> Iterator[tuple[int, int]]:
    """Stretches where what stands like somebody's name is that of a thing, a tune, a town or a surgeon of old."""
    yield from _things(c)
    for match in _TOOL_OF.finditer(c.plain):
        if not c.tied(*match.span()) and not _CHILDBIRTH.search(c.before(match.start(), 40)):
            yield match.span("n")
            if match["m"]:
                yield match.span("m")
    if c.kind in ("surgery", "reply", "press"):
        for pattern in _SUNG:
            for match in pattern.finditer(c.plain):
                if not _somebody(c, *match.span()) and _sings(match["n"].lower()):
                    yield match.span("n")
    if c.is_public:
        for match in _EXERCISE.finditer(c.plain):
            if not _somebody(c, *match.span()):
                yield match.span("n")
    for match in _GREETED.finditer(c.low):
        if match["n"] in FAR_TOWNS or match["n"] in TOWNS or match["n"] in WIDE_PLACES:
            yield match.span("n")
    yield from _of_old(c)


def _things(c: Context) -> Iterator[tuple[int, int]]:
    for match in _THING_CALLED.finditer(c.low):
        doll = _A_DOLL.search(match["t"]) is not None
        if not _LED_BY.search(c.before(match.start(), 24)) and (
            doll or not _is_spoken_of(c, *match.span("n"))
        ):
            yield _whole(c, *match.span("n"), several="s" in match["t"][-1:])
    for pattern in (_IS_THE_NAME, _OUR_THING):
        for match in pattern.finditer(c.low):
            if not _somebody(c, *match.span("n")):
                yield match.start("n"), match.end("n")
    for match in _WE_CALL.finditer(c.low):
        group = "n" if match["n"] else "m" if match["m"] else "o"
        if not _is_spoken_of(c, *match.span(group)):
            yield match.span(group)
    for match in _BESIDE.finditer(c.low):
        start, end = match.span("n")
        if (
            c.plain[start].isupper()
            and not c.plain[end : end + 2].lstrip()[:1].isupper()
            and not _LED_BY.search(c.before(match.start(), 24))
            and not _somebody(c, start, end)
        ):
            yield start, end


_A_DOLL = Lazy(rf"\b{_DOLL}\b")
_NEXT = re.compile(r" (?:(?:and|e|et|y|i) )?[A-Z][\w'-]+")


def _whole(c: Context, start: int, end: int, *, several: bool) -> tuple[int, int]:
    """With the second of two names, and what is called by two words."""
    more = _NEXT.match(c.plain, end)
    if more is not None and (several or more.group().count(" ") == 1):
        end = more.end()
    return start, end


def _somebody(c: Context, start: int, end: int) -> bool:
    """Is a person spoken of in the same sentence?"""
    return c.tied(start, end) or _is_spoken_of(c, start, end)


def _is_spoken_of(c: Context, start: int, end: int) -> bool:
    """The same of what is surely a thing: theatres say "she" of their machines."""
    first, last = c.sentence(start, end)
    return bool(_PERSON.search(c.low[first:start]) or _PERSON.search(c.low[end:last]))


def _sings(tune: str) -> bool:
    """ "Paolo Conte" and "Elgar"; a given name alone may be anybody's."""
    return " " in tune or tune not in names().core_first


def _of_old(c: Context) -> Iterator[tuple[int, int]]:
    for match in _OF_OLD.finditer(c.low):
        group = "e" if match["e"] else "g"
        if _somebody(c, *match.span(group)):
            continue
        if group == "g" and any(word in EPONYMS for word in c.low[: match.start()].split()):
            yield match.span("g")
        elif "himself" in match.group() and any(
            word in EPONYMS for word in c.low[: match.start("e")].split()
        ):
            yield match.span("e")
        elif group == "e" and match["e"] in EPONYMS | OLD_SURGEONS:
            yield match.start("f") if match["f"] in names().first else match.start("e"), match.end("e")
    for match in _ROW.finditer(c.low):
        rows = [one.split()[-1] for one in _BETWEEN.split(match["n"])]
        if sum(one in EPONYMS or one in OLD_SURGEONS for one in rows) * 2 > len(rows) and not _somebody(
            c, *match.span("n")
        ):
            yield match.span("n")
    for match in _TITLED.finditer(c.low):
        if match["n"] in EPONYMS and _IT_IS_A_THING.search(c.low, match.end()):
            yield match.span()


_BETWEEN = re.compile(r", | (?:and|e|et|y|i) ")
OLD_SURGEONS = frozenset(
    "trueta puigvert barraquer pare cajal halsted vesalio vesalius galeno gimbernat goyanes velpeau servet avicenna avicena charnley debakey".split()
)
