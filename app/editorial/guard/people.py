"""
Names of patients and those around them (class A): by dictionary, by what stands beside them, by shape.

A name of the event's staff or of its hospital is hidden before these rules look.
"""

from __future__ import annotations

from collections.abc import Iterator

from app.editorial.guard.context import ASK, Context, Finding
from app.editorial.guard.dictionary import Names
from app.editorial.guard.fullnames import sequences
from app.editorial.guard.initials import employers, half_hidden, initials, nicknames
from app.editorial.guard.marked import marked
from app.editorial.guard.strangers import LIVED_AT, file_names, small_names, strangers
from app.editorial.guard.surroundings import words_of


def people(c: Context, names: Names) -> Iterator[Finding]:
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
    yield from half_hidden(c)
