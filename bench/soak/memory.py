"""Viewers come and go, updates go out, and the server's memory is read: N-04. Prints the slope after the warm-up."""

import argparse
import asyncio
import time

import httpx

from tests.broadcast.crowd import Viewer, rss_kb
from tests.broadcast.server_process import ServerProcess

TOPIC = "bench:public"


def main(argv: list[str]) -> int:
    words = argparse.ArgumentParser(prog="bench.soak memory", description=__doc__)
    words.add_argument("--connects", type=int, default=100_000)
    words.add_argument("--at-once", type=int, default=500)
    options = words.parse_args(argv)
    return asyncio.run(soak(options.connects, options.at_once))


async def soak(connects: int, at_once: int) -> int:
    server = ServerProcess()
    server.start()
    await asyncio.to_thread(server.wait_ready)
    sizes: list[tuple[float, int]] = []
    began, rounds = time.monotonic(), max(10, connects // at_once)
    try:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{server.port}", timeout=30) as client:
            for n in range(rounds):
                viewers = [Viewer(TOPIC, lambda: [server.port]) for _ in range(at_once)]
                await asyncio.gather(*(viewer.connect() for viewer in viewers))
                while not all(viewer.is_open for viewer in viewers):
                    await asyncio.sleep(0.02)
                for _ in range(3):
                    await client.post("/release", content=f"text {n}")
                for viewer in viewers:
                    viewer.leave()
                while (await client.get("/health")).json()["viewers"]:
                    await asyncio.sleep(0.02)
                sizes.append((time.monotonic() - began, rss_kb(server.pid)))
    finally:
        server.close()
    warm = sizes[len(sizes) // 3 :]
    grown_kb = warm[-1][1] - warm[0][1]
    made = (len(warm) - 1) * at_once
    print(f"{rounds * at_once:,} viewers came and went in {sizes[-1][0]:.0f} s, {3 * rounds} updates")
    print(f"memory after a third of them {warm[0][1] / 1024:.1f} MB, at the end {warm[-1][1] / 1024:.1f} MB")
    print(f"growth {grown_kb} kB over {made:,} viewers: {1024 * grown_kb / max(1, made):.1f} bytes a viewer")
    return 0
