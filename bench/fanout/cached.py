"""
Polling readers behind a real caching proxy: how many requests reach us.

    python -m bench.fanout.cached [--readers 200] [--seconds 20] [--every 1]

nginx (apt-get install nginx) with its ordinary proxy cache and no rule of ours but the lock; readers poll as
frontend/shared/stream.ts does, while an update is released every second. In the middle as many newcomers arrive
within one change, and one update is retracted. Prints the hit ratio, every request that reached the origin (counted
in a log behind the cache) and how many a change, how long the cache still served the retracted text, and whether
everybody ended with the same state.
"""

import argparse
import asyncio
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import httpx

from app.broadcast.timeline import Resync, Timeline, digest, take
from tests.broadcast.server_process import ServerProcess
from tests.servers import free_port

RETRACTION_S = 3.0  # s-maxage and stale-while-revalidate
POLL_S = 2.0
SECRET = "a name that must go"
CONFIG = """
daemon off; master_process off; error_log stderr crit; pid {folder}/nginx.pid;
events {{ worker_connections 4096; }}
http {{
 access_log off; client_body_temp_path {folder}/b; proxy_temp_path {folder}/p; fastcgi_temp_path {folder}/f;
 uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
 log_format asked '$msec $status $request_uri';
 proxy_cache_path {folder}/cache keys_zone=tocsin:10m max_size=100m;
 server {{ listen 127.0.0.1:{port};
  location / {{ proxy_pass http://127.0.0.1:{behind}; proxy_cache tocsin; proxy_cache_lock on;
   proxy_cache_background_update on; proxy_cache_revalidate on; proxy_http_version 1.1;
   add_header X-Cache $upstream_cache_status; }} }}
 server {{ listen 127.0.0.1:{behind}; access_log {folder}/asked asked;
  location / {{ proxy_pass http://127.0.0.1:{origin}; proxy_http_version 1.1; }} }} }}
"""
PATH = "/api/v1/events/bench/timeline/public"


def main() -> int:
    words = argparse.ArgumentParser(prog="bench.fanout.cached", description=__doc__)
    words.add_argument("--readers", type=int, default=200)
    words.add_argument("--seconds", type=float, default=20)
    words.add_argument("--every", type=float, default=1, help="seconds between two changes")
    options = words.parse_args()
    if shutil.which("nginx") is None:
        raise SystemExit("nginx is not installed here: apt-get install nginx")
    server = ServerProcess()
    server.start()
    server.wait_ready()
    with tempfile.TemporaryDirectory() as folder:
        port, behind = free_port(), free_port()
        words_of_nginx = CONFIG.format(folder=folder, port=port, behind=behind, origin=server.port)
        (Path(folder) / "conf").write_text(words_of_nginx)
        proxy = subprocess.Popen(["nginx", "-p", folder, "-c", f"{folder}/conf"])
        try:
            time.sleep(1)
            bench = Bench(f"http://127.0.0.1:{port}", f"http://127.0.0.1:{server.port}", options)
            asyncio.run(bench.run())
            log = (Path(folder) / "asked").read_text().splitlines()
        finally:
            proxy.terminate()
            proxy.wait()
            server.close()
    bench.tell([line.split() for line in log])
    return 0


class Bench:
    """Readers, newcomers and a writer, and what each of them met."""

    def __init__(self, proxy: str, origin: str, options: argparse.Namespace) -> None:
        self.proxy, self.origin, self.options = proxy, origin, options
        self.answers: Counter[str] = Counter()
        self.changes: list[float] = []
        self.until = 0.0
        self.steady_from = 0.0
        self.retracted_at = 0.0
        self.last_seen_at = 0.0
        self.ends: list[Timeline] = []

    async def run(self) -> None:
        self.until = time.monotonic() + self.options.seconds
        readers = self.options.readers
        limits = httpx.Limits(max_connections=50)
        async with httpx.AsyncClient(base_url=self.proxy, limits=limits, timeout=30) as client:
            reading = [self.read(client, POLL_S * n / readers) for n in range(readers)]
            arriving = [self.read(client, self.options.seconds / 2) for _ in range(readers)]
            self.ends = [end for end in await asyncio.gather(self.write(), *reading, *arriving) if end]

    async def read(self, client: httpx.AsyncClient, wait_s: float) -> Timeline:
        """One reader, from its arrival until a while after the last change."""
        timeline: Timeline | None = None
        await asyncio.sleep(wait_s)
        while True:
            answer = await client.get(f"{PATH}/{'recent' if timeline else 'snapshot'}")
            self.answers[answer.headers["x-cache"]] += 1
            if SECRET in answer.text and self.retracted_at:
                self.last_seen_at = time.monotonic()
            try:
                timeline = take(timeline, answer.json())
            except Resync:
                self.answers["started again"] += 1
                timeline = None
                continue
            if time.monotonic() > self.until + RETRACTION_S + 1:
                return timeline
            await asyncio.sleep(POLL_S)

    async def write(self) -> None:
        async with httpx.AsyncClient(base_url=self.origin, timeout=30) as client:
            secret = (await client.post("/release", content=SECRET)).headers["update"]
            await asyncio.sleep(POLL_S + 1)
            self.steady_from = time.time()
            while time.monotonic() < self.until:
                if not self.retracted_at and time.monotonic() > self.until - self.options.seconds / 2:
                    await client.post("/retract", content=secret)
                    self.retracted_at = time.monotonic()
                else:
                    await client.post("/release", content=f"text {len(self.changes)}")
                self.changes.append(time.time())
                await asyncio.sleep(self.options.every)

    def tell(self, log: list[list[str]]) -> None:
        restarts = self.answers.pop("started again", 0)
        asked = sum(self.answers.values())
        steady = [row for row in log if self.steady_from < float(row[0]) < self.changes[-1]]
        seconds = self.changes[-1] - self.steady_from
        by_kind = Counter(f"{row[2].rpartition('/')[2]} {row[1]}" for row in log)
        same = Counter(digest(one) for one in self.ends).most_common(1)[0][1]
        print(f"{len(self.ends)} readers: {asked} requests, {len(self.changes)} changes in {seconds:.0f} s")
        print(f"hit ratio {1 - len(log) / asked:.4f}", dict(self.answers))
        print(f"{len(log)} requests at the origin, counted there: {dict(by_kind)}")
        polls = sum(row[2].endswith("/recent") for row in steady)
        print(
            f"while it moved {len(steady)}, newcomers included: {len(steady) / len(self.changes):.2f} a change;",
            end=" ",
        )
        print(
            f"readers who poll {polls}: {polls / len(self.changes):.2f} a change, {polls / seconds:.2f} a second"
        )
        print(
            f"a retracted text was last served {max(0.0, self.last_seen_at - self.retracted_at):.1f} s after",
            end=" ",
        )
        print(f"(at most {RETRACTION_S:.0f}); {restarts} readers had to start again")
        print(f"{same} of {len(self.ends)} ended with the same state")


if __name__ == "__main__":
    sys.exit(main())
