"""
Real sockets on real server processes: one is killed, lines are cut until so many reconnects were made, all compared.

L-01 in full: --viewers 20000 (needs `ulimit -n` above it, and quiet cores); G9 with real sockets: --reconnects 100000.
"""

import argparse
import asyncio
import random
import resource
import time
from collections.abc import Callable

import httpx
from sqlmodel import SQLModel

from app.broadcast.timeline import digest
from app.db import Database
from tests.broadcast.crowd import Viewer
from tests.broadcast.server_process import ServerProcess
from tests.broadcast.stage import Event
from tests.servers import PostgresServer, RedisServer

TOPIC = "bench:public"


def main(argv: list[str]) -> int:
    words = argparse.ArgumentParser(prog="bench.soak storm", description=__doc__)
    words.add_argument("--viewers", type=int, default=3_000)
    words.add_argument("--nodes", type=int, default=3)
    words.add_argument("--reconnects", type=int, default=10_000)
    options = words.parse_args(argv)
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    if options.viewers + 500 > most:
        raise SystemExit(
            f"{options.viewers} viewers need more open files than the {most} that `ulimit -Hn` allows."
        )
    postgres, redis = PostgresServer(), RedisServer()
    try:
        postgres.start()
        redis.start()
        url = postgres.url(postgres.create_database()).replace("+asyncpg", "")
        return asyncio.run(storm(url, redis.url, options.viewers, options.nodes, options.reconnects))
    finally:
        redis.close()
        postgres.close()


async def storm(url: str, redis: str, count: int, nodes: int, reconnects: int) -> int:
    database = Database(url)
    await database.start()
    async with database.connection() as connection:
        await connection.run_sync(SQLModel.metadata.create_all)
    await Event(database, "bench").create()
    await database.stop()
    servers = [ServerProcess({"DATABASE": url, "REDIS": redis}) for _ in range(nodes)]
    try:
        for server in servers:
            server.start()
        for server in servers:
            await asyncio.to_thread(server.wait_ready)
        return await storm_on(servers, count, reconnects)
    finally:
        for server in servers:
            server.close()


async def storm_on(servers: list[ServerProcess], count: int, reconnects: int) -> int:
    alive = list(servers)
    viewers = [Viewer(TOPIC, lambda: [server.port for server in alive], keep=True) for _ in range(count)]
    began = time.monotonic()
    for start in range(0, count, 200):
        await asyncio.gather(*(viewer.connect() for viewer in viewers[start : start + 200]))
    await until(lambda: all(viewer.is_open for viewer in viewers), 120)
    print(f"{count} viewers on {len(servers)} processes after {time.monotonic() - began:.1f} s", flush=True)
    took: list[float] = []
    posting = asyncio.create_task(post(alive, took))

    dead = alive.pop()
    orphans = [viewer for viewer in viewers if viewer.port == dead.port]
    began = time.monotonic()
    await asyncio.to_thread(dead.kill)
    await asyncio.sleep(0.2)
    await until(lambda: all(viewer.is_open and viewer.port != dead.port for viewer in orphans), 120)
    print(
        f"kill -9 of one: its {len(orphans)} viewers were all back after {time.monotonic() - began:.1f} s",
        flush=True,
    )

    base = sum(viewer.connects for viewer in viewers)
    while (done := sum(viewer.connects for viewer in viewers) - base) < reconnects:
        for viewer in random.sample(viewers, max(1, count // 20)):
            if viewer.is_open and viewer.transport is not None:
                viewer.failures = 0
                viewer.transport.abort()
        await asyncio.sleep(0.1)
    posting.cancel()
    await asyncio.gather(posting, return_exceptions=True)
    began = time.monotonic()
    await asyncio.sleep(0.5)
    async with httpx.AsyncClient() as client:
        home = f"http://127.0.0.1:{alive[0].port}"
        (await client.post(f"{home}/release", content="the last")).raise_for_status()
        # Asked, not counted: what the killed process had accepted without answering is there as well.
        snapshot = await client.get(f"{home}/api/v1/events/bench/timeline/public/snapshot")
    final = int(snapshot.headers["Tocsin-Place"].rpartition(":")[2])
    await until(lambda: all(viewer.is_open and viewer.offset == final for viewer in viewers), 120)
    settled_s = time.monotonic() - began
    shown = [viewer.timeline() for viewer in viewers]  # raises Resync if any message did not follow
    wrong = sum((one.offset, digest(one)) != (shown[0].offset, digest(shown[0])) for one in shown)
    doubled = sum(viewer.doubled for viewer in viewers)
    took.sort()
    print(
        f"{done:,} reconnects, {len(took)} updates, publishing p99 {took[int(len(took) * 0.99)] * 1e3:.0f} ms"
    )
    print(
        f"settled {settled_s:.1f} s after the last; wrong final states {wrong} of {count}, doubled frames {doubled}"
    )
    for viewer in viewers:
        viewer.leave()
    return 1 if wrong or doubled else 0


async def post(alive: list[ServerProcess], took: list[float]) -> None:
    """Five updates a second for as long as the storm lasts."""
    async with httpx.AsyncClient(timeout=10) as client:
        while True:
            began = time.monotonic()
            port = random.choice(alive).port
            try:
                (
                    await client.post(f"http://127.0.0.1:{port}/release", content=f"text {len(took)}")
                ).raise_for_status()
            except httpx.TransportError:
                continue  # the killed one; nothing was accepted
            took.append(time.monotonic() - began)
            await asyncio.sleep(0.2)


async def until(done: Callable[[], bool], patience_s: float) -> None:
    async with asyncio.timeout(patience_s):
        while not done():
            await asyncio.sleep(0.05)
