"""The SMPP adapter: PDUs against somebody else's library, and promises against the simulated gateway on a real port."""

from __future__ import annotations

import asyncio
import struct
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

import pytest
from aiosmpplib.protocol import BindTransceiver, SmppMessage, SubmitSm
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from app.channels.base import DeviceReceipt, Found, Inbound, InboundReply, OptOut, OutboundPost, Unclear
from app.channels.measure.sms import measure_sms
from app.channels.simulators.smpp import SmppSimulator
from app.channels.smpp import SmppAdapter
from app.channels.smpp_pdu import (
    Address,
    BadPdu,
    Command,
    Pdu,
    bind_body,
    normal_id,
    read_header,
    relative_time,
    submit_body,
)
from app.channels.smpp_settings import SmppCredentials, SmppSettings
from app.channels.smpp_text import decode, encode, split_header
from app.clock import SystemClock
from app.errors import (
    ContentRejected,
    CredentialsRejected,
    OutcomeUnknown,
    RateLimited,
    RecipientRejected,
    StartRefused,
    Unavailable,
)
from app.http import Client
from tests.channels.made import go

PHONE = "+12025550199"


def post(text: str = "Road closed", ref: str = "d1.1", **more: Any) -> OutboundPost:
    return OutboundPost(ref=ref, text=text, recipient=PHONE, **more)


async def until(condition: Callable[[], bool]) -> None:
    """Wait for something to have happened on the other side of a socket."""
    async with asyncio.timeout(30):
        while not condition():
            await asyncio.sleep(0.005)


def build(port: int, password: str = "gateway1", **settings: Any) -> SmppAdapter:
    chosen = {"host": "127.0.0.1", "port": port, "tls": False, "system_id": "tocsin", "source": "55501"}
    return SmppAdapter(
        SmppSettings.model_validate({**chosen, **settings}),
        SmppCredentials.model_validate({"password": password}),
        Client(),
        SystemClock(),
    )


class Heard:
    """Everything the adapter told while the block ran."""

    def __init__(self) -> None:
        self.receipts: list[DeviceReceipt] = []
        self.replies: list[InboundReply] = []
        self.opt_outs: list[OptOut] = []

    async def listen(self, adapter: SmppAdapter) -> None:
        with suppress(Unavailable):
            async for inbound in adapter.stream_replies():
                self.receipts += inbound.receipts
                self.replies += inbound.replies
                self.opt_outs += inbound.opt_outs


@asynccontextmanager
async def gateway(**settings: Any) -> AsyncIterator[tuple[SmppSimulator, SmppAdapter, Heard]]:
    there = SmppSimulator()
    port = await there.start()
    adapter = build(port, **settings)
    heard = Heard()
    listening = asyncio.create_task(heard.listen(adapter))
    try:
        yield there, adapter, heard
    finally:
        listening.cancel()
        with suppress(asyncio.CancelledError):
            await listening
        await adapter.aclose()
        await there.aclose()


class TestPdus:
    def test_a_bind_is_read_by_somebody_elses_library(self) -> None:
        """Name, password, type and version stand where they belong."""
        raw = Pdu(Command.BIND_TRANSCEIVER, 7, 0, bind_body("tocsin", "gateway1", "alert")).encode()
        read: Any = BindTransceiver.from_pdu(raw, SmppMessage.parse_header(raw[:16]))
        assert (read.system_id, read.password, read.system_type) == ("tocsin", "gateway1", "alert")
        assert read.interface_version == 0x34

    @pytest.mark.parametrize("text", ["Road closed", "€ [x] {y} ~", "Straße gesperrt 🚧", "中文"])
    def test_a_message_is_read_by_somebody_elses_library(self, text: str) -> None:
        """Addresses, validity, encoding and text, and a final receipt asked for."""
        encoded = encode(text, reference=1)
        body = submit_body(
            Address.of("55501"),
            Address.of(PHONE),
            encoded.parts[0],
            data_coding=encoded.data_coding,
            has_header=False,
            validity=relative_time(600),
        )
        raw = Pdu(Command.SUBMIT_SM, 9, 0, body).encode()
        read: Any = SubmitSm.from_pdu(raw, SmppMessage.parse_header(raw[:16]), "gsm0338")
        assert read.short_message == text
        assert (read.destination.number, int(read.destination.ton), int(read.destination.npi)) == (
            PHONE[1:],
            1,
            1,
        )
        assert (read.source.number, int(read.source.ton)) == ("55501", 3)
        assert read.validity_period.total_seconds() == 600
        assert read.registered_delivery == 1

    def test_times_and_ids_are_written_as_the_specification_says(self) -> None:
        """Ten minutes, and one id in two bases."""
        assert relative_time(600) == "000000001000000R"
        assert normal_id("00000a1f", "hex") == normal_id("2591", "decimal") == "2591"
        assert normal_id("a-1", "hex") == "a-1"
        assert normal_id("0010", "text") == "0010"

    @pytest.mark.parametrize("length", [0, 15, 70_001, 2**32 - 1])
    def test_an_impossible_length_is_no_pdu(self, length: int) -> None:
        """Nothing after it can be trusted."""
        with pytest.raises(BadPdu):
            read_header(struct.pack("!IIII", length, 5, 0, 1))

    @given(st.text(alphabet="aé€[\n中😀ç", min_size=1, max_size=400))
    def test_parts_are_those_that_were_measured_and_join_again(self, text: str) -> None:
        """What the count promised is what is sent; no pair is ever cut."""
        encoded = encode(text, reference=5)
        assert len(encoded.parts) == measure_sms(text).segments
        assert all(len(part) <= 140 or encoded.data_coding == 0 for part in encoded.parts)
        if encoded.has_header:
            pieces = [split_header(part) for part in encoded.parts]
            assert [place for place, _ in pieces] == [(5, len(pieces), n) for n in range(1, len(pieces) + 1)]
            assert "".join(decode(encoded.data_coding, octets) for _, octets in pieces) == text
        else:
            assert decode(encoded.data_coding, encoded.parts[0]) == text

    @given(st.binary(max_size=20))
    def test_any_octets_of_a_phone_are_read_somehow(self, octets: bytes) -> None:
        """Never an exception for what a stranger sent, and nothing that PostgreSQL cannot keep."""
        split_header(octets)
        for coding in (0, 1, 3, 4, 8, 200):
            assert "\0" not in decode(coding, octets + b"\0\0")


class TestSignIn:
    async def test_a_sign_in_that_is_broken_off_leaves_no_link(self) -> None:
        """A process that stops meanwhile closes it: many gateways take one link of an account."""
        asked, closed = asyncio.Event(), asyncio.Event()

        async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.readexactly(16)
            asked.set()
            while await reader.read(1024):
                pass
            closed.set()
            writer.close()

        server = await asyncio.start_server(silent, "127.0.0.1", 0)
        adapter = build(server.sockets[0].getsockname()[1])
        signing_in = asyncio.create_task(adapter.probe())
        async with asyncio.timeout(30):
            await asked.wait()
            signing_in.cancel()
            await asyncio.gather(signing_in, return_exceptions=True)
            await closed.wait()
        await adapter.aclose()
        server.close()
        await server.wait_closed()

    async def test_N14_a_gateway_with_another_name_is_left_before_a_message(self) -> None:
        """An address may lead to another one than yesterday; what it calls itself in the sign-in is looked at first."""
        async with gateway(gateway_name="tocsin-sim") as (there, adapter, _):
            await adapter.publish(post(), may_start=go)
            there.name = "Kannel"
            later = build(there.port, gateway_name="tocsin-sim")
            with pytest.raises(CredentialsRejected) as refused:
                await later.publish(post(ref="d2.1"), may_start=go)
            await later.aclose()
            await until(lambda: len(there._lines) == 1)
        assert refused.value.code == "other_gateway"
        assert len(there.taken) == 1


class TestSettings:
    @pytest.mark.parametrize("wrong", [{"host": "10.0.0.5"}, {"source": "much too long a name"}, {"port": 0}])
    def test_a_password_in_the_clear_needs_a_private_network(self, wrong: dict) -> None:
        """TLS, this machine, or a person's word."""
        good = {"host": "127.0.0.1", "tls": False, "system_id": "t", "source": "55501"}
        SmppSettings.model_validate(good)
        SmppSettings.model_validate({**good, "host": "10.0.0.5", "private_network": True})
        with pytest.raises(ValidationError):
            SmppSettings.model_validate({**good, **wrong})


class TestPublish:
    async def test_C01_a_message_is_taken_once_and_its_receipt_comes_home(self) -> None:
        """One submit_sm, one id, and the ref with the receipt."""
        async with gateway() as (there, adapter, heard):
            receipt = await adapter.publish(post(validity_s=300), may_start=go)
            await until(lambda: bool(heard.receipts))
            (taken,) = there.taken
            (told,) = heard.receipts
            await until(lambda: there.answered_delivers == 1)
        assert (taken.octets, taken.destination, taken.validity) == (
            b"Road closed",
            PHONE[1:],
            "000000000500000R",
        )
        assert receipt.remote_id == str(taken.number)
        assert (told.remote_id, told.ref, told.state) == (receipt.remote_id, "d1.1", "delivered")

    async def test_a_long_message_goes_by_one_id_and_each_receipt_names_its_part(self) -> None:
        """Three parts, one message; a part's word names the whole only when all of it is known to be taken."""
        async with gateway() as (there, adapter, heard):
            receipt = await adapter.publish(post("€" * 200), may_start=go)
            await until(lambda: len(heard.receipts) == 3)
        assert receipt.segments == len(there.taken) == 3
        assert receipt.part_ids == tuple(str(part.number) for part in there.taken)
        assert receipt.remote_id not in receipt.part_ids
        assert {r.remote_id for r in heard.receipts} == set(receipt.part_ids)
        assert all(
            r.of_part and (r.ref, r.whole) in (("d1.1", receipt), (None, None)) for r in heard.receipts
        )
        assert heard.receipts[-1].whole == receipt
        assert {m.octets[3] for m in there.taken} == {there.taken[0].octets[3]}

    @pytest.mark.parametrize(("word", "state"), [("DELIVRD", "delivered"), ("UNDELIV", "rejected")])
    async def test_I04_the_first_part_does_not_speak_for_a_long_message_after_a_restart(
        self, word: str, state: str
    ) -> None:
        """The adapter knows no part any more: each goes by its own id, and is told as one that may be a part's."""
        async with gateway() as (there, adapter, heard):
            there.faults.receipt = None
            before = build(there.port)
            receipt = await before.publish(post("€" * 200), may_start=go)
            await before.aclose()
            await adapter.probe()
            there.faults.receipt = word
            for part in there.taken:
                await there.report(part)
            await until(lambda: there.answered_delivers == 3)
        told = [(r.remote_id, r.state, r.of_part, r.ref, r.whole) for r in heard.receipts]
        assert told == [(part_id, state, True, None, None) for part_id in receipt.part_ids]

    async def test_I04_a_short_message_is_delivered_after_a_restart(self) -> None:
        """Its id is the gateway's own."""
        async with gateway() as (there, adapter, heard):
            there.faults.receipt = None
            before = build(there.port)
            receipt = await before.publish(post(), may_start=go)
            await before.aclose()
            await adapter.probe()
            there.faults.receipt = "DELIVRD"
            await there.report(there.taken[0])
            await until(lambda: bool(heard.receipts))
        assert [(r.remote_id, r.state) for r in heard.receipts] == [(receipt.remote_id, "delivered")]

    @pytest.mark.parametrize("text_receipts", [False, True])
    async def test_ids_in_two_bases_are_one_id(self, text_receipts: bool) -> None:
        """Hexadecimal in the answer, decimal and padded in the receipt, with and without optional parameters."""
        async with gateway(answer_ids="hex", receipt_ids="decimal") as (there, adapter, heard):
            there.faults.hex_answers = True
            there.faults.text_receipts = text_receipts
            receipt = await adapter.publish(post(), may_start=go)
            await until(lambda: bool(heard.receipts))
        assert heard.receipts[0].remote_id == receipt.remote_id == "10000"
        assert heard.receipts[0].ref == "d1.1"

    async def test_a_receipt_may_overtake_the_answer(self) -> None:
        """It is matched by its number and first words, and the ref comes with it."""
        async with gateway() as (there, adapter, heard):
            there.faults.early_receipt = True
            receipt = await adapter.publish(post(), may_start=go)
            await until(lambda: bool(heard.receipts))
        assert (heard.receipts[0].ref, heard.receipts[0].remote_id) == ("d1.1", receipt.remote_id)

    async def test_D04_a_link_cut_after_the_message_is_unknown_and_a_later_receipt_finds_it(self) -> None:
        """Absence is never proven; presence is, when the gateway speaks of it again."""
        async with gateway() as (there, adapter, heard):
            there.faults.drop_after = 1
            with pytest.raises(OutcomeUnknown):
                await adapter.publish(post(), may_start=go)
            assert isinstance(await adapter.find(post(), sent_after=SystemClock().now(), last=True), Unclear)
            await adapter.probe()  # binds again
            await there.report(there.taken[0])
            after = Heard()
            listening = asyncio.create_task(after.listen(adapter))
            await until(lambda: bool(after.receipts or heard.receipts))
            listening.cancel()
        (receipt,) = after.receipts + heard.receipts
        assert (receipt.ref, receipt.remote_id) == ("d1.1", str(there.taken[0].number))

    async def test_I04_a_late_receipt_of_an_earlier_message_is_not_taken_for_the_answer_to_a_new_one(
        self,
    ) -> None:
        """Sent before a restart, to the same phone and in the same words: it proves nothing about this one here."""
        async with gateway(answer_s=0.3) as (there, adapter, heard):
            there.faults.receipt = None
            before = build(there.port)
            await before.publish(post(ref="d1.1"), may_start=go)
            await before.aclose()
            there.faults.silent = 1
            with pytest.raises(OutcomeUnknown):
                await adapter.publish(post(ref="d2.1"), may_start=go)
            there.faults.receipt = "DELIVRD"
            await there.report(there.taken[0])
            await until(lambda: bool(heard.receipts))
            found = await adapter.find(post(ref="d2.1"), sent_after=SystemClock().now(), last=True)
        assert isinstance(found, Unclear)
        assert heard.receipts[0].remote_id == str(there.taken[0].number)

    async def test_G4_D04_an_answer_that_comes_after_its_time_is_the_answer(self) -> None:
        """The gateway is slow today: it is looked for, and found by the very id that it gave, and so is its receipt."""
        async with gateway(answer_s=0.2) as (there, adapter, heard):
            there.faults.late_s = 0.5
            with pytest.raises(OutcomeUnknown):
                await adapter.publish(post(), may_start=go)
            before = await adapter.find(post(), sent_after=SystemClock().now(), last=False)
            await until(lambda: bool(heard.receipts))
            after = await adapter.find(post(), sent_after=SystemClock().now(), last=True)
        number = str(there.taken[0].number)
        assert isinstance(before, Unclear)
        assert isinstance(after, Found)
        assert after.receipt.remote_id == number
        assert [(one.ref, one.remote_id) for one in heard.receipts] == [("d1.1", number)]

    async def test_D04_a_cut_before_taking_looks_the_same_and_so_does_silence(self) -> None:
        """Nobody can tell from here, so nothing is sent again."""
        async with gateway(answer_s=0.3) as (there, adapter, _):
            there.faults.drop_before = 1
            with pytest.raises(OutcomeUnknown):
                await adapter.publish(post(), may_start=go)
            assert there.taken == []
            there.faults.silent = 1
            with pytest.raises(OutcomeUnknown):
                await adapter.publish(post(ref="d2"), may_start=go)
            assert len(there.taken) == 1

    async def test_D04_half_a_message_is_never_found_as_a_whole(self) -> None:
        """Its first part is named, by its answer and by a receipt; the second was refused, so nobody calls it sent."""
        async with gateway() as (there, adapter, heard):
            there.faults.statuses.extend([0, 0x58])
            with pytest.raises(OutcomeUnknown) as caught:
                await adapter.publish(post("a" * 200), may_start=go)
            before = await adapter.find(post("a" * 200), sent_after=SystemClock().now(), last=False)
            await there.report(there.taken[0])
            await adapter.probe()  # its answer comes behind the receipt
            after = await adapter.find(post("a" * 200), sent_after=SystemClock().now(), last=True)
        assert caught.value.code == "partly_taken"
        assert isinstance(before, Unclear), before
        assert isinstance(after, Unclear), after
        assert {(r.ref, r.whole, r.of_part) for r in heard.receipts} == {(None, None, True)}

    @pytest.mark.parametrize(
        ("status", "expected"),
        [
            (0x08, Unavailable),
            (0x45, Unavailable),
            (0x64, Unavailable),
            (0x14, RateLimited),
            (0x58, RateLimited),
            (0x04, Unavailable),
            (0x0B, RecipientRejected),
            (0x51, RecipientRejected),
            (0x0A, CredentialsRejected),
            (0x15, CredentialsRejected),
            (0x48, CredentialsRejected),
            (0x49, CredentialsRejected),
            (0x53, CredentialsRejected),
            (0x61, ContentRejected),
            (0xC4, ContentRejected),
            (0x65, ContentRejected),
            (0x0E, CredentialsRejected),
            (0xFF, OutcomeUnknown),
            (0x0401, ContentRejected),  # a gateway's own
            (0x0402, CredentialsRejected),  # a gateway's own, which the settings name
        ],
    )
    async def test_F29_each_status_has_its_class_and_nothing_is_taken(
        self, status: int, expected: type
    ) -> None:
        """
        A readable refusal is never unknown, but for the one that says nothing; what is wrong with our side is not
        refused once for everybody of a list.
        """
        async with gateway(account_statuses=(0x0402,)) as (there, adapter, _):
            there.faults.statuses.append(status)
            with pytest.raises(expected):
                await adapter.publish(post(), may_start=go)
            assert there.taken == []
            await adapter.publish(post(), may_start=go)

    async def test_F29_a_gateway_that_forgot_our_sign_in_is_bound_to_again(self) -> None:
        """Every later message would fare the same on that link; the next one has a new one, and receipts come home."""
        async with gateway() as (there, adapter, heard):
            await adapter.publish(post(ref="d1"), may_start=go)
            await until(lambda: len(heard.receipts) == 1)
            there.forget_sign_ins()
            with pytest.raises(Unavailable):
                await adapter.publish(post(ref="d2"), may_start=go)
            again = Heard()
            listening = asyncio.create_task(again.listen(adapter))
            await adapter.publish(post(ref="d2"), may_start=go)
            await until(lambda: bool(again.receipts))
            listening.cancel()
        assert [r.ref for r in again.receipts] == ["d2"]
        assert len(there.taken) == 2

    async def test_G6_a_stop_at_the_last_moment_lets_nothing_out(self) -> None:
        """Asked with the link bound, just before the bytes."""

        def stop() -> None:
            raise StartRefused

        async with gateway() as (there, adapter, _):
            with pytest.raises(StartRefused):
                await adapter.publish(post(), may_start=stop)
            await adapter.probe()
            assert there.taken == []

    async def test_nobody_there_is_unavailable_and_a_wrong_password_is_refused(self) -> None:
        """Before the first byte of any message."""
        async with gateway() as (_, adapter, _):
            port = adapter._settings.port
            wrong = build(port, password="other")
            with pytest.raises(CredentialsRejected):
                await wrong.publish(post(), may_start=go)
            with pytest.raises(CredentialsRejected):
                await wrong.probe()
            await wrong.aclose()
        nobody = build(port)
        with pytest.raises(Unavailable):
            await nobody.publish(post(), may_start=go)
        await nobody.aclose()

    async def test_one_window_holds_back_what_the_gateway_has_not_answered(self) -> None:
        """200 messages through a window of 10: each taken once, each receipt home."""
        async with gateway(window=10) as (there, adapter, heard):
            refs = [f"d{n}" for n in range(200)]
            await asyncio.gather(*(adapter.publish(post(f"Text {r}", ref=r), may_start=go) for r in refs))
            await until(lambda: len(heard.receipts) == 200)
        assert len(there.taken) == 200
        assert {r.ref for r in heard.receipts} == set(refs)


class TestPhones:
    async def test_messages_from_phones_are_replies_and_opt_outs(self) -> None:
        """In any alphabet, in parts, and STOP."""
        async with gateway() as (there, adapter, heard):
            await adapter.probe()
            await there.say(PHONE[1:], "55501", "Which road? €".replace("€", "\x1be").encode("latin-1"))
            await there.say(PHONE[1:], "55501", "哪条路 🚧".encode("utf-16-be"), 8)
            long = encode("Is the bridge open? " * 20, reference=9)
            for part in reversed(long.parts):
                await there.say(PHONE[1:], "55501", part, 0, 0x40)
            await there.say(PHONE[1:], "55501", b"Stop")
            await until(lambda: bool(heard.opt_outs))
        assert [r.text for r in heard.replies] == ["Which road? €", "哪条路 🚧", "Is the bridge open? " * 20]
        assert {r.author_id for r in heard.replies} == {PHONE}
        assert [(o.number, o.stopped) for o in heard.opt_outs] == [(PHONE, True)]

    async def test_M02_a_STOP_that_a_gateway_calls_a_receipt_is_a_STOP(self) -> None:
        """It speaks of no message, so it would be no word about any; a receipt's own words are no wish."""
        async with gateway() as (there, adapter, heard):
            await adapter.probe()
            await there.say(PHONE[1:], "55501", b"sub:001 dlvrd:001 stat:DELIVRD text:Stop", esm=0x04)
            await there.say(PHONE[1:], "55501", b"Stop", esm=0x04)
            await until(lambda: there.answered_delivers == 2)
        assert [(o.number, o.stopped) for o in heard.opt_outs] == [(PHONE, True)]
        assert heard.replies == []

    async def test_I01_a_message_from_a_phone_is_answered_only_when_it_is_durable(self) -> None:
        """The gateway may forget it then; whoever reads says so by asking for the next one."""
        there = SmppSimulator()
        adapter = build(await there.start())
        stream = adapter.stream_replies()
        assert await anext(stream) == Inbound()
        await there.say(PHONE[1:], "55501", b"Stop")

        told = await anext(stream)
        await adapter.probe()  # a round trip: an answer would have come by now
        unanswered = there.answered_delivers
        following = asyncio.ensure_future(anext(stream))
        await until(lambda: there.answered_delivers == 1)

        assert [one.number for one in told.opt_outs] == [PHONE]
        assert unanswered == 0
        following.cancel()
        with suppress(asyncio.CancelledError):
            await following
        await adapter.aclose()
        await there.aclose()

    async def test_a_gateway_that_sends_us_away_ends_the_stream_and_is_bound_again(self) -> None:
        """Unbind from the other side is a link down, not a message lost."""
        async with gateway() as (there, adapter, _):
            await adapter.probe()
            stream = adapter.stream_replies()
            assert await anext(stream) == Inbound()
            waiting = asyncio.ensure_future(anext(stream))
            await there.unbind_all()
            with pytest.raises(Unavailable):
                await waiting
            await adapter.publish(post(), may_start=go)
            assert len(there.taken) == 1

    async def test_a_silent_link_is_given_up_after_two_misses(self) -> None:
        """A half-open socket does not hold the channel."""

        async def mute(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            head = await reader.readexactly(16)
            length, command, _, sequence = struct.unpack("!IIII", head)
            await reader.readexactly(length - 16)
            writer.write(Pdu(command | 0x80000000, sequence, 0, b"x\0").encode())
            with suppress(ConnectionError):
                await reader.read()
            writer.close()

        server = await asyncio.start_server(mute, "127.0.0.1", 0)
        adapter = build(server.sockets[0].getsockname()[1], answer_s=0.1, idle_s=0.05)
        stream = adapter.stream_replies()
        assert await anext(stream) == Inbound()
        with pytest.raises(Unavailable):
            await asyncio.wait_for(anext(stream), 30)
        await adapter.aclose()
        server.close()
        await server.wait_closed()
