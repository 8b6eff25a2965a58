"""The page of the simulators, in a real browser: one is the public on all three, and makes them fail."""

from pathlib import Path

import pytest
import pytest_asyncio
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import expect

from tests.channels.simulators.callers import calling

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]
ROOT = Path(__file__).resolve().parents[2]
NASTY = "<img src=x onerror=alert(1)> & <b>bold</b>"


@pytest_asyncio.fixture(loop_scope="module")
async def sim():
    async with calling() as caller:
        yield caller


async def opened(browser, sim, **options):
    """The page, live; anything that its console or its policy complains about is kept in `page.complaints`."""
    context = await browser.new_context(**options)
    context.set_default_timeout(30_000)
    page = await context.new_page()
    page.complaints = []
    page.on("console", lambda one: page.complaints.append(one.text) if one.type == "error" else None)
    page.on("pageerror", lambda one: page.complaints.append(str(one)))
    await page.goto(str(sim.client.base_url))
    await expect(page.locator("#link")).to_have_text("Live")
    return page


async def publish(sim, text="The east entrance is open."):
    """One post on each platform, as our service would make it."""
    await sim.posted(text)
    assert (await sim.client.post("/_sim/x/post", json={"text": text})).status_code == 201
    sid = (await sim.send(to="+12025550140", body=text)).json()["sid"]
    await sim.until_status(sid, "delivered")


async def test_one_answers_edits_and_deletes_as_the_public_on_all_three(sim, browser):
    """What is typed arrives at the platform, comes back as text and never as markup, and can be taken back."""
    await publish(sim)
    page = await opened(browser, sim)
    x, facebook, phones = (page.locator(f"[data-platform={name}]") for name in ("x", "facebook", "twilio"))
    await x.get_by_label("Your answer").fill(NASTY)
    await x.get_by_role("button", name="Answer on X").click()
    await facebook.get_by_label("Your comment").fill(NASTY)
    await facebook.get_by_role("button", name="Comment on Facebook").click()
    await phones.get_by_role("button", name="Answer from +12025550140").click()
    await phones.get_by_label("Your text").fill(NASTY)
    await phones.get_by_role("button", name="Text from this phone").click()
    for place in (x, facebook, phones):
        await expect(place.locator(".text", has_text=NASTY)).to_be_visible()
    assert await page.locator("img, .text b").count() == 0

    await facebook.get_by_role("button", name="Edit: A Visitor").click()
    await facebook.get_by_label("New words").fill("quieter now")
    await facebook.get_by_role("button", name="Save").click()
    await expect(facebook.get_by_text("quieter now")).to_be_visible()
    (comment,) = (await sim.state("facebook"))["posts"][0]["comments"]
    assert (comment["text"], comment["edited"]) == ("quieter now", True)
    await facebook.get_by_role("button", name="Delete: A Visitor").click()
    await x.get_by_role("button", name="Delete: Passer-by").click()
    await expect(page.get_by_role("button", name="Delete:")).to_have_count(0)
    assert (await sim.state("facebook"))["posts"][0]["comments"] == []

    await phones.get_by_role("button", name="STOP", exact=True).click()
    await expect(phones.get_by_text("said STOP")).to_be_visible()
    assert (await sim.send(to="+12025550140")).json()["code"] == 21610
    assert page.complaints == []


async def test_with_nothing_to_answer_it_says_what_to_do_first(sim, browser):
    """As after a restart, which empties the simulators: nobody can change an answer until there is a post."""
    page = await opened(browser, sim)
    x, facebook, phones = (page.locator(f"[data-platform={name}]") for name in ("x", "facebook", "twilio"))
    await x.get_by_label("Your answer").fill("Is it safe?")
    await x.get_by_role("button", name="Answer on X").click()
    await expect(page.locator("#said")).to_have_text("Nothing is posted on X yet. Send an update first.")
    await facebook.get_by_label("Your comment").fill("Is it safe?")
    await facebook.get_by_role("button", name="Comment on Facebook").click()
    await expect(page.locator("#said")).to_have_text(
        "Nothing is posted on the page yet. Send an update first."
    )
    await phones.get_by_label("Your text").fill("Is it safe?")
    await phones.get_by_role("button", name="Text from this phone").click()
    await expect(page.locator("#twilio-who")).to_have_text("1 phone, 1 message")


async def test_a_fault_is_turned_on_and_off_and_a_flood_comes(sim, browser):
    """The panels come from the tables of faults, and do what they say."""
    await publish(sim)
    page = await opened(browser, sim)
    for name in ("x", "facebook", "twilio"):
        panel = page.locator(f"[data-platform={name}] details").first
        await panel.locator("summary").first.click()
        assert await panel.locator(".first > .fault").count() >= 5
        declared = (await sim.client.get("/_sim/faults")).json()["platforms"][name]
        assert await panel.locator("li.fault").count() == len(declared)
    limit = page.locator("[data-platform=facebook]").get_by_role("button", name="Refuses for too many calls")
    await limit.click()
    await expect(limit).to_have_attribute("aria-pressed", "true")
    assert (await sim.post("no")).json()["error"]["code"] == 80001
    await expect(limit).to_contain_text("hit 1")
    await limit.click()
    await expect(limit).to_have_attribute("aria-pressed", "false")
    await sim.posted("yes")
    flooding = page.locator("[data-platform=facebook]")
    await flooding.get_by_label("Answers a second", exact=True).fill("50")
    await flooding.get_by_label("For seconds", exact=True).fill("1")
    await flooding.get_by_role("button", name="Let them answer").click()
    await expect(flooding.locator(".posts > li").first.locator(".below > li")).to_have_count(50)
    assert page.complaints == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_everybody_can_use_it_on_any_width(sim, browser, scheme):
    """No finding of axe, light and dark; nothing sticks out at 320 px; all three say SIMULATOR."""
    await publish(sim)
    await sim.say("How long?")
    page = await opened(browser, sim, color_scheme=scheme, viewport={"width": 320, "height": 700})
    await expect(page.locator(".phones > li")).to_have_count(1)
    for summary in await page.locator("summary").all():
        await summary.click()
    assert await page.locator(".platform .chip", has_text="SIMULATOR").count() == 3
    assert await page.evaluate("document.documentElement.scrollWidth") == 320
    # The policy forbids scripts from elsewhere; axe comes in through the debugger.
    found = await Axe().run(page)
    assert len(found.response["passes"]) > 10
    assert found.violations_count == 0, found.generate_report()


async def test_a_lost_process_is_said_and_found_again(browser):
    """The bar says so while nothing answers."""
    async with calling() as sim:
        page = await opened(browser, sim)
    await expect(page.locator("#link")).to_have_text("Not connected: trying again")


async def test_the_page_is_strict_and_its_colours_are_the_products(sim):
    """No inline script, no other origin, no HTML sinks; the same tokens as every screen."""
    answer = await sim.client.get("/")
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "require-trusted-types-for 'script'" in policy
    assert "unsafe" not in policy
    script = (await sim.client.get("/page/page.js")).text
    for sink in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval("):
        assert sink not in script
    assert (await sim.client.get("/page/../app.py")).status_code == 404
    ours = ROOT / "app/channels/simulators/page/tokens.css"
    assert ours.read_text("utf-8") == (ROOT / "frontend/shared/tokens.css").read_text("utf-8")


async def test_a_glance_is_cheap_when_nothing_changed(sim):
    """304 for the same version; under a flood the view stays small."""
    await publish(sim)
    first = await sim.client.get("/_sim/view")
    again = await sim.client.get("/_sim/view", headers={"If-None-Match": first.headers["etag"]})
    assert again.status_code == 304
    for n in range(400):
        sim.app.platforms["x"].speak(f"h{n}", "N", "hello")
        sim.app.platforms["facebook"].speak(f"h{n}", "N", "hello")
        sim.app.platforms["twilio"].speak(f"h{n}", "N", "hello")
    assert len((await sim.client.get("/_sim/view")).content) < 250_000
