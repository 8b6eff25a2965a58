"""
Logs as one JSON line each, or readable ones on a terminal. Never somebody's words, a number or a token.

A processor drops the fields that must not be written, whoever logs them.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

SECRET_FIELDS = frozenset(
    {
        "text",
        "texts",
        "body",
        "number",
        "recipient",
        "to",
        "token",
        "password",
        "email",
        "authorization",
        "cookie",
    }
)


DRIVERS = (
    "aiosqlite",
    "asyncpg",
    "httpcore",
    "httpx",
    "multipart",
    "python_multipart",
    "redis",
    "sqlalchemy",
    "uvicorn",
    "websockets",
)
"""Below a warning these write whole statements with their values, addresses, headers and frames: people's words."""


def drop_secrets(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Keep ids, counts and codes of errors; blot out what a person wrote or may sign in with."""
    for name in SECRET_FIELDS & event.keys():
        event[name] = "…"
    return event


def hush_drivers() -> None:
    """However much whoever serves the application asks to be logged: what the drivers say in passing is nobody's."""
    for name in DRIVERS:
        logging.getLogger(name).setLevel(logging.WARNING)


def configure(*, readable: bool | None = None) -> None:
    """Set up structlog and hand the standard library's warnings to it."""
    if readable is None:
        readable = sys.stderr.isatty()
    renderer: Any = structlog.dev.ConsoleRenderer() if readable else structlog.processors.JSONRenderer()
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            drop_secrets,
            structlog.processors.format_exc_info,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
    )
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s %(message)s", stream=sys.stderr)
