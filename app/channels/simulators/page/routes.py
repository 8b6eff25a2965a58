"""
The page's addresses: its three files, and one view of everything that it shows.

The view is the control surface's state cut to what fits on a screen, so that a flood of replies does not make
every glance at the page dearer.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from importlib.resources import files
from typing import Any, Final

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from app.channels.simulators.platform import Platform
from app.channels.simulators.smpp import SmppSimulator
from app.channels.simulators.world import World

_X_POSTS_SHOWN: Final = 150
_FILES: Final = {
    "index.html": "text/html; charset=utf-8",
    "tokens.css": "text/css; charset=utf-8",
    "page.css": "text/css; charset=utf-8",
    "page.js": "text/javascript; charset=utf-8",
}
_HEADERS: Final = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-cache",
}


def page_routes(world: World, platforms: Mapping[str, Platform], gateway: SmppSimulator) -> list[BaseRoute]:
    folder = files(__package__)
    bodies = {name: folder.joinpath(name).read_bytes() for name in _FILES}

    async def index(request: Request) -> Response:
        return Response(bodies["index.html"], headers=_HEADERS, media_type=_FILES["index.html"])

    async def file(request: Request) -> Response:
        name = request.path_params["name"]
        if name not in bodies:
            return Response(status_code=404)
        return Response(bodies[name], headers=_HEADERS, media_type=_FILES[name])

    async def view(request: Request) -> Response:
        shown: dict[str, Any] = {name: platform.state() for name, platform in platforms.items()}
        if "x" in shown:
            shown["x"] = _recent(shown["x"])
        if gateway.port:
            shown["smpp"] = gateway.state()
        shown["faults"] = world.faults.describe()
        shown["latency"] = world.latency.profile
        body = orjson.dumps(shown)
        version = f'"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'
        headers = {**_HEADERS, "ETag": version}
        if request.headers.get("if-none-match") == version:
            return Response(status_code=304, headers=headers)
        return Response(body, headers=headers, media_type="application/json")

    return [
        Route("/", index, methods=["GET"]),
        Route("/page/{name}", file, methods=["GET"]),
        Route("/_sim/view", view, methods=["GET"]),
    ]


def _recent(state: Mapping[str, Any]) -> dict[str, Any]:
    """The account and its newest posts, without those that were taken back or replaced by an edit."""
    posts = [post for post in state.get("posts", ()) if not post["deleted"]]
    return {
        "accounts": [account for account in state.get("accounts", ()) if account["own"]],
        "posts": posts[-_X_POSTS_SHOWN:],
        "posts_total": len(posts),
    }
