"""
Addresses for everybody: the page of an event, of one of its updates, and the list of what is live.

No cookies are read or set. A page may be kept by caches for a second, as long as the stream's own documents.
"""

from __future__ import annotations

from typing import Annotated, Literal, cast
from urllib.parse import quote

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, Response

from app.broadcast.stream import Stream
from app.clock import Clock
from app.errors import AppError, Gone, InvalidInput, NotFound
from app.feeds.event_page import Reader, standing
from app.feeds.words import SOURCE, NoWords
from app.models import EventState as Stage
from app.models import LiveEvent
from app.routes import viewer_page as pages
from app.routes.page_assets import Assets, NotBuilt
from app.routes.page_heads import with_heads
from app.routes.page_policy import public_policy
from app.routes.page_templates import not_built, plain_page, render
from app.routes.timeline import SHARED, cursor_of, parse_cursor
from app.schemas.frames import EventState, Item, Snapshot

PAGE_ITEMS = 50
LIST_ITEMS = 50
RANKS = (Stage.LIVE, Stage.PAUSED, Stage.SCHEDULED, Stage.ENDED, Stage.ARCHIVED, Stage.DRAFT)
SHOWN = RANKS[:4]
LangQuery = Annotated[str, Query(max_length=35)]


def router(site: pages.Site, assets: Assets, stream: Stream, clock: Clock) -> APIRouter:
    routes = APIRouter(prefix="/e", include_in_schema=False, default_response_class=HTMLResponse)
    shelf = pages.PageShelf()

    @routes.get("/{slug}")
    async def event(
        request: Request,
        slug: str,
        lang: LangQuery = "",
        show: Annotated[str, Query(max_length=10)] = "",
        before: Annotated[str, Query(max_length=120)] = "",
    ) -> Response:
        try:
            tail = await stream.open(f"{slug}:public", as_of=True)
            entry = assets.entry(pages.ENTRY)
            place, now = tail.place, stream.seen_at(tail)
            state: EventState = tail.state.event.model
            reader = pages.reader_for(site, state, lang, now)
            if before:
                items, more = await stream.reader.read_older(tail.topic_id, parse_cursor(before), PAGE_ITEMS)
                snapshot = _snapshot(tail.topic_id, place.epoch, place.offset, state, items)
                older = cursor_of(items[-1]) if items and more else None
                newest = Snapshot.model_validate_json(tail.state.snapshot()).items
                page = pages.event_page(
                    site, entry, snapshot, reader, older_than=before, older=older, only_key=show == "key",
                    newest=newest,
                )  # fmt: skip
                return _page(site, page.encode(), SHARED)
            late = bool(state.promised_next_at and state.promised_next_at < now)
            key = (tail.topic_id, place, reader.lang, show == "key", late, now.strftime("%Y%m%d%H%M"))

            def make() -> str:
                snapshot = Snapshot.model_validate_json(tail.state.snapshot())
                older = cursor_of(snapshot.items[-1]) if snapshot.items and snapshot.more else None
                return pages.event_page(site, entry, snapshot, reader, older=older, only_key=show == "key")

            made = shelf.get(key, make)
        except (NotBuilt, NoWords):
            return not_built()
        except (NotFound, InvalidInput) as exc:
            return gone(exc)
        if made.etag in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=_headers(site, SHARED) | {"ETag": made.etag})
        return _page(site, made.body, SHARED, {"ETag": made.etag})

    @routes.get("/{slug}/qr.svg")
    async def qr(slug: str) -> Response:
        try:
            tail = await stream.open(f"{slug}:public", as_of=True)
        except (NotFound, InvalidInput) as exc:
            return gone(exc)
        body = pages.qr_svg(f"{site.public_url}/e/{tail.state.event.model.slug}")
        return Response(body, media_type="image/svg+xml", headers={"Cache-Control": "public, max-age=3600"})

    @routes.get("/{slug}/{item_id}")
    async def one(slug: str, item_id: str, lang: LangQuery = "") -> Response:
        try:
            tail = await stream.open(f"{slug}:public")
            entry = assets.entry(pages.ENTRY)
            state: EventState = tail.state.event.model
            found = {item.id: item for item in await stream.reader.read_items(tail.topic_id, [item_id])}
            item = found.get(item_id)
            if item is None:
                raise NotFound("There is no such update.", code="unknown_item")
            if item.state == "removed":
                raise Gone("This was taken down.", code="removed")
            about: list[Item] = []
            if item.of:
                about = await stream.reader.read_items(tail.topic_id, [item.of])
            of = next((one for one in about if one.state != "removed"), None)
            reader = pages.reader_for(site, state, lang, clock.now())
            page = pages.item_page(site, entry, state, item, of, reader)
        except (NotBuilt, NoWords):
            return not_built()
        except (NotFound, InvalidInput, Gone) as exc:
            return gone(exc)
        return _page(site, page.encode(), SHARED)

    return with_heads(routes)


def event_list(site: pages.Site, assets: Assets, events: list[LiveEvent], clock: Clock) -> Response:
    """What the front page of a live service shows to everybody."""
    try:
        words, entry = site.words_in(SOURCE), assets.entry(pages.ENTRY)
    except (NotBuilt, NoWords):
        return not_built()
    rows = []
    for event in sorted(events, key=lambda one: RANKS.index(one.state)):
        if event.state not in SHOWN:
            continue
        state = EventState(
            id=event.id, slug=event.slug, kind=event.kind, title=event.title, state=event.state,
            sending=cast("Literal['open', 'hold', 'stop']", str(event.sending)), started_at=event.started_at, ended_at=event.ended_at,
        )  # fmt: skip
        reader = Reader(words, SOURCE, event.default_lang, site.zone, clock.now())
        said = standing(state, None, reader)
        rows.append(
            {
                "slug": quote(event.slug),
                "title": event.title,
                "lang": event.default_lang,
                "standing": said.words,
            }
        )
    page = render(
        "events.html", lang=SOURCE, dir="ltr", drill=False, words=words, entry=entry, hospital=site.hospital,
        host=site.host, title=f"{words('view.list')} · {site.hospital}", canonical=site.public_url + "/",
        rows=rows[:LIST_ITEMS],
    )  # fmt: skip
    return _page(site, page.encode(), "public, max-age=5")


def gone(exc: AppError) -> Response:
    return plain_page(
        404 if isinstance(exc, InvalidInput) else exc.status,
        heading="There is no such page",
        sentence="The address may be incomplete, or what was here has been taken down.",
        link="/",
        link_words="Go to the first page",
    )


def _snapshot(topic_id: str, epoch: str, offset: int, event: EventState, items: list[Item]) -> Snapshot:
    return Snapshot(topic=topic_id, epoch=epoch, offset=offset, event=event, items=tuple(items))


def _headers(site: pages.Site, cache: str) -> dict[str, str]:
    return {"Content-Security-Policy": public_policy(site.public_url), "Cache-Control": cache}


def _page(site: pages.Site, body: bytes, cache: str, more: dict[str, str] | None = None) -> Response:
    return HTMLResponse(body, headers=_headers(site, cache) | (more or {}))
