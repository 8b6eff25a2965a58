"""Correct, take back, all clear: the plan to read, and the one confirmation."""

from __future__ import annotations

import orjson
from fastapi import APIRouter, Response

from app.accounts.rights import Action
from app.editorial.accepting import decide_and_accept
from app.editorial.correcting import Ask, Planned
from app.editorial.corrections import Way, ways
from app.routes.deps import ActorDep, HouseDep, IdempotencyKeyDep, canonical_hash, event_for
from app.routes.problems import responses
from app.routes.updates import accepted_answer
from app.schemas.bodies import AcceptedAnswer
from app.schemas.editorial import (
    ConfirmationAnswer,
    CorrectionBody,
    CorrectionLineAnswer,
    CorrectionPlanAnswer,
)

router = APIRouter(prefix="/updates/{update_id}/corrections", tags=["corrections"])


@router.post(
    "/plan",
    summary="What will be done on each channel, what stays, what it costs; nothing is stored",
    responses=responses(401, 403, 404, 409, 410),
)
async def plan(
    update_id: str, body: CorrectionBody, house: HouseDep, actor: ActorDep
) -> CorrectionPlanAnswer:
    row = await house.looks.update(update_id)
    _, asker = await event_for(house, actor, row.event_id, Action.UPDATE_CORRECT)
    return _answer(await house.corrector.plan(asker, update_id, _ask(body)))


@router.post(
    "",
    status_code=201,
    response_model=AcceptedAnswer,
    summary="Do it everywhere; those who got the original are told first",
    responses=responses(401, 403, 404, 409, 410, 503, 507),
)
async def correct(
    update_id: str, body: CorrectionBody, house: HouseDep, actor: ActorDep, key: IdempotencyKeyDep
) -> Response:
    """Needs no second person when an approver sends what was approved with the original, or takes it back."""
    row = await house.looks.update(update_id)
    _, asker = await event_for(house, actor, row.event_id, Action.UPDATE_CORRECT)
    if any(text.strip() for text in body.texts.values()):  # what is fixed beforehand waits for no reading
        await house.policy.require_read(asker)
    body_hash = canonical_hash(
        orjson.dumps([update_id, body.model_dump(mode="json")], option=orjson.OPT_SORT_KEYS)
    )
    stored = await house.looks.answered_before(row.event_id, key, body_hash)
    if stored is None:
        async with house.blocks.noting(asker, row.event_id):
            _, stored = await decide_and_accept(
                house.engine.publisher,
                lambda: house.corrector.decide(asker, update_id, _ask(body), key=key, body_hash=body_hash),
                accepted_answer,
            )
    headers = {"Idempotency-Replayed": "true"} if stored.replayed else {}
    return Response(stored.answer, 201, headers, media_type="application/json")


def _ask(body: CorrectionBody) -> Ask:
    return Ask(body.kind, body.texts, body.ways, body.confirmed)


def _answer(found: Planned) -> CorrectionPlanAnswer:
    confirmation = found.confirmation
    return CorrectionPlanAnswer(
        of_update_id=found.original.id,
        kind=found.plan.kind,
        texts=dict(found.texts),
        prepared=found.prepared,
        needs=found.needs,
        page=found.plan.page,
        lines=[
            CorrectionLineAnswer(
                channel_id=line.out.channel_id,
                name=line.out.channel_name,
                way=line.way,
                ways=[str(way) for way in ways(found.plan.kind, line.out)],
                words=line.words,
                stays=line.stays,
                parts=[]
                if line.way in (Way.DELETE, Way.NOTHING)
                else list(found.parts[line.out.channel_id].parts),
                fits=found.parts[line.out.channel_id].fits,
                people=line.out.people,
                seconds=line.seconds,
                cost=line.cost,
            )
            for line in found.plan.lines
        ],
        confirmation=ConfirmationAnswer(
            sentence=confirmation.sentence,
            button=confirmation.button,
            people=confirmation.people,
            seconds=confirmation.seconds,
            cost=confirmation.cost,
        ),
    )
