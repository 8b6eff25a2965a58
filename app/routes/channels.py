"""Channels and the lists that SMS goes to. No answer ever holds a credential."""

from __future__ import annotations

from fastapi import APIRouter, Response

from app.accounts.proposals import Kind, Wish
from app.accounts.rights import Action, Actor, require
from app.audience.lists import NewRecipient
from app.errors import Forbidden
from app.routes.answers import PROPOSED, proposed
from app.routes.deps import ActorDep, HouseDep
from app.routes.problems import responses
from app.routes.projections import channel_answer, readiness_answer
from app.schemas.access import CredentialsBody, ProposalAnswer
from app.schemas.audience import AudienceAnswer, ImportAnswer, ImportBody, NewAudienceBody
from app.schemas.channels import (
    ChannelAnswer,
    ChannelKindAnswer,
    ConnectAnswer,
    ConnectBody,
    ConnectedBody,
    NewChannelBody,
    ProbeAnswer,
    ReadinessAnswer,
    SecondBody,
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
            way_back=house.connecting.way_back(kind.name) if kind.connects is not None else "",
        )
        for kind in house.switchboard.kinds()
    ]


@router.get("/channels", summary="Connected channels", responses=responses(401, 403))
async def listed(house: HouseDep, actor: ActorDep) -> list[ChannelAnswer]:
    require(actor, Action.CHANNEL_READ)
    return [channel_answer(row) for row in await house.switchboard.listed()]


@router.get(
    "/channels/readiness",
    summary="Whether each channel would take a post now; probed all the time, nothing is published",
    responses=responses(401, 403),
)
async def readiness(house: HouseDep, actor: ActorDep) -> list[ReadinessAnswer]:
    require(actor, Action.CHANNEL_READ)
    answers = []
    for row in await house.switchboard.listed():
        reading = house.readiness.reading_of(row)
        if reading is not None:
            answers.append(readiness_answer(row, reading, house.webhooks.heard_at.get(row.id)))
    return answers


@router.post(
    "/channels",
    status_code=202,
    summary="Propose a channel; a second person confirms",
    responses={**responses(401, 403, 404, 409), **PROPOSED},
)
async def add(
    body: NewChannelBody, house: HouseDep, actor: ActorDep, response: Response
) -> ProposalAnswer | ChannelAnswer:
    asker = require(actor, Action.CHANNEL_MANAGE)
    name = body.name.strip()
    await house.switchboard.check(
        adapter=body.adapter, name=name, settings=body.settings, credentials=body.credentials
    )
    outcome = await house.proposals.ask(
        asker,
        Wish(
            Kind.CHANNEL_ADD,
            {"adapter": body.adapter, "name": name, "settings": body.settings},
            {"credentials": body.credentials},
        ),
    )
    if outcome.proposal is not None:
        return await proposed(house, asker, outcome.proposal)
    response.status_code = 201
    return channel_answer(outcome.result)


@router.post(
    "/channels/connect",
    summary="Begin to connect a new channel at its platform; nothing is stored yet",
    responses=responses(401, 403, 404, 409),
)
async def connect(body: ConnectBody, house: HouseDep, actor: ActorDep) -> ConnectAnswer:
    session_id = at_a_browser(require(actor, Action.CHANNEL_MANAGE))
    address, pending = await house.connecting.begin(
        session_id, body.adapter, body.name.strip(), body.settings, body.credentials
    )
    return ConnectAnswer(address=address, pending=pending)


@router.post(
    "/channels/{channel_id}/connect",
    summary="Begin to connect a channel's account again, at its platform",
    responses=responses(401, 403, 404, 409),
)
async def connect_again(channel_id: str, house: HouseDep, actor: ActorDep) -> ConnectAnswer:
    session_id = at_a_browser(require(actor, Action.CHANNEL_MANAGE))
    address, pending = await house.connecting.begin_again(session_id, channel_id)
    return ConnectAnswer(address=address, pending=pending)


@router.post(
    "/channels/connected",
    status_code=202,
    summary="Propose what the platform gave for the code it sent back; a second person confirms",
    responses={
        **responses(401, 403, 404, 409),
        **PROPOSED,
        204: {"description": "Other credentials, done at once: only one person yet."},
    },
    response_model=ProposalAnswer | ChannelAnswer,
)
async def connected(
    body: ConnectedBody, house: HouseDep, actor: ActorDep, response: Response
) -> ProposalAnswer | ChannelAnswer | Response:
    asker = require(actor, Action.CHANNEL_MANAGE)
    found = await house.connecting.finish(at_a_browser(asker), body.pending, body.state, body.code)
    if found.channel_id is not None:
        again = CredentialsBody(credentials=dict(found.credentials))
        return await credentials(found.channel_id, again, house, actor)
    new = NewChannelBody(
        adapter=found.adapter,
        name=found.name,
        settings=dict(found.settings),
        credentials=dict(found.credentials),
    )
    return await add(new, house, actor, response)


def at_a_browser(actor: Actor) -> str:
    """Whoever is led to another site and back is at a browser, whose session it is bound to."""
    if actor.session_id is None:
        raise Forbidden("This is done by a person, not by a key. Sign in.", code="not_by_key")
    return actor.session_id


@router.post(
    "/channels/{channel_id}/credentials",
    status_code=202,
    summary="Propose other credentials; a second person confirms",
    responses={**responses(401, 403, 404), 204: {"description": "Done at once: only one person yet."}},
    response_model=ProposalAnswer,
)
async def credentials(
    channel_id: str, body: CredentialsBody, house: HouseDep, actor: ActorDep
) -> ProposalAnswer | Response:
    asker = require(actor, Action.CHANNEL_MANAGE)
    row = await house.switchboard.check_credentials(channel_id, body.credentials)
    outcome = await house.proposals.ask(
        asker,
        Wish(
            Kind.CHANNEL_CREDENTIALS,
            {"channel_id": channel_id, "name": row.name},
            {"credentials": body.credentials},
            subject=f"channel:{channel_id}",
        ),
    )
    if outcome.proposal is None:
        return Response(status_code=204)
    return await proposed(house, asker, outcome.proposal)


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


@router.put(
    "/channels/{channel_id}/second",
    status_code=202,
    summary="Propose the SMS channel that carries this one's lists while this one does not answer; null for nobody",
    responses={**responses(401, 403, 404, 409), 204: {"description": "Done at once: only one person yet."}},
    response_model=ProposalAnswer,
)
async def second(
    channel_id: str, body: SecondBody, house: HouseDep, actor: ActorDep
) -> ProposalAnswer | Response:
    """A second person confirms: it changes the sender that people see and who processes their numbers."""
    asker = require(actor, Action.CHANNEL_MANAGE)
    row, now, then = await house.switchboard.check_second(channel_id, body.second_id)
    outcome = await house.proposals.ask(
        asker,
        Wish(
            Kind.CHANNEL_SECOND,
            {
                "channel_id": channel_id,
                "name": row.name,
                "second_id": body.second_id,
                "second": then.name if then is not None else "",
                "instead_of_id": row.second_id,
                "instead_of": now.name if now is not None else "",
            },
            subject=f"channel:{channel_id}",
        ),
    )
    if outcome.proposal is None:
        return Response(status_code=204)
    return await proposed(house, asker, outcome.proposal)


@router.delete(
    "/channels/{channel_id}",
    status_code=202,
    summary="Propose to take a channel out of use; a second person confirms",
    responses={**responses(401, 403, 404, 409), 204: {"description": "Done at once: only one person yet."}},
    response_model=ProposalAnswer,
)
async def remove(channel_id: str, house: HouseDep, actor: ActorDep) -> ProposalAnswer | Response:
    asker = require(actor, Action.CHANNEL_MANAGE)
    row = await house.switchboard.found(channel_id)
    outcome = await house.proposals.ask(
        asker,
        Wish(
            Kind.CHANNEL_REMOVE,
            {"channel_id": channel_id, "name": row.name},
            subject=f"channel:{channel_id}",
        ),
    )
    if outcome.proposal is None:
        return Response(status_code=204)
    return await proposed(house, asker, outcome.proposal)


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
