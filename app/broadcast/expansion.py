"""A released list becomes rows, one for each person: in pieces, so that nobody waits long for the writer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import case, func, literal, select, update
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from app.broadcast.list_rows import row_id
from app.broadcast.list_sums import PEOPLE
from app.broadcast.settings import EngineSettings
from app.broadcast.topics import Position, append
from app.broadcast.words import sentence
from app.clock import Clock
from app.db import Database
from app.models import Delivery, DeliveryState, OptedOut, Recipient, RecipientDelivery, TopicName

EXPANSION = 5_000
"""Most recipient rows in one transaction."""

_GOES_ON = (DeliveryState.QUEUED, DeliveryState.SENDING)


class Expansion:
    """
    Args:
        wake_dispatcher: Called when people can be sent to.
        recount: Makes the sums of a list from its rows.
    """

    def __init__(
        self,
        database: Database,
        clock: Clock,
        settings: EngineSettings,
        announce: Callable[[Sequence[Position]], None],
        wake_dispatcher: Callable[[], None],
        recount: Callable[[AsyncSession, str, datetime], Awaitable[bool]],
    ) -> None:
        self._database = database
        self._clock = clock
        self._settings = settings
        self._announce = announce
        self._wake_dispatcher = wake_dispatcher
        self._recount = recount
        self._reached: dict[str, str] = {}  # by delivery: the last recipient whose row is made

    async def expand_lists(self) -> None:
        """Make the recipients' rows of all released SMS deliveries; goes on where a crash left off."""
        while await self.expand_next():
            pass

    async def expand_next(self) -> bool:
        """
        One piece of the most urgent list whose rows are not all made; False when there is none.

        A piece at a time: what is released meanwhile, and a more urgent list, waits for no more than that.
        """
        async with self._database.read() as session:
            found = (
                await session.execute(
                    select(Delivery).where(
                        col(Delivery.audience_id).is_not(None),
                        col(Delivery.claimable_at).is_not(None),
                        col(Delivery.state).in_(_GOES_ON),
                    )
                )
            ).scalars()
            todo = [delivery for delivery in found if PEOPLE not in delivery.counts]
        self._reached = {one.id: self._reached[one.id] for one in todo if one.id in self._reached}
        if not todo:
            return False
        delivery = min(todo, key=lambda d: (d.rank, d.seq, d.id))

        async def work(session: AsyncSession) -> str | None:
            return await _expand_some(session, delivery, self._reached.get(delivery.id, ""))

        last = await self._database.write(work)
        if last:
            self._reached[delivery.id] = last
            self._wake_dispatcher()
        elif last is not None:
            await self._finish(delivery)
        return True

    async def _finish(self, delivery: Delivery) -> None:
        async def finish(session: AsyncSession) -> list[Position]:
            now = self._clock.now()
            people = (
                await session.execute(
                    select(func.count())
                    .select_from(RecipientDelivery)
                    .where(col(RecipientDelivery.delivery_id) == delivery.id)
                )
            ).scalar_one()
            values: dict[str, Any] = {"counts": {PEOPLE: people}}
            if people == 0:
                said = sentence("nobody", zone=self._settings.zone)
                values |= {
                    "state": DeliveryState.WITHDRAWN,
                    "reason": "nobody",
                    "why": said.why,
                    "next_step": said.next_step,
                    "settled_at": now,
                }
            written = await session.execute(
                update(Delivery)
                .where(col(Delivery.id) == delivery.id, col(Delivery.state).in_(_GOES_ON))
                .values(version=col(Delivery.version) + 1, **values)
                .returning(col(Delivery.id))
            )
            if written.first() is None:
                return []  # stopped meanwhile
            if people:
                # Some may have been called while the rest were still being made: the rows know.
                await self._recount(session, delivery.id, now)
            return [
                await append(session, delivery.event_id, TopicName.DESK, [("delivery", delivery.id)], now)
            ]

        self._announce(await self._database.write(finish))
        self._wake_dispatcher()


async def _expand_some(session: AsyncSession, delivery: Delivery, after: str) -> str | None:
    """
    One transaction's worth of recipients, in the order of their ids.

    The row's id is made of both ids, so that doing it twice does nothing: a crash half-way is repaired by starting
    over. The audience is the one of accept: numbers added later are not in it, those who said STOP are left out.

    Returns the last of them, empty when all are made. None when the list was stopped since the piece before: nobody is
    added to it then who would wait for ever.
    """
    goes_on = await session.execute(
        select(col(Delivery.id))
        .where(col(Delivery.id) == delivery.id, col(Delivery.state).in_(_GOES_ON))
        .with_for_update(read=True, key_share=True)
    )
    if goes_on.first() is None:
        return None
    ids = (
        (
            await session.execute(
                select(col(Recipient.id))
                .where(
                    col(Recipient.audience_id) == delivery.audience_id,
                    col(Recipient.created_at) <= delivery.created_at,
                    col(Recipient.id) > after,
                )
                .order_by(col(Recipient.id))
                .limit(EXPANSION)
            )
        )
        .scalars()
        .all()
    )
    if not ids:
        return ""
    first = select(col(RecipientDelivery.recipient_id)).where(
        col(RecipientDelivery.delivery_id) == (delivery.first_to or "")
    )
    early = delivery.due_at - timedelta(seconds=1)
    table = RecipientDelivery.__table__  # type: ignore[attr-defined]
    rows = select(
        row_id(literal(delivery.id), col(Recipient.id)),
        literal(delivery.id),
        col(Recipient.id),
        col(Recipient.number),
        literal(str(DeliveryState.QUEUED)),
        literal(""),
        literal(""),
        # A correction goes first to those who got what it corrects.
        case(
            (col(Recipient.id).in_(first), literal(early, table.c.due_at.type)),
            else_=literal(delivery.due_at, table.c.due_at.type),
        ),
        literal(0),
        literal(0),
        literal(0),
        literal(0),
    ).where(
        col(Recipient.audience_id) == delivery.audience_id,
        col(Recipient.created_at) <= delivery.created_at,
        col(Recipient.id) > after,
        col(Recipient.id) <= ids[-1],
        col(Recipient.number).not_in(select(col(OptedOut.number))),
    )
    names = [
        "id", "delivery_id", "recipient_id", "number", "state", "reason", "why", "due_at", "attempts", "looks",
        "fence", "rank",
    ]  # fmt: skip
    insert = sqlite_insert if session.get_bind().dialect.name == "sqlite" else postgres_insert
    await session.execute(insert(table).from_select(names, rows).on_conflict_do_nothing())
    return str(ids[-1])
