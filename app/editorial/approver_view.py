"""What an approver reads before they agree: every channel's final text, the reach in words, and what changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from app.channels.measure import measure
from app.channels.registry import kind as adapter_kind
from app.clock import Clock
from app.db import Database
from app.editorial.confirmation import Confirmation, Share, confirm
from app.editorial.corrections import people_words
from app.editorial.diff import Piece, word_diff
from app.editorial.finding import audience_size, find_update, revision_of
from app.models import (
    Approval,
    Channel,
    Delivery,
    DeliveryPart,
    LiveEvent,
    Update,
    UpdateRevision,
    UpdateState,
    Verdict,
)


@dataclass(frozen=True, slots=True)
class ChannelShare:
    """One channel: exactly what leaves, and to whom in words."""

    channel_id: str
    name: str
    adapter: str
    act: str
    parts: tuple[str, ...]
    people: int | None
    reach: str
    seconds: float
    cost: float | None


@dataclass(frozen=True, slots=True)
class View:
    update: Update
    revision: UpdateRevision
    channels: tuple[ChannelShare, ...]
    changed: Mapping[str, Sequence[Piece]]
    compared_with: str
    confirmation: Confirmation
    decisions: tuple[Approval, ...]
    review_due: bool


class ApproverView:
    def __init__(self, database: Database, clock: Clock, *, drill: bool) -> None:
        self._database = database
        self._clock = clock
        self._drill = drill

    async def of(self, update_id: str, delay_s: float | None = None) -> View:
        """
        Raises:
            NotFound: no such update.
        """
        async with self._database.read() as session:
            row = await find_update(session, update_id)
            return await self._view(session, row, delay_s)

    async def waiting(self, event_id: str) -> list[Update]:
        """What waits for a second person, oldest first; and what one person sent alone and nobody has looked at."""
        async with self._database.read() as session:
            alone = select(col(Approval.update_id)).where(col(Approval.verdict) == Verdict.BREAK_GLASS)
            seen = select(col(Approval.update_id)).where(col(Approval.verdict) == Verdict.REVIEWED)
            rows = await session.execute(
                select(Update)
                .where(
                    col(Update.event_id) == event_id,
                    (col(Update.state) == UpdateState.AWAITING_APPROVAL)
                    | (col(Update.id).in_(alone) & col(Update.id).not_in(seen)),
                )
                .order_by(col(Update.seq))
            )
            return list(rows.scalars())

    async def _view(self, session: AsyncSession, row: Update, delay_s: float | None) -> View:
        event = await session.get_one(LiveEvent, row.event_id)
        revision = await revision_of(session, row)
        shares = await self._shares(session, row)
        before, compared_with = await self._before(session, row)
        decisions = tuple(
            (
                await session.execute(
                    select(Approval)
                    .where(col(Approval.update_id) == row.id)
                    .order_by(col(Approval.at), col(Approval.id))
                )
            ).scalars()
        )
        verdicts = {one.verdict for one in decisions}
        confirmation = confirm(
            event_kind=event.kind,
            kind=row.kind,
            place=event.place,
            shares=[Share(one.name, one.people, one.seconds, one.cost) for one in shares],
            delay_s=float(event.delay_s) if delay_s is None else delay_s,
            drill=self._drill,
        )
        return View(
            update=row,
            revision=revision,
            channels=shares,
            changed={lang: word_diff(before.get(lang, ""), text) for lang, text in revision.texts.items()},
            compared_with=compared_with,
            confirmation=confirmation,
            decisions=decisions,
            review_due=Verdict.BREAK_GLASS in verdicts and Verdict.REVIEWED not in verdicts,
        )

    async def _shares(self, session: AsyncSession, row: Update) -> tuple[ChannelShare, ...]:
        found = await session.execute(
            select(Delivery, Channel)
            .join(Channel, col(Channel.id) == col(Delivery.channel_id))
            .where(col(Delivery.update_id) == row.id)
            .order_by(col(Channel.created_at), col(Delivery.id))
        )
        shares = []
        for delivery, channel in found.all():
            parts = (
                await session.execute(
                    select(col(DeliveryPart.text))
                    .where(col(DeliveryPart.delivery_id) == delivery.id)
                    .order_by(col(DeliveryPart.n))
                )
            ).scalars()
            people = await audience_size(session, delivery.audience_id) if delivery.audience_id else None
            shares.append(share_of(delivery, channel, tuple(parts), people))
        return tuple(shares)

    async def _before(self, session: AsyncSession, row: Update) -> tuple[Mapping[str, str], str]:
        """What to compare with: the earlier version of this one, else the newest that is out."""
        if row.revision > 1:
            return (await revision_of(session, row, row.revision - 1)).texts, "the version before"
        last = (
            await session.execute(
                select(Update)
                .where(
                    col(Update.event_id) == row.event_id,
                    col(Update.state) == UpdateState.RELEASED,
                    col(Update.on_page) == "shown",
                    col(Update.seq) < row.seq,
                )
                .order_by(col(Update.seq).desc())
                .limit(1)
            )
        ).scalar_one_or_none()
        if last is None:
            return {}, "nothing: this is the first"
        return (await revision_of(session, last)).texts, "the last update that is out"


def share_of(
    delivery: Delivery, channel: Channel, parts: tuple[str, ...], people: int | None
) -> ChannelShare:
    """One channel in words; cost and time for lists of people."""
    if delivery.recipient is not None:
        people = 1
    if people is None:
        followers = f"everybody who follows {channel.name}"
        return ChannelShare(
            channel.id, channel.name, channel.adapter, delivery.act, parts, None, followers, 1.0, 0.0
        )
    rule = adapter_kind(channel.adapter).capabilities
    segments = sum(measure(rule.measure, part, limit=rule.max_weight).segments or 1 for part in parts) or 1
    per_s = float(channel.settings.get("segments_per_s") or 1) * float(channel.settings.get("senders") or 1)
    price = channel.settings.get("price_per_segment")
    each = "1 text each" if segments == 1 else f"{segments} parts each"
    return ChannelShare(
        channel.id,
        channel.name,
        channel.adapter,
        delivery.act,
        parts,
        people,
        f"{people_words(people)} by {channel.name}, {each}",
        people * segments / per_s,
        None if price is None else round(people * segments * price, 2),
    )
