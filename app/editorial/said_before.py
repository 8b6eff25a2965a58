"""
What the privacy check reads a new text together with: an identifier may be split over what is read one after the other.

That is what each channel said last, in its own words where it has some, and what stands above the updates. Words that
wait for a second person are nobody's neighbours yet; they are read again when they begin to count down.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from app.broadcast.neighbours import LAST, SAID, out_last
from app.editorial.above import ABOVE, words_of
from app.editorial.guard.window import leads_on
from app.models import LiveEvent, Update, UpdateRevision

MOST_LINES = 3
LABEL = "label"
"""Where the name of a step on the page stands, in what the guard is given to read."""
READ_WITH = "read_with"
"""In what is kept of a check: which texts stood before this one. None: two people read it as it is."""
_ENDED = re.compile(r"[.!?…]\W*$")


async def said_before(
    session: AsyncSession, event: LiveEvent, out: Sequence[Update] | None = None
) -> dict[str, tuple[str, ...]]:
    """
    Texts, oldest first: by language, and by "channel:language" where a channel said it differently.

    Lines above the updates that may go on in one are there as "above1:language" and so forth; what went out last, as
    "out:language", where it was written long before it went.

    Args:
        out: These, the newest first, in place of the last that are out or count down.
    """
    late: dict[str, tuple[str, ...]] = {}
    if out is None:
        rows = await _newest(session, event)
        went = await out_last(session, event.id)
        if went and went[0].id not in {row.update_id for row in rows}:
            by_lang = await said_before(session, event, went)
            late = {f"out:{lang}": by_lang[lang] for lang in event.langs}
    else:
        rows = [await session.get_one(UpdateRevision, (one.id, one.revision)) for one in out]
    oldest_first = rows[::-1]
    found = {
        lang: tuple(_on_page(row, lang) for row in oldest_first if lang in row.texts) for lang in event.langs
    }
    for adapter, lang in {(a, lang) for row in rows for a, own in row.channel_texts.items() for lang in own}:
        said = [row.channel_texts.get(adapter, {}).get(lang) or row.texts.get(lang) for row in oldest_first]
        found[f"{adapter}:{lang}"] = tuple(text for text in said if text)
    lines = sorted({text for _, text in words_of({name: getattr(event, name) for name in ABOVE})})
    heads = [line for line in lines if leads_on(line)][:MOST_LINES]
    return (
        found | late | {f"above{n}:{event.default_lang}": (ended(line),) for n, line in enumerate(heads, 1)}
    )


def _on_page(row: UpdateRevision, lang: str) -> str:
    """A text with the name of its step, where readers of the page have both before them."""
    label = row.place.get(LABEL, {}).get(lang)
    return f"{ended(label)} {row.texts[lang]}" if label else row.texts[lang]


async def _newest(session: AsyncSession, event: LiveEvent) -> Sequence[UpdateRevision]:
    return (
        (
            await session.execute(
                select(UpdateRevision)
                .join(Update, col(Update.id) == col(UpdateRevision.update_id))
                .where(
                    col(Update.event_id) == event.id,
                    col(Update.revision) == col(UpdateRevision.revision),
                    col(Update.state).in_(SAID),
                )
                .order_by(col(Update.seq).desc())
                .limit(LAST)
            )
        )
        .scalars()
        .all()
    )


def windows(previous: Mapping[str, tuple[str, ...]], where: str, lang: str) -> list[tuple[str, ...]]:
    """
    What stands before a text, each reader's own.

    Args:
        where: A channel, where these are its own words; else they are read wherever it has none.
    """
    own = previous.get(f"{where}:{lang}")
    beside = [
        said
        for key, said in previous.items()
        if key.startswith(("above", "out:")) and key.endswith(f":{lang}")
    ]
    if where:
        found = [previous.get(lang, ()) if own is None else own, *beside]
    else:
        found = [previous.get(lang, ()), *(s for key, s in previous.items() if key.endswith(f":{lang}"))]
    return list(dict.fromkeys(found))


def lines_before(lines: Sequence[str], text: str) -> tuple[str, ...]:
    """The two lines that stand before one of them."""
    at = lines.index(text) if text in lines else 0
    return tuple(ended(line) for line in lines[max(0, at - 2) : at] if line)


def ended(line: str) -> str:
    """A line is read as a sentence of its own, though it has no stop: a headline does not go on in the next one."""
    return line if _ENDED.search(line) or leads_on(line, label_only=True) else f"{line}."
