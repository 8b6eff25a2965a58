"""
What this machine lacks for Tocsin, and what to do about it: `tocsin doctor`.

Each check looks at one thing and returns a finding; the numbers it judges come in as arguments, so that the
judgements can be tested on any machine. Nothing here changes anything.
"""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import fcntl
import os
import resource
import shutil
import sqlite3
import stat
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

import asyncpg
from sqlalchemy.engine import URL, make_url

from app.broadcast.redis_client import AWAY, connect
from app.config import Settings, World, unknown_variables
from app.db_faults import DatabaseDamaged
from app.db_faults import examine as examine_file
from app.supervisor import is_port_free

ANSWER_TIMEOUT_S = 5.0
WAL_RESET_FIXED = (3, 51, 3)
RETURNING_SINCE = (3, 35, 0)
SPARE_FILES = 500  # databases, platforms, logs, besides one for each viewer
WARN_FREE_BYTES = 2 * 10**9
MIN_FREE_BYTES = 200 * 10**6
UNSYNCHRONISED = 5  # adjtimex(2): TIME_ERROR
STATIC = Path(__file__).parent / "static"
TIMEX_BYTES = 512  # more than struct timex on any platform


class Level(StrEnum):
    OK = "ok"
    NOTE = "note"
    PROBLEM = "problem"  # Tocsin will not start, or not keep its promises


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at. `remedy` is the next action, empty when there is nothing to do."""

    about: str
    level: Level
    text: str
    remedy: str = ""


def judge_python(version: tuple[int, int]) -> Finding:
    text = f"{version[0]}.{version[1]}"
    if version < (3, 11):
        return Finding("Python", Level.PROBLEM, text, "Install Python 3.11 or newer.")
    return Finding("Python", Level.OK, text)


def judge_sqlite(version: tuple[int, int, int]) -> Finding:
    """Old libraries can lose a transaction when two connections write and checkpoint; Tocsin has only one."""
    text = ".".join(map(str, version))
    if version < RETURNING_SINCE:
        return Finding(
            "SQLite", Level.PROBLEM, text, "Use a Python built with SQLite 3.35 or newer, or PostgreSQL."
        )
    if version < WAL_RESET_FIXED:
        known = f"{text}; its WAL-reset race cannot happen with the one writing connection that Tocsin has"
        remedy = "Let no other program write the database file."
        return Finding("SQLite", Level.NOTE, known, remedy)
    return Finding("SQLite", Level.OK, text)


def judge_open_files(soft: int, hard: int, viewers: int) -> Finding:
    """A viewer is an open file. Tocsin takes as many as the hard limit lets it; the soft one is where it begins."""
    wanted, allowed = viewers + SPARE_FILES, max(soft, hard)
    if allowed >= wanted or hard < 0:
        return Finding(
            "Open files", Level.OK, f"{'any number' if hard < 0 else allowed} allowed, {wanted} wanted"
        )
    return Finding(
        "Open files",
        Level.NOTE,
        f"{allowed} allowed: enough for {max(0, allowed - SPARE_FILES)} viewers",
        f"Set LimitNOFILE={wanted} in the unit, or the hard limit to that where you start it.",
    )


def judge_disk(free_bytes: int, where: Path) -> Finding:
    text = f"{free_bytes / 10**9:.1f} GB free at {where}"
    if free_bytes < MIN_FREE_BYTES:
        return Finding("Disk", Level.PROBLEM, text, "Free some space: updates are refused when it is full.")
    if free_bytes < WARN_FREE_BYTES:
        return Finding("Disk", Level.NOTE, text, "Free some space before a long event.")
    return Finding("Disk", Level.OK, text)


def judge_key_file(path: Path, mode: int | None, world: World) -> Finding:
    """`mode` is None when there is no such file."""
    if mode is None:
        if world is World.LIVE:
            return Finding(
                "Key file", Level.PROBLEM, f"{path} is missing", "Live needs one: name it in TOCSIN_KEY_FILE."
            )
        return Finding("Key file", Level.OK, f"{path} will be made at the first start")
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        return Finding("Key file", Level.PROBLEM, f"{path} can be read by others", f"chmod 600 {path}")
    return Finding("Key file", Level.OK, str(path))


def judge_clock(now: datetime, state: int | None) -> Finding:
    """`state` is what the kernel says of its synchronisation, None where it cannot say."""
    if now.year < 2026:
        return Finding(
            "Clock",
            Level.PROBLEM,
            f"it says {now:%Y-%m-%d}",
            "Set the clock: certificates and expiry need it.",
        )
    if state == UNSYNCHRONISED:
        remedy = "Start a time service such as chrony: platforms refuse signatures that are minutes off."
        return Finding("Clock", Level.NOTE, "nothing keeps it synchronised", remedy)
    return Finding("Clock", Level.OK, f"{now:%Y-%m-%d %H:%M:%S} UTC")


def judge_ports(taken: Iterable[int]) -> Finding:
    busy = sorted(taken)
    if busy:
        words = " and ".join(map(str, busy))
        return Finding(
            "Ports", Level.NOTE, f"{words} taken", "The rehearsal takes the next free ones by itself."
        )
    return Finding("Ports", Level.OK, "8000 and 8001 are free")


def judge_variables(unknown: list[str]) -> Finding:
    if unknown:
        return Finding("Settings", Level.NOTE, f"{', '.join(unknown)} means nothing", "Correct or remove it.")
    return Finding("Settings", Level.OK, "every TOCSIN_ variable is known")


def find_browser(environment: Mapping[str, str]) -> Finding:
    """For the browser tests alone; using Tocsin needs none here."""
    named = environment.get("TOCSIN_CHROMIUM")
    path = environment.get("PATH", os.defpath)
    found = named or next(
        filter(
            None,
            (shutil.which(name, path=path) for name in ("chromium", "chromium-browser", "google-chrome")),
        ),
        None,
    )
    if found:
        return Finding("Browser", Level.OK, found)
    return Finding(
        "Browser", Level.NOTE, "no Chromium on PATH", "Only tests need it; `python3 run.py test` brings one."
    )


def find_screens(static: Path) -> Finding:
    if (static / ".digest").exists():
        return Finding("Screens", Level.OK, "built")
    return Finding(
        "Screens", Level.PROBLEM, "not built", "Run `python3 build_frontend.py` in the project's environment."
    )


def clock_state() -> int | None:
    """What adjtimex(2) returns; asking changes nothing."""
    if sys.platform != "linux":
        return None
    with contextlib.suppress(AttributeError, OSError):
        return int(ctypes.CDLL(None).adjtimex(ctypes.create_string_buffer(TIMEX_BYTES)))
    return None


def file_mode(path: Path) -> int | None:
    try:
        return path.stat().st_mode
    except FileNotFoundError:
        return None


def nearest_existing(path: Path) -> Path:
    return next(folder for folder in [path, *path.resolve().parents] if folder.exists())


def find_sqlite_file(path: Path) -> Finding:
    """Whether the folder takes a file, and whether a process owns the database already."""
    folder = nearest_existing(path.parent)
    if not os.access(folder, os.W_OK):
        return Finding(
            "Database", Level.PROBLEM, f"{folder} is not writable", "Change its owner, or TOCSIN_DATA_DIR."
        )
    owner = Path(f"{path}.owner")
    if owner.exists():
        with owner.open("rb") as held:
            try:
                fcntl.flock(held, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except OSError:
                pid = held.read(20).decode("ascii", "replace").strip()
                return Finding("Database", Level.OK, f"{path}, owned by the running process {pid}")
    if not path.exists():
        return Finding("Database", Level.OK, f"{path} will be made at the first start")
    try:
        examine_file(path, thoroughly=True)
    except DatabaseDamaged as exc:
        said, _, remedy = str(exc).partition(" Next: ")
        return Finding("Database", Level.PROBLEM, said, remedy)
    return Finding("Database", Level.OK, f"{path}, looked through and sound")


async def find_postgres(url: URL) -> Finding:
    plain = url.set(drivername="postgresql").render_as_string(hide_password=False)
    shown = f"{url.host}:{url.port or 5432}/{url.database}"
    try:
        link = await asyncpg.connect(plain, timeout=ANSWER_TIMEOUT_S)
    except (OSError, TimeoutError, asyncpg.PostgresError) as exc:
        return Finding(
            "Database",
            Level.PROBLEM,
            f"{shown} does not answer: {exc}",
            "Start it, or correct TOCSIN_DATABASE_URL.",
        )
    try:
        version = link.get_server_version()
        skew_s = abs((await link.fetchval("SELECT now()") - datetime.now(UTC)).total_seconds())
    finally:
        await link.close(timeout=ANSWER_TIMEOUT_S)
    text = f"PostgreSQL {version.major}.{version.minor} at {shown}"
    if skew_s > 2:
        return Finding(
            "Database",
            Level.NOTE,
            f"{text}; its clock is {skew_s:.0f} s off ours",
            "Synchronise both clocks.",
        )
    return Finding("Database", Level.OK, text)


async def find_redis(url: str | None) -> Finding:
    if url is None:
        return Finding("Redis", Level.OK, "not used: one process needs none")
    try:
        async with connect(
            url, socket_timeout=ANSWER_TIMEOUT_S, socket_connect_timeout=ANSWER_TIMEOUT_S
        ) as client:
            version = (await client.info("server")).get("redis_version", "?")
    except AWAY as exc:
        return Finding(
            "Redis", Level.PROBLEM, f"does not answer: {exc}", "Start it, or correct TOCSIN_REDIS_URL."
        )
    return Finding("Redis", Level.OK, f"answers as {version}")


async def examine(settings: Settings, world: World, environment: Mapping[str, str]) -> list[Finding]:
    """Everything, in the order in which it should be mended."""
    database = make_url(settings.database_address(world))
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    where = nearest_existing(settings.data_dir)
    key = settings.key_path(world)
    secret_redis = settings.redis_url
    is_sqlite = database.get_backend_name() == "sqlite"
    return [
        judge_python(sys.version_info[:2]),
        judge_variables(unknown_variables(environment)),
        judge_disk(shutil.disk_usage(where).free, where),
        judge_key_file(key, file_mode(key), world),
        judge_sqlite(sqlite3.sqlite_version_info),
        find_sqlite_file(Path(database.database or "")) if is_sqlite else await find_postgres(database),
        await find_redis(secret_redis.get_secret_value() if secret_redis else None),
        judge_open_files(soft, hard, settings.stream.max_viewers),
        judge_clock(datetime.now(UTC), clock_state()),
        judge_ports([port for port in (8000, 8001) if not await asyncio.to_thread(is_port_free, port)]),
        find_screens(STATIC),
        find_browser(environment),
    ]
