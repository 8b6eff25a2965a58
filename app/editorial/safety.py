"""
Which changes of an event take protection away, so that two people make them. Pure.

Whoever could lower the severity, shorten the countdown or widen what the privacy check lets through alone could also
send alone what needs two. Making things safer needs nobody.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.config import DelaySettings
from app.editorial.approval import URGENT_SEVERITIES
from app.editorial.delegates import checked_chain
from app.errors import InvalidInput
from app.models import EventKind, EventState, LiveEvent

OFF_SCRIPT = ("delay", "nod")
LETS = ("allow", "staff_allow")
"""What the privacy check lets through on an event; S-14 asks two people for it."""
NOT_RUNNING = (EventState.DRAFT, EventState.SCHEDULED)


def least_delay_s(kind: str, delays: DelaySettings) -> float:
    """The shortest countdown that one person may give an event of this kind."""
    return min(delays.surgery_least, delays.surgery) if kind == EventKind.SURGERY else 0.0


def too_short(kind: str, least_s: float) -> InvalidInput:
    return InvalidInput(
        f"Posts about an operation wait at least {least_s:.0f} seconds, so that somebody can pull one back. Give it that; "
        "two people can shorten it afterwards.",
        code="delay_too_short",
        kind=kind,
        least_s=least_s,
    )


def loosens(event: LiveEvent, changes: Mapping[str, Any], least_s: float) -> list[str]:
    """
    The fields of a change that take protection away from an event that is running; of one that is not, a delay
    below the least.
    """
    if event.state in NOT_RUNNING:
        return ["delay_s"] if changes.get("delay_s", least_s) < min(least_s, event.delay_s) else []
    found = []
    if "delay_s" in changes and changes["delay_s"] < event.delay_s:
        found.append("delay_s")
    urgent = event.kind == EventKind.CRISIS and event.severity in URGENT_SEVERITIES
    if "severity" in changes and urgent and changes["severity"] not in URGENT_SEVERITIES:
        found.append("severity")
    if "staff_allow" in changes and set(changes["staff_allow"]) - set(event.staff_allow):
        found.append("staff_allow")
    if "allow" in changes and any(
        set(values) - set(event.allow.get(name, ())) for name, values in changes["allow"].items()
    ):
        found.append("allow")
    if "policy" in changes:
        new = changes["policy"]
        nods = event.policy.get("off_script") == "nod" and new.get("off_script", "nod") != "nod"
        if nods or (event.policy.get("text_only") and new.get("text_only") is False):
            found.append("policy")
    return found


def checked_policy(given: Mapping[str, Any]) -> dict[str, Any]:
    """
    Raises:
        InvalidInput: a setting there is none of, or a value it cannot have.
    """
    checked = dict(given)
    for name, value in given.items():
        if name == "delegates":
            checked[name] = checked_chain(value)
        elif not (
            (name == "off_script" and value in OFF_SCRIPT)
            or (name == "text_only" and isinstance(value, bool))
        ):
            raise InvalidInput(
                "The safety settings are off_script (delay or nod), text_only (true or false) and delegates.",
                code="unknown_policy",
            )
    return checked
