"""
What is heard, eaten or cheered in a theatre, sewn with or sheltered in, and looks like somebody: songs, snacks, clubs, lots of a
suture, the street of a shelter. What the rules saw there is taken back, unless somebody is meant beside it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

from app.editorial.guard.context import HIDDEN, Context, Finding
from app.editorial.guard.decision import Verdict
from app.editorial.guard.inviting import visits_of_everybody
from app.editorial.guard.lazy import Lazy
from app.editorial.guard.outdoors import unspoken
from app.editorial.guard.sayings import said

_FAMOUS = frozenset(
    (
        "vasco rossi|cola cao|colacao|coca cola|kit kat|haribo|nutella|roomba|stromae|coldplay|metallica|abba|queen|ac dc|pink floyd|led zeppelin|iron maiden|daft punk|edith piaf|johnny hallyday|"
        "charles aznavour|jacques brel|georges brassens|celine dion|aya nakamura|ed sheeran|elton john|taylor swift|dua lipa|freddie mercury|david bowie|bob marley|bob dylan|frank sinatra|elvis presley|"
        "michael jackson|whitney houston|tina turner|britney spears|lady gaga|harry styles|bruce springsteen|lucio battisti|lucio dalla|laura pausini|eros ramazzotti|gianna nannini|fabrizio de andre|"
        "adriano celentano|mina mazzini|andrea bocelli|raffaella carra|joaquin sabina|julio iglesias|enrique iglesias|rocio jurado|camilo sesto|isabel pantoja|david bisbal|alejandro sanz|"
        "camela|estopa|mecano|rosalia|txarango|raimon|rosalia|serrat|sabina|bizet|verdi|puccini|mozart|vivaldi|beyonce|adele|shakira|zucchero|ligabue|jovanotti|nek|mina|orelsan|stromae|angele|zaz|els pets|sopa de cabra|lluis llach|joan manuel serrat|manel navarro|barca|betis|bikini"
    ).split("|")
)
_HOUSES = frozenset("royal general infirmary memorial queen victoria".split())
"""What a town calls its hospital: "the Royal"."""
_HEARD = Lazy(
    r"\b(?:music|song\w*|sings?|singing|plays|playing|playlist|radio|ringtone|speaker\w*|dj|album|concert|volume|suona|canta|cantiamo|canzone|musica|suoneria|cassa|concerto|ascolt\w+|musique|chante\w*|chanson\w*|joue|sonnerie|enceinte|ecout\w+|met du|a mis|suena|cancion\w*|pone|puesto|escuch\w+|altavoz|canco|cancons|sona|posa|posat|escolt\w+|altaveu|tararea|taralleja|fredonne|canticchia|hums?|humming)\b"
)
_TREAT = frozenset(
    "cola cao|colacao|coca cola|kit kat|haribo|nutella|roomba|stromae|barca|betis|bikini".split("|")
)
_LOT = Lazy(
    r"\b(?:lots?|lotes?|lotto|lotti|batch|partida|serie)\b[^.;!?\d]{0,26}\b(?:sutur\w*|stitch\w*|thread|fil|fils|filo|hilo|punts?|puntos?|mesh|malla|rete|filet|maglia|stapl\w*|grap\w*|agraf\w*|gauze|gas\w|drape\w*|talla|gel|glue|colla|cola|colle|cement\w*|ciment|contrast\w*)\b[^.;!?\d]{0,6}$|\b(?:lots?|lotes?|lotto|lotti|batch)[ .:#]*(?:n[.o°º]*)? ?$"
)
_SEWN = Lazy(
    r"\b(?:sutur\w*|stitch\w*|thread|fil|fils|filo|hilo|mesh|malla|rete|filet|stapl\w*|grapadora|agraf\w*|gauze|gas[ae]s?|gel|glue|colla|colle|cement\w*|ciment|contrast\w*|gore-?tex|patch|parche?|parxe|protesi\w*|prothese)\b"
)
_NAMED = Lazy(rf"(?<![\w@#-])(?P<n>{'|'.join(sorted(_FAMOUS, key=len, reverse=True))})(?![\w-])")
_LOT_NUMBER = Lazy(
    r"\b(?:lots?|lotes?|lotto|lotti|batch|partida|serie)\b[^;!?\d]{0,40}?(?P<n>[a-z]{0,3}-?\d[\da-z/-]{3,})"
)
_STREET = Lazy(
    r"(?:\bc/|\bc\. ?/?|\b(?:calle|plaza|avenida|avda\.?|paseo|carrer|placa|avinguda|passeig|via|viale|piazza|corso|largo|rue|avenue|place|boulevard|quai)\b) ?(?:de |del |de la |della |di |dei |du |des |d'|general |maestro |doctor |dr\.? |mestre |professor |maresciallo |marechal )*(?:[a-z'-]+ )?$"
)
_WISH = Lazy(
    r"\b(?:de mayor|de gran|da grande|quand elle sera grande|quand il sera grand|when (?:she|he)(?:'s| is) (?:big|older|grown up))\b"
)


_STEPS = Lazy(r"(?<![a-z0-9])[a-h](?:[^a-z0-9]{1,3}[b-j]){2,}(?![a-z0-9'])")
"""Single letters in a row, which are steps where each follows the one before."""


def pastimes(c: Context, found: list[Finding]) -> list[Finding]:
    """The findings without what these explain."""
    return [f for f in found if not _explained(c, f)]


def masked(c: Context) -> Context:
    """The same text with these hidden, for the learned opinion."""
    plain = c.plain
    for start, end in (*unspoken(c), *said(c), *visits_of_everybody(c), *_steps(c)):
        plain = plain[:start] + HIDDEN * (end - start) + plain[end:]
    for pattern in (_NAMED, _LOT_NUMBER) if c.kind == "surgery" else ():
        for match in pattern.finditer(c.low):
            start, end = match.span("n")
            seen = Finding(start, end, "A" if pattern is _NAMED else "H", Verdict.BLOCK, "")
            if _explained(c, seen):
                plain = plain[:start] + HIDDEN * (end - start) + plain[end:]
    return c if plain == c.plain else replace(c, view=replace(c.view, plain=plain))


def _steps(c: Context) -> Iterator[tuple[int, int]]:
    """ "A, B, C": letters of no name."""
    for match in _STEPS.finditer(c.low):
        letters = [ch for ch in match.group() if ch.isalpha()]
        if all(ord(two) == ord(one) + 1 for one, two in pairwise(letters)):
            yield match.span()


def _explained(c: Context, f: Finding) -> bool:
    text = c.low[f.start : f.end]
    if f.cls == "A":
        if text in _FAMOUS and c.kind == "surgery" and not c.tied(f.start, f.end):
            return text in _TREAT or _HEARD.search(c.low[slice(*c.sentence(f.start, f.end))]) is not None
        if c.kind != "crisis" or c.tied(f.start, f.end):
            return False
        if text in _HOUSES:
            return c.before(f.start, 4) == "the "
        return _STREET.search(c.before(f.start, 40)) is not None
    if f.cls in "DHMR" and any(ch.isdigit() for ch in text) and not c.tied(f.start, f.end):
        near = c.before(f.start, 44)
        sewn = _SEWN.search(near) or _SEWN.search(c.after(f.end, 24))
        return bool(_LOT.search(near) and sewn)
    return f.cls == "R" and c.kind == "reply" and _WISH.search(text) is not None
