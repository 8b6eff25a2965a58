"""
The process under test of a power cut: `python -m tests.broadcast.power_child SO TRACE FOLDER SYNCHRONOUS UPDATES`.

Migrates, accepts, releases, sends and checkpoints with the real engine on the recording VFS, and marks in the trace
every accept that was acknowledged.
"""

from __future__ import annotations

import asyncio
import ctypes
import random
import sqlite3
import sys
from pathlib import Path
from typing import Any

from sqlalchemy import event

from app.accounts.audit import AuditLog
from app.broadcast.engine import Engine
from app.broadcast.settings import EngineSettings
from app.clock import SystemClock
from app.db import Database
from app.ids import new_id
from app.migrations import migrate
from app.models import Delivery
from tests.broadcast.house import Stage, render, sqlite_url
from tests.broadcast.platform import running
from tests.broadcast.running import FREE, OpenGate


async def work(shim: ctypes.CDLL, folder: Path, synchronous: str, updates: int) -> None:
    database = Database(sqlite_url(folder))

    @event.listens_for(database._write_engine.sync_engine, "connect")
    def connect(dbapi: Any, _record: Any) -> None:
        cursor = dbapi.cursor()
        cursor.execute(f"PRAGMA synchronous={synchronous}")
        if synchronous == "FULL":
            cursor.execute("PRAGMA wal_autocheckpoint=60")  # so that cuts fall into checkpoints too
        cursor.close()

    await database.start()
    await migrate(database)
    stage = Stage(database, "", {})
    stage.event_id = await stage.add_event()
    await stage.add_channel("x")
    async with running() as (_platform, adapter):
        engine = Engine(
            database=database,
            adapters=lambda _channel: adapter,
            gate=OpenGate(),
            audit=AuditLog(),
            clock=SystemClock(),
            new_id=new_id,
            random=random.Random(1).random,
            announce=lambda _positions: None,
            settings=EngineSettings(windows=FREE, drain_s=1.0),
        )
        await engine.start()

        async def submit(n: int) -> None:
            await engine.publisher.accept(stage.decided(f"{n}", key=f"k{n}"), render)
            shim.powercut_mark(n)

        for n in range(0, updates, 4):
            await asyncio.gather(*(submit(n + i) for i in range(4)))
        async with asyncio.timeout(110):
            while any(d.state != "sent" for d in await stage.rows(Delivery)):
                await asyncio.sleep(0.02)
        await engine.stop()
    await database.stop()


def main() -> None:
    library, trace, folder, synchronous, updates = sys.argv[1:]
    shim = ctypes.CDLL(library)
    shim.powercut_install.restype = ctypes.c_char_p
    version = shim.powercut_install(trace.encode())
    # The shim must sit in the library that the server uses, not in another copy of it.
    assert version is not None
    assert version.decode() == sqlite3.sqlite_version
    asyncio.run(work(shim, Path(folder), synchronous, int(updates)))
    shim.powercut_close()


if __name__ == "__main__":
    main()
