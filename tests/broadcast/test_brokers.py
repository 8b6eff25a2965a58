"""What every broker promises, over each of them: memory, one Valkey, and a Valkey cluster with sharded channels."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest
from redis.asyncio import RedisCluster as Cluster

from app.broadcast.broker import Broker, MemoryBroker, Message, Presence
from app.broadcast.redis_broker import ClusterBroker, RedisBroker, broker_at
from app.broadcast.redis_client import is_cluster, plain
from app.broadcast.topics import Position
from app.ids import new_id
from tests.servers import RedisCluster, RedisServer

PATIENCE_S = 30.0


class End:
    """One process's end of the bus: what it heard, and how often it was told that it may have missed something."""

    def __init__(self, broker: Broker) -> None:
        self.broker = broker
        self.heard: list[Message] = []
        self.gaps = 0
        self._news = asyncio.Event()

    async def start(self) -> None:
        await self.broker.start(self._listen, self._missed)
        await self.until(lambda: self.broker.is_connected)

    def _listen(self, message: Message) -> None:
        self.heard.append(message)
        self._news.set()

    def _missed(self) -> None:
        self.gaps += 1
        self._news.set()

    async def until(self, done: Callable[[], bool]) -> None:
        async with asyncio.timeout(PATIENCE_S):
            while not done():
                self._news.clear()
                if not done():
                    try:
                        async with asyncio.timeout(0.05):  # a connection that is made says nothing to anybody
                            await self._news.wait()
                    except TimeoutError:
                        pass

    async def hears(self, message: Message) -> None:
        await self.until(lambda: message in self.heard)


@asynccontextmanager
async def ends(*brokers: Broker) -> AsyncIterator[list[End]]:
    made = [End(broker) for broker in brokers]
    try:
        for end in made:
            await end.start()
        yield made
    finally:
        for end in made:
            await end.broker.stop()


Make = Callable[[], Broker]


@pytest.fixture(
    params=[
        "memory",
        pytest.param("redis", marks=pytest.mark.servers),
        pytest.param("cluster", marks=pytest.mark.servers),
    ]
)
def make(request: pytest.FixtureRequest) -> Make:
    """A broker, and with every further call another one on the same bus."""
    if request.param == "memory":
        bus = MemoryBroker()
        return lambda: bus
    url = request.getfixturevalue("cluster_url" if request.param == "cluster" else "redis_url")
    return lambda: broker_at(url)


class TestEveryBroker:
    async def test_a_hint_is_heard_by_every_process_its_own_included(self, make: Make) -> None:
        """Many topics, so that on a cluster they lie on every node."""
        async with ends(make(), make()) as (one, other):
            hints = [Position(f"{new_id()}:public", "aa", n) for n in range(24)]
            for hint in hints:
                await one.broker.follow(hint.topic_id)
                await other.broker.follow(hint.topic_id)
            await one.until(lambda: one.broker.is_connected and other.broker.is_connected)
            for hint in hints:
                await one.broker.publish(hint)
            for hint in hints:
                await one.hears(hint)
                await other.hears(hint)

    async def test_presence_is_heard_by_everybody(self, make: Make) -> None:
        """Nobody has to ask for it."""
        async with ends(make(), make()) as (one, other):
            said = Presence(new_id(), {"e:public": 3})
            await one.broker.publish(said)
            await other.hears(said)

    async def test_what_is_followed_before_the_start_is_heard_after_it(self, make: Make) -> None:
        """A topic may be opened while the bus is still being reached."""
        broker, hint = make(), Position("early:public", "aa", 1)
        await broker.follow(hint.topic_id)
        async with ends(broker) as (end,):
            await broker.publish(hint)
            await end.hears(hint)

    async def test_a_topic_that_is_let_go_and_followed_again_is_heard(self, make: Make) -> None:
        """Idle topics are let go, and come back."""
        async with ends(make()) as (end,):
            for n in range(3):
                hint = Position("again:public", "aa", n)
                await end.broker.follow(hint.topic_id)
                await end.until(lambda: end.broker.is_connected)
                await end.broker.publish(hint)
                await end.hears(hint)
                await end.broker.unfollow(hint.topic_id)


@pytest.mark.servers
class TestBothKindsOfRedis:
    @pytest.fixture(params=["redis_url", "cluster_url"])
    def url(self, request: pytest.FixtureRequest) -> str:
        found: str = request.getfixturevalue(request.param)
        return found

    async def test_what_is_not_followed_is_not_heard(self, url: str) -> None:
        """A process with one event costs the bus one event."""
        async with ends(broker_at(url)) as (end,):
            await end.broker.follow("mine:public")
            await end.broker.publish(Position("theirs:public", "aa", 1))
            await end.broker.follow("gone:public")
            await end.broker.unfollow("gone:public")
            await end.until(lambda: end.broker.is_connected)
            await end.broker.publish(Position("gone:public", "aa", 1))
            await end.broker.publish(Position("mine:public", "aa", 2))
            await end.hears(Position("mine:public", "aa", 2))
            assert {one.topic_id for one in end.heard if isinstance(one, Position)} == {"mine:public"}

    async def test_two_installations_on_one_server_do_not_hear_each_other(self, url: str) -> None:
        """The prefix is theirs."""
        async with ends(broker_at(url, "a"), broker_at(url, "b")) as (one, other):
            for end in (one, other):
                await end.broker.follow("e:public")
            await one.until(lambda: one.broker.is_connected and other.broker.is_connected)
            await one.broker.publish(Position("e:public", "aa", 1))
            await other.broker.publish(Position("e:public", "bb", 1))
            await other.hears(Position("e:public", "bb", 1))
            assert Position("e:public", "aa", 1) not in other.heard

    @pytest.mark.parametrize("scheme", ["redis", "redis+cluster"])
    async def test_R01_a_hint_that_cannot_be_said_raises_nothing(self, scheme: str) -> None:
        """The database is asked every second anyway."""
        broker = broker_at(f"{scheme}://127.0.0.1:1")
        await broker.start(lambda _: None, lambda: None)
        await broker.follow("e:public")
        await broker.publish(Position("e:public", "aa", 1))
        assert not broker.is_connected
        assert isinstance(broker, RedisBroker)
        assert broker.failures == 1
        await broker.stop()


@pytest.mark.servers
class TestCluster:
    async def test_topics_are_spread_over_the_nodes(
        self, shared_redis_cluster: RedisCluster, cluster_url: str
    ) -> None:
        """Sharded channels: each node carries the hints of its own topics and no others."""
        topics = [f"{n}:public" for n in range(30)]
        async with ends(broker_at(cluster_url)) as (end,):
            for topic in topics:
                await end.broker.follow(topic)
            await end.until(lambda: end.broker.is_connected)
            channels = [set(shared_channels(node)) for node in shared_redis_cluster.nodes]
            assert sum(len(found) for found in channels) == len(set().union(*channels)) == 31  # and presence
            assert all(len(found) >= 3 for found in channels)

    async def test_a_topic_is_followed_to_the_node_that_takes_over_its_slot(
        self, shared_redis_cluster: RedisCluster, cluster_url: str
    ) -> None:
        """Resharding while viewers watch: hints come again, and the process is told to look for what it missed."""
        async with (
            ends(broker_at(cluster_url), broker_at(cluster_url)) as (one, other),
            Cluster.from_url(plain(cluster_url)) as client,
        ):
            topic = "moving:public"
            for end in (one, other):
                await end.broker.follow(topic)
                await end.until(lambda: all(end.broker.is_connected for end in (one, other)))
            await one.broker.publish(Position(topic, "aa", 1))
            await other.hears(Position(topic, "aa", 1))
            slot = client.keyslot(f"tocsin:topic:{topic}")
            owner = client.nodes_manager.slots_cache[slot][0].port
            old = next(node for node in shared_redis_cluster.nodes if node.port == owner)
            new = next(node for node in shared_redis_cluster.nodes if node.port != owner)
            await asyncio.to_thread(shared_redis_cluster.give_slot, slot, new)
            try:
                for n in range(2, 200):
                    await one.broker.publish(Position(topic, "aa", n))
                    if any(isinstance(m, Position) and m.offset > 1 for m in other.heard):
                        break
                    await asyncio.sleep(0.05)
                assert any(isinstance(m, Position) and m.offset > 1 for m in other.heard)
                assert f"tocsin:topic:{topic}" in shared_channels(new)
                assert f"tocsin:topic:{topic}" not in shared_channels(old)
            finally:
                await asyncio.to_thread(shared_redis_cluster.give_slot, slot, old)

    async def test_R01_a_dead_node_costs_only_its_own_topics(
        self, make_cluster: Callable[[], RedisCluster]
    ) -> None:
        """Killed: the others' hints go on; back: all are heard again, after a call to look for what was missed."""
        cluster = make_cluster()
        async with ends(broker_at(cluster.url), broker_at(cluster.url)) as (one, other):
            topics = [f"{n}:public" for n in range(12)]
            for topic in topics:
                await one.broker.follow(topic)
                await other.broker.follow(topic)
            await other.until(lambda: one.broker.is_connected and other.broker.is_connected)
            victim = cluster.nodes[2]
            lost = {name.removeprefix("tocsin:topic:") for name in shared_channels(victim)} & set(topics)
            alive = [topic for topic in topics if topic not in lost]
            assert lost
            assert alive
            await asyncio.to_thread(victim.kill)
            await other.until(lambda: not other.broker.is_connected)
            for topic in alive:
                await one.broker.publish(Position(topic, "aa", 1))
                await other.hears(Position(topic, "aa", 1))
            gaps = other.gaps
            await asyncio.to_thread(victim.start)
            await other.until(lambda: other.broker.is_connected and one.broker.is_connected)
            assert other.gaps > gaps
            async with asyncio.timeout(PATIENCE_S):
                while not all(Position(topic, "aa", 2) in other.heard for topic in lost):
                    for topic in lost:
                        await one.broker.publish(Position(topic, "aa", 2))
                    await asyncio.sleep(0.05)


def shared_channels(node: RedisServer) -> list[str]:
    """The sharded channels that somebody hears on one node."""
    return [line for line in node.ask(b"PUBSUB SHARDCHANNELS").decode().split("\r\n") if ":" in line]


class TestAddress:
    @pytest.mark.parametrize(
        ("url", "kind", "read_as"),
        [
            ("redis://u:p@a:1/2", RedisBroker, "redis://u:p@a:1/2"),
            ("rediss://a:1", RedisBroker, "rediss://a:1"),
            ("redis+cluster://u:p@a:1", ClusterBroker, "redis://u:p@a:1"),
            ("rediss+cluster://a:1", ClusterBroker, "rediss://a:1"),
            ("redis://u:+cluster:%2F@a:1", RedisBroker, "redis://u:+cluster:%2F@a:1"),
        ],
    )
    async def test_the_address_says_which_kind(self, url: str, kind: type[RedisBroker], read_as: str) -> None:
        """No second setting that could disagree."""
        assert type(broker_at(url)) is kind
        assert plain(url) == read_as
        assert is_cluster(url) == (kind is ClusterBroker)
