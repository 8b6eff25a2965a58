"""
Pictures of every screen and state, and what axe says of each: light, dark, drill and stop; 320 to 1280 px.

One rehearsal of its own, walked through from the first draft to the end of the event. It is a drill, so light and dark
are its pages dressed as live ones; everything else is as people see it. A picture per state, look and width goes to
the folder, and a table to the screen: how many rules of WCAG 2.2 A and AA each state breaks, by look and width.

    python -m bench shots DIR [--only WORD …] [--looks light dark drill] [--widths 320 390 768 1024 1280]
                          [--table docs/screens.md [--missing]]
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime
from pathlib import Path

from playwright.async_api import Browser, BrowserContext, async_playwright
from playwright.async_api import Error as PlaywrightError

from app.accounts.vault import new_key_file
from bench.walk.order import SCENES
from bench.walk.scene import Scene, agree
from bench.walk.table import merge, read, row_of
from tests.browser import chromium
from tests.browser.looking import signed_in, violations
from tests.e2e.stage import Stage, stage, until
from tests.e2e.test_live import listening_port
from tests.processes import Process

LOOKS = ("light", "dark", "drill", "drill-dark")
# Reflow, a telephone, a tablet standing, two lying (where the desk's replies are a drawer), a desk.
WIDTHS = {320: 800, 390: 844, 768: 1024, 1024: 768, 1180: 820, 1280: 820}
LONG = 1700
CRISIS = (
    "A&E is closed by flooding. In an emergency call 112.",
    "Maternity is open. Come by the North Gate.",
    "Visits are cancelled today. Patients upstairs are safe and warm.",
)

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
    // What is being practised is what a live room would be in: an event, an incident, on hold; in standby, no mode.
    for (const bar of bars) {
      const within = bar.dataset.within
      if (within === 'standby') delete bar.dataset.mode
      else bar.dataset.mode = within ?? 'event'
    }
    // On a public page the bar is the exercise's alone.
    for (const bar of document.querySelectorAll('section.mode')) bar.hidden = true
  }
}
"""


async def furnish(made: Stage) -> None:
    """Something is out, somebody has asked, and what is sent from now on counts down for as long as it is looked at."""
    posted = "The robot is docked, and questions are welcome."
    steps = (await made.marta.get("/events/kidney-surgery/steps")).json()
    docked = next(step["id"] for step in steps if step["title"] == "Robot docked")
    await made.submit(posted, step_id=docked)
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
        await agree(made, await made.submit(text, slug="valdora-flood"))
    event = await made.event()
    changed = await made.marta.patch(
        f"/events/{event['id']}", json={"version": event["version"], "delay_s": 120}
    )
    assert changed.status_code == 200, changed.text


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
        except (PlaywrightError, AssertionError):
            await page.screenshot(path=str(folder / f"{scene.name}-not-reached.png"))
            raise
        for look in ["stop"] if scene.stopped else looks:
            for width in widths:
                await page.set_viewport_size(
                    {"width": width, "height": LONG if scene.long else WIDTHS[width]}
                )
                await page.evaluate(DRESS, [look, scene.stopped])
                name = folder / f"{scene.name}-{look}-{width}.png"
                await page.screenshot(path=str(name), full_page=scene.tall)
                found[look, width] = {rule for rule, *_ in await violations(page)}
    finally:
        await context.close()
    return found


async def run(
    folder: Path,
    only: list[str],
    looks: list[str],
    widths: list[int],
    table: Path | None = None,
    missing: bool = False,
) -> int:
    folder.mkdir(parents=True, exist_ok=True)
    known = read(table.read_text("utf-8")) if table and missing and table.exists() else {}
    scenes = [
        one
        for one in SCENES
        if one.name not in known and (not only or any(word in one.name for word in only))
    ]
    day = datetime.now(UTC).date().isoformat()
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
                    except (PlaywrightError, AssertionError) as error:
                        # One state that could not be reached says so, and the others are still looked at.
                        why = next(iter(str(error).splitlines()), type(error).__name__)
                        print(f"{scene.name:<22} not reached: {why}", flush=True)
                        broken += 1
                        continue
                    row = row_of(scene.name, found, day)
                    broken += sum(len(rules) for rules in found.values())
                    print(f"{row.name:<22} {row.looks:<28} {row.widths:<14} {row.axe or '0'}", flush=True)
                    if table:  # at once, so that what ends early has not been for nothing
                        merge(table, [row], [one.name for one in SCENES])
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
    parser.add_argument("--table", type=Path, help="a document whose rows of these states are written anew")
    parser.add_argument("--missing", action="store_true", help="only states that the table does not have yet")
    given = parser.parse_args()
    sys.exit(
        asyncio.run(run(given.folder, given.only, given.looks, given.widths, given.table, given.missing))
    )


if __name__ == "__main__":
    main()
