"""
The public page as Lighthouse sees it: accessibility and best practices 100, performance at least 95.

A drill process with a few updates that are out; Lighthouse from a lock of its own beside the browser tests, as a
telephone (its default: a slow processor and 4G, both simulated) and as a desktop.

    python -m bench lighthouse [--report DIR]
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from build_frontend import install, node_words
from tests.browser import chromium
from tests.e2e.stage import stage, until

HERE = Path(chromium.__file__).parent / "lighthouse"
LEAST = {"performance": 95, "accessibility": 100, "best-practices": 100}
FLAGS = " ".join(("--headless", *chromium.ARGUMENTS))
TEXTS = ("The robot is docked.", "The team has reached the kidney.", "Blood flow to the kidney is paused.")


def report(url: str, look: str, browser: str) -> dict[str, Any]:
    node, environment = node_words()
    words = [
        *node,
        str(HERE / "node_modules" / "lighthouse" / "cli" / "index.js"),
        url,
        "--output=json",
        "--quiet",
        "--no-enable-error-reporting",
        f"--only-categories={','.join(LEAST)}",
        f"--chrome-flags={FLAGS}",
        *(["--preset=desktop"] if look == "desktop" else []),
    ]
    done = subprocess.run(
        words, env={**environment, "CHROME_PATH": browser}, capture_output=True, text=True, timeout=240
    )
    if done.returncode != 0:
        sys.exit(f"Lighthouse gave up: {done.stderr.strip()[-400:]}")
    return dict(json.loads(done.stdout))


def wrong(found: dict[str, Any]) -> list[str]:
    """Audits that cost something, by what they cost."""
    said = []
    for category in found["categories"].values():
        for ref in category["auditRefs"]:
            audit = found["audits"][ref["id"]]
            if ref["weight"] and audit["score"] is not None and audit["score"] < 0.9:
                said.append(f"    {category['id']}: {audit['id']} {audit.get('displayValue', '')}".rstrip())
    return said


async def run(folder: str) -> int:
    install(HERE)
    browser = chromium.find(os.environ)
    low = 0
    with tempfile.TemporaryDirectory() as made:
        async with stage(Path(made), TOCSIN_DELAYS__REHEARSAL="1") as rehearsal:
            for text in TEXTS:
                await rehearsal.submit(text)
            await until(lambda: rehearsal.applied(TEXTS[-1]), lambda out: bool(out["facebook"]))
            url = f"http://localhost:{rehearsal.port}/e/kidney-surgery"
            for look in ("telephone", "desktop"):
                found = await asyncio.to_thread(report, url, look, browser)
                scores = {name: round((one["score"] or 0) * 100) for name, one in found["categories"].items()}
                shown = "   ".join(f"{name} {score}" for name, score in scores.items())
                times = "   ".join(
                    f"{name} {found['audits'][name]['displayValue']}"
                    for name in ("first-contentful-paint", "largest-contentful-paint", "total-blocking-time")
                )
                shift = found["audits"]["cumulative-layout-shift"]["displayValue"]
                print(f"{look:<10} {shown}   {times}   layout shift {shift}")
                for line in wrong(found):
                    print(line)
                low += sum(score < LEAST[name] for name, score in scores.items())
                if folder:
                    Path(folder).mkdir(parents=True, exist_ok=True)
                    (Path(folder) / f"lighthouse-{look}.json").write_text(json.dumps(found), "utf-8")
    return 1 if low else 0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[1] if __doc__ else "")
    parser.add_argument("--report", default="", help="keep the whole reports in this folder")
    sys.exit(asyncio.run(run(parser.parse_args().report)))


if __name__ == "__main__":
    main()
