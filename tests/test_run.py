"""The one command: that it parses where it must refuse, says one clear line, and locks agree."""

import ast
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import run

ROOT = Path(__file__).resolve().parent.parent


def pins(lock: str) -> dict[str, str]:
    text = (ROOT / "requirements" / f"{lock}.lock").read_text("utf-8")
    return dict(re.findall(r"^([a-z0-9._-]+)(?:\[[^]]*\])?==([^ \\;]+)", text, re.MULTILINE))


class TestOldPython:
    def test_it_uses_nothing_that_an_old_python_cannot_parse(self) -> None:
        """A Python that is too old must get as far as the line that says so."""
        source = (ROOT / "run.py").read_text("utf-8")
        assert source.isascii()
        modern = (
            ast.JoinedStr,
            ast.AnnAssign,
            ast.NamedExpr,
            ast.Starred,
            ast.Match,
            ast.AsyncFunctionDef,
            ast.Nonlocal,
        )
        for node in ast.walk(ast.parse(source)):
            assert not isinstance(node, modern), f"line {node.lineno}: {type(node).__name__}"
            assert not (isinstance(node, ast.Raise) and node.cause), f"line {node.lineno}: raise … from"
            assert not (isinstance(node, ast.arg) and node.annotation), f"line {node.lineno}: annotation"
            assert not (isinstance(node, ast.arguments) and node.kwonlyargs), "keyword-only arguments"

    def test_it_refuses_with_one_line_that_names_the_next_action(self) -> None:
        """Python 3.9 gets a sentence, no traceback, and a status that says failure."""
        fake = (
            "import sys; sys.version_info = (3, 9, 2); exec(compile(open('run.py').read(), 'run.py', 'exec'))"
        )
        done = subprocess.run([sys.executable, "-c", fake], cwd=ROOT, capture_output=True, text=True)
        assert done.returncode == 1
        assert done.stdout == ""
        assert re.fullmatch(
            r"run\.py: Python 3\.11 or newer is needed, this is 3\.9\. Next: .+\n", done.stderr
        )


class TestOddPlaces:
    @pytest.mark.parametrize("odd", ["a file", "a link to nowhere"])
    def test_what_is_in_the_way_of_the_environment_is_named_and_left_alone(
        self, odd: str, tmp_path: Path
    ) -> None:
        """One line with the next action, and whatever has the name is still there."""
        place = tmp_path / ".venv"
        if odd == "a file":
            place.write_text("mine", "utf-8")
        else:
            place.symlink_to(tmp_path / "unmounted")
        with pytest.raises(run.Stop, match=r"in the way.*Next: move it away"):
            run.make_environment(place)
        assert place.is_symlink() or place.read_text("utf-8") == "mine"


class TestMeaning:
    @pytest.mark.parametrize(
        ("printed", "told"),
        [
            (
                "ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device",
                "disk is full",
            ),
            (
                "WARNING: Retrying … NewConnectionError('… name resolution')\nERROR: No matching distribution found",
                "cannot be reached",
            ),
            (
                "ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE",
                "not the one in the lock",
            ),
            ("SSLError(SSLCertVerificationError(1, '[SSL: CERTIFICATE_VERIFY_FAILED]'))", "not trusted"),
            ("ERROR: No matching distribution found for x==1", "lacks a locked package"),
            ("ERROR: something new", "something new"),
        ],
    )
    def test_what_an_installer_prints_becomes_one_line_with_a_next_action(
        self, printed: str, told: str
    ) -> None:
        """Nobody has to read pip's output to know what to do."""
        line = run.meaning(printed)
        assert told in line
        assert "Next: " in line
        assert "\n" not in line


class TestCall:
    @pytest.mark.processes
    @pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
    def test_a_signal_reaches_the_child_and_its_end_is_waited_for(self, number: signal.Signals) -> None:
        """Whoever stops the command stops what it runs, and gets its status."""
        child = (
            "import os, signal, sys, time\n"
            "def leave(number, frame):\n time.sleep(0.5); os.write(1, b'tidy\\n'); sys.exit(7)\n"
            "signal.signal(signal.SIGINT, leave); signal.signal(signal.SIGTERM, leave)\n"
            "print('up', flush=True)\n"
            "for _ in range(300): time.sleep(0.1)"  # one that begins as the signal comes is slept to its end
        )
        parent = f"import run, sys; sys.exit(run.call([sys.executable, '-c', {child!r}]))"
        with subprocess.Popen(
            [sys.executable, "-c", parent],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            text=True,
        ) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == "up\n"
            process.send_signal(number)
            started = time.monotonic()
            assert process.stdout.readline() == "tidy\n"
            assert process.wait(10) == 7
            assert time.monotonic() - started < 5


class TestLocks:
    def test_what_tests_run_with_is_what_people_run_with(self) -> None:
        """Every package of run.lock stands in test.lock at the same version."""
        tested = pins("test")
        assert {name: tested.get(name) for name in pins("run")} == pins("run")

    @pytest.mark.parametrize("path", sorted(ROOT.glob("requirements/*.lock")), ids=lambda path: path.name)
    def test_every_package_is_locked_with_a_hash_and_without_a_host(self, path: Path) -> None:
        """A lock says what, never from where."""
        text = path.read_text("utf-8")
        assert "://" not in text
        for block in re.split(r"\n(?=[a-z0-9])", text):
            assert "==" not in block or "--hash=sha256:" in block, block

    @pytest.mark.parametrize("folder", ["frontend", "tests/browser"])
    def test_an_npm_lock_names_no_registry(self, folder: str) -> None:
        """The registry is the machine's own business."""
        lock = ROOT / folder / "package-lock.json"
        if lock.exists():
            assert '"resolved"' not in lock.read_text("utf-8")
