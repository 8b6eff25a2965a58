"""
A TCP proxy with the faults of a real line: slow, dripping, cut, silent, reset, half open.

Faults hold for every connection and may change while one is open:

    async with FaultProxy("127.0.0.1", port) as proxy:
        proxy.faults.delay_s = 0.4            # each chunk, each way
        proxy.faults.black_hole = True        # takes bytes, passes none on
        await proxy.reset_all()               # RST, now

`cut_answer_after` counts bytes of the answer on one connection: 0 lets the request through and loses the whole
answer, which is how an outcome becomes unknown.
"""

import asyncio
import contextlib
import socket
import struct
from dataclasses import dataclass
from typing import Self


@dataclass(slots=True)
class Faults:
    """
    What goes wrong; all off at first.

    Attributes:
        delay_s: Before each chunk is passed on, both ways.
        drip_bytes: Pass on at most so many bytes at a time, `drip_s` apart.
        cut_request_after: End the connection once so many bytes of the request have passed.
        cut_answer_after: The same for the answer.
        lose_answer_to: Once a connection has carried a request with these bytes, nothing of its answer passes.
        cut_with_reset: A cut is an RST; otherwise an orderly end.
        black_hole: Read everything, pass nothing on.
        half_open: Take connections and never open the far side, nor read.
        refuse: Reset every new connection at once.
    """

    delay_s: float = 0.0
    drip_bytes: int = 0
    drip_s: float = 0.05
    cut_request_after: int | None = None
    cut_answer_after: int | None = None
    lose_answer_to: bytes | None = None
    cut_with_reset: bool = True
    black_hole: bool = False
    half_open: bool = False
    refuse: bool = False


class Cut(Exception):
    """The connection has passed as many bytes as it may."""


class FaultProxy:
    """Stands on a port of its own before a real server."""

    def __init__(self, host: str, port: int) -> None:
        self.target = (host, port)
        self.faults = Faults()
        self.connections = 0
        self.request_bytes = 0  # passed on to the server, all connections
        self.answer_bytes = 0
        self._writers: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None
        self._port = 0

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        return self

    async def __aexit__(self, *exc: object) -> None:
        assert self._server is not None
        await self._stop_listening(self._server)
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for writer in list(self._writers):
            writer.transport.abort()
        await self._server.wait_closed()

    @property
    def port(self) -> int:
        assert self._server is not None
        return int(self._server.sockets[0].getsockname()[1])

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def shut(self) -> None:
        """Nobody listens any more, and every line is cut: a caller is refused before its first byte."""
        self._port = self.port
        assert self._server is not None
        await self._stop_listening(self._server)
        await self.reset_all()

    async def _stop_listening(self, server: asyncio.Server) -> None:
        """Whom asyncio has just accepted and not yet handed on would be left open by a server that closes at once."""
        for listening in server.sockets:
            asyncio.get_running_loop().remove_reader(listening.fileno())
        for _ in range(3):  # the transport, what it is bound to, the task that serves it
            await asyncio.sleep(0)
        server.close()

    async def open(self) -> None:
        """Listen again where it did."""
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", self._port)

    async def reset_all(self) -> None:
        """RST on every open connection, both sides."""
        for writer in list(self._writers):
            reset(writer)
        await asyncio.sleep(0)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self._writers.add(writer)
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            await self._serve(reader, writer)
        except asyncio.CancelledError:
            pass  # the proxy closes; asyncio would call it an unhandled error of the server
        finally:
            self._tasks.discard(task)
            self._writers.discard(writer)
            writer.transport.abort()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.faults.refuse:
            reset(writer)
            return
        if self.faults.half_open:
            writer.transport.pause_reading()  # type: ignore[attr-defined]
            await asyncio.Event().wait()
        try:
            far_reader, far_writer = await asyncio.open_connection(*self.target)
        except OSError:
            reset(writer)
            return
        self._writers.add(far_writer)
        try:
            async with asyncio.TaskGroup() as both:
                asked = asyncio.Event()
                both.create_task(self._pass(reader, far_writer, asked, is_request=True))
                both.create_task(self._pass(far_reader, writer, asked, is_request=False))
        except* Cut:
            if self.faults.cut_with_reset:
                reset(writer)
            else:
                with contextlib.suppress(OSError):
                    writer.close()
                    await writer.wait_closed()
        except* OSError:
            reset(writer)
        finally:
            self._writers.discard(far_writer)
            far_writer.transport.abort()

    async def _pass(
        self,
        source: asyncio.StreamReader,
        target: asyncio.StreamWriter,
        asked: asyncio.Event,
        *,
        is_request: bool,
    ) -> None:
        passed = 0
        while chunk := await source.read(65536):
            if is_request and self.faults.lose_answer_to and self.faults.lose_answer_to in chunk:
                asked.set()
            elif not is_request and asked.is_set():
                raise Cut
            if self.faults.delay_s:
                await asyncio.sleep(self.faults.delay_s)
            while chunk:
                if self.faults.black_hole:
                    break
                limit = self.faults.cut_request_after if is_request else self.faults.cut_answer_after
                if limit is not None and passed >= limit:
                    raise Cut
                size = len(chunk) if limit is None else min(len(chunk), limit - passed)
                if self.faults.drip_bytes:
                    size = min(size, self.faults.drip_bytes)
                target.write(chunk[:size])
                await target.drain()
                chunk = chunk[size:]
                passed += size
                if is_request:
                    self.request_bytes += size
                else:
                    self.answer_bytes += size
                if chunk and self.faults.drip_bytes:
                    await asyncio.sleep(self.faults.drip_s)
        with contextlib.suppress(OSError):
            target.write_eof()


def reset(writer: asyncio.StreamWriter) -> None:
    """End with RST: what was written and not yet sent is dropped."""
    peer = writer.get_extra_info("socket")
    if peer is not None:
        with contextlib.suppress(OSError):
            peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()
