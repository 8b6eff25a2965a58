"""
The screens under load, in a real browser: typing at a desk while 200 replies a second arrive, and 10,000 items.

The desk: a drill process, a simulators process whose public answers at a given rate, and keys pressed in the
composer. What is measured is what a person feels: from the key to the next painted frame, by the browser's own Event
Timing. The timeline: an event with 10,000 updates, opened, paged to its end, scrolled, and given one more update.

    python -m bench screens typing [--rate 200] [--seconds 15] [--beside CHECKOUT --rounds N]
    python -m bench screens timeline [--items 10000]
"""

from __future__ import annotations

import argparse
import asyncio
import os
import statistics
import tempfile
import time
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
from playwright.async_api import Browser, CDPSession, Page, async_playwright
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from app.db import Database
from app.ids import new_id
from app.models import Update, UpdateRevision
from bench.main_job import spawn
from tests.browser import chromium

WORDS = "The team has paused blood flow to the kidney and all is calm in theatre. "
KEY_EVERY_MS = 60
# Shorter ones the browser does not report: they count as this much.
UNREPORTED_MS = 16

WATCH_KEYS = """
() => {
  window.__keys = []
  new PerformanceObserver((list) => {
    for (const one of list.getEntries()) if (one.name === 'keydown') window.__keys.push(one.duration)
  }).observe({ type: 'event', durationThreshold: 16, buffered: false })
  window.__long = []
  new PerformanceObserver((list) => {
    for (const one of list.getEntries()) window.__long.push(one.duration)
  }).observe({ type: 'longtask', buffered: false })
}
"""

SCROLL = """
async (seconds) => {
  const frames = []
  let last = performance.now()
  const end = last + seconds * 1000
  while (performance.now() < end) {
    scrollBy(0, 240)
    if (scrollY + innerHeight >= document.documentElement.scrollHeight - 2) scrollTo(0, 0)
    await new Promise((done) => requestAnimationFrame(done))
    const now = performance.now()
    frames.push(now - last)
    last = now
  }
  return frames
}
"""


ENTRIES = "[data-part=list] > li"
CAME = """
async ([entries, last]) => {
  for (let n = 0; n < 600; n++) {
    const all = [...document.querySelectorAll(entries)]
    const at = all.findIndex((one) => one.id === last)
    if (at < all.length - 1) return all.length - 1 - at
    await new Promise((done) => requestAnimationFrame(done))
  }
  return 0
}
"""


def spread(values: list[float]) -> str:
    ordered = sorted(values)

    def at(part: float) -> float:
        return ordered[min(len(ordered) - 1, int(len(ordered) * part))]

    return (
        f"p50 {statistics.median(ordered):6.0f}   p95 {at(0.95):6.0f}   p99 {at(0.99):6.0f}   "
        f"max {ordered[-1]:6.0f} ms   n {len(ordered)}"
    )


@contextmanager
def simulators() -> Iterator[str]:
    child, said = spawn(["app.channels.simulators", "--port", "0", "--profile", "fast"], {})
    try:
        yield said["origin"]
    finally:
        child.kill()  # nothing of it is kept, and a flood that still goes on would hold it back
        child.wait(30)


@contextmanager
def drill(folder: str, origin: str, checkout: Path | None = None) -> Iterator[dict[str, Any]]:
    """On a free port, of another checkout if one is given; a second one with the same data needs the same simulators."""
    child, ready = spawn(
        ["app", "serve", "--drill", "--port", "0"],
        {
            "TOCSIN_DATA_DIR": folder,
            "TOCSIN_SIMULATORS_URL": origin,
            "TOCSIN_DELAYS__REHEARSAL": "1",
        },
        checkout,
    )
    try:
        yield ready
    finally:
        child.terminate()
        child.wait(30)


@asynccontextmanager
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        made = await playwright.chromium.launch(
            executable_path=chromium.find(os.environ), args=list(chromium.ARGUMENTS)
        )
        yield made
        await made.close()


async def typed(page: Page, keys: int) -> tuple[list[float], list[float]]:
    """Press keys at a person's pace; how long each took to be painted, and the long tasks meanwhile."""
    await page.evaluate("() => { window.__keys.length = 0; window.__long.length = 0 }")
    await page.locator("#text").focus()
    text = (WORDS * (keys // len(WORDS) + 1))[:keys]
    await page.keyboard.type(text, delay=KEY_EVERY_MS)
    await page.wait_for_timeout(300)
    reported, long = await page.evaluate("() => [window.__keys, window.__long]")
    quick = [float(UNREPORTED_MS)] * max(0, keys - len(reported))
    return [*reported, *quick], long


async def main_thread(thread: CDPSession) -> dict[str, float]:
    """Seconds that the page's one thread has worked so far, and on what."""
    found = {one["name"]: one["value"] for one in (await thread.send("Performance.getMetrics"))["metrics"]}
    wanted = {"all": "Task", "script": "Script", "style": "RecalcStyle", "layout": "Layout"}
    return {name: found[f"{metric}Duration"] for name, metric in wanted.items()}


async def typing(rate: float, seconds: float, platform: str, checkout: Path | None = None) -> None:
    with (
        tempfile.TemporaryDirectory() as folder,
        simulators() as origin,
        drill(folder, origin, checkout) as ready,
    ):
        async with browser() as chrome:
            port = ready["address"].rsplit(":", 1)[1]
            base = f"http://127.0.0.1:{port}/api/v1"
            async with (
                httpx.AsyncClient(
                    base_url=base, headers={"x-tocsin": "1"}, timeout=30, trust_env=False
                ) as client,
                httpx.AsyncClient(base_url=origin, timeout=30, trust_env=False) as world,
            ):
                await client.post("/session", json={"code": ready["sign_in_code"]})
                answer = await client.post(
                    "/events/kidney-surgery/updates",
                    json={"texts": {"en": "The robot is docked."}, "source": "api"},
                    headers={"idempotency-key": str(uuid.uuid4())},
                )
                await asyncio.sleep(4)
                context = await chrome.new_context(viewport={"width": 1440, "height": 900})
                await context.add_cookies(
                    [
                        {"name": name, "value": value, "url": f"http://localhost:{port}"}
                        for name, value in client.cookies.items()
                    ]
                )
                page = await context.new_page()
                await page.goto(f"http://localhost:{port}/desk/kidney-surgery")
                await page.locator("#text").wait_for()
                await page.evaluate(WATCH_KEYS)
                keys = int(seconds * 1000 / KEY_EVERY_MS)
                thread = await context.new_cdp_session(page)
                # The thread's own time: what others take from the processor is not in it.
                await thread.send("Performance.enable", {"timeDomain": "threadTicks"})
                quiet, quiet_long = await typed(page, keys // 3)
                before = (await client.get("/events/kidney-surgery/replies/counts")).json()
                began = time.monotonic()
                flood = await world.post(
                    "/_sim/flood", json={"platform": platform, "rate_per_s": rate, "seconds": seconds + 5}
                )
                assert flood.status_code == 202, flood.text
                await asyncio.sleep(1)
                used = await main_thread(thread)
                flooded, long = await typed(page, keys)
                used = {name: s - used[name] for name, s in (await main_thread(thread)).items()}
                took = time.monotonic() - began
                after = (await client.get("/events/kidney-surgery/replies/counts")).json()
                arrived = sum(after.values()) - sum(before.values())
                said = await page.locator("#h-t").locator("xpath=../..").get_by_role("tab").all_inner_texts()
                print(f"accepted first: {answer.status_code}; asked for {rate:g} replies a second")
                print(
                    f"stored in {took:.1f} s: {arrived} ({arrived / took:.0f} a second); the desk says {said}"
                )
                print(f"typing, quiet     {spread(quiet)}   long tasks {len(quiet_long)}")
                print(f"typing, flooded   {spread(flooded)}   long tasks {len(long)}")
                parts = ", ".join(f"{name} {s * 1000 / len(flooded):.1f}" for name, s in used.items())
                print(f"main thread, ms of its own time for each key: {parts}")


async def seed(folder: str, items: int) -> None:
    """Updates as release leaves them, one a minute, the newest a minute ago."""
    database = Database(f"sqlite:///{Path(folder) / 'tocsin-drill.sqlite3'}")
    await database.start()
    now = datetime.now(UTC)

    async def work(session: AsyncSession) -> None:
        event_id = (
            await session.execute(text("SELECT id FROM live_event WHERE slug = 'valdora-flood'"))
        ).scalar_one()
        updates, revisions = [], []
        for n in range(items):
            at = now - timedelta(minutes=items - n)
            update_id = new_id()
            updates.append(
                Update(
                    id=update_id,
                    event_id=event_id,
                    seq=n + 1,
                    state="released",
                    client_key=update_id,
                    composed_at=at,
                    received_at=at,
                    released_at=at,
                    expires_at=at + timedelta(hours=1),
                    key_moment=n % 50 == 0,
                )
            )
            said = {"en": f"Update {n + 1}: {WORDS * (1 + n % 3)}"}
            revisions.append(UpdateRevision(update_id=update_id, revision=1, texts=said, created_at=at))
        session.add_all(updates)
        await session.flush()
        session.add_all(revisions)
        await session.flush()
        await session.execute(
            text("UPDATE live_event SET last_seq = :n WHERE id = :id"), {"n": items, "id": event_id}
        )

    await database.write(work)
    await database.stop()


async def timeline(items: int) -> None:
    with tempfile.TemporaryDirectory() as folder, simulators() as origin:
        with drill(folder, origin):
            pass  # furnishes the database
        await seed(folder, items)
        with drill(folder, origin) as ready:
            await page_by_page(ready, items)


async def page_by_page(ready: dict[str, Any], items: int) -> None:
    async with browser() as chrome:
        port = ready["address"].rsplit(":", 1)[1]
        address = f"http://localhost:{port}"
        async with httpx.AsyncClient(
            base_url=address, headers={"x-tocsin": "1"}, timeout=30, trust_env=False
        ) as client:
            await client.post("/api/v1/session", json={"code": ready["sign_in_code"]})
            times = []
            for _ in range(20):
                began = time.perf_counter()
                html = await client.get("/e/valdora-flood")
                times.append((time.perf_counter() - began) * 1000)
            print(f"{items} items; the page is {len(html.content) / 1000:.0f} kB of HTML: {spread(times)}")
            page = await (await chrome.new_context(viewport={"width": 1280, "height": 900})).new_page()
            await page.goto(f"{address}/e/valdora-flood")
            await page.locator("live-timeline, #feed").first.wait_for()
            await measure_page(page, "first page")
            read = await page.locator(ENTRIES).count()
            began = time.perf_counter()
            pages: list[float] = []
            most = read
            older = page.locator("[data-part=older]")
            for wanted in (1_000, 3_000, items):
                while read < wanted and await older.is_visible():
                    one = time.perf_counter()
                    fresh = await page_more(page)
                    pages.append((time.perf_counter() - one) * 1000)
                    read += fresh
                    most = max(most, await page.locator(ENTRIES).count())
                print(
                    f"read back to {read} in {time.perf_counter() - began:.1f} s, at most {most} in the page; "
                    f"the last 20 pages {spread(pages[-20:])}"
                )
                await measure_page(page, f"{read} items")
            await live(client, page)


async def page_more(page: Page) -> int:
    """Press for older ones and wait until they are the last of the list; how many came."""
    last = await page.locator(ENTRIES).last.get_attribute("id")
    await page.locator("[data-part=older]").click()
    came: int = await page.evaluate(CAME, [ENTRIES, last])
    return came


async def measure_page(page: Page, name: str) -> None:
    await page.evaluate("scrollTo(0, 0)")
    frames = await page.evaluate(SCROLL, 3)
    nodes = await page.evaluate("document.querySelectorAll('*').length")
    print(f"  {name}: {nodes} elements; frames while scrolling {spread(frames)}")


async def live(client: httpx.AsyncClient, page: Page) -> None:
    """One more update while all of them are on the page: how long the page is busy with it."""
    await page.evaluate(
        "() => { window.__long = []; new PerformanceObserver((list) => { for (const one of list.getEntries()) "
        "window.__long.push(one.duration) }).observe({ type: 'longtask' }); scrollTo(0, 0); "
        "document.activeElement?.blur() }"
    )
    event = (await client.get("/api/v1/events/valdora-flood")).json()["event"]
    await client.patch(f"/api/v1/events/{event['id']}", json={"version": event["version"], "headline": ""})
    await page.wait_for_timeout(4_000)
    long = await page.evaluate("window.__long")
    print(f"  a change of the event with all of it shown: long tasks {[round(one) for one in long]} ms")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[1] if __doc__ else "")
    parser.add_argument("part", choices=("typing", "timeline"))
    parser.add_argument("--rate", type=float, default=200)
    parser.add_argument("--seconds", type=float, default=15)
    parser.add_argument("--platform", choices=("x", "facebook"), default="facebook")
    parser.add_argument("--beside", type=Path, help="another checkout, built: each round is run there, too")
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--items", type=int, default=10_000)
    given = parser.parse_args()
    if given.part == "typing":
        for n in range(given.rounds):
            for checkout in (given.beside, None) if given.beside else (None,):
                print(
                    f"round {n + 1}, {'beside' if checkout else 'this'} checkout, load {os.getloadavg()[0]:.1f}"
                )
                asyncio.run(typing(given.rate, given.seconds, given.platform, checkout))
    else:
        asyncio.run(timeline(given.items))


if __name__ == "__main__":
    main()
