"""
What of a cue sheet is public: where the operation is, in words that were written for the page. Pure.

A sheet is the theatre's own. Its titles are notes in one language, its texts are of what may never happen, and to see
a step appear, move or be parked would tell of a complication before the family knows. So the page knows of a step only

    the name somebody gave it for the page, its label, signed off with the rest of the step, and
    its place among the steps of the main course that have one, and how many they are,

both written down with the update that it is sent as, and public when that is. Nothing changes on the page while
nothing goes out. Steps without a label are not counted: a hospital that publishes none shows no course at all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

OFF: Mapping[str, Any] = {"n": 0, "of": 0, "label": {}}
"""The place of what is said once the course was left: the page shows none until it is taken up again."""


@dataclass(frozen=True, slots=True)
class Cue:
    """One step of the main course, as far as the page may come to know it."""

    id: str
    label: Mapping[str, str]
    signed: bool
    parked: bool


def place_of(course: Sequence[Cue], step_id: str | None) -> Mapping[str, Any]:
    """
    What an update says of where the operation is; nothing where that stays as it was.

    Args:
        course: The steps of the main course in their order.
        step_id: What the update is sent as, if anything. Its own text may have become another one; its label has not,
            so it is public only where somebody signed it.
    """
    named = [one for one in course if one.label]
    if not named:
        return {}
    if any(one.id == step_id for one in course):
        at = next((n for n, one in enumerate(named, 1) if one.id == step_id and one.signed), 0)
        return {"n": at, "of": len(named), "label": dict(named[at - 1].label)} if at else {}
    # A line of another branch, or one's own words while the course is parked. It was parked before; that is public
    # only now, with words that are about it.
    return OFF if step_id is not None or any(one.parked for one in named) else {}
