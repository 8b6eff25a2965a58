"""Redis that answers wrongly, late or not at all is the same as no Redis: shares, and never another's answer."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from app.broadcast.limits import Window
from app.broadcast.shared_limits import Remembered, SharedLimits
from app.clock import SystemClock
from app.ids import new_id
from tests.broadcast.cancelling import cancel_everywhere

WINDOWS = (Window("w", 8, 60.0, reserve=0.0),)
ERRORS = {
    "script killed": b"-ERR Error running script: Script killed by user with SCRIPT KILL.\r\n",
    "read-only replica": b"-READONLY You can't write against a read only replica.\r\n",
    "loading": b"-LOADING Redis is loading the dataset in memory\r\n",
    "out of memory": b"-OOM command not allowed when used memory > 'maxmemory'.\r\n",
    "busy with a script": b"-BUSY Redis is busy running a script.\r\n",
    "cluster down": b"-CLUSTERDOWN The cluster is down\r\n",
    "no permission": b"-NOPERM this user has no permissions to run the 'evalsha' command\r\n",
    "master down": b"-MASTERDOWN Link with MASTER is down\r\n",
}


async def never() -> list[Remembered]:
    return []


@asynccontextmanager
async def answering(reply: bytes) -> AsyncIterator[int]:
    """A server that greets as Redis does and says this to every script."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            while (line := await reader.readline()).startswith(b"*"):
                words = []
                for _ in range(int(line[1:])):
                    size = int((await reader.readline())[1:])
                    words.append((await reader.readexactly(size + 2))[:-2])
                command = words[0].upper()
                if command == b"HELLO":
                    writer.write(b"-ERR unknown command 'HELLO'\r\n")
                else:
                    writer.write(reply if command in (b"EVALSHA", b"EVAL", b"SCRIPT") else b"+OK\r\n")
                await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield int(server.sockets[0].getsockname()[1])
    finally:
        server.close()


class TestWrongAnswers:
    @pytest.mark.parametrize("name", list(ERRORS))
    async def test_R06_an_error_of_the_server_is_the_same_as_a_server_that_is_gone(self, name: str) -> None:
        """Nothing goes at first, then this process's share and no more; nobody hears an exception."""
        async with answering(ERRORS[name]) as port:
            limits = SharedLimits(
                f"redis://127.0.0.1:{port}/0?protocol=2",
                SystemClock(),
                new_id,
                nodes_most=4,
                quarantine_s=0.1,
            )
            try:
                meter = limits.limiter("x", WINDOWS, never)
                first = await meter.take(1, [new_id()], urgent=False, late_s=0.0)
                await asyncio.sleep(0.15)
                given = [await meter.take(1, [new_id()], urgent=False, late_s=0.0) for _ in range(6)]
            finally:
                await limits.aclose()
        assert first.starts_in_s == ()
        assert meter.is_away
        assert limits.failures >= 1
        assert sum(len(taken.starts_in_s) for taken in given) == 2  # a quarter of eight

    async def test_R06_a_server_that_can_answer_again_is_believed_only_after_its_quarantine(
        self, redis_url: str
    ) -> None:
        """An error once, through a real server: shares first, then everybody's limit again."""
        limits = SharedLimits(
            redis_url, SystemClock(), new_id, nodes_most=4, quarantine_s=0.1, prefix=new_id()
        )
        try:
            meter = limits.limiter("x", WINDOWS, never)
            good, limits._run = limits._run, broken
            await meter.take(1, [new_id()], urgent=False, late_s=0.0)
            assert meter.is_away
            limits._run = good
            async with asyncio.timeout(30):
                while meter.is_away:
                    await meter.take(1, [new_id()], urgent=False, late_s=0.0)
                    await asyncio.sleep(0.05)
        finally:
            await limits.aclose()


async def broken(**_words: object) -> None:
    raise ConnectionResetError


class TestCancelled:
    @pytest.mark.servers
    async def test_R05_a_command_that_was_cancelled_anywhere_leaves_no_answer_for_the_next(
        self, redis_url: str
    ) -> None:
        """Cancelled at random awaits behind a slow line: every later reply is that of its own question."""
        found = await cancel_everywhere(redis_url, 250, seed=1)
        assert found.wrong == 0
        assert found.cancelled >= 100
        assert found.answered >= 20

    @pytest.mark.servers
    async def test_R05_a_connection_that_is_used_again_after_a_cancel_is_caught(self, redis_url: str) -> None:
        """The harness has teeth: with the connection kept, somebody gets another's answer."""
        found = await cancel_everywhere(redis_url, 120, seed=1, keep=True)
        assert found.wrong > 0
