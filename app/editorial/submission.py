"""What somebody wants said, and its words as they are kept: clean, and in languages of the event. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from app.editorial.planning import Planned
from app.editorial.texts import clean, clean_texts
from app.errors import InvalidInput
from app.models import LiveEvent, UpdateKind


@dataclass(frozen=True, slots=True)
class TemplateUse:
    """Which template a text was made from, and what was put into its blanks."""

    id: str
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Submission:
    """
    What somebody wants said.

    Attributes:
        channels: Ids; None means every channel of the event that is on.
        confirmed: The person has seen what the guard asks and sends all the same.
        override_reason: Why this should go out although the guard blocks it; a second person decides.
        correction: What will be said if this turns out wrong; approved with it.
        alt: What its picture is said to show, for a preview; a submission has it with its `media`.
        step_id: The step of the cue sheet it was taken from; `step_values` are the figures in its blanks.
        planned: It goes out at a time before the event; a second person reads it.
        in_complication: It is the line that was kept for this hour; nothing else is written before the course is chosen.
    """

    texts: Mapping[str, str]
    channel_texts: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    channels: Sequence[str] | None = None
    kind: str = UpdateKind.UPDATE
    priority: str | None = None
    key_moment: bool = False
    pinned: bool = False
    composed_at: datetime | None = None
    source: str = "api"
    device_id: str | None = None
    device_seq: int | None = None
    answers_reply_id: str | None = None
    confirmed: bool = False
    override_reason: str = ""
    correction: Mapping[str, str] = field(default_factory=dict)
    step_id: str | None = None
    step_values: Mapping[str, str] = field(default_factory=dict)
    in_complication: bool = False
    planned: Planned | None = None
    media: Sequence[str] = ()
    alt: Mapping[str, str] = field(default_factory=dict)
    template: TemplateUse | None = None


def cleaned(event: LiveEvent, submission: Submission) -> tuple[dict[str, str], dict[str, dict[str, str]]]:
    """
    Its texts, and by channel the texts that are said there instead; what is left empty is left out.

    Raises:
        InvalidInput: see `clean_texts`; a channel has a text in a language the event does not use.
    """
    texts = clean_texts(submission.texts, langs=event.langs, default_lang=event.default_lang)
    channel_texts: dict[str, dict[str, str]] = {}
    for adapter, own in submission.channel_texts.items():
        unknown = sorted(set(own) - set(event.langs))
        if unknown:
            raise InvalidInput(
                f"This event does not use the language “{unknown[0]}”.", code="unknown_language"
            )
        kept = {
            lang: clean(text, where=f"channel_texts.{adapter}.{lang}")
            for lang, text in own.items()
            if text.strip()
        }
        if kept:
            channel_texts[adapter] = kept
    return texts, channel_texts


def cleaned_correction(event: LiveEvent, texts: Mapping[str, str]) -> dict[str, str]:
    """The correction that is kept with an alert; in the event's own language at least, where there is one."""
    if not any(text.strip() for text in texts.values()):
        return {}
    return clean_texts(texts, langs=event.langs, default_lang=event.default_lang)
