"""`python -m app.channels.simulators`: all simulators in a process of their own."""

import argparse
import asyncio
import sys
from pathlib import Path

import orjson

from app.channels.simulators.app import create_simulators
from app.channels.simulators.latency import PROFILES
from app.channels.simulators.serving import listening_socket, make_server, origin_of, until_started
from app.channels.simulators.settings import SimulatorSettings


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m app.channels.simulators", description=__doc__)
    parser.add_argument(
        "--host", default="127.0.0.1", help="loopback by default: nothing here asks who calls"
    )
    parser.add_argument("--port", type=int, default=8001, help="0 takes a free one and prints it")
    parser.add_argument(
        "--smpp-port", type=int, default=2775, help="of the SMS gateway; 0 takes a free one and prints it"
    )
    parser.add_argument("--profile", choices=PROFILES, default="fast", help="latency profile")
    parser.add_argument("--ledger", type=Path, default=None, help="append the ledger to this file")
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


async def _run(arguments: argparse.Namespace) -> None:
    settings = SimulatorSettings(
        seed=arguments.seed,
        profile=arguments.profile,
        ledger_path=arguments.ledger,
        smpp_port=arguments.smpp_port,
    )
    listener = listening_socket(arguments.host, arguments.port)
    simulators = create_simulators(settings)
    server = make_server(simulators)
    serving = asyncio.create_task(server.serve([listener]))
    await until_started(server, serving)
    said = {"origin": origin_of(listener), "smpp": f"127.0.0.1:{simulators.gateway.port}"}
    sys.stdout.write(orjson.dumps(said).decode() + "\n")
    sys.stdout.flush()
    await serving


def main() -> int:
    arguments = _arguments()
    try:
        asyncio.run(_run(arguments))
    except OSError as exc:
        sys.stderr.write(f"The simulators cannot listen on port {arguments.port}: {exc.strerror}.\n")
        return 1
    except KeyboardInterrupt:
        pass
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
