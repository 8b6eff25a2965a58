"""The session's cookie: set and taken away in one place, so that both are of the same shape."""

from __future__ import annotations

from fastapi import Response

from app.routes.deps import cookie_name
from app.routes.house import House
from app.routes.problems import CLEAR


def set_cookie(response: Response, house: House, token: str) -> None:
    """Not readable by scripts, not sent along from other sites, only over https where there is https."""
    response.set_cookie(
        cookie_name(house),
        token,
        max_age=int(house.settings.session_hours * 3600),
        path="/",
        secure=_secure(house),
        httponly=True,
        samesite="strict",
    )


def clear(response: Response, house: House) -> None:
    """The cookie goes, and whatever the browser kept of us."""
    response.delete_cookie(
        cookie_name(house), path="/", secure=_secure(house), httponly=True, samesite="strict"
    )
    response.headers["Clear-Site-Data"] = CLEAR


def _secure(house: House) -> bool:
    return house.public_url.startswith("https://")
