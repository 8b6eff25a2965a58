"""
How close the stream comes to what the machine can do, beside what a user would otherwise pick.

    python -m bench.fanout                 everything that is installed here, then the table
    python -m bench.fanout table storm …   only some of it
    python -m bench.fanout goals           every goal with its figure and verdict, some 13 minutes (goals.py)
    python -m bench.fanout --report        the tables from the runs that are there

Each server runs alone on core 0, the load client (wsload.c) on core 1, one after the other and round after round, so
that ratios compare like with like on a machine whose speed moves. One JSON line per run goes to $FANOUT_DIR/out.jsonl.
What is not installed is named and left out; README.md says how to install it.
"""

import argparse
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench.fanout import goals
from bench.fanout.report import report

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
FOLDER = Path(os.environ.get("FANOUT_DIR", HERE / ".scratch"))
PEERS = str(FOLDER / "venv" / "bin" / "python")
HELLO = '{"type":"hello","topic":"bench:public"}'
OURS = ["--path", "/api/v1/stream?topic=bench:public"]
SAYING_HELLO = ["--path", "/api/v1/stream", "--init", HELLO]
NATS_HELLO = r'CONNECT {"verbose":false,"pedantic":false,"tls_required":false,"protocol":1}\r\nSUB t 1\r\n'
NCHAN = Path("/usr/lib/nginx/modules/ngx_nchan_module.so")

NGINX = """load_module {module};
worker_processes 1; master_process off; daemon off; worker_rlimit_nofile 20000; error_log stderr crit; pid nginx.pid;
events {{ worker_connections 19950; multi_accept on; }}
http {{ access_log off; nchan_shared_memory_size 256M;
 client_body_temp_path b; proxy_temp_path p; fastcgi_temp_path f; uwsgi_temp_path u; scgi_temp_path s;
 client_body_in_single_buffer on; client_body_buffer_size 64k; keepalive_requests 1000000;
 server {{ listen 127.0.0.1:{port} backlog=4096;
  location = /pub {{ nchan_publisher; nchan_channel_id t; nchan_message_buffer_length 100; }}
  location = /ws {{ nchan_subscriber websocket; nchan_channel_id t; nchan_subscriber_first_message newest; }} }} }}
"""
NATS = """host: "127.0.0.1"
port: {publish}
max_connections: 65536
write_deadline: "10s"
websocket {{ host: "127.0.0.1", port: {port}, no_tls: true }}
"""


class Server:
    """How to start one, and how the client speaks to it."""

    def __init__(
        self, command: Callable[[int], list[str]], needs: Path | str, *client: str, **env: str
    ) -> None:
        self.command = command
        self.needs = needs
        self.client = client
        self.env = env

    @property
    def is_here(self) -> bool:
        return Path(self.needs).exists() or shutil.which(str(self.needs)) is not None


def nginx(port: int) -> list[str]:
    folder = FOLDER / "nginx"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "nginx.conf").write_text(NGINX.format(module=NCHAN, port=port))
    return ["nginx", "-p", str(folder), "-c", str(folder / "nginx.conf")]


def nats(port: int) -> list[str]:
    (FOLDER / "nats.conf").write_text(NATS.format(port=port, publish=port + 1))
    return ["nats-server", "-c", str(FOLDER / "nats.conf")]


def ours(kind: str) -> Callable[[int], list[str]]:
    return lambda port: [sys.executable, "-m", "bench.fanout.servers.ours", str(port), kind]


def uvicorn(port: int) -> list[str]:
    words = ["-m", "uvicorn", "naive_app:app", "--port", str(port), "--loop", "uvloop", "--http", "httptools"]
    return [PEERS, *words, "--ws", "websockets-sansio", "--log-level", "warning", "--backlog", "4096"]


SERVERS = {
    "c": Server(
        lambda port: [str(FOLDER / "cbound"), str(port), str(port + 1), "send"], "gcc", "--pub", "len"
    ),
    "ours": Server(ours("fast"), sys.executable, *OURS),
    "ours-deflate": Server(ours("fast"), sys.executable, *OURS, "--deflate", "2"),
    "ours-asgi": Server(ours("plain"), sys.executable, *OURS),
    "ours-hello": Server(ours("fast"), sys.executable, *SAYING_HELLO),
    "nchan": Server(nginx, NCHAN),
    "uwebsockets": Server(
        lambda port: [PEERS, "uws_srv.py", str(port)],
        FOLDER / "venv" / "lib" / "uws",
        "--pub",
        "ws",
        "--pub-path",
        "/pubws",
    ),
    "nats": Server(
        nats,
        "nats-server",
        "--pub",
        "nats",
        "--init",
        NATS_HELLO,
        "--init-bin",
        "--path",
        "/",
        GOMAXPROCS="1",
    ),
    "node-ws": Server(
        lambda port: ["node", "node_ws.js", str(port)],
        FOLDER / "node" / "node_modules" / "ws",
        NODE_PATH=str(FOLDER / "node" / "node_modules"),
    ),
    "fastapi": Server(uvicorn, PEERS),
}
# socketify has no file of a fixed name; its interpreter is what must be there.
SERVERS["uwebsockets"].needs = PEERS
ALL = [name for name in SERVERS if name not in ("ours-deflate", "ours-asgi", "ours-hello")]
STORM = ["ours", "nchan", "uwebsockets", "node-ws", "fastapi"]

EXPERIMENTS: dict[str, tuple[list[str], list[int], list[str], str | None]] = {
    # servers, numbers of viewers, words for the client, page to ask meanwhile
    "table": ([*ALL, "ours-asgi"], [5000], ["--lat", "8", "--sat", "2", "--window", "1"], None),
    "scale": (["c", "ours"], [1000, 10_000, 18_000], ["--lat", "4", "--sat", "2", "--window", "1"], None),
    "rate": (
        ["c", "ours", "ours-deflate", "uwebsockets", "nats", "nchan", "node-ws", "fastapi"],
        [5000],
        ["--lat", "2", "--sat", "0", "--rate", "167", "--rate-s", "5"],
        None,
    ),
    "storm": (
        STORM,
        [8000],
        ["--lat", "3", "--sat", "0", "--storm", "0.5", "--storm-rate", "10", "--conc", "1000"],
        None,
    ),
    "slow": (
        ["ours", "uwebsockets", "nats", "nchan", "node-ws"],
        [200],
        [
            "--lat",
            "2",
            "--slow",
            "40",
            "--sat",
            "0",
            "--rate",
            "500",
            "--rate-s",
            "8",
            "--min",
            "980",
            "--max",
            "995",
        ],
        None,
    ),
    "health": (["ours"], [10_000], ["--lat", "2", "--sat", "10", "--window", "4"], "/health"),
}


def main() -> int:
    words = argparse.ArgumentParser(prog="bench.fanout", description=__doc__.split("\n\n")[0])
    words.add_argument(
        "experiments", nargs="*", choices=[*EXPERIMENTS, "goals", []], default=list(EXPERIMENTS)
    )
    words.add_argument("--rounds", type=int, default=2)
    words.add_argument("--servers", help="only these, separated by commas")
    words.add_argument("--viewers", type=int, help="so many instead of the experiment's own, to try it")
    words.add_argument("--minutes", type=float, default=18.0, help="goals: begin no run after this long")
    words.add_argument("--report", action="store_true")
    options = words.parse_args()
    is_for_goals = options.experiments == ["goals"]
    out = FOLDER / ("goals.jsonl" if is_for_goals else "out.jsonl")
    if not options.report:
        build()
        if is_for_goals:
            out.unlink(missing_ok=True)
            until = time.monotonic() + options.minutes * 60
            for name, servers, rounds in goals.PLAN:
                run(name, rounds, servers, out, viewers=options.viewers, until=until)
        else:
            only = options.servers.split(",") if options.servers else None
            for name in options.experiments:
                run(name, options.rounds, only, out, viewers=options.viewers)
    rows = [json.loads(line) for line in out.read_text().splitlines()]
    print(report(rows))
    if is_for_goals:
        print(goals.judge(rows))
    return 0


def build() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    if shutil.which("gcc") is None:
        raise SystemExit("The load client is C: install gcc and the headers of zlib, then run this again.")
    for name, libraries in (("wsload", ["-lz"]), ("cbound", [])):
        made, source = FOLDER / name, HERE / f"{name}.c"
        if not made.exists() or made.stat().st_mtime < source.stat().st_mtime:
            subprocess.run(["gcc", "-O2", "-o", str(made), str(source), *libraries], check=True)


def run(
    experiment: str,
    rounds: int,
    only: list[str] | None,
    out: Path,
    *,
    viewers: int | None = None,
    until: float = float("inf"),
) -> None:
    servers, sizes, client, page = EXPERIMENTS[experiment]
    if viewers is not None:
        sizes = [viewers * (n + 1) for n in range(len(sizes))]
    for round_number in range(rounds):
        for size in sizes:
            for name in servers:
                if only is not None and name not in only:
                    continue
                if not SERVERS[name].is_here:
                    print(f"{experiment}: {name} is not installed here", flush=True)
                    continue
                if time.monotonic() > until:
                    print(f"{experiment} {name} n={size} no time left", flush=True)
                    continue
                began = time.monotonic()
                try:
                    found = one(name, size, client, page)
                except (RuntimeError, subprocess.SubprocessError, ValueError) as exc:
                    found = {"failed": str(exc)[:200]}
                took_s = time.monotonic() - began
                found |= {"experiment": experiment, "server": name, "viewers": size, "round": round_number}
                found["load"] = round(os.getloadavg()[0], 1)
                with out.open("a") as file:
                    file.write(json.dumps(found) + "\n")
                print(
                    f"{experiment} {name} n={size} {found.get('failed', 'done')} {took_s:.0f} s", flush=True
                )


def one(name: str, viewers: int, client: list[str], page: str | None) -> dict[str, Any]:
    server, port = SERVERS[name], free_pair()
    env = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1", **server.env}
    folder = ROOT if name.startswith("ours") else HERE / "servers"
    process = subprocess.Popen(
        server.command(port), cwd=folder, env=env, preexec_fn=alone_on(0), stdout=subprocess.DEVNULL
    )
    probe = None
    try:
        wait_for(port, process)
        if page is not None:
            probe = Probe(port, page)
            probe.start()
        words = [
            str(FOLDER / "wsload"),
            "--n",
            str(viewers),
            "--port",
            str(port),
            "--pub-port",
            str(port + 1),
        ]
        if "--pub" not in server.client or "ws" in server.client:
            del words[-2:]
        words += ["--pids", str(process.pid), "--name", name, *server.client, "--spin", "1", *client]
        done = subprocess.run(words, capture_output=True, text=True, timeout=90, preexec_fn=alone_on(1))
        if not done.stdout.strip():
            raise RuntimeError(done.stderr.strip() or "the client said nothing")
        found: dict[str, Any] = json.loads(done.stdout)
        if probe is not None:
            found["probe"] = probe.finish()
        return found
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGKILL)
        process.wait()


class Probe(threading.Thread):
    """Asks for a page every 20 ms on one kept connection while the load runs."""

    def __init__(self, port: int, page: str) -> None:
        super().__init__(daemon=True)
        self.port, self.page, self.took_ms, self.is_over = port, page, [0.0], False

    def run(self) -> None:
        time.sleep(5)  # until everybody is connected
        with socket.create_connection(("127.0.0.1", self.port)) as link:
            while not self.is_over:
                began = time.perf_counter()
                link.sendall(b"GET %s HTTP/1.1\r\nHost: a\r\n\r\n" % self.page.encode())
                answer = b""
                while not answer.endswith(b"}"):  # head and body come apart
                    if not (more := link.recv(4096)):
                        return
                    answer += more
                self.took_ms.append((time.perf_counter() - began) * 1e3)
                time.sleep(0.02)

    def finish(self) -> dict[str, float]:
        self.is_over = True
        took = sorted(self.took_ms)
        return {"n": len(took), "p50_ms": took[len(took) // 2], "p99_ms": took[int(len(took) * 0.99)]}


def alone_on(core: int) -> Callable[[], None]:
    def prepare() -> None:
        os.setsid()
        if weight := os.environ.get(
            "FANOUT_WEIGHT"
        ):  # a scheduling group of its own: a neighbour's build costs less
            Path("/proc/self/autogroup").write_text(weight)
        cores = sorted(os.sched_getaffinity(0))
        os.sched_setaffinity(0, {cores[core % len(cores)]})

    return prepare


def free_pair() -> int:
    """Two free ports in a row: some servers take publishes on the second."""
    while True:
        with socket.socket() as first, socket.socket() as second:
            first.bind(("127.0.0.1", 0))
            port = int(first.getsockname()[1])
            try:
                second.bind(("127.0.0.1", port + 1))
            except OSError:
                continue
            return port


def wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 120  # on a busy machine the imports alone take half a minute
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"the server ended with {process.returncode}")
        try:
            socket.create_connection(("127.0.0.1", port), 0.5).close()
        except OSError:
            time.sleep(0.1)
        else:
            time.sleep(0.5)
            return
    raise RuntimeError("the server did not listen")


if __name__ == "__main__":
    sys.exit(main())
