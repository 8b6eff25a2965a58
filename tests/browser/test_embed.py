"""The embed on somebody else's page, with a policy stricter than most hospitals have."""

import asyncio
import contextlib
import os
import re
import socket
from pathlib import Path

import pytest
import pytest_asyncio
import uvicorn
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import expect
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route

from app.routes.embed_pages import host_policy
from tests.routes.stage import flood_story, pages_served

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]
SHOTS = os.environ.get("TOCSIN_SCREENSHOTS")


class Hospital:
    """Another origin: a page with whatever somebody pasted into it, under a policy of its own."""

    def __init__(self) -> None:
        self.pasted = ""
        self.policy = ""
        self.listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        self.listener.bind(("127.0.0.1", 0))
        self.base = f"http://127.0.0.1:{self.listener.getsockname()[1]}"

    async def page(self, _request: Request) -> HTMLResponse:
        body = f'<!doctype html><html lang="en"><title>Visiting us</title><main><h1>Visiting us</h1>{self.pasted}</main>'
        return HTMLResponse(body, headers={"Content-Security-Policy": self.policy})


@contextlib.asynccontextmanager
async def hospital():
    host = Hospital()
    app = Starlette(routes=[Route("/", host.page)])
    server = uvicorn.Server(uvicorn.Config(app, lifespan="off", log_config=None, timeout_graceful_shutdown=1))
    task = asyncio.create_task(server._serve([host.listener]))
    while not server.started:
        await asyncio.sleep(0.005)
    yield host
    server.should_exit = True
    await task
    for connection in list(server.server_state.connections):  # what the browser keeps open past the goodbye
        connection.transport.abort()
    await asyncio.sleep(0)


@pytest_asyncio.fixture(loop_scope="module")
async def host():
    async with hospital() as one:
        yield one


@pytest_asyncio.fixture(loop_scope="module")
async def served_flood(tmp_path: Path):
    async with pages_served(tmp_path) as served:
        yield served, await flood_story(served.stream, served.database)


def tag(served, **attributes):
    written = " ".join(f'{name}="{value}"' for name, value in attributes.items())
    return (
        f'<script type="module" src="{served.base}/embed.js"></script><tocsin-live {written}></tocsin-live>'
    )


async def opened(browser, host, **options):
    context = await browser.new_context(**options)
    context.set_default_timeout(30_000)
    page = await context.new_page()
    page.complaints = []
    page.on("console", lambda one: page.complaints.append(one.text) if one.type == "error" else None)
    page.on("pageerror", lambda one: page.complaints.append(str(one)))
    await page.goto(host.base)
    return page


def strict(served, how="script"):
    return f"default-src 'none'; {host_policy(served.base, how)}; require-trusted-types-for 'script'; trusted-types 'none'"


class TestScript:
    async def test_a_card_lives_under_a_strict_policy(self, served_flood, host, browser):
        """Only our origin is allowed: the card shows, takes news behind its button, strikes what is corrected."""
        served, event = served_flood
        host.policy, host.pasted = strict(served), tag(served, event=event.slug)
        page = await opened(browser, host)
        card = page.locator("tocsin-live .card")
        await expect(card).to_contain_text("A&E is closed by flooding.")
        await expect(card.locator(".live")).to_have_text("Live")
        await expect(card.locator(".list li")).to_have_count(3)
        await expect(card).not_to_contain_text("Can a car stop at the North Gate?")
        await event.said("The North Gate is open for cars.", key_moment=True)
        await card.get_by_role("button", name="1 new update").click()
        await expect(card.locator(".list li").first).to_contain_text("The North Gate is open for cars.")
        await expect(page.locator("tocsin-live [role=status]")).to_have_text("1 new update")
        assert page.complaints == []
        assert await page.context.cookies() == []
        if SHOTS:
            await page.screenshot(path=str(Path(SHOTS) / "embed-card.png"))
        await page.context.close()

    async def test_a_bar_shows_only_while_something_is_live(self, served_flood, host, browser):
        """Severity, headline and a link; gone when the event has ended, unless it was asked to stay."""
        served, event = served_flood
        host.policy = strict(served)
        host.pasted = tag(served, event=event.slug, variant="bar", lang="it")
        page = await opened(browser, host)
        bar = page.locator("tocsin-live .bar")
        await expect(bar).to_contain_text("Grave: agite ora")
        await expect(bar.get_by_role("link")).to_have_attribute("href", f"{served.base}/e/{event.slug}")
        await event.became(state="ended")
        await expect(bar).to_be_hidden()
        assert page.complaints == []
        await page.context.close()

    async def test_it_fits_from_280_px_and_axe_finds_nothing(self, served_flood, host, browser):
        """No sideways scrolling in the narrowest column, and nothing that a program can blame."""
        served, event = served_flood
        host.policy = strict(served)
        host.pasted = tag(served, event=event.slug, lang="it") + tag(served, event=event.slug, variant="bar")
        page = await opened(browser, host, viewport={"width": 296, "height": 800})
        await expect(page.locator("tocsin-live .card .live")).to_have_text("Dal vivo")
        await expect(page.locator("tocsin-live .bar")).to_be_visible()
        assert await page.evaluate("document.documentElement.scrollWidth") <= 296
        answer = await Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]})
        assert [(one["id"], one["nodes"][0]["html"]) for one in answer.response["violations"]] == []
        await page.context.close()


class TestFrame:
    async def test_S11_only_named_sites_may_frame_it(self, tmp_path: Path, host, browser):
        """The frame shows on a site of the list and on no other; the page itself can be framed by nobody."""
        async with pages_served(tmp_path, embed_hosts=(host.base,)) as served, hospital() as stranger:
            event = await flood_story(served.stream, served.database)
            for where in (host, stranger):
                where.policy = f"default-src 'none'; {host_policy(served.base, 'frame')}"
                where.pasted = f'<iframe title="Live" src="{served.base}/embed/{event.slug}"></iframe>'
            page = await opened(browser, host)
            inside = page.frame_locator("iframe").locator(".card")
            await expect(inside).to_contain_text("A&E is closed by flooding.")
            await expect(inside).not_to_contain_text("Giulia")
            assert page.complaints == []
            await page.context.close()
            page = await opened(browser, stranger)
            await expect(page.locator("h1")).to_have_text("Visiting us")
            assert any("frame-ancestors" in one for one in page.complaints)
            await page.context.close()
            host.pasted = f'<iframe title="Live" src="{served.base}/e/{event.slug}"></iframe>'
            page = await opened(browser, host)
            assert any(re.search("frame-ancestors", one) for one in page.complaints)
            await page.context.close()
