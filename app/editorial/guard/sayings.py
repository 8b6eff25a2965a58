"""
Sayings, prizes, dolls, dogs, dishes and things called after somebody: what looks like a name in them is taken back, and hidden from the
learned opinion.
"""

from __future__ import annotations

from collections.abc import Iterator

from app.editorial.guard.context import Context, Finding
from app.editorial.guard.decision import Verdict
from app.editorial.guard.dictionary import names
from app.editorial.guard.introduced import said_to_be_staff
from app.editorial.guard.lazy import Lazy
from app.editorial.guard.namesakes import namesakes
from app.editorial.guard.words.harmless import EPONYMS

_IDIOM = Lazy(
    r"\b(?:bob's your uncle|fanny's your aunt|jack of all trades|every tom,? dick (?:and|or) harry|murphy's law|sod's law|happy as larry|smart alec|doubting thomas|keeping up with the joneses|plain jane|uncle sam|johnny[- ]come[- ]lately|the real mccoy|gordon bennett|heath robinson|rube goldberg|hobson's choice|peeping tom|nosy parker|simon says|jack frost|jack in the box|aunt sally|joe public|john bull|tom thumb|for pete's sake|even stevens|steady eddie|nervous nellie|debbie downer|moaning minnie|mickey mouse|father christmas|santa claus|bloody mary|tom collins|earl grey|victoria sponge|battenberg|eggs benedict|peach melba|caesar salad|granny smiths?|"
    r"margherita (?:di|per|con|e) pizza|pizza margherita|margherita per tutti|tarte tatin|crepes? suzette|poire belle[- ]helene|beef wellington|pavlova|carpaccio|bellini|croque[- ]?(?:monsieur|madame)|sacher|mata hari|don juan|casanova|pinocchio|cenerentola|babbo natale|pere noel|papa noel|pare noel|tio de nadal|reyes magos|re magi|reis d'orient|rois mages|sant jordi|san jose obrero|"
    r"(?:mini )?c-arms?|la juve|remi (?:a |at |alle |en )?[01][.,]\d+|perico de los palotes|juan palomo|juan nadie|fulan[oa] de tal|fulanit?[oa]|mengan[oa](?: de cual)?|zutan[oa]|pepito grillo|maria castana|rita la cantaora|pedro por su casa|como perico por su casa|la bella durmiente|el tio del mazo|la madre del cordero|que si quieres arroz,? catalina|la purga de benito|calle abajo|tio sam|oncle sam|zio sam|tal dels quals|en pau i en pere|l'any de la picor|tal faras tal trobaras|mossen pere|la ventafocs|cap roser?s?|"
    r"tizio,? caio (?:e|o) sempronio|tizio e caio|(?:il |la |el )?(?:signora? |sig\.? )?tizi[oa](?: [ck]ai[oa])?|pinco pallino|tal dei tali|(?:monsieur|madame|mme|m\.?) (?:untel|unetelle|tartempion|machin|bidule)|(?:en|na) tal tal|(?:mr |mrs |ms )?joe (?:bloggs|soap)|caio|sempronio|pantalone|pico della mirandola|il pozzo di san patrizio|a babbo morto|per la miseria|juan espanol|monsieur tout le monde|madame michu|pierre,? paul (?:et|ou) jacques|tintin|fanfan la tulipe|c'est la faute a rousseau|mort d'homme|saint[- ][a-z]+ n'y est pour rien|un olivier|vittoria della squadra|salvatore (?:il|lo|la) |quiz ?: [a-z]+, [a-z]+,? [a-z]+ (?:et|y|and|i|e) [a-z]+|a la saint-glinglin|jean passe|jacques a dit|simon dit|simon dice|chez soi)\b"
)
_PICTURED = Lazy(
    r"\b(?:portraits?|paintings?|posters?|statues?|busts?|ritratt[oi]|quadr[oi]|statu[ae]|busto|tableau|affiche|buste|retratos?|cuadros?|estatuas?|retrats?|quadres?|estatu[ae]s?|bust)\b"
)
_CALLED_AFTER = Lazy(
    r"\b(?:nome|nom|nombre|name) (?:della |di una |del |di un |of (?:the|a|an) |de (?:la |l'|une? |una )|du |d'una? |d'une? )"
    r"(?:posizion|position|posicio|segn|sign|signe|manovr|manoeuvre|maneuver|maniobr|tecni|techni|tecniqu|strument|instrument|pinz|pince|pinc|clamp|incision|incisio|malatt|maladi|enfermedad|malalti|syndrom|sindrom|disease|proced)"
)
_WAS_ONCE = Lazy(
    r"\b(?P<e>[a-z-]{4,}) (?:was|era|fu|etait|fut|fue|va ser)(?: an?| une?| una?)? (?:[a-z]+ )?(?:gentleman|surgeon|anatomist|signore|chirurgo|anatomista|monsieur|chirurgien|anatomiste|senor|cirujano|anatomista|senyor|cirurgia|anatomista)\b(?: (?:(?:of|in|from|at|a|di|de|en) )?[a-z]+){0,2}"
)
_PRIZE = Lazy(
    r"\b(?:prize|award|medal|lecture|scholarship|grant|foundation|institute|premio|premi|beca|borsa|medaglia|fondazione|istituto|prix|bourse|fondation|institut|fundacion|fundacio|instituto|catedra|medalla|ley|law|loi|legge|llei|pavilion|pabellon|pavello|pavillon|padiglione|edificio|edifici|batiment|building|aula|sala|salle|room|amphi\w*|auditorium|auditori|auditorio|casal|casa|centre|centro|center|centre civic|pavello|poliesportiu|polideportivo|gimnas|gymnase|palestra|escola|escuela|ecole|scuola|school|institut|church|parroquia|parrocchia|teatre|teatro|theatre|museu|museo|musee|biblioteca|bibliotheque|library|hotel) (?:[a-z]+ )?(?:of |de |del |di |d'|de la |della |du )?$"
)
_TOY = Lazy(
    r"\b(?:resusci|manikin|mannequin|manichino|maniqui|dummy|doll|bambola|poupee|muneca|nina de plastico|ninot|nina|simulator|simulatore|simulateur|simulador|sim)\b"
)
_FAMOUS = Lazy(
    r"\b(?:(?:christiaan )?barnard|ambroise pare|(?:santiago )?ramon y cajal|alexander fleming|louis pasteur|mi(?:ch|gu)el servet|andreas? vesal\w+|joseph lister|florence nightingale|elizabeth blackwell|ignaz semmelweis|marie curie|josep trueta|gregorio maranon|severo ochoa|margarita salas|rita levi[- ]montalcini|camillo golgi|antonio scarpa|rene laennec|claude bernard|edward jenner|john snow|john hunter|avicenn[ae]|imhotep|charles dotter|michael debakey|denton cooley|thomas starzl|william harvey|werner forssmann|rene favaloro|andreas gruntzig|alain carpentier|henri dunant|clara barton|mary seacole|ramon castroviejo|ignacio barraquer|josep barraquer|leonardo da vinci|manuel de falla|giuseppe verdi|gaspar? casal)\b"
)
_STORM = Lazy(
    r"\b(?:storm|hurricane|cyclone|tempete|ouragan|tempesta|ciclone|uragano|borrasca|temporal|huracan|ciclon|llevantada|dana|dana|gota freda)\b"
)
_MUSIC = Lazy(
    r"\b(?:playlist|on the speakers?|a l'altaveu|en el altavoz|por el altavoz|altavoces|enceinte|dans les enceintes|dalla cassa|dalle casse|in filodiffusione|musica (?:triada|elegida|scelta)|musique (?:choisie|du jour)|hilo musical|fil musical|banda sonora|bande[- ]son|colonna sonora|soundtrack|spotify|on the radio|per radio|alla radio|a la radio|en la radio)\b"
)
_MEANT = Lazy(
    r"\b(?:patient\w*|pazient\w+|paciente?s?|pacient\w*|malalt\w*|malad\w+|operat\w*|operad\w*|operee?|asleep|awake|sleeps|dorm\w*|duerme|dort|despert\w*|svegli\w*|reveill\w*|wife|husband|son|daughter|mother|father)\b"
)
_PLAYED = Lazy(
    r"\b(?:simul\w+|ficti\w+|fittizi\w*|fictif|imaginar\w+|resusci|manikin|mannequin|manichin\w*|maniqu\w*|actor\w*|attor\w*|acteur\w*|scenario|escenario|escenari|scenari\w*)\b"
)
_BEAST = Lazy(
    r"\b(?:dog|puppy|cat|pony|horse|rabbit|hamster|goldfish|parrot|cane|cagnolin[oa]|gatt[oa]|cavallo|coniglio|pappagallo|chien(?:ne)?|chiot|chat|cheval|lapin|perr[oa]|perrit[oa]|gat[oa]|caballo|conejo|gos|gossa|gosset|cavall|conill|ferret|therapy dog|robot|drone|dron|ambulance|ambulanza|ambulancia|helicopter)\b"
)
_CONGRESS = r"(?:congress[oi]?|congres|congreso|symposium|simposi[oum]*|convegno|jornad[ae]s|journees|conference|meeting|kongress)"
_AT_A_CONGRESS = Lazy(
    rf"\b{_CONGRESS} (?:nazionale |national |anual |annual )?(?:of|in|at|de|del|di|du|d'|a|en) ?$"
)
_DURING_A_CONGRESS = Lazy(
    rf",? (?:durante|during|pendant|lors|durant|at|al|au|en|nel) (?:du |de |the |el |il |le |un |una |a )?(?:last |ultimo |dernier |annual )?{_CONGRESS}\b"
)
_IN = Lazy(r"\b(?:in|en|a|ad) $")
_OF_WORK = Lazy(
    r" (?:di|d[e'] ?|of|in) ?(?:ferri|mestiere|esperienza|carriera|metier|experience|carriere|bloc\b|oficio|experiencia|carrera|quirofan\w*|ofici|theatres?\b|practice|service|servei|scrubbing)"
)
_IN_YEARS = Lazy(r"(?:years|anni|ans|anos|anys)$")
"""Years somebody has worked are not their age."""
_ACCREDITED = Lazy(r"\b(?:accredit\w+|acreditaci\w+|acredita\w*|accreditations?|rsvp)\b")
_NAMED = Lazy(
    r"\b(?:called|named|name is|name's|si chiama|s'appelle|se llama|es diu|nomme|chiamat[oa]|llamad[oa]|anomenad[oa]|anomenat|baptise|bautizad[oa]|batejat|battezzat[oa])(?: [a-z]+)? ?$"
)


def sayings(c: Context, found: list[Finding]) -> list[Finding]:
    """The findings without what these explain."""
    idioms = said(c)
    return [f for f in found if not _explained(c, f, idioms)]


def said(c: Context) -> list[tuple[int, int]]:
    """Stretches that the learned opinion must not read as somebody."""
    return [m.span() for m in _IDIOM.finditer(c.low)] + [*_of_old(c), *namesakes(c), *said_to_be_staff(c)]


def _of_old(c: Context) -> Iterator[tuple[int, int]]:
    """Whom something is called after and who hangs on the wall."""
    for match in _WAS_ONCE.finditer(c.low):
        if match["e"] in EPONYMS:
            yield match.span()
    if _CALLED_AFTER.search(c.low):
        for match in _TITLED_EPONYM.finditer(c.low):
            if match["n"] in EPONYMS:
                yield match.span()
    for match in _FAMOUS.finditer(c.low):
        around = c.low[slice(*c.sentence(*match.span()))]
        if _PICTURED.search(around) and not _MEANT.search(around):
            yield match.span()


_TITLED_EPONYM = Lazy(
    r"\b(?:(?:mr|mrs|ms|signora?|sig|monsieur|madame|mme|senora?|sra?|senyora?)\.? )?(?P<n>[a-z][a-z'-]{3,})"
)


def _explained(c: Context, f: Finding, idioms: list[tuple[int, int]]) -> bool:
    if f.cls in "AR" and any(f.start < b and a < f.end for a, b in idioms):
        return True
    if f.cls == "C" and f.verdict == Verdict.ASK:
        if _IN_YEARS.search(c.low[f.start : f.end]) and _OF_WORK.match(c.low[f.end :]):
            return True
        if c.kind == "press" and not c.tied(f.start, f.end):
            return _ACCREDITED.search(c.low[slice(*c.sentence(f.start, f.end))]) is not None
    if f.cls == "C" and c.kind == "training":
        return f.verdict == Verdict.ASK and _PLAYED.search(c.low) is not None
    if f.cls in "AB" and c.kind == "surgery" and _is_of_a_congress(c, f):
        return True
    if f.cls != "A":
        return False
    around = c.low[slice(*c.sentence(f.start, f.end))]
    if c.kind in ("press", "training", "crisis") and any(
        f.start < b and a < f.end for a, b in (m.span() for m in _FAMOUS.finditer(c.low))
    ):
        return True
    if c.kind == "crisis" and _STORM.search(around) and not c.tied(f.start, f.end):
        return True
    if c.kind == "surgery" and _MUSIC.search(around) and not _MEANT.search(around):
        return True
    before = c.before(f.start, 40)
    head = c.low[max(0, f.start - 40) : f.start + len(c.low[f.start : f.end].split(" ")[0]) + 1]
    if c.kind != "surgery" and (
        _PRIZE.search(before) or (_PRIZE.search(head) and not c.tied(f.start, f.end))
    ):
        return True
    if c.kind == "training" and c.low[f.start : f.end] in ("nina anne", "resusci anne", "anne", "nina anna"):
        return True
    if _NAMED.search(before):
        return (_TOY.search(around) or _BEAST.search(around)) is not None and not c.tied(f.start, f.end)
    return False


def _is_of_a_congress(c: Context, f: Finding) -> bool:
    """Is it the town of a congress, and nobody's who came from there?"""
    around = c.low[slice(*c.sentence(f.start, f.end))]
    if _MEANT.search(around) or _CAME.search(around) or c.tied(f.start, f.end):
        return False
    if f.cls == "A" and any(names().is_person_word(word) for word in c.low[f.start : f.end].split()):
        return False
    if _AT_A_CONGRESS.search(c.before(f.start, 40)):
        return True
    return (
        _DURING_A_CONGRESS.match(c.low[f.end :]) is not None and _IN.search(c.before(f.start, 8)) is not None
    )


_CAME = Lazy(
    r"\b(?:ingres\w+|admitted|ricover\w+|hospitali[sz]\w+|lives?|living|vive|viu|vit|abita|habite|from)\b"
)
