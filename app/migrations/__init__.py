"""Migrations, run by `migrate` on a database of either kind at every start."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection

from app.db import Database
from app.migrations.guards import lay_guards

HERE = Path(__file__).parent
LOCK_WAIT_S = 30.0  # another node may be migrating right now


def config_for(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(HERE))
    config.attributes["connection"] = connection
    return config


async def migrate(database: Database) -> None:
    """Bring the database to the newest revision; harmless when it is there already."""

    def run(connection: Connection) -> None:
        command.upgrade(config_for(connection), "head")
        lay_guards(connection)

    async with database.connection(lock_wait_s=LOCK_WAIT_S) as connection:
        await connection.run_sync(run)
