"""
The only SQL of the stream: a whole topic, or what changed in it after an offset, in one consistent read.

A read sees the topic's offset and the rows as one commit left them, so what it returns is the state at that offset.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from app.broadcast import projection, rows
from app.broadcast.duty import duty_of
from app.broadcast.topics import Ref, new_epoch
from app.db import Database
from app.db_silence import READ_S
from app.errors import NotFound
from app.models import (
    Delivery,
    EventState,
    LiveEvent,
    Reply,
    ReplyState,
    Topic,
    TopicChange,
    TopicName,
    Update,
    UpdateState,
)
from app.schemas import frames

SNAPSHOT_ITEMS = 100
DESK_UPDATES = 200
DESK_REPLIES = 300
WINDOW_CHANGES = 1_000
READ_CHANGES = 500  # in one frame at most


@dataclass(slots=True)
class Things:
    """Rows as they go on the wire, newest version of each. `gone` are items that must not be shown (any more)."""

    event: frames.EventState | None = None
    items: list[frames.Item] = field(default_factory=list)
    gone: list[frames.Item] = field(default_factory=list)
    updates: list[frames.DeskUpdate] = field(default_factory=list)
    deliveries: list[frames.DeskDelivery] = field(default_factory=list)
    replies: list[frames.DeskReply] = field(default_factory=list)
    channels: list[frames.ChannelState] = field(default_factory=list)


@dataclass(slots=True)
class Reading:
    """
    A topic, or a piece of it.

    Attributes:
        changes: (offset, refs) in order; of a whole topic the last `WINDOW_CHANGES`, for resumes.
        more: Older items exist than are in `things` (whole topic only).
    """

    epoch: str
    offset: int
    changes: list[tuple[int, tuple[Ref, ...]]]
    things: Things
    more: bool = False


@dataclass(frozen=True, slots=True)
class Where:
    """A topic's place, read cheaply."""

    topic_id: str
    epoch: str
    offset: int


class TopicReader:
    """
    Reads topics of one database.

    Args:
        drill: A property of the process, stamped on the event.
        read_s: A server that has not answered by then never will, for all we know: its host may be gone without a
            word. The connection is given up, and the next question goes over another. A file needs no such limit.
    """

    def __init__(self, database: Database, *, drill: bool, read_s: float = READ_S) -> None:
        self._database = database
        self._drill = drill
        self._read_s = read_s

    def _asking(self) -> AbstractAsyncContextManager[AsyncSession]:
        return self._database.read(within_s=self._read_s)

    @asynccontextmanager
    async def _reading(self) -> AsyncIterator[AsyncSession]:
        async with self._asking() as session:
            if not self._database.is_sqlite:  # SQLite readers see one commit from BEGIN on anyway
                await session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
            yield session

    async def find(self, event: str, name: str) -> Topic:
        """
        A topic by event id or slug.

        Raises:
            NotFound: no such event or topic, or a public one of an event that is still a draft.
        """
        missing = NotFound("There is no such event. Check the address.", code="unknown_topic")
        if name not in {*TopicName}:
            raise missing
        async with self._asking() as session:
            row = (
                await session.execute(
                    select(Topic, col(LiveEvent.state))
                    .join(LiveEvent, col(LiveEvent.id) == col(Topic.event_id))
                    .where((col(LiveEvent.id) == event) | (col(LiveEvent.slug) == event))
                    .where(col(Topic.name) == name)
                )
            ).first()
        if row is None or (name == TopicName.PUBLIC and row[1] == EventState.DRAFT):
            raise missing
        topic: Topic = row[0]
        return topic

    async def places(self, topic_ids: Sequence[str]) -> list[Where]:
        """Where topics are now, in one query."""
        if not topic_ids:
            return []
        async with self._asking() as session:
            found = await session.execute(
                select(col(Topic.id), col(Topic.epoch), col(Topic.offset)).where(col(Topic.id).in_(topic_ids))
            )
            return [Where(*row) for row in found]

    async def changes_after(self, topic_id: str, after: int) -> list[tuple[int, tuple[Ref, ...]]]:
        """Which things changed, without what they say; cheap."""
        async with self._asking() as session:
            return await _changes(session, topic_id, after, READ_CHANGES)

    async def read_after(self, topic_id: str, after: int) -> Reading | None:
        """
        What changed after an offset, rewritten through the current rows.

        Returns:
            None when nothing did. `offset` is that of the last change included, at most `READ_CHANGES` on.

        Raises:
            NotFound: the topic is gone.
        """
        async with self._reading() as session:
            topic = await _topic(session, topic_id)
            if topic.offset == after:
                return None
            changes = await _changes(session, topic_id, after, READ_CHANGES)
            refs = {ref for _, refs in changes for ref in refs}
            things = await self._things(session, topic, refs)
            return Reading(topic.epoch, changes[-1][0] if changes else topic.offset, changes, things)

    async def begin_anew(self, topic_id: str, epoch: str, offset: int) -> None:
        """
        A new epoch for a topic whose database has gone back behind `offset`, as a standby does that lacks the last
        commits: the next changes get offsets that viewers have seen already, with other words.
        """

        async def work(session: AsyncSession) -> None:
            is_so = (col(Topic.id) == topic_id) & (col(Topic.epoch) == epoch) & (col(Topic.offset) < offset)
            await session.execute(update(Topic).where(is_so).values(epoch=new_epoch()))

        await self._database.write(work)

    async def read_whole(self, topic_id: str) -> Reading:
        """
        The newest part of a topic.

        Raises:
            NotFound: the topic is gone.
        """
        async with self._reading() as session:
            topic = await _topic(session, topic_id)
            changes = await _changes(session, topic_id, topic.offset - WINDOW_CHANGES, WINDOW_CHANGES)
            if topic.name == TopicName.DESK:
                things, more = await self._desk(session, topic), False
            else:
                things, more = await self._page(session, topic, None, SNAPSHOT_ITEMS)
                things.event = await self._event(session, topic)
            return Reading(topic.epoch, topic.offset, changes, things, more)

    async def read_older(
        self, topic_id: str, before: tuple[datetime, str], limit: int
    ) -> tuple[list[frames.Item], bool]:
        """Items older than a place, newest first, and whether there are more."""
        async with self._reading() as session:
            topic = await _topic(session, topic_id)
            things, more = await self._page(session, topic, before, limit)
            return things.items, more

    async def read_items(self, topic_id: str, ids: Sequence[str]) -> list[frames.Item]:
        """Items of this topic's event by id; those that must not be shown come as tombstones or not at all."""
        async with self._reading() as session:
            topic = await _topic(session, topic_id)
            mine: set[Ref] = set()
            for kind, table in (("update", Update), ("reply", Reply)):
                found = await session.scalars(
                    select(col(table.id)).where(col(table.id).in_(ids), col(table.event_id) == topic.event_id)
                )
                mine.update((kind, thing_id) for thing_id in found)
            things = await self._things(session, topic, mine)
            return [*things.items, *things.gone]

    async def _event(self, session: AsyncSession, topic: Topic) -> frames.EventState:
        event = await session.get(LiveEvent, topic.event_id)
        if event is None:
            raise NotFound("There is no such event. Check the address.", code="unknown_topic")
        # Names of staff are for staff: the public and the family get the event without them.
        if topic.name == TopicName.DESK:
            return projection.event_state(event, drill=self._drill, duty=await duty_of(session, event))
        # Questions close when the course of an operation has changed, before the family knows: a hold does not close
        # them, so whoever reads the stream would know the one from the other.
        return projection.event_state(event, drill=self._drill).model_copy(update={"replies_open": True})

    async def _page(
        self, session: AsyncSession, topic: Topic, before: tuple[datetime, str] | None, limit: int
    ) -> tuple[Things, bool]:
        updates = (
            select(col(Update.id), col(Update.released_at))
            .where(col(Update.event_id) == topic.event_id, col(Update.state) == UpdateState.RELEASED)
            .order_by(col(Update.released_at).desc(), col(Update.id).desc())
            .limit(limit + 1)
        )
        replies = (
            select(col(Reply.id), col(Reply.at))
            .where(col(Reply.event_id) == topic.event_id, col(Reply.state) == ReplyState.SHOWN)
            .order_by(col(Reply.at).desc(), col(Reply.id).desc())
            .limit(limit + 1)
        )
        if before is not None:
            at, item_id = before
            updates = updates.where(
                (col(Update.released_at) < at)
                | ((col(Update.released_at) == at) & (col(Update.id) < item_id))
            )
            replies = replies.where(
                (col(Reply.at) < at) | ((col(Reply.at) == at) & (col(Reply.id) < item_id))
            )
        found = [("update", *row) for row in await session.execute(updates)]
        found += [("reply", *row) for row in await session.execute(replies)]
        found.sort(key=lambda row: (row[2], row[1]), reverse=True)
        things = await self._things(session, topic, {(row[0], row[1]) for row in found[:limit]})
        things.items.sort(key=lambda item: (item.at, item.id), reverse=True)
        return things, len(found) > limit

    async def _things(self, session: AsyncSession, topic: Topic, refs: Iterable[Ref]) -> Things:
        ids: dict[str, set[str]] = {}
        for kind, thing_id in refs:
            for name in ("update", "reply") if kind == "item" else (kind,):
                ids.setdefault(name, set()).add(thing_id)
        if topic.name == TopicName.DESK:
            return await self._desk_things(session, topic, ids)
        things = Things()
        if "event" in ids:
            things.event = await self._event(session, topic)
        revisions = await rows.revisions(session, ids.get("update", ()))
        for row in await rows.rows(session, Update, ids.get("update", ())):
            item = projection.update_item(row, revisions.get(row.id))
            if item is not None:
                things.items.append(item)
            # One that is not released is not mentioned at all: even its id would say that something is coming.
        adapters = await rows.adapters(session) if ids.get("reply") else {}
        for reply in await rows.rows(session, Reply, ids.get("reply", ())):
            item = projection.reply_item(reply, adapters.get(reply.channel_id, ""))
            if item is not None:
                things.items.append(item)
            else:
                things.gone.append(projection.removed_item(reply.id, "reply", reply.version, reply.at))
        return things

    async def _desk_things(self, session: AsyncSession, topic: Topic, ids: dict[str, set[str]]) -> Things:
        things = Things()
        if "event" in ids:
            things.event = await self._event(session, topic)
        if ids.get("update"):
            updates = await rows.rows(session, Update, ids["update"])
            things.updates = await rows.desk_updates(session, updates)
        deliveries = await rows.rows(session, Delivery, ids.get("delivery", ()))
        parts = await rows.parts(session, [row.id for row in deliveries])
        things.deliveries = [projection.desk_delivery(row, parts.get(row.id, [])) for row in deliveries]
        if ids.get("reply"):
            adapters = await rows.adapters(session)
            things.replies = [
                projection.desk_reply(reply, adapters.get(reply.channel_id, ""))
                for reply in await rows.rows(session, Reply, ids["reply"])
            ]
        if ids.get("channel"):
            things.channels = await rows.channels(session, topic.event_id, ids["channel"])
        return things

    async def _desk(self, session: AsyncSession, topic: Topic) -> Things:
        updates = (
            await session.scalars(
                select(Update)
                .where(col(Update.event_id) == topic.event_id)
                .order_by(col(Update.seq).desc())
                .limit(DESK_UPDATES)
            )
        ).all()
        replies = (
            await session.scalars(
                select(Reply)
                .where(col(Reply.event_id) == topic.event_id)
                .order_by(col(Reply.received_at).desc(), col(Reply.id).desc())
                .limit(DESK_REPLIES)
            )
        ).all()
        adapters = await rows.adapters(session)
        return Things(
            event=await self._event(session, topic),
            updates=await rows.desk_updates(session, updates),
            replies=[projection.desk_reply(r, adapters.get(r.channel_id, "")) for r in replies],
            channels=await rows.channels(session, topic.event_id, None),
        )


async def _topic(session: AsyncSession, topic_id: str) -> Topic:
    topic = await session.get(Topic, topic_id)
    if topic is None:
        raise NotFound("There is no such event. Check the address.", code="unknown_topic")
    return topic


async def _changes(
    session: AsyncSession, topic_id: str, after: int, limit: int
) -> list[tuple[int, tuple[Ref, ...]]]:
    found = await session.execute(
        select(col(TopicChange.offset), col(TopicChange.refs))
        .where(col(TopicChange.topic_id) == topic_id, col(TopicChange.offset) > after)
        .order_by(col(TopicChange.offset))
        .limit(limit)
    )
    return [(offset, tuple((ref[0], ref[1]) for ref in refs)) for offset, refs in found]
