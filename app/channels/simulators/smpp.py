"""
A hospital's own SMS gateway as SMPP 3.4 describes it: a TCP server beside the web application, not inside it.

It binds by password, answers each submit_sm with an id, and sends receipts; what can go wrong is set on `faults`.
In a world it has a clock, and writes each submit_sm into the ledger that all platforms share.
"""

import asyncio
import struct
from collections import deque
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Final

from app.channels.simulators.clock import iso
from app.channels.simulators.ledger import Entry
from app.channels.simulators.world import World

BIND: Final = (0x1, 0x2, 0x9)
SUBMIT_SM: Final = 0x4
DELIVER_SM: Final = 0x5
UNBIND: Final = 0x6
ENQUIRE_LINK: Final = 0x15
GENERIC_NACK: Final = 0x80000000
RESPONSE: Final = 0x80000000
NAME: Final = "tocsin-sim"
"""What it calls itself to who signs in; a drill speaks to no gateway with another name."""


@dataclass(slots=True)
class SmppFaults:
    """
    Args:
        statuses: What the next submit_sm are answered with, one each; 0 takes one.
        drop_after: Take this many more messages, each followed by a cut line instead of an answer.
        drop_before: Cut the line at this many more messages without taking them.
        silent: Take this many more messages and say nothing.
        late_s: Take messages and answer so much later, going on with others meanwhile.
        receipt: The final word of receipts; None sends none.
        early_receipt: Send the receipt before the answer.
        hex_answers: Ids are hexadecimal in answers and decimal in receipts.
        text_receipts: Receipts carry their id in the text alone, without optional parameters.
    """

    statuses: deque[int] = field(default_factory=deque)
    drop_after: int = 0
    drop_before: int = 0
    silent: int = 0
    late_s: float = 0.0
    receipt: str | None = "DELIVRD"
    early_receipt: bool = False
    hex_answers: bool = False
    text_receipts: bool = False


@dataclass(frozen=True, slots=True)
class SmppMessage:
    """One submit_sm that was taken."""

    number: int
    source: str
    destination: str
    esm_class: int
    data_coding: int
    validity: str
    registered: int
    octets: bytes

    @property
    def text(self) -> str:
        """What a phone shows; of a long message, this part."""
        octets = self.octets[self.octets[0] + 1 :] if self.esm_class & 0x40 and self.octets else self.octets
        if self.data_coding == 8:
            return octets.decode("utf-16-be", "replace")
        if self.data_coding:
            return octets.decode("latin-1")
        return _plain(octets)


@dataclass(frozen=True, slots=True)
class Shown:
    """A message as the page shows it."""

    id: str
    at: str
    to: str
    text: str


_MOST_SHOWN = 150
# 3GPP TS 23.038, table 6.2.1 (read 2026-11-21): the default alphabet, in its order; 27 leads to the second table.
_ALPHABET = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_SECOND = {10: "\f", 20: "^", 40: "{", 41: "}", 47: "\\", 60: "[", 61: "~", 62: "]", 64: "|", 101: "€"}


def _plain(octets: bytes) -> str:
    text, at = "", 0
    while at < len(octets):
        if octets[at] == 27 and at + 1 < len(octets):
            at += 1
            text += _SECOND.get(octets[at] & 0x7F, " ")
        else:
            text += _ALPHABET[octets[at] & 0x7F]
        at += 1
    return text


def _string(body: bytes, at: int) -> tuple[str, int]:
    end = body.index(b"\0", at)
    return body[at:end].decode("latin-1"), end + 1


def _c(text: str) -> bytes:
    return text.encode("latin-1") + b"\0"


def _tlv(tag: int, value: bytes) -> bytes:
    return struct.pack("!HH", tag, len(value)) + value


class SmppSimulator:
    """One gateway with one account."""

    def __init__(
        self, system_id: str = "tocsin", password: str = "gateway1", world: World | None = None
    ) -> None:
        self._world = world
        self._shown: deque[Shown] = deque(maxlen=_MOST_SHOWN)
        self.system_id = system_id
        self.password = password
        self.name = NAME
        self.faults = SmppFaults()
        self.taken: list[SmppMessage] = []
        self.refused = 0
        self.answered_delivers = 0
        self.port = 0  # until it listens
        self._last_number = 9_999
        self._sequence = 0
        self._server: asyncio.Server | None = None
        self._lines: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> int:
        """Listen; returns the port."""
        self._server = await asyncio.start_server(self._serve, host, port)
        self.port = int(self._server.sockets[0].getsockname()[1])
        return self.port

    def credentials(self) -> dict[str, object]:
        """Everything a drill needs to configure itself for this gateway."""
        return {
            "host": "127.0.0.1",
            "port": self.port,
            "system_id": self.system_id,
            "password": self.password,
            "source": "55501",
        }

    def reset(self) -> None:
        """Back to the state of a fresh process; lines that are up stay up."""
        self.faults = SmppFaults()
        self.taken.clear()
        self._shown.clear()
        self.refused = self.answered_delivers = 0

    def state(self) -> dict[str, Any]:
        """The newest messages, for pages."""
        return {"messages": [asdict(one) for one in self._shown], "messages_total": len(self.taken)}

    async def aclose(self) -> None:
        if self._server is not None:
            self._server.close()
        for line in list(self._lines):
            line.transport.abort()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._server is not None:
            await self._server.wait_closed()

    def hang_up(self) -> None:
        """Cut every line."""
        for line in list(self._lines):
            line.transport.abort()

    def forget_sign_ins(self) -> None:
        """Lines stay up, and are bound no more."""
        self._lines.clear()

    async def unbind_all(self) -> None:
        """Tell every client to go."""
        for line in list(self._lines):
            await self._send(line, UNBIND, 0, self._next(), b"")

    async def say(
        self, source: str, destination: str, octets: bytes, data_coding: int = 0, esm: int = 0, ton: int = 1
    ) -> None:
        """A phone sends a message."""
        for line in list(self._lines):
            await self._send(
                line,
                DELIVER_SM,
                0,
                self._next(),
                self._deliver(source, destination, esm, data_coding, octets, ton=ton),
            )

    def _next(self) -> int:
        self._sequence += 1
        return self._sequence

    @staticmethod
    def _deliver(
        source: str, destination: str, esm: int, coding: int, octets: bytes, tags: bytes = b"", ton: int = 1
    ) -> bytes:
        return b"".join(
            (
                _c(""),
                bytes([ton, 1]),
                _c(source),
                bytes([1, 1]),
                _c(destination),
                bytes([esm, 0, 0]),
                _c(""),
                _c(""),
                bytes([0, 0, coding, 0, len(octets)]),
                octets,
                tags,
            )
        )

    @staticmethod
    async def _send(
        line: asyncio.StreamWriter, command: int, status: int, sequence: int, body: bytes
    ) -> None:
        with suppress(OSError):
            line.write(struct.pack("!IIII", 16 + len(body), command, status, sequence) + body)
            await line.drain()

    async def _serve(self, reader: asyncio.StreamReader, line: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is not None:
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        try:
            with suppress(OSError, asyncio.IncompleteReadError):
                await self._converse(reader, line)
        finally:
            self._lines.discard(line)
            line.close()

    async def _converse(self, reader: asyncio.StreamReader, line: asyncio.StreamWriter) -> None:
        while True:
            length, command, _, sequence = struct.unpack("!IIII", await reader.readexactly(16))
            if not 16 <= length <= 70_000:
                await self._send(line, GENERIC_NACK, 0x02, sequence, b"")
                return
            body = await reader.readexactly(length - 16)
            if command in BIND:
                if not await self._bind(line, command, sequence, body):
                    return
            elif command == SUBMIT_SM:
                if line not in self._lines:
                    await self._send(line, SUBMIT_SM | RESPONSE, 0x04, sequence, b"")
                elif not await self._submit(line, sequence, body):
                    line.transport.abort()
                    return
            elif command in (ENQUIRE_LINK, UNBIND):
                await self._send(line, command | RESPONSE, 0, sequence, b"")
                if command == UNBIND:
                    return
            elif command == DELIVER_SM | RESPONSE:
                self.answered_delivers += 1
            elif not command & RESPONSE:
                await self._send(line, GENERIC_NACK, 0x03, sequence, b"")

    async def _bind(self, line: asyncio.StreamWriter, command: int, sequence: int, body: bytes) -> bool:
        system_id, at = _string(body, 0)
        password, _ = _string(body, at)
        status = 0x0F if system_id != self.system_id else 0x0E if password != self.password else 0
        await self._send(line, command | RESPONSE, status, sequence, _c(self.name) if status == 0 else b"")
        if status == 0:
            self._lines.add(line)
        return status == 0

    async def _submit(self, line: asyncio.StreamWriter, sequence: int, body: bytes) -> bool:
        """Take or refuse one message; False cuts the line."""
        faults = self.faults
        status = faults.statuses.popleft() if faults.statuses else 0
        message = self._read(body)
        if status:
            self.refused += 1
            self._note(message, status, applied=False)
            await self._send(line, SUBMIT_SM | RESPONSE, status, sequence, b"")
            return True
        if faults.drop_before:
            faults.drop_before -= 1
            self._note(message, None, applied=False, fault="drop_before")
            return False
        self._last_number += 1
        message = replace(message, number=self._last_number)
        self.taken.append(message)
        if faults.drop_after:
            faults.drop_after -= 1
            self._note(message, None, applied=True, fault="drop_after")
            return False
        if faults.silent:
            faults.silent -= 1
            self._note(message, None, applied=True, fault="silent")
            return True
        self._note(message, 0, applied=True)
        if faults.late_s:
            task = asyncio.create_task(self._answer(line, sequence, message, faults.late_s))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        else:
            await self._answer(line, sequence, message)
        return True

    async def _answer(
        self, line: asyncio.StreamWriter, sequence: int, message: SmppMessage, in_s: float = 0.0
    ) -> None:
        faults = self.faults
        await asyncio.sleep(in_s)
        if faults.early_receipt:
            await self.report(message, line)
        written = f"{message.number:x}" if faults.hex_answers else str(message.number)
        await self._send(line, SUBMIT_SM | RESPONSE, 0, sequence, _c(written))
        if not faults.early_receipt:
            await self.report(message, line)

    def _note(
        self, message: SmppMessage, status: int | None, *, applied: bool, fault: str | None = None
    ) -> None:
        """For the ledger and the page: what was done with a message, and said (a command_status, or nothing)."""
        if self._world is None:
            return
        at = iso(self._world.clock.now())
        number = str(message.number) if applied else None
        self._world.ledger.append(
            Entry(
                self._world.ledger.next_n(),
                at,
                "smpp",
                "SUBMIT_SM",
                "/",
                "message.create",
                status,
                applied,
                remote_id=number,
                text=message.text,
                to=message.destination,
                fault=fault,
                credential=self.system_id,
            )
        )
        if number is not None:
            self._shown.append(Shown(number, at, message.destination, message.text))

    @staticmethod
    def _read(body: bytes) -> SmppMessage:
        """The message; its number is given when it is taken."""
        _, at = _string(body, 0)
        source, at = _string(body, at + 2)
        destination, at = _string(body, at + 2)
        esm_class = body[at]
        _, at = _string(body, at + 3)
        validity, at = _string(body, at)
        registered, _, data_coding, _, length = body[at : at + 5]
        octets = body[at + 5 : at + 5 + length]
        return SmppMessage(0, source, destination, esm_class, data_coding, validity, registered, octets)

    async def report(self, message: SmppMessage, line: asyncio.StreamWriter | None = None) -> None:
        """Send the receipt of a message, on its line or on every one."""
        word = self.faults.receipt
        if word is None or not message.registered & 1:
            return
        start = message.octets[6:26] if message.esm_class & 0x40 else message.octets[:20]
        text = (
            f"id:{message.number:010d} sub:001 dlvrd:001 submit date:2609011200 done date:2609011201"
            f" stat:{word} err:000 text:"
        ).encode() + (start if message.data_coding == 0 else b"")
        states = {"DELIVRD": 2, "EXPIRED": 3, "DELETED": 4, "UNDELIV": 5, "ACCEPTD": 6, "REJECTD": 8}
        tags = b""
        if not self.faults.text_receipts:
            tags = _tlv(0x001E, _c(str(message.number))) + _tlv(0x0427, bytes([states.get(word, 7)]))
        body = self._deliver(message.destination, message.source, 0x04, 0, text, tags)
        for one in [line] if line is not None else list(self._lines):
            await self._send(one, DELIVER_SM, 0, self._next(), body)
