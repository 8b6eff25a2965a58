"""
The weighted length of a post on X, its links and hashtags.

A link weighs 23 however long it is, an emoji 2 however many code points it has, a letter of most alphabets 1 and
everything else 2. Source: twitter-text 3.1.0, configuration 3; versions 1 and 2 are here because its own
conformance cases were written for them.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from app.channels.measure.links import Link, find_links
from app.channels.measure.result import Measured, Offender
from app.channels.measure.tables import X


@dataclass(frozen=True, slots=True)
class Config:
    """One published configuration of the count."""

    limit: int
    url: int
    heavy: int
    light: int
    light_ranges: tuple[tuple[int, int], ...]
    emoji: bool

    @classmethod
    def read(cls, version: str) -> Config:
        table = X["configs"][version]
        return cls(**{**table, "light_ranges": tuple((low, high) for low, high in table["light_ranges"])})


V1: Final = Config.read("v1")
V2: Final = Config.read("v2")
V3: Final = Config.read("v3")


@dataclass(frozen=True, slots=True)
class Hashtag:
    """`text` without its sign, which stands at `start`."""

    text: str
    start: int
    end: int


_EMOJI: Final = re.compile(X["emoji"])
# No sequence is without one of these: joiner, selector, keycap, flag letter, skin tone, tag.
_IN_SEQUENCES: Final = re.compile(
    "[\u200d\ufe0f\u20e3\U0001f1e6-\U0001f1ff\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f]"
)
_INVALID: Final = re.compile(f"[{X['invalid']}]")
_HEAVY: Final = {
    config.light_ranges: re.compile(
        "[^" + "".join(rf"\U{low:08x}-\U{high:08x}" for low, high in config.light_ranges) + "]"
    )
    for config in (V2, V3)
}


def measure_x(text: str, *, config: Config = V3, limit: int | None = None) -> Measured:
    """
    Weigh a post.

    Args:
        limit: What the account may post, where that is more than usual.
    """
    most = config.limit if limit is None else limit
    weight = weigh(text, config)
    offenders = tuple(Offender(m.group(), m.start(), "") for m in _INVALID.finditer(text))
    return Measured(weight=weight, limit=most, fits=0 < weight <= most and not offenders, offenders=offenders)


def weigh(text: str, config: Config = V3) -> int:
    """The weighted length alone, of a text in any normal form."""
    text = unicodedata.normalize("NFC", text)
    # At one place a link counts before an emoji, and what lies inside either is not looked at again.
    entities = [(link.start, 0, len(link.text), config.url) for link in find_links(text)]
    if config.emoji and _IN_SEQUENCES.search(text):
        entities += [(m.start(), 1, len(m.group()), config.heavy) for m in _EMOJI.finditer(text)]
        entities.sort()
    weight = at = 0
    for start, _, length, worth in entities:
        if start < at:
            continue
        weight += _weigh_characters(text[at:start], config) + worth
        at = start + length
    return weight + _weigh_characters(text[at:], config)


def _weigh_characters(text: str, config: Config) -> int:
    if not config.light_ranges:
        return len(text) * config.heavy
    heavy = 0 if text.isascii() else len(_HEAVY[config.light_ranges].findall(text))
    return heavy * config.heavy + (len(text) - heavy) * config.light


def extract_links(text: str) -> list[Link]:
    """Links of a text as it is; a post with one costs more, so the author is told. Offsets are of the NFC form."""
    return find_links(unicodedata.normalize("NFC", text))


def extract_hashtags(text: str) -> list[Hashtag]:
    """Hashtags that X would make into links, those inside links left out."""
    tags: list[Hashtag] = []
    resume_at = 0
    for sign in re.finditer("[#＃]", text):
        start = sign.start()
        if start < resume_at or not _may_precede_tag(text, start, resume_at):
            continue
        end = start + 1
        while end < len(text) and _is_tag_character(text[end]):
            end += 1
        body = text[start + 1 : end]
        if body[:1] in ("\ufe0f", "\u20e3") or not any(
            unicodedata.category(char)[0] in "LM" for char in body
        ):
            continue
        resume_at = end
        if not text.startswith(("#", "＃", "://"), end):
            tags.append(Hashtag(body, start, end))
    return _outside_links(tags, find_links(text)) if tags else tags


def _may_precede_tag(text: str, start: int, resume_at: int) -> bool:
    if start == 0:
        return True
    before = text[start - 1]
    if start - 1 < resume_at:
        return False
    return before in "\ufe0e\ufe0f" or not (_is_tag_character(before) or before == "&")


def _is_tag_character(char: str) -> bool:
    category = unicodedata.category(char)
    return category[0] in "LM" or category == "Nd" or char in X["hashtag_marks"]


def _outside_links(tags: list[Hashtag], links: list[Link]) -> list[Hashtag]:
    kept: list[Hashtag] = []
    covered_to = 0
    entities: list[Hashtag | Link] = [*tags, *links]
    for entity in sorted(entities, key=lambda entity: entity.start):
        if entity.start < covered_to:
            continue
        covered_to = entity.end
        if isinstance(entity, Hashtag):
            kept.append(entity)
    return kept
