"""
Codes of one person that stand behind what she or he is: the volunteer BRAMBLE-014, the randomised participant 14-0077, the pilot's licence
with letters and points in its number, and an identity number behind its own label, which nobody publishes.
"""

from __future__ import annotations

from collections.abc import Iterator

from app.editorial.guard.context import BLOCK, HIDDEN, Context, Finding
from app.editorial.guard.lazy import Lazy
from app.editorial.guard.words.callings import CALLINGS, PLAYERS
from app.editorial.guard.words.people import CASUALTY, PATIENT

_ENROLLED = r"(?:participant|volunteer|subject|enrollee|recruit|volontari[oa]|partecipante|soggetto|arruolat[oa]|volontaire|participante?|sujet|voluntari[oa]?|sujeto|reclutad[oa]|subjecte|recluta[td]a?)"
_NUMBERED = r"(?: (?:randomi[sz]ed|enrolled|randomizzat[oa]|arruolat[oa]|randomisee?|incluse?|aleatorizad[oa]|aleatoritza[td]a?|n|no|num|numero|number|id|code|codice|codigo|codi|d'essai|d'etude|dello? studio|de l'(?:essai|etude|assaig|estudi)|del (?:ensayo|estudio|protocollo)|de (?:ensayo|estudio)|d'(?:assaig|estudi)|of the (?:trial|study)|con codigo|amb codi|con codice|with code))*"
# "FARIGOLA-061", "GARBI/03/221", "11-0042", and "s o l e i l - 0 4 4 - b"
_TRIAL = Lazy(
    rf"\b(?i:{_ENROLLED}{_NUMBERED})[ .:,#°º]+(?P<n>[A-Z]{{3,14}}(?:[-/]\d{{1,4}})+(?:-[A-Z0-9]{{1,3}})?|[A-Z]{{2,8}}-[A-Z]{{2,8}}-?\d{{1,4}}|\d{{2}}-\d{{4}}|\d{{2,3}}/\d{{2,4}}/\d{{2,4}}|(?:[a-zA-Z] ){{3,14}}(?:[-/] )?(?:\d ?){{2,5}}(?:- [a-zA-Z])?)(?![\w/-])"
)
_NO_PERSON = Lazy(r"^(?:COVID|SARS|NYHA|ICD|ISO|HLA|HPV|ASA|MERS|GCS)\b")
_LICENCE = r"(?:licen[cs]e|licen[cs]ia|llicencia|licenza|brevetto|brevet|certificate|certificato|certificat|certificado|ticket|title|titolo|titol|titulo|titre|diploma|card|tessera|tesserino|patentino|patente|carnet|cartilla|llibreta|libretto|livret|carte|permit|permis|permiso|permesso|badge)"
_LICENSED = Lazy(
    rf"\b(?i:{_LICENCE}(?: (?!n\b|no\b|num)[a-z]{{2,}}){{0,2}}?(?: (?:n|no|num|numero|number|nr)\b[.°º]?)?)[ .:#°º]+(?P<n>(?:[A-Z0-9]{{1,5}}[ ./-]){{0,3}}[A-Z]{{0,5}}[ ./-]?\d{{4,8}}[A-Z]?)(?![\w/-]|[.,]\d)"
)
_A_RULE = Lazy(
    r"^(?:ISO|EN|UNI|CE|IEC|EU|UE|NCT|FDA|MDR|DIN|BS|ASTM|RD|BOE|DL|D\.L)\b|^(?:19|20)\d\d$|[-/ .](?:19|20)\d\d$"
)
_HOLDER = Lazy(
    rf"\b(?:{CALLINGS}|{PLAYERS}|{PATIENT}|pilot|skipper|welder|captain|guide|his|her|she|he|held|holds|was carrying|suo|sua|e pilota|skipper|saldatore|guida|sa|son|elle|il est|su|llevaba|tenia|seu|seva|duia|portava|patron[ea]?|patro|capitan[oa]?|capitaine|guia|soldador[a]?)\b"
)
_HURT = Lazy(
    rf"{CASUALTY}|\b(?:(?:{PATIENT})|admitted|hospitali[sz]ed|injured|wounded|rescued|ricoverat[oa]|ferit[oa]|salvat[oa]|soccors[oa]|hospitalisee?|blessee?|secourue?|hospitalizad[oa]|ingresad[oa]|herid[oa]|rescatad[oa]|hospitalitza[td]a?|ingressa[td]a?|feri[td]a?|rescata[td]a?)\b"
)
_IDENTITY = Lazy(
    r"(?<![a-z])(?:n\.? ?i\.? ?e|d\.? ?n\.? ?i|n\.? ?i\.? ?f)\b\.?(?: (?:n|no|num|numero)\b)?\W{0,4}(?P<n>(?:[xyz][ .-]?\d{7}|\d{8}|\d{2}\.\d{3}\.\d{3})[ -]?[a-z])(?![a-z0-9])"
)
_REASON = "This looks like a code that stands for one person."


def codes(c: Context) -> Iterator[Finding]:
    if not c.has_digit:
        return
    if c.kind != "crisis":
        for match in _TRIAL.finditer(c.plain):
            if HIDDEN not in match["n"] and not _NO_PERSON.search(match["n"]):
                yield Finding(*match.span("n"), "R", BLOCK, _REASON, "the code")
    for match in _LICENSED.finditer(c.plain):
        around = c.low[slice(*c.sentence(*match.span()))]
        whose = _HURT if c.is_public else _HOLDER
        if HIDDEN not in match["n"] and not _A_RULE.search(match["n"]) and whose.search(around):
            yield Finding(*match.span("n"), "K", BLOCK, "This looks like a licence.", "the licence")
    for match in _IDENTITY.finditer(c.low):
        if len({ch for ch in match["n"] if ch.isdigit()}) > 1:
            yield Finding(*match.span("n"), "G", BLOCK, "This is a national id.", "the patient")
