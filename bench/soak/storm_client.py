"""
Some of a storm's viewers, in a process of their own: a process has a bound of open files, and one core.

The storm says what to do and waits for the answer, one order at a time; the viewers go on in between.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import random
import resource
from collections import Counter
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any

from app.broadcast.timeline import digest
from tests.broadcast.crowd import Viewer

TOPIC = "bench:public"
PATIENCE_S = 300.0
AT_ONCE = 200


class Client:
    """One such process, as the storm holds it."""

    def __init__(self, count: int, ports: list[int]) -> None:
        fresh = multiprocessing.get_context(
            "spawn"
        )  # a copy of the storm would hold its loop and its servers
        self._line, theirs = fresh.Pipe()
        self._process = fresh.Process(target=serve, args=(theirs, count, ports), daemon=True)
        self._process.start()
        theirs.close()

    def do(self, what: str, *words: object) -> Any:
        """
        Raises:
            RuntimeError: it could not; the message is what it said.
        """
        self._line.send((what, words))
        is_good, answer = self._line.recv()
        if not is_good:
            raise RuntimeError(answer)
        return answer

    def close(self) -> None:
        self._process.kill()
        self._process.join(10)


def serve(line: Connection, count: int, ports: list[int]) -> None:
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    asyncio.run(Crowd(count, ports).follow(line))


class Crowd:
    """The viewers, and the orders that are known."""

    def __init__(self, count: int, ports: list[int]) -> None:
        self.ports = ports
        self.viewers = [Viewer(TOPIC, lambda: self.ports, keep=True) for _ in range(count)]

    async def follow(self, line: Connection) -> None:
        while True:
            try:
                what, words = await asyncio.to_thread(line.recv)
            except EOFError:
                return
            try:
                line.send((True, await getattr(self, what)(*words)))
            except Exception as exc:  # whatever it is, the storm must hear of it, not wait
                line.send((False, f"{type(exc).__name__}: {exc}"))

    async def enter(self) -> None:
        for start in range(0, len(self.viewers), AT_ONCE):
            await asyncio.gather(*(viewer.connect() for viewer in self.viewers[start : start + AT_ONCE]))
        await until(lambda: all(viewer.is_open for viewer in self.viewers))

    async def forget(self, port: int) -> None:
        """Whoever comes back goes to another one."""
        self.ports = [one for one in self.ports if one != port]

    async def come_back(self, dead: int) -> int:
        """Wait until nobody is with the dead one any more; how many had to come back."""
        orphans = [viewer for viewer in self.viewers if viewer.port == dead or viewer.connects > 1]
        await until(lambda: all(viewer.is_open and viewer.port != dead for viewer in orphans))
        return len(orphans)

    async def reconnect(self, times: int) -> int:
        """Cut lines until so many have come back."""
        base = sum(viewer.connects for viewer in self.viewers)
        while (done := sum(viewer.connects for viewer in self.viewers) - base) < times:
            for viewer in random.sample(self.viewers, max(1, len(self.viewers) // 20)):
                if viewer.is_open and viewer.transport is not None:
                    viewer.failures = 0
                    viewer.transport.abort()
            await asyncio.sleep(0.1)
        return done

    async def settle(self, final: int) -> tuple[Counter[tuple[int, str]], int]:
        """Who ended where, and how many frames came twice."""
        await until(lambda: all(viewer.is_open and viewer.offset == final for viewer in self.viewers))
        shown = [viewer.timeline() for viewer in self.viewers]  # raises Resync if any message did not follow
        doubled = sum(viewer.doubled for viewer in self.viewers)
        return Counter((one.offset, digest(one)) for one in shown), doubled


async def until(done: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while not done():
            await asyncio.sleep(0.05)
