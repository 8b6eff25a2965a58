"""
Names of patients and those around them (class A): by dictionary, by what stands beside them, by shape.

A name of the event's staff or of its hospital is hidden before these rules look.
"""

from __future__ import annotations

from collections.abc import Iterator

from app.editorial.guard.context import Context, Finding
from app.editorial.guard.dictionary import Names
from app.editorial.guard.fullnames import sequences
from app.editorial.guard.initials import employers, half_hidden, initials, nicknames
from app.editorial.guard.marked import marked
from app.editorial.guard.strangers import strangers
from app.editorial.guard.surroundings import words_of


def people(c: Context, names: Names) -> Iterator[Finding]:
    words = words_of(c.plain)
    yield from nicknames(c, names)
    yield from initials(c, names)
    yield from marked(c, names, words)
    yield from sequences(c, names, words)
    yield from strangers(c, names, words)
    yield from employers(c)
    yield from half_hidden(c)
