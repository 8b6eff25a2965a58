"""Photos and questions on the tablet: taken, ticked and sent, with the network, without it and with a slow one."""

import asyncio
import io
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from PIL import Image
from playwright.async_api import Browser, Page, expect

from tests.browser.looking import scan, signed_in
from tests.browser.test_presenter_offline import GLOVE_MS, scan_both, tablet, updates
from tests.e2e.stage import Stage, stage, until

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(180)]

GPS_IFD, LATITUDE_REF = 0x8825, 1
PHOTOS = """() => new Promise((resolve) => {
  const opening = indexedDB.open('tocsin.outbox', 1)
  opening.onsuccess = () => {
    const asked = opening.result.transaction('kept').objectStore('kept').getAllKeys()
    asked.onsuccess = () => (opening.result.close(), resolve(asked.result.filter((one) => one.startsWith('photo '))))
  }
})"""

# Whether what is kept, and will be sent, still has the block in which a camera writes place and device.
TRACES = """() => new Promise((resolve) => {
  const opening = indexedDB.open('tocsin.outbox', 1)
  opening.onsuccess = () => {
    const asked = opening.result.transaction('kept').objectStore('kept').getAll(IDBKeyRange.bound('photo ', 'photo ~'))
    asked.onsuccess = () => {
      opening.result.close()
      resolve(asked.result.map(({ bytes }) => new TextDecoder('latin1').decode(bytes).includes('Exif')))
    }
  }
})"""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def rehearsal(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    async with stage(tmp_path_factory.mktemp("photo"), TOCSIN_DELAYS__REHEARSAL="2") as made:
        yield made


def taken() -> bytes:
    """A camera's picture, with the place where it was taken."""
    picture = Image.new("RGB", (2600, 1950), (20, 90, 80))
    exif = Image.Exif()
    exif.get_ifd(GPS_IFD)[LATITUDE_REF] = "N"
    made = io.BytesIO()
    picture.save(made, "JPEG", exif=exif)
    assert b"Exif" in made.getvalue()
    return made.getvalue()


async def attach(page: Page, name: str, kind: str, body: bytes) -> None:
    box = page.locator("input[capture]")
    await box.set_input_files({"name": name, "mimeType": kind, "buffer": body})


async def tick(page: Page, alt: str) -> None:
    await page.get_by_label("What does the photo show?").fill(alt)
    for box in await page.locator(".looking fieldset input").all():
        await box.check()


async def of(rehearsal: Stage, words: str) -> list[dict[str, Any]]:
    return [one for one in await updates(rehearsal) if words in one["texts"]["en"]]


class TestPhotos:
    async def test_a_photo_goes_with_its_text_only_described_and_ticked_and_without_its_place(
        self, rehearsal: Stage, browser: Browser
    ) -> None:
        """Send says what is missing at each step; what the server then has shows no trace of the camera's file."""
        async with tablet(browser, rehearsal) as one:
            page, text = one.page, "The robot holds the camera."
            await one.write(text)
            await attach(page, "P.jpg", "image/jpeg", taken())
            send = page.locator("#send")
            await expect(send).to_contain_text("Say what the photo shows")
            await page.get_by_label("What does the photo show?").fill("Two robot arms over a table.")
            await expect(send).to_contain_text("Tick the photo list")
            assert await page.evaluate(TRACES) == [False]
            await scan_both(page, "photo")
            await tick(page, "Two robot arms over a table.")
            await expect(page.get_by_text("Described, and looked at by you")).to_be_visible()
            await page.wait_for_timeout(GLOVE_MS)
            await send.click()
            (update,) = await until(lambda: of(rehearsal, text), bool)
            (media,) = update["media"]
            assert media["alt"] == {"en": "Two robot arms over a table."}
            assert (media["width"], media["height"]) == (2048, 1536)
            assert await until(lambda: page.evaluate(PHOTOS), lambda left: not left) == []

    async def test_N5_a_photo_taken_without_a_network_waits_through_a_reload_and_goes_once(
        self, rehearsal: Stage, browser: Browser
    ) -> None:
        """Taken, ticked and sent offline, the page closed; back online it is one update with one picture."""
        async with tablet(browser, rehearsal) as one:
            await one.can_open_alone()
            await one.cut()
            text = "Taken in a room without a network."
            await one.write(text)
            await attach(one.page, "P.png", "image/jpeg", taken())
            await tick(one.page, "A table.")
            await one.page.wait_for_timeout(GLOVE_MS)
            await one.page.locator("#send").click()
            (entry,) = await until(one.kept, bool)
            assert await one.page.evaluate(PHOTOS) == [f"photo {entry['photo']['id']}"]
            await expect(one.page.get_by_text("with a photo")).to_be_visible()
            await scan(one.page, "photo-offline")
            await one.page.close()
            await one.open()
            one.mend()
            await one.page.get_by_role("button", name="Try now").click()
            found = await until(lambda: of(rehearsal, text), bool)
            assert [len(update["media"]) for update in found] == [1]
            await until(one.kept, lambda left: not left)
            assert await until(lambda: one.page.evaluate(PHOTOS), lambda left: not left) == []

    async def test_what_is_no_photo_is_said_in_words_and_the_text_stays(
        self, rehearsal: Stage, browser: Browser
    ) -> None:
        """60 MB, a file that is none, a camera that gave nothing, a patient who agreed to no pictures."""
        async with tablet(browser, rehearsal) as one:
            page, text = one.page, "Half a sentence that stays"
            await one.write(text)
            said = page.locator(".notice", has_text="No photo was added")
            # Made in the page: sending 60 MB through the driver would take longer than the test.
            await page.locator("input[capture]").evaluate(
                """(box) => {
                  const files = new DataTransfer()
                  files.items.add(new File([new Uint8Array(60_000_000)], 'P.jpg', { type: 'image/jpeg' }))
                  box.files = files.files
                  box.dispatchEvent(new Event('change', { bubbles: true }))
                }"""
            )
            await expect(said).to_contain_text("This photo has 60 MB; this tablet opens at most 40 MB")
            await scan(page, "photo-60mb")
            await attach(page, "P.jpg", "image/jpeg", b"not a picture")
            await expect(said).to_contain_text("cannot be opened as a photo")
            await page.locator("input[capture]").dispatch_event("cancel")
            await expect(said).to_contain_text("allow it for this browser")
            answer = (
                '{"type": "about:blank", "title": "Forbidden", "status": 403, "code": "consent_scope", '
                '"detail": "The patient did not agree to pictures. Only text can be sent."}'
            )
            await one.context.route("**/media", lambda route: route.fulfill(status=403, body=answer))
            await attach(page, "P.jpg", "image/jpeg", taken())
            await expect(said).to_contain_text("The patient did not agree to pictures")
            await expect(page.locator("textarea.edit")).to_have_value(text)
            await expect(page.locator(".photo")).to_have_count(0)
            assert await until(lambda: page.evaluate(PHOTOS), lambda left: not left) == []


class TestTheLink:
    async def test_a_slow_link_is_named_and_a_photo_can_be_left_out(
        self, rehearsal: Stage, browser: Browser
    ) -> None:
        """Not offline: the text waits for its photo, the screen says why, and goes alone after one tap."""
        async with tablet(browser, rehearsal) as one:
            text = "The robot goes on while the photo waits."
            await one.write(text)
            never = asyncio.Event()

            async def hang(route: Any) -> None:
                await never.wait()

            await one.context.route("**/media", hang)
            await attach(one.page, "P.jpg", "image/jpeg", taken())
            await tick(one.page, "A table.")
            await expect(one.page.locator("#send")).not_to_have_attribute("aria-disabled", "true")
            await one.page.wait_for_timeout(GLOVE_MS)
            await one.page.locator("#send").click()
            await expect(one.page.locator(".mode .off")).to_contain_text("Slow · 1 waiting")
            await scan(one.page, "slow")
            await one.page.get_by_role("button", name="Skip photos").click()
            (update,) = await until(lambda: of(rehearsal, text), bool)
            never.set()
            assert update["media"] == []

    async def test_what_is_read_out_to_the_desk_does_not_go_out_by_itself(
        self, rehearsal: Stage, browser: Browser
    ) -> None:
        """Handed over by phone while offline: back online it asks, and goes only when a person says so."""
        async with tablet(browser, rehearsal) as one:
            await one.cut()
            await one.send("Read out by phone.")
            await until(one.kept, bool)
            await one.page.wait_for_timeout(GLOVE_MS)
            await one.page.get_by_role("button", name="Ask the desk to post").click()
            asks = one.page.locator(".asks")
            await expect(asks).to_contain_text("Read 1 text to the desk by phone")
            await scan(one.page, "phoned")
            one.mend()
            await one.page.get_by_role("button", name="Try now").click()
            await expect(one.page.locator(".mode .off")).to_contain_text("1 waiting")
            assert await of(rehearsal, "Read out by phone.") == []
            await asks.get_by_role("button", name="Do not send: Read out by phone.").click()
            await until(one.kept, lambda left: not left)
            assert await of(rehearsal, "Read out by phone.") == []


class TestQuestions:
    async def test_what_the_desk_shows_can_be_answered_also_without_a_network(
        self, rehearsal: Stage, browser: Browser
    ) -> None:
        """Shown by the moderator it stands on the tablet; the answer is an update that points at it, sent once."""
        posted = "The robot is docked, and questions are welcome."
        await rehearsal.submit(posted)
        found = await until(lambda: rehearsal.applied(posted), lambda found: bool(found["facebook"]))
        question = {
            "post_id": found["facebook"][0]["remote_id"],
            "name": "Paolo Riva",
            "text": "Can it rest?",
        }
        assert (await rehearsal.world.post("/_sim/facebook/comment", json=question)).status_code == 201
        (reply,) = await until(rehearsal.replies, bool)
        # Through no proxy: the stream is spoken to the server's own address alone.
        address = f"http://localhost:{rehearsal.port}"
        size = {"width": 1180, "height": 820}
        context = await signed_in(browser, address, dict(rehearsal.marta.cookies), viewport=size)
        page = await context.new_page()
        await page.goto(f"{address}/presenter/kidney-surgery")
        await expect(page.locator(".mode")).to_contain_text("Online")
        shown = await rehearsal.marta.post(f"/replies/{reply['id']}/show", json={"version": reply["version"]})
        assert shown.status_code == 200, shown.text
        panel = page.locator(".asked")
        await expect(panel).to_contain_text("Can it rest?")
        await scan_both(page, "questions")
        await context.set_offline(True)
        await panel.get_by_role("button", name="Answer:").click()
        await expect(page.locator(".answering")).to_contain_text("Answer to")
        await page.locator("textarea.edit").fill("Yes, it can rest for a short while.")
        await page.wait_for_timeout(GLOVE_MS)
        await page.locator("#send").click()
        await expect(panel).to_have_count(0)
        await context.set_offline(False)
        (update,) = await until(lambda: of(rehearsal, "rest for a short while"), bool)
        assert (update["kind"], update["answers_reply_id"]) == ("answer", reply["id"])
        await context.close()
