"""
Tocsin on other people's pages: the script, the frame, and the page where a webmaster makes the snippet.

The script's address never changes; it is one line that imports the built file of today. The frame may be shown only
by the sites named in the settings; the data itself is public either way.
"""

from __future__ import annotations

import re
from typing import Annotated, Literal
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, Response

from app.broadcast.stream import Stream
from app.errors import InvalidInput, NotFound
from app.feeds.words import NAMES, SOURCE, NoWords, language_name
from app.models import EventState as Stage
from app.models import LiveEvent
from app.routes import viewer_page as pages
from app.routes.deps import HouseDep
from app.routes.page_assets import Assets, NotBuilt
from app.routes.page_heads import with_heads
from app.routes.page_policy import frame_policy, socket_origin, webmaster_policy
from app.routes.page_templates import missing, not_built, render
from app.routes.timeline import EVERYWHERE, SHARED

ENTRY = "embed/main.ts"
ELSEWHERE = {"Cross-Origin-Resource-Policy": "cross-origin"}
HEIGHTS = {"card": 620, "bar": 140}
_HOST = re.compile(r"(https?://)?[\w.*-]+(:\d{1,5})?")

Variant = Literal["card", "bar"]
How = Literal["script", "frame"]


def allowed_hosts(hosts: tuple[str, ...]) -> str:
    """The sites of `TOCSIN_EMBED_HOSTS` as sources of a content policy; what is not a site is left out."""
    named = [host for host in hosts if _HOST.fullmatch(host)]
    return " ".join(host if "://" in host else f"https://{host}" for host in named)


def router(site: pages.Site, assets: Assets, stream: Stream, hosts: tuple[str, ...]) -> APIRouter:
    routes = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)
    framers = allowed_hosts(hosts)

    @routes.get("/embed.js")
    async def script(request: Request) -> Response:
        try:
            entry = assets.entry(ENTRY)
        except NotBuilt:
            return not_built()
        # No longer than a page: after an update the file that the old line names is gone, and the embed with it.
        etag = f'"{entry.script.rpartition("/")[2]}"'
        headers = {"Cache-Control": SHARED, "ETag": etag, **ELSEWHERE, **EVERYWHERE}
        if etag in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        line = f'import "{entry.script}?{urlencode({"zone": site.zone.key})}"\n'
        return Response(line, media_type="text/javascript", headers=headers)

    @routes.get("/embed")
    async def webmaster(
        house: HouseDep,
        event: Annotated[str, Query(max_length=120)] = "",
        variant: Variant = "card",
        how: How = "script",
        lang: Annotated[str, Query(max_length=35)] = SOURCE,
    ) -> Response:
        try:
            words, entry = site.words_in(SOURCE), assets.entry(pages.ENTRY)
        except (NotBuilt, NoWords):
            return not_built()
        events = [
            one for one in await house.events.listed() if one.state not in (Stage.DRAFT, Stage.ARCHIVED)
        ]
        chosen = next((one for one in events if one.slug == event), events[0] if events else None)
        lang = lang if lang in NAMES else SOURCE
        page = render(
            "embed.html",
            lang=SOURCE,
            dir="ltr",
            title=f"{words('embed.page.title')} · {site.hospital}",
            words=words,
            entry=entry,
            drill=site.drill,
            drill_words=words("mode.drill") if site.drill else "",
            drill_bar=words("mode.drill") if site.drill else "",
            hospital=site.hospital,
            host=site.host,
            events=events,
            chosen=chosen,
            variant=variant,
            how=how,
            speaks=lang,
            languages=[(one, language_name(one)) for one in NAMES],
            snippet=snippet(site.public_url, chosen, variant, how, lang) if chosen else "",
            policy=host_policy(site.public_url, how),
            preview=frame_address("", chosen, variant, lang) if chosen else "",
            height=HEIGHTS[variant],
        )
        headers = {
            "Content-Security-Policy": webmaster_policy(site.public_url),
            "Cache-Control": "public, max-age=5",
        }
        return HTMLResponse(page, headers=headers)

    @routes.get("/embed/{slug}")
    async def frame(
        slug: str, variant: Variant = "card", lang: Annotated[str, Query(max_length=35)] = SOURCE
    ) -> Response:
        try:
            tail = await stream.open(f"{slug}:public", as_of=True)
            entry, words = assets.entry(ENTRY), site.words_in(lang)
        except (NotBuilt, NoWords):
            return not_built()
        except (NotFound, InvalidInput):
            return missing()
        event = tail.state.event.model
        page = render(
            "embed_frame.html",
            lang=words.lang,
            title=event.title,
            slug=event.slug,
            home=f"{site.public_url}/e/{event.slug}",
            variant=variant,
            zone=site.zone.key,
            words=words,
            entry=entry,
        )
        headers = {
            "Content-Security-Policy": frame_policy(site.public_url, framers),
            "Cache-Control": SHARED,
            **ELSEWHERE,
        }
        return HTMLResponse(page, headers=headers)

    return with_heads(routes)


def frame_address(base: str, event: LiveEvent, variant: str, lang: str) -> str:
    return f"{base}/embed/{quote(event.slug)}?{urlencode({'variant': variant, 'lang': lang})}"


def snippet(base: str, event: LiveEvent, variant: str, how: str, lang: str) -> str:
    """What to paste. Slugs are ours and plain; the title is escaped by the template that shows this as text."""
    if how == "frame":
        address = frame_address(base, event, variant, lang).replace("&", "&amp;")
        title = event.title.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")
        return (
            f'<iframe src="{address}" title="{title}" width="100%" height="{HEIGHTS[variant]}" '
            'style="border:0" loading="lazy"></iframe>'
        )
    return (
        f'<script type="module" src="{base}/embed.js"></script>\n'
        f'<tocsin-live event="{quote(event.slug)}" variant="{variant}" lang="{lang}"></tocsin-live>'
    )


def host_policy(base: str, how: str) -> str:
    """What a host's own content policy has to allow."""
    if how == "frame":
        return f"frame-src {base}"
    return f"script-src {base}; connect-src {base} {socket_origin(base)}"
