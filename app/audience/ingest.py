"""
Taking in what comes back: replies deduplicated, joined to what they answer, looked at by the guard, put on the desk.

One transaction for each message with its effect, so a repeat, whichever way it comes, changes nothing. Order is the
platform's own (its version, then its time), never that of arrival: any order of arrival ends in the same state.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from app.broadcast import topics
from app.channels.base import DeviceReceipt, Inbound, InboundReply, OptOut
from app.clock import Clock
from app.db import Database
from app.ids import NewId
from app.models import (
    Channel,
    Delivery,
    DeliveryPart,
    EventChannel,
    EventState,
    LiveEvent,
    OptedOut,
    RecipientDelivery,
    Reply,
    ReplyState,
    TopicName,
)

MAX_TEXT = 4_000


class LooksAtReplies(Protocol):
    """The guard as this room knows it: a stored summary for a text, and whether it may be shown at all."""

    def __call__(self, event: LiveEvent, text: str, lang: str | None) -> dict[str, object]: ...


class AppliesReceipts(Protocol):
    async def apply(self, channel_id: str, receipts: Sequence[DeviceReceipt]) -> None: ...


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
    ) -> None:
        self._database = database
        self._clock = clock
        self._new_id = new_id
        self._look = look
        self._receipts = receipts
        self._announce = announce

    async def take(self, channel_id: str, inbound: Inbound) -> int:
        """Store everything; returns how many replies were new or changed. Returns only when all of it is durable."""
        if inbound.receipts:
            await self._receipts.apply(channel_id, inbound.receipts)
        if not inbound.replies and not inbound.opt_outs:
            return 0
        now = self._clock.now()

        async def work(session: AsyncSession) -> tuple[int, list[topics.Position]]:
            for opt_out in inbound.opt_outs:
                await _apply_opt_out(session, opt_out)
            changed: dict[str, list[Reply]] = {}
            public: dict[str, list[Reply]] = {}
            for message in inbound.replies:
                reply, was_public = await self._apply(session, channel_id, message, now)
                if reply is not None:
                    changed.setdefault(reply.event_id, []).append(reply)
                    if was_public:
                        public.setdefault(reply.event_id, []).append(reply)
            positions = []
            # One entry for a whole batch: a flood costs one frame a batch, not one a reply.
            for event_id, replies in changed.items():
                refs = [("reply", reply.id) for reply in replies]
                positions.append(await topics.append(session, event_id, TopicName.DESK, refs, now))
            for event_id, replies in public.items():
                refs = [("reply", reply.id) for reply in replies]
                for name in (TopicName.PUBLIC, TopicName.FAMILY):
                    positions.append(await topics.append(session, event_id, name, refs, now))
            return sum(len(replies) for replies in changed.values()), positions

        count, positions = await self._database.write(work)
        self._announce(positions)
        return count

    async def _apply(
        self, session: AsyncSession, channel_id: str, message: InboundReply, now: datetime
    ) -> tuple[Reply | None, bool]:
        reply = (
            await session.execute(
                select(Reply).where(
                    col(Reply.channel_id) == channel_id, col(Reply.remote_id) == message.remote_id
                )
            )
        ).scalar_one_or_none()
        if reply is None:
            return await self._new(session, channel_id, message, now), False
        return self._changed(session, reply, message, now)

    def _changed(
        self, session: AsyncSession, reply: Reply, message: InboundReply, now: datetime
    ) -> tuple[Reply | None, bool]:
        if reply.state == ReplyState.REMOVED:
            return None, False  # gone upstream is final, whatever arrives late
        was_public = reply.state == ReplyState.SHOWN
        if message.event == "removed":
            reply.state = ReplyState.REMOVED
            reply.text = reply.author_name = reply.author_handle = reply.author_url = reply.avatar_url = (
                reply.url
            ) = ""
            reply.number = None
        elif message.event == "edited" and (message.version, message.text) > (reply.upstream_version, ""):
            if message.text == reply.text:
                return None, False
            reply.text = message.text[:MAX_TEXT]
            reply.upstream_version = message.version
            reply.edited_at = now
            if was_public:
                reply.state = ReplyState.NEW  # let through were the old words, not these
        else:
            return None, False
        reply.version += 1
        session.add(reply)
        return reply, was_public

    async def _new(
        self, session: AsyncSession, channel_id: str, message: InboundReply, now: datetime
    ) -> Reply | None:
        event, update_id = await _whereto(session, channel_id, message)
        if event is None:
            return None
        removed = message.event == "removed"
        text = "" if removed else message.text[:MAX_TEXT]
        is_number = message.author_id.startswith("+")
        reply = Reply(
            id=self._new_id(),
            event_id=event.id,
            channel_id=channel_id,
            remote_id=message.remote_id,
            update_id=update_id,
            state=ReplyState.REMOVED if removed else ReplyState.NEW,
            text=text,
            lang=message.lang,
            author_id="" if is_number else message.author_id,
            author_name="" if removed else message.author_name[:120],
            author_handle="" if removed else message.author_handle[:80],
            author_url=message.author_url
            if message.author_url.startswith("https://") and not removed
            else "",
            avatar_url="",
            url=message.url
            if message.url.startswith(("https://", "http://127.0.0.1", "http://localhost"))
            else "",
            number=message.author_id if is_number and not removed else None,
            guard=dict(self._look(event, text, message.lang)) if text else {},
            at=min(message.at, now),
            received_at=now,
            upstream_version=message.version,
        )
        session.add(reply)
        await session.flush()
        return reply


async def _whereto(
    session: AsyncSession, channel_id: str, message: InboundReply
) -> tuple[LiveEvent | None, str | None]:
    """The event and update a message belongs to: by what it answers, by whom we texted, or the channel's live event."""
    if message.answers:
        row = (
            await session.execute(
                select(Delivery)
                .join(DeliveryPart, col(DeliveryPart.delivery_id) == col(Delivery.id))
                .where(col(Delivery.channel_id) == channel_id, col(DeliveryPart.remote_id) == message.answers)
                .limit(1)
            )
        ).scalar_one_or_none()
        if row is not None:
            return await session.get(LiveEvent, row.event_id), row.update_id
    if message.author_id.startswith("+"):
        row = (
            await session.execute(
                select(Delivery)
                .join(RecipientDelivery, col(RecipientDelivery.delivery_id) == col(Delivery.id))
                .where(
                    col(RecipientDelivery.number) == message.author_id, col(Delivery.channel_id) == channel_id
                )
                .order_by(col(RecipientDelivery.id).desc())
                .limit(1)
            )
        ).scalar_one_or_none()
        if row is not None:
            return await session.get(LiveEvent, row.event_id), row.update_id
    event = (
        await session.execute(
            select(LiveEvent)
            .join(EventChannel, col(EventChannel.event_id) == col(LiveEvent.id))
            .where(
                col(EventChannel.channel_id) == channel_id,
                col(LiveEvent.state).in_([EventState.LIVE, EventState.PAUSED]),
            )
            .order_by(col(LiveEvent.started_at).desc())
            .limit(1)
        )
    ).scalar_one_or_none()
    return event, None


async def _apply_opt_out(session: AsyncSession, opt_out: OptOut) -> None:
    row = await session.get(OptedOut, opt_out.number)
    if opt_out.stopped:
        if row is None:
            session.add(OptedOut(number=opt_out.number, word=opt_out.word[:40], at=opt_out.at))
    elif row is not None and row.at <= opt_out.at:
        await session.execute(delete(OptedOut).where(col(OptedOut.number) == opt_out.number))
    await session.flush()


async def channel_adapter_name(session: AsyncSession, channel_id: str) -> str | None:
    row = await session.get(Channel, channel_id)
    return None if row is None else row.adapter
