"""
Settings, read once in `create_app` and handed down, never imported.

Everything has a default that runs on a bare machine. Whether a process is live or a drill is not a setting: its
command says so, and no environment variable can.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

PREFIX = "TOCSIN_"
NOT_SETTINGS = frozenset(
    {"TOCSIN_CHROMIUM", "TOCSIN_PEERS_PYTHON", "TOCSIN_FAILPOINT", "TOCSIN_SERVER", "TOCSIN_API_KEY"}
)


class RefusesToStart(Exception):
    """This world cannot run with these settings; the sentence says what to do about it."""


class World(StrEnum):
    """Live and drill are different worlds: process, database, secrets, address, look."""

    LIVE = "live"
    DRILL = "drill"


class DelaySettings(BaseModel):
    """Seconds between "send" and release, by kind of event."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    surgery: float = 120
    surgery_least: float = 60  # nobody makes an operation with less; two people shorten it
    crisis: float = 10
    training: float = 20
    press: float = 20
    correction: float = 0
    rehearsal: float = 5


class ExpirySettings(BaseModel):
    """Seconds after which an update is too old to go out."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    surgery: float = 600
    crisis: float = 1800
    training: float = 1800
    press: float = 1800
    correction: float = 86_400
    planned: float = 7200


class StreamSettings(BaseModel):
    """Limits of the public stream."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    heartbeat_s: float = 10.0
    max_viewers: int = 18_000  # of this process; the open-files limit is the real bound
    max_per_address: int = 4_000  # a hospital's whole staff may share one
    accepts_per_s: float = 2_000  # twice as many at once
    handshake_s: float = 5.0
    slow_s: float = 20.0


class Settings(BaseSettings):
    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_nested_delimiter="__", env_file=".env", extra="forbid", frozen=True
    )

    data_dir: Path = Path("data")
    database_url: SecretStr | None = None  # sqlite in data_dir, one file per world, unless said
    redis_url: SecretStr | None = None
    key_file: Path | None = None
    public_url: str | None = None  # what people and platforms are told; https in live
    hospital: str = "Valdora General Hospital"
    time_zone: str = (
        "UTC"  # IANA name; what clocks on all pages show, and how times that staff write are meant
    )
    emergency_number: str = "112"  # shown on the page of a crisis; empty for none
    trusted_proxies: tuple[str, ...] = ()
    allowed_hosts: tuple[str, ...] = ()
    simulators_url: str = "http://127.0.0.1:8001"
    embed_hosts: tuple[str, ...] = ()
    max_body_bytes: int = 262_144
    session_hours: float = 12
    tablet_session_s: float = 900  # a tablet renews with its own key before that
    tablet_idle_s: float = 300  # then it asks for its PIN
    checkpoints_dir: Path | None = (
        None  # where the audit chain's signed head goes every minute; a second place
    )
    checkpoint_every_s: float = 60
    poll_replies_s: float = 20
    probe_channels_s: float = Field(
        default=300, ge=10
    )  # between two looks whether a channel would take a post; a platform may charge for them
    recheck_replies_s: float = 30  # at most this often; a platform's quota may make it longer
    delays: DelaySettings = Field(default_factory=DelaySettings)
    expiry: ExpirySettings = Field(default_factory=ExpirySettings)
    stream: StreamSettings = Field(default_factory=StreamSettings)

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError) as exc:
            raise ValueError("is an IANA name such as Europe/Rome") from exc
        return name

    def database_address(self, world: World) -> str:
        """The database of this world; the default is a file of its own for each."""
        if self.database_url is not None:
            return self.database_url.get_secret_value()
        return f"sqlite:///{self.data_dir / f'tocsin-{world}.sqlite3'}"

    def checkpoints_path(self, world: World) -> Path:
        # The second place is for the live chain: a drill's heads among its own would make it doubt the newest.
        own = self.checkpoints_dir if world == World.LIVE else None
        return own or self.data_dir / f"checkpoints-{world}"

    def key_path(self, world: World) -> Path:
        return self.key_file or self.data_dir / f"tocsin-{world}.key"


def unknown_variables(environ: Mapping[str, str] = os.environ) -> list[str]:
    """TOCSIN_ variables that mean nothing here: most likely misspelt, so start-up names them."""
    known = {f"{PREFIX}{name.upper()}" for name in Settings.model_fields}
    nested = tuple(f"{PREFIX}{name.upper()}__" for name in ("delays", "expiry", "stream"))
    return sorted(
        name
        for name in environ
        if name.startswith(PREFIX)
        and name not in known
        and name not in NOT_SETTINGS
        and not name.startswith(nested)
    )
