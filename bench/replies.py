"""
A flood of replies through the real webhook door while emergencies go out.

A real drill process, a real simulators process, and this client, which signs batches of 20 comments as Facebook does
and posts them at a fixed rate, due by their number. Meanwhile updates are sent; what counts is the time from release
to each platform's answer, by the platform's own ledger. Beside it, as the baseline, the same rows in the same batches
into a bare SQLite file with the same pragmas and one commit each, as fast as this machine can; and the same updates
without any flood.

    python -m bench replies [--rate 2000] [--seconds 20]
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import hmac
import json
import os
import random
import sqlite3
import statistics
import tempfile
import time
import uuid
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx

from bench.main_job import percentiles, spawn

BATCH = 20
SENDERS = 16
SLUG = "kidney-surgery"


def batch(secret: str, page_id: str, post_id: str, n: int) -> tuple[bytes, dict[str, str]]:
    changes = [
        {
            "field": "feed",
            "value": {
                "item": "comment",
                "verb": "add",
                "comment_id": f"flood-{n * BATCH + i}",
                "post_id": post_id,
                "parent_id": post_id,
                "from": {"id": str(1000 + i), "name": "Ada Ferrow"},
                "message": f"Is the north gate open? Question {n * BATCH + i}",
                "created_time": int(time.time()),
            },
        }
        for i in range(BATCH)
    ]
    body = json.dumps(
        {"object": "page", "entry": [{"id": page_id, "time": int(time.time()), "changes": changes}]}
    ).encode()
    mark = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return body, {"content-type": "application/json", "x-hub-signature-256": f"sha256={mark}"}


def bare(folder: Path, batches: int) -> float:
    """Batches a second of the same rows, without HTTP, signature, guard, timeline or anybody to tell."""
    file = sqlite3.connect(folder / "bare.sqlite3", isolation_level=None)
    file.execute("PRAGMA journal_mode=WAL")
    file.execute("PRAGMA synchronous=FULL")
    file.execute(
        "CREATE TABLE reply (id TEXT PRIMARY KEY, remote TEXT UNIQUE, text TEXT, author TEXT, at TEXT)"
    )
    began = time.perf_counter()
    for n in range(batches):
        file.execute("BEGIN IMMEDIATE")
        file.executemany(
            "INSERT INTO reply VALUES (?, ?, ?, ?, ?)",
            [
                (uuid.uuid4().hex, f"{n}-{i}", f"Is the north gate open? {n}", "Ada", "now")
                for i in range(BATCH)
            ],
        )
        file.execute("COMMIT")
    file.close()
    return batches / (time.perf_counter() - began)


class Flood:
    def __init__(
        self, client: httpx.AsyncClient, path: str, batches: list[tuple[bytes, dict[str, str]]]
    ) -> None:
        self._client = client
        self._path = path
        self._batches = batches
        self.late: list[float] = []
        self.refused = 0

    async def run(self, rate: float) -> float:
        """Returns how long it took; a sender takes the next batch that is due."""
        numbers = iter(range(len(self._batches)))
        began = time.perf_counter()

        async def sender() -> None:
            for n in numbers:
                due = began + n * BATCH / rate
                await asyncio.sleep(max(0.0, due - time.perf_counter()))
                body, headers = self._batches[n]
                answer = await self._client.post(self._path, content=body, headers=headers)
                self.late.append(time.perf_counter() - due)
                self.refused += answer.status_code != 200

        await asyncio.gather(*(sender() for _ in range(SENDERS)))
        return time.perf_counter() - began


async def emergencies(
    client: httpx.AsyncClient, world: httpx.AsyncClient, event_id: str, seconds: float
) -> dict[str, list[float]]:
    """Updates one after another; seconds from release to each platform's answer."""
    sent: dict[str, float] = {}
    until = time.perf_counter() + seconds
    while time.perf_counter() < until:
        # Letters only: the privacy guard takes digits for somebody's number.
        mark = "".join(random.choices("abcdefghijklmnop", k=10))
        text = f"Use the north gate now. {mark}"
        answer = await client.post(
            f"/events/{event_id}/updates",
            json={"texts": {"en": text}, "source": "api"},
            headers={"idempotency-key": str(uuid.uuid4())},
        )
        answer.raise_for_status()
        sent[text] = datetime.fromisoformat(answer.json()["release_at"]).timestamp()
        await asyncio.sleep(0.9)
    await asyncio.sleep(4)
    entries = (await world.get("/_sim/ledger")).json()["entries"]
    late: dict[str, list[float]] = {"x": [], "facebook": [], "twilio": []}
    for text, at in sent.items():
        for platform, found in late.items():
            times = [
                datetime.fromisoformat(one["at"]).timestamp()
                for one in entries
                if one["platform"] == platform and one["applied"] and text in (one["text"] or "")
            ]
            if times:
                found.append(min(times) - at)
    return late


async def main(rate: float, seconds: float) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        simulators, said = spawn(["app.channels.simulators", "--port", "0", "--profile", "fast"], {})
        drill, ready = spawn(
            ["app", "serve", "--drill", "--port", "0"],
            {
                "TOCSIN_DATA_DIR": name,
                "TOCSIN_SIMULATORS_URL": said["origin"],
                "TOCSIN_DELAYS__REHEARSAL": "1",
            },
        )
        try:
            await run(folder, said["origin"], ready, rate, seconds, drill.pid)
        finally:
            for child in (drill, simulators):
                child.terminate()
                child.wait(30)


def cpu_s(pid: int) -> float:
    """What a process has used of the processors: true also when others want them."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def run(
    folder: Path, origin: str, ready: dict[str, Any], rate: float, seconds: float, pid: int
) -> None:
    base = f"http://127.0.0.1:{ready['address'].rsplit(':', 1)[1]}/api/v1"
    async with (
        httpx.AsyncClient(base_url=base, headers={"x-tocsin": "1"}, timeout=60, trust_env=False) as client,
        httpx.AsyncClient(base_url=base, timeout=60, trust_env=False) as platform,
        httpx.AsyncClient(base_url=origin, timeout=60, trust_env=False) as world,
    ):
        (await client.post("/session", json={"code": ready["sign_in_code"]})).raise_for_status()
        event = (await client.get(f"/events/{SLUG}")).json()["event"]
        known = (await world.get("/_sim/credentials")).json()["facebook"]
        channel = next(one for one in (await client.get("/channels")).json() if one["adapter"] == "facebook")
        idle = await emergencies(client, world, event["id"], 8)
        entries = (await world.get("/_sim/ledger?platform=facebook")).json()["entries"]
        post_id = next(one["remote_id"] for one in entries if one["applied"] and one.get("remote_id"))
        count = round(rate * seconds / BATCH)
        batches = [batch(known["app_secret"], known["page_id"], post_id, n) for n in range(count)]
        flood = Flood(platform, f"/webhooks/{channel['id']}", batches)
        used_s = cpu_s(pid)
        during, took = await asyncio.gather(emergencies(client, world, event["id"], seconds), flood.run(rate))
        used_s = cpu_s(pid) - used_s
        counts = (await client.get(f"/events/{event['id']}/replies/counts")).json()
        stored = sum(counts[state] for state in ("new", "shown", "hidden", "removed"))
        print(f"{count * BATCH} replies in {count} webhooks of {BATCH}, asked for at {rate:.0f} a second")
        print(
            f"taken        {count * BATCH / took:8.0f} a second; refused {flood.refused}; lost {count * BATCH - stored}"
        )
        print(f"drill's own CPU  {used_s / (count * BATCH) * 1000:6.3f} ms a reply, the emergencies included")
        print(f"on the desk later {counts['waiting']}")
        print(f"webhook, from due to 2xx              {percentiles(flood.late)}")
        rows_s = await asyncio.to_thread(bare, folder, 500)
        print(f"baseline: bare SQLite, one commit each {rows_s * BATCH:8.0f} a second")
        print(f"ratio: taken / bare SQLite               {count * BATCH / took / (rows_s * BATCH):8.2f}")
        for name in ("x", "facebook", "twilio"):
            if idle[name] and during[name]:
                ratio = statistics.median(during[name]) / statistics.median(idle[name])
                print(f"release → {name:<9} idle    {percentiles(idle[name])}")
                print(f"release → {name:<9} flooded {percentiles(during[name])}   {ratio:5.1f} × idle")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--rate", type=float, default=2000)
    parser.add_argument("--seconds", type=float, default=20)
    given = parser.parse_args()
    asyncio.run(main(given.rate, given.seconds))
