"""
The command line, `tocsin`. Every command is a thin function; what it does lives in the rooms.

A command asks for its rooms itself: all of them together take three seconds, and `tocsin guard check` needs none of the others.
"""

from __future__ import annotations

import asyncio
import json
import os
import sqlite3
import sys
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar
from zoneinfo import ZoneInfo

import typer

from app import __version__
from app.errors import AppError

if TYPE_CHECKING:
    from app.config import Settings, World
    from app.db import Database
    from app.editorial.templates import Template

app = typer.Typer(
    name="tocsin",
    help="Short updates from live operations and crisis desks, to every channel and every viewer.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)

audit = typer.Typer(help="The record of who did what.", no_args_is_help=True)
app.add_typer(audit, name="audit")
guard = typer.Typer(help="The privacy guard.", no_args_is_help=True)
app.add_typer(guard, name="guard")

T = TypeVar("T")

DrillOption = Annotated[bool, typer.Option("--drill", help="The drill's world instead of the live one.")]
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
    from app.supervisor import RehearsalFailed, rehearse

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
    from app.config import World
    from app.doctor import Level, examine

    findings = asyncio.run(examine(read_settings(), World.LIVE if live else World.DRILL, os.environ))
    for finding in findings:
        typer.echo(f"{finding.level:<8} {finding.about:<11} {finding.text}")
        if finding.remedy:
            typer.echo(f"{'':<8} {'':<11} Next: {finding.remedy}")
    problems = sum(finding.level is Level.PROBLEM for finding in findings)
    if problems:
        raise fail(f"{problems} to mend before Tocsin can be relied on.")


@app.command()
def serve(
    drill: Annotated[
        bool, typer.Option("--drill", help="An exercise: own database, simulators only.")
    ] = False,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 takes any free one.")] = 8000,
) -> None:
    """Serve one instance: live, or a drill."""
    from app.serving import START_REFUSALS
    from app.serving import serve as run_server

    try:
        run_server(read_settings(), world_of(drill), host=host, port=port)
    except START_REFUSALS as exc:
        raise fail(str(exc)) from exc
    except OSError as exc:
        raise fail(
            f"Port {port} cannot be taken ({exc.strerror}). Next: choose another with --port."
        ) from exc


@app.command("measure")
def measure_command(
    channel: Annotated[str, typer.Option(help="x, sms or facebook.")],
) -> None:
    """Measure texts: JSON lines {"text": …} on standard input, one JSON line each on standard output."""
    from app.channels.measure.lines import measure_lines

    try:
        for answer in measure_lines(channel, sys.stdin.buffer):
            sys.stdout.write(answer + "\n")
            sys.stdout.flush()  # whoever pipes one line waits for one answer
    except AppError as exc:
        raise fail(exc.detail) from exc
    except BrokenPipeError as exc:
        # The reader has seen enough. Python would complain again when it closes standard output.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise typer.Exit(0) from exc


@guard.command("check")
def guard_check() -> None:
    """Decide texts: JSON lines {"text": …, "kind": …} on standard input, one decision each on standard output."""
    from app.editorial.guard.lines import check_stream

    try:
        for answer in check_stream(sys.stdin.fileno()):
            sys.stdout.write(answer + "\n")
            sys.stdout.flush()  # whoever pipes one line waits for one answer
    except BrokenPipeError as exc:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise typer.Exit(0) from exc


@app.command("migrate")
def migrate_command(drill: DrillOption = False) -> None:
    """Bring the database to the newest revision. Starting does the same; this is for doing it beforehand."""
    from app.migrations import migrate

    async def run(database: Database) -> None:
        await database.start()
        try:
            await migrate(database)
        finally:
            await database.stop()

    on_database(run, world_of(drill))
    typer.echo("The database is at the newest revision.")


@app.command()
def backup(
    target: Annotated[Path, typer.Argument(help="Where to write it; must not exist.")],
    drill: DrillOption = False,
) -> None:
    """Copy one consistent moment of the database. May run beside the server."""
    from sqlalchemy.engine import make_url

    from app.backup import REFUSALS, back_up

    url = make_url(read_settings().database_address(world_of(drill)))
    if url.get_backend_name() != "sqlite":
        raise fail("PostgreSQL makes its own backups. Next: pg_dump or a base backup.")
    try:
        made = back_up(Path(url.database or ""), target)
    except REFUSALS as exc:
        raise fail(str(exc)) from exc
    except (sqlite3.Error, OSError) as exc:
        raise fail(f"No backup was made: {exc}. Next: run `tocsin doctor`.") from exc
    typer.echo(f"{made.path}: {made.size_bytes} bytes, sound, up to audit entry {made.entries}.")


@app.command("restore")
def restore_command(
    file: Annotated[
        Path | None,
        typer.Argument(help="The backup; none marks what is there, as after PostgreSQL's own restore."),
    ] = None,
    drill: DrillOption = False,
) -> None:
    """Put a backup in place. What waited is held, and nothing goes out until people have looked."""
    from sqlalchemy.exc import DBAPIError

    from app.backup import REFUSALS, restore, words

    settings = read_settings()
    try:
        done = asyncio.run(
            restore(
                settings.database_address(world_of(drill)),
                file,
                datetime.now(UTC),
                ZoneInfo(settings.time_zone),
            )
        )
    except REFUSALS as exc:
        raise fail(str(exc)) from exc
    except (DBAPIError, sqlite3.Error, OSError) as exc:
        raise fail(f"It could not be restored: {exc}. Next: run `tocsin doctor`.") from exc
    typer.echo(words(done))


@audit.command()
def verify(
    drill: DrillOption = False,
    checkpoints: Annotated[
        Path | None,
        typer.Option(help="Folder of the signed checkpoints; by default where the server puts them."),
    ] = None,
    public_key: Annotated[
        list[str] | None,
        typer.Option(
            help="As noted at set-up (`tocsin audit key`); else the keys in that folder are believed."
        ),
    ] = None,
) -> None:
    """Check that no entry of the audit chain was changed, removed, swapped or cut off. May run beside the server."""
    import asyncpg
    from sqlalchemy.engine import make_url

    from app.accounts.audit_verify import judge, words

    settings, world = read_settings(), world_of(drill)
    address = settings.database_address(world)
    file = make_url(address)
    # Looking must not make a database where there is none.
    if file.get_backend_name() == "sqlite":
        if not Path(file.database or "").exists():
            raise fail(
                f"There is no database at {file.database}. Next: start Tocsin, or name the other world."
            )
        address = file.database or ""
    folder: Path | None = checkpoints or settings.checkpoints_path(world)
    if folder is not None and checkpoints is None and not (folder / "checkpoints.jsonl").exists():
        folder = None
    try:
        verdict = judge(address, folder, public_key or ())
    except (OSError, ValueError, sqlite3.Error, asyncpg.PostgresError) as exc:
        raise fail(f"The audit chain cannot be read: {exc}. Next: run `tocsin doctor`.") from exc
    if verdict.broken:
        raise fail(words(verdict))
    typer.echo(words(verdict))


@audit.command("key")
def audit_key(drill: DrillOption = False) -> None:
    """Show the public key of the checkpoints, to be noted where nobody of the house can change it."""
    from app.accounts.checkpoints import CHECKPOINTS
    from app.accounts.vault import KeyFileRefused, open_vault

    try:
        vault = open_vault(read_settings().key_path(world_of(drill)))
    except KeyFileRefused as exc:
        raise fail(str(exc)) from exc
    typer.echo(vault.signing_key(CHECKPOINTS).public_key().public_bytes_raw().hex())


keys = typer.Typer(help="The key file that secrets are sealed with.", no_args_is_help=True)
app.add_typer(keys, name="keys")


@keys.command("new")
def keys_new(path: Annotated[Path, typer.Argument(help="Where to write it; must not exist.")]) -> None:
    """Make a key file. Keep a copy of it apart from the database's backups."""
    from app.accounts.vault import new_key_file

    try:
        new_key_file(path)
    except FileExistsError as exc:
        raise fail(
            f"{path} is there already. Next: give another name; a key file is never overwritten."
        ) from exc
    typer.echo(f"Written to {path}. Next: set TOCSIN_KEY_FILE={path} and keep a copy apart from the backups.")


channel = typer.Typer(help="Channels of a running server.", no_args_is_help=True)
app.add_typer(channel, name="channel")

ServerOption = Annotated[str, typer.Option(envvar="TOCSIN_SERVER", help="Address of the running server.")]
KeyOption = Annotated[
    str,
    typer.Option(
        envvar="TOCSIN_API_KEY",
        help="An API key with the scope channel.manage.",
        prompt=True,
        hide_input=True,
    ),
]


@channel.command("list")
def channel_list(key: KeyOption, server: ServerOption = "http://localhost:8000") -> None:
    """Show every channel and what its last test said."""
    for row in _remote(server, key, "GET", "/channels"):
        typer.echo(
            f"{row['id']}  {row['adapter']:<9} {row['name']:<20} {row['state']:<7} {row['probe_words']}"
        )


@channel.command("test")
def channel_test(
    channel_id: Annotated[str, typer.Argument(metavar="ID")],
    key: KeyOption,
    server: ServerOption = "http://localhost:8000",
) -> None:
    """Look at one channel; publishes nothing."""
    probe = _remote(server, key, "POST", f"/channels/{channel_id}/test")
    typer.echo(probe["words"])
    if not probe["ok"]:
        raise typer.Exit(1)


@channel.command("add")
def channel_add(
    adapter: Annotated[str, typer.Argument(help="x, facebook or twilio.")],
    name: Annotated[str, typer.Argument(help="As your desk calls it.")],
    key: KeyOption,
    settings: Annotated[list[str], typer.Option("--set", help="name=value, for what may be shown again.")],
    secrets: Annotated[
        Path,
        typer.Option(
            "--secrets", help="A JSON file with the credentials; - for standard input.", allow_dash=True
        ),
    ],
    server: ServerOption = "http://localhost:8000",
) -> None:
    """Connect a channel. Its credentials are sealed and never shown again."""
    fields = dict(pair.split("=", 1) for pair in settings if "=" in pair)
    try:
        text = sys.stdin.read() if str(secrets) == "-" else secrets.read_text("utf-8")
        credentials = json.loads(text)
    except (OSError, ValueError) as exc:
        raise fail(
            f"The credentials cannot be read from {secrets}. Next: give a JSON object of names and values."
        ) from exc
    row = _remote(
        server,
        key,
        "POST",
        "/channels",
        {"adapter": adapter, "name": name, "settings": fields, "credentials": credentials},
    )
    if "proposed_by" in row:
        typer.echo(f"Proposed as {row['id']}. Next: a second person confirms it on the desk.")
    else:
        typer.echo(f"Connected as {row['id']}. Next: tocsin channel test {row['id']}")


template = typer.Typer(help="Templates of this house.", no_args_is_help=True)
app.add_typer(template, name="template")
TemplateFile = Annotated[
    Path, typer.Argument(metavar="FILE", allow_dash=True, help="YAML or JSON; - for standard input.")
]


def _templates_of(path: Path) -> list[Template]:
    from app.editorial.template_files import read

    try:
        return read(sys.stdin.read() if str(path) == "-" else path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as exc:
        raise fail(f"{path} cannot be read: {exc}. Next: give a text file in UTF-8.") from exc
    except AppError as exc:
        raise fail(exc.detail) from exc


@template.command("check")
def template_check(path: TemplateFile) -> None:
    """Read a file of templates and say what is wrong with it; nothing is sent."""
    for one in _templates_of(path):
        unread = [lang for lang, words in one.langs.items() if words.needs_a_reader]
        typer.echo(
            f"{one.id:<32} {', '.join(one.langs)}"
            + (f"  needs a reader: {', '.join(unread)}" if unread else "")
        )


@template.command("import")
def template_import(
    path: TemplateFile, key: KeyOption, server: ServerOption = "http://localhost:8000"
) -> None:
    """Bring a file of templates into a running server, all of it or nothing. The key needs template.manage."""
    rows = [one.model_dump(mode="json") for one in _templates_of(path)]
    brought = _remote(server, key, "POST", "/templates/import", rows)
    typer.echo(f"Brought in: {', '.join(row['id'] for row in brought)}.")


@template.command("list")
def template_list(key: KeyOption, server: ServerOption = "http://localhost:8000") -> None:
    """Show the templates of a running server."""
    for row in _remote(server, key, "GET", "/templates"):
        typer.echo(f"{row['kind']:<9} {row['id']:<32} {row['title']}")


person = typer.Typer(help="People, at the machine itself.", no_args_is_help=True)
app.add_typer(person, name="person")


@person.command("recover")
def person_recover(
    email: Annotated[str, typer.Argument(help="Their e-mail address.")],
    factors: Annotated[
        bool, typer.Option("--factors", help="The second factor and passkeys are lost too: take them away.")
    ] = False,
    drill: DrillOption = False,
) -> None:
    """
    Let somebody in again who lost their password. Their sessions end, and the record says so.

    On SQLite the server has to be stopped for it: one process owns the file.
    """
    from sqlalchemy.engine import make_url

    from app.accounts.audit import AuditLog
    from app.accounts.recovery import Recovered, recover
    from app.clock import SystemClock

    async def run(database: Database) -> Recovered:
        await database.start()
        try:
            return await recover(database, AuditLog(), SystemClock(), email, factors_too=factors)
        finally:
            await database.stop()

    file = make_url(read_settings().database_address(world_of(drill)))
    if file.get_backend_name() == "sqlite" and not Path(file.database or "").exists():
        raise fail(f"There is no database at {file.database}. Next: name the other world, or its folder.")
    try:
        done = on_database(run, world_of(drill))
    except AppError as exc:
        raise fail(exc.detail) from exc
    typer.echo(
        f"{done.name} is signed out everywhere. Code for one sign-in within {done.minutes} min: {done.code}\n"
        "Next: start the server, sign in with the code, and choose a new password; until then nothing else opens."
    )


def _remote(server: str, key: str, method: str, path: str, body: Any = None) -> Any:
    from app.remote import RemoteRefused, call

    try:
        return call(server, key, method, path, body)
    except RemoteRefused as exc:
        raise fail(str(exc)) from exc


def world_of(drill: bool) -> World:
    from app.config import World

    return World.DRILL if drill else World.LIVE


def on_database(work: Callable[[Database], Coroutine[Any, Any, T]], world: World) -> T:
    """Run one piece of work on the database of a world; what a person can mend becomes one line."""
    from sqlalchemy.exc import DBAPIError

    from app.db import Database
    from app.db_faults import DatabaseDamaged, DatabaseOwned

    try:
        return asyncio.run(work(Database(read_settings().database_address(world))))
    except (DatabaseOwned, DatabaseDamaged) as exc:
        raise fail(str(exc)) from exc
    except (DBAPIError, OSError) as exc:
        raise fail(f"The database cannot be used: {exc}. Next: run `tocsin doctor`.") from exc


def read_settings() -> Settings:
    """The settings, or one line that names the wrong one. The value is not shown: it may be a secret."""
    from pydantic import ValidationError

    from app.config import Settings

    try:
        return Settings()
    except ValidationError as exc:
        wrong = "; ".join(
            f"TOCSIN_{'__'.join(map(str, error['loc'])).upper()}: {error['msg']}" for error in exc.errors()
        )
        raise fail(f"A setting is wrong: {wrong}. Next: correct it in the environment or in .env.") from exc


def main() -> None:
    app()
