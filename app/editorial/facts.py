"""
The facts sheet: what we know, what we do not, what to do; as of when, from whom, and every change of a figure. Pure.

A count that changes without a word is taken for an error, or for hiding something. So what is known names its source,
and each line that came or went is kept with the moment and the person, for the desk.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from app.editorial.texts import one_line
from app.errors import InvalidInput

BOXES = ("know", "unknown", "do")
SOURCE = "source"
HISTORY = "history"
MOST_LINES = 50


def checked_facts(value: Mapping[str, Any]) -> dict[str, Any]:
    """
    Raises:
        InvalidInput: a line that cannot be right, or facts that nobody vouches for.
    """
    boxes = {box: [one_line(line, box, 200) for line in value.get(box, ())] for box in BOXES}
    source = one_line(value.get(SOURCE, ""), SOURCE, 120, empty=True)
    if boxes["know"] and not source:
        raise InvalidInput(
            "Say who vouches for what we know: the fire service, the ward, our own count.",
            code="source_needed",
        )
    return {**boxes, SOURCE: source}


def revised(before: Mapping[str, Any], new: Mapping[str, Any], *, by: str, now: datetime) -> dict[str, Any]:
    """The sheet as it is from now on. Looking again without a change moves its time and adds no line of history."""
    was, known = list(before.get("know", ())), list(new["know"])
    history = list(before.get(HISTORY, ()))
    gone, come = [one for one in was if one not in known], [one for one in known if one not in was]
    at = now.isoformat(timespec="seconds")
    if gone or come:
        history.append({"at": at, "by": by, "was": gone, "now": come, "source": new[SOURCE]})
    return {**new, "checked_at": at, HISTORY: history[-MOST_LINES:]}
