"""
What the updates before brought in with what it is: the surgeon with a title, the school or shelter of a crisis. Named again, alone, it is
still that; and a first name is a surgeon's only where it says or does what those who operate do.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from app.editorial.guard.context import HIDDEN, Context
from app.editorial.guard.fold import View, fold
from app.editorial.guard.lazy import Lazy
from app.editorial.guard.window import WINDOW

_NAME = r"(?P<n>[A-Z][\w'-]{2,}(?: [A-Z][\w'-]{2,}){0,2})"
_TITLED = Lazy(
    rf"\b(?i:dr|dra|doctora?|dottor|dottoressa|dott|dott\.ssa|docteure?|prof|professora?|professeure?|professore|professoressa|surgeon|chirurgo|chirurga|chirurgienn?e?|cirujan[oa]|cirurgian?a?)\.? {_NAME}"
)
_HOUSED = Lazy(
    rf"\b(?i:school|college|shelter|church|colegio|escuela|instituto|polideportivo|pabellon|guarderia|parroquia|albergue|escola|institut|pavello|poliesportiu|parroquia|alberg|scuola|palestra|palazzetto|asilo|parrocchia|liceo|ecole|lycee|gymnase|creche|eglise)"
    rf"(?i: (?:de|di|du|del|della|la|le))? {_NAME}"
    r"|(?P<m>[A-Z][\w'-]{2,}(?: [A-Z][\w'-]{2,})?)(?: Primary| Secondary| High| Junior| Sports| Community| Leisure)? (?:School|College|Academy|Hall|Centre|Center|Church)\b"
)
_DOES = (
    r" (?:says|asks|explains|points|shows|closes|opens|cuts|clips|sutures|scrubs|takes over|is (?:closing|opening|suturing|scrubbing|operating|clipping)"
    r"|dice|chiede|spiega|mostra|chiude|apre|taglia|sutura|opera|clippa|incide"
    r"|dit|demande|explique|montre|ferme|ouvre|coupe|suture|opere|incise"
    r"|pide|explica|muestra|ensena|cierra|abre|corta|sutura|incide"
    r"|diu|demana|mostra|ensenya|tanca|obre|talla|sutura)\b(?! (?:eyes|her eyes|his eyes|gli occhi|les yeux|los ojos|els ulls|water|acqua|agua|aigua|de l'eau))"
)
_AT = r"\b(?:in|at|inside|outside|to|nel|alla|al|a|en|dans|au)(?: the| la| el| le)? "


_STAFF = (
    r"(?:registrar|resident|fellow|scrub nurse|scrub tech|charge nurse|theatre nurse|nurse|anaesthetist|anesthetist|anesthesiologist|perfusionist|porter|orderly|technician|radiographer|midwife|"
    r"ferrist[ao]|strumentist[ao]|anestesista|specializzand[oa]|infermier[ea]|caposala|perfusionista|tecnico|barellier[ea]|primario|ostetrica|"
    r"ibode|iade|ide|interne|externe|infirmiere?|anesthesiste|panseuse|panseur|instrumentiste|brancardiere?|perfusionniste|aide-soignante?|cadre de bloc|sage-femme|"
    r"celadora?|instrumentista|enfermer[oa]|residente|auxiliar|tcae|matrona|circulante|camillero|"
    r"infermera?|resident|portalliteres|zeladora?|llevadora|cirurgian?a?)"
)
_OUR = r"(?:our|il nostro|la nostra|notre|nuestr[oa]|el nostre)"
_SAID_TO_BE = Lazy(
    rf"(?P<n>\b[a-z][\w'-]+)(?: (?:con|with|avec|amb|on|a|al|alla|sur|au)(?: (?:la|el|the|il|le))? \w+)?, {_OUR} (?:new |star |senior |junior |young |chief |nuov[oa] |bravissim[oa] |jeune |nouve(?:au|lle) |jove |joven |nou |nova )?{_STAFF}(?! ?'s)\b"
    rf"(?! (?:who|that|que|qui|che) (?:is|was|est|esta|e) )"
)
_ROLE_NAMED = Lazy(
    rf"\b(?:il|lo|la|le|el|l'|our|{_OUR}) ?{_STAFF} (?P<n>[A-Z][\w'-]+(?: [A-Z][\w'-]+)?)(?! [A-Z])(?=[ ,.;:!]|$)"
)
_AT_WORK = Lazy(
    r"\b(?P<n>(?:(?:sister|matron) [a-z][\w'-]+)(?= (?:is |has )?(?:scrubbed|scrubs|scrubbing|assisting|assists)\b)|mr [a-z][\w'-]+(?= (?:is )?(?:on|at|takes) the (?:console|controls)\b(?! tomorrow)))"
)
_LIES = Lazy(
    r"\b(?:patient\w*|pazient\w+|paciente?s?|pacients?|trolley|consented|transplant\w*|trapiant\w*|trasplant\w*|list|on the (?:operating )?table|in bed|under the knife|being operated|operated|admitted|asleep|awake|ill|sick|wakes|operat[oa]|operad[oa]|operee?|opere|dorm[ei]?|duerme|dort|despert\w*|despiert\w+|svegli[oa]?|reveill\w+|ingres\w+|hospitalisee?|ricoverat[oa]|malat[oa]|malade|malalta?|enferm[oa]|sotto i ferri|sur la table|en la mesa|a la taula|sul tavolo)\b"
)

_FULL_NAME = r"(?P<n>[A-Z][\w'-]+(?: (?:(?:de|del|della|di|da|le|la|van|von|el|ben) )?[A-Z][\w'-]*){0,3})"
_OFFICIAL = Lazy(
    rf"\b(?i:contact|contatt[oi]|contact presse|contacto|contacte|contactar|information|informazioni)(?: |: ?){_FULL_NAME}(?=,? \(?(?i:press|media|communications?|ufficio stampa|service (?:de )?(?:presse|communication)|comunicaz|(?:gabinete|oficina|servicio) de (?:prensa|comunicacion)|(?:gabinet|oficina|servei) de (?:premsa|comunicacio)))"
)
_HURT = Lazy(
    r"\b(?:injur\w+|hurt|wounded|burn(?:ed|t)|dead|died|missing|treat\w+|care|ferit[oaie]?|ustionat[oaie]|mort[oaie]?|dispers[oaie]|blessee?s?|brulee?s?|disparue?s?|herid[oa]s?|quemad[oa]s?|muert[oa]s?|desaparecid[oa]s?|ferides?|ferits|cremat|cremada|desaparegut|hospital\w*|ospedale|hopital|ricover\w+|ingres\w+|intensive|icu|uci|rea|reanimation|rianimazione)\b"
)


def said_to_be_staff(c: Context) -> Iterator[tuple[int, int]]:
    """Who is named beside what they do here, where nothing says that today they lie on the table."""
    if c.kind in ("crisis", "press"):
        yield from _officials(c)
    if c.kind not in ("surgery", "training"):
        return
    for pattern, text in ((_SAID_TO_BE, c.low), (_ROLE_NAMED, c.plain), (_AT_WORK, c.low)):
        for match in pattern.finditer(text):
            first, last = c.sentence(*match.span())
            around = c.low[first : match.start("n")] + " " + c.low[match.end("n") : last]
            if not _LIES.search(around) and not c.tied(*match.span("n")):
                yield match.span("n")


def _officials(c: Context) -> Iterator[tuple[int, int]]:
    """Who answers the press, where the sentence speaks of nobody hurt or in care."""
    for match in _OFFICIAL.finditer(c.plain):
        around = c.low[slice(*c.sentence(*match.span()))]
        if not _LIES.search(around) and not _HURT.search(around):
            yield match.span("n")


def without_introduced(view: View, earlier: Sequence[str], kind: str) -> View:
    """The view with what was introduced before blanked; offsets stay."""
    if kind not in ("surgery", "crisis") or not earlier:
        return view
    texts = [fold(text).plain for text in earlier[-(WINDOW - 1) :]]
    spans = list(_staff(view.low, texts) if kind == "surgery" else _houses(view.low, texts))
    if not spans:
        return view
    plain = view.plain
    for start, end in spans:
        plain = plain[:start] + HIDDEN * (end - start) + plain[end:]
    return replace(view, plain=plain)


def _staff(low: str, texts: Iterable[str]) -> Iterator[tuple[int, int]]:
    for text in texts:
        for titled in _TITLED.finditer(text):
            for name in titled["n"].lower().split():
                for match in re.finditer(
                    rf"(?:^|[.!?:;,] |\b(?:y|e|i|et|and|che|que) )(?:(?:la|el|en|na|il|le) )?{re.escape(name)}(?={_DOES})",
                    low,
                ):
                    yield match.end() - len(name), match.end()


def _houses(low: str, texts: Iterable[str]) -> Iterator[tuple[int, int]]:
    for text in texts:
        for housed in _HOUSED.finditer(text):
            name = (housed["n"] or housed["m"]).lower()
            for match in re.finditer(rf"{_AT}{re.escape(name)}(?![\w'-])(?! [a-z]+,? \d)", low):
                yield match.end() - len(name), match.end()
