"""
The tablet without a network, as it is in a theatre: composes, keeps, opens again, and sends each text once and in order.

The browser is real and so is the server; between them stands a proxy that is the wireless. Time is moved by what the
tablet has kept, not by waiting.
"""

import asyncio
import contextlib
import os
import re
from collections import Counter
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, Page, expect

from app.routes.page_assets import STATIC
from tests.browser.looking import scan, signed_in
from tests.e2e.stage import Stage, stage, until
from tests.faultproxy import FaultProxy

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(240)]

# In the test command; the long form is 500 (reliability.md D-07).
KILLS = int(os.environ.get("TABLET_KILLS", "4"))
WRITTEN = 40
OLD = 15
GLOVE_MS = 450
MINUTE_MS = 60_000


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def rehearsal(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    # Countdowns outlast the test: what counts here is what the server was given, not where it goes.
    async with stage(tmp_path_factory.mktemp("offline"), TOCSIN_DELAYS__REHEARSAL="300") as made:
        yield made


class Tablet:
    """One browser with its own store, behind a wireless that can go away."""

    def __init__(self, context: BrowserContext, proxy: FaultProxy, page: Page) -> None:
        self.context = context
        self.proxy = proxy
        self.page = page

    @property
    def address(self) -> str:
        return f"http://localhost:{self.proxy.port}/presenter/kidney-surgery"

    async def open(self) -> Page:
        self.page = await self.context.new_page()
        await self.page.goto(self.address)
        await expect(self.page.locator("#send")).to_be_visible()
        return self.page

    async def cut(self) -> None:
        self.proxy.faults.refuse = True
        await self.proxy.reset_all()
        await expect(self.page.locator(".mode .off")).to_be_visible()

    def mend(self) -> None:
        self.proxy.faults.refuse = False

    async def write(self, text: str) -> None:
        await self.page.get_by_role("button", name="Write something else").click()
        await self.page.locator("textarea.edit").fill(text)
        await expect(self.page.locator("#send")).not_to_have_attribute("aria-disabled", "true")

    async def tap(self, place: tuple[float, float], after_s: float = 0) -> None:
        await asyncio.sleep(after_s)
        await self.page.touchscreen.tap(*place)

    async def send(self, text: str) -> None:
        await self.write(text)
        await self.page.wait_for_timeout(GLOVE_MS)
        await self.page.locator("#send").click()

    async def in_editor(self) -> str:
        editor = self.page.locator("textarea.edit")
        return await editor.input_value() if await editor.count() else ""

    async def kept(self) -> list[dict[str, Any]]:
        """The outbox as it stands in the browser's store."""
        found: list[dict[str, Any]] = await self.page.evaluate(ALL_KEPT)
        return sorted(found, key=lambda entry: int(entry["seq"]))

    async def can_open_alone(self) -> None:
        """The service worker has this page and everything that it needs."""
        await until(lambda: self.page.evaluate(PAGE_IS_KEPT), bool)


ALL_KEPT = """() => new Promise((resolve, reject) => {
  const opening = indexedDB.open('tocsin.outbox', 1)
  opening.onerror = () => reject(opening.error)
  opening.onsuccess = () => {
    const asked = opening.result.transaction('entries').objectStore('entries').getAll()
    asked.onsuccess = () => (opening.result.close(), resolve(asked.result))
  }
})"""

# What was written first was written so many minutes ago.
MAKE_OLD = """([count, ms]) => new Promise((resolve) => {
  const opening = indexedDB.open('tocsin.outbox', 1)
  opening.onsuccess = () => {
    const transaction = opening.result.transaction('entries', 'readwrite')
    const store = transaction.objectStore('entries')
    store.getAll().onsuccess = ({ target }) => {
      const first = target.result.sort((a, b) => a.seq - b.seq).slice(0, count)
      for (const entry of first) {
        entry.composed.wall_ms -= ms
        entry.composed.server_ms -= ms
        store.put(entry)
      }
    }
    transaction.oncomplete = () => (opening.result.close(), resolve())
  }
})"""

PAGE_IS_KEPT = """async () => {
  for (const name of await caches.keys()) {
    const page = await (await caches.open(name)).match(location.pathname)
    if (page) return navigator.serviceWorker.controller !== null
  }
  return false
}"""

BLOCKED = """Object.defineProperty(self, 'indexedDB', {
  get() { throw new DOMException('no', 'SecurityError') }
})"""

# The disk is full when the text is written, as the browser says it.
FULL = """IDBObjectStore.prototype.put = function () {
  throw new DOMException('The disk is full.', 'QuotaExceededError')
}"""

KNOWN = """async () => {
  const known = await new Promise((resolve) => {
    const opening = indexedDB.open('tocsin.outbox', 1)
    opening.onsuccess = () => {
      const asked = opening.result.transaction('kept').objectStore('kept').getAllKeys()
      asked.onsuccess = () => (opening.result.close(), resolve(asked.result))
    }
  })
  return [...known.filter((name) => name.startsWith('known ')), ...(await caches.keys())]
}"""

LEFT = """async () => [
  ...(await indexedDB.databases()).map((one) => one.name),
  ...(await caches.keys()),
  ...Object.keys(localStorage),
  ...(await navigator.serviceWorker.getRegistrations()).map((one) => one.scope),
]"""


@contextlib.asynccontextmanager
async def tablet(
    browser: Browser, rehearsal: Stage, script: str = "", **options: Any
) -> AsyncIterator[Tablet]:
    async with FaultProxy("127.0.0.1", rehearsal.port) as proxy:
        options = {"viewport": {"width": 1180, "height": 820}, "has_touch": True, **options}
        cookies = dict(rehearsal.marta.cookies)
        context = await signed_in(browser, f"http://localhost:{proxy.port}", cookies, **options)
        if script:
            await context.add_init_script(script)
        made = Tablet(context, proxy, None)  # type: ignore[arg-type]
        await made.open()
        try:
            yield made
        finally:
            await context.close()


async def updates(rehearsal: Stage) -> list[dict[str, Any]]:
    """All the server has, oldest first."""
    found: list[dict[str, Any]] = []
    cursor: str | None = ""
    while cursor is not None:
        query = f"?limit=200&cursor={cursor}" if cursor else "?limit=200"
        answer = await rehearsal.marta.get(f"/events/kidney-surgery/updates{query}")
        assert answer.status_code == 200, answer.text
        found += answer.json()["items"]
        cursor = answer.json()["next"]
    return found[::-1]


WORDS = ("calm", "ready", "steady", "quiet", "careful", "rested", "awake", "focused")


def line(n: int, start: str) -> str:
    """The n-th of 512 sentences; without digits, in which the privacy check would look for dates and numbers."""
    return f"{start} {WORDS[n // 64 % 8]}, {WORDS[n // 8 % 8]} and {WORDS[n % 8]}."


async def said(rehearsal: Stage, words: str) -> list[str]:
    return [one["texts"]["en"] for one in await updates(rehearsal) if words in one["texts"]["en"]]


async def scan_both(page: Page, name: str) -> None:
    """Lying and standing, light and dark; without motion, so that no colour is looked at half-way."""
    await page.emulate_media(reduced_motion="reduce")
    for width, height in ((1180, 820), (820, 1180)):
        await page.set_viewport_size({"width": width, "height": height})
        for theme in ("light", "dark"):
            await page.evaluate(f"document.documentElement.dataset.theme = '{theme}'")
            await scan(page, f"{name}-{width}-{theme}")
    await page.set_viewport_size({"width": 1180, "height": 820})
    await page.evaluate("document.documentElement.dataset.theme = 'light'")
    await page.emulate_media(reduced_motion="no-preference")


class TestOnceAndInOrder:
    async def test_D08_a_double_tap_is_one_update(self, rehearsal: Stage, browser: Browser) -> None:
        """Fifty milliseconds apart, with the network and without: one update, and the next step stays where it is."""
        async with tablet(browser, rehearsal) as one:
            before = len(await updates(rehearsal))
            for n, text in enumerate(("Tapped twice with a network.", "Tapped twice without one.")):
                if n:
                    await one.cut()
                await one.write(text)
                await one.page.wait_for_timeout(GLOVE_MS)
                box = await one.page.locator("#send").bounding_box()
                assert box is not None
                place = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
                # The second does not wait until the page has answered the first: a busy one takes its time.
                await asyncio.gather(one.tap(place), one.tap(place, after_s=0.05))
                if n:
                    assert [entry["text"] for entry in await until(one.kept, bool)] == [text]
                    one.mend()
                    await one.page.get_by_role("button", name="Try now").click()
                await until(lambda text=text: said(rehearsal, text), lambda found: len(found) == 1)  # type: ignore[misc]
            assert len(await updates(rehearsal)) == before + 2

    async def test_D09_forty_written_without_a_network_go_in_order_and_the_old_ones_ask(
        self, rehearsal: Stage, browser: Browser
    ) -> None:
        """Offline, forty texts, the page closed in between; back: what is old asks, then all arrive as written."""
        async with tablet(browser, rehearsal) as one:
            await one.can_open_alone()
            await one.cut()
            texts = [line(n, "Without a network, the team is") for n in range(WRITTEN)]
            for n, text in enumerate(texts):
                await one.send(text)
                await expect(one.page.locator(".mode .off")).to_contain_text(f"{n + 1} waiting")
                if n == WRITTEN // 2:
                    await one.page.evaluate(MAKE_OLD, [OLD, 11 * MINUTE_MS])
                    await one.page.close()  # as when the battery dies: nothing is asked of the page
                    await one.open()
                    await expect(one.page.locator(".mode .off")).to_contain_text(f"{n + 1} waiting")
            assert [entry["text"] for entry in await one.kept()] == texts
            await scan_both(one.page, "offline-forty")

            one.mend()
            await one.page.get_by_role("button", name="Try now").click()
            asks = one.page.locator(".asks")
            await expect(asks).to_be_visible()
            await expect(asks.locator("li")).to_have_count(OLD)
            assert not await said(rehearsal, "Without a network")
            await scan_both(one.page, "offline-asks")
            await asks.get_by_role("button", name=re.compile("Do not send: ")).first.click()
            await expect(asks.locator("li")).to_have_count(OLD - 1)
            await one.page.wait_for_timeout(GLOVE_MS)
            await asks.get_by_role("button", name="Send all, in order").click()
            await until(
                lambda: said(rehearsal, "Without a network"),
                lambda found: len(found) >= WRITTEN - 1,
                patience_s=120,  # forty requests one after the other, on a machine that may be busy
            )

            arrived = [u for u in await updates(rehearsal) if "Without a network" in u["texts"]["en"]]
            assert [one["texts"]["en"] for one in arrived] == texts[1:]
            assert all(one["late"] for one in arrived[: OLD - 1])
            # As times, not as text: a whole second has no fraction, and would come after all others of its second.
            names = ("composed_at", "received_at")
            times = [tuple(datetime.fromisoformat(one[name]) for name in names) for one in arrived]
            assert times == sorted(times)
            assert all(composed < received for composed, received in times)
            await until(one.kept, lambda found: not found)

    async def test_D07_a_tab_killed_while_it_sends_sends_one_update(
        self, rehearsal: Stage, browser: Browser
    ) -> None:
        """
        Killed at the tap, at the request and after the answer was lost, then opened again: one update each.

        A kill at the tap may come before the text is on disk as one to send. Then it is back in the editor, and
        not also in the outbox: whoever taps Send again has sent it once.
        """
        reached: Counter[str] = Counter()
        async with tablet(browser, rehearsal) as one:
            for n in range(KILLS):
                text = line(n, "The tablet went away here, the team is")
                how = ("at the tap", "at the request", "after the answer was lost")[n % 3]
                await one.write(text)
                await one.page.wait_for_timeout(GLOVE_MS)
                if how == "at the tap":
                    await one.page.locator("#send").click()
                else:
                    if how != "at the request":
                        one.proxy.faults.lose_answer_to = b"/updates HTTP/1.1\r\n"
                    async with one.page.expect_request(lambda asked: asked.url.endswith("/updates")):
                        await one.page.locator("#send").click()
                    if how != "at the request":
                        await until(lambda text=text: said(rehearsal, text), bool)  # type: ignore[misc]
                await one.page.close()
                one.proxy.faults.lose_answer_to = None
                reached[how + (": there" if await said(rehearsal, text) else ": not there")] += 1
                await one.open()
                if await one.in_editor() == text:
                    assert how == "at the tap"
                    assert text not in [entry["text"] for entry in await one.kept()]
                    await one.page.locator("#send").click()
                await until(lambda text=text: said(rehearsal, text), bool)  # type: ignore[misc]
                await until(one.kept, lambda found: not found)
        found = Counter(await said(rehearsal, "The tablet went away here"))
        assert set(found.values()) == {1}, found
        assert len(found) == KILLS
        assert reached["after the answer was lost: there"] > 0, reached


class TestThatNothingIsLost:
    async def test_N5_it_opens_composes_and_keeps_without_a_network(
        self, rehearsal: Stage, browser: Browser
    ) -> None:
        """Opened with the server away: the cue sheet is there, a tap keeps it at once, and undo takes it back."""
        async with tablet(browser, rehearsal) as one:
            await one.can_open_alone()
            await one.cut()
            await one.page.reload()
            await expect(one.page.get_by_text("Opened without the network")).to_be_visible()
            await expect(one.page.locator(".steps li").first).to_be_visible()
            await expect(one.page.locator("#send")).to_contain_text("keeps it until online")
            text = "Written in a room without a network."
            await one.write(text)
            await one.page.wait_for_timeout(GLOVE_MS)
            # Counted in pictures, as a busy machine has long seconds: 100 ms are six of them.
            took_frames = await one.page.evaluate(
                """() => new Promise((resolve) => {
                  let frames = 0
                  const count = () => { frames++; requestAnimationFrame(count) }
                  requestAnimationFrame(count)
                  new MutationObserver((_, seen) => {
                    if (!document.querySelector('.count.wait')) return
                    seen.disconnect()
                    resolve(frames)
                  }).observe(document.body, { childList: true, subtree: true })
                  document.querySelector('#send').click()
                })"""
            )
            assert took_frames <= 6, took_frames
            await expect(one.page.get_by_text("Waiting for the network")).to_be_visible()
            await scan_both(one.page, "offline-one")
            await one.page.wait_for_timeout(GLOVE_MS)
            await one.page.locator(".count.wait").get_by_role("button", name="Undo").click()
            await expect(one.page.locator("textarea.edit")).to_have_value(text)
            assert await one.kept() == []

            await one.page.wait_for_timeout(GLOVE_MS)
            await one.page.locator("#send").click()
            await one.page.locator("textarea.edit").fill("Half a sentence that nobody sen")
            await until(one.kept, bool)
            one.mend()
            await one.page.get_by_role("button", name="Try now").click()
            await until(lambda: said(rehearsal, text), lambda found: len(found) == 1)
            await expect(one.page.get_by_text("Opened without the network")).to_have_count(0)
            await one.page.reload()
            await expect(one.page.locator("textarea.edit")).to_have_value("Half a sentence that nobody sen")

    async def test_what_the_server_refuses_stays_with_its_reason_and_comes_back_into_the_editor(
        self, rehearsal: Stage, browser: Browser
    ) -> None:
        """A text that the privacy check blocks, kept offline: refused on return in words, and nothing of it is lost."""
        async with tablet(browser, rehearsal) as one:
            await one.cut()
            text = "Mr John Smith, MRN 00482913, is in room 4."
            await one.send(text)
            await until(one.kept, bool)
            one.mend()
            await one.page.get_by_role("button", name="Try now").click()
            await expect(one.page.get_by_text("Not sent:")).to_be_visible()
            await scan_both(one.page, "offline-refused")
            await one.page.get_by_role("button", name="Back to the editor").click()
            await expect(one.page.locator("textarea.edit")).to_have_value(text)
            assert not await said(rehearsal, "John Smith")
            await until(one.kept, lambda found: not found)

    async def test_what_was_written_before_a_stop_asks_after_the_restart(
        self, rehearsal: Stage, browser: Browser
    ) -> None:
        """Stopped and started again by others while the tablet was away: its text asks, and goes when told to."""
        async with tablet(browser, rehearsal) as one:
            await one.cut()
            text = "Written before the stop."
            await one.send(text)
            (entry,) = await until(one.kept, bool)
            for path, who in (
                ("stop", rehearsal.marta),
                ("restart", rehearsal.tom),
                ("resume", rehearsal.tom),
            ):
                body: dict[str, Any] = {}
                if path == "restart":
                    waiting = [u["id"] for u in await updates(rehearsal) if u["state"] == "counting_down"]
                    body = {"decisions": dict.fromkeys(waiting, "drop")}
                answer = await who.post(f"/events/kidney-surgery/{path}", json=body)
                assert answer.status_code < 300, answer.text
            one.mend()
            await one.page.get_by_role("button", name="Try now").click()
            await expect(
                one.page.get_by_text("1 text was written before HOLD or STOP was pressed")
            ).to_be_visible()
            assert not await said(rehearsal, text)
            await one.page.locator(".asks").get_by_role("button", name=f"Send: {text}", exact=True).click()
            await until(lambda: said(rehearsal, text), lambda found: len(found) == 1)
            assert entry["text"] == text

    async def test_what_waits_is_said_to_be_safe_in_a_whole_sentence(
        self, rehearsal: Stage, browser: Browser
    ) -> None:
        """On the smallest tablet too: where it is, and what happens to it, are the end of the sentence."""
        async with tablet(browser, rehearsal) as one:
            await one.page.set_viewport_size({"width": 1024, "height": 768})
            await one.cut()
            await one.send("The clamp is off and the kidney is pink again.")
            said = one.page.locator(".count.wait p")
            await expect(said).to_contain_text("when you are back online.")
            shown, whole = await said.evaluate("one => [one.clientHeight, one.scrollHeight]")
            assert whole <= shown + 1
            await one.page.locator(".count.wait").get_by_role("button").click()

    async def test_N2_a_stop_without_the_network_says_that_posts_may_still_go_out(
        self, rehearsal: Stage, browser: Browser
    ) -> None:
        """Nobody heard it: not that a text is safe, not that sending was paused, and who else can stop."""
        async with tablet(browser, rehearsal) as one:
            await one.cut()
            await one.send("Written before the stop that nobody heard.")
            await until(one.kept, bool)
            pad = one.page.locator(".pad-s")
            await pad.focus()
            await one.page.keyboard.down("Enter")
            await expect(one.page.get_by_text("Nobody knows whether sending has stopped")).to_be_visible()
            await one.page.keyboard.up("Enter")
            await expect(one.page.locator(".trouble")).to_contain_text(
                "somebody press Stop on another device"
            )
            await expect(one.page.get_by_text("before HOLD or STOP was pressed")).to_be_visible()
            await one.page.locator(".asks").get_by_role("button", name="Do not send").first.click()

    @pytest.mark.parametrize("why", ["blocked", "full"])
    async def test_a_store_that_keeps_nothing_is_said_and_the_text_still_goes(
        self, rehearsal: Stage, browser: Browser, why: str
    ) -> None:
        """IndexedDB forbidden, or the disk full: the screen says that a reload would lose it, and it goes out once."""
        async with tablet(browser, rehearsal, BLOCKED if why == "blocked" else FULL) as one:
            await one.cut()
            text = f"Kept although the store is {why}."
            await one.send(text)
            await expect(one.page.get_by_text("Kept only while this page is open")).to_be_visible()
            await scan_both(one.page, f"offline-{why}")
            one.mend()
            await one.page.get_by_role("button", name="Try now").click()
            await until(lambda: said(rehearsal, text), lambda found: len(found) == 1)
            await expect(one.page.get_by_text("Kept only while this page is open")).to_have_count(0)

    async def test_two_tabs_send_each_text_once(self, rehearsal: Stage, browser: Browser) -> None:
        """What a second tab writes is sent by the first; closed, the second one takes over."""
        async with tablet(browser, rehearsal) as one:
            first = one.page
            await one.open()
            await one.send("Written in the second tab.")
            await until(lambda: said(rehearsal, "second tab"), lambda found: len(found) == 1)
            await first.close()
            await one.send("Written when the first tab was gone.")
            await until(lambda: said(rehearsal, "first tab was gone"), lambda found: len(found) == 1)
            assert len(await said(rehearsal, "second tab")) == 1


class TestTheWorker:
    async def test_a_new_version_waits_until_nothing_waits(self, rehearsal: Stage, browser: Browser) -> None:
        """Somebody writes: the new worker waits and says so. Told to, it takes over and the text is still there."""
        script = STATIC / "sw.js"
        before = script.read_text("utf-8")
        async with tablet(browser, rehearsal) as one:
            await one.can_open_alone()
            await one.write("A sentence in the making.")
            try:
                script.write_text(before + "\n// another build\n", "utf-8")
                await one.page.evaluate("() => navigator.serviceWorker.ready.then((one) => one.update())")
                await expect(one.page.get_by_text("A new version is ready")).to_be_visible()
                await scan(one.page, "offline-new-version")
                async with one.page.expect_navigation():
                    await one.page.get_by_role("button", name="Update now").click()
            finally:
                script.write_text(before, "utf-8")
            await expect(one.page.locator("textarea.edit")).to_have_value("A sentence in the making.")
            await expect(one.page.get_by_text("A new version is ready")).to_have_count(0)

    async def test_N5_chromium_sees_an_app_that_can_be_installed(
        self, rehearsal: Stage, browser: Browser
    ) -> None:
        """Its description can be read, its icons load; a private window is the one thing it may mind."""
        async with tablet(browser, rehearsal) as one:
            await one.can_open_alone()
            devtools = await one.context.new_cdp_session(one.page)
            answer = await devtools.send("Page.getInstallabilityErrors")
            minded = {error["errorId"] for error in answer["installabilityErrors"]}
            assert minded <= {"in-incognito"}
            manifest = await devtools.send("Page.getAppManifest")
            assert manifest["errors"] == []

    async def test_the_worker_keeps_the_page_and_its_files_and_nothing_of_the_api(
        self, rehearsal: Stage, browser: Browser
    ) -> None:
        """Every address in its caches is the page, an icon or a hashed file."""
        async with tablet(browser, rehearsal) as one:
            await one.can_open_alone()
            kept = await one.page.evaluate(
                """async () => {
                  const found = []
                  for (const name of await caches.keys()) {
                    for (const one of await (await caches.open(name)).keys()) found.push(new URL(one.url).pathname)
                  }
                  return found
                }"""
            )
            assert "/presenter/kidney-surgery" in kept
            strange = [
                path
                for path in kept
                if not (
                    path.startswith("/static/assets/") or path in ("/presenter/kidney-surgery", "/icon.svg")
                )
            ]
            assert strange == []
            assert all((STATIC / path.removeprefix("/static/")).exists() for path in kept if "assets" in path)

    async def test_a_wiped_tablet_keeps_nothing(self, rehearsal: Stage, browser: Browser) -> None:
        """The server says that it was wiped: no text, no key, no page, no worker is left."""
        async with tablet(browser, rehearsal) as one:
            await one.can_open_alone()
            await one.cut()
            await one.send("Nobody may read this.")
            await until(one.kept, bool)
            answer = '{"code": "device_wiped", "status": 401, "title": "Wiped", "detail": "Wiped.", "type": "about:blank"}'
            await one.context.route("**/api/v1/**", lambda route: route.fulfill(status=401, body=answer))
            await expect(one.page.get_by_text("This tablet was wiped")).to_be_visible()
            assert await until(lambda: one.page.evaluate(LEFT), lambda left: not left) == []

    async def test_signing_out_forgets_the_event_and_keeps_what_was_not_sent(
        self, rehearsal: Stage, browser: Browser
    ) -> None:
        """The page and the cue sheet are gone, the unsent text is not; opened again, it works alone again."""
        async with tablet(browser, rehearsal) as one:
            await one.can_open_alone()
            await one.cut()
            await one.send("Nobody has this yet.")
            await until(one.kept, bool)
            async with contextlib.AsyncExitStack() as stack:
                one.mend()
                # The other tests go on with this session.
                await one.context.route(
                    "**/api/v1/session",
                    lambda route: (
                        route.fulfill(status=204) if route.request.method == "DELETE" else route.fallback()
                    ),
                )
                # What waits stays here for as long as this test looks at it.
                await one.context.route("**/updates", lambda route: route.abort())
                stack.push_async_callback(one.context.unroute, "**/updates")
                await one.page.goto(f"http://localhost:{one.proxy.port}/desk")
                async with one.page.expect_navigation():
                    await one.page.get_by_role("button", name="Sign out").click()
                await until(lambda: one.page.evaluate(KNOWN), lambda found: not found)
                assert [entry["text"] for entry in await one.kept()] == ["Nobody has this yet."]
            await one.page.close()
            await one.open()
            await one.can_open_alone()


async def test_the_worker_stands_alone_and_names_its_files() -> None:
    """The build has a worker without imports that names its files; see tests/routes for how it is served."""
    script = Path(STATIC / "sw.js").read_text("utf-8")
    assert "/static/assets/presenter-" in script
    assert "import" not in script
    assert "__TOCSIN" not in script
