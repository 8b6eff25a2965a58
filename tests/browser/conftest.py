"""What every browser test may ask for: one Chromium for its file."""

import os
from collections.abc import AsyncIterator
from functools import cache

import pytest_asyncio
from playwright.async_api import Browser, async_playwright, expect

from tests.browser import chromium

# A page on a busy machine takes its time; one that is as it should be is not waited for.
expect.set_options(timeout=30_000)


@cache  # finding out starts a browser
def program() -> str:
    return chromium.find(os.environ)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def running_browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        made = await playwright.chromium.launch(executable_path=program(), args=list(chromium.ARGUMENTS))
        yield made
        await made.close()


@pytest_asyncio.fixture(loop_scope="module")
async def browser(running_browser: Browser) -> AsyncIterator[Browser]:
    """
    The file's Chromium, for one test: what it leaves open is closed.

    A page that stays open goes on living: it draws its live mark sixty times a second, follows every event of the
    tests after it, and the later tests of a file then run several times as long.
    """
    yield running_browser
    for context in running_browser.contexts:
        await context.close()
