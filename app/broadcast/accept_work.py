"""
What one accept transaction does, statement by statement, for everybody who shares it.

Locks are taken in one order everywhere: events, then topics, then the audit chain. Under the events' locks nobody
else can take a number or use a key of theirs, so what is read here stays true until the commit.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, tzinfo
from typing import Any

from app.accounts.audit import CHAIN_LOCK, GENESIS, Record, chain
from app.broadcast.accept_corrections import is_overtaken, keep_back, read_waiting
from app.broadcast.accept_rows import AUDIT, AcceptRows, Place, build, key_row
from app.broadcast.accept_steps import mark_sent, read_steps, refused, sent_before
from app.broadcast.bulk import Statement, Work, insert_all, insert_rows, marks, read_instant
from app.broadcast.intents import Accepted, DecidedUpdate, RenderAnswer
from app.broadcast.neighbours import read_said_last, was_read
from app.broadcast.planned import planned_before, read_standing
from app.broadcast.topics import Position, topic_id
from app.errors import AppError, Conflict, Gone, InvalidInput, NotFound
from app.ids import NewId
from app.models import EventState, Sending, TopicName, UpdateKind, UpdateState

PUTS_RIGHT = (UpdateKind.CORRECTION, UpdateKind.RETRACTION, UpdateKind.ALL_CLEAR)
"""What may still be said after the end."""

MAX_BATCH = 256
PIECE = 40
"""So many updates go to PostgreSQL at once: it writes their rows while those of the next are made."""

EVENT_CHANGED = "event_changed"
"""Decided by rules, read next to texts, or of a correction by what was out, that were others before it was accepted."""

Submit = tuple[DecidedUpdate, RenderAnswer]
Answers = list[Accepted | AppError]
Key = tuple[str, str]
EventRow = tuple[str, str, int]
"""Its state, whether it sends, and its version."""


def accept(
    batch: Sequence[Submit], *, sqlite: bool, now: Callable[[], datetime], new_id: NewId, zone: tzinfo
) -> Work[tuple[Answers, list[Position]]]:
    """Answers in the order of the batch, and where the desks' topics came to."""
    lock = "" if sqlite else " FOR UPDATE"
    events = yield from _events(batch, lock)
    at = now()
    known = yield from _known_keys(batch, sqlite)
    channels = yield from _channels(batch)
    steps = yield from read_steps([decided for decided, _ in batch])
    standing = yield from read_standing([decided for decided, _ in batch])
    said = yield from read_said_last([decided for decided, _ in batch])
    waiting = yield from read_waiting([decided for decided, _ in batch])
    taken: set[str] = set()
    answers: Answers = []
    first: dict[Key, int] = {}
    repeats: list[tuple[int, int]] = []
    fresh: list[int] = []
    for index, (decided, _) in enumerate(batch):
        key = (decided.event_id, decided.client_key)
        if key in known:
            answers.append(_replayed(decided, known[key]))
        elif key in first:
            same = batch[first[key]][0].body_hash == decided.body_hash
            answers.append(_reused())
            if same:
                repeats.append((index, first[key]))
        else:
            refusal = _refusal(decided, events.get(decided.event_id), channels) or refused(decided, steps)
            if refusal is None and is_overtaken(decided, waiting):
                refusal = _changed()
            if refusal is None and decided.step is not None:
                if decided.step.id in taken:
                    refusal = sent_before()
                taken.add(decided.step.id)
            if refusal is None and decided.occasion:
                refusal = planned_before(decided, standing)
                standing.add((decided.event_id, decided.occasion))
            if refusal is None and not was_read(decided, said):
                refusal = Conflict(
                    "Something else was sent on this event at the same moment. Send it again.",
                    code=EVENT_CHANGED,
                )
            answers.append(refusal or _NOT_YET)
            if refusal is None:
                if decided.state == UpdateState.COUNTING_DOWN:
                    said[decided.event_id] = (
                        None  # it stands before the next one, which has not been read with it
                    )
                first[key] = index
                fresh.append(index)
    yield from keep_back([batch[index][0] for index in fresh])
    places = yield from _places([batch[index][0] for index in fresh], events)
    audit: list[Record] = []
    sent: list[tuple[str, str]] = []
    tops: dict[str, Position] = {}
    placed = list(zip(fresh, places, strict=True))
    piece = MAX_BATCH if sqlite else PIECE
    for start in range(0, len(placed), piece):
        rows = AcceptRows()
        for index, place in placed[start : start + piece]:
            decided, render = batch[index]
            accepted = build(rows, decided, place, now=at, new_id=new_id, zone=zone)
            accepted = replace(accepted, answer=render(accepted))
            rows.keys.append(key_row(decided, accepted.answer))
            answers[index] = accepted
            if decided.step is not None:
                sent.append((decided.step.id, accepted.update_id))
            topic = topic_id(decided.event_id, TopicName.DESK)
            tops[topic] = Position(topic, place.desk_epoch, place.desk_offset)
        audit += rows.audit
        for statement in insert_all(rows.by_shape(), sqlite=sqlite, now=at, ahead=True):  # noqa: UP028 - rows are sent back
            yield statement
    yield from mark_sent(sent)
    if audit:
        yield from _audit(audit, at, sqlite)
    for index, of in repeats:
        original = answers[of]
        answers[index] = replace(original, replayed=True) if isinstance(original, Accepted) else original
    return answers, list(tops.values())


def _events(batch: Sequence[Submit], lock: str) -> Work[dict[str, EventRow]]:
    ids = sorted({decided.event_id for decided, _ in batch})
    found = yield Statement(
        f"SELECT id, state, sending, version FROM live_event WHERE id IN ({marks(len(ids))}) ORDER BY id{lock}",  # noqa: S608
        tuple(ids),
    )
    return {row[0]: (row[1], row[2], row[3]) for row in found}


def _known_keys(batch: Sequence[Submit], sqlite: bool) -> Work[dict[Key, Any]]:
    """
    By the keys' own table first: hardly ever is one known, and a server that has not counted its rows yet may read
    every update of the event to join them.
    """
    by_scope: dict[str, set[str]] = {}
    for decided, _ in batch:
        by_scope.setdefault(decided.event_id, set()).add(decided.client_key)
    known: dict[Key, Any] = {}
    for scope, keys in sorted(by_scope.items()):
        # One text for any number of keys on PostgreSQL, which prepares each text anew.
        any_of, given = (f"IN ({marks(len(keys))})", sorted(keys)) if sqlite else ("= ANY(?)", [sorted(keys)])
        found = yield Statement(
            f"SELECT key, body_hash, answer FROM idempotency_record WHERE scope = ? AND key {any_of}",  # noqa: S608
            (scope, *given),
        )
        for key, body_hash, answer in found:
            updates = yield Statement(
                "SELECT id, seq, release_at, received_at FROM live_update WHERE event_id = ? AND client_key = ?",
                (scope, key),
            )
            for update_id, *of_update in updates:
                deliveries = yield Statement(
                    "SELECT id FROM delivery WHERE update_id = ? ORDER BY id", (update_id,)
                )
                row = (scope, key, body_hash, answer, update_id, *of_update)
                known[scope, key] = (row, tuple(d[0] for d in deliveries))
    return known


def _channels(batch: Sequence[Submit]) -> Work[set[str]]:
    wanted = sorted({planned.channel_id for decided, _ in batch for planned in decided.deliveries})
    if not wanted:
        return set()
    found = yield Statement(
        f"SELECT id FROM channel WHERE id IN ({marks(len(wanted))})",  # noqa: S608
        tuple(wanted),
    )
    return {row[0] for row in found}


def _places(fresh: Sequence[DecidedUpdate], events: dict[str, EventRow]) -> Work[list[Place]]:
    """Consecutive places for all updates of an event, one statement per event and topic."""
    counts: dict[str, int] = {}
    for decided in fresh:
        counts[decided.event_id] = counts.get(decided.event_id, 0) + 1
    last: dict[str, tuple[int, int, str]] = {}
    for event_id in sorted(counts):
        n = counts[event_id]
        seq = yield Statement(
            "UPDATE live_event SET last_seq = last_seq + ? WHERE id = ? RETURNING last_seq", (n, event_id)
        )
        topic = yield Statement(
            'UPDATE topic SET "offset" = "offset" + ? WHERE id = ? RETURNING "offset", epoch',
            (n, topic_id(event_id, TopicName.DESK)),
        )
        if not topic:
            raise LookupError(f"no desk topic of event {event_id}")
        last[event_id] = (seq[0][0] - n, topic[0][0] - n, topic[0][1])
    places: list[Place] = []
    for decided in fresh:
        number, offset, epoch = last[decided.event_id]
        last[decided.event_id] = (number + 1, offset + 1, epoch)
        held = events[decided.event_id][1] == Sending.HOLD
        places.append(Place(number + 1, offset + 1, epoch, held))
    return places


def _audit(records: Sequence[Record], at: datetime, sqlite: bool) -> Work[None]:
    if not sqlite:
        yield Statement("SELECT pg_advisory_xact_lock(?)", (CHAIN_LOCK,))
    last = yield Statement("SELECT seq, hash FROM audit_entry ORDER BY seq DESC LIMIT 1")
    seq, digest = last[0] if last else (0, GENESIS)
    yield insert_rows(AUDIT, chain(seq, digest, records, at), sqlite=sqlite)


def _changed() -> Conflict:
    return Conflict("This event was changed meanwhile. Send it again.", code=EVENT_CHANGED)


_NOT_YET = AppError("not yet")


def _replayed(decided: DecidedUpdate, known: Any) -> Accepted | AppError:
    row, delivery_ids = known
    if row[2] != decided.body_hash:
        return _reused()
    received_at = read_instant(row[7])
    assert received_at is not None
    return Accepted(
        row[4], row[5], read_instant(row[6]), received_at, delivery_ids, bytes(row[3]), replayed=True
    )


def _reused() -> AppError:
    return InvalidInput(
        "This idempotency key was used for a different update. Send this one with a new key.",
        code="key_reused",
    )


def _refusal(decided: DecidedUpdate, event: EventRow | None, channels: set[str]) -> AppError | None:
    if event is None:
        return NotFound("There is no such event. Choose one from the list of events.", code="no_event")
    state, sending, version = event
    if state == EventState.ARCHIVED or (state == EventState.ENDED and decided.kind not in PUTS_RIGHT):
        return Gone("This event has ended. Nothing more can be sent from it.", code="event_ended")
    if sending == Sending.STOP:
        return Conflict(
            "Sending is stopped on this event. A second person can start it again on the desk.",
            code="stopped",
        )
    if decided.event_version not in (None, version):
        # Who must agree may be another question now, such as when the crisis was called graver in between.
        return _changed()
    for planned in decided.deliveries:
        if planned.channel_id not in channels:
            return NotFound(
                "One of the channels does not exist any more. Reload and choose again.", code="no_channel"
            )
    return None
