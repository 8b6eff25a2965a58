"""Several equal processes on one PostgreSQL and one Redis (here: several streams in one process, all else real)."""

import asyncio
import random
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager

import pytest
from sqlalchemy.engine import make_url

from app.broadcast.broker import Broker, MemoryBroker, Message, Presence, parsed
from app.broadcast.presence import PresenceBoard, about
from app.broadcast.redis_broker import RedisBroker, broker_at
from app.broadcast.stream import Stream, StreamSettings
from app.broadcast.topics import Position
from app.db import Database
from tests.broadcast.stage import Event, Served, serving, streaming
from tests.broadcast.watcher import Watcher, watching
from tests.faultproxy import FaultProxy
from tests.servers import RedisServer

SETTINGS = StreamSettings(heartbeat_s=0.5, repair_s=0.5)


@pytest.fixture
async def postgres(postgres_url: str) -> AsyncIterator[Database]:
    database = Database(postgres_url.replace("+asyncpg", ""))
    await database.start()
    yield database
    await database.stop()


class Nodes:
    """Streams behind servers of their own, sharing a database and a bus."""

    def __init__(self, streams: list[Stream], servers: list[Served]) -> None:
        self.streams = streams
        self.servers = servers


@asynccontextmanager
async def nodes(database: Database, brokers: list[Broker]) -> AsyncIterator[Nodes]:
    async with AsyncExitStack() as stack:
        streams = [await stack.enter_async_context(streaming(database, one, SETTINGS)) for one in brokers]
        servers = [await stack.enter_async_context(serving(one)) for one in streams]
        yield Nodes(streams, servers)


class BadBus(MemoryBroker):
    """A bus that loses, doubles and swaps: 10 % each."""

    def __init__(self, seed: int) -> None:
        super().__init__()
        self.dice = random.Random(seed)
        self.kept: list[Message] = []
        self.lost = self.doubled = self.swapped = 0

    async def publish(self, message: Message) -> None:
        throw = self.dice.random()
        if throw < 0.1:
            self.lost += 1
            return
        if throw < 0.2:
            self.swapped += 1
            self.kept.append(message)
            return
        await super().publish(message)
        if throw < 0.3:
            self.doubled += 1
            await super().publish(message)
        while self.kept:
            await super().publish(self.kept.pop())


class Shared(MemoryBroker):
    """One end of a bus: publishes there and hears what it delivers."""

    def __init__(self, bus: MemoryBroker) -> None:
        super().__init__()
        self.bus = bus

    async def start(self, listen: Callable[[Message], None], on_gap: Callable[[], None]) -> None:
        await self.bus.start(listen, on_gap)

    async def publish(self, message: Message) -> None:
        await self.bus.publish(message)


def is_in_order(watcher: Watcher) -> bool:
    offsets = [offset for kind, offset in watcher.log if kind != "snapshot"]
    return offsets == sorted(set(offsets))


@pytest.mark.servers
class TestManyNodes:
    @pytest.mark.parametrize("bus", ["redis_url", "cluster_url"])
    async def test_G9_a_change_made_on_one_node_reaches_the_viewers_of_all(
        self, postgres: Database, request: pytest.FixtureRequest, bus: str
    ) -> None:
        """PostgreSQL, and one Valkey or a cluster of them; the hint crosses, every node reads for itself, everybody has the same."""
        event = await Event(postgres).create()
        brokers: list[Broker] = [broker_at(request.getfixturevalue(bus)) for _ in range(3)]
        async with nodes(postgres, brokers) as cluster, AsyncExitStack() as stack:
            watchers = [
                await stack.enter_async_context(watching(one.ws, event.public)) for one in cluster.servers
            ]
            for watcher in watchers:
                await watcher.step()
            for n in range(20):
                update_id, positions = await event.release(f"text {n}")
                cluster.streams[n % 3].announce(*positions)
                if n % 5 == 4:
                    cluster.streams[0].announce(*await event.mark(update_id, "retracted"))
            for watcher in watchers:
                await watcher.reach(24)
            assert all(watcher.timeline == watchers[0].timeline for watcher in watchers)
            assert all(is_in_order(watcher) and not watcher.resyncs for watcher in watchers)
            for watcher in watchers:
                while not watcher.digests_compared:
                    await watcher.step()
                assert watcher.digests_wrong == 0

    async def test_R03_lost_doubled_and_swapped_hints_are_repaired_from_the_database(
        self, postgres: Database
    ) -> None:
        """10 % each; every viewer of every node converges, each change once and in order."""
        event = await Event(postgres).create()
        bus = BadBus(seed=3)
        async with nodes(postgres, [Shared(bus) for _ in range(3)]) as cluster, AsyncExitStack() as stack:
            watchers = [
                await stack.enter_async_context(watching(one.ws, event.public))
                for one in cluster.servers
                for _ in range(3)
            ]
            for watcher in watchers:
                await watcher.step()
            changes = 120
            for n in range(changes):
                _, positions = await event.release(f"text {n}")
                cluster.streams[n % 3].announce(*positions)
                await asyncio.sleep(0)
            for watcher in watchers:
                await watcher.reach(changes)
                assert is_in_order(watcher)
                assert watcher.resyncs == 0
            assert all(watcher.timeline == watchers[0].timeline for watcher in watchers)
            assert bus.lost >= 3
            assert bus.doubled >= 3
            assert bus.swapped >= 3

    @pytest.mark.timed
    async def test_R01_viewing_goes_on_while_redis_is_gone(
        self, postgres: Database, make_redis: Callable[[], RedisServer]
    ) -> None:
        """Killed in the middle: the database is asked instead, every second; then it comes back."""
        event = await Event(postgres).create()
        server = make_redis()
        brokers: list[Broker] = [RedisBroker(server.url) for _ in range(2)]
        async with (
            nodes(postgres, brokers) as cluster,
            watching(cluster.servers[1].ws, event.public) as watcher,
        ):
            await watcher.step()
            for n in range(1, 13):
                if n == 4:
                    await asyncio.to_thread(server.kill)
                if n == 9:
                    await asyncio.to_thread(server.start)
                _, positions = await event.release(f"text {n}")
                cluster.streams[0].announce(*positions)
                await watcher.reach(n)
            assert StreamSettings().repair_s <= 1.0
            assert is_in_order(watcher)
            async with asyncio.timeout(30):
                while not all(broker.is_connected for broker in brokers):
                    await asyncio.sleep(0.05)

    async def test_R01_R03_a_replica_takes_over_from_a_redis_that_died(
        self, postgres: Database, make_redis: Callable[[], RedisServer]
    ) -> None:
        """One address, behind it first the one and then its promoted replica: nothing is lost, and hints travel again."""
        event = await Event(postgres).create()
        first, replica = make_redis(), make_redis()
        answer = await asyncio.to_thread(replica.ask, b"REPLICAOF 127.0.0.1 %d" % first.port)
        assert answer == b"+OK\r\n"
        async with FaultProxy("127.0.0.1", first.port) as address:
            url = f"redis://127.0.0.1:{address.port}/0"
            brokers: list[Broker] = [RedisBroker(url) for _ in range(2)]
            async with (
                nodes(postgres, brokers) as cluster,
                watching(cluster.servers[1].ws, event.public) as watcher,
            ):
                await watcher.step()
                for n in range(1, 10):
                    if n == 4:
                        await asyncio.to_thread(first.kill)
                    if n == 7:
                        address.target = ("127.0.0.1", replica.port)  # before it is promoted, as names go
                        assert await asyncio.to_thread(replica.ask, b"REPLICAOF NO ONE") == b"+OK\r\n"
                    _, positions = await event.release(f"text {n}")
                    cluster.streams[0].announce(*positions)
                    await watcher.reach(n)
                assert is_in_order(watcher)
                async with asyncio.timeout(30):
                    while not all(broker.is_connected for broker in brokers):
                        await asyncio.sleep(0.05)
                    followed = b""
                    while event.public.encode() not in followed:
                        followed = await asyncio.to_thread(replica.ask, b"PUBSUB CHANNELS *")
                _, positions = await event.release("text 10")
                cluster.streams[0].announce(*positions)
                await watcher.reach(10)
                assert [text for text in watcher.texts if text == "text 10"] == ["text 10"]

    async def test_R01_a_node_starts_without_redis(self, postgres: Database) -> None:
        """Nobody answers there: it serves from the database."""
        event = await Event(postgres).create()
        async with (
            nodes(postgres, [RedisBroker("redis://127.0.0.1:1/0")]) as cluster,
            watching(cluster.servers[0].ws, event.public) as watcher,
        ):
            await watcher.step()
            await event.release("one")
            await watcher.reach(1)

    async def test_presence_is_summed_over_nodes(self, postgres: Database, redis_url: str) -> None:
        """Each says its count; every heartbeat carries the sum."""
        event = await Event(postgres).create()
        async with (
            nodes(postgres, [RedisBroker(redis_url) for _ in range(2)]) as cluster,
            AsyncExitStack() as stack,
        ):
            watchers = [
                await stack.enter_async_context(watching(one.ws, event.public))
                for one in cluster.servers
                for _ in range(2)
            ]
            async with asyncio.timeout(30):
                while (await watchers[0].step()).get("viewers") != 4:
                    pass


class TestRestoredBackup:
    async def test_F17_a_new_epoch_makes_every_viewer_start_over(
        self, database: Database, event: Event
    ) -> None:
        """After a restore offsets may repeat with other content; the epoch says so and snapshots go out."""
        async with (
            streaming(database, settings=SETTINGS) as stream,
            serving(stream) as served,
            watching(served.ws, event.public) as watcher,
        ):
            await event.release("one")
            await watcher.reach(1)
            before = watcher.timeline
            async with database.connection() as connection:
                await connection.exec_driver_sql("UPDATE topic SET epoch = 'feedbeef'")
            timeline = await watcher.until(lambda timeline: timeline.epoch == "feedbeef")
            assert before is not None
            assert timeline.items == before.items


class TestPresenceBoard:
    def test_a_node_that_is_silent_is_forgotten(self) -> None:
        """Its viewers are elsewhere by then."""
        board = PresenceBoard()
        board.note("a", {"t": 3}, 0)
        board.note("b", {"t": 4, "u": 1}, 30)
        assert board.total("t", 31) == 7
        assert board.total("t", 36) == 4

    @pytest.mark.parametrize(("count", "said"), [(0, 0), (7, 7), (99, 99), (123, 120), (12_345, 12_000)])
    def test_counts_are_told_roughly(self, count: int, said: int) -> None:
        """Two digits."""
        assert about(count) == said


class TestParsed:
    @pytest.mark.parametrize("noise", [b"", b"1", b"[]", b"{}", b'{"t":1}', b"\xff", b'{"c":[1],"n":"x"}'])
    def test_noise_on_the_bus_is_nothing(self, noise: bytes) -> None:
        """Another version's words, or somebody else's."""
        assert parsed(noise) is None

    def test_a_hint_is_read_back(self) -> None:
        """And presence."""
        assert parsed(b'{"t":"e:public","e":"aa","o":3}') == Position("e:public", "aa", 3)
        assert parsed(b'{"n":"x","c":{"e:public":2}}') == Presence("x", {"e:public": 2})


@pytest.mark.servers
class TestSilentDatabase:
    async def test_L05_a_database_that_swallows_questions_is_asked_anew_and_the_stream_goes_on(
        self, postgres_url: str, postgres: Database
    ) -> None:
        """Its host is gone without a word and another has its address: no answer ever comes to what was asked there."""
        event = await Event(postgres).create()
        settings = StreamSettings(heartbeat_s=0.2, repair_s=0.2, blind_s=2.0, read_s=1.0)
        where = make_url(postgres_url.replace("+asyncpg", ""))
        async with FaultProxy(where.host or "", where.port or 0) as line:
            behind = Database(
                where.set(host="127.0.0.1", port=line.port).render_as_string(hide_password=False), pool_size=3
            )
            await behind.start()
            async with (
                streaming(behind, settings=settings) as stream,
                serving(stream) as served,
                watching(served.ws, event.public) as watcher,
            ):
                await watcher.step()
                line.faults.black_hole = True
                _, positions = await event.release("said meanwhile")
                stream.announce(*positions)
                async with asyncio.timeout(30):
                    while not stream.is_blind:
                        await asyncio.sleep(0.05)
                line.faults.black_hole = False
                await watcher.reach(1)
                while (await watcher.step())["type"] != "heartbeat":
                    pass
                assert watcher.texts == ["said meanwhile"]
            await behind.stop()
