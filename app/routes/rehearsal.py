"""The drill's Play button. A live process has none of these."""

from __future__ import annotations

from fastapi import APIRouter

from app.accounts.rights import Action, require
from app.errors import NotFound
from app.routes.deps import ActorDep, HouseDep
from app.routes.house import House, Rehearsal
from app.routes.problems import responses
from app.schemas.bodies import PlayBody, RehearsalAnswer

router = APIRouter(prefix="/rehearsal", tags=["rehearsal"])


@router.get("", summary="What plays", responses=responses(401, 403, 404))
async def state(house: HouseDep, actor: ActorDep) -> RehearsalAnswer:
    require(actor, Action.REHEARSAL_PLAY)
    return RehearsalAnswer(**_rehearsal(house).state())


@router.post(
    "/play", summary="Play the cue sheet and a public that answers", responses=responses(401, 403, 404, 409)
)
async def play(body: PlayBody, house: HouseDep, actor: ActorDep) -> RehearsalAnswer:
    require(actor, Action.REHEARSAL_PLAY)
    await _rehearsal(house).play(body.scenario, body.replies_per_min)
    return RehearsalAnswer(**_rehearsal(house).state())


@router.post("/stop", summary="Stop playing; what was sent stays sent", responses=responses(401, 403, 404))
async def stop(house: HouseDep, actor: ActorDep) -> RehearsalAnswer:
    require(actor, Action.REHEARSAL_PLAY)
    await _rehearsal(house).stop()
    return RehearsalAnswer(**_rehearsal(house).state())


def _rehearsal(house: House) -> Rehearsal:
    if house.rehearsal is None:
        raise NotFound("Rehearsals are played in a drill. Start one with: python3 run.py", code="not_a_drill")
    return house.rehearsal
