"""
Power cuts on the recorded writes of a real run.

What was synced before the cut is there; of what was not, any subset of 512-byte sectors may be, in any order: that
is what a disk promises. One recorded run gives as many cuts as one likes.
"""

from __future__ import annotations

import asyncio
import random
import shutil
import sqlite3
import struct
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).parent
WRITE, TRUNCATE, SYNC, MARK, DELETE = 1, 2, 3, 4, 5
DB, WAL, JOURNAL = 1, 2, 3
_HEAD = struct.Struct("=iiqii")
_SUFFIX = {DB: "", WAL: "-wal", JOURNAL: "-journal"}


def compiler() -> str | None:
    return shutil.which("cc") or shutil.which("gcc")


def build(folder: Path) -> Path:
    """Compile the shim against the machine's SQLite."""
    cc = compiler()
    assert cc is not None
    library = folder / "powercut.so"
    subprocess.run(
        [
            cc,
            "-shared",
            "-fPIC",
            "-O1",
            "-o",
            str(library),
            str(HERE / "powercut.c"),
            "-lsqlite3",
            "-lpthread",
        ],
        check=True,
    )
    return library


async def record(folder: Path, library: Path, synchronous: str, updates: int) -> Path:
    """Run the child; its trace."""
    folder.mkdir()
    trace = folder / "trace"
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.broadcast.power_child",
        str(library),
        str(trace),
        str(folder),
        synchronous,
        str(updates),
        stderr=asyncio.subprocess.PIPE,
    )
    _, errors = await asyncio.wait_for(child.communicate(), 120)
    assert child.returncode == 0, errors.decode()[-3000:]
    return trace


@dataclass(slots=True)
class Image:
    """One file: what is durable for certain, and what has been written since."""

    durable: bytearray = field(default_factory=bytearray)
    exists: bool = False
    pending: list[tuple[int, int, bytes]] = field(default_factory=list)  # op, at, data

    def settle(self) -> None:
        for op, at, data in self.pending:
            _apply(self.durable, op, at, data)
        self.pending.clear()
        self.exists = True

    def after_cut(self, dice: random.Random) -> bytes:
        image = bytearray(self.durable)
        keep = dice.choice((0.0, 0.2, 0.5, 0.9, 1.0))
        kept: list[tuple[int, int, bytes]] = []
        for op, at, data in self.pending:
            if op == TRUNCATE:
                if dice.random() < keep:
                    kept.append((op, at, data))
                continue
            for start in range(0, len(data), 512):
                if dice.random() < keep:
                    kept.append((op, at + start, data[start : start + 512]))
        for op, at, data in kept:
            _apply(image, op, at, data)
        return bytes(image)


def _apply(image: bytearray, op: int, at: int, data: bytes) -> None:
    if op == TRUNCATE:
        if at < len(image):
            del image[at:]
        return
    if len(image) < at + len(data):
        image.extend(b"\0" * (at + len(data) - len(image)))
    image[at : at + len(data)] = data


def read(trace: Path) -> Iterator[tuple[int, int, int, bytes]]:
    raw = trace.read_bytes()
    at = 0
    while at + _HEAD.size <= len(raw):
        op, kind, offset, size, _ = _HEAD.unpack_from(raw, at)
        at += _HEAD.size
        yield op, kind, offset, raw[at : at + size]
        at += size


@dataclass(slots=True)
class Verdict:
    cuts: int = 0
    lost: int = 0
    unreadable: int = 0

    @property
    def broken(self) -> int:
        return self.lost + self.unreadable


def cut(trace: Path, folder: Path, n: int, seed: int, *, while_accepting: bool = False) -> Verdict:
    """Cut the power n times at random operations and look at what is left."""
    dice = random.Random(seed)
    steps = list(read(trace))
    marks = [index for index, step in enumerate(steps) if step[0] == MARK]
    span = range(marks[0] + 1, marks[-1]) if while_accepting else range(len(steps))
    moments = sorted(dice.choices(span, k=n))
    images = {DB: Image(), WAL: Image(), JOURNAL: Image()}
    acked: set[int] = set()
    verdict = Verdict()
    index = 0
    for moment, (op, kind, offset, data) in enumerate(steps):
        while index < len(moments) and moments[index] == moment:
            _look(images, acked, folder, dice, verdict)
            index += 1
        if op == MARK:
            acked.add(offset)
        elif op == SYNC:
            images[kind].settle()
        elif op == DELETE:
            images[kind] = Image()
        else:
            images[kind].exists = True
            images[kind].pending.append((op, offset, bytes(data)))
    return verdict


def _look(
    images: dict[int, Image], acked: set[int], folder: Path, dice: random.Random, verdict: Verdict
) -> None:
    verdict.cuts += 1
    place = folder / "after.db"
    for kind, image in images.items():
        file = Path(f"{place}{_SUFFIX[kind]}")
        file.unlink(missing_ok=True)
        if image.exists:
            file.write_bytes(image.after_cut(dice))
    Path(f"{place}-shm").unlink(missing_ok=True)
    connection = sqlite3.connect(place)
    try:
        sound = connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        keys = (
            {row[0] for row in connection.execute("SELECT client_key FROM live_update")} if acked else set()
        )
    except sqlite3.DatabaseError:
        verdict.unreadable += 1
        return
    finally:
        connection.close()
    if not sound:
        verdict.unreadable += 1
    elif not {f"k{n}" for n in acked} <= keys:
        verdict.lost += 1
