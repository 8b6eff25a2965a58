"""
Names of patients and those around them (class A): by dictionary, by what stands beside them, by shape.

A name of the event's staff or of its hospital is hidden before these rules look.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from app.editorial.guard.context import ASK, Context, Finding
from app.editorial.guard.dictionary import Names
from app.editorial.guard.fullnames import sequences
from app.editorial.guard.initials import employers, half_hidden, initials, nicknames, trades
from app.editorial.guard.hashtags import hashtags
from app.editorial.guard.marked import marked
from app.editorial.guard.strangers import LIVED_AT, file_names, small_names, strangers
from app.editorial.guard.surroundings import words_of


_CALLED_AFTER = re.compile(
    r"\b(?:tend(?:on|ine|o)|tallone|talon|talo|corda|tendinitis|rotura|rottura|rupture)(?: (?:de|d'|di|del|of))?(?: l')?[ ']?(?:achille|aquil.?les|achilles|aquiles)|achilles(?:' | )(?:tendon|heel)|(?:pomo|pomme|nuez|nou|poma|bocado) (?:de |d'|di )(?:adamo?|adan)|adam's apple|(?:rosa?|rose) (?:de |di |du )?bengal[ae]?|(?:mont|monte|mons|muntanya) (?:de |di )?ven(?:us|ere|eris)|(?:st\.?|san|saint|sant) (?:vitus|vito|guy|anthony|antonio|antoni)(?:'s)? ?(?:dance|fire)?|caput medusae|(?:laringe|trompa|trompe|tub[ao]|tromba)s? (?:de|d'|di) (?:eustachi\w*|eustaquio|fal\w+)|bain-marie|bany maria|bano maria|bagno ?maria|alexis (?:retractor|wound|divaricator\w*|protector|ready|listo|pronto|pret|llest|in place|colocado|posizionato)|(?:robson|bishop|apgar) \d+"
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
    yield from trades(c)
    yield from hashtags(c, names)
    yield from half_hidden(c)
