"""The audit chain of one event as a document: JSON that a program can check, CSV that a person can read."""

from __future__ import annotations

import json

from app.accounts.audit_reading import Extract
from app.feeds.cells import csv_table

HEADER = ("seq", "at", "actor", "name", "action", "event_id", "subject", "detail", "prev_hash", "hash")


def as_json(extract: Extract) -> str:
    """Each entry's hash follows from its own fields and `prev_hash`; `head` is how the whole chain ended."""
    return json.dumps(
        {
            "format": "tocsin-audit-1",
            "head": {"seq": extract.head_seq, "hash": extract.head_hash},
            "entries": [
                {
                    "seq": one.seq,
                    "at": one.at.isoformat(timespec="microseconds"),
                    "actor": one.actor,
                    "name": extract.names.get(one.actor, ""),
                    "action": one.action,
                    "event_id": one.event_id,
                    "subject": one.subject,
                    "detail": one.detail,
                    "prev_hash": one.prev_hash,
                    "hash": one.hash,
                }
                for one in extract.entries
            ],
        },
        ensure_ascii=False,
        indent=1,
    )


def as_csv(extract: Extract) -> str:
    return csv_table(
        HEADER,
        (
            (
                one.seq,
                one.at.isoformat(timespec="microseconds"),
                one.actor,
                extract.names.get(one.actor, ""),
                one.action,
                one.event_id,
                one.subject,
                json.dumps(one.detail, ensure_ascii=False, sort_keys=True),
                one.prev_hash,
                one.hash,
            )
            for one in extract.entries
        ),
    )
