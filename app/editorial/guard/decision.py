"""What the privacy guard is asked and what it answers; the one interface for every text that leaves or is shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol


class Verdict(StrEnum):
    PASS = "pass"  # noqa: S105 - a verdict
    ASK = "ask"
    BLOCK = "block"


@dataclass(frozen=True, slots=True)
class Span:
    """
    What was seen where.

    Attributes:
        start: Code points from the start of the text; `end` is exclusive.
        cls: Safe Harbor class, "A" to "R" (45 CFR 164.514(b)(2)).
        reason: A sentence for the person who typed it.
        replacement: What one tap would put there, None when nothing sensible can.
        verdict: What this span alone asks for.
    """

    start: int
    end: int
    cls: str
    reason: str
    replacement: str | None = None
    verdict: Verdict = Verdict.BLOCK


@dataclass(frozen=True, slots=True)
class Allow:
    """The hospital's and the event's own published facts: never identifiers of a patient by themselves."""

    hospital: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    handles: tuple[str, ...] = ()
    hashtags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class GuardRequest:
    """
    One text in its context.

    Attributes:
        kind: "surgery", "crisis", "training", "press" or "reply" (staff answers and replies before they are shown).
        lang: Detected when None.
        deny: Names of the patient and relatives as registered for the event, in clear only in memory.
        previous: Up to three earlier texts of the event, oldest first.
    """

    text: str
    kind: str
    lang: str | None = None
    staff_allow: tuple[str, ...] = ()
    allow: Allow = field(default_factory=Allow)
    deny: tuple[str, ...] = ()
    previous: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class GuardDecision:
    """`spans` in order of `start`. `code` names why a decision without spans blocks, e.g. "guard_failed"."""

    verdict: Verdict
    spans: tuple[Span, ...] = ()
    lang: str | None = None
    code: str = ""

    def summary(self) -> dict[str, Any]:
        """For storing: classes and counts, never the text."""
        return {
            "decision": str(self.verdict),
            "classes": sorted({span.cls for span in self.spans}),
            "code": self.code,
        }


class Guard(Protocol):
    def check(self, request: GuardRequest) -> GuardDecision:
        """Decide. Pure, offline, some milliseconds."""


def checked(guard: Guard | None, request: GuardRequest) -> GuardDecision:
    """Ask the guard; a guard that is missing or fails blocks (G10)."""
    if guard is None:
        return GuardDecision(Verdict.BLOCK, code="guard_missing")
    try:
        return guard.check(request)
    except Exception:  # noqa: BLE001 - whatever broke, the answer is the same: nothing leaves
        return GuardDecision(Verdict.BLOCK, code="guard_failed")


def allow_from(stored: Mapping[str, Sequence[str]]) -> Allow:
    """The event's stored allow lists as the guard's own type; unknown lists are ignored."""
    return Allow(**{name: tuple(stored.get(name, ())) for name in Allow.__dataclass_fields__})
