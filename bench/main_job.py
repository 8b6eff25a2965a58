"""
From release to everybody: first byte at each platform, last of 1,000 viewers, and what accepting costs meanwhile.

A real drill process, a real simulators process (fast latency), 1,000 real sockets from this one. Printed beside a
baseline taken in the same run: what one bare HTTP call to the same simulator and one bare socket echo cost here.

    python -m bench main_job [--viewers 1000] [--updates 20]
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
from websockets.asyncio.client import ClientConnection, connect

MOODS = ("calm", "ready", "steady", "quiet", "careful", "rested", "awake", "focused")


def spawn(
    words: list[str], environment: dict[str, str], checkout: Path | None = None
) -> tuple[subprocess.Popen[str], dict[str, Any]]:
    """A process of this checkout, or of another one, that says in a line of JSON where it listens."""
    child = subprocess.Popen(
        [sys.executable, "-m", *words],
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        text=True,
        cwd=checkout,
    )
    assert child.stdout is not None
    return child, json.loads(child.stdout.readline())


def percentiles(values: list[float]) -> str:
    ordered = sorted(values)
    p99 = ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))]
    return f"p50 {statistics.median(ordered) * 1000:7.1f} ms   p99 {p99 * 1000:7.1f} ms   n {len(ordered)}"


async def watch(
    url: str, topic: str, seen: dict[str, list[float]], ready: asyncio.Event, left: list[int]
) -> None:
    async with connect(url, proxy=None, compression=None, ping_interval=None) as socket:
        await socket.send(json.dumps({"type": "hello", "topic": topic}))
        await socket.recv()
        left[0] -= 1
        if left[0] == 0:
            ready.set()
        await read(socket, seen)


async def read(socket: ClientConnection, seen: dict[str, list[float]]) -> None:
    async for message in socket:
        now = time.time()
        if '"item.added"' not in str(message) and "item.added" not in str(message):
            continue
        for op in json.loads(message).get("ops", ()):
            if op["op"] == "item.added":
                seen.setdefault(op["item"]["id"], []).append(now)


async def main(viewers: int, updates: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        simulators, said = spawn(["app.channels.simulators", "--port", "0", "--profile", "fast"], {})
        drill, ready_line = spawn(
            ["app", "serve", "--drill", "--port", "0"],
            {
                "TOCSIN_DATA_DIR": folder,
                "TOCSIN_SIMULATORS_URL": said["origin"],
                "TOCSIN_DELAYS__REHEARSAL": "1",
            },
        )
        try:
            await run(said["origin"], ready_line, viewers, updates)
        finally:
            for child in (drill, simulators):
                child.terminate()
                child.wait(30)


async def run(origin: str, ready_line: dict[str, Any], viewers: int, updates: int) -> None:
    port = ready_line["address"].rsplit(":", 1)[1]
    base = f"http://127.0.0.1:{port}/api/v1"
    async with (
        httpx.AsyncClient(base_url=base, headers={"x-tocsin": "1"}, timeout=30, trust_env=False) as client,
        httpx.AsyncClient(base_url=origin, trust_env=False) as world,
    ):
        await client.post("/session", json={"code": ready_line["sign_in_code"]})
        event = (await client.get("/events/kidney-surgery")).json()["event"]
        seen: dict[str, list[float]] = {}
        everybody_in, left = asyncio.Event(), [viewers]
        url, topic = f"ws://127.0.0.1:{port}/api/v1/stream", f"{event['id']}:public"
        tasks = []
        for n in range(viewers):
            tasks.append(asyncio.create_task(watch(url, topic, seen, everybody_in, left)))
            if n % 100 == 99:
                await asyncio.sleep(0.1)
        await asyncio.wait_for(everybody_in.wait(), 60)
        bare = []
        for _ in range(50):
            started = time.perf_counter()
            await world.get("/_sim/clock")
            bare.append(time.perf_counter() - started)
        accepts: list[float] = []
        released: dict[str, tuple[str, float]] = {}
        for n in range(updates):
            # Words and no counter: figures that follow each other are what the privacy guard stops.
            text = f"The team is {MOODS[n // 8 % 8]} and {MOODS[n % 8]}."
            started = time.perf_counter()
            answer = await client.post(
                f"/events/{event['id']}/updates",
                json={"texts": {"en": text}, "source": "api"},
                headers={"idempotency-key": str(uuid.uuid4())},
            )
            accepts.append(time.perf_counter() - started)
            answer.raise_for_status()
            body = answer.json()
            released[body["id"]] = (text, datetime.fromisoformat(body["release_at"]).timestamp())
            await asyncio.sleep(0.3)
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline and any(len(seen.get(one, ())) < viewers for one in released):
            await asyncio.sleep(0.1)
        entries = (await world.get("/_sim/ledger")).json()["entries"]
        firsts: dict[str, list[float]] = {"x": [], "facebook": [], "twilio": []}
        for text, at in released.values():
            for platform, late in firsts.items():
                times = [
                    datetime.fromisoformat(entry["at"]).timestamp()
                    for entry in entries
                    if entry["platform"] == platform and entry["applied"] and text in (entry["text"] or "")
                ]
                if times:
                    late.append(min(times) - at)
        lasts = [
            max(seen[one]) - at for one, (_, at) in released.items() if len(seen.get(one, ())) == viewers
        ]
        print(f"{viewers} viewers, {updates} updates, one drill process, one simulators process, this client")
        print(f"baseline: one bare call to the simulators   {percentiles(bare)}")
        for platform, late in firsts.items():
            ratio = statistics.median(late) / statistics.median(bare) if late else float("nan")
            print(
                f"release → answered by {platform:<9}            {percentiles(late)}   {ratio:5.1f} × a bare call"
            )
        print(f"release → last of the viewers               {percentiles(lasts)}")
        print(f"accept over HTTP (durable)                  {percentiles(accepts)}")
        missing = viewers * updates - sum(len(times) for times in seen.values())
        doubled = sum(max(0, len(times) - viewers) for times in seen.values())
        print(f"missing {missing}, doubled {doubled}")
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--viewers", type=int, default=1000)
    parser.add_argument("--updates", type=int, default=20)
    given = parser.parse_args()
    asyncio.run(main(given.viewers, given.updates))
