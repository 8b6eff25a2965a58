"""
A tablet that dies while it sends: `python3 run.py soak tablet [--kills N] [--seed S] [--seconds T]` (D-07).

A real Chromium whose renderer is crashed: nothing of the page runs any more, no timer, no `pagehide`, no unlock. Before
it dies the presenter has tapped Send; the moments are the tap itself, any instant after it, the first byte of the
request at the wireless, the answer lost at the wireless, and the answer's way back. Opened again, the text goes by
itself; where the kill came before it was on disk it is back in the editor and Send is tapped again. Then it is judged:
one update for each text, none both in the outbox and in the editor, none left behind.

Every yard is a fresh instance and a fresh browser profile. Before them the seeded bug, a client id made anew after
reopening, has to be found. Zero failures in n bound the failure rate at 3/n (95 %).
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from playwright.async_api import Browser, async_playwright
from playwright.async_api import Error as PlaywrightError

from tests.browser import chromium
from tests.browser.test_presenter_offline import GLOVE_MS, Tablet, line, said, tablet
from tests.e2e.stage import Stage, stage, until

YARD = 40  # kills on one instance: what counts down there is drawn on every page that is opened
TEETH = 6
TOLD_EVERY_S = 30.0
ANY_INSTANT_S = 0.25
POSTED = b"/updates HTTP/1.1\r\n"
MOMENTS = ("at the tap", "any instant", "at the request", "answer lost", "answer on its way")
START = "The tablet went away here, the team is"

# One client id for each life of the page in place of the one that was written down.
ANEW = """(() => {
  const made = new Map()
  const real = self.fetch
  self.fetch = (path, init) => {
    const key = init?.headers?.['Idempotency-Key']
    if (key && !made.has(key)) made.set(key, crypto.randomUUID())
    return real(path, key ? { ...init, headers: { ...init.headers, 'Idempotency-Key': made.get(key) } } : init)
  }
})()"""


@dataclass
class Ledger:
    """
    What became of each kill.

    Attributes:
        killed: By moment and by what the server had when the tablet was dead.
        again: Texts that were back in the editor and were tapped once more.
        doubled: Texts that are more than one update. broken: All that is not as promised, in words.
    """

    kills: int = 0
    killed: Counter[str] = field(default_factory=Counter)
    again: int = 0
    doubled: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)


async def crash(one: Tablet) -> None:
    """The renderer is gone when this returns."""
    devtools = await one.context.new_cdp_session(one.page)
    gone = asyncio.get_running_loop().create_future()
    one.page.once("crash", lambda _: gone.set_result(None))
    dying = asyncio.create_task(devtools.send("Page.crash"))  # nobody is left to answer
    await gone
    dying.cancel()
    with suppress(PlaywrightError, asyncio.CancelledError):
        await dying
    await one.page.close()


async def killed(one: Tablet, rehearsal: Stage, text: str, how: str, dice: random.Random) -> None:
    """Tap Send and die at that moment."""
    await one.write(text)
    await one.page.wait_for_timeout(GLOVE_MS)
    send = one.page.locator("#send")
    if how == "at the tap":
        await send.click(no_wait_after=True)
    elif how == "any instant":
        await send.click(no_wait_after=True)
        await asyncio.sleep(dice.random() * ANY_INSTANT_S)
    elif how == "answer lost":
        one.proxy.faults.lose_answer_to = POSTED
        await send.click(no_wait_after=True)
        await until(lambda: said(rehearsal, text), bool)
    else:
        async with one.page.expect_request(lambda asked: asked.url.endswith("/updates")):
            await send.click(no_wait_after=True)
        if how == "answer on its way":
            await until(lambda: said(rehearsal, text), bool)
    await crash(one)
    one.proxy.faults.lose_answer_to = None


async def one_kill(
    one: Tablet, rehearsal: Stage, text: str, how: str, dice: random.Random, ledger: Ledger
) -> None:
    await killed(one, rehearsal, text, how, dice)
    ledger.killed[f"{how}: {'there' if await said(rehearsal, text) else 'not there'}"] += 1
    await one.open()
    if await one.in_editor() == text:
        if text in [entry["text"] for entry in await one.kept()] or await said(rehearsal, text):
            ledger.broken.append(f"{how}: in the editor although it was kept: {text}")
            return
        ledger.again += 1
        await one.page.locator("#send").click()
    await until(lambda: said(rehearsal, text), bool)
    await until(one.kept, lambda found: not found)
    if await one.in_editor() == text:
        ledger.broken.append(f"{how}: sent, and still in the editor: {text}")


async def yard(browser: Browser, n: int, dice: random.Random, until_s: float, script: str = "") -> Ledger:
    """So many kills on one instance; judged by what the server has at the end."""
    ledger = Ledger()
    with tempfile.TemporaryDirectory() as folder:
        # Countdowns outlast most of it: what counts is what the server was given.
        async with (
            stage(Path(folder), TOCSIN_DELAYS__REHEARSAL="300") as made,
            tablet(browser, made, script) as one,
        ):
            first = dice.randrange(512 - n)
            texts = []
            for number in range(n):
                if time.monotonic() >= until_s or (ledger.broken and not script):
                    break
                how = "answer lost" if script else MOMENTS[number % len(MOMENTS)]
                texts.append(line(first + number, START))
                try:
                    await one_kill(one, made, texts[-1], how, dice, ledger)
                except (AssertionError, PlaywrightError) as exc:
                    ledger.broken.append(f"{how}: {texts[-1]}: {exc}")
                ledger.kills += 1
            found = Counter(await said(made, START))
            ledger.doubled = [text for text, times in found.items() if times > 1]
            if not ledger.broken and set(found) != set(texts):
                ledger.broken.append(f"lost: {sorted(set(texts) - set(found))}")
    return ledger


async def soak(n: int, seconds: float, seed: int) -> int:
    began = told_at = time.monotonic()
    whole = Ledger()
    async with async_playwright() as driver:
        browser = await driver.chromium.launch(
            executable_path=chromium.find(os.environ), args=list(chromium.ARGUMENTS)
        )
        teeth = await yard(browser, TEETH, random.Random(seed), began + seconds, ANEW)
        yards = 0
        while whole.kills < n and not (whole.broken or whole.doubled) and time.monotonic() < began + seconds:
            yards += 1
            part = await yard(
                browser, min(YARD, n - whole.kills), random.Random(f"{seed}-{yards}"), began + seconds
            )
            whole.kills += part.kills
            whole.killed += part.killed
            whole.again += part.again
            whole.doubled += part.doubled
            whole.broken += part.broken
            if time.monotonic() - told_at > TOLD_EVERY_S:
                told_at = time.monotonic()
                print(json.dumps({"seed": seed, "kills": whole.kills, "killed": whole.killed}), flush=True)
        await browser.close()
    print(
        json.dumps(
            {
                "part": "tablet",
                "seed": seed,
                "kills": whole.kills,
                "killed": dict(sorted(whole.killed.items())),
                "tapped_again": whole.again,
                "doubled": whole.doubled,
                "broken": whole.broken,
                "seeded_bug_found": f"{len(teeth.doubled)} of {teeth.kills} doubled",
                "seeded_bug_broken": teeth.broken,
                "bound_95": 3 / max(1, whole.kills),
                "yards": yards,
                "seconds": round(time.monotonic() - began),
                "load": os.getloadavg()[0],
            },
            indent=1,
        )
    )
    return 1 if whole.broken or whole.doubled or not teeth.doubled else 0


def main(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=500)
    parser.add_argument("--seconds", type=float, default=7_200.0)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args(words)
    return asyncio.run(soak(given.kills, given.seconds, given.seed))
