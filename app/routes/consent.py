"""The consent record of an event: write it, have it checked twice, withdraw it."""

from __future__ import annotations

from fastapi import APIRouter

from app.accounts.rights import Action, allows
from app.editorial.consent import WHY
from app.editorial.consent_now import Stands
from app.errors import Unauthorized
from app.routes.deps import ActorDep, HouseDep, event_for
from app.routes.problems import responses
from app.schemas.editorial import (
    ConsentAnswer,
    ConsentBody,
    DeletionsAnswer,
    MissingAnswer,
    RevokeBody,
    RevokedAnswer,
    SecondProviderAnswer,
    StaysAnswer,
    VersionBody,
)

router = APIRouter(prefix="/events/{event_id}/consent", tags=["consent"])

_NOT_TERMS = frozenset({"version", "expires_at", "signed_by", "revoker_outside"})


@router.get("", summary="How the consent of an event stands", responses=responses(401, 403, 404))
async def found(event_id: str, house: HouseDep, actor: ActorDep) -> ConsentAnswer:
    event, _ = await event_for(house, actor, event_id, Action.CONSENT_READ)
    return _answer(await house.consents.stands(event.id))


@router.put("", summary="Write the consent record, or change it", responses=responses(401, 403, 404, 409))
async def write(event_id: str, body: ConsentBody, house: HouseDep, actor: ActorDep) -> ConsentAnswer:
    """A change undoes what was checked before. In a drill the record is about nobody: names are refused."""
    event, asker = await event_for(house, actor, event_id, Action.CONSENT_RECORD)
    found = await house.consents.write(
        asker,
        event.id,
        body.model_dump(mode="json", exclude=set(_NOT_TERMS)),
        signed_by=body.signed_by,
        revoker_outside=body.revoker_outside,
        expires_at=body.expires_at,
        version=body.version,
    )
    return _answer(found)


@router.post(
    "/confirm",
    summary="Say that it matches the signed form; first one person, then another",
    responses=responses(401, 403, 404, 409),
)
async def confirm(event_id: str, body: VersionBody, house: HouseDep, actor: ActorDep) -> ConsentAnswer:
    event, asker = await event_for(house, actor, event_id, Action.CONSENT_RECORD)
    return _answer(await house.consents.confirm(asker, event.id, body.version))


@router.post(
    "/revoke",
    summary="The patient withdraws: nothing more goes out, and what is out is taken back",
    responses=responses(401, 403, 404, 409),
)
async def revoke(event_id: str, body: RevokeBody, house: HouseDep, actor: ActorDep) -> RevokedAnswer:
    """When this answers, no new send starts. The answer lists what is being deleted and what stays."""
    if actor is None:  # before the event is looked for: a stranger learns nothing of which there are
        raise Unauthorized("Sign in first.")
    event = await house.events.found(event_id)
    stands = await house.consents.stands(event.id)
    named = stands.record.terms.get("revokers", []) if stands.record is not None else []
    if actor.person_id not in named or not allows(actor, Action.EVENT_READ, event.id):
        event, actor = await event_for(house, actor, event_id, Action.CONSENT_REVOKE)
    done = await house.consents.revoke(actor, event.id, body.how)
    return RevokedAnswer(
        at=done.at,
        taken_back=done.taken_back,
        deletions=[DeletionsAnswer(channel_id=channel, posts=n) for channel, n in done.deletions],
        stays=[
            StaysAnswer(
                channel_id=one.channel_id, channel_name=one.channel_name, people=one.people, words=one.words
            )
            for one in done.stays
        ],
    )


def _answer(found: Stands) -> ConsentAnswer:
    record = found.record
    answer = ConsentAnswer(
        standing=found.standing,
        sentence=WHY.get(found.standing, ""),
        missing=[MissingAnswer(field=one.field, sentence=one.sentence) for one in found.missing],
        uncovered_channels=[*found.uncovered, *found.uncovered_seconds],
        seconds=[SecondProviderAnswer(id=one.id, name=one.name) for one in found.seconds],
    )
    if record is None:
        return answer
    return answer.model_copy(
        update={
            "state": record.state,
            "version": record.version,
            "invented": record.invented,
            "terms": record.terms,
            "expires_at": record.expires_at,
            "recorded_at": record.recorded_at,
            "completed_at": record.completed_at,
            "revoked_at": record.revoked_at,
        }
    )
