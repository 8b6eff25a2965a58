"""Correcting, taking back, giving the all clear: one plan, one confirmation, every channel that got the original."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from app.accounts.rights import Actor, roles_on
from app.broadcast.forecasts import Asked, Forecasts
from app.broadcast.intents import DecidedUpdate
from app.broadcast.neighbours import said_last
from app.clock import Clock
from app.config import Settings
from app.db import Database
from app.editorial.approval import Need, Wanted, need_for
from app.editorial.confirmation import Confirmation, Share, confirm, told_of
from app.editorial.corrections import (
    LABELS,
    TAKEN_BACK,
    Out,
    Outgoing,
    Plan,
    Told,
    Way,
    intents,
    plan,
)
from app.editorial.finding import find_update, revision_of
from app.editorial.looking import obey
from app.editorial.outgoing import outgoing_of
from app.editorial.privacy_check import PrivacyCheck
from app.editorial.render import Rendered, Target, must_fit, refuse_denial, render_for
from app.editorial.said_before import READ_WITH, said_before
from app.editorial.submission import Submission
from app.editorial.texts import clean_texts
from app.editorial.timing import delay_s
from app.errors import Conflict, Gone, InvalidInput
from app.models import (
    PRIORITY_RANK,
    Approval,
    Channel,
    EventState,
    LiveEvent,
    Priority,
    Role,
    Update,
    UpdateKind,
    UpdateState,
    Verdict,
)

MARKS: Mapping[str, str] = {UpdateKind.CORRECTION: "corrected", UpdateKind.RETRACTION: "retracted"}


@dataclass(frozen=True, slots=True)
class Ask:
    """
    What somebody wants put right.

    Attributes:
        texts: What is right; empty takes the words that were approved with the original.
        ways: By channel id, another way than the proposed one.
        confirmed: The privacy check asked, and a person looked again.
    """

    kind: str
    texts: Mapping[str, str]
    ways: Mapping[str, str]
    confirmed: bool = False


@dataclass(frozen=True, slots=True)
class Planned:
    """The one thing to read before the one confirmation."""

    event: LiveEvent
    original: Update
    texts: Mapping[str, str]
    prepared: bool
    plan: Plan
    parts: Mapping[str, Rendered]
    confirmation: Confirmation
    needs: Need
    previous: Mapping[str, tuple[str, ...]]
    read_with: tuple[str, ...] | None


class Corrector:
    def __init__(
        self,
        database: Database,
        privacy: PrivacyCheck,
        clock: Clock,
        settings: Settings,
        forecasts: Forecasts,
        *,
        drill: bool,
    ) -> None:
        self._database = database
        self._privacy = privacy
        self._clock = clock
        self._settings = settings
        self._forecasts = forecasts
        self._drill = drill

    async def plan(self, actor: Actor, update_id: str, ask: Ask) -> Planned:
        """
        Raises:
            NotFound; Conflict: it is not out. InvalidInput: no text, or a way the channel does not have.
        """
        if ask.kind not in (UpdateKind.CORRECTION, UpdateKind.RETRACTION, UpdateKind.ALL_CLEAR):
            raise InvalidInput("Choose correction, retraction or all_clear.", code="unknown_kind")
        async with self._database.read() as session:
            row = await find_update(session, update_id)
            event = await session.get_one(LiveEvent, row.event_id)
            _may_be_corrected(event, row)
            saved = (await revision_of(session, row)).correction
            agreed = ask.kind == UpdateKind.RETRACTION or await _read_by_second(session, row)
            original = await outgoing_of(session, row.id)
            read_with: tuple[str, ...] | None = await said_last(session, event.id)
            previous = await said_before(session, event)
            targets = await _targets(session, original)
        own_words = {
            UpdateKind.CORRECTION: saved,
            UpdateKind.RETRACTION: {lang: TAKEN_BACK.get(lang, TAKEN_BACK["en"]) for lang in event.langs},
        }.get(UpdateKind(ask.kind), {})
        given = {lang: text for lang, text in ask.texts.items() if text.strip()} or own_words
        texts = clean_texts(given, langs=event.langs, default_lang=event.default_lang)
        prepared = bool(own_words) and texts == dict(own_words)
        parts = {
            channel_id: render_for(event, target, labelled(ask.kind, texts), {}, drill=self._drill)
            for channel_id, target in targets.items()
        }
        planned = plan(ask.kind, original, told=await self._told(original, parts), chosen=ask.ways)
        needs = need_for(
            Wanted(
                event_kind=event.kind,
                severity=event.severity,
                kind=ask.kind,
                priority=Priority.CORRECTION,
                policy=event.policy,
                prepared=prepared and agreed,
                original_needed=bool(row.needs),
                sender_approves=actor.kind == "person" and Role.APPROVER in roles_on(actor, event.id),
            )
        )
        shares = [
            Share(
                line.out.channel_name,
                (line.out.people or 1) if line.way == Way.TEXT else None,
                line.seconds,
                line.cost,
            )
            for line in planned.lines
            if line.way != Way.NOTHING
        ]
        confirmation = confirm(
            event_kind=event.kind,
            kind=ask.kind,
            place=event.place,
            shares=shares,
            delay_s=self._delay_s(event, ask.kind, prepared),
            drill=self._drill,
        )
        # What two people have read is what it is; own words may go on where an earlier text left off.
        if prepared and agreed:
            previous, read_with = {}, None
        return Planned(event, row, texts, prepared, planned, parts, confirmation, needs, previous, read_with)

    async def decide(
        self, actor: Actor, update_id: str, ask: Ask, *, key: str, body_hash: str
    ) -> DecidedUpdate:
        """
        Run every rule and say what is to happen where.

        Raises:
            Forbidden: the guard blocks. InvalidInput: it does not fit a channel. See also `plan`.
        """
        found = await self.plan(actor, update_id, ask)
        event = found.event
        used = {line.out.channel_id for line in found.plan.lines if line.way not in (Way.NOTHING, Way.DELETE)}
        for channel_id in used:
            must_fit(found.parts[channel_id])
        if self._drill:
            refuse_denial(found.texts.values())
        guard = self._privacy.guarded(event, found.texts, {}, found.previous)
        obey(guard, confirmed=ask.confirmed)
        now = self._clock.now()
        return DecidedUpdate(
            event_id=event.id,
            kind=ask.kind,
            priority=Priority.CORRECTION,
            client_key=key,
            body_hash=body_hash,
            texts=found.texts,
            deliveries=tuple(
                intents(found.plan, {channel_id: one.parts for channel_id, one in found.parts.items()})
            ),
            delay_s=self._delay_s(event, ask.kind, found.prepared),
            expires_in_s=self._settings.expiry.correction,
            composed_at=now,
            guard={**guard.summary(), READ_WITH: found.read_with},
            state=str(UpdateState.AWAITING_APPROVAL if found.needs else UpdateState.COUNTING_DOWN),
            needs=str(found.needs),
            asked_by=actor.identity,
            of_update_id=found.original.id,
            not_out=tuple(
                (line.out.delivery_id, line.out.fence)
                for line in found.plan.lines
                if ask.kind in MARKS and not line.out.may_be_out
            ),
            marks={MARKS[ask.kind]: found.original.id} if ask.kind in MARKS else {},
            author_id=actor.person_id,
            author_name=actor.name,
            actor=actor.label,
            source="desk",
            event_version=event.version,
            read_with=found.read_with,
        )

    async def _told(self, original: Outgoing, parts: Mapping[str, Rendered]) -> dict[str, Told]:
        """By channel: how long the right text takes there and what it costs, as the forecast of any text says it."""
        out = {one.channel_id: one for one in original.deliveries if one.may_be_out}
        asked = [
            Asked(channel_id, parts[channel_id].parts, (one.people or 1) if one.texts_people else None)
            for channel_id, one in out.items()
        ]
        plans = await self._forecasts.of_update(
            asked,
            rank=PRIORITY_RANK[Priority.CORRECTION],
            delay_s=0.0,
            expires_in_s=self._settings.expiry.correction,
            event_id=original.event_id,
        )
        return {one.channel_id: told_of(one) for one in plans}

    def _delay_s(self, event: LiveEvent, kind: str, prepared: bool) -> float:
        """Own words count down like any others, whatever they say they are; to take something back never waits."""
        if not prepared:
            return float(event.delay_s)
        return delay_s(self._settings.delays, event, Submission(texts={}, kind=kind), self._clock.now())


def labelled(kind: str, texts: Mapping[str, str]) -> dict[str, str]:
    """The label that nobody can take off, in each text's own language."""
    words = LABELS[kind]
    return {lang: f"{words.get(lang, words['en'])}: {text}" for lang, text in texts.items()}


def _may_be_corrected(event: LiveEvent, row: Update) -> None:
    if event.state == EventState.ARCHIVED:
        raise Gone("This event is archived. Nothing more can be said in it.", code="event_archived")
    if row.state != UpdateState.RELEASED:
        raise Conflict("This is not out. Undo it, or withdraw it, instead.", code="not_out")
    if row.on_page == "retracted":
        raise Conflict("This was taken back already.", code="already_retracted")


async def _read_by_second(session: AsyncSession, row: Update) -> bool:
    """
    Whether somebody else let it go, or looked at it afterwards: they read what was kept for a mistake with it.

    Without them those words are one person's still: a template that was sent alone, or a signed step.
    """
    found = await session.execute(
        select(col(Approval.id)).where(
            col(Approval.update_id) == row.id,
            col(Approval.revision) == row.revision,
            col(Approval.verdict).in_((Verdict.APPROVED, Verdict.REVIEWED)),
        )
    )
    return found.first() is not None


async def _targets(session: AsyncSession, original: Outgoing) -> dict[str, Target]:
    """Every channel it went to, also those that the event does not use any more."""
    targets = {}
    for out in original.deliveries:
        channel = await session.get_one(Channel, out.channel_id)
        targets[out.channel_id] = _target(out, channel.settings.get("lang"))
    return targets


def _target(out: Out, lang: str | None) -> Target:
    return Target(
        out.channel_id, out.adapter, out.channel_name, out.capabilities, lang=lang, people=out.people
    )
