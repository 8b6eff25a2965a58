"""What the guard sees in the texts of one update: each by itself, with the place it stands in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from app.editorial.guard import Guard, GuardDecision, GuardRequest, Verdict, allow_from, checked
from app.editorial.said_before import lines_before, windows
from app.errors import Forbidden
from app.models.live_event import LiveEvent

PLACES = "B"
"""The Safe Harbor class of geography."""


@dataclass(frozen=True, slots=True)
class Looked:
    """What the guard said of one text. `where` names the channel whose own words it is, empty for the text of all."""

    where: str
    lang: str
    decision: GuardDecision


def look_at(
    guard: Guard | None,
    event: LiveEvent,
    places: Iterable[tuple[str, str, str]],
    deny: tuple[str, ...],
    previous: Mapping[str, tuple[str, ...]],
    asked: str | None,
) -> list[Looked]:
    """
    Args:
        places: Where a text stands, its language, the text.
        asked: The question that is answered, None when nothing is. An answer is looked at twice: as what it is on this
            event, and as an answer, which must not confirm to whoever asked that somebody is a patient.
    """
    kinds: list[tuple[str, tuple[str, ...]]] = [(event.kind, ())]
    if asked is not None:
        kinds.append(("reply", (asked,) if asked else ()))
    return [
        Looked(
            where,
            lang,
            checked(
                guard,
                GuardRequest(
                    text=text,
                    kind=kind,
                    lang=lang,
                    staff_allow=tuple(event.staff_allow),
                    allow=allow_from(event.allow),
                    deny=deny,
                    previous=(*before, *question),
                ),
            ),
        )
        for where, lang, text in places
        for kind, question in kinds
        for before in windows(previous, where, lang)
    ]


def obey(guard: GuardDecision, *, confirmed: bool) -> None:
    """
    Raises:
        Forbidden: the guard blocks, or asks and nobody confirmed; `spans` say where.
    """
    if guard.verdict == Verdict.BLOCK:
        raise blocked(guard)
    if guard.verdict == Verdict.ASK and not confirmed:
        raise Forbidden(
            "The privacy check asks you to look again. Send once more if it is right.",
            code="guard_asks",
            spans=spans_of(guard),
        )


def obey_above(
    guard: Guard | None,
    event: LiveEvent,
    said: Iterable[tuple[str, str]],
    deny: tuple[str, ...],
    *,
    confirmed: bool,
    previous: Mapping[str, tuple[str, ...]] | None = None,
    among: Sequence[tuple[str, str]] = (),
) -> None:
    """
    A title, a place, a headline, a hashtag: what stands above the texts and is seen by whoever sees them.

    A place has to name one, so what the guard only knows as geography is asked about there and never blocked.

    Args:
        said: Where it stands, and what it says.
        previous: See `said_before`; each line is read after it, and after the lines above it.
        among: All lines as they stand on the page, where only some of them are `said`.
        confirmed: The person has seen what the guard asks and keeps it all the same.

    Raises:
        Forbidden: the guard blocks one, or asks and nobody confirmed; `spans` say where, `where` in which field.
    """
    lang = event.default_lang
    asked: list[tuple[str, GuardDecision]] = []
    lines = list(said)
    order = [text for _, text in among or lines if text]
    for where, text in lines:
        before = dict.fromkeys(((previous or {}).get(lang, ()), lines_before(order, text)))
        decision = strictest(
            [
                one
                for window in (before if text else ())
                for one in look_at(guard, event, [(where, lang, text)], deny, {lang: window}, None)
            ]
        )
        if where == "place":
            decision = _of_place(decision)
        if decision.verdict == Verdict.BLOCK:
            raise blocked(decision, where=where)
        if decision.verdict == Verdict.ASK:
            asked.append((where, decision))
    if asked and not confirmed:
        where, decision = asked[0]
        raise Forbidden(
            f"The privacy check asks you to look again at the {where}. Confirm it if it is right.",
            code="guard_asks",
            spans=spans_of(decision),
            where=where,
        )


def _of_place(decision: GuardDecision) -> GuardDecision:
    if decision.verdict != Verdict.BLOCK or not decision.spans:
        return decision
    if any(span.cls != PLACES and span.verdict == Verdict.BLOCK for span in decision.spans):
        return decision
    return replace(decision, verdict=Verdict.ASK)


def blocked(guard: GuardDecision, **where: str) -> Forbidden:
    """What a caller is told of a text that the guard blocks."""
    spans = spans_of(guard)
    if not spans:
        return Forbidden(
            "The privacy check is not working, so nothing can be sent. Tell the engineer on duty.",
            code=guard.code or "guard_failed",
        )
    return Forbidden(
        f"{spans[0]['reason']} Change the marked words, then send.",
        code="guard_blocked",
        spans=spans,
        **where,
    )


def spans_of(guard: GuardDecision) -> list[dict[str, object]]:
    return [
        {"start": s.start, "end": s.end, "class": s.cls, "reason": s.reason, "replacement": s.replacement}
        for s in guard.spans
    ]


def strictest(looked: Sequence[Looked]) -> GuardDecision:
    """The first of the strictest."""
    order = (Verdict.PASS, Verdict.ASK, Verdict.BLOCK)
    worst = GuardDecision(Verdict.PASS)
    for one in looked:
        if order.index(one.decision.verdict) > order.index(worst.verdict):
            worst = one.decision
    return worst
