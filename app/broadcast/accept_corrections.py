"""
Corrections at the door: what they have no share for has not left, and does not leave while they wait.

A correction is planned from what was out when it was read. Here, under the event's lock, it is looked at again: a post
that left in between would have nobody to put it right.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from app.broadcast.bulk import Statement, Work, marks
from app.broadcast.intents import DecidedUpdate
from app.models import UpdateKind


def read_waiting(batch: Sequence[DecidedUpdate]) -> Work[Mapping[str, int]]:
    """The fences of those that have not begun, of all that some correction takes for not out."""
    ids = sorted({delivery_id for decided in batch for delivery_id, _ in decided.not_out})
    if not ids:
        return {}
    found = yield Statement(
        f"SELECT id, fence FROM delivery WHERE id IN ({marks(len(ids))})"  # noqa: S608
        " AND state NOT IN ('sending', 'sent', 'delivered', 'unknown')",
        tuple(ids),
    )
    return {row[0]: row[1] for row in found}


def is_overtaken(decided: DecidedUpdate, waiting: Mapping[str, int]) -> bool:
    """Something that it takes for not out may be out by now: every permit moves the fence."""
    return any(waiting.get(delivery_id) != fence for delivery_id, fence in decided.not_out)


def keep_back(accepted: Sequence[DecidedUpdate]) -> Work[None]:
    """Whoever has read what these put right as waiting, and not yet permitted it, is too late: see `store.being_put_right`."""
    ids = sorted(
        {
            decided.of_update_id
            for decided in accepted
            if decided.of_update_id is not None
            and decided.kind in (UpdateKind.CORRECTION, UpdateKind.RETRACTION)
        }
    )
    if ids:
        yield Statement(
            f"UPDATE delivery SET fence = fence + 1 WHERE update_id IN ({marks(len(ids))}) AND state = 'queued'",  # noqa: S608
            tuple(ids),
        )
