"""
Real sockets on real server processes: one is killed, lines are cut until so many reconnects were made, all compared.

L-01 in full: --viewers 20000 (quiet cores; the viewers are spread over --clients processes, because each has a bound of
open files of its own); G9 with real sockets: --reconnects 100000.
"""

import argparse
import asyncio
import random
import resource
import time
from typing import Any

import httpx
from sqlmodel import SQLModel

from app.broadcast.timeline import digest, take
from app.db import Database
from bench.soak.storm_client import Client
from tests.broadcast.server_process import ServerProcess
from tests.broadcast.stage import Event
from tests.servers import PostgresServer, RedisServer


def main(argv: list[str]) -> int:
    words = argparse.ArgumentParser(prog="bench.soak storm", description=__doc__)
    words.add_argument("--viewers", type=int, default=3_000)
    words.add_argument("--nodes", type=int, default=3)
    words.add_argument("--reconnects", type=int, default=10_000)
    words.add_argument("--clients", type=int, default=2, help="processes that the viewers are spread over")
    options = words.parse_args(argv)
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    # After the kill the others take all of them; some go to one, some to the other.
    for what, share in (
        ("viewers of one client", options.viewers / options.clients),
        ("viewers of one server", options.viewers / max(1, options.nodes - 1)),
    ):
        if 1.2 * share + 500 > most:
            raise SystemExit(f"{share:.0f} {what} need more open files than the {most} of `ulimit -Hn`.")
    postgres, redis = PostgresServer(), RedisServer()
    try:
        postgres.start()
        redis.start()
        url = postgres.url(postgres.create_database()).replace("+asyncpg", "")
        return asyncio.run(storm(url, redis.url, options))
    finally:
        redis.close()
        postgres.close()


async def storm(url: str, redis: str, options: argparse.Namespace) -> int:
    database = Database(url)
    await database.start()
    async with database.connection() as connection:
        await connection.run_sync(SQLModel.metadata.create_all)
    await Event(database, "bench").create()
    await database.stop()
    servers = [ServerProcess({"DATABASE": url, "REDIS": redis}) for _ in range(options.nodes)]
    try:
        for server in servers:
            server.start()
        for server in servers:
            await asyncio.to_thread(server.wait_ready)
        shares = [options.viewers // options.clients] * options.clients
        shares[0] += options.viewers - sum(shares)
        clients = [Client(share, [server.port for server in servers]) for share in shares]
        try:
            return await storm_on(servers, clients, options.viewers, options.reconnects)
        finally:
            for client in clients:
                client.close()
    finally:
        for server in servers:
            server.close()


async def storm_on(servers: list[ServerProcess], clients: list[Client], count: int, reconnects: int) -> int:
    async def all_do(what: str, *words: object) -> list[Any]:
        return await asyncio.gather(*(asyncio.to_thread(client.do, what, *words) for client in clients))

    alive = list(servers)
    began = time.monotonic()
    await all_do("enter")
    print(
        f"{count} viewers of {len(clients)} processes on {len(servers)} after {time.monotonic() - began:.1f} s",
        flush=True,
    )
    took: list[float] = []
    posting = asyncio.create_task(post(alive, took))

    dead = alive.pop()
    await all_do("forget", dead.port)
    began = time.monotonic()
    await asyncio.to_thread(dead.kill)
    orphans = sum(await all_do("come_back", dead.port))
    print(
        f"kill -9 of one: its {orphans} viewers were all back after {time.monotonic() - began:.1f} s",
        flush=True,
    )

    done = sum(await all_do("reconnect", reconnects // len(clients)))
    posting.cancel()
    await asyncio.gather(posting, return_exceptions=True)
    began = time.monotonic()
    await asyncio.sleep(0.5)
    async with httpx.AsyncClient(timeout=60) as client:
        home = f"http://127.0.0.1:{alive[0].port}"
        (await client.post(f"{home}/release", content="the last")).raise_for_status()
        # Asked, not counted: what the killed process had accepted without answering is there as well.
        snapshot = await client.get(f"{home}/api/v1/events/bench/timeline/public/snapshot")
    final = int(snapshot.headers["Tocsin-Place"].rpartition(":")[2])
    truth = digest(take(None, snapshot.json()))
    ends = await all_do("settle", final)
    settled_s = time.monotonic() - began
    wrong = count - sum(found.get((final, truth), 0) for found, _ in ends)
    doubled = sum(twice for _, twice in ends)
    took.sort()
    print(
        f"{done:,} reconnects, {len(took)} updates, publishing p99 {took[int(len(took) * 0.99)] * 1e3:.0f} ms"
    )
    print(
        f"settled {settled_s:.1f} s after the last; wrong final states {wrong} of {count}, doubled frames {doubled}"
    )
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
