"""
The sentence that a person agrees to: what is done, where, to whom, on which channels, when, and what it costs. Pure.

The button repeats the verb, so that nobody agrees to "OK".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import isfinite

from app.broadcast.forecasts import ChannelPlan
from app.editorial.corrections import Told, people_words
from app.models import UpdateKind

_DAY_S = 86_400.0
_VERBS: Mapping[str, str] = {
    UpdateKind.CORRECTION: "Correct",
    UpdateKind.RETRACTION: "Take back",
    UpdateKind.ALL_CLEAR: "Give the all clear to",
    UpdateKind.ANSWER: "Answer",
}


@dataclass(frozen=True, slots=True)
class Share:
    """One channel of what is confirmed. `people` is None on channels whose followers nobody has counted."""

    name: str
    people: int | None
    seconds: float
    cost: float | None


@dataclass(frozen=True, slots=True)
class Confirmation:
    """`sentence` is read, `button` is pressed."""

    sentence: str
    button: str
    people: int
    seconds: float
    cost: float | None


def told_of(plan: ChannelPlan) -> Told:
    """Time and money of one channel's plan, in figures to say and to add."""
    # What never starts within a day is as long as a plan can say.
    seconds = plan.forecast.last_s if isfinite(plan.forecast.last_s) else _DAY_S
    return Told(max(1.0, seconds), None if plan.cost.kind == "unpriced" else float(plan.cost.amount or 0))


def confirm(
    *,
    event_kind: str,
    kind: str,
    place: str,
    shares: Sequence[Share],
    delay_s: float,
    drill: bool,
    planned: str = "",
) -> Confirmation:
    """Say it in words. `planned`: day and time of what goes out before the event."""
    people = sum(share.people or 0 for share in shares)
    verb = _VERBS.get(kind, "Alert" if event_kind == "crisis" else "Tell")
    texted = [share.name for share in shares if share.people is not None]
    pages = [share.name for share in shares if share.people is None]
    whom = people_words(people) if people else "everybody"
    on = []
    if texted:
        on.append(f"{people_words(people)} by {listed(texted)}")
    on.append(f"everybody who follows {listed([*pages, 'our page'])}")
    seconds = max((share.seconds for share in shares), default=0.0)
    cost: float | None = 0.0
    if not drill:
        costs = [share.cost for share in shares]
        cost = None if any(one is None for one in costs) else round(sum(one or 0.0 for one in costs), 2)
    about = f" about {place}" if place else ""
    when = "It goes out at once" if delay_s < 1 else f"It goes out {delay_s:.0f} s after you agree"
    if planned:
        when = f"It goes out by itself on {planned}"
    done = "" if seconds < 60 else f", and the last text is sent about {-(-seconds // 60):.0f} min later"
    money = "The cost is not known: no price is set." if cost is None else f"It costs {cost:.2f}."
    if drill:
        money = "This is a drill: it goes to the simulators and costs nothing."
    return Confirmation(
        f"{verb} {' and '.join(on)}{about}. {when}{done}. {money}", f"{verb} {whom}", people, seconds, cost
    )


def day_and_time(local: datetime) -> str:
    """ "Monday 23 November at 17:00", in the hospital's own time."""
    return f"{local:%A} {local.day} {local:%B} at {local:%H:%M}"


def listed(names: Sequence[str]) -> str:
    """ "X, Facebook and our page"."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
