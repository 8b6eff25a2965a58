"""The command line, `tocsin`. Every command is a thin function; what it does lives in the rooms."""

from __future__ import annotations

import asyncio
import os
from typing import Annotated

import typer
from pydantic import ValidationError

from app import __version__
from app.config import Settings, World
from app.doctor import Level, examine
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


@app.command()
def doctor(
    live: Annotated[
        bool, typer.Option("--live", help="Judge by what live needs; otherwise a drill.")
    ] = False,
) -> None:
    """Look at this machine and say what is missing."""
    findings = asyncio.run(examine(read_settings(), World.LIVE if live else World.DRILL, os.environ))
    for finding in findings:
        typer.echo(f"{finding.level:<8} {finding.about:<11} {finding.text}")
        if finding.remedy:
            typer.echo(f"{'':<8} {'':<11} Next: {finding.remedy}")
    problems = sum(finding.level is Level.PROBLEM for finding in findings)
    if problems:
        raise fail(f"{problems} to mend before Tocsin can be relied on.")


def read_settings() -> Settings:
    """The settings, or one line that names the wrong one. The value is not shown: it may be a secret."""
    try:
        return Settings()
    except ValidationError as exc:
        wrong = "; ".join(
            f"TOCSIN_{'__'.join(map(str, error['loc'])).upper()}: {error['msg']}" for error in exc.errors()
        )
        raise fail(f"A setting is wrong: {wrong}. Next: correct it in the environment or in .env.") from exc


def main() -> None:
    app()
