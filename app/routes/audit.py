"""The record of one event, taken away with one action."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Response

from app.accounts.rights import Action
from app.feeds.audit_export import as_csv, as_json
from app.feeds.cells import attachment
from app.routes.deps import ActorDep, HouseDep, event_for
from app.routes.problems import responses

router = APIRouter(tags=["audit"])


@router.get(
    "/events/{event_id}/audit",
    summary="Who did what on this event: the chain's entries, as JSON or CSV",
    response_class=Response,
    responses={
        **responses(401, 403, 404),
        200: {
            "description": "The entries in order, each with its hash and the one before.",
            "content": {"application/json": {}, "text/csv": {}},
        },
    },
)
async def export(
    event_id: str,
    house: HouseDep,
    actor: ActorDep,
    as_: Annotated[Literal["json", "csv"], Query(alias="format")] = "json",
) -> Response:
    event, asker = await event_for(house, actor, event_id, Action.AUDIT_READ)
    await house.audit.note_export(asker.label, event.id)
    extract = await house.audit.of_event(event.id)
    if as_ == "csv":
        text, media_type = as_csv(extract), "text/csv; charset=utf-8"
    else:
        text, media_type = as_json(extract), "application/json"
    return Response(
        text, media_type=media_type, headers={"Content-Disposition": attachment(f"audit-{event.slug}", as_)}
    )
