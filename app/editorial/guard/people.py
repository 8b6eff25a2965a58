"""
Names of patients and those around them (class A): by dictionary, by what stands beside them, by shape.

A name of the event's staff or of its hospital is hidden before these rules look.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from app.editorial.guard.context import ASK, BLOCK, Context, Finding
from app.editorial.guard.dictionary import Names
from app.editorial.guard.fullnames import sequences
from app.editorial.guard.hashtags import hashtags
from app.editorial.guard.initials import employers, half_hidden, initials, nicknames, trades
from app.editorial.guard.marked import marked
from app.editorial.guard.strangers import LIVED_AT, file_names, small_names, strangers
from app.editorial.guard.surroundings import words_of
from app.editorial.guard.words.harmless import HARMLESS
from app.editorial.guard.words.people import COMMON, PATIENT
from app.editorial.guard.words.towns import TOWNS

_CALLED_AFTER = re.compile(
    r"\b(?:tend(?:on|ine|o)|tallone|talon|talo|corda|tendinitis|rotura|rottura|rupture)(?: (?:de|d'|di|del|of))?(?: l')?[ ']?(?:achille|aquil.?les|achilles|aquiles)|achilles(?:' | )(?:tendon|heel)|(?:pomo|pomme|nuez|nou|poma|bocado) (?:de |d'|di )(?:adamo?|adan)|adam's apple|(?:rosa?|rose) (?:de |di |du )?bengal[ae]?|(?:mont|monte|mons|muntanya) (?:de |di )?ven(?:us|ere|eris)|(?:st\.?|san|saint|sant) (?:vitus|vito|guy|anthony|antonio|antoni)(?:'s)? ?(?:dance|fire)?|caput medusae|(?:laringe|trompa|trompe|tub[ao]|tromba)s? (?:de|d'|di) (?:eustachi\w*|eustaquio|fal\w+)|bain-marie|bany maria|bano maria|bagno ?maria|alexis (?:retractor|wound|divaricator\w*|protector|ready|listo|pronto|pret|llest|in place|colocado|posizionato)|(?:robson|bishop|apgar) \d+"
)


_PARTICLED = re.compile(
    rf"\b(?i:{PATIENT}|malalta?|malato|malata|malade|enferm[oa]|mr|mrs|ms|signora?|sig|mme|sra?|senora?|senyora?),? (?P<n>(?:(?i:de la|de las|de los|de|del|della|delle|degli|dello|dei|dalla|di|du|des|van|van der|van den|von|ter|bin|ibn|ben|abd|abu|al|el|ait|ould|ou) )+[A-Z][\w'-]{{2,}})(?=[ ,.;:!?]|$)"
)
_ARABIC_SMALL = re.compile(
    rf"\b(?:{PATIENT}|malalta?|malato|malata|malade|enferm[oa]|signora?|senora?|senyora?),? (?P<n>(?:abd|abdel|abdul|abu|bin|ibn|ben|al|el|ait|ould|van|von|mc|mac|o')[ -](?:al-|el-|der |den )?[a-z]{{3,}})(?= |[,.;:!?]|$)"
)
_PARTICLED_SMALL = re.compile(
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


def people(c: Context, names: Names) -> Iterator[Finding]:
    things = [match.span() for match in _CALLED_AFTER.finditer(c.low)]
    for finding in _people(c, names):
        if not any(a < finding.end and finding.start < b for a, b in things):
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
