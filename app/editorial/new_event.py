"""
Making an event: what it takes, and the event, the lines above its updates and the cue sheet that are made of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from app.config import DelaySettings
from app.editorial import scripted
from app.editorial.above import shown_lines
from app.editorial.complication_now import starter_line
from app.editorial.event_fields import (
    CERTAINTIES,
    SEVERITIES,
    URGENCIES,
    checked_delay,
    checked_hashtags,
    checked_langs,
    one_of,
    slug_of,
)
from app.editorial.safety import least_delay_s, too_short
from app.editorial.texts import checked_label, clean, one_line
from app.errors import InvalidInput
from app.ids import NewId
from app.models import EventKind, LiveEvent, Step


@dataclass(frozen=True, slots=True)
class NewEvent:
    """What it takes to make one. `deny` are names to keep off every channel; they are sealed at once."""

    kind: str
    title: str
    place: str = ""
    headline: str = ""
    default_lang: str = "en"
    langs: Sequence[str] = ("en",)
    hashtags: Sequence[str] = ()
    severity: str | None = None
    urgency: str | None = None
    certainty: str | None = None
    delay_s: int | None = None
    starts_at: datetime | None = None
    slug: str | None = None
    channels: Mapping[str, str | None] = field(default_factory=dict)  # channel id -> audience id
    allow: Mapping[str, Any] = field(default_factory=dict)
    staff_allow: Sequence[str] = ()
    deny: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class NewStep:
    title: str
    texts: Mapping[str, str]
    key_moment: bool = False
    minutes: float | None = None
    branch: str = ""
    label: Mapping[str, str] = field(default_factory=dict)


def event_of(
    new: NewEvent, event_id: str, *, delays: DelaySettings, now: datetime, agreed: bool = False
) -> LiveEvent:
    """
    The event as a draft, without its channels, its cue sheet and the names to keep off.

    Args:
        agreed: It may count down faster than the house's least.

    Raises:
        InvalidInput: a field that cannot be right, or a delay shorter than the house's least.
    """
    if new.kind not in tuple(EventKind):
        raise InvalidInput(f"The kind is one of: {', '.join(EventKind)}.", code="unknown_kind")
    langs = checked_langs(new.langs, new.default_lang)
    delay_s = int(getattr(delays, new.kind)) if new.delay_s is None else checked_delay(new.delay_s)
    least_s = least_delay_s(new.kind, delays)
    if delay_s < least_s and not agreed:
        raise too_short(new.kind, least_s)
    return LiveEvent(
        id=event_id,
        slug=new.slug or slug_of(new.title),
        kind=new.kind,
        title=one_line(new.title, "title", 120),
        place=one_line(new.place, "place", 160, empty=True),
        headline=one_line(new.headline, "headline", 300, empty=True),
        default_lang=new.default_lang,
        langs=langs,
        hashtags=checked_hashtags(new.hashtags),
        severity=one_of(new.severity, SEVERITIES, "severity"),
        urgency=one_of(new.urgency, URGENCIES, "urgency"),
        certainty=one_of(new.certainty, CERTAINTIES, "certainty"),
        delay_s=delay_s,
        starts_at=new.starts_at,
        allow=dict(new.allow),
        staff_allow=[one_line(name, "staff_allow", 100) for name in new.staff_allow],
        created_at=now,
    )


def lines_of(event: LiveEvent, new: NewEvent, steps: Sequence[NewStep]) -> list[tuple[str, str]]:
    """What stands above the texts of a new event and in its address, and what its steps are called, by place."""
    # Made of the title, an address says no more.
    address = [("address", event.slug.replace("-", " "))] if new.slug else []
    named = [("step label", one) for step in steps for one in step.label.values() if one.strip()]
    return [*shown_lines(event), *address, *(("step title", one.title) for one in steps), *named]


def sheet_of(event: LiveEvent, steps: Sequence[NewStep], *, written_by: str, new_id: NewId) -> list[Step]:
    """
    The cue sheet, in its order; for an operation with a line for a complication, whoever brought none.

    Raises:
        InvalidInput: a text, a title or a label that cannot be right.
    """
    sheet = []
    for n, step in enumerate([*steps, *_starter_line(event, steps)], 1):
        texts = {lang: clean(text) for lang, text in step.texts.items()}
        sheet.append(
            Step(
                id=new_id(),
                event_id=event.id,
                n=n,
                title=one_line(step.title, "step title", 80),
                texts=texts,
                label=checked_label(step.label, langs=event.langs, default_lang=event.default_lang),
                slots=scripted.blanks_of(texts),
                key_moment=step.key_moment,
                minutes=step.minutes,
                branch=step.branch,
                parked=step.branch != scripted.MAIN,
                written_by=written_by,
            )
        )
    return sheet


def _starter_line(event: LiveEvent, steps: Sequence[NewStep]) -> list[NewStep]:
    """A draft of the line for a complication, where the house brings none of its own; unsigned, it opens nothing."""
    if event.kind != EventKind.SURGERY or any(step.branch == scripted.COMPLICATION for step in steps):
        return []
    texts = {lang: text for lang, text in starter_line().items() if lang in event.langs}
    if event.default_lang not in texts:
        return []
    return [NewStep("If the course changes", texts, branch=scripted.COMPLICATION)]
