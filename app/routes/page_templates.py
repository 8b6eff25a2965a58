"""The Jinja2 environment of the pages: everything that is filled in is escaped, and a missing value is an error."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

_environment = Environment(
    loader=FileSystemLoader(Path(__file__).resolve().parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    auto_reload=False,
)

PLAIN_POLICY = (
    "default-src 'none'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


def render(template: str, **values: Any) -> str:
    return _environment.get_template(template).render(**values)


def plain_page(
    status: int, *, heading: str, sentence: str, link: str = "", link_words: str = ""
) -> HTMLResponse:
    """A page that needs nothing of the build: what is wrong, and what to do next."""
    page = render(
        "plain.html",
        lang="en",
        title=heading,
        icon="/icon.svg",
        heading=heading,
        sentence=sentence,
        link=link,
        link_words=link_words,
    )
    headers = {"Content-Security-Policy": PLAIN_POLICY, "Cache-Control": "no-store"}
    return HTMLResponse(page, status, headers=headers)


def led_on(link: str) -> HTMLResponse:
    """Goes on by itself, as if somebody had pressed the link on it."""
    page = plain_page(
        200,
        heading="Back to Tocsin",
        sentence="The other site has led you back.",
        link=link,
        link_words="Go on",
    )
    page.headers["Refresh"] = f"0; url={link}"
    page.headers["Referrer-Policy"] = "no-referrer"
    return page


def not_built() -> HTMLResponse:
    return plain_page(
        503,
        heading="The screens are not built",
        sentence="On the machine that runs Tocsin, type: python3 run.py",
    )


def missing() -> HTMLResponse:
    return plain_page(
        404,
        heading="There is no such page",
        sentence="The address may be incomplete, or the event may not be yours to see.",
        link="/",
        link_words="Go to the first page",
    )
