"""
Attacks on the audit chain by whoever owns the database: `python3 run.py soak audit [--attacks N] [--seed S]` (S-16, G12).

Every attack is on a file of its own, read by the verifier as it reads anybody's; the same attacks then go to
verifiers that skip one check each, which have to miss some, or the attacks would prove nothing.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from app.accounts.audit_verify import judge
from app.db import Database
from app.migrations import migrate
from tests.accounts.tampering import BUGS, Rows, blind, put, tampered, written

PER_CHAIN = 500


@dataclass
class Found:
    """Attacks by name, those that nobody noticed, and how many each blind verifier let pass."""

    attacks: Counter[str] = field(default_factory=Counter)
    missed: list[str] = field(default_factory=list)
    sound: int = 0
    let_pass: Counter[str] = field(default_factory=Counter)


async def one_chain(folder: Path, dice: random.Random, migrated: Path | None) -> tuple[Rows, int, str]:
    if migrated is not None:
        shutil.copy(migrated, folder / "house.sqlite3")
    database = Database(f"sqlite:///{folder}/house.sqlite3")
    await database.start()
    try:
        if migrated is None:
            await migrate(database)
        return await written(database, folder / "second", dice, dice.randint(8, 60))
    finally:
        await database.stop()


def attacked(
    folder: Path, seed: int, attacks: int, blind_share: int, found: Found, migrated: Path | None
) -> None:
    """
    One chain, attacked again and again.

    Args:
        blind_share: How many of the attacks go to the blind verifiers too.
    """
    dice = random.Random(seed)
    rows, last, key = asyncio.run(one_chain(folder, dice, migrated))
    path, second = folder / "attacked.sqlite3", folder / "second"
    blinded = {bug: blind(bug) for bug in BUGS}
    put(path, rows)
    untouched = judge(str(path), second, [key])
    found.sound += not untouched.broken and untouched.checkpoints == 3
    for n in range(attacks):
        name, changed = tampered(dice, rows, last)
        put(path, changed)
        found.attacks[name] += 1
        if not judge(str(path), second, [key]).broken:
            found.missed.append(f"seed {seed}, attack {n}: {name}")
        if n < blind_share:
            for bug, looks in blinded.items():
                found.let_pass[bug] += not looks(str(path), second, [key]).broken


def audit(attacks: int, seed: int, migrated: Path | None = None) -> tuple[int, dict[str, Any]]:
    """Whether it failed, and the figures. `migrated` is an empty database to copy instead of making one."""
    began, found = time.process_time(), Found()
    chains = -(-attacks // PER_CHAIN)
    for chain in range(chains):
        with tempfile.TemporaryDirectory() as folder:
            share = min(PER_CHAIN, attacks - chain * PER_CHAIN)
            attacked(Path(folder), seed + chain, share, min(share, 100), found, migrated)
    caught_bugs = {bug: found.let_pass[bug] for bug in BUGS}
    failed = bool(found.missed) or found.sound != chains or not all(caught_bugs.values())
    return int(failed), {
        "part": "audit",
        "seed": seed,
        "n": attacks,
        "caught": attacks - len(found.missed),
        "missed": len(found.missed),
        "which": found.missed[:10],
        "by_kind": dict(sorted(found.attacks.items())),
        "untouched_chains_that_hold": f"{found.sound} of {chains}",
        "missed_by_a_verifier_where": caught_bugs,
        "bound_95": 3 / attacks,
        "cpu_s": round(time.process_time() - began, 1),
    }


def main(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--attacks", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=16)
    given = parser.parse_args(words)
    failed, figures = audit(given.attacks, given.seed)
    print(json.dumps(figures, indent=1))
    return failed
