"""What an approver reads before they agree: every channel's final text, the reach in words, and what changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, tzinfo

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from app.broadcast.forecasts import Asked, ChannelPlan, Forecasts
from app.clock import Clock
from app.db import Database
from app.editorial.confirmation import Confirmation, Share, confirm, day_and_time, told_of
from app.editorial.corrections import people_words
from app.editorial.delegates import DEFAULT_S, Turn, turns
from app.editorial.diff import Piece, word_diff
from app.editorial.finding import (
    approver_ids,
    audience_size,
    decisions_about,
    find_update,
    revision_of,
    writers_of,
)
from app.models import (
    PRIORITY_RANK,
    Act,
    Approval,
    Channel,
    Delivery,
    DeliveryPart,
    LiveEvent,
    Person,
    Priority,
    Update,
    UpdateKind,
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
    asked: Sequence[tuple[Turn, str]] = ()  # whose turn it is to answer, with their names


@dataclass(frozen=True, slots=True)
class Chain:
    """Who is asked in turn, how long each has, and all who may approve here; ids with names."""

    people: tuple[tuple[str, str], ...]
    each_s: int
    approvers: tuple[tuple[str, str], ...]


class ApproverView:
    def __init__(
        self, database: Database, clock: Clock, forecasts: Forecasts, *, drill: bool, zone: tzinfo = UTC
    ) -> None:
        self._database = database
        self._clock = clock
        self._forecasts = forecasts
        self._drill = drill
        self._zone = zone

    async def of(self, update_id: str, delay_s: float | None = None) -> View:
        """
        Raises:
            NotFound: no such update.
        """
        async with self._database.read() as session:
            row = await find_update(session, update_id)
            event = await session.get_one(LiveEvent, row.event_id)
            revision = await revision_of(session, row)
            asked = await self._asked(session, row)
            before, compared_with = await self._before(session, row)
            decisions = tuple(await decisions_about(session, (row.id,)))
            in_turn = await _in_turn(session, event, row)
        # With the connection given back: the forecast takes one of its own, and views that each hold one while they
        # wait for another would wait for each other.
        shares = await self._shares(row, asked)
        verdicts = {one.verdict for one in decisions}
        confirmation = confirm(
            event_kind=event.kind,
            kind=row.kind,
            place=event.place,
            shares=[Share(one.name, one.people, one.seconds, one.cost) for one in shares],
            delay_s=float(event.delay_s) if delay_s is None else delay_s,
            drill=self._drill,
            planned="" if row.planned_at is None else day_and_time(row.planned_at.astimezone(self._zone)),
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
            asked=in_turn,
        )

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

    async def chain(self, event_id: str) -> Chain:
        """Who is asked in turn on this event, and who could be: its approvers."""
        async with self._database.read() as session:
            event = await session.get_one(LiveEvent, event_id)
            approvers = await approver_ids(session, event.id)
            people = await session.execute(
                select(col(Person.id), col(Person.name)).where(col(Person.id).in_(approvers))
            )
        names = {row[0]: row[1] for row in people.all()}
        chain = event.policy.get("delegates", {})
        asked = [(one, names[one]) for one in chain.get("people", ()) if one in names]
        return Chain(
            tuple(asked),
            int(chain.get("each_s", DEFAULT_S)),
            tuple(sorted(names.items(), key=lambda one: one[1])),
        )

    async def _asked(self, session: AsyncSession, row: Update) -> Sequence[tuple[Delivery, Channel, Asked]]:
        found = await session.execute(
            select(Delivery, Channel)
            .join(Channel, col(Channel.id) == col(Delivery.channel_id))
            .where(col(Delivery.update_id) == row.id)
            .order_by(col(Channel.created_at), col(Delivery.id))
        )
        rows: list[tuple[Delivery, Channel, Asked]] = []
        for delivery, channel in found.all():
            parts = (
                await session.execute(
                    select(col(DeliveryPart.text))
                    .where(col(DeliveryPart.delivery_id) == delivery.id)
                    .order_by(col(DeliveryPart.n))
                )
            ).scalars()
            people = await audience_size(session, delivery.audience_id) if delivery.audience_id else None
            if delivery.recipient is not None:
                people = 1
            routine = row.kind == UpdateKind.UPDATE and not row.key_moment and delivery.act == Act.POST
            rows.append((delivery, channel, Asked(channel.id, tuple(parts), people, routine)))
        return rows

    async def _shares(
        self, row: Update, rows: Sequence[tuple[Delivery, Channel, Asked]]
    ) -> tuple[ChannelShare, ...]:
        waits_s = (row.expires_at - row.received_at).total_seconds()
        plans = await self._forecasts.of_update(
            [asked for _, _, asked in rows],
            rank=PRIORITY_RANK[Priority(row.priority)],
            delay_s=0.0,
            expires_in_s=waits_s,
            event_id=row.event_id,
        )
        return tuple(
            share_of(delivery, channel, tuple(asked.parts), asked.people, plan)
            for (delivery, channel, asked), plan in zip(rows, plans, strict=True)
        )

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


async def _in_turn(session: AsyncSession, event: LiveEvent, row: Update) -> list[tuple[Turn, str]]:
    chain = event.policy.get("delegates")
    if not chain or row.state != UpdateState.AWAITING_APPROVAL:
        return []
    wrote = await writers_of(session, row)
    found = turns(chain, row.waits_since, approvers=await approver_ids(session, event.id), authors=wrote)
    people = await session.execute(select(Person).where(col(Person.id).in_([one.person_id for one in found])))
    names = {one.id: one.name for one in people.scalars()}
    return [(one, names.get(one.person_id, "")) for one in found]


def share_of(
    delivery: Delivery, channel: Channel, parts: tuple[str, ...], people: int | None, plan: ChannelPlan
) -> ChannelShare:
    """One channel in words, with the time and the cost of its plan."""
    told = told_of(plan)
    if people is None:
        reach = f"everybody who follows {channel.name}"
    else:
        segments = plan.units // max(1, plan.sends)
        each = "1 text each" if segments == 1 else f"{segments} parts each"
        reach = f"{people_words(people)} by {channel.name}, {each}"
    return ChannelShare(
        channel.id, channel.name, channel.adapter, delivery.act, parts, people, reach, told.seconds, told.cost
    )
