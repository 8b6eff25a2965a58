"""
Taking in what comes back: replies deduplicated, joined to what they answer, looked at by the guard, put on the desk.

One transaction for each batch with its effect, so a repeat, whichever way it comes, changes nothing. Order is the
platform's own (its version, then its time), never that of arrival: any order of arrival ends in the same state.
A batch costs a handful of statements whatever its size, and one entry on the desk.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import SimpleNamespace
from typing import Any, Protocol

import structlog
from sqlalchemy import insert, select
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from app.audience import consents, metrics, said
from app.audience.attention import LATER, Attention
from app.audience.pleas import asks_for_help
from app.audience.whereto import Place, Whereto
from app.broadcast import topics
from app.channels.base import DeviceReceipt, Inbound, InboundReply
from app.clock import Clock
from app.db import Database
from app.ids import NewId
from app.models import HELP, EventState, LiveEvent, Reply, ReplyState, SeenInbound, TopicName

log = structlog.get_logger()

MAX_TEXT = 4_000
CATCH_UP = 50  # replies in one go
CATCH_UP_S = 0.25
MAX_GROUP = 32  # webhooks stored with one transaction


class LooksAtReplies(Protocol):
    """The guard as this room knows it: a stored summary for a text, and whether it may be shown at all."""

    def __call__(self, event: LiveEvent, text: str, lang: str | None) -> dict[str, object]: ...


class AppliesReceipts(Protocol):
    async def apply(self, channel_id: str, receipts: Sequence[DeviceReceipt]) -> None: ...


_UNTOUCHED: dict[str, Any] = {
    "claimed_by": None,
    "claimed_at": None,
    "answered_by_update_id": None,
    "edited_at": None,
    "decided_at": None,
    "decided_by": None,
    "version": 1,
}


class _Batch:
    """
    What one batch does to one channel's replies, before it is written.

    A row that is not stored yet is a plain namespace with a reply's columns: making a mapped object of each costs
    more than all the rest of a batch.
    """

    def __init__(self) -> None:
        self.rows: dict[str, Any] = {}  # by remote id
        self.new: dict[str, SimpleNamespace] = {}
        self.changed: dict[str, Any] = {}  # by id
        self.public: set[str] = set()  # ids of those that viewers saw before


@dataclass(frozen=True, slots=True)
class _Waiting:
    """One webhook, poll or message of a stream, and whoever waits until it is durable."""

    inbound: Inbound
    done: asyncio.Future[int]

    def succeed(self, count: int) -> None:
        if not self.done.done():
            self.done.set_result(count)

    def fail(self, exc: Exception) -> None:
        if not self.done.done():
            self.done.set_exception(exc)


class Ingest:
    """One per process; called by webhooks, polls and streams alike."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        new_id: NewId,
        look: LooksAtReplies,
        receipts: AppliesReceipts,
        announce: Callable[[Sequence[topics.Position]], None],
        attention: Attention | None = None,
    ) -> None:
        self._database = database
        self._clock = clock
        self._new_id = new_id
        self._look = look
        self._receipts = receipts
        self._announce = announce
        self._attention = attention or Attention()
        self._whereto = Whereto()
        self._task: asyncio.Task[None] | None = None
        self._queue: dict[str, list[_Waiting]] = {}
        self._storing: dict[str, asyncio.Task[None]] = {}

    def start(self) -> None:
        self._task = asyncio.create_task(self._catch_up(), name="ingest-catch-up")

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None

    @property
    def waiting(self) -> int:
        """Replies that are stored and not yet on the desk."""
        return self._attention.waiting

    async def take(self, channel_id: str, inbound: Inbound) -> int:
        """Store everything; returns how many replies were new or changed. Returns only when all of it is durable."""
        if inbound.receipts:
            await self._receipts.apply(channel_id, inbound.receipts)
        if not inbound.replies and not inbound.opt_outs:
            return 0
        began = self._clock.monotonic()
        waiting = _Waiting(inbound, asyncio.get_running_loop().create_future())
        self._queue.setdefault(channel_id, []).append(waiting)
        if channel_id not in self._storing:
            self._storing[channel_id] = asyncio.create_task(
                self._store(channel_id), name=f"ingest-{channel_id}"
            )
        count = await waiting.done
        metrics.REPLIES.inc(count)
        metrics.TAKE_S.observe(self._clock.monotonic() - began)
        return count

    async def _store(self, channel_id: str) -> None:
        """
        What came while the last group was being stored is stored as the next one, in the order in which it came: in a
        flood a group costs as much as a single webhook.
        """
        try:
            while group := self._queue.pop(channel_id, None):
                for start in range(0, len(group), MAX_GROUP):
                    await self._store_group(channel_id, group[start : start + MAX_GROUP])
        finally:
            del self._storing[channel_id]

    async def _store_group(self, channel_id: str, group: Sequence[_Waiting]) -> None:
        try:
            changed = await self._write(channel_id, [waiting.inbound for waiting in group])
        except Exception as exc:  # noqa: BLE001 - whoever waits must hear of it, whatever it is
            if len(group) == 1:
                group[0].fail(exc)
                return
            for waiting in group:  # one that cannot be stored must not take the others with it
                await self._store_group(channel_id, [waiting])
            return
        for waiting in group:
            ids = {reply.remote_id for reply in waiting.inbound.replies}
            waiting.succeed(len(ids & changed))
            changed -= ids  # the first that brought it

    async def _write(self, channel_id: str, group: Sequence[Inbound]) -> set[str]:
        """Remote ids of the replies that were new or changed; durable when it returns."""
        now = self._clock.now()
        messages = [reply for inbound in group for reply in inbound.replies]

        async def work(session: AsyncSession) -> tuple[_Batch, list[topics.Position], list[tuple[str, bool]]]:
            for inbound in group:
                for opt_out in inbound.opt_outs:
                    await consents.apply(session, channel_id, opt_out)
            if not messages:
                return _Batch(), [], []
            batch = await self._applied(session, channel_id, messages, now)
            later = [row for row in batch.changed.values() if row.guard.get("decision") == LATER]
            # A new one waits for its look before the desk sees it; what the desk has already must not be out of date.
            hidden = {row.id for row in later} & {row.id for row in batch.new.values()}
            shown = [row for row in batch.changed.values() if row.id not in hidden]
            positions = await _tell(session, shown, now)
            public = [batch.changed[one] for one in batch.public]
            positions += await _tell(session, public, now, TopicName.PUBLIC, TopicName.FAMILY)
            return batch, positions, [(row.id, HELP in row.labels) for row in later]

        batch, positions, later = await self._database.write(work, bulk=True)
        for reply_id, urgent in later:
            self._attention.wait(reply_id, urgent=urgent)
        self._announce(positions)
        return {row.remote_id for row in batch.changed.values()}

    async def _applied(
        self, session: AsyncSession, channel_id: str, messages: Sequence[InboundReply], now: datetime
    ) -> _Batch:
        batch = _Batch()
        ids = {message.remote_id for message in messages}
        batch.rows.update(await _known(session, channel_id, ids))
        unknown = [message for message in messages if message.remote_id not in batch.rows]
        places: dict[str, Place] = {}
        events: dict[str, LiveEvent] = {}
        if unknown:
            gone = await _had_their_effect(session, channel_id, {one.remote_id for one in unknown})
            unknown = [one for one in unknown if one.remote_id not in gone]
            places = await self._whereto.places(session, channel_id, unknown)
        labels = {one.remote_id: _labels(one) for one in unknown}
        if places and self._attention.has_time(self._clock.monotonic(), urgent=any(labels.values())):
            events = {
                one.id: one
                for one in await session.scalars(
                    select(LiveEvent).where(
                        col(LiveEvent.id).in_({place.event_id for place in places.values()})
                    )
                )
            }
        for message in messages:
            row = batch.rows.get(message.remote_id)
            if row is not None:
                self._change(batch, row, message, now)
            elif (place := places.get(message.remote_id)) is not None:
                event, labelled = events.get(place.event_id), labels.get(message.remote_id, [])
                row = self._made(channel_id, message, event, place, labelled, now)
                batch.rows[message.remote_id] = batch.new[message.remote_id] = batch.changed[row.id] = row
        await self._insert(session, channel_id, batch, messages, now)
        await session.flush()
        return batch

    async def _insert(
        self,
        session: AsyncSession,
        channel_id: str,
        batch: _Batch,
        messages: Sequence[InboundReply],
        now: datetime,
    ) -> None:
        """All new rows with one statement; another process may have stored some of them a moment ago."""
        if not batch.new:
            return
        table: Any = Reply.__table__  # type: ignore[attr-defined]
        values = [vars(row) for row in batch.new.values()]
        if self._database.is_sqlite:  # one writer: what was not there is not there
            await session.execute(insert(table), values)
            return
        stored = set(
            await session.scalars(
                insert_postgresql(table).values(values).on_conflict_do_nothing().returning(table.c.remote_id)
            )
        )
        missed = {remote_id: row for remote_id, row in batch.new.items() if remote_id not in stored}
        if not missed:
            return
        for row in missed.values():
            del batch.changed[row.id]
        theirs = await _known(session, channel_id, set(missed))
        for message in messages:
            if message.remote_id in theirs:
                self._change(batch, theirs[message.remote_id], message, now)

    def _change(self, batch: _Batch, reply: Any, message: InboundReply, now: datetime) -> None:
        if reply.state == ReplyState.REMOVED:
            return  # gone upstream is final, whatever arrives late
        was_public = reply.state == ReplyState.SHOWN
        if message.event == "removed":
            reply.state = ReplyState.REMOVED
            reply.text = reply.author_name = reply.author_handle = reply.author_url = reply.avatar_url = (
                reply.url
            ) = ""
            reply.number, reply.labels = None, []
        elif message.event == "edited" and (message.version, message.text) > (reply.upstream_version, ""):
            text = said.readable(message.text[:MAX_TEXT])
            if text == reply.text:
                reply.upstream_version = message.version
                return
            reply.text = text
            reply.upstream_version = message.version
            reply.labels = _labels(message)
            reply.edited_at = now
            reply.guard = {"decision": LATER}
            if was_public:
                reply.state = ReplyState.NEW  # let through were the old words, not these
        else:
            return
        reply.version += 1
        batch.changed[reply.id] = reply
        if was_public:
            batch.public.add(reply.id)

    def _made(
        self,
        channel_id: str,
        message: InboundReply,
        event: LiveEvent | None,
        place: Place,
        labels: list[str],
        now: datetime,
    ) -> SimpleNamespace:
        removed = message.event == "removed"
        text = "" if removed else said.readable(message.text[:MAX_TEXT])
        return SimpleNamespace(
            **_UNTOUCHED,
            id=self._new_id(),
            event_id=place.event_id,
            channel_id=channel_id,
            remote_id=message.remote_id,
            update_id=place.update_id,
            state=ReplyState.REMOVED if removed else ReplyState.NEW,
            text=text,
            lang=message.lang,
            author_id="" if message.texted else message.author_id,
            author_name="" if removed else said.name(message.author_name)[:120],
            author_handle="" if removed else said.name(message.author_handle)[:80],
            author_url=message.author_url
            if message.author_url.startswith("https://") and not removed
            else "",
            avatar_url="",
            url=message.url
            if message.url.startswith(("https://", "http://127.0.0.1", "http://localhost"))
            else "",
            number=message.author_id if message.texted and not removed else None,
            labels=labels,
            guard=self._looked_at(event, text, message.lang, urgent=HELP in labels) if text else {},
            at=min(message.at, now),
            received_at=now,
            upstream_version=message.version,
        )

    def _looked_at(
        self, event: LiveEvent | None, text: str, lang: str | None, *, urgent: bool
    ) -> dict[str, Any]:
        began = self._clock.monotonic()
        if event is None or not self._attention.has_time(began, urgent=urgent):
            return {"decision": LATER}
        found = dict(self._look(event, text, lang))
        self._attention.spent(self._clock.monotonic() - began)
        return found

    async def _catch_up(self) -> None:
        """Look at those that had to wait, as the budget allows; first at what an earlier process left."""
        await self._left_over()
        while True:
            await asyncio.sleep(CATCH_UP_S)
            try:
                while self._attention.waiting and self._attention.has_time(
                    self._clock.monotonic(), urgent=self._attention.is_urgent
                ):
                    await self._look_again(self._attention.next(CATCH_UP))
            except Exception as exc:
                log.error("catch_up_broke", exc_info=exc)
            metrics.LOOKS_LATER.set(self._attention.waiting)

    async def _left_over(self) -> None:
        async with self._database.read() as session:
            rows = await session.execute(
                select(col(Reply.id), col(Reply.guard), col(Reply.labels))
                .join(LiveEvent, col(LiveEvent.id) == col(Reply.event_id))
                .where(
                    col(LiveEvent.state).in_([EventState.LIVE, EventState.PAUSED]),
                    col(Reply.state) == ReplyState.NEW,
                )
                .order_by(col(Reply.id).desc())
                .limit(5_000)
            )
            left = [row for row in rows if row.guard.get("decision") == LATER]
        for row in reversed(left):
            self._attention.wait(row.id, urgent=HELP in row.labels)

    async def _look_again(self, ids: Sequence[str]) -> None:
        now = self._clock.now()

        async def work(session: AsyncSession) -> list[topics.Position]:
            rows = (
                await session.scalars(
                    select(Reply).where(col(Reply.id).in_(ids)).order_by(col(Reply.id)).with_for_update()
                )
            ).all()
            rows = [row for row in rows if row.guard.get("decision") == LATER and row.text]
            events = {
                one.id: one
                for one in await session.scalars(
                    select(LiveEvent).where(col(LiveEvent.id).in_({row.event_id for row in rows}))
                )
            }
            for row in rows:
                began = self._clock.monotonic()
                row.guard = dict(self._look(events[row.event_id], row.text, row.lang))
                row.version += 1
                self._attention.spent(self._clock.monotonic() - began)
            await session.flush()
            return await _tell(session, rows, now)

        self._announce(await self._database.write(work, bulk=True))


def _labels(message: InboundReply) -> list[str]:
    return [HELP] if message.event != "removed" and asks_for_help(message.text) else []


async def _known(session: AsyncSession, channel_id: str, remote_ids: set[str]) -> dict[str, Reply]:
    """Stored replies by remote id, locked where there are other writers."""
    rows = await session.scalars(
        select(Reply)
        .where(col(Reply.channel_id) == channel_id, col(Reply.remote_id).in_(remote_ids))
        .with_for_update()
    )
    return {row.remote_id: row for row in rows}


async def _had_their_effect(session: AsyncSession, channel_id: str, remote_ids: set[str]) -> set[str]:
    """Those whose reply was here once and has been deleted when its time was over."""
    return set(
        await session.scalars(
            select(col(SeenInbound.remote_id)).where(
                col(SeenInbound.channel_id) == channel_id, col(SeenInbound.remote_id).in_(remote_ids)
            )
        )
    )


async def _tell(
    session: AsyncSession, replies: Sequence[Any], now: datetime, *names: TopicName
) -> list[topics.Position]:
    """One entry for a whole batch: a flood costs one frame a batch, not one a reply."""
    by_event: dict[str, list[topics.Ref]] = {}
    for reply in replies:
        by_event.setdefault(reply.event_id, []).append(("reply", reply.id))
    return [
        await topics.append(session, event_id, name, refs, now)
        for event_id, refs in sorted(by_event.items())
        for name in names or (TopicName.DESK,)
    ]
