"""
Polling readers behind a real caching proxy: how many requests reach us.

    python -m bench.fanout.cached [--readers 200] [--seconds 20]

nginx (apt-get install nginx) with its ordinary proxy cache and no rule of ours but the lock; readers poll the
snapshot or the delta as frontend/shared/stream.ts does, while one update a second is released. Prints the hit ratio,
the requests that reached the origin, and that nothing retracted was served when the caches' time was over.
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

CONFIG = """
daemon off; master_process off; error_log stderr crit; pid {folder}/nginx.pid;
events {{ worker_connections 4096; }}
http {{
 access_log off; client_body_temp_path {folder}/b; proxy_temp_path {folder}/p; fastcgi_temp_path {folder}/f;
 uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
 proxy_cache_path {folder}/cache keys_zone=tocsin:10m max_size=100m;
 server {{ listen 127.0.0.1:{port};
  location / {{ proxy_pass http://127.0.0.1:{origin}; proxy_cache tocsin; proxy_cache_lock on;
   proxy_cache_background_update on; proxy_cache_revalidate on; proxy_http_version 1.1;
   add_header X-Cache $upstream_cache_status; }} }} }}
"""
PATH = "/api/v1/events/bench/timeline/public"


def main() -> int:
    words = argparse.ArgumentParser(prog="bench.fanout.cached", description=__doc__)
    words.add_argument("--readers", type=int, default=200)
    words.add_argument("--seconds", type=float, default=20)
    options = words.parse_args()
    if shutil.which("nginx") is None:
        raise SystemExit("nginx is not installed here: apt-get install nginx")
    origin = ServerProcess()
    origin.start()
    origin.wait_ready()
    with tempfile.TemporaryDirectory() as folder:
        port = free_port()
        (Path(folder) / "conf").write_text(CONFIG.format(folder=folder, port=port, origin=origin.port))
        proxy = subprocess.Popen(["nginx", "-p", folder, "-c", f"{folder}/conf"])
        try:
            time.sleep(1)
            asyncio.run(poll(f"http://127.0.0.1:{port}", f"http://127.0.0.1:{origin.port}", options))
        finally:
            proxy.terminate()
            proxy.wait()
            origin.close()
    return 0


async def poll(proxy: str, origin: str, options: argparse.Namespace) -> None:
    answers: Counter[str] = Counter()
    until = time.monotonic() + options.seconds
    limits = httpx.Limits(max_connections=50)
    async with (
        httpx.AsyncClient(base_url=proxy, limits=limits, timeout=30) as client,
        httpx.AsyncClient() as writer,
    ):

        async def read(number: int) -> Timeline:
            timeline: Timeline | None = None
            await asyncio.sleep(2 * number / options.readers)
            while True:
                place = f"delta?epoch={timeline.epoch}&after={timeline.offset}" if timeline else "snapshot"
                answer = await client.get(f"{PATH}/{place}")
                answers[answer.headers["x-cache"]] += 1
                try:
                    timeline = take(timeline, answer.json())
                except Resync:
                    timeline = None
                    continue
                if time.monotonic() > until + 4:
                    return timeline
                await asyncio.sleep(2)

        async def write() -> int:
            changes = 0
            while time.monotonic() < until:
                await writer.post(f"{origin}/release", content=f"text {changes}")
                changes += 1
                await asyncio.sleep(1)
            return changes

        changes, *timelines = await asyncio.gather(write(), *(read(n) for n in range(options.readers)))
    asked = sum(answers.values())
    reached = asked - answers["HIT"] - answers["STALE"] - answers["UPDATING"]
    background = answers[
        "STALE"
    ]  # each stale answer that began an update cost the origin one request as well
    print(
        f"{options.readers} readers, {options.seconds:.0f} s, {changes} changes: {asked} requests",
        dict(answers),
    )
    print(
        f"hit ratio {1 - reached / asked:.3f}; at most {reached + background} requests at the origin,",
        end=" ",
    )
    print(f"{(reached + background) / changes:.1f} a change")
    print(
        f"readers with the same final state: {Counter(digest(one) for one in timelines).most_common(1)[0][1]}"
    )


if __name__ == "__main__":
    sys.exit(main())
