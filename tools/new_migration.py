"""
Write a migration from what the models say and the newest migration lacks.

    python -m tools.new_migration 0002 "Add consent records"
    python -m tools.new_migration --initial      # rewrites 0001; only before the first release
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
import tempfile
from pathlib import Path

from alembic import command
from sqlalchemy import Connection

from app.db import Database
from app.migrations import HERE, config_for


async def main(number: str, message: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{folder}/m.sqlite3")

        def run(connection: Connection) -> None:
            config = config_for(connection)
            if number != "0001":
                command.upgrade(config, "head")
            command.revision(config, message=message, rev_id=number, autogenerate=True)

        async with database.connection() as connection:
            await connection.run_sync(run)
        await database.stop()


if __name__ == "__main__":
    words = sys.argv[1:]
    versions = HERE / "versions"
    if words == ["--initial"]:
        for old in versions.glob("0001_*.py"):
            old.unlink()
        words = ["0001", "initial tables"]
    asyncio.run(main(*words))
    subprocess.run([Path(sys.executable).parent / "ruff", "check", "-q", "--fix", versions], check=False)
    subprocess.run([Path(sys.executable).parent / "ruff", "format", "-q", versions], check=False)
