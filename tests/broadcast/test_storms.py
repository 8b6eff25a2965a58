"""Real server processes under storms: stalled viewers, killed nodes, rolling restarts. The whole by `bench.soak`."""

import asyncio
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import httpx
import pytest

from app.broadcast.timeline import digest
from app.db import Database
from tests.broadcast.crowd import Viewer, rss_kb
from tests.broadcast.server_process import ServerProcess
from tests.broadcast.stage import Event

TOPIC = "bench:public"
Start = Callable[..., ServerProcess]

pytestmark = pytest.mark.timeout(240)


@pytest.fixture
def start_server() -> Iterator[Start]:
    made: list[ServerProcess] = []

    def start(environ: dict[str, str] | None = None, **settings: float) -> ServerProcess:
        made.append(ServerProcess(environ, **settings))
        made[-1].start()
        return made[-1]

    yield start
    for server in made:
        server.close()


@pytest.fixture
async def shared(postgres_url: str) -> str:
    """A database with one event in it, for several processes."""
    url = postgres_url.replace("+asyncpg", "")
    database = Database(url)
    await database.start()
    await Event(database, "bench").create()
    await database.stop()
    return url


async def until(done: Callable[[], bool], patience_s: float = 30.0) -> None:
    async with asyncio.timeout(patience_s):
        while not done():
            await asyncio.sleep(0.02)


@dataclass
class Stalled:
    """
    Attributes:
        grown_kb: Of the server process, for each stalled viewer.
        heaped_kb: Waiting in user space for the viewer for whom the most waits.
        lags_s: Of the others, ascending.
        viewers: The stalled ones, then some of the others; all have caught up.
    """

    grown_kb: float
    heaped_kb: float
    lags_s: list[float]
    viewers: list[Viewer]


async def stall(server: ServerProcess, *, stalled: int, healthy: int, updates: int) -> Stalled:
    """
    Some viewers stop reading while updates go out.

    As many go out before, while all still read: until then a process grows by what it keeps of the updates
    themselves and of its database, whoever reads. Each frame leaves garbage of its own, whoever reads, which is
    collected before the process is weighed; frames may be few or many.
    """
    ports = [server.port]
    frozen = [Viewer(TOPIC, lambda: ports, keep=True, rcvbuf=4096) for _ in range(stalled)]
    lively = [Viewer(TOPIC, lambda: ports, keep=n < 3) for n in range(healthy)]
    lags: list[float] = []
    sent_at: dict[int, float] = {}
    for viewer in frozen + lively:
        await viewer.connect()
    await until(lambda: all(viewer.is_open for viewer in frozen + lively))

    def note(viewer: Viewer) -> Callable[[bytes, float], None]:
        def hear(_: bytes, now_s: float) -> None:
            if viewer.offset in sent_at:
                lags.append(now_s - sent_at[viewer.offset])

        return hear

    loop = asyncio.get_running_loop()
    text = "evacuate the north wing " * 80

    async def publish(listening: list[Viewer], count: int) -> int:
        """The kB that the server grew by."""
        before_kb, base = await weight_kb(), lively[0].offset
        for n in range(count):
            sent_at[base + n + 1] = loop.time()
            (await client.post("/release", content=f"{n} {text}")).raise_for_status()
        await until(lambda: all(viewer.offset == base + count for viewer in listening))
        return await weight_kb() - before_kb

    async def weight_kb() -> int:
        (await client.get("/gc")).raise_for_status()
        return rss_kb(server.pid)

    async with httpx.AsyncClient(timeout=30, base_url=f"http://127.0.0.1:{server.port}") as client:
        warm_kb = await publish(frozen + lively, updates * 2)
        for viewer in frozen:
            viewer.pause()
        for viewer in lively:
            viewer.on_message = note(viewer)
        grown_kb = await publish(lively, updates)
        heaped_kb = (await client.get("/heaped")).json()["most_bytes"] / 1024
    print(
        f"L-06: {warm_kb} kB while all read, then {grown_kb} kB with {stalled} stalled, {heaped_kb:.1f} kB heaped"
    )
    for viewer in frozen:
        viewer.resume()
    await until(lambda: all(viewer.offset == lively[0].offset for viewer in frozen))
    for viewer in frozen + lively:
        viewer.leave()
    return Stalled(grown_kb / stalled, heaped_kb, sorted(lags), [*frozen, *lively[:3]])


@pytest.mark.processes  # alone: it weighs this very process
class TestStalledViewers:
    async def test_L06_stalled_viewers_cost_nothing_and_converge(self, start_server: Start) -> None:
        """A third stops reading: nothing heaps up for them, nobody else waits, and they end with the same."""
        server = start_server()
        server.wait_ready()
        seen = await stall(server, stalled=60, healthy=120, updates=400)
        assert seen.grown_kb <= 64
        assert seen.heaped_kb <= 64
        assert seen.lags_s[int(len(seen.lags_s) * 0.99)] <= 10.0  # those who stall do so for longer
        # One that was brought up to date by a snapshot has its newest hundred, one that heard all has all.
        shown = [viewer.timeline() for viewer in seen.viewers]
        assert len({(one.offset, digest(one)) for one in shown}) == 1
        assert all(one.items[:100] == shown[-1].items[:100] for one in shown)
        assert any(len(one.items) == 100 for one in shown[:60])
        assert all(viewer.doubled == 0 for viewer in seen.viewers)

    async def test_L06_a_server_that_ignores_back_pressure_is_caught(self, start_server: Start) -> None:
        """The seeded bug: without `pause_writing` what the stalled ones did not take heaps up."""
        server = start_server({"SEEDED_BUG": "ignore_pause"})
        server.wait_ready()
        seen = await stall(server, stalled=20, healthy=10, updates=200)
        assert seen.heaped_kb > 64

    async def test_L02_one_that_takes_nothing_for_long_is_closed_with_4008(self, start_server: Start) -> None:
        """It comes back when it reads again, and gets what it missed."""
        server = start_server(slow_s=1)
        server.wait_ready()
        viewer = Viewer(TOPIC, lambda: [server.port], keep=True, rcvbuf=4096)
        await viewer.connect()
        await until(lambda: viewer.is_open)
        viewer.pause()
        async with httpx.AsyncClient(timeout=30, base_url=f"http://127.0.0.1:{server.port}") as client:
            for n in range(150):
                await client.post("/release", content=f"{n} " + "long text " * 200)
            await asyncio.sleep(2.5)
            viewer.resume()
            await until(lambda: viewer.connects == 2 and viewer.offset == 150)
        viewer.leave()
        assert viewer.timeline().offset == 150


@pytest.mark.processes
class TestNodes:
    @pytest.mark.timed
    async def test_L01_viewers_of_a_killed_node_are_back_on_the_others(
        self, start_server: Start, shared: str, redis_url: str
    ) -> None:
        """kill -9 of one of three: all back, each change once, publishing goes on, one read of the topic a node."""
        environ = {"DATABASE": shared, "REDIS": redis_url}
        servers = [start_server(environ) for _ in range(3)]
        for server in servers:
            server.wait_ready()
        alive = list(servers)
        viewers = [Viewer(TOPIC, lambda: [server.port for server in alive], keep=True) for _ in range(300)]
        for viewer in viewers:
            await viewer.connect()
        await until(lambda: all(viewer.is_open for viewer in viewers))
        took: list[float] = []
        loop = asyncio.get_running_loop()
        async with httpx.AsyncClient(timeout=30) as client:
            for n in range(30):
                if n == 10:
                    dead = alive.pop()
                    await asyncio.to_thread(dead.kill)
                began = loop.time()
                port = random.choice(alive).port
                answer = await client.post(f"http://127.0.0.1:{port}/release", content=f"text {n}")
                took.append(loop.time() - began)
                assert answer.status_code == 204
                await asyncio.sleep(0.05)
            await until(lambda: all(viewer.is_open and viewer.offset == 30 for viewer in viewers), 60)
            for server in alive:
                metrics = (await client.get(f"http://127.0.0.1:{server.port}/metrics")).text
                assert 'tocsin_stream_reads_total{kind="whole"} 1.0' in metrics
        assert sum(viewer.connects == 2 for viewer in viewers) >= 50
        assert max(took) <= 10.0  # nobody waits for the dead one; how long is measured by bench.soak storm
        final = viewers[0].timeline()
        assert all(viewer.timeline() == final for viewer in viewers)
        for viewer in viewers:
            viewer.leave()

    async def test_N03_rolling_restarts_lose_no_post_and_no_viewer(
        self, start_server: Start, shared: str, redis_url: str
    ) -> None:
        """Each of two nodes in turn: 1012 with a hint, out within 20 s, everybody converges."""
        environ = {"DATABASE": shared, "REDIS": redis_url}
        servers = [start_server(environ) for _ in range(2)]
        for server in servers:
            server.wait_ready()
        alive = list(servers)
        viewers = [Viewer(TOPIC, lambda: [server.port for server in alive], keep=True) for _ in range(100)]
        for viewer in viewers:
            await viewer.connect()
        await until(lambda: all(viewer.is_open for viewer in viewers))
        posted = 0
        async with httpx.AsyncClient(timeout=30) as client:
            for n in range(2):
                leaving = alive.pop(0)
                ending = asyncio.create_task(asyncio.to_thread(leaving.terminate))
                while not ending.done():
                    answer = await client.post(
                        f"http://127.0.0.1:{alive[0].port}/release", content=f"text {n}"
                    )
                    assert answer.status_code == 204
                    posted += 1
                    await asyncio.sleep(0.1)
                assert await ending <= 30
                fresh = start_server(environ)
                await asyncio.to_thread(fresh.wait_ready)
                alive.append(fresh)
            await until(lambda: all(viewer.is_open and viewer.offset == posted for viewer in viewers), 60)
        closes = sum((viewer.closes for viewer in viewers), start=type(viewers[0].closes)())
        assert closes[1012] >= 80
        final = viewers[0].timeline()
        assert all(viewer.timeline() == final for viewer in viewers)
        for viewer in viewers:
            viewer.leave()


class TestMemory:
    async def test_N04_what_comes_and_goes_leaves_nothing_behind(self, start_server: Start) -> None:
        """3,000 viewers, 300 at a time: after the warm-up memory is flat. The long form: `python -m bench.soak memory`."""
        server = start_server()
        server.wait_ready()
        sizes: list[int] = []
        async with httpx.AsyncClient(timeout=30, base_url=f"http://127.0.0.1:{server.port}") as client:
            for n in range(10):
                viewers = [Viewer(TOPIC, lambda: [server.port]) for _ in range(300)]
                await asyncio.gather(*(viewer.connect() for viewer in viewers))
                await until(lambda crowd=viewers: all(viewer.is_open for viewer in crowd))  # type: ignore[misc]
                await client.post("/release", content=f"text {n}")
                for viewer in viewers:
                    viewer.leave()
                while (await client.get("/health")).json()["viewers"]:
                    await asyncio.sleep(0.02)
                sizes.append(rss_kb(server.pid))
        assert sizes[-1] - sizes[3] <= 2_000
