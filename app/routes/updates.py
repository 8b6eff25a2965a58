"""Updates and their deliveries: submit, undo; look, resolve."""

from __future__ import annotations

from datetime import UTC
from typing import Annotated

import orjson
from fastapi import APIRouter, Header, Query, Response

from app.accounts.rights import Action
from app.broadcast.earlier_tries import reached
from app.broadcast.intents import Accepted
from app.broadcast.tries import Again
from app.editorial.accepting import decide_and_accept
from app.editorial.planning import Planned
from app.editorial.submission import Submission, TemplateUse
from app.errors import Forbidden
from app.routes.deps import ActorDep, HouseDep, IdempotencyKeyDep, canonical_hash, event_for
from app.routes.problems import responses
from app.schemas.bodies import (
    AcceptedAnswer,
    AcceptedDelivery,
    AgainAnswer,
    AheadAnswer,
    AttemptAnswer,
    CauseAnswer,
    CourseAnswer,
    DeliveryAnswer,
    Page,
    PartAnswer,
    ResolveBody,
    RoundAnswer,
    SubmitBody,
)
from app.schemas.frames import DeskUpdate

router = APIRouter(tags=["updates"])


@router.post(
    "/events/{event_id}/updates",
    status_code=201,
    response_model=AcceptedAnswer,
    summary="Submit an update; 201 means durable",
    responses=responses(401, 403, 404, 409, 410, 503, 507),
)
async def submit(
    event_id: str,
    body: SubmitBody,
    house: HouseDep,
    actor: ActorDep,
    key: IdempotencyKeyDep,
    writer: Annotated[
        str | None,
        Header(
            alias="X-Tocsin-Person",
            max_length=64,
            description="Id of the person who wrote it, from a screen where it may have waited: nobody else's session sends it.",
        ),
    ] = None,
) -> Response:
    """
    The answer comes only after the commit. A repeat with the same key and body gets the first answer again, byte for
    byte, with `Idempotency-Replayed: true`; the same key with another body is refused.
    """
    event, asker = await event_for(house, actor, event_id, Action.UPDATE_SUBMIT)
    if writer is not None and writer != asker.person_id:
        raise Forbidden(
            "Somebody else wrote this, and you are signed in here now. Let its writer sign in to send it.",
            code="other_person",
        )
    await house.policy.require_read(asker)
    body_hash = canonical_hash(orjson.dumps(body.model_dump(mode="json"), option=orjson.OPT_SORT_KEYS))
    stored = await house.looks.answered_before(event.id, key, body_hash)
    if stored is None:
        fields = body.model_dump(exclude={"template", "planned"})
        if body.planned is not None:
            fields["planned"] = Planned(body.planned.occasion, body.planned.at.astimezone(UTC))
        if body.template is not None:
            fields["template"] = TemplateUse(body.template.id, body.template.values)
        async with house.blocks.noting(asker, event.id):
            _, stored = await decide_and_accept(
                house.engine.publisher,
                lambda: house.desk.decide(
                    asker, event.id, Submission(**fields), key=key, body_hash=body_hash
                ),
                accepted_answer,
            )
    headers = {"Idempotency-Replayed": "true"} if stored.replayed else {}
    return Response(stored.answer, 201, headers, media_type="application/json")


@router.get("/events/{event_id}/updates", summary="Updates, newest first", responses=responses(401, 403, 404))
async def listed(
    event_id: str,
    house: HouseDep,
    actor: ActorDep,
    cursor: str | None = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> Page:
    event, _ = await event_for(house, actor, event_id, Action.EVENT_READ)
    updates, following = await house.stream.reading.updates_page(event.id, cursor=cursor, limit=limit)
    return Page(items=[update.model_dump(mode="json") for update in updates], next=following)


@router.get(
    "/updates/{update_id}", summary="One update with its deliveries", responses=responses(401, 403, 404)
)
async def found(update_id: str, house: HouseDep, actor: ActorDep) -> DeskUpdate:
    row = await house.looks.update(update_id)
    await event_for(house, actor, row.event_id, Action.EVENT_READ)
    return await house.stream.reading.update(row.id)


@router.post(
    "/updates/{update_id}/undo",
    summary="Pull an update back while it counts down",
    responses=responses(401, 403, 404, 409),
)
async def undo(update_id: str, house: HouseDep, actor: ActorDep) -> DeskUpdate:
    """Afterwards it is never sent on any channel. 409 `already_released` when it is out already."""
    row = await house.looks.update(update_id)
    _, asker = await event_for(house, actor, row.event_id, Action.UPDATE_UNDO)
    await house.engine.undo(update_id, asker.label)
    return await house.stream.reading.update(row.id)


@router.get(
    "/deliveries/{delivery_id}",
    summary="One delivery: parts and attempts",
    responses=responses(401, 403, 404),
)
async def delivery(delivery_id: str, house: HouseDep, actor: ActorDep) -> DeliveryAnswer:
    row, parts, attempts = await house.looks.delivery(delivery_id)
    await event_for(house, actor, row.event_id, Action.EVENT_READ)
    digest, told_with = await house.looks.digest(row)
    return DeliveryAnswer(
        id=row.id,
        update_id=row.update_id,
        channel_id=row.channel_id,
        act=row.act,
        state=row.state,
        reason=row.reason,
        why=row.why,
        next_step=row.next_step,
        due_at=row.due_at,
        expires_at=row.expires_at,
        counts=row.counts,
        url=row.url,
        parts=[
            PartAnswer(
                n=part.n,
                text=part.text,
                state=part.state,
                remote_id=part.remote_id,
                url=part.url,
                sent_at=part.sent_at,
            )
            for part in parts
        ],
        attempts=[
            AttemptAnswer(
                n=attempt.n,
                part=attempt.part,
                intent_at=attempt.intent_at,
                finished_at=attempt.finished_at,
                outcome=attempt.outcome,
                reached=reached(attempt.outcome, row.state if attempt is attempts[-1] else "").value,
                code=attempt.code,
                words=attempt.words,
            )
            for attempt in attempts
        ],
        digest=digest,
        told_with=told_with,
        causes=[
            CauseAnswer(
                state=one.state,
                reason=one.reason,
                code=one.code,
                why=one.why,
                next_step=one.next_step,
                people=one.people,
            )
            for one in await house.looks.causes(row.id, house.engine.settings.zone)
        ],
        ahead=[
            AheadAnswer(what=step.what.value, at=step.at, every_s=step.every_s)
            for step in await house.tries.ahead(row)
        ],
        again=_again(await house.tries.again(row)),
    )


@router.get(
    "/deliveries/{delivery_id}/course",
    summary="How one delivery's list went out over time",
    responses=responses(401, 403, 404),
)
async def course(delivery_id: str, house: HouseDep, actor: ActorDep) -> CourseAnswer:
    row, _, _ = await house.looks.delivery(delivery_id)
    await event_for(house, actor, row.event_id, Action.EVENT_READ)
    found = await house.courses.of(row, house.clock.now())
    return CourseAnswer(
        since=found.since,
        step_s=found.step_s,
        people=found.people,
        sent=list(found.sent),
        delivered=list(found.delivered),
    )


@router.post(
    "/deliveries/{delivery_id}/resolve",
    status_code=204,
    summary="A person decides about a held delivery",
    responses=responses(401, 403, 404, 409),
)
async def resolve(delivery_id: str, body: ResolveBody, house: HouseDep, actor: ActorDep) -> None:
    row, _, _ = await house.looks.delivery(delivery_id)
    _, asker = await event_for(house, actor, row.event_id, Action.DELIVERY_RESOLVE)
    await house.engine.decisions.decide(delivery_id, body.decision, asker.label, remote_id=body.remote_id)


def _again(found: Again | None) -> AgainAnswer | None:
    if found is None:
        return None
    return AgainAnswer(
        people=found.people,
        rounds=[
            RoundAnswer(
                n=one.n,
                reached=one.reached,
                people=one.people,
                first_at=one.first_at,
                last_at=one.last_at,
            )
            for one in found.rounds
        ],
        next_at=found.next_at,
        last_next_at=found.last_next_at,
        looked_for=found.looked_for,
    )


def accepted_answer(state: str, accepted: Accepted) -> bytes:
    answer = AcceptedAnswer(
        id=accepted.update_id,
        seq=accepted.seq,
        state=state,
        received_at=accepted.received_at,
        release_at=accepted.release_at,
        deliveries=[AcceptedDelivery(id=delivery_id) for delivery_id in accepted.delivery_ids],
    )
    return orjson.dumps(answer.model_dump(mode="json"))
