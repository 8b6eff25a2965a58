"""
A small real guard: what must never leave whatever the context. Contact numbers, record numbers, e-mail addresses,
and the names this event has registered.
"""

from __future__ import annotations

import re
import unicodedata

from app.editorial.guard.decision import GuardDecision, GuardRequest, Span, Verdict

_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_PHONE = re.compile(r"(?<![\w.,/])\+?\(?\d[\d ().-]{6,}\d(?![\w/])")
_RECORD = re.compile(
    r"(?i)\b(?:mrn|record|hospital number|cartella|dossier|historia|història)\W{0,3}(?:n[.°o]\W?)?#?\s*\d[\d -]{3,}"
)
_EMERGENCY = frozenset({"112", "911", "999", "118", "15", "18", "061"})


class SmallGuard:
    """Blocks, or passes."""

    def check(self, request: GuardRequest) -> GuardDecision:
        text = request.text
        spans = [
            Span(m.start(), m.end(), "F", "This is an e-mail address.")
            for m in _EMAIL.finditer(text)
            if m.group().casefold() not in {email.casefold() for email in request.allow.emails}
        ]
        allowed_phones = {_digits(phone) for phone in request.allow.phones}
        for match in _PHONE.finditer(text):
            digits = _digits(match.group())
            if len(digits) >= 8 and digits not in allowed_phones and digits not in _EMERGENCY:
                spans.append(Span(match.start(), match.end(), "D", "This looks like a phone number."))
        spans += [
            Span(m.start(), m.end(), "H", "This looks like a record number.") for m in _RECORD.finditer(text)
        ]
        folded, places = _folded(text)
        for name in request.deny:
            wanted, _ = _folded(name)
            if len(wanted) < 2:
                continue
            for match in re.finditer(rf"(?<!\w){re.escape(wanted)}(?!\w)", folded):
                start, end = places[match.start()], places[match.end() - 1] + 1
                spans.append(
                    Span(
                        start, end, "A", "This name is registered as belonging to the patient.", "the patient"
                    )
                )
        spans.sort(key=lambda span: (span.start, span.end))
        return GuardDecision(Verdict.BLOCK if spans else Verdict.PASS, tuple(spans), request.lang)


def _digits(text: str) -> str:
    return "".join(c for c in text if c.isdigit())


def _folded(text: str) -> tuple[str, list[int]]:
    """Letters without case and accents, and for each the place in the original."""
    letters: list[str] = []
    places: list[int] = []
    for index, char in enumerate(text):
        for piece in unicodedata.normalize("NFKD", char).casefold():
            if not unicodedata.combining(piece):
                letters.append(piece)
                places.append(index)
    return "".join(letters), places
