"""Rows to answers; no decisions."""

from __future__ import annotations

from datetime import datetime

from app.accounts.rights import Action, Actor, allows
from app.accounts.sessions import has_to_choose
from app.broadcast.projection import event_state as seen_event
from app.broadcast.readiness import Reading
from app.models import ApiKey, Channel, EventRole, LiveEvent, Person
from app.schemas.channels import ChannelAnswer, QuotaAnswer, ReadinessAnswer
from app.schemas.frames import DutyState, EventState
from app.schemas.people import KeyAnswer, PersonAnswer, RoleAnswer


def person_answer(person: Person) -> PersonAnswer:
    return PersonAnswer(
        id=person.id,
        name=person.name,
        email=person.email,
        lang=person.lang,
        disabled=person.disabled_at is not None,
        invited=has_to_choose(person),
    )


def role_answers(roles: list[EventRole]) -> list[RoleAnswer]:
    return [RoleAnswer(event_id=role.event_id, role=role.role) for role in roles]


def key_answer(row: ApiKey, key: str | None = None) -> KeyAnswer:
    return KeyAnswer(
        id=row.id,
        name=row.name,
        prefix=row.prefix,
        scopes=row.scopes,
        event_id=row.event_id,
        created_at=row.created_at,
        expires_at=row.expires_at,
        revoked_at=row.revoked_at,
        key=key,
    )


def channel_answer(row: Channel) -> ChannelAnswer:
    return ChannelAnswer(
        id=row.id,
        adapter=row.adapter,
        name=row.name,
        state=row.state,
        why=row.why,
        settings=row.settings,
        probed_at=row.probed_at,
        probe_ok=row.probe_ok,
        probe_words=row.probe_words,
        second_id=row.second_id,
        carried_by=row.carried_by,
    )


def readiness_answer(row: Channel, reading: Reading, webhook_at: datetime | None) -> ReadinessAnswer:
    probe = reading.probe
    return ReadinessAnswer(
        channel_id=row.id,
        ok=probe.ok,
        words=probe.words,
        at=reading.at,
        quota=[
            QuotaAnswer(
                window=seen.window,
                limit=seen.limit,
                remaining=seen.remaining,
                used_percent=seen.used_percent,
                reset_at=seen.reset_at,
            )
            for seen in probe.limits
        ],
        balance=probe.balance,
        clock_skew_s=reading.skew_s,
        clock_ok=reading.clock_is_right,
        webhook_at=webhook_at,
        resting_until=row.resting_until,
        resting_why=row.resting_why,
    )


def event_state(event: LiveEvent, *, drill: bool, duty: DutyState | None = None) -> EventState:
    """The event as its frames say it; whoever asks here is staff, and is told how quiet it is."""
    return seen_event(event, drill=drill, duty=duty).model_copy(update={"quiet": event.quiet})


def rights_on(actor: Actor, event_id: str) -> list[str]:
    return [str(action) for action in Action if allows(actor, action, event_id)]
