"""What every browser test may ask for: one Chromium for its file."""

import os
from collections.abc import AsyncIterator
from functools import cache

import pytest_asyncio
from playwright.async_api import Browser, async_playwright

from tests.browser import chromium


@cache  # finding out starts a browser
def program() -> str:
    return chromium.find(os.environ)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        made = await playwright.chromium.launch(executable_path=program(), args=list(chromium.ARGUMENTS))
        yield made
        await made.close()
