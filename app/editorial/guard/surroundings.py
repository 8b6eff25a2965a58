"""Words with their places, and what stands around them: is a person meant, a place, an instrument, a public role?"""

from __future__ import annotations

import re
from typing import NamedTuple

from app.editorial.guard.context import ABBREVIATION, Context
from app.editorial.guard.dictionary import Names
from app.editorial.guard.lazy import Lazy
from app.editorial.guard.words.harmless import (
    CALENDAR,
    DEVICE_BEFORE,
    DEVICE_NOUNS,
    INSTITUTIONS,
    SAINTS,
    STORMS,
)
from app.editorial.guard.words.people import CLINICIANS, COMMON, PATIENT, PUBLIC_ROLES, RELATIVES

STREETS = frozenset(
    "street road avenue lane drive boulevard way close court crescent terrace grove mews row place yard wharf quay parade square gardens park hill".split()
)
_WORD = re.compile(r"[A-Za-z]+(?:['-][A-Za-z]+)*")

PARTICLES = frozenset(
    "de del della dello dei degli di da dal la le lo los las el al van von der den du des d' i y e bin ibn abu ben mac mc san st ap".split()
)

_STATES = (
    r"awake|waking|woke|stable|resting|recovering|home|smiling|asleep|extubated|intubated|sedated|discharged|talking|breathing|well|fine|great|okay|ok\b|in recovery|on the table|out of|ready for|prepped|brave|alive|"
    r"dead|bleeding|doing|tolerat|leaves|left|went|says|said|asked|asks|wants|lost|died|needs|had|has|came|walked|walks|thanked|thanks|underwent|received|signed|lives|works|survived|suffered|collapsed|tested|presented|presents|arrived|arrives|sends|recovers|recovered|goes|is|was|remains|looks|feels|gets|got|will be|under anaesthesia|in icu|in theatre|joined|told|opened|"
    r"e |sta|ha |si |dorme|respira|torna|era|resta|aspetta|ricoverat|trasferit|operat|dimess|tollera|"
    r"est|va |a |se |s'est|dort|respire|sort|reste|attend|reveill|transfer|hospitalis|opere|supporte|souffre|"
    r"esta|es |duerme|sigue|tuvo|fue|sale|ingresad|trasladad|operad|tolera|pasa|segueix|surt|dorm|ingressa|trasllada|sent|porta"
)

THEN_STATE = Lazy(
    rf"^(?:'s)?,? (?:now |already |still |finally |just |gia |deja |ya |ja |ora |ha |is |was |sta |est |a |esta |es |e )*(?:{_STATES})"
)

THEN_AGE = Lazy(
    r"^(?:,? ?\(?(?:1[01]\d|\d{1,2})(?: ?(?:y|yo|yrs?|years?|anni|ans|anos|anys|m|f)\b|\)|,| ?-year)|, \d{2}(?=[.;]|$))"
)

HUMAN_STATE = Lazy(
    r"^(?:'s)? (?:is |was |e |si sta |est |se |esta |es |sta )?(?:now |already |gia |deja |ya |ja )?(?:awake|waking up|smiling|extubated|asleep|talking|recovering|doing (?:well|fine|great|ok|good)|out of (?:surgery|theatre)|going home|svegli|estubat|reveill|extube|despert|despiert|extubad|extubat|estable|stabile|stable|(?:sta |va |esta |fa )?(?:molto |tres |muy |molt )?(?:benissimo|bene|bien|be))\b"
)

DEVICE_AFTER = Lazy(rf"^(?:'s?)?[ -](?:{DEVICE_NOUNS})\b")

_STREET_SHORT = Lazy(
    r"(?<![a-z])(?:(?:avda|avd|avgda|av|bd|blvd|pza|plza|pl|pg|pso|ctra|cl|v\.le|p\.za|p\.zza|c\.so|l\.go|st)\.?|c[/.]) (?:(?:de|del|di|la|de la) )?$"
)
_DEVICE_BEFORE = Lazy(rf"\b(?:{DEVICE_BEFORE})(?: (?:de|di|del|della|d'|of|the|la|le|tipo|type|de la))? ?$")

_DONE_TO = Lazy(
    r"(?:operat|operac|operaz|interven|procedur|procedim|malattia|maladie|enfermedad|malaltia|posizione|position|posicio|hernia|ernia|hernie|frattur|fractur|tumor|tumeur|protesi|prothese|protesis|valv|by)"
)


class Word(NamedTuple):
    start: int
    end: int
    text: str
    low: str
    opens: bool  # first of a sentence
    cap: bool


def words_of(plain: str) -> list[Word]:
    found = []
    for match in _WORD.finditer(plain):
        text = match.group()
        end = match.end()
        if "'" not in text:
            pass
        elif text[-2:] in ("'s", "'S"):
            text, end = text[:-2], end - 2
        elif (
            text[:2].lower() in ("l'", "d'", "s'", "n'", "m'", "c'", "j'", "t'")
            and len(text) > 3
            and not (text[0].isupper() and text[2].isupper() and text[0] in "D")
        ):
            text = text[2:]
        elif re.match(r"(?:dell|all|nell|dall|sull|un|quest|qu)'", text.lower()):
            text = text[text.index("'") + 1 :]
        if not text or (
            plain[match.end() : match.end() + 1].isdigit() and (len(text) < 5 or not text[1:].islower())
        ):
            continue  # "PaCO2", "CHA2DS2": no words
        before = plain[: match.start()].rstrip(" \"'(¿¡-")
        opens = not before or (before[-1] in ".!?:\n>|" and not ABBREVIATION.search(before[:-1][-6:].lower()))
        found.append(Word(end - len(text), end, text, text.lower(), opens, text[0].isupper()))
    return found


def next_capital(words: list[Word], i: int) -> Word | None:
    return (
        words[i + 1]
        if i + 1 < len(words) and words[i + 1].cap and words[i + 1].start - words[i].end <= 1
        else None
    )


def end_of_name(c: Context, words: list[Word], i: int, names: Names) -> int:
    """The end of the name that begins with word i."""
    end = words[i].end
    j = i + 1
    lower = not words[i].cap
    while j < len(words) and j - i <= 5:
        word = words[j]
        gap = c.plain[end : word.start]
        if gap not in (" ", "-", "  ", " '", ". "):
            break
        if gap == ". " and len(words[j - 1].text) > 1:
            break
        if word.low in PARTICLES and j + 1 < len(words) and words[j + 1].cap and not lower:
            j += 1
            end_try = word.end
            if c.plain[end_try : words[j].start] in (" ", "", "'"):
                end = end_try if c.plain[end_try : words[j].start] == "" else end
                gap_word = words[j]
                if gap_word.low in COMMON or gap_word.low in CALENDAR:
                    break
                end = gap_word.end
                j += 1
                continue
            break
        if lower:
            if (
                word.cap
                or not (word.low in names.last or word.low in names.strong_first_low)
                or word.low in COMMON
                or word.low in PARTICLES
            ):
                break
        elif (
            not word.cap
            or (word.low in COMMON and word.low not in names.strong_last)
            or word.low in CALENDAR
            or (
                word.text.isupper()
                and len(word.text) in (2, 3, 4)
                and word.low not in names.first
                and not words[i].text.isupper()
            )
        ):
            break
        end = word.end
        j += 1
    return end


_ORDINARY_END = Lazy(
    r"(?:tion|sion|ment|ness|ity|ing|ously|ally|zione|mente|logia|logy|itis|osis|ectomy|otomy|plasty|scopy|ectomie|ectomia|cion|cio|dad|tat|age|ance|ence|able|ible|ical|ous|ated|ized|ised|ato|ata|ado|ada|ed|ly)$"
)


def looks_ordinary(low: str) -> bool:
    return len(low) > 5 and _ORDINARY_END.search(low) is not None


def after_role(c: Context, end: int) -> bool:
    return bool(
        re.match(
            r",? (?:\()?(?:the |our |il |la |le |el |l')?(?:chief|mayor|head|director|spokes|minister|governor|president|press|portavoce|sindac|direttor|maire|prefet|directeur|alcald|conseller|consejer|portavoz|jef)",
            c.low[end : end + 40],
        )
    )


_BEFALLEN = Lazy(
    r"(?: [a-z'-]+){0,2},? (?:(?:was|is|has been|has|e|e stat[oa]|viene|est|a ete|esta|ha sido|fue|ha estat|va ser|es) )?(?:(?:now|just|ora|gia|ya|ja|deja) )?"
    r"(?:collapsed|intubated|unconscious|injured|wounded|hospitali[sz]ed|admitted|operated on|rescued|dug out|pulled (?:out|from)|in (?:theatre|surgery|intensive care)|on (?:our|the) table|"
    r"colt[oa] da|infartuat[oa]|incosciente|intubat[oa]|ricoverat[oa]|ferit[oa]|operat[oa]|estratt[oa] (?:dalle|da)|in (?:sala operatoria|rianimazione|coma)|"
    r"victime d'|inconsciente?|intubee?|hospitalisee?|blessee?|operee?|(?:extraite?|degagee?) d(?:es|u|e)|au bloc|en reanimation|"
    r"intubad[oa]|ingresad[oa]|herid[oa]|operad[oa]|rescatad[oa]|en (?:quirofano|la uci|coma)|inconscient|intubada|ingressa(?:t|da)|ferida|operada|rescata(?:t|da)|a (?:quirofan|l'uci))\b"
)
"""An official of whom this is said is a patient."""


def is_public_person(c: Context, words: list[Word], index: int) -> bool:
    """Staff, speakers and officials: a role just before the name, or just after it."""
    window = words[max(0, index - 6) : index]
    first, last = c.sentence(words[index].start, words[index].end)
    for word in reversed(window):
        if word.start < first and not (
            word.end + 2 >= words[index].start and word.text.lower() in ("dr", "prof", "sig", "dott", "st")
        ):
            continue
        between = c.plain[word.end : words[index].start]
        if word.low in CLINICIANS and re.fullmatch(
            r"[. ]{0,3}(?:[A-Z][\w'-]*\.? (?:(?:de|del|la|i|y|van|von|di|da) ){0,2}){0,3}", between
        ):
            return not re.search(rf"\b(?:{PATIENT}|{RELATIVES})[ ,]+$", c.before(word.start, 24))
        if (
            word.low in PUBLIC_ROLES
            and c.kind != "surgery"
            and len(between) <= 44
            and not re.search(r"[;()]", between)
        ):
            return not _BEFALLEN.match(c.low[words[index].end : last]) and not re.search(
                r"'s |\b(?:daughter|son|wife|husband|mother|father|figli|mogli|fille|fils|femme|hij|espos|fill)",
                between,
            )
    if c.kind != "surgery":
        tail = c.low[words[index].end : min(last, words[index].end + 60)]
        if re.match(
            r"(?: [a-z'-]+){0,2}, (?:the |our |il |la |le |el |l')?(?:chief|mayor|head|director|spokes|minister|governor|president|professor|surgeon|consultant|portavoce|sindac|primario|direttor|maire|prefet|directeur|directrice|chef|porte-parole|alcald|conseller|consejer|portavoz|director|jef[ea]|cap d)",
            tail,
        ):
            return True
    return False


_CALLED_AFTER_SOMEBODY = Lazy(
    r"\b(?:via|viale|piazza|piazzale|corso|vicolo|largo|rue|avenue|av|boulevard|place|quai|calle|c/|avenida|plaza|paseo|carrer|avinguda|placa|passeig|rambla|ronda|route|street|road|hospital|ospedale|hopital|scuola|ecole|escuela|escola|liceo|lycee|instituto|institut|istituto|universita|universite|universidad|universitat|stadio|stade|estadio|estadi|aeroporto|aeroport|aeropuerto|parco|parc|parque|ponte|pont|puente|teatro|theatre|teatre|sala|salle|aula|hall|room|centro|centre|center|clinica|clinique|fondazione|fondation|fundacion|fundacio|biblioteca|palazzo|palais|palau|palacio|villa|stazione|gare|estacion|estacio|metro|cappella|chiesa|eglise|iglesia|esglesia|mercat|mercado|gate|storm|hurricane|tempesta|operation|torre|travesia|travessera|travessia|glorieta|pasaje|passatge|urbanizacion|urbanitzacio|camino|cami|chemin|impasse|allee|contrada|strada|ronda|poligono|poligon|borgo|lungomare|lungotevere|residencia|residenza|poliesportiu|polideportivo|pavello|pabellon|gymnase|palestra|palazzetto|palasport|collegio|college|colegio|barrio|barri|quartiere|quartier)(?: (?:de|del|della|d'|di|du|des|de la|dei|l'|dr|prof|general|generale|presidente|president))*[ ']*$"
)


def is_place_like(c: Context, words: list[Word], i: int, end: int, *, sure: bool = False) -> bool:
    """Named after somebody: streets, hospitals, stations, storms, devices."""
    before = words[i - 1] if i else None
    after = next((w for w in words[i + 1 :] if w.start >= end), None)
    if (
        before is not None
        and words[i].start - before.end <= 2
        and (before.low in SAINTS or before.low in STORMS)
    ):
        return True
    if _CALLED_AFTER_SOMEBODY.search(c.low[max(0, words[i].start - 50) : words[i].start]):
        return True
    if _STREET_SHORT.search(c.low[max(0, words[i].start - 16) : words[i].start]):
        return True
    if (
        after is not None
        and after.start - end <= 1
        and (
            after.low in INSTITUTIONS
            or after.low
            in (
                "avenue",
                "road",
                "street",
                "lane",
                "drive",
                "boulevard",
                "square",
                "park",
                "gardens",
                "garden",
                "beach",
                "bay",
                "river",
                "lake",
                "valley",
                "island",
                "islands",
                "county",
                "airport",
                "junction",
                "interchange",
                "plaza",
                "pavilion",
                "memorial",
                "medical",
                "house",
                "library",
                "primary",
                "high",
                "elementary",
                "foundation",
                "trust",
                "award",
                "prize",
                "lecture",
                "fund",
                "wing",
                "blvd",
                "ave",
                "rd",
                "ln",
                "expressway",
                "freeway",
                "motorway",
                "tunnel",
                "suite",
                "auditorium",
                "reservoir",
                "dam",
                "hill",
                "heights",
                "springs",
                "beach",
                "creek",
                "crossing",
                "close",
                "way",
                "court",
                "crescent",
                "terrace",
                "grove",
                "mews",
                "row",
                "place",
                "parkway",
                "bypass",
                "mall",
                "mills",
                "ii",
                "iii",
                "xxiii",
            )
        )
        and c.plain[after.start].isupper()
    ):
        return True
    if DEVICE_AFTER.match(c.low[end:]) and not sure:
        return True
    before_it = _DEVICE_BEFORE.search(c.low[max(0, words[i].start - 40) : words[i].start])
    # "the operation of Maria": done to somebody, where "the manoeuvre of Kocher" is called after somebody.
    return before_it is not None and not (sure and _DONE_TO.match(before_it.group()))
