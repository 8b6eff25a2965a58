"""
The audit chain's head, signed, and put in a second place every minute.

A chain alone shows edits inside it; somebody who owns the database can cut its end off or write all of it anew. They
cannot make the checkpoints that left before: those say how many entries there were and what the last one's hash was,
signed with a key that is in the key file and not in the database. Put the second place on another machine.
"""

from __future__ import annotations

import asyncio
import json
import os
from datetime import datetime
from pathlib import Path

import structlog
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import func, select
from sqlmodel import col

from app.accounts.audit_format import checkpoint_statement
from app.clock import Clock, Repeat
from app.db import Database
from app.models import AuditEntry

log = structlog.get_logger()

CHECKPOINTS = "tocsin audit checkpoints 1"  # what the signing key is for
RESTORED = "database.restored"  # the entry that a restore leaves; what it lacks is known then
FILE, KEYS_FILE = "checkpoints.jsonl", "public-keys.txt"


class Checkpoints(Repeat):
    """Writes one line whenever the head has moved, looking every minute and at the end."""

    task_name = "audit-checkpoints"
    failure = "audit_checkpoint_failed"

    def __init__(
        self, database: Database, key: Ed25519PrivateKey, clock: Clock, folder: Path, *, every_s: float
    ) -> None:
        super().__init__(every_s)
        self._database = database
        self._key = key
        self._clock = clock
        self._folder = folder
        self._last: tuple[int, str] | None = None
        self.failing = False

    @property
    def public_key(self) -> str:
        return self._key.public_key().public_bytes_raw().hex()

    async def stop(self) -> None:
        was_started = self._task is not None
        await super().stop()
        if was_started:
            await self.write()

    async def write(self) -> bool:
        """Put the head of now into the second place; False when it has not moved or the place does not take it."""
        async with self._database.read() as session:
            head = (
                await session.execute(
                    select(col(AuditEntry.seq), col(AuditEntry.hash))
                    .order_by(col(AuditEntry.seq).desc())
                    .limit(1)
                )
            ).one_or_none()
            first = await session.scalar(select(col(AuditEntry.hash)).where(col(AuditEntry.seq) == 1))
        if head is None or first is None or (head[0], head[1]) == self._last:
            return False
        at = self._clock.now().isoformat(timespec="seconds")
        signature = self._key.sign(checkpoint_statement(first, head[0], head[1], at)).hex()
        line = {
            "at": at,
            "chain": first,
            "seq": head[0],
            "head": head[1],
            "key": self.public_key,
            "sig": signature,
        }
        try:
            await asyncio.to_thread(self._append, json.dumps(line) + "\n")
        except OSError as exc:
            # Posting goes on: a full second disk must not silence a crisis desk. `/readyz` and the log say it.
            if not self.failing:
                log.error("checkpoint_not_written", why=exc.strerror)
            self.failing = True
            return False
        self.failing = False
        self._last = (head[0], head[1])
        return True

    async def missing(self) -> str:
        """
        Why the database holds less than it once did, before anything is written to it; empty when it does not.

        A file that lost its newest part opens without a complaint: SQLite takes what follows the last sound commit
        for a write that never finished. The second place knows better. A restored backup says itself what it lacks.
        """
        try:
            lines = await asyncio.to_thread((self._folder / FILE).read_text, "utf-8")
            newest = json.loads(lines.splitlines()[-1])
            kept, chain = int(newest["seq"]), str(newest["chain"])
            kept_at = datetime.fromisoformat(newest["at"])
        except (OSError, ValueError, KeyError, IndexError, TypeError):
            return ""
        async with self._database.read() as session:
            last = await session.scalar(select(func.max(col(AuditEntry.seq))))
            first = await session.scalar(select(col(AuditEntry.hash)).where(col(AuditEntry.seq) == 1))
            # Somebody may have been let in again at the machine since: the restore need not be the last entry.
            restored = await session.scalar(
                select(col(AuditEntry.seq))
                .where(col(AuditEntry.action) == RESTORED, col(AuditEntry.at) >= kept_at)
                .limit(1)
            )
        if last is None or first != chain or last >= kept or restored is not None:
            return ""
        return (
            f"The database ends at audit entry {last}, and {self._folder / FILE} has seen {kept}: what came after is "
            "missing from the file, so nothing is written to it. Next: 1. copy the database with its -wal file "
            "somewhere safe; 2. put the newest backup back with `tocsin restore BACKUP`, or accept the loss with "
            "`tocsin restore` alone; 3. `tocsin audit verify` says what is missing."
        )

    async def _turn(self) -> None:
        await self.write()

    def _append(self, line: str) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        keys = self._folder / KEYS_FILE
        if self.public_key not in (keys.read_text().split() if keys.exists() else ()):
            with keys.open("a") as file:
                file.write(f"{self.public_key}\n")
        with (self._folder / FILE).open("a") as file:
            file.write(line)
            file.flush()
            os.fsync(file.fileno())
