"""
What the updates before brought in with what it is: the surgeon with a title, the school or shelter of a crisis. Named again, alone, it is
still that; and a first name is a surgeon's only where it says or does what those who operate do.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from app.editorial.guard.context import HIDDEN
from app.editorial.guard.fold import View, fold
from app.editorial.guard.lazy import Lazy
from app.editorial.guard.window import WINDOW

_NAME = r"(?P<n>[A-Z][\w'-]{2,}(?: [A-Z][\w'-]{2,}){0,2})"
_TITLED = Lazy(
    rf"\b(?i:dr|dra|doctora?|dottor|dottoressa|dott|dott\.ssa|docteure?|prof|professora?|professeure?|professore|professoressa|surgeon|chirurgo|chirurga|chirurgienn?e?|cirujan[oa]|cirurgian?a?)\.? {_NAME}"
)
_HOUSED = Lazy(
    rf"\b(?i:school|college|shelter|church|colegio|escuela|instituto|polideportivo|pabellon|guarderia|parroquia|albergue|escola|institut|pavello|poliesportiu|parroquia|alberg|scuola|palestra|palazzetto|asilo|parrocchia|liceo|ecole|lycee|gymnase|creche|eglise)"
    rf"(?i: (?:de|di|du|del|della|la|le))? {_NAME}"
    r"|(?P<m>[A-Z][\w'-]{2,}(?: [A-Z][\w'-]{2,})?)(?: Primary| Secondary| High| Junior| Sports| Community| Leisure)? (?:School|College|Academy|Hall|Centre|Center|Church)\b"
)
_DOES = (
    r" (?:says|asks|explains|points|shows|closes|opens|cuts|clips|sutures|scrubs|takes over|is (?:closing|opening|suturing|scrubbing|operating|clipping)"
    r"|dice|chiede|spiega|mostra|chiude|apre|taglia|sutura|opera|clippa|incide"
    r"|dit|demande|explique|montre|ferme|ouvre|coupe|suture|opere|incise"
    r"|pide|explica|muestra|ensena|cierra|abre|corta|sutura|incide"
    r"|diu|demana|mostra|ensenya|tanca|obre|talla|sutura)\b(?! (?:eyes|her eyes|his eyes|gli occhi|les yeux|los ojos|els ulls|water|acqua|agua|aigua|de l'eau))"
)
_AT = r"\b(?:in|at|inside|outside|to|nel|alla|al|a|en|dans|au)(?: the| la| el| le)? "


def without_introduced(view: View, earlier: Sequence[str], kind: str) -> View:
    """The view with what was introduced before blanked; offsets stay."""
    if kind not in ("surgery", "crisis") or not earlier:
        return view
    texts = [fold(text).plain for text in earlier[-(WINDOW - 1) :]]
    spans = list(_staff(view.low, texts) if kind == "surgery" else _houses(view.low, texts))
    if not spans:
        return view
    plain = view.plain
    for start, end in spans:
        plain = plain[:start] + HIDDEN * (end - start) + plain[end:]
    return replace(view, plain=plain)


def _staff(low: str, texts: Iterable[str]) -> Iterator[tuple[int, int]]:
    for text in texts:
        for titled in _TITLED.finditer(text):
            for name in titled["n"].lower().split():
                for match in re.finditer(
                    rf"(?:^|[.!?:;,] |\b(?:y|e|i|et|and|che|que) )(?:(?:la|el|en|na|il|le) )?{re.escape(name)}(?={_DOES})",
                    low,
                ):
                    yield match.end() - len(name), match.end()


def _houses(low: str, texts: Iterable[str]) -> Iterator[tuple[int, int]]:
    for text in texts:
        for housed in _HOUSED.finditer(text):
            name = (housed["n"] or housed["m"]).lower()
            for match in re.finditer(rf"{_AT}{re.escape(name)}(?![\w'-])(?! [a-z]+,? \d)", low):
                yield match.end() - len(name), match.end()
