"""Channels and the lists that SMS goes to. No answer ever holds a credential."""

from __future__ import annotations

from fastapi import APIRouter

from app.accounts.rights import Action, require
from app.audience.lists import NewRecipient
from app.routes.deps import ActorDep, HouseDep
from app.routes.problems import responses
from app.routes.projections import channel_answer
from app.schemas.bodies import (
    AudienceAnswer,
    ChannelAnswer,
    ChannelKindAnswer,
    ImportAnswer,
    ImportBody,
    NewAudienceBody,
    NewChannelBody,
    ProbeAnswer,
)

router = APIRouter(tags=["channels"])


@router.get(
    "/channel-kinds",
    summary="What can be connected, and which fields each needs",
    responses=responses(401, 403),
)
async def kinds(house: HouseDep, actor: ActorDep) -> list[ChannelKindAnswer]:
    require(actor, Action.CHANNEL_READ)
    return [
        ChannelKindAnswer(
            adapter=kind.name,
            label=kind.label,
            settings=kind.settings.model_json_schema(),
            credentials=kind.credentials.model_json_schema(),
        )
        for kind in house.switchboard.kinds()
    ]


@router.get("/channels", summary="Connected channels", responses=responses(401, 403))
async def listed(house: HouseDep, actor: ActorDep) -> list[ChannelAnswer]:
    require(actor, Action.CHANNEL_READ)
    return [channel_answer(row) for row in await house.switchboard.listed()]


@router.post("/channels", status_code=201, summary="Connect a channel", responses=responses(401, 403, 409))
async def add(body: NewChannelBody, house: HouseDep, actor: ActorDep) -> ChannelAnswer:
    asker = require(actor, Action.CHANNEL_MANAGE)
    row = await house.switchboard.add(
        asker.label,
        adapter=body.adapter,
        name=body.name,
        settings=body.settings,
        credentials=body.credentials,
    )
    return channel_answer(row)


@router.post(
    "/channels/{channel_id}/test",
    summary="Look at a channel; publishes nothing",
    responses=responses(401, 403, 404),
)
async def test(channel_id: str, house: HouseDep, actor: ActorDep) -> ProbeAnswer:
    require(actor, Action.CHANNEL_MANAGE)
    probe = await house.switchboard.test(channel_id)
    return ProbeAnswer(ok=probe.ok, words=probe.words, account=probe.account)


@router.post(
    "/channels/{channel_id}/resume",
    status_code=204,
    summary="Use a paused channel again",
    responses=responses(401, 403, 404),
)
async def resume(channel_id: str, house: HouseDep, actor: ActorDep) -> None:
    asker = require(actor, Action.CHANNEL_MANAGE)
    house.announce(await house.switchboard.set_state(asker.label, channel_id, "on"))
    house.engine.wake()


@router.delete(
    "/channels/{channel_id}",
    status_code=204,
    summary="Take a channel out of use",
    responses=responses(401, 403, 404, 409),
)
async def remove(channel_id: str, house: HouseDep, actor: ActorDep) -> None:
    asker = require(actor, Action.CHANNEL_MANAGE)
    house.announce(await house.switchboard.set_state(asker.label, channel_id, "off"))


@router.get("/audiences", summary="Lists of numbers", responses=responses(401, 403))
async def audiences(house: HouseDep, actor: ActorDep) -> list[AudienceAnswer]:
    require(actor, Action.CHANNEL_READ)
    return [
        AudienceAnswer(id=audience.id, name=audience.name, people=people, stopped=stopped)
        for audience, people, stopped in await house.lists.listed()
    ]


@router.post("/audiences", status_code=201, summary="Make a list", responses=responses(401, 403, 409))
async def new_audience(body: NewAudienceBody, house: HouseDep, actor: ActorDep) -> AudienceAnswer:
    asker = require(actor, Action.AUDIENCE_MANAGE)
    audience = await house.lists.create(asker.label, body.name.strip())
    return AudienceAnswer(id=audience.id, name=audience.name, people=0, stopped=0)


@router.post(
    "/audiences/{audience_id}/import",
    summary="Add numbers with proof of consent",
    responses=responses(401, 403, 404),
)
async def import_recipients(
    audience_id: str, body: ImportBody, house: HouseDep, actor: ActorDep
) -> ImportAnswer:
    asker = require(actor, Action.AUDIENCE_MANAGE)
    done = await house.lists.import_(
        asker,
        audience_id,
        [NewRecipient(row.number, row.consent, row.lang) for row in body.recipients],
        region=body.region,
    )
    return ImportAnswer(added=done.added, known=done.known, refused=list(done.refused))
