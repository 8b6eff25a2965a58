"""What the public sees: the event's page in each of its states, and the frame that others set into theirs."""

from __future__ import annotations

import re
import uuid

from playwright.async_api import Page, Route

from bench.walk.scene import agree
from tests.e2e.stage import Stage, until


def once() -> dict[str, str]:
    return {"idempotency-key": str(uuid.uuid4())}


async def framed(page: Page, made: Stage) -> None:
    await page.locator("tocsin-live").locator(".card, .bar").first.wait_for()


async def reconnecting(page: Page, made: Stage) -> None:
    await page.locator("[data-part=standing]").get_by_text("Live").wait_for()
    await page.context.set_offline(True)
    await page.get_by_text("Reconnecting.").first.wait_for(timeout=40_000)


async def dead(page: Page, made: Stage) -> None:
    await reconnecting(page, made)
    await page.get_by_text("Not live right now.").first.wait_for(timeout=40_000)


async def end(page: Page, made: Stage) -> None:
    """Nobody ends what people still read as going on: the all clear first, by two."""
    items = (await made.marta.get("/events/valdora-flood/updates")).json()["items"]
    last = next(one for one in items if one["state"] == "released" and one["kind"] == "update")
    body = {"kind": "all_clear", "texts": {"en": "The water is gone. A&E is open again."}}
    clear = await made.marta.post(f"/updates/{last['id']}/corrections", json=body, headers=once())
    assert clear.status_code < 300, clear.text
    await agree(made, clear.json())
    await until(lambda: made.update(clear.json()["id"]), lambda one: one["state"] == "released")
    ended = await made.marta.post("/events/valdora-flood/end")
    assert ended.status_code < 300, ended.text
    await page.reload()
    await page.get_by_text("Ended").first.wait_for()


async def waiting(page: Page, made: Stage) -> None:
    """Somebody reads further down: what is new waits behind the pill."""
    await page.locator("ol.rope > li").first.wait_for()
    await page.set_viewport_size({"width": 1280, "height": 400})
    await page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    await agree(made, await made.submit("The water is falling.", slug="valdora-flood"))
    await page.locator("[data-part=pill] button").wait_for()


async def corrected(page: Page, made: Stage) -> None:
    """One update put right and one taken back; both stay, and say so."""
    await page.reload()
    await page.locator(".was").first.wait_for()


async def correct_two(page: Page, made: Stage) -> None:
    items = (await made.marta.get("/events/valdora-flood/updates")).json()["items"]
    out = [one for one in items if one["state"] == "released" and one["kind"] == "update"]
    kinds = (
        {"kind": "correction", "texts": {"en": "Only A&E is closed. Maternity is open."}},
        {"kind": "retraction"},
    )
    for update, body in zip(out, kinds, strict=False):
        asked = await made.marta.post(f"/updates/{update['id']}/corrections", json=body, headers=once())
        assert asked.status_code in (200, 201, 202), asked.text
        await agree(made, asked.json())

    async def states() -> set[str]:
        page_ = await made.marta.get("/events/valdora-flood/timeline/public/snapshot")
        return {one["state"] for one in page_.json()["items"]}

    await until(states, lambda found: "corrected" in found)


async def without_script(page: Page, made: Stage) -> None:
    """As a browser that runs none has it; its own page still has to let axe run."""

    async def stripped(route: Route) -> None:
        answer = await route.fetch()
        body = re.sub(r"<script\b.*?</script>|</?noscript>", "", await answer.text(), flags=re.S)
        await route.fulfill(response=answer, body=body)

    await page.route("**/e/*", stripped)


async def printed(page: Page, made: Stage) -> None:
    await page.emulate_media(media="print")
