"""
One post that tells several updates: a word that says so, each one's text cut fairly, and where all of it stands. Pure,
but for `Digest`, which reads the texts.

The stamp of a drill, the event's hashtags and the channel's own count are those of every other post. Shares are in what a
text weighs there, since a sign of some alphabets counts twice. What does not fit with at least `LEAST_WEIGHT` of each
text is left for a later post; hashtags are left out before a text is.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from functools import lru_cache, partial

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from app.broadcast.coalescing import MOST_TOLD
from app.channels.measure import measure
from app.channels.measure.graphemes import grapheme_borders
from app.channels.measure.links import find_links
from app.channels.registry import kind as adapter_kind
from app.editorial.render import STAMPS, with_hashtags
from app.models import Channel, LiveEvent, Update, UpdateRevision

IN_SHORT: Mapping[str, str] = {
    "en": "In short:",
    "it": "In breve:",
    "fr": "En bref :",
    "es": "En resumen:",
    "ca": "En resum:",
}
LEAST_WEIGHT = 25  # a link on X, and the “…” after it
LONGEST_SLUG = 60
_ADDRESS = re.compile(r"\S+://\S+")


def compose(
    texts: Sequence[str],
    *,
    lang: str,
    link: str,
    stamp: str,
    rule: str,
    limit: int,
    hashtags: Sequence[str] = (),
) -> tuple[int, str]:
    """How many of the texts fit, from the first on, and the post; (0, "") when not even one does."""
    whole = [" ".join(text.split()) for text in texts]
    first = f"{stamp}{IN_SHORT.get(lang, IN_SHORT['en'])}"
    for n in range(len(whole), 0, -1):
        for tags in (hashtags[:kept] for kept in range(len(hashtags), -1, -1)):
            post = _shared(whole[:n], first=first, link=link, tags=tags, rule=rule, limit=limit)
            if post is not None:
                return n, post
    return 0, ""


def _shared(
    texts: Sequence[str], *, first: str, link: str, tags: Sequence[str], rule: str, limit: int
) -> str | None:
    """All of the texts in one post, each with as large a share as all can have; None where the least is too much."""

    def post(most: int) -> str:
        lines = [first, *(f"• {cut(text, most, rule)}" for text in texts), link]
        return with_hashtags("\n".join(lines), tags)

    def fits(most: int) -> bool:
        return measure(rule, post(most), limit=limit).fits

    low, high = LEAST_WEIGHT, max(LEAST_WEIGHT, *(measure(rule, text).weight for text in texts))
    if not fits(low):
        return None
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if fits(middle) else (low, middle - 1)
    return post(low)


@lru_cache(maxsize=32)
def room(link: str, rule: str, limit: int, *, drill: bool) -> int:
    """How many updates a post tells however long they are, and in whatever letters: in the wordiest language."""
    long = ["x" * 2 * LEAST_WEIGHT] * MOST_TOLD
    posts = (
        compose(long, lang=lang, link=link, stamp=f"{STAMPS[lang]} " if drill else "", rule=rule, limit=limit)
        for lang in IN_SHORT
    )
    return max(1, min(n for n, _ in posts))


def cut(text: str, most: int, rule: str) -> str:
    """
    At most so heavy, “…” included, at the end of a word; never through a link or a character.

    Through a word only where it is the first one and too long by itself.
    """
    weigh = partial(_weight, rule)
    if weigh(text) <= most:
        return text
    whole = [(link.start, link.end) for link in find_links(text)]
    whole += [found.span() for found in _ADDRESS.finditer(text)]
    inside = {index for start, end in whole for index in range(start + 1, end)}
    borders = [at for at in grapheme_borders(text)[:-1] if at not in inside]
    fitting = borders[: bisect_right(borders, most, key=lambda at: weigh(_ended(text, at)))]
    words = [at for at in fitting if text[at].isspace() or _is_wide(text[at - 1]) or _is_wide(text[at])]
    at = max(words or fitting, default=0)
    return _ended(text, at)


def _ended(text: str, at: int) -> str:
    return text[:at].rstrip(" ,;:–-") + "…"


def _weight(rule: str, text: str) -> int:
    return measure(rule, text).weight


def _is_wide(char: str) -> bool:
    """Of those that stand without spaces between words, such as Chinese; an emoji is one too."""
    return unicodedata.east_asian_width(char) in "WF"


class Digest:
    """
    Reads what each update says on a channel, and composes.

    Args:
        public_url: Where the event's page is.
    """

    def __init__(self, public_url: str, *, drill: bool) -> None:
        self._public_url = public_url.rstrip("/")
        self._drill = drill

    async def __call__(
        self, session: AsyncSession, channel: Channel, update_ids: Sequence[str]
    ) -> tuple[int, str]:
        rows = await session.execute(
            select(
                col(Update.id),
                col(UpdateRevision.texts),
                col(UpdateRevision.channel_texts),
                col(LiveEvent.slug),
                col(LiveEvent.default_lang),
                col(LiveEvent.hashtags),
            )
            .join(LiveEvent, col(LiveEvent.id) == col(Update.event_id))
            .join(
                UpdateRevision,
                (col(UpdateRevision.update_id) == col(Update.id))
                & (col(UpdateRevision.revision) == col(Update.revision)),
            )
            .where(col(Update.id).in_(update_ids))
        )
        found = {row.id: row for row in rows}
        first = found[update_ids[0]]
        own_lang = channel.settings.get("lang")
        langs = [tag for tag in (own_lang, first.default_lang) if isinstance(tag, str)]
        texts = [_said(found[id_], channel.adapter, langs) for id_ in update_ids]
        lang = langs[0] if langs[0] in first.texts else first.default_lang
        can = adapter_kind(channel.adapter).capabilities
        return compose(
            texts,
            lang=lang,
            link=f"{self._public_url}/e/{first.slug}",
            stamp=f"{STAMPS.get(lang, STAMPS['en'])} " if self._drill else "",
            rule=can.measure,
            limit=can.max_weight,
            hashtags=first.hashtags if can.measure != "sms" else (),
        )

    def most(self, channel: Channel) -> int:
        can = adapter_kind(channel.adapter).capabilities
        return room(
            f"{self._public_url}/e/{'x' * LONGEST_SLUG}", can.measure, can.max_weight, drill=self._drill
        )


def _said(row: object, adapter: str, langs: Sequence[str]) -> str:
    own: Mapping[str, str] = row.channel_texts.get(adapter, {})  # type: ignore[attr-defined]
    texts: Mapping[str, str] = row.texts  # type: ignore[attr-defined]
    return next(
        (said for tag in langs if (said := own.get(tag) or texts.get(tag))), next(iter(texts.values()))
    )
