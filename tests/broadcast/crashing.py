"""The harness around the fork-server: one platform that survives, one database file, children that are killed."""

from __future__ import annotations

import asyncio
import json
import os
import random
import signal
import sqlite3
import sys
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.broadcast.house import open_stage, sqlite_url
from tests.broadcast.platform import Platform, running


@dataclass
class Yard:
    """Where children are started and killed."""

    server: asyncio.subprocess.Process
    platform: Platform
    folder: Path
    event: str
    channel: str
    runs: int = 0

    async def start(self, keys: Sequence[str], **how: Any) -> tuple[int, Path]:
        self.runs += 1
        out = self.folder / f"out-{self.runs}"
        order = {
            "url": sqlite_url(self.folder),
            "port": self.platform.port,
            "event": self.event,
            "channel": self.channel,
            "keys": list(keys),
            "out": str(out),
            "seed": self.runs,
            **how,
        }
        assert self.server.stdin is not None
        assert self.server.stdout is not None
        self.server.stdin.write(json.dumps(order).encode() + b"\n")
        await self.server.stdin.drain()
        return int(await asyncio.wait_for(self.server.stdout.readline(), 90)), out

    async def end(self, pid: int, within_s: float = 120.0) -> None:
        """Until the child is gone."""
        try:
            async with asyncio.timeout(within_s):
                while _alive(pid):
                    await asyncio.sleep(0.005)
        except TimeoutError:
            rows = self.query("SELECT state, reason, due_at, lease_until, attempts FROM delivery")
            raise AssertionError(f"a child did not end in {within_s} s; deliveries: {rows[-8:]}") from None

    async def kill(self, pid: int) -> None:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        await self.end(pid)

    def acks(self, out: Path) -> list[str]:
        lines = out.read_text().splitlines() if out.exists() else []
        return [line.split()[1] for line in lines if line.startswith("ack ")]

    def query(self, sql: str) -> list[Any]:
        with sqlite3.connect(self.folder / "tocsin.db") as connection:
            found = connection.execute(sql).fetchall()
        connection.close()
        return found

    def judge(self, acked: Sequence[str], *, preferred: int = 0) -> None:
        """The ledgers: what was acknowledged, what the database has, what the platform applied."""
        assert self.query("PRAGMA integrity_check") == [("ok",)]
        keys = Counter(row[0] for row in self.query("SELECT client_key FROM live_update"))
        assert set(acked) <= set(keys), "an acknowledged update is lost"
        assert set(keys.values()) <= {1}, "one key made two updates"
        applied = Counter(post["ref"] for post in self.platform.applied)
        doubles = sum(n - 1 for n in applied.values())
        assert doubles <= preferred, f"{doubles} posts too many"
        sent = dict(self.query("SELECT ref, remote_id FROM delivery_part WHERE state = 'sent'"))
        ids = {post["id"]: post["ref"] for post in self.platform.applied}
        assert all(ids.get(remote) == ref for ref, remote in sent.items()), "a wrong id"


def _alive(pid: int) -> bool:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False
    return stat.rsplit(")", 1)[1].split()[0] != "Z"


@asynccontextmanager
async def yard(folder: Path) -> AsyncIterator[Yard]:
    async with open_stage(sqlite_url(folder), ("x",)) as stage:
        event, channel = stage.event_id, stage.channels["x"]
    server = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.broadcast.crash_child",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        async with running() as (platform, _adapter):
            yield Yard(server, platform, folder, event, channel)
    finally:
        assert server.stdin is not None
        server.stdin.close()
        await server.wait()


PLATFORM_POINTS = ("platform.first_byte", "platform.applied")


async def random_kills(place: Yard, n: int, dice: random.Random, name: str = "") -> int:
    """Kill n children at random instants while they accept; returns how many accepts were acknowledged."""
    acked: list[str] = []
    for run in range(n):
        keys = [f"{name}{run}-{i}" for i in range(400)]
        pid, out = await place.start(keys, one_by_one=run % 2 == 0, settle=False, delay_s=3600.0)
        async with asyncio.timeout(90):  # on a machine that others keep busy
            while not place.acks(out) and _alive(pid):
                await asyncio.sleep(0.005)
        await asyncio.sleep(dice.uniform(0.0, 0.08))
        await place.kill(pid)
        acked += place.acks(out)
    place.judge(acked)
    return len(acked)


async def one_crash(place: Yard, point: str, count: int, name: str) -> bool:
    """
    Die at a moment, come back, and let everything settle. False when the moment was never reached.

    "platform.first_byte" and "platform.applied" let the platform pull the plug.
    """
    keys = [f"{name}-{i}" for i in range(3)]
    pids: list[int] = []
    if point.startswith("platform."):
        seen = 0

        def plan(_n: int, _request: dict[str, Any]) -> str:
            nonlocal seen
            seen += 1
            if seen == count:
                with suppress(ProcessLookupError):
                    os.kill(pids[0], signal.SIGKILL)
                return "cut+applied" if point.endswith("applied") else "cut"
            return "ok"

        place.platform.plan = plan
    pid, out = await place.start(keys, point=point, count=count)
    pids.append(pid)
    await place.end(pid)
    reached = "done" not in out.read_text().splitlines() if out.exists() else True
    place.platform.plan = lambda _n, _request: "ok"
    acked = place.acks(out)
    # The client asks again with its keys, as it must after a silence.
    pid, again = await place.start(keys)
    await place.end(pid)
    text = again.read_text().splitlines()
    errors = Path(f"{again}.err").read_text()
    assert "done" in text, f"not settled after the restart: {errors[-2000:]}"
    place.judge([*acked, *place.acks(again)])
    states = {row[0] for row in place.query("SELECT DISTINCT state FROM delivery")}
    assert states == {"sent"}, states
    return reached
