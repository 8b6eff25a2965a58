"""
Real processes of ours for the tests: started on a free port, awaited, killed, started again.

A process is ready when it prints a JSON line with its address, or, where it prints none, when a health address
answers. Nothing here sleeps to be sure.
"""

import contextlib
import json
import os
import queue
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Self

ROOT = Path(__file__).resolve().parent.parent
READY_TIMEOUT_S = 120.0
STOP_TIMEOUT_S = 40.0  # a busy machine needs long to import everything; a test that passes never waits for it


class ProcessFailed(AssertionError):
    """A process of ours did not become ready or did not end; the message carries what it said."""


class Process:
    """
    One child process, and everything it says.

    Args:
        words: What to run; a first word of "tocsin" is our command line, with the Python of the tests.
        environment: Added to the test's own, from which every TOCSIN_ variable is taken away.
        health: An address to poll where the process prints no JSON line.
    """

    def __init__(
        self,
        words: Sequence[str],
        *,
        environment: Mapping[str, str] | None = None,
        cwd: Path = ROOT,
        health: str | None = None,
    ) -> None:
        self.words = [sys.executable, "-m", "app", *words[1:]] if words[0] == "tocsin" else list(words)
        kept = {name: value for name, value in os.environ.items() if not name.startswith("TOCSIN_")}
        self.environment = {**kept, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1", **(environment or {})}
        self.cwd = cwd
        self.health = health
        self.ready: dict[str, Any] = {}
        self.lines: list[str] = []
        self._waiting: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._child: subprocess.Popen[str] | None = None
        self._reader: threading.Thread | None = None

    @property
    def pid(self) -> int:
        assert self._child is not None, "not started"
        return self._child.pid

    @property
    def address(self) -> str:
        """Where it listens, as it said."""
        return str(self.ready.get("address") or self.ready["origin"])

    @property
    def status(self) -> int | None:
        """None while it runs; negative for a signal."""
        return self._child.poll() if self._child else None

    def said(self) -> str:
        return "".join(self.lines)[-4000:]

    def spawn(self) -> Self:
        """Start without waiting for anything."""
        assert self._child is None or self._child.poll() is not None, "still running"
        self.ready = {}
        self._waiting = queue.SimpleQueue()
        self._child = subprocess.Popen(
            self.words,
            cwd=self.cwd,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,
        )
        self._reader = threading.Thread(target=self._read, args=(self._child, self._waiting), daemon=True)
        self._reader.start()
        return self

    def _read(self, child: "subprocess.Popen[str]", waiting: "queue.SimpleQueue[str | None]") -> None:
        assert child.stdout is not None
        with child.stdout:
            for line in child.stdout:
                self.lines.append(line)
                waiting.put(line)
        waiting.put(None)

    def start(self, timeout_s: float = READY_TIMEOUT_S) -> Self:
        """Start, and return when it is ready."""
        self.spawn()
        if self.health:
            self._poll(self.health, timeout_s)
        else:
            self.ready = self._wait_ready(timeout_s)
        return self

    def _wait_ready(self, timeout_s: float) -> dict[str, Any]:
        """The line that says where it listens; log lines are JSON as well and are passed over."""
        while True:
            said = json.loads(self.wait_line('{"', timeout_s))
            if ("address" in said and said.get("ready")) or "origin" in said:
                return dict(said)

    def wait_line(self, part: str, timeout_s: float = READY_TIMEOUT_S) -> str:
        """The next line that contains `part`; lines before it are passed over."""
        deadline = time.monotonic() + timeout_s
        while True:
            try:
                line = self._waiting.get(timeout=max(0.0, deadline - time.monotonic()))
            except queue.Empty:
                self.close()
                raise ProcessFailed(
                    f"{self.words} did not say {part!r} in {timeout_s:.0f} s:\n{self.said()}"
                ) from None
            if line is None:
                raise ProcessFailed(f"{self.words} ended without saying {part!r}:\n{self.said()}")
            if part in line:
                return line

    def _poll(self, address: str, timeout_s: float) -> None:
        deadline = time.monotonic() + timeout_s
        while time.monotonic() < deadline:
            if self.status is not None:
                raise ProcessFailed(f"{self.words} ended with {self.status}:\n{self.said()}")
            try:
                with urllib.request.urlopen(address, timeout=2):
                    return
            except (urllib.error.URLError, ConnectionError, TimeoutError):
                time.sleep(0.02)
        self.close()
        raise ProcessFailed(f"{address} did not answer in {timeout_s:.0f} s:\n{self.said()}")

    def signal(self, number: signal.Signals) -> None:
        """To the process itself, not to what it started."""
        os.kill(self.pid, number)

    def wait(self, timeout_s: float = STOP_TIMEOUT_S) -> int:
        """Its status, once it has ended and everything it said is read."""
        assert self._child is not None
        assert self._reader is not None
        try:
            status = self._child.wait(timeout_s)
        except subprocess.TimeoutExpired:
            self.close()
            raise ProcessFailed(f"{self.words} did not end in {timeout_s:.0f} s:\n{self.said()}") from None
        self._reader.join(timeout_s)
        return status

    def stop(self) -> int:
        """SIGTERM, and its status."""
        if self.status is None:
            self.signal(signal.SIGTERM)
        return self.wait()

    def kill(self) -> None:
        """kill -9 of the process and all it started, as when the power goes."""
        if self._child is None:
            return
        with contextlib.suppress(ProcessLookupError):  # all gone
            os.killpg(self._child.pid, signal.SIGKILL)
        self._child.wait(STOP_TIMEOUT_S)

    def restart(self) -> Self:
        self.stop()
        return self.start()

    def close(self) -> None:
        self.kill()
        if self._reader is not None:
            self._reader.join(5)


def uvicorn_process(application: str, port: int, *, health: str = "/health", **how: Any) -> Process:
    """Any ASGI application by its import name, on a real server."""
    words = [sys.executable, "-m", "uvicorn", application, "--port", str(port), "--log-level", "warning"]
    return Process(words, health=f"http://127.0.0.1:{port}{health}", **how)
