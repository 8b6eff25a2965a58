"""A server process of its own around a stream, on a free port."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

from tests.servers import free_port

ROOT = Path(__file__).resolve().parent.parent.parent
START_TIMEOUT_S = 150.0


class ServerProcess:
    """`environ` may name DATABASE, REDIS and SEEDED_BUG; `settings` are those of the hub."""

    def __init__(self, environ: dict[str, str] | None = None, **settings: float) -> None:
        self.environ = {**os.environ, "PYTHONPATH": str(ROOT), **(environ or {})}
        self.settings = [f"{name}={value}" for name, value in settings.items()]
        self.port = 0
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        assert self.process is not None
        return self.process.pid

    def start(self) -> None:
        self.port = free_port()
        words = [sys.executable, "-m", "bench.fanout.servers.ours", str(self.port), "fast", *self.settings]
        self.process = subprocess.Popen(words, cwd=ROOT, env=self.environ)

    def wait_ready(self) -> None:
        assert self.process is not None
        deadline = time.monotonic() + START_TIMEOUT_S
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise RuntimeError(f"the server ended with {self.process.returncode}")
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return
            except OSError:
                time.sleep(0.05)
        raise RuntimeError("the server did not listen")

    def kill(self) -> None:
        assert self.process is not None
        self.process.kill()
        self.process.wait(10)

    def terminate(self) -> float:
        """End it in its own orderly way; the seconds it took."""
        assert self.process is not None
        began = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(30)
        return time.monotonic() - began

    def close(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.kill()
