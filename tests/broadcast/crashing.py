"""The harness around the fork-server: one platform that survives, one database file, children that are killed."""

from __future__ import annotations

import asyncio
import json
import os
import random
import shutil
import signal
import sqlite3
import sys
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.broadcast.house import open_stage, sqlite_url
from tests.broadcast.platform import Platform, running


@dataclass(frozen=True, slots=True)
class Ground:
    """A database with an event and a channel, to be copied: making one takes longer than a dozen kills."""

    file: Path
    event: str
    channel: str


@dataclass
class ForkServer:
    """One warm process that forks children."""

    process: asyncio.subprocess.Process
    busy: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def fork(self, order: dict[str, Any]) -> int:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        async with self.busy:
            self.process.stdin.write(json.dumps(order).encode() + b"\n")
            await self.process.stdin.drain()
            return int(await asyncio.wait_for(self.process.stdout.readline(), 90))


@dataclass
class Yard:
    """Where children are started and killed."""

    server: ForkServer
    platform: Platform
    folder: Path
    ground: Ground
    runs: int = 0

    async def start(self, keys: Sequence[str], **how: Any) -> tuple[int, Path]:
        self.runs += 1
        out = self.folder / f"out-{self.runs}"
        order = {
            "url": sqlite_url(self.folder),
            "port": self.platform.port,
            "event": self.ground.event,
            "channel": self.ground.channel,
            "keys": list(keys),
            "out": str(out),
            "seed": self.runs,
            **how,
        }
        return await self.server.fork(order), out

    async def end(self, pid: int, within_s: float = 900.0) -> None:
        """Until the child is gone."""
        try:
            fd = os.pidfd_open(pid)
        except ProcessLookupError:
            return
        loop, gone = asyncio.get_running_loop(), asyncio.Event()
        loop.add_reader(fd, gone.set)
        try:
            await asyncio.wait_for(gone.wait(), within_s)
        except TimeoutError:
            rows = self.query("SELECT state, reason, due_at, lease_until, attempts FROM delivery")
            raise AssertionError(f"a child did not end in {within_s} s; deliveries: {rows[-8:]}") from None
        finally:
            loop.remove_reader(fd)
            os.close(fd)

    async def kill(self, pid: int) -> None:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        await self.end(pid)

    async def until_said(self, out: Path, lines: int) -> None:
        async with asyncio.timeout(90):
            while not out.exists() or out.read_bytes().count(b"\n") < lines:
                await asyncio.sleep(0.002)

    def said(self, out: Path, word: str) -> list[str]:
        """The keys that a child said a word about; a line that the kill cut off was not said."""
        lines = out.read_text().split("\n")[:-1] if out.exists() else []
        return [line.split()[1] for line in lines if line.startswith(f"{word} ")]

    def acks(self, out: Path) -> list[str]:
        return self.said(out, "ack")

    def query(self, sql: str) -> list[Any]:
        with closing(sqlite3.connect(self.folder / "tocsin.db")) as connection:
            return connection.execute(sql).fetchall()

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


async def lay_ground(folder: Path) -> Ground:
    async with open_stage(sqlite_url(folder), ("x",)) as stage:
        event, channel = stage.event_id, stage.channels["x"]
    return Ground(folder / "tocsin.db", event, channel)


@asynccontextmanager
async def fork_server() -> AsyncIterator[ForkServer]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.broadcast.crash_child",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        yield ForkServer(process)
    finally:
        assert process.stdin is not None
        process.stdin.close()
        await process.wait()


@asynccontextmanager
async def fenced(folder: Path, server: ForkServer, ground: Ground) -> AsyncIterator[Yard]:
    """A yard of its own on a copy of the ground."""
    shutil.copyfile(ground.file, folder / "tocsin.db")
    async with running() as (platform, _adapter):
        yield Yard(server, platform, folder, ground)


PLATFORM_POINTS = ("platform.first_byte", "platform.applied")
KEYS = 40  # asked of one child: more than it can do until it is killed
LATER_S = 0.03


@dataclass
class Tally:
    """
    What a series of kills came to.

    Attributes:
        acked: Accepts that were acknowledged before a kill.
        unheard: Keys whose update was there although the kill came before the acknowledgement.
        asked_again: Keys without an acknowledgement that the next child was given once more.
        before_any: Kills before the first acknowledgement.
    """

    kills: int = 0
    acked: int = 0
    unheard: int = 0
    asked_again: int = 0
    before_any: int = 0

    def add(self, other: Tally) -> None:
        for name in ("kills", "acked", "unheard", "asked_again", "before_any"):
            setattr(self, name, getattr(self, name) + getattr(other, name))


async def random_kills(
    place: Yard, n: int, dice: random.Random, name: str = "", *, early: bool = False
) -> Tally:
    """
    Kill n children at random instants while they accept; each asks again for what the one before left open.

    After the last kill one child lives: whatever is open must then be answered, and the ledgers must agree.

    Args:
        early: The seeded bug: acknowledged before it is written.
    """
    tally = Tally(kills=n)
    acked: list[str] = []
    open_keys: list[str] = []
    for run in range(n + 1):
        last, one_by_one = run == n, run % 2 == 0
        fresh = 0 if last else max(KEYS // 2, KEYS - len(open_keys))
        keys = [*open_keys, *(f"{name}{run}-{i}" for i in range(fresh))]
        pid, out = await place.start(keys, one_by_one=one_by_one, settle=False, delay_s=3600.0, early=early)
        if last:
            await place.end(pid)
        else:
            # By what it has said, not by the clock: a busy machine must not push every kill before the first commit.
            await place.until_said(out, 1 + dice.randrange(4 if one_by_one else 2))
            await asyncio.sleep(dice.uniform(0.0, LATER_S))
            await place.kill(pid)
        now = place.acks(out)
        tally.asked_again += len(open_keys)
        tally.unheard += len(place.said(out, "again"))
        tally.acked += len(now)
        tally.before_any += not now
        acked += now
        open_keys = sorted(set(keys) - set(now), key=keys.index)[:KEYS]
        out.unlink()
    assert not open_keys or early, f"{len(open_keys)} keys were never answered"
    place.judge(acked)
    return tally


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
