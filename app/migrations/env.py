"""Alembic's environment: runs on a connection it is handed, for SQLite and PostgreSQL alike."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context
from sqlalchemy import JSON, Connection
from sqlmodel import SQLModel
from sqlmodel.sql.sqltypes import AutoString

import app.models  # noqa: F401 - fills the metadata
from app.models.base import UtcDateTime


def render(kind: str, value: Any, _context: Any) -> str | Literal[False]:
    """Write our own column types by their own names."""
    if kind == "type":
        if isinstance(value, UtcDateTime):
            return "base.UtcDateTime()"
        if isinstance(value, JSON):
            return "base.Json"
        if isinstance(value, AutoString):
            return "sa.String()"
    return False


connection: Connection = context.config.attributes["connection"]
context.configure(
    connection=connection, target_metadata=SQLModel.metadata, render_as_batch=True, render_item=render
)
with context.begin_transaction():
    context.run_migrations()
