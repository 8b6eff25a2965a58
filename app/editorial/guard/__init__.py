"""The privacy guard: nothing identifying slips out, nothing harmless is stopped."""

from app.editorial.guard.decision import (
    Allow,
    Guard,
    GuardDecision,
    GuardRequest,
    Span,
    Verdict,
    allow_from,
    checked,
)

__all__ = ["Allow", "Guard", "GuardDecision", "GuardRequest", "Span", "Verdict", "allow_from", "checked"]
