"""A server under the cheap attacks that need no account, and an update that must leave meanwhile."""

import asyncio
import contextlib
import os
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import httpx
import pytest

from tests.e2e.stage import Stage, T, stage, until
from tests.processes import ROOT

pytestmark = [pytest.mark.processes, pytest.mark.timeout(240)]

HALF_OPEN = int(os.environ.get("TOCSIN_TEST_HALF_OPEN", "1000"))
DELAY_S = 1.0
PAGE = "/e/kidney-surgery"
TEXTS = tuple(
    f"The {what} {how}." for what in ("kidney", "robot", "bowel") for how in ("is in view", "has been moved")
)
RANGES = "bytes=" + ",".join(f"{n}-{n + 1}" for n in range(0, 4_000, 2))
PARTS = (
    b"".join(b'--b\r\nContent-Disposition: form-data; name="%d"\r\n\r\nx\r\n' % n for n in range(20_000))
    + b"--b--\r\n"
)


@contextlib.asynccontextmanager
async def half_open(port: int, count: int) -> AsyncIterator[list[int]]:
    """While `count` connections say half a request; how many were held at most, and how many cut so far."""
    words = ("-m", "tests.e2e.besieger", str(port), str(count))
    process = await asyncio.create_subprocess_exec(
        sys.executable, *words, cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    out, seen = process.stdout, [0, 0]

    async def listen() -> None:
        async for line in out:
            held, cut = map(int, line.split())
            seen[:] = max(seen[0], held), cut

    listening = asyncio.create_task(listen())
    try:
        yield seen
        assert process.returncode is None
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()
        await listening


async def bombs(port: int, statuses: set[int], most_bytes: list[int]) -> None:
    """Thousands of ranges of one page, and forms of thousands of parts, one after another."""
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=30, trust_env=False) as client:
        while True:
            page = await client.get(PAGE, headers={"Range": RANGES})
            asset = await client.get("/icon.svg", headers={"Range": RANGES})
            with contextlib.suppress(httpx.TransportError):  # cut at the cap, while we still speak
                form = await client.post(
                    "/api/v1/session",
                    content=PARTS,
                    headers={"content-type": "multipart/form-data; boundary=b"},
                )
                statuses.add(form.status_code)
            statuses |= {page.status_code, asset.status_code}
            await asyncio.sleep(0.05)
            most_bytes[0] = max(most_bytes[0], len(page.content), len(asset.content))


async def sent_after_s(made: Stage, text: str) -> float:
    """From the button to the post on X, without the countdown."""
    began = time.monotonic()
    await made.submit(text)
    await until(lambda: made.applied(text), lambda found: len(found["x"]) == 1)
    return time.monotonic() - began - DELAY_S


class TestBesieged:
    @pytest.mark.timed
    async def test_S17_half_open_sockets_and_bombs_do_not_hold_an_update_back(self, tmp_path: Path) -> None:
        """
        Out within a second of its release while all of it goes on; nobody is answered with a crash. Where the machine
        itself is too busy for a second, it may take three times as long as it did before the attack.
        """
        async with stage(tmp_path, TOCSIN_DELAYS__REHEARSAL=str(DELAY_S)) as made:
            plain = len((await made.marta.get(f"http://127.0.0.1:{made.port}{PAGE}")).content)
            before = [await sent_after_s(made, text) for text in TEXTS[:3]]
            statuses: set[int] = set()
            most_bytes = [0]
            async with half_open(made.port, HALF_OPEN) as seen:
                bombing = asyncio.create_task(bombs(made.port, statuses, most_bytes))
                await until(_seen(seen), lambda found: found[0] >= HALF_OPEN)
                await until(_seen(statuses), lambda found: len(found) >= 2)
                took = [await sent_after_s(made, text) for text in TEXTS[3:]]
                assert not bombing.done(), bombing
                bombing.cancel()
                await asyncio.gather(bombing, return_exceptions=True)
            print(
                f"S-17: {seen[0]} half open, {seen[1]} cut; out after {said(before)} s, attacked {said(took)} s;"
                f" {statuses}"
            )
            assert all(status < 500 for status in statuses)
            assert most_bytes[0] <= plain * 2
            assert sorted(took)[len(took) // 2] <= max(1.0, 3 * max(before))


def said(times_s: list[float]) -> str:
    return ", ".join(f"{one:.2f}" for one in times_s)


def _seen(found: T) -> Callable[[], Awaitable[T]]:
    async def look() -> T:
        return found

    return look
