"""
A browser of another make, driven by WebDriver BiDi: Firefox speaks it on its own, without a driver beside it.

Only what a smoke run needs: a page, an expression in it, a cookie, and what the page complained of.
"""

import asyncio
import json
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from itertools import count
from pathlib import Path
from typing import Any

from websockets.asyncio.client import ClientConnection, connect

NAMES = ("firefox", "firefox-esr")
START_S = 60.0
ANSWER_S = 30.0
# No traffic of its own, no questions, no first page.
PREFERENCES = {
    "app.update.enabled": False,
    "browser.shell.checkDefaultBrowser": False,
    "browser.startup.page": 0,
    "datareporting.policy.dataSubmissionEnabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "browser.safebrowsing.update.enabled": False,
    "services.settings.server": "data:,#remote-settings-dummy/v1",
    "toolkit.telemetry.enabled": False,
    "extensions.update.enabled": False,
}


def firefox(environment: Mapping[str, str]) -> str | None:
    """The one that was named, or one on PATH; None where there is none."""
    if named := environment.get("TOCSIN_FIREFOX"):
        return named
    found = (shutil.which(name, path=environment.get("PATH", os.defpath)) for name in NAMES)
    return next((one for one in found if one), None)


class Bidi:
    """One window. `complaints` are errors of the page, as its console has them."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._ids = count(1)
        self._waiting: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._context = ""
        self.complaints: list[str] = []

    async def listen(self) -> None:
        async for text in self._socket:
            message = json.loads(text)
            if message["type"] == "event":
                entry = message["params"]
                if message["method"] == "log.entryAdded" and entry["level"] == "error":
                    self.complaints.append(entry["text"])
                continue
            waiting = self._waiting.pop(message["id"], None)
            if waiting is not None and not waiting.done():
                waiting.set_result(message)

    async def call(self, method: str, **params: Any) -> dict[str, Any]:
        n = next(self._ids)
        self._waiting[n] = asyncio.get_running_loop().create_future()
        await self._socket.send(json.dumps({"id": n, "method": method, "params": params}))
        answer = await asyncio.wait_for(self._waiting[n], ANSWER_S)
        assert answer["type"] == "success", (method, answer)
        return dict(answer["result"])

    async def begin(self) -> None:
        await self.call("session.new", capabilities={})
        await self.call("session.subscribe", events=["log.entryAdded"])
        tree = await self.call("browsingContext.getTree")
        self._context = tree["contexts"][0]["context"]

    async def go(self, url: str) -> None:
        await self.call("browsingContext.navigate", context=self._context, url=url, wait="complete")

    async def evaluate(self, expression: str) -> Any:
        """What an expression is in the page, awaited; only what JSON can say comes over."""
        answer = await self.call(
            "script.evaluate",
            expression=f"(async () => JSON.stringify((await ({expression})) ?? null))()",
            target={"context": self._context},
            awaitPromise=True,
        )
        assert answer["type"] == "success", answer
        return json.loads(answer["result"]["value"])

    async def cookie(self, name: str, value: str, host: str) -> None:
        await self.call(
            "storage.setCookie",
            cookie={"name": name, "value": {"type": "string", "value": value}, "domain": host, "path": "/"},
        )


@asynccontextmanager
async def opened(program: str) -> AsyncIterator[Bidi]:
    with tempfile.TemporaryDirectory(prefix="tocsin-firefox-", ignore_cleanup_errors=True) as profile:
        lines = [
            f"user_pref({json.dumps(name)}, {json.dumps(value)});" for name, value in PREFERENCES.items()
        ]
        (Path(profile) / "user.js").write_text("\n".join(lines), "utf-8")
        words = [
            "--headless",
            "--no-remote",
            "--profile",
            profile,
            "--remote-debugging-port",
            "0",
            "about:blank",
        ]
        child = await asyncio.create_subprocess_exec(
            program,
            *words,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
            env={**os.environ, "HOME": profile, "MOZ_HEADLESS": "1"},
        )
        try:
            address = await asyncio.wait_for(_address(child), START_S)
            async with connect(f"{address}/session", proxy=None, max_size=None) as socket:
                browser = Bidi(socket)
                listening = asyncio.create_task(browser.listen())
                await browser.begin()
                yield browser
                with suppress(TimeoutError):
                    await asyncio.wait_for(browser.call("browser.close"), 5)
                listening.cancel()
                await asyncio.gather(listening, return_exceptions=True)
        finally:
            with suppress(ProcessLookupError):
                child.kill()
            await child.communicate()


async def _address(child: asyncio.subprocess.Process) -> str:
    assert child.stderr is not None
    said = ""
    while line := (await child.stderr.readline()).decode(errors="replace"):
        said += line
        if "WebDriver BiDi listening on" in line:
            return line.split()[-1]
    raise AssertionError(f"Firefox ended before it listened: {said[-500:]}")
