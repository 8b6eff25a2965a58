"""
Names of patients and those around them (class A): by dictionary, by what stands beside them, by shape.

A name of the event's staff or of its hospital is hidden before these rules look.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from app.editorial.guard.context import ASK, BLOCK, Context, Finding
from app.editorial.guard.dictionary import Names
from app.editorial.guard.file_names import file_names
from app.editorial.guard.fullnames import sequences
from app.editorial.guard.hashtags import hashtags
from app.editorial.guard.initials import employers, half_hidden, initials, nicknames, trades
from app.editorial.guard.lazy import Lazy
from app.editorial.guard.marked import marked
from app.editorial.guard.strangers import LIVED_AT, small_names, strangers
from app.editorial.guard.surroundings import words_of
from app.editorial.guard.words.harmless import HARMLESS
from app.editorial.guard.words.people import COMMON, PATIENT
from app.editorial.guard.words.towns import TOWNS

_CALLED_AFTER = Lazy(
    r"\b(?:tend(?:on|ine|o)|tallone|talon|talo|corda|tendinitis|rotura|rottura|rupture)(?: (?:de|d'|di|del|of))?(?: l')?[ ']?(?:achille|aquil.?les|achilles|aquiles)|achilles(?:' | )(?:tendon|heel)|(?:pomo|pomme|nuez|nou|poma|bocado) (?:de |d'|di )(?:adamo?|adan)|adam's apple|(?:rosa?|rose) (?:de |di |du )?bengal[ae]?|(?:mont|monte|mons|muntanya) (?:de |di )?ven(?:us|ere|eris)|(?:st\.?|san|saint|sant) (?:vitus|vito|guy|anthony|antonio|antoni)(?:'s)? ?(?:dance|fire)?|caput medusae|oliv[ae]s? (?:de |di |d')[a-z]+|(?:laringe|trompa|trompe|tub[ao]|tromba)s? (?:de |d'|di )(?:eustachi\w*|eustaqui\w*|fal\w+)|bain-marie|bany maria|bano maria|bagno ?maria|alexis (?:retractor|wound|divaricator\w*|protector|ready|listo|pronto|pret|llest|in place|colocado|posizionato)|(?:robson|bishop|apgar) \d+"
)


_PARTICLED = Lazy(
    rf"\b(?i:{PATIENT}|malalta?|malato|malata|malade|enferm[oa]|mr|mrs|ms|signora?|sig|mme|sra?|senora?|senyora?)(?i:[,:]?| called| named| chiamat[oa]| nommee?| appelee?| llamad[oa]| anomena(?:t|da)) (?P<n>(?:(?:O|Ni|Nic|(?i:le|lo|san|santa|saint|sainte|de la|de las|de los|de|del|della|delle|degli|dello|dei|dalla|di|du|des|van|van der|van den|von|ter|bin|ibn|ben|abd|abu|al|el|ait|ould|ou)) )+[A-Z][\w'-]{{2,}})(?=[ ,.;:!?]|$)"
)
_ARABIC_SMALL = Lazy(
    rf"\b(?:{PATIENT}|malalta?|malato|malata|malade|enferm[oa]|signora?|senora?|senyora?)(?:[,:]?| called| named| chiamat[oa]| nommee?| appelee?| llamad[oa]| anomena(?:t|da)) (?P<n>(?:abd|abdel|abdul|abu|bin|ibn|ben|al|el|ait|ould|van|von|mc|mac|o')[ -](?:al-|el-|der |den )?[a-z]{{3,}})(?= |[,.;:!?]|$)"
)
_PARTICLED_SMALL = Lazy(
    r"(?:^|[:.!?] )(?P<n>(?:degli|delle|dello|della|dalla|dal|dei|van|van der|von|de la|abd|abdel|bin|ibn|ben|ait|ould) (?:al-)?[a-z]{4,})(?= (?:ya |gia |deja |ja |is |has |was |e |est |ha |a |va |esta |sta )*(?:sali\w*|out|awake|asleep|svegli\w|uscit\w|reveill\w*|sort\w*|despert\w*|despiert\w|surt|dorm\w*|duerme|dort|stable|estable|extub\w+|estub\w+|fora|fuori|done|finish\w*|acab\w+|termin\w+)\b)"
)


def particled(c: Context) -> Iterator[Finding]:
    """Surnames that begin with a particle, behind a patient or opening a line."""
    if c.is_public:
        return
    for match in _PARTICLED.finditer(c.plain):
        name = match["n"].split()[-1].lower()
        if (
            name not in TOWNS | HARMLESS
            and name not in COMMON
            and not re.match(r"(?i)(?:de|d'|di|del|della|du) [A-Z]\w+$", match["n"])
        ):
            yield Finding(*match.span("n"), "A", BLOCK, "This looks like a patient's name.", "the patient")
    for pattern in (_ARABIC_SMALL, _PARTICLED_SMALL):
        for match in pattern.finditer(c.low):
            if match["n"].split()[-1].split("-")[-1] not in _SMALL_WORDS:
                yield Finding(
                    *match.span("n"), "A", BLOCK, "This looks like a patient's name.", "the patient"
                )


_SMALL_WORDS = frozenset(
    "final fin tercer primer segundo mismo mateix ultim segon primo secondo terzo".split()
)


_HEARD = Lazy(
    r"(?:^|[.!?:;,] )[A-Z][\w'-]+(?: [A-Z][\w'-]+)? (?:is playing|are playing|plays|on (?:the )?(?:radio|speakers|stereo|playlist|headphones)|in the background|suona|alla radio|in sottofondo|a la radio|dans les enceintes|en fond|en la radio|por los altavoces|de fondo|a la radio|de fons|pels altaveus|kept us company|keeps us company|ci fa compagnia|nous accompagne|nos acompana|ens acompanya)\b"
    r"|\b(?i:music|musica|musique|soundtrack|song|songs|concert|album|canzone|chanson|cancion|canco)(?: [a-z']+){0,3}?(?: ?:| by| di| de| d'| is| with) ?(?:the )?[A-Z][\w'-]+(?: [A-Z][\w'-]+)?(?=[,.;!]|$| and\b| tonight| today)"
)
_PAST = Lazy(
    r"\b(?:1[5-8]\d\d|19[0-4]\d|[xvi]{3,}e? (?:siecle|secolo|siglo|segle)|(?:siglo|segle|secolo|siecle) [xvi]+|centur(?:y|ies)|invented|inventors?|inventat[oa]|inventa|inventee?|inventor[ea]?|invento|va inventar|pioneers?|pioneered|pionier[ei]|pionnie\w+|pioner[oa]s?|discovered|scopri\w*|decouvr\w+|decouvert|descubri\w+|descobri\w+|nobel|named after|first described|described by|descritt[oa] da|decrite? par|descrit[oa] por|descrit[a]? per|prende il nome|porta il nome|porte le nom|du nom d|lleva el nombre|porta el nom|duu el nom|history of|storia della|histoire de la|historia de la|watch [^.!?]{0,30}story)\b"
)
_FROM_A_MAKER = Lazy(
    r"\b(?:mesh|valves?|grafts?|stents?|devices?|robots?|systems?|kits?|retractors?|clips?|drills?|sets?|plates?|screws?|sutures?|staplers?|prosthes[ie]s|implants?|rete|protesi|valvola|sutura|placca|viti|filet|prothese|valve|fil|plaque|vis|malla|protesis|valvula|sutura|placa|tornillos|cargols)(?: \w+)? (?:from|by|made by|de|di|della|da|chez|per) $"
)


def of_others(c: Context) -> list[tuple[int, int]]:
    """Where names stand that are nobody's here: what is called after somebody, what is sung, who lived long ago."""
    found = [match.span() for match in _CALLED_AFTER.finditer(c.low)]
    if c.kind in ("crisis", "reply"):
        return found
    found += [m.span() for m in _HEARD.finditer(c.plain) if not _SOMEBODY_SICK.search(m.group().lower())]
    for match in _PAST.finditer(c.low):
        first, last = c.sentence(*match.span())
        if not _SOMEBODY_SICK.search(c.low[first:last]):
            found.append((first, last))
    return found


_SOMEBODY_SICK = re.compile(
    rf"\b(?:{PATIENT}|malalta?|malato|malata|malade|enferm[oa]|born|birth|nat[oaie]|nee?|nacid[oa]|nascu\w+|dob|he|she|his|her|him|name|called|mr|mrs|ms|miss|mme|sig|signora?|sra?|senora?|senyora?|wife|husband|son|daughter|mother|father|mum|dad|operat\w+|bed|room|admitted|today)\b"
)


def people(c: Context, names: Names) -> Iterator[Finding]:
    things = of_others(c)
    for finding in _people(c, names):
        if any(a < finding.end and finding.start < b for a, b in things):
            continue
        if (
            c.is_public
            and re.fullmatch(
                r"[A-Z][\w'-]+ (?:y|i|e|et|and) [A-Z][\w'-]+", c.plain[finding.start : finding.end]
            )
            and re.search(
                r"\b(?:entre|between|tra|fra|en|in|a|de|da|from|desde|des de) $", c.before(finding.start, 10)
            )
        ):
            continue  # two towns
        if c.kind == "surgery" and _FROM_A_MAKER.search(c.before(finding.start, 40)):
            continue
        yield finding


def _people(c: Context, names: Names) -> Iterator[Finding]:
    words = words_of(c.plain)
    yield from nicknames(c, names)
    yield from initials(c, names)
    yield from marked(c, names, words)
    yield from small_names(c, names)
    yield from file_names(c, names)
    for finding in (*sequences(c, names, words), *strangers(c, names, words)):
        first = c.low[finding.start : finding.end].split()[0]
        if first not in names.core_first and LIVED_AT.search(c.before(finding.start, 70)):
            if not c.is_public and c.kind != "reply":
                reason = "A town narrows down who it is."
                yield Finding(finding.start, finding.end, "B", ASK, reason, "the region")
            continue
        yield finding
    yield from employers(c)
    yield from particled(c)
    yield from trades(c)
    yield from hashtags(c, names)
    yield from half_hidden(c)
