"""
The timeline for search engines: schema.org LiveBlogPosting. Pure; says what the page says and nothing else.

Source: schema.org/LiveBlogPosting, read 2026-11-14. Replies are left out: they are other people's words.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from app.feeds.event_page import state_of
from app.feeds.texts import chosen, headline_and_rest
from app.schemas.frames import EventState, Item

UPDATES_MOST = 200
STILL_GOING = timedelta(hours=6)
"""How far ahead the end of a running event is estimated; an end in the past would take the word "live" away."""


def live_blog(
    event: EventState, items: Sequence[Item], *, url: str, hospital: str, lang: str, now: datetime
) -> dict[str, Any]:
    """`items` newest first, as the page shows them."""
    updates = [item for item in items if item.type == "update" and item.state == "shown" and item.texts]
    # What was corrected or taken back counts, though it is not quoted: else the page would be older than it was before.
    newest_at = max((item.at for item in items if item.type == "update"), default=event.started_at or now)
    started_at = event.started_at or (updates[-1].at if updates else now)
    publisher = {"@type": "Organization", "name": hospital}
    document: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "LiveBlogPosting",
        "@id": url,
        "url": url,
        "mainEntityOfPage": url,
        "headline": event.headline or event.title,
        "description": event.title,
        "inLanguage": lang,
        "datePublished": iso(started_at),
        "dateModified": iso(newest_at),
        "coverageStartTime": iso(started_at),
        "author": publisher,
        "publisher": publisher,
        "about": {"@type": "Event", "name": event.title, "startDate": iso(started_at)},
        "liveBlogUpdate": [_posting(item, event, url, lang) for item in updates[:UPDATES_MOST]],
    }
    if event.place:
        document["about"]["location"] = {"@type": "Place", "name": event.place}
    ended = event.ended_at if state_of(event) == "ended" else None
    document["coverageEndTime"] = iso(ended or now + STILL_GOING)
    return document


def _posting(item: Item, event: EventState, url: str, lang: str) -> dict[str, Any]:
    used, text = chosen(item.texts, lang, event.default_lang)
    headline, _ = headline_and_rest(text)
    return {
        "@type": "BlogPosting",
        "@id": f"{url}#i-{item.id}",
        "url": f"{url}/{item.id}",
        "headline": headline or text[:110],
        "articleBody": text,
        "inLanguage": used,
        "datePublished": iso(item.at),
    }


def iso(at: datetime) -> str:
    return at.isoformat(timespec="seconds").replace("+00:00", "Z")
