"""
What an answer asks of everybody alike: surveys, leaflets and forms "after your visit". Who reads it may have been a patient or not,
so that the visit it speaks of confirms nothing; unless the sentence also tells what happened, when, or to whom.
"""

from __future__ import annotations

from collections.abc import Iterator

from app.editorial.guard.context import Context, Finding
from app.editorial.guard.lazy import Lazy

_PAPER = Lazy(
    r"\b(?:surveys?|questionnaires?|feedback|cards?|leaflets?|brochures?|forms?|instructions|guide|checklist|website|"
    r"sondaggi?o?|questionari?o?|modul[oi]|opuscol[oi]|foglietto|istruzioni|recension[ei]|"
    r"enquetes?|sondages?|formulaires?|brochures?|depliants?|livret|consignes|avis|"
    r"encuestas?|cuestionarios?|formularios?|folletos?|instrucciones|opinion|"
    r"enquest[ae]s?|questionaris?|formularis?|fullets?|instruccions|opinio)\b"
)
_PLEASE = Lazy(
    r"\b(?:please|fill|complete|take|read|bring|leave|answer|rate|scan|download|you (?:can|may|will)|"
    r"compil\w+|riempi\w*|risponda|rispondete|lasci\w*|legg\w+|porti|portate|scaric\w+|per favore|"
    r"merci de|remplir|remplissez|repond\w+|laiss\w+|lisez|lire|pensez|veuillez|telecharg\w+|"
    r"rellen\w+|complet\w+|respond\w+|dej[ea]\w*|le\w{1,2}an?|lea|traiga\w*|descarg\w+|por favor|"
    r"ompl\w+|deix\w+|llegi\w*|porti|porteu|descarregu\w+|si us plau)\b"
)
_VISIT = Lazy(
    r"\b(?:before|after|during|following|once|prima|dopo|durante|avant|apres|pendant|suite|antes|despues|tras|abans|despres|durant)\b"
    r"[^.!?]{0,12}\b(?:your|vostr[aoe]|votre|vos|su|sus|tu|sua|suo|seva|seu|vuestr[ao]|visita|consulta)\b"
)
_TOLD = Lazy(
    r"\b(?:sorry|glad|hope|regret|thank\w*|was|were|went|had|did|last|yesterday|ago|this (?:morning|week)|on \w+day|monday|tuesday|wednesday|"
    r"thursday|friday|saturday|sunday|result\w*|operation|surgery|biops\w+|scan|son|daughter|wife|husband|mother|father|baby|we (?:saw|treated|found)|"
    r"spiac\w+|scus\w+|grazie|ier[ia]|scors[oa]|lunedi|martedi|mercoledi|giovedi|venerdi|sabato|domenica|intervento|operazione|ricovero|"
    r"desol\w+|hier|dernier\w*|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|hospitalisation|"
    r"sent\w+|gracias|ayer|pasad[oa]|lunes|martes|miercoles|jueves|viernes|domingo|operacion|ingreso|cirugia|"
    r"gracies|ahir|passa[td]a?|dilluns|dimarts|dimecres|dijous|divendres|dissabte|diumenge|operacio|ingres|cirurgia)\b|\d"
)


_MARK = Lazy(r"[,;:]")


def uninvited(c: Context, found: list[Finding]) -> list[Finding]:
    """The findings without those that only saw a visit in an invitation to everybody."""
    if not (_PAPER.search(c.low) and _VISIT.search(c.low)):
        return found
    return [f for f in found if f.cls != "R" or not _invites(c, f)]


def visits_of_everybody(c: Context) -> Iterator[tuple[int, int]]:
    """Where an invitation to everybody speaks of a visit, up to the next mark: it tells nothing of whoever asked."""
    if c.kind != "reply" or not _PAPER.search(c.low):
        return
    for match in _VISIT.finditer(c.low):
        first, last = c.sentence(match.start(), match.end())
        if _invites_in(c.low[first:last]):
            mark = _MARK.search(c.low, match.end())
            yield match.start(), min(mark.start(), last) if mark else last


def _invites(c: Context, finding: Finding) -> bool:
    first, last = c.sentence(finding.start, finding.end)
    return _invites_in(c.low[first:last])


def _invites_in(sentence: str) -> bool:
    return bool(
        _PAPER.search(sentence)
        and _PLEASE.search(sentence)
        and _VISIT.search(sentence)
        and not _TOLD.search(sentence)
    )
