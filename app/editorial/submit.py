"""
Deciding what may be said: the one door for every update, from a screen, a key or the rehearsal.

`Desk.preview` shows what each channel would be sent and what the guard thinks; `Desk.decide` runs the same rules and
either returns a decided update for `publisher.accept` or says why not. Nothing here is stored.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from app.accounts.rights import Actor, roles_on
from app.accounts.vault import Vault
from app.broadcast.intents import DecidedUpdate, PlannedDelivery
from app.broadcast.neighbours import said_last
from app.clock import Clock
from app.config import Settings
from app.db import Database
from app.editorial.answering import joined_to
from app.editorial.approval import Need, Wanted, need_for
from app.editorial.complication_now import refuse_while_open
from app.editorial.consent_now import require_good, require_name_covered, stands
from app.editorial.finding import find_event, registered_names
from app.editorial.guard import GuardDecision, Verdict
from app.editorial.looking import Looked, obey, strictest
from app.editorial.pictures import for_channel, for_page, refs_of
from app.editorial.privacy_check import PrivacyCheck
from app.editorial.provenance import place_on_course, provenance_of
from app.editorial.render import Rendered, must_fit, refuse_denial, render_for
from app.editorial.said_before import LABEL, READ_WITH, said_before
from app.editorial.submission import Submission, cleaned, cleaned_correction
from app.editorial.targets import targets_of
from app.editorial.template_shelf import TemplateShelf
from app.editorial.texts import clean
from app.editorial.timing import delay_s, expires_in_s, open_for_updates, priority_of
from app.errors import Forbidden, NotFound
from app.models import LiveEvent, Priority, Reply, Role, UpdateKind, UpdateState

LATE_AFTER = timedelta(seconds=30)


def named(alts: Sequence[Mapping[str, str]]) -> dict[str, Mapping[str, str]]:
    """What pictures show, each under the name that the guard's places are told by."""
    return {f"picture {n}": alt for n, alt in enumerate(alts, 1) if alt}


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
        privacy: PrivacyCheck,
        clock: Clock,
        settings: Settings,
        templates: TemplateShelf | None = None,
        *,
        drill: bool,
    ) -> None:
        self._database = database
        self._vault = vault
        self._privacy = privacy
        self._clock = clock
        self._settings = settings
        self._zone = ZoneInfo(settings.time_zone)
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
            targets = await targets_of(session, event, submission.channels)
            previous = await said_before(session, event)
            answered = await self._answered(session, event, submission)
            made_from, _ = await provenance_of(session, self._templates, event, submission)
        texts, channel_texts = cleaned(event, submission)
        rendered = tuple(
            render_for(event, target, texts, channel_texts, drill=self._drill) for target, _ in targets
        )
        shows = {
            lang: clean(text, where=f"alt.{lang}") for lang, text in submission.alt.items() if text.strip()
        }
        looked = self._privacy.looked(event, texts, {**channel_texts, **named([shows])}, previous, answered)
        guard = strictest(looked)
        needs = self._needs(actor, event, submission, guard, made_from)
        seen = tuple(one for one in looked if one.decision.verdict != Verdict.PASS)
        return Preview(
            rendered,
            guard,
            delay_s(self._settings.delays, event, submission, self._clock.now()),
            str(needs),
            seen,
            expires_in_s(self._settings.expiry, event, submission),
            priority_of(event, submission),
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
            previous = await said_before(session, event)
        looked = self._privacy.looked(event, texts, channel_texts, previous)
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
            open_for_updates(event, submission, now=self._clock.now(), zone=self._zone)
            if not submission.in_complication:
                await refuse_while_open(session, event)
            targets = await targets_of(session, event, submission.channels)
            # Before the texts: what is said between the two is then read, and not claimed to be.
            read_with = await said_last(session, event.id)
            previous = await said_before(session, event)
            answered = await self._answered(session, event, submission)
            origin, step = await provenance_of(session, self._templates, event, submission, key)
            place = await place_on_course(session, event, step)
            pictures = await self._pictures(session, event, submission.media)
        texts, channel_texts = cleaned(event, submission)
        correction = cleaned_correction(event, submission.correction)
        whole = {
            **channel_texts,
            **named([one["alt"] for one in pictures]),
            "correction": correction,
            LABEL: place.get("label", {}),
        }
        said = [*texts.values(), *(text for own in whole.values() for text in own.values())]
        if self._drill:
            refuse_denial(said)
        guard = strictest(self._privacy.looked(event, texts, whole, previous, answered))
        needs = self._needs(actor, event, submission, guard, origin)
        if needs != Need.OVERRIDE:
            obey(guard, confirmed=submission.confirmed)
        require_name_covered(consent, said, registered_names(self._vault, event))
        planned = []
        for target, audience_id in targets:
            rendered = render_for(event, target, texts, channel_texts, drill=self._drill)
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
            priority=priority_of(event, submission),
            client_key=key,
            body_hash=body_hash,
            texts=texts,
            channel_texts=channel_texts,
            deliveries=tuple(planned),
            delay_s=delay_s(self._settings.delays, event, submission, now),
            expires_in_s=expires_in_s(self._settings.expiry, event, submission),
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
                priority=priority_of(event, submission),
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
