"""
Two processes that live and end together: the drill instance and the simulators.

A child is ready when it prints one JSON line on its standard output that says where it listens: `address` (or, from
the simulators, `origin`), and for the instance `sign_in_code` and `sign_in_codes`. Each child is a session of its own, so that Ctrl-C
reaches only the supervisor and the order of ending is its to choose.
"""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import json
import os
import signal
import socket
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

READY_TIMEOUT_S = 60.0
STOP_TIMEOUT_S = 20.0  # more than an instance needs for the calls under way and to say goodbye to its viewers
PORTS_TRIED = 50


class RehearsalFailed(Exception):
    """The rehearsal cannot start or go on; the message says why and what to do next."""


class ToldToStop(Exception):
    """A signal asked for the end."""


@dataclass(frozen=True, slots=True)
class Ready:
    """What a child said when it began to listen."""

    address: str
    sign_in_code: str | None = None
    second_code: str | None = None


@dataclass(slots=True)
class Child:
    """One supervised process."""

    name: str
    words: list[str]
    environment: Mapping[str, str] = field(default_factory=dict)
    process: asyncio.subprocess.Process | None = None
    reader: asyncio.Task[None] | None = None


def choose_port(default: int, given: int | None, is_free: Callable[[int], bool], option: str) -> int:
    """
    The port to use: the one given, or the default or the next free one after it.

    Raises:
        RehearsalFailed: The given one is taken, or none is free.
    """
    if given is not None:
        if is_free(given):
            return given
        raise RehearsalFailed(
            f"Port {given} is taken by another program. Next: leave out {option}, or give it another number."
        )
    for port in range(default, default + PORTS_TRIED):
        if is_free(port):
            return port
    raise RehearsalFailed(
        f"Ports {default} to {default + PORTS_TRIED - 1} are all taken. Next: name a free one with {option}."
    )


def is_port_free(port: int) -> bool:
    """Whether nobody answers at this port of `localhost`, in either family, and it can be bound."""
    for family, host in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")):
        # A browser may try ::1 first, so a stranger there would be shown in our place.
        with contextlib.suppress(OSError), socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.settimeout(0.5)
            if probe.connect_ex((host, port)) == 0:
                return False
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def parse_ready(line: bytes) -> Ready | None:
    """The line that says a child listens, or None for any other line."""
    try:
        said = json.loads(line)
    except ValueError:
        return None
    if not isinstance(said, dict):
        return None
    address = said.get("address") or said.get("origin")
    if not isinstance(address, str):
        return None
    codes = [one.get("code") for one in said.get("sign_in_codes", []) if isinstance(one, dict)]
    return Ready(address, said.get("sign_in_code"), codes[1] if len(codes) > 1 else None)


def status_words(status: int) -> str:
    if status >= 0:
        return f"status {status}"
    with contextlib.suppress(ValueError):
        return f"signal {signal.Signals(-status).name}"
    return f"signal {-status}"


class Supervisor:
    """Starts children one after another, and ends all when one ends or when told to."""

    def __init__(self) -> None:
        self._children: list[Child] = []
        self._told = asyncio.Event()

    def listen_to_signals(self) -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            loop.add_signal_handler(number, self._told.set)

    async def start(self, child: Child) -> Ready:
        """
        Start a child and wait until it listens.

        Raises:
            RehearsalFailed: It ended, or said nothing in time.
            ToldToStop: while it waited.
        """
        child.process = await asyncio.create_subprocess_exec(
            *child.words,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            env={**os.environ, **child.environment},
            start_new_session=True,
            preexec_fn=die_with_parent if sys.platform == "linux" else None,
        )
        self._children.append(child)
        ready: asyncio.Future[Ready] = asyncio.get_running_loop().create_future()
        child.reader = asyncio.create_task(self._read(child, ready))
        gone = asyncio.create_task(child.process.wait())
        told = asyncio.create_task(self._told.wait())
        any_of: set[asyncio.Future[Any]] = {ready, gone, told}
        try:
            await asyncio.wait(any_of, timeout=READY_TIMEOUT_S, return_when=asyncio.FIRST_COMPLETED)
            if told.done():
                raise ToldToStop
            if ready.done():
                return ready.result()
            if gone.done():
                raise RehearsalFailed(
                    f"The {child.name} ended at its start ({status_words(gone.result())}). "
                    "Next: read what it said above, or run `python3 run.py doctor`."
                )
            raise RehearsalFailed(
                f"The {child.name} did not answer within {READY_TIMEOUT_S:.0f} s. "
                "Next: run `python3 run.py doctor`, then the same command again."
            )
        finally:
            gone.cancel()
            told.cancel()

    async def _read(self, child: Child, ready: asyncio.Future[Ready]) -> None:
        assert child.process is not None
        assert child.process.stdout is not None
        async for line in child.process.stdout:
            found = None if ready.done() else parse_ready(line)
            if found:
                ready.set_result(found)
            else:
                sys.stderr.buffer.write(line)
                sys.stderr.flush()

    async def until_end(self) -> None:
        """
        Wait until told to stop.

        Raises:
            RehearsalFailed: A child ended by itself.
        """
        waits = {
            asyncio.create_task(child.process.wait()): child for child in self._children if child.process
        }
        told = asyncio.create_task(self._told.wait())
        done, _ = await asyncio.wait({told, *waits}, return_when=asyncio.FIRST_COMPLETED)
        for task in (told, *waits):
            task.cancel()
        if told in done:
            return
        task = next(task for task in waits if task in done)
        raise RehearsalFailed(
            f"The {waits[task].name} ended by itself ({status_words(task.result())}), so the rehearsal ended. "
            "Next: read what it said above, then start it again; nothing that was accepted is lost."
        )

    async def stop(self) -> None:
        """End all, the last started first; a second signal, or their slowness, ends them at once."""
        self._told.clear()
        for child in reversed(self._children):
            process = child.process
            assert process is not None
            assert child.reader is not None
            if process.returncode is None:
                with contextlib.suppress(ProcessLookupError):
                    process.terminate()
                ended = asyncio.create_task(process.wait())
                hurried = asyncio.create_task(self._told.wait())
                await asyncio.wait(
                    {ended, hurried}, timeout=STOP_TIMEOUT_S, return_when=asyncio.FIRST_COMPLETED
                )
                hurried.cancel()
                if not ended.done():
                    with contextlib.suppress(ProcessLookupError):
                        process.kill()
                    await ended
            await child.reader


# Found before any fork: the child between fork and exec must do as little as it can.
_prctl = getattr(ctypes.CDLL(None), "prctl", None) if sys.platform == "linux" else None


def die_with_parent() -> None:
    """If the supervisor is killed, its children get SIGTERM instead of keeping the ports."""
    if _prctl is not None:
        _prctl(1, signal.SIGTERM)  # 1: PR_SET_PDEATHSIG, linux/prctl.h


def instance_environment(port: int, far: Ready) -> dict[str, str]:
    """
    What the drill instance of a rehearsal goes by, whatever the settings of the machine's live service say.

    With that one's address the simulated platforms would call it for every receipt, its page would be the one that
    posts lead to, and nobody could sign in at this one.
    """
    return {
        "TOCSIN_SIMULATORS_URL": far.address,
        "TOCSIN_PUBLIC_URL": f"http://localhost:{port}",
        "TOCSIN_ALLOWED_HOSTS": "[]",
    }


async def rehearse(port: int | None, simulators_port: int | None, say: Callable[[str], None]) -> None:
    """
    The rehearsal: simulators, then the drill instance that speaks to them, until told to stop.

    Raises:
        RehearsalFailed: with the one line that says why.
    """
    chosen = choose_port(8000, port, is_port_free, "--port")
    beside = choose_port(
        8001, simulators_port, lambda it: it != chosen and is_port_free(it), "--simulators-port"
    )
    for wanted, got in ((8000 if port is None else port, chosen), (simulators_port or 8001, beside)):
        if wanted != got:
            say(f"Port {wanted} is taken, so this uses {got}.")
    supervisor = Supervisor()
    supervisor.listen_to_signals()
    python = sys.executable
    try:
        far = await supervisor.start(
            Child("simulators", [python, "-m", "app.channels.simulators", "--port", str(beside)])
        )
        instance = await supervisor.start(
            Child(
                "drill instance",
                [python, "-m", "app", "serve", "--drill", "--port", str(chosen)],
                instance_environment(chosen, far),
            )
        )
        say("")
        say("Tocsin rehearsal. A drill: nothing leaves this machine, and nothing plays until you ask.")
        say("")
        # localhost, not 127.0.0.1: browsers treat both as secure, and people can read the first.
        say(f"  Open                 http://localhost:{chosen}")
        if instance.sign_in_code:
            say(f"  Sign-in code         {instance.sign_in_code}  (works once)")
        if instance.second_code:
            # Whoever stops cannot start again alone, so a rehearsal needs somebody else to sign in as.
            say(f"  A second person      {instance.second_code}  (in another browser or a private window)")
        say(f"  Simulated platforms  http://localhost:{beside}")
        say("")
        say("Ctrl-C ends it.")
        await supervisor.until_end()
    except ToldToStop:
        pass  # before everything was up; the end is the same
    finally:
        await supervisor.stop()
    say("The rehearsal has ended.")
