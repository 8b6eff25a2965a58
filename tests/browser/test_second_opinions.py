"""
Two people on two desks: one asks, the other reads and lets it go, and what is out is put right with one plan.
Each screen is scanned for accessibility where it stands.
"""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from tests.browser.looking import scan
from tests.browser.test_coming_in import opened
from tests.e2e.stage import Stage, stage

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(180)]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def rehearsal(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    async with stage(tmp_path_factory.mktemp("opinions"), TOCSIN_DELAYS__REHEARSAL="2") as made:
        yield made


class TestSecondOpinions:
    async def test_an_alert_is_asked_for_changed_approved_and_corrected(
        self, rehearsal: Stage, browser: Browser
    ) -> None:
        """The author cannot approve; other words reset the reading; the correction names every channel."""
        path = "/desk/valdora-flood"
        marta = await opened(browser, rehearsal, path, dict(rehearsal.marta.cookies))
        tom = await opened(browser, rehearsal, path, dict(rehearsal.tom.cookies))
        await marta.locator("#text").fill("A&E at Valdora General is closed. Use the North Gate.")
        await marta.get_by_role("button", name="Ask for approval").click()
        await marta.get_by_role("button", name="Read and decide").click()
        await expect(marta.get_by_text("You cannot approve this")).to_be_visible()
        await scan(marta, "approval-own")

        await tom.get_by_role("button", name="Read and decide").click()
        await tom.get_by_label("I have read every channel").check()
        await scan(tom, "approval")
        await marta.get_by_role("button", name="Change the words").click()
        await marta.locator(".words textarea").first.fill("A&E is closed. Use the South Gate.")
        await marta.get_by_role("button", name="Ask again with these words").click()
        await expect(tom.get_by_role("dialog")).to_contain_text("This changed after you opened it")
        await expect(tom.get_by_role("dialog").get_by_role("button", name="Alert")).to_have_attribute(
            "aria-disabled", "true"
        )
        await tom.get_by_role("button", name="Read it again").click()
        await expect(tom.get_by_label("I have read every channel")).not_to_be_checked()
        await tom.get_by_label("I have read every channel").check()
        await tom.get_by_role("dialog").get_by_role("button", name="Alert").click()

        await tom.get_by_role("button", name="Correct or take back").click()
        await tom.get_by_role("dialog").locator("textarea").fill("Only A&E is closed. Maternity is open.")
        plan = tom.get_by_role("list", name="What happens on each channel")
        for channel in ("Public page:", "X:", "Facebook:", "SMS:"):
            await expect(plan.get_by_text(channel, exact=True)).to_be_visible()
        await scan(tom, "correction")
        await tom.get_by_role("dialog").get_by_role("button", name="Ask for approval").click()
        await expect(marta.get_by_text("Only A&E is closed. Maternity is open.").first).to_be_visible()

    async def test_consent_is_checked_by_two_and_withdrawn(self, rehearsal: Stage, browser: Browser) -> None:
        """A changed record holds again after two people, a changed line loses its signatures; a withdrawal says what stays."""
        path = "/desk/kidney-surgery#consent"
        tom = await opened(browser, rehearsal, path, dict(rehearsal.tom.cookies))
        standing = tom.locator("h1 + .chip")
        await expect(standing).to_have_text("Holds")
        await scan(tom, "consent")
        await tom.get_by_role("button", name="Save; it is checked anew").scroll_into_view_if_needed()
        await tom.get_by_role("button", name="Save; it is checked anew").click()
        await expect(standing).to_have_text("Not complete")
        await tom.get_by_role("button", name="It matches the signed form").click()
        marta = await opened(browser, rehearsal, path, dict(rehearsal.marta.cookies))
        await marta.get_by_role("button", name="It matches the signed form").click()
        await expect(marta.locator("h1 + .chip")).to_have_text("Holds")
        line = tom.get_by_role("region", name="The line for a complication")
        await expect(line.get_by_text("Signed by two people")).to_be_visible()
        await line.get_by_role("textbox").first.fill("We pause here. The family knows.")
        await line.get_by_role("button", name="Keep these words").click()
        await expect(line.get_by_text("Not signed")).to_be_visible()
        await line.get_by_role("button", name="Sign exactly these words").click()
        await expect(line.get_by_text("One signature")).to_be_visible()
        await tom.get_by_role("button", name="Consent withdrawn").click()
        await tom.get_by_role("button", name="Yes, withdraw it now").click()
        await expect(standing).to_have_text("Withdrawn")
        await scan(tom, "consent-withdrawn")
