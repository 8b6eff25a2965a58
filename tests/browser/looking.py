"""A page as somebody has it open, and what axe says of it where it stands; for browser tests and for the pictures."""

import os
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from playwright.async_api import Browser, BrowserContext, Page

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]

SETTLED = """() => Promise.allSettled(
  document.getAnimations()
    .filter((one) => one instanceof CSSTransition || one.effect.getComputedTiming().endTime < 1000)
    .map((one) => one.finished)
)"""


async def signed_in(
    browser: Browser, address: str, cookies: Mapping[str, str], **options: Any
) -> BrowserContext:
    """A browser of its own with somebody's session at one address."""
    context = await browser.new_context(**options)
    context.set_default_timeout(30_000)
    await context.add_cookies(
        [{"name": name, "value": value, "url": address} for name, value in cookies.items()]
    )
    return context


async def violations(page: Page, rules: Sequence[str] = RULES) -> list[tuple[str, str, str]]:
    """Of WCAG 2.2 A and AA, as (rule, element, what is wrong); a colour on its way to another is neither."""
    await page.evaluate(SETTLED)
    # Half a megabyte, which takes as long to give as to run: once for each page that was opened.
    if not await page.evaluate("'axe' in window"):
        await page.evaluate(axe_source())
    # A page without a pass was not looked at. What passes is not written out: that is work for nobody.
    found = await page.evaluate(f"axe.run({{runOnly: {list(rules)}, resultTypes: ['violations']}})")
    assert found["passes"], "nothing was looked at"
    return [
        (one["id"], node["html"], node["failureSummary"])
        for one in found["violations"]
        for node in one["nodes"]
    ]


@cache
def axe_source() -> str:
    return files("axe_playwright_python").joinpath("axe.min.js").read_text()


async def scan(page: Page, name: str) -> None:
    """Nothing is wrong where the page stands now; a picture for whoever asks for one."""
    await page.evaluate(SETTLED)
    if folder := os.environ.get("TOCSIN_SCREENSHOTS"):
        await page.screenshot(path=f"{folder}/{name}.png")
    found = await violations(page)
    assert found == [], f"{name}: {found}"
