"""
Every request that a simulator answered or left unanswered, in order.

The ledger is the far side's truth: tests compare it with the database, so it says what the platform really
did (`applied`) apart from what it said (`status`, None when nothing was said).
"""

import os
from collections import deque
from dataclasses import dataclass
from pathlib import Path

import orjson


@dataclass(frozen=True, slots=True)
class Entry:
    """One request and what became of it. Never holds a secret: `credential` is a name for it."""

    n: int
    at: str
    platform: str
    method: str
    path: str
    action: str
    status: int | None
    applied: bool
    remote_id: str | None = None
    text: str | None = None
    to: str | None = None
    ref: str | None = None
    fault: str | None = None
    credential: str | None = None


class Ledger:
    """
    Append-only; `n` never repeats, also after a reset and after a restart on the same file.

    Args:
        path: Each entry is written here before its answer leaves, so a killed process keeps its ledger.
        max_entries: The oldest are forgotten in memory (never in the file) beyond this many.
    """

    def __init__(self, path: Path | None = None, max_entries: int | None = None) -> None:
        self._entries: deque[Entry] = deque(maxlen=max_entries)
        self._last_n = 0
        self._file: int | None = None
        if path is not None:
            if path.exists():
                self._load(path)
            self._file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)

    def _load(self, path: Path) -> None:
        whole = path.read_bytes()
        # A line without its end was being written when the process was killed: its answer never left.
        kept = whole[: whole.rfind(b"\n") + 1]
        if len(kept) < len(whole):
            os.truncate(path, len(kept))
        for line in kept.splitlines():
            self._entries.append(Entry(**orjson.loads(line)))
        if self._entries:
            self._last_n = self._entries[-1].n

    def next_n(self) -> int:
        self._last_n += 1
        return self._last_n

    def append(self, entry: Entry) -> None:
        self._entries.append(entry)
        if self._file is not None:
            os.write(self._file, orjson.dumps(entry) + b"\n")

    def after(self, n: int = 0, platform: str | None = None) -> list[Entry]:
        """The entries later than `n`, oldest first."""
        newer: list[Entry] = []
        for entry in reversed(self._entries):
            if entry.n <= n:
                break
            if platform is None or entry.platform == platform:
                newer.append(entry)
        newer.reverse()
        return newer

    def export(self) -> bytes:
        """All remembered entries as JSON lines."""
        return b"".join(orjson.dumps(entry) + b"\n" for entry in self._entries)

    def reset(self) -> None:
        self._entries.clear()

    def close(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None
