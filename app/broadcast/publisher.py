"""
The door: an update, its deliveries, the desk's entry, the audit entry and the key, in one durable transaction.

Callers that come at the same time share a commit: the committer takes whoever waits, checks each under the event's
row lock, and writes all their rows with one statement a table. Nobody is answered before the commit is durable, and
one bad submit fails alone.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from app.broadcast.accept_rows import AcceptRows, Place, build, key_row
from app.broadcast.audit_log import AuditLog
from app.broadcast.intents import Accepted, DecidedUpdate, RenderAnswer
from app.broadcast.topics import Position, topic_id
from app.clock import Clock
from app.db import Database
from app.errors import AppError, Conflict, Gone, InvalidInput, NotFound, Unready
from app.ids import NewId
from app.models import (
    Channel,
    Delivery,
    EventState,
    IdempotencyRecord,
    LiveEvent,
    Sending,
    Topic,
    TopicName,
    Update,
)

Announce = Callable[[Sequence[Position]], None]

MAX_BATCH = 256
_TRIES = 5


@dataclass(slots=True)
class _Submit:
    decided: DecidedUpdate
    render: RenderAnswer
    done: asyncio.Future[Accepted]


class Publisher:
    """
    Accepts decided updates.

    Args:
        announce: Told the new positions once they are durable.
        wake: Called after an accept, so that release looks at its timer again.
    """

    def __init__(
        self,
        database: Database,
        audit: AuditLog,
        clock: Clock,
        new_id: NewId,
        announce: Announce,
        *,
        zone: tzinfo,
        wake: Callable[[], None] = lambda: None,
    ) -> None:
        self._database = database
        self._audit = audit
        self._clock = clock
        self._new_id = new_id
        self._announce = announce
        self._zone = zone
        self._wake = wake
        self._waiting: list[_Submit] = []
        self._in_progress: dict[tuple[str, str], str] = {}
        self._committer: asyncio.Task[None] | None = None

    async def accept(self, decided: DecidedUpdate, render: RenderAnswer) -> Accepted:
        """
        Take an update for good; returns after the commit.

        Args:
            render: Makes the stored answer from what was accepted; must not wait or fail.

        Raises:
            NotFound, Gone, Conflict, InvalidInput: with a code and the next action; nothing was changed.
        """
        key = (decided.event_id, decided.client_key)
        running = self._in_progress.get(key)
        if running is not None and running != decided.body_hash:
            raise Conflict(
                "Another request with this key is being answered right now. Ask again in a second.",
                code="key_in_progress",
                retry_after_s=1,
            )
        self._in_progress[key] = decided.body_hash
        submit = _Submit(decided, render, asyncio.get_running_loop().create_future())
        self._waiting.append(submit)
        if self._committer is None or self._committer.done():
            self._committer = asyncio.create_task(self._commit_waiting(), name="publisher")
        # A caller that goes away does not undo what the others share; the key tells it later what became of it.
        return await asyncio.shield(submit.done)

    async def drain(self) -> None:
        """Until everything that was handed in has its answer."""
        while self._committer is not None and not self._committer.done():
            await asyncio.wait([self._committer])

    async def _commit_waiting(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting[:MAX_BATCH], self._waiting[MAX_BATCH:]
            try:
                await self._commit(batch)
            except Exception as exc:  # noqa: BLE001 - every caller must hear; nothing of the batch was kept
                for submit in batch:
                    _fail(submit, exc)
            finally:
                for submit in batch:
                    self._in_progress.pop((submit.decided.event_id, submit.decided.client_key), None)

    async def _commit(self, batch: Sequence[_Submit]) -> None:
        for attempt in range(_TRIES):
            try:
                answers, positions = await self._write(batch)
            except IntegrityError:
                if len(batch) == 1 and attempt + 1 == _TRIES:
                    raise
                if len(batch) > 1:
                    # One row of the batch cannot be; each alone then, so that only the guilty one fails.
                    for submit in batch:
                        try:
                            await self._commit([submit])
                        except Exception as exc:  # noqa: BLE001 - as above
                            _fail(submit, exc)
                    return
            except DBAPIError as exc:
                if attempt + 1 == _TRIES or not _worth_repeating(exc):
                    raise
            else:
                if positions:
                    self._announce(positions)
                    self._wake()
                for submit, answer in zip(batch, answers, strict=True):
                    if isinstance(answer, AppError):
                        _fail(submit, answer)
                    elif not submit.done.done():
                        submit.done.set_result(answer)
                return
            await asyncio.sleep(0.005 * (attempt + 1))
        raise Unready("The database is busy. Your text is kept; send again in a moment.")

    async def _write(self, batch: Sequence[_Submit]) -> tuple[list[Accepted | AppError], list[Position]]:
        """One transaction. Answers are in the order of the batch."""
        answers: list[Accepted | AppError] = []
        rows = AcceptRows()
        async with self._database.transaction() as session:
            # Locks are taken in one order everywhere: events, then topics, then the audit chain.
            events = await self._lock_events(session, {s.decided.event_id for s in batch})
            now = self._clock.now()
            known = await self._known_keys(session, batch)
            channels = await self._known_channels(session, batch)
            fresh: list[tuple[int, DecidedUpdate]] = []
            planned: dict[tuple[str, str], int] = {}
            for submit in batch:
                decided = submit.decided
                key = (decided.event_id, decided.client_key)
                record = known.get(key)
                if record is not None:
                    answers.append(_replayed(decided, record))
                    continue
                if key in planned:
                    answers.append(_same_batch(decided, batch[planned[key]].decided))
                    continue
                refusal = _refusal(decided, events.get(decided.event_id), channels)
                if refusal is not None:
                    answers.append(refusal)
                    continue
                planned[key] = len(answers)
                fresh.append((len(answers), decided))
                answers.append(_PENDING)
            places = await self._places(session, [decided for _, decided in fresh], events)
            for (index, decided), place in zip(fresh, places, strict=True):
                accepted = build(rows, decided, place, now=now, new_id=self._new_id, zone=self._zone)
                accepted = replace(accepted, answer=batch[index].render(accepted))
                rows.keys.append(key_row(decided, accepted.answer, now))
                answers[index] = accepted
            await self._insert(session, rows, now)
        for index, answer in enumerate(answers):
            if isinstance(answer, _SameAs):
                original = answers[planned[answer.key]]
                answers[index] = (
                    replace(original, replayed=True) if isinstance(original, Accepted) else original
                )
        tops: dict[str, Position] = {}
        for (_, decided), place in zip(fresh, places, strict=True):
            topic = topic_id(decided.event_id, TopicName.DESK)
            tops[topic] = Position(topic, place.desk_epoch, place.desk_offset)
        return answers, list(tops.values())

    async def _lock_events(self, session: AsyncSession, ids: set[str]) -> dict[str, Any]:
        found = await session.execute(
            select(col(LiveEvent.id), col(LiveEvent.state), col(LiveEvent.sending))
            .where(col(LiveEvent.id).in_(ids))
            .order_by(col(LiveEvent.id))
            .with_for_update()
        )
        return {row.id: row for row in found}

    async def _known_keys(
        self, session: AsyncSession, batch: Sequence[_Submit]
    ) -> dict[tuple[str, str], Any]:
        by_scope: dict[str, set[str]] = {}
        for submit in batch:
            by_scope.setdefault(submit.decided.event_id, set()).add(submit.decided.client_key)
        known: dict[tuple[str, str], Any] = {}
        for scope, keys in by_scope.items():
            found = await session.execute(
                select(
                    col(IdempotencyRecord.scope),
                    col(IdempotencyRecord.key),
                    col(IdempotencyRecord.body_hash),
                    col(IdempotencyRecord.answer),
                    col(Update.id),
                    col(Update.seq),
                    col(Update.release_at),
                    col(Update.received_at),
                )
                .join(
                    Update,
                    (col(Update.event_id) == col(IdempotencyRecord.scope))
                    & (col(Update.client_key) == col(IdempotencyRecord.key)),
                )
                .where(col(IdempotencyRecord.scope) == scope, col(IdempotencyRecord.key).in_(keys))
            )
            for row in found.all():
                deliveries = await session.execute(
                    select(col(Delivery.id))
                    .where(col(Delivery.update_id) == row.id)
                    .order_by(col(Delivery.id))
                )
                known[row.scope, row.key] = (row, tuple(deliveries.scalars()))
        return known

    async def _known_channels(self, session: AsyncSession, batch: Sequence[_Submit]) -> set[str]:
        wanted = {planned.channel_id for submit in batch for planned in submit.decided.deliveries}
        if not wanted:
            return set()
        return set(
            (await session.execute(select(col(Channel.id)).where(col(Channel.id).in_(wanted)))).scalars()
        )

    async def _places(
        self, session: AsyncSession, fresh: Sequence[DecidedUpdate], events: dict[str, Any]
    ) -> list[Place]:
        """Consecutive places for all updates of an event, one statement per event and topic."""
        counts: dict[str, int] = {}
        for decided in fresh:
            counts[decided.event_id] = counts.get(decided.event_id, 0) + 1
        last: dict[str, tuple[int, int, str]] = {}
        for event_id in sorted(counts):
            n = counts[event_id]
            seq = (
                await session.execute(
                    update(LiveEvent)
                    .where(col(LiveEvent.id) == event_id)
                    .values(last_seq=col(LiveEvent.last_seq) + n)
                    .returning(col(LiveEvent.last_seq))
                )
            ).scalar_one()
            offset, epoch = (
                await session.execute(
                    update(Topic)
                    .where(col(Topic.id) == topic_id(event_id, TopicName.DESK))
                    .values(offset=col(Topic.offset) + n)
                    .returning(col(Topic.offset), col(Topic.epoch))
                )
            ).one()
            last[event_id] = (seq - n, offset - n, epoch)
        places: list[Place] = []
        for decided in fresh:
            seq, offset, epoch = last[decided.event_id]
            last[decided.event_id] = (seq + 1, offset + 1, epoch)
            held = events[decided.event_id].sending == Sending.HOLD
            places.append(Place(seq + 1, offset + 1, epoch, held))
        return places

    async def _insert(self, session: AsyncSession, rows: AcceptRows, now: datetime) -> None:
        for model, values in rows.by_table():
            if values:
                await session.execute(insert(model.__table__), values)
        await self._audit.append_many(session, rows.audit, now)


class _SameAs(AppError):
    """A repeat inside one batch; becomes the first one's answer."""

    def __init__(self, key: tuple[str, str]) -> None:
        super().__init__("")
        self.key = key


_PENDING = AppError("pending")


def _fail(submit: _Submit, exc: Exception) -> None:
    if not submit.done.done():
        submit.done.set_exception(exc)


def _replayed(decided: DecidedUpdate, known: Any) -> Accepted | AppError:
    row, delivery_ids = known
    if row.body_hash != decided.body_hash:
        return _reused()
    return Accepted(row.id, row.seq, row.release_at, row.received_at, delivery_ids, row.answer, replayed=True)


def _same_batch(decided: DecidedUpdate, first: DecidedUpdate) -> AppError:
    if first.body_hash != decided.body_hash:
        return _reused()
    return _SameAs((decided.event_id, decided.client_key))


def _reused() -> AppError:
    return InvalidInput(
        "This idempotency key was used for a different update. Send this one with a new key.",
        code="key_reused",
    )


def _refusal(decided: DecidedUpdate, event: Any, channels: set[str]) -> AppError | None:
    if event is None:
        return NotFound("There is no such event. Choose one from the list of events.", code="no_event")
    if event.state in (EventState.ENDED, EventState.ARCHIVED):
        return Gone("This event has ended. Nothing more can be sent from it.", code="event_ended")
    if event.sending == Sending.STOP:
        return Conflict(
            "Sending is stopped on this event. A second person can start it again on the desk.",
            code="stopped",
        )
    for planned in decided.deliveries:
        if planned.channel_id not in channels:
            return NotFound(
                "One of the channels does not exist any more. Reload and choose again.", code="no_channel"
            )
    return None


def _worth_repeating(exc: DBAPIError) -> bool:
    """Deadlocks and serialisation failures of PostgreSQL: nothing happened, the same again may work."""
    return str(getattr(exc.orig, "sqlstate", "")) in ("40001", "40P01")
