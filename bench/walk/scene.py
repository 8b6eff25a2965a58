"""What one state of a screen is to the walk: where it is, and how a page is brought there."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from playwright.async_api import Page

from tests.e2e.stage import Stage

GLOVE_MS = 450
BLOCKED = "Mr John Smith, MRN 00482913, is in room 4."
OWN = "The team is calm and the kidney is pink."
TABLET, SURGERY, FLOOD = "/presenter/kidney-surgery", "/desk/kidney-surgery", "/desk/valdora-flood"


@dataclass(frozen=True)
class Scene:
    """
    Attributes:
        name: Screen and state, as in the names of the pictures.
        make: Bring the page there; it is open at `path`.
        stopped: It is drawn in one look only.
        second: It is the second person's desk.
        before: Before the page is opened.
        fresh: A house that nobody has set up yet.
        tall: The picture is of the whole page, not of what a window shows.
        long: The window is high enough for a dialog or a page that rolls inside itself.
    """

    name: str
    path: str
    make: Callable[[Page, Stage], Awaitable[None]]
    person: bool = True
    stopped: bool = False
    second: bool = False
    before: Callable[[Page, Stage], Awaitable[None]] | None = None
    fresh: bool = False
    tall: bool = False
    long: bool = False


async def as_it_is(page: Page, made: Stage) -> None:
    await page.locator("h1, h2").first.wait_for()


async def filled(page: Page, made: Stage) -> None:
    """Its list has come, or it says that there is none."""
    await page.locator("main :is(table, .card, .em, .chl)").first.wait_for()


async def account(page: Page, made: Stage) -> None:
    await page.get_by_role("heading", name="Passkeys").wait_for()


async def setting_up(page: Page, made: Stage) -> None:
    await page.locator(".wz .rule").first.wait_for()


async def blocked(page: Page, made: Stage) -> None:
    box = page.locator("textarea.edit").first
    await box.fill(BLOCKED)
    await page.locator(".notice.bad").first.wait_for()


async def agree(made: Stage, update: dict[str, Any]) -> None:
    """The second person reads it and lets it go, where it waits for one."""
    if update["state"] != "awaiting_approval":
        return
    view = (await made.tom.get(f"/updates/{update['id']}/approval")).json()
    agreed = {"version": view["version"], "checked": True}
    answer = await made.tom.post(f"/updates/{update['id']}/approve", json=agreed)
    assert answer.status_code == 200, answer.text
