"""
Pictures of every screen and state, and what axe says of each: light, dark, drill and stop; 320, 768 and 1280 px.

One rehearsal of its own, walked through from the first draft to the end of the event. It is a drill, so light and dark
are its pages dressed as live ones; everything else is as people see it. A picture per state, look and width goes to
the folder, and a table to the screen: how many rules of WCAG 2.2 A and AA each state breaks, by look and width.

    python -m bench shots DIR [--only WORD …] [--looks light dark drill] [--widths 320 768 1280]
"""

from __future__ import annotations

import argparse
import asyncio
import io
import os
import re
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from playwright.async_api import Browser, BrowserContext, Page, Route, WebSocketRoute, async_playwright
from playwright.async_api import Error as PlaywrightError

from app.accounts.vault import new_key_file
from tests.browser import chromium
from tests.browser.looking import signed_in, violations
from tests.e2e.stage import Stage, stage, until
from tests.e2e.test_live import listening_port
from tests.processes import Process

LOOKS = ("light", "dark", "drill", "drill-dark")
WIDTHS = {320: 800, 768: 1024, 1280: 820}
GLOVE_MS = 450
BLOCKED = "Mr John Smith, MRN 00482913, is in room 4."
CRISIS = (
    "A&E is closed by flooding. In an emergency call 112.",
    "Maternity is open. Come by the North Gate.",
    "Visits are cancelled today. Patients upstairs are safe and warm.",
)
HELD = re.compile(r'"state":"sent","reason":"[a-z_]+"')
OWN = "The team is calm and the kidney is pink."

# A stop dresses the page itself, in dark; what is live has no mode of the room, and its bar is the event's.
DRESS = """
([look, stopped]) => {
  const root = document.documentElement
  root.dataset.theme = look.endsWith('dark') ? 'dark' : 'light'
  if (stopped) return
  const bars = document.querySelectorAll('.mode')
  if (look.startsWith('drill')) {
    root.dataset.mode = 'drill'
    for (const bar of bars) [bar.dataset.mode, bar.hidden] = ['drill', false]
  } else {
    delete root.dataset.mode
    for (const bar of bars) bar.dataset.mode = 'event'
    // On a public page the bar is the exercise's alone.
    for (const bar of document.querySelectorAll('section.mode')) bar.hidden = true
  }
}
"""


@dataclass(frozen=True)
class Scene:
    """
    Attributes:
        name: Screen and state, as in the names of the pictures.
        make: Bring the page there; it is open at `path`.
        stopped: It is drawn in one look only.
        second: It is the second person's desk.
        before: Before the page is opened.
        fresh: A house that nobody has set up yet.
    """

    name: str
    path: str
    make: Callable[[Page, Stage], Awaitable[None]]
    person: bool = True
    stopped: bool = False
    second: bool = False
    before: Callable[[Page, Stage], Awaitable[None]] | None = None
    fresh: bool = False


async def as_it_is(page: Page, made: Stage) -> None:
    await page.locator("h1, h2").first.wait_for()


async def filled(page: Page, made: Stage) -> None:
    """Its list has come, or it says that there is none."""
    await page.locator("main :is(table, .card, .em, .chl)").first.wait_for()


async def account(page: Page, made: Stage) -> None:
    await page.get_by_role("heading", name="Passkeys").wait_for()


async def setting_up(page: Page, made: Stage) -> None:
    await page.locator(".wz .rule").first.wait_for()


async def framed(page: Page, made: Stage) -> None:
    await page.locator("tocsin-live").locator(".card, .bar").first.wait_for()


async def write(page: Page, made: Stage) -> None:
    await page.get_by_role("button", name="Write something else").click()
    await page.locator("textarea.edit").fill(OWN)
    await page.get_by_text("Privacy check passed").wait_for()
    await page.wait_for_timeout(GLOVE_MS)


async def blocked(page: Page, made: Stage) -> None:
    box = page.locator("textarea.edit").first
    await box.fill(BLOCKED)
    await page.locator(".notice.bad").first.wait_for()


async def photo(page: Page, made: Stage) -> None:
    await write(page, made)
    picture = io.BytesIO()
    Image.new("RGB", (1600, 1200), (20, 110, 100)).save(picture, "JPEG")
    file = {"name": "P.jpg", "mimeType": "image/jpeg", "buffer": picture.getvalue()}
    await page.locator("input[capture]").set_input_files(files=[file])  # type: ignore[list-item]
    await page.get_by_label("What does the photo show?").fill("Two robot arms over a table.")


async def no_photo(page: Page, made: Stage) -> None:
    await write(page, made)
    await page.locator("input[capture]").dispatch_event("cancel")
    await page.get_by_text("No photo was added").wait_for()


async def counting(page: Page, made: Stage) -> None:
    await write(page, made)
    await page.locator("#send").click()
    await page.locator(".count").first.wait_for()


async def offline(page: Page, made: Stage) -> None:
    await page.locator("#send").wait_for()
    await page.context.set_offline(True)
    await page.get_by_role("button", name="Write something else").click()
    await page.locator("textarea.edit").fill(OWN)
    await page.wait_for_timeout(GLOVE_MS)
    await page.locator("#send").click()
    await page.locator(".count.wait").wait_for()


async def phoned(page: Page, made: Stage) -> None:
    await offline(page, made)
    await page.wait_for_timeout(GLOVE_MS)
    await page.get_by_role("button", name="Ask the desk to post").click()
    await page.locator(".asks").wait_for()


async def answering(page: Page, made: Stage) -> None:
    await page.locator(".asked").get_by_role("button", name="Answer:").first.click()
    await page.locator(".answering").wait_for()


async def reconnecting(page: Page, made: Stage) -> None:
    await page.locator("[data-part=standing]").get_by_text("Live").wait_for()
    await page.context.set_offline(True)
    await page.get_by_text("Reconnecting.").first.wait_for(timeout=40_000)


async def dead(page: Page, made: Stage) -> None:
    await reconnecting(page, made)
    await page.get_by_text("Not live right now.").first.wait_for(timeout=40_000)


async def asked(page: Page, made: Stage) -> None:
    """Marta has asked; what Tom reads, or what she sees of her own."""
    await page.get_by_role("button", name="Read and decide").first.click()
    await page.get_by_role("dialog").wait_for()


async def ask_first(page: Page, made: Stage) -> None:
    if not (await made.marta.get("/events/valdora-flood/approvals")).json():
        await made.submit("Use the South Gate. The North Gate is under water.", slug="valdora-flood")


async def correcting(page: Page, made: Stage) -> None:
    await page.get_by_role("button", name="Correct or take back").first.click()
    await page.get_by_role("dialog").locator("textarea").first.fill("Only A&E is closed. Maternity is open.")
    await page.get_by_role("list", name="What happens on each channel").wait_for()


async def all_clear(page: Page, made: Stage) -> None:
    await page.get_by_role("button", name="All clear").first.click()
    await page.locator("#text").fill("The water is gone. A&E is open again.")
    await page.get_by_text("No PHI found").first.wait_for()


async def by_two(page: Page, made: Stage) -> None:
    """A gateway beside the first provider, so that one can stand in for the other."""
    names = {one["adapter"] for one in (await made.marta.get("/channels")).json()}
    if "smpp" in names:
        return
    host, port = str(made.simulators.ready["smpp"]).rsplit(":", 1)
    gateway = {"host": host, "port": int(port), "tls": False}
    body = {
        "adapter": "smpp",
        "name": "Gateway",
        "settings": {**gateway, "system_id": "tocsin", "source": "55501"},
        "credentials": {"password": "gateway1"},
    }
    asked_for = await made.marta.post("/channels", json=body)
    assert asked_for.status_code == 202, asked_for.text
    done = await made.tom.post(f"/proposals/{asked_for.json()['id']}/confirm")
    assert done.status_code == 200, done.text


async def second_provider(page: Page, made: Stage) -> None:
    await page.get_by_label("If SMS does not answer").wait_for()


async def quiet(page: Page, made: Stage) -> None:
    """Said by the server as it is, but for how quiet it has been: that takes an hour."""

    def between(route: WebSocketRoute) -> None:
        server = route.connect_to_server()
        server.on_message(
            lambda said: route.send(str(said).replace('"quiet":"fine"', '"quiet":"holding_line"'))
        )

    await page.route_web_socket("**/api/v1/stream*", between)


async def silent(page: Page, made: Stage) -> None:
    await page.locator(".due.late").first.wait_for()


async def held_digest(page: Page, made: Stage) -> None:
    """As `quiet`: one post that told several was refused after a hundred others."""

    async def told(route: Route) -> None:
        answer = await route.fetch()
        body = {**await answer.json(), "digest": "Three updates: visits, maternity, gates.", "told_with": 2}
        await route.fulfill(response=answer, json=body)

    def between(route: WebSocketRoute) -> None:
        server = route.connect_to_server()
        server.on_message(
            lambda said: route.send(HELD.sub('"state":"held","reason":"cannot_tell"', str(said)))
        )

    await page.route("**/api/v1/deliveries/*", told)
    await page.route_web_socket("**/api/v1/stream*", between)


async def held(page: Page, made: Stage) -> None:
    await page.get_by_role("group", name="Channels").get_by_role("button", name="X").first.click()
    await page.locator(".held").wait_for()
    await page.get_by_text("Three updates").first.wait_for()


async def listed(page: Page, made: Stage) -> None:
    """The channel that counts people, with its chart."""
    await page.get_by_role("group", name="Channels").get_by_role("button", name="SMS").click()
    await page.locator(".chart").wait_for()
    await page.locator(".chart").scroll_into_view_if_needed()


async def hold(page: Page, made: Stage) -> None:
    assert (await made.marta.post("/events/kidney-surgery/hold")).status_code < 300
    await page.locator('.mode[data-within="hold"], .pad-r').first.wait_for()


async def stop(page: Page, made: Stage) -> None:
    await made.marta.post("/events/kidney-surgery/stop")
    await page.wait_for_timeout(1_500)


async def end(page: Page, made: Stage) -> None:
    await made.marta.post("/events/valdora-flood/end")
    await page.reload()
    await page.get_by_text("Ended").first.wait_for()


TABLET, SURGERY, FLOOD = "/presenter/kidney-surgery", "/desk/kidney-surgery", "/desk/valdora-flood"
SCENES = (
    Scene("sign-in", "/sign-in", as_it_is, person=False),
    Scene("set-up", "/set-up", as_it_is, person=False, fresh=True),
    Scene("pair", "/pair", as_it_is, person=False),
    Scene("presenter-step", TABLET, as_it_is),
    Scene("presenter-questions", TABLET, answering),
    Scene("presenter-phi", TABLET, blocked),
    Scene("presenter-photo", TABLET, photo),
    Scene("presenter-no-photo", TABLET, no_photo),
    Scene("presenter-offline", TABLET, offline),
    Scene("presenter-phoned", TABLET, phoned),
    Scene("viewer-surgery", "/e/kidney-surgery", as_it_is, person=False),
    Scene("viewer-crisis", "/e/valdora-flood", as_it_is, person=False),
    Scene("viewer-language", "/e/valdora-flood?lang=ca", as_it_is, person=False),
    Scene("viewer-reconnecting", "/e/kidney-surgery", reconnecting, person=False),
    Scene("viewer-not-live", "/e/kidney-surgery", dead, person=False),
    Scene("embed-page", "/embed", as_it_is, person=False),
    Scene("embed-card", "/embed/kidney-surgery", framed, person=False),
    Scene("embed-bar", "/embed/kidney-surgery?variant=bar", framed, person=False),
    Scene("desk-front", "/desk", as_it_is),
    *(
        Scene(f"desk-setup-{step}", f"/desk#setup/{step}", setting_up)
        for step in ("hospital", "people", "channels", "rules", "drill")
    ),
    Scene("desk-surgery", SURGERY, as_it_is),
    Scene("desk-crisis", FLOOD, as_it_is),
    Scene("desk-phi", FLOOD, blocked),
    Scene("desk-me", f"{FLOOD}#me", account),
    *(
        Scene(f"desk-{name}", f"{FLOOD}#{name}", as_it_is if name == "audit" else filled)
        for name in ("delivery", "channels", "people", "events", "two", "tablets", "audit", "drills")
    ),
    Scene("desk-delivery-chart", f"{SURGERY}#delivery", listed),
    Scene("desk-approval", FLOOD, asked, second=True, before=ask_first),
    Scene("desk-approval-own", FLOOD, asked, before=ask_first),
    Scene("desk-correction", FLOOD, correcting),
    Scene("desk-all-clear", FLOOD, all_clear),
    Scene("desk-silence", SURGERY, silent, before=quiet),
    Scene("desk-held-digest", f"{FLOOD}#delivery", held, before=held_digest),
    Scene("desk-second-provider", f"{FLOOD}#channels", second_provider, before=by_two),
    Scene("desk-consent", f"{SURGERY}#consent", as_it_is),
    Scene("presenter-counting", TABLET, counting),
    Scene("presenter-hold", TABLET, hold),
    Scene("desk-hold", SURGERY, as_it_is),
    Scene("presenter-stop", TABLET, stop, stopped=True),
    Scene("desk-stop", SURGERY, as_it_is, stopped=True),
    Scene("viewer-paused", "/e/kidney-surgery", as_it_is, person=False),
    Scene("viewer-ended", "/e/valdora-flood", end, person=False),
)


async def furnish(made: Stage) -> None:
    """Something is out, somebody has asked, and what is sent from now on counts down for as long as it is looked at."""
    posted = "The robot is docked, and questions are welcome."
    await made.submit(posted)
    found = await until(lambda: made.applied(posted), lambda found: bool(found["facebook"]))
    body = {"post_id": found["facebook"][0]["remote_id"], "name": "Paolo Riva", "text": "Can it rest?"}
    await made.world.post("/_sim/facebook/comment", json=body)
    (reply,) = await until(made.replies, bool)
    await made.marta.post(f"/replies/{reply['id']}/show", json={"version": reply["version"]})
    flood = await made.event("valdora-flood")
    boxes = {
        "do": ["In an emergency call 112.", "Do not come to A&E by car."],
        "know": ["Water is on the ground floor.", "Patients upstairs are safe."],
        "unknown": ["When A&E will open again."],
    }
    asked = await made.marta.patch(
        f"/events/{flood['id']}",
        json={"version": flood["version"], "pinned": {**boxes, "source": "Fire service"}},
    )
    if asked.status_code == 202:  # new words above a severe crisis are confirmed by a second person
        confirmed = await made.tom.post(f"/proposals/{asked.json()['id']}/confirm")
        assert confirmed.status_code == 200, confirmed.text
    for text in CRISIS:
        await approved(made, text)
    event = await made.event()
    changed = await made.marta.patch(
        f"/events/{event['id']}", json={"version": event["version"], "delay_s": 120}
    )
    assert changed.status_code == 200, changed.text


async def approved(made: Stage, text: str) -> None:
    """Said by one person of the desk and let go by another."""
    update = await made.submit(text, slug="valdora-flood")
    if update["state"] != "awaiting_approval":
        return
    asked = (await made.tom.get(f"/updates/{update['id']}/approval")).json()
    answer = await made.tom.post(
        f"/updates/{update['id']}/approve", json={"version": asked["version"], "checked": True}
    )
    assert answer.status_code == 200, answer.text


@contextmanager
def fresh_house(folder: Path) -> Iterator[str]:
    """A live process on its first day; its address for a browser on this machine."""
    key = folder / "live.key"
    new_key_file(key)
    live = Process(
        ["tocsin", "serve", "--port", "0"],
        environment={
            "TOCSIN_DATA_DIR": str(folder),
            "TOCSIN_KEY_FILE": str(key),
            "TOCSIN_PUBLIC_URL": "https://live.valdora.example",
        },
    )
    try:
        live.start()
        yield f"http://localhost:{listening_port(live.pid)}"
    finally:
        live.close()


async def photographed(
    browser: Browser,
    made: Stage,
    scene: Scene,
    folder: Path,
    looks: list[str],
    widths: list[int],
    address: str,
) -> dict[tuple[str, int], set[str]]:
    """The rules that are broken, by look and width."""
    who = made.tom if scene.second else made.marta
    cookies = dict(who.cookies) if scene.person else {}
    context: BrowserContext = await signed_in(
        browser,
        address,
        cookies,
        viewport={"width": 1280, "height": 820},
        reduced_motion="reduce",
        service_workers="block",
    )
    page = await context.new_page()
    found: dict[tuple[str, int], set[str]] = {}
    try:
        if scene.before:
            await scene.before(page, made)
        await page.goto(address + scene.path)
        try:
            await scene.make(page, made)
        except PlaywrightError:
            await page.screenshot(path=str(folder / f"{scene.name}-not-reached.png"))
            raise
        for look in ["stop"] if scene.stopped else looks:
            for width in widths:
                await page.set_viewport_size({"width": width, "height": WIDTHS[width]})
                await page.evaluate(DRESS, [look, scene.stopped])
                name = folder / f"{scene.name}-{look}-{width}.png"
                await page.screenshot(path=str(name), full_page=scene.name.startswith(("viewer", "embed")))
                found[look, width] = {rule for rule, *_ in await violations(page)}
    finally:
        await context.close()
    return found


async def run(folder: Path, only: list[str], looks: list[str], widths: list[int]) -> int:
    folder.mkdir(parents=True, exist_ok=True)
    # Hold, stop and the end are true for all that come after: the order of the scenes stays.
    scenes = [one for one in SCENES if not only or any(word in one.name for word in only)]
    broken = 0
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as made_in:
        first_day = (
            fresh_house(Path(made_in) / "fresh") if any(one.fresh for one in scenes) else nullcontext("")
        )
        async with stage(Path(made_in), TOCSIN_DELAYS__REHEARSAL="1") as made, async_playwright() as driver:
            await furnish(made)
            browser = await driver.chromium.launch(
                executable_path=chromium.find(os.environ), args=list(chromium.ARGUMENTS)
            )
            print(f"{'screen and state':<22} {'looks':<28} {'widths':<14} axe")
            with first_day as new:
                for scene in scenes:
                    address = new if scene.fresh else f"http://localhost:{made.port}"
                    try:
                        found = await photographed(browser, made, scene, folder, looks, widths, address)
                    except PlaywrightError as error:
                        # One state that could not be reached says so, and the others are still looked at.
                        print(f"{scene.name:<22} not reached: {str(error).splitlines()[0]}", flush=True)
                        broken += 1
                        continue
                    rules = sorted(
                        {f"{rule} ({look} {width})" for (look, width), all_ in found.items() for rule in all_}
                    )
                    broken += len(rules)
                    shown = " ".join(dict.fromkeys(look for look, _ in found))
                    print(
                        f"{scene.name:<22} {shown:<28} {' '.join(map(str, widths)):<14} {', '.join(rules) or '0'}",
                        flush=True,
                    )
            await browser.close()
    print(
        f"{len(scenes)} states in {time.monotonic() - began:.0f} s; {broken} broken rules; pictures in {folder}"
    )
    return 1 if broken else 0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[1] if __doc__ else "")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", nargs="*", default=[], help="states whose name has one of these words")
    parser.add_argument("--looks", nargs="*", choices=LOOKS, default=["light", "dark", "drill"])
    parser.add_argument("--widths", nargs="*", type=int, choices=list(WIDTHS), default=list(WIDTHS))
    given = parser.parse_args()
    sys.exit(asyncio.run(run(given.folder, given.only, given.looks, given.widths)))


if __name__ == "__main__":
    main()
