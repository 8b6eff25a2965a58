"""Replies: list, let through, hide."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query

from app.accounts.rights import Action
from app.models import ReplyState
from app.routes.deps import ActorDep, HouseDep, event_for
from app.routes.problems import responses
from app.schemas.bodies import DecideBody, Page, ReplyCounts
from app.schemas.frames import DeskReply

router = APIRouter(tags=["replies"])


@router.get("/events/{event_id}/replies", summary="Replies, newest first", responses=responses(401, 403, 404))
async def listed(
    event_id: str,
    house: HouseDep,
    actor: ActorDep,
    state: ReplyState | None = None,
    label: Annotated[Literal["help"] | None, Query(description="Only those that ask for help.")] = None,
    cursor: str | None = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> Page:
    event, _ = await event_for(house, actor, event_id, Action.REPLY_MODERATE)
    rows, following = await house.moderation.listed(
        event.id, state=state, label=label, before=cursor, limit=limit
    )
    replies = await house.stream.reading.replies([row.id for row in rows])
    return Page(items=[reply.model_dump(mode="json") for reply in replies], next=following)


@router.get(
    "/events/{event_id}/replies/counts",
    summary="How many replies there are, by state",
    responses=responses(401, 403, 404),
)
async def counts(event_id: str, house: HouseDep, actor: ActorDep) -> ReplyCounts:
    event, _ = await event_for(house, actor, event_id, Action.REPLY_MODERATE)
    return ReplyCounts(**await house.moderation.counts(event.id), waiting=house.ingest.waiting)


@router.post(
    "/replies/{reply_id}/show",
    summary="Let a reply through to the public page",
    responses=responses(401, 403, 404, 409, 410),
)
async def show(reply_id: str, body: DecideBody, house: HouseDep, actor: ActorDep) -> DeskReply:
    return await _decide(reply_id, ReplyState.SHOWN, body.version, house, actor)


@router.post(
    "/replies/{reply_id}/hide",
    summary="Keep a reply off the public page",
    responses=responses(401, 403, 404, 409, 410),
)
async def hide(reply_id: str, body: DecideBody, house: HouseDep, actor: ActorDep) -> DeskReply:
    return await _decide(reply_id, ReplyState.HIDDEN, body.version, house, actor)


async def _decide(
    reply_id: str, state: ReplyState, version: int, house: HouseDep, actor: ActorDep
) -> DeskReply:
    reply = await house.moderation.found(reply_id)
    _, asker = await event_for(house, actor, reply.event_id, Action.REPLY_MODERATE)
    await house.moderation.decide(asker, reply_id, state, version)
    return (await house.stream.reading.replies([reply_id]))[0]
