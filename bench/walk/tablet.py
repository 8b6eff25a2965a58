"""The tablet as a presenter has it: steps, questions, pictures, countdowns, and what is done without a network."""

from __future__ import annotations

import asyncio
import io

from PIL import Image
from playwright.async_api import Page, Route

from bench.walk.scene import GLOVE_MS, OWN, agree
from tests.browser.test_presenter_offline import MAKE_OLD
from tests.e2e.stage import Stage, until

# An age beside a place: the check asks.
ASKED = "A woman of 43 from Valdora is on the table."
OLD_MS = 11 * 60_000


async def write(page: Page, made: Stage) -> None:
    await page.get_by_role("button", name="Write something else").click()
    await page.locator("textarea.edit").fill(OWN)
    await page.get_by_text("Privacy check passed").wait_for()
    await page.wait_for_timeout(GLOVE_MS)


async def photo(page: Page, made: Stage) -> None:
    await write(page, made)
    picture = io.BytesIO()
    Image.new("RGB", (1600, 1200), (20, 110, 100)).save(picture, "JPEG")
    file = {"name": "P.jpg", "mimeType": "image/jpeg", "buffer": picture.getvalue()}
    await page.locator("input[capture]").set_input_files(files=[file])  # type: ignore[list-item]
    await page.get_by_label("What does the photo show?").fill("Two robot arms over a table.")


async def no_photo(page: Page, made: Stage) -> None:
    await write(page, made)
    await page.locator("input[capture]").dispatch_event("cancel")
    await page.get_by_text("No photo was added").wait_for()


async def counting(page: Page, made: Stage) -> None:
    await write(page, made)
    await page.locator("#send").click()
    await page.locator(".count").first.wait_for()


async def offline(page: Page, made: Stage) -> None:
    await page.locator("#send").wait_for()
    await page.context.set_offline(True)
    await page.get_by_role("button", name="Write something else").click()
    await page.locator("textarea.edit").fill(OWN)
    await page.wait_for_timeout(GLOVE_MS)
    await page.locator("#send").click()
    await page.locator(".count.wait").wait_for()


async def phoned(page: Page, made: Stage) -> None:
    await offline(page, made)
    await page.wait_for_timeout(GLOVE_MS)
    await page.get_by_role("button", name="Ask the desk to post").click()
    await page.locator(".asks").wait_for()


async def answering(page: Page, made: Stage) -> None:
    await page.locator(".asked").get_by_role("button", name="Answer:").first.click()
    await page.locator(".answering").wait_for()


async def counting_two(page: Page, made: Stage) -> None:
    """The soonest is on top, and each has its own way back."""
    await page.locator("#send").wait_for()
    for text in ("The first knot is tied.", "The second knot is tied."):
        await page.get_by_role("button", name="Write something else").click()
        await page.locator("textarea.edit").fill(text)
        await page.get_by_text("Privacy check passed").wait_for()
        await page.wait_for_timeout(GLOVE_MS)
        await page.locator("#send").click()
    await page.locator(".count").nth(1).wait_for()


async def warned(page: Page, made: Stage) -> None:
    """Nothing is certain, so a second tap sends it."""
    await page.get_by_role("button", name="Write something else").click()
    await page.locator("textarea.edit").fill(ASKED)
    await page.get_by_text("This could identify someone").first.wait_for()


async def too_long(page: Page, made: Stage) -> None:
    await page.get_by_role("button", name="Write something else").click()
    await page.locator("textarea.edit").fill("The team is calm and all goes as planned. " * 45)
    await page.locator(".pv").get_by_text("over", exact=False).first.wait_for()


async def slow(page: Page, made: Stage) -> None:
    """The text waits for its picture, which does not arrive."""
    never = asyncio.Event()

    async def hang(route: Route) -> None:
        await never.wait()

    await page.context.route("**/media", hang)
    await photo(page, made)
    for box in await page.locator(".looking fieldset input").all():
        await box.check()
    await page.wait_for_timeout(GLOVE_MS)
    await page.locator("#send").click()
    await page.get_by_role("button", name="Skip photos").wait_for()


async def old(page: Page, made: Stage) -> None:
    """Written without a network eleven minutes ago: back again, it asks."""
    await offline(page, made)
    await page.evaluate(MAKE_OLD, [1, OLD_MS])
    address = page.url
    await page.goto("about:blank")  # what the page remembers of it is new; what is kept is old
    await page.context.set_offline(False)
    await page.goto(address)
    await page.locator(".asks").wait_for()


async def refused_x(page: Page, made: Stage) -> None:
    """X asks to wait; what else is sent goes to the other channels."""
    body = {"platform": "x", "name": "rate_limit_now", "params": {}, "times": 20}
    assert (await made.world.post("/_sim/faults", json=body)).status_code < 300
    sent = await made.submit("The camera is being cleaned.", slug="valdora-flood")
    await agree(made, sent)

    async def x() -> str:
        deliveries = (await made.update(sent["id"]))["deliveries"]
        return " ".join(one["reason"] for one in deliveries)

    await until(x, lambda said: "limited" in said)


async def no_access(page: Page, made: Stage) -> None:
    """Facebook has taken our access away: the channel is paused, and what waits for it waits."""
    body = {"platform": "facebook", "name": "revoke_token", "params": {}}
    assert (await made.world.post("/_sim/faults", json=body)).status_code < 300
    sent = await made.submit("The pump is running again.", slug="valdora-flood")
    await agree(made, sent)

    async def states() -> set[str]:
        return {one["state"] for one in (await made.marta.get("/channels")).json()}

    await until(states, lambda found: "paused" in found)
