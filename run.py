#!/usr/bin/env python3
"""
The one command: sets everything up from nothing, then does what was asked.

    python3 run.py              the rehearsal: a drill instance and the simulators, with their address
    python3 run.py test [...]   every test; with further words, pytest with those words
    python3 run.py lint         ruff, mypy, the map of the rooms, the frontend's types
    python3 run.py bench        the measurements
    python3 run.py soak PART    one long run
    python3 run.py WORDS        `tocsin WORDS`

Only the standard library, since it runs before anything is installed. It must also parse on Pythons that are far
too old, so that they can say so: no f-strings, no annotations, no starred lists.
"""

import sys

if sys.version_info < (3, 11):
    sys.exit(
        "run.py: Python 3.11 or newer is needed, this is %d.%d. Next: start it with a newer one, as in "
        "`python3.11 run.py`" % tuple(sys.version_info[:2])
    )

import hashlib
import json
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent
ENV = ROOT / ".venv"
PEERS_ENV = ROOT / ".venv-peers"
IS_WINDOWS = os.name == "nt"

# What a first set-up writes: packages with node 0.5 GB, frontend 0.2 GB, and room to work.
NEEDED_BYTES = 1500 * 1000 * 1000
# What the tests may write at one time, with room to spare; they clear away what passed.
MEMORY_BYTES = 4 * 1000 * 1000 * 1000
NOT_FAST = "browser or processes or peers or timed"
TOOLS = {"test", "lint", "bench", "soak"}

# What pip and uv print, to what it means and what to do next; the first that matches is said.
MEANINGS = (
    (("No space left", "os error 28"), "The disk is full. Next: free 1.5 GB and run the same command again"),
    (
        ("DO NOT MATCH THE HASHES", "Hash mismatch"),
        "A package is not the one in the lock file: a mirror or cache is damaged. Next: python3 -m pip cache purge, then the same command",
    ),
    (
        ("CERTIFICATE_VERIFY_FAILED", "invalid peer certificate"),
        "The package index's certificate is not trusted. Next: export PIP_CERT=your-root.pem",
    ),
    (
        (
            "NewConnectionError",
            "ConnectionError",
            "ConnectTimeout",
            "name resolution",
            "dns error",
            "Could not fetch URL",
        )
        + ("Name or service not known", "Network is unreachable", "error sending request", "Read timed out"),
        "The package index cannot be reached. Next: check the network, or name a mirror with `python3 -m pip config set global.index-url URL`",
    ),
    (
        ("No matching distribution", "Could not find a version"),
        "The package index lacks a locked package for this machine. Next: use Linux or macOS with Python 3.11 to 3.13, or a fuller mirror",
    ),
)


# Signals that came while a child ran: what follows it is then left out.
told_to_stop = []


class Stop(Exception):
    """Nothing further can be done; the one line says what is wrong and what to do next."""


def say(text):
    sys.stderr.write("run.py: %s\n" % text)
    sys.stderr.flush()


def meaning(output):
    """One line out of what an installer printed."""
    for signs, words in MEANINGS:
        if any(sign in output for sign in signs):
            return words
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    errors = [line for line in lines if "error" in line.lower()]
    return "Installing failed: %s. Next: see the lines above" % (errors or lines or ["no output"])[-1]


def program(folder, name="python"):
    return str(folder / ("Scripts" if IS_WINDOWS else "bin") / (name + (".exe" if IS_WINDOWS else "")))


def read(path):
    try:
        return path.read_text("utf-8")
    except (OSError, ValueError):
        return ""


def make_environment(folder):
    """A virtual environment of this Python at this place; one that was moved or half made is made anew."""
    mark = folder / ".made"
    want = "%s\n%s\n" % (sys.version, folder)
    if read(mark) == want and os.path.exists(program(folder)):
        return
    free = shutil.disk_usage(str(ROOT)).free
    if free < NEEDED_BYTES:
        raise Stop(
            "The disk has %d MB free and the set-up needs %d. Next: free some, or clone to a larger disk"
            % (free // 10**6, NEEDED_BYTES // 10**6)
        )
    try:
        import ensurepip  # noqa: F401  Debian ships Python without it
        import venv
    except ImportError:
        raise Stop(
            "This Python cannot make virtual environments. Next: apt-get install python3-venv (Debian, Ubuntu), "
            "or use a Python from python.org"
        )
    say("making %s with Python %d.%d.%d" % ((folder.name,) + sys.version_info[:3]))
    try:
        venv.create(str(folder), with_pip=True, clear=True, symlinks=not IS_WINDOWS)
    except subprocess.CalledProcessError as exc:
        sys.stderr.write((exc.output or b"").decode("utf-8", "replace"))
        raise Stop(
            "pip cannot be put into %s. Next: apt-get install python3-venv, or see the lines above"
            % folder.name
        )
    except (ValueError, FileExistsError, NotADirectoryError):  # a file or a link to nowhere has this name
        raise Stop("%s is in the way of the environment. Next: move it away, then the same command" % folder)
    mark.write_text(want, "utf-8")


def has_mirror(python):
    """Whether pip is configured to look elsewhere, in a file or a variable; uv would not know of it."""
    listed = subprocess.run([python, "-m", "pip", "config", "list"], capture_output=True, text=True).stdout
    return any(word in listed for word in ("index-url", "find-links", "no-index", "proxy"))


def installer(folder):
    """The words that install into an environment: pip, or uv where it is at hand and nothing is lost by it."""
    python = program(folder)
    uv = shutil.which("uv")
    # An environment stays with the one that filled it first: they do not keep the same records.
    mark = folder / ".installer"
    if not mark.exists():
        mark.write_text("uv" if uv and not has_mirror(python) else "pip", "utf-8")
    if uv and read(mark) == "uv":
        # pip compiles what it installs; left to itself, uv would have every start do that anew.
        return [uv, "pip", "install", "-q", "--compile-bytecode", "--python", python]
    return [
        python,
        "-m",
        "pip",
        "install",
        "-q",
        "--disable-pip-version-check",
        "--no-input",
        "--retries",
        "2",
    ]


def sync(folder, group, with_tocsin):
    """Install a lock, and Tocsin itself as editable, unless that was done for this lock, Python and place."""
    lock = ROOT / "requirements" / (group + ".lock")
    make_environment(folder)
    parts = [lock.read_bytes(), sys.version.encode(), str(ROOT).encode()]
    if with_tocsin:
        parts.append((ROOT / "pyproject.toml").read_bytes())
    want = hashlib.sha256(b"\0".join(parts)).hexdigest()
    mark = folder / ("." + group)
    if read(mark) == want:
        return
    words = installer(folder)
    say("installing the packages of %s.lock (a minute or so, once)" % group)
    run_installer(words + ["--require-hashes", "-r", str(lock)])
    if with_tocsin:
        # A folder has no hash, so it is a second call; everything it needs is there by now.
        run_installer(words + ["--no-deps", "--no-build-isolation", "-e", str(ROOT)])
    mark.write_text(want, "utf-8")


def run_installer(words):
    done = subprocess.run(
        words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace"
    )
    if done.returncode != 0:
        sys.stderr.write(done.stdout)
        raise Stop(meaning(done.stdout))


def set_up(group):
    """The environment and the built frontend."""
    # test.lock holds everything of run.lock at the same versions, so whoever has tested is set up to run.
    if group == "run" and (ENV / ".test").exists():
        group = "test"
    sync(ENV, group, True)
    import build_frontend  # beside this file; needs nothing but the standard library until it builds

    if not build_frontend.is_current(ROOT):
        say("building the frontend")
        if call([program(ENV), str(ROOT / "build_frontend.py")]) != 0:
            raise Stop("The frontend was not built, for the reason above")


def find_browser():
    """A Chromium that starts. Trying takes seconds, so the answer is kept until something that decides it changes."""
    browser = ROOT / "tests" / "browser"
    decides = [os.environ.get("TOCSIN_CHROMIUM"), os.environ.get("PATH")]
    for name in ("package-lock.json", "chromium.py"):
        decides.append(hashlib.sha256((browser / name).read_bytes()).hexdigest())
    mark = ENV / ".browser"
    try:
        kept = json.loads(read(mark))
    except ValueError:
        kept = {}
    if kept.get("decides") == decides and os.access(kept["program"], os.X_OK):
        return kept["program"]
    say("looking for a Chromium that starts")
    words = [program(ENV), "-m", "tests.browser.chromium"]
    done = subprocess.run(words, cwd=str(ROOT), stdout=subprocess.PIPE, text=True)
    if done.returncode != 0:
        raise Stop("The browser tests have no browser, for the reason above")
    found = done.stdout.strip()
    mark.write_text(json.dumps({"decides": decides, "program": found}), "utf-8")
    return found


def call(words, extra=None):
    """Run a child to its end, passing on what this process is told; its status, 128 + n for a signal."""
    started = []

    def pass_on(number, frame):
        told_to_stop.append(number)
        # A terminal sends Ctrl-C to the child as well; twice would make it give up its own tidy end.
        if started and (number != signal.SIGINT or not sys.stdin.isatty()):
            started[0].send_signal(number)

    # Before the child exists, so that no signal can end this process and leave the child behind.
    kept = [(number, signal.signal(number, pass_on)) for number in (signal.SIGINT, signal.SIGTERM)]
    try:
        child = subprocess.Popen(words, cwd=str(ROOT), env=dict(os.environ, **(extra or {})))
        started.append(child)
        if told_to_stop:
            child.send_signal(told_to_stop[-1])
        status = child.wait()
    finally:
        for number, handler in kept:
            signal.signal(number, handler)
    return status if status >= 0 else 128 - status


def become(words):
    """Hand this process over: signals then reach the program itself."""
    if IS_WINDOWS:
        return call(words)
    sys.stdout.flush()
    os.chdir(str(ROOT))
    return os.execv(words[0], words)  # never returns


def run_all(steps, extra=None):
    """Every step even when one fails, so that one run tells everything; an interrupted one ends the run."""
    failed = []
    for step in steps:
        name, words = step[0], step[1]
        say(name)
        status = words() if callable(words) else call(words, extra)
        for more in step[2:]:
            if status != 0 and not told_to_stop:
                say("%s: what failed, once more and alone" % name)
                status = call(more, extra)
        if told_to_stop:
            return status or 130
        if status != 0:
            failed.append(name)
    if failed:
        say("failed: %s" % ", ".join(failed))
        return 1
    say("all passed")
    return 0


def scratch_in_memory():
    """A folder in memory for what the tests write, or None where there is no room: a fifth of them waits for a disk."""
    memory = "/dev/shm"
    try:
        if shutil.disk_usage(memory).free < MEMORY_BYTES:
            return None
        return tempfile.mkdtemp(prefix="tocsin-tests-", dir=memory)
    except OSError:
        return None


def test(words):
    set_up("test")
    # The tests start Tocsin hundreds of times. Where Python is told to keep no compiled files, each start would compile
    # the whole product, which takes longer than most of the tests; an empty value takes that back.
    extra = {"TOCSIN_CHROMIUM": find_browser(), "PYTHONDONTWRITEBYTECODE": ""}
    if (ROOT / "requirements" / "peers.lock").exists():
        sync(PEERS_ENV, "peers", False)
        extra["TOCSIN_PEERS_PYTHON"] = program(PEERS_ENV)
    pytest = [program(ENV), "-m", "pytest"]
    if words:
        return call(pytest + words, extra)
    scratch = scratch_in_memory()
    try:
        return test_all(pytest + (["--basetemp", os.path.join(scratch, "run")] if scratch else []), extra)
    finally:
        if scratch:
            shutil.rmtree(scratch, ignore_errors=True)


def bearing(*marks):
    """The test files that name one of these marks: importing all the others would take longer than many of the tests."""
    found = [
        path
        for path in sorted((ROOT / "tests").rglob("test_*.py"))
        if any("pytest.mark." + mark in read(path) for mark in marks)
    ]
    return [str(path.relative_to(ROOT)) for path in found]


def test_all(pytest, extra):
    """Every test, in steps. `pytest` is how it is called."""
    # What fails beside others is tried twice more alone: some tests hold the product to the clock, and a busy machine
    # is not a broken promise. What fails alone has failed, and every run stands in the output.
    again = pytest + ["-q", "--last-failed", "--last-failed-no-failures", "none"]
    steps = [("fast tests", pytest + ["-q", "-n", "2", "-m", "not (%s)" % NOT_FAST], again, again)]
    # A file of them shares one browser and its pages, so files go side by side, not tests.
    beside = ["-q", "-n", "2", "--dist", "loadfile", "-m", "browser and not timed", "tests/browser"]
    steps.append(("browser tests", pytest + beside, again, again))
    alone = "(processes or peers) and not (browser or timed)"
    # These mostly wait for their processes, so three files go side by side; in their own order, the longest not last.
    beside = ["-n", "3", "--dist", "loadfile", "--no-loadscope-reorder"]
    steps.append(
        (
            "process and peer tests",
            pytest + ["-q"] + beside + ["-m", alone] + bearing("processes", "peers"),
            again,
            again,
        )
    )
    # Those that hold the product to the clock, with nothing beside them.
    steps.append(("timed tests", pytest + ["-q", "-m", "timed"] + bearing("timed"), again, again))
    if '"vitest"' in read(ROOT / "frontend" / "package.json"):
        steps.append(("frontend tests", [program(ENV), str(ROOT / "build_frontend.py"), "--test"]))
    return run_all(steps, extra)


def lint():
    set_up("test")
    python = program(ENV)
    steps = [
        ("ruff check", [python, "-m", "ruff", "check", "."]),
        ("ruff format", [python, "-m", "ruff", "format", "--check", "."]),
        ("map of the rooms", [python, "-m", "pytest", "-q", "tests/test_map.py"]),
    ]
    if (ROOT / "frontend" / "tsconfig.json").exists():
        steps.append(("frontend types", [python, str(ROOT / "build_frontend.py"), "--check"]))
    # Checking the types takes as long as all the rest, on one core: it goes on beside them and is read at the end.
    with tempfile.TemporaryFile() as printed:
        types = subprocess.Popen(
            [python, "-m", "mypy"], cwd=str(ROOT), stdout=printed, stderr=subprocess.STDOUT
        )

        def read_types():
            status = types.wait()
            printed.seek(0)
            sys.stdout.write(printed.read().decode("utf-8", "replace"))
            return status

        try:
            return run_all(steps + [("mypy", read_types)])
        finally:
            types.kill()


def main(words):
    first = words[0] if words else "rehearse"
    if first == "test":
        return test(words[1:])
    if first == "lint":
        return lint()
    set_up("test" if first in TOOLS else "run")
    if first in TOOLS:
        module = "bench" if first == "bench" else "bench.soak"
        return call([program(ENV), "-m", module] + words[1:])
    return become([program(ENV), "-m", "app"] + (words or ["rehearse"]))


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except Stop as exc:
        say(str(exc))
        sys.exit(1)
    except KeyboardInterrupt:
        say("stopped. Next: the same command goes on from here")
        sys.exit(130)
    except OSError as exc:
        full = exc.errno == 28
        say(
            "%s. Next: %s"
            % (
                exc,
                "free 1.5 GB and run the same command again"
                if full
                else "mend that and run the same command again",
            )
        )
        sys.exit(1)
