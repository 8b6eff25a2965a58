"""Live events: making one, changing it, going live, ending; its cue sheet. Every change shows on every screen."""

from __future__ import annotations

import re
import secrets
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from app.accounts.audit import AuditLog
from app.accounts.rights import Actor
from app.accounts.vault import Vault
from app.broadcast import topics
from app.broadcast.stop import StopControl
from app.clock import Clock
from app.config import Settings
from app.db import Database
from app.editorial import scripted, silence
from app.editorial.complication_now import line_ready, starter_line
from app.editorial.consent_now import require_good, stands
from app.editorial.finding import approver_ids, audience_size, find_event, registered_names
from app.editorial.guard import Guard
from app.editorial.looking import refuse_blocked
from app.editorial.safety import checked_policy, loosens
from app.editorial.silence_watch import look_at
from app.editorial.texts import clean, one_line
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

LANGS = ("en", "it", "fr", "es", "ca")
BOXES = ("know", "unknown", "do")  # what is pinned above the updates
SEVERITIES = ("Extreme", "Severe", "Moderate", "Minor", "Unknown")  # CAP 1.2
URGENCIES = ("Immediate", "Expected", "Future", "Past", "Unknown")
CERTAINTIES = ("Observed", "Likely", "Possible", "Unlikely", "Unknown")
EDITABLE = frozenset(
    {
        "title",
        "place",
        "headline",
        "delay_s",
        "langs",
        "hashtags",
        "severity",
        "urgency",
        "certainty",
        "promised_next_at",
        "pinned",
        "allow",
        "staff_allow",
        "replies_open",
        "policy",
    }
)

NEVER_NULL = EDITABLE - {"severity", "urgency", "certainty", "promised_next_at"}

Announce = Callable[[Sequence[topics.Position]], None]


@dataclass(frozen=True, slots=True)
class NewEvent:
    """What it takes to make one. `deny` are names to keep off every channel; they are sealed at once."""

    kind: str
    title: str
    place: str = ""
    headline: str = ""
    default_lang: str = "en"
    langs: Sequence[str] = ("en",)
    hashtags: Sequence[str] = ()
    severity: str | None = None
    urgency: str | None = None
    certainty: str | None = None
    delay_s: int | None = None
    slug: str | None = None
    channels: Mapping[str, str | None] = field(default_factory=dict)  # channel id -> audience id
    allow: Mapping[str, Any] = field(default_factory=dict)
    staff_allow: Sequence[str] = ()
    deny: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class NewStep:
    title: str
    texts: Mapping[str, str]
    key_moment: bool = False
    minutes: float | None = None
    branch: str = ""


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

    async def create(self, actor: Actor, new: NewEvent, steps: Sequence[NewStep] = ()) -> LiveEvent:
        """
        Raises:
            InvalidInput: a field that cannot be right.
            NotFound: an unknown channel.
        """
        if new.kind not in tuple(EventKind):
            raise InvalidInput(f"The kind is one of: {', '.join(EventKind)}.", code="unknown_kind")
        langs = _langs(new.langs, new.default_lang)
        now, event_id = self._clock.now(), self._new_id()
        delay_s = (
            int(getattr(self._settings.delays, new.kind)) if new.delay_s is None else _delay(new.delay_s)
        )
        event = LiveEvent(
            id=event_id,
            slug=new.slug or _slug(new.title),
            kind=new.kind,
            title=one_line(new.title, "title", 120),
            place=one_line(new.place, "place", 160, empty=True),
            headline=one_line(new.headline, "headline", 300, empty=True),
            default_lang=new.default_lang,
            langs=langs,
            hashtags=_hashtags(new.hashtags),
            severity=_one_of(new.severity, SEVERITIES, "severity"),
            urgency=_one_of(new.urgency, URGENCIES, "urgency"),
            certainty=_one_of(new.certainty, CERTAINTIES, "certainty"),
            delay_s=delay_s,
            allow=dict(new.allow),
            staff_allow=[one_line(name, "staff_allow", 100) for name in new.staff_allow],
            created_at=now,
        )
        deny = [one_line(name, "deny", 100) for name in new.deny]
        if deny:
            event.deny_enc = self._vault.seal("\n".join(deny).encode(), about=f"deny:{event_id}")
        refuse_blocked(
            self._guard, event, [*_shown(event), *(("step title", one.title) for one in steps)], tuple(deny)
        )

        async def work(session: AsyncSession) -> LiveEvent:
            taken = (
                await session.execute(select(col(LiveEvent.id)).where(col(LiveEvent.slug) == event.slug))
            ).first()
            if taken is not None:
                if new.slug:
                    raise Conflict(
                        f"The address “{new.slug}” is taken. Choose another one.", code="slug_taken"
                    )
                event.slug = f"{event.slug}-{secrets.token_hex(2)}"
            await _free_hashtags(session, event.id, event.hashtags)
            session.add(event)
            await session.flush()
            topics.create_topics(session, event.id)
            for channel_id, audience_id in new.channels.items():
                if await session.get(Channel, channel_id) is None:
                    raise NotFound("There is no such channel.", code="channel_not_found")
                session.add(EventChannel(event_id=event.id, channel_id=channel_id, audience_id=audience_id))
            for n, step in enumerate([*steps, *_starter_line(event, steps)], 1):
                texts = {lang: clean(text) for lang, text in step.texts.items()}
                session.add(
                    Step(
                        id=self._new_id(),
                        event_id=event.id,
                        n=n,
                        title=one_line(step.title, "step title", 80),
                        texts=texts,
                        slots=scripted.blanks_of(texts),
                        key_moment=step.key_moment,
                        minutes=step.minutes,
                        branch=step.branch,
                        parked=step.branch != scripted.MAIN,
                        written_by=actor.identity,
                    )
                )
            await self._audit.append(
                session,
                actor=actor.label,
                action="event.create",
                event_id=event.id,
                detail={"kind": event.kind},
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
        agreed: bool = False,
    ) -> LiveEvent:
        """
        Change fields, if nobody else did meanwhile.

        Args:
            version: The one that was read; None for what two people agreed on, whatever changed meanwhile.
            agreed: A second person confirmed it.

        Raises:
            Conflict: the version moved; `current` is the one to look at.
            Forbidden: it takes protection away, so a second person has to confirm it.
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
        checked = _checked(changes)

        async def free(session: AsyncSession, event: LiveEvent, now: datetime) -> None:
            await _approvers_all(session, event.id, checked)
            await _free_hashtags(session, event.id, checked.get("hashtags", ()))

        def apply(event: LiveEvent, now: datetime) -> None:
            if version is not None and event.version != version:
                raise Conflict(
                    "Somebody changed this event meanwhile. Look at it again, then save.",
                    code="changed_meanwhile",
                    current=event.version,
                )
            loose = [] if agreed else loosens(event, checked)
            if loose:
                raise Forbidden(
                    "This makes the event less safe, so a second person confirms it. Propose it.",
                    code="second_person_needed",
                    fields=loose,
                )
            for name, value in checked.items():
                setattr(event, name, {**event.policy, **value} if name == "policy" else value)
            if "pinned" in checked:
                event.pinned = {**event.pinned, "checked_at": now.isoformat(timespec="seconds")}
            fresh = [(where, said) for where, said in _shown(event) if where in checked]
            refuse_blocked(self._guard, event, fresh, registered_names(self._vault, event))

        detail = {"fields": sorted(checked)}
        return await self._move(actor, event_id, "event.change", apply, detail=detail, first=free)

    async def go_live(self, actor: Actor, event_id: str) -> LiveEvent:
        """
        A crisis that goes live puts press and training on hold in the same transaction: nothing routine comes out
        between its lines. An operation goes on, since a silent feed says something of its own. Their people resume.

        Raises:
            Conflict: it is live already, its consent does not stand, or its line is not signed.
        """

        def apply(event: LiveEvent, now: datetime) -> None:
            if event.state not in (EventState.DRAFT, EventState.SCHEDULED, EventState.PAUSED):
                raise Conflict(f"This event is {event.state} already.", code="wrong_state")
            event.state = EventState.LIVE
            event.started_at = event.started_at or now

        held: dict[str, list[topics.Position]] = {}

        async def may(session: AsyncSession, event: LiveEvent, now: datetime) -> None:
            require_good(await stands(session, event, drill=self._drill, now=now), going_live=True)
            if event.kind == EventKind.SURGERY:
                await line_ready(session, event)
            held.clear()
            if event.kind == EventKind.CRISIS:
                for other in await _routine(session, event.id):
                    held[other] = await self._stops.close_in(
                        session, other, actor.label, actor.identity, Sending.HOLD
                    )

        event = await self._move(actor, event_id, "event.go_live", apply, first=may)
        for other, positions in held.items():
            self._stops.fenced(other)
            self._announce(positions)
        return event

    async def end(self, actor: Actor, event_id: str) -> LiveEvent:
        def apply(event: LiveEvent, now: datetime) -> None:
            if event.state not in (EventState.LIVE, EventState.PAUSED):
                raise Conflict("Only an event that is live can be ended.", code="wrong_state")
            event.state = EventState.ENDED
            event.ended_at = now
            event.promised_next_at = None

        return await self._move(actor, event_id, "event.end", apply)

    async def _move(
        self,
        actor: Actor,
        event_id: str,
        action: str,
        apply: Callable[[LiveEvent, datetime], None],
        detail: Mapping[str, Any] | None = None,
        first: Callable[[AsyncSession, LiveEvent, datetime], Awaitable[None]] | None = None,
    ) -> LiveEvent:
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
                await topics.append(session, event.id, name, [("event", event.id)], now) for name in TopicName
            ]
            await self._audit.append(
                session, actor=actor.label, action=action, event_id=event.id, detail=detail or {}, now=now
            )
            return event, positions

        event, positions = await self._database.write(work)
        self._announce(positions)
        return event


async def _free_hashtags(session: AsyncSession, event_id: str, tags: Sequence[str]) -> None:
    """
    Raises:
        Conflict: another event that is not over has one of them; its readers would get both.
    """
    if not tags:
        return
    wanted = {tag.casefold() for tag in tags}
    rows = await session.execute(
        select(LiveEvent).where(
            col(LiveEvent.id) != event_id,
            col(LiveEvent.state).not_in((EventState.ENDED, EventState.ARCHIVED)),
        )
    )
    for other in rows.scalars():
        shared = sorted(tag for tag in other.hashtags if tag.casefold() in wanted)
        if shared:
            raise Conflict(
                f"#{shared[0]} belongs to “{other.title}”. Choose another hashtag, or end that event first.",
                code="hashtag_taken",
            )


def _starter_line(event: LiveEvent, steps: Sequence[NewStep]) -> list[NewStep]:
    """A draft of the line for a complication, where the house brings none of its own; unsigned, it opens nothing."""
    if event.kind != EventKind.SURGERY or any(step.branch == scripted.COMPLICATION for step in steps):
        return []
    texts = {lang: text for lang, text in starter_line().items() if lang in event.langs}
    if event.default_lang not in texts:
        return []
    return [NewStep("If the course changes", texts, branch=scripted.COMPLICATION)]


async def _routine(session: AsyncSession, crisis_id: str) -> list[str]:
    rows = await session.execute(
        select(col(LiveEvent.id))
        .where(
            col(LiveEvent.id) != crisis_id,
            col(LiveEvent.kind).in_((EventKind.PRESS, EventKind.TRAINING)),
            col(LiveEvent.state).in_((EventState.LIVE, EventState.PAUSED)),
            col(LiveEvent.sending) == Sending.OPEN,
        )
        .order_by(col(LiveEvent.id))
    )
    return list(rows.scalars())


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


def _shown(event: LiveEvent) -> list[tuple[str, str]]:
    """What the public reads above the updates, by field; its place is not among it, since it has to name one."""
    pinned = [("pinned", line) for box in BOXES for line in event.pinned.get(box, ())]
    tags = [("hashtags", f"#{tag}") for tag in event.hashtags]
    return [("title", event.title), ("headline", event.headline), *tags, *pinned]


def _checked(changes: Mapping[str, Any]) -> dict[str, Any]:
    checked: dict[str, Any] = {}
    for name, value in changes.items():
        match name:
            case "title":
                checked[name] = one_line(value, name, 120)
            case "place":
                checked[name] = one_line(value, name, 160, empty=True)
            case "headline":
                checked[name] = one_line(value, name, 300, empty=True)
            case "delay_s":
                checked[name] = _delay(value)
            case "hashtags":
                checked[name] = _hashtags(value)
            case "langs":
                checked[name] = _langs(value, value[0] if value else "")
            case "severity":
                checked[name] = _one_of(value, SEVERITIES, name)
            case "urgency":
                checked[name] = _one_of(value, URGENCIES, name)
            case "certainty":
                checked[name] = _one_of(value, CERTAINTIES, name)
            case "policy":
                checked[name] = checked_policy(value)
            case "staff_allow":
                checked[name] = [one_line(one, name, 100) for one in value]
            case "pinned":
                checked[name] = {
                    box: [one_line(line, box, 200) for line in value.get(box, ())] for box in BOXES
                }
            case _:
                checked[name] = value
    return checked


def _delay(value: int) -> int:
    if not 0 <= value <= 300:
        raise InvalidInput("The delay is between 0 and 300 seconds.", code="bad_delay")
    return int(value)


def _langs(langs: Sequence[str], default_lang: str) -> list[str]:
    unknown = [lang for lang in langs if lang not in LANGS]
    if unknown or not langs or default_lang not in langs:
        raise InvalidInput(
            f"Choose languages among {', '.join(LANGS)}, the event's own one included.",
            code="unknown_language",
        )
    return list(dict.fromkeys(langs))


def _hashtags(tags: Sequence[str]) -> list[str]:
    bare = [tag.lstrip("#") for tag in tags]
    if len(bare) > 2 or any(not re.fullmatch(r"\w{2,40}", tag) or tag.isdigit() for tag in bare):
        raise InvalidInput(
            "Give at most two hashtags of letters and digits, without spaces.", code="bad_hashtag"
        )
    return bare


def _one_of(value: str | None, allowed: Sequence[str], what: str) -> str | None:
    if value is not None and value not in allowed:
        raise InvalidInput(f"The {what} is one of: {', '.join(allowed)}.", code=f"unknown_{what}")
    return value


def _slug(title: str) -> str:
    words = re.sub(r"[^a-z0-9]+", "-", title.casefold()).strip("-")
    return words[:40].strip("-") or f"event-{secrets.token_hex(3)}"
