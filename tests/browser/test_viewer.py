"""The public page in a real browser, on a real server: what a reader sees, hears and can do while things happen."""

import os
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import expect

from tests.browser import looking
from tests.routes.hostile import CORPUS
from tests.routes.stage import FLOOD, SURGERY, Happening, flood_story, pages_served

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]
SHOTS = os.environ.get("TOCSIN_SCREENSHOTS")
RULES = [*looking.RULES, "best-practice"]
SHIFTS = """
window.__shift = 0;
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.__shift += entry.value;
}).observe({ type: 'layout-shift', buffered: true });
"""


@pytest_asyncio.fixture(loop_scope="module")
async def served(tmp_path: Path):
    async with pages_served(tmp_path) as one:
        yield one


async def opened(browser, served, path, *, width=1280, height=900, live=True, **options):
    """A reader's page; what its console or its policy complains about is kept in `page.complaints`."""
    context = await browser.new_context(viewport={"width": width, "height": height}, **options)
    context.set_default_timeout(30_000)
    page = await context.new_page()
    page.complaints = []
    page.on("console", lambda one: page.complaints.append(one.text) if one.type == "error" else None)
    page.on("pageerror", lambda one: page.complaints.append(str(one)))
    page.on("dialog", lambda one: page.complaints.append(f"dialog {one.message}"))
    await page.add_init_script(SHIFTS)
    await page.goto(served.url(path))
    if live:
        await expect(page.locator("live-timeline")).to_have_attribute("data-link", "live")
    return page


async def long_story(served, updates=40, **fields):
    event = Happening(served.database, served.stream, datetime.now(UTC) - timedelta(hours=2))
    await event.begin(**{**FLOOD, **fields})
    for n in range(updates):
        await event.said(f"This is update number {n}. It says what happened next.", minutes=1)
    return event


async def top_of(page, selector):
    return await page.locator(selector).evaluate("(one) => one.getBoundingClientRect().top")


class TestNews:
    async def test_a_new_update_appears_by_itself_at_the_top_and_nothing_jumps(self, served, browser):
        """A reader at the top sees it at once; the layout shift of it all is zero."""
        event = await flood_story(served.stream, served.database)
        page = await opened(browser, served, f"/e/{event.slug}")
        await page.evaluate("window.__shift = 0")
        await event.said("The North Gate is open for cars.")
        await expect(page.locator("ol.rope > li").first).to_contain_text("The North Gate is open for cars.")
        await page.locator("ol.rope > li").first.evaluate(
            "(one) => Promise.all(document.getAnimations().filter((a) => a.effect.target !== null && "
            "a.effect.getTiming().iterations === 1).map((a) => a.finished))"
        )
        assert await page.evaluate("window.__shift") == 0
        assert page.complaints == []
        await page.context.close()

    async def test_what_is_being_read_stays_where_it_is(self, served, browser):
        """New, corrected and taken-back updates move the reading position by no more than a pixel."""
        event = await long_story(served)
        wrong = await event.said("The hospital is closed because of flooding.")
        page = await opened(browser, served, f"/e/{event.slug}")
        reading = page.locator("ol.rope > li", has_text="number 20.")
        await reading.evaluate("(one) => window.scrollTo(0, one.getBoundingClientRect().top + scrollY - 200)")
        mine = f"#{await reading.get_attribute('id')}"
        before = await top_of(page, mine)
        await page.evaluate("window.__shift = 0")
        await event.said("A new one. It waits behind the pill.")
        pill = page.locator("[data-part=pill] button")
        await expect(pill).to_have_text("1 new update")
        await event.said("Only A&E is closed. Maternity is open, and so is dialysis.", corrects=wrong)
        await expect(page.locator("li.struck")).to_have_count(1)
        await expect(pill).to_have_text("2 new updates")
        await event.became(
            pinned={"do": ["Wait.", "Stay at home.", "Call before you come."], "know": ["A"] * 6}
        )
        await expect(page.locator("[data-part=boxes] li")).to_have_count(9)
        assert abs(await top_of(page, mine) - before) <= 1
        assert await page.evaluate("window.__shift") == 0
        await page.context.close()

    async def test_the_pill_leads_to_the_first_new_update_by_keyboard(self, served, browser):
        """Pressed with Enter it inserts what waits, and focus and view are on the first of them."""
        event = await long_story(served)
        page = await opened(browser, served, f"/e/{event.slug}", reduced_motion="reduce")
        await page.evaluate("window.scrollTo(0, 1500)")
        await event.said("First of two.")
        await event.said("Second of two.")
        pill = page.locator("[data-part=pill] button")
        await expect(pill).to_have_text("2 new updates")
        await pill.focus()
        await page.keyboard.press("Enter")
        focused = page.locator("li:focus")
        await expect(focused).to_contain_text("Second of two.")
        await expect(focused).to_be_in_viewport()
        await expect(pill).to_be_hidden()
        texts = await page.locator("ol.rope h3").all_inner_texts()
        assert texts[:2] == ["Second of two.", "First of two."]
        await page.context.close()

    async def test_a_reader_who_wants_calm_or_asks_to_wait_is_not_moved(self, served, browser):
        """Reduced motion, or "wait with new updates": at the top, too, they wait behind the pill."""
        event = await flood_story(served.stream, served.database)
        calm = await opened(browser, served, f"/e/{event.slug}", reduced_motion="reduce")
        waiting = await opened(browser, served, f"/e/{event.slug}")
        await waiting.get_by_role("button", name="Wait with new updates").click()
        await event.said("Something new.")
        for page in (calm, waiting):
            await expect(page.locator("[data-part=pill] button")).to_have_text("1 new update")
            assert "Something new." not in await page.locator("ol.rope").inner_text()
            await page.context.close()

    async def test_a_reply_let_through_and_taken_away_again(self, served, browser):
        """It shows with author, network and time; gone upstream, it is gone here without a reload."""
        event = await flood_story(served.stream, served.database)
        page = await opened(browser, served, f"/e/{event.slug}")
        reply = await event.answered("Is the car park open?", author_name="Teo", author_handle="teo")
        shown = page.locator(f"#i-{reply}")
        await expect(shown).to_contain_text("Is the car park open?")
        await expect(shown.get_by_role("link", name="Teo")).to_have_attribute(
            "rel", re.compile("nofollow ugc")
        )
        await event.decided(reply, "removed")
        await expect(shown).to_have_count(0)
        await page.context.close()

    async def test_a_flood_of_replies_waits_behind_n_more(self, served, browser):
        """At the top, too: the page stands still, what the house says appears, and a press shows them."""
        event = await flood_story(served.stream, served.database)
        page = await opened(browser, served, f"/e/{event.slug}")
        entries = page.locator("ol.rope > li")
        before = await entries.count()
        for n in range(24):
            await event.answered(f"Reply number {n}.", author_name="Teo", author_handle="teo")
        await event.said("The North Gate is open for cars.")
        await expect(entries.first).to_contain_text("The North Gate is open for cars.")
        pill = page.locator("[data-part=pill] button")
        await expect(pill).to_have_text(re.compile(r"^(1[6-9]|2[0-4]) more$"))
        assert await entries.count() <= before + 1 + 8
        await pill.click()
        await expect(entries).to_have_count(before + 1 + 24)
        await expect(pill).to_be_hidden()
        assert page.complaints == []
        await page.context.close()

    async def test_the_status_line_speaks_politely(self, served, browser):
        """One polite announcement for what is new, and nothing assertive anywhere."""
        event = await long_story(served, 12)
        page = await opened(browser, served, f"/e/{event.slug}")
        await page.evaluate("window.scrollTo(0, 900)")
        await event.said("One.")
        await expect(page.locator("[data-part=say]")).to_have_text("1 new update")
        assert await page.locator("[role=alert], [aria-live=assertive]").count() == 0
        await page.context.close()


class TestOneLook:
    async def test_server_and_browser_write_the_same_entries(self, served, browser):
        """Every kind of entry, written by the template and again by the script, is the same element; so is the rest."""
        event = await flood_story(served.stream, served.database, about_patient="unnamed")
        await event.said("The doors are shut.", place=(2, 3, "Doors shut"))
        back = await event.said("Nobody is hurt, we were told.")
        await event.said("We took back what we said about injuries.", takes_back=back)
        await event.said("The water is gone. See https://a.example/x for more.", kind="all_clear")
        await event.answered("Thank you! <3", author_name="", author_handle="", author_url="", url="", channel="twilio", number="+34600100101")  # fmt: skip
        await event.answered("From Facebook", channel="facebook", author_handle="", lang=None)
        await event.said({"en": "Written without a line.", "ca": "Escrit sense línia."}, late=True)
        for lang in ("en", "it", "ca"):
            page = await opened(
                browser, served, f"/e/{event.slug}?lang={lang}", live=False, java_script_enabled=False
            )
            written, beside = await entries(page), await entries(page, BESIDE)
            await page.context.close()
            page = await opened(browser, served, f"/e/{event.slug}?lang={lang}")
            # Make the script write each entry itself.
            await page.evaluate(
                "for (const one of document.querySelectorAll('ol.rope > li')) one.dataset.v = '';"
                "document.querySelector('[data-part=step]').textContent = ''"
            )
            await event.became(headline=f"{FLOOD['headline']} {lang}")
            await expect(page.locator("h1")).to_have_text(f"{FLOOD['headline']} {lang}")
            await expect(page.locator("ol.rope > li[data-v='']")).to_have_count(0)
            assert await entries(page) == written
            assert await entries(page, BESIDE) == beside
            await page.context.close()


BESIDE = "[data-part=course], [data-part=patient]"


async def entries(page, which="ol.rope > li"):
    """Outer HTML of each entry without what only the script adds and without space between elements."""
    # Through the protocol: the page's own policy forbids a script, and one page runs none.
    raw = await page.locator(which).evaluate_all("(all) => all.map((one) => one.outerHTML)")
    return [tidy(one) for one in raw]


def tidy(html: str) -> str:
    html = re.sub(r'<div class="acts">.*?</div>', "", html)
    html = re.sub(r'<span class="ago">[^<]*</span>', '<span class="ago"></span>', html)
    html = re.sub(r' data-key=""| tabindex="-1"', "", html)
    return re.sub(r">\s+<", "><", html).replace("\n", "").strip()


class TestLink:
    async def test_a_broken_line_is_told_and_mended(self, served, browser):
        """Reconnecting after 15 s, not live after 30 s, live again with what was missed."""
        event = await flood_story(served.stream, served.database)
        page = await opened(browser, served, f"/e/{event.slug}", live=False)
        await page.context.close()
        context = await browser.new_context(viewport={"width": 1280, "height": 900})
        context.set_default_timeout(30_000)
        page = await context.new_page()
        # The page's clock is ours, so that half a minute of silence costs no half minute.
        await page.clock.install()
        await page.goto(served.url(f"/e/{event.slug}"))
        timeline = page.locator("live-timeline")
        await expect(timeline).to_have_attribute("data-link", "live")
        await context.set_offline(True)
        await page.clock.run_for(17_000)
        await expect(timeline).to_have_attribute("data-link", "reconnecting")
        await expect(page.locator("[data-part=strip]")).to_contain_text(
            "Reconnecting. You have everything up to"
        )
        await expect(page.locator("[data-part=strip]")).to_contain_text("call 112")
        await page.clock.run_for(20_000)
        await expect(timeline).to_have_attribute("data-link", "not-live")
        await expect(page.locator("[data-part=standing]")).to_have_text("Not live right now")
        await event.said("This was said while nobody could hear it.")
        await context.set_offline(False)
        await page.clock.resume()
        await expect(timeline).to_have_attribute("data-link", "live")
        await expect(page.locator("ol.rope")).to_contain_text("This was said while nobody could hear it.")
        await expect(page.locator("[data-part=strip]")).to_be_empty()
        await context.close()


class TestReading:
    async def test_filter_older_and_permalink_work_with_and_without_a_script(self, served, browser):
        """The same controls: links for a browser without scripts, no new page for one with."""
        event = await long_story(served, 130)
        key = await event.said("The most important one.", key_moment=True)
        for script in (True, False):
            page = await opened(browser, served, f"/e/{event.slug}", live=script, java_script_enabled=script)
            visible = page.locator("ol.rope > li:visible")
            await expect(visible).to_have_count(100)
            await page.get_by_role("link", name="Key moments").first.click()
            await expect(visible).to_have_count(1)
            await page.get_by_role("link", name="All updates").first.click()
            await expect(visible).to_have_count(100)
            await page.get_by_role("link", name="Older updates").click()
            await expect(visible).to_have_count(131 if script else 31)
            await page.goto(served.url(f"/e/{event.slug}/{key}"))
            await expect(page.locator("h3")).to_have_text("The most important one.")
            await page.context.close()

    async def test_theme_follows_the_system_until_chosen(self, served, browser):
        """Dark for who wants dark; one press changes it, also for the next visit."""
        event = await flood_story(served.stream, served.database)
        page = await opened(browser, served, f"/e/{event.slug}", color_scheme="dark")
        colour = "getComputedStyle(document.body).backgroundColor"
        assert await page.evaluate(colour) == "rgb(11, 21, 20)"
        await page.get_by_role("button", name="Switch light or dark colours").click()
        assert await page.evaluate(colour) == "rgb(245, 244, 239)"
        await page.reload()
        await expect(page.locator("html")).to_have_attribute("data-theme", "light")
        await page.context.close()

    @pytest.mark.parametrize("width", [320, 768, 1280])
    async def test_nothing_is_cut_off_at_any_width_or_zoom(self, served, browser, width):
        """No sideways scrolling at 320 px (which is 1280 px at 400 %), with text half as long again."""
        event = await flood_story(served.stream, served.database)
        await event.said("Donaudampfschifffahrtsgesellschaftskapitänskajütenschlüssel" * 3)
        for lang in ("en", "it"):
            page = await opened(browser, served, f"/e/{event.slug}?lang={lang}", width=width, height=640)
            languages = page.locator(".pick")
            if await languages.is_visible():
                await languages.locator("summary").press("Enter")
                await expect(languages.get_by_role("link")).to_have_count(3)
                assert await page.evaluate("document.documentElement.scrollWidth") <= width
                await languages.get_by_role("link").first.press("Escape")
                await expect(languages.locator("summary")).to_be_focused()
                await expect(languages.get_by_role("link")).to_have_count(0)
            assert await page.evaluate("document.documentElement.scrollWidth") <= width
            small = await page.evaluate(
                "[...document.querySelectorAll('a, button')].filter((one) => one.checkVisibility() && "
                "!one.closest('.tx, .said, .vh') && !one.matches('.skip') && "
                "one.getBoundingClientRect().height < 24).map((one) => one.outerHTML)"
            )
            assert small == []
            await page.context.close()


class TestSafety:
    async def test_S06_hostile_words_run_nothing(self, served, browser):
        """The corpus in every field, from the server and by the stream: no dialog, no request, no element."""
        event = Happening(served.database, served.stream, datetime.now(UTC) - timedelta(hours=1))
        await event.begin(**SURGERY)
        for payload in CORPUS[:80]:
            await event.answered(
                payload, author_name=payload, author_handle=payload, author_url=payload, url=payload
            )
        page = await opened(browser, served, f"/e/{event.slug}")
        foreign = []
        page.on("request", lambda one: None if one.url.startswith(served.base) else foreign.append(one.url))
        for payload in CORPUS[80:]:
            last = await event.answered(
                payload, author_name=payload, author_handle=payload, author_url=payload, url=payload
            )
        await event.said("The last one.", key_moment=True)
        await expect(page.locator("ol.rope")).to_contain_text("The last one.")
        more = page.locator(".pill button")  # a flood waits behind it, a page of it at a press
        while await page.locator(f"#i-{last} .said").count() == 0:
            await more.click()
        await expect(page.locator(f"#i-{last} .said")).to_have_text(CORPUS[-1])
        made = await page.evaluate(
            "document.querySelectorAll('ol.rope :is(img,script,iframe,svg,object,embed,form,input,style,base,meta)').length"
        )
        assert (made, foreign, page.complaints) == (0, [], [])
        assert await page.evaluate("'__pwned' in window") is False
        await page.context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("drill", [False, True])
async def test_axe_finds_nothing(tmp_path, browser, scheme, drill):
    """WCAG 2.2 A and AA, the part a program can check: each state of the page, an update's own page, three widths."""
    async with pages_served(tmp_path, drill=drill) as served:
        event = await flood_story(served.stream, served.database)
        await event.answered("From Facebook", channel="facebook")
        taken = await event.said("This was wrong.")
        one = await event.said("We took it back.", takes_back=taken)
        page = await opened(browser, served, f"/e/{event.slug}", color_scheme=scheme)
        found = await scanned(page, "live", f"{'drill-' if drill else ''}{scheme}")
        await event.became(sending="stop")
        await page.goto(served.url(f"/e/{event.slug}?lang=it"))
        await expect(page.locator("[data-part=notice]")).to_be_visible()
        found |= await scanned(page, "paused", f"{'drill-' if drill else ''}{scheme}")
        await page.goto(served.url(f"/e/{event.slug}/{one}"))
        found |= await scanned(page, "one", f"{'drill-' if drill else ''}{scheme}")
        assert found == set()
        await page.context.close()


async def scanned(page, state, look):
    """What axe finds at three widths, and a picture of each if somebody wants to look."""
    found = set()
    for width in (320, 768, 1280):
        await page.set_viewport_size({"width": width, "height": 900})
        if SHOTS:
            await page.screenshot(
                path=str(Path(SHOTS) / f"viewer-{state}-{look}-{width}.png"), full_page=True
            )
        found |= {(state, width, *one) for one in await looking.violations(page, RULES)}
    return found
