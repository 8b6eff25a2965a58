"""Which language a staff page speaks: the person's, else the browser's, of those that have every word."""

from __future__ import annotations

from collections.abc import Collection

from app.feeds.words import SOURCE


def staff_language(complete: Collection[str], person: str, accepts: str) -> str:
    """
    Args:
        complete: Languages whose catalogue lacks no word. A page half in another language is read out wrongly.
        person: What the person chose; empty when nobody is signed in.
        accepts: The header of the browser.
    """
    for wanted in (person, *_accepted(accepts)):
        lang = wanted.split("-")[0].lower()
        if lang == SOURCE or lang in complete:
            return lang
    return SOURCE


def _accepted(header: str) -> list[str]:
    """The languages of `Accept-Language`, best first; what cannot be read is left out."""
    weighed = []
    for part in header[:500].split(","):
        name, _, weight = part.strip().partition(";q=")
        try:
            weighed.append((-float(weight or 1), name))
        except ValueError:
            continue
    return [
        name for weight, name in sorted(weighed, key=lambda one: one[0]) if name and name != "*" and weight
    ]
