"""
The desk's screens as people use them: the guard's marks, the second person's override, templates, a stop that says
who, the hand-over of the button, the changed course. Each is scanned for accessibility where it stands.
"""

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from tests.browser.looking import scan
from tests.browser.test_coming_in import opened
from tests.e2e.stage import Stage, stage, until

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(180)]

FLOOD, SURGERY = "/desk/valdora-flood", "/desk/kidney-surgery"
RECORD = "The record is MRN 00482913."


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def rehearsal(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    async with stage(tmp_path_factory.mktemp("desk"), TOCSIN_DELAYS__REHEARSAL="2") as made:
        yield made


async def desk(browser: Browser, rehearsal: Stage, path: str, who: str = "marta", **size: int) -> Page:
    client = rehearsal.marta if who == "marta" else rehearsal.tom
    page = await opened(browser, rehearsal, path, dict(client.cookies), **size)
    await page.locator("#main").wait_for()
    return page


async def fits(page: Page, name: str) -> None:
    """Nothing hangs out of the page to the side: it reflows."""
    wide, room = await page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert wide <= room, (name, wide, room)


async def approved(rehearsal: Stage, update_id: str) -> None:
    """The second person lets it go, and it is out."""
    view = (await rehearsal.tom.get(f"/updates/{update_id}/approval")).json()
    answer = await rehearsal.tom.post(
        f"/updates/{update_id}/approve", json={"version": view["version"], "checked": True}
    )
    assert answer.status_code == 200, answer.text
    await until(lambda: rehearsal.update(update_id), lambda update: update["state"] == "released")


class TestTheGuard:
    async def test_G10_a_marked_word_is_replaced_or_goes_to_a_second_person_with_a_reason(
        self, rehearsal: Stage, browser: Browser
    ) -> None:
        """
        Underlined where it stands, said in words, mended with one tap; what is right all the same waits for another
        person, who reads the marks and the reason, and overrides with one of their own. The audit has no words of it.
        """
        marta = await desk(browser, rehearsal, SURGERY)
        await marta.locator("#text").fill(f"\U0001f642 All well. {RECORD}")
        stands = marta.locator(".notice.stands")
        await expect(stands).to_contain_text("record number")
        marked = marta.locator(".edit.marks .phi").first
        await expect(marked).to_contain_text("00482913")
        assert "underline" in await marked.evaluate("one => getComputedStyle(one).textDecorationLine")
        await expect(marta.locator("#send")).to_have_attribute("aria-disabled", "true")
        await scan(marta, "guard-block")

        await stands.get_by_role("button", name="Ask the desk to allow it").click()
        await stands.get_by_label("Why is it right").fill("It is the number of the form")
        await scan(marta, "guard-ask-desk")
        await stands.get_by_role("button", name="Ask a second person").click()
        await expect(marta.get_by_role("heading", name="Waiting for a second person")).to_be_visible()
        await expect(marta.locator("#text")).to_have_value("")

        tom = await desk(browser, rehearsal, SURGERY, "tom")
        await tom.get_by_role("button", name="Read and decide").click()
        dialog = tom.get_by_role("dialog")
        await expect(dialog.locator("mark.phi")).to_contain_text("00482913")
        await expect(dialog).to_contain_text("It is the number of the form")
        await dialog.get_by_label("I have read every channel").check()
        await dialog.get_by_label("Why it may go out all the same").fill("I saw the form")
        await scan(tom, "guard-override")
        await dialog.locator(".ft .btn-p").click()
        await expect(dialog).to_have_count(0)
        audit = await rehearsal.marta.get("/events/kidney-surgery/audit")
        assert "guard.overridden" in audit.text
        assert "00482913" not in audit.text
        assert "number of the form" not in audit.text

    async def test_the_replacement_is_put_in_its_place_by_one_tap_and_typing_goes_on(
        self, rehearsal: Stage, browser: Browser
    ) -> None:
        """Whatever stands before it, an emoji too: places are code points. Focus is back in the text."""
        marta = await desk(browser, rehearsal, SURGERY)
        await marta.locator("#text").fill("\U0001f642 Mrs Rosalind Ferrando is asleep.")
        stands = marta.locator(".notice.stands")
        await stands.get_by_role("button", name=re.compile("Use “")).first.click()
        await expect(marta.locator("#text")).to_be_focused()
        assert "Ferrando" not in await marta.locator("#text").input_value()
        assert (await marta.locator("#text").input_value()).startswith("\U0001f642 ")
        await marta.locator("#text").fill("")


class TestTemplates:
    async def test_a_template_is_found_filled_and_put_into_the_composer_by_the_keyboard(
        self, rehearsal: Stage, browser: Browser
    ) -> None:
        """T opens the list; blanks, meter, lengths and what nobody has read; each channel gets its own length."""
        marta = await desk(browser, rehearsal, FLOOD)
        await marta.locator("#h-d").click()
        await marta.keyboard.press("t")
        dialog = marta.get_by_role("dialog")
        await expect(dialog.get_by_role("heading", name="Choose a template")).to_be_focused()
        await scan(marta, "templates")
        await dialog.get_by_role("button", name=re.compile("diverted|closed", re.I)).first.focus()
        await marta.keyboard.press("Enter")
        await expect(dialog.get_by_text("Still blank:")).to_be_visible()
        blanks = dialog.locator("form input")
        for n in range(await blanks.count()):
            await blanks.nth(n).fill(await blanks.nth(n).get_attribute("placeholder") or "12:00")
        await expect(dialog.get_by_text("Still blank:")).to_have_count(0)
        await expect(dialog.get_by_text("5 of 5")).to_be_visible()
        await dialog.get_by_role("button", name="IT", exact=True).click()
        await expect(dialog.get_by_text("Needs a reader")).to_be_visible()
        await scan(marta, "template-filled")
        await dialog.get_by_role("button", name="Put it into the composer").click()
        await expect(marta.locator("#text")).to_be_focused()
        assert len(await marta.locator("#text").input_value()) > 60
        await expect(marta.get_by_role("button", name="Ask for approval")).to_be_visible()
        await scan(marta, "template-composed")


class TestDuty:
    async def test_N2_a_stop_says_who_stopped_and_for_how_long(
        self, rehearsal: Stage, browser: Browser
    ) -> None:
        """On the desk that pressed and on the other one; a hold says it too, in the bar."""
        marta = await desk(browser, rehearsal, FLOOD)
        tom = await desk(browser, rehearsal, FLOOD, "tom")
        try:
            await marta.get_by_role("button", name="Hold", exact=False).first.click()
            await expect(tom.get_by_text(re.compile("On hold since .* by Marta"))).to_be_visible()
            await marta.get_by_role("button", name="Stop all").click()
            await expect(marta.get_by_role("dialog").locator(":focus")).to_be_visible()
            await marta.keyboard.press("Enter")
            await expect(
                tom.get_by_text(re.compile(r"Stopped by Marta .* at \d\d:\d\d, .* ago"))
            ).to_be_visible()
            await scan(tom, "stopped-by")
        finally:  # the tests after this one send on the same event
            await rehearsal.tom.post("/events/valdora-flood/restart", json={"decisions": {}})
            await rehearsal.tom.post("/events/valdora-flood/resume", json={})

    async def test_N2_a_stop_that_nobody_heard_says_so_where_it_was_pressed(
        self, rehearsal: Stage, browser: Browser
    ) -> None:
        """Posts may still go out: that is said inside the dialog, and who else can stop them; then Enter tries again."""
        marta = await desk(browser, rehearsal, FLOOD)
        await marta.context.set_offline(True)
        await marta.get_by_role("button", name="Stop all").click()
        dialog = marta.get_by_role("dialog")
        await expect(dialog.locator(":focus")).to_be_visible()
        await marta.keyboard.press("Enter")
        await expect(dialog.get_by_text("Posts may still be going out.")).to_be_visible()
        await expect(dialog.get_by_text("somebody press Stop on another device")).to_be_visible()
        await scan(marta, "stop-unheard")
        await marta.keyboard.press("Escape")
        await expect(marta.get_by_text("Nobody knows whether sending has stopped")).to_be_visible()

        await marta.get_by_role("button", name="Promise the next update").click()
        await dialog.get_by_role("button", name="Promise it").click()
        await expect(dialog.get_by_text("Trying again cannot send it twice")).to_be_visible()

    async def test_a_desk_without_the_server_claims_nothing_of_it(
        self, rehearsal: Stage, browser: Browser
    ) -> None:
        """Nobody is said to be watching, and it is not said that sending goes on: the server itself may be down."""
        marta = await desk(browser, rehearsal, FLOOD)
        watching = marta.locator(".inc").get_by_text("watching")
        await expect(watching).to_be_visible()
        await marta.context.set_offline(True)
        await expect(watching).to_have_count(0)
        gone = marta.locator(".banner").get_by_text("No connection to the server")
        await expect(gone).to_be_visible(timeout=60_000)
        await expect(gone).to_contain_text("What it has accepted may still go out.")

    async def test_the_button_is_taken_offered_and_accepted(self, rehearsal: Stage, browser: Browser) -> None:
        """At every moment both desks say who has it."""
        marta = await desk(browser, rehearsal, FLOOD)
        tom = await desk(browser, rehearsal, FLOOD, "tom")
        await marta.get_by_role("button", name="Take it").click()
        await expect(tom.get_by_text("Marta Serra has the button")).to_be_visible()
        await marta.get_by_role("button", name="Hand over the button").click()
        await marta.get_by_label("To whom").select_option(label="Tom Okafor")
        await scan(marta, "hand-over")
        await marta.get_by_role("button", name="Offer it").click()
        await expect(tom.get_by_text("Marta Serra offers you the button")).to_be_visible()
        await tom.get_by_role("button", name="Take over").click()
        await expect(marta.get_by_text("Tom Okafor has the button")).to_be_visible()

    async def test_N10_a_changed_course_freezes_and_waits_for_the_family(
        self, rehearsal: Stage, browser: Browser
    ) -> None:
        """One tap; the signed line stands there to read; no way on but stopping before the family was told."""
        marta = await desk(browser, rehearsal, SURGERY)
        await marta.get_by_role("button", name="The course has changed").click()
        banner = marta.get_by_role("region", name="The course has changed")
        await expect(banner).to_be_visible()
        await expect(banner.get_by_role("button", name="Prepared line")).to_be_disabled()
        await expect(banner.locator("q")).to_contain_text("The team needs all its attention now")
        await scan(marta, "course")
        await expect(banner.get_by_role("button", name="Stop for good")).to_be_enabled()
        await expect(banner.get_by_text("Waits for the liaison")).to_be_visible()


class TestBefore:
    async def test_S12_an_announcement_is_planned_on_the_desk_and_seen_on_the_tablet(
        self, rehearsal: Stage, browser: Browser
    ) -> None:
        """The time is proposed; it waits for the second person, then says that it goes by itself; one tap takes it back."""
        starts_at = datetime.now(UTC) + timedelta(days=1, hours=1)
        body = {"kind": "press", "title": "Open doors", "hashtags": ["ValdoraOpen"], "slug": "open-doors"}
        made = await rehearsal.marta.post("/events", json={**body, "starts_at": starts_at.isoformat()})
        assert made.status_code == 201, made.text
        marta = await desk(browser, rehearsal, "/desk/open-doors#steps")
        before = marta.get_by_role("region", name="Before the event")
        await before.get_by_role("button", name="Plan the announcement on the day before").click()
        await before.get_by_label("Text, EN").fill("Tomorrow we open our doors.")
        await expect(before.get_by_text("#ValdoraOpen")).to_be_visible()
        await scan(marta, "before-plan")
        await before.get_by_role("button", name="Ask for approval").click()
        await expect(before.get_by_text("Waits for a second person")).to_be_visible()
        (waits,) = (await rehearsal.tom.get("/events/open-doors/approvals")).json()
        agreed = {"version": waits["version"], "checked": True}
        path = f"/updates/{waits['update_id']}/approve"
        assert (await rehearsal.tom.post(path, json=agreed)).status_code == 200
        await expect(before.get_by_text("Approved, goes out by itself")).to_be_visible()
        await fits(marta, "before")
        await scan(marta, "before")
        tablet = await opened(browser, rehearsal, "/presenter/open-doors", dict(rehearsal.marta.cookies))
        planned = tablet.get_by_role("list", name="Before the event")
        await expect(planned).to_contain_text("Announcement on the day before")
        await expect(planned).to_contain_text("Approved, goes out by itself")
        await expect(tablet.get_by_role("list", name="Going out soon")).to_have_count(0)
        await before.get_by_role("button", name="Take it back").click()
        await expect(before.get_by_text("Nothing planned")).to_have_count(2)

    async def test_C5_each_desk_says_whose_turn_it_is_and_the_one_whose_turn_it_is_hears_it(
        self, rehearsal: Stage, browser: Browser
    ) -> None:
        """The order is set in a dialog; the writer is passed over; who is asked is told aloud, everybody else by name."""
        marta = await desk(browser, rehearsal, FLOOD)
        tom = await desk(browser, rehearsal, FLOOD, "tom")
        await marta.get_by_role("button", name="Asked in turn").click()
        dialog = marta.get_by_role("dialog")
        await dialog.get_by_role("button", name="Tom Okafor").click()
        await dialog.get_by_label("How long each has").select_option("60")
        await scan(marta, "delegates")
        await dialog.get_by_role("button", name="Save").click()
        await expect(dialog).to_have_count(0)
        sent = await rehearsal.marta.post(
            "/events/valdora-flood/updates",
            json={"texts": {"en": "Use the North Gate until noon."}, "source": "desk"},
            headers={"idempotency-key": "in-turn-1"},
        )
        assert sent.status_code == 201, sent.text
        await expect(marta.get_by_text(re.compile(r"Tom Okafor is asked, since \d\d:\d\d"))).to_be_visible()
        await expect(tom.get_by_text(re.compile(r"It is your turn to decide, since"))).to_be_visible()
        await expect(
            tom.get_by_role("alert").filter(has_text="A message waits for your decision")
        ).to_have_count(1)
        await scan(tom, "turn")
        await approved(rehearsal, sent.json()["id"])
        await expect(tom.get_by_text("It is your turn to decide")).to_have_count(0)

    async def test_C7_N3_facts_name_their_source_and_what_the_check_asks_is_confirmed_beside_them(
        self, rehearsal: Stage, browser: Browser
    ) -> None:
        """
        An age asks, one more press proposes it, a second person reads what is new and confirms; then the page says who
        vouches for it, the desk what changed.
        """
        marta = await desk(browser, rehearsal, FLOOD)
        await (
            marta.get_by_role("region", name="Pinned for the public")
            .get_by_role("button", name="Edit")
            .click()
        )
        dialog = marta.get_by_role("dialog")
        await dialog.get_by_label("What we know", exact=True).fill("A 57-year-old patient in theatre")
        await dialog.get_by_label("Who vouches for what we know").fill("The ward")
        await dialog.get_by_role("button", name="Show on the public page").click()
        await expect(dialog.get_by_text("look again")).to_be_visible()
        await scan(marta, "facts-ask")
        await dialog.get_by_role("button", name="It is right, go on").click()
        await expect(dialog).to_have_count(0)
        await expect(
            marta.get_by_text(re.compile(r"New words at the top .+ has to confirm it")).first
        ).to_be_visible()
        tom = await desk(browser, rehearsal, f"{FLOOD}#two", "tom")
        await expect(tom.locator("mark", has_text="57-year-old")).to_be_visible()
        await scan(tom, "facts-proposed")
        await tom.get_by_role("button", name="Confirm").click()
        await expect(marta.get_by_role("paragraph").filter(has_text="Source: The ward")).to_be_visible()
        await marta.get_by_text("1 change of what we know").click()
        await expect(marta.locator("ins", has_text="57-year-old")).to_be_visible()
        public = await opened(browser, rehearsal, "/e/valdora-flood", {})
        await expect(public.get_by_text("Source: The ward")).to_be_visible()


class TestDelivery:
    async def test_those_not_reached_are_grouped_by_cause_with_what_happens_next(
        self, rehearsal: Stage, browser: Browser
    ) -> None:
        """Three of six numbers are refused: one line says why, how many, and what to do; nobody is named."""
        slow = await rehearsal.world.post(
            "/_sim/faults",
            json={"platform": "twilio", "name": "refuse", "params": {"code": "21211"}, "times": 3},
        )
        assert slow.status_code < 300, slow.text
        accepted = await rehearsal.marta.post(
            "/events/valdora-flood/updates",
            json={"texts": {"en": "Water is off on floor two until noon."}, "source": "desk"},
            headers={"idempotency-key": "causes-1"},
        )
        await approved(rehearsal, accepted.json()["id"])
        marta = await desk(browser, rehearsal, f"{FLOOD}#delivery")
        await marta.get_by_role("group", name="Channels").get_by_role("button", name="SMS").click()
        table = marta.get_by_role("region", name="3 people were not reached")
        await expect(table).to_be_visible()
        await expect(table.locator("tbody tr")).to_have_count(1)
        await expect(table.locator("tbody tr")).to_contain_text("Check the number.")
        await expect(marta.get_by_text("Left at").or_(marta.get_by_text("Out since")).first).to_be_visible()
        chart = marta.get_by_role("region", name="Over time")
        await expect(chart.get_by_role("img")).to_have_attribute("aria-label", re.compile(r"of 6 had left"))
        await chart.get_by_text("The same as a table").click()
        await expect(chart.get_by_role("row").last).to_contain_text("3")
        await scan(marta, "delivery-causes")
        await marta.evaluate("document.documentElement.dataset.theme = 'dark'")
        await scan(marta, "delivery-causes-dark")
        for width, name in ((820, "820"), (320, "320")):
            await marta.set_viewport_size({"width": width, "height": 800})
            await fits(marta, f"delivery {name}")
            await scan(marta, f"delivery-causes-{name}")


class TestReplies:
    async def test_a_reply_is_read_in_its_context_and_decided_there(
        self, rehearsal: Stage, browser: Browser
    ) -> None:
        """O opens it: what it answers, what else this person wrote; a flood is a number and a press away."""
        await rehearsal.tom.post("/events/kidney-surgery/resume", json={})
        found = (await rehearsal.applied("Water is off on floor two"))["facebook"]
        for n in range(3):
            body = {
                "post_id": found[0]["remote_id"],
                "name": "Paolo Riva",
                "text": f"Is the car park open, try {n}?",
            }
            assert (await rehearsal.world.post("/_sim/facebook/comment", json=body)).status_code == 201
        marta = await desk(browser, rehearsal, FLOOD)
        await expect(marta.get_by_text("try 2?")).to_be_visible()
        await expect(marta.get_by_role("tab", name="To decide 3")).to_be_visible()
        await marta.keyboard.press("j")
        await marta.keyboard.press("o")
        dialog = marta.get_by_role("dialog")
        await expect(dialog).to_contain_text("Water is off on floor two")
        await expect(dialog).to_contain_text("2 other replies to the same update")
        await scan(marta, "reply-context")
        await dialog.get_by_role("button", name="Show").click()
        await expect(dialog).to_contain_text("Paolo Riva")
        await marta.keyboard.press("Escape")
        await expect(marta.get_by_role("tab", name="To decide 2")).to_be_visible()

    async def test_who_asks_for_help_stands_first_wherever_on_the_desk_somebody_is(
        self, rehearsal: Stage, browser: Browser
    ) -> None:
        """Said on every page, found by one press, first in the list with what to do next; answered or decided, it is done."""
        said = "Maternity is open again, come by the North Gate."
        update = await rehearsal.submit(said, slug="valdora-flood")
        await approved(rehearsal, update["id"])
        post = (await until(lambda: rehearsal.applied(said), lambda found: bool(found["facebook"])))[
            "facebook"
        ][0]
        marta = await desk(browser, rehearsal, f"{FLOOD}#delivery")
        for text in ("Aiuto, mio figlio non respira", "Which gate is it?"):
            body = {"post_id": post["remote_id"], "name": "Paolo Riva", "text": text}
            assert (await rehearsal.world.post("/_sim/facebook/comment", json=body)).status_code == 201
        banner = marta.locator(".banner", has_text="1 person asks for help")
        await expect(banner).to_contain_text("Drill: say that you would pass it to 112. Call nobody.")
        await banner.get_by_role("button", name="Read it").click()
        plea = marta.locator(".tri").first
        await expect(plea).to_be_focused()
        await expect(plea).to_contain_text("Asks for help")
        await expect(plea).to_contain_text("Aiuto, mio figlio non respira")
        await expect(marta.locator(".tri", has_text="Which gate is it?")).to_be_visible()
        await scan(marta, "reply-plea")
        await marta.keyboard.press("h")
        await expect(marta.locator(".tri.help")).to_have_count(0)
        await expect(banner).to_have_count(0)


class TestTheHouse:
    async def test_a_role_is_given_at_once_and_a_dangerous_one_waits_for_a_second_person(
        self, rehearsal: Stage, browser: Browser
    ) -> None:
        """The boxes show what the server says; an admin's role is proposed, and the box stays empty."""
        marta = await desk(browser, rehearsal, f"{FLOOD}#people")
        await marta.get_by_role("button", name="Change the roles of Tom Okafor").click()
        panel = marta.get_by_role("complementary", name="Tom Okafor")
        everywhere = panel.get_by_role("group", name="On every event")
        box = everywhere.get_by_role("checkbox", name="Auditor")
        held = await box.is_checked()
        await box.click()
        await expect(box).to_be_checked(checked=not held)
        await scan(marta, "roles")
        here = panel.get_by_role("group", name="On this event only").get_by_role("checkbox", name="Admin")
        await here.click()
        await expect(marta.locator(".notice").get_by_text("has to confirm")).to_be_visible()
        await expect(here).not_to_be_checked()
        await marta.set_viewport_size({"width": 320, "height": 800})
        await fits(marta, "roles 320")

    async def test_the_record_is_read_and_taken_away(self, rehearsal: Stage, browser: Browser) -> None:
        """Reading is asked for and noted; the file is the chain with its hashes."""
        marta = await desk(browser, rehearsal, f"{FLOOD}#audit")
        await marta.get_by_role("button", name="Read it here").click()
        await expect(marta.locator("tbody tr").first).to_be_visible()
        await scan(marta, "audit")
        async with marta.expect_download() as caught:
            await marta.get_by_role("link", name="For a spreadsheet").click()
        download = await caught.value
        assert download.suggested_filename.endswith(".csv")
        assert "prev_hash" in (await download.path()).read_text("utf-8").splitlines()[0]
        await marta.set_viewport_size({"width": 320, "height": 800})
        await fits(marta, "audit 320")
