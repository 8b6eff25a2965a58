"""Live events: making one, changing it, going live, ending; its cue sheet. Every change shows on every screen."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from app.accounts.audit import AuditLog
from app.accounts.rights import Actor
from app.accounts.vault import Vault
from app.broadcast import topics
from app.broadcast.planned import ask_again
from app.broadcast.stop import StopControl
from app.clock import Clock
from app.config import Settings
from app.db import Database
from app.editorial import scripted, silence
from app.editorial.above import (
    Word,
    carried,
    changed_last_by,
    raises,
    read_by_two,
    shown_lines,
    there_now,
    unread,
)
from app.editorial.changed_by import refuse_own_allowances
from app.editorial.complication_now import line_ready
from app.editorial.consent_now import require_good, stands
from app.editorial.ending import refuse_unless_over
from app.editorial.event_fields import EDITABLE, NEVER_NULL, checked_fields
from app.editorial.facts import revised
from app.editorial.finding import approver_ids, audience_size, find_event, registered_names
from app.editorial.guard import Guard
from app.editorial.guard.registered import names_anybody_of
from app.editorial.looking import obey_above
from app.editorial.new_event import NewEvent, NewStep, event_of, lines_of, sheet_of
from app.editorial.raised import wait_for_second
from app.editorial.render import refuse_denial
from app.editorial.routine import routine_beside
from app.editorial.safety import LETS, NOT_RUNNING, least_delay_s, loosens
from app.editorial.said_before import said_before
from app.editorial.showing import refuse_to_show, says_more
from app.editorial.silence_watch import look_at
from app.editorial.taken import refuse_taken_hashtags, slug_is_taken
from app.editorial.texts import one_line
from app.errors import Conflict, Forbidden, InvalidInput, NotFound
from app.ids import NewId
from app.models import (
    Channel,
    EventChannel,
    EventKind,
    EventState,
    LiveEvent,
    Sending,
    Step,
    TopicName,
    Update,
)

Announce = Callable[[Sequence[topics.Position]], None]


class Events:
    """The life of events."""

    def __init__(
        self,
        database: Database,
        vault: Vault,
        audit: AuditLog,
        clock: Clock,
        new_id: NewId,
        settings: Settings,
        guard: Guard | None,
        stops: StopControl,
        announce: Announce,
        *,
        drill: bool,
    ) -> None:
        self._database = database
        self._vault = vault
        self._audit = audit
        self._clock = clock
        self._new_id = new_id
        self._settings = settings
        self._guard = guard
        self._stops = stops
        self._announce = announce
        self._drill = drill
        self._zone = ZoneInfo(settings.time_zone)

    async def create(
        self,
        actor: Actor,
        new: NewEvent,
        steps: Sequence[NewStep] = (),
        *,
        confirmed: bool = False,
        agreed: bool = False,
    ) -> LiveEvent:
        """
        Args:
            confirmed: The person has seen what the privacy check asks about the words above the texts.
            agreed: The house itself makes it, such as a rehearsal that counts down faster than an operation may.

        Raises:
            InvalidInput: a field that cannot be right, or a delay shorter than the house's least.
            Forbidden: the privacy check blocks a title, a place or a headline, or asks and nobody confirmed.
            NotFound: an unknown channel.
        """
        now, event_id = self._clock.now(), self._new_id()
        event = event_of(new, event_id, delays=self._settings.delays, now=now, agreed=agreed)
        deny = [one_line(name, "deny", 100) for name in new.deny]
        if deny:
            event.deny_enc = self._vault.seal("\n".join(deny).encode(), about=f"deny:{event_id}")
        above = lines_of(event, new, steps)
        if self._drill:
            refuse_denial(text for _, text in above)
        if names_anybody_of(event.slug.replace("-", " "), deny):
            raise Forbidden(
                "The address names somebody who is kept off every channel. Choose another one.",
                code="guard_blocked",
            )
        obey_above(self._guard, event, above, tuple(deny), confirmed=confirmed)

        async def work(session: AsyncSession) -> LiveEvent:
            given = event.slug
            while await slug_is_taken(session, event.slug):
                if new.slug:
                    raise Conflict(
                        f"The address “{new.slug}” is taken. Choose another one.", code="slug_taken"
                    )
                event.slug = f"{given}-{secrets.token_hex(2)}"
            await refuse_taken_hashtags(session, event.id, event.hashtags)
            session.add(event)
            await session.flush()
            topics.create_topics(session, event.id)
            for channel_id, audience_id in new.channels.items():
                if await session.get(Channel, channel_id) is None:
                    raise NotFound("There is no such channel.", code="channel_not_found")
                session.add(EventChannel(event_id=event.id, channel_id=channel_id, audience_id=audience_id))
            session.add_all(sheet_of(event, steps, written_by=actor.identity, new_id=self._new_id))
            await self._audit.append(
                session,
                actor=actor.label,
                action="event.create",
                event_id=event.id,
                detail={"kind": event.kind, "fields": [name for name in LETS if getattr(event, name)]},
                now=now,
            )
            return event

        return await self._database.write(work)

    async def listed(self) -> list[LiveEvent]:
        async with self._database.read() as session:
            return list(
                (
                    await session.execute(select(LiveEvent).order_by(col(LiveEvent.created_at).desc()))
                ).scalars()
            )

    async def found(self, event_id: str) -> LiveEvent:
        async with self._database.read() as session:
            return await find_event(session, event_id)

    async def steps(self, event_id: str, *, whole: bool = False) -> list[tuple[Step, Update | None]]:
        """
        The cue sheet in order, each with the update it became.

        Args:
            whole: What is parked and the lines for a complication too; otherwise the course as it is now.
        """
        async with self._database.read() as session:
            event = await find_event(session, event_id)
            rows = (
                await session.execute(
                    select(Step, Update)
                    .outerjoin(Update, col(Update.id) == col(Step.sent_update_id))
                    .where(col(Step.event_id) == event.id)
                    .order_by(col(Step.n))
                )
            ).all()
        return [
            (step, update if scripted.is_out(update) else None)
            for step, update in rows
            if whole or not step.parked or update is not None
        ]

    async def channels(self, event_id: str) -> list[tuple[Channel, EventChannel, int | None]]:
        """The event's channels, each with the number of people on its list, where it has one."""
        async with self._database.read() as session:
            rows = (
                await session.execute(
                    select(Channel, EventChannel)
                    .join(EventChannel, col(EventChannel.channel_id) == col(Channel.id))
                    .where(
                        col(EventChannel.event_id) == event_id,
                        col(EventChannel.on),
                        col(Channel.state) != "off",
                    )
                    .order_by(col(Channel.created_at))
                )
            ).all()
            return [
                (channel, link, await audience_size(session, link.audience_id) if link.audience_id else None)
                for channel, link in rows
            ]

    async def silence(self, event_id: str) -> silence.Look:
        """How long nothing has been said in public."""
        async with self._database.read() as session:
            return await look_at(session, await find_event(session, event_id), self._clock)

    async def change(
        self,
        actor: Actor,
        event_id: str,
        version: int | None,
        changes: Mapping[str, Any],
        *,
        confirmed: bool = False,
        agreed: bool = False,
        seen: Sequence[Sequence[str]] | None = None,
    ) -> LiveEvent:
        """
        Change fields, if nobody else did meanwhile.

        Args:
            version: The one that was read; None for what two people agreed on, whatever changed meanwhile.
            confirmed: The person has seen what the privacy check asks about the words above the texts.
            agreed: A second person confirmed it.
            seen: The words above the texts that it is to replace (`above.there_now`); others are not replaced.

        Raises:
            Conflict: the version moved, or what was seen did; `current` is the one to look at.
            Forbidden: the privacy check blocks, or asks and nobody confirmed; or it takes protection away or says
                something new where updates need two, so a second person has to confirm it: `fields` names what, and
                `words` what a raised severity would carry along.
        """
        unknown = sorted(set(changes) - EDITABLE)
        if unknown:
            raise InvalidInput(f"This cannot be changed here: {', '.join(unknown)}.", code="not_editable")
        nothing = sorted(name for name in NEVER_NULL & set(changes) if changes[name] is None)
        if nothing:
            raise InvalidInput(
                f"These cannot be null: {', '.join(nothing)}. Leave them out to keep them.",
                code="invalid_input",
            )
        checked = checked_fields(changes)

        detail: dict[str, Any] = {"fields": sorted(checked)}
        moved: list[tuple[str, str]] = []
        read: set[Word] = set()
        own: set[str] = set()
        said: dict[str, tuple[str, ...]] = {}

        async def free(session: AsyncSession, event: LiveEvent, now: datetime) -> None:
            read.clear()
            read.update(await read_by_two(session, event.id))
            said.update(await said_before(session, event))
            own.clear()
            if raises(event, checked) and not agreed:
                own.update(await changed_last_by(session, event.id, actor.identity))
            if event.state not in NOT_RUNNING and says_more(event, checked):
                await refuse_to_show(session, event, drill=self._drill, now=now)
            await _approvers_all(session, event.id, checked)
            moved.clear()
            moved.extend(waiting := await wait_for_second(session, event, checked, now, self._zone))
            if waiting:
                detail["waiting"] = [one for kind, one in waiting if kind == "update"]
            if "starts_at" in checked and checked["starts_at"] != event.starts_at:
                moved.extend(await ask_again(session, event.id, "planned_moved", now, self._zone))
            await refuse_taken_hashtags(session, event.id, checked.get("hashtags", ()))

        def apply(event: LiveEvent, now: datetime) -> None:
            if version is not None and event.version != version:
                raise Conflict(
                    "Somebody changed this event meanwhile. Look at it again, then save.",
                    code="changed_meanwhile",
                    current=event.version,
                )
            if seen is not None and there_now(event, checked) != [list(word) for word in seen]:
                raise Conflict(
                    "Somebody changed these words meanwhile. Look at them, then propose it again.",
                    code="changed_meanwhile",
                    current=event.version,
                )
            loose: list[str] = []
            along: dict[str, Any] = {}
            if not agreed:
                loose = loosens(event, checked, least_delay_s(event.kind, self._settings.delays))
                loose += unread(event, checked, read)
                at_once = {name: value for name, value in checked.items() if name not in loose}
                if along := carried(event, at_once, own, read):
                    loose.append("severity")
            known = event.pinned
            for name, value in checked.items():
                setattr(event, name, {**event.policy, **value} if name == "policy" else value)
            if "pinned" in checked:
                event.pinned = revised(known, checked["pinned"], by=actor.name, now=now)
            fresh = [(where, text) for where, text in shown_lines(event) if where in checked]
            if self._drill:
                refuse_denial(text for _, text in fresh)
            names = registered_names(self._vault, event)
            among, sure = shown_lines(event), confirmed or agreed
            obey_above(self._guard, event, fresh, names, confirmed=sure, previous=said, among=among)
            # After the privacy check, so that nobody is asked to agree to words that it would refuse. What was set
            # above goes with the transaction.
            if loose:
                raise Forbidden(
                    "A second person confirms this: it makes the event less safe, or says something new where an "
                    "update needs two. Propose it."
                    if not along
                    else "A second person confirms this: you alone chose words above the updates that would then "
                    "stand over a graver crisis. Propose it, take them away, or let somebody else raise it.",
                    code="second_person_needed",
                    fields=loose,
                    words=along,
                )

        return await self._move(actor, event_id, "event.change", apply, detail=detail, first=free, desk=moved)

    async def go_live(self, actor: Actor, event_id: str, *, agreed: bool = False) -> LiveEvent:
        """
        A crisis that goes live puts press and training on hold in the same transaction: nothing routine comes out
        between its lines. An operation goes on, since a silent feed says something of its own. Their people resume.

        Args:
            agreed: The house itself made it.

        Raises:
            Conflict: it is live already, its consent does not stand, or its line is not signed.
            Forbidden: the same human chose what the privacy check lets through here.
        """

        def apply(event: LiveEvent, now: datetime) -> None:
            if event.state not in (EventState.DRAFT, EventState.SCHEDULED, EventState.PAUSED):
                raise Conflict(f"This event is {event.state} already.", code="wrong_state")
            event.state = EventState.LIVE
            event.started_at = event.started_at or now

        held: dict[str, list[topics.Position]] = {}

        async def may(session: AsyncSession, event: LiveEvent, now: datetime) -> None:
            require_good(await stands(session, event, drill=self._drill, now=now), going_live=True)
            if not agreed:
                await refuse_own_allowances(session, event, actor.identity)
            if event.kind == EventKind.SURGERY:
                await line_ready(session, event)
            held.clear()
            if event.kind == EventKind.CRISIS:
                for other in await routine_beside(session, event.id):
                    held[other] = await self._stops.close_in(
                        session, other, actor.label, actor.identity, Sending.HOLD
                    )

        event = await self._move(actor, event_id, "event.go_live", apply, first=may)
        for other, positions in held.items():
            self._stops.fenced(other)
            self._announce(positions)
        return event

    async def end(self, actor: Actor, event_id: str) -> LiveEvent:
        """
        Raises:
            Conflict: it is not live; or an incident that two people have not called over.
        """

        async def over(session: AsyncSession, event: LiveEvent, _now: datetime) -> None:
            await refuse_unless_over(session, event)

        def apply(event: LiveEvent, now: datetime) -> None:
            if event.state not in (EventState.LIVE, EventState.PAUSED):
                raise Conflict("Only an event that is live can be ended.", code="wrong_state")
            event.state = EventState.ENDED
            event.ended_at = now
            event.promised_next_at = None

        return await self._move(actor, event_id, "event.end", apply, first=over)

    async def _move(
        self,
        actor: Actor,
        event_id: str,
        action: str,
        apply: Callable[[LiveEvent, datetime], None],
        detail: Mapping[str, Any] | None = None,
        first: Callable[[AsyncSession, LiveEvent, datetime], Awaitable[None]] | None = None,
        desk: Sequence[tuple[str, str]] = (),
    ) -> LiveEvent:
        """`first` runs under the event's lock and may fill `desk` with what else changed for the desks."""
        now = self._clock.now()

        async def work(session: AsyncSession) -> tuple[LiveEvent, list[topics.Position]]:
            event = await find_event(session, event_id)
            await session.refresh(event, with_for_update=True)
            if first is not None:
                await first(session, event, now)
            apply(event, now)
            event.version += 1
            session.add(event)
            await session.flush()
            positions = [
                await topics.append(
                    session,
                    event.id,
                    name,
                    [("event", event.id), *(desk if name == TopicName.DESK else ())],
                    now,
                )
                for name in TopicName
            ]
            await self._audit.append(
                session, actor=actor.label, action=action, event_id=event.id, detail=detail or {}, now=now
            )
            return event, positions

        event, positions = await self._database.write(work)
        self._announce(positions)
        return event


async def _approvers_all(session: AsyncSession, event_id: str, checked: Mapping[str, Any]) -> None:
    """
    Raises:
        InvalidInput: somebody in the chain of delegates is no approver on this event.
    """
    people = set(checked.get("policy", {}).get("delegates", {}).get("people", ()))
    if people - set(await approver_ids(session, event_id)):
        raise InvalidInput(
            "Everybody who is asked in turn has to be an approver on this event. Give them the role first.",
            code="not_an_approver",
        )
