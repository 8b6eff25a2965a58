"""What waits for a second person: look, confirm, refuse."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from app.accounts.invitations import INVITING, second_half
from app.accounts.rights import Action, Actor, require
from app.errors import Unauthorized
from app.models import Proposal
from app.routes.answers import proposed
from app.routes.deps import ActorDep, HouseDep
from app.routes.house import House
from app.routes.problems import responses
from app.schemas.access import ProposalAnswer, RefuseBody

router = APIRouter(prefix="/proposals", tags=["two people"])


@router.get("", summary="What waits for a second person, newest first", responses=responses(401, 403))
async def listed(
    house: HouseDep,
    actor: ActorDep,
    all_: Annotated[bool, Query(alias="all", description="Those that were decided, too.")] = False,
) -> list[ProposalAnswer]:
    asker = require(actor, Action.PROPOSAL_READ)
    return [await proposed(house, asker, row) for row in await house.proposals.listed(open_only=not all_)]


@router.post(
    "/{proposal_id}/confirm",
    summary="Be the second person: it is done, and the answer says so",
    responses=responses(401, 403, 404, 409, 410),
)
async def confirm(proposal_id: str, house: HouseDep, actor: ActorDep) -> ProposalAnswer:
    """Of an invitation, your half is in this answer and nowhere else."""
    asker, waiting = await _may(house, actor, proposal_id)
    if waiting.kind not in INVITING:
        return await proposed(house, asker, await house.proposals.confirm(asker, proposal_id))
    half, adds = second_half(asker)
    done = await house.proposals.confirm(asker, proposal_id, adds)
    return await proposed(house, asker, done, half=half)


@router.post(
    "/{proposal_id}/refuse",
    summary="Say no; or, to your own, take it back",
    responses=responses(401, 403, 404, 409, 410),
)
async def refuse(proposal_id: str, body: RefuseBody, house: HouseDep, actor: ActorDep) -> ProposalAnswer:
    asker, _ = await _may(house, actor, proposal_id)
    return await proposed(house, asker, await house.proposals.refuse(asker, proposal_id, body.why))


async def _may(house: House, actor: Actor | None, proposal_id: str) -> tuple[Actor, Proposal]:
    """What concerns one event is confirmed by who may there; the rest by who may everywhere."""
    if actor is None:
        raise Unauthorized("Sign in first.")
    row = await house.proposals.found(proposal_id)
    return require(actor, Action.PROPOSAL_CONFIRM, row.event_id), row
