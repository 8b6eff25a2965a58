"""Pictures: upload, describe and tick, look; and the public address of those that are out."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Header, Request, Response

from app.accounts.rights import Action
from app.editorial.pictures import CHECKLIST, MIME
from app.errors import NotFound
from app.models import MediaFile
from app.routes.deps import ActorDep, HouseDep, event_for, idempotency_key
from app.routes.problems import responses
from app.routes.timeline import SHARED
from app.schemas.editorial import MediaAnswer, MediaBody

router = APIRouter(tags=["media"])
public_router = APIRouter(tags=["media"])


@router.post(
    "/events/{event_id}/media",
    status_code=201,
    summary="Send a picture: the file itself as the body, JPEG, PNG or WebP, at most 12 MB",
    responses=responses(401, 403, 404, 503),
)
async def upload(
    event_id: str,
    request: Request,
    house: HouseDep,
    actor: ActorDep,
    key: Annotated[
        str | None,
        Header(
            alias="Idempotency-Key", description="The same on every repeat: the picture is then here once."
        ),
    ] = None,
) -> MediaAnswer:
    """
    It is re-encoded at once; place, device and everything but the pixels are gone. Nobody has looked at it yet. One
    that no update takes is gone after a day.
    """
    event, asker = await event_for(house, actor, event_id, Action.MEDIA_UPLOAD)
    known = None if key is None else idempotency_key(request, key)
    await house.pictures.may_upload(event.id)
    return _answer(await house.pictures.add(asker, event.id, await request.body(), key=known))


@router.patch(
    "/media/{media_id}",
    summary="Say what it shows, and tick the list after looking",
    responses=responses(401, 403, 404, 409),
)
async def describe(media_id: str, body: MediaBody, house: HouseDep, actor: ActorDep) -> MediaAnswer:
    row = await house.pictures.found(media_id)
    _, asker = await event_for(house, actor, row.event_id, Action.MEDIA_UPLOAD)
    row = await house.pictures.describe(
        asker, media_id, body.version, alt=body.alt, graphic=body.graphic, checklist=body.checklist
    )
    return _answer(row)


@router.get("/media/{media_id}", summary="The picture, for the desk", responses=responses(401, 403, 404))
async def look(
    media_id: str, house: HouseDep, actor: ActorDep, size: Literal["large", "small"] = "small"
) -> Response:
    row = await house.pictures.found(media_id)
    await event_for(house, actor, row.event_id, Action.EVENT_READ)
    return Response(await house.pictures.body(media_id, size), media_type=MIME)


@public_router.get("/media/{media_id}", include_in_schema=False)
async def public(
    media_id: str, request: Request, house: HouseDep, size: Literal["large", "small"] = "large"
) -> Response:
    """Only while an update that is out shows it."""
    if not await house.pictures.is_public(media_id):
        raise NotFound("There is no such picture.", code="media_not_found")
    # As short as the pages, so that a picture that was taken back is gone from caches when its words are. Its bytes
    # never change: who has them asks only whether it is still out.
    etag = f'"{media_id}-{size}"'
    headers = {
        "Cache-Control": SHARED,
        "Content-Disposition": 'inline; filename="picture.jpg"',
        "ETag": etag,
    }
    if etag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(await house.pictures.body(media_id, size), media_type=MIME, headers=headers)


def _answer(row: MediaFile) -> MediaAnswer:
    width, height, _ = row.renditions["large"]
    return MediaAnswer(
        id=row.id,
        event_id=row.event_id,
        width=width,
        height=height,
        alt=row.alt,
        graphic=row.graphic,
        checklist=[
            {"name": name, "words": words, "ticked": bool(row.checklist.get(name))}
            for name, words in CHECKLIST.items()
        ],
        checked=row.checked_by is not None,
        version=row.version,
    )
