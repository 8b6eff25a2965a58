"""
House addresses in other dress (class B): the number in words, a flat in a named building, stairs and doors; and who lives there,
for the kinds of text in which an address alone is harmless.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from app.editorial.guard.context import ASK, BLOCK, Context, Finding
from app.editorial.guard.evasion import NUMBER_WORD
from app.editorial.guard.lazy import Lazy
from app.editorial.guard.vocabulary import is_word
from app.editorial.guard.words.alternatives import by_start
from app.editorial.guard.words.people import PATIENT, RELATIVES

_LIVES = Lazy(
    r"\b(?:lives?|(?:su|his|her|son|suo|el seu) (?:piso|pis|flat|apartment|appart\w*)|living|resid\w+|home|house|address|abita|abitano|vive|vivono|viu|viuen|viven|vivant|habite|habitent|habitant|domicili\w*|indirizzo|adresse|direccion|adreca|casa|chez|loge|logent|next of kin|parent[ei]|family|famil\w+)\b"
)
_TYPE = r"(?:via|viale|piazza|corso|vicolo|largo|rue|avenue|boulevard|allee|impasse|chemin|place|quai|calle|avenida|plaza|paseo|camino|ronda|travesia|carrer|avinguda|placa|passeig|cami|rambla|travessera)"
_SAID_AFTER = Lazy(
    rf"\b{_TYPE} (?:[a-z'’-]+,? ){{1,4}}?(?:(?:al |au |en el |el )?(?:numero|n\.?[o°º]?|num\.?|number|civico) ?)?(?P<n>{NUMBER_WORD}(?:[ -]{NUMBER_WORD}){{0,3}})(?= ?(?:bis|ter|[a-d])?(?:[ ,.;:!?)]|$))"
)
_SAID_BEFORE = Lazy(
    rf"\b(?:at|au|a|al|in|numero|number|no\.?|chez)? ?(?P<n>{NUMBER_WORD}(?:[ ,-]{{1,2}}{NUMBER_WORD}){{0,3}}),? (?:bis,? )?(?:(?:rue|avenue|boulevard|allee|impasse|chemin|place|quai) (?:d[eu]s? |de la |de l'|d')?[a-z'’-]{{3,}}|(?:[a-z]+ ){{1,2}}(?:street|road|avenue|lane|drive|close|terrace|crescent|grove|gardens|court|way|row|place|mews|hill)\b)"
)
_NUMBER_OF = Lazy(
    rf"\b(?:numero|number|num\.?|no\.?|civico|al|au|en el|el) (?P<n>{NUMBER_WORD}(?:[ -]{NUMBER_WORD}){{0,3}}),? (?:bis,? )?(?:de |di |d'|of |on |in |del )?(?:la |l')?{_TYPE} (?:[a-z'-]+ ){{0,2}}?[a-z'-]{{3,}}"
)
_IN_WORDS = Lazy(r"[a-z]{2}")
_BUILDING = Lazy(
    r"(?<![\w#/])\d{1,4} ?[A-Da-d]?(?:[/-]\d{1,4}[A-Da-d]?)?,? (?:[A-Z][\w'’-]+ ){1,2}(?:Towers?|House|Heights|Mansions|Apartments|Lodge|Flats|Buildings?|Point|Estate)\b"
    r"|\b(?i:flat|apartment|apt|unit|room|maisonette) ?#?\d{1,4}[A-Da-d]?,? (?:[A-Z][\w'’-]+ ){1,2}(?:Towers?|House|Heights|Mansions|Apartments|Lodge|Flats|Buildings?|Point|Estate|Court)\b"
)
_STAIRS = Lazy(
    r"\b(?:scala|esc\.?|escala|escalera|portal|bloque|bloc|blocco|edifici\w*|batiment|bat\.?|residence|torre|palazzina|immeuble|urbanizacion|urb\.?|finca|mas|masia|cascina)\.? (?:[a-z0-9'’-]+ ){0,3}?[a-z0-9'’-]+,? (?:scala \w+,? )?(?:int(?:erno)?|apt|appt?|appartement|appartamento|piso|pis|planta|pta|puerta|porta|bajo|baixos|etage|piano)\.? ?n?\.?[ °º]?\d{1,3}[a-z]?(?![\w%])"
    r"|\b(?:bloque|bloc|portal|scala|escala|escalera) [a-z0-9]{1,3},? \d{1,2}(?:[o°ºªa]|er|r|n|on|eme)? ?-?(?:[a-d]|\d{1,2}[aª]?)\b"
)
_ONE_PERSON = by_start(
    r"lady|gentleman|man|woman|boy|girl|pensioner|retiree|widow|widower|resident|driver|cyclist|farmer|teacher|builder|student|retired \w+|mrs?|ms|miss|signora?|sig|pensionat[oa]|vedov[oa]|anzian[oa]|uomo|donna|ragazz[oa]|bambin[oa]|contadin[oa]|agricoltore|studente(?:ssa)?|residente|conducente|operai[oa]|dame|monsieur|madame|mme|homme|femme|retraitee?|veuve?|agriculteur|agricultrice|etudiante?|conducteur|conductrice|ouvriere?|habitante?|senora?|sra?|hombre|mujer|jubilad[oa]|viud[oa]|agricultora?|ganader[oa]|anciana?|conductora?|obrer[oa]|vecin[oa]|chic[oa]|senyora?|home|dona|jubilat|jubilada|vidua?|pages|pagesa|avi|iaia|estudiant|veina?"
)
_NEEDS_HELP = r"dialys(?:ee?|ed|is patient)|dializzat[oa]|dializad[oa]|dialitza(?:t|da)|ventilat\w+ (?:patient|man|woman)|bedridden|allettat[oa]|grabataire|encamad[oa]|enllita(?:t|da)|oxygeno\w+|insulin\w+|tracheotom\w+|tetraplegi\w+|paraplegi\w+|intossicat[oa]|intoxiquee?|intoxicad[oa]|poisoned|isolee?|isolat[oa]|aillat|aillada|aislad[oa]|stranded|trapped"
_DWELLER = Lazy(
    rf"\b(?:{_ONE_PERSON}|{_NEEDS_HELP}|(?<!lait )(?<!milk )(?<!leche )(?<!llet )(?<!latte )(?:{PATIENT}))\b(?:\.?,? [a-z']+){{0,4}}?\.?(?:,| (?:of|at|in|from|on|vivant|habitant|habitante|residente|resident|de|di|da|del|della|du|d'|au|a|al|en|lives?|living|abita|vive|viu|habite)\b)[ ,:]*(?:the |l'|la |el |il |le |a |al |au |en |in )?$"
)
_YOURS_TO = Lazy(
    rf"\b(?:your|his|her|my|votre|vos|ton|ta|sa|son|suo|sua|tuo|tua|vostr[oa]|su|tu|vuestr[oa]|seu|seva|teu|teva|vostre|vostra) (?:\w+ )?(?:{RELATIVES})\b[^.!?]{{0,30}}$|\b(?:signora?|sig\.ra|sigra|sig\.?|mme|mrs?|ms|senora?|sra?\.?|senyora?|lady|dame|monsieur) (?:\w+ )?(?:of|from|de|di|del|della|du|at) ?$"
)


_COME_TO = Lazy(
    r"\b(?:bring|come|visit|walk|go|portate|porti|venga|vengano|venite|accompagnate|amenez|venez|passez|traiga|traigan|traed|vengan|acuda|acudan|porteu|vingui|veniu|parking|entrance|reception|clinic|office)\b"
)


def lives_here(c: Context, start: int) -> bool:
    """Is what stands before a street one person, who lives there or is taken there?"""
    before = c.low[max(0, start - 60) : start]
    return bool(_DWELLER.search(before) or (_YOURS_TO.search(before) and not _COME_TO.search(before)))


_MORE_TYPES = Lazy(
    r"\b(?:[Ss]alita|[Dd]iscesa|[Tt]raversa|[Ll]ungomare|[Ll]ungarno|[Ll]ungotevere|[Rr]iviera|[Ll]ocalita|[Ff]razione|[Ss]ubida|[Bb]ajada|[Cc]ostanilla|[Bb]arrio|[Bb]ulevar|[Cc]arretera|[Ss]enda|[Vv]ereda|[Pp]ujada|[Cc]arrero|[Tt]orrent|[Rr]iera|[Mm]oll|[Rr]uelle|[Ss]entier|[Mm]ontee|[Pp]assage|[Ff]aubourg|[Vv]enelle|[Ee]splanade|[Pp]romenade|[Rr]esidence|[Ll]otissement|[Cc]our) (?:(?:de|del|della|dei|di|du|des|la|les?|l'|d'|de la|de l'|san|santa|saint|sainte) ?){0,2}[A-Z][\w'’-]*(?: [A-Z][\w'’-]*){0,2},? ?(?:n\.?[o°º]? ?|num\.? ?)?\d{1,4}(?: ?bis|[A-Da-d]\b)?(?![\w%]|[.,:]\d| ?(?:km|min|h\b))"
    r"|(?<![\w/])\d{1,4}(?: bis| ter)?,? (?:ruelle|sentier|montee|passage|faubourg|venelle|esplanade|promenade|residence|lotissement|cour) (?:(?:de|du|des|la|les?|l'|d'|de la|de l') ?){0,2}[A-Z][\w'’-]*(?: [A-Z][\w'’-]*){0,2}"
)
_LIVES_AT = Lazy(
    r"\b(?i:lives?|living|vive|viu|abita|habite|domiciliad[oa]|domiciliat|domiciliada)\b[^.!?\d]{0,30}? (?i:at|en|in|al|a|de|di|d'|of) ?(?P<n>(?:[A-Z][\w'’-]+ )?[A-Z][\w'’-]+,? (?:n\.? ?)?\d{1,4}[a-d]?)(?=[,;:!?)]|\.(?!\d)|$| (?:y|and|e|et|i|con|with|amb|avec)\b)"
)
_HAMLET = Lazy(
    r"\b(?i:hamlet|village|paesino|borgo|frazione|poblet|poble|llogaret|aldea|pueblecito|pueblito|pueblo|hameau|lieu-dit|caserio|masia|cortijo|farm|farmhouse|cascina|malga|mas) (?i:above|near|over|outside|beyond|past|sopra|vicino a|oltre|sobre|prop de|a prop de|damunt de|cerca de|junto a|encima de|au-dessus de|pres de|a cote de|apres|passat|pasado) (?P<n>[A-Z][\w'’-]+(?:[ -][A-Z][\w'’-]+)*)"
)

_HOUSE_NAMED = Lazy(
    r"\b(?i:lives?|living|vive|viu|abita|habite)\b[^.!?\d]{0,40}, (?P<n>(?:n\.? ?)?\d{1,4}[a-d]? (?:[A-Z][\w'-]+ ?){1,3}|[A-Z][\w'-]+(?: [A-Z][\w'-]+)?,? \d{1,4})(?=[,;!?)]|\.(?!\d)|$| ?(?:y|and|e|et|i|con|with|amb|avec|where|dove|ou|donde|on)\b)"
)
CALLED_TO = Lazy(
    r"\b(?:labou?r|malaise|chest pain|cardiac arrest|arret cardiaque|arresto|infart\w*|infarctus|ictus|stroke|avc|epoc|copd|bpco|mpoc|oxygen\w*|oxigeno\w*|ossigeno\w*|respirador|respirateur|ventilator|dialys\w+|dializza\w+|dializad\w+|dialitza\w+|seizure|fitting|convulsi\w+|"
    r"unconscious|incoscient\w*|diabet\w+|pregnant|incinta|enceinte|embaraz\w+|embarassa\w+|partorient\w*|parturient\w*|parto|accouchement|eclampsia|overdose|fallen|dolor en el pecho|doglie|ofec|qui convulse|dolor toracic\w*|dolore toracico|douleur thoracique|anaphyla\w+|anafila\w+|avortement|bleeding out|a fall|caduta in casa|chute a domicile|caida en casa)\b"
)
_FOR_MANY = Lazy(
    r"\b(?:for (?:anyone|those|all|people)|per chi|per tutti|pour ceux|pour tous|para quien\w*|para todos|per a qui|per a tothom|patients|pazienti|pacientes|pacients|vecin[oa]s|neighbours|residents|residenti|riverains|veins|stations?|access|available|bisogno|need|besoin|necesit\w+|necessit\w+)\b"
)
_SENT_TO = Lazy(
    r"\b(?i:ambulances?|crews?|medics?|paramedics?|responders?|ambulanz[ae]|equipaggi?o?|automedica|equipes?|smur|samu|ambulancias?|dotaci\w+|uvi|soporte vital|suport vital|unidad)\b[^.!?]{0,30}? "
    r"(?P<n>\d{1,4}[a-d]?(?: bis| ter)?,? (?:(?:[A-Z][\w'-]+ ){1,3}(?:Street|Road|Avenue|Lane|Drive|Close|Way|Place|Court|Terrace|Crescent|Gardens|Row|Hill|Park|Square|Mews|Rise|Walk|Grove|End|Yard|Fold|Croft|Chase|View|Green|Side|Wharf|Quay)\b|(?:rue|ruelle|avenue|boulevard|allee|impasse|chemin|place|quai) (?:[a-z']+ ?){0,3}[A-Z][\w'-]+)"
    r"|(?:via|viale|vicolo|corso|piazza|calle|callejon|avenida|plaza|paseo|carrer|carrero|avinguda|placa|passeig|passatge) (?:[a-z']+ ?){0,3}[A-Z][\w'-]+(?: [A-Z][\w'-]+)?,? (?:n\.? ?|numero )?\d{1,4})"
)

_STREET_EN = r"(?:[A-Z][\w'-]+ ){1,3}(?:Street|Road|Avenue|Lane|Drive|Close|Way|Place|Court|Terrace|Crescent|Gardens|Row|Hill|Square|Mews|Rise|Walk|Grove)"
_STREET_FR = r"(?:rue|ruelle|avenue|boulevard|allee|impasse|chemin|place|quai) (?:[a-z']+ ?){0,3}[A-Z][\w'-]+"
_STREET = r"(?:via|viale|vicolo|corso|piazza|calle|avenida|plaza|paseo|carrer|avinguda|placa|passeig) (?:[a-z']+ ?){0,3}[A-Z][\w'-]+(?: [A-Z][\w'-]+)?,? (?:n\.? ?|numero )?\d{1,4}"
_FAMILY = r"(?i:family|famiglia|famille|familia|household)"
_HOUSEHOLD = Lazy(
    rf"(?:\b(?i:the) (?P<a>[A-Z][\w'-]+s|{_FAMILY}) (?:at|of|from|in) \d{{1,4}}[a-d]? {_STREET_EN}\b"
    rf"|\b\d{{1,4}}[a-d]? {_STREET_EN},? (?:the) (?P<b>[A-Z][\w'-]+s) (?:are|were|have|had)\b"
    rf"|\b(?:(?i:les) (?P<d>[A-Z][\w'-]+)|(?i:la) (?P<f>{_FAMILY})(?: [A-Z][\w'-]+)?) (?:du|au|qui habitent au) \d{{1,4}}(?: bis| ter)?,? {_STREET_FR}\b"
    rf"|\b(?:(?i:i|gli|los|els) (?P<e>[A-Z][\w'-]+)|(?i:la) (?P<g>{_FAMILY})(?: [A-Z][\w'-]+)?) (?:di|in|de|de la|del|de l'|d'en) {_STREET}\b)"
)
"""
A family told by its house, in any kind of text: "the Hendersons at 27 Alder Road". One name behind "the" is a café's ("Le Rialto au 3 rue …"), families
are where all of them are taken.
"""


def _households(c: Context) -> Iterator[Finding]:
    for match in _HOUSEHOLD.finditer(c.plain) if c.has_digit else ():
        name = next(value for value in match.groups() if value).lower()
        # A capital opens a sentence, too: "The Shelters at 3 High Street".
        if re.fullmatch(_FAMILY, name) or not (is_word(name) or is_word(name.removesuffix("s"))):
            yield Finding(*match.span(), "B", BLOCK, "This tells a family and its house.", "a family")


def homes(c: Context) -> Iterator[Finding]:
    for match in _MORE_TYPES.finditer(c.plain) if c.has_digit else ():
        tied = c.tied(*match.span()) or lives_here(c, match.start())
        if tied or (not c.is_public and _LIVES.search(c.before(match.start(), 50))):
            yield Finding(*match.span(), "B", BLOCK, "This is a house address.", "at home")
    if c.kind == "surgery":
        for match in _HAMLET.finditer(c.plain):
            yield Finding(*match.span("n"), "B", ASK, "A town narrows down who it is.", "the region")
        for match in _HOUSE_NAMED.finditer(c.plain) if c.has_digit else ():
            yield Finding(*match.span("n"), "B", BLOCK, "This is a house address.", "at home")
    for match in _SENT_TO.finditer(c.plain) if c.has_digit and c.is_public else ():
        around = c.low[slice(*c.sentence(*match.span()))]
        if CALLED_TO.search(around) and not _FOR_MANY.search(around):
            yield Finding(*match.span("n"), "B", BLOCK, "This is a house address.", "at home")
    yield from _households(c)
    if c.kind in ("crisis", "press"):
        return
    reason = "This is a house address."
    for match in _LIVES_AT.finditer(c.plain) if c.kind != "training" else ():
        yield Finding(*match.span("n"), "B", BLOCK, reason, "at home")
    for pattern in (
        (_SAID_AFTER, _SAID_BEFORE, _NUMBER_OF)
        if _LIVES.search(c.low) or c.is_public or c.kind == "reply"
        else ()
    ):
        for match in pattern.finditer(c.low):
            if not _IN_WORDS.search(match["n"]):
                continue
            if _LIVES.search(c.before(match.start(), 50)) or lives_here(c, match.start()):
                yield Finding(*match.span(), "B", BLOCK, reason, "at home")
    for match in _BUILDING.finditer(c.plain):
        if c.kind == "surgery" or c.tied(*match.span()) or _LIVES.search(c.before(match.start(), 50)):
            yield Finding(*match.span(), "B", BLOCK, reason, "at home")
    for match in _STAIRS.finditer(c.low):
        if _LIVES.search(c.before(match.start(), 60)) or lives_here(c, match.start()):
            yield Finding(*match.span(), "B", BLOCK, reason, "at home")
