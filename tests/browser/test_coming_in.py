"""
Coming in as people do it: a person added by two, who chooses her own password, a tablet paired with a code, the policy read before the first post,
the lock after the tablet was left alone. Each screen is scanned for accessibility where it stands.
"""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from tests.browser.looking import scan, signed_in
from tests.e2e.stage import Stage, stage

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(180)]

PASSWORD = "a sentence only nina knows"
IDLE_S = 20.0


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def rehearsal(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    folder = tmp_path_factory.mktemp("coming-in")
    async with stage(folder, TOCSIN_DELAYS__REHEARSAL="2", TOCSIN_TABLET_IDLE_S=str(IDLE_S)) as made:
        yield made


async def opened(browser: Browser, rehearsal: Stage, path: str, cookies: dict[str, str], **size: int) -> Page:
    address = f"http://localhost:{rehearsal.port}"
    context = await signed_in(browser, address, cookies, viewport={"width": 1440, "height": 900, **size})
    page = await context.new_page()
    await page.goto(address + path)
    return page


class TestComingIn:
    async def test_a_tablet_is_paired_reads_the_policy_sends_and_locks(
        self, rehearsal: Stage, browser: Browser
    ) -> None:
        """Two people invite a presenter, who chooses her password; her tablet pairs, sends what it kept, asks for its PIN."""
        marta = await opened(browser, rehearsal, "/desk#people", dict(rehearsal.marta.cookies))
        await marta.get_by_role("button", name="Add a person").click()
        await marta.get_by_label("Name").fill("Nina Roca")
        await marta.get_by_label("E-mail").fill("nina@drill.example")
        await marta.get_by_role("button", name="Add", exact=True).click()
        await expect(marta.locator("#main").get_by_text("Tom Okafor has to confirm")).to_be_visible()
        first = await marta.locator("#main code.code").inner_text()
        await scan(marta, "proposed")

        tom = await opened(browser, rehearsal, "/desk#two", dict(rehearsal.tom.cookies))
        await scan(tom, "two-people")
        await tom.get_by_role("button", name="Confirm").click()
        await expect(tom.locator("#main").get_by_text("Nothing waits")).to_be_visible()
        second = await tom.locator("#main code.code").inner_text()
        await scan(tom, "confirmed")

        nina = await opened(browser, rehearsal, "/sign-in", {})
        await nina.get_by_label("Single-use code").fill(f"{first} {second}")
        await nina.get_by_role("button", name="Sign in", exact=True).click()
        await expect(nina.get_by_label("Your new password")).to_be_focused()
        await nina.goto(f"http://localhost:{rehearsal.port}/desk#people")  # not before there is a password
        await expect(nina.get_by_label("Your new password")).to_be_focused()
        await scan(nina, "choose-password")
        await nina.get_by_label("Your new password").fill(PASSWORD)
        await nina.get_by_role("button", name="Go on").click()
        await nina.wait_for_url("**/desk")
        await nina.context.close()

        await marta.goto(f"http://localhost:{rehearsal.port}/desk/kidney-surgery#tablets")
        await marta.get_by_role("button", name="Pair a tablet").click()
        await marta.get_by_label("For whom").select_option(label="Nina Roca")
        await marta.get_by_label("Name of the tablet").fill("Theatre 3")
        await marta.get_by_role("button", name="Make a code").click()
        code = await marta.locator("code.code").inner_text()
        await scan(marta, "pairing")

        tablet = await opened(browser, rehearsal, f"/pair#{code}", {}, width=1180, height=820)
        await expect(tablet.get_by_label("Pairing code")).to_have_value(code)
        assert "#" not in tablet.url
        await scan(tablet, "pair")
        await tablet.get_by_role("button", name="Password", exact=True).click()
        await tablet.get_by_label("Password of the person it is for").fill(PASSWORD)
        await tablet.get_by_label("A new PIN").fill("7391")
        await tablet.get_by_label("The PIN once more").fill("7391")
        await tablet.get_by_role("button", name="Pair", exact=True).click()

        await expect(tablet.get_by_role("dialog")).to_contain_text("Say nothing that could tell who")
        # Behind it the first step is checked, and Send takes its colour.
        await expect(tablet.locator("#send")).not_to_have_attribute("aria-disabled", "true")
        await scan(tablet, "policy")
        await tablet.get_by_role("button", name="Later").click()
        await tablet.locator("textarea").fill("The patient is asleep and well.")
        await expect(tablet.locator("#send")).not_to_have_attribute("aria-disabled", "true")
        await tablet.locator("#send").click()
        await expect(tablet.get_by_role("dialog")).to_be_visible()  # refused for it, so it is shown again
        async with tablet.expect_response(lambda one: one.url.endswith("/updates")) as sent:
            await tablet.get_by_role("button", name="I have read this").click()
        answer = await sent.value
        assert answer.status == 201, await answer.text()

        await expect(tablet.get_by_label("PIN")).to_be_visible(timeout=(IDLE_S + 15) * 1000)
        await scan(tablet, "locked")
        await tablet.reload()  # a locked tablet gets its page, and is still locked
        await tablet.get_by_label("PIN").fill("1111")
        await tablet.get_by_role("button", name="Unlock").click()
        await expect(tablet.get_by_role("alert").filter(has_text="Tries left: 4")).to_be_visible()
        await tablet.get_by_label("PIN").fill("7391")
        await tablet.get_by_role("button", name="Unlock").click()
        await expect(tablet.locator("#send")).to_be_visible()

        await tablet.context.clear_cookies()  # its session has ended; its key opens another
        await tablet.goto(f"http://localhost:{rehearsal.port}/presenter/kidney-surgery")
        await expect(tablet.locator("#send").or_(tablet.get_by_label("PIN"))).to_be_visible()

    async def choose_screens(self, marta: Page) -> None:
        """Light whatever the device says until somebody chooses; then as chosen, at once and after a reload."""
        root = marta.locator("html")
        await marta.emulate_media(color_scheme="dark")
        await expect(root).to_have_attribute("data-theme", "light")
        await marta.get_by_label("Colours").select_option("auto")
        await expect(root).to_have_attribute("data-theme", "dark")
        await scan(marta, "account-dark")
        await marta.emulate_media(color_scheme="light")
        await expect(root).to_have_attribute("data-theme", "light")
        await marta.get_by_label("Colours").select_option("dark")
        await expect(root).to_have_attribute("data-theme", "dark")
        await marta.get_by_label("Language").select_option("it")
        await marta.get_by_role("heading", name="I tuoi schermi").wait_for()
        await expect(root).to_have_attribute("lang", "it")
        await expect(root).to_have_attribute("data-theme", "dark")
        await marta.get_by_label("Lingua").select_option("en")
        await marta.get_by_label("Colours").select_option("light")
        await expect(root).to_have_attribute("data-theme", "light")

    async def test_the_account_page_and_the_ways_to_sign_in_are_there(
        self, rehearsal: Stage, browser: Browser
    ) -> None:
        """A sheet of codes for the telephone is made there, and a passkey, which signs its person in."""
        marta = await opened(browser, rehearsal, "/desk#me", dict(rehearsal.marta.cookies))
        await marta.get_by_role("heading", name="Passkeys").wait_for()
        await scan(marta, "account")
        await self.choose_screens(marta)
        tom = await opened(browser, rehearsal, "/desk/valdora-flood#me", dict(rehearsal.tom.cookies))
        await tom.get_by_role("button", name="Make a new sheet").click()
        await expect(tom.locator(".codes")).to_contain_text("12  ")
        await scan(tom, "telephone-codes")
        await tom.context.close()
        keys = await marta.context.new_cdp_session(marta)
        await keys.send("WebAuthn.enable")
        await keys.send(
            "WebAuthn.addVirtualAuthenticator",
            {
                "options": {
                    "protocol": "ctap2",
                    "transport": "internal",
                    "hasResidentKey": True,
                    "hasUserVerification": True,
                    "isUserVerified": True,
                }
            },
        )
        await marta.get_by_label("Name, such as Phone").fill("Phone")
        await marta.get_by_role("button", name="Add a passkey").click()
        await expect(marta.get_by_role("button", name="Take away the passkey Phone")).to_be_visible()
        await marta.context.clear_cookies()
        await marta.goto(f"http://localhost:{rehearsal.port}/sign-in")
        await scan(marta, "sign-in")
        await marta.get_by_role("button", name="Sign in with a passkey").click()
        await marta.wait_for_url("**/desk")


class TestConnecting:
    async def test_S15_an_account_is_connected_at_x_by_going_there_and_coming_back(
        self, rehearsal: Stage, browser: Browser
    ) -> None:
        """X is another site: whoever it leads back is still signed in, and a second person is asked."""
        marta = await opened(browser, rehearsal, "/desk#channels", dict(rehearsal.marta.cookies))
        await marta.get_by_role("button", name="Add a channel").click()
        known = (await rehearsal.world.get("/_sim/credentials")).json()["x"]
        address = f"{rehearsal.simulators.address}/x"
        await marta.get_by_label("Name on the desk").fill("Ours too")
        for name, value in {
            "s-x-base_address": address,
            "s-x-site_address": address,
            "s-x-username": known["username"],
            "s-x-user_id": known["user_id"],
            "c-x-client_id": known["client_id"],
        }.items():
            await marta.locator(f"#{name}").fill(value)
        await scan(marta, "connect")
        await marta.get_by_role("button", name="Connect with X").click()
        await expect(marta.locator("#main").get_by_text("Tom Okafor has to confirm")).to_be_visible()
        assert marta.url.endswith("/desk#channels")
