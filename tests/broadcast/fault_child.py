"""
A process whose disk fails on order: `python -m tests.broadcast.fault_child SO FOLDER`.

Reads one JSON order a line and forks a child for each, {"fault": "sync"|"write"|"full", "at": N, "updates": M,
"out": FILE}, and answers with the child's exit code. The child migrates a copy of nothing, accepts updates with the
real publisher, and prints `ack KEY`, `refused CODE KEY` or `read N` for what became of each.
"""

from __future__ import annotations

import asyncio
import ctypes
import json
import os
import sqlite3
import sys
from datetime import UTC
from typing import Any

from sqlalchemy import func, select

from app.broadcast.publisher import Publisher
from app.clock import SystemClock
from app.db import Database
from app.db_watch import end_at_once
from app.errors import AppError
from app.ids import new_id
from app.models import Update
from tests.broadcast.house import Stage, render
from tests.broadcast.powercut import SYNC, WRITE

FULL, EIO_WRITE, EIO_SYNC = sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_WRITE, sqlite3.SQLITE_IOERR_FSYNC
FAULTS = {"full": (WRITE, FULL, 1 << 30), "write": (WRITE, EIO_WRITE, 1), "sync": (SYNC, EIO_SYNC, 1)}


async def run(shim: ctypes.CDLL, order: dict[str, Any]) -> None:
    trusting = order.get("trusting", False)
    database = Database(order["url"], on_failed=end_at_once)
    if trusting:  # the seeded bug: a failed flush is taken for any other error
        database._note = lambda _exc: None  # type: ignore[method-assign]
    await database.start()
    stage = Stage(database, order["event"], {"x": order["channel"]})
    publisher = Publisher(database, SystemClock(), new_id, lambda _positions: None, zone=UTC)
    op, code, times = FAULTS[order["fault"]]

    async def submit(key: str) -> bool:
        try:
            await publisher.accept(stage.decided(key, key=key), render)
        except AppError as exc:
            print(f"refused {exc.code} {key}", flush=True)
            return False
        print(f"ack {key}", flush=True)
        return True

    async def count() -> int:
        async with database.read() as session:
            return int((await session.execute(select(func.count()).select_from(Update))).scalar_one())

    if order["fault"] == "full":
        for n in range(order["updates"]):
            key = f"full-{order['at']}-{n}"
            shim.powercut_fail(op, order["at"] + n, code, times)
            done = await submit(key)
            print(f"read {await count()}", flush=True)
            shim.powercut_fail(0, 0, 0, 0)
            if not done and not await submit(key):
                raise AssertionError("it does not recover when there is room again")
    else:
        shim.powercut_fail(op, order["at"], code, times)
        for n in range(order["updates"]):
            await submit(f"{order['fault']}-{order['at']}-{n}-{trusting}")
    await publisher.drain()
    await database.stop()


def main() -> None:
    library = sys.argv[1]
    shim = ctypes.CDLL(library)
    shim.powercut_install.restype = ctypes.c_char_p
    version = shim.powercut_install(b"/dev/null")
    assert version is not None
    assert version.decode() == sqlite3.sqlite_version  # in the very library that the server uses
    for line in sys.stdin:
        order = json.loads(line)
        pid = os.fork()
        if pid == 0:
            out = os.open(order["out"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
            os.dup2(out, 1)
            os.dup2(os.open(order["out"] + ".err", os.O_WRONLY | os.O_CREAT | os.O_APPEND), 2)
            code = 1
            try:
                asyncio.run(run(shim, order))
                code = 0
            except BaseException:
                import traceback

                traceback.print_exc()
            finally:
                os._exit(code)
        _, status = os.waitpid(pid, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


if __name__ == "__main__":
    main()
