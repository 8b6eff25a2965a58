"""The peers' interpreter, and simulators in a process of their own for them to talk to."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent

Drive = Callable[..., dict[str, Any]]


@pytest.fixture(scope="session")
def peers_python() -> str:
    """The interpreter that has the platforms' own client libraries."""
    python = os.environ.get("TOCSIN_PEERS_PYTHON") or str(ROOT / ".venv-peers" / "bin" / "python")
    if not Path(python).exists():
        pytest.fail("There is no environment for the peers: run `python3 run.py test`, which makes it.")
    return python


@pytest.fixture
def simulators() -> Iterator[str]:
    """The origin of a fresh simulators process."""
    command = [sys.executable, "-m", "app.channels.simulators", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT) as process:
        assert process.stdout is not None
        try:
            yield orjson.loads(process.stdout.readline())["origin"]
        finally:
            process.terminate()


@pytest.fixture
def drive(peers_python: str, simulators: str) -> Drive:
    """Run a script of this folder with the peers' interpreter: JSON in, JSON out."""

    def run(script: str, platform: str, **more: Any) -> dict[str, Any]:
        with httpx.Client(timeout=30, base_url=simulators, trust_env=False) as client:
            credentials = client.get("/_sim/credentials").json()[platform]
        told = {"origin": simulators, "base": f"{simulators}/{platform}", "credentials": credentials, **more}
        done = subprocess.run(
            [peers_python, HERE / script],
            input=orjson.dumps(told),
            capture_output=True,
            timeout=50,
            env={"PATH": os.environ["PATH"], "NO_PROXY": "*"},
        )
        assert done.returncode == 0, done.stderr.decode()
        return dict(orjson.loads(done.stdout))

    return run
