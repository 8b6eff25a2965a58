"""Redis that answers wrongly, late or not at all is the same as no Redis: the database counts; never another's answer."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from app.broadcast.limits import Window
from app.broadcast.shared_limits import SharedLimits
from app.clock import SystemClock
from app.ids import new_id
from tests.broadcast.cancelling import cancel_everywhere
from tests.broadcast.test_shared_limits import Process, a_ledger

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
        """The database counts: what the window allows goes, and no more; nobody hears an exception."""
        async with answering(ERRORS[name]) as port:
            limits = SharedLimits(f"redis://127.0.0.1:{port}/0?protocol=2", SystemClock(), new_id)
            ledger = a_ledger()
            try:
                one = Process(limits.limiter("x", WINDOWS, ledger), ledger)
                given = await one.took(10)
            finally:
                await limits.aclose()
        assert given == 8
        assert ledger.keeper.epoch == ""

    async def test_R06_a_server_that_can_answer_again_counts_again_with_all_that_went_meanwhile(
        self, redis_url: str
    ) -> None:
        """An error once, through a real server: the database counts for a while, then Redis under another epoch."""
        limits = SharedLimits(redis_url, SystemClock(), new_id, keep_s=0.3, prefix=new_id())
        ledger = a_ledger()
        try:
            one = await Process(limits.limiter("x", WINDOWS, ledger), ledger).there()
            good, limits._run = limits._run, broken
            epoch = ledger.keeper.epoch
            assert await one.took(3) == 3
            assert ledger.keeper.epoch == ""
            limits._run = good
            await one.there()
            assert ledger.keeper.epoch not in ("", epoch)
            assert await one.took(8) == 5
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
