"""HEAD beside every GET of the pages: whoever watches whether we are there, or checks a link, asks for the head alone."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.routing import APIRoute


def with_heads(routes: APIRouter) -> APIRouter:
    """The same router; the server leaves out the body."""
    for route in routes.routes:
        if isinstance(route, APIRoute) and route.methods is not None and "GET" in route.methods:
            route.methods.add("HEAD")
    return routes
