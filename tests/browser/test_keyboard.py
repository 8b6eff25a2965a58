"""
The desk without a mouse: every journey by Tab, Enter, Space, arrows and the letters that `?` lists. After each press
something has the focus; dialogs keep it inside and give it back.
"""

import json
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, Page, expect

from tests.browser.looking import scan
from tests.browser.test_coming_in import opened
from tests.browser.test_desk import FLOOD, SURGERY, desk
from tests.browser.test_drills import PACK
from tests.e2e.stage import Stage, stage, until

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(180)]

EVENT = "/events/valdora-flood"
MOST_TABS = 80


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def rehearsal(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    folder = tmp_path_factory.mktemp("keyboard")
    (folder / "data" / "packs").mkdir(parents=True)
    (folder / "data" / "packs" / "short.json").write_text(json.dumps(PACK))
    async with stage(folder, TOCSIN_DELAYS__REHEARSAL="2") as made:
        yield made


async def go(page: Page, to: Locator, key: str = "Tab") -> None:
    """By Tab alone to a control, which is really reached and has the focus."""
    await to.wait_for()
    for _ in range(MOST_TABS):
        if await to.evaluate("one => one === document.activeElement"):
            return
        await page.keyboard.press(key)
    raise AssertionError(f"{to} is not reached by {key}")


async def press(page: Page, on: Locator, key: str = "Enter") -> None:
    await go(page, on)
    await page.keyboard.press(key)


async def somewhere(page: Page) -> str:
    """What has the focus, once whatever was pressed is answered: something does."""
    name = await page.wait_for_function(
        "() => { const at = document.activeElement;"
        " return at && at !== document.body ? at.innerText?.slice(0, 60) || at.id || at.tagName : null }"
    )
    return str(await name.json_value())


async def inside(page: Page) -> None:
    """Tab goes round in the dialog, both ways."""
    for key, times in (("Tab", 12), ("Shift+Tab", 12)):
        for _ in range(times):
            await page.keyboard.press(key)
            assert await page.evaluate("!!document.activeElement.closest('[role=dialog]')"), key


class TestKeyboard:
    async def test_a_new_event_is_made_filled_and_goes_live(self, rehearsal: Stage, browser: Browser) -> None:
        """From the list of events to live, with a step on its cue sheet that somebody else signs."""
        page = await opened(browser, rehearsal, "/desk", dict(rehearsal.marta.cookies))
        await press(page, page.get_by_role("button", name="New event"))
        await expect(page.locator("#h-new")).to_be_focused()
        await press(page, page.get_by_role("button", name="Training", exact=True))
        await go(page, page.get_by_label("Title"))
        await page.keyboard.type("Knot tying for new staff")
        await press(page, page.get_by_role("complementary").locator("button[type=submit]"))
        await page.wait_for_url("**/desk/knot-tying*")
        await page.locator("#main").wait_for()
        slug = page.url.rsplit("/", 1)[1]

        await press(page, page.get_by_role("link", name="Cue sheet"))
        await press(page, page.get_by_role("button", name="Add a step"))
        await expect(page.locator("#h-cue-form")).to_be_focused()
        await go(page, page.get_by_label("Name of the step"))
        await page.keyboard.type("First knot")
        await go(page, page.get_by_label("Text, EN"))
        await page.keyboard.type("The first knot is tied after {minutes} minutes.")
        await expect(page.get_by_text("Blank: minutes")).to_be_visible()
        await press(page, page.get_by_role("button", name="Add it"))
        row = page.get_by_role("listitem").filter(has_text="First knot")
        await expect(row).to_contain_text("Not signed")
        await expect(page.get_by_role("button", name="Add a step")).to_be_focused()

        tom = await opened(browser, rehearsal, f"/desk/{slug}#steps", dict(rehearsal.tom.cookies))
        await press(tom, tom.get_by_role("button", name="Sign exactly these words: First knot"))
        await expect(row).to_contain_text("Signed by Tom Okafor")
        await somewhere(tom)
        await tom.context.close()

        await press(page, page.get_by_role("link", name="Desk", exact=True))
        await press(page, page.get_by_role("button", name="Go live", exact=True))
        await expect(page.locator(".mode")).to_contain_text("LIVE EVENT")
        await somewhere(page)
        await page.context.close()

    async def test_setting_up_goes_from_step_to_step_and_each_has_an_address(
        self, rehearsal: Stage, browser: Browser
    ) -> None:
        """Five steps by Enter alone, each told to who listens; left and opened again, it stands where it stood."""
        page = await opened(browser, rehearsal, "/desk", dict(rehearsal.marta.cookies))
        await press(page, page.get_by_role("link", name="Set up Tocsin"))
        # The house has its name; only Tom could approve, so people are what is missing first.
        await expect(page.get_by_role("heading", level=1)).to_have_text("People")
        await expect(page.get_by_text("Too few people can approve")).to_be_visible()
        for step, heading in (("channels", "Channels"), ("rules", "Safety rules"), ("drill", "First drill")):
            await press(page, page.get_by_role("link", name=f"Next: {heading}"))
            await expect(page.get_by_role("heading", level=1)).to_be_focused()
            await expect(page.get_by_role("heading", level=1)).to_have_text(heading)
            assert page.url.endswith(f"#setup/{step}")
        await page.reload()
        current = page.get_by_role("navigation", name="Set up Tocsin").locator("[aria-current=step]")
        await expect(current).to_have_text("First drill")
        await expect(page.locator("#main .rule")).to_have_count(1)
        await scan(page, "setting-up")
        await page.context.close()

    async def test_the_skip_link_goes_to_the_page_that_is_open_and_the_keys_are_listed(
        self, rehearsal: Stage, browser: Browser
    ) -> None:
        """It leaves the page as it is; ? opens the list, which gives focus back, also when its words were pressed."""
        page = await desk(browser, rehearsal, f"{FLOOD}#delivery")
        await expect(page.locator("#main")).not_to_contain_text("Not known yet")
        await page.keyboard.press("Tab")
        await page.keyboard.press("Enter")
        await expect(page.locator("main.dpage, main#main")).to_be_focused()
        assert page.url.endswith("#delivery")
        before = await somewhere(page)
        await page.keyboard.press("?")
        await expect(page.get_by_role("dialog").get_by_role("heading", name="Keyboard")).to_be_focused()
        await inside(page)
        await page.get_by_role("dialog").locator("dd").first.click()
        await inside(page)
        await page.get_by_role("dialog").locator("dd").first.click()
        await page.keyboard.press("Escape")
        await expect(page.get_by_role("dialog")).to_have_count(0)
        assert await somewhere(page) == before
        await page.context.close()

    async def test_on_the_tablet_it_goes_from_the_text_over_send_to_steps_questions_hold_and_stop(
        self, rehearsal: Stage, browser: Browser
    ) -> None:
        """What is done most comes first, and what stops everything is always last, wherever the screen puts them."""
        page = await opened(browser, rehearsal, "/presenter/kidney-surgery", dict(rehearsal.marta.cookies))
        await page.locator("#send").wait_for()
        places = await page.evaluate(
            "['textarea.edit', '#send', '.steps button', '.pad'].map((one) =>"
            " [...document.querySelectorAll('*')].indexOf(document.querySelector(one)))"
        )
        await page.context.close()
        assert -1 not in places
        assert places == sorted(places)

    async def test_a_role_is_given_and_the_record_read(self, rehearsal: Stage, browser: Browser) -> None:
        """The box keeps the focus while it is asked; reading the record takes its button away, not the place."""
        page = await desk(browser, rehearsal, f"{FLOOD}#people")
        opener = page.get_by_role("button", name="Change the roles of Tom Okafor")
        await press(page, opener)
        await expect(page.locator("#h-roles")).to_be_focused()
        box = page.get_by_role("group", name="On this event only").get_by_role("checkbox", name="Auditor")
        await press(page, box, "Space")
        await expect(page.locator(".vh[role=status]")).to_contain_text("Tom Okafor is now")
        await expect(box).to_be_focused()
        await press(page, page.get_by_role("link", name="Record"))
        await press(page, page.get_by_role("button", name="Read it here"))
        await page.get_by_role("columnheader", name="Who").wait_for()
        assert await somewhere(page)
        await page.context.close()

    async def test_an_update_is_written_approved_and_what_is_held_is_decided(
        self, rehearsal: Stage, browser: Browser
    ) -> None:
        """C and Ctrl+Enter ask; the other reads and ticks inside a dialog; D shows what a stop held; Send again."""
        page = await desk(browser, rehearsal, FLOOD)
        await page.keyboard.press("c")
        await expect(page.locator("#text")).to_be_focused()
        await page.keyboard.type("We are checking reports of flooding.")
        await expect(page.get_by_role("button", name="Ask for approval")).to_be_enabled()
        await page.keyboard.press("Control+Enter")
        await expect(page.get_by_role("heading", name="Waiting for a second person")).to_be_visible()
        await expect(page.locator("#text")).to_be_focused()

        # X asks to wait, so that a stop finds it waiting.
        body = {"platform": "x", "name": "rate_limit_now", "params": {}, "times": 20}
        assert (await rehearsal.world.post("/_sim/faults", json=body)).status_code < 300
        tom = await desk(browser, rehearsal, FLOOD, "tom")
        await press(tom, tom.get_by_role("button", name="Read and decide"))
        dialog = tom.get_by_role("dialog")
        await expect(dialog.get_by_role("heading").first).to_be_focused()
        await inside(tom)
        await press(tom, dialog.get_by_label("I have read every channel"), "Space")
        await go(tom, dialog.locator("summary").last, "Shift+Tab")  # what each channel says, read once more
        await press(tom, dialog.locator(".ft .btn-p"))
        await expect(dialog).to_have_count(0)
        await somewhere(tom)
        await tom.context.close()

        (update,) = (await rehearsal.marta.get(f"{EVENT}/updates")).json()["items"][:1]
        channels = {
            one["id"]: one["adapter"] for one in (await rehearsal.marta.get(EVENT)).json()["channels"]
        }

        async def x() -> dict[str, object]:
            found = await rehearsal.update(update["id"])
            return next(one for one in found["deliveries"] if channels[one["channel_id"]] == "x")

        await until(x, lambda one: one["reason"] == "limited")
        await rehearsal.marta.post(f"{EVENT}/stop", json={})
        await rehearsal.world.delete("/_sim/faults/x")
        await rehearsal.tom.post(f"{EVENT}/restart", json={"decisions": {}})
        await rehearsal.tom.post(f"{EVENT}/resume", json={})
        assert (await x())["state"] == "held"

        await page.keyboard.press("Escape")
        await go(page, page.get_by_role("link", name="Delivery", exact=True), "Shift+Tab")
        await page.keyboard.press("d")
        channel = page.get_by_role("group", name="Channels").get_by_role("button", name="X Needs a decision")
        await press(page, channel)
        await expect(channel).to_be_focused()
        held = page.get_by_role("region", name="It waits for a decision about X")
        await expect(held).to_contain_text("You saw it on X. It counts as sent and is not sent again.")
        await expect(held).to_contain_text("It goes out on X now. It has not been posted there yet.")
        await scan(page, "delivery-held")
        await page.set_viewport_size({"width": 320, "height": 800})
        await scan(page, "delivery-held-320")
        await page.set_viewport_size({"width": 1440, "height": 900})
        await expect(held.get_by_role("button", name="It is there")).to_be_visible()
        await press(page, held.get_by_role("button", name="Send again"))
        await expect(held).to_have_count(0)
        await expect(page.locator(".vh[role=status]")).to_contain_text("It is being sent again.")
        await somewhere(page)
        await until(x, lambda one: one["state"] != "held")
        await page.context.close()

    async def test_a_drill_is_chosen_started_and_ended(self, rehearsal: Stage, browser: Browser) -> None:
        """Arrows choose; the form goes away and focus stays on the page; the question traps and gives back."""
        page = await desk(browser, rehearsal, f"{FLOOD}#drills")
        first = page.get_by_role("radio").first
        await go(page, first)
        short = page.get_by_role("radio", name="A short one")
        for _ in range(5):
            if await short.is_checked():
                break
            await page.keyboard.press("ArrowDown")
        await press(page, page.get_by_role("button", name="Start the drill"))
        await expect(page.locator(".injects")).to_contain_text("Water in the corridor.")
        await somewhere(page)
        end = page.locator("#main").get_by_role("button", name="End drill")
        await press(page, end)
        await expect(page.get_by_role("heading", name="End this drill?")).to_be_focused()
        await inside(page)
        await page.keyboard.press("Escape")
        await expect(end).to_be_focused()
        await page.keyboard.press("Enter")
        await press(page, page.get_by_role("dialog").get_by_role("button", name="End it"))
        await expect(page.get_by_role("heading", name="A short one")).to_be_visible()
        await somewhere(page)
        await page.context.close()

    async def test_a_course_is_moved_edited_and_what_another_changed_is_shown_beside(
        self, rehearsal: Stage, browser: Browser
    ) -> None:
        """Moving keeps the button; the signature that other words void is named; theirs stands beside mine."""
        page = await desk(browser, rehearsal, f"{SURGERY}#steps")
        second = page.get_by_role("button", name="Move up: Asleep and positioned")
        await press(page, second)
        await expect(page.locator(".cue h3").first).to_contain_text("Asleep and positioned")
        await expect(second).to_be_focused()
        steps = (await rehearsal.tom.get("/events/kidney-surgery/steps")).json()
        path = f"/events/kidney-surgery/steps/{steps[0]['id']}"
        signed = await rehearsal.tom.post(f"{path}/sign", json={"version": steps[0]["version"]})
        assert signed.status_code == 200, signed.text
        await press(page, page.get_by_role("button", name="Edit step: Asleep and positioned"))
        await go(page, page.get_by_label("Text, EN"))
        await page.keyboard.press("End")
        await page.keyboard.type(" All is calm.")
        await expect(page.get_by_text("Saving voids the signature of Tom Okafor")).to_be_visible()
        await scan(page, "cue-edit")
        changed = {"version": signed.json()["version"], "title": "Asleep"}
        assert (await rehearsal.tom.patch(path, json=changed)).status_code == 200
        await expect(page.get_by_text("Somebody changed this step while you were writing")).to_be_visible()
        assert "All is calm." in await page.get_by_label("Text, EN").input_value()
        await expect(page.get_by_role("button", name="Save")).to_be_disabled()
        await press(page, page.get_by_role("button", name="Go on with mine"))
        await somewhere(page)
        await press(page, page.get_by_role("button", name="Save"))
        await expect(page.locator(".cue p").first).to_contain_text("All is calm.")
        await somewhere(page)
        for width in (320, 1280):
            await page.set_viewport_size({"width": width, "height": 900})
            await scan(page, f"cue-sheet-{width}")
        await page.evaluate("document.documentElement.dataset.theme = 'dark'")
        await scan(page, "cue-sheet-dark")
        await page.context.close()
