"""The rehearsal's two processes: ready in order, ended together, ports chosen as people expect."""

import json
import signal
import socket
import sys
from pathlib import Path

import pytest

from app.config import Settings
from app.supervisor import (
    Child,
    Ready,
    RehearsalFailed,
    Supervisor,
    choose_port,
    instance_environment,
    is_port_free,
    parse_ready,
)
from tests.processes import Process

TIDY = (
    "import json, pathlib, signal, sys, time\n"
    "def leave(*_):\n pathlib.Path(sys.argv[1]).write_text('tidy'); sys.exit(0)\n"
    "signal.signal(signal.SIGTERM, leave)\n"
    "print('a word before', flush=True)\n"
    "print(json.dumps({'ready': True, 'address': 'http://127.0.0.1:1', 'sign_in_code': 'ABCD'}), flush=True)\n"
    "time.sleep(30)"
)


def tidy(name: str, mark: Path) -> Child:
    return Child(name, [sys.executable, "-c", TIDY, str(mark)])


def loopbacks() -> list[tuple[socket.AddressFamily, str]]:
    """The loopback addresses of this machine; a container often has only the first."""
    found = [(socket.AF_INET, "127.0.0.1")]
    try:
        with socket.socket(socket.AF_INET6, socket.SOCK_STREAM) as probe:
            probe.bind(("::1", 0))
            found.append((socket.AF_INET6, "::1"))
    except OSError:
        pass
    return found


LOOPBACKS = loopbacks()


class TestEnvironment:
    def test_N14_a_rehearsal_goes_by_no_address_of_the_live_service(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Its settings stand in the machine's environment: the simulators would call the live service otherwise."""
        monkeypatch.setenv("TOCSIN_PUBLIC_URL", "https://live.valdora.example")
        monkeypatch.setenv("TOCSIN_ALLOWED_HOSTS", '["live.valdora.example"]')
        far = Ready("http://127.0.0.1:8003")
        for name, value in instance_environment(8002, far).items():
            monkeypatch.setenv(name, value)
        found = Settings(_env_file=None)  # type: ignore[call-arg]
        assert (found.public_url, found.allowed_hosts) == ("http://localhost:8002", ())
        assert found.simulators_url == far.address


class TestChoosePort:
    def test_a_taken_default_moves_to_the_next_free_one(self) -> None:
        """Nobody has to name a port."""
        assert choose_port(8000, None, lambda port: port > 8002, "--port") == 8003

    def test_a_given_one_that_is_taken_is_an_error_with_its_remedy(self) -> None:
        """Whoever names a port means that one."""
        with pytest.raises(RehearsalFailed, match=r"Port 9000 is taken .* Next: leave out --port"):
            choose_port(8000, 9000, lambda port: port != 9000, "--port")

    def test_none_free_is_an_error_with_its_remedy(self) -> None:
        """It gives up, and says how to help."""
        with pytest.raises(RehearsalFailed, match="Next: name a free one with --port"):
            choose_port(8000, None, lambda port: False, "--port")

    @pytest.mark.processes  # alone: another worker could take the very port between the two looks
    @pytest.mark.parametrize(("family", "host"), LOOPBACKS)
    def test_a_stranger_at_either_address_of_localhost_takes_the_port(
        self, family: socket.AddressFamily, host: str
    ) -> None:
        """A browser may try ::1 first and would show the stranger in our place."""
        with socket.socket(family, socket.SOCK_STREAM) as stranger:
            stranger.bind((host, 0))
            stranger.listen()
            port = stranger.getsockname()[1]
            assert not is_port_free(port)
        assert is_port_free(port)


class TestParseReady:
    def test_an_instance_says_its_address_and_its_code(self) -> None:
        """Both reach the person."""
        ready = parse_ready(b'{"ready": true, "address": "http://127.0.0.1:8000", "sign_in_code": "AB"}\n')
        assert ready is not None
        assert (ready.address, ready.sign_in_code) == ("http://127.0.0.1:8000", "AB")
        assert ready.second_code is None

    def test_the_ready_line_carries_the_second_persons_code(self) -> None:
        """Whoever stops cannot start again alone: a rehearsal prints a code for somebody else, too."""
        ready = parse_ready(
            b'{"ready": true, "address": "http://127.0.0.1:8000", "sign_in_code": "AB",'
            b' "sign_in_codes": [{"name": "Marta", "code": "AB"}, {"name": "Tom", "code": "CD"}]}\n'
        )
        assert ready is not None
        assert (ready.sign_in_code, ready.second_code) == ("AB", "CD")

    @pytest.mark.parametrize(
        "line", [b"INFO: started\n", b"[1]\n", b'{"event": "x"}\n', b"\xff\n", b'{"address": 1}\n']
    )
    def test_any_other_line_is_not_readiness(self, line: bytes) -> None:
        """A log line must not look like a listening server."""
        assert parse_ready(line) is None


@pytest.mark.processes
class TestSupervisor:
    async def test_children_start_in_order_and_end_tidily(self, tmp_path: Path) -> None:
        """Each says where it listens; each gets its SIGTERM and its time."""
        supervisor = Supervisor()
        first, second = tidy("one", tmp_path / "1"), tidy("two", tmp_path / "2")
        try:
            assert (await supervisor.start(first)).address == "http://127.0.0.1:1"
            assert (await supervisor.start(second)).sign_in_code == "ABCD"
        finally:
            await supervisor.stop()
        assert [(tmp_path / name).read_text() for name in "12"] == ["tidy", "tidy"]

    async def test_a_child_that_dies_is_named_and_the_other_ends_with_it(self, tmp_path: Path) -> None:
        """No half of a rehearsal stays behind."""
        supervisor = Supervisor()
        first, second = tidy("simulators", tmp_path / "1"), tidy("drill instance", tmp_path / "2")
        try:
            await supervisor.start(first)
            await supervisor.start(second)
            assert second.process is not None
            second.process.kill()
            with pytest.raises(
                RehearsalFailed, match=r"drill instance ended by itself \(signal SIGKILL\).* Next: "
            ):
                await supervisor.until_end()
        finally:
            await supervisor.stop()
        assert (tmp_path / "1").read_text() == "tidy"
        assert first.process is not None
        assert first.process.returncode == 0

    async def test_a_child_that_ends_at_its_start_is_named_with_its_status(self) -> None:
        """Waiting for readiness does not outlast the process."""
        supervisor = Supervisor()
        try:
            with pytest.raises(RehearsalFailed, match=r"simulators ended at its start \(status 3\)"):
                await supervisor.start(Child("simulators", [sys.executable, "-c", "raise SystemExit(3)"]))
        finally:
            await supervisor.stop()

    def test_if_the_supervisor_is_killed_its_children_end_too(self, tmp_path: Path) -> None:
        """Kill -9 leaves no process behind that holds the ports."""
        script = (
            "import asyncio, sys\n"
            "from app.supervisor import Child, Supervisor\n"
            "async def main():\n"
            "    supervisor = Supervisor()\n"
            f"    child = Child('one', [sys.executable, '-c', {TIDY!r}, sys.argv[1]])\n"
            "    await supervisor.start(child)\n"
            "    print('{\"pid\": %d}' % child.process.pid, flush=True)\n"
            "    await asyncio.sleep(30)\n"
            "asyncio.run(main())"
        )
        mark = tmp_path / "end"
        process = Process([sys.executable, "-c", script, str(mark)]).spawn()
        try:
            json.loads(process.wait_line('"pid"'))
            process.signal(signal.SIGKILL)
            # The child holds the other end of the output, so the reading ends when the child has.
            assert process.wait() == -signal.SIGKILL
            assert mark.read_text() == "tidy"
        finally:
            process.close()
