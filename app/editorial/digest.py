"""
One post that tells several updates: a word that says so, each one's text cut fairly, and where all of it stands. Pure,
but for `Digest`, which reads the texts.

The stamp of a drill and the channel's own count are those of every other post. What does not fit with at least
`LEAST_CHARS` of each text is left for a later post.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from app.broadcast.coalescing import MOST_TOLD
from app.channels.measure import measure
from app.channels.measure.graphemes import grapheme_borders
from app.channels.measure.links import find_links
from app.channels.registry import kind as adapter_kind
from app.editorial.render import STAMPS
from app.models import Channel, LiveEvent, Update, UpdateRevision

IN_SHORT: Mapping[str, str] = {
    "en": "In short:",
    "it": "In breve:",
    "fr": "En bref :",
    "es": "En resumen:",
    "ca": "En resum:",
}
LEAST_CHARS = 24
LONGEST_SLUG = 60
_ADDRESS = re.compile(r"\S+://\S+")


def compose(
    texts: Sequence[str], *, lang: str, link: str, stamp: str, rule: str, limit: int
) -> tuple[int, str]:
    """How many of the texts fit, from the first on, and the post; (0, "") when not even one does."""
    for n in range(len(texts), 0, -1):
        told = [" ".join(text.split()) for text in texts[:n]]

        def post(most: int, told: Sequence[str] = told) -> str:
            lines = [
                f"{stamp}{IN_SHORT.get(lang, IN_SHORT['en'])}",
                *(f"• {cut(text, most)}" for text in told),
            ]
            return "\n".join([*lines, link])

        def fits(most: int, post: Callable[[int], str] = post) -> bool:
            return measure(rule, post(most), limit=limit).fits

        low, high = LEAST_CHARS, max(LEAST_CHARS, *(len(text) for text in told))
        if not fits(low):
            continue
        while low < high:
            middle = (low + high + 1) // 2
            low, high = (middle, high) if fits(middle) else (low, middle - 1)
        return n, post(low)
    return 0, ""


@lru_cache(maxsize=32)
def room(link: str, rule: str, limit: int, *, drill: bool) -> int:
    """How many updates a post tells however long they are: in the wordiest language, in letters that count once."""
    long = ["x" * 2 * LEAST_CHARS] * MOST_TOLD
    posts = (
        compose(long, lang=lang, link=link, stamp=f"{STAMPS[lang]} " if drill else "", rule=rule, limit=limit)
        for lang in IN_SHORT
    )
    return max(1, min(n for n, _ in posts))


def cut(text: str, most: int) -> str:
    """At most so many characters, “…” included, at the end of a word; never through a link or a character."""
    if len(text) <= most:
        return text
    whole = [(link.start, link.end) for link in find_links(text)]
    whole += [found.span() for found in _ADDRESS.finditer(text)]
    inside = {index for start, end in whole for index in range(start + 1, end)}
    borders = [at for at in grapheme_borders(text) if at < most and at not in inside]
    words = [at for at in borders if at and text[at].isspace()]
    at = (words or [0])[-1]
    if at < most // 2:
        at = max(borders, default=0)
    return text[:at].rstrip(" ,;:–-") + "…"


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
