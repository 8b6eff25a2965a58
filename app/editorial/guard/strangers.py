"""Names that no list has: by where they stand. What sleeps, thanks or is searched for is somebody, however it is called."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator

from app.editorial.guard.context import ASK, BLOCK, HIDDEN, Context, Finding
from app.editorial.guard.decision import Verdict
from app.editorial.guard.dictionary import Names
from app.editorial.guard.lazy import Lazy
from app.editorial.guard.surroundings import (
    DEVICE_AFTER,
    PARTICLES,
    STREETS,
    THEN_AGE,
    Word,
    after_role,
    is_place_like,
    is_public_person,
    looks_ordinary,
)
from app.editorial.guard.words.frames import (
    AT_REST,
    BELONGS,
    CHEERED,
    CLINICAL,
    CREDITED,
    HANDLED,
    HUMAN,
    KIN,
    LISTED,
    OWNS,
    REAL_CASE,
    SAID,
    SOUGHT,
    SPOKE,
    WAS_TREATED,
)
from app.editorial.guard.words.harmless import (
    CALENDAR,
    DRUGS_AND_MAKES,
    EPONYMS,
    HARMLESS,
    INSTITUTIONS,
    WIDE_PLACES,
)
from app.editorial.guard.words.people import BOTH_NAME_AND_WORD as BOTH
from app.editorial.guard.words.people import CLINICIANS, COMMON, PUBLIC_ROLES
from app.editorial.guard.words.towns import TOWNS

# Endings and beginnings of surnames from where patients come; never of a word of the five languages written small.
_SHAPE = Lazy(
    r"(?:[a-z]{3,}(?:enko|chuk|czyk|wicz|ewski|owski|inski|ynski|zynska|ewska|owska|escu|eanu|opoulos|opoulou|akis|idis|iadis|oglu|yan|dze|shvili|ovic|evic|ovich|evich|"
    r"sson|sdottir|qvist|mann|stein|berg|meyer|wala|swamy|murthy|nathan|rajan|preet|deep|jeet|tunde|etxea|etxe|egi|aga|mendi|zabal|barri|uru|goiti|elli|etti|ucci|acci|azzi|uzzi|aroli|ighi|iello|illo|zzoni|"
    r"ez|iez|eira|eiro|inho|arro|oglou|worth|thwaite|bottom|shire|ham|field|combe|stone|ridge|wood|ford|land|ville|illard|ault|eault|eux|illon|ichon|igny|ovsky|enka|eva|ova|ov|ev))$"
    r"|^(?:mc[a-z]{3,}|mac[a-z]{4,}|o'[a-z]{3,}|fitz[a-z]{3,}|chukwu[a-z]+|olu[a-z]{3,}|okon[a-z]+|puig[a-z]+|vila[a-z]{3,}|etx[a-z]+|etch[a-z]+|goi[kr][a-z]+|ker[a-z]{4,}|ben[ -][a-z]+|el[ -][a-z]{4,}|al[ -][a-z]{4,}|n'[a-z]+|d'[a-z]{4,}|van[ -][a-z]+)$"
)
_THING_BEFORE = Lazy(
    r"(?:^|[^a-z])(?:the|an?|new|our|using|via|from|in|at|near|to|by|with|with a|il|lo|la|le|un|une|una|chez|depuis|en|desde|al|dal|nel|presso|el|els|du|des|del|della) $"
)
_NO_PEOPLE = (HARMLESS - EPONYMS) | CLINICIANS | PUBLIC_ROLES | INSTITUTIONS
_THINGS = Lazy(
    r"^[ -](?:ltd|inc|gmbh|s\.?a\b|s\.?p\.?a|systems?|medical|healthcare|group|microscope|monitor|platform|software|console|stapler|mesh|implant|trial|study|registry|score|criteria|consensus|award|lecture|theorem|rule)\b"
)


LIVED_AT = Lazy(
    r"\b(?:lives?|living|farms?|farming|drove|house|home|casa|maison|trajeron|traid[oa]|portar|trasferit[oa]|transferee?|traslada\w*|comes?|came|commutes?|teach\w*|taught|resid\w+|native|born|grew up|raised|travel\w+|flown|brought|abita|vive|viu|viven|habite|viene|vient|ve|arriva\w*|arrive\w*|llega|venu\w*|venid[oa]|vingu[td]a?)\b(?: [a-z']+){0,5}? (?:in|at|near|outside|from|da|en|desde|des de|depuis)(?: (?:la|el|le|les|los|las|l'))? $"
    r"|\b(?:abita|vive|viu|habite|nat[oa]|nee?|resident[ei]?|nascu[td]a?) a(?: (?:la|el|le|les|l'))? $"
    r"|\b(?:viene|vient|ve|originari[oa]|originaire|natural|vecin[oa]|vei|veina|venu[e]?|vingu[td]a?|arrivee?)(?: [a-z]+){0,3}? (?:de|d'|di)(?: (?:la|el|le|les|l'))? ?$"
    r"|\b(?:house|home|casa|maison|piso|pis)\b[^.!?]{0,34} (?:church|chiesa|eglise|iglesia|esglesia|station|stazione|gare|estacion|estacio|school|scuola|ecole|escuela|escola|square|piazza|place|plaza|placa) (?:in|of|di|de|d') ?$"
    r"|\b(?:greetings|saludos|salutacions|saluti|salutoni|salutations|salut|hello|hi|love|watching|following)(?: [a-z']+){0,3}? (?:from|da|desde|des de|depuis|de) ?$"
)
_POOR = Lazy(
    r"(?:^|[.!?,;:] ?|\b(?:our|my|la|il|le|el|notre|nuestr[oa]|nostr[oae]|that|old) )(?:poor|little|dear|sweet|brave|lovely|wee|baby|auntie|aunty|aunt|uncle|granny|grandma|grandpa|nonna|nonno|zia|zio|tata|mamie|papy|tonton|abuelita|tieta|iaia|avia|pobre|petita?|pequen[oa]|valiente|povera?|piccol[oa]|car[oa]|pauvre|petite?|cher|chere|brava?|dolce|young) $"
)


_ELDERS = frozenset(
    "auntie aunty aunt uncle granny grandma grandpa nonna nonno zia zio mamie papy tonton tata abuelita abuelito tieta iaia avia baby".split()
)
_ORGAN_OF = Lazy(
    r"\b(?:kidneys?|heart|liver|lungs?|valve|hip|knee|rene|cuore|fegato|polmon[ei]|anca|ginocchio|rein|coeur|foie|poumons?|hanche|genou|rinon|corazon|higado|pulmon|pulmones|cadera|rodilla|ronyo|cor|fetge|pulmo|maluc|genoll)(?: [a-z]+){0,1} (?:of|for|de|di|d'|pour|para|per|per a)(?: (?:l'|la|en|na|el))? ?$"
)


_OPERATION_OF = Lazy(
    r"\b(?:(?:old|new|vecchi[ao]|nuov[ao]|vieille|nouvelle|viej[ao]|nuev[ao]|vella|nova) (?:valve|valvola|valvula|protesi|prothese|protesis)|(?:valve|valvola|valvula) (?:vecchia|nuova|vieja|nueva|vella|nova)|operation|operacion|operacio|operazione|intervento|intervention|intervencion|intervencio|surgery|cirugia|cirurgia) (?:of|on|de|di|d'|d'en|de l'|de la) ?$"
)


def strangers(c: Context, names: Names, words: list[Word]) -> Iterator[Finding]:
    shouted = _shouted(c.plain)
    if shouted:
        yield from _shouted_names(c, names, words)
        return
    titled = _titled(words)
    i = 0
    while i < len(words):
        run = _run(c, names, words, i)
        if not run:
            i += 1
            continue
        found = _judge(c, names, words, i, run, titled)
        if found is not None:
            yield found
        i += len(run)


def _run(c: Context, names: Names, words: list[Word], i: int) -> list[Word]:
    """The capitalised words that could be a person from word i on, particles between them included."""
    run: list[Word] = []
    j = i
    while j < len(words) and j - i < 6:
        word = words[j]
        if run and not re.fullmatch(r" {1,2}|-|", c.plain[run[-1].end : word.start]):
            break
        if (
            run
            and word.low in PARTICLES
            and not word.cap
            and j + 1 < len(words)
            and words[j + 1].cap
            and c.plain[word.end : words[j + 1].start] in (" ", "")
            and _may_be_name(c, names, words[j + 1])
            and (word.low not in ("y", "i", "e") or run[0].low in names.given)
        ) or (
            word.cap
            and (
                _may_be_name(c, names, word)
                or (_particle_of(word) and j + 1 < len(words) and words[j + 1].cap)
            )
        ):
            run.append(word)
        else:
            break
        j += 1
    while run and (run[-1].low in PARTICLES or not run[-1].cap):
        run.pop()
    return run


def _particle_of(word: Word) -> bool:
    return word.low in (
        "el",
        "al",
        "ben",
        "bin",
        "abu",
        "de",
        "di",
        "del",
        "della",
        "dalla",
        "degli",
        "lo",
        "le",
        "la",
        "da",
        "van",
        "von",
        "ait",
        "ou",
        "mac",
        "san",
    )


def _may_be_name(c: Context, names: Names, word: Word) -> bool:
    low = word.low
    if len(word.text) < 2 or low in CALENDAR or low in _NO_PEOPLE:
        return False
    if c.plain[word.end : word.end + 1].isdigit() or HIDDEN in c.plain[max(0, word.start - 1) : word.end + 1]:
        return False
    if word.start and c.plain[word.start - 1] in "@#/_.":
        return False
    known = low in names.strong_first or low in names.strong_last
    if word.text.isupper() and len(word.text) > 1 and not (known and len(word.text) > 3):
        return False
    if "-" in low and all(part in names.plain_words for part in low.split("-")):
        return False  # "Heart-Lung"
    if word.start > 1 and c.plain[word.start - 2 : word.start - 1].isdigit():
        return False  # "19 Fr"
    if sum(ch.isupper() for ch in word.text) > 1 and not re.match(
        r"(?:Mc|Mac|O'|D'|Fitz|De|Di|[A-Z][a-z]+-)", word.text
    ):
        return False  # "CytoSorb", "GoreTex"
    if low in names.plain_words:
        at_rest = (low in names.last or low in names.first) and AT_REST.match(c.low[word.end :])
        return (known and not word.opens) or bool(at_rest)
    return known or low in EPONYMS or low in names.first or not looks_ordinary(low)


def _judge(
    c: Context, names: Names, words: list[Word], i: int, run: list[Word], titled: bool
) -> Finding | None:
    if (
        run[0].opens
        and not _namey(names, run[0])
        and (len(run) > 2 or (len(run) == 2 and _namey(names, run[1])))
    ):
        run, i = run[1:], i + 1  # "Operiamo Fiammetta Lunardi"
        while run and not run[0].cap:
            run, i = run[1:], i + 1
    first, last = run[0], run[-1]
    start, end = first.start, last.end
    after = c.low[end:]
    if [w.low for w in run] == ["santa", "claus"]:
        return None
    behind = re.match(r" ([a-z-]+)", after)
    if behind and behind.group(1) in DRUGS_AND_MAKES:
        return None  # "Karl Storz"
    if _THINGS.match(after) or DEVICE_AFTER.match(after) or last.low in STREETS:
        return None
    namey = [w for w in run if _namey(names, w)]
    eponyms = all(w.low in HARMLESS for w in run)
    towns = " ".join(w.low for w in run) in TOWNS or first.low in TOWNS or first.low in WIDE_PLACES
    before = c.low[max(0, start - 70) : start]
    if c.is_public and _ASKED_ABOUT.search(before) and c.tied(start, end) and not eponyms and not towns:
        return Finding(start, end, "A", BLOCK, "Somebody's name seems to stand here.", "the patient")
    if is_public_person(c, words, i) or (c.is_public and after_role(c, end)):
        return None
    if (
        HANDLED.search(before)
        and c.kind in ("surgery", "reply")
        and not eponyms
        and not towns
        and not (len(run) == 1 and (first.text.isupper() or first.low in BOTH))
    ):
        return Finding(start, end, "A", BLOCK, "Somebody's name seems to stand here.", "the patient")
    if first.low in _ELDERS and len(run) > 1 and not c.is_public:
        return Finding(start, end, "A", BLOCK, "Somebody's name seems to stand here.", "the patient")
    known_thing = first.low in HARMLESS or (first.low in names.plain_words and first.low not in names.first)
    if is_place_like(c, words, i, end, sure=first.low in names.strong_first) and not (
        not known_thing and c.kind == "surgery" and _OPERATION_OF.search(before)
    ):
        return None
    if LIVED_AT.search(before) and not (len(namey) > 1 and first.low in names.core_first):
        if c.kind != "surgery":
            return None
        return Finding(start, end, "B", ASK, "A town narrows down who it is.", "the region")
    if len(run) == 1 and re.search(r"(?:^|[^a-z])(?:an|another|un|une|una|un') $", before):
        return None  # "a Burch": a thing called after somebody
    if _POOR.search(before) and len(run) < 3 and not eponyms and not c.is_public:
        return Finding(start, end, "A", BLOCK, "Somebody's name seems to stand here.", "the patient")
    strange = (
        len(first.text) > 3
        and not first.text.isupper()
        and first.low not in names.explained_or_both
        and not looks_ordinary(first.low)
        and not TECHNICAL.search(first.low)
    )
    verdict = _frame(
        c,
        before,
        after,
        eponyms=eponyms,
        towns=towns,
        named=bool(namey) and not (first.opens and len(run) == 1 and first.low in BOTH),
        alone=len(run) == 1,
        opens=first.opens,
        strange=strange,
    )
    if (
        verdict is None
        and strange
        and c.kind == "surgery"
        and len(run) == 1
        and (_ADDRESSED.match(after) or _WRITTEN.match(after))
    ):
        verdict = BLOCK
    if verdict is None and len(run) > 1 and not towns and not eponyms:
        verdict = _several(c, names, run, namey, titled)
    if verdict is None and _is_unexplained(c, names, words, i, run, titled):
        # What nothing explains in an operation is a name more often than a thing; behind "from" it may be a town.
        may_be = _MAY_BE_A_PLACE.search(before) and not (c.may_be("ca") and before.endswith(" en "))
        told = _TOLD_TO.search(before) or _SOMEBODY_IN.search(_around(c, run))
        verdict = BLOCK if c.kind == "surgery" and told and not may_be else ASK
    if verdict is None:
        return None
    return Finding(start, end, "A", verdict, "Somebody's name seems to stand here.", "the patient")


_LONGEST = 40
"""Letters of a name, however joined; the shape of thousands would be looked for as many times."""


def _namey(names: Names, word: Word) -> bool:
    if word.low in names.plain_words and word.low not in names.strong_first:
        return False
    low = word.low
    return (
        low in names.first
        or low in names.last
        or any(p in names.first or p in names.last for p in low.split("-"))
        or (len(low) <= _LONGEST and bool(_SHAPE.search(low)))
    )


_ASKED_ABOUT = Lazy(
    r"\b(?:ask\w*|enquir\w+|inquir\w+|chied\w+|demand\w+|interrog\w+|pregunt\w+)\b[^.!?]{0,30}\b(?:about|after|for|di|de|sur|por|per)(?: (?:la|el|en|l'))? ?$"
)
_COULD_BE_A_THING = Lazy(
    r"^(?:'s)?,? (?:is |was |now |e |est |esta |es |sta )*(?:stable?|estable|stabile|critical|in |en |ready|out|back|home|pront|pret|list|llest|a punt|on |off |lost|goes|going|remains|missing|dead|alive|comfortable|calm|seren|sort|uscit|entrat|arriv|torn|opened|recover|recup|sent)"
)


def _frame(
    c: Context,
    before: str,
    after: str,
    *,
    eponyms: bool,
    towns: bool,
    named: bool,
    alone: bool,
    opens: bool,
    strange: bool,
) -> Verdict | None:
    human = HUMAN.match(after)
    if (
        human
        and alone
        and re.search(r"\b(?:from|in|near|at|of|di|de|d'|da|a|en|del|desde|des de) ?$", before)
    ):
        human = None  # "the farmer from Gubbio, asleep": said of the farmer
    if (
        human
        and eponyms
        and re.match(
            r"^,? ?(?:is |esta |est |e |es )?(?:ready|pront|pret\b|prete|list[oa]\b|a punt|stabl|estable|stabile|critical|in |en )",
            after,
        )
    ):
        human = None  # a sign that is steady
    if human and eponyms and re.match(r"^,? (?:nous|ci|nos|ens|made|let|showed|told|asked) ", after):
        human = None  # who has a disease asks
    if (
        c.kind == "reply"
        and named
        and re.search(r"(?:^|[.!?] )(?:did|is|has|was|will|are|does|can) $", before)
    ):
        return BLOCK
    if (
        human
        and not towns
        and (
            not opens
            or not alone
            or named
            or AT_REST.match(after)
            or (strange and not _COULD_BE_A_THING.match(after))
        )
    ):
        return BLOCK
    if c.kind == "training":
        return (
            BLOCK
            if not eponyms
            and not towns
            and re.search(
                r"(?:chart|file|record|notes|cartella|scheda|dossier|fiche|historia|historial|ficha|fitxa)(?: [a-z]+){0,2} (?:of|di|de|d'|del|della) $",
                before,
            )
            else None
        )
    if eponyms or (towns and alone):
        return None
    if SOUGHT.search(before) or (KIN.search(before) and not towns):
        return BLOCK
    if SAID.search(before) and re.search(
        r"\b(?:bed|recover|patient|surviv|letto|lit d|cama|llit|ward|operat|operad|coma|paziente|paciente|pacient|convales)",
        c.low,
    ):
        return BLOCK
    if THEN_AGE.match(after) and named:
        return BLOCK
    if c.kind == "press":
        return None
    if OWNS.match(after) or (LISTED.search(before) and (named or not alone or strange)):
        return BLOCK if c.kind != "crisis" else None
    if c.kind == "crisis":
        return None
    if BELONGS.search(before) or CHEERED.search(before):
        sure = named or not alone or strange or CHEERED.search(before) or _ORGAN_OF.search(before)
        return BLOCK if sure else ASK
    return None


def _several(c: Context, names: Names, run: list[Word], namey: list[Word], titled: bool) -> Verdict | None:
    """Two or more side by side that nothing explains."""
    whole = not re.sub(r"[\s.!?,;:'\"-]", "", c.plain[: run[0].start] + c.plain[run[-1].end :])
    given = any(w.low in names.first for w in run)
    if c.kind in ("training", "press"):
        around = _around(c, run)
        sick = CLINICAL.search(around) and not SPOKE.search(around)
        if sick or (WAS_TREATED if c.kind == "press" else REAL_CASE).search(around):
            return BLOCK if namey else ASK
        return ASK if given and len(namey) > 1 else None
    if c.kind == "crisis":
        if given and len(namey) > 1 and not titled:
            return BLOCK if c.tied(run[0].start, run[-1].end) or CREDITED.search(c.low) else ASK
        return None
    if titled and not whole:
        return BLOCK if given and len(namey) > 1 else None
    if any(w.low in HARMLESS for w in run):
        return BLOCK if given and len(namey) > 1 else None
    if run[0].opens and not whole and not given and len(namey) < 2:
        return ASK if namey else None
    if namey:
        return BLOCK
    if min(len(w.text) for w in run) < 4:
        return None
    before = c.before(run[0].start, 12)
    thing = _THING_BEFORE.search(before) and not (_may_be_romance(c) and before.endswith(" a "))
    return ASK if whole or thing else BLOCK


def _around(c: Context, run: list[Word]) -> str:
    first, last = c.sentence(run[0].start, run[-1].end)
    return c.low[first:last]


_ARTICLE_OR_BRAND = Lazy(
    r"(?:^|[^a-z])(?:the|an?|this|that|these|our|your|its|new|another|using|via|by|thanks to|il|lo|la|le|i|gli|un|uno|una|une|les|des|du|el|los|las|els|les|al|del|dal|nel|sul|au|aux|[a-z]+l') ?$"
)
TECHNICAL = Lazy(
    r"(?:mab|nib|cillin|mycin|azole|caine|prazole|sartan|statin|olol|pril|parin|xaban|gatran|curium|curonium|setron|fen|dipine|triptan|vir|zepam|zolam|barbital|fluran[eo]?|tide|grel|lukast|ase|ine|ina|ole|um|us|is|yl|ol|ex|ix|ax|ox|on|gram|scope|plasty|tomy|stomy|ectomy|graphy|scopy|itis|osis|emia|oma|gen|tech|med|care|cath|flex|flow|lock|pro|max|plus|soft|clip|stat|seal|cell|cut|line|life|fix|graft|port|tron)s?$"
)


def _may_be_romance(c: Context) -> bool:
    return c.lang not in ("", "en") or any(lang != "en" for lang in c.langs)


def _is_thing_before(c: Context, at: int) -> bool:
    """An article makes a thing; but "a" is one in English only, and Catalan and Italian put theirs before people."""
    before = c.before(at, 16)
    match = _ARTICLE_OR_BRAND.search(before)
    if match is None:
        return False
    word = match.group().strip(" ")
    return not ((word == "a" and _may_be_romance(c)) or (word in ("la", "el", "l'") and c.may_be("ca")))


_DOSED = re.compile(
    r"^(?:'s)?(?: ?\d| (?:of|de|di|du|del|della|des|d')[ ']?| (?:en|in|a) (?:continu\w*|perfusi\w+|infusi\w+|bolus|bolo)|,? (?:given|running|stopped|off|in|on|iv|infusion|bolus|somministrat\w+|administrad\w+|administree?|drip)\b|-[a-z])"
)


_TOLD_TO = re.compile(
    r"(?:[,:(\"!] ?|\b(?:for|to|with|and|tell|dear|hi|hello|hey|per|ad|e|ed|pour|avec|et|para|y|amb|d'en|en|na|a|al|i|ecco|voici|voila|oggi|hoy|avui|ora|ahora|ara|adesso|next|now|today) )$"
)
_SOMEBODY_IN = Lazy(
    r"\b(?:he|she|him|her|his|hers|herself|himself|who|lui|lei|suo|sua|elle|quien|qui vous|wife|husband|mum|mom|dad|mother|father|son|daughter|brother|sister|family|friends?|partner|grand\w+|uncle|aunt|moglie|marito|mamma|papa|madre|padre|figli[oa]|fratello|sorella|famiglia|nonn[oa]|compagn[oa]|femme|mari|maman|mere|pere|fils|fille|frere|soeur|famille|mujer|marido|hij[oa]|herman[oa]|familia|abuel[oa]|pareja|dona|marit|mare|pare|filla|germana?|avi|avia|parella|patient|paziente|patiente|paciente|pacient|bed|letto|awake|asleep|smil\w+|wak\w+|ask(?:s|ed)|wants|loves|likes|thank\w*|love|brav[eoa]|courage|anim[os]+|forza|auguri|saluta\w*|salut\w*|consent\w*|sign(?:ed|at\w*|e)|firm\w+|birthday|compleanno|cumple\w*|aniversari)\b"
)
_MAY_BE_A_PLACE = Lazy(
    r"\b(?:from|in|at|near|to|towards|outside|around|dal|dalla|in|nel|nella|presso|vicino a|dans|vers|pres de|chez|en|desde|hacia|hasta|cerca de|des de|cap a|prop de|fins a|jusqu'a|fino a) (?:the |la |el |le |l')?$"
)
_ADDRESSED = Lazy(
    r"^, (?:you(?:'ve|'re)? |we (?:are|love|'re)|keep |stay |hang |get well|sei |siamo con|tieni|dai|tiens|tu es|on est|nous sommes|eres |estamos contigo|ets |som amb|estem amb)"
)
_WRITTEN = Lazy(
    r"^[\"'](?: is| stands| appears)? (?:written|printed|is written|on the (?:band|label|chart|sheet|board|tube|wristband))|^(?: [A-Z]\.?)? (?:is )?(?:written|printed) on "
)


def _is_unexplained(
    c: Context, names: Names, words: list[Word], i: int, run: list[Word], titled: bool
) -> bool:
    """One capitalised word within a sentence that no list, no shape and no article makes a thing."""
    word = run[0]
    return (
        c.kind in ("surgery", "reply")
        and len(run) == 1
        and not word.opens
        and not titled
        and len(word.text) > 3
        and word.text[1:].islower()
        and word.low not in names.explained
        and not looks_ordinary(word.low)
        and not _DOSED.match(c.low[word.end :])
        and not c.before(word.start, 6).endswith(("anni ", "annees ", "anos ", "anys "))
        and not TECHNICAL.search(word.low)
        and not _is_thing_before(c, word.start)
        and not (i and words[i - 1].cap and words[i - 1].end + 3 >= word.start)
        and not (i + 1 < len(words) and words[i + 1].cap and words[i + 1].start <= word.end + 1)
    )


def _titled(words: list[Word]) -> bool:
    """A headline, where every other word is written large."""
    small = sum(not w.cap and len(w.text) > 3 for w in words)
    large = sum(w.cap and not w.opens and not w.text.isupper() for w in words)
    return large >= 3 and small < large


def _shouted(plain: str) -> bool:
    letters = sum(map(str.isalpha, plain))
    return letters > 12 and sum(map(str.isupper, plain)) > 0.8 * letters


def small_names(c: Context, names: Names) -> Iterator[Finding]:
    """Written small, beside somebody's relative or a wish: a known given name and what follows it."""
    if c.kind in ("training", "press"):
        return
    for match in (m for pattern in _SMALL for m in pattern.finditer(c.low)):
        one, two = match.group("one"), match.group("two")
        if one not in names.first or one in names.plain_words | TOWNS | CALENDAR or len(one) < 3:
            continue
        strange = two is not None and two not in names.plain_words | HARMLESS and len(two) > 2
        if one in names.strong_first or strange:
            end = match.end("two") if strange else match.end("one")
            yield Finding(
                match.start("one"), end, "A", BLOCK, "This looks like somebody's name.", "the patient"
            )


_NAME_SMALL = r"(?:la |el |l'|en |na )?(?P<one>[a-z][a-z'-]{2,})(?: (?P<two>(?!is\b|siete\b|and\b|e\b|y\b|i\b|et\b)[a-z][a-z'-]{2,}?)(?='s\b|[^a-z'-]|$))?"
_SMALL = (
    re.compile(
        rf"\b(?:(?:wife|husband|daughter|mother|father|mum|mom|dad|brother|sister|son|family|parents|niece|nephew|carer) of|(?:moglie|marito|figli[oa]|madre|padre|mamma|papa|fratello|sorella|zi[oa]|nonn[oa]|famiglia|genitori) di|(?:femme|epouse|mari|fille|fils|mere|pere|frere|soeur|famille|parents) (?:de|d')|(?:mujer|marido|esposa|hij[oa]|madre|padre|herman[oa]|familia|padres) de|(?:dona|marit|fill|filla|mare|pare|germana?|familia|pares) (?:de l'en|de l'|d'en|de la|d'|de)) ?{_NAME_SMALL}"
    ),
    re.compile(
        rf"\b(?:of you|with you|to you|for you|contigo|con te|a te|a toi|avec toi|amb tu|per tu|al lupo),? {_NAME_SMALL}$"
    ),
    re.compile(
        rf"\b(?:wishing|tell|text|ring|call|phone|thank|thanks to|love to|hugs to|hope|praying for|prayers for|pray for|good luck|auguri a|forza|un abbraccio a|avvisate|chiamate|courage a?|bisous a|pensees pour|prevenez|appelez|animo|un beso a|abrazos a|avisad a|llamad a|anims|un peto a|petons a|aviseu|truqueu a) {_NAME_SMALL}"
    ),
)


def _shouted_names(c: Context, names: Names, words: list[Word]) -> Iterator[Finding]:
    for one, two in itertools.pairwise(words):
        if c.plain[one.end : two.start] not in (" ", "-", ", ") or {one.low, two.low} & (
            names.plain_words | HARMLESS | COMMON
        ):
            continue
        if min(len(one.text), len(two.text)) < 3 or {one.low, two.low} <= TOWNS:
            continue
        known = sum(_namey(names, w) for w in (one, two))
        given = one.low in names.first or two.low in names.first
        if known and given and not c.is_public:
            yield Finding(one.start, two.end, "A", BLOCK, "This looks like somebody's name.", "the patient")
