"""
README's picture, made anew: the tablet, the desk, the public page and the simulators while a rehearsal plays.

One rehearsal of its own plays its script on the desk, the public answers, and somebody asks for help; when the fourth
step is out, the four screens are taken as they stand and laid side by side in one small PNG.

    python -m bench picture [docs/picture.png]
"""

from __future__ import annotations

import argparse
import asyncio
import io
import os
import tempfile
from pathlib import Path

from PIL import Image
from playwright.async_api import Browser, Page, async_playwright, expect

from tests.browser import chromium
from tests.browser.looking import signed_in
from tests.e2e.stage import Stage, stage, until

# Where each screen stands on the sheet, and the window it is taken in.
SCREENS = {
    "tablet": ((16, 16), (1180, 820)),
    "desk": ((816, 16), (1280, 800)),
    "public": ((16, 578), (1024, 711)),
    "simulators": ((816, 578), (1180, 820)),
}
SHEET, PAPER, WIDE = (1616, 1138), (244, 243, 238), 784
STEP, ASKS = "The patient is asleep", "My father fell down in your car park"
SETTLES_MS = 4_000


async def opened(browser: Browser, name: str, address: str, cookies: dict[str, str]) -> Page:
    _, (width, height) = SCREENS[name]
    context = await signed_in(
        browser, address, cookies, viewport={"width": width, "height": height}, device_scale_factor=1.5
    )
    return await context.new_page()


async def screens(browser: Browser, made: Stage) -> dict[str, Image.Image]:
    """Each as people see it while the rehearsal plays."""
    own, world = f"http://localhost:{made.port}", made.simulators.address.replace("127.0.0.1", "localhost")
    pages: dict[str, Page] = {}
    for name, address, path in (
        ("desk", own, "/desk/kidney-surgery"),
        ("tablet", own, "/presenter/kidney-surgery"),
        ("public", own, "/e/kidney-surgery"),
        ("simulators", world, "/"),
    ):
        cookies = dict(made.marta.cookies) if name in ("desk", "tablet") else {}
        pages[name] = await opened(browser, name, address, cookies)
        await pages[name].goto(address + path)
    desk = pages["desk"]
    await desk.get_by_role("button", name="Play").click()
    await expect(desk.get_by_text("step 4 of")).to_be_visible(timeout=240_000)
    out = await until(lambda: made.applied(STEP), lambda found: bool(found["facebook"]))
    body = {"post_id": out["facebook"][0]["remote_id"], "name": "Ines Marsh", "text": ASKS}
    await made.world.post("/_sim/facebook/comment", json=body)
    await desk.locator(".tri.help").first.wait_for()
    await desk.wait_for_timeout(SETTLES_MS)  # what has just gone out arrives, too
    return {name: Image.open(io.BytesIO(await page.screenshot())) for name, page in pages.items()}


def laid_out(taken: dict[str, Image.Image]) -> Image.Image:
    sheet = Image.new("RGB", SHEET, PAPER)
    for name, picture in taken.items():
        high = round(WIDE * picture.height / picture.width)
        sheet.paste(picture.convert("RGB").resize((WIDE, high), Image.Resampling.LANCZOS), SCREENS[name][0])
    return sheet


def is_strong(red: int, green: int, blue: int) -> bool:
    """Far from grey, and no violet."""
    most, least = max(red, green, blue), min(red, green, blue)
    return most - least > 60 and not (blue > green + 20 and blue >= red)


def small(sheet: Image.Image) -> Image.Image:
    """
    In 256 colours, which is a quarter of the size.

    Small areas of strong colour (STOP, HOLD, marks) would lose theirs to shades of the drill's violet, of which the
    sheet is full, so the palette is chosen from the sheet with a strip of them added below.
    """
    glimpse = sheet.resize((sheet.width // 2, sheet.height // 2), Image.Resampling.NEAREST)
    counted = sorted(glimpse.getcolors(glimpse.width * glimpse.height) or [], reverse=True)
    strong = [color for _, color in counted if isinstance(color, tuple) and is_strong(*color)][:400]
    strip = Image.new("RGB", (sheet.width, 200))
    if strong:
        strip.putdata(
            [
                strong[(n % sheet.width // 4 + n // sheet.width * 7) % len(strong)]
                for n in range(sheet.width * 200)
            ]
        )
    both = Image.new("RGB", (sheet.width, sheet.height + strip.height))
    both.paste(sheet, (0, 0))
    both.paste(strip, (0, sheet.height))
    palette = both.quantize(256, method=Image.Quantize.MEDIANCUT, kmeans=3)
    return sheet.quantize(palette=palette, dither=Image.Dither.NONE)


async def run(to: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        async with (
            stage(Path(folder), TOCSIN_DELAYS__REHEARSAL="5") as made,
            async_playwright() as driver,
        ):
            browser = await driver.chromium.launch(
                executable_path=chromium.find(os.environ), args=list(chromium.ARGUMENTS)
            )
            taken = await screens(browser, made)
            await browser.close()
    small(laid_out(taken)).save(to, optimize=True)
    print(f"{to}: {to.stat().st_size:,} bytes")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[1] if __doc__ else "")
    parser.add_argument("to", type=Path, nargs="?", default=Path("docs/picture.png"))
    asyncio.run(run(parser.parse_args().to))


if __name__ == "__main__":
    main()
