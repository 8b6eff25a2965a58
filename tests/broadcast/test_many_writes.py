"""
Many viewers written by one system call, and the same one by one where the kernel offers none: real sockets.

Each test runs on both, and on uvloop's transports as on asyncio's own.
"""

import asyncio
import inspect
import os
import random
import socket
from collections.abc import Callable, Coroutine
from typing import Any

import orjson
import pytest
import uvloop

from app.broadcast.fanout import Fanout
from app.broadcast.hub import Hub, HubSettings
from app.broadcast.many_writes import LONGEST_BYTES, MOST_AT_ONCE
from app.broadcast.timeline import Timeline, take
from app.broadcast.topic_state import TopicState
from app.broadcast.viewer import Viewer
from tests.broadcast.oracle import TOPIC, World

LIMIT_S = 10.0
LOOPS: dict[str, Callable[[], asyncio.AbstractEventLoop]] = {
    "uvloop": uvloop.new_event_loop,
    "asyncio": asyncio.new_event_loop,
}


def on_both_loops(test: Callable[..., Coroutine[Any, Any, None]]) -> Callable[..., None]:
    """The test on the product's loop, and on asyncio's own."""

    def run(self: Any, loop: str, **given: Any) -> None:
        with asyncio.Runner(loop_factory=LOOPS[loop]) as runner:
            runner.run(test(self, **given))

    wanted = inspect.signature(test).parameters.values()
    loop = inspect.Parameter("loop", inspect.Parameter.POSITIONAL_OR_KEYWORD)
    run.__signature__ = inspect.Signature([*wanted, loop])  # type: ignore[attr-defined]
    run.__doc__, run.__name__ = test.__doc__, test.__name__
    marked: Callable[..., None] = pytest.mark.parametrize("loop", LOOPS)(run)
    run.__dict__.setdefault("pytestmark", []).extend(getattr(test, "pytestmark", []))
    return marked


@pytest.fixture(params=["at once", "one by one"])
def house(request: pytest.FixtureRequest) -> "House":
    return House(many_at_once=request.param == "at once")


class House:
    """A topic and its viewers over socket pairs; what is at the other ends is read by the test."""

    def __init__(self, *, many_at_once: bool) -> None:
        self.world = World(random.Random(5))
        self.hub = Hub(HubSettings(many_at_once=many_at_once))
        self.state = TopicState(TOPIC, self.world.whole(), 0.0)
        self.fanout = Fanout(self.state, self.hub.slow, self.hub.now_s, self.hub.kernel)

    async def enter(self) -> tuple[Viewer, socket.socket]:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            there = socket.create_connection(listener.getsockname())
            here, _ = listener.accept()
        here.setblocking(False)
        there.setblocking(False)
        transport, _ = await asyncio.get_running_loop().create_connection(asyncio.Protocol, sock=here)
        self.hub.enter("here")
        viewer = Viewer(transport, set(), self.hub, self.fanout, self.fanout.plain, "here", None)
        viewer.begin(self.state.snapshot())
        return viewer, there

    async def publish(self, padding: int = 0) -> None:
        """A change to everybody, with so much more to send."""
        self.world.change()
        message = self.state.advance(self.world.after(self.state.place.offset, 1), 0.0)
        self.fanout.publish(message + b" " * padding)
        await self.fanout.written()

    async def see(self, there: socket.socket) -> Timeline:
        """Read until this end shows what the server has."""
        return await Reader(self, there).read()


class Reader:
    """One end, and what it shows."""

    def __init__(self, house: House, there: socket.socket) -> None:
        self.house, self.there = house, there
        self.held = bytearray()
        self.timeline: Timeline | None = None

    async def read(self) -> Timeline:
        loop = asyncio.get_running_loop()
        while self.timeline is None or self.timeline.offset < self.house.state.place.offset:
            more = await asyncio.wait_for(loop.sock_recv(self.there, 1 << 20), LIMIT_S)
            assert more, "the connection ended"
            self.held += more
            while (payload := payload_of(self.held)) is not None:
                self.timeline = take(self.timeline, orjson.loads(payload))
        assert not self.held
        return self.timeline


def payload_of(held: bytearray) -> bytes | None:
    """The first whole text frame, which is taken out."""
    if len(held) < 2:
        return None
    assert held[0] == 0x81, "not the beginning of a frame"
    head, size = 2, held[1]
    if size > 125:
        head = 4 if size == 126 else 10
        size = int.from_bytes(held[2:head], "big")
    if len(held) < head + size:
        return None
    payload = bytes(held[head : head + size])
    del held[: head + size]
    return payload


def truth(house: House) -> Timeline:
    return take(None, orjson.loads(house.state.snapshot()))


class TestPass:
    @on_both_loops
    async def test_G9_everybody_is_given_every_change(self, house: House) -> None:
        """More viewers than one call writes to, some of whom come while others are there."""
        ends = [(await house.enter())[1] for _ in range(MOST_AT_ONCE // 2)]
        await house.publish()
        ends += [(await house.enter())[1] for _ in range(MOST_AT_ONCE)]
        for _ in range(3):
            await house.publish()
        for there in ends:
            assert await house.see(there) == truth(house)
            there.close()

    @on_both_loops
    async def test_L06_who_stops_reading_in_the_middle_of_a_frame_is_given_the_rest(
        self, house: House
    ) -> None:
        """What the kernel took of a frame is not sent again, and what it did not take is not lost."""
        entered = [await house.enter() for _ in range(9)]
        frozen, there = entered[4]
        seen = {other: Reader(house, end) for other, end in entered if other is not frozen}
        while not frozen.slow_since:
            await house.publish(padding=50_000)
            for reader in seen.values():
                await reader.read()
        assert house.hub.slow == {frozen}
        assert house.fanout.plain.seats.count(frozen) == 0
        for _ in range(5):
            await house.publish()
        assert await house.see(there) == truth(house)
        assert not house.hub.slow
        for reader in seen.values():
            assert await reader.read() == truth(house)
        for _, end in entered:
            end.close()

    @on_both_loops
    async def test_those_who_leave_do_not_disturb_the_others(self, house: House) -> None:
        """Gone between two changes, and while a pass runs: nobody else misses anything."""
        entered = [await house.enter() for _ in range(250)]
        for _, there in entered[::3]:
            there.close()
        await house.publish()
        publishing = asyncio.create_task(house.publish())
        await asyncio.sleep(0)
        for viewer, _ in entered[1::3]:
            viewer.leave()
        await publishing
        await house.publish()
        for _, there in entered[2::3]:
            assert await house.see(there) == truth(house)
        assert len(house.fanout.plain) == len(entered[2::3])
        for viewer, there in entered:
            viewer.abort()
            there.close()

    @on_both_loops
    async def test_topics_whose_passes_take_turns_do_not_mix(self) -> None:
        """Two topics written in the same moment: each viewer is given its own."""
        houses = [House(many_at_once=True), House(many_at_once=True)]
        houses[1].world.change()
        houses[1].state.replace(houses[1].world.whole(), 0.0)
        ends = [[(await one.enter())[1] for _ in range(220)] for one in houses]
        for _ in range(3):
            await asyncio.gather(*(one.publish() for one in houses))
        for one, theirs in zip(houses, ends, strict=True):
            for there in theirs:
                assert await one.see(there) == truth(one)
                there.close()

    @on_both_loops
    async def test_a_message_that_is_too_long_for_it_goes_one_by_one(self, house: House) -> None:
        """A snapshot of everything may be longer than what is kept for one call."""
        viewer, there = await house.enter()
        await house.see(there)
        long = b"x" * (LONGEST_BYTES + 1)
        house.fanout.publish(long)
        got, held = None, bytearray()
        while got is None:
            loop = asyncio.get_running_loop()
            held += await asyncio.wait_for(loop.sock_recv(there, 1 << 20), LIMIT_S)
            got = payload_of(held)
        assert got == long
        viewer.abort()
        there.close()


def ended_by_them(viewer: Viewer, there: socket.socket) -> None:
    there.close()


def reset_by_them(viewer: Viewer, there: socket.socket) -> None:
    there.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    there.close()


def aborted_by_us(viewer: Viewer, there: socket.socket) -> None:
    viewer.transport.abort()


def ended_by_us(viewer: Viewer, there: socket.socket) -> None:
    viewer.transport.close()


def written_after_they_left(viewer: Viewer, there: socket.socket) -> None:
    there.close()
    viewer.write(b"x")
    viewer.write(b"x")


class TestDescriptors:
    @pytest.mark.parametrize(
        "ended", [ended_by_them, reset_by_them, aborted_by_us, ended_by_us, written_after_they_left]
    )
    @on_both_loops
    async def test_a_descriptor_is_open_until_its_viewer_has_left(
        self, house: House, ended: Callable[[Viewer, socket.socket], None]
    ) -> None:
        """However a connection ends: a number is never used that a new connection may have got."""
        viewer, there = await house.enter()
        gone = asyncio.Event()
        was_open: list[bool] = []

        class Watched(Viewer):
            __slots__ = ()

            def leave(self) -> None:
                was_open.append(os.readlink(f"/proc/self/fd/{fd}") == what)
                super().leave()
                gone.set()

        fd = viewer.transport.get_extra_info("socket").fileno()
        what = os.readlink(f"/proc/self/fd/{fd}")
        viewer.__class__ = Watched
        viewer.transport.set_protocol(viewer)
        ended(viewer, there)
        await asyncio.wait_for(gone.wait(), LIMIT_S)
        assert was_open[0]
        assert not house.fanout.plain.seats
        there.close()
        while viewer in house.hub.viewers or not viewer.transport.is_closing():
            await asyncio.sleep(0)
