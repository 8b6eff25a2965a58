"""
Every main screen with words 40 % longer than English, from left to right and from right to left, on a narrow phone:
nothing hangs out to the side. The staff's screens in each language they speak. And as people set their systems: forced
colours, no motion.
"""

import json
import re
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page

from tests.browser.looking import signed_in
from tests.browser.test_coming_in import opened
from tests.e2e.stage import Stage, stage

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(180)]

DESK = "/desk/valdora-flood"
SCREENS = (
    "/desk",
    DESK,
    "/desk/kidney-surgery",
    f"{DESK}#delivery",
    f"{DESK}#people",
    f"{DESK}#two",
    f"{DESK}#me",
    f"{DESK}#tablets",
    f"{DESK}#channels",
    f"{DESK}#audit",
    f"{DESK}#drills",
    "/desk/kidney-surgery#steps",
    "/desk/kidney-surgery#consent",
    "/presenter/kidney-surgery",
    "/e/valdora-flood",
)

# Every visible text becomes 40 % longer, with letters that need their accents' room; what people wrote grows as well.
STRETCH = """
(direction) => {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  const texts = []
  while (walker.nextNode()) {
    const node = walker.currentNode
    const inside = node.parentElement?.closest('script, style, textarea, select, time, .kbd, .num, svg')
    if (!inside && node.data.trim().length > 1 && !node.__stretched) texts.push(node)
  }
  for (const node of texts) {
    const more = Math.ceil(node.data.trim().length * 0.4)
    const pad = Array.from({ length: more }, (_, n) => (n % 7 === 6 ? ' ' : 'Åéñœÿß'[n % 6])).join('')
    node.data = `${node.data.trimEnd()} ${pad}`.trimEnd()
    node.__stretched = true
  }
  document.documentElement.dir = direction
  return HANGS()
}
"""

# What is wider than the window, and what reaches out of it.
HANGS = """
() => {
  const wide = document.documentElement.scrollWidth - document.documentElement.clientWidth
  const rolls = (one) => {
    for (let at = one.parentElement; at && at !== document.body; at = at.parentElement) {
      const { overflowX } = getComputedStyle(at)
      if (overflowX === 'auto' || overflowX === 'scroll' || overflowX === 'hidden') return true
    }
    return false
  }
  const out = []
  for (const one of document.querySelectorAll('body *')) {
    const box = one.getBoundingClientRect()
    if (!box.width || !box.height || one.closest('.vh, .skip') || rolls(one)) continue
    if (box.right > innerWidth + 1 || box.left < -1) out.push(`${one.tagName}.${one.className} ${Math.round(box.left)}-${Math.round(box.right)}`)
  }
  return { wide, out: out.slice(0, 5) }
}
"""
STRETCH = STRETCH.replace("HANGS", f"({HANGS.strip()})")

# What a page says to eyes and ears; what is marked as English (the server's sentences) and what people wrote is not.
SAID = """
() => {
  const said = new Set()
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  while (walker.nextNode()) {
    const { data, parentElement } = walker.currentNode
    if (!parentElement.closest('script, style, textarea, [lang=en]')) said.add(data.trim())
  }
  for (const one of document.querySelectorAll('body *')) {
    for (const name of ['aria-label', 'placeholder', 'title']) if (one.getAttribute(name)) said.add(one.getAttribute(name))
  }
  return [...said].filter(Boolean)
}
"""

# A label that its button or chip cuts off, what the bar loses at its side, and what lies on what stands beside it.
CUT = """
() => {
  const seen = (one) => one.getClientRects().length && getComputedStyle(one).position !== 'absolute' && !one.closest('.vh')
  const inside = (one) => getComputedStyle(one).display === 'inline' || one.scrollWidth <= one.clientWidth + 1
  // One that shows an icon alone keeps its words for the ear.
  const shown = (wanted) => [...document.querySelectorAll(wanted)].filter((one) => seen(one) && !one.querySelector('.vh, input'))
  const cut = shown('button, .btn, .chip, .live, .mode-words').filter((one) => !inside(one))
  const lost = shown('.mode > *').filter((one) => {
    const [box, bar] = [one.getBoundingClientRect(), one.parentElement.getBoundingClientRect()]
    return box.right > innerWidth + 1 || box.top < bar.top - 1 || box.bottom > bar.bottom + 1
  })
  const over = shown('.foot > *, .ph > *, .row > *').filter((one) => {
    const next = one.nextElementSibling
    if (!next || !seen(next)) return false
    const range = document.createRange()
    range.selectNodeContents(one)
    const [a, b] = [range.getBoundingClientRect(), next.getBoundingClientRect()]
    return Math.min(a.right, b.right) - Math.max(a.left, b.left) > 2 && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 2
  })
  return [...cut, ...lost, ...over].map((one) => `${one.className}: ${one.textContent.trim()}`)
}
"""

# What of the composer's head somebody would press in vain, since it is not there or under something else.
UNREACHED = """
() => [...document.querySelectorAll('.comp .ph button, .comp .ph label')].filter((one) => {
  const box = one.getBoundingClientRect()
  return !one.contains(document.elementFromPoint(box.right - 4, box.top + box.height / 2))
}).map((one) => one.textContent.trim())
"""

# A name that has no room left: of the event in the bar, of the step above its text.
NAMELESS = """
() => [...document.querySelectorAll('.mode h1, #h-comp')].filter((one) => one.clientWidth < 80).map((one) => one.textContent)
"""

# What is off the tablet or under something else, with as much said above and below the text as there can be.
CROWDED = """
() => {
  const top = document.querySelector('.top')
  const notice = top.appendChild(document.createElement('div'))
  notice.className = 'notice bad'
  notice.textContent = 'A channel needs a person, and this is why. '.repeat(40)
  document.querySelector('.guard .sp').textContent = 'The privacy check says something long. '.repeat(5)
  document.querySelector('#h-comp').textContent = 'Step 11: a title that needs two lines of its own or even three'
  const lost = ['#send', '.pad-h', '.pad-s'].filter((wanted) => {
    const one = document.querySelector(wanted)
    const box = one.getBoundingClientRect()
    return [box.top + 4, box.bottom - 4].some((y) => !one.contains(document.elementFromPoint(box.left + box.width / 2, y)))
  })
  const text = document.querySelector('.comp .pb').getBoundingClientRect()
  const crowded = text.height < 90 || text.bottom > document.querySelector('.sendbar').getBoundingClientRect().top + 1
  notice.remove()
  return [...lost, ...(crowded ? ['the text'] : [])]
}
"""

# What of a tablet's screen a telephone does not show, or shows under something else, before anybody scrolls.
HIDDEN = """
(wanted) => wanted.filter((one) => {
  const found = document.querySelector(one)
  const box = found.getBoundingClientRect()
  return [box.top + 4, Math.min(box.bottom, box.top + 60) - 4].some((y) => {
    const there = document.elementFromPoint(box.left + box.width / 2, y)
    return !there || !found.contains(there)
  })
})
"""

CATALOGUES = Path("frontend/i18n")


def catalogue(lang: str) -> dict[str, str]:
    texts = json.loads((CATALOGUES / f"{lang}.json").read_text("utf-8"))
    return {key: text for key, text in texts.items() if not key.startswith("_")}


def english_of(said: list[str], lang: str) -> Iterator[str]:
    """What of it is an English string that this language says otherwise."""
    english, theirs = catalogue("en"), catalogue(lang)
    own = set(theirs.values())
    foreign = [
        text
        for key, text in english.items()
        if theirs[key] != text and text not in own and ", plural," not in text and ", select," not in text
    ]
    plain = {text for text in foreign if "{" not in text}
    shapes = [
        re.escape(re.sub(r"\{\w+\}", "\0", text)).replace("\0", ".+") for text in foreign if "{" in text
    ]
    shape = re.compile("|".join(one for one in shapes if len(re.findall("[a-z]", one)) > 3))
    return (text for text in said if text in plain or shape.fullmatch(text))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def rehearsal(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    async with stage(tmp_path_factory.mktemp("longer"), TOCSIN_DELAYS__REHEARSAL="2") as made:
        yield made


async def narrow(browser: Browser, rehearsal: Stage, path: str) -> Page:
    page = await opened(browser, rehearsal, path, dict(rehearsal.marta.cookies), width=320, height=800)
    await page.locator("main").first.wait_for()
    await page.locator("h1, h2").first.wait_for()
    return page


class TestLongerWords:
    @pytest.mark.parametrize("path", SCREENS)
    async def test_40_percent_longer_words_fit_a_narrow_phone_in_both_directions(
        self, rehearsal: Stage, browser: Browser, path: str
    ) -> None:
        """At 320 px the page scrolls down and never to the side; a table may roll inside its own box."""
        page = await narrow(browser, rehearsal, path)
        found = {direction: await page.evaluate(STRETCH, direction) for direction in ("ltr", "rtl")}
        await page.context.close()
        assert {way: (seen["wide"] > 0, seen["out"]) for way, seen in found.items()} == {
            "ltr": (False, []),
            "rtl": (False, []),
        }


class TestTheirLanguage:
    @pytest.mark.parametrize("lang", ["it", "fr", "es", "ca"])
    async def test_staff_screens_say_every_word_in_the_language_and_show_it_whole(
        self, rehearsal: Stage, browser: Browser, lang: str
    ) -> None:
        """The browser's language on every screen a round uses: no English word left, none cut off, none outside."""
        address = f"http://localhost:{rehearsal.port}"
        context = await signed_in(browser, address, dict(rehearsal.marta.cookies), locale=lang)
        page = await context.new_page()
        own = set(catalogue(lang).values()) - set(catalogue("en").values())
        for path in ("/desk", DESK, "/desk/kidney-surgery#consent", "/presenter/kidney-surgery", "/sign-in"):
            if path == "/sign-in":
                await context.clear_cookies()
            await page.set_viewport_size({"width": 1280, "height": 800})
            await page.goto(address + path)
            await page.locator("h1, h2").first.wait_for()
            said = await page.evaluate(SAID)
            assert await page.locator("html").get_attribute("lang") == lang
            assert len(own.intersection(said)) > 4, (path, said)
            assert list(english_of(said, lang)) == [], path
            for width in (1280, 768):
                await page.set_viewport_size({"width": width, "height": 800})
                assert await page.evaluate(HANGS) == {"wide": 0, "out": []}, (path, width)
                assert await page.evaluate(CUT) == [], (path, width)
        await context.close()

    async def test_send_hold_and_stop_stay_on_the_tablet_whatever_is_said_around_the_text(
        self, rehearsal: Stage, browser: Browser
    ) -> None:
        """Lying and standing: cards and notices give way and scroll, before what must be pressed leaves the screen."""
        address = f"http://localhost:{rehearsal.port}"
        context = await signed_in(browser, address, dict(rehearsal.marta.cookies))
        page = await context.new_page()
        seen = {}
        for width, height in ((1024, 768), (1180, 820), (768, 1024)):
            await page.set_viewport_size({"width": width, "height": height})
            await page.goto(f"{address}/presenter/kidney-surgery")
            await page.locator(".guard").wait_for()
            seen[width] = await page.evaluate(CROWDED)
        await context.close()
        assert seen == {1024: [], 1180: [], 768: []}

    async def test_a_telephone_shows_the_text_undo_send_hold_and_stop_without_scrolling(
        self, rehearsal: Stage, browser: Browser
    ) -> None:
        """Upright, with what a browser takes of its height, and lying: there Undo and Send were out of reach."""
        address = f"http://localhost:{rehearsal.port}"
        context = await signed_in(browser, address, dict(rehearsal.marta.cookies))
        page = await context.new_page()
        await page.goto(f"{address}/presenter/kidney-surgery")
        await page.locator(".pv").first.wait_for()
        always = ["textarea.edit", "#send", ".pad-h", ".pad-s"]
        sizes = ((390, 844), (360, 640), (844, 390), (667, 375))
        for width, height in sizes:
            await page.set_viewport_size({"width": width, "height": height})
            assert await page.evaluate(HIDDEN, always) == [], (width, height)
        await context.set_offline(True)
        await page.locator("#send").click()
        await page.locator(".count").wait_for()
        for width, height in sizes:
            await page.set_viewport_size({"width": width, "height": height})
            assert await page.evaluate(HIDDEN, [".count .btn", ".pad-h", ".pad-s"]) == [], (width, height)
        await context.close()

    @pytest.mark.parametrize("lang", ["fr", "ca"])
    async def test_a_tablet_of_1024_shows_its_event_its_connection_and_every_control_of_the_composer(
        self, rehearsal: Stage, browser: Browser, lang: str
    ) -> None:
        """Lying and standing, in the longest languages: the event and the step have their names, nothing is cut or covered."""
        context = await signed_in(
            browser, f"http://localhost:{rehearsal.port}", dict(rehearsal.marta.cookies), locale=lang
        )
        page = await context.new_page()
        seen = {}
        for width, height in ((1024, 768), (768, 1024)):
            await page.set_viewport_size({"width": width, "height": height})
            if not seen:
                await page.goto(f"http://localhost:{rehearsal.port}/presenter/kidney-surgery")
                await page.locator(".comp .prev").wait_for()
            hangs, cut = await page.evaluate(HANGS), await page.evaluate(CUT)
            seen[width] = (hangs, cut, await page.evaluate(UNREACHED), await page.evaluate(NAMELESS))
        # Without the network the bar says more: how many wait, in place of how many watch.
        await context.set_offline(True)
        await page.locator("#send").click()
        await page.locator(".mode .off").wait_for()
        seen[0] = (await page.evaluate(HANGS), await page.evaluate(CUT), [], await page.evaluate(NAMELESS))
        await context.close()
        assert seen == dict.fromkeys((1024, 768, 0), ({"wide": 0, "out": []}, [], [], []))


class TestSystems:
    async def test_with_motion_turned_off_nothing_moves_by_itself(
        self, rehearsal: Stage, browser: Browser
    ) -> None:
        """The live mark stands still and nothing is under way, on the desk and on the public page."""
        for path in (DESK, "/e/valdora-flood"):
            page = await narrow(browser, rehearsal, path)
            await page.emulate_media(reduced_motion="reduce")
            running = await page.evaluate(
                "document.getAnimations().filter((one) => one.playState === 'running' && "
                "one.effect.getComputedTiming().activeDuration > 0).map((one) => one.animationName ?? '')"
            )
            await page.context.close()
            assert running == [], path

    async def test_in_forced_colours_controls_keep_an_edge_and_marks_keep_their_line(
        self, rehearsal: Stage, browser: Browser
    ) -> None:
        """Where the system takes the colours away, a button has a border and a marked word its underline."""
        page = await narrow(browser, rehearsal, "/desk/kidney-surgery")
        await page.emulate_media(forced_colors="active")
        await page.locator("#text").fill("The record is MRN 00482913.")
        mark = page.locator(".edit.marks .phi").first
        await mark.wait_for()
        assert "underline" in await mark.evaluate("one => getComputedStyle(one).textDecorationLine")
        bare = await page.evaluate(
            "[...document.querySelectorAll('button.btn-p, button.btn-s, button.btn-do')]"
            ".filter((one) => parseFloat(getComputedStyle(one).borderTopWidth) === 0).map((one) => one.className)"
        )
        assert bare == []
        await page.goto(page.url.replace("/desk/", "/presenter/"))
        await page.locator(".pad").first.wait_for()
        edges = await page.evaluate(
            "[...document.querySelectorAll('.pad')].map((one) => parseFloat(getComputedStyle(one).borderTopWidth))"
        )
        chosen = page.locator("[aria-pressed=true]").first
        ring = await chosen.evaluate("one => getComputedStyle(one).outlineStyle")
        await page.context.close()
        assert (len(edges), min(edges) > 0, ring) == (2, True, "solid")
