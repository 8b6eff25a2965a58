"""
The screens in every engine that this machine has: read, live, written on, sent.

Chromium is always one of them. Firefox is another where one is installed (on PATH, or named as TOCSIN_FIREFOX); it is
driven by WebDriver BiDi. A short walk, to see what works nowhere but in the engine it was written with.
"""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Protocol

import pytest
import pytest_asyncio
from playwright.async_api import Page, async_playwright

from tests.browser import bidi, chromium
from tests.browser.conftest import program
from tests.e2e.stage import Stage, stage, until

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(180)]

FIREFOX = bidi.firefox(os.environ)
ENGINES = ["chromium", *(["firefox"] if FIREFOX else [])]
PATIENCE_S = 30.0


class Engine(Protocol):
    complaints: list[str]

    async def go(self, url: str) -> None: ...
    async def evaluate(self, expression: str) -> Any: ...
    async def cookie(self, name: str, value: str, host: str) -> None: ...


class Chromium:
    def __init__(self, page: Page) -> None:
        self._page = page
        self.complaints: list[str] = []
        page.on("console", lambda one: self.complaints.append(one.text) if one.type == "error" else None)
        page.on("pageerror", lambda one: self.complaints.append(str(one)))

    async def go(self, url: str) -> None:
        await self._page.goto(url)

    async def evaluate(self, expression: str) -> Any:
        return await self._page.evaluate(expression)

    async def cookie(self, name: str, value: str, host: str) -> None:
        await self._page.context.add_cookies([{"name": name, "value": value, "domain": host, "path": "/"}])


@asynccontextmanager
async def engine(name: str) -> AsyncIterator[Engine]:
    if name == "firefox":
        async with bidi.opened(str(FIREFOX)) as opened:
            yield opened
        return
    async with async_playwright() as driver:
        browser = await driver.chromium.launch(executable_path=program(), args=list(chromium.ARGUMENTS))
        yield Chromium(await browser.new_page())
        await browser.close()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def rehearsal(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    async with stage(tmp_path_factory.mktemp("engines"), TOCSIN_DELAYS__REHEARSAL="1") as made:
        yield made


async def seen(page: Engine, expression: str) -> Any:
    return await until(lambda: page.evaluate(expression), bool, patience_s=PATIENCE_S)


def has(selector: str, words: str) -> str:
    return f"document.querySelector({selector!r})?.textContent.includes({words!r}) ?? false"


@pytest.mark.parametrize("name", ENGINES)
async def test_a_text_is_written_on_the_tablet_and_read_live_on_the_public_page(
    rehearsal: Stage, name: str
) -> None:
    """Typed and sent, then on the page by itself, on the embed and at the desk; and nobody's console complains."""
    base = f"http://localhost:{rehearsal.port}"
    text = f"Said on the tablet and read in {name}."
    async with engine(name) as page:
        for cookie, value in dict(rehearsal.marta.cookies).items():
            await page.cookie(cookie, value, "localhost")
        await page.go(f"{base}/e/kidney-surgery")
        await seen(page, has("[data-part=standing]", "Live"))
        first = f"The page is live in {name}."
        await rehearsal.submit(first)
        await seen(page, has("ol.rope", first))

        await page.go(f"{base}/presenter/kidney-surgery")
        await seen(page, "document.querySelector('#send') !== null")
        await page.evaluate("document.querySelector('.own button').click()")
        await page.evaluate(
            f"(() => {{ const box = document.querySelector('textarea.edit'); box.value = {text!r}; "
            "box.dispatchEvent(new Event('input', { bubbles: true })) })()"
        )
        await seen(page, "!document.querySelector('#send').hasAttribute('aria-disabled')")
        # The tablet takes a second touch within 0.4 s for a glove's bounce.
        await page.evaluate("new Promise((done) => setTimeout(done, 450))")
        await page.evaluate("document.querySelector('#send').click()")
        await until(lambda: rehearsal.applied(text), lambda out: bool(out["facebook"]))

        await page.go(f"{base}/embed/kidney-surgery")
        await seen(page, f"document.querySelector('tocsin-live').shadowRoot.textContent.includes({text!r})")
        await page.go(f"{base}/desk/kidney-surgery")
        await seen(page, has("main", text))
        assert page.complaints == []
