"""
From what somebody wrote to what each channel will be sent: language, drill stamp, hashtags, parts. Pure.

The stamp is the engine's: counted, translated, not editable, and on every part of a thread.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from app.channels.base import Capabilities
from app.channels.measure import Measured, measure
from app.channels.measure.split import split
from app.errors import InvalidInput
from app.models import LiveEvent

STAMPS: Mapping[str, str] = {
    "en": "DRILL DRILL DRILL.",
    "it": "ESERCITAZIONE ESERCITAZIONE ESERCITAZIONE.",
    "fr": "EXERCICE EXERCICE EXERCICE.",
    "es": "SIMULACRO SIMULACRO SIMULACRO.",
    "ca": "SIMULACRE SIMULACRE SIMULACRE.",
}
BANNED_IN_DRILLS: Mapping[str, Sequence[str]] = {
    "en": ("not a drill", "no drill"),
    "it": ("non è un'esercitazione", "non è una esercitazione"),
    "fr": ("pas un exercice",),
    "es": ("no es un simulacro",),
    "ca": ("no és un simulacre",),
}


@dataclass(frozen=True, slots=True)
class Target:
    """A channel as rendering sees it. `lang` is what it is sent in when a text in it exists."""

    channel_id: str
    adapter: str
    name: str
    capabilities: Capabilities
    lang: str | None = None
    people: int | None = None


@dataclass(frozen=True, slots=True)
class Rendered:
    """One channel's final parts, and the measure of the longest-weighing one."""

    target: Target
    lang: str
    parts: tuple[str, ...]
    measured: Measured

    @property
    def fits(self) -> bool:
        return bool(self.parts) and self.measured.fits


def render(
    target: Target,
    *,
    texts: Mapping[str, str],
    channel_texts: Mapping[str, Mapping[str, str]],
    default_lang: str,
    hashtags: Sequence[str],
    drill: bool,
) -> Rendered:
    """
    Args:
        texts: Cleaned, the default language present.
        channel_texts: By adapter name; what that channel says instead.
    """
    own = channel_texts.get(target.adapter, {})
    lang = next(
        (tag for tag in (target.lang, default_lang) if tag and (tag in own or tag in texts)), default_lang
    )
    text = with_hashtags(own.get(lang) or texts[lang], hashtags)
    stamp = f"{STAMPS.get(lang, STAMPS['en'])} " if drill else ""
    rule, limit = target.capabilities.measure, target.capabilities.max_weight
    whole = measure(rule, stamp + text, limit=limit)
    if whole.fits or not target.capabilities.threads:
        return Rendered(target, lang, (stamp + text,), whole)
    try:
        parts = tuple(
            stamp + part
            for part in split(text, limit, lambda part: measure(rule, stamp + part, limit=limit).weight)
        )
    except InvalidInput:
        return Rendered(target, lang, (stamp + text,), whole)
    heaviest = max((measure(rule, part, limit=limit) for part in parts), key=lambda one: one.weight)
    return Rendered(target, lang, parts, heaviest)


def with_hashtags(text: str, hashtags: Sequence[str]) -> str:
    """The event's tags at the end, those that the text does not have yet."""
    folded = text.casefold()
    missing = [tag for tag in hashtags if f"#{tag.lstrip('#')}".casefold() not in folded]
    return " ".join([text, *(f"#{tag.lstrip('#')}" for tag in missing)]) if missing else text


def banned_in_drill(texts: Iterable[str]) -> str | None:
    """The words that no drill may say, if one of the texts says them."""
    for text in texts:
        folded = " ".join(text.casefold().replace("’", "'").split())
        for phrases in BANNED_IN_DRILLS.values():
            for phrase in phrases:
                if phrase in folded:
                    return phrase
    return None


def refuse_denial(texts: Iterable[str]) -> None:
    """
    Raises:
        InvalidInput: in a drill one of these would say that it is none.
    """
    if words := banned_in_drill(texts):
        raise InvalidInput(f"A drill must never say “{words}”. Take these words out.", code="banned_in_drill")


def render_for(
    event: LiveEvent,
    target: Target,
    texts: Mapping[str, str],
    channel_texts: Mapping[str, Mapping[str, str]],
    *,
    drill: bool,
) -> Rendered:
    """What a channel is sent of an event's update. Hashtags go with posts, not with text messages."""
    return render(
        target,
        texts=texts,
        channel_texts=channel_texts,
        default_lang=event.default_lang,
        hashtags=event.hashtags if target.capabilities.measure != "sms" else (),
        drill=drill,
    )


def must_fit(rendered: Rendered) -> None:
    """
    Raises:
        InvalidInput: too long for the channel.
    """
    if not rendered.fits:
        over = rendered.measured.weight - rendered.measured.limit
        name = rendered.target.name
        raise InvalidInput(
            f"{over} over on {name}. Shorten the text, or give {name} one of its own.",
            code="too_long",
            channel_id=rendered.target.channel_id,
            over=over,
        )
