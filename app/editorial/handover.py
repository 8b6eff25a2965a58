"""
Who has the button: offered by one, taken by another, never by both at once; and never in a drill.

The row of the event says who has it. An offer changes nothing until the other person takes it, so the one who offered
goes on being the one; a second offer replaces the first.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from app.accounts.audit import AuditLog
from app.accounts.rights import Actor
from app.broadcast import topics
from app.clock import Clock
from app.db import Database
from app.editorial.finding import find_event
from app.errors import Conflict, Forbidden
from app.ids import NewId
from app.models import DrillRun, DrillState, Handover, LiveEvent, Person, TopicName

DRILL_FREE = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Clearance:
    """
    Whether a hand-over keeps drills away.

    Attributes:
        free_at: When it is far enough back; None while it is open, as nobody knows when it will be taken.
        waits_for: Whoever has not yet said that they know of the drill: name by identity.
    """

    near: bool
    free_at: datetime | None
    waits_for: Mapping[str, str]


class Handovers:
    def __init__(
        self,
        database: Database,
        audit: AuditLog,
        clock: Clock,
        new_id: NewId,
        announce: Callable[[Sequence[topics.Position]], None],
    ) -> None:
        self._database = database
        self._audit = audit
        self._clock = clock
        self._new_id = new_id
        self._announce = announce
        # Played by this process alone: a drill is one process, and what it plays ends with it.
        self._plays: set[str] = set()

    async def take(self, actor: Actor, event_id: str) -> None:
        """
        Take the button where nobody has it.

        Raises:
            Conflict: somebody has it.
        """

        async def apply(session: AsyncSession, event: LiveEvent, now: datetime) -> None:
            if event.button_by is not None:
                raise Conflict("Somebody has the button. Ask them to hand it over.", code="button_taken")
            event.button_by = actor.identity

        await self._change(actor, event_id, "button.taken", apply)

    async def offer(self, actor: Actor, event_id: str, to: str) -> None:
        """
        Offer it to somebody; it stays here until they take it.

        Raises:
            Forbidden: this person does not have it.
        """

        async def apply(session: AsyncSession, event: LiveEvent, now: datetime) -> None:
            await self._no_drill(session, event.id)
            if event.button_by != actor.identity:
                raise Forbidden("You do not have the button.", code="not_your_button")
            for old in await _open(session, event.id):
                old.state = "replaced"
                session.add(old)
            session.add(
                Handover(
                    id=self._new_id(),
                    event_id=event.id,
                    offered_by=actor.identity,
                    offered_to=f"person:{to}",
                    offered_at=now,
                )
            )

        await self._change(actor, event_id, "button.offered", apply)

    async def accept(self, actor: Actor, event_id: str) -> None:
        """
        Take what was offered; from this commit on it is here and nowhere else.

        Raises:
            Conflict: nothing was offered to this person, or the one who offered it has it no more.
        """

        async def apply(session: AsyncSession, event: LiveEvent, now: datetime) -> None:
            await self._no_drill(session, event.id)
            for offer in await _open(session, event.id):
                if offer.offered_to == actor.identity and offer.offered_by == event.button_by:
                    offer.state, offer.taken_at = "taken", now
                    event.button_by = actor.identity
                    session.add(offer)
                    return
            raise Conflict("Nobody has offered you the button.", code="not_offered")

        await self._change(actor, event_id, "button.handed", apply)

    async def know_of_drill(self, actor: Actor, event_id: str) -> None:
        """
        Say that a drill may run although the button changes hands; when both of the two have, it may.

        Raises:
            Conflict: there is no hand-over, or this person is neither side of it.
        """

        async def apply(session: AsyncSession, event: LiveEvent, now: datetime) -> None:
            mine = [
                row
                for row in await _near(session, event.id, now)
                if actor.identity in (row.offered_by, row.offered_to)
            ]
            if not mine:
                raise Conflict("No hand-over of yours is under way here.", code="no_handover")
            for row in mine:
                row.drill_ok = sorted({*row.drill_ok, actor.identity})
                session.add(row)

        await self._change(actor, event_id, "button.drill_known", apply)

    async def begin_play(self, event_id: str) -> None:
        """
        A rehearsal begins to play on an event; until `end_play` the button does not change hands there.

        Raises:
            Conflict: the button changes hands now or did within a quarter of an hour.
        """

        async def work(session: AsyncSession) -> None:
            event = await find_event(session, event_id)
            await session.refresh(event, with_for_update=True)
            await refuse_near(session, event.id, self._clock.now())
            # Under the event's lock, so that an offer either came before and was seen, or sees this.
            self._plays.add(event.id)

        try:
            await self._database.write(work)
        except BaseException:
            self._plays.discard(event_id)
            raise

    def end_play(self, event_id: str) -> None:
        self._plays.discard(event_id)

    async def _no_drill(self, session: AsyncSession, event_id: str) -> None:
        if event_id in self._plays or await drill_on(session, event_id) is not None:
            raise Conflict(
                "A drill runs here. Stop it first: the button does not change hands in a drill.",
                code="drill_running",
            )

    async def clearance(self, event_id: str) -> Clearance:
        """Why no drill may begin now, by the same rows that `refuse_near` obeys."""
        async with self._database.read() as session:
            event = await find_event(session, event_id)
            rows = await _unknowing(session, event.id, self._clock.now())
            missing = {one for row in rows for one in {row.offered_by, row.offered_to} - set(row.drill_ok)}
            people = await session.execute(select(col(Person.id), col(Person.name)))
            names = {f"person:{person_id}": name for person_id, name in people.all()}
        free_at = None
        if rows and all(row.taken_at is not None for row in rows):
            free_at = max(row.taken_at for row in rows if row.taken_at is not None) + DRILL_FREE
        return Clearance(bool(rows), free_at, {one: names.get(one, "") for one in sorted(missing)})

    async def _change(self, actor: Actor, event_id: str, action: str, apply: object) -> None:
        async def work(session: AsyncSession) -> topics.Position:
            now = self._clock.now()
            event = await find_event(session, event_id)
            await session.refresh(event, with_for_update=True)
            await apply(session, event, now)  # type: ignore[operator]
            event.version += 1
            session.add(event)
            await session.flush()
            await self._audit.append(
                session, actor=actor.label, action=action, event_id=event.id, subject=event.id, now=now
            )
            return await topics.append(session, event.id, TopicName.DESK, [("event", event.id)], now)

        self._announce([await self._database.write(work)])


async def _open(session: AsyncSession, event_id: str) -> list[Handover]:
    rows = await session.execute(
        select(Handover).where(col(Handover.event_id) == event_id, col(Handover.state) == "open")
    )
    return list(rows.scalars())


async def _near(session: AsyncSession, event_id: str, now: datetime) -> list[Handover]:
    rows = await session.execute(
        select(Handover).where(
            col(Handover.event_id) == event_id,
            (col(Handover.state) == "open") | (col(Handover.taken_at) > now - DRILL_FREE),
        )
    )
    return list(rows.scalars())


async def drill_on(session: AsyncSession, event_id: str) -> DrillRun | None:
    """The scenario pack that runs on an event now."""
    rows = await session.execute(
        select(DrillRun).where(col(DrillRun.event_id) == event_id, col(DrillRun.state) == DrillState.RUNNING)
    )
    return rows.scalars().first()


async def _unknowing(session: AsyncSession, event_id: str, now: datetime) -> list[Handover]:
    """Hand-overs that are near and of which not both sides know that a drill may run."""
    return [
        row
        for row in await _near(session, event_id, now)
        if not {row.offered_by, row.offered_to} <= set(row.drill_ok)
    ]


async def refuse_near(session: AsyncSession, event_id: str, now: datetime) -> None:
    """
    Under the event's lock, in the transaction that starts the drill: an offer in between would go unseen otherwise.

    Raises:
        Conflict: a hand-over is under way or was within a quarter of an hour, and not both sides know of the drill.
    """
    if await _unknowing(session, event_id, now):
        raise Conflict(
            "The button changes hands now or did within 15 minutes. Wait, or let both crews say that they know.",
            code="handover_near",
        )
