"""Annotated dependencies: who asks, with what right, and the objects they may call."""

from __future__ import annotations

import hashlib
from typing import Annotated, cast

from fastapi import Depends, Header, Request
from fastapi.security import APIKeyCookie, HTTPBearer
from starlette.requests import HTTPConnection

from app.accounts.codes import token_hash
from app.accounts.devices import wiped
from app.accounts.rights import Action, Actor, require
from app.errors import Forbidden, InvalidInput, Unauthorized
from app.models import LiveEvent
from app.routes.house import House

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
WHILE_CHOOSING = frozenset({("POST", "/api/v1/me/password"), ("DELETE", "/api/v1/session")})

# Declared for the OpenAPI document; the reading is done below, once for both.
_cookie_scheme = APIKeyCookie(name="tocsin", auto_error=False, description="A signed-in browser.")
_bearer_scheme = HTTPBearer(auto_error=False, description="An API key: `Authorization: Bearer tocsin_…`.")


def get_house(connection: HTTPConnection) -> House:
    return cast("House", connection.app.state.house)


HouseDep = Annotated[House, Depends(get_house)]


def cookie_name(house: House) -> str:
    """`__Host-` binds the cookie to this host and https; plain http (a drill on localhost) cannot have it."""
    return "__Host-tocsin" if house.public_url.startswith("https://") else "tocsin"


def client_address(connection: HTTPConnection, house: House) -> str:
    """The peer's address; a forwarded one only when the peer is a proxy we were told to trust."""
    peer = connection.client.host if connection.client else ""
    if peer in house.settings.trusted_proxies:
        forwarded = connection.headers.get("x-forwarded-for", "")
        hops = [hop.strip() for hop in forwarded.split(",") if hop.strip()]
        for hop in reversed(hops):
            if hop not in house.settings.trusted_proxies:
                return hop
    return peer


def check_same_origin(request: Request, house: House) -> None:
    """
    A browser's change must come from our own pages, whatever cookie it carries.

    Raises:
        Forbidden: another site's page, or a form that cannot have set our header.
    """
    site = request.headers.get("sec-fetch-site")
    origin = request.headers.get("origin")
    own = {house.public_url, f"{request.url.scheme}://{request.headers.get('host', '')}"}
    if (
        (site is not None and site not in ("same-origin", "none"))
        or (origin is not None and origin not in own)
        or request.headers.get("x-tocsin") != "1"
    ):
        raise Forbidden(
            "This request did not come from a Tocsin page. Reload the page and try again.", code="cross_site"
        )


async def get_actor(
    request: Request,
    house: HouseDep,
    _cookie: Annotated[str | None, Depends(_cookie_scheme)],
    _bearer: Annotated[object, Depends(_bearer_scheme)],
) -> Actor | None:
    authorization = request.headers.get("authorization", "")
    if authorization:
        scheme, _, key = authorization.partition(" ")
        actor = await house.people.actor_of_key(key.strip()) if scheme.lower() == "bearer" else None
        if actor is None:
            raise Unauthorized("This key is wrong, revoked or too old. Make a new one.", code="key_refused")
        return actor
    token = request.cookies.get(cookie_name(house))
    if token is None:
        return None
    actor = await house.people.actor_of_session(token)
    if actor is None:
        if await house.devices.was_wiped(token_hash(token)):
            raise wiped()  # `problems` tells the browser to forget everything with it
        return None
    if request.method not in SAFE_METHODS:
        check_same_origin(request, house)
        await house.people.touch(actor)
    # Pages say it themselves, by showing where the password is chosen.
    path = request.url.path
    if actor.chooses and path.startswith("/api/") and (request.method, path) not in WHILE_CHOOSING:
        raise Forbidden("Choose a password of your own first, on the sign-in page.", code="choose_password")
    return actor


ActorDep = Annotated[Actor | None, Depends(get_actor)]


async def get_signed_in(actor: ActorDep) -> Actor:
    if actor is None:
        raise Unauthorized("Sign in first.")
    return actor


SignedInDep = Annotated[Actor, Depends(get_signed_in)]


async def event_for(
    house: House, actor: Actor | None, event_id: str, action: Action
) -> tuple[LiveEvent, Actor]:
    """
    The event, when the asker has the right on it.

    Raises:
        Unauthorized, Forbidden, NotFound. Whoever is not signed in does not learn which events exist.
    """
    if actor is None:
        raise Unauthorized("Sign in first.")
    event = await house.events.found(event_id)
    return event, require(actor, action, event.id)


def idempotency_key(
    request: Request,
    idempotency_key: Annotated[
        str | None,
        Header(
            description="Made by you before the first try, the same on every repeat: 8 to 128 visible characters."
        ),
    ] = None,
) -> str:
    """
    Raises:
        InvalidInput: missing or not a sane key.
    """
    if idempotency_key is None:
        raise InvalidInput(
            "Send an Idempotency-Key header, so that a repeat cannot post twice. A fresh UUID will do.",
            code="key_missing",
        )
    if (
        not 8 <= len(idempotency_key) <= 128
        or not idempotency_key.isascii()
        or not idempotency_key.isprintable()
    ):
        raise InvalidInput("The Idempotency-Key has 8 to 128 visible ASCII characters.", code="bad_key")
    request.state.has_key = True
    return idempotency_key


IdempotencyKeyDep = Annotated[str, Depends(idempotency_key)]


def canonical_hash(body: bytes) -> str:
    """SHA-256 of a body as it was understood, so that spaces and key order do not matter."""
    return hashlib.sha256(body).hexdigest()
