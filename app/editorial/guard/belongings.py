"""
Whose it is, and who does it: a name in any case behind a relative, a part of the body, a picture or an operation ("la mare de la Bet",
"il cuore di piras"), behind the article that Catalan gives to people, or before what only people do; initials of who was operated on, the
case that bears a name, who was born just now, and a page where somebody's story is told.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from app.editorial.guard.context import ASK, BLOCK, HIDDEN, Context, Finding
from app.editorial.guard.decision import Verdict
from app.editorial.guard.dictionary import Names
from app.editorial.guard.lazy import Lazy
from app.editorial.guard.learned.concepts import concept
from app.editorial.guard.presented import is_thing
from app.editorial.guard.surroundings import DEVICE_AFTER, looks_ordinary
from app.editorial.guard.words.harmless import (
    CALENDAR,
    DRUGS_AND_MAKES,
    EPONYMS,
    HARMLESS,
    INSTITUTIONS,
    WIDE_PLACES,
)
from app.editorial.guard.words.homonyms import HOMONYMS
from app.editorial.guard.words.people import (
    BOTH_NAME_AND_WORD,
    CLINICIANS,
    COMMON,
    PATIENT,
    PUBLIC_ROLES,
    RELATIVES,
)
from app.editorial.guard.words.towns import TOWNS

_NAME = r"[a-z][a-z'-]*[a-z]"
_PART = (
    r"(?:aorta|aorte|heart|cuore|coeur|corazon|cor|kidneys?|rene|reni|reins?|rinon(?:es)?|ronyo(?:ns)?|lungs?|polmon[ei]|poumons?|pulmon(?:es)?|pulmo(?:ns)?|liver|fegato|foie|higado|fetge|"
    r"hip|hips|anca|hanche|cadera|maluc|knees?|ginocchi[oa]|genoux?|rodillas?|genolls?|leg|gamba|jambe|pierna|cama|shoulder|spalla|epaule|hombro|espatlla|spine|colonna|colonne|columna|esquena|schiena|back|espalda|"
    r"chest|torace|thorax|torax|pit|belly|pancia|ventre|barriga|panxa|head|testa|tete|cabeza|cap|brain|cervello|cerveau|cerebro|cervell|hand|mano|main|ma|foot|piede|pied|pie|peu|eyes?|occhio|oeil|ojo|ull|"
    r"blood|sangue|sang|sangre|gallbladder|colecisti|vesicule|vesicula|femur|femore|tumou?r|tumore|tumeur|tumor|hernia|ernia|hernie|stones?|calcoli|calculs?|calculos?|pedra|piedra|pietra|scar|cicatri[zc]?e?|"
    r"tac|tc|ct|ecg|ekg|eeg|eco|echo|ecografia|echographie|rmn?|irm|mri|lastra|radiografia|radiographie|x-?ray|scanner|scan|biopsia|biopsie|biopsy|analisi|analitica|bilan|bloods|"
    r"operation|operacion|operacio|operazione|intervento|intervention|intervencion|intervencio|surgery|cirugia|transplant|trasplante?|trapianto|greffe|wound|ferita|herida|story|storia|histoire|vitals|obs|constantes?|constants|turn|torn|tour|turno)"
)
_OF = r"(?:(?:of|de la|de na|de el|d'en|del|de|della|dello|di|du) |d'|de n'|de l'|dell')"
_KIN = rf"(?:{RELATIVES}|dona|home|sposa|sposo|xicot|xicota|promesa|nena|nen|noi|noia|mainada|gent|familia|famiglia|famille|family|gos|gossa|perro|chien|cane|dog)"
_WHOSE = Lazy(
    rf"\b(?P<of>{_PART}|{_KIN})(?: (?:esquerr[ea]|dret[a]?|izquierd[oa]|derech[oa]|gauche|droite?|sinistr[oa]|destr[oa]|nou|nova|nuev[oa]|nuov[oa]|nouve(?:au|lle)|gran|petita?|mayor|menor|pequen[oa]|maggiore|minore|aine|cadet))? {_OF}(?P<n>{_NAME}(?: {_NAME})?)"
)
_OWNED = Lazy(rf"(?<![\w'@#-])(?P<n>{_NAME})'s (?:[a-z]+ ){{0,2}}?(?P<of>{_PART}|{_KIN})\b")
_ARTICLE = Lazy(
    rf"(?<![\w'-])(?P<art>d'en|a en|amb en|per en|per a en|que en|en|na) (?P<n>{_NAME})(?: (?P<m>{_NAME}))?(?P<after>[^\n]{{0,24}})"
)
"""In Catalan only people have these; "en" is a word for "in", too."""
_SHE = Lazy(rf"(?<![\w'-])(?P<art>a la|de la|amb la|per la|la|l'|el) ?(?P<n>{_NAME})(?P<after>[^\n]{{0,30}})")
_DOES = (
    r"(?:(?:ja|ya|gia|deja|ara|ahora|ora|now|still|encara|aun|ancora|encore|no|non|not|just|li|es|s'|se|si|ens|nos|ci|nous|m'|em|me|mi) ?)*"
    r"(?:demana\w*|pregunt\w+|plora\w*|riu\b|somri\w*|tremol\w+|ronca\w*|desperta\w*|dorm[ia]?\w*|respira (?:sol|be|tranquil)\w*|marxa\w*|tornara|anira|surt de|sortira|entra a|menja\w*|beu\b|camina\w*|parla\w*|canta\w*|saluda\w*|ha (?:plorat|rigut|dormit|somrigut|dit|demanat|preguntat|signat|firmat|parit|tingut sort|menjat|caminat)|te (?:por|gana|set|mal|son|fred)|tenia por|esta (?:despert|adormi|tranquil|content|sedad|sedat|be\b|nervios)\w*|va (?:neixer|dir|entrar|arribar|despertar|plorar)|"
    r"pide|pedia|preguntaba|llora\w*|temblaba|sonrie|sonreia|duerme|dormia|despierta|desperto|desperte|ira a casa|ira\b|volvera|saldra|come ya|bebe agua|ha (?:llorado|reido|dormido|sonreido|dicho|pedido|preguntado|firmado|parido|tenido suerte|comido|caminado|despertado)|tiene (?:miedo|hambre|sed|sueno|frio|suerte)|tenia miedo|esta (?:despiert|dormid|tranquil|content|sedad|nervios)[oa]|"
    r"demande|demandait|pleure|pleurait|tremblait|sourit|souriait|dort|dormait|se reveille|rentrera|ira\b|sortira|a (?:pleure|ri\b|dormi|souri|dit\b|demande|signe|eu (?:peur|de la chance)|mange|marche)|avait peur|a (?:faim|soif|froid)|est (?:reveille|endormi|calme|content|sedate)e?|"
    r"chiede|chiedeva|piange|piangeva|tremava|sorride|sorrideva|dorme|dormiva|si sveglia|andra a casa|tornera|uscira|ha (?:pianto|riso|dormito|sorriso|detto|chiesto|firmato|partorito|avuto (?:fortuna|paura)|mangiato|camminato|paura|fame|sete|freddo)|aveva paura|e (?:svegli|addormentat|tranquill|content|sedat|agitat)[oa]|"
    r"(?:is|was) (?:asking|shaking|crying|smiling|sleeping|snoring|awake|asleep|nervous|scared|going home|doing)|will be (?:going|leaving|moved)|asks|asked|wants|cried|smiled|snores|was lucky|was so|had a (?:laugh|cry)|says|said)\b"
)
_DOES_IT = Lazy(rf"^,? (?:i (?:el|la) seu?va? \w+ )?{_DOES}")
_SUBJECT = Lazy(
    rf"(?:^|[.!?:;,…] ?|\b(?:and|that|que|che|i|y|et|e|diu|dice|dit|says) )(?P<n>{_NAME})(?: (?P<m>{_NAME}))? (?={_DOES})"
)
_TOLD_BY = Lazy(
    rf"\b(?:diu|dice|dit|says|said|segons|segun|secondo|selon|according to|li toca a|le toca a|tocca a|e il turno di|es el torn de|au tour de|called|se llama|si chiama|s'appelle|es diu|is named) (?:en |na |la |l'|a |a la |a en )?(?P<n>{_NAME})(?: (?P<m>{_NAME}))?(?=[ ,.;:!?]|$)"
)
_TAKEN = Lazy(
    rf"\b(?:enduem|emportem|portem|passem|pugem|baixem|acompanyem|traslladem|tornem|nos llevamos|llevamos|pasamos|subimos|bajamos|trasladamos|acompanamos|emmene|emmenons|transfere|transferons|remontons|ramenons|portiamo|spostiamo|accompagniamo|trasferiamo|riportiamo|taking|moving|wheeling|bringing|transferring|commencons par|comencem amb|empezamos con|cominciamo con|start with|empelt per|injerto para|greffon pour|innesto per|graft for) (?:ja |ara |ya |ahora |ora |now )?(?:a en |a la |a l'|en |na |la |l'|a )?(?P<n>{_NAME})(?: (?P<m>{_NAME}))?(?=[ ,.;:!?]|$)"
)
_STREETS_OWN = Lazy(
    rf"\b(?:not|no es|non e|n'est pas|n'est|is that|es ese|es|e|is) (?:en |na |la |el |l'|il )?(?P<n>{_NAME} {_NAME}),? (?:(?:el|la|il|quello|quella) )?(?:from|de|di|del|della|du|d') ?(?:our|nuestr[oa]|nostr[oa]|nostre|la nostra|notre|my|mi|mia|ma|the)\b"
)
_OPERATED = (
    r"(?:operad[oa]|operat[oa]?|operee?|our (?:patient|gentleman|lady|man|woman|boy|girl)|(?:the |our )?patient|paziente|paciente|pacient|malalta?|malat[oa]|malade|enferm[oa]|(?:in|en|a la) (?:sala|quirofan\w*|theatre|table|taula|mesa|salle)|a qui|a quien|a cui|intervenid[oa]|intervingu[td]a?|greffee?|trasplantad[oa]|trapiantat[oa]|ingresad[oa]|ricoverat[oa]|"
    r"el nostre|la nostra|nuestr[oa]|il nostro|notre|sedad[oa]|sedat[oa]?|endormie?|asleep|under|dorm\w*|aged|de \d\d|\d\d (?:anys|anos|ans|anni))"
)
_INITIALS_THEN = Lazy(
    r"(?:^|[.!?:;,] ?)(?P<n>(?:[A-Z]\. ?){2,4}),? (?i:the|our|el|la|il|lo|le|l'|nuestr[oa]|nostr[oa]|notre) ?(?i:[a-z'-]+ ){1,3}(?i:we|who|that|from|que|qui|che|del|de|di|du|della)\b"
)
_INITIALS = Lazy(
    rf"(?:^|[.!?:;,] ?)(?P<n>(?:[A-Z](?:'[A-Z])?\. ?){{2,4}}(?:i [A-Z]\. ?)?|[A-Z]\.[A-Z]\.?),? (?i:(?:[\w']+ ){{0,2}}?{_OPERATED})\b"
)
_CASE = Lazy(
    r"\b(?i:the|el|il|le|al|del|du|our|nostre|nostro|notre|nuestro|sul|sobre el|sur le) (?i:case|cas|caso) (?P<n>[A-Z][a-z'-]{3,})(?=[ ,.;:!?]|$)|\b(?P<m>[A-Z][a-z'-]{3,}) case(?= (?:from|last|of|taught|that|we|again))"
)
_DONE_AGAIN = Lazy(
    r"\b(?:re-?)?(?i:intube|reintube|re-intube|extube|opere|reopere|intubato|estubato|operato|rioperato|reoperato|intubat|extubat|operat|reoperat|intubado a|extubado a|operado a|reoperado a|intubated|extubated|operated on|reintubated) (?:en |na |la |l'|a )?(?P<n>[A-Z][a-z'-]{3,})(?=[ ,.;:!?]|$)"
)
_BORN_NOW = Lazy(
    r"\b(?i:ha nacido|ya esta aqui|nacio|e nat[oa]|est nee?|is born|ha nascut|ja es aqui|bienvenid[oa]|benvingu[td]a?|benvenut[oa]|bienvenue|welcome)[!:, ]+(?:[a-z]+ )?(?P<n>[A-Z][a-z'-]+)[,!:]? (?=[^.!?]{0,24}(?:\d[.,]?\d{2,3} ?(?:g|gr|kg)\b|\d[.,]\d+ ?kg|placenta))"
)
_LINK = Lazy(
    r"(?:https?://|www\.)[^\s<>\"¤]+|(?<![a-z0-9@._-])(?:[a-z0-9-]+\.)+(?:com|org|net|info|me|io|co|blog|app|page|ly|tv|uk|it|fr|es|cat|eu|example|cloud|online|site|web|top|xyz|live|me|gal|ca|ch|be|ie|mx|tumblr)(?:/[^\s<>\"¤]*)?(?![a-z0-9@])"
)
_ONE = Lazy(
    rf"\b(?:(?:her|his|su|sua|suo|il suo|la sua|son|sa|el seu|la seva) (?:own |personal |online )?(?:shop|store|negozio|tienda|taller|studio|bottega|boutique|atelier|botiga|site|sito|web|page|pagina|portal|blog|channel|canal|canale|chaine|fundraiser|diary|diario|journal|diari|podcast)|{PATIENT}|malalta?|malat[oa]|malade|enferm[oa]|operat|operata|operada|operado|operee?|opere|trasplantad[oa]|trasplantat|trapiantat[oa]|greffee?|pz|her|his|she|he|nin[oa]|nen[a]?|bambin[oa]|bimb[oa]|fillette|garcon|boy|girl|kid|petite?|xiquet[a]?|(?:su|sus|la seva|el seu|els seus|sua|suo|suoi|son|sa|ses|their) (?:{RELATIVES}|padres|pares|genitori|parents|famil\w+))\b"
)
_SOMEBODY = Lazy(
    r"\b(?:she|he|her|his|ella|el mateix|ell|lei|lui|elle|il|su|sus|sua|suo|ses|sa|son|seva|seu|la giovane|il giovane|la ragazza|il ragazzo|la joven|el joven|la chica|el chico|la jeune \w+|le jeune \w+|la noia|el noi|la jove|el jove|the (?:young|girl|boy|teenager|woman|man))\b"
)
_WRITES = Lazy(
    r"\b(?:documents|writes|blogs|uploads|vlogs|diary|racconta|scrive|tiene|pubblica|carica|diario|raconte|ecrit|publie|poste|tient|journal|cuenta|escribe|sube|cuelga|publica|graba|portal propio|explica|escriu|penja|publica|diari)\b"
)
_HURT = rf"(?:{PATIENT}|transplanted|rescued|injured|trasplantad[oa]|trasplantat|trasplantada|trapiantat[oa]|greffee?|operat[oa]?|operad[oa]|operee?|herid[oa]|ferit[oa]?|ferida|blessee?|malalta?|malat[oa]|malade|enferm[oa])"
_DIARY = r"(?:blog|vlog|diar(?:y|io|i)|journal|carnet|web(?:site)?|page|pagina|site|sito|story|storia|historia|recit|racconto)"
# "el diari del trasplantat", "the rescued man's blog"
_DIARY_OF = Lazy(
    rf"\b{_DIARY} (?:personal\w* |de bord )?(?:of the |of our |del? |de la |de l'|della |dell'|du |de notre |del nostre |de la nostra ){_HURT}(?![a-z])|\b{_HURT}(?: \w+)?'s (?:own |personal )?{_DIARY}\b"
)
_OFFERED = Lazy(
    r"\b(?:patients|pazienti|pacientes|pacients|for patients|(?<!tiene )portal(?! propio)|book (?:online|here|now|your)|prenot\w+|cita|rendez-vous|leaflet|guide|guia|guida|full|opuscol\w+|visit(?:ing)? hours|horari\w*|donor registry|register)\b"
)
_AGED = Lazy(
    rf"(?<![\w'@#-])(?P<n>{_NAME} (?:(?:de|la|le|el|lo|van|ben|i|y|di|da|del) )?{_NAME}),? (?:aged |de |d'|of )?\(?\d{{1,2}} ?(?:anys|anos|ans|anni|years?|yo|y/o)\b"
)
_KIN_OF_OFFICE = Lazy(
    rf"\b(?:{RELATIVES}|dona) (?:of the |de la |del |de l'|du |della |dell'|dello )[a-z]+(?: [a-z]+)?,? (?P<n>{_NAME} (?:(?:de|la|le|el|lo|van|ben|di|da|del) )?{_NAME})(?=,| is| es| e | est)|\b[a-z]+'s (?:{RELATIVES}), (?P<m>{_NAME} {_NAME})(?=,)"
)
_DAY = r"(?:monday|tuesday|wednesday|thursday|friday|saturday|sunday|lunedi|martedi|mercoledi|giovedi|venerdi|sabato|domenica|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|lunes|martes|miercoles|jueves|viernes|sabado|domingo|dilluns|dimarts|dimecres|dijous|divendres|dissabte|diumenge)"
_CAME_ON = Lazy(
    rf"\b(?:came in|brought in|arrived|admitted|ingreso|entro|llego|va (?:entrar|arribar|ingressar)|entrat[oa]|arrivat[oa]|ricoverat[oa]|entree?|arrivee?|admise?) (?:a |an |on |on a |last |the |el |la |il |le |un |una |une |di |de |passat |en )*(?P<n>{_DAY})\b"
)
_LAST_DAY = Lazy(
    rf"\b(?:admitted|discharged|operated(?: on)?|came in|brought in|(?:a ete|est) (?:admise?|operee?|hospitalisee?|entree?|arrivee?)|(?:fue|ha sido) (?:operad|ingresad|intervenid|trasladad|atendid)[oa]|ingreso|(?:e|e stat[oa]) (?:operat|ricoverat|dimess|entrat|arrivat|trasferit)[oa]|va ser (?:opera|ingressa|atesa?|trasllada|intervingu)[td]?a?|(?:va )(?:ingressar|entrar|arribar)|entro|llego) (?:on |last |el |le |la |il |the )*(?P<n>{_DAY}(?: (?:passat|pasado|dernier|scorso|scorsa|last))?)(?![a-z])"
)
_OLD_ONE = Lazy(
    rf"\b(?:the|la|el|il|l'|le|our|nostre|nostra|nostr[oa]|notre|nuestr[oa]) ?(?:{PATIENT}|operat[oa]?|operad[oa]|operee?|malalta?|malat[oa]|malade|enferm[oa]|trasplantad[oa]|trapiantat[oa]|greffee?),? (?:(?:is|te|tiene|ha|a|who is|que te|que tiene|qui a|che ha|de|aged|d'|di) ?)?(?P<n>(?:\d{{2}}|[a-z]+(?:[ -](?:i |y )?[a-z]+)?) (?:anys|anos|ans|anni|years old))\b"
)
_REASON = "This looks like somebody's name."


def belongings(c: Context, names: Names) -> Iterator[Finding]:
    for start, end, verdict in _named(c, names):
        yield Finding(start, end, "A", verdict, _REASON, "the patient")
    if c.kind != "crisis":
        yield from _pages(c, names)
    if c.kind == "reply":
        for match in _LAST_DAY.finditer(c.low):
            yield Finding(*match.span("n"), "C", ASK, "A day of a stay can point at one person.", "")
    if c.kind in ("training", "press"):
        for pattern in (_CAME_ON, _OLD_ONE) if c.kind == "press" else (_CAME_ON,):
            for match in pattern.finditer(c.low):
                yield Finding(*match.span("n"), "C", ASK, "A day or an age narrows down who it is.", "")


def _named(c: Context, names: Names) -> Iterator[tuple[int, int, Verdict]]:
    if c.kind in ("surgery", "reply"):
        for pattern in (_INITIALS, _INITIALS_THEN, _BORN_NOW):
            for match in pattern.finditer(c.plain):
                yield *match.span("n"), BLOCK
    if c.kind in ("training", "surgery", "press"):
        for pattern in (_CASE, _DONE_AGAIN):
            for match in pattern.finditer(c.plain):
                group = "n" if match["n"] else "m"
                if _unlisted(names, match[group].lower(), c.low[match.end() :]):
                    yield *match.span(group), BLOCK
    if c.kind in ("crisis", "press"):
        for pattern in (_AGED, _KIN_OF_OFFICE):
            for match in pattern.finditer(c.low):
                group = "n" if match["n"] else "m"
                words = match[group].split()
                if words[0] in names.first and words[-1] in names.last and not {words[0], words[-1]} & COMMON:
                    yield *match.span(group), BLOCK
    if c.kind not in ("surgery", "reply"):
        return
    for pattern in (_WHOSE, _OWNED):
        for match in pattern.finditer(c.low):
            first = match["n"].split()[0]
            if _person(
                c, names, match.start("n"), first, held="d'en" in match.group() or "de na" in match.group()
            ):
                yield match.start("n"), match.start("n") + len(first), BLOCK
            elif _odd(c, names, match.start("n"), first):
                yield match.start("n"), match.start("n") + len(first), ASK
    for match in _STREETS_OWN.finditer(c.low):
        one, two = match["n"].split()
        if one in names.first and two in names.last and one not in COMMON:
            yield *match.span("n"), BLOCK
    for pattern in (_SUBJECT, _TOLD_BY, _TAKEN):
        for match in pattern.finditer(c.low):
            first, then = match["n"], match["m"]
            if _person(c, names, match.start("n"), first) or (
                then
                and first in names.first
                and then in names.last
                and first not in COMMON
                and then not in COMMON
            ):
                yield match.start("n"), match.end("n"), BLOCK
    if c.may_be("ca") or "d'en " in c.low:
        for match in _ARTICLE.finditer(c.low):
            held = match["art"] == "d'en" or match["art"] == "na"
            known = _person(c, names, match.start("n"), match["n"], held=held)
            does = (
                not held
                and (match["n"] in names.first or match["n"] in names.last)
                and _DOES_IT.search(match["after"] if not match["m"] else c.low[match.end("n") :])
            )
            if known or does:
                yield match.start("n"), match.end("n"), BLOCK
        for match in _SHE.finditer(c.low):
            if _DOES_IT.search(c.low[match.end("n") :]) and _known(names, match["n"]):
                yield match.start("n"), match.end("n"), BLOCK


def _known(names: Names, low: str) -> bool:
    """A name of any list that is no word, no place and no thing."""
    if low not in names.first and low not in names.last:
        return False
    return not (
        low in COMMON
        or low in names.plain_words
        or low in HARMLESS
        or low in CLINICIANS
        or low in PUBLIC_ROLES
        or low in INSTITUTIONS
        or low in CALENDAR
        or low in TOWNS
        or low in WIDE_PLACES
        or (low in HOMONYMS and low not in names.only_names)
        or len(low) < 3
        or bool(concept(low))
    )


def _person(c: Context, names: Names, at: int, low: str, *, held: bool = False) -> bool:
    """Is the word at a person's place somebody? Written large, a name that is a word as well will do."""
    after = c.low[at + len(low) :]
    if low in DRUGS_AND_MAKES or DEVICE_AFTER.match(after) or HIDDEN in c.plain[at : at + len(low) + 2]:
        return False
    if _known(names, low):
        return not (low in EPONYMS and not held)
    large = c.plain[at].isupper()
    if (
        low in COMMON
        or low in HARMLESS
        or low in CALENDAR
        or low in CLINICIANS
        or low in TOWNS
        or low in WIDE_PLACES
        or low in INSTITUTIONS
    ):
        return False
    if large and (low in BOTH_NAME_AND_WORD or low in names.first) and low not in names.plain_words:
        opens = not c.plain[:at].strip() or c.plain[:at].rstrip()[-1:] in ".!?:"
        return not opens or not concept(low)
    return (
        held
        and len(low) > 2
        and not concept(low)
        and low not in names.plain_words
        and (low in names.first or not looks_ordinary(low))
        and low not in HOMONYMS
    )


def _odd(c: Context, names: Names, at: int, low: str) -> bool:
    """A word that no list knows, where a name may stand: worth a question."""
    return (
        len(low) > 4
        and not low.startswith("pancr")
        and not c.plain[at].isupper()
        and HIDDEN not in c.plain[at : at + len(low) + 2]
        and not concept(low)
        and low not in names.explained_or_both
        and (low not in HOMONYMS or low in names.last)
        and low not in DRUGS_AND_MAKES
        and low not in INSTITUTIONS
        and low not in WIDE_PLACES
        and not looks_ordinary(low)
    )


def _unlisted(names: Names, low: str, after: str) -> bool:
    return not (
        is_thing([low], after)
        or low in HARMLESS
        or low in COMMON
        or low in PUBLIC_ROLES
        or low in names.plain_words
        or low in TOWNS
        or low in WIDE_PLACES
        or looks_ordinary(low)
        or (low in HOMONYMS and low not in names.last)
        or bool(concept(low))
    )


def _pages(c: Context, names: Names) -> Iterator[Finding]:
    """A page of one's own: a link beside one who is treated, or with a given name in it."""
    for match in _LINK.finditer(c.low):
        text = match.group().rstrip(".,;:!?)")
        start, end = match.start(), match.start() + len(text)
        if c.low[start - 1 : start] == "@" or c.low[end : end + 1] == "@" or "." not in text:
            continue
        first, last = c.sentence(start, end)
        around = c.low[first:start] + " | " + c.low[end:last]
        if _OFFERED.search(around) or not (
            _ONE.search(around) or _WRITES.search(around) or _DIARY_OF.search(around)
        ):
            continue
        path = text.partition("/")[2] if "//" not in text else text.partition("//")[2].partition("/")[2]
        named = any(part in names.first and len(part) > 3 for part in re.split(r"[^a-z]+", text))
        own = c.kind == "press" and (
            _DIARY_OF.search(around) or (_SOMEBODY.search(around) and _WRITES.search(around))
        )
        if path or named or own or c.kind in ("surgery", "reply"):
            yield Finding(start, end, "N", BLOCK, "This link may lead to a patient's page.", "")
