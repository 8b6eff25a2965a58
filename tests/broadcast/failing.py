"""The harness around a process whose disk fails on order, and the judge of what is left on the disk."""

from __future__ import annotations

import asyncio
import json
import sqlite3
import sys
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.db_faults import examine
from tests.broadcast.house import open_stage, sqlite_url
from tests.broadcast.powercut import build


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one child said before it ended."""

    code: int
    acks: tuple[str, ...]
    refused: tuple[str, ...]  # codes
    reads: int
    errors: str


@dataclass
class Bench:
    """One database file that survives, and children that write to it."""

    server: asyncio.subprocess.Process
    folder: Path
    event: str
    channel: str
    runs: int = 0

    async def run(self, fault: str, at: int, updates: int, **how: Any) -> Outcome:
        self.runs += 1
        out = self.folder / f"out-{self.runs}"
        order = {
            "url": sqlite_url(self.folder),
            "event": self.event,
            "channel": self.channel,
            "fault": fault,
            "at": at,
            "updates": updates,
            "out": str(out),
            **how,
        }
        assert self.server.stdin is not None
        assert self.server.stdout is not None
        self.server.stdin.write(json.dumps(order).encode() + b"\n")
        await self.server.stdin.drain()
        code = int(await asyncio.wait_for(self.server.stdout.readline(), 60))
        lines = [line.split() for line in out.read_text().splitlines()] if out.exists() else []
        return Outcome(
            code,
            tuple(line[1] for line in lines if line[0] == "ack"),
            tuple(line[1] for line in lines if line[0] == "refused"),
            sum(line[0] == "read" for line in lines),
            Path(f"{out}.err").read_text()[-2000:],
        )

    def judge(self, acked: list[str]) -> None:
        """The file is sound, every acknowledged key is there, and each once."""
        path = self.folder / "tocsin.db"
        examine(path, thoroughly=True)
        with closing(sqlite3.connect(path)) as link:
            keys = Counter(row[0] for row in link.execute("SELECT client_key FROM live_update"))
            chain = link.execute("SELECT count(*), coalesce(max(seq), 0) FROM audit_entry").fetchone()
        assert set(acked) <= set(keys), "an acknowledged update is lost"
        assert set(keys.values()) <= {1}, "one key made two updates"
        assert chain[0] == chain[1], "the audit chain has a gap"


@asynccontextmanager
async def bench(folder: Path) -> AsyncIterator[Bench]:
    library = build(folder)
    async with open_stage(sqlite_url(folder), ("x",)) as stage:
        event, channel = stage.event_id, stage.channels["x"]
    server = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.broadcast.fault_child",
        str(library),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        yield Bench(server, folder, event, channel)
    finally:
        assert server.stdin is not None
        server.stdin.close()
        await server.wait()
