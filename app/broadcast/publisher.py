"""
The door: an update, its deliveries, the desk's entry, the audit entry and the key, in one durable transaction.

Callers that come at the same time share a commit: the committer takes whoever waits, checks each under the event's
row lock, and writes all their rows with one statement a table. Nobody is answered before the commit is durable, and
one bad submit fails alone. An event whose row somebody else holds is committed apart, so that the others do not wait
for it. Where the connection ends while a commit is under way, the same is asked again: the key is looked up first, so
what had happened is answered and what had not is done, once.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from weakref import WeakValueDictionary

from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as NoConnectionFree

from app.broadcast.accept_work import MAX_BATCH, accept
from app.broadcast.bulk import run
from app.broadcast.intents import Accepted, DecidedUpdate, RenderAnswer
from app.broadcast.reach import ACCEPTED, Reach, nowhere
from app.broadcast.topics import Position
from app.clock import Clock
from app.db import ALONE_AT_ONCE, LOCK_WAIT_S, Database, raise_translated
from app.db_faults import is_crossed, is_cut, is_locked
from app.errors import AppError, Conflict, Unready
from app.ids import NewId

Announce = Callable[[Sequence[Position]], None]

_TRIES = 5
_AGAIN_S = (0.02, 0.2, 0.8, 2.0)  # a standby takes over, or a proxy comes back


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
        clock: Clock,
        new_id: NewId,
        announce: Announce,
        *,
        zone: tzinfo,
        wake: Callable[[], None] = lambda: None,
        reach: Reach = nowhere,
    ) -> None:
        self._database = database
        self._clock = clock
        self._new_id = new_id
        self._announce = announce
        self._zone = zone
        self._wake = wake
        self._reach = reach
        self._waiting: list[_Submit] = []
        self._in_progress: dict[tuple[str, str], str] = {}
        self._committer: asyncio.Task[None] | None = None
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._apart: dict[str, list[_Submit]] = {}
        self._apart_tasks: set[asyncio.Task[None]] = set()
        self._apart_at_once = asyncio.Semaphore(ALONE_AT_ONCE)

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
        if decided.event_id in self._apart:
            self._apart[decided.event_id].append(submit)  # behind those of its event that wait already
            return await submit.done
        self._waiting.append(submit)
        if self._committer is None or self._committer.done():
            self._committer = asyncio.create_task(self._commit_waiting(), name="publisher")
        # A caller that goes away cancels this one future; what the others share is done all the same, and the key
        # tells it later what became of it.
        return await submit.done

    def turn(self, event_id: str) -> asyncio.Lock:
        """Held by who decides again what others of the event came in between of: one after the other."""
        return self._turns.setdefault(event_id, asyncio.Lock())

    async def drain(self) -> None:
        """Until everything that was handed in has its answer."""
        while self._committer is not None and not self._committer.done():
            await asyncio.wait([self._committer])
        while self._apart_tasks:
            await asyncio.wait(self._apart_tasks)

    async def _commit_waiting(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting[:MAX_BATCH], self._waiting[MAX_BATCH:]
            try:
                await self._commit(batch)
            except Exception as exc:  # noqa: BLE001 - every caller must hear; nothing of the batch was kept
                for submit in batch:
                    self._fail(submit, exc)

    def _set_apart(self, batch: Sequence[_Submit]) -> None:
        """Somebody holds a row of one of these events: each event goes on by itself."""
        for submit in batch:
            event_id = submit.decided.event_id
            if event_id in self._apart:
                self._apart[event_id].append(submit)
                continue
            self._apart[event_id] = [submit]
            task = asyncio.create_task(self._commit_apart(event_id), name="publisher-apart")
            self._apart_tasks.add(task)
            task.add_done_callback(self._apart_tasks.discard)

    async def _commit_apart(self, event_id: str) -> None:
        try:
            while self._apart[event_id]:
                async with self._apart_at_once:
                    batch, self._apart[event_id] = (
                        self._apart[event_id][:MAX_BATCH],
                        self._apart[event_id][MAX_BATCH:],
                    )
                    try:
                        await self._commit(batch, lock_wait_s=LOCK_WAIT_S)
                    except Exception as exc:  # noqa: BLE001 - as above
                        for submit in batch:
                            self._fail(submit, exc)
        finally:
            del self._apart[event_id]

    async def _commit(self, batch: Sequence[_Submit], *, lock_wait_s: float | None = None) -> None:
        for attempt in range(_TRIES):
            again_s = 0.005 * (attempt + 1)
            try:
                answers, positions = await self._write(batch, lock_wait_s)
            except (IntegrityError, sqlite3.IntegrityError):
                if len(batch) == 1 and attempt + 1 == _TRIES:
                    raise
                if len(batch) > 1:
                    # One row of the batch cannot be; each alone then, so that only the guilty one fails.
                    for submit in batch:
                        try:
                            await self._commit([submit], lock_wait_s=lock_wait_s)
                        except Exception as exc:  # noqa: BLE001 - as above
                            self._fail(submit, exc)
                    return
            except Unready:
                self._wake()  # nobody answered in time: it may have happened
                raise
            except (DBAPIError, sqlite3.Error, NoConnectionFree, OSError) as exc:
                if is_locked(exc) and lock_wait_s is None:
                    self._set_apart(batch)
                    return
                cut = is_cut(exc)
                if attempt + 1 == _TRIES or not (cut or is_crossed(exc)):
                    raise_translated(exc)
                if cut:
                    # It may have happened or not. The same again finds the keys, or does it for the first time.
                    self._wake()
                    again_s = _AGAIN_S[attempt]
            else:
                self._reach(ACCEPTED)
                if positions:
                    self._announce(positions)
                    self._wake()
                for submit, answer in zip(batch, answers, strict=True):
                    if isinstance(answer, AppError):
                        self._fail(submit, answer)
                    else:
                        self._settled(submit)
                        if not submit.done.done():
                            submit.done.set_result(answer)
                return
            await asyncio.sleep(again_s)
        raise Unready("The database is busy. Your text is kept; send again in a moment.")

    async def _write(
        self, batch: Sequence[_Submit], lock_wait_s: float | None
    ) -> tuple[list[Accepted | AppError], list[Position]]:
        """One transaction. Answers are in the order of the batch."""
        work = accept(
            [(submit.decided, submit.render) for submit in batch],
            sqlite=self._database.is_sqlite,
            now=self._clock.now,
            new_id=self._new_id,
            zone=self._zone,
        )
        async with self._database.connection(lock_wait_s=lock_wait_s, in_time=True) as connection:
            return await run(connection, work)

    def _fail(self, submit: _Submit, exc: Exception) -> None:
        self._settled(submit)
        if not submit.done.done():
            submit.done.set_exception(exc)

    def _settled(self, submit: _Submit) -> None:
        self._in_progress.pop((submit.decided.event_id, submit.decided.client_key), None)
