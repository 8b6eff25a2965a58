"""
Steps of the cue sheet on their way out: one goes out once, whoever taps and with whatever key.

Decided inside the accept transaction, under the event's lock, because two tablets that show the same step both read
it as unsent. What was taken back before it left does not count: such a step may be sent again.
"""

from __future__ import annotations

from collections.abc import Sequence

from app.broadcast.bulk import Statement, Work, marks
from app.broadcast.intents import DecidedUpdate
from app.errors import AppError, Conflict
from app.models import NOT_OUT

Known = dict[str, tuple[int, str | None]]
"""Version of a step, and the state of the update it became."""


def read_steps(batch: Sequence[DecidedUpdate]) -> Work[Known]:
    ids = sorted({decided.step.id for decided in batch if decided.step is not None})
    if not ids:
        return {}
    found = yield Statement(
        "SELECT s.id, s.version, u.state FROM step s LEFT JOIN live_update u ON u.id = s.sent_update_id"  # noqa: S608
        f" WHERE s.id IN ({marks(len(ids))})",
        tuple(ids),
    )
    return {row[0]: (row[1], row[2]) for row in found}


def refused(decided: DecidedUpdate, known: Known) -> AppError | None:
    """Why the step of this update cannot become it; None when it can, or when there is no step."""
    if decided.step is None:
        return None
    version, state = known.get(decided.step.id, (0, None))
    if decided.step.once and state is not None and state not in NOT_OUT:
        return sent_before()
    if version != decided.step.version:
        return Conflict(
            "This step of the cue sheet was changed, parked or taken out just now. Read it again, then send.",
            code="changed_meanwhile",
            current=version,
        )
    return None


def sent_before() -> Conflict:
    return Conflict(
        "This step has been sent already, so it was not sent again. Take the next step; to say more, write an update "
        "of your own.",
        code="step_sent",
    )


def mark_sent(sent: Sequence[tuple[str, str]]) -> Work[None]:
    """Each step remembers the update it became; whoever edits an older reading of it is told."""
    if sent:
        yield Statement(
            "UPDATE step SET sent_update_id = ?, version = version + 1 WHERE id = ?",
            many=[(update_id, step_id) for step_id, update_id in sent],
        )
