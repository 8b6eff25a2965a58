"""The faulty line does what its tests rely on: each fault alone, seen by a real client and a real server."""

import asyncio
import contextlib
import gc
import socket
import time
import warnings
from collections.abc import AsyncIterator

import pytest

from tests.faultproxy import FaultProxy

ANSWER = b"x" * 4000


class Far:
    """A server that reads a line, remembers it and answers."""

    def __init__(self) -> None:
        self.got: list[bytes] = []

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        line = await reader.readline()
        if line:
            self.got.append(line)
            writer.write(ANSWER)
        writer.close()


@pytest.fixture
def far() -> Far:
    return Far()


@pytest.fixture
async def proxy(far: Far) -> AsyncIterator[FaultProxy]:
    server = await asyncio.start_server(far.serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with FaultProxy("127.0.0.1", port) as proxy:
        yield proxy
    server.close()
    await server.wait_closed()


async def ask(proxy: FaultProxy, question: bytes = b"question\n") -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port)
    try:
        writer.write(question)
        return await reader.read()
    finally:
        writer.transport.abort()


class TestFaults:
    async def test_without_faults_every_byte_passes(self, proxy: FaultProxy, far: Far) -> None:
        """The same set-up succeeds when nothing is wrong."""
        assert await ask(proxy) == ANSWER
        assert far.got == [b"question\n"]
        assert (proxy.connections, proxy.request_bytes, proxy.answer_bytes) == (1, 9, 4000)

    async def test_delay_is_felt_both_ways(self, proxy: FaultProxy) -> None:
        """Question and answer each wait."""
        proxy.faults.delay_s = 0.1
        started = time.monotonic()
        assert await ask(proxy) == ANSWER
        assert time.monotonic() - started >= 0.2

    async def test_a_drip_comes_whole_and_late(self, proxy: FaultProxy) -> None:
        """4,000 bytes, 1,000 at a time, 0.05 s apart."""
        proxy.faults.drip_bytes = 1000
        started = time.monotonic()
        assert await ask(proxy) == ANSWER
        assert time.monotonic() - started >= 0.15

    async def test_a_lost_answer_leaves_the_request_applied(self, proxy: FaultProxy, far: Far) -> None:
        """The far side has acted, and the client sees only a reset."""
        proxy.faults.cut_answer_after = 0
        with pytest.raises(ConnectionResetError):
            await ask(proxy)
        assert far.got == [b"question\n"]

    async def test_an_answer_cut_in_the_middle_ends_after_n_bytes(self, proxy: FaultProxy) -> None:
        """An orderly end, too early."""
        proxy.faults.cut_answer_after = 10
        proxy.faults.cut_with_reset = False
        assert await ask(proxy) == ANSWER[:10]

    async def test_a_cut_request_is_never_applied(self, proxy: FaultProxy, far: Far) -> None:
        """Half a question reached the far side, and no more."""
        proxy.faults.cut_request_after = 4
        with pytest.raises(ConnectionResetError):
            await ask(proxy)
        assert far.got in ([], [b"ques"])

    async def test_a_black_hole_takes_everything_and_says_nothing(self, proxy: FaultProxy, far: Far) -> None:
        """The client can only time out, and nothing arrived."""
        proxy.faults.black_hole = True
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(ask(proxy), 0.2)
        assert far.got == []

    async def test_half_open_connects_and_never_answers(self, proxy: FaultProxy, far: Far) -> None:
        """The connection stands; the far side does not know of it."""
        proxy.faults.half_open = True
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(ask(proxy), 0.2)
        assert far.got == []

    async def test_a_refused_connection_is_reset(self, proxy: FaultProxy, far: Far) -> None:
        """Nothing was sent and nothing could be."""
        proxy.faults.refuse = True
        with pytest.raises(ConnectionResetError):
            await ask(proxy)
        assert far.got == []

    async def test_reset_all_ends_what_is_open(self, proxy: FaultProxy) -> None:
        """A line that breaks in the middle of a wait."""
        proxy.faults.black_hole = True
        asking = asyncio.create_task(ask(proxy))
        while not proxy.connections:
            await asyncio.sleep(0)
        await proxy.reset_all()
        with pytest.raises(ConnectionResetError):
            await asking

    @pytest.mark.parametrize("turns", range(5))
    async def test_a_line_that_shuts_leaves_nobody_open_whom_it_was_just_accepting(
        self, proxy: FaultProxy, turns: int
    ) -> None:
        """Whatever the loop had done with the caller: the caller is cut, and no socket is left to the collector."""
        with warnings.catch_warnings(record=True) as left_open, socket.socket() as caller:
            warnings.simplefilter("always")
            caller.settimeout(5)
            caller.connect(("127.0.0.1", proxy.port))
            for _ in range(turns):
                await asyncio.sleep(0)
            await proxy.shut()
            gc.collect()
            with contextlib.suppress(ConnectionResetError):
                assert await asyncio.to_thread(caller.recv, 1) == b""
        assert not [str(one.message) for one in left_open]
        await proxy.open()
