"""
House addresses in other dress (class B): the number in words, a flat in a named building, stairs and doors; and who lives there,
for the kinds of text in which an address alone is harmless.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from app.editorial.guard.context import BLOCK, Context, Finding
from app.editorial.guard.evasion import NUMBER_WORD
from app.editorial.guard.words.alternatives import by_start
from app.editorial.guard.words.people import PATIENT, RELATIVES

_LIVES = re.compile(
    r"\b(?:lives?|living|resid\w+|home|house|address|abita|abitano|vive|vivono|viu|viuen|viven|vivant|habite|habitent|habitant|domicili\w*|indirizzo|adresse|direccion|adreca|casa|chez|loge|logent|next of kin|parent[ei]|family|famil\w+)\b"
)
_TYPE = r"(?:via|viale|piazza|corso|vicolo|largo|rue|avenue|boulevard|allee|impasse|chemin|place|quai|calle|avenida|plaza|paseo|camino|ronda|travesia|carrer|avinguda|placa|passeig|cami|rambla|travessera)"
_SAID_AFTER = re.compile(
    rf"\b{_TYPE} (?:[a-z'’-]+ ){{1,4}}?(?:(?:al |au |en el |el )?(?:numero|n\.?[o°º]?|num\.?|number|civico) ?)?(?P<n>{NUMBER_WORD}(?:[ -]{NUMBER_WORD}){{0,3}})(?= ?(?:bis|ter|[a-d])?(?:[ ,.;:!?)]|$))"
)
_SAID_BEFORE = re.compile(
    rf"\b(?:at|au|a|al|in|numero|number|no\.?|chez)? ?(?P<n>{NUMBER_WORD}(?:[ ,-]{{1,2}}{NUMBER_WORD}){{0,3}}),? (?:bis,? )?(?:(?:rue|avenue|boulevard|allee|impasse|chemin|place|quai) (?:d[eu]s? |de la |de l'|d')?[a-z'’-]{{3,}}|(?:[a-z]+ ){{1,2}}(?:street|road|avenue|lane|drive|close|terrace|crescent|grove|gardens|court|way|row|place|mews|hill)\b)"
)
_IN_WORDS = re.compile(r"[a-z]{2}")
_BUILDING = re.compile(
    r"(?<![\w#/])\d{1,4} ?[A-Da-d]?(?:[/-]\d{1,4}[A-Da-d]?)?,? (?:[A-Z][\w'’-]+ ){1,2}(?:Towers?|House|Heights|Mansions|Apartments|Lodge|Flats|Buildings?|Point|Estate)\b"
    r"|\b(?i:flat|apartment|apt|unit|room|maisonette) ?#?\d{1,4}[A-Da-d]?,? (?:[A-Z][\w'’-]+ ){1,2}(?:Towers?|House|Heights|Mansions|Apartments|Lodge|Flats|Buildings?|Point|Estate|Court)\b"
)
_STAIRS = re.compile(
    r"\b(?:scala|esc\.?|escala|escalera|portal|bloque|bloc|blocco|edifici\w*|batiment|bat\.?|residence|torre|palazzina|immeuble|urbanizacion|urb\.?|finca|mas|masia|cascina)\.? (?:[a-z0-9'’-]+ ){0,3}?[a-z0-9'’-]+,? (?:scala \w+,? )?(?:int(?:erno)?|apt|appt?|appartement|appartamento|piso|pis|planta|pta|puerta|porta|bajo|baixos|etage|piano)\.? ?n?\.?[ °º]?\d{1,3}[a-z]?(?![\w%])"
    r"|\b(?:bloque|bloc|portal|scala|escala|escalera) [a-z0-9]{1,3},? \d{1,2}(?:[o°ºªa]|er|r|n|on|eme)? ?-?(?:[a-d]|\d{1,2}[aª]?)\b"
)
_ONE_PERSON = by_start(
    r"lady|gentleman|man|woman|boy|girl|pensioner|retiree|widow|widower|resident|driver|cyclist|farmer|teacher|builder|student|retired \w+|mrs?|ms|miss|signora?|sig|pensionat[oa]|vedov[oa]|anzian[oa]|uomo|donna|ragazz[oa]|bambin[oa]|contadin[oa]|agricoltore|studente(?:ssa)?|residente|conducente|operai[oa]|dame|monsieur|madame|mme|homme|femme|retraitee?|veuve?|agriculteur|agricultrice|etudiante?|conducteur|conductrice|ouvriere?|habitante?|senora?|sra?|hombre|mujer|jubilad[oa]|viud[oa]|agricultora?|ganader[oa]|anciana?|conductora?|obrer[oa]|vecin[oa]|chic[oa]|senyora?|home|dona|jubilat|jubilada|vidua?|pages|pagesa|avi|iaia|estudiant|veina?"
)
_DWELLER = re.compile(
    rf"\b(?:{_ONE_PERSON}|{PATIENT})\b(?:\.?,? [a-z']+){{0,3}}?\.?(?:,| (?:of|at|in|from|on|vivant|habitant|habitante|residente|resident|de|di|da|del|della|du|d'|au|a|al|en|lives?|living|abita|vive|viu|habite)\b)[ ,:]*(?:the |l'|la |el |il |le |a |al |au |en |in )?$"
)
_YOURS_TO = re.compile(
    rf"\b(?:your|his|her|my|votre|vos|ton|ta|sa|son|suo|sua|tuo|tua|vostr[oa]|su|tu|vuestr[oa]|seu|seva|teu|teva|vostre|vostra) (?:\w+ )?(?:{RELATIVES})\b[^.!?]{{0,30}}$|\b(?:signora?|sig\.ra|sigra|sig\.?|mme|mrs?|ms|senora?|sra?\.?|senyora?|lady|dame|monsieur) (?:\w+ )?(?:of|from|de|di|del|della|du|at) ?$"
)


def lives_here(c: Context, start: int) -> bool:
    """Is what stands before a street one person, who lives there or is taken there?"""
    before = c.low[max(0, start - 60) : start]
    return bool(_DWELLER.search(before) or _YOURS_TO.search(before))


def homes(c: Context) -> Iterator[Finding]:
    if c.kind in ("crisis", "press"):
        return
    reason = "This is a house address."
    for pattern in (_SAID_AFTER, _SAID_BEFORE):
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
