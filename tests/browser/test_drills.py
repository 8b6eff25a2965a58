"""
Drills at the desk: kept away around a hand-over, started, injects arriving, the look of it, its end, and the score of
each person. Scanned for accessibility in both themes and at three widths.
"""

import json
import os
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from tests.browser.looking import scan
from tests.browser.test_coming_in import opened
from tests.browser.test_desk import FLOOD, desk, fits
from tests.e2e.stage import Stage, stage
from tests.e2e.test_drills import person

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(180)]

EVENT = "/events/valdora-flood"
PACK = {
    "id": "short",
    "kind": "crisis",
    "title": "A short one",
    "brief": "Everything at once.",
    "seconds": 600,
    "goals": {"first_message_s": 600, "correction_s": 0.5, "guard_blocks": 0},
    "injects": [
        {"at_s": 0, "kind": "note", "text": "Water in the corridor."},
        {"at_s": 0, "kind": "fault", "platform": "x", "fault": "media_fails"},
        {"at_s": 1, "kind": "note", "text": "The order was wrong.", "calls_for": "correction"},
    ],
}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def rehearsal(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    folder = tmp_path_factory.mktemp("drills")
    (folder / "data" / "packs").mkdir(parents=True)
    (folder / "data" / "packs" / "short.json").write_text(json.dumps(PACK))
    async with stage(folder, TOCSIN_DELAYS__REHEARSAL="0") as made:
        yield made


async def looked_at(page: Page, name: str) -> None:
    """Light, narrow and wide, and dark: no violation, and nothing hangs out to the side. With pictures, between too."""
    for width in (320, 768, 1280) if "TOCSIN_SCREENSHOTS" in os.environ else (320, 1280):
        await page.set_viewport_size({"width": width, "height": 900})
        await fits(page, f"{name} {width}")
        await scan(page, f"{name}-{width}")
    await page.evaluate("document.documentElement.dataset.theme = 'dark'")
    await scan(page, f"{name}-dark")
    await page.evaluate("document.documentElement.dataset.theme = 'light'")
    await page.set_viewport_size({"width": 1440, "height": 900})


class TestDrillsAtTheDesk:
    async def test_N14_around_a_handover_no_drill_starts_until_both_crews_say_that_they_know(
        self, rehearsal: Stage, browser: Browser
    ) -> None:
        """It says why, until when and who is missing; each presses for themselves, and the button stays in reach."""
        marta, tom = rehearsal.marta, rehearsal.tom
        await marta.post(f"{EVENT}/button/take", json={})
        await marta.post(f"{EVENT}/button/offer", json={"person_id": await person(tom)})
        page = await desk(browser, rehearsal, f"{FLOOD}#drills")
        near = page.locator(".notice.warn")
        await expect(near).to_contain_text("No drill starts around a hand-over")
        await expect(near).to_contain_text("after the other person has taken the button")
        await expect(near).to_contain_text("Still to say that they know: Tom Okafor")
        await looked_at(page, "drill-near")
        await tom.post(f"{EVENT}/button/accept", json={})
        await expect(near).to_contain_text("It is free again at ")
        await page.get_by_role("button", name="Start the drill").click()
        await expect(page.locator(".notice.bad")).to_contain_text("let both crews say that they know")
        await near.get_by_role("button", name="I know of the drill").click()
        await expect(near).not_to_contain_text("you have not said so yet")
        other = await desk(browser, rehearsal, f"{FLOOD}#drills", "tom")
        await other.get_by_role("button", name="I know of the drill").click()
        await expect(near).to_have_count(0)
        await expect(other.locator(".notice.warn")).to_have_count(0)
        await other.context.close()
        await page.context.close()

    async def test_N14_a_drill_is_started_tells_looks_like_one_ends_and_scores_each_person(
        self, rehearsal: Stage, browser: Browser
    ) -> None:
        """What the team is told stands on the desk of the other person too; the bar and the title say what it is."""
        page = await desk(browser, rehearsal, f"{FLOOD}#drills")
        tom = await opened(browser, rehearsal, FLOOD, dict(rehearsal.tom.cookies))
        await page.get_by_role("radio", name="A short one").check()
        await page.get_by_role("button", name="Start the drill").click()
        await expect(page.locator(".injects")).to_contain_text("Water in the corridor.")
        await expect(page.locator(".injects")).to_contain_text("X media fails")
        await expect(page.locator(".injects")).to_contain_text("Calls for a correction")
        await looked_at(page, "drill-running")

        strip = tom.get_by_role("region", name="The drill tells you")
        await expect(strip).to_contain_text("The order was wrong.")
        await expect(tom.locator(".vh[role=status]")).to_contain_text("The order was wrong.")
        await expect(tom.locator(".mode")).to_contain_text("DRILL · INCIDENT")
        await expect(tom.locator(".mode .run")).to_contain_text("A short one")
        assert (await tom.title()).startswith("DRILL · INCIDENT:")
        assert await tom.locator("html").get_attribute("data-mode") == "drill"
        await looked_at(tom, "drill-desk")

        sent = await rehearsal.marta.post(
            f"{EVENT}/updates",
            json={"texts": {"en": "We are checking reports of flooding."}, "source": "desk"},
            headers={"idempotency-key": "drill-first-word"},
        )
        assert sent.status_code == 201, sent.text
        await tom.locator(".mode").get_by_role("button", name="End drill").click()
        dialog = tom.get_by_role("dialog")
        await scan(tom, "drill-end")
        await dialog.get_by_role("button", name="End it").click()
        await expect(tom.get_by_role("heading", name="A short one")).to_be_visible()
        row = tom.get_by_role("row", name="Marta Serra")
        await expect(row).to_contain_text("100 of 100")
        await expect(row).to_contain_text("goal met")
        team = tom.get_by_role("region", name="The team")
        await expect(team).to_contain_text("goal missed")  # nobody corrected what called for it
        await looked_at(tom, "drill-score")

        await expect(page.get_by_text("Ended early")).to_be_visible()
        await expect(page.get_by_role("button", name="Start the drill")).to_be_enabled()
        assert (await rehearsal.marta.get("/drills/proficiency?format=csv")).status_code == 200
        await tom.context.close()
        await page.context.close()
