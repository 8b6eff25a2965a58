"""
The pages: shells of the staff screens, and what the browser asks for beside them.

A shell is a few hundred bytes: mode, language and the addresses of one entry of the built frontend. Everything else
the screens ask of the API, so a shell is never a place where data could leak.
"""

from __future__ import annotations

import asyncio
import json
import secrets
from dataclasses import replace
from typing import Annotated, Any
from urllib.parse import quote, urlencode
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, FastAPI, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from app.accounts.rights import Action, Actor, allows
from app.errors import NotFound, Unauthorized
from app.feeds.words import NAMES, SOURCE, NoWords, catalogue_loader
from app.models import LiveEvent
from app.routes import embed_pages, public_pages
from app.routes import page_policy as policy
from app.routes.deps import HouseDep, get_actor
from app.routes.house import House
from app.routes.icon_pixels import icon_png
from app.routes.page_assets import Assets, BuiltFiles, NotBuilt
from app.routes.page_heads import with_heads
from app.routes.page_icon import PNG_SIZES, icon_svg, web_manifest
from app.routes.page_language import staff_language
from app.routes.page_templates import led_on, missing, not_built, render
from app.routes.viewer_page import Site, json_block

STAFF_ENTRIES = {"presenter": "presenter/main.tsx", "desk": "desk/main.tsx", "sign-in": "sign-in/main.tsx"}
DENSITIES = {"presenter": "tablet"}
PANELS = frozenset(
    {"delivery", "channels", "people", "two", "me", "tablets", "consent", "audit", "drills", "steps"}
)
"""Places of the desk that have an address of their own; the same words as in frontend/desk/route.ts."""
RETURNS_TO = ("/desk", "/presenter")
"""Where signing in may lead back to: our own staff pages and nothing else."""


async def get_visitor(request: Request, house: HouseDep) -> Actor | None:
    """Whoever a browser's cookie belongs to; a page never takes keys."""
    if "authorization" in request.headers:
        return None
    try:
        return await get_actor(request, house, None, None)
    except Unauthorized:
        return None


VisitorDep = Annotated[Actor | None, Depends(get_visitor)]


def install(app: FastAPI, house: House, assets: Assets | None = None) -> None:
    """The pages and the built files, on the application."""
    built = assets or Assets()
    site = Site(
        hospital=house.settings.hospital,
        public_url=house.public_url,
        drill=house.drill,
        zone=ZoneInfo(house.settings.time_zone),
        emergency_number=house.settings.emergency_number,
        words_in=catalogue_loader(built.folder / "i18n"),
    )
    app.include_router(router(site, built))
    app.include_router(public_pages.router(site, built, house.stream, house.clock))
    app.include_router(embed_pages.router(site, built, house.stream, house.settings.embed_hosts))
    app.mount("/static", BuiltFiles(built.folder), name="static")


def router(site: Site, assets: Assets) -> APIRouter:
    routes = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)

    async def shell(
        request: Request,
        house: House,
        visitor: Actor | None,
        screen: str,
        event: LiveEvent | None = None,
        **more: Any,
    ) -> Response:
        nonce = secrets.token_urlsafe(16)
        person = await house.people.found(visitor.id) if visitor is not None else None
        accepts = request.headers.get("accept-language", "")
        lang = staff_language(assets.staff_languages, person.lang if person else "", accepts)
        try:
            entry, words = assets.entry(STAFF_ENTRIES[screen]), site.words_in(lang)
        except (NotBuilt, NoWords):
            return not_built()
        config = {
            "slug": event.slug if event else "",
            "event_id": event.id if event else "",
            "drill": house.drill,
            "emergency": house.settings.emergency_number,
            "zone": site.zone.key,
            "lang": words.lang,
            "hospital": house.settings.hospital,
            "langs": {code: NAMES[code] for code in NAMES if code in {SOURCE, *assets.staff_languages}},
            **more,
        }
        title = f"{event.title} · {words('title.app')}" if event else words("title.app")
        if house.drill:
            title = words("title.mode", mode=words("mode.drill"), title=title)
        page = render(
            "shell.html",
            lang=words.lang,
            density=DENSITIES.get(screen, "desk"),
            # The staff's screens stay light unless somebody chose, so that a stop's dark room is never taken for one.
            theme=person.theme if person else "light",
            drill=house.drill,
            nonce=nonce,
            title=title,
            icon="/icon.svg",
            manifest=f"/app.webmanifest?start={quote(f'/{screen}/{event.slug}')}"
            if event
            else "/app.webmanifest",
            entry=entry,
            words=words,
            config=json_block(config),
        )
        headers = {
            "Content-Security-Policy": policy.staff_policy(nonce, house.public_url),
            "Cache-Control": "no-store",
            "Cross-Origin-Opener-Policy": "same-origin",
        }
        return HTMLResponse(page, headers=headers)

    async def staff_page(
        request: Request, house: House, visitor: Actor | None, screen: str, slug: str | None, **more: Any
    ) -> Response:
        if visitor is None or visitor.chooses:
            return sign_in_first(request)
        if slug is None:
            return await shell(request, house, visitor, screen, **more)
        try:
            event = await house.events.found(slug)
        except NotFound:
            return missing()
        # A tablet that waits for its PIN still gets its page: the lock, HOLD and STOP are on it.
        if not allows(replace(visitor, locked=False), Action.EVENT_READ, event.id):
            return missing()
        return await shell(request, house, visitor, screen, event, **more)

    @routes.get("/")
    async def front(house: HouseDep, visitor: VisitorDep) -> Response:
        if await house.people.set_up_needed():
            return away("/set-up")
        if visitor is None and not house.drill:
            return public_pages.event_list(site, assets, await house.events.listed(), house.clock)
        return away("/desk" if visitor else "/sign-in")

    @routes.get("/sign-in")
    async def sign_in(
        request: Request,
        house: HouseDep,
        visitor: VisitorDep,
        goes_to: Annotated[str, Query(alias="next", max_length=300)] = "",
    ) -> Response:
        if visitor is not None and not visitor.chooses:
            return away(safe_return(goes_to))
        return await shell(
            request,
            house,
            None,
            "sign-in",
            page="sign-in",
            next=safe_return(goes_to),
            choose=visitor is not None,
        )

    @routes.get("/set-up")
    async def set_up(request: Request, house: HouseDep) -> Response:
        if not await house.people.set_up_needed():
            return away("/sign-in")
        return await shell(request, house, None, "sign-in", page="set-up", next="/desk")

    @routes.get("/pair")
    async def pair(request: Request, house: HouseDep) -> Response:
        return await shell(request, house, None, "sign-in", page="pair")

    @routes.get("/desk")
    async def desk_list(request: Request, house: HouseDep, visitor: VisitorDep) -> Response:
        return await staff_page(request, house, visitor, "desk", None)

    @routes.get("/desk/{slug}")
    async def desk(request: Request, house: HouseDep, visitor: VisitorDep, slug: str) -> Response:
        return await staff_page(request, house, visitor, "desk", slug)

    @routes.get("/desk/{slug}/{panel}")
    async def desk_panel(
        request: Request, house: HouseDep, visitor: VisitorDep, slug: str, panel: str
    ) -> Response:
        if visitor is not None and panel not in PANELS:
            return missing()
        return await staff_page(request, house, visitor, "desk", slug, panel=panel)

    @routes.get("/presenter/{slug}")
    async def presenter(request: Request, house: HouseDep, visitor: VisitorDep, slug: str) -> Response:
        return await staff_page(request, house, visitor, "presenter", slug)

    @routes.get("/channels/x/callback")
    async def came_back(
        state: Annotated[str, Query(max_length=500)] = "",
        code: Annotated[str, Query(max_length=2_000)] = "",
    ) -> Response:
        # From another site a browser brings no cookie of ours along; from a page of ours it does.
        return led_on(f"/desk?{urlencode({'state': state, 'code': code})}#channels")

    @routes.get("/icon.svg")
    @routes.get("/favicon.ico")
    async def icon(house: HouseDep) -> Response:
        headers = {"Cache-Control": "public, max-age=3600"}
        return Response(icon_svg(drill=house.drill), media_type="image/svg+xml", headers=headers)

    @routes.get("/icon-{size}.png")
    @routes.get("/icon-maskable-{size}.png")
    async def icon_as_png(request: Request, house: HouseDep, size: int) -> Response:
        if size not in PNG_SIZES:
            return missing()
        maskable = "maskable" in request.url.path
        # Drawn once for each size and then kept: half a second in which others must be served.
        body = await asyncio.to_thread(icon_png, size, drill=house.drill, maskable=maskable)
        return Response(body, media_type="image/png", headers={"Cache-Control": "public, max-age=3600"})

    @routes.get("/app.webmanifest")
    async def manifest(house: HouseDep, start: Annotated[str, Query(max_length=300)] = "") -> Response:
        opens = safe_return(start) if start else "/"
        body = json.dumps(web_manifest(drill=house.drill, start=opens))
        return Response(body, media_type="application/manifest+json")

    @routes.get("/sw.js")
    async def worker() -> Response:
        # At the root, so that it may answer for the tablet's page; asked for anew each time, so that an update is seen.
        headers = {"Cache-Control": "no-cache", "Content-Security-Policy": policy.WORKER}
        try:
            return Response(assets.text("sw.js"), media_type="text/javascript", headers=headers)
        except NotBuilt:
            return missing()

    @routes.get("/robots.txt")
    async def robots(house: HouseDep) -> Response:
        # A drill must not be found by anybody who takes it for the real thing.
        body = "User-agent: *\nDisallow: /\n" if house.drill else "User-agent: *\nAllow: /e/\nDisallow: /\n"
        return Response(body, media_type="text/plain")

    return with_heads(routes)


def safe_return(path: str) -> str:
    """
    Where to go after signing in: a path of ours, whatever was asked for.

    A backslash or a second slash would make a browser read a host out of it; a control character is dropped by
    browsers, which can turn one into the other.
    """
    fine = (
        any(path == start or path.startswith((f"{start}/", f"{start}?")) for start in RETURNS_TO)
        and "\\" not in path
        and "//" not in path
        and path.isprintable()
    )
    return path if fine else "/desk"


def sign_in_first(request: Request) -> Response:
    return away(f"/sign-in?next={quote(request.url.path, safe='/')}")


def away(path: str) -> Response:
    return RedirectResponse(path, 303, headers={"Cache-Control": "no-store"})
