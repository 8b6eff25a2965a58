"""
Sayings, prizes, dolls, dogs, dishes and things called after somebody: what looks like a name in them is taken back, and hidden from the
learned opinion.
"""

from __future__ import annotations

from app.editorial.guard.context import Context, Finding
from app.editorial.guard.lazy import Lazy

_IDIOM = Lazy(
    r"\b(?:bob's your uncle|fanny's your aunt|jack of all trades|every tom,? dick (?:and|or) harry|murphy's law|sod's law|happy as larry|smart alec|doubting thomas|keeping up with the joneses|plain jane|uncle sam|johnny[- ]come[- ]lately|the real mccoy|gordon bennett|heath robinson|rube goldberg|hobson's choice|peeping tom|nosy parker|simon says|jack frost|jack in the box|aunt sally|joe public|john doe|jane doe|john bull|tom thumb|for pete's sake|even stevens|steady eddie|nervous nellie|debbie downer|moaning minnie|mickey mouse|father christmas|santa claus|bloody mary|tom collins|earl grey|victoria sponge|battenberg|eggs benedict|peach melba|caesar salad|granny smiths?|"
    r"margherita (?:di|per|con|e) pizza|pizza margherita|margherita per tutti|tarte tatin|crepes? suzette|poire belle[- ]helene|beef wellington|pavlova|carpaccio|bellini|croque[- ]?(?:monsieur|madame)|sacher|mata hari|don juan|casanova|pinocchio|cenerentola|babbo natale|pere noel|papa noel|pare noel|tio de nadal|reyes magos|re magi|reis d'orient|rois mages|sant jordi|san jose obrero|"
    r"perico de los palotes|juan palomo|juan nadie|fulanit?[oa]|mengan[oa]|zutan[oa]|pepito grillo|maria castana|rita la cantaora|pedro por su casa|como perico por su casa|la bella durmiente|el tio del mazo|la madre del cordero|que si quieres arroz,? catalina|la purga de benito|calle abajo|tio sam|oncle sam|zio sam|tal dels quals|en pau i en pere|l'any de la picor|tal faras tal trobaras|mossen pere|la ventafocs|cap roser?s?|"
    r"tizio,? caio (?:e|o) sempronio|tizio e caio|caio|sempronio|pantalone|pico della mirandola|il pozzo di san patrizio|a babbo morto|per la miseria|mario rossi|juan espanol|monsieur tout le monde|madame michu|pierre,? paul (?:et|ou) jacques|tintin|fanfan la tulipe|c'est la faute a rousseau|mort d'homme|saint[- ][a-z]+ n'y est pour rien|un olivier|vittoria della squadra|salvatore (?:il|lo|la) |quiz ?: [a-z]+, [a-z]+,? [a-z]+ (?:et|y|and|i|e) [a-z]+|a la saint-glinglin|jean passe|jacques a dit|simon dit|simon dice|chez soi)\b"
)
_PRIZE = Lazy(
    r"\b(?:prize|award|medal|lecture|scholarship|grant|foundation|institute|premio|premi|beca|borsa|medaglia|fondazione|istituto|prix|bourse|fondation|institut|fundacion|fundacio|instituto|catedra|medalla|ley|law|loi|legge|llei|pavilion|pabellon|pavello|pavillon|padiglione|edificio|edifici|batiment|building|aula|sala|salle|room|amphi\w*|auditorium|auditori|auditorio) (?:[a-z]+ )?(?:of |de |del |di |d'|de la |della |du )?$"
)
_TOY = Lazy(
    r"\b(?:resusci|manikin|mannequin|manichino|maniqui|dummy|doll|bambola|poupee|muneca|nina de plastico|ninot|nina|simulator|simulatore|simulateur|simulador|sim)\b"
)
_BEAST = Lazy(
    r"\b(?:dog|puppy|cat|pony|horse|rabbit|hamster|goldfish|parrot|cane|cagnolin[oa]|gatt[oa]|cavallo|coniglio|pappagallo|chien(?:ne)?|chiot|chat|cheval|lapin|perr[oa]|perrit[oa]|gat[oa]|caballo|conejo|gos|gossa|gosset|cavall|conill|ferret|therapy dog|robot|drone|dron|ambulance|ambulanza|ambulancia|helicopter)\b"
)
_NAMED = Lazy(
    r"\b(?:called|named|name is|name's|si chiama|s'appelle|se llama|es diu|nomme|chiamat[oa]|llamad[oa]|anomenad[oa]|anomenat|baptise|bautizad[oa]|batejat|battezzat[oa])(?: [a-z]+)? ?$"
)


def sayings(c: Context, found: list[Finding]) -> list[Finding]:
    """The findings without what these explain."""
    idioms = [m.span() for m in _IDIOM.finditer(c.low)]
    return [f for f in found if not _explained(c, f, idioms)]


def said(c: Context) -> list[tuple[int, int]]:
    """Stretches that the learned opinion must not read as somebody."""
    return [m.span() for m in _IDIOM.finditer(c.low)]


def _explained(c: Context, f: Finding, idioms: list[tuple[int, int]]) -> bool:
    if f.cls in "AR" and any(f.start < b and a < f.end for a, b in idioms):
        return True
    if f.cls != "A":
        return False
    before = c.before(f.start, 40)
    if c.kind != "surgery" and _PRIZE.search(before):
        return True
    if _NAMED.search(before):
        around = c.low[slice(*c.sentence(f.start, f.end))]
        return (_TOY.search(around) or _BEAST.search(around)) is not None and not c.tied(f.start, f.end)
    return False
