"""
The audit chain as bytes: what an entry's hash is over, and what a checkpoint says. Shared by writer and verifier.

Nothing else is shared: the verifier must not inherit a mistake, or a manipulation, of the program that it checks.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

GENESIS = "0" * 64

_canonical = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


def entry_hash(
    prev_hash: str,
    seq: int,
    at: datetime,
    actor: str,
    action: str,
    event_id: str | None,
    subject: str,
    detail: Mapping[str, Any],
) -> str:
    """SHA-256 over the previous hash and the canonical JSON of the entry."""
    canonical = _canonical(
        [seq, at.isoformat(timespec="microseconds"), actor, action, event_id, subject, detail]
    )
    return hashlib.sha256(f"{prev_hash}\n{canonical}".encode()).hexdigest()


def checkpoint_statement(chain_id: str, seq: int, head: str, at: str) -> bytes:
    """What is signed: at this time, the chain of this database had this many entries and ended in this hash."""
    return f"tocsin-checkpoint-1\n{chain_id}\n{seq}\n{head}\n{at}\n".encode()
