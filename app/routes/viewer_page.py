"""
The public page of an event: readable, complete HTML first, from the same bytes that the stream would send.

Made once for each change, language and minute and then served as bytes, so a crowd costs one rendering. The page
carries the snapshot it was made from; a browser that runs scripts goes on from there by deltas alone.
"""

from __future__ import annotations

import hashlib
import json
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Any
from urllib.parse import quote, urlsplit
from zoneinfo import ZoneInfo

import segno
from markupsafe import Markup

from app.feeds.event_page import (
    SEVERITY_BARS,
    ItemView,
    Reader,
    about_patient,
    is_delayed,
    is_key,
    item_view,
    outcome,
    pinned_as_of,
    pinned_boxes,
    pinned_source,
    standing,
    state_of,
    step_view,
)
from app.feeds.live_blog import live_blog
from app.feeds.texts import chosen
from app.feeds.words import NAMES, Words, language_name
from app.routes.page_assets import Entry
from app.routes.page_templates import render
from app.schemas.frames import EventState, Item, Snapshot

ENTRY = "viewer/main.ts"
KEPT_PAGES = 64
SCRIPT_WORDS = (
    "view.",
    "correct.",
    "retract.",
    "clear.",
    "pin.",
    "stop.public",
    "empty.viewer",
    "title.mode",
)


@dataclass(frozen=True, slots=True)
class Site:
    """What is the same on every public page of this process."""

    hospital: str
    public_url: str
    drill: bool
    zone: ZoneInfo
    emergency_number: str
    words_in: Callable[[str], Words]

    @property
    def host(self) -> str:
        return urlsplit(self.public_url).netloc


@dataclass(frozen=True, slots=True)
class Made:
    """A page as it is served."""

    body: bytes
    etag: str


class PageShelf:
    """Finished pages by what they depend on; the oldest make room."""

    def __init__(self, most: int = KEPT_PAGES) -> None:
        self._most = most
        self._pages: OrderedDict[tuple[Any, ...], Made] = OrderedDict()

    def get(self, key: tuple[Any, ...], make: Callable[[], str]) -> Made:
        found = self._pages.get(key)
        if found is None:
            body = make().encode()
            found = self._pages[key] = Made(body, f'"{hashlib.sha256(body).hexdigest()[:24]}"')
            while len(self._pages) > self._most:
                self._pages.popitem(last=False)
        else:
            self._pages.move_to_end(key)
        return found


def language_of(event: EventState, asked: str) -> str:
    """The language to speak: the one asked for if the event or our catalogues have it, else the event's own."""
    return asked if asked in event.langs or asked in NAMES else event.default_lang


def reader_for(site: Site, event: EventState, asked: str, now: datetime) -> Reader:
    lang = language_of(event, asked)
    return Reader(site.words_in(lang), lang, event.default_lang, site.zone, now)


def event_page(
    site: Site,
    entry: Entry,
    snapshot: Snapshot,
    reader: Reader,
    *,
    only_key: bool = False,
    older_than: str = "",
    older: str | None = None,
    newest: Sequence[Item] | None = None,
) -> str:
    """
    Args:
        newest: What has been said last, for the head of a page of the past: how things stand is how they stand now.
        older_than: The cursor this page was asked for; a page of the past is not a live one.
        older: The cursor of the page before, if there is one.
    """
    event, words = snapshot.event, reader.words
    by_id = {item.id: item for item in snapshot.items}
    views = [item_view(item, by_id, reader, event.slug) for item in snapshot.items if item.state != "removed"]
    latest = snapshot.items if newest is None else tuple(newest)
    last = next((item for item in latest if item.type == "update"), None)
    said = standing(event, last.at if last else None, reader)
    here = f"/e/{event.slug}"
    query = "" if reader.lang == event.default_lang else f"?lang={reader.lang}"
    canonical = site.public_url + here
    headline, lead = heading(event)
    is_live_page = not older_than
    emergency = emergency_line(site, event, words)
    ended = outcome(event, latest, reader)
    return render(
        "event.html",
        **frame(site, reader, entry, event),
        title=page_title(site, event, words),
        description=description(latest, event, reader),
        canonical=canonical,
        home=here + query,
        here=here,
        query=query,
        key_query=f"{query}&show=key" if query else "?show=key",
        languages=languages(event, reader.lang),
        # The blog of the event has one address, and a page of the past is another with other entries. A drill is no
        # news: a program that reads it has no colour and no title to tell it by.
        json_ld=json_block(
            live_blog(
                event, snapshot.items, url=canonical, hospital=site.hospital, lang=reader.lang, now=reader.now
            )
        )
        if is_live_page and not site.drill
        else "",
        is_live_page=is_live_page,
        config=json_block(script_config(site, event, reader)) if is_live_page else "",
        snapshot=json_block(snapshot.model_dump(mode="json")) if is_live_page else "",
        standing=said,
        clock_now=reader.clock(reader.now),
        delayed=words("view.delayed") if is_delayed(event) else "",
        severity=event.severity if event.severity in SEVERITY_BARS else "",
        severity_bars=SEVERITY_BARS.get(event.severity or "", 0),
        headline=headline,
        lead=lead,
        emergency=emergency,
        boxes=pinned_boxes(event, words) if said.state != "ended" else (),
        as_of=pinned_as_of(event, reader) if said.state != "ended" else "",
        source=pinned_source(event, reader) if said.state != "ended" else "",
        outcome=ended,
        patient=about_patient(event, words),
        step=step_view(event, latest, reader),
        only_key=only_key,
        view_items=views,
        keys=[view for view, item in zip(views, shown(snapshot), strict=True) if is_key(item)],
        older=f"{here}?before={quote(older)}{query.replace('?', '&')}" if older else "",
        newer=here + query if older_than else "",
    )


def item_page(
    site: Site, entry: Entry, event: EventState, item: Item, of: Item | None, reader: Reader
) -> str:
    """One update with an address of its own: what a shared link opens."""
    view: ItemView = item_view(item, {of.id: of} if of else {}, reader, event.slug)
    words = reader.words
    query = "" if reader.lang == event.default_lang else f"?lang={reader.lang}"
    home = f"/e/{event.slug}{query}"
    _, text = chosen(item.texts, reader.lang, reader.main_lang)
    title = f"{words('view.one', time=view.clock)} · {event.title}"
    return render(
        "item_page.html",
        **frame(site, reader, entry, event),
        title=drilled(site, words, title),
        # What was corrected is not said again under a link, where nothing shows that it is struck through.
        description=view.corrected or text[:300] or event.title,
        canonical=f"{site.public_url}/e/{event.slug}/{item.id}",
        home=home,
        headline=heading(event)[0],
        item=view,
    )


def frame(site: Site, reader: Reader, entry: Entry, event: EventState) -> dict[str, Any]:
    """What every public page of an event fills in."""
    words = reader.words
    practised = words("mode.incident.practised" if event.kind == "crisis" else "mode.event")
    return {
        "lang": reader.lang,
        "dir": "rtl" if words.locale.text_direction == "rtl" and words.lang == reader.lang else "ltr",
        "drill": site.drill,
        "drill_words": words("mode.drill") if site.drill else "",
        "drill_bar": words("mode.two", first=words("mode.drill"), second=practised) if site.drill else "",
        "words": words,
        "entry": entry,
        "event": event,
        "hospital": site.hospital,
        "host": site.host,
        "zone_name": reader.zone_name(),
    }


def shown(snapshot: Snapshot) -> list[Item]:
    return [item for item in snapshot.items if item.state != "removed"]


def heading(event: EventState) -> tuple[str, str]:
    """A crisis is headed by what is so now; anything else by its name, with a line on what it is about."""
    if event.kind == "crisis":
        return event.headline or event.title, ""
    return event.title, event.headline


def page_title(site: Site, event: EventState, words: Words) -> str:
    return drilled(site, words, words("view.title", title=event.title, hospital=site.hospital))


def drilled(site: Site, words: Words, title: str) -> str:
    return words("title.mode", mode=words("mode.drill"), title=title) if site.drill else title


def description(items: tuple[Item, ...], event: EventState, reader: Reader) -> str:
    for item in items:
        if item.type == "update" and item.state == "shown" and item.texts:
            return chosen(item.texts, reader.lang, reader.main_lang)[1][:300]
    return event.headline or event.title


def emergency_line(site: Site, event: EventState, words: Words) -> tuple[str, str, str] | None:
    """The sentence around the number, so that the number can be a link and the sentence stay one message."""
    if event.kind != "crisis" or state_of(event) == "ended" or not site.emergency_number:
        return None
    before, _, after = words("view.emergency", number="\0").partition("\0")
    return before, site.emergency_number, after


def languages(event: EventState, lang: str) -> list[dict[str, str]]:
    """The event's languages to choose from, and the one in use if it is another."""
    offered = [*event.langs, *([lang] if lang not in event.langs else [])]
    return [
        {
            "lang": one,
            "name": language_name(one),
            "query": "" if one == event.default_lang else f"?lang={one}",
        }
        for one in offered
    ]


def script_config(site: Site, event: EventState, reader: Reader) -> dict[str, Any]:
    return {
        "slug": event.slug,
        "event_id": event.id,
        "drill": site.drill,
        "lang": reader.lang,
        "hospital": site.hospital,
        "main_lang": event.default_lang,
        "zone": site.zone.key,
        "emergency": site.emergency_number if event.kind == "crisis" else "",
        "drill_words": reader.words("mode.drill") if site.drill else "",
        "names": {lang: language_name(lang) for lang in {*event.langs, *NAMES}},
        "messages": reader.words.some(SCRIPT_WORDS),
    }


def qr_svg(address: str) -> bytes:
    """A QR code in black on white, whatever the page's colours: cameras want it so."""
    out = BytesIO()
    segno.make(address, error="m").save(out, kind="svg", border=2, dark="#000", light="#fff", xmldecl=False)
    return out.getvalue()


def json_block(value: Any) -> Markup:
    """JSON inside a `<script>` data block: nothing in it can end the element or begin a comment."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    escaped = text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
    return Markup(escaped.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029"))  # noqa: S704
