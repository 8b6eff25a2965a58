"""
Deciding what may be said: the one door for every update, from a screen, a key or the rehearsal.

`Desk.preview` shows what each channel would be sent and what the guard thinks; `Desk.decide` runs the same rules and
either returns a decided update for `publisher.accept` or says why not. Nothing here is stored.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from app.accounts.rights import Actor
from app.accounts.vault import Vault
from app.broadcast.intents import DecidedUpdate, FromStep, PlannedDelivery
from app.broadcast.neighbours import said_last
from app.channels.registry import kind as adapter_kind
from app.clock import Clock
from app.config import ExpirySettings, Settings
from app.db import Database
from app.editorial import planning, scripted
from app.editorial.answering import joined_to
from app.editorial.approval import Need, Wanted, need_for
from app.editorial.complication_now import refuse_while_open
from app.editorial.consent_now import require_good, require_name_covered, stands
from app.editorial.finding import audience_size, find_event, registered_names
from app.editorial.guard import Guard, GuardDecision, Verdict
from app.editorial.looking import Looked, blocked, look_at, obey_above, spans_of, strictest
from app.editorial.pictures import for_channel, for_page, refs_of
from app.editorial.published import Cue, place_of
from app.editorial.render import Rendered, Target, refuse_denial, render
from app.editorial.said_before import LABEL, READ_WITH, said_before
from app.editorial.template_shelf import TemplateShelf
from app.editorial.templates import made_from, origin_of
from app.editorial.texts import clean, clean_texts
from app.errors import Conflict, Forbidden, Gone, InvalidInput, NotFound
from app.models import (
    EVERY_EVENT,
    Channel,
    EventChannel,
    EventKind,
    EventState,
    LiveEvent,
    Priority,
    Reply,
    Role,
    Sending,
    Step,
    Update,
    UpdateKind,
    UpdateState,
)

LATE_AFTER = timedelta(seconds=30)
OLD_AFTER_S = 600.0


def old_after_s(expiry: ExpirySettings, kind: str) -> float:
    """After how long on a tablet a text asks a person before it goes: ten minutes, or its expiry where that is less."""
    return min(OLD_AFTER_S, float(getattr(expiry, kind)))


@dataclass(frozen=True, slots=True)
class TemplateUse:
    """Which template a text was made from, and what was put into its blanks."""

    id: str
    values: Mapping[str, str]


def named(alts: Sequence[Mapping[str, str]]) -> dict[str, Mapping[str, str]]:
    """What pictures show, each under the name that the guard's places are told by."""
    return {f"picture {n}": alt for n, alt in enumerate(alts, 1) if alt}


@dataclass(frozen=True, slots=True)
class Submission:
    """
    What somebody wants said.

    Attributes:
        channels: Ids; None means every channel of the event that is on.
        confirmed: The person has seen what the guard asks and sends all the same.
        override_reason: Why this should go out although the guard blocks it; a second person decides.
        correction: What will be said if this turns out wrong; approved with it.
        alt: What its picture is said to show, for a preview; a submission has it with its `media`.
        step_id: The step of the cue sheet it was taken from; `step_values` are the figures in its blanks.
        planned: It goes out at a time before the event; a second person reads it.
        in_complication: It is the line that was kept for this hour; nothing else is written before the course is chosen.
    """

    texts: Mapping[str, str]
    channel_texts: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    channels: Sequence[str] | None = None
    kind: str = UpdateKind.UPDATE
    priority: str | None = None
    key_moment: bool = False
    pinned: bool = False
    composed_at: datetime | None = None
    source: str = "api"
    device_id: str | None = None
    device_seq: int | None = None
    answers_reply_id: str | None = None
    confirmed: bool = False
    override_reason: str = ""
    correction: Mapping[str, str] = field(default_factory=dict)
    step_id: str | None = None
    step_values: Mapping[str, str] = field(default_factory=dict)
    in_complication: bool = False
    planned: planning.Planned | None = None
    media: Sequence[str] = ()
    alt: Mapping[str, str] = field(default_factory=dict)
    template: TemplateUse | None = None


@dataclass(frozen=True, slots=True)
class Preview:
    """What would go out; `looked` has every text that the guard did not simply pass."""

    rendered: tuple[Rendered, ...]
    guard: GuardDecision
    delay_s: float
    needs: str = ""
    looked: tuple[Looked, ...] = ()
    expires_in_s: float = 0.0
    priority: str = Priority.NORMAL


class Desk:
    """Decides updates. Reads the event's rules fresh each time."""

    def __init__(
        self,
        database: Database,
        vault: Vault,
        guard: Guard | None,
        clock: Clock,
        settings: Settings,
        templates: TemplateShelf | None = None,
        *,
        drill: bool,
    ) -> None:
        self._database = database
        self._vault = vault
        self._guard = guard
        self._clock = clock
        self._settings = settings
        self._templates = templates
        self._drill = drill

    async def preview(self, actor: Actor, event_id: str, submission: Submission) -> Preview:
        """
        Raises:
            InvalidInput: a text that could never go out.
            NotFound: no such event or channel.
        """
        async with self._database.read() as session:
            event = await find_event(session, event_id)
            targets = await self._targets(session, event, submission.channels)
            previous = await self.previous(session, event)
            answered = await self._answered(session, event, submission)
            made_from, _ = await self._made_from(session, event, submission)
        texts, channel_texts = self.cleaned(event, submission)
        rendered = tuple(self.rendered(event, target, texts, channel_texts) for target, _ in targets)
        shows = {
            lang: clean(text, where=f"alt.{lang}") for lang, text in submission.alt.items() if text.strip()
        }
        looked = self.looked(event, texts, {**channel_texts, **named([shows])}, previous, answered)
        guard = strictest(looked)
        needs = self._needs(actor, event, submission, guard, made_from)
        seen = tuple(one for one in looked if one.decision.verdict != Verdict.PASS)
        return Preview(
            rendered,
            guard,
            self.delay_s(event, submission),
            str(needs),
            seen,
            self._expiry_s(event, submission),
            self._priority(event, submission),
        )

    async def look(
        self, event_id: str, texts: Mapping[str, str], channel_texts: Mapping[str, Mapping[str, str]]
    ) -> tuple[Looked, ...]:
        """
        What the guard sees in words that wait, for whoever decides about them; nothing is stored.

        Raises:
            NotFound: no such event.
        """
        async with self._database.read() as session:
            event = await find_event(session, event_id)
            previous = await self.previous(session, event)
        looked = self.looked(event, texts, channel_texts, previous)
        return tuple(one for one in looked if one.decision.verdict != Verdict.PASS)

    async def decide(
        self, actor: Actor, event_id: str, submission: Submission, *, key: str, body_hash: str
    ) -> DecidedUpdate:
        """
        Run every rule.

        Raises:
            NotFound, Gone, Conflict: the event is not there, over, or stopped.
            InvalidInput: the text does not fit a channel, or cannot be right.
            Forbidden: the guard blocks, or asks and nobody confirmed; `spans` say where.
        """
        async with self._database.read() as session:
            event = await find_event(session, event_id)
            consent = await stands(session, event, drill=self._drill, now=self._clock.now())
            require_good(consent)
            self._open_for_updates(event, submission)
            if not submission.in_complication:
                await refuse_while_open(session, event)
            targets = await self._targets(session, event, submission.channels)
            # Before the texts: what is said between the two is then read, and not claimed to be.
            read_with = await said_last(session, event.id)
            previous = await self.previous(session, event)
            answered = await self._answered(session, event, submission)
            origin, step = await self._made_from(session, event, submission, key)
            place = await self._place(session, event, step)
            pictures = await self._pictures(session, event, submission.media)
        texts, channel_texts = self.cleaned(event, submission)
        correction = self.cleaned_correction(event, submission.correction)
        whole = {
            **channel_texts,
            **named([one["alt"] for one in pictures]),
            "correction": correction,
            LABEL: place.get("label", {}),
        }
        said = [*texts.values(), *(text for own in whole.values() for text in own.values())]
        if self._drill:
            refuse_denial(said)
        guard = strictest(self.looked(event, texts, whole, previous, answered))
        needs = self._needs(actor, event, submission, guard, origin)
        if needs != Need.OVERRIDE:
            obey(guard, confirmed=submission.confirmed)
        require_name_covered(consent, said, registered_names(self._vault, event))
        planned = []
        for target, audience_id in targets:
            rendered = self.rendered(event, target, texts, channel_texts)
            must_fit(rendered)
            planned.append(
                PlannedDelivery(
                    channel_id=target.channel_id,
                    parts=rendered.parts,
                    audience_id=audience_id,
                    media=tuple(for_channel(pictures, target.capabilities, target.name)),
                )
            )
        planned = joined_to(answered, planned)
        now = self._clock.now()
        written = submission.composed_at or now
        composed_at = event.created_at if written.year < 2000 else written  # a dead clock's is no time
        return DecidedUpdate(
            event_id=event.id,
            kind=str(UpdateKind.ANSWER if answered else submission.kind),
            priority=self._priority(event, submission),
            client_key=key,
            body_hash=body_hash,
            texts=texts,
            channel_texts=channel_texts,
            deliveries=tuple(planned),
            delay_s=self.delay_s(event, submission),
            expires_in_s=self._expiry_s(event, submission),
            composed_at=min(composed_at, now),
            guard={**_remembered(guard, submission, needs), READ_WITH: read_with},
            state=str(UpdateState.AWAITING_APPROVAL if needs else UpdateState.COUNTING_DOWN),
            media=tuple(for_page(pictures)),
            needs=str(needs),
            asked_by=actor.identity,
            correction=correction,
            made_from=origin,
            step=step,
            place=place,
            occasion=submission.planned.occasion if submission.planned else "",
            planned_at=submission.planned.at if submission.planned else None,
            key_moment=submission.key_moment,
            pinned=submission.pinned,
            answers_reply_id=submission.answers_reply_id,
            author_id=actor.person_id,
            author_name=actor.name,
            actor=actor.label,
            source=submission.source,
            device_id=submission.device_id,
            device_seq=submission.device_seq,
            late=now - composed_at > LATE_AFTER,
            event_version=event.version,
            read_with=read_with,
        )

    def delay_s(self, event: LiveEvent, submission: Submission) -> float:
        """Seconds of countdown: the event's own; none for a correction that was approved with its alert."""
        if submission.planned is not None:
            return max(0.0, (submission.planned.at - self._clock.now()).total_seconds())
        if submission.kind in (UpdateKind.CORRECTION, UpdateKind.RETRACTION):
            return self._settings.delays.correction
        return float(event.delay_s)

    def _expiry_s(self, event: LiveEvent, submission: Submission) -> float:
        if submission.planned is not None:
            return planning.expires_in_s(event, submission.planned, self._settings.expiry.planned)
        if submission.kind in (UpdateKind.CORRECTION, UpdateKind.RETRACTION, UpdateKind.ALL_CLEAR):
            return self._settings.expiry.correction
        return float(getattr(self._settings.expiry, event.kind))

    def _priority(self, event: LiveEvent, submission: Submission) -> str:
        if submission.kind in (UpdateKind.CORRECTION, UpdateKind.RETRACTION, UpdateKind.ALL_CLEAR):
            return Priority.CORRECTION
        if submission.priority is not None:
            if submission.priority not in (Priority.EMERGENCY, Priority.NORMAL, Priority.BACKFILL):
                raise InvalidInput(
                    "The priority is one of: emergency, normal, backfill.", code="unknown_priority"
                )
            return submission.priority
        urgent = event.kind == EventKind.CRISIS and event.severity in ("Extreme", "Severe")
        return Priority.EMERGENCY if urgent else Priority.NORMAL

    def _open_for_updates(self, event: LiveEvent, submission: Submission) -> None:
        if submission.planned is not None:
            zone, now = ZoneInfo(self._settings.time_zone), self._clock.now()
            if why := planning.refused(event, submission.planned, submission.kind, now=now, zone=zone):
                raise why
        elif event.state in (EventState.ENDED, EventState.ARCHIVED):
            raise Gone("This event has ended. Nothing more can be posted to it.", code="event_ended")
        elif event.state != EventState.LIVE:
            raise Conflict("This event is not live yet. Go live first, then send.", code="event_not_live")
        if event.sending == Sending.STOP:
            raise Conflict(
                "Sending is stopped. A second person must start it again first.", code="sending_stopped"
            )

    def cleaned(
        self, event: LiveEvent, submission: Submission
    ) -> tuple[dict[str, str], dict[str, dict[str, str]]]:
        texts = clean_texts(submission.texts, langs=event.langs, default_lang=event.default_lang)
        channel_texts: dict[str, dict[str, str]] = {}
        for adapter, own in submission.channel_texts.items():
            unknown = sorted(set(own) - set(event.langs))
            if unknown:
                raise InvalidInput(
                    f"This event does not use the language “{unknown[0]}”.", code="unknown_language"
                )
            kept = {
                lang: clean(text, where=f"channel_texts.{adapter}.{lang}")
                for lang, text in own.items()
                if text.strip()
            }
            if kept:
                channel_texts[adapter] = kept
        return texts, channel_texts

    def guarded(
        self,
        event: LiveEvent,
        texts: Mapping[str, str],
        channel_texts: Mapping[str, Mapping[str, str]],
        previous: Mapping[str, tuple[str, ...]],
    ) -> GuardDecision:
        """The strictest decision over every text; spans are those of the text that has it."""
        return strictest(self.looked(event, texts, channel_texts, previous))

    def looked(
        self,
        event: LiveEvent,
        texts: Mapping[str, str],
        channel_texts: Mapping[str, Mapping[str, str]],
        previous: Mapping[str, tuple[str, ...]],
        answered: Reply | None = None,
    ) -> list[Looked]:
        """
        Every text by itself, with the place it stands in.

        An answer is looked at twice: as what it is on this event, and as an answer, which must not confirm to whoever
        asked that somebody is a patient; the question it answers is then the text before it.
        """
        deny = registered_names(self._vault, event)
        places = [("", lang, text) for lang, text in texts.items()]
        places += [(where, lang, text) for where, own in channel_texts.items() for lang, text in own.items()]
        asked = (answered.text or "") if answered is not None else None
        return look_at(self._guard, event, places, deny, previous, asked)

    def obey_title(self, event: LiveEvent, title: str, *, confirmed: bool) -> None:
        """
        Raises:
            Forbidden: the guard blocks these words above a text, or asks and nobody confirmed.
        """
        names = registered_names(self._vault, event)
        obey_above(self._guard, event, [("title", title)], names, confirmed=confirmed)

    def obey_label(self, event: LiveEvent, label: Mapping[str, str], *, confirmed: bool) -> None:
        """
        Raises:
            Forbidden: the guard blocks what a step is called on the page, or asks and nobody confirmed.
        """
        if self._drill:
            refuse_denial(label.values())
        obey(self.guarded(event, {}, {LABEL: label}, {}), confirmed=confirmed)

    async def _place(
        self, session: AsyncSession, event: LiveEvent, step: FromStep | None
    ) -> Mapping[str, Any]:
        """See `published.place_of`."""
        rows = await session.execute(
            select(col(Step.id), col(Step.label), col(Step.signed_by), col(Step.parked))
            .where(col(Step.event_id) == event.id, col(Step.branch) == scripted.MAIN)
            .order_by(col(Step.n))
        )
        course = [Cue(id_, label, signed_by is not None, parked) for id_, label, signed_by, parked in rows]
        return place_of(course, None if step is None else step.id)

    def _needs(
        self,
        actor: Actor,
        event: LiveEvent,
        submission: Submission,
        guard: GuardDecision,
        origin: Mapping[str, str],
    ) -> Need:
        overridden = guard.verdict == Verdict.BLOCK and bool(guard.spans) and bool(submission.override_reason)
        return need_for(
            Wanted(
                event_kind=event.kind,
                severity=event.severity,
                kind=UpdateKind.ANSWER if submission.answers_reply_id else submission.kind,
                priority=self._priority(event, submission),
                policy=event.policy,
                scripted="step" in origin,
                planned=submission.planned is not None,
                sender_approves=Role.APPROVER in roles_on(actor, event.id),
                guard_blocked=overridden,
            )
        )

    async def _pictures(
        self, session: AsyncSession, event: LiveEvent, ids: Sequence[str]
    ) -> list[dict[str, Any]]:
        if ids and event.policy.get("text_only"):
            raise Forbidden("Pictures are off for this event now. Send text.", code="text_only")
        if ids:
            found = await stands(session, event, drill=self._drill, now=self._clock.now())
            if found.record is not None and "images" not in found.record.terms.get("scopes", ()):
                raise Forbidden("The patient did not agree to pictures. Send text.", code="consent_scope")
        return await refs_of(session, event, ids)

    async def _made_from(
        self, session: AsyncSession, event: LiveEvent, submission: Submission, key: str = ""
    ) -> tuple[dict[str, str], FromStep | None]:
        """
        Where the text comes from, when not a word of it was changed; and the step that it is sent as.

        With a picture it is from nowhere: nobody who signed the words has seen what they would stand beside.
        """
        texts = {lang: text.strip() for lang, text in submission.texts.items() if text.strip()}
        # A channel's own words are words: other ones there are a text that nobody has signed.
        by_channel = (
            {lang: text.strip() for lang, text in words.items() if text.strip()}
            for words in submission.channel_texts.values()
        )
        own = [words for words in by_channel if words]
        pictured = bool(submission.media or submission.alt)
        step = None if submission.step_id is None else await session.get(Step, submission.step_id)
        if step is None or step.event_id != event.id:
            sent_as = None
        else:
            sent = None if step.sent_update_id is None else await session.get(Update, step.sent_update_id)
            refusal = scripted.left_blank(step, texts)
            if not submission.in_complication:
                refusal = refusal or scripted.may_send(step, sent, key)
            if refusal is not None:
                raise refusal
            sent_as = FromStep(step.id, step.version, once=not submission.in_complication)
        if submission.template is not None and self._templates is not None:
            template = await self._templates.found(submission.template.id)
            same = all(made_from(template, submission.template.values, one) for one in (texts, *own))
            return (origin_of(template, submission.template.values) if same and not pictured else {}), sent_as
        if step is not None and sent_as is not None:
            same = all(scripted.is_as_signed(step, one, submission.step_values) for one in (texts, *own))
            return ({"step": step.id} if same and not pictured else {}), sent_as
        return {}, sent_as

    def cleaned_correction(self, event: LiveEvent, texts: Mapping[str, str]) -> dict[str, str]:
        """The correction that is kept with an alert; in the event's own language at least, where there is one."""
        if not any(text.strip() for text in texts.values()):
            return {}
        return clean_texts(texts, langs=event.langs, default_lang=event.default_lang)

    def rendered(
        self,
        event: LiveEvent,
        target: Target,
        texts: Mapping[str, str],
        channel_texts: Mapping[str, Mapping[str, str]],
    ) -> Rendered:
        return render(
            target,
            texts=texts,
            channel_texts=channel_texts,
            default_lang=event.default_lang,
            hashtags=event.hashtags if target.capabilities.measure != "sms" else (),
            drill=self._drill,
        )

    async def _targets(
        self, session: AsyncSession, event: LiveEvent, wanted: Sequence[str] | None
    ) -> list[tuple[Target, str | None]]:
        rows = (
            await session.execute(
                select(Channel, EventChannel)
                .join(EventChannel, col(EventChannel.channel_id) == col(Channel.id))
                .where(
                    col(EventChannel.event_id) == event.id, col(EventChannel.on), col(Channel.state) != "off"
                )
                .order_by(col(Channel.created_at))
            )
        ).all()
        by_id = {channel.id: (channel, link) for channel, link in rows}
        for channel_id in wanted or ():
            if channel_id not in by_id:
                raise NotFound(
                    f"This event has no channel {channel_id}. Reload the page.", code="channel_not_found"
                )
        chosen = (
            list(by_id.values())
            if wanted is None
            else [by_id[channel_id] for channel_id in dict.fromkeys(wanted)]
        )
        targets = []
        for channel, link in chosen:
            kind = adapter_kind(channel.adapter)
            people = None
            if kind.capabilities.recipients:
                if link.audience_id is None:
                    continue
                people = await audience_size(session, link.audience_id)
            targets.append(
                (
                    Target(
                        channel.id,
                        channel.adapter,
                        channel.name,
                        kind.capabilities,
                        lang=channel.settings.get("lang"),
                        people=people,
                    ),
                    link.audience_id,
                )
            )
        return targets

    async def previous(self, session: AsyncSession, event: LiveEvent) -> dict[str, tuple[str, ...]]:
        """See `said_before`."""
        return await said_before(session, event)

    async def _answered(
        self, session: AsyncSession, event: LiveEvent, submission: Submission
    ) -> Reply | None:
        if submission.answers_reply_id is None:
            return None
        reply = await session.get(Reply, submission.answers_reply_id)
        if reply is None or reply.event_id != event.id:
            raise NotFound("The question you answer is not here any more.", code="reply_not_found")
        return reply


def _remembered(guard: GuardDecision, submission: Submission, needs: Need) -> dict[str, Any]:
    """What is kept of the check: never the text; for the second person, why the writer asks for it all the same."""
    asked = {"asked": submission.override_reason.strip()} if needs == Need.OVERRIDE else {}
    return {**guard.summary(), **asked}


def roles_on(actor: Actor, event_id: str) -> frozenset[Role]:
    """A person's roles on one event, those on every event included; a key has none."""
    return actor.roles.get(EVERY_EVENT, frozenset()) | actor.roles.get(event_id, frozenset())


def must_fit(rendered: Rendered) -> None:
    """
    Raises:
        InvalidInput: too long for the channel.
    """
    if not rendered.fits:
        over = rendered.measured.weight - rendered.measured.limit
        name = rendered.target.name
        raise InvalidInput(
            f"{over} over on {name}. Shorten the text, or give {name} one of its own.",
            code="too_long",
            channel_id=rendered.target.channel_id,
            over=over,
        )


def obey(guard: GuardDecision, *, confirmed: bool) -> None:
    """
    Raises:
        Forbidden: the guard blocks, or asks and nobody confirmed; `spans` say where.
    """
    if guard.verdict == Verdict.BLOCK:
        raise blocked(guard)
    if guard.verdict == Verdict.ASK and not confirmed:
        raise Forbidden(
            "The privacy check asks you to look again. Send once more if it is right.",
            code="guard_asks",
            spans=spans_of(guard),
        )
