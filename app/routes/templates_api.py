"""Templates: the shelf, a filled form with its meter, and files brought in."""

from __future__ import annotations

from fastapi import APIRouter, Request

from app.accounts.rights import Action, require
from app.editorial.completeness import WORDS, of_text
from app.editorial.templates import Filled, Template, fill
from app.errors import InvalidInput
from app.routes.deps import ActorDep, HouseDep, SignedInDep
from app.routes.problems import responses
from app.schemas.editorial import FillBody, MeterAnswer, MeterBody

router = APIRouter(prefix="/templates", tags=["templates"])


@router.get("", summary="Every template of this house", responses=responses(401))
async def listed(house: HouseDep, _actor: SignedInDep) -> list[Template]:
    return await house.templates.listed()


@router.post(
    "/{template_id}/fill",
    summary="A filled form: every length in every language, what is missing, its correction and all clear",
    responses=responses(401, 404),
)
async def filled(template_id: str, body: FillBody, house: HouseDep, _actor: SignedInDep) -> Filled:
    return fill(await house.templates.found(template_id), body.values)


@router.post("/meter", summary="How complete a free text is", responses=responses(401))
async def meter(body: MeterBody, _actor: SignedInDep) -> MeterAnswer:
    found = of_text(body.text)
    return MeterAnswer(
        score=found.score, found=list(found.found), missing={slot: WORDS[slot] for slot in found.missing}
    )


@router.post(
    "/import",
    status_code=201,
    summary="Bring in a file of templates, YAML or JSON",
    responses=responses(401, 403),
)
async def bring(request: Request, house: HouseDep, actor: ActorDep) -> list[Template]:
    """All of it or nothing; a template with the id of a shipped one takes its place."""
    asker = require(actor, Action.TEMPLATE_MANAGE)
    try:
        source = (await request.body()).decode()
    except UnicodeDecodeError as exc:
        raise InvalidInput("This file is not text in UTF-8.", code="bad_template") from exc
    return await house.templates.bring(asker, source)
