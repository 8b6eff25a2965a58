"""
One bound connection to a gateway: requests matched with their answers, links kept alive, what comes in handed on.

Nothing is queued and nothing reconnects by itself: a message leaves when its permit says so or not at all. (The
ready-made client was left aside for that: it holds messages until it is bound again, and sends them then.)
"""

from __future__ import annotations

import asyncio
import ssl
from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress

from app.channels.smpp_pdu import (
    HEADER_BYTES,
    RESPONSE,
    BadPdu,
    Command,
    Delivered,
    Pdu,
    bind_body,
    read_deliver,
    read_header,
    read_name,
)
from app.errors import ChannelError, CredentialsRejected, OutcomeUnknown, Unavailable
from app.http import MayStart

_MISSED_LINKS = 2
_LATE = 10_000  # messages whose answer may still come
OnAnswer = Callable[[Pdu], None]
OnDeliver = Callable[[Delivered, Callable[[], None]], None]


class Session:
    """
    Args:
        on_deliver: Called for each receipt or message with what answers it, to be called once it is durable: a
            gateway gives up a message when it is answered. Must not raise.
    """

    def __init__(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        *,
        answer_s: float,
        idle_s: float,
        window: int,
        on_deliver: OnDeliver,
        on_end: Callable[[], None],
    ) -> None:
        self._reader = reader
        self._writer = writer
        self._answer_s = answer_s
        self._idle_s = idle_s
        self._window = asyncio.Semaphore(window)
        self._on_deliver = on_deliver
        self._on_end = on_end
        self._sequence = 0
        self._waiting: dict[int, tuple[asyncio.Future[Pdu], OnAnswer]] = {}
        self._late: OrderedDict[int, OnAnswer] = OrderedDict()
        self._tasks: list[asyncio.Task[None]] = []
        self._is_retired = False
        self.is_open = True

    @classmethod
    async def open(
        cls,
        host: str,
        port: int,
        *,
        tls: ssl.SSLContext | None,
        credentials: tuple[str, str, str],
        expected_name: str,
        answer_s: float,
        idle_s: float,
        window: int,
        refused: Callable[[int], ChannelError],
        on_deliver: OnDeliver,
        on_end: Callable[[], None],
    ) -> Session:
        """
        Connect and bind as a transceiver.

        Args:
            expected_name: What the gateway must call itself; empty for any.
            refused: What a status means, for a sign-in that was not taken.

        Raises:
            Unavailable: nobody there, or no answer.
            CredentialsRejected: the gateway does not know us, or is not the one that is meant.
        """
        try:
            async with asyncio.timeout(answer_s):
                reader, writer = await asyncio.open_connection(host, port, ssl=tls)
        except (OSError, TimeoutError) as exc:
            raise Unavailable(
                f"The gateway could not be reached ({type(exc).__name__}).", code="not_reached"
            ) from exc
        session = cls(
            reader,
            writer,
            answer_s=answer_s,
            idle_s=idle_s,
            window=window,
            on_deliver=on_deliver,
            on_end=on_end,
        )
        session._tasks = [asyncio.create_task(session._receive()), asyncio.create_task(session._keep_alive())]
        try:
            answer = await session._ask(Command.BIND_TRANSCEIVER, bind_body(*credentials))
        except OutcomeUnknown as exc:
            await session.aclose()
            raise Unavailable("The gateway did not answer to our sign-in.", code="no_bind") from exc
        except asyncio.CancelledError:
            # Nobody has it yet who could close it, and many gateways take one link of an account.
            await session.aclose()
            raise
        if answer.status != 0:
            await session.aclose()
            if isinstance(error := refused(answer.status), CredentialsRejected):
                raise error
            raise Unavailable("The gateway does not take our sign-in now.", code=f"0x{answer.status:02X}")
        if expected_name and read_name(answer.body) != expected_name:
            await session.aclose()
            raise CredentialsRejected(
                "Another gateway answers there than the one that is meant.", code="other_gateway"
            )
        return session

    async def submit(self, body: bytes, may_start: MayStart | None, on_answer: OnAnswer) -> Pdu:
        """
        Send one submit_sm and wait for its answer.

        Args:
            on_answer: Called with the answer before anything that came after it is looked at: a receipt may follow
                in the same packet. Also when it comes after its time, as long as the link is up.

        Raises:
            StartRefused: may_start said no.
            Unavailable: the link was down before the first byte.
            OutcomeUnknown: the link fell or the answer did not come.
        """
        async with self._window:
            if not self.takes_more:
                raise Unavailable("The link to the gateway is down.", code="link_down")
            if may_start is not None:
                may_start()
            return await self._ask(Command.SUBMIT_SM, body, on_answer)

    async def enquire(self) -> None:
        """A look at the link that sends no message."""
        await self._ask(Command.ENQUIRE_LINK, b"")

    async def _ask(self, command: Command, body: bytes, on_answer: OnAnswer = lambda _: None) -> Pdu:
        self._sequence = self._sequence % 0x7FFFFFFF + 1
        sequence = self._sequence
        future: asyncio.Future[Pdu] = asyncio.get_running_loop().create_future()
        self._waiting[sequence] = (future, on_answer)
        try:
            async with asyncio.timeout(self._answer_s):
                self._writer.write(Pdu(command, sequence, 0, body).encode())
                await self._writer.drain()
                return await future
        except (TimeoutError, OSError) as exc:
            raise OutcomeUnknown("The gateway did not answer.", code="no_answer") from exc
        finally:
            self._waiting.pop(sequence, None)
            if not future.done() or future.cancelled():
                self._late[sequence] = on_answer
                while len(self._late) > _LATE:
                    self._late.popitem(last=False)

    async def _receive(self) -> None:
        with suppress(OSError, asyncio.IncompleteReadError, BadPdu):
            while True:
                length, command, status, sequence = read_header(await self._reader.readexactly(HEADER_BYTES))
                body = await self._reader.readexactly(length - HEADER_BYTES)
                await self._handle(Pdu(command, sequence, status, body))
                if command == Command.UNBIND:
                    break
        self._end()

    async def _handle(self, pdu: Pdu) -> None:
        if pdu.command & RESPONSE:
            waiting = self._waiting.get(pdu.sequence)
            if waiting is not None and not waiting[0].done():
                waiting[1](pdu)
                waiting[0].set_result(pdu)
            elif (late := self._late.pop(pdu.sequence, None)) is not None:
                late(pdu)
            return
        if pdu.command == Command.DELIVER_SM:
            answer = Pdu(Command.DELIVER_SM | RESPONSE, pdu.sequence, 0, b"\0")
            try:
                delivered = read_deliver(pdu.body)
            except BadPdu:
                pass  # answered all the same: a gateway repeats what is not answered, and then stops
            else:
                self._on_deliver(delivered, lambda: self._say(answer))
                return
        elif pdu.command in (Command.ENQUIRE_LINK, Command.UNBIND):
            answer = Pdu(pdu.command | RESPONSE, pdu.sequence)
        else:
            answer = Pdu(Command.GENERIC_NACK, pdu.sequence, 0x03)
        self._writer.write(answer.encode())
        await self._writer.drain()

    def _say(self, answer: Pdu) -> None:
        """Write without waiting; a link that is down needs no answer."""
        if self.is_open:
            self._writer.write(answer.encode())

    async def _keep_alive(self) -> None:
        missed = 0
        while self.is_open and missed < _MISSED_LINKS:
            await asyncio.sleep(self._idle_s)
            try:
                await self.enquire()
                missed = 0
            except OutcomeUnknown:
                missed += 1
        self._end()

    def _end(self) -> None:
        if not self.is_open:
            return
        self.is_open = False
        for future, _ in self._waiting.values():
            if not future.done():
                future.set_exception(ConnectionError("the link fell"))
        self._writer.close()
        self._on_end()

    @property
    def takes_more(self) -> bool:
        """The link is up, and the gateway still knows who we are."""
        return self.is_open and not self._is_retired

    def retire(self) -> None:
        """Nothing more is to be sent on this link; what waits for its answer keeps waiting."""
        self._is_retired = True
        self._on_end()

    async def leave(self) -> None:
        """Close it once nothing waits for an answer: a message whose answer is not heard is in doubt."""
        while waiting := [future for future, _ in self._waiting.values() if not future.done()]:
            await asyncio.wait(waiting)
        await self.aclose()

    async def aclose(self) -> None:
        """Say good-bye if the link is up, then close it."""
        if self.is_open:
            self._sequence += 1
            self._writer.write(Pdu(Command.UNBIND, self._sequence).encode())
        self._end()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
