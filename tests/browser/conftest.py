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
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        made = await playwright.chromium.launch(executable_path=program(), args=list(chromium.ARGUMENTS))
        yield made
        await made.close()
