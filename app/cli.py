"""The command line, `tocsin`. Every command is a thin function; what it does lives in the rooms."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer

from app import __version__
from app.supervisor import RehearsalFailed, rehearse

app = typer.Typer(
    name="tocsin",
    help="Short updates from live operations and crisis desks, to every channel and every viewer.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)

PortOption = Annotated[
    int | None, typer.Option(min=1, max=65535, help="Default: 8000, or the next free one.")
]


def fail(text: str) -> typer.Exit:
    """Say why and what next, in one line on standard error; raise what this returns."""
    typer.echo(text, err=True)
    return typer.Exit(1)


@app.callback(invoke_without_command=True)
def tocsin(
    version: Annotated[bool, typer.Option("--version", help="Say the version and end.")] = False,
) -> None:
    if version:
        typer.echo(f"tocsin {__version__}")
        raise typer.Exit


@app.command("rehearse")
def rehearse_command(
    port: PortOption = None,
    simulators_port: Annotated[
        int | None, typer.Option(min=1, max=65535, help="Default: 8001, or the next free one.")
    ] = None,
) -> None:
    """Start a drill instance and the simulated platforms, and print where to look."""
    try:
        asyncio.run(rehearse(port, simulators_port, typer.echo))
    except RehearsalFailed as exc:
        raise fail(str(exc)) from exc


def main() -> None:
    app()
